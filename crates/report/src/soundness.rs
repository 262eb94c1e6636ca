//! Whether everything that rendering needs is there: the template folder, the locales, the glyphs of their words.

use crate::{
    chart::missing_glyphs, edition::Studio, error::RenderError, locale::Catalogue, plan::ReportPlan,
};
use model::label::Locale;
use std::{collections::BTreeSet, path::Path};

/// What was found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soundness {
    /// The characters in which the words of all locales are written.
    pub characters: usize,
    /// Those of them that the embedded font lacks.
    pub missing: Vec<char>,
}

/// Opens a template folder as a run would, and looks the characters of all its words up in the embedded font.
///
/// # Errors
/// What is wrong with the folder.
pub fn sound(templates: &Path) -> Result<Soundness, RenderError> {
    let plan = ReportPlan {
        templates: templates.to_owned(),
        locales: Vec::new(),
        attachments: BTreeSet::new(),
        layout: None,
        brand: None,
    };
    Studio::open(&plan)?;
    let mut characters = BTreeSet::new();
    for locale in Locale::ALL {
        let catalogue = Catalogue::load(templates, locale)?;
        let written = catalogue.texts().flat_map(|(_, text)| text.chars().collect::<Vec<_>>());
        characters.extend(written.filter(|character| !character.is_control()));
    }
    // The mark of what cannot be read is named in a sentence, and drawn in no chart.
    characters.remove(&char::REPLACEMENT_CHARACTER);
    let missing = missing_glyphs(&characters);
    Ok(Soundness { characters: characters.len(), missing })
}
