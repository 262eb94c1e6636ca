//! Quotes: which comments may stand as examples of a theme.
//!
//! Method: of a comment the part that names the theme is taken, without personal data. Parts of a middle length come
//! first, then by text. Of near-duplicates one is shown: those that share most pairs of neighbouring characters.
//! Rule: a fixed number of candidates is kept, so a tally does not grow with its comments. The order is that of the
//! text alone, so it does not matter in which order comments were read.

use super::{
    fold::{folded, is_han, is_of_word},
    reading::Reader,
    redact::{clean, shortened},
};
use crate::id::ThemeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A quote is this long at best: two short sentences.
const BEST_LENGTH: usize = 40;

/// Shorter texts say too little, longer ones are cut.
const GOOD_LENGTHS: std::ops::RangeInclusive<usize> = 12..=super::LONGEST_QUOTE;

/// So many candidates are kept.
const KEPT: usize = 40;

/// Two texts that share so much of their pairs of characters say the same.
const ALIKE: f64 = 0.6;

/// Quotes to choose from, best first; of texts that differ in marks and case only, the best.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Candidates(BTreeSet<Candidate>);

/// A quote with how far it is from the best one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Candidate {
    rank: usize,
    text: String,
}

impl Candidates {
    /// Takes the part of a comment in that names a theme, if it may be quoted.
    pub(super) fn add(&mut self, reader: &Reader, theme: &ThemeId, clean: &Clean) {
        if let Some(text) = part(reader, theme, clean) {
            let rank = rank(&text);
            self.insert(Candidate { rank, text });
            self.trim();
        }
    }

    /// Takes other candidates in.
    pub(super) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|one| self.insert(one));
        self.trim();
    }

    /// The best quotes that do not say the same, at most `most`.
    pub(super) fn best(&self, most: usize) -> Vec<String> {
        let mut chosen: Vec<(&Candidate, BTreeSet<(char, char)>)> = Vec::new();
        for one in &self.0 {
            if chosen.len() == most {
                break;
            }
            let pairs = pairs(&one.text);
            if chosen.iter().all(|(_, other)| likeness(&pairs, other) < ALIKE) {
                chosen.push((one, pairs));
            }
        }
        chosen.into_iter().map(|(one, _)| one.text.clone()).collect()
    }

    fn insert(&mut self, candidate: Candidate) {
        // Behind the last of a full list there is no place, whatever it says.
        let is_full = self.0.len() >= KEPT;
        if is_full && self.0.last().is_some_and(|last| *last <= candidate) {
            return;
        }
        let key = letters(&candidate.text);
        let twin = self.0.iter().find(|one| letters(&one.text) == key).cloned();
        match twin {
            Some(twin) if twin <= candidate => {}
            Some(twin) => {
                self.0.remove(&twin);
                self.0.insert(candidate);
            }
            None => {
                self.0.insert(candidate);
            }
        }
    }

    fn trim(&mut self) {
        while self.0.len() > KEPT {
            self.0.pop_last();
        }
    }
}

/// A comment without personal data.
pub(super) struct Clean(String);

impl Clean {
    /// Takes personal data out, once for all themes of a comment; none when it should not be quoted.
    pub(super) fn new(comment: &str) -> Option<Self> {
        clean(comment).map(Self)
    }
}

/// The whole comment when it is short, else the first sentence of it that names the theme.
fn part(reader: &Reader, theme: &ThemeId, Clean(clean): &Clean) -> Option<String> {
    if length(clean) <= super::LONGEST_QUOTE {
        return shortened(clean);
    }
    let names = |text: &&str| reader.names(text, theme);
    let sentences = clean.split_inclusive(['。', '！', '？', '；', '!', '?', ';', '\n']);
    let named: Vec<&str> = sentences.map(str::trim).filter(names).collect();
    let first = named.iter().find(|text| GOOD_LENGTHS.contains(&length(text)));
    let text = first.or(named.first()).copied().unwrap_or(clean);
    let quote = shortened(text)?;
    // What is cut off must not take the theme with it.
    names(&quote.as_str()).then_some(quote)
}

fn rank(text: &str) -> usize {
    let length = length(text);
    let far = length.abs_diff(BEST_LENGTH);
    if GOOD_LENGTHS.contains(&length) { far } else { far + super::LONGEST_QUOTE }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

/// What is said, without marks, blanks and pictures.
fn letters(text: &str) -> String {
    folded(text).chars().filter(|one| is_of_word(*one) || is_han(*one)).collect()
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = letters(text).chars().collect();
    letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// The share of pairs that two texts have in common (Jaccard); of texts without any it is none.
fn likeness(one: &BTreeSet<(char, char)>, other: &BTreeSet<(char, char)>) -> f64 {
    let both = one.intersection(other).count();
    let either = one.len() + other.len() - both;
    if either == 0 { 0.0 } else { both as f64 / either as f64 }
}
