//! An order in time that was planted is found; walks and trends are none.

use super::world::{Dice, World, day, keys, names, number, of, section, told};

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
