//! What of a tally readers may see: nothing about fewer comments than the minimum.
//!
//! Rule: a theme that fewer than five comments name is not shown, and nothing is quoted from it. The floor is built in;
//! it can be raised, not lowered. Themes overlap, so what is shown never adds up to the comments read, and a withheld
//! count does not follow from the others. The one figure that would bound it is the number of comments without any
//! theme, because it tells how many name at least one; so that number is withheld with the theme.

use super::{
    lexicon::Lexicon,
    tally::{Themes, Tones},
};
use crate::{id::ThemeId, label::Label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The fewest comments about which anything is shown; a caller may ask for more, never for less.
pub const MINIMUM_COMMENTS: u64 = 5;

/// What readers may see of a tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Comments that say something.
    pub read: u64,
    /// Answers without a comment.
    pub blank: u64,
    /// Comments that name no theme; not known to readers while a theme that was named is withheld.
    pub unnamed: Option<u64>,
    /// The comments that say something, by tone; unknown below the minimum.
    pub tones: Option<Tones>,
    /// The themes with enough comments, most comments first, then in the order of the lexicon.
    pub themes: Vec<ShownTheme>,
    /// How many themes were named by too few.
    pub withheld: usize,
    /// The minimum that was applied.
    pub minimum: u64,
}

/// A theme that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShownTheme {
    /// Its name.
    pub id: ThemeId,
    /// Its name for readers.
    pub label: Label,
    /// The comments that name it.
    pub comments: u64,
    /// Those comments by the tone of the whole comment.
    pub tones: Tones,
    /// Examples in the tone of most of them.
    pub quotes: Vec<String>,
}

impl Themes {
    /// What may be shown with at most `quotes` examples per theme; `minimum` counts where it is above the floor.
    pub fn shown(&self, lexicon: &Lexicon, minimum: u64, quotes: usize) -> Shown {
        let minimum = minimum.max(MINIMUM_COMMENTS);
        let mut themes = Vec::new();
        let mut withheld = 0;
        for theme in &lexicon.theme {
            let Some(tally) = self.themes.get(&theme.id) else { continue };
            if tally.comments() < minimum {
                withheld += 1;
                continue;
            }
            let chosen = tally.quotes.get(&tally.tones.majority());
            themes.push(ShownTheme {
                id: theme.id.clone(),
                label: theme.label.clone(),
                comments: tally.comments(),
                tones: tally.tones,
                quotes: chosen.map(|all| all.best(quotes)).unwrap_or_default(),
            });
        }
        // A stable sort keeps the order of the lexicon among equals.
        themes.sort_by_key(|theme| std::cmp::Reverse(theme.comments));
        let is_enough = self.read >= minimum;
        Shown {
            read: self.read,
            blank: self.blank,
            unnamed: (withheld == 0 && is_enough).then_some(self.unnamed),
            tones: is_enough.then_some(self.tones),
            themes,
            withheld,
            minimum,
        }
    }
}
