//! Zip archives: the one file that they hold.
//!
//! Rule: an archive that leaves open which file is meant, or that names a place outside of itself, was not made to be
//! read by a program that trusts it, and is refused. Nothing is ever written where an archive says.

use super::Found;
use std::{
    collections::BTreeSet,
    io::{BufReader, Read, Seek, SeekFrom},
};
use zip::{ZipArchive, result::ZipError};

/// The most entries of an archive, noise included.
const MOST_ENTRIES: u64 = 1000;

/// The longest end of a zip archive: its fixed part and a comment.
const LONGEST_END: u64 = 22 + 65535;

/// Lets `read` read the only file of an archive; it hears how many bytes that takes packed. The names of entries that
/// were passed over come back.
///
/// # Errors
/// What `read` returns, or why the archive is refused.
pub(super) fn only_file<R: Read + Seek>(
    file: R,
    size: u64,
    read: &mut dyn FnMut(&mut dyn Read, u64) -> Result<(), String>,
) -> Result<Vec<String>, String> {
    let Opened { mut archive, index, name, noise } = opened(file, size)?;
    let mut entry = archive.by_index(index).map_err(told)?;
    let (stated, packed) = (entry.size(), entry.compressed_size());
    let mut counted = Counted { reader: &mut entry, bytes: 0 };
    read(&mut counted, packed.min(size))?;
    if counted.bytes != stated {
        return Err(format!(
            "`{name}` has {} bytes, and the archive states {stated}",
            counted.bytes
        ));
    }
    Ok(noise)
}

/// What the only file of an archive is called.
///
/// # Errors
/// Why the archive cannot be read or is refused.
pub(crate) fn name_within(found: &Found) -> Result<String, String> {
    let file = found.open().map_err(|error| error.to_string())?;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    opened(BufReader::new(file), size).map(|opened| opened.name)
}

/// An archive with the place and the name of its only file.
struct Opened<R> {
    archive: ZipArchive<R>,
    index: usize,
    name: String,
    /// Entries that do not count.
    noise: Vec<String>,
}

fn opened<R: Read + Seek>(mut file: R, size: u64) -> Result<Opened<R>, String> {
    let stated = entries(&mut file, size)?;
    if stated > MOST_ENTRIES {
        return Err(format!("holds {stated} entries; {MOST_ENTRIES} are the most"));
    }
    let mut archive = ZipArchive::new(file).map_err(told)?;
    // The reader keeps one entry of each name, so two of a name show in their number alone.
    if archive.len() as u64 != stated {
        return Err("holds two files of one name, so which one counts is not known".into());
    }
    let (mut files, mut noise) = (Vec::new(), Vec::new());
    let mut names = BTreeSet::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(told)?;
        let name = entry.name().map_err(told)?.into_owned();
        let leads_out =
            entry.enclosed_name().is_none() || name.contains('\\') || name.starts_with('/');
        if leads_out || entry.is_symlink() {
            return Err(format!("its entry `{name}` points outside of the archive"));
        }
        if !names.insert(name.to_lowercase()) {
            return Err(format!("holds `{name}` twice but for upper and lower case"));
        }
        match (entry.is_dir(), is_noise(&name)) {
            (true, _) => {}
            (false, true) => noise.push(name),
            (false, false) => files.push((index, name)),
        }
    }
    match <[_; 1]>::try_from(files) {
        Ok([(index, name)]) => Ok(Opened { archive, index, name, noise }),
        Err(files) => {
            let names: Vec<&str> = files.iter().map(|(_, name)| name.as_str()).take(5).collect();
            Err(format!("holds {} files, not one: {}", files.len(), names.join(", ")))
        }
    }
}

/// What is wrong with an archive.
fn told(error: ZipError) -> String {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            "is locked by a password; deliver it without one".into()
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            format!("is packed in a way that is not read ({error}); pack it by Deflate")
        }
        _ => format!("is no sound zip archive ({error}); fetch it again"),
    }
}

/// How many entries the archive's end states.
fn entries<R: Read + Seek>(file: &mut R, size: u64) -> Result<u64, String> {
    let length = size.min(LONGEST_END);
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(size - length)).map_err(|error| error.to_string())?;
    file.take(length).read_to_end(&mut end).map_err(|error| error.to_string())?;
    file.rewind().map_err(|error| error.to_string())?;
    let place = end.windows(4).rposition(|mark| mark == b"PK\x05\x06");
    match place.and_then(|place| end.get(place + 10..place + 12)) {
        Some(&[low, high]) => Ok(u64::from(u16::from_le_bytes([low, high]))),
        _ => Err("is no whole zip archive: its end is missing; fetch it again".into()),
    }
}

/// What operating systems add by themselves.
fn is_noise(name: &str) -> bool {
    let file = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/")
        || file.starts_with("._")
        || matches!(file, ".DS_Store" | "Thumbs.db")
}

struct Counted<'a> {
    reader: &'a mut dyn Read,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
