//! Cells and columns of a survey's tables.

use crate::analysis::cells::argument;
use model::{
    number::Number,
    report::{Argument, Cell, Figure, Fmt, Table, Verdict},
    unit::Unit,
};
use stats::survey::{Change, Direction};

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
    match argument(difference, format) {
        Argument::Value { value, format } if format.unit == Unit::Percent => {
            Argument::PercentagePoints(value)
        }
        other => other,
    }
}
