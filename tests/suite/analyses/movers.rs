//! What is called a move, and what is not.

use super::world::{Dice, World, day, keys, names, of, section, tables};
use model::report::{Cell, Section, Verdict};

const SETTINGS: &str = "grain = \"day\"\nmetrics = ";

#[test]
fn a_large_jump_is_called_with_its_direction_and_verdict() {
    let world = World::new("30 6 * * *");
    let cases = [
        ("rise", 60.0, "up", "movers.rose", Verdict::Good),
        ("fall", -60.0, "up", "movers.fell", Verdict::Bad),
        ("costs_rise", 60.0, "down", "movers.rose", Verdict::Bad),
        ("costs_fall", -60.0, "down", "movers.fell", Verdict::Good),
    ];
    for (seed, (id, jump, direction, ..)) in cases.iter().enumerate() {
        let mut values = Dice(seed as u64).noise(130, 1000.0, 10.0);
        *values.last_mut().unwrap() = 1000.0 + jump;
        world.full(&format!("{id}_rows"), &values);
        world.metric(id, direction, &format!("dataset = \"{id}_rows\"\nmeasure = \"sum(value)\""));
    }
    let sections = cases
        .map(|(id, ..)| section(&id.replace('_', "-"), "movers", &format!("{SETTINGS}[\"{id}\"]")));
    let report = world.report(&sections, day(130));
    for (id, _, _, key, verdict) in cases {
        let found = of(&report, &id.replace('_', "-"));
        assert_eq!(keys(found), [key], "{id}");
        assert_eq!(found.findings[0].verdict, verdict, "{id}");
    }
}

#[test]
fn noise_is_seldom_called() {
    const METRICS: usize = 40;
    let world = World::new("30 6 * * MON");
    let mut ids = Vec::new();
    for seed in 0..METRICS {
        ids.push(format!("noise_{seed}"));
        world.full(&ids[seed], &Dice(700 + seed as u64).noise(160, 500.0, 25.0));
    }
    let sections = [section("all", "movers", &format!("{SETTINGS}{ids:?}"))];
    let reports = world.reports(&sections, day(138), day(158));
    let judgements: Vec<_> = reports.iter().flat_map(|report| words(of(report, "all"))).collect();
    assert_eq!(judgements.len(), 3 * METRICS);
    let calls = judgements.iter().filter(|word| ["up", "down"].contains(&word.as_str())).count();
    // One in twenty would be 6; 14 is far beyond chance.
    assert!((1..=14).contains(&calls), "{calls} of {} are called", judgements.len());
}

/// The judgements of a table of movers.
fn words(section: &Section) -> Vec<String> {
    let rows = tables(section)[0].rows.iter();
    let word = rows.map(|row| match row.cells.last() {
        Some(Cell::Label(label)) => label.en.clone(),
        other => panic!("no judgement: {other:?}"),
    });
    word.collect()
}

#[test]
fn without_a_past_or_a_value_no_direction_is_told() {
    let world = World::new("30 6 * * *");
    let mut short = vec![None; 118];
    short
        .extend([10.0, 11.0, 10.0, 12.0, 11.0, 10.0, 11.0, 10.0, 12.0, 11.0, 10.0, 99.0].map(Some));
    world.series("short", &short);
    let mut gone: Vec<_> = Dice(5).noise(129, 50.0, 1.0).into_iter().map(Some).collect();
    gone.push(None);
    world.series("gone", &gone);
    let mut baseless: Vec<_> = Dice(6).noise(130, 50.0, 1.0).into_iter().map(Some).collect();
    (baseless[122], baseless[129]) = (None, Some(500.0));
    world.series("baseless", &baseless);
    let report = world.report(
        &[section("all", "movers", &format!("{SETTINGS}[\"short\", \"gone\", \"baseless\"]"))],
        day(130),
    );
    let found = of(&report, "all");
    assert_eq!(keys(found), ["movers.missing", "movers.unjudged"]);
    assert_eq!(names(&found.findings[0].message, "list"), ["gone", "baseless"]);
    assert_eq!(names(&found.findings[1].message, "list"), ["short"]);
    assert_eq!(words(found), ["too little history", "not known", "not known"]);
}
