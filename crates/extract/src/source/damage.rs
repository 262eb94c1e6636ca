//! What is wrong with an archive, in plain words: its libraries speak of frames and headers.
//!
//! Rule: a fault says how far the archive was sound, and what to do.

use std::io::{self, Read};

/// An archive that is unpacked.
pub(super) struct Unpacked<R> {
    reader: R,
    kind: &'static str,
    /// How many unpacked bytes came so far.
    read: u64,
}

impl<R: Read> Unpacked<R> {
    pub(super) fn new(reader: R, kind: &'static str) -> Self {
        Self { reader, kind, read: 0 }
    }

    fn told(&self, error: &io::Error) -> String {
        let (kind, read, said) = (self.kind, self.read, error.to_string());
        let is_other = ["invalid gzip header", "Unknown frame descriptor"].contains(&&*said);
        let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
        match (is_other, read) {
            (true, 0) => format!(
                "is called a {kind} archive and does not begin like one; name it by what it is, or fetch it again"
            ),
            (true, _) => format!(
                "its {kind} archive has something else behind the first {read} unpacked bytes; fetch the file again"
            ),
            _ if is_cut => format!(
                "its {kind} archive breaks off after {read} unpacked bytes: the file was cut; fetch it again"
            ),
            _ => format!(
                "its {kind} archive is damaged behind the first {read} unpacked bytes ({said}); fetch the file again"
            ),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer).map_err(|error| match error.kind() {
            io::ErrorKind::Interrupted => error,
            _ => io::Error::other(self.told(&error)),
        })?;
        self.read += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::tests::{contract, told};
    use serde_json::json;
    use std::io::Write;

    #[test]
    fn a_damaged_archive_is_told_by_what_is_wrong_and_what_to_do() {
        let text: String = (0..40_000).map(|at| format!("{at},{}\n", at * 7919 % 10_007)).collect();
        let text = format!("a,b\n{text}");
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        let gzip = packer.finish().unwrap();
        let mut packer = zstd::Encoder::new(Vec::new(), 1).unwrap();
        packer.include_checksum(true).unwrap();
        packer.write_all(text.as_bytes()).unwrap();
        let zstandard = packer.finish().unwrap();
        let half = |bytes: &[u8]| bytes[..bytes.len() / 2].to_vec();
        let flipped = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            let at = bytes.len() - 3;
            bytes[at] ^= 1;
            bytes
        };
        let behind = [gzip.as_slice(), b"\nsigned by nobody\n"].concat();
        let cases: [(&str, Vec<u8>, &str, &str); 8] = [
            (
                "f.csv.gz",
                text.clone().into_bytes(),
                "is called a gzip archive and does not begin",
                "name it by",
            ),
            (
                "f.csv.zst",
                text.into_bytes(),
                "is called a Zstandard archive and does not",
                "name it by",
            ),
            ("f.csv.gz", half(&gzip), "gzip archive breaks off after", "fetch it again"),
            ("f.csv.zst", half(&zstandard), "Zstandard archive breaks off after", "fetch it again"),
            ("f.csv.gz", flipped(&gzip), "gzip archive is damaged behind", "fetch the file again"),
            (
                "f.csv.zst",
                flipped(&zstandard),
                "Zstandard archive is damaged",
                "fetch the file again",
            ),
            ("f.csv.gz", behind, "gzip archive has something else behind", "fetch the file again"),
            (
                "f.parquet",
                b"PAR1, cut in the middle".to_vec(),
                "is no whole Parquet file",
                "fetch or export",
            ),
        ];
        let columns = json!({ "a": { "type": "text" }, "b": { "type": "text" } });
        let contract = contract(json!({ "files": ["*"] }), columns);
        for (name, bytes, what, advice) in cases {
            let reason = told(&contract, name, &bytes).expect_err(name);
            assert!(reason.contains(what) && reason.contains(advice), "{name}: {reason}");
        }
    }
}
