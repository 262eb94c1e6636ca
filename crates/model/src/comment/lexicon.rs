//! The words by which themes and tone of a comment are known: the form of `themes/<name>.toml`.

use super::words::{is_chinese, stem};
use crate::{id::ThemeId, label::Label};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Themes and their words.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Lexicon {
    /// The themes, in the order in which they are listed to readers where their counts are equal.
    #[serde(default)]
    pub theme: Vec<Theme>,
    /// Words that tell whether a comment praises or complains.
    #[serde(default)]
    pub tone: ToneWords,
    /// Words that only look like others and mean nothing here. Example: `好像`, which is no praise. A word of a theme
    /// that stands here too names its theme and tells no tone.
    #[serde(default)]
    pub ignore: Words,
}

/// What comments may be about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its name, unique in the file.
    pub id: ThemeId,
    /// Its name for readers.
    pub label: Label,
    /// The words that name it. A word stands in one theme only.
    pub words: Words,
}

/// Words and phrases by language. Case, width and hyphens do not matter.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English: whole words; `deliver*` is every word that begins so.
    #[serde(default)]
    pub en: Vec<String>,
    /// Chinese, simplified script: found anywhere. Comments in traditional script need words of their own.
    #[serde(default, rename = "zh-CN")]
    pub zh_cn: Vec<String>,
}

/// Words that tell the tone of a comment.
#[derive(
    Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(deny_unknown_fields)]
pub struct ToneWords {
    /// Words of praise.
    #[serde(default)]
    pub good: Words,
    /// Words of complaint.
    #[serde(default)]
    pub bad: Words,
    /// Words that turn the next word of tone, when it stands right behind them. Examples: `not`, `不`.
    #[serde(default)]
    pub turn: Words,
}

/// What is wrong with a lexicon, and at which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconFault {
    /// The key. Example: `theme[2].words.en[0]`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Words {
    /// Every word with its key.
    fn each(&self) -> impl Iterator<Item = (String, &String)> {
        let en = self.en.iter().enumerate().map(|(at, word)| (format!("en[{at}]"), word));
        let zh = self.zh_cn.iter().enumerate().map(|(at, word)| (format!("zh-CN[{at}]"), word));
        en.chain(zh)
    }

    /// Every word.
    pub(super) fn all(&self) -> impl Iterator<Item = &String> {
        self.en.iter().chain(&self.zh_cn)
    }
}

impl Lexicon {
    /// A theme by name.
    pub fn theme(&self, id: &ThemeId) -> Option<&Theme> {
        self.theme.iter().find(|theme| &theme.id == id)
    }

    /// Everything that cannot be meant: an empty theme, a word that stands for two things, a star that is no ending.
    pub fn faults(&self) -> Vec<LexiconFault> {
        let mut faults = Vec::new();
        if self.theme.is_empty() {
            push(&mut faults, "", "has no theme; write one as `[[theme]]`".into());
        }
        let mut ids: BTreeMap<&ThemeId, usize> = BTreeMap::new();
        let mut known: BTreeMap<(String, bool), String> = BTreeMap::new();
        for (index, theme) in self.theme.iter().enumerate() {
            let at = format!("theme[{index}]");
            if theme.id.as_str().trim().is_empty() {
                push(&mut faults, &format!("{at}.id"), "a theme needs a name".into());
            } else if ids.insert(&theme.id, index).is_some() {
                let message = format!("`{}` is the name of another theme as well", theme.id);
                push(&mut faults, &format!("{at}.id"), message);
            }
            if theme.words.all().next().is_none() {
                let message = format!("theme `{}` has no words, so nothing can name it", theme.id);
                push(&mut faults, &at, message);
            }
            let owner = format!("theme `{}`", theme.id);
            check(&theme.words, &format!("{at}.words"), &owner, &mut known, &mut faults);
        }
        // A word may name a theme and tell the tone, so tone has a table of its own.
        let mut tones = BTreeMap::new();
        for (words, key) in
            [(&self.tone.good, "good"), (&self.tone.bad, "bad"), (&self.tone.turn, "turn")]
        {
            check(words, &format!("tone.{key}"), &format!("`tone.{key}`"), &mut tones, &mut faults);
        }
        // A word of a theme that is ignored as well names the theme and tells no tone: `快递` is no praise for speed.
        check(&self.ignore, "ignore", "`ignore`", &mut tones, &mut faults);
        faults
    }
}

/// Checks words that all stand for one thing, `owner`, against those that are known already.
fn check(
    words: &Words,
    path: &str,
    owner: &str,
    known: &mut BTreeMap<(String, bool), String>,
    faults: &mut Vec<LexiconFault>,
) {
    for (key, word) in words.each() {
        let at = format!("{path}.{key}");
        let stem = stem(word);
        if !stem.0.chars().any(char::is_alphanumeric) {
            push(faults, &at, format!("`{word}` has no letter to be found by"));
        } else if stem.0.contains('*') {
            push(faults, &at, format!("`{word}`: a `*` stands at the end of a word only"));
        } else if stem.1 && is_chinese(word) {
            let message = format!("`{word}`: Chinese is found anywhere anyway; leave the `*` out");
            push(faults, &at, message);
        } else if let Some(other) = known.insert(stem, owner.to_owned()) {
            let message = match other == owner {
                true => format!("`{word}` is listed twice in {owner}"),
                false => format!("`{word}` stands in {other} and in {owner}; keep it in one"),
            };
            push(faults, &at, message);
        }
    }
}

fn push(faults: &mut Vec<LexiconFault>, path: &str, message: String) {
    faults.push(LexiconFault { path: path.to_owned(), message });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(en: &[&str], zh: &[&str]) -> Words {
        let owned = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        Words { en: owned(en), zh_cn: owned(zh) }
    }

    fn theme(id: &str, words: Words) -> Theme {
        Theme { id: ThemeId::new(id), label: Label::verbatim(id), words }
    }

    fn check(lexicon: &Lexicon, expected: &[(&str, &str)]) {
        let faults = lexicon.faults();
        let found: Vec<_> =
            faults.iter().map(|one| (one.path.as_str(), one.message.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_sound_lexicon_has_no_fault_and_tone_may_share_words_with_themes() {
        let mut lexicon = Lexicon {
            theme: vec![theme("noise", words(&["noisy", "deliver*", "delivery"], &["吵"]))],
            ..Lexicon::default()
        };
        lexicon.tone.bad = words(&["noisy"], &["吵"]);
        check(&lexicon, &[]);
    }

    #[test]
    fn what_cannot_be_meant_is_told_where_it_stands() {
        let mut lexicon = Lexicon {
            theme: vec![
                theme("a", words(&["Check-in", "*", "de*r"], &["物流", "送*"])),
                theme("b", words(&["check in"], &["物流", "ｗｉｆｉ", "wifi"])),
                theme("a", words(&[], &[])),
            ],
            ..Lexicon::default()
        };
        lexicon.tone.good = words(&["fine"], &[]);
        lexicon.tone.bad = words(&["FINE"], &[]);
        lexicon.ignore = words(&["fine"], &["物流"]);
        check(
            &lexicon,
            &[
                ("theme[0].words.en[1]", "`*` has no letter to be found by"),
                ("theme[0].words.en[2]", "`de*r`: a `*` stands at the end of a word only"),
                (
                    "theme[0].words.zh-CN[1]",
                    "`送*`: Chinese is found anywhere anyway; leave the `*` out",
                ),
                (
                    "theme[1].words.en[0]",
                    "`check in` stands in theme `a` and in theme `b`; keep it in one",
                ),
                (
                    "theme[1].words.zh-CN[0]",
                    "`物流` stands in theme `a` and in theme `b`; keep it in one",
                ),
                ("theme[1].words.zh-CN[2]", "`wifi` is listed twice in theme `b`"),
                ("theme[2].id", "`a` is the name of another theme as well"),
                ("theme[2]", "theme `a` has no words, so nothing can name it"),
                (
                    "tone.bad.en[0]",
                    "`FINE` stands in `tone.good` and in `tone.bad`; keep it in one",
                ),
                ("ignore.en[0]", "`fine` stands in `tone.bad` and in `ignore`; keep it in one"),
            ],
        );
        check(&Lexicon::default(), &[("", "has no theme; write one as `[[theme]]`")]);
    }
}
