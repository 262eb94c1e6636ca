//! The cells of tables. A sentence that is nothing but figures is numbers here.

use super::{Grid, Line, Value};
use crate::view::{Writer, block::mark};
use model::{
    number::Number,
    report::{Argument, Cell, Column, Figure, Fmt, Message, Row, Table},
    unit::Unit,
};
use rust_decimal::Decimal;

/// Sentences that say how far apart two values are, and the argument that is it: usual swings, past errors.
const DISTANCES: [(&str, &str); 2] = [("movers.swings", "noise"), ("outlook.distance", "size")];

/// Sentences that say from where to where a figure reaches, some with the figure itself.
const BANDS: [&str; 6] = [
    "experiment.interval",
    "funnel.interval",
    "geo_lift.interval",
    "response.between",
    "response.range",
    "table.range",
];

/// The figures of a band, a column for each.
const FIGURES: [&str; 3] = ["value", "low", "high"];

impl Writer<'_> {
    /// A table; a column of bands is a column for each of their figures.
    pub(super) fn table_grid(&self, table: &Table) -> Grid {
        let figures: Vec<Vec<&str>> =
            (0..table.columns.len()).map(|at| figures_in(table, at)).collect();
        let of = |at: usize| figures.get(at).map(Vec::as_slice).unwrap_or_default();
        let columns = table.columns.iter().zip(&figures);
        let values = |(at, cell): (usize, &Cell)| self.values(cell, of(at));
        let row = |row: &Row| Line {
            days: match row.cells.first() {
                Some(Cell::Period(period)) => Some(period.days),
                _ => None,
            },
            cells: row.cells.iter().enumerate().flat_map(values).collect(),
            total: row.total,
        };
        Grid {
            title: self.label(&table.title),
            columns: columns.flat_map(|(column, figures)| self.heads(column, figures)).collect(),
            rows: table.rows.iter().map(row).collect(),
            note: table.note.as_ref().map(|note| self.text(note)),
        }
    }

    /// The heads of a column with these figures; its own where it has no bands.
    fn heads(&self, column: &Column, figures: &[&str]) -> Vec<String> {
        let head = |figure: &&str| match *figure {
            "value" => self.as_written(&column.label),
            end => {
                let label = Argument::Label(column.label.clone());
                self.text(&Message::new(format!("sheet.{end}")).with("label", label))
            }
        };
        match figures {
            [] => vec![self.as_written(&column.label)],
            figures => figures.iter().map(head).collect(),
        }
    }

    /// What a cell has for its column's figures; what is no band stands in the place of the first.
    fn values(&self, cell: &Cell, figures: &[&str]) -> Vec<Value> {
        match band(cell) {
            Some(band) => {
                let value = |figure: &&str| band.arguments.get(*figure).and_then(number);
                figures.iter().map(|figure| value(figure).unwrap_or(Value::Empty)).collect()
            }
            None => {
                let mut values = vec![self.typed(cell)];
                values.resize(figures.len().max(1), Value::Empty);
                values
            }
        }
    }

    fn typed(&self, cell: &Cell) -> Value {
        match cell {
            Cell::Change { change, .. } => Value::change(*change),
            Cell::Difference { figure, .. } => Value::difference(figure),
            Cell::Empty => Value::Empty,
            Cell::Figure { figure, verdict } => Value::figure(figure, mark(*verdict)),
            Cell::Label(label) => Value::Text(self.as_written(label)),
            Cell::Message(message) => match distance(message) {
                Some(figure) => Value::distance(&figure),
                None => Value::Text(self.text_in_full(message)),
            },
            Cell::Period(period) => Value::Text(self.formatter.period(period)),
            Cell::Shaded { figure, .. } => Value::figure(figure, ""),
        }
    }
}

/// The figures of the bands in a column; none where it has no bands.
fn figures_in(table: &Table, at: usize) -> Vec<&'static str> {
    let bands: Vec<&Message> =
        table.rows.iter().filter_map(|row| band(row.cells.get(at)?)).collect();
    let is_told = |figure: &&str| bands.iter().any(|band| band.arguments.contains_key(*figure));
    FIGURES.into_iter().filter(is_told).collect()
}

fn band(cell: &Cell) -> Option<&Message> {
    match cell {
        Cell::Message(message) if BANDS.contains(&message.key.as_str()) => Some(message),
        _ => None,
    }
}

/// The size that a sentence consists of.
fn distance(message: &Message) -> Option<Figure> {
    let (_, name) = DISTANCES.iter().find(|(key, _)| *key == message.key)?;
    match message.arguments.get(*name)? {
        Argument::Value { value, format } => Some(computed(*value, format.clone())),
        _ => None,
    }
}

/// The number that an argument is.
fn number(argument: &Argument) -> Option<Value> {
    match argument {
        Argument::Value { value, format } => {
            Some(Value::figure(&computed(*value, format.clone()), ""))
        }
        Argument::Change(change) => Some(Value::change(change.map(real))),
        Argument::PercentagePoints(points) => {
            let format = Fmt { unit: Unit::Percent, decimals: None };
            Some(Value::difference(&computed(*points, format)))
        }
        _ => None,
    }
}

/// A figure of a sentence. Such figures are estimates: their digits come from a real number, not from amounts.
fn computed(value: Option<Decimal>, format: Fmt) -> Figure {
    Figure { value: value.map(|value| Number::Real(real(value))), format, coverage: None }
}

fn real(value: Decimal) -> f64 {
    // By way of the text: the nearest float of a decimal is what parsing yields.
    value.to_string().parse().unwrap_or(f64::NAN)
}
