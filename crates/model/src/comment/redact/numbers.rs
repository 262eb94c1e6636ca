//! Numbers that may belong to a person: telephones, identity and bank cards, orders.
//!
//! Method: digits of any script, Chinese numerals (`一三八…`) and an `O` between digits are read as one run as long as
//! only blanks, marks or pictures stand between them. Six digits in a row are too many; so are seven in groups, and
//! six that stand one by one. Commas and the like part a run, unless the whole is as long as a telephone number. A
//! price, a range of prices and a span of years stay.

use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// So many digits in a row are no price.
const LONG: usize = 6;

/// So many digits in groups are no two figures.
const LONG_IN_GROUPS: usize = 7;

/// So many digits are a telephone number, whatever stands between them.
const LONG_WITH_COMMAS: usize = 10;

/// Marks, blanks and pictures between two digits of one number.
const BETWEEN: usize = 6;

/// The places of all long numbers, with the letters that are written together with them.
pub(super) fn long(view: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for groups in runs(view) {
        if is_long_with_commas(&groups) {
            found.push(widened(view, &groups));
            continue;
        }
        let parts = groups.chunk_by(|one, next| !parts(&view[one.end..next.start]));
        found.extend(parts.filter(|part| is_long(view, part)).map(|part| widened(view, part)));
    }
    found
}

/// Whether a long number is left.
pub(super) fn has_long(view: &[char]) -> bool {
    !long(view).is_empty()
}

/// Groups of digits that nothing but marks, blanks and pictures part.
fn runs(view: &[char]) -> Vec<Vec<Range<usize>>> {
    let mut runs: Vec<Vec<Range<usize>>> = Vec::new();
    let mut place = 0;
    while place < view.len() {
        if !is_digit(view, place) {
            place += 1;
            continue;
        }
        let start = place;
        while place < view.len() && is_digit(view, place) {
            place += 1;
        }
        let joins = |last: &Range<usize>| {
            let between = &view[last.end..start];
            // Strokes and circles over a digit are part of it.
            let apart = between.iter().filter(|one| !is_combining_mark(**one));
            apart.count() <= BETWEEN && !between.iter().any(|one| one.is_alphanumeric())
        };
        match runs.last_mut().filter(|run| run.last().is_some_and(joins)) {
            Some(run) => run.push(start..place),
            None => runs.push(std::iter::once(start..place).collect()),
        }
    }
    runs
}

fn is_digit(view: &[char], place: usize) -> bool {
    let is_plain = |one: char| {
        one.is_numeric() || "零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖".contains(one)
    };
    let is_round = |one: char| matches!(one, 'o' | 'O');
    if !is_round(view[place]) {
        return is_plain(view[place]);
    }
    // `138OO13`: round letters between digits are zeros.
    let before = view[..place].iter().rev().find(|one| !is_round(**one));
    let after = view[place..].iter().find(|one| !is_round(**one));
    before.is_some_and(|one| is_plain(*one)) && after.is_some_and(|one| is_plain(*one))
}

/// Whether what stands between two groups makes two numbers of them.
fn parts(between: &[char]) -> bool {
    between.iter().any(|one| ",，、;；:：。%％!！?？¥￥$€£~〜…\n".contains(*one))
}

fn digits(groups: &[Range<usize>]) -> usize {
    groups.iter().map(Range::len).sum()
}

fn is_one_by_one(groups: &[Range<usize>]) -> bool {
    digits(groups) >= LONG && groups.iter().all(|group| group.len() == 1)
}

fn is_long_with_commas(groups: &[Range<usize>]) -> bool {
    digits(groups) >= LONG_WITH_COMMAS || is_one_by_one(groups)
}

fn is_long(view: &[char], groups: &[Range<usize>]) -> bool {
    let is_long = match groups {
        [one] => one.len() >= LONG,
        more => digits(more) >= LONG_IN_GROUPS || is_one_by_one(more),
    };
    is_long && !is_harmless(view, groups)
}

/// `3299.00`, `3299-4999 元` and `2025-2026`.
fn is_harmless(view: &[char], groups: &[Range<usize>]) -> bool {
    let [one, other] = groups else { return false };
    let between: String = view[one.end..other.start].iter().collect();
    let between = between.trim();
    let text = |range: &Range<usize>| view[range.clone()].iter().collect::<String>();
    let is_year = |range: &Range<usize>| {
        range.len() == 4 && ["19", "20"].iter().any(|century| text(range).starts_with(century))
    };
    let is_short = one.len() < LONG && other.len() < LONG;
    match between {
        "." => is_short && other.len() <= 2,
        "-" | "–" | "—" | "/" if is_year(one) && is_year(other) => true,
        "-" | "–" | "—" => is_short && is_money(view, one.start, other.end),
        _ => false,
    }
}

fn is_money(view: &[char], start: usize, end: usize) -> bool {
    let before = view[..start].iter().rev().find(|one| **one != ' ');
    let after: String = view[end..].iter().filter(|one| **one != ' ').take(4).collect();
    let units = ["元", "块", "rmb", "yuan", "usd", "eur"];
    before.is_some_and(|one| "¥￥$€£".contains(*one))
        || units.iter().any(|unit| after.to_lowercase().starts_with(unit))
}

/// A number with the plain letters that are written together with it: `JD20260715001`.
fn widened(view: &[char], groups: &[Range<usize>]) -> Range<usize> {
    let (mut start, mut end) = (groups[0].start, groups[groups.len() - 1].end);
    let belongs = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '+' || one == '(';
    while start > 0 && belongs(view[start - 1]) {
        start -= 1;
    }
    while end < view.len() && view[end].is_ascii_alphanumeric() {
        end += 1;
    }
    start..end
}
