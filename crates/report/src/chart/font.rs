//! Fonts for charts: the first of the preferred families that the machine has, else the embedded one, which also
//! fills in for the characters that the preferred one lacks.

use resvg::usvg::fontdb::{Database, Family, ID, Query, Source};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

/// Noto Sans SC, cut down to GB2312, Latin and common signs; see `assets/README.md`.
static NOTO_SANS_SC: &[u8] = include_bytes!("../../assets/NotoSansSC-Regular.otf");

/// A set of fonts; cheap to clone.
#[derive(Clone)]
pub(crate) struct Fonts {
    database: Arc<Database>,
    main: ID,
    /// The file of the main face when it is not the embedded one, and the face's place in it.
    preferred: Option<(Arc<Vec<u8>>, u32)>,
}

impl Fonts {
    /// The embedded font alone.
    pub(crate) fn embedded() -> Self {
        let mut database = Database::new();
        let faces = database.load_font_source(Source::Binary(Arc::new(NOTO_SANS_SC)));
        let main = *faces.first().expect("the embedded font has one face");
        Self { database: Arc::new(database), main, preferred: None }
    }

    /// The first of `families` that the machine has, with the embedded font behind it.
    ///
    /// The system's fonts are looked through only if a family is preferred at all.
    pub(crate) fn preferring(families: &[String]) -> Self {
        let embedded = Self::embedded();
        if families.is_empty() {
            return embedded;
        }
        let mut database = (*embedded.database).clone();
        database.load_system_fonts();
        let find = |family: &String| {
            let query = Query { families: &[Family::Name(family)], ..Query::default() };
            // The embedded font bears a name that the system may have, too.
            database.query(&query).filter(|id| *id != embedded.main)
        };
        let Some(main) = families.iter().find_map(find) else { return embedded };
        let file = |data: &[u8], index| {
            let draws = FontRef::from_index(data, index).is_ok();
            draws.then(|| (Arc::new(data.to_vec()), index))
        };
        match database.with_face_data(main, file).flatten() {
            Some(preferred) => {
                Self { main, preferred: Some(preferred), database: Arc::new(database) }
            }
            None => embedded,
        }
    }

    /// The embedded font's file.
    pub(crate) fn embedded_data() -> &'static [u8] {
        NOTO_SANS_SC
    }

    /// The first font of the system that draws a character by outlines: its file, and its place in it.
    pub(crate) fn of_the_system(character: char) -> Option<(Arc<Vec<u8>>, u32)> {
        static SYSTEM: OnceLock<Database> = OnceLock::new();
        let system = SYSTEM.get_or_init(|| {
            let mut database = Database::new();
            database.load_system_fonts();
            database
        });
        let file = |data: &[u8], index| {
            let font = FontRef::from_index(data, index).ok()?;
            let glyph = font.charmap().map(character)?;
            font.outline_glyphs().get(glyph)?;
            Some((Arc::new(data.to_vec()), index))
        };
        system.faces().find_map(|face| system.with_face_data(face.id, file).flatten())
    }

    pub(crate) fn database(&self) -> Arc<Database> {
        Arc::clone(&self.database)
    }

    pub(crate) fn main(&self) -> ID {
        self.main
    }

    fn face(&self) -> FontRef<'_> {
        match &self.preferred {
            Some((data, index)) => {
                FontRef::from_index(data, *index).expect("the face was read when it was chosen")
            }
            None => embedded(),
        }
    }

    /// The width of a line of text in pixels.
    pub(crate) fn width(&self, text: &str, pixels: f64) -> f64 {
        let faces = [self.face(), embedded()].map(|font| {
            let metrics = font.glyph_metrics(Size::new(pixels as f32), LocationRef::default());
            (font.charmap(), metrics)
        });
        let advance = |c: char| {
            let mut faces = faces.iter();
            faces.find_map(|(characters, metrics)| metrics.advance_width(characters.map(c)?))
        };
        // A character from elsewhere is most likely another hanzi: one em wide.
        text.chars().map(|c| advance(c).map_or(pixels, f64::from)).sum()
    }

    /// Fonts that have every character of a drawing's texts, and the characters that none has.
    ///
    /// Other fonts of the system are asked only for what the preferred and the embedded one lack.
    pub(crate) fn covering(&self, svg: &str) -> (Self, Vec<char>) {
        let (own, embedded) = (self.face().charmap(), embedded().charmap());
        let lacks = |c: &char| !c.is_control() && own.map(*c).or(embedded.map(*c)).is_none();
        let lacking: BTreeSet<char> = svg.chars().filter(lacks).collect();
        if lacking.is_empty() {
            return (self.clone(), Vec::new());
        }
        let mut database = (*self.database).clone();
        if self.preferred.is_none() {
            database.load_system_fonts();
        }
        let missing = lacking.into_iter().filter(|c| !any_has(&database, *c)).collect();
        (Self { database: Arc::new(database), ..self.clone() }, missing)
    }
}

/// Those of some characters that the embedded font has no glyph for.
pub(crate) fn missing_glyphs(characters: &BTreeSet<char>) -> Vec<char> {
    let own = embedded().charmap();
    characters.iter().copied().filter(|character| own.map(*character).is_none()).collect()
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
    fn a_preferred_family_that_the_machine_lacks_leaves_the_embedded_font() {
        let wanted = ["No Such Family 7d1f".to_owned()];
        let fonts = Fonts::preferring(&wanted);
        assert_eq!(fonts.width("冰箱 42", 20.0), Fonts::embedded().width("冰箱 42", 20.0));
        assert!(fonts.covering("<text>冰箱</text>").1.is_empty());
    }

    #[test]
    fn a_family_of_the_machine_is_preferred_and_the_embedded_one_fills_in() {
        let mut database = Database::new();
        database.load_system_fonts();
        // Machines without any font have nothing to prefer.
        let Some(family) = database.faces().find_map(|face| face.families.first()) else { return };
        let fonts = Fonts::preferring(std::slice::from_ref(&family.0));
        assert_ne!(fonts.main(), Fonts::embedded().main());
        assert!(fonts.width("Total 42", 20.0) > 0.0);
        assert!(fonts.covering("<text>冰箱 Total</text>").1.is_empty());
    }

    #[test]
    fn digits_are_of_one_width_so_that_columns_of_labels_align() {
        let fonts = Fonts::embedded();
        let widths = "0123456789".chars().map(|digit| fonts.width(&digit.to_string(), 100.0));
        assert!(widths.into_iter().all(|width| (width - 55.5).abs() < 0.01));
    }
}
