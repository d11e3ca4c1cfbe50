//! One writer for a state folder, in whichever process: a lock of the operating system, which dies with its holder.
//! Must not know what is written.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use jiff::Timestamp;
use rebato_engine::ports::StoreError;

use crate::{fault, files};

/// Longest text shown of what another process left in the lock file.
const HOLDER_BYTES: u64 = 200;

/// The lock, held for as long as this lives.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock of the folder or says who has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("lock");
        let mut file =
            files::open_file(&path).map_err(|e| fault::io("opening the lock", &path, &e))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked {
                    folder: folder.display().to_string(),
                    holder: holder(&mut file),
                });
            }
            Err(TryLockError::Error(e)) => return Err(fault::io("locking", &path, &e)),
        }
        say_who(&mut file).map_err(|e| fault::io("writing the lock", &path, &e))?;
        Ok(Self { _file: file })
    }
}

fn say_who(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    // The program and its first word only: further words may be nobody's business.
    let command: Vec<String> = std::env::args_os()
        .take(2)
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    writeln!(
        file,
        "process {}, since {}, command {}",
        std::process::id(),
        Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        command.join(" "),
    )
}

/// What the holder said of itself. Whoever can write the file chose this text: no control characters, no great length.
fn holder(file: &mut File) -> String {
    let mut text = Vec::new();
    // On Windows a locked file cannot be read; the lock alone is answer enough.
    let _ = file.take(HOLDER_BYTES).read_to_end(&mut text);
    let text: String = String::from_utf8_lossy(&text)
        .trim()
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect();
    if text.is_empty() {
        "another process".into()
    } else {
        text
    }
}
