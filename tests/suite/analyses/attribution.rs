//! Conversions are shared out among the touches before them, and the models stand beside each other.

use super::world::{World, charts, day, keys, names, notes, number, of, section, tables, told};
use model::report::{Block, Cell, Section, Table};
use std::fmt::Write;

const TEXT: &str = "type = \"text\"";
const MONEY: &str = "type = \"money\", currency = \"CNY\"";

const SETTINGS: &str = "grain = \"month\"\nchannel = \"channel\"\nlookback = 20\n\
    value = \"amount\"\nunit = \"money:CNY\"\n\
    touches = { dataset = \"touches\", person = \"who\" }\n\
    conversions = { dataset = \"sales\", person = \"who\" }";

/// What happened: rows of both datasets.
#[derive(Default)]
struct Acts {
    touches: String,
    sales: String,
}

impl Acts {
    /// A person's touches and sales, by place of the day: January has the places 0 to 30.
    fn person(&mut self, who: &str, touches: &[(usize, &str)], sales: &[(usize, &str)]) {
        for (place, channel) in touches {
            let _ = writeln!(self.touches, "{},{who},{channel}", day(*place));
        }
        for (place, amount) in sales {
            let _ = writeln!(self.sales, "{},{who},{amount}", day(*place));
        }
    }

    fn world(&self) -> World {
        let world = World::new("30 6 * * *");
        world.table("touches", &[("who", TEXT), ("channel", TEXT)], &self.touches);
        world.table("sales", &[("who", TEXT), ("amount", MONEY)], &self.sales);
        world
    }

    /// January's section.
    fn shared_out(&self, more: &str) -> Section {
        let settings = format!("{SETTINGS}\n{more}");
        let report = self.world().report(&[section("s", "attribution", &settings)], day(31));
        of(&report, "s").clone()
    }
}

/// The published example of three paths (one converts): C1 C2 C3 converts, C1 comes to nothing, C2 C3 comes to nothing.
fn three_paths(times: usize) -> Acts {
    let mut acts = Acts::default();
    for time in 0..times {
        let touches = [(10, "C1"), (17, "C2"), (24, "C3")];
        acts.person(&format!("a{time}"), &touches, &[(24, "10.00")]);
        acts.person(&format!("b{time}"), &touches[..1], &[]);
        acts.person(&format!("c{time}"), &touches[1..], &[]);
    }
    acts
}

fn rows(table: &Table) -> Vec<(String, Vec<f64>)> {
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(|value| value.to_f64()),
        _ => None,
    };
    let row = |row: &model::report::Row| match &row.cells[0] {
        Cell::Label(label) => (label.en.clone(), row.cells.iter().filter_map(value).collect()),
        other => panic!("no name: {other:?}"),
    };
    table.rows.iter().map(row).collect()
}

#[track_caller]
fn shows(table: &Table, expected: &[(&str, &[f64])]) {
    let found = rows(table);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (name, values) in expected {
        let (_, row) = found.iter().find(|(label, _)| label == name).expect(name);
        let near =
            row.len() == values.len() && row.iter().zip(*values).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!(near, "{name}: {row:?} is not {values:?}");
    }
}

#[test]
fn seven_models_share_out_the_same_conversions() {
    let found = three_paths(30).shared_out("");
    // Of 90 ways 30 convert: start leads to C1 in 2/3, C1 to C2 in 1/2, C3 to a conversion in 1/2. Without C1 1/6
    // convert, without C2 or C3 none: effects 1/2, 1, 1, shares 1/5, 2/5, 2/5.
    shows(
        tables(&found)[0],
        &[("C1", &[6.0, 0.2, 60.0]), ("C2", &[12.0, 0.4, 120.0]), ("C3", &[12.0, 0.4, 120.0])],
    );
    // First, last, equal, position, decay (ages 14, 7 and 0 days weigh 1, 2 and 4), Markov, Shapley.
    let third = 1.0 / 3.0;
    shows(
        tables(&found)[1],
        &[
            ("C1", &[1.0, 0.0, third, 0.4, 1.0 / 7.0, 0.2, third]),
            ("C2", &[0.0, 0.0, third, 0.2, 2.0 / 7.0, 0.4, third]),
            ("C3", &[0.0, 1.0, third, 0.4, 4.0 / 7.0, 0.4, third]),
        ],
    );
    assert_eq!(keys(&found), ["attribution.leader_close", "attribution.opener"]);
    let leader = &found.findings[0].message;
    assert_eq!((names(leader, "channel"), number(leader, "low")), (vec!["C2".to_owned()], 0.0));
    assert_eq!(number(leader, "conversions"), 30.0);
    assert_eq!(names(&found.findings[1].message, "channel"), ["C1"]);
    let chart = charts(&found)[0];
    let last = |series: usize| chart.series[series].values[2].unwrap();
    assert_eq!((chart.ticks.len(), last(1), last(2)), (3, 0.0, 1.0));
}

#[test]
fn a_path_begins_with_the_look_back_or_the_conversion_before() {
    let mut acts = Acts::default();
    for person in 0..30 {
        // Twenty days back counts, twenty-one does not; what led to a conversion leads to no second one.
        let touches = [(4, "too old"), (5, "old"), (25, "young"), (28, "second")];
        acts.person(&format!("p{person}"), &touches, &[(25, "1.00"), (29, "2.00")]);
    }
    // Who converted before the period has used up their touches; who converts after it counts as nothing yet.
    acts.person("before", &[(0, "gone")], &[]);
    acts.person("after", &[(30, "late")], &[(31, "5.00")]);
    let found = acts.shared_out("model = \"linear\"");
    let shared = rows(tables(&found)[0]);
    let of = |name: &str| shared.iter().find(|(label, _)| label == name).map(|(_, row)| row[0]);
    assert_eq!(of("old"), Some(15.0));
    assert_eq!(of("young"), Some(15.0));
    assert_eq!(of("second"), Some(30.0));
    // "too old", "gone" and "late" led to nothing.
    assert_eq!(of("Other channels"), Some(0.0));
    assert_eq!(shared.len(), 4);
}

#[test]
fn a_channel_of_a_few_people_is_not_shown_by_itself() {
    let mut acts = three_paths(30);
    for person in 0..4 {
        acts.person(&format!("few{person}"), &[(8, "rare")], &[(9, "777.77")]);
    }
    let found = acts.shared_out("");
    let shown = rows(tables(&found)[0]);
    let names: Vec<&str> = shown.iter().map(|(name, _)| name.as_str()).collect();
    // With four people alone the smallest of the others goes with them.
    assert!(!names.contains(&"rare"), "{names:?}");
    assert_eq!((names.len(), names.last()), (3, Some(&"Other channels")), "{names:?}");
}

#[test]
fn what_cannot_be_shared_out_is_counted() {
    let mut acts = three_paths(30);
    acts.person("untouched", &[], &[(9, "7.00")]);
    acts.person("unvalued", &[(8, "C1")], &[(9, "")]);
    acts.person("", &[(9, "C2"), (10, "C3")], &[(11, "1.00")]);
    let found = acts.shared_out("");
    let expected = [
        "attribution.method",
        "attribution.untouched",
        "attribution.nobodys",
        "attribution.unvalued",
    ];
    assert_eq!(notes(&found), expected);
    let counts: Vec<f64> = found
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Note(note) if note.key != "attribution.method" => Some(number(note, "count")),
            _ => None,
        })
        .collect();
    assert_eq!(counts, [1.0, 3.0, 1.0]);
    assert_eq!(number(&found.findings[0].message, "conversions"), 31.0);
}

#[test]
fn a_channel_is_called_dear_only_if_it_is_by_every_model() {
    let acts = three_paths(30);
    let cost = |c1: f64| {
        let world = acts.world();
        world.table(
            "costs",
            &[("place", TEXT), ("amount", MONEY)],
            &format!("{0},C1,{c1}\n{0},C3,300\n{0},radio,5\n", day(3)),
        );
        world.metric("cost", "down", "dataset = \"costs\"\nmeasure = \"sum(amount)\"");
        let settings = format!("{SETTINGS}\ncost = \"cost\"\ncost_by = \"place\"");
        let report = world.report(&[section("s", "attribution", &settings)], day(31));
        of(&report, "s").clone()
    };
    // C1 gets all 30 by first touch: 900 would be 30 each, and 1,200 over 18 by Markov are 66.7.
    assert!(told(&cost(900.0), "attribution.dearest").is_empty());
    // 9,000 are 300 each at least, against 9,300 / 18 = 516.7: still not dear by every model.
    assert!(told(&cost(9000.0), "attribution.dearest").is_empty());
    let found = cost(600.0);
    shows(
        tables(&found)[0],
        &[
            ("C1", &[6.0, 0.2, 60.0, 600.0, 100.0]),
            ("C2", &[12.0, 0.4, 120.0]),
            ("C3", &[12.0, 0.4, 120.0, 300.0, 25.0]),
        ],
    );
    assert!(notes(&found).contains(&"attribution.cost_unmatched"), "{:?}", notes(&found));
}

#[test]
fn a_dear_channel_is_told_with_the_least_that_a_conversion_cost() {
    let mut acts = Acts::default();
    for person in 0..30 {
        acts.person(&format!("x{person}"), &[(8, "X")], &[(9, "1.00")]);
        acts.person(&format!("y{person}"), &[(8, "Y")], &[(9, "1.00")]);
    }
    let world = acts.world();
    let costs = format!("{0},X,300\n{0},Y,3000\n", day(3));
    world.table("costs", &[("place", TEXT), ("amount", MONEY)], &costs);
    world.metric("cost", "down", "dataset = \"costs\"\nmeasure = \"sum(amount)\"");
    let settings = format!("{SETTINGS}\ncost = \"cost\"\ncost_by = \"place\"");
    let report = world.report(&[section("s", "attribution", &settings)], day(31));
    let found = of(&report, "s");
    // 3,000 for 30 conversions, against 3,300 for 60.
    let dear = &told(found, "attribution.dearest")[0].message;
    assert_eq!((names(dear, "channel"), number(dear, "each")), (vec!["Y".to_owned()], 100.0));
    assert_eq!(number(dear, "all"), 55.0);
}

#[test]
fn too_few_conversions_are_not_shared_out() {
    let found = three_paths(29).shared_out("");
    assert_eq!(keys(&found), ["attribution.few"]);
    assert_eq!(number(&found.findings[0].message, "conversions"), 29.0);
    assert!(tables(&found).is_empty());
}
