//! Each rule is broken once.

mod changes;
mod templates;
mod words;

use super::*;
use crate::{ReportPlan, render};
use model::{
    edition::{InlineImage, Release},
    report::Report,
};
use std::{path::PathBuf, sync::OnceLock};

/// The mail of the invented report, rendered once.
fn sound() -> Edition {
    static SOUND: OnceLock<Edition> = OnceLock::new();
    let render_once = || {
        let plan = ReportPlan {
            templates: PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates"),
            locales: vec![Locale::En],
            layout: None,
            brand: None,
            attachments: Default::default(),
        };
        let report: Report = serde_json::from_str(include_str!("../../../fixtures/report.json"))
            .expect("the fixture is a report");
        render(&plan, &report, &Release::Send).expect("renders").value.swap_remove(0)
    };
    SOUND.get_or_init(render_once).clone()
}

/// The rules that a mail breaks after a change of its HTML.
fn broken(change: impl Fn(&mut Edition)) -> Vec<Broken> {
    let mut edition = sound();
    change(&mut edition);
    rules(&edition)
}

fn swapped(from: &str, to: &str) -> Vec<Broken> {
    broken(|edition| {
        assert!(edition.mail_html.contains(from), "{from} is not there");
        edition.mail_html = edition.mail_html.replace(from, to);
    })
}

#[track_caller]
fn expect(found: &[Broken], rule: &str, words: &str) {
    let told = found.iter().any(|(name, what)| *name == rule && what.contains(words));
    assert!(told, "no `{rule}` with “{words}” in {found:#?}");
}

#[test]
fn the_shipped_templates_break_no_rule() {
    assert_eq!(rules(&sound()), []);
}

#[test]
fn every_rule_can_be_broken() {
    expect(
        &broken(|one| one.mail_html.push_str(&" ".repeat(90 * 1024))),
        "size",
        "the limit is 92160",
    );
    expect(&swapped("</body>", "<script>1</script></body>"), "safety", "a script");
    expect(&swapped("src=\"cid:", "src=\"data:image/png;base64,AA"), "safety", "data address");
    expect(&swapped("</body>", "<td background=\"x.png\"></td></body>"), "safety", "fetch");
    expect(&swapped(" width=\"592\"", ""), "picture", "has no width");
    expect(&swapped(" height=\"", " data-height=\""), "picture", "has no height");
    expect(&swapped(" alt=\"", " title=\""), "picture", "no text in its place");
    expect(&swapped("src=\"cid:chart-1", "src=\"cid:other"), "picture", "not among the pictures");
    expect(&swapped("img.p-narrow {", "img.p-none {"), "picture", "0 are seen at 360 px (light)");
    expect(&swapped("prefers-color-scheme: dark", "prefers-contrast: more"), "styles", "dark mode");
    expect(&swapped("name=\"color-scheme\"", "name=\"colours\""), "styles", "Apple Mail");
    expect(&swapped("max-width: ", "max-height: "), "styles", "telephones");
    expect(&swapped("<body style=", "<body data-style="), "styles", "no `font-family` of its own");
    expect(
        &swapped("<h2 style=\"", "<h2 style=\"float:left;"),
        "style",
        "`float: left` is not known",
    );
    expect(
        &swapped("</body>", "<div style=\"color:#000000\">x</div></body>"),
        "layout",
        "is no table",
    );
    expect(&swapped(" role=\"presentation\"", ""), "layout", "neither headings");
    expect(&broken(|one| one.subject = "词".repeat(60)), "subject", "120 columns");
    expect(&broken(|one| one.subject.clear()), "subject", "0 columns");
    expect(&swapped("mso-hide:all", "mso-show:all"), "preheader", "0 columns");
    let stray = InlineImage { content_id: "x".into(), file_name: "x.png".into(), png: Vec::new() };
    expect(&broken(|one| one.images.push(stray.clone())), "picture", "`x` travels with the mail");
}

#[test]
fn contrast_is_computed_in_both_schemes() {
    let light = swapped("color:#5a6577", "color:#8a95a7");
    expect(&light, "contrast", "#8a95a7 on #ffffff has a contrast of 3.0");
    let dark = broken(|edition| {
        let (before, after) =
            edition.mail_html.split_once("prefers-color-scheme: dark").expect("dark");
        edition.mail_html =
            format!("{before}prefers-color-scheme: dark{}", after.replace("#a3afc0", "#5a6577"));
    });
    expect(&dark, "contrast", "#5a6577 on #18202b has a contrast of 2.");
    assert!(
        dark.iter().all(|(rule, what)| *rule == "contrast" && what.ends_with("(dark)")),
        "{dark:#?}"
    );
    expect(&swapped("color:#5a6577", "color:gray"), "contrast", "not both written as");
    let placed = swapped("</style>", "td:first-child { color: #fefefe !important }</style>");
    expect(&placed, "contrast", "#fefefe on #ffffff");
    let unread = swapped("</style>", "td:hover { color: #000000 }</style>");
    expect(&unread, "media", "the selector `td:hover` cannot be checked");
    // What only the head makes readable is not read where the head is dropped.
    let rescued = broken(|edition| {
        let all = "td, th, p, h1, h2, h3, b, span, img { color: #17202e !important }</style>";
        let html = edition.mail_html.replace("color:#17202e", "color:#ffffff");
        edition.mail_html = html.replacen("</style>", all, 1);
    });
    let white = "#ffffff on #ffffff has a contrast of 1.00, text needs 4.5";
    expect(&rescued, "contrast", &format!("{white} (without style blocks)"));
    let in_light = format!("{white} (light)");
    assert!(rescued.iter().all(|(_, what)| !what.contains(&in_light)), "{rescued:#?}");
}

#[test]
fn a_remark_on_glyphs_or_words_is_a_fault() {
    let message = model::report::Message::new("quality.missing_glyph");
    let severity = model::quality::Severity::Warning;
    let notes = vec![QualityNote { severity, message, dataset: None }];
    let faults = lint(&Warned { value: Vec::new(), notes });
    assert_eq!(faults.len(), 1);
    assert!(faults[0].to_string().starts_with("glyphs: quality.missing_glyph"), "{}", faults[0]);
}

/// A section of the text part, from its heading to the next one.
fn section(text: &str, title: &str) -> (usize, usize) {
    let start = text.find(&format!("== {title} ==")).expect("the section");
    let end = text[start + 3 + title.len()..].find("\n== ").expect("another one");
    (start, start + 3 + title.len() + end + 1)
}

#[test]
fn both_parts_name_the_same_figures_section_by_section() {
    let titles: Vec<String> =
        sound().outline.passages.into_iter().filter_map(|one| one.title).collect();
    let (first, second) = (titles[0].as_str(), titles[1].as_str());
    let missing = broken(|one| one.mail_text = one.mail_text.replace("¥354.02M", ""));
    expect(&missing, "figures", &format!("section “{first}”: `¥354.02M` of “Net revenue"));
    expect(&missing, "figures", "is not in the text part");
    expect(&swapped("¥354.02M", ""), "figures", "is not in the HTML");
    let alone = broken(|one| one.mail_text.push_str("87.6543%"));
    expect(&alone, "figures", "`87.6543%` of the text part is no figure of the report there");
    // A figure that is said elsewhere is not said here.
    let moved = broken(|one| {
        let (start, end) = section(&one.mail_text, first);
        let cut = one.mail_text[start..end].replacen("¥354.02M", "", 1);
        one.mail_text = format!("{}{cut}{}", &one.mail_text[..start], &one.mail_text[end..]);
    });
    expect(&moved, "figures", "`¥354.02M`");
    let left_out = broken(|one| {
        let (start, end) = section(&one.mail_text, second);
        one.mail_text.replace_range(start..end, "");
    });
    expect(&left_out, "figures", &format!("section “{second}” is not in the text part"));
    let renamed = broken(|one| {
        one.mail_html = one.mail_html.replace(&format!(">{second}</h2>"), ">Else</h2>")
    });
    expect(&renamed, "figures", &format!("section “{second}” is not in the HTML"));
    let turned = broken(|one| {
        let (from, middle) = section(&one.mail_text, first);
        let (_, end) = section(&one.mail_text, second);
        let text = &one.mail_text;
        one.mail_text =
            [&text[..from], &text[middle..end], &text[from..middle], &text[end..]].concat();
    });
    expect(
        &turned,
        "figures",
        &format!("section “{second}” stands in another place in the text part"),
    );
    let swapped = broken(|one| {
        one.mail_text = one
            .mail_text
            .replace("¥354.02M", "¤")
            .replacen("+7.8%", "¥354.02M", 1)
            .replacen('¤', "+7.8%", 1);
    });
    expect(&swapped, "figures", "stands in another place in the text part");
}
