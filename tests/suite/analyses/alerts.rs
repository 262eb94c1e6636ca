//! What was unusual is told once, and told over.

use super::world::{Dice, World, day, keys, names, number, of, section, told};
use model::report::Report;

/// The day on which something happens.
const WHEN: usize = 200;

/// A series with a week in it; what happens on and after the day is set by `change`.
fn series(seed: u64, change: impl Fn(usize, f64) -> Option<f64>) -> Vec<Option<f64>> {
    let mut dice = Dice(seed);
    let week = [1.0, 1.02, 1.05, 1.1, 1.2, 0.8, 0.7];
    let value = |place: usize| 1000.0 * week[place % 7] * (1.0 + 0.03 * dice.normal());
    let values: Vec<f64> = (0..WHEN + 30).map(value).collect();
    values.into_iter().enumerate().map(|(place, value)| change(place, value)).collect()
}

/// The keys over all runs, without quiet ones.
fn said(reports: &[Report], id: &str) -> Vec<String> {
    let all = reports.iter().flat_map(|report| keys(of(report, id)));
    all.filter(|key| *key != "alerts.quiet").map(str::to_owned).collect()
}

fn watch(id: &str, more: &str) -> String {
    section(&id.replace('_', "-"), "alerts", &format!("metrics = [\"{id}\"]\n{more}"))
}

#[test]
fn an_unusual_stretch_is_new_then_lasts_then_is_over() {
    let world = World::new("30 6 * * *");
    world
        .series("outage", &series(1, |place, value| Some(if place == WHEN { 4.0 } else { value })));
    world.series(
        "shift",
        &series(2, |place, value| Some(if place >= WHEN { value * 1.5 } else { value })),
    );
    world.series("calm", &series(3, |_, value| Some(value)));
    let hole = |place| place == WHEN || place == WHEN + 2 || place == WHEN + 3;
    world.series("holes", &series(4, |place, value| (!hole(place)).then_some(value)));
    let sections = ["outage", "shift", "calm", "holes"].map(|id| watch(id, ""));
    let reports = world.reports(&sections, day(WHEN), day(WHEN + 16));
    let outage = said(&reports, "outage");
    assert_eq!(outage.first().unwrap(), "alerts.new");
    assert_eq!(outage.last().unwrap(), "alerts.recovered");
    // The mean of three days comes back a little later than the day does.
    assert!(
        outage.len() <= 4
            && outage[1..outage.len() - 1].iter().all(|key| key == "alerts.continuing"),
        "{outage:?}"
    );
    let first = told(of(&reports[1], "outage"), "alerts.new");
    assert!((number(&first[0].message, "value") - 4.0).abs() < 1e-9, "told in the run of that day");
    let shift = said(&reports, "shift");
    assert_eq!(shift.first().unwrap(), "alerts.new");
    assert_eq!(shift.last().unwrap(), "alerts.settled");
    assert!(
        shift.len() > 4 && shift[1..shift.len() - 1].iter().all(|key| key == "alerts.continuing"),
        "{shift:?}"
    );
    assert_eq!(keys(of(reports.last().unwrap(), "shift")), ["alerts.quiet"]);
    assert_eq!(said(&reports, "calm"), Vec::<String>::new());
    assert_eq!(said(&reports, "holes"), Vec::<String>::new(), "days without rows are no alert");
}

#[test]
fn a_spike_on_a_named_day_is_told_with_its_name() {
    let world = World::new("30 6 * * *");
    let spike = |place, value| Some(if place == WHEN { value * 2.5 } else { value });
    world.series("sales", &series(6, spike));
    let fair = |place| (day(place), day(place));
    world.festival("Spring fair", &[fair(WHEN - 180), fair(WHEN)]);
    let reports = world.reports(&[watch("sales", "")], day(WHEN), day(WHEN + 5));
    let over = said(&reports, "sales");
    assert_eq!(over, ["alerts.new_near", "alerts.explained"]);
    let explained = reports.iter().flat_map(|report| told(of(report, "sales"), "alerts.explained"));
    for finding in explained {
        assert_eq!(names(&finding.message, "event"), ["Spring fair"]);
        assert_eq!(names(&finding.message, "list"), ["sales"]);
    }
}

#[test]
fn only_what_passes_every_bound_of_the_rule_is_told() {
    let world = World::new("30 6 * * *");
    // 30 % below about 1,030 on a Tuesday or so: about 300 away.
    world.series(
        "dip",
        &series(17, |place, value| Some(if place == WHEN { value * 0.7 } else { value })),
    );
    let cases = [
        ("none", "", "alerts.new"),
        ("relative", "rule = { relative = \"0.5\" }", "alerts.quiet"),
        ("floor", "rule = { floor = \"500\" }", "alerts.quiet"),
        ("base", "rule = { minimum_base = \"5000\" }", "alerts.quiet"),
        (
            "passed",
            "rule = { relative = \"0.1\", floor = \"50\", minimum_base = \"100\" }",
            "alerts.new",
        ),
        (
            "own",
            "rule = { relative = \"0.1\" }\nrules = { dip = { floor = \"500\" } }",
            "alerts.quiet",
        ),
    ];
    let sections =
        cases.map(|(id, rule, _)| section(id, "alerts", &format!("metrics = [\"dip\"]\n{rule}")));
    let report = world.report(&sections, day(WHEN + 1));
    for (id, _, key) in cases {
        assert_eq!(keys(of(&report, id)), [key], "{id}");
    }
}

#[test]
fn in_the_first_weeks_nothing_is_judged() {
    let world = World::new("30 6 * * *");
    let mut values = Dice(8).noise(20, 100.0, 1.0);
    values[19] = 1.0;
    world.full("young", &values);
    let report = world.report(&[watch("young", "")], day(20));
    assert_eq!(keys(of(&report, "young")), ["alerts.young"]);
}
