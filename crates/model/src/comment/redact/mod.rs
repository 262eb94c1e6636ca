//! Takes personal data out of a text, so that it may be quoted.
//!
//! Method: patterns over a copy of the text in which width and invisible characters play no part; what they find is
//! replaced by a mark. Numbers are judged apart, because digits can be written in so many ways.
//! Rule: in doubt nothing is quoted. A text is dropped when more than two places had to be replaced, when little is
//! left, or when an `@` or a long number remains.
//! Not for: names without a title or an introduction ("Anna was great", `彭新星很热情`); no pattern can tell them from
//! other words. Who quotes comments in public has to read the quotes first.

mod numbers;
mod patterns;

use super::fold::{is_han, is_invisible, is_of_word};
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// What stands in the place of personal data.
pub const REDACTED: &str = "[…]";

/// A quote has so many characters at most; longer ones are cut.
pub const LONGEST_QUOTE: usize = 120;

/// More replacements than this leave a text that is about a person.
const MOST_REPLACED: usize = 2;

/// What must be left, where a Chinese character counts 2 and any other letter 1.
const LEAST_LEFT: usize = 8;

/// Replacements with nothing but marks between them, at most so many, are one.
const TOUCHING: usize = 2;

/// A text without personal data, cut to [`LONGEST_QUOTE`]; `None` when it should not be quoted at all.
pub fn redact(text: &str) -> Option<String> {
    shortened(&clean(text)?)
}

/// A text without personal data, at its full length and with its line breaks.
pub(super) fn clean(text: &str) -> Option<String> {
    let visible: Vec<char> = visible(text).collect();
    let view: Vec<char> = visible.iter().map(|one| plain(*one)).collect();
    let found = merged(spans(&view), |_| false);
    if found.len() > MOST_REPLACED {
        return None;
    }
    let spans = merged(found, |between| touch(&view[between]));
    let mut clean = String::with_capacity(text.len());
    let mut kept: Vec<char> = Vec::new();
    let mut from = 0;
    for span in &spans {
        kept.extend(&view[from..span.start]);
        clean.extend(&visible[from..span.start]);
        clean.push_str(REDACTED);
        // A letter keeps what stood before it and what stood behind it apart.
        kept.push('\u{fffd}');
        from = span.end;
    }
    kept.extend(&view[from..]);
    clean.extend(&visible[from..]);
    let is_doubtful = kept.contains(&'@') || numbers::has_long(&kept);
    (!is_doubtful && weight(&kept) >= LEAST_LEFT).then_some(clean)
}

/// A text of one line that is no longer than a quote may be, cut where a word ends.
pub(super) fn shortened(text: &str) -> Option<String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if weight(&line.replace(REDACTED, "").chars().collect::<Vec<_>>()) < LEAST_LEFT {
        return None;
    }
    if line.chars().count() <= LONGEST_QUOTE {
        return Some(line);
    }
    let mut cut = String::new();
    let mut length = 1;
    for piece in line.split_word_bounds() {
        let longer = length + piece.chars().count();
        if longer > LONGEST_QUOTE {
            break;
        }
        length = longer;
        cut.push_str(piece);
    }
    if cut.is_empty() {
        // One word that is longer than a quote: cut between its characters.
        let fit = line.graphemes(true).take(LONGEST_QUOTE - 1);
        cut = fit.collect::<String>().chars().take(LONGEST_QUOTE - 1).collect();
    }
    // A mark that was cut in two is no mark.
    if let Some(open) = cut.rfind('[').filter(|open| !cut[*open..].contains(']')) {
        cut.truncate(open);
    }
    let cut = cut.trim_end_matches(|one: char| one.is_whitespace() || ",，、；;：:".contains(one));
    Some(format!("{cut}…"))
}

/// The characters that a reader sees; line breaks stay, other control characters are blanks.
fn visible(text: &str) -> impl Iterator<Item = char> {
    let seen = text.chars().filter(|one| !is_invisible(*one) && *one != '\r');
    seen.map(|one| match one {
        '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        one if one.is_control() || one.is_whitespace() => ' ',
        one => one,
    })
}

/// A character in its plainest form, where that is one character.
fn plain(one: char) -> char {
    let mut forms = std::iter::once(one).nfkc();
    match (forms.next(), forms.next()) {
        (Some(form), None) if !form.is_control() => form,
        _ => one,
    }
}

/// Every place with personal data, in any order.
fn spans(view: &[char]) -> Vec<Range<usize>> {
    let text: String = view.iter().collect();
    let mut places = vec![0; text.len() + 1];
    for (place, (byte, _)) in text.char_indices().enumerate() {
        places[byte] = place;
    }
    places[text.len()] = view.len();
    let found = patterns::find(&text).into_iter();
    let mut spans: Vec<Range<usize>> =
        found.map(|range| places[range.start]..places[range.end]).collect();
    spans.extend(numbers::long(view));
    spans
}

/// Spans in order, as one those that overlap and those of which `joins` says so by what is between them.
fn merged(mut spans: Vec<Range<usize>>, joins: impl Fn(Range<usize>) -> bool) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for span in spans.into_iter().filter(|span| !span.is_empty()) {
        match merged.last_mut() {
            Some(last) if span.start <= last.end || joins(last.end..span.start) => {
                last.end = last.end.max(span.end);
            }
            _ => merged.push(span),
        }
    }
    merged
}

fn touch(between: &[char]) -> bool {
    between.len() <= TOUCHING && !between.iter().any(|one| is_of_word(*one) || is_han(*one))
}

/// How much a text says.
fn weight(text: &[char]) -> usize {
    let of = |one: &char| if is_han(*one) { 2 } else { usize::from(is_of_word(*one)) };
    text.iter().map(of).sum()
}

#[cfg(test)]
mod tests;
