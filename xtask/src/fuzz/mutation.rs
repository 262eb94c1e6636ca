//! Inputs from a corpus: a few changes at random places, with pieces that readers stumble over.

use crate::rng::Rng;

/// Pieces that mean something to readers of text.
const PIECES: [&[u8]; 36] = [
    b"\"",
    b"\"\"",
    b"'",
    b"\\",
    b"\\\"",
    b",",
    b";",
    b"\t",
    b", ",
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xef\xbf\xbd",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x1b$B",
    b"\x81\x30",
    b"\x1f",
    b"Total",
    b"sep=;",
    b" ",
    b"[",
    b"]",
    b"{",
    b"}",
    b":",
    b"null",
    b"1e400",
    b"0",
    b"\\x41",
    b"\\u0061",
    b"\\ud800",
];

/// The longest input: long ones find little more and take long.
const LONGEST: usize = 16_384;

/// A file of the corpus with one to eight changes.
pub(super) fn drawn(corpus: &[Vec<u8>], rng: &mut Rng) -> Vec<u8> {
    let mut input = rng.pick(corpus).clone();
    input.truncate(LONGEST);
    for _ in 0..=rng.below(8) {
        change(&mut input, corpus, rng);
    }
    input
}

/// One change at a random place.
pub(super) fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], rng: &mut Rng) {
    let at = rng.below(input.len() as u64 + 1) as usize;
    let length = rng.below(40) as usize;
    let end = (at + length).min(input.len());
    match rng.below(7) {
        0 => drop(input.splice(at..at, rng.pick(&PIECES).iter().copied())),
        1 => drop(input.drain(at..end)),
        2 => {
            let piece = input[at..end].to_vec();
            let to = rng.below(input.len() as u64 + 1) as usize;
            input.splice(to..to, piece);
        }
        3 => {
            let other = rng.pick(corpus);
            let from = rng.below(other.len() as u64 + 1) as usize;
            let piece = &other[from..(from + length).min(other.len())];
            input.splice(at..end, piece.iter().copied());
        }
        4 if at < input.len() => input[at] ^= 1 << rng.below(8),
        5 if at < input.len() => input[at] = rng.below(256) as u8,
        // Cut off, seldom: little is left to find in short files.
        6 if rng.per_mille(200) => input.truncate(at),
        _ => drop(input.splice(at..end, rng.pick(&PIECES).iter().copied())),
    }
}
