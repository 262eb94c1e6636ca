//! Characters that a template, a locale file or a heading may not be written in.
//!
//! Rule: no emoji, which look different everywhere and are read out; no control character, no mark that turns the
//! direction of writing, nothing of a private use area; and, in sentences, nothing that the embedded font lacks. Names
//! from the data are not looked at here: they are what they are, and drawings show a box where they must.

use super::{Broken, LintFault};
use crate::{chart::missing_glyphs, error::RenderError, locale::Catalogue, templates};
use model::{
    edition::Edition,
    label::{Label, Locale},
};
use std::{collections::BTreeSet, path::Path};

/// Emoji below the planes that hold nothing else.
const EMOJI: [(u32, u32); 41] = [
    (0x231a, 0x231b),
    (0x23e9, 0x23ec),
    (0x23f0, 0x23f0),
    (0x23f3, 0x23f3),
    (0x25fd, 0x25fe),
    (0x2614, 0x2615),
    (0x2648, 0x2653),
    (0x267f, 0x267f),
    (0x2693, 0x2693),
    (0x26a1, 0x26a1),
    (0x26aa, 0x26ab),
    (0x26bd, 0x26be),
    (0x26c4, 0x26c5),
    (0x26ce, 0x26ce),
    (0x26d4, 0x26d4),
    (0x26ea, 0x26ea),
    (0x26f2, 0x26f3),
    (0x26f5, 0x26f5),
    (0x26fa, 0x26fa),
    (0x26fd, 0x26fd),
    (0x2705, 0x2705),
    (0x270a, 0x270b),
    (0x2728, 0x2728),
    (0x274c, 0x274c),
    (0x274e, 0x274e),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2764, 0x2764),
    (0x2795, 0x2797),
    (0x27b0, 0x27b0),
    (0x27bf, 0x27bf),
    (0x2b1b, 0x2b1c),
    (0x2b50, 0x2b50),
    (0x2b55, 0x2b55),
    (0x20e3, 0x20e3),
    (0x200d, 0x200d),
    (0xfe0f, 0xfe0f),
    (0x1f000, 0x1f0ff),
    (0x1f18e, 0x1f19a),
    (0x1f1e6, 0x1f1ff),
    (0x1f200, 0x1faff),
];

/// Every character of a template folder that must not stand there, with the key or the line in which it does.
///
/// # Errors
/// When the folder cannot be read.
pub fn lint_words(folder: &Path) -> Result<Vec<LintFault>, RenderError> {
    let mut faults = Vec::new();
    for locale in Locale::ALL {
        let catalogue = Catalogue::load(folder, locale)?;
        for (key, text) in catalogue.texts() {
            let place = format!("`{key}` of locales/{locale}.toml");
            let named = |what| LintFault { locale: Some(locale), rule: "characters", what };
            faults.extend(strange(&text, &place, true).into_iter().map(named));
        }
    }
    for (name, text) in templates::files(folder)? {
        for (at, line) in text.lines().enumerate() {
            let place = format!("line {} of {name}", at + 1);
            let named = |what| LintFault { locale: None, rule: "characters", what };
            faults.extend(strange(&line.replace('\t', " "), &place, false).into_iter().map(named));
        }
    }
    Ok(faults)
}

/// Every character that must not stand in a name that a job gives; `place` says whose name it is.
pub fn lint_name(place: &str, name: &Label) -> Vec<LintFault> {
    let mut faults: Vec<LintFault> = Vec::new();
    for locale in Locale::ALL {
        for what in strange(name.get(locale), place, true) {
            if faults.iter().all(|known| known.what != what) {
                faults.push(LintFault { locale: Some(locale), rule: "characters", what });
            }
        }
    }
    faults
}

/// The headings of a mail, which the job says.
pub(super) fn of_titles(edition: &Edition) -> Vec<Broken> {
    let titles = edition.outline.passages.iter().filter_map(|passage| passage.title.as_ref());
    let told = titles.flat_map(|title| strange(title, &format!("the heading “{title}”"), false));
    told.map(|what| ("characters", what)).collect()
}

/// What must not stand in a text of ours.
fn strange(text: &str, place: &str, is_drawn: bool) -> Vec<String> {
    let signs: BTreeSet<char> = text.chars().filter(|sign| !sign.is_ascii_graphic()).collect();
    let missing: BTreeSet<char> = match is_drawn {
        true => missing_glyphs(&signs).into_iter().collect(),
        false => BTreeSet::new(),
    };
    let told = signs.into_iter().filter_map(|sign| {
        let kind = kind(sign).or_else(|| {
            // The mark of what cannot be read is named in a sentence, and drawn in no chart.
            let is_lacking = missing.contains(&sign) && sign != char::REPLACEMENT_CHARACTER;
            is_lacking.then_some("a character that the embedded font lacks")
        })?;
        Some(format!("{place} has {kind}, U+{:04X}; say it in words", u32::from(sign)))
    });
    told.collect()
}

fn kind(sign: char) -> Option<&'static str> {
    let code = u32::from(sign);
    match sign {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
            Some("a mark that turns the direction of writing")
        }
        '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => Some("a character that nobody sees"),
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => Some("a character of private use"),
        '\u{e0000}'..='\u{e0fff}' => Some("a character that nobody sees"),
        sign if sign.is_control() => Some("a control character"),
        _ if EMOJI.iter().any(|(first, last)| (*first..=*last).contains(&code)) => Some("an emoji"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_text_of_ours_may_hold_is_named_with_its_place() {
        for (text, kind) in [
            ("Sales 🚀", "an emoji, U+1F680"),
            ("Sales ✅", "an emoji, U+2705"),
            ("1\u{fe0f}", "an emoji, U+FE0F"),
            ("a\u{202e}b", "a mark that turns the direction of writing, U+202E"),
            ("a\u{200b}b", "a character that nobody sees, U+200B"),
            ("\u{e001}", "a character of private use, U+E001"),
            ("a\u{7}b", "a control character, U+0007"),
            ("ཀ", "a character that the embedded font lacks, U+0F40"),
        ] {
            let told = strange(text, "`a.b` of locales/en.toml", true);
            assert_eq!(told, [format!("`a.b` of locales/en.toml has {kind}; say it in words")]);
        }
        assert_eq!(strange("⚠ ▲ 净销售额 ±5% – “x” … \u{fffd}", "x", false), Vec::<String>::new());
    }
}
