//! What was foreseen, beside what came; and where nothing is foreseen, why.

use super::world::{Dice, World, day, first, keys, number, of, section, tables, told};
use chrono::{Datelike, NaiveDate};
use model::report::{Cell, Message};

/// Days of the world: two years and a half.
const DAYS: usize = 912;

fn sales(seed: u64) -> Vec<f64> {
    let mut dice = Dice(seed);
    let week = [1.0, 1.02, 1.05, 1.1, 1.3, 0.8, 0.7];
    let value = |place: usize| 1000.0 * week[place % 7] * (1.0 + 0.05 * dice.normal());
    (0..DAYS).map(value).collect()
}

fn place(date: NaiveDate) -> usize {
    (date - first()).num_days() as usize
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// What a month came to in the end.
fn truth(values: &[f64], month: NaiveDate) -> f64 {
    let inside =
        |place: &usize| (day(*place).year(), day(*place).month()) == (month.year(), month.month());
    (0..values.len()).filter(inside).map(|place| values[place]).sum()
}

fn outlook(metrics: &[&str]) -> String {
    section(
        "s",
        "outlook",
        &format!("grain = \"month\"\nto_date = true\nmetrics = {metrics:?}\ndays = 420"),
    )
}

#[track_caller]
fn range(message: &Message) -> (f64, f64, f64) {
    let found = (number(message, "low"), number(message, "expected"), number(message, "high"));
    assert!(found.0 <= found.1 && found.1 <= found.2, "{found:?}");
    found
}

#[test]
fn most_months_come_to_what_the_range_said() {
    let world = World::new("30 6 11 * *");
    let values = sales(31);
    world.full("sales", &values);
    let reports = world.reports(&[outlook(&["sales"])], date(2025, 9, 1), date(2026, 6, 30));
    assert_eq!(reports.len(), 10);
    let mut held = 0;
    for report in &reports {
        let found = of(report, "s");
        assert_eq!(keys(found), ["outlook.expected"]);
        let (low, expected, high) = range(&found.findings[0].message);
        let came = truth(&values, report.as_of.date());
        assert!(
            (expected / came - 1.0).abs() < 0.05,
            "{}: {expected} against {came}",
            report.as_of
        );
        held += usize::from(low <= came && came <= high);
    }
    // Eight of ten on average; five or fewer would happen once in thirty.
    assert!(held >= 6, "{held} of 10 months came to what the range said");
}

#[test]
fn the_lower_the_target_the_likelier_and_the_needed_rate_is_exact() {
    let world = World::new("30 6 * * *");
    let values = sales(32);
    let today = date(2026, 5, 16);
    let came = truth(&values, today);
    let so_far: f64 = values[place(date(2026, 5, 1))..place(today)].iter().sum();
    world.full("rows", &values);
    let shares = [1.5, 1.02, 1.0, 0.98, 0.5];
    let mut ids = Vec::new();
    for (at, share) in shares.iter().enumerate() {
        ids.push(format!("goal_{at}"));
        world.metric(&ids[at], "up", "dataset = \"rows\"\nmeasure = \"sum(value)\"");
        world.target(&ids[at], (share * came).round());
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let report = world.report(&[outlook(&ids)], today);
    let found = of(&report, "s");
    assert_eq!(found.findings.len(), shares.len(), "{:?}", keys(found));
    let probabilities: Vec<f64> =
        found.findings.iter().map(|finding| number(&finding.message, "probability")).collect();
    assert!(probabilities.is_sorted(), "{probabilities:?}");
    assert!(probabilities[0] <= 0.01 && probabilities[4] >= 0.99, "{probabilities:?}");
    assert_eq!(keys(found).first(), Some(&"outlook.unlikely_needed"));
    assert_eq!(keys(found).last(), Some(&"outlook.likely"));
    // 16 days are left of May.
    let needed = number(&found.findings[0].message, "needed");
    let exact = ((1.5 * came).round() - so_far) / 16.0;
    assert!((needed / exact - 1.0).abs() < 1e-6, "{needed}, by hand {exact}");
    let table = tables(found)[0];
    let cell = |name: &str| {
        let column = table.columns.iter().position(|column| column.label.en == name).unwrap();
        match &table.rows[0].cells[column] {
            Cell::Figure { figure, .. } => figure.value.unwrap().to_f64(),
            other => panic!("no figure: {other:?}"),
        }
    };
    assert!((cell("So far") - so_far).abs() < 0.1, "what has come so far");
    assert!((cell("Needed a day") / exact - 1.0).abs() < 1e-6);
}

#[test]
fn a_festival_is_foreseen_with_its_effect() {
    let world = World::new("30 6 * * *");
    let mut values = sales(33);
    let fairs = [2024, 2025, 2026].map(|year| (date(year, 5, 20), date(year, 5, 24)));
    for (from, to) in fairs {
        values[place(from)..=place(to)].iter_mut().for_each(|value| *value *= 2.0);
    }
    world.full("sales", &values);
    world.festival("Fair", &fairs);
    let settings = "grain = \"month\"\nto_date = true\nmetrics = [\"sales\"]";
    let report = world.report(&[section("s", "outlook", settings)], date(2026, 5, 11));
    let (_, expected, _) = range(&of(&report, "s").findings[0].message);
    let came = truth(&values, date(2026, 5, 1));
    // Without the fair the month would come to about a seventh less.
    assert!((expected / came - 1.0).abs() < 0.05, "{expected} against {came}");
}

#[test]
fn days_on_which_nothing_is_sold_bring_nothing() {
    let world = World::new("30 6 * * *");
    let values = sales(34);
    let open = (0..DAYS).filter(|place| place % 7 != 5);
    let row = |place| super::world::Row {
        day: day(place),
        member: "a",
        value: values[place],
        weight: 1.0,
    };
    world.rows("shop", "irregular", &open.map(row).collect::<Vec<_>>());
    let sold: Vec<f64> = values
        .iter()
        .enumerate()
        .map(|(at, value)| if at % 7 == 5 { 0.0 } else { *value })
        .collect();
    // A Sunday: the newest day has no rows.
    let today = date(2026, 5, 10);
    assert_eq!(place(today) % 7, 6);
    let report = world.report(&[outlook(&["shop"])], today);
    assert_eq!(keys(of(&report, "s")), ["outlook.expected"]);
    let (_, expected, _) = range(&of(&report, "s").findings[0].message);
    let came = truth(&sold, today);
    assert!((expected / came - 1.0).abs() < 0.05, "{expected} against {came}");
}

#[test]
fn where_nothing_can_be_foreseen_the_reason_is_told() {
    let world = World::new("30 6 * * *");
    let today = date(2026, 5, 11);
    let until = place(today);
    let tail = |values: &[f64], known: usize| -> Vec<Option<f64>> {
        let value = |at: usize| (at + known >= until).then_some(values[at]);
        (0..until).map(value).collect()
    };
    let values = sales(35);
    world.series("short", &tail(&values, 6));
    let mut late: Vec<Option<f64>> = values[..until].iter().copied().map(Some).collect();
    late[until - 2..].fill(None);
    world.series("late", &late);
    // The same week over and over, with days of chance between: repeating the last one is as good as it gets.
    world.full(
        "flat",
        &(0..until).map(|at| [5.0, 3.0, 8.0, 1.0, 4.0, 9.0, 2.0][at % 7]).collect::<Vec<_>>(),
    );
    let report = world.report(&[outlook(&["short", "late", "flat"])], today);
    let found = of(&report, "s");
    for (key, metric) in [("outlook.too_short", "short"), ("outlook.data_end", "late")] {
        let message =
            &told(found, key).first().unwrap_or_else(|| panic!("{:?}", keys(found))).message;
        assert_eq!(super::world::names(message, "metric"), [metric]);
    }
    let short = &told(found, "outlook.too_short")[0].message;
    assert!(number(short, "have") == 6.0 && number(short, "need") > 6.0);
    assert!(told(found, "outlook.expected").is_empty(), "{:?}", keys(found));
}

#[test]
fn a_walk_is_foreseen_with_a_wide_range_or_not_at_all() {
    let world = World::new("30 6 * * *");
    let today = date(2026, 1, 11);
    let ids: Vec<String> = (0..3).map(|walk| format!("walk_{walk}")).collect();
    for (seed, id) in ids.iter().enumerate() {
        let steps = Dice(60 + seed as u64).noise(place(today), 0.0, 10.0);
        let walk = steps.iter().scan(5000.0, |sum, step| {
            *sum += step;
            Some(*sum)
        });
        world.full(&format!("{id}_rows"), &walk.collect::<Vec<_>>());
        // The mean of days adds up to nothing: months are foreseen, and repeating the last one cannot be bettered.
        world.metric(id, "up", &format!("dataset = \"{id}_rows\"\nmeasure = \"avg(value)\""));
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let report = world.report(&[outlook(&ids)], today);
    let found = of(&report, "s");
    for finding in &found.findings {
        let key = finding.message.key.as_str();
        if key == "outlook.expected" {
            let (low, expected, high) = range(&finding.message);
            assert!(high - low > 0.01 * expected, "{low} to {high}");
        } else {
            assert!(
                ["outlook.loses", "outlook.unproven", "outlook.too_short"].contains(&key),
                "{key}"
            );
        }
    }
    assert!(found.findings.iter().any(|finding| finding.message.key != "outlook.expected"));
}
