//! How many rows a day or a file has.
//!
//! Method: rows that count of a day, rows read of a file. A day on which rows are expected and none came has 0.

use super::{Judging, units::Units};
use crate::notes::count;
use chrono::{Datelike, NaiveDate, Weekday};
use model::{
    contract::Expected,
    report::{Argument, Message},
};

pub(super) fn broken(judging: &Judging<'_>, units: &Units<'_>, min: u64, max: u64) -> Vec<Message> {
    let judged = units.units[units.judged()].iter();
    let mut sizes: Vec<(Argument, u64)> =
        judged.map(|unit| (unit.name.clone(), unit.rows)).collect();
    if matches!(sizes.first(), Some((Argument::Date(_), _))) {
        sizes.extend(empty_days(judging).into_iter().map(|day| (Argument::Date(day), 0)));
        sizes.sort();
    }
    let few = sizes.iter().filter(|(_, rows)| *rows < min);
    let many = sizes.iter().filter(|(_, rows)| *rows > max);
    let fewest = few.clone().min_by_key(|(_, rows)| *rows);
    let most = many.clone().rev().max_by_key(|(_, rows)| *rows);
    let told = |key, (unit, rows): &(Argument, u64), limit, units: usize| {
        Message::new(key)
            .with("unit", unit.clone())
            .with("rows", count(*rows))
            .with("limit", count(limit))
            .with("count", count(units as u64))
    };
    let few = fewest.map(|worst| told("rule.too_few_rows", worst, min, few.count()));
    let many = most.map(|worst| told("rule.too_many_rows", worst, max, many.count()));
    few.into_iter().chain(many).collect()
}

/// The judged days without rows on which some are expected.
fn empty_days(judging: &Judging<'_>) -> Vec<NaiveDate> {
    let (plan, known) = (judging.plan, judging.table.days());
    let is_expected = |day: &NaiveDate| match judging.contract.expected {
        Expected::Daily => true,
        Expected::Weekdays => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        Expected::Monthly | Expected::Irregular => false,
    };
    // Days before the first row are no gap: there was nothing yet.
    let Some(first) = known.keys().next() else { return Vec::new() };
    let days = plan.reported.start.max(*first).iter_days().take_while(|day| *day < plan.today);
    days.filter(is_expected).filter(|day| !known.contains_key(day)).collect()
}
