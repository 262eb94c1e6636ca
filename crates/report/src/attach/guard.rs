//! Text that no spreadsheet runs.
//!
//! Rule: an apostrophe stands before whatever a spreadsheet could take for a formula: `=`, `+`, `-`, `@` and their
//! full-width forms, also behind spaces and quotation marks, a tab or a line break; at the beginning of a text and
//! after a semicolon, a tab or a line break in it, where a program with another separator would begin a cell. An
//! apostrophe at such a place is doubled, so that taking one away gives the text back. Numbers are no texts and keep
//! their minus.

use std::borrow::Cow;

/// What begins a formula in some spreadsheet.
const TRIGGERS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet could run a text that a cell begins with.
pub(super) fn is_risky(text: &str) -> bool {
    let passed_over = |c: char| c == '"' || (c.is_whitespace() && !breaks(c));
    let first = text.chars().find(|c| !passed_over(*c));
    first.is_some_and(|first| TRIGGERS.contains(&first) || breaks(first))
}

/// The text with its apostrophes.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    let places: Vec<usize> = beginnings(text)
        .filter(|at| text[*at..].starts_with('\'') || is_risky(&text[*at..]))
        .collect();
    if places.is_empty() {
        return Cow::Borrowed(text);
    }
    let (mut safe, mut from) = (String::with_capacity(text.len() + places.len()), 0);
    for at in places {
        safe.push_str(&text[from..at]);
        safe.push('\'');
        from = at;
    }
    safe.push_str(&text[from..]);
    Cow::Owned(safe)
}

fn beginnings(text: &str) -> impl Iterator<Item = usize> {
    let separates = |c: char| c == ';' || breaks(c);
    let after = text.char_indices().filter(move |(_, c)| separates(*c)).map(|(at, _)| at + 1);
    std::iter::once(0).chain(after)
}

fn breaks(c: char) -> bool {
    matches!(c, '\t' | '\r' | '\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the guide tells readers to do.
    fn unguarded(safe: &str) -> String {
        let (mut text, mut begins) = (String::new(), true);
        for c in safe.chars() {
            if !(begins && c == '\'') {
                text.push(c);
            }
            begins = c == ';' || breaks(c);
        }
        text
    }

    #[test]
    fn what_could_run_gets_an_apostrophe_and_comes_back_without_it() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+49 30 123456", "'+49 30 123456"),
            ("@handle", "'@handle"),
            ("\t=1+1", "'\t'=1+1"),
            ("\r\n-1", "'\r'\n'-1"),
            (" =1+1", "' =1+1"),
            ("\"=1+1\"", "'\"=1+1\""),
            ("＝1+1", "'＝1+1"),
            ("a;=1+1", "a;'=1+1"),
            ("'=1+1", "''=1+1"),
            ("a;'b", "a;''b"),
            ("Search, -5% off", "Search, -5% off"),
            ("它's", "它's"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), safe);
            assert_eq!(unguarded(safe), text);
        }
    }
}
