//! Shares, differences and times as they are written.

use model::{
    label::Label,
    number::Number,
    report::{Argument, Cell, Column, Figure, Fmt, Message, Row, Verdict},
    unit::Unit,
};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// How a share is written: small ones need a second decimal.
fn format(like: f64) -> Fmt {
    let decimals = if like != 0.0 && like.abs() < 0.00995 { 2 } else { 1 };
    Fmt { unit: Unit::Percent, decimals: Some(decimals) }
}

/// A share in a sentence, with the decimals that `like` needs.
pub(super) fn percent(share: f64, like: f64) -> Argument {
    Argument::value(Some(Number::Real(share)), format(like))
}

/// A difference of shares in a sentence.
pub(super) fn points(difference: f64) -> Argument {
    match Argument::value(Some(Number::Real(difference)), format(1.0)) {
        Argument::Value { value, .. } => Argument::PercentagePoints(value),
        other => other,
    }
}

pub(super) fn count(number: u64) -> Argument {
    Argument::Count(i64::try_from(number).unwrap_or(i64::MAX))
}

/// A share in a table; unknown where there is none.
pub(super) fn share_cell(share: Option<f64>, verdict: Verdict) -> Cell {
    let figure = Figure {
        value: share.map(Number::Real),
        format: format(share.unwrap_or(1.0)),
        coverage: None,
    };
    Cell::Figure { figure, verdict }
}

/// An interval of a share.
pub(super) fn interval_cell(ends: Option<(f64, f64)>, like: f64) -> Cell {
    let message = |(low, high)| {
        Message::new("funnel.interval")
            .with("low", percent(low, like))
            .with("high", percent(high, like))
    };
    ends.map_or(Cell::Empty, |ends| Cell::Message(message(ends)))
}

/// A difference of shares; judged where its interval leaves out zero.
pub(super) fn difference_cell(difference: f64, verdict: Verdict) -> Cell {
    let value = Some(Number::Real(difference));
    Cell::Difference { figure: Figure { value, format: format(1.0), coverage: None }, verdict }
}

/// An interval of a difference of shares.
pub(super) fn differences_cell(low: f64, high: f64) -> Cell {
    let point = |end: f64| {
        let format = Fmt { unit: Unit::Number, decimals: Some(1) };
        Argument::value(Some(Number::Real(end * 100.0)), format)
    };
    let message = Message::new("funnel.interval_points").with("low", point(low));
    Cell::Message(message.with("high", point(high)))
}

pub(super) fn count_cell(number: u64) -> Cell {
    let value = Some(Number::whole(i64::try_from(number).unwrap_or(i64::MAX)));
    let format = Fmt { unit: Unit::Count, decimals: None };
    Cell::Figure { figure: Figure { value, format, coverage: None }, verdict: Verdict::Neutral }
}

/// A time of so many seconds in the unit that suits the longest one beside it, unless it is less than one of them; days
/// where only they are known.
pub(super) fn time_cell(seconds: f64, longest: f64, by_days: bool) -> Cell {
    let unit_of = |time: f64| match time {
        _ if by_days => ("funnel.days", DAY, 0),
        short if short < 1.5 * MINUTE => ("funnel.seconds", 1.0, 0),
        medium if medium < 1.5 * HOUR => ("funnel.minutes", MINUTE, 1),
        long if long < 1.5 * DAY => ("funnel.hours", HOUR, 1),
        _ => ("funnel.days", DAY, 1),
    };
    let shared = Some(unit_of(longest)).filter(|(_, unit, _)| seconds >= *unit);
    let (key, unit, decimals) = shared.unwrap_or_else(|| unit_of(seconds));
    let value = seconds / unit;
    let decimals = if (value - value.round()).abs() < 1e-9 { 0 } else { decimals.max(1) };
    let format = Fmt { unit: Unit::Number, decimals: Some(decimals) };
    let value = match decimals {
        0 => Argument::Count(value.round() as i64),
        _ => Argument::value(Some(Number::Real(value)), format),
    };
    Cell::Message(Message::new(key).with("value", value))
}

/// A table's headings; the first names the rows.
pub(super) fn columns(headings: &[(&str, &str)]) -> Vec<Column> {
    let column = |(place, (en, zh)): (usize, &(&str, &str))| Column {
        label: Label::new(*en, *zh),
        numeric: place > 0,
    };
    headings.iter().enumerate().map(column).collect()
}

pub(super) fn row(cells: Vec<Cell>) -> Row {
    Row { cells, total: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_beside_each_other_have_one_unit_if_none_is_less_than_one_of_it() {
        let key = |seconds: f64, longest: f64, by_days: bool| match time_cell(
            seconds, longest, by_days,
        ) {
            Cell::Message(message) => message.key,
            other => panic!("{other:?} is no time"),
        };
        assert_eq!(key(83.0, 83.0, false), "funnel.seconds");
        assert_eq!(key(83.0, 102.0, false), "funnel.minutes");
        assert_eq!(key(50.0, 102.0, false), "funnel.seconds");
        assert_eq!(key(1_800.0, 86_400.0, false), "funnel.minutes");
        assert_eq!(key(0.0, 86_400.0, true), "funnel.days");
    }
}
