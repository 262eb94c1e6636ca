//! What the stored report says about the planted truths.

use crate::support::{all_at_once, nightly, truths};
use model::{
    label::Label,
    period::Period,
    report::{Argument, Block, Cell, Chart, Finding, Message, Row, Section, Table, Tick, Verdict},
};
use serde_json::Value;

fn section(id: &str) -> &'static Section {
    let found = nightly().report.sections.iter().find(|section| section.id.as_str() == id);
    found.unwrap_or_else(|| panic!("the report has no section `{id}`"))
}

fn table(section: &'static Section, title: &str) -> &'static Table {
    let tables = section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let mut tables = tables.filter(|table| table.title.en == title);
    tables.next().unwrap_or_else(|| panic!("section `{}` has no table `{title}`", section.id))
}

fn chart(section: &'static Section, id: &str) -> &'static Chart {
    let charts = section.blocks.iter().filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let mut charts = charts.filter(|chart| chart.id == id);
    charts.next().unwrap_or_else(|| panic!("section `{}` has no chart `{id}`", section.id))
}

fn says<'a>(section: &'a Section, key: &str) -> Vec<&'a Finding> {
    section.findings.iter().filter(|finding| finding.message.key == key).collect()
}

fn label(message: &Message, name: &str) -> String {
    match message.arguments.get(name) {
        Some(Argument::Label(Label { en, .. })) => en.clone(),
        other => panic!("{}: `{name}` is {other:?}, not a label", message.key),
    }
}

fn period(message: &Message, name: &str) -> String {
    match message.arguments.get(name) {
        Some(Argument::Period(period)) => period.name(),
        other => panic!("{}: `{name}` is {other:?}, not a period", message.key),
    }
}

fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.map(|value| value.to_f64())
        }
        other => panic!("{other:?} is no figure"),
    }
}

fn verdict(cell: &Cell) -> Verdict {
    match cell {
        Cell::Figure { verdict, .. } | Cell::Difference { verdict, .. } => *verdict,
        other => panic!("{other:?} is no figure"),
    }
}

fn named(cell: &Cell) -> String {
    match cell {
        Cell::Label(label) => label.en.clone(),
        Cell::Period(period) => period.name(),
        other => panic!("{other:?} names nothing"),
    }
}

fn target(metric: &str) -> f64 {
    let truths = truths();
    let targets = truths["targets"].as_array().expect("targets").clone();
    let found = targets.iter().find(|target| target["metric"] == metric);
    let value =
        found.unwrap_or_else(|| panic!("truths have no target for {metric}"))["value"].clone();
    value.as_str().and_then(|value| value.parse().ok()).expect("a target is a number")
}

/// The truths of a list by period, e.g. `/survey/by_month` and `csat`.
fn by_period(list: &str, field: &str) -> Vec<(String, f64)> {
    let truths = truths();
    let rows = truths.pointer(list).and_then(Value::as_array).expect("a list of truths");
    let pair = |row: &Value| Some((row["period"].as_str()?.to_owned(), row[field].as_f64()?));
    rows.iter().filter_map(pair).collect()
}

#[test]
fn the_months_that_missed_a_target_are_marked_and_a_recovery_of_old_is_no_news() {
    let goals = section("goals");
    let metrics = [
        (
            "Launch campaign conversion rate",
            "/advertising/launch_by_month",
            "conversion_rate",
            target("ad_conversion_rate"),
        ),
        ("Customer satisfaction", "/survey/by_month", "csat", target("csat")),
    ];
    for (title, list, field, target) in metrics {
        let table = table(goals, "Goals");
        let total = table.rows.iter().find(|row| named(&row.cells[0]) == title);
        let total = total.unwrap_or_else(|| panic!("the goals have no row for {title}"));
        let truths = by_period(list, field);
        let mut missed = Vec::new();
        for (column, cell) in table.columns.iter().zip(&total.cells).skip(2) {
            let month = &column.label.en;
            let truth = truths.iter().find(|(period, _)| period == month).expect("a truth").1;
            assert!((number(cell).unwrap() - truth).abs() < 1e-6, "{title} in {month}");
            let expected = if truth >= target { Verdict::Good } else { Verdict::Bad };
            assert_eq!(verdict(cell), expected, "{title} in {month}: {truth} against {target}");
            missed.extend((truth < target).then(|| month.clone()));
        }
        assert_eq!(missed, ["2026-03"], "the truth planted in {title}");
    }
    // They have been on target since April.
    assert_eq!(says(goals, "targets.recovered").len(), 0);
}

#[test]
fn satisfaction_shows_its_answers_and_its_one_bad_month() {
    let customers = section("customers");
    let tables = [
        ("Net promoter score", "nps", "nps_answered", target("nps")),
        ("Customer satisfaction", "csat", "csat_answered", target("csat")),
    ];
    for (title, field, answers, target) in tables {
        let (values, counts) =
            (by_period("/survey/by_month", field), by_period("/survey/by_month", answers));
        let table = table(customers, title);
        assert!(!table.rows.is_empty(), "{title} has rows");
        for row in &table.rows {
            let month = named(&row.cells[0]);
            let at = |truths: &[(String, f64)]| {
                truths.iter().find(|(period, _)| *period == month).expect("a truth").1
            };
            let expected = if at(&values) >= target { Verdict::Good } else { Verdict::Bad };
            assert_eq!(verdict(&row.cells[1]), expected, "{title} in {month}");
            assert!(
                (number(&row.cells[1]).unwrap() - at(&values)).abs() < 1e-6,
                "{title} in {month}"
            );
            assert_eq!(number(&row.cells[2]), Some(at(&counts)), "answers of {title} in {month}");
        }
        let bad = table.rows.iter().filter(|row| verdict(&row.cells[1]) == Verdict::Bad);
        let bad: Vec<_> = bad.map(|row| named(&row.cells[0])).collect();
        assert_eq!(bad, ["2026-03"], "the months in which {title} missed its target");
    }
}

#[test]
fn only_west_missed_its_quarter() {
    let regions = section("regions");
    let table = table(regions, "Net revenue");
    let slices = table.rows.iter().filter(|row| !row.total);
    let bad = slices.filter(|row| verdict(row.cells.last().unwrap()) == Verdict::Bad);
    let bad: Vec<_> = bad.map(|row| named(&row.cells[0])).collect();
    assert_eq!(bad, ["West"]);
    let missed = says(regions, "targets.missed_slice");
    assert_eq!(missed.len(), 1, "one region missed: {missed:?}");
    assert_eq!(label(&missed[0].message, "slice"), "West");
    assert_eq!(period(&missed[0].message, "period"), "2026-Q2");
    let truths = truths();
    let west = truths["sales"]["by_quarter_region"].as_array().unwrap();
    let west = west.iter().find(|row| row["member"] == "W" && row["period"] == "2026-Q2").unwrap();
    let value = serde_json::to_value(&missed[0].message.arguments["value"]).unwrap();
    assert_eq!(value["value"]["value"], west["net_revenue"]);
}

#[test]
fn days_without_sessions_are_gaps_and_never_zeros() {
    let (truths, traffic) = (truths(), section("web-traffic"));
    let outage: Vec<String> =
        serde_json::from_value(truths["web"]["days_without_sessions"].clone()).expect("days");
    let chart = chart(traffic, "web-traffic-sessions");
    for (tick, value) in chart.ticks.iter().zip(&chart.series[0].values) {
        let Tick::Period(period) = tick else { panic!("{tick:?} is no day") };
        let day = period.name();
        match outage.contains(&day) {
            true => assert_eq!(*value, None, "{day} is a gap"),
            false => assert!(value.is_some_and(|value| value > 0.0), "{day}: {value:?}"),
        }
    }
    let gaps = says(traffic, "trend.gaps");
    assert_eq!(gaps.len(), 1, "the gaps are told once");
    let Argument::List(listed) = &gaps[0].message.arguments["list"] else { panic!("a list") };
    let listed: Vec<_> = listed.iter().map(|label| label.en.clone()).collect();
    assert_eq!(listed, outage);
    assert!(gaps[0].weight < 15, "a gap of May does not lead the report of June");
    assert_eq!(gaps[0].message.arguments["count"], Argument::Count(outage.len() as i64));
}

#[test]
fn peers_are_shown_by_quartiles_and_a_small_group_is_withheld() {
    let (truths, peers) = (truths(), section("peers"));
    let mut faults = Vec::new();
    for group in truths["peers"].as_array().expect("groups") {
        let (name, count) = (group["group"].as_str().unwrap(), group["peers"].as_i64().unwrap());
        let title = if name == "premium" { "Premium brands" } else { "Regional challengers" };
        let withheld = peers.blocks.iter().filter_map(|block| match block {
            Block::Note(message) if message.key == "benchmark.withheld" => Some(message),
            _ => None,
        });
        let told = withheld.into_iter().find(|message| label(message, "group") == title);
        assert_eq!(told.is_some(), group["withheld"] == true, "{name} is withheld or shown");
        if let Some(told) = told {
            assert_eq!(told.arguments["peers"], Argument::Count(count));
            let text = serde_json::to_string(&peers.blocks).unwrap();
            assert!(!text.contains(&format!("peers-{name}")), "a withheld group has no chart");
            continue;
        }
        let rows = &table(peers, title).rows;
        for (row, truth) in rows.iter().zip(group["metrics"].as_array().unwrap()) {
            faults.extend(standing_faults(row, truth, count));
        }
        assert_eq!(rows.len(), group["metrics"].as_array().unwrap().len());
    }
    all_at_once(faults);
}

/// Above the upper quartile with growth, satisfaction, promoters and conversion; of nine peers eight or more are below us
/// with growth and satisfaction, and less cannot be told from the median.
#[test]
fn the_first_sentence_on_peers_counts_what_its_tables_show() {
    let peers = section("peers");
    let told = says(peers, "benchmark.places_none_behind");
    assert_eq!(told.len(), 1, "{:#?}", peers.findings);
    let counts = ["count", "ahead", "clearly_ahead", "best"]
        .map(|name| told[0].message.arguments[name].clone());
    assert_eq!(counts, [5, 5, 2, 4].map(Argument::Count));
    let column = |title: &str, at: usize| -> Vec<f64> {
        let rows = table(peers, title).rows.iter();
        rows.map(|row| number(&row.cells[at]).unwrap()).collect()
    };
    // Of returns, the last row, less is better.
    let better = |gaps: &[f64]| {
        let (returns, others) = gaps.split_last().unwrap();
        others.iter().filter(|gap| **gap > 0.0).count() + usize::from(*returns < 0.0)
    };
    let ranks = "Premium brands: rank and movement";
    assert_eq!(better(&column("Premium brands", 5)), 5, "gaps to the median");
    assert_eq!(better(&column(ranks, 1)), 4, "gaps to the best quarter");
    let at_least = column(ranks, 2);
    assert_eq!(at_least.iter().filter(|share| **share > 0.5).count(), 2, "better than half");
}

/// We, lower quartile, median, upper quartile, gap, the share of peers than which we are better, peers.
fn standing_faults(row: &Row, truth: &Value, peers: i64) -> Option<String> {
    let own: f64 = truth["own"].as_str().unwrap().parse().unwrap();
    let real = |key: &str| truth[key].as_f64().unwrap();
    // Of returns less is better, so that those above us are the ones we are better than.
    let below = real("percentile_rank") / 100.0;
    let better_than = if truth["metric"] == "return_rate" { 1.0 - below } else { below };
    let expected = [
        own,
        real("first_quartile"),
        real("median"),
        real("third_quartile"),
        own - real("median"),
        better_than,
        peers as f64,
    ];
    let found: Vec<f64> = row.cells[1..].iter().map(|cell| number(cell).unwrap()).collect();
    let same = found.iter().zip(expected).all(|(found, truth)| (found - truth).abs() < 1e-6);
    (!same || found.len() != expected.len())
        .then(|| format!("{}: {found:?}, truth {expected:?}", truth["metric"]))
}

#[test]
fn the_notes_tell_copies_late_rows_and_missing_days() {
    let (truths, notes) = (truths(), &nightly().report.notes);
    let note = |key: &str, dataset: &str| {
        let mut found = notes.iter().filter(|note| {
            note.message.key == key
                && note.dataset.as_ref().is_some_and(|known| known.as_str() == dataset)
        });
        &found.next().unwrap_or_else(|| panic!("no {key} on {dataset} in {notes:?}")).message
    };
    let copy = &truths["duplicate_files"][0];
    let told = note("quality.duplicate_file", "spend");
    assert_eq!(told.arguments["file"], Argument::Text(copy["copy"].as_str().unwrap().into()));
    assert_eq!(told.arguments["original"], Argument::Text(copy["of"].as_str().unwrap().into()));
    assert_eq!(told.arguments["count"], Argument::Count(copy["rows"].as_i64().unwrap()));
    let late = &truths["late_rows"];
    let length = |key: &str| late[key].as_array().unwrap().len() as i64;
    let all = length("late_orders") + length("changed_orders");
    assert_eq!(note("quality.late_rows_days", "orders").arguments["count"], Argument::Count(all));
    let changed = note("quality.superseded", "orders");
    assert_eq!(changed.arguments["count"], Argument::Count(length("changed_orders")));
    let days = truths["web"]["days_without_sessions"].as_array().unwrap().len() as i64;
    let missing = note("quality.missing_days", "sessions");
    assert_eq!(missing.arguments["count"], Argument::Count(days));
    let month: Period = nightly().report.period;
    assert_eq!(month.name(), "2026-06", "the report speaks of the last closed month");
}

#[test]
fn a_card_does_not_judge_a_change_that_its_sentence_calls_usual() {
    let scorecards = nightly().report.sections.iter().filter(|one| one.kind == "scorecard");
    let mut usual = 0;
    for section in scorecards {
        let cards = section.blocks.iter().filter_map(|block| match block {
            Block::Scorecards(cards) => Some(cards),
            _ => None,
        });
        let cards: Vec<_> = cards.flatten().collect();
        for finding in section.findings.iter().filter(|one| one.message.key.ends_with("_usual")) {
            let name = label(&finding.message, "metric");
            let card = cards.iter().find(|card| card.label.en == name).expect("a card");
            assert_eq!(card.comparisons[0].verdict, Verdict::Neutral, "{name}");
            usual += 1;
        }
    }
    assert!(usual > 0, "no change is called usual");
}

#[test]
fn distances_to_peers_have_the_decimals_of_the_values_beside_them() {
    let peers = section("peers");
    let values = table(peers, "Premium brands");
    let ranks = table(peers, "Premium brands: rank and movement");
    let decimals = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.format.decimals.unwrap_or(1)
        }
        other => panic!("{other:?} is no figure"),
    };
    assert_eq!(values.rows.len(), ranks.rows.len());
    for (row, rank) in values.rows.iter().zip(&ranks.rows) {
        let own = decimals(&row.cells[1]);
        assert_eq!([&row.cells[5], &rank.cells[1]].map(decimals), [own; 2], "{row:?}");
    }
}

#[test]
fn targets_of_totals_are_counted_with_those_of_parts_and_the_missed_are_named() {
    let list = |message: &Message, name: &str| match message.arguments.get(name) {
        Some(Argument::List(labels)) => {
            labels.iter().map(|label| label.en.clone()).collect::<Vec<_>>()
        }
        other => panic!("{}: `{name}` is {other:?}, not a list", message.key),
    };
    let count = |message: &Message, name: &str| match message.arguments.get(name) {
        Some(Argument::Count(count)) => *count,
        other => panic!("{}: `{name}` is {other:?}, not a count", message.key),
    };
    let goals = says(section("goals"), "targets.count_with_parts_missed");
    let [told] = goals.as_slice() else { panic!("{} counts", goals.len()) };
    assert_eq!(list(&told.message, "sections"), ["Sales against target by region"]);
    assert_eq!(["met", "total"].map(|name| count(&told.message, name)), [3, 3]);
    assert_eq!(["parts_met", "parts"].map(|name| count(&told.message, name)), [3, 4]);
    assert_eq!(list(&told.message, "missed"), ["West"]);
    assert_eq!(told.verdict, Verdict::Neutral, "what is missed belongs to another section");
    // The section of the parts says the same of them; its total has a sentence of its own.
    let regions = says(section("regions"), "targets.count_by_missed");
    let [told] = regions.as_slice() else { panic!("{} counts", regions.len()) };
    assert_eq!(["met", "total"].map(|name| count(&told.message, name)), [3, 4]);
    assert_eq!(list(&told.message, "missed"), ["West"]);
    assert_eq!(told.verdict, Verdict::Bad);
    assert_eq!(says(section("regions"), "targets.met").len(), 1);
}

#[test]
fn what_a_card_calls_usual_is_neither_praised_nor_blamed_by_channel() {
    let cards = section("key-figures").blocks.iter().find_map(|block| match block {
        Block::Scorecards(cards) => Some(cards),
        _ => None,
    });
    let sales = cards.and_then(|cards| cards.iter().find(|card| card.label.en == "Net revenue"));
    let sales = &sales.expect("a card of sales").comparisons[0];
    assert_eq!(sales.verdict, Verdict::Neutral, "the card says that the change is usual");
    let channels = section("sales-channels");
    let rows = &table(channels, "Sales by channel").rows;
    let changes = rows.iter().flat_map(|row| &row.cells).filter_map(|cell| match cell {
        Cell::Change { verdict, .. } => Some(*verdict),
        _ => None,
    });
    let changes: Vec<Verdict> = changes.collect();
    assert_eq!(changes, vec![Verdict::Neutral; rows.len()]);
    let moved = channels.findings.iter().find(|one| one.message.key.starts_with("channels.mover"));
    assert_eq!(moved.map(|one| one.verdict), Some(Verdict::Neutral));
}
