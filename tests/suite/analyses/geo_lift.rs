//! A campaign in one region whose addition was planted.

use super::world::{Dice, Row, World, day, keys, notes, number, of, section, told};
use model::report::Report;

const NAMES: [&str; 9] = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];

/// Nine regions over 80 days; the first is the mean of the next four and has `lift` more from the 61st on.
fn report(metric: &str, lift: f64, regions: usize, missing: Option<&str>) -> Report {
    let world = World::new("30 6 * * *");
    let mut dice = Dice(11);
    let mut rows = Vec::new();
    for place in 0..80 {
        let shared = 100.0 + 20.0 * (place as f64 / 5.0).sin();
        let own: Vec<f64> = (0..8).map(|k| shared + 3.0 * k as f64 + 2.0 * dice.normal()).collect();
        let mean = own[..4].iter().sum::<f64>() / 4.0 + if place >= 60 { lift } else { 0.0 };
        let all = std::iter::once(mean + 0.5 * dice.normal()).chain(own);
        for (member, value) in NAMES.iter().copied().zip(all).take(regions) {
            if missing != Some(member) || place != 30 {
                rows.push(Row { day: day(place), member, value, weight: 1.0 });
            }
        }
    }
    world.rows("sales", "irregular", &rows);
    let settings = format!(
        "metric = \"{metric}\"\nby = \"member\"\ntreated = [\"a\"]\nstart = \"2024-03-01\"\n\
         end = \"2024-03-20\"\nbefore = 60"
    );
    world.report(&[section("lift", "geo_lift", &settings)], day(80))
}

#[test]
fn a_planted_addition_is_found_and_none_is_not() {
    let found = report("sales", 12.0, 9, None);
    let lift = of(&found, "lift");
    assert_eq!(keys(lift)[0], "geo_lift.rose");
    let message = &lift.findings[0].message;
    // 12 more on twenty days, within a tenth.
    assert!((number(message, "added") - 240.0).abs() < 24.0, "{message:?}");
    let quiet = report("sales", 0.0, 9, None);
    assert!(told(of(&quiet, "lift"), "geo_lift.rose").is_empty());
}

#[test]
fn a_region_with_gaps_is_left_out_and_too_few_give_no_lift() {
    // A mean is unknown without rows, where a sum is zero.
    let found = report("sales_rate", 12.0, 9, Some("i"));
    assert!(notes(of(&found, "lift")).contains(&"geo_lift.left_out"));
    assert_eq!(keys(of(&report("sales", 12.0, 5, None), "lift")), ["geo_lift.few"]);
    assert_eq!(keys(of(&report("sales_rate", 12.0, 9, Some("a")), "lift")), ["geo_lift.gaps"]);
}
