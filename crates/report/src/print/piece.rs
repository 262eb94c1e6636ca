//! Pieces: what is drawn, with its place and the part of the document that it belongs to, before there are pages.

use super::lines::{Breaker, Line};
use krilla::color::rgb::Color;

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// In points.
    pub(super) size: f32,
    /// From one base line to the next.
    pub(super) leading: f32,
    pub(super) colour: Color,
    pub(super) strong: bool,
}

/// Where in the document's structure something belongs; `None` is decoration, which is not read out.
pub(super) type Place = Option<usize>;

/// Something drawn.
#[derive(Debug, Clone)]
pub(super) enum Mark {
    /// A line of text; `y` is its base line.
    Text(Line, Style),
    /// A filled rectangle of this width and height; `y` is its top.
    Area(f32, f32, Color),
    /// A picture by its number, scaled; `y` is its top.
    Picture(usize, f32),
}

/// A mark at its place.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) mark: Mark,
    pub(super) place: Place,
}

/// Marks that stay together, from their common top.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    pub(super) marks: Vec<Placed>,
    pub(super) height: f32,
}

/// How lines stand in their room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
}

impl Style {
    pub(super) fn new(size: f32, leading: f32, colour: Color) -> Self {
        Self { size, leading, colour, strong: false }
    }

    pub(super) fn strong(self) -> Self {
        Self { strong: true, ..self }
    }

    pub(super) fn coloured(self, colour: Color) -> Self {
        Self { colour, ..self }
    }
}

impl Piece {
    /// Text in `room`, from `x` on.
    pub(super) fn text(
        breaker: &Breaker<'_>,
        text: &str,
        style: Style,
        (x, room, side): (f32, f32, Side),
        place: Place,
    ) -> Self {
        let mut piece = Self::default();
        for line in breaker.lines(text, style.size, room) {
            let x = match side {
                Side::Left => x,
                Side::Right => x + room - line.width,
            };
            // The base line lies so that the line's marks stand in the middle of its leading.
            let y = piece.height + (style.leading + style.size * 0.72) / 2.0;
            piece.marks.push(Placed { x, y, mark: Mark::Text(line, style), place });
            piece.height += style.leading;
        }
        piece
    }

    /// The same, no higher than this: an ellipsis stands for the lines that are left out.
    pub(super) fn at_most(mut self, height: f32, breaker: &Breaker<'_>) -> Self {
        if self.height > height {
            self.marks.retain(|placed| placed.y <= height);
            self.height = height;
            if let Some(Placed { mark: Mark::Text(line, style), .. }) = self.marks.last_mut() {
                breaker.cut(line, style.size);
            }
        }
        self
    }

    /// A filled rectangle, of no height as a piece.
    pub(super) fn area(x: f32, y: f32, (width, height): (f32, f32), colour: Color) -> Self {
        let mark = Mark::Area(width, height, colour);
        Self { marks: vec![Placed { x, y, mark, place: None }], height: 0.0 }
    }

    /// Puts another piece below, after a gap.
    pub(super) fn below(&mut self, gap: f32, other: Self) {
        let top = self.height + gap;
        self.beside(top, other);
    }

    /// Puts another piece in, from a height on.
    pub(super) fn beside(&mut self, top: f32, other: Self) {
        self.height = self.height.max(top + other.height);
        let moved = |placed: Placed| Placed { y: placed.y + top, ..placed };
        self.marks.extend(other.marks.into_iter().map(moved));
    }

    /// The same further right.
    pub(super) fn right(mut self, by: f32) -> Self {
        self.marks.iter_mut().for_each(|placed| placed.x += by);
        self
    }
}
