//! Corrections that did not reach all of their readers: each gets the last one that was meant for him, and whoever gets none
//! is told of.

use super::{
    apart::{MOMENT, among, by_day, correct, north_sells_more, readers_are, run, without},
    killed::{DUE, alone},
    over::{JOB, served},
};
use crate::support::TestBed;
use xtask::sink::Sink;

const ALL: [(&str, &str); 4] = [("board", ""), ("chair", ""), ("north", "North"), ("west", "West")];

fn sells(bed: &TestBed, region: &str, much: u32) {
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}2026-06-20,{region},{much}\n"));
}

/// A correction that reached all of its readers but that of North, whose relay puts it off.
fn but_for_north() -> (Sink, TestBed) {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    run(&bed, 0);
    sink.put_off("north@example.com");
    sells(&bed, "North", 900);
    correct(&bed, 4);
    (sink, bed)
}

fn correct_it(bed: &TestBed, code: i32) -> String {
    bed.tidings(&["correct", JOB, "--as-of", MOMENT]).exits(code).stdout
}

#[test]
fn two_revisions_are_gone_on_with_at_once() {
    let (sink, bed) = but_for_north();
    sink.put_off("board@example.com");
    sells(&bed, "West", 90);
    correct(&bed, 4);
    sink.put_off("");
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    bed.tidings(&["status", JOB]).exits(0);
    // What they have is what was meant for each: nothing is left to correct.
    assert!(correct(&bed, 0).is_empty());
}

#[test]
fn a_folder_that_fails_makes_no_reader_of_a_correction_forgotten() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    bed.replace(JOB, "[[deliver.email]]", "[[deliver.folder]]\n\n[[deliver.email]]");
    run(&bed, 0);
    sells(&bed, "North", 900);
    let in_the_way = bed.state().join("outbox/shops/2026-07-01T0630.r1");
    std::fs::write(&in_the_way, "").expect("a file in the folder's place");
    sink.take();
    correct(&bed, 1);
    assert_eq!(served(&sink), [""; 0]);
    let said = bed.tidings(&["status", JOB]).stdout;
    assert!(said.contains("by folder"), "{said}");
    std::fs::remove_file(&in_the_way).expect("taken away");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board", "chair", "north"].map(|one| format!("{one}@example.com")));
    bed.tidings(&["status", JOB]).exits(0);
    // What could not be published is no revision of anything.
    assert!(bed.state().join("outbox/shops/2026-07-01T0630.r2/shops.en.eml").exists());
}

#[test]
fn a_correction_in_doubt_is_not_sent_after_the_one_that_came_later() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &ALL);
    bed.replace(JOB, "audience = \"regions\"", "audience = \"regions\"\ndoubtful = \"again\"");
    run(&bed, 0);
    sells(&bed, "North", 900);
    bed.killed("250 received", &["correct", JOB]);
    sells(&bed, "West", 90);
    sink.put_off("north@example.com");
    correct(&bed, 0);
    sink.put_off("");
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com"], "board has the later one");
    bed.tidings(&["status", JOB]).exits(0);
}

#[test]
fn who_read_it_on_its_day_gets_its_correction_whatever_he_reads_now() {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &[("board", "")]);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    let north =
        "address = \"north@example.com\"\nlocale = \"en\"\nslice = { region = \"North\" }\n";
    bed.write(
        "jobs/audiences/regions.toml",
        format!("schema_version = 1\n[[person]]\n{north}to = \"2026-07-01\"\n"),
    );
    run(&bed, 0);
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}2026-06-30,North,900\n2026-07-01,North,1\n"));
    sink.take();
    let again = ["correct", JOB];
    bed.tidings(&["run", JOB, "--as-of", "2026-07-02T06:30"]);
    sink.take();
    sink.put_off("north@example.com");
    bed.tidings(&again).exits(1);
    sink.put_off("");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com"]);
}

#[test]
fn who_moved_and_has_a_wrong_report_is_told_of() {
    let sink = Sink::start(true).expect("a port");
    let bed = alone(sink.port, &[("board", ""), ("north", "North"), ("west", "West")]);
    run(&bed, 0);
    sink.put_off("north@example.com");
    north_sells_more(&bed, 900);
    correct(&bed, 4);
    sink.put_off("");
    readers_are(&bed, &[("board", ""), ("north", "West"), ("west", "West")]);
    let said = bed.tidings(&DUE).exits(0).stdout;
    assert!(said.contains("One former reader"), "{said}");
    // The same where nobody reads the slice any more and all is looked at anew.
    north_sells_more(&bed, 9);
    let said = correct_it(&bed, 0);
    assert!(said.contains("One former reader"), "{said}");
}

#[test]
fn corrections_that_a_nightly_run_did_not_come_to_are_made() {
    let (sink, bed) = with_one_left();
    let said = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("LEFT        2026-07-02 06:30"), "{said}");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), [""; 0], "once");
}

#[test]
fn a_slice_whose_rows_are_gone_gets_no_correction_that_was_put_off() {
    let sink = Sink::start(true).expect("a port");
    let bed = among(sink.port, &ALL);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    run(&bed, 0);
    sink.put_off("north@example.com");
    sells(&bed, "North", 900);
    correct(&bed, 4);
    sink.put_off("");
    let rows = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", without(&rows, "2026-06-"));
    sells(&bed, "West", 5);
    correct(&bed, 3);
    sink.take();
    bed.tidings(&DUE);
    assert_eq!(served(&sink), [""; 0], "their rows are gone");
}

#[test]
fn a_hold_stops_what_was_on_its_way_before_it() {
    let (sink, bed) = but_for_north();
    sink.put_off("");
    sink.take();
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    bed.tidings(&DUE).exits(3);
    assert_eq!(served(&sink), [""; 0]);
    let settings = std::fs::read_to_string(bed.path("tidings.toml")).expect("settings");
    bed.write("tidings.toml", format!("{settings}\n[operator]\nfrom = {{ address = \"tidings@example.com\" }}\nto = [{{ address = \"ops@example.com\", locale = \"en\" }}]\n"));
    let said = bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(said.contains("the audit"), "{said}");
    bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["north@example.com"]);
}

/// Marks the run of the second of July as a scheduled one that did not come to its corrections.
pub(super) fn leave(bed: &TestBed) {
    let ledger = rusqlite::Connection::open(bed.state().join("ledger.sqlite")).expect("a ledger");
    let left = "UPDATE runs SET record = json_set(record, '$.corrections_open', json('true'))
                WHERE as_of LIKE '2026-07-02%'";
    assert_eq!(ledger.execute(left, []).expect("changed"), 1);
}

/// A moment whose run was to correct the one before it, and did not come to it.
fn with_one_left() -> (Sink, TestBed) {
    let sink = Sink::start(true).expect("a port");
    let bed = by_day(sink.port, &[("board", ""), ("north", "North")]);
    bed.replace(JOB, "cron = \"30 6 1 * *\"", "cron = \"30 6 29 2 *\"\ncatch_up = \"skip\"");
    run(&bed, 0);
    let text = std::fs::read_to_string(bed.path("data/sales.csv")).expect("the data");
    bed.write("data/sales.csv", format!("{text}2026-06-30,North,900\n2026-07-01,North,1\n"));
    bed.tidings(&NEXT).exits(0);
    sink.take();
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), [""; 0], "a run by hand corrects nothing by itself");
    leave(&bed);
    (sink, bed)
}

/// Something that a person does, with its name.
type ByHand<'a> = (&'a str, &'a dyn Fn(&TestBed));

const NEXT: [&str; 4] = ["run", JOB, "--as-of", "2026-07-02T06:30"];

#[test]
fn nothing_that_is_done_by_hand_makes_a_correction_that_is_left_forgotten() {
    let hold = |bed: &TestBed| {
        bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
        bed.tidings(&NEXT).exits(3);
        bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    };
    let resend = |bed: &TestBed| {
        let ledger = rusqlite::Connection::open(bed.state().join("ledger.sqlite"));
        let query = "SELECT run FROM runs WHERE as_of LIKE '2026-07-02%'";
        let run = ledger.expect("a ledger").query_row(query, [], |row| row.get::<_, String>(0));
        let run = run.expect("a run");
        bed.tidings(&["resend", &run, "--to", "north@example.com"]).exits(0);
    };
    let later = |bed: &TestBed| {
        bed.tidings(&["run", JOB, "--as-of", "2026-07-02T09:30"]).exits(0);
    };
    let failed = |bed: &TestBed| {
        let reports = bed.state().join("reports/shops/2026-07-02T0630");
        let away = bed.state().join("away");
        std::fs::rename(&reports, &away).expect("moved");
        std::fs::write(&reports, "").expect("a file in its way");
        bed.tidings(&NEXT).exits(1);
        std::fs::remove_file(&reports).expect("mended");
        std::fs::rename(&away, &reports).expect("moved back");
    };
    let by_hand: [ByHand<'_>; 4] =
        [("hold", &hold), ("resend", &resend), ("later", &later), ("failed", &failed)];
    for (name, by_hand) in by_hand {
        let (sink, bed) = with_one_left();
        by_hand(&bed);
        sink.take();
        let said = bed.tidings(&["status", JOB]).exits(1).stdout;
        assert!(said.contains("LEFT        2026-07-02 06:30"), "{name}: {said}");
        bed.tidings(&DUE).exits(0);
        assert_eq!(served(&sink), ["board@example.com", "north@example.com"], "{name}");
        let said = bed.tidings(&["status", JOB]).stdout;
        assert!(!said.contains("LEFT"), "{name}: {said}");
    }
}

/// The folder with the stored reports of a moment.
fn reports(bed: &TestBed, moment: &str) -> std::path::PathBuf {
    bed.state().join("reports/shops").join(moment)
}

#[test]
fn a_moment_whose_own_report_is_gone_is_computed_once_more() {
    let (sink, bed) = with_one_left();
    std::fs::remove_dir_all(reports(&bed, "2026-07-02T0630")).expect("gone");
    let said = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("LEFT        2026-07-02 06:30"), "{said}");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    bed.tidings(&["status", JOB]).exits(0);
}

#[test]
fn a_report_that_cannot_be_looked_at_is_not_passed_over() {
    let (sink, bed) = with_one_left();
    let (theirs, away) = (reports(&bed, "2026-07-01T0630"), bed.state().join("away"));
    std::fs::rename(&theirs, &away).expect("moved");
    let said = bed.tidings(&DUE).exits(1).stderr;
    assert!(said.contains("gone from the state folder"), "{said}");
    assert_eq!(served(&sink), [""; 0]);
    let said = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("LOST        2026-07-01 06:30"), "{said}");
    // What is made in its place is not what readers have.
    bed.tidings(&["run", JOB, "--as-of", MOMENT, "--no-send"]).exits(0);
    assert!(theirs.join("report.json").exists());
    let said = bed.tidings(&DUE).exits(1).stderr;
    assert!(said.contains("gone from the state folder"), "{said}");
    correct_it(&bed, 1);
    assert_eq!(served(&sink), [""; 0]);
    std::fs::remove_dir_all(&theirs).expect("taken away");
    std::fs::rename(&away, &theirs).expect("moved back");
    let said = bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("LEFT") && !said.contains("LOST"), "{said}");
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
    bed.tidings(&["status", JOB]).exits(0);
}

#[test]
fn what_is_left_waits_while_the_job_corrects_nothing() {
    let (sink, bed) = with_one_left();
    let job = std::fs::read_to_string(bed.path(JOB)).expect("a job");
    bed.write(JOB, job.replace("[corrections]\nthreshold = 0.01\n\n", ""));
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), [""; 0]);
    bed.write(JOB, job);
    bed.tidings(&DUE).exits(0);
    assert_eq!(served(&sink), ["board@example.com", "north@example.com"]);
}

#[test]
fn a_moment_that_two_runs_tell_otherwise_is_looked_at_once_in_a_call() {
    let (_sink, bed) = with_one_left();
    bed.tidings(&["run", JOB, "--as-of", "2026-07-02T09:30"]).exits(0);
    let ledger = rusqlite::Connection::open(bed.state().join("ledger.sqlite")).expect("a ledger");
    let left = "UPDATE runs SET record = json_set(record, '$.corrections_open', json('true'))
                WHERE as_of LIKE '2026-07-02T09%'";
    assert_eq!(ledger.execute(left, []).expect("changed"), 1);
    bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    bed.tidings(&DUE).exits(3);
    let held = "SELECT count(*) FROM runs WHERE as_of LIKE '2026-07-01%'
                AND json_extract(record, '$.outcome') = 'held'";
    let held = ledger.query_row(held, [], |row| row.get::<_, u32>(0));
    assert_eq!(held.expect("a count"), 1);
}
