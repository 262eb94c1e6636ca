//! Pages of the archive, made of entries.

use super::{Archivist, JobCard, MonthFiles, Months, Shelved};
use chrono::NaiveDate;
use model::{
    archive::{ENTRY_VERSION, Entry, Headline, Reading, Summary},
    edition::EditionKind,
    label::Locale,
    report::Verdict,
};
use std::{collections::BTreeMap, path::Path};

const HOSTILE: &str = "</script><script>alert('x')</script><b>&\"";

fn archivist() -> Archivist {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    Archivist::open(&templates).expect("the templates")
}

/// An edition of a day of November 2026: which version it is, and the value of its one metric.
fn shelved(locale: Locale, day: u32, (version, value): (u32, &str)) -> Shelved {
    let as_of = NaiveDate::from_ymd_opt(2026, 11, day).and_then(|day| day.and_hms_opt(6, 30, 0));
    let reading = Reading {
        metric: "net_revenue".into(),
        label: "Net revenue".into(),
        value: value.into(),
        change: Some("▲ +3.1% vs yesterday".into()),
    };
    let folder = format!("nightly/2026-11-{day:02}T0630");
    Shelved {
        folder: match version {
            1 => folder.clone() + "/superseded/1",
            _ => folder,
        },
        entry: Entry {
            schema_version: ENTRY_VERSION,
            job: "nightly".into(),
            as_of: as_of.expect("a moment"),
            locale,
            kind: EditionKind::Report,
            revision: 0,
            version,
            summary: Summary {
                title: "Nightly".into(),
                organisation: "Acme".into(),
                period: format!("{day} Nov 2026"),
                headlines: vec![Headline { verdict: Verdict::Good, text: "It rose.".into() }],
                readings: vec![reading],
            },
            files: ["html", "xlsx", "eml"]
                .map(|ending| format!("nightly.{locale}.{ending}"))
                .into(),
            content: value.into(),
        },
    }
}

fn month(shelved: &[Shelved]) -> MonthFiles {
    archivist().month(shelved).expect("it renders").expect("a month")
}

#[test]
fn the_last_version_is_valid_and_those_before_it_are_marked_and_linked() {
    let made = month(&[
        shelved(Locale::En, 20, (1, "€4.31m")),
        shelved(Locale::En, 20, (2, "€4.52m")),
        shelved(Locale::En, 19, (2, "€4.10m")),
    ]);
    let page = &made.files["2026-11.en.html"];
    let newer = page.find("2026-11-20T0630/nightly.en.html\"").expect("the valid one");
    let older = page.find("2026-11-20T0630/superseded/1/nightly.en.html\"").expect("the other");
    assert!(newer < older, "what is valid comes first");
    assert!(page.contains("Version 1, superseded") && page.contains(">Corrected<"));
    assert!(page.contains("€4.52m") && !page.contains("€4.31m"), "figures are the valid ones");
    let newest = &made.card.languages[&Locale::En];
    assert_eq!((newest.editions, newest.corrected), (2, 1));
    assert_eq!(newest.at, "nightly/2026-11-20T0630/nightly.en.html");
    // Newest first, by moment and by metric.
    assert!(page.find("€4.52m") < page.find("€4.10m"));
    assert!(page.contains("Workbook") && page.contains("Mail"));
}

#[test]
fn each_language_has_pages_of_its_own_editions() {
    let both = [shelved(Locale::En, 20, (2, "€4.31m")), shelved(Locale::ZhCn, 20, (2, "431万"))];
    let made = month(&both);
    let [en, zh] = ["2026-11.en.html", "2026-11.zh-CN.html"].map(|name| &made.files[name]);
    assert!(en.contains("November 2026") && !en.contains("431万"));
    assert!(zh.contains("2026年11月") && zh.contains("431万") && zh.contains("全部报告"));
    assert!(zh.contains("href=\"2026-11.en.html\"") && en.contains("href=\"2026-11.zh-CN.html\""));
    let months = |locale| {
        let names = vec!["2026-11".to_owned(), "2025-12".to_owned()];
        Months { names, newest: made.card.languages[&locale].clone() }
    };
    let job = |locales: &[Locale], folder: &str| JobCard {
        folder: folder.into(),
        languages: locales.iter().map(|locale| (*locale, months(*locale))).collect(),
    };
    let jobs = [job(&Locale::ALL, "nightly"), job(&[Locale::ZhCn], "weekly")];
    let files = archivist().index(&jobs).expect("it renders");
    assert_eq!(files["index.html"], files["index.en.html"]);
    let zh = &files["index.zh-CN.html"];
    for address in ["_archive/nightly/2026-11.zh-CN.html", "_archive/weekly/2025-12.zh-CN.html"] {
        assert!(zh.contains(address), "{address}");
    }
    // A job without this language is listed in the one it has.
    assert!(files["index.html"].contains("_archive/nightly/2026-11.en.html"));
    assert!(files["index.html"].contains("_archive/weekly/2026-11.zh-CN.html"));
}

#[test]
fn names_from_the_data_stay_text_in_pages_and_in_the_data_of_the_search() {
    let mut one = shelved(Locale::En, 20, (2, HOSTILE));
    let summary = &mut one.entry.summary;
    summary.title = HOSTILE.into();
    summary.headlines[0].text = HOSTILE.into();
    summary.readings[0].label = HOSTILE.into();
    summary.readings[0].metric = HOSTILE.into();
    let made = month(&[one]);
    let page = &made.files["2026-11.en.html"];
    assert_eq!(page.matches("<script").count(), 0);
    assert!(!page.contains("<b>"));
    let data = &made.files["2026-11.en.js"];
    assert!(data.starts_with("tidingsArchive([") && !data.contains('<'));
    let newest = made.card.languages[&Locale::En].clone();
    let months = Months { names: vec!["2026-11".into()], newest };
    let job =
        JobCard { folder: "nightly".into(), languages: BTreeMap::from([(Locale::En, months)]) };
    let index = &archivist().index(&[job]).expect("it renders")["index.html"];
    assert_eq!(index.matches("<script").count(), 2, "the list of months and the search");
    assert!(!index.contains("<b>"));
}

#[test]
fn what_was_held_is_listed_without_figures_and_gives_way_to_the_report() {
    let mut held = shelved(Locale::En, 20, (2, "€4.31m"));
    held.entry.kind = EditionKind::Notice;
    held.entry.summary.readings.clear();
    held.entry.files = vec!["nightly.en.notice.eml".into()];
    let alone = month(std::slice::from_ref(&held));
    let page = &alone.files["2026-11.en.html"];
    assert!(page.contains("Held, not sent") && page.contains("nightly.en.notice.eml\""));
    assert!(!page.contains("€4.31m") && !page.contains("id=\"metrics\""));
    let both = month(&[held, shelved(Locale::En, 20, (2, "€4.31m"))]);
    let page = &both.files["2026-11.en.html"];
    assert!(page.contains("Held before") && !page.contains("Held, not sent"));
    assert!(!page.contains(">Corrected<"), "a report that was held is no correction");
}

#[test]
fn a_month_without_editions_has_no_page() {
    assert!(archivist().month(&[]).expect("it renders").is_none());
}

/// The index of one job whose newest month is this.
fn index_of(made: &MonthFiles, locale: Locale) -> String {
    let months = Months {
        names: vec![made.card.month.clone()],
        newest: made.card.languages[&locale].clone(),
    };
    let job = JobCard { folder: "nightly".into(), languages: BTreeMap::from([(locale, months)]) };
    archivist().index(&[job]).expect("it renders")["index.html"].clone()
}

#[test]
fn a_job_whose_newest_edition_was_held_keeps_its_name_in_the_index() {
    let mut held = shelved(Locale::En, 21, (2, "€4.31m"));
    held.entry.kind = EditionKind::Notice;
    held.entry.summary.title = "Held: Nightly – 21 Nov 2026".into();
    held.entry.files = vec!["nightly.en.notice.eml".into()];
    let made = month(&[held, shelved(Locale::En, 20, (2, "€4.31m"))]);
    let index = index_of(&made, Locale::En);
    assert!(index.contains(">Nightly</h2>") && index.contains(">Nightly</option>"), "{index}");
    let newest = "nightly.en.notice.eml\"><span class=\"n\">21 Nov</span> 2026";
    assert!(index.contains(newest), "the newest is the notice: {index}");
    assert_eq!(index.matches("<span class=\"badge held\">Held, not sent</span>").count(), 1);
    assert!(!index.contains("badge corrected"));
}

#[test]
fn the_index_says_that_the_newest_edition_is_a_correction() {
    let twice = |locale| [shelved(locale, 20, (1, "4")), shelved(locale, 20, (2, "5"))];
    for (locale, word) in [(Locale::En, ">Corrected<"), (Locale::ZhCn, ">已更正<")] {
        let index = index_of(&month(&twice(locale)), locale);
        assert!(index.contains(word) && !index.contains("badge held"), "{index}");
        // An older edition that was corrected is marked in its month, not in the index.
        let newer: Vec<_> =
            twice(locale).into_iter().chain([shelved(locale, 21, (2, "6"))]).collect();
        assert!(!index_of(&month(&newer), locale).contains("badge corrected"));
    }
    // A deliberate correction says so, even where the edition before it lies elsewhere.
    let mut revised = shelved(Locale::En, 20, (2, "5"));
    revised.entry.revision = 2;
    assert!(index_of(&month(&[revised]), Locale::En).contains(">Corrected 2 times<"));
}
