//! Slopes that were planted, and a level that is told once.

use super::world::{Dice, World, charts, day, keys, names, number, of, section};
use model::report::{Message, Report};

#[test]
fn a_planted_slope_lies_in_its_interval() {
    const SEEDS: u64 = 8;
    let world = World::new("30 6 * * *");
    let wave = [0.0, 3.0, 5.0, 2.0, -1.0, -4.0, -5.0];
    let mut sections = Vec::new();
    for seed in 0..SEEDS {
        let (mut dice, id) = (Dice(seed), format!("slope_{seed}"));
        let value =
            |place: usize| 100.0 + 0.25 * place as f64 + wave[place % 7] + 2.0 * dice.normal();
        world.full(&id, &(0..90).map(value).collect::<Vec<_>>());
        let settings = format!("metrics = [\"{id}\"]\nperiods = 60\nlast_year = false");
        sections.push(section(&format!("s{seed}"), "trend", &settings));
    }
    let report = world.report(&sections, day(90));
    let mut held = 0;
    for seed in 0..SEEDS {
        let found = of(&report, &format!("s{seed}"));
        assert_eq!(keys(found), ["trend.rising"], "seed {seed}");
        let message = &found.findings[0].message;
        let (slope, low, high) =
            (number(message, "slope"), number(message, "low"), number(message, "high"));
        assert!(
            low <= slope && slope <= high && (slope - 0.25).abs() < 0.05,
            "seed {seed}: {slope}"
        );
        held += u64::from((low..=high).contains(&0.25));
    }
    assert!(held >= SEEDS - 1, "the interval holds the slope in {held} of {SEEDS}");
}

#[test]
fn a_new_level_is_told_once_and_stays_marked() {
    const SHIFT: usize = 90;
    let world = World::new("30 6 * * *");
    for (id, seed) in [("plain", 3), ("saturdays_off", 4)] {
        let mut values: Vec<Option<f64>> =
            Dice(seed).noise(120, 100.0, 2.0).into_iter().map(Some).collect();
        values[SHIFT..].iter_mut().for_each(|value| *value = value.map(|value| value + 15.0));
        if id == "plain" {
            world.series(id, &values);
            continue;
        }
        let open = (0..120).filter(|place| place % 7 != 5);
        let row = |place: usize| super::world::Row {
            day: day(place),
            member: "a",
            value: values[place].unwrap(),
            weight: 1.0,
        };
        world.rows(id, "irregular", &open.map(row).collect::<Vec<_>>());
    }
    world.event(day(SHIFT), "New prices");
    let settings = |id: &str| format!("metrics = [\"{id}\"]\nperiods = 40\nlast_year = false");
    let sections = [
        section("plain", "trend", &settings("plain")),
        section("off", "trend", &settings("saturdays_off")),
    ];
    let reports = world.reports(&sections, day(SHIFT), day(SHIFT + 18));
    for id in ["plain", "off"] {
        let news: Vec<(usize, &Message)> = reports
            .iter()
            .enumerate()
            .flat_map(|(at, report)| {
                broke(report, id).into_iter().map(move |message| (at, message))
            })
            .collect();
        assert_eq!(news.len(), 1, "{id} is told once: {news:?}");
        let (at, message) = news[0];
        // Four values make a stretch; before them may stand a day off, bridged between both levels.
        assert!((3..=9).contains(&at), "{id} is told in run {at}");
        assert_eq!(names(message, "events"), ["New prices"]);
        assert!((number(message, "before") - 100.0).abs() < 3.0, "{message:?}");
        assert!((number(message, "after") - 115.0).abs() < 3.0, "{message:?}");
        assert_eq!(message.key, "trend.new_level_near", "{id}");
        let marked = |report, word: &str| {
            let marks = &charts(of(report, id))[0].marks;
            marks.iter().any(|mark| mark.label.en.ends_with(word))
        };
        assert!(
            reports[at..].iter().all(|report| marked(report, "new level, still holding")),
            "{id}"
        );
    }
}

/// What is told of breaks.
fn broke<'a>(report: &'a Report, id: &str) -> Vec<&'a Message> {
    let messages = of(report, id).findings.iter().map(|finding| &finding.message);
    messages.filter(|message| message.key.starts_with("trend.new_")).collect()
}

#[test]
fn too_few_periods_are_no_trend() {
    let world = World::new("30 6 * * *");
    world.full("young", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let report = world.report(&[section("s", "trend", "metrics = [\"young\"]")], day(6));
    assert_eq!(keys(of(&report, "s")), ["trend.not_enough"]);
}
