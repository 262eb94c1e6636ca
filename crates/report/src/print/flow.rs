//! Pages: pieces one below the other, and the structure that readers of the text go by.

use super::{
    lines::Breaker,
    piece::{Piece, Place, Placed, Side, Style},
};

/// A4 upright, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// The room for text.
pub(super) const LEFT: f32 = 51.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const TOP: f32 = 52.0;
const BOTTOM: f32 = PAGE.1 - 58.0;
/// Lines of a paragraph that stay together.
const TOGETHER: usize = 3;

/// A part of the document's structure.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    Document,
    Group,
    Heading(u16, String),
    Paragraph,
    List,
    Item,
    ItemLabel,
    ItemBody,
    /// With what it says to those who do not see it.
    Figure(String),
    Table,
    TableTitle,
    TableHead,
    TableBody,
    TableRow,
    ColumnHead,
    RowHead,
    Cell,
}

/// The structure: parts with their parts, in reading order.
pub(super) struct Outline {
    pub(super) parts: Vec<(Part, Vec<usize>)>,
}

impl Outline {
    fn new() -> Self {
        Self { parts: vec![(Part::Document, Vec::new())] }
    }

    /// Adds a part to another one.
    pub(super) fn add(&mut self, within: usize, part: Part) -> usize {
        let id = self.parts.len();
        self.parts.push((part, Vec::new()));
        self.parts[within].1.push(id);
        id
    }
}

/// A place to jump to.
pub(super) struct Chapter {
    pub(super) title: String,
    pub(super) page: usize,
    pub(super) y: f32,
}

/// Pages being filled.
pub(super) struct Flow<'a> {
    pub(super) breaker: &'a Breaker<'a>,
    pub(super) outline: Outline,
    pub(super) chapters: Vec<Chapter>,
    pub(super) pages: Vec<Vec<Placed>>,
    y: f32,
}

impl<'a> Flow<'a> {
    pub(super) fn new(breaker: &'a Breaker<'a>) -> Self {
        let (outline, chapters, pages) = (Outline::new(), Vec::new(), vec![Vec::new()]);
        Self { breaker, outline, chapters, pages, y: TOP }
    }

    /// Empty room, but not at the head of a page.
    pub(super) fn gap(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// Turns the page unless there is this much room on it.
    pub(super) fn need(&mut self, height: f32) {
        if self.y > TOP && self.y + height > BOTTOM {
            self.pages.push(Vec::new());
            self.y = TOP;
        }
    }

    /// Whether a height fits on this page.
    pub(super) fn fits(&self, height: f32) -> bool {
        self.y + height <= BOTTOM
    }

    /// Puts a piece on the page, or on the next one.
    pub(super) fn put(&mut self, piece: Piece) {
        self.need(piece.height);
        let (top, page) = (self.y, self.pages.last_mut().expect("there is a page"));
        let moved = |placed: Placed| Placed { x: placed.x + LEFT, y: placed.y + top, ..placed };
        page.extend(piece.marks.into_iter().map(moved));
        self.y += piece.height;
    }

    /// A text as wide as the page, which may go on on the next one.
    pub(super) fn paragraph(&mut self, text: &str, style: Style, place: Place) {
        let piece = Piece::text(self.breaker, text, style, (0.0, WIDTH, Side::Left), place);
        if piece.marks.len() <= TOGETHER {
            return self.put(piece);
        }
        self.need(style.leading * TOGETHER as f32);
        for mut placed in piece.marks {
            placed.y = (style.leading + style.size * 0.72) / 2.0;
            self.put(Piece { marks: vec![placed], height: style.leading });
        }
    }

    /// Makes here a place to jump to.
    pub(super) fn chapter(&mut self, title: &str) {
        let (title, page) = (title.to_owned(), self.pages.len() - 1);
        self.chapters.push(Chapter { title, page, y: self.y });
    }
}
