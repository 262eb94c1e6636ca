//! Shares are of a positive whole without negative members; a single member leads nothing.

use super::world::{Row, World, day, keys, of, section, tables};
use model::report::{Block, Cell, Section};

/// The breakdown of a day's sum by members.
fn broken_down(members: &[(&str, f64)]) -> Section {
    let world = World::new("30 6 * * *");
    let row = |place| {
        move |&(member, value): &(&'static str, f64)| Row {
            day: day(place),
            member,
            value: value * (place + 1) as f64,
            weight: 1.0,
        }
    };
    let members: Vec<(&'static str, f64)> =
        members.iter().map(|(name, value)| (&*(*name).to_owned().leak(), *value)).collect();
    let rows: Vec<Row<'_>> =
        (0..2).flat_map(|place| members.iter().map(row(place)).collect::<Vec<_>>()).collect();
    world.rows("sum", "daily", &rows);
    let settings = "metrics = [\"sum\"]\nby = \"member\"";
    let report = world.report(&[section("s", "channels", settings)], day(2));
    of(&report, "s").clone()
}

/// The shares of the rows, the total's last.
fn shares(found: &Section) -> Vec<Option<f64>> {
    let share = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(model::number::Number::to_f64),
        other => panic!("no figure: {other:?}"),
    };
    tables(found)[0].rows.iter().map(|row| share(&row.cells[3])).collect()
}

#[test]
fn shares_are_of_a_positive_whole() {
    let found = broken_down(&[("north", 30.0), ("south", 10.0)]);
    assert_eq!(shares(&found), [Some(0.75), Some(0.25), Some(1.0)]);
    assert_eq!(keys(&found), ["channels.leader", "channels.mover_up"]);
}

#[test]
fn a_negative_member_leaves_no_shares() {
    for members in [[("north", 30.0), ("south", -40.0)], [("north", 30.0), ("south", -10.0)]] {
        let found = broken_down(&members);
        assert_eq!(shares(&found), [None, None, None], "{members:?}");
        assert_eq!(keys(&found)[0], "channels.leader_plain");
    }
}

#[test]
fn a_single_member_leads_nothing() {
    let found = broken_down(&[("north", 30.0)]);
    assert_eq!(keys(&found), Vec::<&str>::new());
    assert_eq!(shares(&found), [Some(1.0), Some(1.0)]);
}

/// The figures of the first metric and their changes, row by row.
fn values(found: &Section) -> Vec<(Option<f64>, Option<f64>)> {
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(model::number::Number::to_f64),
        Cell::Change { change, .. } => *change,
        other => panic!("no figure: {other:?}"),
    };
    let rows = tables(found)[0].rows.iter();
    rows.map(|row| (value(&row.cells[1]), value(&row.cells[2]))).collect()
}

#[test]
fn small_members_share_a_row_and_the_table_adds_up() {
    let names: Vec<String> = (1..=12).map(|size| format!("m{size:02}")).collect();
    let members: Vec<(&str, f64)> =
        names.iter().enumerate().map(|(at, name)| (name.as_str(), (at + 1) as f64)).collect();
    let found = broken_down(&members);
    // Each has twice what it had the day before: 12 to 5 are named, 1 to 4 are together.
    let rows = values(&found);
    assert_eq!(rows.len(), 8 + 1 + 1);
    assert_eq!((rows[0], rows[8]), ((Some(24.0), Some(1.0)), (Some(20.0), Some(1.0))));
    let all: f64 = rows[..9].iter().filter_map(|row| row.0).sum();
    assert_eq!((Some(all), Some(156.0)), (rows[9].0, rows[9].0));
    assert_eq!(shares(&found)[8], Some(20.0 / 156.0));
    let name = format!("{:?}", tables(&found)[0].rows[8].cells[0]);
    assert!(name.contains("4 others") && name.contains("其余4项"), "{name}");
    assert!(tables(&found)[0].note.is_none());
    let chart = found.blocks.iter().find_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    });
    let chart = chart.expect("a chart");
    assert_eq!((chart.ticks.len(), chart.series[0].values.len()), (9, 9));
    let rest = chart.series.iter().map(|series| series.values[8]);
    assert_eq!(rest.collect::<Vec<_>>(), [Some(20.0), Some(10.0)], "this day and the one before");
    let names = format!("{:?} {:?}", chart.ticks[8], chart.alternative);
    assert_eq!(names.matches("4 others").count(), 2, "{names}");
}
