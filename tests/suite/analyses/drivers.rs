//! Contributions add up to the change, and what cannot be taken apart says so.

use super::world::{
    Row, World, charts, day, keys, names, notes, number, of, section, tables, told,
};
use model::report::{Cell, Section};

/// A member on one of the two days: name, value, weight.
type Side<'a> = &'a [(&'a str, f64, f64)];

fn world(before: Side<'_>, after: Side<'_>) -> World {
    let world = World::new("30 6 * * *");
    let mut rows = Vec::new();
    for (place, side) in [before, after].into_iter().enumerate() {
        let of_day = |&(member, value, weight)| Row { day: day(place), member, value, weight };
        rows.extend(side.iter().map(of_day));
    }
    world.rows("sum", "daily", &rows);
    world
}

fn explained(world: &World, settings: &str) -> Section {
    let report = world.report(&[section("s", "drivers", settings)], day(2));
    of(&report, "s").clone()
}

/// The steps of each picture lead from one end to the other, and the table says the same.
#[track_caller]
fn adds_up(found: &Section) {
    assert!(!charts(found).is_empty(), "{:?}", keys(found));
    for (chart, table) in charts(found).iter().zip(tables(found)) {
        let values: Vec<f64> = chart.series[0].values.iter().map(|value| value.unwrap()).collect();
        let (last, others) = values.split_last().unwrap();
        let change = last - others[0];
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * change.abs();
        assert!(near(others.iter().sum(), *last), "{}: {values:?}", chart.id);
        let contribution = |row: &model::report::Row| match &row.cells[1] {
            Cell::Difference { figure, .. } => figure.value.unwrap().to_f64(),
            other => panic!("no difference: {other:?}"),
        };
        let (total, parts) = table.rows.split_last().unwrap();
        assert!(total.total && near(contribution(total), change));
        assert!(near(parts.iter().map(contribution).sum(), change), "{}", chart.id);
        assert!(
            parts
                .iter()
                .all(|part| !matches!(&part.cells[0], Cell::Label(name) if name.en == "Other"))
        );
    }
}

const BEFORE: Side<'_> = &[("north", 700.0, 70.0), ("south", 200.0, 40.0), ("east", 33.3, 11.1)];
const AFTER: Side<'_> = &[("north", 300.0, 60.0), ("south", 260.0, 41.0), ("west", 45.5, 9.7)];

#[test]
fn factors_members_and_mix_add_up_to_the_change() {
    let world = world(BEFORE, AFTER);
    for (settings, first) in [
        ("metric = \"sum\"\nfactors = [\"sum_weight\", \"sum_rate\"]", "drivers.factor"),
        ("metric = \"sum\"\nby = [\"member\"]", "drivers.members"),
        ("metric = \"sum_rate\"\nby = [\"member\"]\nweight = \"sum_weight\"", "drivers.mix"),
    ] {
        let found = explained(&world, settings);
        assert_eq!(keys(&found)[..2], ["drivers.fell", first]);
        adds_up(&found);
    }
}

#[test]
fn rounded_factors_leave_no_step_of_rounding() {
    let world = world(BEFORE, AFTER);
    world.metric("price", "up", "formula = \"round(sum_rate, 4)\"");
    let found = explained(&world, "metric = \"sum\"\nfactors = [\"sum_weight\", \"price\"]");
    adds_up(&found);
}

#[test]
fn new_and_vanished_members_count_whole() {
    let found = explained(&world(BEFORE, AFTER), "metric = \"sum\"\nby = [\"member\"]");
    let chart = charts(&found)[0];
    let step = |member: &str| {
        let at = chart.ticks.iter().position(
            |tick| matches!(tick, model::report::Tick::Label(label) if label.en == member),
        );
        chart.series[0].values[at.unwrap()].unwrap()
    };
    assert_eq!((step("east"), step("west"), step("south")), (-33.3, 45.5, 60.0));
    let members = &told(&found, "drivers.members")[0].message;
    // South and west rose: they did not make the fall.
    assert_eq!(names(members, "list"), ["north"]);
    assert_eq!(number(members, "effect"), -400.0);
}

#[test]
fn a_total_that_misleads_about_its_members_is_read_with_care() {
    // Both rates rise, and the cheap member takes over.
    let before: Side<'_> = &[("rich", 900.0, 90.0), ("poor", 10.0, 10.0)];
    let after: Side<'_> = &[("rich", 330.0, 30.0), ("poor", 140.0, 70.0)];
    let settings = "metric = \"sum_rate\"\nby = [\"member\"]\nweight = \"sum_weight\"";
    let found = explained(&world(before, after), settings);
    let paradox = told(&found, "drivers.paradox_up");
    assert_eq!(paradox.len(), 1, "{:?}", keys(&found));
    let message = &paradox[0].message;
    assert_eq!(
        (number(message, "count"), number(message, "of"), number(message, "share")),
        (2.0, 2.0, 1.0)
    );
    let mix = &told(&found, "drivers.mix")[0].message;
    assert!(number(mix, "rate") > 0.0 && number(mix, "mix") < 0.0);
    adds_up(&found);
    let turned = explained(&world(after, before), settings);
    assert_eq!(told(&turned, "drivers.paradox_down").len(), 1);
    let fair = explained(&world(before, &[("rich", 990.0, 90.0), ("poor", 20.0, 10.0)]), settings);
    assert!(told(&fair, "drivers.paradox_up").is_empty());
}

#[test]
fn what_cannot_be_taken_apart_says_so() {
    let world = world(BEFORE, AFTER);
    world.rows("none", "daily", &[Row { day: day(0), member: "a", value: 1.0, weight: 1.0 }]);
    for (settings, note) in [
        ("metric = \"sum\"\nfactors = [\"sum_weight\", \"sum_weight\"]", "drivers.no_product"),
        ("metric = \"sum\"\nfactors = [\"sum_weight\", \"none\"]", "drivers.factor_unknown"),
        ("metric = \"sum\"", "drivers.nothing"),
    ] {
        let found = explained(&world, settings);
        assert_eq!(notes(&found), [note], "{settings}");
        assert_eq!(keys(&found), ["drivers.fell"], "{settings}");
        assert!(charts(&found).is_empty(), "{settings}");
    }
    let unknown = explained(&world, "metric = \"none\"\nby = [\"member\"]");
    assert_eq!(keys(&unknown), ["drivers.unknown"]);
    let same = explained(&self::world(BEFORE, BEFORE), "metric = \"sum\"\nby = [\"member\"]");
    assert_eq!(keys(&same), ["drivers.still"]);
}

#[test]
fn a_factor_of_zero_is_shared_out_by_the_mean_over_all_orders() {
    let before: Side<'_> = &[("a", 0.0, 5.0)];
    let world = world(before, &[("a", 4.0, 10.0)]);
    world.metric("product", "up", "formula = \"sum * sum_weight\"");
    let found = explained(&world, "metric = \"product\"\nfactors = [\"sum\", \"sum_weight\"]");
    assert_eq!(notes(&found), ["drivers.shapley"]);
    adds_up(&found);
    // By hand: 0·5 to 4·10; the first factor adds 4 × 7.5, the second 5 × 2.
    assert_eq!(number(&told(&found, "drivers.factor")[0].message, "effect"), 30.0);
}

#[test]
fn a_single_member_explains_nothing() {
    let world = world(&[("north", 700.0, 70.0)], &[("north", 300.0, 60.0)]);
    for settings in [
        "metric = \"sum\"\nby = [\"member\"]",
        "metric = \"sum_rate\"\nby = [\"member\"]\nweight = \"sum_weight\"",
    ] {
        assert_eq!(keys(&explained(&world, settings)), ["drivers.fell"]);
    }
}
