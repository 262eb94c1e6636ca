//! The columns of a table: how wide each is, at which size of type, and in how many parts the table stands.
//!
//! Rule: a figure never breaks, and nothing leaves the page. Names take what the figures leave, and wrap; a word that is
//! longer than [`WORD`] breaks anywhere. Where that does not fit, the type gets smaller, down to the last of [`SIZES`];
//! then the table is split: its parts stand below each other, each with the first column.
//! Method: the fewest parts that any size allows, at the largest size that allows them.

use super::{flow::WIDTH, lines::Breaker};
use crate::view::{CellView, ColumnView, TableView};

/// Between two columns.
pub(super) const BETWEEN: f32 = 10.0;
/// Sizes of type in points; smaller ones are not read on paper.
const SIZES: [f32; 4] = [8.5, 7.5, 6.5, 6.0];
/// A longer word may break anywhere, in ems.
const WORD: f32 = 12.0;
/// A column of words is at least so wide if they need it, in ems: hanzi could break after each.
const NARROWEST: f32 = 6.0;
/// The head of a column likewise.
const HEAD: f32 = 4.2;

/// A part of a table, as wide as a page.
pub(super) struct Columns {
    pub(super) size: f32,
    /// Which columns of the table it has.
    pub(super) which: Vec<usize>,
    /// From the left, and how wide.
    pub(super) places: Vec<(f32, f32)>,
}

/// The least width of a column, and the one at which nothing breaks.
#[derive(Clone, Copy)]
struct Width {
    least: f32,
    wish: f32,
    numeric: bool,
}

impl Columns {
    /// The parts of a table.
    pub(super) fn parts(table: &TableView, breaker: &Breaker<'_>) -> Vec<Self> {
        let split = |size: f32| {
            let widths = widths(table, size, breaker);
            (size, groups(&widths), widths)
        };
        let fewest = SIZES.map(split).into_iter().min_by_key(|(_, groups, _)| groups.len());
        let Some((size, groups, widths)) = fewest else { return Vec::new() };
        let part = |which: Vec<usize>| {
            let widths: Vec<Width> = which.iter().map(|column| widths[*column]).collect();
            let mut x = BETWEEN / 2.0;
            let place = |width: f32| {
                let place = (x, width);
                x += width + BETWEEN;
                place
            };
            let places = shared(&widths).into_iter().map(place).collect();
            Self { size, which, places }
        };
        groups.into_iter().map(part).collect()
    }
}

/// The columns of each part: the first one of the table, and as many others as fit.
fn groups(widths: &[Width]) -> Vec<Vec<usize>> {
    let least = |column: usize| widths[column].least + BETWEEN;
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut used = 0.0;
    for column in 0..widths.len() {
        match groups.last_mut().filter(|group| group.len() < 2 || used + least(column) <= WIDTH) {
            Some(group) => {
                group.push(column);
                used += least(column);
            }
            None if column == 0 => {
                groups.push(vec![0]);
                used = least(0);
            }
            None => {
                groups.push(vec![0, column]);
                used = least(0) + least(column);
            }
        }
    }
    groups
}

fn widths(table: &TableView, size: f32, breaker: &Breaker<'_>) -> Vec<Width> {
    let of = |(at, column): (usize, &ColumnView)| {
        let cells = || table.rows.iter().filter_map(|row| row.cells.get(at));
        let whole = |cell: &CellView| {
            let coverage = cell.coverage.as_ref();
            let coverage = coverage.map_or(0.0, |text| breaker.faces.width(text, size * 0.85));
            breaker.faces.width(&shown(cell), size).max(coverage)
        };
        let word = |text: &str| breaker.widest_piece(text, size).min(WORD * size);
        let least = |cell: &CellView| match column.numeric {
            true => whole(cell),
            false => word(&shown(cell)).max(whole(cell).min(NARROWEST * size)),
        };
        let head =
            word(&column.label).max(breaker.faces.width(&column.label, size).min(HEAD * size));
        // Type that is set strong is a little wider.
        let least = cells().map(least).fold(head, f32::max) + 1.0;
        let wish = cells().map(whole).fold(head, f32::max) + 1.0;
        Width { least, wish, numeric: column.numeric }
    };
    table.columns.iter().enumerate().map(of).collect()
}

/// Shares a page's width: columns of words take what those of figures leave.
fn shared(widths: &[Width]) -> Vec<f32> {
    let room = WIDTH - BETWEEN * widths.len() as f32;
    let least: f32 = widths.iter().map(|width| width.least).sum();
    let wish: f32 = widths.iter().map(|width| width.wish).sum();
    if least > room {
        // Two columns that are each wider than half a page.
        return widths.iter().map(|width| width.least * room / least).collect();
    }
    if wish > room {
        let part = (room - least) / (wish - least).max(0.01);
        return widths.iter().map(|at| at.least + (at.wish - at.least) * part).collect();
    }
    // What is left goes to all alike, so that figures stand in even columns; words get twice as much.
    let weight = |width: &Width| if width.numeric { 1.0 } else { 2.0 };
    let all: f32 = widths.iter().map(weight).sum();
    widths.iter().map(|width| width.wish + (room - wish) * weight(width) / all).collect()
}

/// A cell's text with its sign.
pub(super) fn shown(cell: &CellView) -> String {
    match cell.arrow {
        "" => cell.text.clone(),
        arrow => format!("{arrow}\u{a0}{}", cell.text),
    }
}
