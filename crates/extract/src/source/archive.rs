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

/// The fixed part of a zip archive's end.
const SHORTEST_END: usize = 22;

/// The longest end: its fixed part and a comment.
const LONGEST_END: u64 = SHORTEST_END as u64 + 65535;

/// What leads to the end of a large archive, and both of them.
const LOCATOR: usize = 20;
const LARGE_END: usize = LOCATOR + 56;

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
    let taken = counted.bytes;
    // Who looks at the start alone has not come to the end, and cannot tell how much there is.
    let is_over = counted.read(&mut [0]).map_err(|error| error.to_string())? == 0;
    if is_over && taken != stated {
        return Err(format!("`{name}` has {} bytes, and the archive states {stated}", taken));
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
    let directory = directory(&mut file, size)?;
    let mut archive = ZipArchive::new(file).map_err(told)?;
    if archive.central_directory_start() != directory.start {
        return Err(ODD.into());
    }
    // The reader keeps one entry of each name, so two of a name show in their number alone.
    if archive.len() as u64 != directory.entries {
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
        let end = entry.data_start().and_then(|at| at.checked_add(entry.compressed_size()));
        if end.is_none_or(|end| end > directory.start) {
            return Err(ODD.into());
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

/// Why an archive is refused that others may read in another way.
const ODD: &str = "is no whole zip archive: its directory is not as its end says; fetch it again";

/// Where an archive lists its entries.
struct Directory {
    start: u64,
    entries: u64,
}

/// The directory as the archive's end states it, which other readers must find in the same way: the end is where the
/// file ends, and the directory lies right before it, entry by entry.
fn directory<R: Read + Seek>(file: &mut R, size: u64) -> Result<Directory, String> {
    let unread = |error: std::io::Error| error.to_string();
    let length = size.min(LONGEST_END);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(size - length)).map_err(unread)?;
    file.take(length).read_to_end(&mut tail).map_err(unread)?;
    let place = tail.windows(4).rposition(|mark| mark == b"PK\x05\x06");
    let record = place.and_then(|place| tail.get(place..)).unwrap_or_default();
    if record.len() < SHORTEST_END || record.len() != SHORTEST_END + number(&record[20..22]) {
        let fault = "its end is missing, or is not where the file ends";
        return Err(format!("is no whole zip archive: {fault}; fetch it again"));
    }
    let (entries, bytes) = (number(&record[10..12]) as u64, number(&record[12..16]) as u64);
    if entries > MOST_ENTRIES {
        return Err(format!("holds {entries} entries; {MOST_ENTRIES} are the most"));
    }
    let is_odd = || ODD.to_owned();
    // Some programs write the end of large archives too, which stands before that of all.
    let before = &tail[..tail.len() - record.len()];
    let is_large = before.rchunks(LOCATOR).next().is_some_and(|it| it.starts_with(b"PK\x06\x07"));
    let behind = record.len() + if is_large { LARGE_END } else { 0 };
    let end = size.checked_sub(behind as u64).ok_or_else(is_odd)?;
    let start = end.checked_sub(bytes).ok_or_else(is_odd)?;
    match entries_end(file, start, entries).map_err(unread)? == Some(end) {
        true => Ok(Directory { start, entries }),
        false => Err(is_odd()),
    }
}

/// Where the entries of a directory end; nowhere if they are none.
fn entries_end<R: Read + Seek>(
    file: &mut R,
    start: u64,
    entries: u64,
) -> std::io::Result<Option<u64>> {
    let mut at = start;
    for _ in 0..entries {
        let mut header = Vec::new();
        file.seek(SeekFrom::Start(at))?;
        file.take(46).read_to_end(&mut header)?;
        if header.len() < 46 || !header.starts_with(b"PK\x01\x02") {
            return Ok(None);
        }
        let names = number(&header[28..30]) + number(&header[30..32]) + number(&header[32..34]);
        at += (header.len() + names) as u64;
    }
    file.rewind()?;
    Ok(Some(at))
}

/// A number of an archive: its lowest byte comes first.
fn number(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn archive(comment: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.csv", SimpleFileOptions::default()).expect("an entry");
        writer.write_all(b"a\n1\n").expect("written");
        writer.set_comment(comment).expect("a comment");
        writer.finish().expect("an archive").into_inner()
    }

    fn text(archive: &[u8]) -> Result<String, String> {
        let mut text = String::new();
        let size = archive.len() as u64;
        only_file(Cursor::new(archive), size, &mut |file, _| {
            file.read_to_string(&mut text).map(|_| ()).map_err(|error| error.to_string())
        })?;
        Ok(text)
    }

    /// Otherwise programs find different files in it: some go by its end, some by the size of its directory.
    #[test]
    fn an_archive_whose_end_does_not_fit_is_refused() {
        let sound = archive("");
        assert_eq!(text(&sound).as_deref(), Ok("a\n1\n"));
        assert_eq!(text(&archive("a comment")).as_deref(), Ok("a\n1\n"));
        let before = [b"#!/bin/sh\n".as_slice(), &sound].concat();
        assert_eq!(text(&before).as_deref(), Ok("a\n1\n"), "places count from where it begins");
        let end = sound.len() - SHORTEST_END;
        let mut more = sound.clone();
        more.push(b'\n');
        let mut no_size = sound.clone();
        no_size[end + 12] = 0;
        let mut longer = sound.clone();
        // The entry's comment reaches into the end.
        let entry = end - number(&sound[end + 12..end + 16]);
        longer[entry + 32] = 1;
        let mut wider = sound.clone();
        // Its packed bytes reach into the directory: some programs stop where their stream ends, others refuse it.
        wider[entry + 20] += 1;
        for odd in [more, no_size, longer, wider, sound[..sound.len() - 1].to_vec()] {
            let refused = text(&odd).expect_err("refused");
            assert!(refused.starts_with("is no whole zip archive: its "), "{refused}");
        }
    }
}
