//! Pictures: their size, the text in their place, and that a reader sees one of several.

use super::{Broken, css::Views, dom::Page, figures::figures};
use model::edition::{Edition, Pictured};
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
        match image.attribute("alt") {
            None => fault(format!("`{source}` has no text in its place (alt)")),
            Some(text) => {
                let id = source.strip_prefix("cid:").unwrap_or_default();
                let chart = edition
                    .outline
                    .charts
                    .iter()
                    .find(|one| one.pictures.iter().any(|one| one == id));
                let told = chart.and_then(|chart| Some((chart, mute(chart, text)?)));
                if let Some((Pictured { title, .. }, why)) = told {
                    fault(format!("the text in the place of the chart “{title}” {why}"));
                }
            }
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
                fault(format!(
                    "of `{name}` and its like {seen} are seen at {} px ({}), not one",
                    reader.width,
                    reader.scheme()
                ));
            }
        }
    }
    broken
}

/// Words that say that there is a picture, and nothing of what it shows.
const EMPTY: [&str; 16] = [
    "chart", "charts", "diagram", "figure", "graph", "graphic", "image", "img", "line", "photo",
    "picture", "plot", "png", "the", "this", "trend",
];
/// The same in Chinese, where words have no spaces between them.
const EMPTY_ZH: [&str; 9] = ["折线", "趋势", "柱状", "图表", "图片", "图像", "图形", "示意", "图"];

/// Why a text does not say what a chart shows: with pictures off it is all that a reader has.
fn mute(chart: &Pictured, text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let is_file = lower.contains(".png") || chart.pictures.iter().any(|id| lower.contains(id));
    let bare = EMPTY_ZH.iter().fold(lower, |text, word| text.replace(word, ""));
    let words = bare.split(|sign: char| !sign.is_alphabetic());
    let says = words.filter(|word| !word.is_empty() && !EMPTY.contains(word));
    if is_file {
        return Some("is the name of a file; say the finding");
    }
    if says.map(|word| word.chars().count()).sum::<usize>() < 2 {
        return Some("says nothing of what it shows; say the finding");
    }
    let of_title = figures(&chart.title);
    let has_figures = chart.figures.iter().any(|text| !figures(text).is_empty());
    let names_one = figures(text).iter().any(|one| !of_title.contains(one));
    (has_figures && !names_one)
        .then_some("names none of its figures; name the finding with its numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_the_place_of_a_chart_carry_its_finding() {
        let chart = Pictured {
            title: "Top 10 days".to_owned(),
            pictures: vec!["chart-1-sales-wide@tidings".to_owned()],
            figures: vec!["¥3.70M".to_owned()],
        };
        for (text, why) in [
            ("Sales: ¥1.20M in May, ¥3.70M in June.", None),
            ("销售额：五月¥120万，六月¥370万。", None),
            ("", Some("says nothing")),
            ("Chart", Some("says nothing")),
            ("Line chart 1", Some("says nothing")),
            ("折线图", Some("says nothing")),
            ("图 1", Some("says nothing")),
            ("chart-1.png", Some("name of a file")),
            ("chart-1-sales-wide@tidings", Some("name of a file")),
            ("Sales over time", Some("none of its figures")),
            ("Top 10 days", Some("none of its figures")),
        ] {
            let told = mute(&chart, text);
            assert_eq!(told.is_some(), why.is_some(), "{text}");
            assert!(told.unwrap_or_default().contains(why.unwrap_or_default()), "{text}: {told:?}");
        }
        let unknown = Pictured { figures: Vec::new(), ..chart };
        assert_eq!(mute(&unknown, "Sales are not known"), None);
    }
}
