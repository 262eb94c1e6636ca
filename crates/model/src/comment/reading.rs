//! One comment read with a lexicon: the themes that it names and its tone.
//!
//! Method: a theme is named when one of its words is found. The tone is good when words of praise outnumber words of
//! complaint by three to one, bad the other way round, mixed in between, neutral with neither. A word that turns (`not`, `不`) turns the next word of
//! tone, when no other sentence begins between them and they stand close: at most two words or three characters apart.
//! Not for: irony, comparisons, or what each theme of a comment is praised for; the tone is that of the whole comment.

use super::{
    fold::{folded, is_han, is_of_word},
    lexicon::{Lexicon, Words},
    words::Finder,
};
use crate::id::ThemeId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Between a word that turns and the word of tone: so many words at most.
const NEAR_WORDS: usize = 2;

/// Between a word that turns and the word of tone: so many Chinese characters at most.
const NEAR_CHARACTERS: usize = 3;

/// So many times the words of one tone outnumber the others when the comment has that tone: long comments that are
/// full of praise name some small complaint as well.
const OUTNUMBERS: usize = 3;

/// What a comment says on the whole.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Praise, or hardly anything else.
    Good,
    /// Complaint, or hardly anything else.
    Bad,
    /// Praise and complaint.
    Mixed,
    /// Neither, as far as the words are known.
    Neutral,
}

/// What a comment is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The themes that it names, each once.
    pub themes: BTreeSet<ThemeId>,
    /// Its tone.
    pub tone: Tone,
}

/// A lexicon made ready to read many comments.
#[derive(Debug, Clone)]
pub struct Reader {
    themes: Finder<Option<ThemeId>>,
    tones: Finder<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Good,
    Bad,
    Turn,
    Nothing,
}

impl Reader {
    /// Prepares a lexicon.
    pub fn new(lexicon: &Lexicon) -> Self {
        let ignored = || lexicon.ignore.all().cloned();
        let of_themes = lexicon
            .theme
            .iter()
            .flat_map(|theme| theme.words.all().map(|word| (word.clone(), Some(theme.id.clone()))));
        let tone = &lexicon.tone;
        let of = |words: &Words, role: Role| -> Vec<(String, Role)> {
            words.all().map(|word| (word.clone(), role)).collect()
        };
        let of_tone = [(&tone.good, Role::Good), (&tone.bad, Role::Bad), (&tone.turn, Role::Turn)]
            .into_iter()
            .flat_map(|(words, role)| of(words, role));
        Self {
            // Of equal words the first counts: a word of a theme names it, ignored or not.
            themes: Finder::new(of_themes.chain(ignored().map(|word| (word, None)))),
            tones: Finder::new(of_tone.chain(ignored().map(|word| (word, Role::Nothing)))),
        }
    }

    /// The themes and the tone of a comment.
    pub fn read(&self, comment: &str) -> Reading {
        let text = folded(comment);
        let themes = self.themes.find(&text).into_iter().filter_map(|one| one.means).collect();
        Reading { themes, tone: self.tone(&text) }
    }

    /// Whether a text names a theme.
    pub(super) fn names(&self, text: &str, theme: &ThemeId) -> bool {
        self.themes.find(&folded(text)).iter().any(|one| one.means.as_ref() == Some(theme))
    }

    fn tone(&self, text: &str) -> Tone {
        let (mut good, mut bad) = (0_usize, 0_usize);
        let mut turned_from = None;
        for found in self.tones.find(text) {
            let praises = match found.means {
                Role::Nothing => continue,
                Role::Turn => {
                    turned_from = Some(found.place.end);
                    continue;
                }
                Role::Good => true,
                Role::Bad => false,
            };
            // A word turns one word only: "not slow and quiet" is praise twice.
            let is_turned = turned_from
                .take()
                .is_some_and(|from: usize| is_near(&text[from..found.place.start]));
            if praises != is_turned {
                good += 1;
            } else {
                bad += 1;
            }
        }
        match (good, bad) {
            (0, 0) => Tone::Neutral,
            (good, bad) if good >= OUTNUMBERS * bad => Tone::Good,
            (good, bad) if bad >= OUTNUMBERS * good => Tone::Bad,
            _ => Tone::Mixed,
        }
    }
}

/// Whether what stands between two words keeps them together.
fn is_near(between: &str) -> bool {
    let holds = |one: char| is_han(one) || is_of_word(one) || one == ' ' || one == '\'';
    let characters = between.chars().filter(|one| is_han(*one)).count();
    let words = between.split(|one: char| !is_of_word(one) && one != '\'');
    between.chars().all(holds)
        && characters <= NEAR_CHARACTERS
        && words.filter(|word| !word.is_empty()).count() <= NEAR_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{comment::Theme, label::Label};

    fn lexicon() -> Lexicon {
        let words = |en: &str, zh: &str| {
            let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
            Words { en: list(en), zh_cn: list(zh) }
        };
        let theme = |id: &str, en: &str, zh: &str| Theme {
            id: ThemeId::new(id),
            label: Label::verbatim(id),
            words: words(en, zh),
        };
        let mut lexicon = Lexicon {
            theme: vec![
                theme("delivery", "deliver* courier", "物流 送货 快递"),
                theme("price", "price* cheap", "价格 划算"),
                theme("staff", "staff", "服务员 师傅"),
                theme("service", "service", "服务 客服"),
            ],
            ignore: words("", "好像 好多 快递"),
            ..Lexicon::default()
        };
        lexicon.tone.good = words("good great fast cheap", "好 快 划算 不错");
        lexicon.tone.bad = words("slow bad", "慢 差");
        lexicon.tone.turn = words("not never isn't", "不 没有");
        lexicon
    }

    fn check(comment: &str, themes: &[&str], tone: Tone) {
        let reading = Reader::new(&lexicon()).read(comment);
        let found: Vec<&str> = reading.themes.iter().map(ThemeId::as_str).collect();
        assert_eq!((found.as_slice(), reading.tone), (themes, tone), "{comment}");
    }

    #[test]
    fn a_theme_counts_once_however_often_it_is_named() {
        check("Delivery, delivery, delivered!", &["delivery"], Tone::Neutral);
        check("物流快，送货师傅好", &["delivery", "staff"], Tone::Good);
        check("服务员来了", &["staff"], Tone::Neutral);
        check("", &[], Tone::Neutral);
    }

    #[test]
    fn a_negator_turns_the_next_word_of_tone_and_no_other() {
        check("Not slow.", &[], Tone::Good);
        check("It isn’t very good", &[], Tone::Bad);
        check("not the slow and bad one", &[], Tone::Mixed);
        check("not that I would ever call it slow", &[], Tone::Bad);
        check("Not here. Slow.", &[], Tone::Bad);
        check("物流不慢", &["delivery"], Tone::Good);
        check("不是很快", &[], Tone::Bad);
        check("没有那么差，很好", &[], Tone::Good);
        check("不，很好", &[], Tone::Good);
        check("不错", &[], Tone::Good);
        check("价格不划算", &["price"], Tone::Bad);
        check("不知道为什么这么快", &[], Tone::Good);
    }

    #[test]
    fn praise_and_complaint_are_mixed_and_lookalikes_are_none() {
        check("Good product, slow delivery.", &["delivery"], Tone::Mixed);
        check("good, good and fast, but slow", &[], Tone::Good);
        check("good and fast, but slow", &[], Tone::Mixed);
        check("slow, bad, 慢, 好", &[], Tone::Bad);
        check("好像有好多人", &[], Tone::Neutral);
        check("好像很好", &[], Tone::Good);
        check("快递", &["delivery"], Tone::Neutral);
        check("cheap 👍", &["price"], Tone::Good);
    }

    #[test]
    fn an_empty_lexicon_names_nothing() {
        let reading = Reader::new(&Lexicon::default()).read("good 好");
        assert_eq!(reading, Reading { themes: BTreeSet::new(), tone: Tone::Neutral });
    }
}
