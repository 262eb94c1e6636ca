//! Published files appear whole or not at all.
//!
//! Rule: every output goes through [`file`]: written beside its place, synced, renamed, and the folder
//! synced. Nothing else in the workspace writes an output. A draft is locked while it is written, so that one which a
//! dead process left is known and swept away.

pub mod rehearsal;

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
        loop {
            let file = File::create(&temporary)?;
            match file.lock() {
                // Where there are no locks nothing is swept either.
                Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
                locked => locked?,
            }
            // Between the two a sweep may have taken it for one that was left.
            if temporary.try_exists()? {
                return Ok(Self { file, path: path.to_path_buf(), temporary });
            }
        }
    }

    /// Makes it the file: synced, renamed, and the folder synced.
    ///
    /// # Errors
    /// Any step's error, including a failed sync; the old file is then untouched.
    pub fn publish(self) -> io::Result<()> {
        rehearsal::reached_file("written", &self.path);
        self.file.sync_all()?;
        fs::rename(&self.temporary, &self.path)?;
        File::open(folder(&self.path))?.sync_all()?;
        rehearsal::reached_file("renamed", &self.path);
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // The temporary file is ours alone: once published it is gone, and failing to remove it loses nothing.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Removes the drafts below `folder` that dead processes left; those of living ones are locked. Returns how many.
///
/// # Errors
/// A folder that cannot be read, or a draft that cannot be removed.
pub fn sweep(folder: &Path) -> io::Result<usize> {
    let mut swept = 0;
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = match fs::read_dir(&next) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if name.starts_with('.') && name.ends_with(".part") {
                // Locked until it is gone: whoever begins it anew meanwhile finds that it is.
                let Some(_locked) = left(&entry.path())? else { continue };
                fs::remove_file(entry.path())?;
                swept += 1;
            }
        }
    }
    Ok(swept)
}

/// A draft that nobody writes any more, locked.
fn left(draft: &Path) -> io::Result<Option<File>> {
    let file = match File::open(draft) {
        // Published, or given up, in this moment.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
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
    #[test]
    fn a_draft_that_was_left_is_swept_away_and_a_living_one_is_not() {
        let folder = std::env::temp_dir().join(format!("publish-sweep-{}", std::process::id()));
        let left = folder.join("below").join(".report.json.1.part");
        fs::create_dir_all(folder.join("below")).expect("made");
        fs::write(&left, b"half").expect("written");
        fs::write(folder.join("kept.part"), b"no draft").expect("written");
        let mut living = Draft::new(&folder.join("below/page.html")).expect("started");
        assert_eq!(sweep(&folder).expect("swept"), 1);
        assert!(!left.exists() && folder.join("kept.part").exists());
        living.file.write_all(b"whole").expect("written");
        living.publish().expect("published");
        assert_eq!(fs::read(folder.join("below/page.html")).expect("there"), b"whole");
        assert_eq!(sweep(&folder.join("nowhere")).expect("swept"), 0);
        fs::remove_dir_all(&folder).expect("cleaned");
    }
}
