//! What a folder keeps when an edition is published again with other figures.
//!
//! Rule: nothing that was published is lost. The files of the version before are copied into `superseded/<version>/`,
//! the entry last; only then are they replaced. The entry is taken away before the first file changes and written
//! after the last one, so that a process that dies in between leaves an edition that is published once more. A kept
//! page, and that of an edition that was corrected, shows its link to the valid one; nothing else of it changes.

use crate::error::DeliverError;
use model::{
    archive::{ENTRY_ENDING, ENTRY_VERSION, Entry},
    edition::{AttachmentKind, PageFile},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The folder of versions that are no longer valid, beside those that are.
const SUPERSEDED: &str = "superseded";

/// The entry of the edition whose message is `message`; none when it was never wholly published.
pub(super) fn entry(message: &Path) -> Result<Option<Entry>, DeliverError> {
    let path = message.with_extension(ENTRY_ENDING);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(DeliverError::Publish { path, source }),
    };
    // What cannot be read is no proof that the edition is there: it is published again.
    Ok(serde_json::from_slice(&text)
        .ok()
        .filter(|entry: &Entry| entry.schema_version == ENTRY_VERSION))
}

/// Keeps the published version of an edition that will be replaced; the number of the next one.
pub(super) fn make_room(message: &Path) -> Result<u32, DeliverError> {
    let folder = folder(message);
    let Some(old) = entry(message)? else { return last_kept(message).map(|last| last + 1) };
    let keep = folder.join(SUPERSEDED).join(old.version.to_string());
    let name = |path: &Path| path.file_name().map(PathBuf::from).unwrap_or_default();
    let entry_file = message.with_extension(ENTRY_ENDING);
    for file in &old.files {
        // An entry names files beside it, whoever wrote it.
        let file = name(Path::new(file));
        copy(&folder.join(&file), &keep.join(&file))?;
        let valid = format!("../../{}", file.display());
        mark(&keep.join(&file), &valid)?;
    }
    copy(&entry_file, &keep.join(name(&entry_file)))?;
    fs::remove_file(&entry_file)
        .map_err(|source| DeliverError::Publish { path: entry_file, source })?;
    Ok(old.version + 1)
}

/// What a page has for the day on which it is replaced: a sentence, and the link to what replaces it.
const REPLACED: &str = "<p class=\"replaced\" hidden><a>";

/// Lets the pages of earlier revisions, whose messages these are, say that a correction took their place.
pub(super) fn correct(earlier: &[PathBuf], message: &Path) -> Result<(), DeliverError> {
    let page = message.with_extension("html");
    let name = |path: &Path| path.file_name().map(PathBuf::from).unwrap_or_default();
    let valid = Path::new("..").join(name(folder(message))).join(name(&page));
    let valid = valid.display().to_string();
    earlier.iter().try_for_each(|earlier| mark(&earlier.with_extension("html"), &valid))
}

/// Lets a page say that it was replaced, and by which; else it stays as it was, also when it says so already.
fn mark(page: &Path, valid: &str) -> Result<(), DeliverError> {
    let is_page = page.extension().is_some_and(|ending| ending == "html");
    let text = if is_page { fs::read_to_string(page).ok() } else { None };
    let Some((before, after)) = text.as_ref().and_then(|text| text.split_once(REPLACED)) else {
        return Ok(());
    };
    let link = format!("<p class=\"replaced\"><a href=\"{valid}\">");
    put(page, format!("{before}{link}{after}").as_bytes())
}

/// The last version that is kept of an edition, 0 for none.
fn last_kept(message: &Path) -> Result<u32, DeliverError> {
    let folder = folder(message).join(SUPERSEDED);
    let names = match fs::read_dir(&folder) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(source) => return Err(DeliverError::Publish { path: folder, source }),
    };
    let entry_name = message.with_extension(ENTRY_ENDING);
    let entry_name = entry_name.file_name().unwrap_or_default();
    let mut last: u32 = 0;
    for name in names {
        let name = name.map_err(|source| DeliverError::Publish { path: folder.clone(), source })?;
        let number = name.file_name().to_str().and_then(|name| name.parse().ok()).unwrap_or(0);
        if name.path().join(entry_name).exists() {
            last = last.max(number);
        }
    }
    Ok(last)
}

/// Says that the edition is there, whole; what an earlier version left behind goes.
pub(super) fn seal(message: &Path, entry: &Entry) -> Result<(), DeliverError> {
    for kind in AttachmentKind::ALL {
        let path = message.with_extension(kind.ending());
        let is_of_this = path.file_name().is_some_and(|name| {
            entry.files.iter().any(|file| name.to_str() == Some(file.as_str()))
        });
        if !is_of_this && path.exists() {
            fs::remove_file(&path).map_err(|source| DeliverError::Publish { path, source })?;
        }
    }
    let fault = |error| DeliverError::Publish {
        path: message.with_extension(ENTRY_ENDING),
        source: io::Error::other(error),
    };
    let text = serde_json::to_vec_pretty(entry).map_err(fault)?;
    put(&message.with_extension(ENTRY_ENDING), &text)
}

/// Puts what a page refers to beside it, unless it is there: editions in other languages share it.
pub(super) fn put_page_file(folder: &Path, file: &PageFile) -> Result<(), DeliverError> {
    let path = folder.join(file.file_name);
    if fs::read(&path).is_ok_and(|there| there == file.bytes) {
        return Ok(());
    }
    put(&path, file.bytes)
}

fn folder(message: &Path) -> &Path {
    message.parent().unwrap_or(Path::new(""))
}

pub(super) fn put(path: &Path, bytes: &[u8]) -> Result<(), DeliverError> {
    publish::file(path, bytes)
        .map_err(|source| DeliverError::Publish { path: path.to_owned(), source })
}

fn copy(from: &Path, to: &Path) -> Result<(), DeliverError> {
    match fs::read(from) {
        Ok(bytes) => put(to, &bytes),
        // Somebody took it away: there is nothing to keep.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(DeliverError::Publish { path: from.to_owned(), source }),
    }
}
