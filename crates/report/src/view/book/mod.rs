//! What a spreadsheet gets: the content of a report as typed cells, in the words of its locale.
//!
//! Rule: a cell keeps the value of the stored report beside the unit that it is written in. A text with two values,
//! such as a band, is two columns here. What is not known stays unknown, never 0.

mod cells;
mod charts;
mod fill;

use crate::format::Kind;
use chrono::{NaiveDate, NaiveDateTime};
use model::{
    number::Number,
    period::DateRange,
    report::{Figure, Fmt},
    unit::{Unit, currency_digits},
};

/// A report as sheets.
pub(crate) struct Book {
    pub(crate) locale: model::label::Locale,
    pub(crate) title: String,
    pub(crate) organisation: String,
    /// What the report is about, what matters, where it comes from.
    pub(crate) summary: Sheet,
    pub(crate) sections: Vec<Sheet>,
    pub(crate) words: BookWords,
}

/// The fixed words of the writers.
pub(crate) struct BookWords {
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    pub(crate) coverage: String,
    /// The heads of the flat table.
    pub(crate) flat: [String; 10],
}

/// A sheet.
pub(crate) struct Sheet {
    pub(crate) title: String,
    /// Sentences on top.
    pub(crate) lines: Vec<String>,
    pub(crate) grids: Vec<Grid>,
}

/// A table; its first column names the rows.
pub(crate) struct Grid {
    pub(crate) title: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Line>,
    pub(crate) note: Option<String>,
}

/// A row, with the days that it speaks of where it is named by a period.
pub(crate) struct Line {
    pub(crate) days: Option<DateRange>,
    pub(crate) cells: Vec<Value>,
    pub(crate) total: bool,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Empty,
    Text(String),
    Day(NaiveDate),
    Moment(NaiveDateTime),
    Number {
        /// `None` when it is unknown.
        value: Option<Number>,
        kind: Kind,
        coverage: Option<f64>,
        /// A judgement as a sign; empty where nothing is judged.
        mark: &'static str,
    },
}

impl Value {
    fn plain(value: Option<f64>, format: Fmt) -> Self {
        let value = known(value.map(Number::Real), &format);
        Self::Number { value, kind: Kind::Plain(format), coverage: None, mark: "" }
    }

    fn figure(figure: &Figure, mark: &'static str) -> Self {
        let Figure { value, format, coverage } = figure;
        let kind = Kind::Plain(format.clone());
        Self::Number { value: known(*value, format), kind, coverage: *coverage, mark }
    }

    fn count(count: u64) -> Self {
        let value = Some(Number::Exact(count.into()));
        let kind = Kind::Plain(Fmt { unit: Unit::Count, decimals: None });
        Self::Number { value, kind, coverage: None, mark: "" }
    }

    fn difference(figure: &Figure) -> Self {
        Self::apart(figure, Kind::Difference)
    }

    /// How far apart two values are, up or down.
    fn distance(figure: &Figure) -> Self {
        Self::apart(figure, Kind::Distance)
    }

    fn apart(figure: &Figure, kind: fn(Fmt) -> Kind) -> Self {
        let value = match known(figure.value, &figure.format) {
            Some(value) if figure.format.unit == Unit::Percent => Some(hundredfold(value)),
            value => value,
        };
        let kind = kind(figure.format.clone());
        Self::Number { value, kind, coverage: figure.coverage, mark: "" }
    }

    fn change(change: Option<f64>) -> Self {
        let value = change.filter(|change| change.is_finite()).map(Number::Real);
        Self::Number { value, kind: Kind::Change, coverage: None, mark: "" }
    }
}

/// A fraction in points, without the crumbs of a binary product.
fn hundredfold(value: Number) -> Number {
    match value {
        Number::Exact(_) => value.times(Number::whole(100)),
        Number::Real(real) => Number::Real(format!("{real}e2").parse().unwrap_or(real * 100.0)),
    }
}

fn known(value: Option<Number>, format: &Fmt) -> Option<Number> {
    match (value?, &format.unit) {
        (Number::Real(real), _) if !real.is_finite() => None,
        (Number::Real(real), Unit::Money(code)) => {
            let places = format.decimals.unwrap_or(0).max(currency_digits(code));
            Some(Number::Real(to_coin(real, places)))
        }
        (value, _) => Some(value),
    }
}

/// An amount without the crumbs of computing; one below 1, such as a cost per click, keeps four digits more.
fn to_coin(amount: f64, places: u32) -> f64 {
    let places = if amount.abs() < 1.0 { places + 4 } else { places } as usize;
    // A zero has no sign.
    format!("{amount:.places$}").parse().unwrap_or(amount) + 0.0
}

impl Line {
    fn new(cells: Vec<Value>) -> Self {
        Self { days: None, cells, total: false }
    }
}
