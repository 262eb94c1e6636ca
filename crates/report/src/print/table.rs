//! Tables: columns as wide as they need, heads on every page, no row in two halves.

use super::{
    blocks::Press,
    columns::{BETWEEN, Columns, shown},
    flow::{Part, WIDTH},
    piece::{Piece, Placed, Side, Style},
};
use crate::view::{CellView, RowView, TableView};

/// Above and below the text of a row.
const AROUND: f32 = 3.2;
/// Between the parts of a table that is wider than a page.
const BETWEEN_PARTS: f32 = 10.0;
/// The highest a row may be, so that it fits a page with its heads.
const HIGHEST: f32 = 400.0;
/// Rows that stay with the heads.
const WITH_HEADS: usize = 2;

impl Press<'_, '_> {
    /// A table with its title and its remark; in parts when it has more columns than a page.
    pub(super) fn table(&mut self, within: usize, table: &TableView) {
        let parts = Columns::parts(table, self.flow.breaker);
        let count = parts.len();
        for (at, columns) in parts.into_iter().enumerate() {
            if at > 0 {
                self.flow.gap(BETWEEN_PARTS);
            }
            let title = match count {
                // It stands above already.
                1 if table.again => String::new(),
                1 => table.title.clone(),
                _ => format!("{} {}/{count}", table.title, at + 1),
            };
            self.part(within, table, &columns, title.trim_start());
        }
        if let Some(note) = &table.note {
            self.flow.gap(3.0);
            let place = self.flow.outline.add(within, Part::Paragraph);
            self.flow.paragraph(note, self.ink.small(), Some(place));
        }
    }

    fn part(&mut self, within: usize, table: &TableView, columns: &Columns, title: &str) {
        let node = self.flow.outline.add(within, Part::Table);
        let title = (!title.is_empty()).then(|| {
            let place = self.flow.outline.add(node, Part::TableTitle);
            let title = self.line(title, self.ink.caption(), Some(place));
            title.at_most(HIGHEST / 4.0, self.flow.breaker)
        });
        let heads = self.heads(node, table, columns);
        let body = self.flow.outline.add(node, Part::TableBody);
        let rows: Vec<Piece> =
            table.rows.iter().map(|row| self.row(body, table, row, columns)).collect();
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
        let heights: Vec<f32> = rows.iter().map(|row| row.height).collect();
        for (at, row) in rows.into_iter().enumerate() {
            // The last one, often the total, does not stand on a page alone.
            let left = &heights[at..];
            let together = if left.len() == 2 { left.iter().sum() } else { row.height };
            if !self.flow.fits(together) {
                self.flow.need(together);
                self.flow.put(again.clone());
            }
            self.flow.put(row);
        }
    }

    fn heads(&mut self, node: usize, table: &TableView, columns: &Columns) -> Piece {
        let head = self.flow.outline.add(node, Part::TableHead);
        let row = self.flow.outline.add(head, Part::TableRow);
        let style = Style { size: columns.size, leading: columns.size * 1.3, ..self.ink.small() };
        let mut texts = Vec::new();
        for (at, (x, room)) in columns.which.iter().zip(&columns.places) {
            let Some(column) = table.columns.get(*at) else { continue };
            let place = Some(self.flow.outline.add(row, Part::ColumnHead));
            let at = (*x, *room, side(column.numeric));
            let head = Piece::text(self.flow.breaker, &column.label, style.strong(), at, place);
            texts.push(head.at_most(HIGHEST / 2.0, self.flow.breaker));
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
        for (at, place) in columns.which.iter().zip(&columns.places) {
            let Some(cell) = row.cells.get(*at) else { continue };
            let part = if *at == 0 { Part::RowHead } else { Part::Cell };
            let part = self.flow.outline.add(node, part);
            let numeric = table.columns.get(*at).is_some_and(|column| column.numeric);
            cells.push(self.cell(part, (cell, numeric), row.total, (*place, columns.size)));
        }
        let height = cells.iter().map(|cell| cell.height).fold(0.0, f32::max) + 2.0 * AROUND;
        let mut piece = Piece::default();
        for (at, (x, room)) in columns.which.iter().zip(&columns.places) {
            if let Some(shade) = row.cells.get(*at).and_then(|cell| cell.shade) {
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
            (None, true) if ["▲", "▼"].contains(&cell.arrow) => {
                self.ink.of_change(cell.verdict)
            }
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
        piece.at_most(HIGHEST, self.flow.breaker)
    }
}

fn side(numeric: bool) -> Side {
    if numeric { Side::Right } else { Side::Left }
}
