//! What is called a move, and what is not.

use super::world::{Dice, World, day, keys, names, of, section, tables, told};
use model::report::{Cell, Verdict};

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
    let called =
        |key| reports.iter().map(|report| told(of(report, "all"), key).len()).sum::<usize>();
    let judged = METRICS * reports.len();
    assert_eq!(judged, 120);
    // One in twenty would be 6; 14 is far beyond chance.
    let calls = called("movers.rose") + called("movers.fell");
    assert!((1..=14).contains(&calls), "{calls} of {judged} are called");
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
    let words: Vec<_> = tables(found)[0].rows.iter().map(|row| row.cells.last().unwrap()).collect();
    for (word, expected) in words.iter().zip(["too little history", "not known", "not known"]) {
        assert!(matches!(word, Cell::Label(label) if label.en == expected), "{word:?}");
    }
}
