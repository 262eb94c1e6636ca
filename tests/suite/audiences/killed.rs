//! What a kill leaves of slices, corrections and notices: nothing wrong goes out, and nothing stays said for ever.

use super::{
    apart::{among, by_day, correct, north_sells_more, readers_are, run, without},
    over::{JOB, served},
};
use crate::support::TestBed;
use xtask::sink::Sink;

pub(super) const DUE: [&str; 4] = ["schedule", "run", "--due", JOB];

/// A job of which no other edition comes due meanwhile.
pub(super) fn alone(port: u16, readers: &[(&str, &str)]) -> TestBed {
    let bed = among(port, readers);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    bed
}

#[test]
fn a_figure_that_all_its_readers_wait_for_holds_the_corrections_of_all() {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &[("board", ""), ("north", "North")]);
    sink.put_off("north@example.com");
    run(&bed, 4);
    sink.put_off("");
    sink.take();
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "2026-06-30,North"));
    correct(&bed, 3);
    assert_eq!(served(&sink), ["owner@example.com"], "no total without North for the board");
}

#[test]
fn a_released_correction_that_was_killed_is_held_no_more_once_it_is_out() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &[("board", ""), ("north", "North"), ("west", "West")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    let held = correct(&bed, 3).remove(0);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    sink.take();
    bed.killed("verdict written", &["release", held.run.as_str()]);
    assert_eq!(served(&sink), ["board@example.com"]);
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com"]);
    let said = bed.tidings(&["status", JOB]).stdout;
    assert!(!said.contains("HELD"), "{said}");
}

#[test]
fn that_a_report_was_held_is_no_news_once_it_is_out() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &[("board", ""), ("north", "North")]);
    let owners = "{ address = \"owner@example.com\", locale = \"en\" }";
    let more = owners.replace("owner@", "second@");
    bed.replace(JOB, owners, &format!("{owners}, {more}"));
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    bed.killed("verdict written", &["run", JOB]);
    assert_eq!(served(&sink), ["owner@example.com"]);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    run(&bed, 0);
    bed.tidings(&["status", JOB]).exits(0);
}

#[test]
fn owners_hear_of_a_correction_in_doubt_when_it_is_gone_on_with() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &[("board", ""), ("chair", ""), ("north", "North")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    sink.take();
    bed.killed("250 received", &["correct", JOB]);
    assert_eq!(served(&sink), ["board@example.com"]);
    sink.take();
    bed.tidings(&DUE).exits(4);
    assert_eq!(
        served(&sink),
        ["chair@example.com", "north@example.com", "owner@example.com"],
        "board may have it"
    );
}

#[test]
fn who_moved_before_his_correction_keeps_nobody_from_theirs() {
    let sink = Sink::start(true).expect("a port");
    let readers = [("board", ""), ("chair", ""), ("north", "North"), ("west", "West")];
    let bed = alone(sink.port, &readers);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    bed.killed("verdict written", &["correct", JOB]);
    readers_are(&bed, &[("board", ""), ("chair", ""), ("north", "West"), ("west", "West")]);
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["chair@example.com"], "there is nothing to correct in West");
    bed.tidings(&["status", JOB]).exits(0);
}

#[test]
fn an_edition_that_was_given_up_stays_so_while_its_correction_goes_on() {
    let sink = Sink::start(true).expect("a port");
    let readers = [("board", ""), ("chair", ""), ("north", "North"), ("west", "West")];
    let bed = among(sink.port, &readers);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 1 8 *\"\ncatch_up = \"skip\"");
    sink.put_off("west@example.com");
    run(&bed, 4);
    north_sells_more(&bed, 900);
    sink.put_off("chair@example.com");
    correct(&bed, 4);
    // As if all that had been in July: in August the next edition was due.
    let ledger = rusqlite::Connection::open(bed.state().join("ledger.sqlite")).expect("a ledger");
    for change in [
        "UPDATE receipts SET receipt = json_set(receipt, '$.changed', '2026-07-01T06:30:05Z')",
        "UPDATE runs SET started = '2026-07-01T06:30:05.000000Z'",
    ] {
        ledger.execute(change, []).expect("changed");
    }
    sink.put_off("");
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["chair@example.com"], "west's is given up");
}
