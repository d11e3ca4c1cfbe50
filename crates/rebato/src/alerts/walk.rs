//! The files of a folder, one after the other: hidden ones too, through links, and never around in a circle. Must not read
//! the files.

use std::path::{Path, PathBuf};

/// The files below a path, sorted by name in each folder. What cannot be looked into is an error with its path, and the walk
/// goes on. Only the folders on the way down are held.
#[derive(Debug)]
pub struct Walk {
    open: Vec<Folder>,
}

#[derive(Debug)]
struct Folder {
    /// Without links: what was entered already is not entered again from within.
    real: PathBuf,
    inside: std::vec::IntoIter<PathBuf>,
}

/// A path that gives no file, and why.
#[derive(Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The path.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

impl Walk {
    /// Begins at a folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn new(folder: &Path) -> Result<Self, Skipped> {
        Ok(Self {
            open: vec![entered(folder)?],
        })
    }
}

fn entered(path: &Path) -> Result<Folder, Skipped> {
    let skipped = |e: std::io::Error| Skipped {
        path: path.to_owned(),
        why: e.to_string(),
    };
    let real = std::fs::canonicalize(path).map_err(skipped)?;
    let mut inside = std::fs::read_dir(path)
        .map_err(skipped)?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(skipped)?;
    inside.sort();
    Ok(Folder {
        real,
        inside: inside.into_iter(),
    })
}

impl Iterator for Walk {
    type Item = Result<PathBuf, Skipped>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(path) = self.open.last_mut()?.inside.next() else {
                self.open.pop();
                continue;
            };
            let skipped = |path: PathBuf, why: String| Some(Err(Skipped { path, why }));
            match std::fs::metadata(&path) {
                Err(error) => return skipped(path, error.to_string()),
                Ok(about) if about.is_file() => return Some(Ok(path)),
                Ok(about) if !about.is_dir() => {
                    return skipped(path, "it is no regular file".into());
                }
                Ok(_) => match entered(&path) {
                    Err(error) => return Some(Err(error)),
                    Ok(folder) if self.open.iter().any(|above| above.real == folder.real) => {
                        return skipped(path, "the link leads back to a folder above it".into());
                    }
                    Ok(folder) => self.open.push(folder),
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn files_come_sorted_and_links_do_not_lead_around() {
        let place = tempfile::tempdir().unwrap();
        let root = place.path();
        std::fs::create_dir_all(root.join("b/deep")).unwrap();
        for file in ["c", "a", ".hidden", "b/deep/2", "b/1"] {
            std::fs::write(root.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("b/deep/up")).unwrap();
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("broken")).unwrap();
        std::os::unix::fs::symlink(root.join("a"), root.join("z")).unwrap();
        let mut files = Vec::new();
        let mut skipped = Vec::new();
        for found in Walk::new(root).unwrap() {
            match found {
                Ok(path) => files.push(path.strip_prefix(root).unwrap().display().to_string()),
                Err(error) => skipped.push(error),
            }
        }
        assert_eq!(files, [".hidden", "a", "b/1", "b/deep/2", "c", "z"]);
        assert_eq!(skipped.len(), 2, "{skipped:?}");
        assert_eq!(skipped[0].path, root.join("b/deep/up"));
        assert_eq!(skipped[1].path, root.join("broken"));
    }
}
