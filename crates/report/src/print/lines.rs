//! Lines: where a text breaks.
//!
//! Method: Unicode line breaking (UAX #14), strict: no line begins with a closing mark or ends with an opening one. A
//! word that is wider than the line breaks anywhere; a figure and its unit do not part.

use super::face::{Faces, Glyph};
use crate::typography::figures;
use icu_segmenter::{
    LineSegmenter, LineSegmenterBorrowed,
    options::{LineBreakOptions, LineBreakStrictness},
};

/// One line, and its width in points.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) width: f32,
}

/// Breaks texts.
pub(super) struct Breaker<'a> {
    pub(super) faces: &'a Faces,
    segmenter: LineSegmenterBorrowed<'static>,
}

impl<'a> Breaker<'a> {
    pub(super) fn new(faces: &'a Faces) -> Self {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(LineBreakStrictness::Strict);
        Self { faces, segmenter: LineSegmenter::new_for_non_complex_scripts(options) }
    }

    /// The lines of a text, each at most `room` wide.
    pub(super) fn lines(&self, text: &str, size: f32, room: f32) -> Vec<Line> {
        let mut lines: Vec<Vec<Glyph>> = vec![Vec::new()];
        for piece in self.pieces(text) {
            let glyphs = self.faces.glyphs(piece.trim_end_matches(['\n', '\r']));
            let line = lines.last_mut().expect("there is a line");
            if width(line, size) + width(seen(&glyphs), size) <= room {
                line.extend(&glyphs);
            } else if width(seen(&glyphs), size) <= room {
                lines.push(glyphs);
            } else {
                for glyph in glyphs {
                    let line = lines.last_mut().expect("there is a line");
                    match width(line, size) + glyph.advance * size <= room || line.is_empty() {
                        true => line.push(glyph),
                        false => lines.push(vec![glyph]),
                    }
                }
            }
            if piece.ends_with(['\n', '\r']) {
                lines.push(Vec::new());
            }
        }
        // The space at its end belongs to a line, so that its last word does not run into the next one's first.
        let line = |glyphs: Vec<Glyph>| Line { width: width(seen(&glyphs), size), glyphs };
        let mut lines: Vec<Line> = lines.into_iter().map(line).collect();
        while lines.len() > 1 && lines.last().is_some_and(|line| line.glyphs.is_empty()) {
            lines.pop();
        }
        lines
    }

    /// Puts an ellipsis in the place of a line's end.
    pub(super) fn cut(&self, line: &mut Line, size: f32) {
        let sign = self.faces.glyphs("…");
        line.glyphs.truncate(seen(&line.glyphs).len());
        while !line.glyphs.is_empty() && width(&line.glyphs, size) + width(&sign, size) > line.width
        {
            line.glyphs.pop();
        }
        line.glyphs.extend(sign);
    }

    /// The size at which a figure stands on one line, for figures must not break.
    pub(super) fn fitting(&self, figure: &str, size: f32, room: f32) -> f32 {
        size * (room / self.faces.width(figure, size).max(0.01)).min(1.0)
    }

    /// The width of the widest piece that should not break.
    pub(super) fn widest_piece(&self, text: &str, size: f32) -> f32 {
        let pieces = self.pieces(text).into_iter();
        pieces.map(|piece| width(seen(&self.faces.glyphs(piece)), size)).fold(0.0, f32::max)
    }

    fn pieces<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let whole = figures(text);
        let parts_one = |end: usize| whole.iter().any(|one| one.start < end && end < one.end);
        let ends = self.segmenter.segment_str(text).filter(|end| !parts_one(*end));
        let ends: Vec<usize> = ends.collect();
        ends.windows(2).map(|ends| &text[ends[0]..ends[1]]).collect()
    }
}

/// Without the spaces at the end.
fn seen(glyphs: &[Glyph]) -> &[Glyph] {
    let end = glyphs.iter().rposition(|glyph| !glyph.character.is_whitespace());
    &glyphs[..end.map_or(0, |end| end + 1)]
}

fn width(glyphs: &[Glyph], size: f32) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance * size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, room: f32) -> Vec<String> {
        let faces = Faces::new();
        let lines = Breaker::new(&faces).lines(text, 10.0, room);
        assert!(lines.iter().all(|line| line.width <= room));
        let said = |line: &Line| line.glyphs.iter().map(|glyph| glyph.character).collect();
        lines.iter().map(said).map(|text: String| text.trim_end().to_owned()).collect()
    }

    #[test]
    fn lines_break_between_words_and_between_hanzi_but_not_before_a_comma() {
        assert_eq!(broken("Net revenue rose", 60.0), ["Net revenue", "rose"]);
        assert_eq!(broken("净收入上升，同比增长", 50.0), ["净收入上", "升，同比增", "长"]);
        assert_eq!(broken("Donaudampfschiff", 40.0).concat(), "Donaudampfschiff");
        assert_eq!(broken("¥1,234,567 in all", 52.0)[0], "¥1,234,567");
        assert_eq!(broken("", 50.0), [""]);
        assert_eq!(broken("净收入为12个百分点", 70.0), ["净收入为", "12个百分点"]);
        assert_eq!(broken("no rows for 30 days", 75.0), ["no rows for", "30 days"]);
    }
}
