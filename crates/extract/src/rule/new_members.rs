//! Values that a column never had before, in columns that have few: channels, platforms, states.
//!
//! Method: a value is new if all of its rows are of judged days or files, and there are others before these. A column
//! with more than 500 values is no list of members, and is said to be none.

use super::{Broken, units::Units};
use crate::notes::{count, text};
use chrono::NaiveDate;
use model::{
    label::Label,
    report::{Argument, Message},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// More values are none of a list.
const MOST: usize = 500;
/// So many are named.
const NAMED: usize = 7;

/// Rows by day.
type Days = Vec<(Option<NaiveDate>, u64)>;

/// The values of one part, none of a column that has too many.
#[derive(Serialize, Deserialize)]
struct Members(Option<BTreeMap<String, Days>>);

/// A value: the first unit with it, and its rows.
struct Member {
    first: usize,
    rows: u64,
}

pub(super) fn broken(units: &Units<'_>, column: &str) -> Broken {
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    let no_list = || Ok(vec![Message::new("rule.no_members").with("column", text(column))]);
    for (place, found) in units.facts(("members", ""), column, &|frame, days| {
        let mut found: BTreeMap<String, BTreeMap<Option<NaiveDate>, u64>> = BTreeMap::new();
        for (value, day) in frame.column(column)?.str()?.iter().zip(days) {
            let Some(value) = value else { continue };
            if let Some(rows) = found.get_mut(value) {
                *rows.entry(*day).or_insert(0) += 1;
            } else if found.len() == MOST {
                return Ok(Members(None));
            } else {
                found.insert(value.to_owned(), [(*day, 1)].into());
            }
        }
        let listed = |(value, rows): (_, BTreeMap<_, _>)| (value, rows.into_iter().collect());
        Ok(Members(Some(found.into_iter().map(listed).collect())))
    })? {
        let Members(Some(found)) = found else { return no_list() };
        for (value, days) in found {
            for (day, rows) in days {
                let at = place.or_else(|| units.of_day(day?));
                let Some(at) = at else { continue };
                let member = members.entry(value.clone()).or_insert(Member { first: at, rows: 0 });
                member.first = member.first.min(at);
                member.rows += rows;
            }
        }
    }
    if members.len() > MOST {
        return no_list();
    }
    let has_past = units.judged > 0;
    let new = || members.iter().filter(|(_, member)| has_past && member.first >= units.judged);
    if new().next().is_none() {
        return Ok(Vec::new());
    }
    let more = new().nth(NAMED).map(|_| "…");
    let named = new().take(NAMED).map(|(value, _)| value.as_str()).chain(more);
    let named = named.map(Label::verbatim).collect();
    let message = Message::new("rule.new_members")
        .with("column", text(column))
        .with("count", count(new().count() as u64))
        .with("list", Argument::List(named))
        .with("rows", count(new().map(|(_, member)| member.rows).sum()));
    Ok(vec![message])
}
