//! A run that was killed in the middle of its mails: nobody is forgotten.

use super::{JOB, World, changed::OPERATOR};
use crate::support::mail;
use chrono::{Days, Timelike};
use xtask::sink::Sink;

/// Where the first mail is settled.
const FIRST: &str = "verdict written";

fn served(sink: &Sink) -> Vec<String> {
    sink.take().into_iter().map(|mail| mail.to).collect()
}

/// Status and digest name the one whom the killed run did not come to.
fn waits(world: &World) {
    let status = world.status(1);
    let open = status["deliveries"].as_array().expect("deliveries");
    assert_eq!(open.len(), 1, "{status}");
    assert_eq!(open[0]["key"]["recipient"], "ceo@example.com");
    let said = world.bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("by email (its turn had not come)"), "{said}");
    let digest = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(digest.contains("ceo@example.com"), "{digest}");
}

#[test]
fn nothing_that_comes_between_makes_a_killed_run_forget_anybody() {
    let between: [(&[&str], i32); 5] = [
        (&["run", JOB, "--no-send"], 3),
        (&["hold", JOB, "--reason", "the audit"], 0),
        (&["resend", "RUN", "--to", "cfo@example.com"], 0),
        (&["correct", JOB, "--as-of", "MOMENT"], 0),
        (&["run", JOB, "--as-of", "MOMENT"], 3),
    ];
    for (command, code) in between {
        let sink = Sink::start(true).expect("a port");
        let world = World::new(sink.port, OPERATOR);
        let moment = world.as_of(0);
        world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
        world.bed.killed(FIRST, &["run", JOB, "--as-of", &moment]);
        sink.take();
        let runs = world.bed.tidings(&["runs", "--format", "json"]).exits(0).json();
        let run = runs[0]["run"].as_str().expect("a run").to_owned();
        let filled: Vec<&str> = command
            .iter()
            .map(|word| match *word {
                "RUN" => run.as_str(),
                "MOMENT" => moment.as_str(),
                word => word,
            })
            .collect();
        // What is held is held for rows that are too old; then they are back.
        let rows = std::fs::read(world.bed.path("data/takings.csv")).expect("the data");
        if code == 3 {
            world.data_to(world.today() - Days::new(9), "");
        }
        world.bed.tidings(&filled).exits(code);
        world.bed.write("data/takings.csv", rows);
        if command[0] == "hold" {
            world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(3);
            world.bed.tidings(&["hold", JOB, "--lift"]).exits(0);
        }
        let before = served(&sink);
        assert!(!before.contains(&"ceo@example.com".to_owned()), "{command:?}: {before:?}");
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(served(&sink), ["ceo@example.com"], "{command:?}");
        world.status(0);
    }
}

#[test]
fn a_rehearsal_that_would_be_held_deals_with_nothing() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, OPERATOR);
    let rows = std::fs::read(world.bed.path("data/takings.csv")).expect("the data");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    sink.take();
    world.data_to(world.today() - Days::new(9), "");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0), "--no-send"]).exits(3);
    world.bed.write("data/takings.csv", rows);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(served(&sink).len(), 2);
}

#[test]
fn whom_a_killed_run_did_not_reach_is_told_of_and_served() {
    for is_first in [true, false] {
        let sink = Sink::start(true).expect("a port");
        let world = World::new(sink.port, OPERATOR);
        let days = if is_first { 0 } else { 1 };
        if !is_first {
            world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
            assert_eq!(served(&sink).len(), 2);
        }
        world.bed.killed(FIRST, &["run", JOB, "--as-of", &world.as_of(days)]);
        assert_eq!(served(&sink), ["cfo@example.com"]);
        waits(&world);
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(served(&sink), ["ceo@example.com"]);
        world.status(0);
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(served(&sink), [""; 0], "once");
    }
}

#[test]
fn a_killed_correction_is_gone_on_with_and_the_old_report_is_not_sent_again() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, OPERATOR);
    let hour = world.moment.hour();
    let corrected = "\n\n[corrections]\nthreshold = 0.01\nwithin_days = 5";
    world.job("takings", &format!("cron = \"0 {hour} * * *\"{corrected}"));
    let command = ["run", JOB, "--as-of", &world.as_of(1), "--format", "json"];
    let first = world.bed.tidings(&command).exits(0).json();
    let first = first["run"].as_str().expect("a run");
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    sink.take();
    world.bed.killed(FIRST, &["correct", JOB, "--as-of", &world.as_of(1)]);
    assert_eq!(served(&sink), ["cfo@example.com"]);
    waits(&world);
    let again = ["resend", first, "--to", "ceo@example.com"];
    world.bed.tidings(&again).exits(2).complains(&["was corrected since"]);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let mails = sink.take();
    assert!(mails.len() == 1 && mails[0].to == "ceo@example.com", "{mails:?}");
    let text = mail::parse(&mails[0].bytes).leaf("text/plain").text().to_owned();
    assert!(text.contains("更正"), "{text}");
    world.status(0);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(served(&sink), [""; 0], "once");
}
