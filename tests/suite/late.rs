//! Data that are late: a run waits for them, and at the deadline the one declared rule holds, said on top in both languages.

use crate::support::{TestBed, mail, unbroken};
use chrono::{Days, NaiveDate};
use model::{
    quality::Severity,
    run::{Outcome, RunRecord},
};
use std::{fmt::Write, fs, path::PathBuf};

const JOB: &str = "jobs/world.toml";

/// A job of one daily dataset that runs at 06:00 UTC and waits for three hours.
struct World(TestBed);

impl World {
    fn new(late: &str, more: &str) -> Self {
        let bed = TestBed::empty();
        bed.write_takings();
        let job = format!(
            "schema_version = 1\ntitle = {{ en = \"World\", zh-CN = \"世界\" }}\n\
             organisation = {{ en = \"House\", zh-CN = \"公司\" }}\nowner = \"Test\"\nzone = \"UTC\"\ngrain = \"day\"\n\
             data = \"../data\"\n\n[schedule]\ncron = \"0 6 * * *\"\n\
             ready = {{ wait_minutes = 180, late = \"{late}\"{more} }}\n\n[[section]]\nid = \"figures\"\n\
             title = {{ en = \"Figures\", zh-CN = \"数字\" }}\nanalysis = \"scorecard\"\nmetrics = [\"takings\"]\n"
        );
        bed.write(JOB, job);
        Self(bed)
    }

    /// Rows of 60 days, the last one being `last`: 1000 on each, and `on_last` on that.
    fn data_to(&self, last: NaiveDate, on_last: u32) {
        let mut csv = String::from("day,value\n");
        for back in (0..60).rev() {
            let value = if back == 0 { on_last } else { 1000 };
            let _ = writeln!(csv, "{},{value}", last - Days::new(back));
        }
        self.0.write("data/takings.csv", csv);
    }

    fn run(&self, as_of: &str, code: i32) -> RunRecord {
        let ran = self.0.tidings(&["run", JOB, "--as-of", as_of, "--format", "json"]);
        serde_json::from_value(ran.exits(code).json()).expect("a record")
    }

    /// The messages of a moment by the end of their names, such as `en.eml`.
    fn mail(&self, as_of: &str, end: &str) -> mail::Part {
        let pattern = self.0.state().join(format!("outbox/world/{as_of}*/*{end}"));
        let found: Vec<PathBuf> =
            glob::glob(&pattern.to_string_lossy()).expect("a pattern").flatten().collect();
        assert_eq!(found.len(), 1, "{pattern:?}");
        mail::parse(&fs::read(&found[0]).expect("a message"))
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

#[test]
fn late_data_hold_the_report_where_the_job_says_so() {
    let world = World::new("hold", "");
    world.data_to(day("2026-07-01"), 1000);
    assert_eq!(world.run("2026-07-02T06:00", 0).outcome, Outcome::Delivered, "all is in");
    let held = world.run("2026-07-03T06:00", 3);
    assert_eq!(held.outcome, Outcome::Held);
    let reason = held.notes.iter().find(|note| note.message.key == "late.rows").expect("a reason");
    assert_eq!(reason.severity, Severity::Error);
    let notice = world.mail("2026-07-03", "en.notice.eml").leaf("text/plain").text();
    assert!(notice.contains("takings: the rows of 2 Jul 2026 are not in"), "{notice}");
    world.data_to(day("2026-07-02"), 1000);
    assert_eq!(world.run("2026-07-03T06:00", 0).outcome, Outcome::Delivered, "then it goes out");
}

#[test]
fn a_report_of_a_month_that_is_all_there_does_not_wait_for_the_next_one() {
    let world = World::new("send_marked", "");
    world.0.replace(JOB, "grain = \"day\"", "grain = \"month\"");
    world.data_to(day("2026-06-30"), 1000);
    let sent = world.run("2026-07-02T06:00", 0);
    assert_eq!(sent.outcome, Outcome::Delivered);
    assert!(sent.notes.iter().all(|note| !note.message.key.starts_with("late.")), "{sent:?}");
    world.data_to(day("2026-06-29"), 1000);
    // The last day of June it waits for, and the gate holds what is so old.
    let held = world.run("2026-07-03T06:00", 3);
    assert!(held.notes.iter().any(|note| note.message.key == "late.rows"), "{held:?}");
}

#[test]
fn a_report_without_late_data_says_so_on_top_in_both_languages() {
    let world = World::new("send_marked", "");
    world.data_to(day("2026-07-01"), 1000);
    let sent = world.run("2026-07-03T06:00", 0);
    assert_eq!(sent.outcome, Outcome::Delivered);
    for (end, says) in [
        (
            "en.eml",
            ["INCOMPLETE: by 09:00 on 3 Jul 2026", "takings: the rows of 2 Jul 2026 are not in"],
        ),
        (
            "zh-CN.eml",
            ["数据不完整：截至2026年7月3日 09:00", "takings：2026年7月2日的数据尚未到达"],
        ),
    ] {
        let mail = world.mail("2026-07-03", end);
        let (text, html) =
            (mail.leaf("text/plain").text(), unbroken(&mail.leaf("text/html").text()));
        for part in says {
            let above = |text: &str, below: &str| {
                text.find(part).is_some_and(|at| Some(at) < text.find(below))
            };
            assert!(above(&text, "=="), "`{part}` on top of {end}:\n{text}");
            assert!(above(&html, "class=\"section\""), "`{part}` on top of {end}:\n{html}");
        }
    }
    assert!(world.mail("2026-07-03", "en.eml").header("subject").contains("(incomplete)"));
    let text = world.mail("2026-07-03", "en.eml").leaf("text/plain").text();
    assert!(!text.contains("The figures stand"), "{text}");
    // The gate stays in force: two days are more than it lets pass.
    assert_eq!(world.run("2026-07-04T06:00", 3).outcome, Outcome::Held);
}

#[test]
fn the_last_good_report_is_sent_again_and_never_silently() {
    let world = World::new("send_last_good", "");
    world.data_to(day("2026-07-01"), 7777);
    assert_eq!(world.run("2026-07-03T06:00", 3).outcome, Outcome::Held, "there is none yet");
    let good = world.run("2026-07-02T06:00", 0);
    for moment in ["2026-07-04T06:00", "2026-07-05T06:00"] {
        let again = world.run(moment, 0);
        assert_eq!(again.outcome, Outcome::Delivered);
        assert_eq!(again.report, good.report, "the figures of the good report");
        let kinds: Vec<&str> = again.artefacts.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(kinds[..2], ["unsent", "report"], "{kinds:?}");
        for (end, says) in [
            ("en.eml", "NOT TODAY'S FIGURES: the data had not come by 09:00"),
            ("zh-CN.eml", "非今日数字：截至"),
        ] {
            let mail = world.mail(&moment[..10], end);
            let text = mail.leaf("text/plain").text();
            let (banner, figures) = (text.find(says), text.find("7,777"));
            assert!(banner.is_some() && banner < figures, "{end} of {moment}:\n{text}");
        }
        let mail = world.mail(&moment[..10], "en.eml");
        let (subject, text) = (mail.header("subject"), mail.leaf("text/plain").text());
        assert!(text.contains("of 2 Jul 2026, sent again"), "{text}");
        assert!(!text.contains("The figures stand"), "{text}");
        assert!(subject.contains("(of 2 Jul 2026, not today's)"), "{subject}");
    }
    // A week later it is news to nobody.
    let held = world.run("2026-07-12T06:00", 3);
    assert!(held.notes.iter().any(|note| note.message.key == "late.no_last_good"), "{held:?}");
    // New data: the new report goes out as it is.
    world.data_to(day("2026-07-12"), 1000);
    let fresh = world.run("2026-07-13T06:00", 0);
    assert!(fresh.report != good.report && fresh.outcome == Outcome::Delivered);
}

#[test]
fn a_title_leaves_room_for_the_longest_mark_of_its_job() {
    let world = World::new("send_marked", "");
    world.data_to(day("2026-07-01"), 1000);
    let title = format!("en = \"{}\"", "World trade ".repeat(6).trim_end());
    world.0.replace(JOB, "en = \"World\"", &title);
    let fits = world.0.tidings(&["check", JOB]);
    assert!(!fits.stderr.contains("the subject takes"), "{fits:?}");
    world.0.replace(JOB, "send_marked", "send_last_good");
    world.0.tidings(&["check", JOB]).exits(2).complains(&["en, subject: the subject takes"]);
    // A report that is stored under the title of before says nothing about that of now.
    world.0.replace(JOB, &title, "en = \"World\"");
    world.run("2026-07-02T06:00", 0);
    world.0.tidings(&["check", JOB]).exits(0);
    world.0.replace(JOB, "en = \"World\"", &title);
    world.0.tidings(&["check", JOB]).exits(2).complains(&["en, subject: the subject takes"]);
    world.0.replace(JOB, &title, "en = \"World\"");
    for (file, name, whose) in [
        ("jobs/metrics/takings.toml", "label = { en = \"", "the metric `takings`"),
        (JOB, "title = { en = \"Fig", "the heading"),
    ] {
        world.0.replace(file, name, &name.replace("{ en = \"", "{ en = \"🚀"));
        world.0.tidings(&["check", JOB]).exits(2).complains(&[whose, "has an emoji, U+1F680"]);
        world.0.replace(file, &name.replace("{ en = \"", "{ en = \"🚀"), name);
    }
}

#[test]
fn a_report_that_was_sent_incomplete_is_no_good_one() {
    let world = World::new("send_marked", "");
    world.data_to(day("2026-07-01"), 1000);
    let good = world.run("2026-07-02T06:00", 0);
    assert_eq!(world.run("2026-07-03T06:00", 0).outcome, Outcome::Delivered);
    world.0.replace(JOB, "send_marked", "send_last_good");
    assert_eq!(world.run("2026-07-04T06:00", 0).report, good.report);
}

#[test]
fn before_the_deadline_a_run_waits_and_a_day_with_far_too_few_rows_is_not_in() {
    let world = World::new("hold", ", every_minutes = 1");
    world.0.replace(JOB, "wait_minutes = 180", "wait_minutes = 1440");
    let today = run::context::now().date_naive();
    let midnight = format!("{today}T00:00");
    let command = ["run", JOB, "--as-of", &midnight];
    world.data_to(today - Days::new(2), 1000);
    world.0.tidings(&command).exits(3).complains(&[
        "not run: world waits until",
        "takings",
        "--no-wait",
    ]);
    assert_eq!(
        world
            .0
            .tidings(&["runs"])
            .exits(0)
            .stdout
            .lines()
            .filter(|line| line.contains("world"))
            .count(),
        0
    );
    // A rehearsal does not wait, nor does a run that is told not to.
    let rehearsed = world.0.tidings(&[&command[..], &["--no-send", "--format", "json"]].concat());
    assert_eq!(rehearsed.exits(3).json()["outcome"], "held");
    let told = world.0.tidings(&[&command[..], &["--no-wait", "--format", "json"]].concat());
    assert_eq!(told.exits(3).json()["outcome"], "held");
    // Yesterday's rows come: the run goes on.
    world.data_to(today - Days::new(1), 1000);
    world.0.tidings(&command).exits(0);
}

#[test]
fn what_is_waited_for_is_known_and_has_days() {
    let world = World::new("hold", ", datasets = [\"takins\"]");
    world.data_to(day("2026-07-01"), 1000);
    world
        .0
        .tidings(&["check", JOB])
        .exits(2)
        .complains(&["unknown dataset `takins`", "did you mean `takings`?"]);
    world.0.replace(JOB, "takins", "takings");
    world.0.replace(
        "jobs/contracts/takings.toml",
        "expected = \"daily\"",
        "expected = \"irregular\"",
    );
    world
        .0
        .tidings(&["check", JOB])
        .exits(2)
        .complains(&["`takings` has no days on which rows are expected"]);
    world.0.replace(
        "jobs/contracts/takings.toml",
        "expected = \"irregular\"",
        "expected = \"daily\"",
    );
    let said = world.0.tidings(&["schedule", "explain", JOB, "--count", "1"]).exits(0).stdout;
    assert!(said.contains("waits up to 180 minutes for takings, then held"), "{said}");
}
