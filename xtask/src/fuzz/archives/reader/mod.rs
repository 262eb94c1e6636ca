//! Other readers of archives: gzip and zip by their specifications over `miniz_oxide`, Zstandard by `ruzstd`. The
//! program itself reads by `zlib-rs`, `zip` and the `zstd` of its inventors.
//!
//! Rule: what is not whole to the last byte is broken.

mod gzip;
mod zip;
mod zstandard;

use miniz_oxide::inflate::{
    TINFLStatus,
    core::{
        DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    },
};

/// The most bytes that are unpacked.
const LARGEST: usize = 12 << 20;

/// What an archive holds.
#[derive(Debug, PartialEq)]
pub(super) struct Whole {
    pub(super) content: Vec<u8>,
    /// How many bytes the content takes in it.
    pub(super) packed: u64,
    /// Whether nothing about it is odd, so that there is no reason to refuse it.
    pub(super) is_plain: bool,
}

/// Why there is no content.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    /// It is not sound.
    Broken(&'static str),
    /// It holds more than this reader unpacks.
    TooLarge,
    /// This reader does not know such archives.
    Unknown,
}

/// What a file holds, by the ending of its name.
pub(super) fn read(ending: &str, file: &[u8]) -> Result<Whole, Fault> {
    match ending {
        "gz" => gzip::read(file),
        "zip" => zip::read(file),
        _ => zstandard::read(file),
    }
}

/// A stream of DEFLATE: what it says, and how many bytes it takes.
fn inflated(packed: &[u8]) -> Result<(Vec<u8>, usize), Fault> {
    let mut state = Box::<DecompressorOxide>::default();
    let (mut content, mut taken, mut made) = (vec![0; 4096], 0, 0);
    loop {
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, read, written) =
            decompress(&mut state, &packed[taken..], &mut content, made, flags);
        taken += read;
        made += written;
        match status {
            TINFLStatus::Done => {
                content.truncate(made);
                return Ok((content, taken));
            }
            TINFLStatus::HasMoreOutput if content.len() >= LARGEST => return Err(Fault::TooLarge),
            TINFLStatus::HasMoreOutput => content.resize(content.len() * 2, 0),
            _ => return Err(Fault::Broken("its stream")),
        }
    }
}

/// The check sum of gzip and zip, bit by bit.
pub(super) fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 };
    !bytes
        .iter()
        .fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

/// So many bytes from the start of what is left.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Fault> {
    let (taken, behind) = rest.split_at_checked(length).ok_or(Fault::Broken("it breaks off"))?;
    *rest = behind;
    Ok(taken)
}

/// A number, the lowest byte first.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}
