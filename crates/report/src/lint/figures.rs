//! Whether the text part names the same figures as the HTML.

use super::{Broken, Views, dom::Page};
use model::edition::Edition;
use std::collections::BTreeSet;

pub(super) fn rules(edition: &Edition, page: &Page, views: &Views) -> Vec<Broken> {
    let text = figures(&edition.mail_text);
    let (mut html, mut behind) = (BTreeSet::new(), BTreeSet::new());
    for at in (0..page.elements.len()).filter(|at| page.is_in_body(*at)) {
        let is_seen = views.first().is_some_and(|(_, seen)| !seen[at].is_hidden);
        if is_seen {
            html.extend(figures(&page.elements[at].text));
        }
        behind.extend(page.elements[at].attribute("alt").map(figures).into_iter().flatten());
    }
    let missing = html
        .difference(&text)
        .map(|one| ("figures", format!("`{one}` of the HTML is not in the text")));
    let known: BTreeSet<String> = html.union(&behind).cloned().collect();
    let alone = text
        .difference(&known)
        .map(|one| ("figures", format!("`{one}` of the text is not in the HTML")));
    missing.chain(alone).collect()
}

/// Every number of a text with its sign, its currency and its scale.
pub(super) fn figures(text: &str) -> BTreeSet<String> {
    let signs: Vec<char> = text.chars().collect();
    let mut found = BTreeSet::new();
    let mut at = 0;
    while at < signs.len() {
        if !signs[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        while start > 0 && matches!(signs[start - 1], '¥' | '$' | '€' | '£' | '+' | '−' | '±')
        {
            start -= 1;
        }
        let is_digit = |at: usize| signs.get(at).is_some_and(char::is_ascii_digit);
        while is_digit(at) || (matches!(signs.get(at), Some('.' | ',')) && is_digit(at + 1)) {
            at += 1;
        }
        if matches!(signs.get(at), Some('%' | 'K' | 'M' | 'B' | '万' | '亿')) {
            at += 1;
        }
        found.insert(signs[start..at].iter().collect());
    }
    found
}
