//! A person's word goes on: what was released, and did not reach all of its readers, reaches them without a second word;
//! other figures do not.

use super::{
    apart::{MOMENT, by_day, correct, readers_are, run, text_to, without},
    going_on::leave,
    killed::{DUE, alone},
    over::{JOB, served},
};
use crate::support::TestBed;
use model::run::RunRecord;
use xtask::sink::Sink;

const ALL: [(&str, &str); 3] = [("board", ""), ("north", "North"), ("west", "West")];

/// More rows that break the contract than a report may rest on.
fn many_bad_rows(bed: &TestBed) {
    bad_rows(bed, 40);
}

fn bad_rows(bed: &TestBed, count: usize) {
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}{}", "2026-06-20,North,much\n".repeat(count)));
}

/// What was held for a reason, and reached all of its readers at a person's word but that of North.
fn released_but_for_north(reason: impl Fn(&TestBed)) -> (Sink, TestBed) {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    reason(&bed);
    let held = run(&bed, 3);
    sink.put_off("north@example.com");
    release(&bed, &held, 4);
    sink.put_off("");
    (sink, bed)
}

fn release(bed: &TestBed, held: &RunRecord, code: i32) {
    bed.tidings(&["release", held.run.as_str()]).exits(code);
}

fn status(bed: &TestBed) -> String {
    bed.tidings(&["status", JOB]).stdout
}

#[test]
fn whom_a_relay_put_off_gets_what_was_released_without_a_second_word() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    many_bad_rows(&bed);
    let held = run(&bed, 3);
    sink.take();
    sink.put_off("north@example.com");
    release(&bed, &held, 4);
    assert_eq!(served(&sink), ["board@example.com", "west@example.com"]);
    let first = text_to(&sink.take(), "board@");
    sink.put_off("");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com"]);
    let doubt = "At a person’s word: the checks below";
    assert!(first.contains(doubt) && text_to(&sink.take(), "north@").contains(doubt), "{first}");
    bed.tidings(&["status", JOB]).exits(0);
    // Nor is it held again for those who join, or when it is run by hand.
    readers_are(&bed, &[("board", ""), ("north", "North"), ("west", "West"), ("chair", "")]);
    run(&bed, 0);
    assert_eq!(served(&sink), ["chair@example.com"]);
}

#[test]
fn a_release_that_was_killed_is_gone_on_with_unless_a_person_holds_it_since() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    many_bad_rows(&bed);
    let held = run(&bed, 3);
    bed.killed("verdict written", &["release", held.run.as_str()]);
    sink.take();
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    bed.tidings(&DUE).exits(3);
    assert_eq!(served(&sink), ["owner@example.com"]);
    let said = status(&bed);
    assert!(said.contains("1 reader has theirs, 2 wait"), "{said}");
    assert!(said.contains("tidings release"), "{said}");
    sink.take();
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com", "west@example.com"]);
    assert!(!status(&bed).contains("HELD"));
}

#[test]
fn other_figures_than_those_that_were_released_wait_for_a_word_of_their_own() {
    let (sink, bed) = released_but_for_north(many_bad_rows);
    bad_rows(&bed, 5);
    sink.take();
    bed.tidings(&DUE).exits(3);
    assert_eq!(served(&sink), ["owner@example.com"]);
    let said = status(&bed);
    assert!(said.contains("HELD") && said.contains("2 readers have theirs, 1 wait"), "{said}");
    let relays = std::fs::read_to_string(bed.path("tidings.toml")).expect("settings");
    let operator = "from = { address = \"tidings@example.com\" }\nto = [{ address = \"ops@example.com\", locale = \"en\" }]\n";
    bed.write("tidings.toml", format!("{relays}\n[operator]\n{operator}"));
    let digest = bed.tidings(&["digest", "--no-send"]);
    assert!(digest.stdout.contains("Held for 1 reader whom the relay had put off"), "{digest:?}");
}

#[test]
fn a_released_correction_that_was_killed_before_its_mails_needs_no_second_word() {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &ALL);
    run(&bed, 0);
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "2026-06-30,North"));
    let held = correct(&bed, 3).remove(0);
    sink.take();
    bed.killed("run row created", &["release", held.run.as_str()]);
    bed.killed("intent written", &["release", held.run.as_str()]);
    assert_eq!(correct(&bed, 0).len(), 1);
    assert_eq!(served(&sink), ["board", "north", "west"].map(|one| format!("{one}@example.com")));
    assert!(!status(&bed).contains("HELD"));
}

#[test]
fn who_waits_for_a_figure_that_a_released_correction_takes_away_gets_the_new_one() {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &[("board", ""), ("north", "North")]);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    sink.put_off("north@example.com");
    run(&bed, 4);
    sink.put_off("");
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "2026-06-30,North"));
    let held = correct(&bed, 3).remove(0);
    sink.take();
    release(&bed, &held, 0);
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    assert!(!status(&bed).contains("HELD"));
}

#[test]
fn a_slice_that_is_gone_while_its_readers_wait_offers_no_release_that_sends_nothing() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &[("north", "North")]);
    sink.put_off("north@example.com");
    run(&bed, 1);
    sink.put_off("");
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "2026-06"));
    bed.tidings(&DUE).exits(3);
    let said = status(&bed);
    assert!(said.contains("HELD") && !said.contains("tidings release"), "{said}");
}

/// Readers of slices alone: nobody has the report on everything.
const APART: [(&str, &str); 2] = [("north", "North"), ("west", "West")];

/// So much of a day's sales moves from one slice to another: the total stays.
fn moves(bed: &TestBed, much: i32) {
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    let rows = format!("2026-06-20,North,-{much}\n2026-06-20,West,{much}\n");
    bed.write("data/sales.csv", format!("{text}{rows}"));
}

/// The correction of the moment, held.
fn corrected(bed: &TestBed) -> RunRecord {
    let command = ["correct", JOB, "--as-of", MOMENT, "--format", "json"];
    let mut records: Vec<RunRecord> =
        serde_json::from_value(bed.tidings(&command).exits(3).json()).expect("records");
    records.remove(0)
}

#[test]
fn what_was_held_for_slices_alone_is_told_and_only_that_is_released() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &APART);
    run(&bed, 0);
    sink.take();
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    moves(&bed, 50);
    bed.tidings(&["correct", JOB]).complains(&["what slices tell is not looked at"]);
    let held = corrected(&bed);
    assert_eq!(served(&sink), ["owner@example.com"]);
    let said = text_to(&sink.take(), "owner@");
    assert!(said.contains("the audit") && said.contains("its correction was not sent"), "{said}");
    assert!(said.contains("2 slices alone, region = North"), "{said}");
    moves(&bed, 90);
    bed.tidings(&["release", held.run.as_str()]).exits(1);
    assert_eq!(served(&sink), [""; 0], "nobody saw these figures");
    let newer = corrected(&bed);
    sink.take();
    release(&bed, &newer, 0);
    assert_eq!(served(&sink), ["north@example.com", "west@example.com"]);
}

#[test]
fn a_second_hold_is_the_later_word_over_a_release() {
    let (sink, bed) = released_but_for_north(|bed| {
        bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    });
    bed.tidings(&["hold", JOB, "--reason", "another doubt"]).exits(0);
    sink.take();
    bed.tidings(&DUE).exits(3);
    assert_eq!(served(&sink), ["owner@example.com"]);
}

#[test]
fn a_release_that_was_refused_hides_nothing_that_is_held() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    many_bad_rows(&bed);
    let first = run(&bed, 3);
    bad_rows(&bed, 5);
    let second = run(&bed, 3);
    release(&bed, &first, 1);
    let said = status(&bed);
    assert!(said.contains(&format!("tidings release {}", second.run)), "{said}");
}

#[test]
fn a_release_that_was_killed_at_once_counts_when_the_moment_is_run_again() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    many_bad_rows(&bed);
    let held = run(&bed, 3);
    sink.take();
    bed.killed("run row created", &["release", held.run.as_str()]);
    assert!(status(&bed).contains("FAILED"));
    run(&bed, 0);
    assert_eq!(served(&sink), ["board", "north", "west"].map(|one| format!("{one}@example.com")));
}

#[test]
fn slices_that_a_held_run_did_not_look_at_are_corrected_once_the_moment_is_run() {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &APART);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    run(&bed, 0);
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    let moved = "2026-06-30,North,-20\n2026-06-30,West,20\n2026-07-01,North,1\n2026-07-01,West,1\n";
    bed.write("data/sales.csv", format!("{text}{moved}"));
    let next = ["run", JOB, "--as-of", "2026-07-02T06:30"];
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    bed.tidings(&next).exits(3);
    leave(&bed);
    bed.tidings(&DUE).exits(0);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    bed.tidings(&next).exits(0);
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com", "west@example.com"]);
}
