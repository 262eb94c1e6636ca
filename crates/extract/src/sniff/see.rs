//! A look at every row, all of it as text.

use super::{Draft, column::Column, resolved, spec};
use crate::{
    contract::Contract,
    source::{self, Found, Item},
};
use serde_json::{Map, Value, json};

/// How many odd records are remembered: a longer footer is not proposed.
const MOST_ODD: usize = 8;

/// What was seen of all rows of a file.
pub(super) struct Seen {
    pub(super) columns: Vec<Column>,
    pub(super) rows: u64,
    /// Rows without any value.
    pub(super) empty: u64,
    /// How many records are no rows, and the rule and the reason of the first.
    pub(super) bad: u64,
    pub(super) first_bad: Option<String>,
    /// The numbers of the first records that are no rows, or are empty.
    odd: Vec<u64>,
    last: u64,
}

impl Seen {
    /// How many records stand below the rows, if all that are odd do.
    pub(super) fn footer(&self) -> Option<u64> {
        let first = *self.odd.first()?;
        let below = self.last - first + 1;
        let are_all_there = below == self.bad + self.empty;
        (are_all_there && below <= 5 && self.rows - self.empty > 2 * below).then_some(below)
    }

    /// Refuses a file of which fewer records are rows than are none.
    pub(super) fn are_rows(&self) -> Result<(), String> {
        match &self.first_bad {
            Some(first) if self.bad > self.rows => Err(format!(
                "no proposal reads it, for {} of its {} records do not have the form of rows; the first: {first}",
                self.bad,
                self.bad + self.rows
            )),
            _ => Ok(()),
        }
    }
}

/// What a column is called while rows are read as text; the order of the names is that of the places.
pub(super) fn plain_name(place: usize) -> String {
    format!("c{place:06}")
}

/// A contract that reads every column as text.
pub(super) fn plain(draft: &Draft) -> Result<Contract, String> {
    let column = |(at, name): (usize, &String)| {
        let spec = json!({ "type": "text", "aliases": [name], "null": [], "may_be_absent": true });
        (plain_name(at), spec)
    };
    let columns: Map<String, Value> = draft.columns.iter().enumerate().map(column).collect();
    resolved(&spec(draft, json!(columns)))
}

/// Reads every row as text.
pub(super) fn see(draft: &Draft, found: &Found) -> Result<Seen, String> {
    let contract = plain(draft)?;
    let columns = draft.columns.iter().map(|name| Column::new(name)).collect();
    let (odd, first_bad) = (Vec::new(), None);
    let mut seen = Seen { columns, rows: 0, empty: 0, bad: 0, first_bad, odd, last: 0 };
    source::read(&contract, found, &mut |item| {
        let number = match item {
            Item::Good(record) | Item::Placed(record, _) if contract.is_total(record.fields) => {
                seen.last = record.number;
                return Ok(());
            }
            Item::Good(record) | Item::Placed(record, _) => {
                seen.rows += 1;
                for (column, text) in seen.columns.iter_mut().zip(record.fields) {
                    column.see(*text);
                }
                let says_nothing = |text: &Option<&str>| text.is_none_or(str::is_empty);
                let is_empty = record.fields.len() > 1 && record.fields.iter().all(says_nothing);
                seen.empty += u64::from(is_empty);
                seen.last = record.number;
                if !is_empty {
                    return Ok(());
                }
                record.number
            }
            Item::Bad(bad) => {
                seen.bad += 1;
                seen.first_bad.get_or_insert(format!("{}: {}", bad.rule, bad.detail));
                seen.last = bad.number;
                bad.number
            }
            Item::Columns(_) | Item::Remark(..) => return Ok(()),
        };
        if seen.odd.len() < MOST_ODD {
            seen.odd.push(number);
        }
        Ok(())
    })?;
    Ok(seen)
}
