//! Readers who have different reports of one moment: each is corrected by what he has.

use super::over::{JOB, bed, served};
use crate::support::{TestBed, mail};
use model::{
    report::Argument,
    run::{Outcome, RunRecord},
};
use xtask::sink::{Mail, Sink};

pub(super) const MOMENT: &str = "2026-07-01T06:30";

/// The job with corrections and these readers, by name and slice.
pub(super) fn among(port: u16, readers: &[(&str, &str)]) -> TestBed {
    among_by(port, "month", readers)
}

/// The same of a job that reports on a day.
pub(super) fn by_day(port: u16, readers: &[(&str, &str)]) -> TestBed {
    among_by(port, "day", readers)
}

fn among_by(port: u16, grain: &str, readers: &[(&str, &str)]) -> TestBed {
    let bed = bed(port, grain);
    bed.replace(JOB, "[schedule]", "[corrections]\nthreshold = 0.01\n\n[schedule]");
    bed.replace("tidings.toml", "tls = \"none\"", "tls = \"none\"\ntries = 1");
    readers_are(&bed, readers);
    bed
}

pub(super) fn readers_are(bed: &TestBed, readers: &[(&str, &str)]) {
    let person = |(name, slice): &(&str, &str)| {
        let slice = if slice.is_empty() {
            "\"all\"".to_owned()
        } else {
            format!("{{ region = \"{slice}\" }}")
        };
        format!("[[person]]\naddress = \"{name}@example.com\"\nlocale = \"en\"\nslice = {slice}\n")
    };
    let people: String = readers.iter().map(person).collect();
    bed.write("jobs/audiences/regions.toml", format!("schema_version = 1\n{people}"));
}

/// The rows of a file without those that hold a text.
pub(super) fn without(rows: &str, text: &str) -> String {
    rows.lines().filter(|row| !row.contains(text)).map(|row| format!("{row}\n")).collect()
}

/// North sells so much more on a day of June.
pub(super) fn north_sells_more(bed: &TestBed, much: u32) {
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}2026-06-20,North,{much}\n"));
}

pub(super) fn run(bed: &TestBed, code: i32) -> RunRecord {
    let command = ["run", JOB, "--as-of", MOMENT, "--format", "json"];
    serde_json::from_value(bed.tidings(&command).exits(code).json()).expect("a record")
}

pub(super) fn correct(bed: &TestBed, code: i32) -> Vec<RunRecord> {
    let command = ["correct", JOB, "--format", "json"];
    serde_json::from_value(bed.tidings(&command).exits(code).json()).expect("records")
}

pub(super) fn text_to(mails: &[Mail], reader: &str) -> String {
    let mail = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
    mail::parse(&mail.bytes).leaf("text/plain").text().to_owned()
}

#[test]
fn who_joins_later_hides_nothing_from_those_who_have_the_wrong_report() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    sink.take();
    north_sells_more(&bed, 900);
    readers_are(&bed, &[("board", ""), ("north", "North"), ("west", "West")]);
    run(&bed, 0);
    assert_eq!(served(&sink), ["west@example.com"], "the others have their report");
    sink.take();
    let records = correct(&bed, 0);
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    let mails = sink.take();
    for (reader, says) in
        [("board", "1,370.00 instead of 470.00"), ("north", "1,365.00 instead of 465.00")]
    {
        let text = text_to(&mails, reader);
        // That of a slice says its total, and not its only member once more.
        assert_eq!(text.matches(says).count(), 1, "{text}");
    }
    assert!(correct(&bed, 0).is_empty(), "once");
}

#[test]
fn who_was_put_off_gets_what_the_others_have_and_then_the_correction() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("north", "North"), ("norbert", "North"), ("board", "")]);
    sink.put_off("north@example.com");
    run(&bed, 4);
    let first = sink.take();
    assert_eq!(first.len(), 2);
    north_sells_more(&bed, 900);
    sink.put_off("");
    let record = run(&bed, 0);
    assert_eq!(record.outcome, Outcome::Delivered, "{record:?}");
    let second = sink.take();
    assert_eq!(second.len(), 1);
    assert_eq!(text_to(&second, "north@"), text_to(&first, "norbert@"), "the same report");
    let status = bed.tidings(&["status", JOB]).stdout;
    assert!(!status.contains("PENDING"), "{status}");
    assert_eq!(correct(&bed, 0).len(), 1);
    let expected = ["board", "norbert", "north"].map(|name| format!("{name}@example.com"));
    assert_eq!(served(&sink), expected);
}

/// North was put off while the first correction went out, so he has what he was told before it.
#[test]
fn nobody_is_told_an_old_value_that_he_never_had() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("north", "North"), ("norbert", "North")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    sink.put_off("north@example.com");
    correct(&bed, 4);
    sink.take();
    sink.put_off("");
    north_sells_more(&bed, 5_000);
    correct(&bed, 0);
    let mails = sink.take();
    for reader in ["north@", "norbert@"] {
        let text = text_to(&mails, reader);
        assert!(
            text.contains("Sales, June 2026: 6,365.") && !text.contains("instead of"),
            "{text}"
        );
    }
    assert!(correct(&bed, 0).is_empty(), "once");
    assert_eq!(served(&sink), [""; 0]);
}

#[test]
fn a_reader_of_another_slice_now_has_nothing_of_it_to_be_corrected() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North"), ("anna", "West")]);
    run(&bed, 0);
    sink.take();
    readers_are(&bed, &[("board", ""), ("north", "North"), ("anna", "North")]);
    north_sells_more(&bed, 900);
    correct(&bed, 0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
}

#[test]
fn a_correction_that_is_held_is_seen_and_released_and_the_old_report_stays_where_it_is() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    let first = run(&bed, 0);
    sink.take();
    north_sells_more(&bed, 900);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    let held = correct(&bed, 3).remove(0);
    let mails = sink.take();
    assert_eq!(mails.len(), 1);
    let text = text_to(&mails, "owner@");
    assert!(text.contains("its correction was not sent") && text.contains("the audit"), "{text}");
    let status = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(status.contains("the correction; 2 readers have what it corrects"), "{status}");
    let again = ["resend", first.run.as_str(), "--to", "North@Example.com"];
    bed.tidings(&again).exits(2).complains(&["held back by hand"]);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    bed.tidings(&again).exits(2).complains(&["its correction is held"]);
    bed.tidings(&["release", held.run.as_str()]).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    assert!(text_to(&sink.take(), "north@").contains("1,365.00 instead of 465.00"));
    let status = bed.tidings(&["status", JOB]).stdout;
    assert!(!status.contains("HELD"), "{status}");
}

#[test]
fn a_correction_on_its_way_that_does_not_hold_any_more_is_taken_back() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    let data = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    north_sells_more(&bed, 900);
    sink.put_off("north@example.com");
    correct(&bed, 4);
    sink.take();
    sink.put_off("");
    bed.write("data/sales.csv", data);
    correct(&bed, 0);
    assert_eq!(served(&sink), ["board@example.com"], "north has what is right");
    let status = bed.tidings(&["status", JOB]).stdout;
    assert!(!status.contains("PENDING"), "{status}");
    assert!(correct(&bed, 0).is_empty());
    assert_eq!(sink.take().len(), 1);
}

#[test]
fn who_joins_an_edition_gets_what_its_readers_have() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    let first = text_to(&sink.take(), "north@");
    north_sells_more(&bed, 900);
    readers_are(&bed, &[("board", ""), ("north", "North"), ("nora", "North")]);
    assert_eq!(run(&bed, 0).outcome, Outcome::Delivered);
    assert_eq!(text_to(&sink.take(), "nora@"), first);
    correct(&bed, 0);
    let corrected = sink.take();
    assert_eq!(corrected.len(), 3);
    // Who joins after the correction gets that.
    readers_are(&bed, &[("board", ""), ("north", "North"), ("nora", "North"), ("niels", "North")]);
    run(&bed, 0);
    assert_eq!(text_to(&sink.take(), "niels@"), text_to(&corrected, "nora@"));
}

#[test]
fn a_held_correction_is_seen_until_it_goes_or_nothing_is_wrong() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    let first = run(&bed, 0);
    let data = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    north_sells_more(&bed, 900);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    correct(&bed, 3);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    sink.take();
    let again = ["resend", first.run.as_str(), "--to", "north@example.com"];
    for command in
        [&["run", JOB, "--as-of", MOMENT][..], &["run", JOB, "--as-of", MOMENT, "--no-send"]]
    {
        bed.tidings(command).exits(0);
        let status = bed.tidings(&["status", JOB]).exits(1).stdout;
        assert!(status.contains("the correction; 2 readers have what it corrects"), "{status}");
        bed.tidings(&again).exits(2).complains(&["its correction is held"]);
    }
    bed.write("data/sales.csv", data);
    bed.tidings(&["correct", JOB, "--as-of", MOMENT]).exits(0);
    let status = bed.tidings(&["status", JOB]).stdout;
    assert!(!status.contains("HELD"), "{status}");
    assert_eq!(served(&sink), [""; 0]);
    bed.tidings(&again).exits(0);
}

#[test]
fn who_reads_no_more_and_who_is_refused_keeps_nobody_correcting() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North"), ("nora", "North")]);
    bed.replace(
        JOB,
        "[[deliver.email]]",
        "[[deliver.folder]]\npath = \"outbox\"\n\n[[deliver.email]]",
    );
    run(&bed, 0);
    // Nora is taken out, and North reads West from now on.
    readers_are(&bed, &[("board", ""), ("north", "West"), ("west", "North")]);
    north_sells_more(&bed, 900);
    sink.take();
    let corrected = correct(&bed, 0);
    assert_eq!(corrected.len(), 1);
    let untold = corrected[0].notes.iter().find(|note| note.message.key == "correction.former");
    let count = untold.and_then(|note| note.message.arguments.get("count"));
    assert_eq!(count, Some(&Argument::Count(2)), "both still have the wrong report");
    assert_eq!(served(&sink), ["board@example.com"]);
    assert!(correct(&bed, 0).is_empty(), "once");
    assert!(bed.state().join("outbox/shops/2026-07-01T0630.r1").is_dir());
    assert!(!bed.state().join("outbox/shops/2026-07-01T0630.r2").exists());
    // A correction that a relay refuses for good is a matter of its owner.
    sink.take();
    sink.refuse("board@example.com");
    north_sells_more(&bed, 5_000);
    bed.tidings(&["correct", JOB]);
    assert!(correct(&bed, 0).is_empty(), "once");
    assert!(!bed.state().join("outbox/shops/2026-07-01T0630.r3").exists());
}
