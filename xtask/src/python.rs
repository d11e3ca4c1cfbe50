//! The virtual environment that the tests' Python clients live in: `.venv` in the checkout, made once, made anew when
//! `xtask/requirements.txt` changes. Must not know what the tests do with it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Program, RunError, say};

const PYTHON_HINT: &str = "install Python 3";

/// Makes the environment unless it is there with these requirements; gives the path of its interpreter.
pub(crate) fn environment(root: &Path) -> Result<PathBuf, RunError> {
    let wanted_at = root.join("xtask").join("requirements.txt");
    let wanted = fs::read_to_string(&wanted_at).map_err(|source| RunError::File {
        what: "read",
        path: wanted_at.clone(),
        source,
    })?;
    let folder = root.join(".venv");
    let python = interpreter(&folder);
    let stamp = folder.join("installed-requirements.txt");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        say(&format!("{} is up to date", folder.display()));
        return Ok(python);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|source| RunError::File {
            what: "remove",
            path: folder.clone(),
            source,
        })?;
    }
    let make = Program::new(root, "python3", ["-m", "venv", ".venv"], PYTHON_HINT).run();
    make.map_err(|error| match error {
        failed @ RunError::Failed { .. } => RunError::NoVenv {
            source: Box::new(failed),
        },
        other => other,
    })?;
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ];
    Program::new(
        root,
        &python,
        install
            .iter()
            .map(AsRef::as_ref)
            .chain([wanted_at.as_os_str()]),
        PYTHON_HINT,
    )
    .run()?;
    // Last, so that an interrupted installation is made again.
    fs::write(&stamp, wanted).map_err(|source| RunError::File {
        what: "write",
        path: stamp,
        source,
    })?;
    Ok(python)
}

fn interpreter(folder: &Path) -> PathBuf {
    if cfg!(windows) {
        folder.join("Scripts").join("python.exe")
    } else {
        folder.join("bin").join("python")
    }
}
