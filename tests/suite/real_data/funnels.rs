//! Funnels on public data: figures counted by plain Python loops over the same files.

use super::{in_turn, set};
use model::{
    report::{Block, Cell, Report, Section, Table},
    run::RunRecord,
};

fn section(name: &'static str, as_of: &str, id: &str) -> Option<Section> {
    let set = set(name)?;
    let arguments = ["run", &set.job, "--as-of", as_of, "--no-send", "--format", "json"];
    let ran = in_turn(|| set.bed.tidings(&arguments));
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    let found = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let path = set.bed.path(&found.expect("a report").path);
    let text = std::fs::read_to_string(path).expect("a report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    report.sections.into_iter().find(|section| section.id.as_str() == id)
}

fn tables(section: &Section) -> Vec<&Table> {
    let blocks = section.blocks.iter();
    blocks
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect()
}

/// How many reached each step.
fn reached(section: &Section) -> Vec<f64> {
    let rows = tables(section)[0].rows.iter().filter(|row| !row.total);
    rows.map(|row| figure(&row.cells[1])).collect()
}

fn figure(cell: &Cell) -> f64 {
    match cell {
        Cell::Figure { figure, .. } => figure.value.expect("a value").to_f64(),
        other => panic!("no figure: {other:?}"),
    }
}

/// Name, entered and share of each segment.
fn segments(section: &Section) -> Vec<(String, f64, f64)> {
    let segment = |row: &model::report::Row| match &row.cells[0] {
        Cell::Label(label) => (label.en.clone(), figure(&row.cells[1]), figure(&row.cells[2])),
        other => panic!("no name: {other:?}"),
    };
    tables(section)[2].rows.iter().map(segment).collect()
}

#[test]
fn a_day_of_a_shop_is_followed_hit_by_hit() {
    let Some(found) = section("google_store", "2017-08-02T06:30:00", "funnel") else { return };
    // Whatever the order, 430, 152, 73 and 30 sessions have the steps, and 43 bought; in order of time they are fewer.
    assert_eq!(reached(&found), [430.0, 145.0, 71.0, 29.0]);
    let segments = segments(&found);
    let entered: Vec<f64> = segments.iter().map(|segment| segment.1).collect();
    assert_eq!(entered, [206.0, 123.0, 52.0, 19.0, 18.0, 7.0, 5.0]);
    assert_eq!(segments[1].0, "Referral");
    assert!((segments[1].2 - 21.0 / 123.0).abs() < 1e-12, "{}", segments[1].2);
}

#[test]
fn leads_become_sellers_in_another_file() {
    let Some(found) = section("olist", "2018-12-01T06:30:00", "leads") else { return };
    // 842 of 8,000 were won, one of them two days before its first contact: that is no way from one to the other.
    assert_eq!(reached(&found), [8000.0, 841.0]);
    // Half of those who were won took 14 days or less.
    let Cell::Message(median) = &tables(&found)[1].rows[0].cells[2] else { panic!("no time") };
    assert_eq!(median.key, "funnel.days");
    assert_eq!(median.arguments["value"], model::report::Argument::Count(14));
    let won: [(&str, f64, f64); 4] = [
        ("Organic search", 2296.0, 270.0),
        ("Paid search", 1586.0, 195.0),
        ("Social", 1350.0, 75.0),
        ("Unknown", 1099.0, 179.0),
    ];
    for ((name, leads, won), found) in won.into_iter().zip(segments(&found)) {
        assert_eq!((found.0.as_str(), found.1), (name, leads));
        assert!((found.2 - won / leads).abs() < 1e-12, "{name}: {}", found.2);
    }
}
