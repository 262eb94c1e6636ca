//! Channels by what they bring, on public data: figures against plain loops over the same files in Python.

use super::set;
use model::report::{Block, Cell, Report, Section, Table};

/// The section of the set's job; `None` where the data are not there.
fn section(name: &'static str) -> Option<Section> {
    let record = set(name)?.record();
    let stored = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let text = std::fs::read_to_string(&stored.expect("a report").path).expect("a report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    report.sections.into_iter().find(|section| section.id.as_str() == "channel-quality")
}

fn tables(section: &Section) -> Vec<&Table> {
    let blocks = section.blocks.iter();
    blocks
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect()
}

/// The figures of a row in their order; what is blank is left out.
fn row(table: &Table, name: &str) -> Vec<f64> {
    let named = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == name);
    let row = table.rows.iter().find(|row| named(&row.cells[0])).expect(name);
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(|value| value.to_f64()),
        _ => None,
    };
    row.cells.iter().filter_map(value).collect()
}

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    let same = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9 * b.abs().max(1.0);
    let all = found.len() == expected.len() && found.iter().zip(expected).all(same);
    assert!(all, "{found:?} is not {expected:?}");
}

fn keys(section: &Section) -> Vec<&str> {
    section.findings.iter().map(|finding| finding.message.key.as_str()).collect()
}

#[test]
fn searches_of_the_web_shop_are_many_and_buy_little() {
    let Some(found) = section("google_store") else { return };
    // Sessions, buying ones among them, revenue: the day's table in the description; 6 and 37 of 1,346 and 1,210
    // sessions bought.
    let tables = tables(&found);
    near(&row(tables[0], "Organic search"), &[1346.0, 6.0 / 1346.0, 728.54]);
    near(&row(tables[0], "Social"), &[213.0, 0.0]);
    near(&row(tables[0], "All"), &[2556.0, 43.0 / 2556.0, 8890.0]);
    assert_eq!(keys(&found), ["channel_quality.leader_plain", "channel_quality.weak"]);
    // 161 paid sessions, of which 2 bought: too few to compare.
    near(&row(tables[1], "Paid"), &[161.0, 161.0 / 2556.0, 2.0 / 43.0, 2.0 / 161.0]);
}

#[test]
fn households_redeem_again_alike_after_any_type_of_campaign() {
    let Some(found) = section("complete_journey") else { return };
    let tables = tables(&found);
    near(&row(tables[0], "Type A"), &[3647.0, 1718.0]);
    // Households whose first redemption was before 2 November, and those that came back within sixty days.
    near(&row(tables[1], "Type A"), &[79.0 / 272.0, 272.0]);
    near(&row(tables[1], "Type B"), &[17.0 / 53.0, 53.0]);
    near(&row(tables[1], "Type C"), &[1.0 / 7.0, 7.0]);
    assert!(keys(&found).contains(&"channel_quality.no_loyal"), "{:?}", keys(&found));
}

#[test]
fn ads_without_conversions_are_shown_with_what_a_click_costs() {
    let Some(found) = section("ad_platforms") else { return };
    let table = tables(&found)[0];
    // Sums over 2021: spend in millionths, impressions, swipes.
    let ad = row(table, "7f0c8c7b-cc49-47df-91ba-4c76ef6ab5bb");
    near(&ad, &[597.339540, 120_761.0, 413.0 / 120_761.0, 597.339540 / 413.0]);
    let all = [2513.448305, 362_452.0, 1448.0 / 362_452.0, 2513.448305 / 1448.0];
    near(&row(table, "All"), &all);
    // 18 ads, 10 of them in rows.
    assert_eq!(table.rows.len(), 11);
    assert_eq!(keys(&found), ["channel_quality.leader"]);
}
