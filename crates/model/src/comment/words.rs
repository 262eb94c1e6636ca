//! Words and phrases found in a text: English as whole words, Chinese anywhere.
//!
//! Rule: of words that overlap the longest counts, of equally long ones the first, and nothing is found twice in the
//! same place. A word that ends in `*` reaches to the end of the word it begins.

use super::fold::{folded, is_han, is_of_word};
use aho_corasick::{AhoCorasick, MatchKind};
use std::ops::Range;

/// Words with what each of them stands for.
#[derive(Debug, Clone)]
pub(super) struct Finder<T> {
    words: Vec<Word<T>>,
    /// None when there are no words, or more than can be searched for.
    automaton: Option<AhoCorasick>,
}

#[derive(Debug, Clone)]
struct Word<T> {
    begins_inside: bool,
    ends_inside: bool,
    is_stem: bool,
    means: T,
}

/// A word that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found<T> {
    /// The bytes of the folded text.
    pub(super) place: Range<usize>,
    /// What it stands for.
    pub(super) means: T,
}

/// A word of a lexicon without its star, folded, and whether it had one.
pub(super) fn stem(word: &str) -> (String, bool) {
    let folded = folded(word);
    let trimmed = folded.trim();
    match trimmed.strip_suffix('*') {
        Some(stem) => (stem.to_owned(), true),
        None => (trimmed.to_owned(), false),
    }
}

impl<T: Clone> Finder<T> {
    /// Prepares words; empty ones are left out.
    pub(super) fn new(list: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut words = Vec::new();
        let mut texts = Vec::new();
        for (word, means) in list {
            let (text, is_stem) = stem(&word);
            let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
                continue;
            };
            let (begins_inside, ends_inside) = (!is_of_word(first), !is_of_word(last));
            words.push(Word { begins_inside, ends_inside, is_stem, means });
            texts.push(text);
        }
        let builder = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts);
        Self { automaton: builder.ok().filter(|_| !words.is_empty()), words }
    }

    /// The words of a folded text, in order.
    pub(super) fn find(&self, text: &str) -> Vec<Found<T>> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let mut hits: Vec<(Range<usize>, usize)> = Vec::new();
        for hit in automaton.find_overlapping_iter(text) {
            let index = hit.pattern().as_usize();
            if let Some(place) = self.words[index].place(text, hit.range()) {
                hits.push((place, index));
            }
        }
        // A whole word stands before a stem that covers the same place.
        let stems = |index: usize| self.words[index].is_stem;
        hits.sort_by_key(|(place, index)| {
            let length = text[place.clone()].chars().count();
            (std::cmp::Reverse(length), place.start, stems(*index), *index)
        });
        let mut chosen: Vec<(Range<usize>, usize)> = Vec::new();
        for (place, index) in hits {
            let is_free =
                |other: &Range<usize>| place.end <= other.start || other.end <= place.start;
            if chosen.iter().all(|(other, _)| is_free(other)) {
                chosen.push((place, index));
            }
        }
        chosen.sort_by_key(|(place, _)| place.start);
        let means = |index: usize| self.words[index].means.clone();
        chosen.into_iter().map(|(place, index)| Found { place, means: means(index) }).collect()
    }
}

impl<T> Word<T> {
    /// Where the word stands, when the hit is a word and no part of another one.
    fn place(&self, text: &str, hit: Range<usize>) -> Option<Range<usize>> {
        let before = text[..hit.start].chars().next_back();
        if !self.begins_inside && before.is_some_and(is_of_word) {
            return None;
        }
        let rest = &text[hit.end..];
        if self.is_stem {
            let more: usize =
                rest.chars().take_while(|one| is_of_word(*one)).map(char::len_utf8).sum();
            return Some(hit.start..hit.end + more);
        }
        let is_whole = self.ends_inside || !rest.chars().next().is_some_and(is_of_word);
        is_whole.then_some(hit)
    }
}

/// Whether a word of a lexicon is written in Chinese.
pub(super) fn is_chinese(word: &str) -> bool {
    word.chars().any(is_han)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], text: &str, expected: &[&str]) {
        let finder = Finder::new(words.iter().map(|word| ((*word).to_owned(), *word)));
        let found: Vec<&str> =
            finder.find(&folded(text)).into_iter().map(|one| one.means).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn english_is_found_as_whole_words_and_by_stem() {
        check(&["app"], "The APP, happy apps, app.", &["app", "app"]);
        check(
            &["deliver*"],
            "Delivered late; no undeliverable delivery.",
            &["deliver*", "deliver*"],
        );
        check(&["check in"], "Check-in was slow, check  in again", &["check in", "check in"]);
        check(&["app"], "手机app更新，ＡＰＰ闪退", &["app", "app"]);
        check(&["price"], "price-tag’s price's", &["price", "price"]);
    }

    #[test]
    fn chinese_is_found_anywhere_and_the_longest_counts() {
        check(&["服务", "服务员", "员工"], "服务员工作服务", &["服务员", "服务"]);
        check(&["送货", "货"], "送货，货", &["送货", "货"]);
        check(&["deliver*", "delivery fee", "fee"], "a delivery fee", &["delivery fee"]);
        check(&["deliver*", "delivery"], "delivery", &["delivery"]);
        check(&["噪音"], "噪👍音 噪\u{200b}音", &["噪音"]);
    }

    #[test]
    fn no_words_find_nothing() {
        check(&[], "anything", &[]);
        check(&["", " * "], "anything", &[]);
    }
}
