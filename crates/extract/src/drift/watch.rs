//! Watching a file while it is read: is it still what its contract says, column by column?
//!
//! Method: a column whose values break its type in more than half of at least 20 rows is another one. Without a header,
//! so is a row of another width, and columns that each look like another one did: at least two of them were exchanged.
//! Numbers of alike sizes are told apart by where they lie: two columns were exchanged if each lies where the other did.

use super::{Seen, against, profile::Profile};
use crate::contract::Contract;
use std::collections::BTreeMap;

/// Fewer rows tell nothing.
const LEAST: u64 = 20;
/// Columns look alike below, and different above.
const NEAR: f64 = 0.2;
const FAR: f64 = 0.5;

/// What is noticed while a file is read.
pub(crate) struct Watch {
    seen: Seen,
    before: Option<Seen>,
    /// The largest share of rows that may break a column's type.
    most: f64,
    is_headerless: bool,
    rows: u64,
    widths: u64,
    types: BTreeMap<String, u64>,
}

impl Watch {
    pub(crate) fn new(contract: &Contract, file: &str, before: Option<Seen>) -> Self {
        Self {
            seen: Seen { file: file.to_owned(), ..Seen::default() },
            before,
            most: contract.retyped_share,
            is_headerless: contract.source.headerless(file).is_some(),
            rows: 0,
            widths: 0,
            types: BTreeMap::new(),
        }
    }

    /// Hears what the columns are called.
    pub(crate) fn columns(&mut self, names: &[String]) {
        self.seen.columns = names.to_vec();
    }

    /// What the columns are called.
    pub(crate) fn names(&self) -> &[String] {
        &self.seen.columns
    }

    /// The fields of a row.
    pub(crate) fn fields(&mut self, contract: &Contract, fields: &[Option<&str>]) {
        if !self.is_headerless {
            return;
        }
        for (column, field) in contract.columns.iter().zip(fields) {
            let Some(text) = field.filter(|text| !column.null.iter().any(|null| null == text))
            else {
                continue;
            };
            match self.seen.profiles.get_mut(&column.name) {
                Some(profile) => profile.see(text),
                None => {
                    let mut profile = Profile::default();
                    profile.see(text);
                    self.seen.profiles.insert(column.name.clone(), profile);
                }
            }
        }
    }

    /// A row, and the rule that it broke.
    pub(crate) fn row(&mut self, broken: Option<(Option<&str>, &str)>) {
        self.rows += 1;
        match broken {
            Some((Some(column), "type")) => *self.types.entry(column.to_owned()).or_insert(0) += 1,
            Some((None, "field_count")) => self.widths += 1,
            _ => {}
        }
    }

    /// Why the file is not the one that its contract describes.
    pub(crate) fn refuses(&self, contract: &Contract) -> Option<String> {
        let share = |rows: u64| rows as f64 / self.rows.max(1) as f64;
        let is_more = |rows: &u64| self.rows >= LEAST && share(*rows) > self.most;
        let shown = |rows: u64| format!("{:.0} %", share(rows) * 100.0);
        let than = self.before.as_ref().map(|before| format!(", unlike `{}`", before.file));
        let than = than.unwrap_or_default();
        if self.is_headerless && is_more(&self.widths) {
            let wide = self.seen.columns.len();
            let share = shown(self.widths);
            return Some(format!(
                "{share} of its rows have not {wide} fields: without a header, nobody knows what they are{than}"
            ));
        }
        let mut types = self.types.iter().filter(|(_, rows)| is_more(rows));
        if let Some((column, rows)) = types.next() {
            let found = contract.columns.iter().find(|one| one.name == *column);
            let kind = found.map_or("what it was", |column| column.kind.word());
            let share = shown(*rows);
            return Some(format!("`{column}` is not {kind} in {share} of its rows{than}"));
        }
        let moved = Some(self.moved()).filter(|moved| moved.len() > 1);
        moved.or_else(|| self.exchanged()).map(|moved| {
            let moved = moved.join("`, `");
            format!("without a header, the columns `{moved}` look as if they stood in another order{than}")
        })
    }

    /// The columns that look like another one did, which itself looks like another one.
    fn moved(&self) -> Vec<&str> {
        let Some(before) = &self.before else { return Vec::new() };
        let now = &self.seen.profiles;
        let is_far = |name: &str| {
            let (now, before) = (now.get(name), before.profiles.get(name));
            now.zip(before).and_then(|(now, before)| now.distance(before)) > Some(FAR)
        };
        let is_moved = |name: &str, own: &Profile| {
            let others = before.profiles.iter().filter(|(other, _)| *other != name);
            let mut alike = others.filter(|(other, _)| is_far(other));
            is_far(name)
                && alike.any(|(_, other)| own.distance(other).is_some_and(|far| far < NEAR))
        };
        now.iter()
            .filter(|(name, own)| is_moved(name, own))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// Two columns of numbers that lie where the other one did, and where they themselves did not.
    fn exchanged(&self) -> Option<Vec<&str>> {
        let now = &self.seen.profiles;
        let before = &self.before.as_ref()?.profiles;
        let apart = |name: &String, other: &String| now.get(name)?.apart(before.get(other)?);
        let is_elsewhere = |name: &&String| apart(name, name) > Some(FAR);
        let is_at =
            |name: &String, other: &String| apart(name, other).is_some_and(|far| far < NEAR);
        let elsewhere: Vec<&String> = now.keys().filter(is_elsewhere).collect();
        let pairs = elsewhere
            .iter()
            .enumerate()
            .flat_map(|(at, one)| elsewhere[at + 1..].iter().map(move |other| (*one, *other)));
        let mut pairs = pairs.filter(|(one, other)| is_at(one, other) && is_at(other, one));
        pairs.next().map(|(one, other)| vec![one.as_str(), other.as_str()])
    }

    /// The reason of a file that cannot be read, with what changed against the columns last seen.
    pub(crate) fn explained(&self, reason: String) -> String {
        match &self.before {
            Some(before) if !self.seen.columns.is_empty() => {
                reason + &against(before, &self.seen.columns)
            }
            _ => reason,
        }
    }

    /// What is kept of it.
    pub(crate) fn kept(self) -> (Seen, Option<Seen>) {
        (self.seen, self.before)
    }
}
