//! Cohorts are counted by hand, compared at one age only, and projected as published.

use super::world::{Row, World, keys, notes, number, of, section, tables, told};
use crate::support::root;
use chrono::NaiveDate;
use model::{
    number::Number,
    report::{Cell, Report, Table, Verdict},
};

const ACTS: &str = "acts = { dataset = \"buys\", person = \"member\" }";

fn on(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn report(log: &[(String, NaiveDate, f64)], morning: NaiveDate, settings: &str) -> Report {
    let world = World::new("30 6 * * *");
    let rows: Vec<Row<'_>> = log
        .iter()
        .map(|(member, day, value)| Row { day: *day, member, value: *value, weight: 1.0 })
        .collect();
    world.rows("buys", "irregular", &rows);
    world.report(&[section("s", "retention", &format!("{ACTS}\n{settings}"))], morning)
}

fn figures(table: &Table, row: usize) -> Vec<Option<f64>> {
    let figure = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } | Cell::Shaded { figure, .. } => {
            figure.value.map(Number::to_f64)
        }
        _ => None,
    };
    table.rows[row].cells[1..].iter().map(figure).collect()
}

/// Ten begin in January, of whom four are there in February and two in March; ten in February, of whom five are there
/// in March; six in March; and April has begun.
fn small() -> Vec<(String, NaiveDate, f64)> {
    let mut log = Vec::new();
    let mut put = |who: String, month: u32, value: f64| log.push((who, on(2024, month, 15), value));
    for one in 0..10 {
        put(format!("a{one}"), 1, 100.0);
        put(format!("b{one}"), 2, 50.0);
        if one < 6 {
            put(format!("c{one}"), 3, 80.0);
            put(format!("c{one}"), 4, 80.0);
        }
        if one < 4 {
            put(format!("a{one}"), 2, 10.0);
            // Twice in a month is once.
            put(format!("a{one}"), 2, 10.0);
        }
        if one < 2 {
            put(format!("a{one}"), 3, 20.0);
        }
        if one < 5 {
            put(format!("b{one}"), 3, 30.0);
        }
    }
    log
}

#[test]
fn a_triangle_by_hand() {
    let settings = "value = \"value\"\nunit = \"money:CNY\"\nskip_first = false";
    let report = report(&small(), on(2024, 4, 20), settings);
    let section = of(&report, "s");
    let found = tables(section);
    let shares = found[0];
    assert_eq!(shares.rows.len(), 4);
    assert_eq!(figures(shares, 0), [Some(10.0), Some(0.4), Some(0.2)]);
    assert_eq!(figures(shares, 1), [Some(10.0), Some(0.5), None]);
    assert_eq!(figures(shares, 2), [Some(6.0), None, None]);
    // Nine of the twenty who have lived a month; two of the ten who have lived two.
    assert_eq!(figures(shares, 3), [Some(26.0), Some(0.45), Some(0.2)]);
    // 1000, then 80 more, then 40 more, by ten; 500, then 150 more.
    assert_eq!(figures(found[1], 0), [Some(10.0), Some(100.0), Some(108.0), Some(112.0)]);
    assert_eq!(figures(found[1], 1), [Some(10.0), Some(50.0), Some(65.0), None]);
    assert_eq!(figures(found[1], 2), [Some(6.0), Some(80.0), None, None]);
    // (1000 + 500 + 480) / 26, then 230 / 20 more, then 40 / 10 more: who drops out takes nothing away.
    let all: Vec<f64> = figures(found[1], 3).into_iter().flatten().collect();
    let first = 1980.0 / 26.0;
    assert_eq!(all.len(), 4);
    for (found, expected) in all[1..].iter().zip([first, first + 11.5, first + 15.5]) {
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }
    // Both figures of a sentence are of January alone, which has lived two months.
    let message = &told(section, "retention.return_later")[0].message;
    assert_eq!((number(message, "first"), number(message, "later")), (0.4, 0.2));
    let message = &told(section, "retention.brought")[0].message;
    assert_eq!((number(message, "first"), number(message, "value")), (100.0, 112.0));
    // 50 % against 40 % of ten each says nothing.
    assert_eq!(told(section, "retention.alike").len(), 1);
    assert!(notes(section).contains(&"retention.method"));
}

#[test]
fn the_first_cohort_is_left_out_of_means() {
    let report = report(&small(), on(2024, 4, 20), "");
    let section = of(&report, "s");
    assert!(notes(section).contains(&"retention.first"));
    // Five of the ten of February.
    let message = &told(section, "retention.return")[0].message;
    assert_eq!(number(message, "first"), 0.5);
    assert!(
        told(section, "retention.alike").is_empty(),
        "there is no older cohort to compare with"
    );
}

#[test]
fn a_cohort_that_is_clearly_worse_is_told_and_a_small_one_is_hidden() {
    let mut log = Vec::new();
    for (month, came) in [(1, 50), (2, 50), (3, 10), (4, 0)] {
        for one in 0..100 {
            log.push((format!("{month}-{one}"), on(2024, month, 10), 1.0));
            if one < came {
                log.push((format!("{month}-{one}"), on(2024, month + 1, 12), 1.0));
            }
        }
    }
    let worse = report(&log, on(2024, 5, 1), "");
    let found = told(of(&worse, "s"), "retention.worse");
    let message = &found[0].message;
    assert_eq!(found[0].verdict, Verdict::Bad);
    assert_eq!((number(message, "share"), number(message, "older")), (0.1, 0.5));
    let judged = tables(of(&worse, "s"))[0].rows[2].cells[2].clone();
    assert!(matches!(judged, Cell::Figure { verdict: Verdict::Bad, .. }), "{judged:?}");
    // Three in December before: neither they nor the smallest cohort beside them are shown.
    for one in 0..3 {
        log.push((format!("old-{one}"), on(2023, 12, 10), 1.0));
    }
    let hidden = report(&log, on(2024, 5, 1), "");
    let shares = tables(of(&hidden, "s"))[0];
    assert_eq!(shares.rows.len(), 4, "three cohorts and all");
    assert_eq!(shares.note.as_ref().unwrap().key, "retention.hidden");
}

#[test]
fn hidden_cohorts_enter_no_total() {
    let mut log = Vec::new();
    let mut put = |who: String, month: u32| log.push((who, on(2024, month, 5), 1.0));
    for one in 0..100 {
        put(format!("feb-{one}"), 2);
        put(format!("jun-{one}"), 6);
        if one < 50 {
            put(format!("feb-{one}"), 3);
        }
        if one < 40 {
            put(format!("feb-{one}"), 4);
        }
        if one < 10 {
            put(format!("jan-{one}"), 1);
        }
        if one < 3 {
            put(format!("mar-{one}"), 3);
            put(format!("mar-{one}"), 4);
        }
    }
    put("may".into(), 5);
    put("may".into(), 6);
    // Ten of June, three of February and March's three are one segment, all others another.
    let few: Vec<String> = (0..10)
        .map(|one| format!("'jun-{one}'"))
        .chain((0..3).flat_map(|one| [format!("'feb-{one}'"), format!("'mar-{one}'")]))
        .collect();
    let by = format!("by = \"case when member in ({}) then 'a' else 'b' end\"", few.join(", "));
    let report = report(&log, on(2024, 7, 1), &format!("value = \"value\"\n{by}"));
    let found = tables(of(&report, "s"));
    assert_eq!(found[0].rows.len(), 3, "February, June and all");
    // Fifty and forty of the hundred of February; March's three and May's one are not in it.
    let zero = Some(0.0);
    assert_eq!(figures(found[0], 2), [Some(200.0), Some(0.5), Some(0.4), zero, zero, None]);
    // Three of the first segment have lived a month: with the row of all, the second would give them away.
    assert_eq!(figures(found[2], 0), [Some(187.0), None, None]);
    assert_eq!(figures(found[2], 1), [Some(13.0), None, None]);
    // 1, then 50 of 100, then 40 of 100.
    assert_eq!(figures(found[1], 2)[..4], [Some(200.0), Some(1.0), Some(1.5), Some(1.9)]);
}

#[test]
fn cohorts_of_people_who_only_come_round_again_are_left_out() {
    let mut log = Vec::new();
    for month in 1..=12 {
        for one in 0..20 {
            log.push((format!("new-{month}-{one}"), on(2024, month, 8), 1.0));
        }
        // Thirty come in January and every three months, thirty in February, thirty in March.
        for one in 0..30 {
            log.push((format!("old-{}-{one}", month % 3), on(2024, month, 9), 1.0));
        }
    }
    let whole = |settings: &str| {
        let report = report(&log, on(2025, 1, 1), settings);
        let section = of(&report, "s");
        let rows = &tables(section)[0].rows;
        let noted = notes(section).contains(&"retention.first");
        (noted, figures(tables(section)[0], rows.len() - 1)[0].unwrap())
    };
    // Nine times twenty, from April on; four times twenty where only four cohorts are shown.
    assert_eq!(whole(""), (true, 180.0));
    assert_eq!(whole("periods = 4"), (true, 80.0));
    assert_eq!(whole("skip_first = false"), (false, 330.0));
}

#[test]
fn nobody_and_one_period_say_what_is_missing() {
    let few = report(&small()[..3], on(2024, 4, 20), "");
    assert_eq!(keys(of(&few, "s")), ["retention.few"]);
    assert!(tables(of(&few, "s")).is_empty());
}

/// The customers of Fader and Hardie (2007) by segment, if they are there: one act in each year that they stay.
fn contracts(segment: &str) -> Option<Vec<(String, NaiveDate, f64)>> {
    let path = root().join("../shared/data/retention-sbg/sbg_cohorts.csv");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data/retention-sbg is not there");
        return None;
    };
    let mut log = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[3] == segment {
            let stayed: i32 = fields[1].parse().unwrap();
            log.extend((0..stayed).map(|year| (fields[0].to_owned(), on(2001 + year, 3, 1), 1.0)));
        }
    }
    Some(log)
}

#[test]
fn contracts_of_fader_and_hardie_are_projected_as_published() {
    let published = [
        ("highend", 0.668, 3.806, 0.491, vec![0.460, 0.436, 0.414, 0.395, 0.378]),
        ("regular", 0.704, 1.182, 0.241, vec![]),
    ];
    for (segment, alpha, beta, seen, ahead) in published {
        let Some(log) = contracts(segment) else { return };
        let settings = "mode = \"renewal\"\ncurve = \"shifted_beta_geometric\"\n\
                        cohort = \"year\"\nskip_first = false";
        let report = report(&log, on(2009, 1, 1), settings);
        let found = tables(of(&report, "s"));
        let table = found.iter().find(|table| table.title.en.starts_with("Share left")).unwrap();
        let row = |name: &str| {
            let is = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == name);
            let place = table.rows.iter().position(|row| is(&row.cells[0])).unwrap();
            figures(table, place)[2].unwrap()
        };
        assert!((row("alpha") - alpha).abs() < 1e-3, "{segment} {}", row("alpha"));
        assert!((row("beta") - beta).abs() < 1e-3, "{segment} {}", row("beta"));
        for (place, share) in ahead.iter().enumerate() {
            // Seven renewals are known; the eighth is the first that is projected.
            let cells = figures(table, 7 + place);
            let [found, low, high] = [2, 3, 4].map(|column: usize| cells[column].unwrap());
            assert!((found - share).abs() < 1e-3, "{found} is not {share}");
            assert!(low < found && found < high);
            assert_eq!(cells[1], None, "what is to come has not been seen");
        }
        // What is left is what was seen in the data, not what the curve says of it.
        let left = number(&told(of(&report, "s"), "retention.ahead")[0].message, "left");
        assert!((left - seen).abs() < 1e-9, "{left} is not {seen}");
    }
}
