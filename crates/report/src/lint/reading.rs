//! Whether what is written is seen: not hidden, not too small, no line in another.
//!
//! Rule: only the line beside the subject is hidden. On a telephone cells of a table of figures may be left out, since the
//! page has them all; a screen shows every one.

use super::{Broken, css::Views, dom::Page};
use std::collections::BTreeSet;

/// Text is at least this large, in pixels.
const LEAST: f64 = 11.0;

pub(super) fn rules(page: &Page, views: &Views) -> Vec<Broken> {
    let preheader = page.preheader();
    let mut broken: BTreeSet<Broken> = BTreeSet::new();
    let Some((_, screen)) = views.first() else { return Vec::new() };
    for (at, element) in page.body().filter(|(at, one)| one.tag != "img" && Some(*at) != preheader)
    {
        if element.text.trim().is_empty() {
            continue;
        }
        let cell =
            page.chain(at).find(|one| matches!(page.elements[*one].tag.as_str(), "td" | "th"));
        let is_of_data = |one: usize| page.elements[one].classes().any(|class| class == "data");
        let cell = cell.filter(|_| page.chain(at).any(is_of_data));
        let has_words = element.text.chars().any(char::is_alphanumeric);
        for (reader, all) in views {
            let (seen, name) = (&all[at], element.name());
            let place = format!("at {} px ({})", reader.width, reader.scheme());
            let is_cut = cell.is_some_and(|cell| all[cell].is_hidden && !screen[cell].is_hidden);
            if seen.is_hidden && !(is_cut && reader.keeps_head && reader.width <= 640) {
                broken.insert((
                    "hidden",
                    format!("{name} is not shown {place}; show it or leave it out"),
                ));
            }
            if seen.is_hidden || !has_words {
                continue;
            }
            if seen.size < LEAST {
                let size = seen.size;
                broken.insert((
                    "small",
                    format!("{name} has letters of {size} px {place}, text needs {LEAST}"),
                ));
            } else if seen.line_height() < seen.size {
                let height = seen.line_height();
                let what = format!(
                    "{name} has lines of {height} px for letters of {} px {place}",
                    seen.size
                );
                broken.insert(("small", what));
            }
        }
    }
    broken.into_iter().collect()
}
