//! Funnels over hand-made rows: the figures are counted by hand.

use super::world::{World, charts, day, keys, names, notes, number, of, section, tables, told};
use model::report::{Cell, Report, Section, Table, Verdict};
use std::fmt::Write;

/// Steps of shop visits; `settings` come before them.
pub(super) fn steps(settings: &str, steps: &[&str]) -> String {
    let step = |name: &&str| {
        format!(
            "[[section.step]]\nlabel = {{ en = \"{name}\", zh-CN = \"{name}\" }}\n\
             dataset = \"visits\"\nperson = \"person\"\nat = \"at\"\nwhere = \"event = '{name}'\"\n"
        )
    };
    format!("{settings}\n{}", steps.iter().map(step).collect::<String>())
}

/// The rows of visits.
#[derive(Default)]
pub(super) struct Visits {
    csv: String,
    people: usize,
}

impl Visits {
    /// So many new people who did all this: `01-05 10:00 view`.
    fn did(&mut self, people: usize, medium: &str, acts: &[&str]) {
        for _ in 0..people {
            self.people += 1;
            let person = format!("p{:04}", self.people);
            self.row(&person, medium, acts);
        }
    }

    fn row(&mut self, person: &str, medium: &str, acts: &[&str]) {
        for act in acts {
            let (at, event) = act.rsplit_once(' ').unwrap();
            let year = if at.starts_with("12") { 2023 } else { 2024 };
            let amount = if medium == "mail" { "100" } else { "50" };
            let _ = writeln!(self.csv, "{person},{year}-{at},{event},{medium},{amount}");
        }
    }

    pub(super) fn world(&self) -> World {
        let world = World::new("30 6 * * *");
        world.dataset(
            "visits",
            "[time]\ncolumn = \"at\"\nexpected = \"irregular\"\n[columns]\n\
             person = { type = \"text\" }\n\
             at = { type = \"timestamp\", required = true, format = [\"%Y-%m-%d %H:%M\"] }\n\
             event = { type = \"text\", required = true }\nmedium = { type = \"text\" }\n\
             amount = { type = \"money\", currency = \"CNY\" }\n",
            &format!("person,at,event,medium,amount\n{}", self.csv),
        );
        world
    }
}

/// January's visitors, 105 of them counted, and December's 100.
fn january() -> Visits {
    let mut visits = Visits::default();
    let view_cart = ["01-08 09:00 view", "01-08 09:30 cart"];
    visits.did(20, "mail", &["01-05 10:00 view", "01-05 10:10 cart", "01-06 10:10 buy"]);
    visits.did(30, "search", &view_cart);
    visits.did(40, "search", &["01-10 12:00 view"]);
    visits.did(4, "post", &["01-12 12:00 view"]);
    visits.did(6, "portal", &["01-13 08:00 view", "01-13 08:10 cart", "01-13 09:10 buy"]);
    // The cart lies beyond the seven days, or before the view.
    visits.did(3, "search", &["01-05 10:00 view", "01-20 10:00 cart"]);
    visits.did(2, "search", &["01-03 10:00 cart", "01-04 10:00 view"]);
    // February's are not January's.
    visits.did(5, "search", &["02-03 10:00 view"]);
    // Still under way on the fifth of February: three, and two that have come through already.
    visits.did(3, "search", &["01-31 23:00 view"]);
    visits.did(2, "search", &["01-31 23:00 view", "01-31 23:10 cart", "02-01 09:00 buy"]);
    visits.row("", "search", &["01-05 10:00 view", "01-05 10:00 cart"]);
    visits.did(20, "mail", &["12-01 10:00 view", "12-01 10:10 cart", "12-01 11:10 buy"]);
    visits.did(50, "mail", &["12-02 10:00 view", "12-02 10:10 cart"]);
    visits.did(30, "mail", &["12-03 10:00 view"]);
    visits
}

const SETTINGS: &str = "grain = \"month\"\nwindow = { days = 7 }\nby = \"medium\"\n\
                        value = { of = \"amount\", unit = \"money:CNY\" }";

/// A row of the steps, the times or the segments.
fn cells(section: &Section, table: usize, row: usize) -> &[Cell] {
    &kept(section)[table].rows[row].cells
}

fn kept(section: &Section) -> Vec<&Table> {
    tables(section).into_iter().filter(|table| !is_of_changes(table)).collect()
}

fn is_of_changes(table: &Table) -> bool {
    table.title.en == "Against the period before"
}

/// A row of the changes.
fn changes(section: &Section, row: usize) -> &[Cell] {
    let table = tables(section).into_iter().find(|table| is_of_changes(table));
    &table.expect("changes").rows[row].cells
}

fn figure(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.map(|value| value.to_f64())
        }
        other => panic!("no figure: {other:?}"),
    }
}

fn key(cell: &Cell) -> (&str, Option<f64>) {
    let Cell::Message(message) = cell else { panic!("no sentence: {cell:?}") };
    let value = message.arguments.contains_key("value").then(|| number(message, "value"));
    (&message.key, value)
}

/// The people at each step.
pub(super) fn reached(section: &Section) -> Vec<f64> {
    let chart = charts(section)[0];
    chart.series[0].values.iter().map(|value| value.unwrap()).collect()
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 5e-5, "{found}, expected {expected}");
}

fn funnel_of_january() -> Report {
    let world = january().world();
    world.report(&[section("f", "funnel", &steps(SETTINGS, &["view", "cart", "buy"]))], day(35))
}

#[test]
fn steps_count_in_order_within_the_window_of_those_whose_time_is_over() {
    let report = funnel_of_january();
    let found = of(&report, "f");
    // 20 + 30 + 40 + 4 + 6 + 3 + 2 entered; 20 + 30 + 6 went on; 20 + 6 bought.
    assert_eq!(reached(found), [105.0, 56.0, 26.0]);
    let conclusion = &told(found, "funnel.conclusion_worth")[0].message;
    near(number(conclusion, "rate"), 26.0 / 105.0);
    // Wilson's interval of 26 of 105, by hand in Python.
    near(number(conclusion, "low"), 0.174950);
    near(number(conclusion, "high"), 0.338103);
    assert_eq!(
        (names(conclusion, "from"), names(conclusion, "to")),
        (vec!["view".into()], vec!["cart".into()])
    );
    assert_eq!(number(conclusion, "lost"), 49.0);
    near(number(conclusion, "share"), 49.0 / 105.0);
    // A buyer is worth (20 × 100 + 6 × 50) / 26; of those at the cart 26 of 56 buy: 49 × 2300 / 56.
    near(number(conclusion, "worth"), 2012.5);
    let under_way = "funnel.under_way";
    assert_eq!(notes(found), [under_way, "funnel.nobodys"]);
    let Some(model::report::Block::Note(note)) = found.blocks.get(5) else { panic!("no note") };
    assert_eq!((number(note, "count"), number(note, "finished")), (5.0, 2.0));
}

#[test]
fn rates_are_marked_only_where_their_change_leaves_out_zero() {
    let report = funnel_of_january();
    let found = of(&report, "f");
    // December: 70 of 100 went on, 20 of them bought. Newcombe's method 10, by hand in Python.
    assert_eq!(
        keys(found),
        ["funnel.conclusion_worth", "funnel.step_fell", "funnel.step_rose", "funnel.segment_worse"]
    );
    let fell = &told(found, "funnel.step_fell")[0];
    assert_eq!(fell.verdict, Verdict::Bad);
    let change = &changes(found, 0)[3];
    near(figure(change).unwrap(), -0.166667);
    let Cell::Message(interval) = &changes(found, 0)[4] else { panic!("no interval") };
    let ends = |name: &str| number(interval, name) / 100.0;
    near(ends("low"), -0.291474);
    near(ends("high"), -0.033425);
    // The whole way: 26 of 105 after 20 of 100, from -0.067 to 0.160: no mark.
    let Cell::Difference { figure: whole, verdict } = &changes(found, 2)[3] else { panic!() };
    near(whole.value.unwrap().to_f64(), 0.047619);
    assert_eq!(*verdict, Verdict::Neutral);
}

#[test]
fn times_count_those_under_way_as_waiting() {
    let report = funnel_of_january();
    let found = of(&report, "f");
    // Of 110 at the view 28 went on after 10 minutes and 30 after 30: half of all is at 30 minutes.
    let first = cells(found, 1, 0);
    assert_eq!(key(&first[1]), ("funnel.minutes", Some(30.0)));
    // Of the 56 counted 26 took 10 minutes and 30 took 30.
    assert_eq!(key(&first[2]), ("funnel.minutes", Some(30.0)));
    assert_eq!(figure(&first[3]), Some(3.0));
    // Of 58 at the cart 28 bought: fewer than half. Of the 26 counted, 20 after 24 hours.
    let second = cells(found, 1, 1);
    assert_eq!(key(&second[1]).0, "funnel.not_half");
    assert_eq!(key(&second[2]), ("funnel.hours", Some(24.0)));
    assert_eq!(figure(&second[3]), Some(0.0));
}

#[test]
fn a_small_segment_is_withheld_with_the_next_and_the_others_are_compared() {
    let report = funnel_of_january();
    let found = of(&report, "f");
    // Four came by post: with them the six of the portal are withheld, since the total would tell them.
    let table = kept(found)[2];
    let labels: Vec<String> = table
        .rows
        .iter()
        .map(|row| match &row.cells[0] {
            Cell::Label(label) => label.en.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(labels, ["search", "mail"]);
    let note = table.note.as_ref().unwrap();
    assert_eq!((number(note, "withheld"), number(note, "minimum")), (2.0, 5.0));
    // None of 75 who came by search bought, all 20 by mail did.
    assert_eq!(figure(&table.rows[0].cells[2]), Some(0.0));
    assert_eq!(figure(&table.rows[1].cells[2]), Some(1.0));
    // Search: 30 of 75 go on where 56 of 105 of all do, and none buys.
    let Cell::Message(short) = &table.rows[0].cells[4] else { panic!("no step") };
    assert_eq!(names(short, "step"), ["buy"]);
    near(number(short, "all"), 26.0 / 56.0);
    assert_eq!(table.rows[1].cells[4], Cell::Empty);
    let worse = &told(found, "funnel.segment_worse")[0].message;
    assert_eq!(names(worse, "segment"), ["search"]);
    // The other 30: 20 by mail and 6 of the portal bought, 4 by post did not.
    near(number(worse, "others"), 26.0 / 30.0);
}

#[test]
fn two_tiny_segments_take_a_third_with_them() {
    let mut visits = Visits::default();
    let buys = ["01-05 10:00 view", "01-05 10:10 buy"];
    visits.did(250, "mail", &buys);
    visits.did(250, "mail", &buys[..1]);
    visits.did(20, "search", &buys);
    visits.did(2, "post", &buys);
    visits.did(1, "portal", &buys[..1]);
    let settings = "grain = \"month\"\nwindow = { days = 7 }\nby = \"medium\"";
    let section = section("f", "funnel", &steps(settings, &["view", "buy"]));
    let report = visits.world().report(&[section], day(35));
    let found = of(&report, "f");
    // 523 − 500 − 20 would be the three: with the twenty they are 23, of whom nobody can tell who bought.
    assert_eq!(reached(found), [523.0, 272.0]);
    let table = kept(found)[2];
    assert_eq!(table.rows.len(), 1);
    assert_eq!(figure(&table.rows[0].cells[1]), Some(500.0));
    assert_eq!(number(table.note.as_ref().unwrap(), "withheld"), 3.0);
}

/// Ten who looked, so many of whom bought after five minutes.
fn ten(bought: usize) -> Report {
    let mut visits = Visits::default();
    visits.did(bought, "mail", &["01-05 10:00 view", "01-05 10:05 buy"]);
    visits.did(10 - bought, "mail", &["01-05 10:00 view"]);
    let settings = "grain = \"month\"\nwindow = { days = 7 }\n\
                    value = { of = \"amount\", unit = \"money:CNY\" }";
    let section = section("f", "funnel", &steps(settings, &["view", "buy"]));
    visits.world().report(&[section], day(35))
}

#[test]
fn what_four_spend_and_how_long_they_take_is_not_told() {
    let report = ten(4);
    let found = of(&report, "f");
    assert_eq!(keys(found), ["funnel.conclusion_two"]);
    assert_eq!(notes(found), ["funnel.no_base", "funnel.unpriced"]);
    assert_eq!(key(&cells(found, 1, 0)[1]).0, "funnel.not_half");
    assert_eq!(key(&cells(found, 1, 0)[2]).0, "funnel.few_went");
    let report = ten(5);
    let found = of(&report, "f");
    assert_eq!(notes(found), ["funnel.no_base"]);
    // The other five at 100 each.
    let conclusion = &told(found, "funnel.conclusion_two_worth")[0].message;
    near(number(conclusion, "worth"), 500.0);
    assert_eq!(key(&cells(found, 1, 0)[2]), ("funnel.minutes", Some(5.0)));
}

#[test]
fn nobody_few_too_early_and_all_have_words_of_their_own() {
    let mut visits = Visits::default();
    visits.did(4, "mail", &["01-05 10:00 view", "01-05 10:10 buy"]);
    visits.did(6, "mail", &["01-05 10:00 look", "01-05 10:10 buy"]);
    let world = visits.world();
    let month = "grain = \"month\"\nwindow = { days = 7 }";
    let early = "grain = \"month\"\nwindow = { days = 60 }";
    let sections = [
        section("nobody", "funnel", &steps(month, &["none", "buy"])),
        section("few", "funnel", &steps(month, &["view", "buy"])),
        section("early", "funnel", &steps(early, &["look", "buy"])),
        section("all", "funnel", &steps(month, &["look", "buy"])),
        section("endless", "funnel", &steps("grain = \"month\"", &["look", "buy"])),
    ];
    let report = world.report(&sections, day(35));
    let told = |id: &str| keys(of(&report, id)).join(" ");
    assert_eq!(told("nobody"), "funnel.nobody");
    assert_eq!(told("few"), "funnel.few");
    assert_eq!(told("early"), "funnel.too_early");
    assert_eq!(told("all"), "funnel.all");
    assert_eq!(told("endless"), "funnel.all");
    assert!(of(&report, "few").blocks.is_empty(), "nothing is shown of few");
    assert_eq!(notes(of(&report, "all")), ["funnel.no_base"]);
    assert_eq!(notes(of(&report, "endless")), ["funnel.endless", "funnel.no_base"]);
}

#[test]
fn an_ended_entry_looks_at_the_latest_period_that_is_over() {
    let world = january().world();
    let settings = "grain = \"month\"\nentry = \"ended\"\nwindow = { days = 20 }";
    let section = section("f", "funnel", &steps(settings, &["view", "cart", "buy"]));
    // On the fifth of February the twenty days of January are not over: December's 100 are told.
    let report = world.report(&[section], day(35));
    let found = of(&report, "f");
    assert_eq!(reached(found), [100.0, 70.0, 20.0]);
    // The rows of nobody lie within the twenty days after December.
    assert_eq!(notes(found), ["funnel.ended", "funnel.no_base", "funnel.nobodys"]);
}

#[test]
fn without_a_window_both_periods_are_followed_for_as_long() {
    let mut visits = Visits::default();
    visits.did(10, "mail", &["12-01 10:00 view"]);
    // Bought within the four days after December, and after them.
    visits.did(10, "mail", &["12-01 10:00 view", "01-04 23:00 buy"]);
    visits.did(10, "mail", &["12-01 10:00 view", "01-05 01:00 buy"]);
    visits.did(10, "mail", &["01-20 10:00 view"]);
    visits.did(20, "mail", &["01-20 10:00 view", "02-04 10:00 buy"]);
    let world = visits.world();
    let settings = steps("grain = \"month\"", &["view", "buy"]);
    // On the fifth of February four days have passed since January: 20 of 30 after 10 of 30.
    let report = world.report(&[section("f", "funnel", &settings)], day(35));
    let found = of(&report, "f");
    assert_eq!(reached(found), [30.0, 20.0]);
    near(figure(&changes(found, 0)[3]).unwrap(), 1.0 / 3.0);
    assert_eq!(keys(found), ["funnel.conclusion_two", "funnel.rose"]);
}

#[test]
fn acts_of_two_datasets_meet_by_the_person_and_by_days() {
    let world = World::new("30 6 * * *");
    let mut leads = String::from("lead,made,source\n");
    let mut deals = String::from("lead_no,won\n");
    for lead in 0..20 {
        let _ = writeln!(leads, "l{lead},2024-01-{:02},fair", 2 + lead);
        // Five on the same day, five after ten days, two before the lead was there.
        match lead {
            0..5 => writeln!(deals, "l{lead},2024-01-{:02}", 2 + lead).unwrap(),
            5..10 => writeln!(deals, "l{lead},2024-01-{:02}", 12 + lead).unwrap(),
            10..12 => writeln!(deals, "l{lead},2024-01-01").unwrap(),
            _ => {}
        }
    }
    let date = "{ type = \"date\", required = true, format = [\"%Y-%m-%d\"] }";
    let contract = |column: &str, rest: &str| {
        format!(
            "[time]\ncolumn = \"{column}\"\nexpected = \"irregular\"\n[columns]\n{column} = {date}\n{rest}"
        )
    };
    let text = "{ type = \"text\" }";
    world.dataset("leads", &contract("made", &format!("lead = {text}\nsource = {text}\n")), &leads);
    world.dataset("deals", &contract("won", &format!("lead_no = {text}\n")), &deals);
    let settings = "grain = \"month\"\nwindow = { days = 10 }\n\
        [[section.step]]\nlabel = { en = \"Lead\", zh-CN = \"线索\" }\ndataset = \"leads\"\nperson = \"lead\"\n\
        [[section.step]]\nlabel = { en = \"Won\", zh-CN = \"赢单\" }\ndataset = \"deals\"\nperson = \"lead_no\"\n";
    let report = world.report(&[section("f", "funnel", settings)], day(45));
    let found = of(&report, "f");
    assert_eq!(reached(found), [20.0, 10.0]);
    // Of all 20 half have won after 10 days; of those who won the median is (0 + 10) / 2.
    let times = cells(found, 1, 0);
    assert_eq!(key(&times[1]), ("funnel.days", Some(10.0)));
    assert_eq!(key(&times[2]), ("funnel.days", Some(5.0)));
    assert!(notes(found).contains(&"funnel.by_days"));
}
