//! Fonts for charts: the embedded one first, the system's only for characters that it lacks.

use resvg::usvg::fontdb::{Database, ID, Source};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};
use std::{collections::BTreeSet, sync::Arc};

/// Noto Sans SC, cut down to GB2312, Latin and common signs; see `assets/README.md`.
static NOTO_SANS_SC: &[u8] = include_bytes!("../../assets/NotoSansSC-Regular.otf");

/// A set of fonts; cheap to clone.
#[derive(Clone)]
pub(crate) struct Fonts {
    database: Arc<Database>,
    main: ID,
}

impl Fonts {
    /// The embedded font alone.
    pub(crate) fn embedded() -> Self {
        let mut database = Database::new();
        let faces = database.load_font_source(Source::Binary(Arc::new(NOTO_SANS_SC)));
        let main = *faces.first().expect("the embedded font has one face");
        Self { database: Arc::new(database), main }
    }

    pub(super) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    pub(super) fn main(&self) -> ID {
        self.main
    }

    /// The width of a line of text in pixels.
    pub(crate) fn width(&self, text: &str, pixels: f64) -> f64 {
        let font = embedded();
        let metrics = font.glyph_metrics(Size::new(pixels as f32), LocationRef::default());
        let characters = font.charmap();
        let advance = |c| characters.map(c).and_then(|glyph| metrics.advance_width(glyph));
        // A character from elsewhere is most likely another hanzi: one em wide.
        text.chars().map(|c| advance(c).map_or(pixels, f64::from)).sum()
    }

    /// Fonts that have every character of a drawing's texts, and the characters that none has.
    ///
    /// The system's fonts are read only when the embedded one is not enough: the same report gives the
    /// same bytes on every machine unless it holds a rare character.
    pub(crate) fn covering(&self, svg: &str) -> (Self, Vec<char>) {
        let characters = embedded().charmap();
        let lacking: BTreeSet<char> =
            svg.chars().filter(|c| !c.is_control() && characters.map(*c).is_none()).collect();
        if lacking.is_empty() {
            return (self.clone(), Vec::new());
        }
        let mut database = (*self.database).clone();
        database.load_system_fonts();
        let missing = lacking.into_iter().filter(|c| !any_has(&database, *c)).collect();
        (Self { database: Arc::new(database), main: self.main }, missing)
    }
}

fn embedded() -> FontRef<'static> {
    FontRef::new(NOTO_SANS_SC).expect("the embedded font is a font")
}

fn any_has(database: &Database, character: char) -> bool {
    let has = |data: &[u8], index| {
        FontRef::from_index(data, index).is_ok_and(|font| font.charmap().map(character).is_some())
    };
    database.faces().any(|face| database.with_face_data(face.id, has).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_font_has_what_reports_are_written_with() {
        let characters = embedded().charmap();
        for character in
            "AZaz09 –−+%¥€£$▲▼●“”《》（）：，。、万亿个百分点环比同比冰箱报告年第季度周".chars()
        {
            assert!(characters.map(character).is_some(), "no glyph for {character:?}");
        }
    }

    #[test]
    fn a_character_that_no_font_has_is_named() {
        let private_use = '\u{f8ff0}';
        let (_, missing) = Fonts::embedded().covering(&format!("<text>冰箱{private_use}</text>"));
        assert_eq!(missing, [private_use]);
    }

    #[test]
    fn digits_are_of_one_width_so_that_columns_of_labels_align() {
        let fonts = Fonts::embedded();
        let widths = "0123456789".chars().map(|digit| fonts.width(&digit.to_string(), 100.0));
        assert!(widths.into_iter().all(|width| (width - 55.5).abs() < 0.01));
    }
}
