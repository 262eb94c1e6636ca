//! The torture sets: every goal of `cargo xtask torture` holds.

use crate::real_data;
use xtask::{fuzz, torture};

/// Runs a set and shows what failed in it.
#[track_caller]
fn holds(set: &str) {
    holds_but(set, &[]);
}

/// The same, but for some of its lines.
#[track_caller]
fn holds_but(set: &str, left_out: &[&str]) {
    let Some(data) = real_data::data() else { return };
    let lines = torture::measure(set, &data).expect("the set can be read");
    for line in lines.iter().filter(|line| !left_out.contains(&line.set.as_str())) {
        assert!(line.holds(), "{line}\n{}", line.failures.join("\n"));
    }
}

/// What loading costs is a matter of the machine and of what else runs: `cargo xtask torture` alone asserts it.
#[test]
fn broken_and_hostile_archives_are_refused_and_whole_ones_read_whole() {
    holds_but("archives", &["archives-cost"]);
}

#[test]
fn schedules_survive_every_change_of_the_clock_and_every_outage() {
    holds("cron-dst");
}

#[test]
fn csv_spectrum_is_read_text_for_text() {
    holds("csv-spectrum");
}

#[test]
fn no_cell_of_a_polluted_file_is_shifted_or_merged() {
    holds("csv-pollution");
}

#[test]
fn declared_encodings_are_decoded_and_nothing_stands_in_for_what_cannot_be() {
    holds("encodings");
}

#[test]
fn numbers_and_dates_have_their_declared_reading_or_none() {
    holds("numbers-dates");
}

#[test]
fn naughty_and_hostile_strings_survive_byte_for_byte() {
    holds("blns");
    holds("hostile-strings");
}

#[test]
fn workbooks_give_what_they_store_and_nothing_that_they_hide() {
    holds_but("excel-messy", &["excel-messy-cost"]);
}

#[test]
fn what_is_no_address_gets_no_mail() {
    holds("email-addresses");
}

#[test]
fn a_killed_run_and_a_failing_disk_leave_nothing_in_part_and_lose_nothing() {
    holds("ledger-crash");
}

#[test]
fn no_header_and_no_body_becomes_another_mail() {
    holds("mail-injection");
}

#[test]
fn whatever_a_relay_does_nobody_has_a_mail_twice_and_doubt_is_told() {
    holds("smtp-faults");
}

#[test]
fn json_is_told_from_what_is_none() {
    holds("json-test-suite");
}

#[test]
fn parquet_that_is_corrupt_is_refused_and_what_is_odd_is_read() {
    holds("parquet-bad");
}

#[test]
fn nobody_gets_anything_of_another_slice() {
    holds("isolation");
}

#[test]
fn streams_of_objects_lose_no_line() {
    holds("streams");
}

/// A few inputs of a target; the long search is `cargo xtask fuzz`.
#[track_caller]
fn keeps_its_promises(target: &str) {
    let Some(data) = real_data::data() else { return };
    let search = fuzz::Search { data: &data, seed: 7, is_measured: false };
    let target = fuzz::target(target).expect("a target");
    let (_, finding) = search.run(target, &mut |inputs| inputs < 50).expect("a corpus");
    if let Some(finding) = finding {
        panic!("{}\n{:?}", finding.reason, String::from_utf8_lossy(&finding.input));
    }
}

#[test]
fn archives_changed_at_random_are_read_whole_or_refused() {
    keeps_its_promises("archives");
}

#[test]
fn csv_changed_at_random_is_read_as_another_reader_does() {
    keeps_its_promises("csv");
}

#[test]
fn texts_changed_at_random_are_decoded_or_told() {
    keeps_its_promises("encoding");
}

#[test]
fn streams_of_taps_changed_at_random_land_whole_or_not_at_all() {
    keeps_its_promises("singer");
}

#[test]
fn log_lines_changed_at_random_are_read_as_another_reader_does() {
    keeps_its_promises("web_log");
}
