//! What many comments are about: counts per theme and tone, and the quotes that may be shown.
//!
//! Rule: two tallies merge to the tally of both, in whatever order they are merged, so that parts of a dataset can be
//! read apart. What is kept of a comment is its count, and a quote only after personal data are out of it.

use super::{
    quote::{Candidates, Clean},
    reading::{Reader, Tone},
};
use crate::id::ThemeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Comments by tone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tones {
    /// Praise, or hardly anything else.
    pub good: u64,
    /// Complaint, or hardly anything else.
    pub bad: u64,
    /// Both.
    pub mixed: u64,
    /// Neither.
    pub neutral: u64,
}

/// What is known of one theme. It holds counts below the minimum: [`Themes::shown`] is what readers may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThemeTally {
    /// The comments that name it, by the tone of the whole comment.
    pub tones: Tones,
    /// Quotes to choose from, without personal data, by tone.
    pub(super) quotes: BTreeMap<Tone, Candidates>,
}

/// A tally of comments.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Themes {
    /// Comments that say something.
    pub read: u64,
    /// Answers without a comment.
    pub blank: u64,
    /// Comments that name no theme of the lexicon.
    pub unnamed: u64,
    /// The comments that say something, by tone.
    pub tones: Tones,
    /// The themes that were named at least once.
    pub themes: BTreeMap<ThemeId, ThemeTally>,
}

impl Tones {
    /// All of them together.
    pub fn total(&self) -> u64 {
        self.good + self.bad + self.mixed + self.neutral
    }

    /// The comments of one tone.
    pub fn of(&self, tone: Tone) -> u64 {
        match tone {
            Tone::Good => self.good,
            Tone::Bad => self.bad,
            Tone::Mixed => self.mixed,
            Tone::Neutral => self.neutral,
        }
    }

    /// The tone of most comments; of equally many the first of bad, good, mixed, neutral.
    pub fn majority(&self) -> Tone {
        let order = [Tone::Bad, Tone::Good, Tone::Mixed, Tone::Neutral];
        let most = order.into_iter().map(|tone| self.of(tone)).max();
        let first = order.into_iter().find(|tone| Some(self.of(*tone)) == most);
        first.unwrap_or(Tone::Neutral)
    }

    fn count(&mut self, tone: Tone) {
        match tone {
            Tone::Good => self.good += 1,
            Tone::Bad => self.bad += 1,
            Tone::Mixed => self.mixed += 1,
            Tone::Neutral => self.neutral += 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.good += other.good;
        self.bad += other.bad;
        self.mixed += other.mixed;
        self.neutral += other.neutral;
    }
}

impl ThemeTally {
    /// The comments that name the theme.
    pub fn comments(&self) -> u64 {
        self.tones.total()
    }
}

impl Themes {
    /// Reads one comment into the tally; one without letters, digits or pictures is blank.
    pub fn add(&mut self, reader: &Reader, comment: &str) {
        if !says_something(comment) {
            self.blank += 1;
            return;
        }
        let reading = reader.read(comment);
        self.read += 1;
        self.tones.count(reading.tone);
        self.unnamed += u64::from(reading.themes.is_empty());
        let clean = if reading.themes.is_empty() { None } else { Clean::new(comment) };
        for theme in &reading.themes {
            let tally = self.themes.entry(theme.clone()).or_default();
            tally.tones.count(reading.tone);
            if let Some(clean) = &clean {
                tally.quotes.entry(reading.tone).or_default().add(reader, theme, clean);
            }
        }
    }

    /// Takes another tally in.
    pub fn merge(&mut self, other: Self) {
        self.read += other.read;
        self.blank += other.blank;
        self.unnamed += other.unnamed;
        self.tones.add(other.tones);
        for (theme, theirs) in other.themes {
            let ours = self.themes.entry(theme).or_default();
            ours.tones.add(theirs.tones);
            for (tone, quotes) in theirs.quotes {
                ours.quotes.entry(tone).or_default().merge(quotes);
            }
        }
    }
}

/// Whether there is more than blanks, dashes and dots. An emoji says something.
fn says_something(comment: &str) -> bool {
    let folded = super::fold::folded(comment);
    let is_silent = |one: char| {
        one.is_whitespace()
            || one.is_ascii_punctuation()
            || matches!(one, '。' | '、' | '—' | '–' | '…' | '·' | '！' | '「' | '」' | '“' | '”')
    };
    let words = ["无", "没有", "暂无", "n/a", "na", "none", "null", "no comment", "nil"];
    let plain = folded.trim_matches(is_silent);
    !plain.is_empty() && !words.contains(&plain)
}

#[cfg(test)]
mod tests;
