//! Who waits, or joins, gets what the others have: whatever language they read, whatever it looks like by then.

use super::{
    apart::{among, by_day, correct, north_sells_more, readers_are, run, text_to, without},
    over::{JOB, served},
};
use crate::support::TestBed;
use model::run::{Outcome, RunRecord};
use xtask::sink::Sink;

const AUDIENCE: &str = "jobs/audiences/regions.toml";

/// Has somebody read Chinese from now on.
fn reads_chinese(bed: &TestBed, name: &str) {
    let address = format!("address = \"{name}@example.com\"\nlocale = ");
    bed.replace(AUDIENCE, &format!("{address}\"en\""), &format!("{address}\"zh-CN\""));
}

/// Whether a run says that deliveries were not made, and how many.
fn withheld(record: &RunRecord) -> Option<String> {
    let note = record.notes.iter().find(|note| note.message.key == "deliver.content_changed");
    note.map(|note| format!("{:?}", note.message.arguments["deliveries"]))
}

#[test]
fn a_language_that_nobody_reads_any_more_hides_no_figures() {
    let readers = [("board", ""), ("north", "North"), ("nord", "North")];
    for leaves in [false, true] {
        let sink = Sink::start(true).expect("a port");
        let bed = among(sink.port, &readers);
        reads_chinese(&bed, "nord");
        sink.put_off("nord@example.com");
        run(&bed, 4);
        sink.put_off("");
        sink.take();
        // Nobody reads the slice in English now.
        match leaves {
            true => {
                readers_are(&bed, &[("board", ""), ("nord", "North")]);
                reads_chinese(&bed, "nord");
            }
            false => reads_chinese(&bed, "north"),
        }
        north_sells_more(&bed, 900);
        run(&bed, 0);
        assert_eq!(served(&sink), ["nord@example.com"]);
        let text = text_to(&sink.take(), "nord@");
        assert!(text.contains("465.00") && !text.contains("1,365.00"), "{text}");
    }
}

#[test]
fn what_is_no_figure_is_no_news() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    // Another owner, another name of the house, rows of a later day, another file.
    bed.replace(JOB, "owner = \"Test\"", "owner = \"Tests\"");
    bed.replace(JOB, "en = \"House\"", "en = \"The House\"");
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{rows}2026-07-01,North,1\n"));
    let again = run(&bed, 0);
    assert_eq!((again.outcome, withheld(&again)), (Outcome::AlreadyDelivered, None));
    // Other figures are, and those whom the run serves after all are not counted.
    north_sells_more(&bed, 900);
    assert!(withheld(&run(&bed, 0)).is_some_and(|count| count.contains('2')));
    readers_are(&bed, &[("board", ""), ("north", "North"), ("joins", "North"), ("waits", "North")]);
    sink.put_off("waits@example.com");
    sink.take();
    let last = run(&bed, 4);
    assert_eq!(served(&sink), ["joins@example.com"]);
    assert!(text_to(&sink.take(), "joins@").contains("465.00"));
    assert!(withheld(&last).is_some_and(|count| count.contains('2')), "{last:?}");
}

#[test]
fn whoever_cannot_be_told_what_others_have_is_not_counted_as_served() {
    let sink = Sink::start(true).expect("a port");
    let readers = [("board", ""), ("north", "North"), ("west", "West")];
    let bed = among(sink.port, &readers);
    let first = run(&bed, 0);
    let of_north = first.slices.iter().find(|one| one.slice.to_string().contains("North"));
    let report = of_north.and_then(|one| one.report.as_deref()).expect("a report");
    std::fs::remove_file(bed.path(report)).expect("gone");
    let joined = [("joins", "North"), ("also", "West")];
    readers_are(&bed, &[&readers[..], &joined[..]].concat());
    north_sells_more(&bed, 900);
    bed.replace("data/sales.csv", "2026-06-15,West,5", "2026-06-15,West,7");
    sink.take();
    let record = run(&bed, 4);
    assert_eq!(
        (record.outcome, served(&sink)),
        (Outcome::PartlyDelivered, vec!["also@example.com".into()])
    );
    assert!(withheld(&record).is_some(), "{record:?}");
}

#[test]
fn owners_hear_nothing_again_because_it_looks_otherwise() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    run(&bed, 3);
    assert_eq!(served(&sink), ["owner@example.com"]);
    bed.own_templates();
    bed.replace("report-templates/locales/en.toml", "as_of = \"", "as_of = \"· ");
    bed.replace(JOB, "en = \"Shops\"", "en = \"The shops\"");
    sink.take();
    run(&bed, 3);
    assert_eq!(served(&sink), [""; 0]);
}

#[test]
fn rows_that_vanish_while_their_readers_wait_hold_the_correction() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North"), ("west", "West")]);
    sink.put_off("west@example.com");
    run(&bed, 4);
    sink.put_off("");
    sink.take();
    bed.replace("data/sales.csv", "2026-06-15,West,5\n", "");
    let held = correct(&bed, 3).remove(0);
    assert!(held.notes.iter().any(|note| note.message.key == "correction.slice_gone"), "{held:?}");
    assert_eq!(
        served(&sink),
        ["owner@example.com"],
        "more often a file is cut than they were never there"
    );
}

#[test]
fn a_figure_that_vanishes_while_all_its_readers_wait_waits_for_a_person() {
    let readers = [("board", ""), ("west", "West")];
    for released in [false, true] {
        let sink = Sink::start(true).expect("a port");
        let bed = by_day(sink.port, &readers);
        let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
        bed.write("data/sales.csv", format!("{rows}2026-06-30,West,9\n"));
        sink.put_off("west@example.com");
        run(&bed, 4);
        sink.put_off("");
        sink.take();
        bed.write("data/sales.csv", &rows);
        let held = run(&bed, 4);
        assert_eq!(served(&sink), ["owner@example.com"]);
        let text = text_to(&sink.take(), "owner@");
        let says = "region = West: Sales, 30 Jun 2026: the report that readers have, or wait for";
        assert!(text.contains(says), "{text}");
        match released {
            true => drop(bed.tidings(&["release", held.run.as_str()]).exits(0)),
            false => {
                bed.write("data/sales.csv", format!("{rows}2026-06-30,West,9\n"));
                run(&bed, 0);
            }
        }
        assert_eq!(served(&sink), ["west@example.com"]);
        let text = text_to(&sink.take(), "west@");
        assert_eq!(text.contains("9.00"), !released, "{text}");
        run(&bed, 0);
        assert_eq!(served(&sink), [""; 0], "once");
    }
}

#[test]
fn a_correction_that_was_put_off_outlives_one_that_is_held() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("chair", ""), ("north", "North")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    sink.put_off("chair@example.com");
    correct(&bed, 4);
    sink.put_off("");
    // The file is cut: the next look holds what it finds.
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "North"));
    correct(&bed, 3);
    bed.write("data/sales.csv", rows);
    sink.take();
    correct(&bed, 0);
    assert_eq!(served(&sink), ["chair@example.com"]);
    assert!(text_to(&sink.take(), "chair@").contains("1,370.00 instead of 470.00"));
}
