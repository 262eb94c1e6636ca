//! Published files appear whole or not at all.
//!
//! Rule: every output goes through [`file`]: written beside its place, synced, renamed, and the folder
//! synced. Nothing else in the workspace writes an output.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
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
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // The process id keeps two processes that publish the same file from writing into one temporary file.
    let temporary = folder.join(format!(".{name}.{}.part", std::process::id()));
    let written = File::create(&temporary).map_err(E::from).and_then(|mut file| {
        write(&mut file)?;
        file.sync_all()?;
        Ok(())
    });
    let published = written.and_then(|()| {
        fs::rename(&temporary, path)?;
        File::open(folder)?.sync_all()?;
        Ok(())
    });
    if published.is_err() {
        // The temporary file is ours alone; failing to remove it loses nothing.
        let _ = fs::remove_file(&temporary);
    }
    published
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
