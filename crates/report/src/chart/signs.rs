//! Signs that a drawing can show: a name from the data never keeps a report from being drawn.
//!
//! Rule: what no drawing may hold is shown as a box. On paper every sign must have a shape in the embedded font and a
//! meaning; marks that stand on another sign are left out there, because each sign is to be read by itself.

use super::font::Fonts;
use serde_json::Value;
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

/// Shown for what cannot be.
const BOX: char = '□';

/// Where a drawing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    OnScreen,
    OnPaper,
}

impl Shown {
    /// An option with signs in its texts that can be drawn.
    pub(super) fn in_option(self, option: &Value) -> Value {
        match option {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(all) => all.iter().map(|one| self.in_option(one)).collect(),
            Value::Object(all) => {
                // Texts are looked up by the names that they stand for.
                all.iter().map(|(key, one)| (self.text(key), self.in_option(one))).collect()
            }
            other => other.clone(),
        }
    }

    fn text(self, text: &str) -> String {
        if text.is_ascii() && !text.contains(is_control) {
            return text.to_owned();
        }
        let font = FontRef::new(Fonts::embedded_data()).ok().filter(|_| self == Self::OnPaper);
        let sign = |sign: char| match (&font, sign) {
            (_, sign) if is_control(sign) || is_no_character(sign) => Some(BOX),
            (None, sign) | (Some(_), sign @ ('\n' | ' '..='~')) => Some(sign),
            (Some(_), sign) if is_private(sign) => Some(BOX),
            (Some(font), sign) => match font.charmap().map(sign) {
                None if is_unseen(sign) => None,
                None => Some(BOX),
                Some(glyph) => {
                    let sizes = font.glyph_metrics(Size::new(1.0), LocationRef::default());
                    let is_wide = sizes.advance_width(glyph).is_some_and(|width| width > 0.0);
                    is_wide.then_some(sign)
                }
            },
        };
        text.chars().filter_map(sign).collect()
    }
}

fn is_control(sign: char) -> bool {
    sign.is_control() && sign != '\n'
}

fn is_no_character(sign: char) -> bool {
    u32::from(sign) & 0xfffe == 0xfffe || matches!(sign, '\u{fdd0}'..='\u{fdef}')
}

fn is_private(sign: char) -> bool {
    matches!(sign, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Joiners, selectors, marks of direction, and marks on other signs.
fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_drawn_is_a_box_and_everything_else_stays() {
        let option = json!({ "a\u{1}": ["b\u{1}\nc\u{fffe}", 1.5, { "d": "👩 𠮷" }] });
        let shown = Shown::OnScreen.in_option(&option);
        assert_eq!(shown, json!({ "a□": ["b□\nc□", 1.5, { "d": "👩 𠮷" }] }));
    }

    #[test]
    fn paper_has_signs_of_the_embedded_font_alone() {
        let shown = |text: &str| Shown::OnPaper.in_option(&json!(text));
        assert_eq!(shown("北京 Café ¥1\n2"), json!("北京 Café ¥1\n2"));
        assert_eq!(shown("👩\u{200d}👧 e\u{301}\u{e000}\u{85}"), json!("□□ e□□"));
    }
}
