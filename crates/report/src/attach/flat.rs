//! CSV: one flat table of all figures, a row for each.
//!
//! Rule: UTF-8 with a byte order mark, so that spreadsheets read Chinese; commas, CRLF, quotation marks where needed.
//! Values are exact, without marks of thousands, a percentage is a fraction of one; an unknown value is empty. Texts
//! are guarded, numbers and days are not.

use super::guard::guarded;
use crate::{
    format::Kind,
    view::{Book, Grid, Line, Sheet, Value},
};
use chrono::NaiveDate;
use model::{number::Number, report::Fmt, unit::Unit};
use std::borrow::Cow;

/// What spreadsheets know UTF-8 by.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The figures of a report.
pub(super) fn csv(book: &Book) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    let mut table = builder.terminator(csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    let mut put = |record: [Cow<'_, str>; 10]| {
        table.write_record(record.iter().map(|field| field.as_bytes())).expect("memory is written");
    };
    put(book.words.flat.each_ref().map(|head| guarded(head)));
    for sheet in &book.sections {
        for grid in &sheet.grids {
            for line in &grid.rows {
                rows(sheet, grid, line, &mut put);
            }
        }
    }
    table.into_inner().expect("memory is written")
}

fn rows<'a>(
    sheet: &'a Sheet,
    grid: &'a Grid,
    line: &'a Line,
    put: &mut impl FnMut([Cow<'a, str>; 10]),
) {
    let Some((name, cells)) = line.cells.split_first() else { return };
    let [from, to] = match line.days {
        Some(days) => [days.start, days.last()].map(|day| Cow::Owned(day.to_string())),
        None => [Cow::Borrowed(""), Cow::Borrowed("")],
    };
    for (at, cell) in cells.iter().enumerate() {
        let column = grid.columns.get(at + 1).map_or("", String::as_str);
        let [value, unit, coverage, text] = match cell {
            Value::Empty => continue,
            Value::Text(text) => [None, None, None, Some(guarded(text))],
            Value::Day(day) => [None, None, None, Some(day.to_string().into())],
            Value::Moment(moment) => [None, None, None, Some(moment.to_string().into())],
            Value::Number { value, kind, coverage, .. } => [
                value.map(exact),
                Some(unit(kind)),
                coverage.map(|share| share.to_string().into()),
                None,
            ],
        };
        let [value, unit, coverage, text] =
            [value, unit, coverage, text].map(Option::unwrap_or_default);
        put([
            guarded(&sheet.title),
            guarded(&grid.title),
            label(name),
            guarded(column),
            from.clone(),
            to.clone(),
            value,
            unit,
            coverage,
            text,
        ]);
    }
}

/// What a row is called.
fn label(name: &Value) -> Cow<'_, str> {
    match name {
        Value::Empty => "".into(),
        Value::Text(text) => guarded(text),
        Value::Day(day) => NaiveDate::to_string(day).into(),
        Value::Moment(moment) => moment.to_string().into(),
        Value::Number { value, .. } => value.map(exact).unwrap_or_default(),
    }
}

fn exact(number: Number) -> Cow<'static, str> {
    number.to_string().into()
}

/// The unit as metric files write it; a difference of percentages is in percentage points.
fn unit(kind: &Kind) -> Cow<'static, str> {
    match kind {
        Kind::Change => "percent".into(),
        Kind::Difference(Fmt { unit: Unit::Percent, .. })
        | Kind::Distance(Fmt { unit: Unit::Percent, .. }) => "percentage_points".into(),
        Kind::Difference(format) | Kind::Distance(format) | Kind::Plain(format) => {
            format.unit.to_string().into()
        }
    }
}
