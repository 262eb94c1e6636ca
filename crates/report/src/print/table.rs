//! Tables: columns as wide as they need, heads on every page, no row in two halves.

use super::{
    blocks::Press,
    flow::{Part, WIDTH},
    piece::{Piece, Placed, Side, Style},
};
use crate::view::{CellView, ColumnView, RowView, TableView};

/// Between two columns.
const BETWEEN: f32 = 10.0;
/// Above and below the text of a row.
const AROUND: f32 = 3.2;
/// Sizes of type, the first at which a table fits its page.
const SIZES: [f32; 4] = [8.5, 7.5, 6.5, 5.5];
/// Rows that stay with the heads.
const WITH_HEADS: usize = 2;

/// Where the columns of a table stand.
struct Columns {
    size: f32,
    /// From the left, and how wide.
    places: Vec<(f32, f32)>,
}

impl Press<'_, '_> {
    /// A table with its title and its remark.
    pub(super) fn table(&mut self, within: usize, table: &TableView) {
        let node = self.flow.outline.add(within, Part::Table);
        let columns = self.columns(table);
        let title = (!table.title.is_empty()).then(|| {
            let place = self.flow.outline.add(node, Part::TableTitle);
            self.line(&table.title, self.ink.caption(), Some(place))
        });
        let heads = self.heads(node, table, &columns);
        let body = self.flow.outline.add(node, Part::TableBody);
        let rows: Vec<Piece> =
            table.rows.iter().map(|row| self.row(body, table, row, &columns)).collect();
        let first: f32 = rows.iter().take(WITH_HEADS).map(|row| row.height).sum();
        let above = title.as_ref().map_or(0.0, |title| title.height + 3.0);
        self.flow.need(above + heads.height + first);
        if let Some(title) = title {
            self.flow.put(title);
            self.flow.gap(3.0);
        }
        // Repeated heads are decoration: the structure has them once.
        let again = Piece {
            marks: heads.marks.iter().cloned().map(|mark| Placed { place: None, ..mark }).collect(),
            height: heads.height,
        };
        self.flow.put(heads);
        for row in rows {
            if !self.flow.fits(row.height) {
                self.flow.need(row.height);
                self.flow.put(again.clone());
            }
            self.flow.put(row);
        }
        if let Some(note) = &table.note {
            self.flow.gap(3.0);
            let place = self.flow.outline.add(within, Part::Paragraph);
            self.flow.paragraph(note, self.ink.small(), Some(place));
        }
    }

    fn heads(&mut self, node: usize, table: &TableView, columns: &Columns) -> Piece {
        let head = self.flow.outline.add(node, Part::TableHead);
        let row = self.flow.outline.add(head, Part::TableRow);
        let style = Style { size: columns.size, leading: columns.size * 1.3, ..self.ink.small() };
        let mut texts = Vec::new();
        for (column, (x, room)) in table.columns.iter().zip(&columns.places) {
            let place = Some(self.flow.outline.add(row, Part::ColumnHead));
            let at = (*x, *room, side(column.numeric));
            texts.push(Piece::text(self.flow.breaker, &column.label, style.strong(), at, place));
        }
        let height = texts.iter().map(|text| text.height).fold(0.0, f32::max) + 2.0 * AROUND;
        let mut piece = Piece::area(0.0, 0.0, (WIDTH, height), self.ink.sunken);
        piece.height = height;
        for text in texts {
            // Heads of one line stand at the bottom, beside those of two.
            piece.beside(height - AROUND - text.height, text);
        }
        piece
    }

    fn row(&mut self, body: usize, table: &TableView, row: &RowView, columns: &Columns) -> Piece {
        let node = self.flow.outline.add(body, Part::TableRow);
        let mut cells = Vec::new();
        for (at, (cell, place)) in row.cells.iter().zip(&columns.places).enumerate() {
            let part = if at == 0 { Part::RowHead } else { Part::Cell };
            let part = self.flow.outline.add(node, part);
            let numeric = table.columns.get(at).is_some_and(|column| column.numeric);
            cells.push(self.cell(part, (cell, numeric), row.total, (*place, columns.size)));
        }
        let height = cells.iter().map(|cell| cell.height).fold(0.0, f32::max) + 2.0 * AROUND;
        let mut piece = Piece::default();
        for (cell, (x, room)) in row.cells.iter().zip(&columns.places) {
            if let Some(shade) = cell.shade {
                let ground = self.ink.shade(shade).0;
                let width = room + BETWEEN;
                piece.beside(0.0, Piece::area(x - BETWEEN / 2.0, 0.0, (width, height), ground));
            }
        }
        for cell in cells {
            piece.beside(AROUND, cell);
        }
        let rule = if row.total { (self.ink.text, 0.0) } else { (self.ink.line, height - 0.25) };
        piece.beside(0.0, Piece::area(0.0, rule.1, (WIDTH, 0.5), rule.0));
        piece.height = height;
        piece
    }

    fn cell(
        &self,
        part: usize,
        (cell, numeric): (&CellView, bool),
        total: bool,
        ((x, room), size): ((f32, f32), f32),
    ) -> Piece {
        let colour = match (cell.shade, cell.known) {
            (Some(shade), _) => self.ink.shade(shade).1,
            (None, false) => self.ink.muted,
            (None, true) => self.ink.of(cell.verdict),
        };
        let style = Style { size, leading: size * 1.35, colour, strong: total };
        let at = (x, room, side(numeric));
        let mut piece = Piece::text(self.flow.breaker, &shown(cell), style, at, Some(part));
        if let Some(coverage) = &cell.coverage {
            let style = Style { size: size * 0.85, leading: size * 1.15, ..style };
            let style = Style { colour: self.ink.of("caution"), strong: false, ..style };
            let text = Piece::text(self.flow.breaker, coverage, style, at, Some(part));
            piece.below(0.0, text);
        }
        piece
    }

    /// Columns that fit the page, at the largest size of type that lets words and figures whole.
    fn columns(&self, table: &TableView) -> Columns {
        let room = WIDTH - BETWEEN * table.columns.len() as f32;
        let fitting = SIZES.into_iter().find_map(|size| {
            let [least, wish] = self.widths(table, size);
            (least.iter().sum::<f32>() <= room).then_some((size, least, wish))
        });
        let (size, widths) = match fitting {
            Some((size, least, wish)) => (size, shared(room, &least, &wish, &table.columns)),
            None => {
                let size = SIZES[SIZES.len() - 1];
                let [least, _] = self.widths(table, size);
                let all: f32 = least.iter().sum();
                (size, least.iter().map(|width| width * room / all).collect())
            }
        };
        let mut x = BETWEEN / 2.0;
        let place = |width: &f32| {
            let place = (x, *width);
            x += width + BETWEEN;
            place
        };
        Columns { size, places: widths.iter().map(place).collect() }
    }

    /// The least width of each column, and the one at which nothing breaks.
    fn widths(&self, table: &TableView, size: f32) -> [Vec<f32>; 2] {
        let breaker = self.flow.breaker;
        let of = |at: usize, column: &ColumnView| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            let whole = |cell: &CellView| {
                let coverage = cell.coverage.as_ref();
                let coverage = coverage.map_or(0.0, |text| breaker.faces.width(text, size * 0.85));
                breaker.faces.width(&shown(cell), size).max(coverage)
            };
            let least = |cell: &CellView| match column.numeric {
                true => whole(cell),
                false => breaker.widest_piece(&shown(cell), size),
            };
            // Type that is set strong is a little wider.
            let head = breaker.widest_piece(&column.label, size) + 0.5;
            let wish = cells.clone().map(whole).fold(head, f32::max);
            [cells.map(least).fold(head, f32::max), wish].map(|width| width + 0.5)
        };
        let widths: Vec<[f32; 2]> =
            table.columns.iter().enumerate().map(|(at, column)| of(at, column)).collect();
        [0, 1].map(|which| widths.iter().map(|widths| widths[which]).collect())
    }
}

/// Shares the room: columns of words take what those of figures leave.
fn shared(room: f32, least: &[f32], wish: &[f32], columns: &[ColumnView]) -> Vec<f32> {
    let (least_all, wish_all): (f32, f32) = (least.iter().sum(), wish.iter().sum());
    if wish_all > room {
        let part = (room - least_all) / (wish_all - least_all).max(0.01);
        let between = |(least, wish): (&f32, &f32)| least + (wish - least) * part;
        return least.iter().zip(wish).map(between).collect();
    }
    // What is left goes to all alike, so that figures stand in even columns; words get twice as much.
    let weight = |column: &ColumnView| if column.numeric { 1.0 } else { 2.0 };
    let all: f32 = columns.iter().map(weight).sum();
    let more =
        |(wish, column): (&f32, &ColumnView)| wish + (room - wish_all) * weight(column) / all;
    wish.iter().zip(columns).map(more).collect()
}

/// A cell's text with its sign.
fn shown(cell: &CellView) -> String {
    match cell.arrow {
        "" => cell.text.clone(),
        arrow => format!("{arrow}\u{a0}{}", cell.text),
    }
}

fn side(numeric: bool) -> Side {
    if numeric { Side::Right } else { Side::Left }
}
