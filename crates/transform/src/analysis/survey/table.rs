//! Cells and columns of a survey's tables.

use model::{
    label::Label,
    number::Number,
    report::{Argument, Cell, Column, Figure, Fmt, Message, Table, Verdict},
    unit::Unit,
};
use stats::survey::{Change, Direction};

pub(super) fn column(en: &str, zh: &str, numeric: bool) -> Column {
    Column { label: Label::new(en, zh), numeric }
}

/// The table without the columns in which no row has anything.
pub(super) fn without_empty(mut table: Table) -> Table {
    for place in (1..table.columns.len()).rev() {
        if table.rows.iter().all(|row| row.cells[place] == Cell::Empty) {
            table.columns.remove(place);
            for row in &mut table.rows {
                row.cells.remove(place);
            }
        }
    }
    table
}

pub(super) fn figure(value: f64, format: Fmt) -> Cell {
    let figure = Figure { value: Some(Number::Real(value)), format, coverage: None };
    Cell::Figure { figure, verdict: Verdict::Neutral }
}

pub(super) fn count(value: u64) -> Cell {
    let value = i64::try_from(value).unwrap_or(i64::MAX);
    let format = Fmt { unit: Unit::Count, decimals: Some(0) };
    let figure = Figure { value: Some(Number::whole(value)), format, coverage: None };
    Cell::Figure { figure, verdict: Verdict::Neutral }
}

/// A value argument.
pub(super) fn value(value: f64, format: Fmt) -> Argument {
    Argument::value(Some(Number::Real(value)), format)
}

/// An interval in words.
pub(super) fn range(low: f64, high: f64, format: &Fmt) -> Message {
    let message = Message::new("survey.range").with("low", value(low, format.clone()));
    message.with("high", value(high, format.clone()))
}

/// A difference, judged only where its interval excludes zero.
pub(super) fn difference(change: Option<Change>, format: Fmt) -> Cell {
    let Some(change) = change else { return Cell::Empty };
    let figure = Figure { value: Some(Number::Real(change.difference)), format, coverage: None };
    Cell::Difference { figure, verdict: verdict(change) }
}

/// Whether a change is good; neutral while chance may have made it.
pub(super) fn verdict(change: Change) -> Verdict {
    match change.direction {
        Some(Direction::Up) => Verdict::Good,
        Some(Direction::Down) => Verdict::Bad,
        None => Verdict::Neutral,
    }
}

/// A difference in words: points of a score, percentage points of a share.
pub(super) fn gap(difference: f64, format: &Fmt) -> Argument {
    match value(difference, format.clone()) {
        Argument::Value { value, format } if format.unit == Unit::Percent => {
            Argument::PercentagePoints(value)
        }
        other => other,
    }
}
