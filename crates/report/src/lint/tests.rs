//! Each rule is broken once.

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
        let report: Report = serde_json::from_str(include_str!("../../fixtures/report.json"))
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
    expect(&swapped("max-width: ", "max-height: "), "styles", "telephones");
    expect(&swapped("<body style=", "<body data-style="), "styles", "no `font-family` of its own");
    expect(&swapped("<h2 style=\"", "<h2 style=\"float:left;"), "layout", "float:");
    expect(
        &swapped("</body>", "<div style=\"color:#000000\">x</div></body>"),
        "layout",
        "is no table",
    );
    expect(&swapped(" role=\"presentation\"", ""), "layout", "neither headings");
    expect(&broken(|one| one.subject = "词".repeat(60)), "subject", "120 columns");
    expect(&broken(|one| one.subject.clear()), "subject", "0 columns");
    expect(&swapped("mso-hide:all", "mso-show:all"), "preheader", "0 columns");
    expect(
        &broken(|one| one.mail_text = one.mail_text.replace("¥354.02M", "")),
        "figures",
        "`¥354.02M` of the HTML",
    );
    expect(&broken(|one| one.mail_text.push_str("87.6543%")), "figures", "`87.6543%` of the text");
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
    let unread = swapped("</style>", "td:first-child { color: #000000 }</style>");
    expect(&unread, "contrast", "`td:first-child`");
}

#[test]
fn a_remark_on_glyphs_or_words_is_a_fault() {
    let message = model::report::Message::new("quality.missing_glyph");
    let severity = model::quality::Severity::Warning;
    let notes = vec![QualityNote { severity, message, dataset: None }];
    let faults = lint(&Warned { value: Vec::new(), notes });
    assert_eq!(faults.len(), 1);
    assert!(faults[0].to_string().starts_with("remark: quality.missing_glyph"), "{}", faults[0]);
}

#[test]
fn figures_keep_sign_currency_and_scale() {
    let found: Vec<String> =
        figures::figures("Sales −55.6% to ¥2.14M (1,098 orders), ¥213.9万, +0.65 pp. 2026-07")
            .into_iter()
            .collect();
    assert_eq!(found, ["+0.65", "07", "1,098", "2026", "¥2.14M", "¥213.9万", "−55.6%"]);
}
