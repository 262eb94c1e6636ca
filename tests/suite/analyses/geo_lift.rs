//! A campaign in one region whose addition was planted.

use super::world::{
    Dice, World, charts, day, keys, names, notes, number, of, section, tables, told,
};
use model::report::{Cell, Report, Tick, Verdict};
use std::fmt::Write;

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

/// Nine regions over so many days; the first is the mean of the next four and has `lift` more from day `from` on. An
/// empty cell stands where a value is `missing`.
fn world(days: usize, from: usize, lift: f64, regions: usize, missing: Option<&str>) -> World {
    let world = World::new("30 6 * * *");
    let mut dice = Dice(11);
    let mut csv = String::from("day,member,value\n");
    for place in 0..days {
        let shared = 100.0 + 20.0 * (place as f64 / 5.0).sin();
        let own: Vec<f64> = (0..8).map(|k| shared + 3.0 * k as f64 + 2.0 * dice.normal()).collect();
        let mean = own[..4].iter().sum::<f64>() / 4.0 + if place >= from { lift } else { 0.0 };
        let all = std::iter::once(mean + 0.5 * dice.normal()).chain(own);
        for (member, value) in NAMES.iter().copied().zip(all).take(regions) {
            let value = match missing == Some(member) && place == 30 {
                true => String::new(),
                false => format!("{value:.4}"),
            };
            let _ = writeln!(csv, "{},{member},{value}", day(place));
        }
    }
    let value = "value = { type = \"decimal\", scale = 4 }\n";
    world.raw("sales", &format!("member = {{ type = \"text\" }}\n{value}"), &csv);
    world.metric("sales", "up", "dataset = \"sales\"\nmeasure = \"sum(value)\"");
    world
}

/// The campaign of twenty days from the 61st on.
fn report(lift: f64, regions: usize, missing: Option<&str>) -> Report {
    named("treated = [\"a\"]", lift, regions, missing)
}

fn named(who: &str, lift: f64, regions: usize, missing: Option<&str>) -> Report {
    let settings = format!(
        "metric = \"sales\"\nby = \"member\"\n{who}\nstart = \"2024-03-01\"\n\
         end = \"2024-03-20\"\nbefore = 60"
    );
    let world = world(80, 60, lift, regions, missing);
    world.report(&[section("lift", "geo_lift", &settings)], day(80))
}

#[test]
fn a_planted_addition_is_found_and_none_is_not() {
    let found = report(12.0, 9, None);
    let lift = of(&found, "lift");
    assert_eq!(keys(lift)[0], "geo_lift.rose");
    let message = &lift.findings[0].message;
    // 12 more on twenty days, within a tenth.
    assert!((number(message, "added") - 240.0).abs() < 24.0, "{message:?}");
    let quiet = report(0.0, 9, None);
    assert!(told(of(&quiet, "lift"), "geo_lift.rose").is_empty());
}

#[test]
fn a_region_with_gaps_is_left_out_and_too_few_give_no_lift() {
    // A sum with an unknown value is unknown, where one without rows is zero.
    let found = report(12.0, 9, Some("i"));
    assert!(notes(of(&found, "lift")).contains(&"geo_lift.left_out"));
    assert_eq!(keys(of(&report(12.0, 5, None), "lift")), ["geo_lift.few"]);
    assert_eq!(keys(of(&report(12.0, 9, Some("a")), "lift")), ["geo_lift.gaps"]);
}

#[test]
fn a_region_in_no_row_is_told_with_the_known_ones_and_nothing_is_concluded() {
    for who in
        ["treated = [\"R9\"]", "treated = [\"a\", \"R9\"]", "treated = [\"a\"]\nwithout = [\"R9\"]"]
    {
        let found = named(who, 12.0, 9, None);
        let lift = of(&found, "lift");
        assert_eq!(keys(lift), ["geo_lift.unknown"], "{who}");
        assert_eq!(lift.findings[0].verdict, Verdict::Unknown);
        assert_eq!(names(&lift.findings[0].message, "regions"), ["R9"]);
        assert_eq!(names(&lift.findings[0].message, "known"), NAMES);
        assert!(lift.blocks.is_empty());
    }
}

#[test]
fn whole_weeks_are_compared_where_the_section_says_so() {
    let settings = "metric = \"sales\"\nby = \"member\"\ntreated = [\"a\"]\nstart = \"2024-03-25\"\n\
                    end = \"2024-04-14\"\nevery = \"week\"\nbefore = 12";
    // Twelve weeks from Monday the 1st of January, then three with 12 more on each day.
    let found =
        world(105, 84, 12.0, 9, None).report(&[section("lift", "geo_lift", settings)], day(105));
    let lift = of(&found, "lift");
    let chart = charts(lift)[0];
    let weeks = chart.ticks.iter().filter(|tick| {
        matches!(tick, Tick::Period(period) if (period.days.end - period.days.start).num_days() == 7)
    });
    assert_eq!((weeks.count(), chart.ticks.len()), (15, 15));
    let message = &lift.findings[0].message;
    // 12 · 21 = 252, within a tenth.
    assert!((number(message, "added") - 252.0).abs() < 25.0, "{message:?}");
}

#[test]
fn the_chance_of_an_average_and_that_of_single_periods_stand_under_names_of_their_own() {
    let found = report(0.3, 9, None);
    let lift = of(&found, "lift");
    let chances: Vec<(&str, &Cell)> = tables(lift)[0]
        .rows
        .iter()
        .filter_map(|row| match &row.cells[0] {
            Cell::Label(label) if label.en.starts_with("Chance of such") => {
                Some((label.en.as_str(), &row.cells[1]))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        chances.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        [
            "Chance of such an average without an effect",
            "Chance of such single periods without an effect"
        ]
    );
    assert_ne!(chances[0].1, chances[1].1, "two tests");
}
