//! Zip archives, byte by byte, so that each of their statements can be untrue.

use super::{super::reader::crc, LONGEST};
use crate::rng::Rng;
use miniz_oxide::deflate::compress_to_vec;

/// Names of entries: good ones most often.
const NAMES: [&str; 12] = [
    "file.csv",
    "file.csv",
    "file.csv",
    "File.csv",
    "folder/other.csv",
    "folder/",
    "__MACOSX/._file.csv",
    ".DS_Store",
    "../file.csv",
    "/file.csv",
    "C:\\file.csv",
    "表.csv",
];

/// What is said of an entry.
struct Entry {
    name: &'static str,
    /// The name that stands before its content.
    local_name: &'static str,
    method: u16,
    flags: u16,
    crc: u32,
    size: u32,
    packed: Vec<u8>,
    offset: u32,
}

/// An archive of one text, most often; each text is drawn anew.
pub(super) fn archive(text: &mut dyn FnMut(&mut Rng) -> Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    let count = *rng.pick(&[1, 1, 1, 1, 2, 3, 0]);
    let mut archive = Vec::new();
    if rng.per_mille(80) {
        archive.extend_from_slice(b"#!/bin/sh\n");
    }
    let start = archive.len();
    let mut entries = Vec::new();
    for number in 0..count {
        let mut entry = entry(number, &text(rng), rng);
        entry.offset = (archive.len() - start) as u32;
        write_local(&mut archive, &entry);
        entries.push(entry);
    }
    if entries.len() > 1 && rng.per_mille(200) {
        // Two names for one content.
        entries[0].offset = entries[1].offset;
    }
    let directory = archive.len();
    entries.iter().for_each(|entry| write_central(&mut archive, entry));
    let size = archive.len() - directory;
    let comment: &[u8] = if rng.per_mille(150) { b"PK\x05\x06 a comment" } else { b"" };
    archive.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let stated = if rng.per_mille(30) { rng.below(4) as u16 } else { count as u16 };
    archive.extend(stated.to_le_bytes().repeat(2));
    archive.extend((size as u32).to_le_bytes());
    archive.extend(((directory - start) as u32).to_le_bytes());
    archive.extend((comment.len() as u16).to_le_bytes());
    archive.extend_from_slice(comment);
    archive
}

fn entry(number: u64, text: &[u8], rng: &mut Rng) -> Entry {
    let name = if number == 0 && rng.per_mille(600) { NAMES[0] } else { *rng.pick(&NAMES) };
    let local_name = if rng.per_mille(30) { *rng.pick(&NAMES) } else { name };
    let text = if name.ends_with('/') { &[] } else { text };
    let (method, mut packed) = match rng.below(3) {
        0 if text.len() <= LONGEST => (0, text.to_vec()),
        _ => (8, compress_to_vec(text, rng.below(10) as u8)),
    };
    if rng.per_mille(30) {
        packed.extend_from_slice(b"more than there is");
    }
    let mut entry = Entry {
        name,
        local_name,
        method,
        flags: *rng.pick(&[0, 0, 0x800, 8, 8, 1]),
        crc: crc(text),
        size: text.len() as u32,
        packed,
        offset: 0,
    };
    match rng.below(40) {
        0 => entry.size = entry.size.wrapping_add(1),
        1 => entry.size = entry.size.wrapping_sub(1),
        2 => entry.crc ^= 1,
        3 => entry.method = 12,
        4 => entry.flags |= 0x2000,
        _ => {}
    }
    entry
}

/// The sums and lengths of an entry: where they follow the content, none stands before it.
fn sums(entry: &Entry, is_before: bool) -> Vec<u8> {
    if is_before && entry.flags & 8 != 0 {
        return vec![0; 12];
    }
    let packed = entry.packed.len() as u32;
    [entry.crc, packed, entry.size].iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn write_local(archive: &mut Vec<u8>, entry: &Entry) {
    archive.extend_from_slice(b"PK\x03\x04\x14\0");
    archive.extend(entry.flags.to_le_bytes());
    archive.extend(entry.method.to_le_bytes());
    archive.extend_from_slice(b"\0\0\x21\x5a");
    archive.extend(sums(entry, true));
    archive.extend((entry.local_name.len() as u16).to_le_bytes());
    archive.extend_from_slice(b"\0\0");
    archive.extend_from_slice(entry.local_name.as_bytes());
    archive.extend_from_slice(&entry.packed);
    if entry.flags & 8 != 0 {
        archive.extend_from_slice(b"PK\x07\x08");
        archive.extend(sums(entry, false));
    }
}

fn write_central(archive: &mut Vec<u8>, entry: &Entry) {
    archive.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
    archive.extend(entry.flags.to_le_bytes());
    archive.extend(entry.method.to_le_bytes());
    archive.extend_from_slice(b"\0\0\x21\x5a");
    archive.extend(sums(entry, false));
    archive.extend((entry.name.len() as u16).to_le_bytes());
    archive.extend_from_slice(&[0; 12]);
    archive.extend(entry.offset.to_le_bytes());
    archive.extend_from_slice(entry.name.as_bytes());
}
