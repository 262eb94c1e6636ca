//! Answers of a survey become scores with intervals; what chance may have made is not called a change.

use crate::support::root;

use super::world::{World, charts, day, keys, names, notes, number, of, section, tables, told};
use model::report::{Argument, Cell, Section, Table, Verdict};
use std::fmt::Write;

const TEXT: &str = "type = \"text\"";
const WHOLE: &str = "type = \"integer\"";

const SETTINGS: &str = "grain = \"month\"\nanswers = { dataset = \"replies\", person = \"who\" }\n\
    questions = [{ kind = \"nps\", score = \"mark\" }]";

/// The first days of January and February, which are reported on 1 March.
const JANUARY: usize = 0;
const FEBRUARY: usize = 31;

/// Rows of replies: who, place, mark, ease, weight, one, other, overall, comment.
#[derive(Default)]
struct Replies {
    rows: String,
    count: usize,
}

impl Replies {
    /// So many people of a place who gave a mark in a month.
    fn marks(&mut self, month: usize, place: &str, counts: &[(usize, i32)]) {
        for (people, mark) in counts {
            for _ in 0..*people {
                self.row(month, &format!("{place},{mark},,1,,,,"));
            }
        }
    }

    /// One person's row after the day and the person.
    fn row(&mut self, month: usize, row: &str) {
        self.count += 1;
        let day = day(month + self.count % 28);
        let _ = writeln!(self.rows, "{day},p{},{row}", self.count);
    }

    fn world(&self) -> World {
        let world = World::new("30 6 * * *");
        let columns = [
            ("who", TEXT),
            ("place", TEXT),
            ("mark", WHOLE),
            ("ease", WHOLE),
            ("weight", WHOLE),
            ("one", WHOLE),
            ("other", WHOLE),
            ("overall", WHOLE),
            ("comment", TEXT),
        ];
        world.table("replies", &columns, &self.rows);
        world
    }

    /// February's section.
    fn survey(&self, more: &str) -> Section {
        surveyed(&self.world(), &format!("{SETTINGS}\n{more}"))
    }
}

fn surveyed(world: &World, settings: &str) -> Section {
    let report = world.report(&[section("s", "survey", settings)], day(60));
    of(&report, "s").clone()
}

/// The figures of each row, after its name where it has one.
fn rows(table: &Table) -> Vec<(String, Vec<f64>)> {
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } | Cell::Difference { figure, .. } => {
            figure.value.map(|value| value.to_f64())
        }
        _ => None,
    };
    let name = |cell: &Cell| match cell {
        Cell::Label(label) => label.en.clone(),
        _ => String::new(),
    };
    let row = |row: &model::report::Row| {
        (name(&row.cells[0]), row.cells.iter().filter_map(value).collect())
    };
    table.rows.iter().map(row).collect()
}

fn is_near(found: &[f64], expected: &[f64]) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-4)
}

#[track_caller]
fn says(section: &Section, key: &str, expected: [f64; 3]) {
    let message = &told(section, key)[0].message;
    let found = ["value", "low", "high"].map(|name| number(message, name));
    assert!(is_near(&found, &expected), "{found:?} is not {expected:?}");
}

#[test]
fn a_score_has_its_interval_and_a_fall_beyond_chance_is_told() {
    let mut replies = Replies::default();
    replies.marks(JANUARY, "a", &[(20, 10), (10, 7), (10, 0)]);
    replies.marks(FEBRUARY, "a", &[(10, 9), (10, 8), (20, 6)]);
    let found = replies.survey("");
    // 25 per cent less 50. With three answers added: 10.75 and 20.75 of 43, centre −23.2558, error 12.5612.
    assert_eq!(keys(&found), ["survey.fell"]);
    says(&found, "survey.fell", [-25.0, -47.8754, 1.3638]);
    let fell = &found.findings[0];
    assert_eq!((fell.verdict, number(&fell.message, "difference")), (Verdict::Bad, -50.0));
    assert_eq!(number(&fell.message, "answers"), 40.0);
    let waves = rows(tables(&found)[0]);
    assert_eq!(waves.len(), 2, "months without answers are not shown");
    assert!(is_near(&waves[0].1, &[-25.0, 40.0, -50.0]), "{waves:?}");
    assert!(is_near(&waves[1].1, &[25.0, 40.0]), "{waves:?}");
    assert_eq!(charts(&found)[0].ticks.len(), 2);
}

#[test]
fn a_fall_that_chance_may_have_made_has_no_direction() {
    let mut replies = Replies::default();
    replies.marks(JANUARY, "a", &[(20, 10), (10, 7), (10, 0)]);
    replies.marks(FEBRUARY, "a", &[(18, 10), (10, 7), (12, 0)]);
    let found = replies.survey("");
    // 15 after 25: the difference has an error of 17.9.
    assert_eq!(keys(&found), ["survey.still"]);
    assert_eq!(found.findings[0].verdict, Verdict::Neutral);
    let verdicts = tables(&found)[0].rows.iter().flat_map(|row| &row.cells);
    let judged = verdicts.filter(
        |cell| matches!(cell, Cell::Difference { verdict, .. } if *verdict != Verdict::Neutral),
    );
    assert_eq!(judged.count(), 0);
}

#[test]
fn shares_have_wilson_intervals_on_their_own_scale() {
    let mut replies = Replies::default();
    for (people, ease) in [(30, 5), (10, 4), (3, 9)] {
        for _ in 0..people {
            replies.row(FEBRUARY, &format!("a,,{ease},1,,,,"));
        }
    }
    let question = "questions = [{ kind = \"ces\", score = \"ease\" }]";
    let settings = SETTINGS.replace("questions = [{ kind = \"nps\", score = \"mark\" }]", question);
    let found = surveyed(&replies.world(), &settings);
    // 30 of 40: Wilson (1927) at 95%: 0.5981 to 0.8581. A nine is not on a scale of seven.
    says(&found, "survey.score", [0.75, 0.598_06, 0.858_13]);
    assert!(notes(&found).contains(&"survey.off_scale"), "{:?}", notes(&found));
}

#[test]
fn weighted_answers_count_as_what_they_are_worth() {
    let mut replies = Replies::default();
    for (people, mark, weight) in
        [(20, 10, "2"), (10, 7, "1"), (10, 0, "1"), (4, 0, ""), (1, 0, "0")]
    {
        for _ in 0..people {
            replies.row(FEBRUARY, &format!("a,{mark},,{weight},,,,"));
        }
    }
    let found = replies.survey("weight = \"weight\"");
    // 40 and 10 of a weight of 60; worth 60² / (20 · 4 + 20) = 36: 24.75 and 6.75 of 39, centre 46.1538, error 12.3483.
    says(&found, "survey.score", [50.0, 21.9516, 70.3561]);
    assert!(is_near(&rows(tables(&found)[0])[0].1, &[50.0, 40.0, 25.0, 36.0]));
    let note = |key: &str| {
        let of_key = |block: &model::report::Block| match block {
            model::report::Block::Note(note) if note.key == key => Some(note.clone()),
            _ => None,
        };
        found.blocks.iter().find_map(of_key).expect("a note")
    };
    assert!((number(&note("survey.weighted"), "effect") - 40.0 / 36.0).abs() < 1e-9);
    assert_eq!(number(&note("survey.unweighed"), "count"), 5.0);
}

#[test]
fn margins_are_met_or_nothing_is_said() {
    let mut replies = Replies::default();
    replies.marks(FEBRUARY, "north", &[(30, 10)]);
    let rake = "rake = [{ column = \"place\", shares = { north = \"0.5\", south = \"0.5\" } }]";
    let found = replies.survey(rake);
    assert_eq!(keys(&found), ["survey.unraked"]);
    assert!(tables(&found).is_empty());
    replies.marks(FEBRUARY, "south", &[(10, 0)]);
    replies.marks(FEBRUARY, "east", &[(2, 0)]);
    let found = replies.survey(rake);
    // Weights 2/3 and 2: nobody is ahead. Worth 40² / (30 · 4/9 + 10 · 4) = 30. East is of no known class.
    assert!(is_near(&rows(tables(&found)[0])[0].1, &[0.0, 40.0, 50.0, 30.0]));
    assert!(notes(&found).contains(&"survey.unweighed"));
}

#[test]
fn small_segments_are_put_together_so_that_none_can_be_worked_out() {
    let mut replies = Replies::default();
    replies.marks(FEBRUARY, "large", &[(30, 10), (10, 0)]);
    replies.marks(FEBRUARY, "middle", &[(20, 10), (15, 0)]);
    replies.marks(FEBRUARY, "hidden", &[(3, 0)]);
    let found = replies.survey("by = \"place\"");
    // Three answers would follow from the total: the next smallest goes with them.
    let table = rows(tables(&found)[1]);
    let shown: Vec<(&str, f64)> =
        table.iter().map(|(name, values)| (name.as_str(), values[1])).collect();
    assert_eq!(shown, [("large", 40.0), ("Others together", 38.0)]);
    assert!(!serde_json::to_string(&found).unwrap().contains("hidden"));
    // Six together hide nobody, but are too few for a score; the middle one stands alone again.
    replies.marks(FEBRUARY, "secret", &[(3, 0)]);
    let found = replies.survey("by = \"place\"");
    let table = rows(tables(&found)[1]);
    let shown: Vec<&str> = table.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(shown, ["large", "middle", "Others together"]);
    assert_eq!(table[2].1, [6.0]);
    assert_eq!(charts(&found)[0].ticks.len(), 2);
}

#[test]
fn a_segment_is_named_only_if_it_is_further_below_than_chance() {
    let mut replies = Replies::default();
    replies.marks(FEBRUARY, "good", &[(60, 10), (40, 8)]);
    replies.marks(FEBRUARY, "fair", &[(55, 10), (45, 8)]);
    assert_eq!(keys(&replies.survey("by = \"place\"")), ["survey.score"]);
    replies.marks(FEBRUARY, "poor", &[(10, 10), (30, 0)]);
    let found = replies.survey("by = \"place\"");
    assert_eq!(keys(&found), ["survey.score", "survey.below"]);
    let below = &found.findings[1].message;
    assert_eq!(names(below, "segment"), ["poor"]);
    // −50 against 57.5 of the 200 others.
    assert_eq!((number(below, "value"), number(below, "difference")), (-50.0, -107.5));
}

#[test]
fn what_cannot_be_counted_is_told() {
    let mut replies = Replies::default();
    replies.marks(FEBRUARY, "a", &[(40, 10)]);
    let _ = writeln!(replies.rows, "{},p1,a,0,,1,,,,", day(59));
    let _ = writeln!(replies.rows, "{},,a,0,,1,,,,", day(59));
    let _ = writeln!(replies.rows, "{},new,a,11,,1,,,,", day(59));
    let found = replies.survey("");
    assert_eq!(
        notes(&found),
        ["survey.method", "survey.nobodys", "survey.repeated", "survey.off_scale"]
    );
    // 39 promoters, and one who changed his mind.
    assert_eq!(number(&found.findings[0].message, "value"), 95.0);
}

#[test]
fn too_few_answers_are_no_score() {
    for (people, key) in [(0, "satisfaction.few"), (29, "satisfaction.few"), (30, "survey.score")] {
        let mut replies = Replies::default();
        replies.marks(JANUARY, "a", &[(5, 10)]);
        replies.marks(FEBRUARY, "a", &[(people, 10)]);
        let found = replies.survey("by = \"place\"");
        assert_eq!(keys(&found), [key], "{people}");
        assert_eq!(tables(&found).is_empty(), people < 30);
    }
}

#[test]
fn touchpoints_share_what_they_tell() {
    let mut replies = Replies::default();
    for person in 0..40 {
        // Independent scores of 1 and 3; overall is the one and half the other: variances 1 and 1/4.
        let (one, other) = (1 + person % 2 * 2, 1 + person / 2 % 2 * 2);
        let overall = one + (other - 1) / 2;
        replies.row(FEBRUARY, &format!("a,10,,1,{one},{other},{overall},"));
    }
    let settings = "overall = \"overall\"\ndrivers = [{ score = \"one\" }, { score = \"other\" }]";
    let found = replies.survey(settings);
    assert_eq!(keys(&found), ["survey.score", "survey.drivers_leader"]);
    let leader = &found.findings[1].message;
    assert_eq!(
        (names(leader, "touchpoint"), number(leader, "told")),
        (vec!["one".to_owned()], 1.0)
    );
    let table = rows(tables(&found)[1]);
    assert!(is_near(&table[0].1, &[0.8, 2.0, 40.0]), "{table:?}");
    assert!(is_near(&table[1].1, &[0.2, 2.0, 40.0]), "{table:?}");
    assert!(number(leader, "low") < 0.8 && 0.8 < number(leader, "high"));
    // Who left one out says nothing of what matters.
    let mut few = Replies::default();
    for person in 0..40 {
        let other = if person < 29 { "3" } else { "" };
        few.row(FEBRUARY, &format!("a,10,,1,{},{other},2,", person % 3));
    }
    assert!(notes(&few.survey(settings)).contains(&"survey.drivers_few"));
}

#[test]
fn comments_are_told_by_theme_without_personal_data() {
    let mut replies = Replies::default();
    for comment in ["slow delivery call 13912345678"; 6] {
        replies.row(FEBRUARY, &format!("a,10,,1,,,,{comment}"));
    }
    for comment in ["great price", "great price", "nothing of note", ""] {
        replies.row(FEBRUARY, &format!("a,10,,1,,,,{comment}"));
    }
    let world = replies.world();
    world.themes(
        "[[theme]]\nid = \"delivery\"\nlabel = { en = \"Delivery\", zh-CN = \"物流\" }\n\
         words.en = [\"delivery\"]\nwords.zh-CN = [\"物流\"]\n\
         [[theme]]\nid = \"price\"\nlabel = { en = \"Price\", zh-CN = \"价格\" }\n\
         words.en = [\"price\"]\nwords.zh-CN = [\"价格\"]\n\
         [tone]\ngood = { en = [\"great\"] }\nbad = { en = [\"slow\"] }\n",
    );
    let found = surveyed(&world, &format!("{SETTINGS}\ncomments = {{ text = \"comment\" }}"));
    assert_eq!(keys(&found), ["satisfaction.few", "survey.themes_leader"]);
    // Six of nine; two on the price are too few to be shown.
    let table = rows(tables(&found)[0]);
    assert_eq!(table, [("Delivery".to_owned(), vec![6.0, 6.0 / 9.0, 0.0, 6.0])]);
    assert_eq!(notes(&found)[..2], ["survey.quote", "survey.themes_withheld"]);
    let text = serde_json::to_string(&found).unwrap();
    assert!(!text.contains("13912345678") && text.contains("[…]"), "{text}");
    let quoted = found.blocks.iter().find_map(|block| match block {
        model::report::Block::Note(note) => note.arguments.get("quote"),
        _ => None,
    });
    assert!(matches!(quoted, Some(Argument::Text(_))));
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let mut replies = Replies::default();
    replies.marks(JANUARY, "a", &[(20, 10), (10, 7), (10, 0)]);
    replies.marks(FEBRUARY, "b", &[(18, 10), (10, 7), (12, 0)]);
    replies.marks(FEBRUARY, "a", &[(18, 10), (10, 7), (12, 0)]);
    let sorted = replies.survey("by = \"place\"");
    let mut lines: Vec<&str> = replies.rows.lines().collect();
    lines.reverse();
    let turned = Replies { rows: lines.join("\n"), count: 0 }.survey("by = \"place\"");
    assert_eq!(sorted, turned);
}

/// The intervals that Rocks (2016) found best, as published with the data, through rows and report.
#[test]
fn published_intervals_come_out_of_rows() {
    let path = root().join("../shared/data/survey-nps/expected.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut seen = 0;
    for case in expected["nps"].as_array().unwrap() {
        let number = |name: &str| case[name].as_f64().unwrap();
        let count = |name: &str| number(name) as usize;
        let (promoters, passives) = (count("promoters"), count("passives"));
        let mut replies = Replies::default();
        let counts = [(promoters, 10), (passives, 7), (count("detractors"), 3)];
        replies.marks(FEBRUARY, "a", &counts);
        let found = replies.survey("minimum = 10");
        let bounds = &case["adjusted_wald95"];
        let expected = [number("nps"), bounds[0].as_f64().unwrap(), bounds[1].as_f64().unwrap()];
        says(&found, "survey.score", expected);
        seen += 1;
    }
    assert_eq!(seen, 6);
}
