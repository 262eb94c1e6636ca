//! Whether every text can be read where it stands, in both schemes, at every width and without the style blocks.

use super::{
    Broken,
    css::{Seen, Views},
    dom::Page,
};
use crate::colour::{READABLE, contrast};
use std::collections::BTreeSet;

pub(super) fn rules(page: &Page, views: &Views) -> Vec<Broken> {
    let preheader = page.preheader();
    let mut broken: BTreeSet<String> = BTreeSet::new();
    for (reader, seen) in views {
        for (at, element) in page.body() {
            if element.is_read() && !seen[at].is_hidden && Some(at) != preheader {
                broken.extend(fault(&element.name(), &seen[at], reader.scheme()));
            }
        }
    }
    broken.into_iter().map(|what| ("contrast", what)).collect()
}

fn fault(name: &str, seen: &Seen, scheme: &str) -> Option<String> {
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
