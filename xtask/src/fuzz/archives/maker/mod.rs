//! Archives out of texts, sound ones and ones that lie, and what may happen to them on their way.

mod zip;

use super::reader::crc;
use crate::{fuzz::mutation, rng::Rng};
use flate2::{Compression, GzBuilder};
use std::io::Write as _;

/// The longest text, but for those that swell.
const LONGEST: usize = 3000;

/// Numbers that headers should not have.
const ODD: [&[u8]; 9] = [
    b"\x00",
    b"\x01",
    b"\xff",
    b"\x00\x00",
    b"\x01\x00",
    b"\xff\xff",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\x7f",
    b"\xff\xff\xff\xff",
];

/// An archive, most often a damaged one.
pub(super) fn drawn(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let (ready, texts): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) =
        corpus.iter().partition(|file| is_archive(file));
    let mut archive = match rng.below(8) {
        0 => (*rng.pick(&ready)).clone(),
        1..=3 => gzip(&text(&texts, corpus, rng), rng),
        4 => zstandard(&text(&texts, corpus, rng), rng),
        5 => zstandard(&text(&texts, corpus, rng), rng),
        _ => zip::archive(&mut |rng| text(&texts, corpus, rng), rng),
    };
    match rng.below(10) {
        0..=2 => {}
        3 => archive.truncate(rng.below(archive.len() as u64 + 1) as usize),
        4 => archive.extend_from_slice(rng.pick(corpus).get(..9).unwrap_or(&[0])),
        5 | 6 => (0..=rng.below(3)).for_each(|_| mutation::change(&mut archive, corpus, rng)),
        _ => (0..=rng.below(2)).for_each(|_| lie(&mut archive, rng)),
    }
    archive
}

fn is_archive(file: &[u8]) -> bool {
    [b"\x1f\x8b".as_slice(), b"PK", b"\x28\xb5"].iter().any(|mark| file.starts_with(mark))
}

/// A text: one with changes, seldom an empty one or one that packs far too well.
fn text(texts: &[&Vec<u8>], corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut text = (*rng.pick(texts)).clone();
    text.truncate(LONGEST);
    for _ in 0..rng.below(4) {
        mutation::change(&mut text, corpus, rng);
    }
    match rng.below(400) {
        0 | 1 => vec![b'a'; (1 << 20) + rng.below(1 << 17) as usize]
            .chunks(60_000)
            .collect::<Vec<_>>()
            .join(&b'\n'),
        2 => vec![b'\n'; rng.below(16 << 20) as usize],
        3..=9 => Vec::new(),
        _ => text,
    }
}

/// The text in a few pieces, some of them empty.
fn pieces<'a>(text: &'a [u8], rng: &mut Rng) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for _ in 0..rng.below(4) {
        let (piece, behind) = rest.split_at(rng.below(rest.len() as u64 + 1) as usize);
        pieces.push(piece);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

fn gzip(text: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut archive = Vec::new();
    for piece in pieces(text, rng) {
        let mut builder = GzBuilder::new().mtime(rng.below(1 << 32) as u32);
        let has_fields = rng.per_mille(300);
        if has_fields {
            builder = builder.filename("name.csv").comment("a comment").extra(vec![7; 5]);
        }
        let level = Compression::new(rng.below(10) as u32);
        let mut encoder = builder.write(Vec::new(), level);
        // Memory takes whatever is written.
        let _ = encoder.write_all(piece);
        let mut member = encoder.finish().unwrap_or_default();
        if !has_fields && rng.per_mille(200) {
            member[3] |= 2;
            let sum = crc(&member[..10]).to_le_bytes();
            member.splice(10..10, [sum[0], sum[1]]);
        }
        archive.extend(member);
    }
    archive
}

fn zstandard(text: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut archive = Vec::new();
    for piece in pieces(text, rng) {
        if rng.per_mille(150) {
            archive.extend([0x50 + rng.below(16) as u8, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        }
        archive.extend(frame(piece, rng).unwrap_or_default());
    }
    archive
}

fn frame(text: &[u8], rng: &mut Rng) -> std::io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), rng.between(-3, 12) as i32)?;
    encoder.include_checksum(rng.per_mille(600))?;
    if rng.per_mille(500) {
        encoder.set_pledged_src_size(Some(text.len() as u64))?;
    }
    encoder.write_all(text)?;
    encoder.finish()
}

/// A number where a header is likely to stand: at the start, at the end, or behind a mark.
fn lie(archive: &mut Vec<u8>, rng: &mut Rng) {
    let marks = archive.windows(2).enumerate().filter(|(_, bytes)| *bytes == b"PK");
    let mut places: Vec<usize> = marks.map(|(place, _)| place).collect();
    places.extend([0, archive.len().saturating_sub(12)]);
    let at = (*rng.pick(&places) + rng.below(48) as usize).min(archive.len());
    let odd = *rng.pick(&ODD);
    let end = (at + odd.len()).min(archive.len());
    if at < end && rng.per_mille(400) {
        archive[at] = archive[at].wrapping_add(if rng.per_mille(500) { 1 } else { 255 });
    } else {
        archive.splice(at..end, odd.iter().copied());
    }
}
