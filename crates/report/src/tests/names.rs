//! Names out of the data that are not meant for a line of a mail.

use super::{fixture_with, plan, rendered};
use crate::{GLYPHS, ReportPlan, edition::one_line, lint, render};
use model::{
    edition::{AttachmentKind, Release},
    quality::QualityNote,
    report::Argument,
};
use std::collections::BTreeSet;

#[test]
fn no_name_makes_a_mail_wider_than_its_window() {
    let name = "CorporateCustomersOfTheExtendedDirectSalesOrganisation_2026-06-30_final_v17.xlsx";
    let rendered = rendered(&fixture_with("Net revenue", name), &Release::Send);
    let english = &rendered.value[0].mail_html;
    let read = english.find("<table").map_or("", |start| &english[start..]);
    let texts = read.split('>').filter_map(|text| text.split('<').next());
    let texts: Vec<&str> = texts.map(|text| text.trim_end_matches(':')).collect();
    assert!(
        texts.iter().filter(|text| **text == name).count() > 3,
        "{name} stands alone, to break"
    );
    let fixed: Vec<&&str> =
        texts.iter().filter(|text| text.contains(name) && **text != name).collect();
    assert!(fixed.is_empty(), "or not at all: {fixed:#?}");
    let faults = lint(&rendered);
    assert!(faults.iter().all(|fault| fault.rule == "subject"), "{faults:#?}");
}

#[test]
fn a_name_stays_in_its_line_and_turns_nothing_around_it() {
    let report = fixture_with("Net revenue", r"Net\u202e\n[Good] revenue\u2028== Top ==");
    let rendered = rendered(&report, &Release::Send);
    let english = &rendered.value[0];
    let shown = "Net [Good] revenue == Top ==";
    for part in [&english.mail_text, &english.mail_html, &english.page] {
        assert!(part.contains(shown), "the name as it is shown");
        let turning = part.find(['\u{202e}', '\u{2028}']);
        assert_eq!(turning.map(|at| part[..at].rsplit(['>', '\n']).nth(1)), None);
    }
    let forged = |line: &&str| line.starts_with("[Good] revenue") || line.starts_with("== Top");
    assert_eq!(english.mail_text.lines().find(forged), None);
    assert_eq!(lint(&rendered), []);
    assert_eq!(one_line("Net\u{202e}\r\nrevenue"), "Net revenue");
}

#[test]
fn a_name_from_the_right_stands_apart_from_the_figures_beside_it() {
    let report = fixture_with("Smart refrigerators", "ثلاجات ذكية");
    let rendered = rendered(&report, &Release::Send);
    let english = &rendered.value[0];
    assert!(english.mail_text.contains("\u{2067}ثلاجات ذكية\u{2069}"));
    for part in [&english.mail_html, &english.page] {
        assert!(part.contains("<span dir=\"rtl\">ثلاجات ذكية</span>"));
    }
    // A machine without a font for it says so, and nothing else is wrong.
    let faults = lint(&rendered);
    assert!(faults.iter().all(|fault| fault.rule == GLYPHS), "{faults:#?}");
    // Sentences on paper are set sign by sign, in which nobody could read it: that is said, whatever fonts there are.
    let paper = ReportPlan { attachments: BTreeSet::from([AttachmentKind::Pdf]), ..plan() };
    let report = fixture_with("Net revenue", "صافي الإيرادات");
    let notes = render(&paper, &report, &Release::Send).expect("renders").notes;
    let is_of_paper = |note: &QualityNote| {
        let place = note.message.arguments.get("place");
        matches!(place, Some(Argument::Text(place)) if place.contains(".pdf"))
    };
    assert!(notes.iter().any(is_of_paper), "{notes:#?}");
}

#[test]
fn a_title_may_hold_what_marks_a_heading_of_the_text() {
    let report = fixture_with("\"Trend\"", "\"Trend == 7 == and more\"");
    assert_eq!(lint(&render(&plan(), &report, &Release::Send).expect("renders")), []);
}
