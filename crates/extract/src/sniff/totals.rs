//! Rows that sum up others.
//!
//! Rule: a text makes its rows totals if their numbers are sums of other rows, or if a plain word for totals stands at
//! one end of the file and nowhere else. A sum that no text names is passed over where only sums leave a column empty;
//! else it is told and not chosen.

mod sums;
mod words;

use super::{
    Draft,
    column::Column,
    propose::shown,
    see::{self, Seen},
};
use crate::source::{self, Found, Item};
use std::collections::BTreeMap;
use sums::{Sums, Unnamed};
use words::Says;

/// How many texts are kept.
const MOST_TEXTS: usize = 200;

/// Rows that are passed over.
pub(super) struct Totals {
    /// The column that tells them.
    pub(super) place: usize,
    /// What it says in them.
    pub(super) values: Vec<String>,
    pub(super) why: String,
}

/// The rows in which a column has a text.
struct Mark {
    says: Says,
    rows: u64,
    /// The first of them, as they are known to [`Sums`], and how many of these are sums.
    kept: Vec<usize>,
    confirmed: usize,
    is_first: bool,
    last: u64,
}

/// Texts that say so, by column.
type Marks = BTreeMap<(usize, String), Mark>;

/// Looks for totals; what stays open is told in the draft.
pub(super) fn find(
    draft: &mut Draft,
    found: &Found,
    seen: &Seen,
) -> Result<Option<Totals>, String> {
    let (mut sums, mut marks) = (Sums::new(&seen.columns), Marks::new());
    let contract = see::plain(draft)?;
    let may_say: Vec<bool> = seen.columns.iter().map(may_say).collect();
    let mut row = 0;
    source::read(&contract, found, &mut |item| {
        let (Item::Good(record) | Item::Placed(record, _)) = item else { return Ok(()) };
        row += 1;
        let texts = record.fields.iter().enumerate().filter(|(place, _)| may_say[*place]);
        let named = texts.filter_map(|(place, text)| {
            let text = (*text)?.trim();
            Some((place, text, words::says(text)?))
        });
        let named: Vec<(usize, &str, Says)> = named.collect();
        let kept = sums.take(record.fields, !named.is_empty());
        for (place, text, says) in named {
            note(&mut marks, (place, text.to_owned()), says, (row, kept));
        }
        Ok(())
    })?;
    if row < 3 {
        return Ok(None);
    }
    for mark in marks.values_mut() {
        mark.confirmed = mark.kept.iter().filter(|kept| sums.is_confirmed(**kept)).count();
    }
    let mut totals = named(&marks, row, draft);
    if let Some(unnamed) = sums.unnamed() {
        take_unnamed(&mut totals, &unnamed, seen, draft);
    }
    Ok(totals)
}

/// Whether a column may have texts that say so: numbers and days do not, and of few members every one is known.
fn may_say(column: &Column) -> bool {
    let says = |text: &String| words::says(text.trim()).is_some();
    let is_of_texts = !column.numbers.are_all() && !column.moments.are_all();
    is_of_texts && column.members.as_ref().is_none_or(|members| members.keys().any(says))
}

fn note(marks: &mut Marks, key: (usize, String), says: Says, row: (u64, Option<usize>)) {
    let (number, kept) = row;
    if marks.len() == MOST_TEXTS && !marks.contains_key(&key) {
        return;
    }
    let is_first = number == 1;
    let mark = Mark { says, rows: 0, kept: Vec::new(), confirmed: 0, is_first, last: 0 };
    let mark = marks.entry(key).or_insert(mark);
    mark.rows += 1;
    mark.last = number;
    mark.kept.extend(kept);
}

impl Mark {
    /// Whether four of five, or more, are sums.
    fn are_sums(&self) -> bool {
        self.confirmed > 0 && self.confirmed * 5 >= self.kept.len() * 4
    }

    /// Whether it is a plain word at one end of so many rows.
    fn is_at_end(&self, rows: u64) -> bool {
        self.says == Says::Total && self.rows == 1 && (self.is_first || self.last == rows)
    }
}

/// The totals that texts name, of the column that names most of them.
fn named(marks: &Marks, rows: u64, draft: &mut Draft) -> Option<Totals> {
    let mut by_column: BTreeMap<usize, u64> = BTreeMap::new();
    let is_total = |mark: &Mark| mark.are_sums() || mark.is_at_end(rows);
    for ((place, _), mark) in marks.iter().filter(|(_, mark)| is_total(mark)) {
        *by_column.entry(*place).or_default() += mark.rows;
    }
    // Of columns that name as many the leftmost.
    let best = by_column.into_iter().rev().max_by_key(|(_, rows)| *rows).map(|(place, _)| place);
    let of = |place: usize| {
        let own = marks.iter().filter(|((at, _), mark)| *at == place && is_total(mark));
        let values = own.map(|((_, text), _)| text.clone()).collect();
        Totals { place, values, why: String::new() }
    };
    let totals = best.map(of);
    let mut why = Vec::new();
    for ((place, text), mark) in marks {
        let (column, count) = (&draft.columns[*place], shown(mark.rows));
        let said = format!("{count} {} `{text}` in `{column}`", have(mark.rows));
        let told = match &totals {
            Some(totals) if totals.place == *place && is_total(mark) => {
                why.push(match mark.are_sums() {
                    true => format!("{said}, and their numbers are sums of other rows"),
                    false => format!("DOUBT: {said}, but the numbers are no sums of other rows"),
                });
                continue;
            }
            // A row with such a text in two columns is told by one of them.
            _ if !is_total(mark) && mark.says == Says::Perhaps => continue,
            Some(totals) if totals.covers(marks, mark) => continue,
            _ => format!(
                "DOUBT: {said}; they are READ AS ROWS: if they sum up others, declare `totals`"
            ),
        };
        draft.evidence.push(("sums", told));
    }
    let again = "one that is called otherwise in a later file would be a row";
    let why = format!("{}; they are none of the rows, and {again}", why.join("; "));
    totals.map(|totals| Totals { why, ..totals })
}

fn have(rows: u64) -> &'static str {
    if rows == 1 { "row has" } else { "rows have" }
}

impl Totals {
    /// Whether its own texts mark every row of another one.
    fn covers(&self, marks: &Marks, other: &Mark) -> bool {
        let own = marks
            .iter()
            .filter(|((place, text), _)| *place == self.place && self.values.contains(text));
        let own: Vec<usize> = own.flat_map(|(_, mark)| mark.kept.iter().copied()).collect();
        other.kept.iter().all(|kept| own.contains(kept))
    }
}

/// Sums that no text names: those that alone leave a column empty are passed over by that.
fn take_unnamed(totals: &mut Option<Totals>, unnamed: &Unnamed, seen: &Seen, draft: &mut Draft) {
    let is_theirs = |place: &&usize| {
        let empty = seen.columns[**place].nulls.get("");
        empty == Some(&unnamed.rows) && totals.as_ref().is_none_or(|totals| totals.place == **place)
    };
    let rows = shown(unnamed.rows);
    let sums = format!(
        "{rows} {} numbers that are the sums of other rows, the first of them row {}",
        have(unnamed.rows),
        unnamed.first
    );
    let Some(place) = unnamed.blank.iter().find(is_theirs).copied() else {
        let told =
            format!("DOUBT: {sums}; nothing names them, and they are READ AS ROWS: look at them");
        return draft.evidence.push(("sums", told));
    };
    let column = &draft.columns[place];
    let why =
        format!("{sums}; only they leave `{column}` empty, so a row without it counts as one");
    match totals {
        Some(totals) => {
            totals.values.push(String::new());
            totals.why += &format!("; {why}");
        }
        None => *totals = Some(Totals { place, values: vec![String::new()], why }),
    }
}
