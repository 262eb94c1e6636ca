//! Panels of companies and markets: their oracle figures, and the standing of one of them among the others.

use super::data;
use crate::support::{Row, TestBed, all_at_once, cases, shared_state};
use model::{
    report::{Block, Cell, Report, Table},
    run::RunRecord,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{Mutex, OnceLock},
};

/// The description of the panels, and a place to read them in; files are parsed once for all tests.
fn panels() -> Option<(&'static TestBed, String)> {
    static BED: OnceLock<TestBed> = OnceLock::new();
    let folder = data()?;
    let bed = BED.get_or_init(|| shared_state("peers"));
    Some((bed, fs::read_to_string(folder.join("peers/README.md")).expect("a description")))
}

fn job(name: &str) -> String {
    format!("jobs/examples/{name}.toml")
}

/// The answer as `key = value`, both as text.
fn answer(
    bed: &TestBed,
    name: &str,
    metric: &str,
    key: &str,
    ask: &str,
) -> BTreeMap<String, String> {
    let rows: Vec<Row> = bed.kpi(&job(name), &format!("--metric {metric} {ask}"));
    rows.into_iter().map(|row| (row[key].clone(), row[metric].clone())).collect()
}

/// The text between two marks of the description.
fn between<'a>(readme: &'a str, from: &str, to: &str) -> &'a str {
    let start = readme.find(from).unwrap_or_else(|| panic!("no `{from}`")) + from.len();
    readme[start..].split(to).next().expect("text")
}

fn plain(text: &str) -> String {
    text.replace(',', "").trim().to_owned()
}

fn same(found: Option<&String>, truth: &str, decimals: usize, times: f64) -> bool {
    let found = found.and_then(|found| found.parse::<f64>().ok());
    found.is_some_and(|found| format!("{:.decimals$}", found * times) == truth)
}

#[test]
fn complaints_and_how_many_were_resolved() {
    let Some((bed, readme)) = panels() else { return };
    let table = crate::support::markdown::table(&readme, "procon: split on");
    let mut faults = Vec::new();
    for (metric, column, times, decimals) in [
        ("complaints", "rows kept", 1.0, 0),
        ("resolved", "Atendida S", 1.0, 0),
        ("unresolved", "Atendida N", 1.0, 0),
        ("resolution_rate", "resolved %", 100.0, 4),
        ("nameless", "RadicalCNPJ = NULL", 1.0, 0),
    ] {
        let found = answer(bed, "procon", metric, "period", "--grain year");
        for row in &table {
            if !same(found.get(&row["year"]), &row[column], decimals, times) {
                faults.push(format!("{metric} {}: {found:?}, truth {}", row["year"], row[column]));
            }
        }
    }
    let largest =
        between(&readme, "Largest companies (RadicalCNPJ, complaints, resolved, %): ", ".\n");
    for year in largest.split(". 20") {
        let year = if year.starts_with("20") { year.to_owned() } else { format!("20{year}") };
        let (year, companies) = year.split_once(": ").expect("a year and its companies");
        let ask = format!("--by root --from {year}-01-01 --to {year}-12-31");
        let [all, met, rate] = ["complaints", "resolved", "resolution_rate"]
            .map(|metric| answer(bed, "procon", metric, "root", &ask));
        for company in companies.split("; ") {
            let words: Vec<&str> = company.split_whitespace().collect();
            let root = words[0];
            let fits = same(all.get(root), words[1], 0, 1.0)
                && same(met.get(root), words[2], 0, 1.0)
                && same(rate.get(root), words[3].trim_end_matches('.'), 4, 100.0);
            if !fits {
                faults.push(format!("{year} {company}: {:?} {:?}", all.get(root), rate.get(root)));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn rows_with_a_semicolon_in_a_text_are_quarantined() {
    let Some((bed, _)) = panels() else { return };
    let record = run(bed, "procon");
    let rows = record.sources[0].rows;
    // 42,307 + 39,060 + 17,577 rows, of which 8 + 13 + 22 have more than 23 fields.
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (98_944, 98_901, 43));
}

#[test]
fn trips_of_car_services_and_the_share_of_one_of_them() {
    let Some((bed, readme)) = panels() else { return };
    let mut faults = Vec::new();
    let mut expect = |name: &str, found: Option<&String>, truth: &str| {
        if found.map(String::as_str) != Some(truth) {
            faults.push(format!("{name}: {found:?}, truth {truth}"));
        }
    };
    let about = between(&readme, "\nnyc_fhv: ", "\n");
    let value = |metric: &str| bed.value(&job("nyc_fhv"), metric);
    let numbers: Vec<String> = about.split(' ').map(plain).collect();
    expect("rows", Some(&value("rows")), &numbers[0]);
    expect("trips", Some(&value("trips")), &plain(between(about, "2015-08-31, ", " trips")));
    let dashes = plain(between(about, "trips, ", " rows with"));
    expect("no vehicles", Some(&value("rows_without_vehicles")), &dashes);
    expect("bases", Some(&value("bases")), between(&readme, "334 raw keys, ", " after"));
    let months = answer(bed, "nyc_fhv", "trips", "period", "--grain month");
    for month in between(&readme, "Trips by month: 2015-", ".\n").split("; ") {
        let (month, trips) = month.split_once(' ').expect("a month and its trips");
        expect(month, months.get(&format!("2015-{month}")), trips);
    }
    let bases = answer(bed, "nyc_fhv", "trips", "base", "--by base");
    for base in between(&readme, "Top five: ", ".\n").split("; ") {
        let (base, trips) = base.split_once(' ').expect("a base and its trips");
        expect(base, bases.get(base), trips);
    }
    let uber = between(&readme, "Uber Jan-Feb: ", ". Uber share");
    expect("uber rows", Some(&value("uber_rows")), between(uber, "", " rows"));
    expect("uber", Some(&value("uber_trips")), &plain(between(uber, "rows, ", " trips")));
    let months = answer(bed, "nyc_fhv", "uber_trips", "period", "--grain month");
    expect("January", months.get("2015-01"), &plain(between(uber, "January ", ";")));
    expect("February", months.get("2015-02"), &plain(between(uber, "February ", ")")));
    let share = answer(bed, "nyc_fhv", "uber_share", "period", "--grain month");
    let truth = between(&readme, "977191) = ", " %");
    assert!(same(share.get("2015-01"), truth, 4, 100.0), "{share:?}, truth {truth}");
    all_at_once(faults);
}

#[test]
fn turnover_of_a_workbook_with_a_column_per_series() {
    let Some((bed, readme)) = panels() else { return };
    let by_year = |metric: &str, ask: &str| {
        bed.kpi(&job("abs_retail"), &format!("--metric {metric} --grain year {ask}"))
    };
    let series = by_year("state_turnover", "--by series");
    let states = between(&readme, "million AUD per calendar year: ", ".\n");
    for state in states.split("; ") {
        let (name, figures) = state.split_once(" (A").expect("a state and its figures");
        let year = |year: &str| {
            let title = format!("Turnover ;  {name} ;  Total (Industry) ;");
            let row = series.iter().find(|row| row["series"] == title && row["period"] == year);
            row.unwrap_or_else(|| panic!("no {title} in {year}"))["state_turnover"].clone()
        };
        // "3349555V) 2012 78656.4, 2013 81764.6 (+3.9516 %)", the years told for the first state only.
        let figures = figures.split_once(") ").expect("figures").1;
        let figures = figures.replace("2012 ", "").replace("2013 ", "");
        let words: Vec<&str> = figures.split(' ').collect();
        let (before, now) = (year("2012"), year("2013"));
        assert_eq!((before.as_str(), now.as_str()), (words[0].trim_end_matches(','), words[1]));
        let growth = now.parse::<f64>().unwrap() / before.parse::<f64>().unwrap() - 1.0;
        assert_eq!(format!("(+{:.4}", growth * 100.0), words[2], "{name}");
    }
    let cells = by_year("cells", "");
    let filled: u64 = cells.iter().map(|row| row["cells"].parse::<u64>().unwrap()).sum();
    let empty: u64 = plain(between(&readme, "entirely empty (", " empty")).parse().unwrap();
    assert_eq!(filled + empty, 381 * 189, "every cell is filled or empty");
    let by_series = by_year("cells", "--by series");
    let filled = by_series.iter().filter(|row| !["", "0"].contains(&row["cells"].as_str()));
    let known: BTreeSet<&String> = filled.map(|row| &row["series"]).collect();
    let empty: usize = plain(between(&readme, "1988-04, ", " series")).parse().unwrap();
    assert_eq!(known.len() + empty, 189, "every series has values or is empty");
}

#[derive(Deserialize)]
struct Case {
    job: String,
    section: String,
    metric: String,
    peers: f64,
    own: f64,
    q1: f64,
    median: f64,
    q3: f64,
    rank: f64,
    low: f64,
    high: f64,
    place: f64,
    was: f64,
    growth: Option<f64>,
    index: Option<f64>,
}

fn run(bed: &TestBed, name: &str) -> RunRecord {
    static RUNS: Mutex<BTreeMap<String, RunRecord>> = Mutex::new(BTreeMap::new());
    let mut runs = RUNS.lock().unwrap();
    let run = || {
        let ran = bed.tidings(&["run", &job(name), "--no-send", "--format", "json"]);
        assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
        serde_json::from_value(ran.json()).expect("a record")
    };
    runs.entry(name.to_owned()).or_insert_with(run).clone()
}

fn report(bed: &TestBed, name: &str) -> Report {
    let record = run(bed, name);
    let stored = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let text = fs::read_to_string(&stored.expect("a report").path).expect("a stored report");
    serde_json::from_str(&text).expect("a report")
}

/// The figures of a metric's row in the table whose title ends so.
fn figures(tables: &[&Table], ending: &str, metric: &str) -> Vec<f64> {
    let table = tables.iter().find(|table| table.title.en.ends_with(ending));
    let named = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == metric);
    let row = table.and_then(|table| table.rows.iter().find(|row| named(&row.cells[0])));
    let number = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.map_or(f64::NAN, |value| value.to_f64())
        }
        Cell::Change { change, .. } => change.unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    row.map_or_else(Vec::new, |row| row.cells[1..].iter().map(number).collect())
}

#[test]
fn standings_among_peers_equal_those_of_plain_loops() {
    let Some((bed, _)) = panels() else { return };
    let mut faults = Vec::new();
    for case in cases::<Case>("peers.toml") {
        let report = report(bed, &case.job);
        let section = report.sections.iter().find(|section| section.id.as_str() == case.section);
        let tables: Vec<&Table> = section
            .expect("the section")
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Table(table) => Some(table),
                _ => None,
            })
            .collect();
        let title = &tables[0].title.en;
        let mut check = |name: &str, found: Vec<f64>, truth: &[f64]| {
            let close =
                |(a, b): (&f64, &f64)| b.is_nan() || (a - b).abs() < 1e-9 * b.abs().max(1.0);
            if found.len() < truth.len() || !found.iter().zip(truth).all(close) {
                faults.push(format!(
                    "{} {} {name}: {found:?}, truth {truth:?}",
                    case.job, case.metric
                ));
            }
        };
        let truth = [
            case.own,
            case.q1,
            case.median,
            case.q3,
            case.own - case.median,
            case.rank,
            case.peers,
        ];
        check("quartiles", figures(&tables, title, &case.metric), &truth);
        let truth = [case.own - case.q3, case.low, case.high, case.place, case.was - case.place];
        check("rank", figures(&tables, "rank and movement", &case.metric), &truth);
        if let Some((growth, index)) = case.growth.zip(case.index) {
            let found = figures(&tables, "growth against the index", &case.metric);
            check("growth", found, &[growth, index, growth - index]);
        }
    }
    all_at_once(faults);
}
