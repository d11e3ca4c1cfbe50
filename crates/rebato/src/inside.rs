//! What is known of an operating system from files that the user has: the output of the script, or the configuration of
//! sshd. Must not judge what is in them.

use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use rebato_core::harden::guest::{Guest, of_sshd, read};
use rebato_core::harden::sshd::{
    Config, ConfigFile, ConfigFiles, MAIN, Problem, is_dump, read_dump,
};
use rebato_report::{Words, clean};

use crate::failure::Failure;
use crate::local;
use crate::show::more_line;
use crate::terminal::Terminal;

/// No configuration and no output of the script is larger, in bytes.
const MOST: u64 = 8 << 20;

/// What is known of the operating system: the output of the script, the configuration of sshd, or both.
///
/// # Errors
/// [`Failure::File`] for a file that cannot be read, or is not what it should be.
pub fn guest(
    facts: Option<&Path>,
    sshd: &[PathBuf],
    terminal: &Terminal,
) -> Result<Option<Guest>, Failure> {
    let mut guest = None;
    if let Some(path) = facts {
        let read = read(&bytes(path)?).ok_or_else(|| Failure::File {
            what: "file-probe",
            path: path.display().to_string(),
            why: String::new(),
        })?;
        guest = Some(read);
    }
    for config in sshd_configs(sshd)? {
        tell(&config, terminal)?;
        let given = of_sshd(config);
        match &mut guest {
            None => guest = Some(given),
            // What was named by itself comes before what the script saw.
            Some(guest) if given.sshd.seen().is_ok() => guest.sshd = given.sshd,
            Some(guest) => guest.sshd_files = given.sshd_files,
        }
    }
    Ok(guest)
}

/// How many lines that could not be read are named.
const NAMED: usize = 20;

/// Says which lines could not be read.
///
/// # Errors
/// [`Failure::File`] where not one line is a setting: then it is some other file.
fn tell(config: &Config, terminal: &Terminal) -> Result<(), Failure> {
    let words = Words::plain(terminal.lang);
    let said = |problem: &Problem| {
        let what = words.coded("sshd-problem", &problem.what);
        format!("{}: {what}: {}", problem.place, clean(&problem.about))
    };
    match config.problems.first() {
        Some(first) if config.settings.is_empty() && first.what != "include-not-given" => {
            Err(Failure::File {
                what: "file-sshd",
                path: clean(&first.place.file),
                why: said(first),
            })
        }
        _ => {
            let problems = config.problems.iter();
            problems
                .take(NAMED)
                .for_each(|problem| terminal.warn(&said(problem)));
            if let Some(more) = more_line(config.problems.len().saturating_sub(NAMED), &words) {
                terminal.talk(&more);
            }
            Ok(())
        }
    }
}

/// The configurations at these paths: what `sshd -T` printed, and the main file with those that it includes.
fn sshd_configs(paths: &[PathBuf]) -> Result<Vec<Config>, Failure> {
    let mut files = ConfigFiles::default();
    let mut configs = Vec::new();
    for named in paths {
        if named.is_dir() {
            files.folders.extend(folders(named));
        }
        for path in local::files(std::slice::from_ref(named))? {
            let text = String::from_utf8_lossy(&bytes(&path)?).into_owned();
            let shown = path.display().to_string();
            if is_dump(&text) {
                configs.push(read_dump(&shown, &text));
            } else {
                let path = on_host(named, &path);
                files.files.push(ConfigFile { path, shown, text });
            }
        }
    }
    if let [only] = files.files.as_mut_slice() {
        // One file under any name is the main one.
        MAIN.clone_into(&mut only.path);
    }
    match files.read() {
        Some(config) => configs.push(config),
        None if files.files.is_empty() => {}
        None => {
            let names: Vec<&str> = files.files.iter().map(|f| f.shown.as_str()).collect();
            return Err(Failure::File {
                what: "file-sshd-none",
                path: names.join(", "),
                why: "name the main file too, or the folder that it lies in".into(),
            });
        }
    }
    Ok(configs)
}

/// Where a file lies on its host: below `/etc` where its path says so, else below `/etc/ssh`.
fn on_host(named: &Path, path: &Path) -> String {
    let text = path.to_string_lossy();
    if let Some((_, below)) = text.rsplit_once("/etc/") {
        return format!("/etc/{below}");
    }
    // Of a folder such as sshd_config.d its own name counts, for a file of it that was named alone too.
    let folder = if named.is_dir() {
        Some(named)
    } else {
        path.parent()
    };
    let own = folder
        .and_then(Path::file_name)
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".d"));
    let below = folder.and_then(|folder| path.strip_prefix(folder).ok());
    let below = below.unwrap_or(path).display();
    match own {
        Some(own) => format!("/etc/ssh/{own}/{below}"),
        None => format!("/etc/ssh/{below}"),
    }
}

/// The folders of the host that were given whole: this one, and the drop-ins below it even where there are none.
fn folders(named: &Path) -> Vec<String> {
    let of = |path: PathBuf| on_host(named, &path);
    [of(named.join("x")), of(named.join("sshd_config.d/x"))]
        .iter()
        .filter_map(|path| path.strip_suffix("/x").map(str::to_owned))
        .collect()
}

/// The bytes of a file, unpacked where it is gzip.
fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |e: std::io::Error| Failure::File {
        what: "file-read",
        path: path.display().to_string(),
        why: e.to_string(),
    };
    let mut raw = Vec::new();
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MOST).read_to_end(&mut raw).map_err(failed)?;
    if !raw.starts_with(&[0x1f, 0x8b]) {
        return Ok(raw);
    }
    let mut out = Vec::new();
    let mut unpacked = MultiGzDecoder::new(raw.as_slice()).take(MOST);
    unpacked.read_to_end(&mut out).map_err(failed)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rebato_core::harden::sshd::{Who, defaults};

    fn words(config: &Config, keyword: &str) -> (Option<String>, Option<String>) {
        let value = config.value(keyword, &Who::default(), &defaults());
        (value.words.map(|w| w.join(" ")), value.doubt)
    }

    /// A folder as it was copied from a host, its drop-ins, one file alone, and a file under another name.
    #[test]
    fn files_are_found_however_they_were_collected() {
        let dir = tempfile::tempdir().unwrap();
        let ssh = dir.path().join("ssh");
        std::fs::create_dir_all(ssh.join("sshd_config.d")).unwrap();
        let main = ssh.join("sshd_config");
        let drop_in = ssh.join("sshd_config.d/10.conf");
        std::fs::write(
            &main,
            "Include /etc/ssh/sshd_config.d/*.conf\nMaxAuthTries 6\n",
        )
        .unwrap();
        std::fs::write(&drop_in, "MaxAuthTries 3\n").unwrap();
        let whole = sshd_configs(std::slice::from_ref(&ssh)).unwrap();
        assert_eq!(words(&whole[0], "maxauthtries"), (Some("3".into()), None));
        let both = sshd_configs(&[main.clone(), ssh.join("sshd_config.d")]).unwrap();
        assert_eq!(words(&both[0], "maxauthtries"), (Some("3".into()), None));
        let alone = sshd_configs(std::slice::from_ref(&main)).unwrap();
        let doubt = Some("include-not-given".to_owned());
        assert_eq!(words(&alone[0], "maxauthtries").1, doubt);
        let other = dir.path().join("web1.txt");
        std::fs::write(&other, "MaxAuthTries 2\n").unwrap();
        let renamed = sshd_configs(std::slice::from_ref(&other)).unwrap();
        assert_eq!(words(&renamed[0], "maxauthtries"), (Some("2".into()), None));
        assert!(sshd_configs(&[drop_in, other]).is_err());
        // A folder without drop-ins has none: nothing is in doubt.
        std::fs::remove_dir_all(ssh.join("sshd_config.d")).unwrap();
        let bare = sshd_configs(&[ssh]).unwrap();
        assert_eq!(words(&bare[0], "maxauthtries"), (Some("6".into()), None));
    }
}
