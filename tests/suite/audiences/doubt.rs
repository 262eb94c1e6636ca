//! Corrections in doubt, and those that reach a reader as his first mail.

use super::{
    apart::{among, correct, north_sells_more, readers_are, run, text_to},
    over::{JOB, bed, served},
};
use crate::support::{TestBed, mail};
use model::run::{Outcome, RunRecord};
use rusqlite::Connection;
use xtask::sink::Sink;

/// A report on the last day of June, on which North alone sold something: 30.
fn daily(port: u16) -> TestBed {
    let bed = bed(port, "day");
    bed.replace(JOB, "[schedule]", "[corrections]\nthreshold = 0.01\n\n[schedule]");
    readers_are(&bed, &[("board", ""), ("north", "North"), ("west", "West")]);
    bed
}

#[test]
fn a_correction_to_nothing_waits_for_a_person() {
    let sink = Sink::start(true).expect("a port");
    let bed = daily(sink.port);
    let first = run(&bed, 0);
    sink.take();
    // Somebody else has it: the sum of all stays, and West moves too.
    bed.replace("data/sales.csv", "2026-06-30,North,30", "2026-06-30,West,30");
    let held = correct(&bed, 3).remove(0);
    assert_eq!(held.outcome, Outcome::Held);
    assert_eq!(served(&sink), ["owner@example.com"]);
    let text = text_to(&sink.take(), "owner@");
    for says in [
        "its correction was not sent",
        "region = North: Sales, 30 Jun 2026: the report that readers have, or wait for, has a figure",
    ] {
        assert!(text.contains(says), "{text}");
    }
    assert!(!text.contains("30.00"), "a notice has no figures: {text}");
    let status = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(status.contains("the correction; 3 readers have what it corrects"), "{status}");
    let rerun = run(&bed, 0);
    let said = rerun.notes.iter().find(|note| note.message.key == "correction.held");
    assert!(format!("{said:?}").contains(held.run.as_str()), "{rerun:?}");
    sink.take();
    let again = ["resend", first.run.as_str(), "--to", "north@example.com"];
    bed.tidings(&again).exits(2).complains(&["its correction is held"]);
    // The next night finds it held for the same reason, which is no news.
    correct(&bed, 3);
    assert_eq!(served(&sink), [""; 0]);
    bed.tidings(&["release", held.run.as_str()]).exits(0);
    let mails = sink.take();
    assert!(text_to(&mails, "north@").contains("0.00 instead of 30.00"));
    let west = text_to(&mails, "west@");
    assert!(west.contains("30.00 instead of 0.00") && !west.contains("North"), "{west}");
    assert!(!bed.tidings(&["status", JOB]).stdout.contains("HELD"));
}

#[test]
fn a_file_that_comes_back_ends_the_doubt() {
    let sink = Sink::start(true).expect("a port");
    let bed = daily(sink.port);
    let north = "2026-06-30,North,30\n";
    bed.replace("data/sales.csv", north, &format!("{north}2026-06-30,South,1\n"));
    let first = run(&bed, 0);
    let data = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.replace("data/sales.csv", north, "");
    correct(&bed, 3);
    sink.take();
    // Nothing of West has changed: its report can go once more.
    bed.tidings(&["resend", first.run.as_str(), "--to", "west@example.com"]).exits(0);
    let north = ["resend", first.run.as_str(), "--to", "north@example.com"];
    bed.tidings(&north).exits(2).complains(&["its correction is held"]);
    assert_eq!(served(&sink), ["west@example.com"]);
    sink.take();
    bed.write("data/sales.csv", data);
    // No moment is named: what is held is looked at again.
    assert_eq!(correct(&bed, 0).len(), 1);
    assert_eq!(served(&sink), [""; 0]);
    assert!(!bed.tidings(&["status", JOB]).stdout.contains("HELD"));
    assert!(correct(&bed, 0).is_empty(), "once");
}

#[test]
fn a_correction_that_is_the_first_mail_answers_to_none() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("north", "North"), ("norbert", "North")]);
    sink.put_off("north@example.com");
    run(&bed, 4);
    sink.take();
    sink.put_off("");
    north_sells_more(&bed, 900);
    let corrected = correct(&bed, 0).remove(0);
    let mails = sink.take();
    assert_eq!(mails.len(), 2);
    // He has what is valid: nobody waits for the mail that was put off.
    assert_eq!(run(&bed, 0).outcome, Outcome::AlreadyDelivered);
    for mail in mails {
        let parsed = mail::parse(&mail.bytes);
        let answers = parsed.headers.contains_key("in-reply-to");
        assert_eq!(answers, mail.to.starts_with("norbert@"), "{}", mail.to);
        let day = corrected.started.date_naive().to_string();
        let shown = ["show-sent", JOB, "--to", &mail.to, "--on", &day, "--out", "seen"];
        bed.tidings(&shown).exits(0);
        let files = std::fs::read_dir(bed.path("seen")).expect("a folder").flatten();
        let mut kept = files.filter_map(|file| std::fs::read(file.path()).ok());
        let came = mail.bytes.strip_suffix(b"\r\n").expect("a line end");
        assert!(kept.any(|bytes| bytes == came), "byte for byte");
    }
}

#[test]
fn what_was_released_and_put_off_goes_on_at_the_same_word() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    let held = correct(&bed, 3).remove(0);
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    sink.take();
    sink.put_off("north@example.com");
    let release = ["release", held.run.as_str(), "--format", "json"];
    bed.tidings(&release).exits(4);
    assert_eq!(served(&sink), ["board@example.com"]);
    sink.take();
    let again = run(&bed, 0);
    assert!(again.notes.iter().any(|note| note.message.key == "correction.put_off"), "{again:?}");
    sink.put_off("");
    let record: RunRecord =
        serde_json::from_value(bed.tidings(&release).exits(0).json()).expect("a record");
    assert_eq!(record.outcome, Outcome::Delivered);
    assert!(text_to(&sink.take(), "north@").contains("1,365.00 instead of 465.00"));
}

#[test]
fn a_rerun_that_is_held_says_that_readers_have_the_report_before() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    sink.take();
    north_sells_more(&bed, 900);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    run(&bed, 3);
    let text = text_to(&sink.take(), "owner@");
    for says in ["the audit", "Readers have an earlier report of this moment", "back by hand"] {
        assert!(text.contains(says), "{text}");
    }
}

#[test]
fn a_hold_by_hand_hides_no_correction_to_nothing() {
    let sink = Sink::start(true).expect("a port");
    let bed = daily(sink.port);
    run(&bed, 0);
    bed.replace("data/sales.csv", "2026-06-30,North,30", "2026-06-30,West,30");
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    sink.take();
    let by_hand = correct(&bed, 3).remove(0);
    let text = text_to(&sink.take(), "owner@");
    assert!(text.contains("back by hand") && !text.contains("check before sending"), "{text}");
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    let release = |run: &RunRecord| ["release".to_owned(), run.run.to_string()];
    let released = |run: &RunRecord, code: i32| -> RunRecord {
        let command = release(run);
        let command = [command[0].as_str(), command[1].as_str(), "--format", "json"];
        serde_json::from_value(bed.tidings(&command).exits(code).json()).expect("a record")
    };
    // Nobody was told of North before this.
    let in_doubt = released(&by_hand, 3);
    assert_eq!(served(&sink), ["owner@example.com"]);
    assert!(text_to(&sink.take(), "owner@").contains("region = North: Sales, 30 Jun 2026"));
    released(&in_doubt, 0);
    assert!(text_to(&sink.take(), "north@").contains("0.00 instead of 30.00"));
}

#[test]
fn who_was_put_off_and_moved_gets_what_the_readers_of_his_slice_have() {
    let sink = Sink::start(true).expect("a port");
    let readers = [("north", "North"), ("norbert", "North"), ("wendy", "West")];
    let bed = among(sink.port, &readers);
    sink.put_off("north@example.com");
    run(&bed, 4);
    let first = sink.take();
    sink.put_off("");
    readers_are(&bed, &[("north", "West"), ("norbert", "North"), ("wendy", "West")]);
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}2026-06-20,West,70\n2026-06-21,North,900\n"));
    assert_eq!(run(&bed, 0).outcome, Outcome::Delivered);
    let second = sink.take();
    assert_eq!(second.len(), 1, "{second:?}");
    assert_eq!(text_to(&second, "north@"), text_to(&first, "wendy@"));
    // Whoever joins a slice whose readers have all left gets what they had.
    readers_are(&bed, &[("nora", "North"), ("north", "West"), ("wendy", "West")]);
    assert_eq!(run(&bed, 0).outcome, Outcome::Delivered);
    assert_eq!(text_to(&sink.take(), "nora@"), text_to(&first, "norbert@"));
    correct(&bed, 0);
    let expected = ["nora", "north", "wendy"].map(|name| format!("{name}@example.com"));
    assert_eq!(served(&sink), expected);
}

#[test]
fn a_notice_is_shown_as_it_was_sent() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    let address = "address = \"north@example.com\"";
    let named = format!("{address}\nname = \"Nóra North\"");
    bed.replace("jobs/audiences/regions.toml", address, &named);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    let held = run(&bed, 3);
    let mails = sink.take();
    let day = held.started.date_naive().to_string();
    let show = ["show-sent", JOB, "--to", "owner@example.com", "--on", &day, "--out", "seen"];
    bed.tidings(&show).exits(0);
    let bytes =
        std::fs::read(bed.path(&format!("seen/{day}-owner@example.com-1.eml"))).expect("a message");
    assert_eq!(Some(bytes.as_slice()), mails[0].bytes.strip_suffix(b"\r\n"), "byte for byte");
    // What somebody got is shown, too, who is taken out or has another name now.
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    run(&bed, 0);
    let sent = sink.take();
    let came = sent.iter().find(|mail| mail.to.starts_with("north@")).expect("a mail");
    for readers in [&[("board", ""), ("north", "North")][..], &[("board", "")][..]] {
        readers_are(&bed, readers);
        let show = ["show-sent", JOB, "--to", "north@example.com", "--on", &day, "--out", "north"];
        bed.tidings(&show).exits(0);
        let bytes = std::fs::read(bed.path(&format!("north/{day}-north@example.com-1.eml")))
            .expect("a message");
        assert_eq!(Some(bytes.as_slice()), came.bytes.strip_suffix(b"\r\n"), "byte for byte");
    }
}

#[test]
fn who_was_refused_a_correction_is_told_against_what_he_has() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    let before = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    north_sells_more(&bed, 900);
    sink.take();
    sink.refuse("north@example.com");
    correct(&bed, 4);
    assert_eq!(served(&sink), ["board@example.com", "owner@example.com"]);
    sink.take();
    sink.refuse("");
    assert!(correct(&bed, 0).is_empty(), "the same is not sent to him again");
    // What he has is right once more; the others have a correction that is wrong.
    bed.write("data/sales.csv", before);
    correct(&bed, 0);
    assert_eq!(served(&sink), ["board@example.com"]);
    assert!(text_to(&sink.take(), "board@").contains("470.00 instead of 1,370.00"));
    north_sells_more(&bed, 500);
    correct(&bed, 0);
    assert!(text_to(&sink.take(), "north@").contains("965.00 instead of 465.00"));
    // He has a later one now: that he was once refused these figures says nothing any more.
    north_sells_more(&bed, 400);
    correct(&bed, 0);
    assert!(text_to(&sink.take(), "north@").contains("1,365.00 instead of 965.00"));
}

#[test]
fn who_joins_after_a_correction_is_served_once() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    north_sells_more(&bed, 900);
    correct(&bed, 0);
    sink.take();
    north_sells_more(&bed, 5);
    readers_are(&bed, &[("board", ""), ("north", "North"), ("nora", "North")]);
    assert_eq!(run(&bed, 0).outcome, Outcome::Delivered);
    assert_eq!(served(&sink), ["nora@example.com"]);
    assert!(text_to(&sink.take(), "nora@").contains("1,365.00"), "what the others have");
    assert_eq!(run(&bed, 0).outcome, Outcome::AlreadyDelivered);
    assert_eq!(served(&sink), [""; 0]);
}

#[test]
fn who_may_have_a_correction_is_not_sent_it_again_and_told_no_old_value() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &[("board", ""), ("north", "North")]);
    run(&bed, 0);
    let before = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    north_sells_more(&bed, 900);
    correct(&bed, 0);
    let ledger = Connection::open(bed.state().join("ledger.sqlite")).expect("a ledger");
    let doubt =
        "UPDATE receipts SET state = 'unknown', receipt = json_set(receipt, '$.state', 'unknown')
                 WHERE revision = 1 AND recipient LIKE 'north@%'";
    assert_eq!(ledger.execute(doubt, []).expect("changed"), 1);
    sink.take();
    assert!(correct(&bed, 0).is_empty(), "nothing is sent again by itself");
    assert_eq!(served(&sink), [""; 0]);
    bed.write("data/sales.csv", before);
    correct(&bed, 0);
    let mails = sink.take();
    assert!(text_to(&mails, "board@").contains("470.00 instead of 1,370.00"));
    let north = text_to(&mails, "north@");
    assert!(north.contains("465.00") && !north.contains("1,365.00"), "{north}");
}
