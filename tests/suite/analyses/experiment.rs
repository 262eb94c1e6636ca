//! Trials with few people, each counted by hand: who counts, when it is read, and what may be called.

use super::world::{World, day, keys, notes, number, of, section, tables, told};
use model::report::{Argument, Cell, Message, Report, Section, Verdict};
use std::fmt::Write;

/// People who saw a version on a day and bought on the day after, or not at all.
struct Town {
    seen: String,
    bought: String,
}

impl Town {
    fn new() -> Self {
        Self { seen: "day,person,version\n".into(), bought: "day,person,amount\n".into() }
    }

    /// `people` of a version on a day, of whom `buyers` buy for 10 on the day after.
    fn add(&mut self, version: &str, at: usize, people: usize, buyers: usize) {
        for person in 0..people {
            let _ = writeln!(self.seen, "{},{version}{at}-{person},{version}", day(at));
            if person < buyers {
                let _ = writeln!(self.bought, "{},{version}{at}-{person},10", day(at + 1));
            }
        }
    }

    fn report(&self, settings: &str, at: usize) -> Report {
        let world = World::new("30 6 * * *");
        let person = "person = { type = \"text\" }\n";
        world.raw("seen", &format!("{person}version = {{ type = \"text\" }}\n"), &self.seen);
        let amount = "amount = { type = \"decimal\", scale = 2 }\n";
        world.raw("bought", &format!("{person}{amount}"), &self.bought);
        world.report(&[section("trial", "experiment", settings)], day(at))
    }
}

const EXPOSURES: &str = "exposures = { dataset = \"seen\", person = \"person\", version = \"version\" }\n\
                         control = \"old\"\nstart = \"2024-01-11\"\n";

fn outcome(id: &str, rest: &str) -> String {
    format!(
        "[[section.outcome]]\nlabel = {{ en = \"{id}\", zh-CN = \"{id}\" }}\n\
         acts = {{ dataset = \"bought\", person = \"person\" }}\n{rest}\n"
    )
}

fn settings(plan: &str) -> String {
    format!("{EXPOSURES}window = 2\nplan = {plan}\n{}", outcome("buyers", "kind = \"rate\""))
}

/// 20 of 100 buy with the old version and 40 of 100 with the new one.
fn clear() -> Town {
    let mut town = Town::new();
    town.add("old", 10, 100, 20);
    town.add("new", 10, 100, 40);
    town
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 5e-5, "{found} instead of {wanted}");
}

#[test]
fn a_clear_win_is_called_by_the_rule_with_the_interval_of_wald() {
    let report = clear().report(&settings("{ read = \"once\", people = 200 }"), 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial), ["experiment.win", "experiment.worth"]);
    assert_eq!(trial.findings[0].verdict, Verdict::Good);
    let message = &trial.findings[0].message;
    // 0.4 − 0.2, ± 1.959964 · √(0.2 · 0.8 / 100 + 0.4 · 0.6 / 100) = 0.123959.
    near(number(message, "difference"), 0.2);
    near(number(message, "low"), 0.076041);
    near(number(message, "high"), 0.323959);
    near(number(&trial.findings[1].message, "worth"), 200.0);
}

#[test]
fn nothing_is_shown_before_it_is_time() {
    let report = clear().report(&settings("{ read = \"once\", people = 300 }"), 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial), ["experiment.running"]);
    // Only the split: no outcome by version.
    assert_eq!(tables(trial).len(), 1);
    assert_eq!(
        keys(of(&clear().report(&settings("{ read = \"anytime\" }"), 10), "trial")),
        ["experiment.not_begun"]
    );
}

#[test]
fn an_uneven_split_declares_nothing_whatever_the_difference() {
    let mut town = Town::new();
    town.add("old", 10, 140, 20);
    town.add("new", 10, 90, 60);
    let trial = town.report(&settings("{ read = \"anytime\" }"), 20);
    let trial = of(&trial, "trial");
    // χ² = 2 · 25² / 115 = 10.87, p 0.00098.
    assert_eq!(keys(trial), ["experiment.not_sound", "experiment.shown"]);
    near(number(&trial.findings[0].message, "p"), 0.000978);
    // The same numbers where so was agreed are sound.
    let mut agreed = settings("{ read = \"anytime\" }");
    agreed.insert_str(0, "shares = { old = 14, new = 9 }\n");
    assert_eq!(keys(of(&town.report(&agreed, 20), "trial"))[0], "experiment.win");
}

#[test]
fn who_saw_two_versions_is_left_out_and_too_many_of_them_spoil_it() {
    let mut town = clear();
    let _ = writeln!(town.seen, "{},both-1,old\n{},both-1,new", day(10), day(11));
    let _ = writeln!(town.seen, "{},,old", day(10));
    let report = town.report(&settings("{ read = \"anytime\", people = 200 }"), 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial)[0], "experiment.win");
    let said = notes(trial);
    assert!(said.contains(&"experiment.left_twice") && said.contains(&"experiment.left_strange"));
    // 3 of 203 are more than one in a hundred.
    let _ = writeln!(
        town.seen,
        "{0},both-2,old\n{0},both-2,new\n{0},both-3,old\n{0},both-3,new",
        day(11)
    );
    let report = town.report(&settings("{ read = \"anytime\", people = 200 }"), 20);
    assert_eq!(keys(of(&report, "trial")), ["experiment.twice", "experiment.shown"]);
}

#[test]
fn what_was_bought_before_or_after_the_days_that_count_does_not() {
    let mut town = clear();
    for person in 50..90 {
        // The day before, and the third day after: the day itself and two more count.
        let _ = writeln!(town.bought, "{},old10-{person},10", day(9));
        let _ = writeln!(town.bought, "{},old10-{person},10", day(13));
    }
    // Seen so late that the days are not over.
    town.add("old", 18, 30, 30);
    town.add("new", 18, 30, 0);
    let report = town.report(&settings("{ read = \"anytime\", people = 200 }"), 20);
    let trial = of(&report, "trial");
    near(number(&told(trial, "experiment.win")[0].message, "base"), 0.2);
    assert!(notes(trial).contains(&"experiment.left_waiting"));
    // A day later they are over, and the old version does better: 50 of 130 against 40 of 130.
    let report = town.report(&settings("{ read = \"anytime\", people = 200 }"), 21);
    near(number(&told(of(&report, "trial"), "experiment.open")[0].message, "base"), 50.0 / 130.0);
}

#[test]
fn a_planned_look_needs_more_than_a_single_reading() {
    let plan = "{ read = \"looks\", on = [\"2024-01-20\", \"2024-02-20\"], people = 400 }";
    // z = 0.16 / √(0.28 · 0.72 · 0.02) = 2.5198: enough once (1.96), not at half of the people (2.9626).
    let mut town = Town::new();
    town.add("old", 10, 100, 20);
    town.add("new", 10, 100, 36);
    assert_eq!(keys(of(&town.report(&settings(plan), 20), "trial"))[0], "experiment.open");
    let once = settings("{ read = \"once\", people = 200 }");
    assert_eq!(keys(of(&town.report(&once, 20), "trial"))[0], "experiment.win");
    // z = 0.2 / √(0.3 · 0.7 · 0.02) = 3.0861 is enough, and stays called when more people come.
    let mut town = clear();
    town.add("old", 25, 100, 40);
    town.add("new", 25, 100, 20);
    assert_eq!(keys(of(&town.report(&settings(plan), 60), "trial"))[0], "experiment.win");
}

#[test]
fn harm_elsewhere_is_told_beside_the_win() {
    let town = clear();
    let guard = outcome(
        "spend",
        "kind = \"mean\"\nvalue = \"amount\"\ndirection = \"down\"\nunit = \"money:USD\"",
    );
    let all = format!("{}{guard}", settings("{ read = \"once\", people = 200 }"));
    let report = town.report(&all, 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial), ["experiment.win", "experiment.worth", "experiment.harm"]);
    // 4 against 2 for each person.
    near(number(&told(trial, "experiment.harm")[0].message, "difference"), 2.0);
}

#[test]
fn too_few_people_show_nothing() {
    let mut town = Town::new();
    town.add("old", 10, 4, 1);
    town.add("new", 10, 50, 9);
    let report = town.report(&settings("{ read = \"anytime\" }"), 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial), ["experiment.few"]);
    assert!(trial.blocks.is_empty());
}

#[test]
fn what_people_did_before_takes_noise_away() {
    let mut town = Town::new();
    for person in 0..60 {
        for (version, added) in [("old", 0), ("new", 1)] {
            let before = 10 * (person % 10) + 5;
            let _ = writeln!(town.seen, "{},{version}{person},{version}", day(10));
            let _ = writeln!(town.bought, "{},{version}{person},{before}", day(8));
            let after = before + added + person % 3;
            let _ = writeln!(town.bought, "{},{version}{person},{after}", day(11));
        }
    }
    let spend = outcome("spend", "kind = \"mean\"\nvalue = \"amount\"");
    let all = |before: &str| {
        format!("{EXPOSURES}{before}plan = {{ read = \"once\", people = 120 }}\n{spend}")
    };
    // The difference is 1 and people differ by tens: lost in noise, and plain once that is taken away.
    assert_eq!(keys(of(&town.report(&all(""), 20), "trial"))[0], "experiment.open");
    let report = town.report(&all("before = 7\n"), 20);
    let trial = of(&report, "trial");
    assert_eq!(keys(trial)[0], "experiment.win");
    near(number(&trial.findings[0].message, "difference"), 1.0);
    assert!(notes(trial).contains(&"experiment.adjusted"));
}

#[test]
fn adjusted_values_stand_beside_the_adjusted_difference() {
    let mut town = Town::new();
    for person in 0..60 {
        for (version, more, added) in [("old", 0, 0), ("new", 10, 1)] {
            let before = 10 * (person % 10) + 5 + more;
            let after = before + added + person % 3;
            let _ = writeln!(town.seen, "{},{version}{person},{version}", day(10));
            let _ = writeln!(town.bought, "{},{version}{person},{before}", day(8));
            let _ = writeln!(town.bought, "{},{version}{person},{after}", day(11));
        }
    }
    let spend = outcome("spend", "kind = \"mean\"\nvalue = \"amount\"");
    let all = format!("{EXPOSURES}before = 7\nplan = {{ read = \"once\", people = 120 }}\n{spend}");
    let report = town.report(&all, 20);
    let message = &of(&report, "trial").findings[0].message;
    // 51 and 62 as they are; before 50 and 60, 55 together, and the slope is 1: 51 + 5 and 62 − 5.
    near(number(message, "base"), 56.0);
    near(number(message, "value"), 57.0);
    near(number(message, "difference"), 1.0);
}

/// The headings of intervals, in the order of the tables.
fn intervals(trial: &Section) -> Vec<&str> {
    let headings = tables(trial).into_iter().flat_map(|table| &table.columns);
    headings.map(|one| one.label.en.as_str()).filter(|name| name.contains("interval")).collect()
}

#[test]
fn every_interval_is_labelled_with_its_own_confidence() {
    let mut town = clear();
    town.add("third", 10, 100, 41);
    let report = town.report(&settings("{ read = \"once\", people = 300 }"), 20);
    let trial = of(&report, "trial");
    near(number(&trial.findings[0].message, "level"), 0.95);
    // 1 − 0.05 / 2 of two comparisons.
    assert_eq!(intervals(trial), ["95% interval", "97.5% interval"]);
    let plan = "{ read = \"looks\", on = [\"2024-01-20\", \"2024-02-20\"], people = 600 }";
    let report = town.report(&settings(plan), 20);
    let trial = of(&report, "trial");
    near(number(&trial.findings[0].message, "level"), 0.975);
    assert_eq!(intervals(trial), ["97.5% interval", "97.5% interval"]);
}

/// How many decimals a value of a sentence has.
fn decimals(message: &Message, name: &str) -> Option<u32> {
    match &message.arguments[name] {
        Argument::Value { format, .. } => format.decimals,
        other => panic!("`{name}` is no value: {other:?}"),
    }
}

#[test]
fn no_more_digits_are_told_than_the_interval_knows() {
    let mut town = Town::new();
    town.add("old", 10, 100, 20);
    town.add("new", 10, 201, 40);
    let spend = outcome("spend", "kind = \"mean\"\nvalue = \"amount\"\nunit = \"money:USD\"");
    let all = format!(
        "{EXPOSURES}shares = {{ old = 100, new = 201 }}\nplan = {{ read = \"once\", people = 301 }}\n{spend}"
    );
    let report = town.report(&all, 20);
    let trial = of(&report, "trial");
    // 1.990 − 2 = −0.00995, which would take three decimals; the interval is about ± 0.96.
    let message = &told(trial, "experiment.open")[0].message;
    for name in ["value", "base", "difference", "low", "high"] {
        assert_eq!(decimals(message, name), Some(2), "{name}");
    }
    // People are split exactly as agreed: 100%, not 100.00%.
    let notes = tables(trial).into_iter().filter_map(|table| table.note.as_ref());
    let split = notes.into_iter().find(|note| note.key == "experiment.split_sound");
    assert_eq!(decimals(split.expect("a split"), "p"), Some(0));
}

#[test]
fn a_belief_is_never_told_as_certain() {
    let mut town = Town::new();
    town.add("old", 10, 100, 10);
    town.add("new", 10, 100, 60);
    let report = town.report(&settings("{ read = \"once\", people = 200 }"), 20);
    // 0.5 / √(0.1 · 0.9 / 100 + 0.6 · 0.4 / 100) is 8.7 standard errors.
    let table = tables(of(&report, "trial"))[0];
    let Some(Cell::Message(chance)) = table.rows[1].cells.last() else { panic!("{table:?}") };
    assert_eq!(chance.key, "experiment.more");
    near(number(chance, "chance"), 0.999);
}
