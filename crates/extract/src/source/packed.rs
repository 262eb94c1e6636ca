//! Unpacking: the bytes of a file, whatever it is packed in, under the contract's limits.
//!
//! Rule: sizes are counted while bytes come, never believed. An archive that breaks off, that holds more than one file,
//! or another archive, is refused as a whole.

use super::{Found, archive, damage::Unpacked};
use crate::contract::LimitsSpec;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    time::Instant,
};

/// How archives begin: gzip, Zstandard, zip.
const ARCHIVES: [(&[u8], &str); 3] =
    [(b"\x1f\x8b", "gzip"), (b"\x28\xb5\x2f\xfd", "Zstandard"), (b"PK\x03\x04", "zip")];

/// Lets `read` read the unpacked bytes; what an archive holds besides, and does not count, comes back by name.
///
/// # Errors
/// What `read` returns, or why the file cannot be unpacked: in one sentence for the owner of the data.
pub(super) fn stream(
    found: &Found,
    limits: &LimitsSpec,
    read: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), String>,
) -> Result<Vec<String>, String> {
    let mut read = |bytes: &mut dyn BufRead| {
        let first = bytes.fill_buf().map_err(|error| error.to_string())?;
        let mark = ARCHIVES.iter().find(|(mark, _)| first.starts_with(mark));
        // Rows of a batch may begin with anything, and go to quarantine one by one.
        if let Some((_, kind)) = mark.filter(|_| !found.is_batch) {
            return Err(format!("holds a {kind} archive where text is expected"));
        }
        read(bytes)
    };
    unpacked(found, limits, &mut read)
}

/// The unpacked bytes of a file that is read as a whole.
///
/// # Errors
/// A file that cannot be unpacked, or is too large.
pub(crate) fn whole(found: &Found, limits: &LimitsSpec) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let most = limits.whole(found.format);
    unpacked(found, limits, &mut |stream| {
        let read = stream.take(most + 1).read_to_end(&mut bytes);
        match read.map_err(|error| error.to_string())? as u64 > most {
            true => {
                let most = most >> 20;
                Err(format!(
                    "has more than {most} MB, the most for files read as a whole (`limits.whole_megabytes`)"
                ))
            }
            false => Ok(()),
        }
    })?;
    Ok(bytes)
}

fn unpacked(
    found: &Found,
    limits: &LimitsSpec,
    read: &mut dyn FnMut(&mut dyn BufRead) -> Result<(), String>,
) -> Result<Vec<String>, String> {
    let told = |error: io::Error| error.to_string();
    let file = found.open().map_err(told)?;
    let size = file.metadata().map_err(told)?.len();
    let name = found.path.to_string_lossy().to_lowercase();
    let mut bound = |reader: &mut dyn Read, packed: Option<u64>| {
        let bounded = Bounded { reader, packed, read: 0, began: Instant::now(), limits };
        read(&mut BufReader::with_capacity(1 << 16, bounded))
    };
    let mut file = BufReader::new(file);
    if name.ends_with(".zip") {
        return archive::only_file(file, size, &mut |entry, packed| {
            bound(&mut Unpacked::new(entry, "zip"), Some(packed))
        });
    }
    let outcome = if name.ends_with(".gz") {
        let gzip = flate2::bufread::MultiGzDecoder::new(file);
        bound(&mut Unpacked::new(gzip, "gzip"), Some(size))
    } else if name.ends_with(".zst") {
        let packed = (!found.is_batch).then_some(size);
        let zstandard = zstd::stream::read::Decoder::with_buffer(file).map_err(told)?;
        bound(&mut Unpacked::new(zstandard, "Zstandard"), packed)
    } else {
        bound(&mut file, None)
    };
    outcome.map(|()| Vec::new())
}

/// Bytes that are counted, against those that never end.
struct Bounded<'a> {
    reader: &'a mut dyn Read,
    /// How many bytes it takes packed.
    packed: Option<u64>,
    read: u64,
    began: Instant,
    limits: &'a LimitsSpec,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.began.elapsed() > self.limits.time() {
            let most = self.limits.time().as_secs();
            return Err(io::Error::other(format!(
                "reading it takes more than {most} s (`limits.seconds`)"
            )));
        }
        let read = self.reader.read(buffer)?;
        self.read += read as u64;
        match self.read > self.limits.bytes(self.packed) {
            true => Err(io::Error::other(self.limits.exceeded(self.packed, self.read))),
            false => Ok(read),
        }
    }
}

impl Found {
    /// Opens the file as it lies on disk.
    ///
    /// # Errors
    /// A file that is not there, or that is none but a pipe or a device.
    pub(crate) fn open(&self) -> io::Result<File> {
        if !std::fs::metadata(&self.path)?.is_file() {
            return Err(io::Error::other("is no regular file"));
        }
        File::open(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Format;

    #[test]
    fn rows_of_a_batch_may_begin_like_an_archive_and_files_may_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("000001.jsonl.zst");
        let rows = "PK\u{3}\u{4}\n{\"id\":1}\n";
        let packed = zstd::encode_all(rows.as_bytes(), 0).expect("packed");
        std::fs::write(&path, packed).expect("a file");
        let read = |is_batch| {
            let (name, path) = ("rows".to_owned(), path.clone());
            let found = Found { name, path, format: Format::JsonLines, day: None, is_batch };
            let mut text = String::new();
            let taken = stream(&found, &LimitsSpec::default(), &mut |bytes| {
                bytes.read_to_string(&mut text).map(|_| ()).map_err(|error| error.to_string())
            });
            taken.map(|_| text)
        };
        assert_eq!(read(true).as_deref(), Ok(rows));
        let refused = read(false).expect_err("an archive in an archive");
        assert_eq!(refused, "holds a zip archive where text is expected");
    }
}
