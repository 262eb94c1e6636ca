//! What the lines of a file have: the names at the top of its objects, and the paths that the contract reads.
//!
//! Rule: a column is there if one row has its path, be it with null; one that the contract needs must be.

use super::json::{Fault, Json};
use crate::contract::Contract;
use std::collections::BTreeSet;

/// Objects with more names have data for names, and no columns.
const MOST_NAMES: usize = 1000;
/// So many names are told in a refusal.
const MOST_TOLD: usize = 40;

/// What was seen so far.
pub(super) struct Names {
    top: BTreeSet<String>,
    objects: u64,
    rows: u64,
    /// Whether an object had the list that is exploded.
    has_list: bool,
    columns: Vec<Seen>,
}

/// What was seen of a contract column.
struct Seen {
    /// By alias, whether a row had it.
    aliases: Vec<bool>,
    /// The first fault of a row in it.
    odd: Option<String>,
}

impl Names {
    pub(super) fn new(contract: &Contract) -> Self {
        let columns = contract.columns.iter();
        let unseen = |aliases: usize| Seen { aliases: vec![false; aliases], odd: None };
        Self {
            top: BTreeSet::new(),
            objects: 0,
            rows: 0,
            has_list: false,
            columns: columns.map(|column| unseen(column.aliases.len())).collect(),
        }
    }

    /// A line's object.
    pub(super) fn object(&mut self, object: &Json<'_>) {
        self.objects += 1;
        let Json::Object(entries, _) = object else { return };
        for (name, _) in entries {
            if self.top.len() < MOST_NAMES && !self.top.contains(name) {
                self.top.insert(name.clone());
            }
        }
    }

    /// Whether an object has the list that is exploded.
    pub(super) fn list(&mut self, is_there: bool) {
        self.has_list |= is_there;
    }

    /// A row has a column, by one of its aliases.
    pub(super) fn column(&mut self, column: usize, alias: usize) {
        self.columns[column].aliases[alias] = true;
    }

    /// A row, with its fields in the contract's order.
    pub(super) fn row<T>(&mut self, fields: &[Result<T, Fault>]) {
        self.rows += 1;
        for (seen, field) in self.columns.iter_mut().zip(fields) {
            if let (None, Err((_, detail))) = (&seen.odd, field) {
                seen.odd = Some(detail.clone());
            }
        }
    }

    /// What the file calls its columns, where objects have columns: names, and the contract's own paths.
    pub(super) fn told(&self, contract: &Contract) -> Option<Vec<String>> {
        if self.top.len() == MOST_NAMES {
            return None;
        }
        let aliases = contract.columns.iter().zip(&self.columns).flat_map(|(column, seen)| {
            let seen = column.aliases.iter().zip(&seen.aliases).filter(|(_, is_there)| **is_there);
            seen.map(|(alias, _)| alias.clone())
        });
        let mut names = self.top.clone();
        names.extend(aliases);
        Some(names.into_iter().collect())
    }

    /// What the contract needs and no row has, in one sentence.
    pub(super) fn lacks(&self, contract: &Contract) -> Option<String> {
        let list = contract.source.explode.as_deref();
        if let Some(list) = list.filter(|_| self.objects > 0 && !self.has_list) {
            return Some(format!("no line has the list `{list}`; {}", self.names()));
        }
        let columns = contract.columns.iter().zip(&self.columns);
        let missing = columns.filter(|(column, seen)| {
            column.is_in_rows() && !column.may_be_absent && !seen.aliases.contains(&true)
        });
        let missing: Vec<String> = missing
            .map(|(column, seen)| {
                let why = seen.odd.as_ref().map(|odd| format!(" ({odd})")).unwrap_or_default();
                format!("`{}`{why}", column.aliases.join("` or `"))
            })
            .collect();
        (self.rows > 0 && !missing.is_empty())
            .then(|| format!("no row has {}; {}", missing.join(", "), self.names()))
    }

    fn names(&self) -> String {
        let told: Vec<&str> = self.top.iter().take(MOST_TOLD).map(String::as_str).collect();
        let more = if self.top.len() > MOST_TOLD { " …" } else { "" };
        format!("lines have: {}{more}", told.join(", "))
    }
}
