//! Charts of rows out of table cells: what a mail shows where a picture would be too small on a telephone, switched off,
//! or on the wrong ground.
//!
//! Method: a track of a hundred cells' breadths is painted from left to right, later marks over earlier ones; equal
//! neighbours become one cell. Texts are those that stand in the picture of the page.

mod forms;

use super::{option::Canvas, scale::Scale};
use model::report::ChartKind;
use serde::Serialize;

/// A chart of rows.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Cells {
    /// What the colours mean; empty where there is one only.
    pub(crate) keys: Vec<Key>,
    pub(crate) rows: Vec<Row>,
}

/// A colour and its name.
#[derive(Clone, PartialEq, Serialize)]
pub(crate) struct Key {
    pub(crate) class: String,
    pub(crate) name: String,
    /// Whether it keeps its line.
    pub(crate) brief: bool,
    /// Whether no figure in words belongs to it: the text part does without it.
    pub(crate) silent: bool,
}

/// How many columns of text keep their line; a telephone has room for them.
const BRIEF: usize = 28;

/// A row: its name, its tracks and the numbers beside them.
#[derive(Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) is_total: bool,
    pub(crate) value: String,
    /// What the value is coloured as.
    pub(crate) verdict: &'static str,
    /// Further numbers, in grey.
    pub(crate) below: Vec<String>,
    pub(crate) tracks: Vec<Vec<Cell>>,
}

/// A stretch of a track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cell {
    /// In percent of the track.
    pub(crate) width: usize,
    /// Its colour; empty for the ground.
    pub(crate) class: String,
}

/// The cells of a chart; none for what goes through time or along a curve, which needs a picture.
pub(super) fn cells(canvas: &Canvas<'_>) -> Option<Cells> {
    match canvas.chart.kind {
        ChartKind::Bar => Some(forms::bars(canvas)),
        ChartKind::Dots => Some(forms::dots(canvas)),
        ChartKind::Quartiles => Some(forms::quartiles(canvas)),
        ChartKind::Steps => Some(forms::steps(canvas)),
        ChartKind::Waterfall => Some(forms::waterfall(canvas)),
        ChartKind::Column
        | ChartKind::Curve
        | ChartKind::Fan
        | ChartKind::HeatMap
        | ChartKind::Line
        | ChartKind::Stacked => None,
    }
}

/// How finely a track is divided.
const SLOTS: usize = 100;

/// A track that is being painted.
struct Track<'a> {
    scale: &'a Scale,
    slots: Vec<String>,
}

impl<'a> Track<'a> {
    fn new(scale: &'a Scale) -> Self {
        Self { scale, slots: vec![String::new(); SLOTS] }
    }

    /// The border between two slots at which a value lies.
    fn place(&self, value: f64) -> usize {
        let span = self.scale.high - self.scale.low;
        let share = if span > 0.0 { (value - self.scale.low) / span } else { 0.0 };
        (share.clamp(0.0, 1.0) * SLOTS as f64).round() as usize
    }

    /// Paints a span; whatever has a length is seen.
    fn span(&mut self, from: f64, to: f64, class: &str) {
        if !(from.is_finite() && to.is_finite()) {
            return;
        }
        let (low, high) = (from.min(to), from.max(to));
        let (mut start, mut end) = (self.place(low), self.place(high));
        if high > low && start == end {
            end = SLOTS.min(start + 1);
            start = end - 1;
        }
        self.paint(start, end, class);
    }

    /// Paints a mark of a breadth at a value.
    fn mark(&mut self, at: f64, breadth: usize, class: &str) {
        if at.is_finite() {
            let start = self.place(at).saturating_sub(breadth / 2).min(SLOTS - breadth);
            self.paint(start, start + breadth, class);
        }
    }

    fn paint(&mut self, start: usize, end: usize, class: &str) {
        self.slots[start..end].iter_mut().for_each(|slot| class.clone_into(slot));
    }

    fn cells(self) -> Vec<Cell> {
        let mut cells: Vec<Cell> = Vec::new();
        for class in self.slots {
            match cells.last_mut() {
                Some(last) if last.class == class => last.width += 1,
                _ => cells.push(Cell { width: 1, class }),
            }
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(paint: impl Fn(&mut Track<'_>)) -> Vec<(usize, String)> {
        let scale = Scale { low: 0.0, high: 50.0, step: 10.0 };
        let mut track = Track::new(&scale);
        paint(&mut track);
        track.cells().into_iter().map(|cell| (cell.width, cell.class)).collect()
    }

    #[test]
    fn a_track_is_as_long_as_its_values_and_always_whole() {
        let cells = painted(|track| {
            track.span(10.0, 30.0, "band");
            track.mark(20.0, 2, "own");
        });
        let expected = [(20, ""), (19, "band"), (2, "own"), (19, "band"), (40, "")];
        assert_eq!(cells, expected.map(|(width, class)| (width, class.to_owned())));
    }

    #[test]
    fn what_is_small_is_seen_and_what_lies_outside_stays_within() {
        for (from, to) in [(0.0, 0.01), (49.999, 50.0), (60.0, 90.0), (-5.0, -1.0)] {
            let cells = painted(|track| track.span(from, to, "own"));
            assert_eq!(cells.iter().map(|cell| cell.0).sum::<usize>(), SLOTS);
            assert!(cells.iter().any(|cell| cell.1 == "own"), "{from} to {to}");
        }
        let unknown = painted(|track| {
            track.span(f64::NAN, 3.0, "own");
            track.mark(f64::INFINITY, 2, "own");
        });
        assert_eq!(unknown, [(SLOTS, String::new())]);
    }
}
