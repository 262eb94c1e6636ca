//! Numbers that follow each other, such as those of invoices: series by series.
//!
//! Method: a number is left out if it stands between two that are there, and the next one after it is of a judged day or
//! file. A number comes late if it is new on its day or in its file, and lower than one of an earlier day or file. Rows
//! with the same number are one invoice. Edges are no gaps: nobody knows where a series begins.

use super::{Broken, spans::Spans, units::Units};
use crate::notes::{count, text};
use chrono::NaiveDate;
use model::report::Message;
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Single numbers by day.
type Days = BTreeMap<Option<NaiveDate>, Vec<(u64, u64)>>;

/// The numbers of one part.
#[derive(Default, Serialize, Deserialize)]
struct Numbers {
    /// By series and day.
    series: BTreeMap<String, Vec<(Option<NaiveDate>, Spans)>>,
    /// The least digits of a series' numbers.
    digits: BTreeMap<String, usize>,
    /// Rows whose value has no number, by day.
    none: Vec<(Option<NaiveDate>, u64)>,
}

/// One series.
#[derive(Default)]
struct Series {
    /// By the place of the day or file.
    units: BTreeMap<usize, Spans>,
    /// The least digits of its numbers.
    digits: usize,
}

pub(super) fn broken(units: &Units<'_>, column: &str, pattern: &str) -> Broken {
    let pattern = regex::Regex::new(pattern).expect("checked with the contract");
    let of = ("sequence", pattern.as_str());
    let facts = units.facts(of, column, &|frame, days| numbers(frame, days, column, &pattern))?;
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    let mut unnumbered = 0;
    for (place, part) in facts {
        let at = |day: Option<NaiveDate>| place.or_else(|| units.of_day(day?));
        for (name, days) in part.series {
            let series = all.entry(name.clone()).or_default();
            let digits = part.digits.get(&name).copied().unwrap_or(0);
            series.digits = if series.digits == 0 { digits } else { series.digits.min(digits) };
            for (day, spans) in days {
                let Some(place) = at(day) else { continue };
                let known = series.units.entry(place).or_default();
                *known = known.with(&spans);
            }
        }
        let judged = |day| at(day).is_some_and(|place| place >= units.judged);
        let rows = part.none.iter().filter(|(day, _)| judged(*day));
        unnumbered += rows.map(|(_, rows)| rows).sum::<u64>();
    }
    let mut messages = Vec::new();
    messages.extend(gaps(&all, units.judged, column));
    messages.extend(late(&all, units.judged, column));
    if unnumbered > 0 {
        let message = Message::new("rule.sequence_none").with("column", text(column));
        messages.push(message.with("count", count(unnumbered)));
    }
    Ok(messages)
}

fn numbers(
    frame: &DataFrame,
    days: &[Option<NaiveDate>],
    column: &str,
    pattern: &regex::Regex,
) -> PolarsResult<Numbers> {
    let mut found: BTreeMap<String, Days> = BTreeMap::new();
    let mut none: BTreeMap<Option<NaiveDate>, u64> = BTreeMap::new();
    let mut digits: BTreeMap<String, usize> = BTreeMap::new();
    let values = frame.column(column)?.cast(&DataType::String)?;
    for (value, day) in values.str()?.iter().zip(days) {
        let Some(value) = value else { continue };
        let groups = pattern.captures(value);
        let series = groups.as_ref().and_then(|groups| groups.get(1)).map_or("", |at| at.as_str());
        let number = groups.as_ref().and_then(|groups| groups.get(2)).map(|at| at.as_str());
        let Some((text, number)) = number.and_then(|text| Some((text, text.parse::<u64>().ok()?)))
        else {
            *none.entry(*day).or_insert(0) += 1;
            continue;
        };
        if !found.contains_key(series) {
            found.insert(series.to_owned(), BTreeMap::new());
            digits.insert(series.to_owned(), text.len());
        }
        if let Some(least) = digits.get_mut(series) {
            *least = (*least).min(text.len());
        }
        if let Some(days) = found.get_mut(series) {
            days.entry(*day).or_default().push((number, number));
        }
    }
    let spanned = |(name, days): (String, Days)| {
        (name, days.into_iter().map(|(day, spans)| (day, Spans::of(spans))).collect())
    };
    let series = found.into_iter().map(spanned).collect();
    Ok(Numbers { series, digits, none: none.into_iter().collect() })
}

/// The numbers that are left out before one of a judged unit.
fn gaps(all: &BTreeMap<String, Series>, judged: usize, column: &str) -> Option<Message> {
    let (mut missing, mut first) = (0_u64, None);
    for (name, series) in all {
        let everything = series.between(0, usize::MAX);
        let judged = series.between(judged, usize::MAX);
        for ((from, to), _) in everything.holes().filter(|(_, next)| judged.has(*next)) {
            missing = missing.saturating_add((to - from).saturating_add(1));
            first.get_or_insert_with(|| match from == to {
                true => series.told(name, from),
                false => format!("{} – {}", series.told(name, from), series.told(name, to)),
            });
        }
    }
    let message = Message::new("rule.sequence_gap").with("column", text(column));
    Some(message.with("count", count(missing)).with("first", text(first?)))
}

/// The numbers of judged units that are lower than one of an earlier unit.
fn late(all: &BTreeMap<String, Series>, judged: usize, column: &str) -> Option<Message> {
    let (mut numbers, mut first) = (0_u64, None);
    for (name, series) in all {
        let mut before = series.between(0, judged);
        for (_, own) in series.units.range(judged..) {
            let new = own.without(&before);
            let late = before.last().map(|highest| new.below(highest)).unwrap_or_default();
            numbers = numbers.saturating_add(late.count());
            if let Some(number) = late.first() {
                first.get_or_insert_with(|| series.told(name, number));
            }
            before = before.with(own);
        }
    }
    let message = Message::new("rule.sequence_late").with("column", text(column));
    Some(message.with("count", count(numbers)).with("first", text(first?)))
}

impl Series {
    /// The numbers of the units from one place up to another.
    fn between(&self, from: usize, to: usize) -> Spans {
        let mut all = Vec::new();
        for spans in self.units.range(from..to).map(|(_, spans)| spans) {
            all.extend(spans.all());
        }
        Spans::of(all)
    }

    /// A number as its rows write it.
    fn told(&self, name: &str, number: u64) -> String {
        format!("{name}{number:0>width$}", width = self.digits)
    }
}
