//! The funnels of the monthly report against the ways that the sample was drawn with.

use crate::support::{monthly, truths};
use model::report::{Argument, Block, Cell, Section, Table, Verdict};

fn section(id: &str) -> &'static Section {
    monthly().sections.iter().find(|section| section.id.as_str() == id).expect("a section")
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

/// Whether a passage is marked as the one that loses most.
fn has_leak(section: &Section) -> bool {
    section.blocks.iter().any(|block| match block {
        Block::Chart(chart) => chart.verdicts.contains(&Verdict::Bad),
        _ => false,
    })
}

fn figure(cell: &Cell) -> f64 {
    match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.expect("a value").to_f64()
        }
        other => panic!("no figure: {other:?}"),
    }
}

fn period<'a>(rows: &'a serde_json::Value, name: &str) -> &'a serde_json::Value {
    let mut rows = rows.as_array().expect("rows").iter();
    rows.find(|row| row["period"] == name).expect("the period")
}

#[test]
fn the_shop_funnel_and_its_leak_are_those_that_were_drawn() {
    let truths = truths();
    let found = section("shop-funnel");
    let truth = period(&truths["funnels"]["shop_by_month"], "2026-06");
    let steps = ["view_item", "add_to_cart", "begin_checkout", "purchase"];
    let counts: Vec<f64> = steps.iter().map(|step| truth[step].as_f64().unwrap()).collect();
    assert_eq!(reached(found), counts);
    assert!(has_leak(found));
    // The change of the first rate against May.
    let before = period(&truths["funnels"]["shop_by_month"], "2026-05");
    let earlier = before["add_to_cart"].as_f64().unwrap() / before["view_item"].as_f64().unwrap();
    let change = figure(&tables(found)[1].rows[0].cells[3]);
    assert!((change - (counts[1] / counts[0] - earlier)).abs() < 1e-9, "{change}");
    // The leak is worth: lost × the mean order × buyers among those who went on.
    let lost = |step: &usize| counts[*step] - counts[step + 1];
    let leak = (0..3).max_by(|a, b| lost(a).total_cmp(&lost(b)).then(b.cmp(a))).unwrap();
    let orders = truth["order_cents"].as_f64().unwrap() / 100.0;
    let worth = lost(&leak) * orders / counts[leak + 1];
    let Argument::Value { value: Some(told), .. } = &found.findings[0].message.arguments["worth"]
    else {
        panic!("no worth")
    };
    let told: f64 = told.to_string().parse().unwrap();
    assert!((told - worth).abs() < 0.01, "{told}, truth {worth}");
}

#[test]
fn the_lead_funnel_waits_until_all_leads_have_had_their_time() {
    let truths = truths();
    let found = section("lead-funnel");
    // On the second of July 95 days are over for the leads of 2025's last quarter, and not yet for the next.
    let truth = period(&truths["funnels"]["leads_by_quarter"], "2025-Q4");
    assert_eq!(found.period.name(), "2025-Q4", "what stands below its title");
    assert_eq!(reached(found), [truth["leads"].as_f64().unwrap(), truth["won"].as_f64().unwrap()]);
    assert!(!has_leak(found), "one passage alone is no largest loss");
    let segments = tables(found)[3];
    assert_eq!(segments.rows.len(), 5);
    for row in &segments.rows {
        let Cell::Label(label) = &row.cells[0] else { panic!("no name: {row:?}") };
        // "Trade fair" is the name of `trade_fair`.
        let source = &truth["by_source"][&label.en.to_lowercase().replace(' ', "_")];
        let (leads, won) = (source[0].as_f64().unwrap(), source[1].as_f64().unwrap());
        assert_eq!(figure(&row.cells[1]), leads);
        assert!((figure(&row.cells[2]) - won / leads).abs() < 1e-12, "{}", label.en);
    }
}
