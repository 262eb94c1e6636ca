//! An order in time that was planted is found; walks and trends are none.

use super::world::{Dice, World, day, keys, names, number, of, section, tables, told};
use model::report::Cell;

#[test]
fn a_planted_lead_is_found_with_its_lag() {
    let world = World::new("30 6 * * *");
    let mut dice = Dice(21);
    let calls = dice.noise(183, 100.0, 10.0);
    let visits: Vec<f64> =
        (0..180).map(|place| 50.0 + 0.8 * calls[place] + 4.0 * dice.normal()).collect();
    let refunds: Vec<f64> =
        (0..180).map(|place| 300.0 - 1.2 * calls[place] + 4.0 * dice.normal()).collect();
    // What the calls of a day bring comes three days later.
    world.full("calls", &calls[3..]);
    world.full("visits", &visits);
    world.full("refunds", &refunds);
    let pair =
        |other: &str| section(other, "leads", &format!("metrics = [\"{other}\", \"calls\"]"));
    let report = world.report(&[pair("visits"), pair("refunds")], day(180));
    for (id, key) in [("visits", "leads.same"), ("refunds", "leads.opposite")] {
        let found = of(&report, id);
        assert_eq!(keys(found), [key]);
        let message = &found.findings[0].message;
        assert_eq!(names(message, "sooner"), ["calls"]);
        assert_eq!(names(message, "later"), [id]);
        assert_eq!(number(message, "lag"), 3.0);
    }
}

#[test]
fn walks_of_their_own_and_shared_trends_are_no_leads() {
    let world = World::new("30 6 * * *");
    let ids: Vec<String> = (0..5).map(|walk| format!("walk_{walk}")).collect();
    for (seed, id) in ids.iter().enumerate() {
        let steps = Dice(40 + seed as u64).noise(180, 0.0, 1.0);
        let walk = steps.iter().scan(100.0, |sum, step| {
            *sum += step;
            Some(*sum)
        });
        world.full(id, &walk.collect::<Vec<_>>());
    }
    for (id, seed) in [("rising", 51), ("climbing", 52)] {
        let noise = Dice(seed).noise(180, 0.0, 3.0);
        let line =
            noise.iter().enumerate().map(|(place, noise)| 100.0 + 0.5 * place as f64 + noise);
        world.full(id, &line.collect::<Vec<_>>());
    }
    let report = world.report(
        &[
            section("walks", "leads", &format!("metrics = {ids:?}")),
            section("trends", "leads", "metrics = [\"rising\", \"climbing\"]"),
        ],
        day(180),
    );
    let walks = of(&report, "walks");
    assert!(told(walks, "leads.same").is_empty() && told(walks, "leads.opposite").is_empty());
    assert!(!told(walks, "leads.none").is_empty());
    assert_eq!(keys(of(&report, "trends")), ["leads.none", "leads.shared_trend"]);
}

#[test]
fn a_short_history_says_so() {
    let world = World::new("30 6 * * *");
    world.full("one", &Dice(1).noise(20, 10.0, 1.0));
    world.full("other", &Dice(2).noise(20, 10.0, 1.0));
    let report = world.report(&[section("s", "leads", "metrics = [\"one\", \"other\"]")], day(20));
    assert_eq!(keys(of(&report, "s")), ["leads.not_enough"]);
}

#[test]
fn two_single_breaks_are_no_lead() {
    let world = World::new("30 6 * * *");
    let broken = |seed: u64, place: usize| -> Vec<f64> {
        let mut values = Dice(seed).noise(180, 100.0, 2.0);
        values[place..].iter_mut().for_each(|value| *value += 60.0);
        values
    };
    let ids: Vec<String> = (0..6).map(|number| format!("broken_{number}")).collect();
    for (number, id) in ids.iter().enumerate() {
        world.full(id, &broken(70 + number as u64, 60 + 3 * number));
    }
    let pairs: Vec<String> = ids
        .windows(2)
        .map(|pair| section(&pair[0], "leads", &format!("metrics = {pair:?}")))
        .collect();
    let report = world.report(&pairs, day(180));
    for id in &ids[..5] {
        let found = of(&report, id);
        assert!(told(found, "leads.same").is_empty(), "{id}: {:?}", keys(found));
        assert!(told(found, "leads.opposite").is_empty(), "{id}: {:?}", keys(found));
        assert!(!told(found, "leads.none").is_empty(), "{id}: {:?}", keys(found));
    }
}

#[test]
fn what_moves_in_the_same_period_is_told_as_such() {
    let world = World::new("30 6 * * *");
    let mut dice = Dice(33);
    let visits = dice.noise(180, 100.0, 10.0);
    let orders: Vec<f64> = visits.iter().map(|visits| 0.5 * visits + 2.0 * dice.normal()).collect();
    world.full("visits", &visits);
    world.full("orders", &orders);
    let settings = "metrics = [\"visits\", \"orders\"]";
    let report = world.report(&[section("s", "leads", settings)], day(180));
    let found = of(&report, "s");
    let together = told(found, "leads.together");
    assert_eq!(together.len(), 1, "{:?}", keys(found));
    assert!(!told(found, "leads.none").is_empty() && together[0].weight < 10);
    let message = &together[0].message;
    assert_eq!(
        (names(message, "first"), names(message, "second")),
        (vec!["visits".into()], vec!["orders".into()])
    );
    assert_eq!(names(message, "grain"), ["day"]);
    assert!(number(message, "correlation") > 0.8);
    let row = &tables(found)[0].rows[0];
    let Cell::Figure { figure, .. } = &row.cells[2] else { panic!("{row:?}") };
    assert_eq!(figure.value.map(|value| value.to_f64()), Some(0.0));
}
