//! The whole way from a stored report to its editions.

mod headlines;
mod names;
mod room;

use super::*;
use model::{
    edition::EditionKind,
    label::{Label, Locale},
    quality::{QualityNote, Severity},
    report::{Argument, Block, Cell, Finding, Message, Tick, Verdict},
};
use std::{collections::BTreeSet, path::PathBuf};

const HOSTILE: &str = "</script><script>alert('x')</script><b>&\"";

fn plan() -> ReportPlan {
    let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    ReportPlan {
        templates,
        locales: Locale::ALL.to_vec(),
        attachments: BTreeSet::new(),
        layout: None,
        brand: None,
    }
}

fn fixture() -> Report {
    serde_json::from_str(include_str!("../fixtures/report.json")).expect("the fixture is a report")
}

/// The same with another text in the place of one.
fn fixture_with(text: &str, other: &str) -> Report {
    let named = include_str!("../fixtures/report.json").replace(text, other);
    serde_json::from_str(&named).expect("still a report")
}

fn remark(text: &str) -> QualityNote {
    let message = Message::new("quality.no_data").with("dataset", Argument::Text(text.to_owned()));
    QualityNote { severity: Severity::Error, message, dataset: None }
}

fn rendered(report: &Report, release: &Release) -> Warned<Vec<Edition>> {
    render(&plan(), report, release).expect("the fixture renders")
}

#[test]
fn every_block_renders_in_every_locale_without_remarks() {
    let editions = rendered(&fixture(), &Release::Send);
    assert_eq!(editions.notes, []);
    let locales: Vec<_> = editions.value.iter().map(|edition| edition.locale).collect();
    assert_eq!(locales, Locale::ALL);
    for edition in &editions.value {
        assert_eq!(edition.kind, EditionKind::Report);
        assert!(edition.page.contains(&format!("<html lang=\"{}\"", edition.locale)));
        assert!(edition.mail_html.len() < lint::SIZE_LIMIT);
        for image in &edition.images {
            assert!(edition.mail_html.contains(&format!("cid:{}", image.content_id)));
            assert!(image.png.starts_with(b"\x89PNG"));
        }
        assert_eq!(edition.mail_html.matches("cid:").count(), edition.images.len());
    }
    let [en, zh] = editions.value.as_slice() else { panic!("two editions") };
    for (edition, value) in [(en, "¥354.02M"), (zh, "¥3.54亿")] {
        for part in [&edition.page, &edition.mail_html, &edition.mail_text] {
            assert!(part.contains(value), "{} lacks {value}", edition.locale);
        }
    }
}

#[test]
fn the_same_report_renders_to_the_same_bytes() {
    let report = fixture();
    assert_eq!(rendered(&report, &Release::Send), rendered(&report, &Release::Send));
}

#[test]
fn a_page_needs_nothing_from_outside() {
    let editions = rendered(&fixture(), &Release::Send);
    for edition in &editions.value {
        // What it refers to lies beside it. What remains of `url(` are clip paths within a chart.
        let [script] = edition.page_files.as_slice() else { panic!("one file") };
        let beside = format!("<script src=\"{}\"></script>", script.file_name);
        assert_eq!(edition.page.matches(&beside).count(), 1);
        let page = edition.page.replace(&beside, "").replace("url(#", "");
        for outside in [" src=", "<link", "@import", "url("] {
            assert!(!page.contains(outside), "{outside} in the page");
        }
        // Without scripts the still charts and the tables of their numbers are there.
        assert_eq!(page.matches("class=\"still\"").count(), page.matches("<details>").count());
        assert!(page.matches("<svg").count() >= 8);
    }
}

#[test]
fn ids_in_a_page_are_unique() {
    let page = &rendered(&fixture(), &Release::Send).value[0].page;
    let mut ids: Vec<_> =
        page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[test]
fn a_held_report_becomes_a_notice_without_figures() {
    let editions = rendered(&fixture(), &Release::Hold(vec![remark("orders")]));
    for edition in &editions.value {
        assert_eq!(edition.kind, EditionKind::Notice);
        assert!(edition.page.is_empty() && edition.images.is_empty());
        for part in [&edition.mail_html, &edition.mail_text] {
            assert!(part.contains("orders"), "the reason is named");
            for figure in ["354", "46.3", "3.1%", "61.2", "6.12万", "¥"] {
                assert!(!part.contains(figure), "{figure} in the notice");
            }
        }
    }
    assert!(editions.value[0].subject.starts_with("Held: "));
    assert!(editions.value[0].mail_text.contains("August 2026"));
}

#[test]
fn reservations_stand_on_top_of_a_marked_report() {
    let editions = rendered(&fixture(), &Release::SendMarked(vec![remark("web_visits")]));
    for edition in &editions.value {
        assert!(edition.mail_html.contains("web_visits"));
        for part in [&edition.page, &edition.mail_text] {
            let banner = part.find("web_visits").expect("the reservation is shown");
            let first_figure = part.find("¥3").expect("figures are shown");
            assert!(banner < first_figure);
        }
    }
}

#[test]
fn late_data_are_said_first_and_in_the_subject() {
    let late = Message::new("late.incomplete")
        .with("time", Argument::Text("09:00".to_owned()))
        .with("day", Argument::Date(fixture().as_of.date()));
    let late = QualityNote { severity: Severity::Warning, message: late, dataset: None };
    for (notes, marks) in [
        (vec![late, remark("web_visits")], ["(incomplete)", "（数据不全）"]),
        (last_good(), ["not today's)", "的报告，非今日）"]),
        (vec![remark("web_visits")], ["(read with care)", "（请谨慎阅读）"]),
    ] {
        let is_late = notes[0].message.key.starts_with("late.");
        let rendered = rendered(&fixture(), &Release::SendMarked(notes));
        let leads = ["The figures stand", "数字仍然有效"];
        for ((edition, mark), lead) in rendered.value.iter().zip(marks).zip(leads) {
            assert!(edition.subject.ends_with(mark), "{}", edition.subject);
            assert_eq!(edition.mail_text.contains(lead), !is_late, "{mark}");
            assert!(!is_late || !edition.page.contains(lead), "{mark}");
        }
        assert_eq!(lint(&rendered), []);
    }
}

#[test]
fn names_from_the_data_are_never_markup() {
    let mut report = fixture();
    let name = || Label::verbatim(HOSTILE);
    report.title = name();
    report.organisation = name();
    report.owner = HOSTILE.to_owned();
    report.headlines[0].message = Message::new("trend.flat")
        .with("metric", Argument::Label(name()))
        .with("periods", Argument::Count(3));
    for block in report.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        match block {
            Block::Scorecards(cards) => cards.iter_mut().for_each(|card| card.label = name()),
            Block::Chart(chart) => {
                chart.title = name();
                chart.series.iter_mut().for_each(|series| series.label = name());
                if let Some(Tick::Label(label)) = chart.ticks.first_mut() {
                    *label = name();
                }
                chart.alternative = Message::new(HOSTILE);
            }
            Block::Table(table) => {
                table.title = name();
                table.rows[0].cells[0] = Cell::Label(name());
            }
            Block::Note(message) => *message = Message::new(HOSTILE),
        }
    }
    let editions = rendered(&report, &Release::SendMarked(vec![remark(HOSTILE)]));
    for edition in &editions.value {
        let page = &edition.page;
        assert_eq!(page.matches("<script").count(), 2, "the data block and the script beside it");
        assert_eq!(page.matches("</script").count(), 2);
        assert!(!page.contains("<b>&\"") && !edition.mail_html.contains("<b>&\""));
        assert!(!edition.mail_html.contains("<script"));
        assert!(!edition.subject.contains('\n'));
    }
}

#[test]
fn a_sentence_without_words_is_shown_and_remarked_upon() {
    let mut report = fixture();
    let message = Message::new("trend.pirouetted").with("times", Argument::Count(7));
    report.headlines = vec![Finding { verdict: Verdict::Neutral, message, weight: 1 }];
    let editions = rendered(&report, &Release::Send);
    assert!(editions.value[0].mail_text.contains("[trend.pirouetted] times = 7"));
    let keys: Vec<_> = editions.notes.iter().map(|note| note.message.key.as_str()).collect();
    assert_eq!(keys, ["quality.unknown_message"]);
}

#[test]
fn a_character_without_a_glyph_is_remarked_upon_with_its_chart() {
    let mut report = fixture();
    for block in report.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        if let Block::Chart(chart) = block
            && let Some(Tick::Label(label)) = chart.ticks.first_mut()
        {
            *label = Label::verbatim("rare \u{f8ff0}");
            chart.title = Label::verbatim("Rare");
            break;
        }
    }
    let mut channels = report.clone();
    channels.sections.retain(|section| section.kind == "channels");
    let notes = rendered(&channels, &Release::Send).notes;
    assert!(!notes.is_empty());
    assert!(notes.iter().all(|note| note.message.key == "quality.missing_glyph"));
    let place = "Rare – rare \u{f8ff0}".to_owned();
    assert_eq!(notes[0].message.arguments["place"], Argument::Text(place), "the member is named");
}

#[test]
fn a_member_without_a_name_leaves_no_head_empty() {
    let mut report = fixture();
    for block in report.sections.iter_mut().flat_map(|section| &mut section.blocks) {
        match block {
            Block::Chart(chart) => {
                if let Some(Tick::Label(label)) = chart.ticks.first_mut() {
                    *label = Label::verbatim(" ");
                }
            }
            Block::Table(table) => {
                if let Some(Cell::Label(label)) = table.rows[0].cells.first_mut() {
                    *label = Label::verbatim("\u{200b}");
                }
            }
            Block::Note(_) | Block::Scorecards(_) => {}
        }
    }
    let editions = rendered(&report, &Release::Send).value;
    for (edition, word) in editions.iter().zip(["(no name)", "（无名称）"]) {
        assert!(edition.page.matches(word).count() > 2, "{word}");
        for html in [&edition.page, &edition.mail_html] {
            assert!(html.contains(word));
            let heads = html.split("<th ").skip(1).filter_map(|head| head.split_once('>'));
            for (_, text) in heads {
                let text = text.split("</th>").next().unwrap_or_default();
                let said = text.split('<').filter_map(|part| part.rsplit('>').next());
                assert!(!crate::locale::is_blank(&said.collect::<String>()), "{text:?}");
            }
        }
    }
}

#[test]
fn a_report_of_a_newer_form_is_refused() {
    let report = Report { schema_version: SCHEMA_VERSION + 1, ..fixture() };
    let error = render(&plan(), &report, &Release::Send).expect_err("refused");
    assert_eq!(error.code(), "TDG-R09");
}

#[test]
fn a_missing_template_folder_is_named() {
    let plan = ReportPlan { templates: PathBuf::from("/nowhere/templates"), ..plan() };
    let error = render(&plan, &fixture(), &Release::Send).expect_err("refused");
    assert_eq!(error.code(), "TDG-R01");
    assert!(error.to_string().contains("/nowhere/templates"));
}

#[test]
fn templates_format_and_never_compute() {
    fn check(folder: &std::path::Path) {
        for entry in std::fs::read_dir(folder).expect("the template folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                check(&path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a text file");
            for tag in text.split("{{").skip(1).chain(text.split("{%").skip(1)) {
                let tag = tag.split(['}', '%']).next().unwrap_or_default();
                let outside_quotes: String = tag.split('"').step_by(2).collect();
                for operator in [" + ", " * ", " / ", " < ", " > ", "<=", ">="] {
                    let found = outside_quotes.contains(operator);
                    assert!(
                        !found,
                        "`{operator}` in {}: compute in `view` instead",
                        path.display()
                    );
                }
            }
        }
    }
    for folder in ["layouts", "sections", "blocks", "partials"] {
        check(&plan().templates.join(folder));
    }
}

#[test]
fn a_report_of_a_slice_names_it_on_top_and_counts_no_rows_of_others() {
    let within = model::report::Within {
        dimension: "region".into(),
        member: "North".to_owned(),
        label: Label::new("Region", "大区"),
        name: Label::new("North", "华北"),
    };
    let report = Report { slice: vec![within], ..fixture() };
    let whole = rendered(&fixture(), &Release::Send).value;
    let rows = fixture().sources[0].rows.read;
    let formatter = format::Formatter::new(Locale::En);
    let rows = formatter.count(i64::try_from(rows).expect("a count"));
    assert!(whole[0].mail_text.contains(&rows), "the report on everything counts {rows} rows");
    let editions = rendered(&report, &Release::Send).value;
    for (edition, (title, line)) in editions.iter().zip([
        (" – Region: North", "Every figure is of Region: North alone."),
        ("（大区：华北）", "所有数字均只含大区：华北。"),
    ]) {
        assert_eq!(edition.slice.to_string(), "region = North");
        assert!(edition.subject.contains(title), "{}", edition.subject);
        for part in [&edition.page, &edition.mail_html, &edition.mail_text] {
            assert!(part.contains(title) && part.contains(line), "{}", edition.locale);
        }
        assert!(!edition.mail_text.contains(&rows), "rows of all slices");
    }
    assert!(whole.iter().all(|edition| edition.slice.is_all()));
}
