//! The virtual environments that Python packages live in: folders of the checkout, each made once, and made anew when its list of
//! requirements changes. Must not know what is done with them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Program, RunError, say};

const PYTHON_HINT: &str = "install Python 3";

/// A folder in the checkout, and a file beside this package's manifest with what is to be in it.
pub(crate) struct Environment {
    folder: &'static str,
    requirements: &'static str,
}

/// The clients that the tests start.
pub(crate) const CLIENTS: Environment = Environment {
    folder: ".venv",
    requirements: "requirements.txt",
};

/// What the bench compares with.
pub(crate) const PEERS: Environment = Environment {
    folder: ".venv-bench",
    requirements: "requirements-bench.txt",
};

/// Makes the environment unless it is there with these requirements; gives the path of its interpreter.
pub(crate) fn environment(root: &Path, which: &Environment) -> Result<PathBuf, RunError> {
    let wanted_at = root.join("xtask").join(which.requirements);
    let wanted = fs::read_to_string(&wanted_at).map_err(|source| RunError::File {
        what: "read",
        path: wanted_at.clone(),
        source,
    })?;
    let folder = root.join(which.folder);
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
    let make = Program::new(root, "python3", ["-m", "venv", which.folder], PYTHON_HINT).run();
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
