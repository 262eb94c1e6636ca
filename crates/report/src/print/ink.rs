//! The colours and the sizes of type.

use super::piece::Style;
use crate::chart::{Palette, SHADES};
use krilla::color::rgb::Color;

/// The light palette as colours.
pub(super) struct Ink {
    pub(super) surface: Color,
    pub(super) sunken: Color,
    pub(super) text: Color,
    pub(super) muted: Color,
    pub(super) line: Color,
    pub(super) accent: Color,
    pub(super) caution_surface: Color,
    good: Color,
    bad: Color,
    calm: Color,
    alarm: Color,
    caution: Color,
    shades: Vec<Color>,
    dark_from: usize,
}

impl Ink {
    pub(super) fn new(palette: &Palette) -> Self {
        Self {
            surface: colour(&palette.surface),
            sunken: colour(&palette.sunken),
            text: colour(&palette.text),
            muted: colour(&palette.muted),
            line: colour(&palette.line),
            accent: colour(&palette.accent),
            caution_surface: colour(&palette.caution_surface),
            good: colour(&palette.good),
            bad: colour(&palette.bad),
            calm: colour(&palette.calm),
            alarm: colour(&palette.alarm),
            caution: colour(&palette.caution),
            shades: palette.ramp.iter().map(|shade| colour(shade)).collect(),
            dark_from: Palette::LIGHT_INK_FROM,
        }
    }

    /// The colour of a change, by the word of its verdict for styles: a house says what a rise has.
    pub(super) fn of_change(&self, verdict: &str) -> Color {
        match verdict {
            "good" => self.good,
            "bad" => self.bad,
            other => self.of(other),
        }
    }

    /// The colour of a verdict or of a severity, by its word for styles.
    pub(super) fn of(&self, verdict: &str) -> Color {
        match verdict {
            "good" => self.calm,
            "bad" | "error" => self.alarm,
            "warning" | "caution" => self.caution,
            "neutral" | "plain" => self.text,
            _ => self.muted,
        }
    }

    /// A shade and what is written on it.
    pub(super) fn shade(&self, shade: usize) -> (Color, Color) {
        let shade = shade.min(SHADES - 1);
        let ink = if shade >= self.dark_from { self.surface } else { self.text };
        (self.shades.get(shade).copied().unwrap_or(self.sunken), ink)
    }

    pub(super) fn title(&self) -> Style {
        Style::new(23.0, 29.0, self.text).strong()
    }

    pub(super) fn heading(&self) -> Style {
        Style::new(15.0, 20.0, self.text).strong()
    }

    pub(super) fn caption(&self) -> Style {
        Style::new(10.0, 14.0, self.text).strong()
    }

    pub(super) fn body(&self) -> Style {
        Style::new(9.5, 14.0, self.text)
    }

    pub(super) fn small(&self) -> Style {
        Style::new(8.0, 11.5, self.muted)
    }

    pub(super) fn figure(&self) -> Style {
        Style::new(18.0, 24.0, self.text).strong()
    }
}

/// `#rrggbb`.
pub(super) fn colour(text: &str) -> Color {
    let channel = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (channel(1), channel(3), channel(5)) {
        (Some(red), Some(green), Some(blue)) => Color::new(red, green, blue),
        _ => Color::black(),
    }
}
