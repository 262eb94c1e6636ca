//! The report on paper, read by another program.

use super::{attached, cards, file};
use crate::support::{all_at_once, mail, root};
use model::{label::Locale, report::Block};
use serde_json::Value;
use std::process::Command;

/// What `pypdf` finds in a language's paper.
fn read(locale: Locale) -> Option<Value> {
    let Ok(python) = std::env::var("TIDINGS_TEST_READERS") else {
        println!("skipped: no openpyxl and pypdf; `tests/run` looks for them");
        return None;
    };
    let output = Command::new(&python)
        .arg(root().join("tests/cases/read_pdf.py"))
        .arg(attached().outbox.join(format!("nightly.{locale}.pdf")))
        .output()
        .expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}

/// Lines break where there is no space, and spaces end lines.
fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_paper_has_every_sentence_and_figure_of_the_mail_as_text() {
    for locale in Locale::ALL {
        let Some(paper) = read(locale) else { return };
        let pages: Vec<&str> =
            paper["pages"].as_array().expect("pages").iter().filter_map(Value::as_str).collect();
        let text = without_spaces(&pages.concat());
        let message = mail::parse(&file(locale, "eml")).leaf("text/plain").text();
        let mut faults = Vec::new();
        let mut needs = |what: &str| {
            if !text.contains(&without_spaces(what)) {
                faults.push(format!("{locale}: `{what}` is not in the paper"));
            }
        };
        let report = &attached().report;
        needs(report.title.get(locale));
        for section in &report.sections {
            needs(section.title.get(locale));
            for block in &section.blocks {
                match block {
                    Block::Chart(chart) => needs(chart.title.get(locale)),
                    Block::Table(table) => {
                        table.columns.iter().for_each(|column| needs(column.label.get(locale)))
                    }
                    Block::Note(_) | Block::Scorecards(_) => {}
                }
            }
        }
        for (_, card) in cards(report) {
            let head = format!("{}: ", card.label.get(locale));
            let Some(line) = message.lines().find_map(|line| line.strip_prefix(&head)) else {
                continue; // The mail leaves it to the page.
            };
            needs(line.split(" (").next().expect("a figure"));
        }
        // Statements stand behind their verdicts: `[Favourable] Net revenue …`.
        let statements = message.lines().filter(|line| line.starts_with('['));
        statements.for_each(|line| needs(line.split_once("] ").expect("a verdict").1.trim()));
        for (number, page) in pages.iter().enumerate() {
            let foot = format!("{} / {}", number + 1, pages.len());
            assert!(page.contains(&foot), "{locale}: page {} has no `{foot}`", number + 1);
        }
        all_at_once(faults);
    }
}

#[test]
fn the_paper_is_whole_in_itself_and_can_be_read_out() {
    for locale in Locale::ALL {
        let Some(paper) = read(locale) else { return };
        let report = &attached().report;
        assert_eq!(paper["problems"], serde_json::json!([]));
        for claim in ["marked", "archival", "accessible"] {
            assert_eq!(paper[claim], true, "{claim}");
        }
        assert_eq!(paper["lang"], locale.tag());
        assert!(paper["title"].as_str().expect("a title").starts_with(report.title.get(locale)));
        let fonts = paper["fonts"].as_object().expect("fonts");
        assert!(!fonts.is_empty());
        for (name, embedded) in fonts {
            let is_subset = name.as_bytes().get(7) == Some(&b'+');
            assert!(*embedded == Value::Bool(true) && is_subset, "{name} is no embedded subset");
        }
        let marks: Vec<&str> = paper["bookmarks"]
            .as_array()
            .expect("bookmarks")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let titles: Vec<&str> =
            report.sections.iter().map(|section| section.title.get(locale)).collect();
        assert!(titles.iter().all(|title| marks.contains(title)), "{marks:?}");
        let blocks = report.sections.iter().flat_map(|section| &section.blocks);
        let charts = blocks.clone().filter(|block| matches!(block, Block::Chart(_))).count();
        let tables = blocks.filter(|block| matches!(block, Block::Table(_))).count();
        let parts = |name: &str| paper["parts"][name].as_u64().unwrap_or(0) as usize;
        assert_eq!(parts("/Figure"), charts);
        assert_eq!(parts("/Table"), tables + 1, "and the table of sources");
        assert_eq!((parts("/H1"), parts("/THead")), (1, tables + 1));
    }
}
