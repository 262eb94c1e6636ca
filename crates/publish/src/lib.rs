//! Published files appear whole or not at all.
//!
//! Rule: every output goes through [`file`]: written beside its place, synced, renamed, and the folder
//! synced. Nothing else in the workspace writes an output.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// Publishes `bytes` as `path`, creating its folders; readers see the old file or the new one, never a part.
///
/// # Errors
/// Any step's error, including a failed sync; the old file is then untouched.
pub fn file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    with(path, |file| file.write_all(bytes))
}

/// Publishes what `write` writes as `path`; see [`file`].
///
/// # Errors
/// As [`file`], and whatever `write` returns.
pub fn with<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let mut draft = Draft::new(path)?;
    write(&mut draft.file)?;
    Ok(draft.publish()?)
}

/// A file that is being written, beside its place; gone when dropped without being published.
#[derive(Debug)]
pub struct Draft {
    /// What is written goes here.
    pub file: File,
    path: PathBuf,
    temporary: PathBuf,
}

impl Draft {
    /// Starts what will be `path`, creating its folders.
    ///
    /// # Errors
    /// A folder or file that cannot be made.
    pub fn new(path: &Path) -> io::Result<Self> {
        let folder = folder(path);
        fs::create_dir_all(folder)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // The process id keeps two processes that publish the same file from writing into one temporary file.
        let temporary = folder.join(format!(".{name}.{}.part", std::process::id()));
        Ok(Self { file: File::create(&temporary)?, path: path.to_path_buf(), temporary })
    }

    /// Makes it the file: synced, renamed, and the folder synced.
    ///
    /// # Errors
    /// Any step's error, including a failed sync; the old file is then untouched.
    pub fn publish(self) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        File::open(folder(&self.path))?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // The temporary file is ours alone: once published it is gone, and failing to remove it loses nothing.
        let _ = fs::remove_file(&self.temporary);
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let folder = std::env::temp_dir().join(format!("publish-{}", std::process::id()));
        let path = folder.join("report.json");
        file(&path, b"old").expect("published");
        let refused = with(&path, |file| {
            file.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(refused.is_err());
        assert_eq!(fs::read(&path).expect("still there"), b"old");
        assert_eq!(fs::read_dir(&folder).expect("folder").count(), 1, "no part is left behind");
        fs::remove_dir_all(&folder).expect("cleaned");
    }
}
