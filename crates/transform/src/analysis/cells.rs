//! Plain figures as cells and arguments.

use model::{
    label::Label,
    number::Number,
    report::{Argument, Cell, Column, Figure, Fmt, Message, Row, Table, Verdict},
    unit::Unit,
};

/// How a whole number is written.
pub(crate) fn count_format() -> Fmt {
    Fmt { unit: Unit::Count, decimals: None }
}

/// How a share is written.
pub(crate) fn share_format() -> Fmt {
    Fmt { unit: Unit::Percent, decimals: Some(1) }
}

/// How a share is written where its whole percents are enough.
pub(crate) fn whole_share_format() -> Fmt {
    Fmt { unit: Unit::Percent, decimals: Some(0) }
}

/// A column of a table.
pub(crate) fn column(en: &str, zh: &str, numeric: bool) -> Column {
    Column { label: Label::new(en, zh), numeric }
}

/// From where to where a figure reaches.
pub(crate) fn range(low: f64, high: f64, format: &Fmt) -> Message {
    let message = Message::new("table.range").with("low", argument(low, format));
    message.with("high", argument(high, format))
}

/// A figure that nobody judges.
pub(crate) fn figure(value: Option<Number>, format: &Fmt) -> Cell {
    let figure = Figure { value, format: format.clone(), coverage: None };
    Cell::Figure { figure, verdict: Verdict::Neutral }
}

/// A real number in a format; unknown if it is not finite.
pub(crate) fn real(value: Option<f64>, format: &Fmt) -> Cell {
    figure(value.filter(|value| value.is_finite()).map(Number::Real), format)
}

/// A whole number.
pub(crate) fn count(value: usize) -> Cell {
    figure(Some(Number::whole(value as i64)), &count_format())
}

/// A share.
pub(crate) fn share(value: Option<f64>) -> Cell {
    real(value, &share_format())
}

/// A real number as an argument.
pub(crate) fn argument(value: f64, format: &Fmt) -> Argument {
    Argument::value(Some(Number::Real(value)), format.clone())
}

/// A whole number as an argument.
pub(crate) fn counted(value: usize) -> Argument {
    Argument::Count(value as i64)
}

/// The part of a whole; `None` of nothing, and for a negative part.
pub(crate) fn part(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0 && part >= 0.0).then(|| part / whole)
}

/// A table whose first column has the names of its rows.
pub(crate) fn table(
    title: Label,
    columns: &[(&str, &str)],
    rows: Vec<Row>,
    note: Option<Message>,
) -> Table {
    let columns = columns.iter().enumerate().map(|(place, (en, zh))| column(en, zh, place > 0));
    Table { title, columns: columns.collect(), rows, note }
}
