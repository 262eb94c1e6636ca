//! Pictures: their size, the text in their place, and that a reader sees one of several.

use super::{
    Broken, Views,
    dom::{Element, Page},
};
use model::edition::Edition;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn rules(edition: &Edition, page: &Page, views: &Views) -> Vec<Broken> {
    let mut broken = Vec::new();
    let mut fault = |what: String| broken.push(("picture", what));
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut groups: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (at, image) in page.elements.iter().enumerate().filter(|(_, one)| one.tag == "img") {
        let source = image.attribute("src").unwrap_or_default();
        let is_size = |name: &str| {
            image.attribute(name).is_some_and(|text| text.parse::<u32>().is_ok_and(|size| size > 0))
        };
        for name in ["width", "height"] {
            if !is_size(name) {
                fault(format!("`{source}` has no {name}"));
            }
        }
        if image.attribute("alt").is_none() {
            fault(format!("`{source}` has no text in its place (alt)"));
        }
        match source.strip_prefix("cid:") {
            None => fault(format!("`{source}` does not travel with the mail (cid:)")),
            Some(id) if edition.images.iter().all(|one| one.content_id != id) => {
                fault(format!("`{source}` is not among the pictures of the mail"));
            }
            Some(id) => {
                used.insert(id);
            }
        }
        groups.entry(image.parent).or_default().push(at);
    }
    for image in edition.images.iter().filter(|one| !used.contains(one.content_id.as_str())) {
        fault(format!("`{}` travels with the mail and is not shown", image.content_id));
    }
    for images in groups.values() {
        for (reader, all) in views {
            let seen = images.iter().filter(|at| !all[**at].is_hidden).count();
            if seen != 1 {
                let name = page.elements[images[0]].attribute("src").unwrap_or_default();
                let scheme = if reader.is_dark { "dark" } else { "light" };
                fault(format!(
                    "of `{name}` and its like {seen} are seen at {} px ({scheme}), not one",
                    reader.width
                ));
            }
        }
    }
    broken.extend(finding(page));
    broken
}

/// With pictures off, a chart's text carries what it shows.
fn finding(page: &Page) -> Vec<Broken> {
    let in_chart = |at: usize| {
        page.chain(at).any(|one| page.elements[one].classes().any(|class| class == "chart"))
    };
    let is_mute =
        |image: &Element| image.attribute("alt").is_some_and(|text| text.trim().is_empty());
    let images = page.elements.iter().enumerate().filter(|(_, one)| one.tag == "img");
    let mute = images.filter(|(at, image)| in_chart(*at) && is_mute(image));
    let what = |image: &Element| {
        format!(
            "`{}` is a chart without words in its place",
            image.attribute("src").unwrap_or_default()
        )
    };
    mute.map(|(_, image)| ("picture", what(image))).collect()
}
