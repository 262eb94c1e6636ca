//! Whether both parts of a mail name the figures of the report, section by section, each in its place.
//!
//! Method: the outline of the mail says which texts stand in which section, in which order. Both parts are cut at the
//! headings of the sections – `<h2>` in the HTML, `== … ==` in the text – and the figures of each piece are laid beside
//! those of the outline: the longest common sequence stands where it should, the rest is told.

use super::{
    Broken,
    css::Views,
    dom::{Page, Run},
};
use crate::direction;
use model::edition::{Edition, Passage};
use std::collections::BTreeSet;

/// A stretch of a part behind a heading.
struct Piece {
    heading: Option<String>,
    text: String,
}

pub(super) fn rules(edition: &Edition, page: &Page, views: &Views) -> Vec<Broken> {
    let passages = &edition.outline.passages;
    let html = compare(passages, of_html(page, views), "HTML");
    let text = compare(passages, of_text(&edition.mail_text, passages), "text part");
    html.into_iter().chain(text).map(|what| ("figures", what)).collect()
}

/// What is read on a screen, cut at its headings.
fn of_html(page: &Page, views: &Views) -> Vec<Piece> {
    let mut pieces = vec![Piece { heading: None, text: String::new() }];
    let mut current = None;
    let is_seen = |at: usize| {
        page.is_in_body(at) && views.first().is_some_and(|(_, seen)| !seen[at].is_hidden)
    };
    for run in &page.runs {
        let (Run::Text(at, _) | Run::Picture(at)) = run else {
            if let Some(piece) = pieces.last_mut() {
                piece.text.push('\n');
            }
            continue;
        };
        if !is_seen(*at) {
            continue;
        }
        let heading = page.chain(*at).find(|one| page.elements[*one].tag == "h2");
        if heading.is_some() && heading != current {
            pieces.push(Piece { heading: Some(String::new()), text: String::new() });
        }
        current = heading;
        let Some(piece) = pieces.last_mut() else { continue };
        let target = match heading {
            Some(_) => piece.heading.get_or_insert_default(),
            None => &mut piece.text,
        };
        match run {
            Run::Text(_, text) => target.push_str(text),
            Run::Picture(at) => {
                let alternative = page.elements[*at].attribute("alt").unwrap_or_default();
                target.push_str(&format!("\n{alternative}\n"));
            }
            Run::Break => {}
        }
    }
    pieces
}

/// A text, cut at its headings; what stands behind one on its line is of its section.
fn of_text(text: &str, passages: &[Passage]) -> Vec<Piece> {
    let text = direction::unmarked(text);
    let mut pieces = vec![Piece { heading: None, text: String::new() }];
    for line in text.lines() {
        // A title may have the same signs within.
        let known = |rest: &'_ str| {
            let titles = passages.iter().filter_map(|passage| passage.title.as_deref());
            let ends = titles.filter_map(|title| rest.strip_prefix(title)?.strip_prefix(" =="));
            ends.map(|behind| rest.len() - behind.len() - 3).max()
        };
        let heading = line.strip_prefix("== ").and_then(|rest| {
            let end = known(rest).or_else(|| rest.find(" =="))?;
            Some((&rest[..end], &rest[end + 3..]))
        });
        if let Some((heading, behind)) = heading {
            pieces.push(Piece { heading: Some(heading.to_owned()), text: behind.to_owned() });
        } else if let Some(piece) = pieces.last_mut() {
            piece.text.push('\n');
            piece.text.push_str(line);
        }
    }
    pieces
}

fn compare(passages: &[Passage], pieces: Vec<Piece>, side: &str) -> Vec<String> {
    let mut told = Vec::new();
    let mut places: Vec<Option<usize>> = Vec::new();
    let mut next = 0;
    for passage in passages {
        let Some(title) = &passage.title else {
            places.push(Some(0));
            next = next.max(1);
            continue;
        };
        let is_it =
            |piece: &Piece| piece.heading.as_ref().is_some_and(|one| spaced(one) == spaced(title));
        let is_free = |at: &usize| !places.contains(&Some(*at));
        let ahead = (next..pieces.len()).find(|at| is_it(&pieces[*at]));
        let place =
            ahead.or_else(|| (0..pieces.len()).filter(is_free).find(|at| is_it(&pieces[*at])));
        match (ahead, place) {
            (Some(at), _) => next = at + 1,
            (None, Some(_)) => told.push(format!("section “{title}” stands in another place in the {side}")),
            (None, None) => told.push(format!(
                "section “{title}” is not in the {side}; its heading is `<h2>` there, or a line `== {title} ==`"
            )),
        }
        places.push(place);
    }
    // What stands behind a heading of no section belongs to the section before it.
    let mut texts = vec![String::new(); pieces.len()];
    let mut owner = 0;
    for (at, piece) in pieces.iter().enumerate() {
        if places.contains(&Some(at)) {
            owner = at;
        } else if let Some(heading) = &piece.heading {
            texts[owner].push_str(&format!("\n{heading}\n"));
        }
        texts[owner].push_str(&piece.text);
    }
    for (passage, place) in passages.iter().zip(&places) {
        if let Some(place) = place {
            told.extend(differences(passage, &texts[*place], side));
        }
    }
    told
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a piece does not say, says too much or says in another place.
fn differences(passage: &Passage, text: &str, side: &str) -> Vec<String> {
    let expected: Vec<(usize, String)> = passage
        .lines
        .iter()
        .enumerate()
        .flat_map(|(at, line)| figures(line).into_iter().map(move |figure| (at, figure)))
        .collect();
    let found = figures(text);
    let names: Vec<&str> = expected.iter().map(|(_, figure)| figure.as_str()).collect();
    let (missing, mut alone) = unmatched(&names, &found);
    let section =
        passage.title.as_ref().map_or("the top".to_owned(), |title| format!("section “{title}”"));
    let mut told = BTreeSet::new();
    for at in missing {
        let (line, figure) = &expected[at];
        let place = said(&passage.lines, *line);
        let moved = alone.iter().position(|other| found[*other] == *figure);
        told.insert(match moved {
            Some(other) => {
                alone.remove(other);
                format!("{section}: `{figure}` of “{place}” stands in another place in the {side}")
            }
            None => format!("{section}: `{figure}` of “{place}” is not in the {side}"),
        });
    }
    told.extend(alone.into_iter().map(|at| {
        format!("{section}: `{}` of the {side} is no figure of the report there", found[at])
    }));
    told.into_iter().collect()
}

/// A line with words, or the last words before it and the line.
fn said(lines: &[String], at: usize) -> String {
    let has_words = |line: &&String| line.chars().filter(|sign| sign.is_alphabetic()).count() > 1;
    let name = lines[..=at].iter().rev().find(has_words).unwrap_or(&lines[at]);
    let cut: String = name.chars().take(40).collect();
    if cut.len() < name.len() { format!("{cut}…") } else { cut }
}

/// The places of what is in one sequence only: of the first, and of the second.
fn unmatched(first: &[&str], second: &[String]) -> (Vec<usize>, Vec<usize>) {
    let alike = |a: usize, b: usize| first[a] == second[b];
    let least = first.len().min(second.len());
    let start = (0..least).take_while(|at| alike(*at, *at)).count();
    let (a, b) = (first.len() - start, second.len() - start);
    let same = (0..a.min(b)).take_while(|at| alike(first.len() - 1 - at, second.len() - 1 - at));
    let end = same.count();
    let (rows, columns) = (a - end, b - end);
    // The length of the longest common sequence from two places on.
    let mut longest = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[row][column] = match alike(start + row, start + column) {
                true => longest[row + 1][column + 1] + 1,
                false => longest[row + 1][column].max(longest[row][column + 1]),
            };
        }
    }
    let (mut missing, mut alone) = (Vec::new(), Vec::new());
    let (mut row, mut column) = (0, 0);
    while row < rows || column < columns {
        if row < rows && column < columns && alike(start + row, start + column) {
            (row, column) = (row + 1, column + 1);
        } else if column == columns
            || (row < rows && longest[row + 1][column] >= longest[row][column + 1])
        {
            missing.push(start + row);
            row += 1;
        } else {
            alone.push(start + column);
            column += 1;
        }
    }
    (missing, alone)
}

/// Every number of a text with its sign, its currency and its scale, in the order of reading.
pub(super) fn figures(text: &str) -> Vec<String> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        if !signs[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        while start > 0 && matches!(signs[start - 1], '¥' | '$' | '€' | '£' | '+' | '−' | '±')
        {
            start -= 1;
        }
        let is_digit = |at: usize| signs.get(at).is_some_and(char::is_ascii_digit);
        while is_digit(at) || (matches!(signs.get(at), Some('.' | ',')) && is_digit(at + 1)) {
            at += 1;
        }
        if matches!(signs.get(at), Some('%' | 'K' | 'M' | 'B' | 'T' | '万' | '亿')) {
            at += 1;
        }
        found.push(signs[start..at].iter().collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_sign_currency_and_scale() {
        let found = figures("Sales −55.6% to ¥2.14M (1,098 orders), ¥213.9万, +0.65 pp. 2026-07");
        assert_eq!(found, ["−55.6%", "¥2.14M", "1,098", "¥213.9万", "+0.65", "2026", "07"]);
    }

    #[test]
    fn figures_that_are_missing_alone_or_moved_are_found() {
        for (first, second, expected) in [
            ("1 2 3", "1 2 3", (vec![], vec![])),
            ("1 2 3", "1 3", (vec![1], vec![])),
            ("1 3", "1 2 3", (vec![], vec![1])),
            ("1 2 3 4", "1 3 2 4", (vec![1], vec![2])),
            ("", "7", (vec![], vec![0])),
            ("1 1 2", "1 2 2", (vec![1], vec![1])),
        ] {
            let parts = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let (first, second) = (parts(first), parts(second));
            let names: Vec<&str> = first.iter().map(String::as_str).collect();
            assert_eq!(unmatched(&names, &second), expected, "{first:?} {second:?}");
        }
    }
}
