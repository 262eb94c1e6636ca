//! What changes between two runs – a job file, a schedule, the ledger – leaves nobody without his report in silence.

use super::{JOB, World};
use crate::support::mail;
use chrono::{Days, Timelike};
use std::fs;
use xtask::sink::Sink;

const OTHER: &str = "jobs/other.toml";

pub(super) const OPERATOR: &str = "to = [{ address = \"ops@example.com\", locale = \"en\" }]\nfrom = { address = \"tidings@example.com\" }\n";

fn served(sink: &Sink) -> Vec<String> {
    let mut served: Vec<String> = sink.take().into_iter().map(|mail| mail.to).collect();
    served.sort();
    served
}

#[test]
fn a_job_with_faults_keeps_no_other_waiting_and_is_named() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, OPERATOR);
    let text = fs::read_to_string(world.bed.path(JOB)).expect("a job");
    world.bed.write(OTHER, format!("no_such_key = 1\n{text}"));
    let said = world.bed.tidings(&["schedule", "run", "--due"]).exits(2).stderr;
    assert!(said.contains("no_such_key"), "{said}");
    assert_eq!(served(&sink), ["ceo@example.com", "cfo@example.com"]);
    let status = world.bed.tidings(&["status"]).exits(1).stdout;
    for says in ["takings", "other\n  FAULTY", "tidings check jobs/other.toml", "1 job waits"] {
        assert!(status.contains(says), "{says}: {status}");
    }
    let all = world.bed.tidings(&["status", "--format", "json"]).exits(1).json();
    assert_eq!(all[1], serde_json::json!({ "job": "other", "unreadable": true }));
    world.bed.tidings(&["digest"]).exits(2);
    let mails = sink.take();
    let digest = mail::parse(&mails[0].bytes);
    assert!(
        digest.header("subject").contains("1 to look at, 1 sent"),
        "{}",
        digest.header("subject")
    );
    let text = digest.leaf("text/plain").text();
    assert!(text.contains("other: other") && text.contains("its job file has faults"), "{text}");
    // What is written for all of them is whole or is not.
    world.bed.tidings(&["schedule", "list"]).exits(2).complains(&["jobs/other.toml has faults"]);
    // Where no job is left, the operator hears it all the same.
    fs::remove_file(world.bed.path(JOB)).expect("gone");
    world.bed.tidings(&["schedule", "run", "--due"]).exits(2);
    world.bed.tidings(&["digest", "--no-send"]).exits(2);
}

#[test]
fn another_schedule_abandons_nobody() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    sink.put_off("cfo@example.com");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(4);
    sink.put_off("");
    sink.take();
    // It runs once a year now.
    let hour = world.moment.hour();
    world.bed.replace(JOB, &format!("cron = \"0 {hour} * * *"), "cron = \"1 0 1 1 *");
    world.bed.tidings(&["schedule", "run", "--due"]).exits(0);
    assert_eq!(served(&sink), ["cfo@example.com"]);
}

#[test]
fn corrections_that_are_switched_off_reach_all_of_whom_some_have_them() {
    let (sink, world, _) = super::put_off::put_off();
    sink.put_off("");
    world.bed.replace(JOB, "[corrections]\nthreshold = 0.01\nwithin_days = 5", "");
    world.bed.tidings(&["schedule", "run", "--due"]).exits(0);
    assert_eq!(served(&sink), ["cfo@example.com"]);
}

#[test]
fn a_ledger_of_yesterday_sends_nothing_twice() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, OPERATOR);
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    let ledger = world.bed.state().join("ledger.sqlite");
    let yesterday = fs::read(&ledger).expect("a ledger");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    assert_eq!(sink.take().len(), 4);
    fs::write(&ledger, yesterday).expect("brought back");
    for command in
        [&["run", JOB, "--as-of", &world.as_of(0)][..], &["schedule", "run", "--due"][..]]
    {
        let said = world.bed.tidings(command).exits(1).stderr;
        assert!(said.contains("the ledger does not know all of run"), "{said}");
    }
    assert_eq!(served(&sink), [""; 0]);
    world.bed.tidings(&["status"]).exits(1).complains(&["the ledger does not know all of run"]);
    // What is mailed since hides nothing.
    world.bed.tidings(&["digest", "--as-of", "2026-01-01"]).exits(1);
    let mails = sink.take();
    assert_eq!(mails.len(), 1, "who keeps it is told");
    let digest = mail::parse(&mails[0].bytes);
    assert!(digest.leaf("text/plain").text().contains("The ledger does not know all of run"));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(1);
    let found = world.bed.tidings(&["doctor"]).exits(1).stdout;
    assert!(found.contains("it does not know all of run"), "{found}");
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    assert!(!said.contains("Nothing waits"), "{said}");
    fs::remove_file(&ledger).expect("gone");
    let found = world.bed.tidings(&["doctor"]).exits(1).stdout;
    assert!(found.contains("it is gone, and mails have left from here"), "{found}");
    world.bed.tidings(&["schedule", "run", "--due"]).exits(1);
    // A rehearsal sends nothing and goes on.
    world.bed.tidings(&["run", JOB, "--no-send"]).exits(0);
    fs::remove_file(world.bed.state().join("letters.sqlite")).expect("at a person's word");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    assert_eq!(served(&sink).len(), 2);
}

#[test]
fn a_state_folder_that_is_moved_keeps_its_reports_and_lost_ones_are_told_of() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    let hour = world.moment.hour();
    let corrected = "\n\n[corrections]\nthreshold = 0.01\nwithin_days = 5";
    world.job("takings", &format!("cron = \"0 {hour} * * *\"{corrected}"));
    let tidings = |state: &str, arguments: &[&str]| {
        let mut command = world.bed.command(arguments);
        command.env("TIDINGS_STATE", state);
        world.bed.start(command)
    };
    tidings("here", &["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    let home = world.bed.path("jobs").parent().expect("a folder").to_owned();
    fs::rename(home.join("here"), home.join("there")).expect("moved");
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    sink.take();
    tidings("there", &["correct", JOB]).exits(0);
    assert_eq!(served(&sink), ["ceo@example.com", "cfo@example.com"]);
    fs::remove_dir_all(home.join("there/reports")).expect("lost");
    world.bed.replace("data/takings.csv", &format!("{told},2000"), &format!("{told},3000"));
    let ran = tidings("there", &["correct", JOB]).exits(1);
    assert!(ran.stderr.contains("is gone from the state folder"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("no figure that readers have"), "{}", ran.stdout);
    let ran = tidings("there", &["correct", JOB, "--as-of", &world.as_of(1)]).exits(1);
    assert!(ran.stdout.contains("reports that 2 readers have are gone"), "{}", ran.stdout);
    assert_eq!(served(&sink), [""; 0]);
}
