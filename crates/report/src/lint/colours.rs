//! Whether every text can be read where it stands, in both schemes and at both widths.

use super::{
    Broken, Views,
    css::{Reader, Seen, Sheet},
    dom::Page,
};
use crate::colour::{READABLE, contrast};
use std::collections::BTreeSet;

pub(super) fn rules(page: &Page, sheet: &Sheet, views: &Views) -> Vec<Broken> {
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for selector in sheet.unread() {
        broken.insert(format!("a colour hangs on `{selector}`, which cannot be checked"));
    }
    for (reader, seen) in views {
        for (at, element) in page.elements.iter().enumerate() {
            let is_read = !element.text.trim().is_empty() || element.tag == "img";
            if is_read && page.is_in_body(at) && !seen[at].is_hidden {
                broken.extend(fault(&element.name(), &seen[at], *reader));
            }
        }
    }
    broken.into_iter().map(|what| ("contrast", what)).collect()
}

fn fault(name: &str, seen: &Seen, reader: Reader) -> Option<String> {
    let scheme = if reader.is_dark { "dark" } else { "light" };
    let Some((text, ground)) = seen.colour.as_ref().zip(seen.ground.as_ref()) else {
        return Some(format!("{name} has no colour or no ground of its own ({scheme})"));
    };
    match contrast(text, ground) {
        None => {
            Some(format!("{name}: {text} on {ground} are not both written as `#rrggbb` ({scheme})"))
        }
        Some(ratio) if ratio < READABLE => Some(format!(
            "{name}: {text} on {ground} has a contrast of {ratio:.2}, text needs {READABLE} ({scheme})"
        )),
        Some(_) => None,
    }
}
