//! What relays put off, reports and corrections: the scheduler goes on with it.

use super::{JOB, World};
use crate::support::mail;
use chrono::{Days, Timelike};
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};
use xtask::sink::{Mail, Sink};

/// The report of yesterday is corrected for two readers, one of whom the relay puts off; that of today is out.
pub(super) fn put_off() -> (Sink, World, Vec<Mail>) {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, super::changed::OPERATOR);
    let hour = world.moment.hour();
    let corrected = "\n\n[corrections]\nthreshold = 0.01\nwithin_days = 5";
    world.job("takings", &format!("cron = \"0 {hour} * * *\"{corrected}"));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    assert_eq!(sink.take().len(), 4, "two reports for two readers");
    sink.put_off("cfo@example.com");
    world.bed.tidings(&["correct", JOB]).exits(4);
    let others = sink.take();
    assert!(others.len() == 1 && others[0].to == "ceo@example.com", "{others:?}");
    (sink, world, others)
}

/// The receipt of the reader who lacks it.
fn lacking(world: &World) -> serde_json::Value {
    let status = world.status(1);
    let open = status["deliveries"].as_array().expect("deliveries");
    assert_eq!(open.len(), 1, "{status}");
    open[0].clone()
}

#[test]
fn a_correction_of_an_earlier_day_that_is_put_off_today_is_in_the_digest_of_today() {
    let (sink, world, _) = put_off();
    let yesterday = (world.today() - Days::new(1)).to_string();
    let named = |said: &str| {
        let lines = said.lines().filter(|line| line.contains("cfo@example.com"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let said = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(said.contains(&yesterday) && named(&said).len() == 1, "{said}");
    sink.put_off("");
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let said = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(!said.contains(&yesterday) && named(&said).is_empty(), "{said}");
}

#[test]
fn the_scheduler_goes_on_with_a_correction_that_a_relay_put_off() {
    let (sink, world, _) = put_off();
    let before = lacking(&world);
    assert_eq!(before["key"]["revision"], 1);
    // The old figures are not sent again meanwhile, to nobody.
    let runs = world.bed.tidings(&["runs", "--format", "json"]).exits(0).json();
    let first = runs
        .as_array()
        .expect("runs")
        .iter()
        .map(|run| &run["run"])
        .min_by_key(|run| run.to_string());
    let first = first.and_then(|run| run.as_str()).expect("a run").to_owned();
    for reader in ["cfo@example.com", "ceo@example.com"] {
        let again = ["resend", &first, "--to", reader];
        world.bed.tidings(&again).exits(2).complains(&["was corrected since"]);
    }
    sink.put_off("");
    let late = world.today() - Days::new(2);
    // Figures that change once more meanwhile are a matter of the next night.
    world.bed.replace("data/takings.csv", &format!("{late},2000"), &format!("{late},9000"));
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let mails = sink.take();
    assert!(mails.len() == 1 && mails[0].to == "cfo@example.com", "{mails:?}");
    let mail = mail::parse(&mails[0].bytes);
    assert!(mail.header("subject").starts_with("Correction: "), "{}", mail.header("subject"));
    assert_eq!(before["reference"], mail.header("message-id"), "the same message id");
    assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(sink.take().len(), 0, "once");
}

#[test]
fn it_waits_while_the_relay_puts_it_off() {
    let (sink, world, _) = put_off();
    let mut command = world.bed.command(&["schedule", "run", JOB]);
    let mut waits = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("started");
    let lines = BufReader::new(waits.stderr.take().expect("piped")).lines();
    let said = lines.map_while(Result::ok).find(|line| line.contains("not all was delivered"));
    waits.kill().expect("ended");
    waits.wait().expect("ended");
    assert!(said.is_some_and(|line| line.contains("minutes=5")), "it is tried and waits");
    assert_eq!(sink.take().len(), 0);
    assert_eq!(lacking(&world)["key"]["revision"], 1);
}

#[test]
fn who_is_put_off_in_the_first_run_is_tried_again_by_each_call_and_nothing_is_late() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    sink.put_off("cfo@example.com");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(4);
    sink.take();
    assert_eq!(lacking(&world)["key"]["revision"], 0);
    let call = ["schedule", "run", "--due", JOB];
    let said = world.bed.tidings(&call).exits(4).stderr;
    assert!(said.contains("left for the next `tidings schedule run --due`"), "{said}");
    assert_eq!(sink.take().len(), 0, "the other reader has it");
    assert_eq!(world.status(1)["due"], serde_json::json!([]), "pending, not late");
    sink.put_off("");
    world.bed.tidings(&call).exits(0);
    let mails = sink.take();
    assert!(mails.len() == 1 && mails[0].to == "cfo@example.com", "{mails:?}");
    assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
    world.bed.tidings(&call).exits(0);
    assert_eq!(sink.take().len(), 0, "once");
}

#[test]
fn a_run_that_was_put_off_in_part_starts_the_history_of_its_job() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    sink.put_off("cfo@example.com");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(3)]).exits(4);
    let due = |code| world.status(code)["due"].as_array().map(Vec::len);
    assert_eq!(due(1), Some(1), "the latest moment is due");
    sink.put_off("");
    sink.take();
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let to: Vec<String> = sink.take().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to.len(), 3, "the new edition for both, the old one for who lacked it: {to:?}");
    assert_eq!(due(0), Some(0));
}

#[test]
fn an_edition_that_is_given_up_is_named_and_stays_to_be_seen() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    sink.put_off("cfo@example.com");
    for days in [1, 0] {
        world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(days)]).exits(4);
    }
    // That of yesterday was run yesterday.
    let ledger = rusqlite::Connection::open(world.bed.state().join("ledger.sqlite"));
    let yesterday = world.as_of(1);
    let run_then = ledger.expect("a ledger").execute(
        "UPDATE runs SET started = ?1 WHERE as_of = ?2",
        [format!("{yesterday}:30.000000Z"), format!("{yesterday}:00")],
    );
    assert_eq!(run_then.expect("changed"), 1);
    let call = ["schedule", "run", "--due", JOB];
    let said = world.bed.tidings(&call).stderr;
    assert!(said.contains("given up"), "{said}");
    let status = world.bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(status.contains("GIVEN UP") && status.contains("PENDING"), "{status}");
}

#[test]
fn missed_editions_that_are_put_off_are_all_tried_again() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    let hour = world.moment.hour();
    world.job("takings", &format!("cron = \"0 {hour} * * *\"\ncatch_up = \"each\""));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(3)]).exits(0);
    sink.take();
    sink.put_off("cfo@example.com");
    let call = ["schedule", "run", "--due", JOB];
    world.bed.tidings(&call).exits(4);
    assert_eq!(sink.take().len(), 3, "three missed editions for one of both");
    sink.put_off("");
    world.bed.tidings(&call).exits(0);
    let mails = sink.take();
    assert!(mails.len() == 3 && mails.iter().all(|mail| mail.to == "cfo@example.com"), "{mails:?}");
    assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
}

#[test]
fn a_correction_that_nobody_got_keeps_its_revision() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    world.bed.replace(JOB, "{ address = \"ceo@example.com\", locale = \"zh-CN\" },\n", "");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    sink.put_off("cfo@example.com");
    let moment = world.as_of(1);
    let correct = ["correct", JOB, "--as-of", &moment];
    world.bed.tidings(&correct).exits(1);
    let before = lacking(&world);
    sink.put_off("");
    sink.take();
    world.bed.tidings(&correct).exits(0);
    let mails = sink.take();
    assert_eq!(mails.len(), 1);
    let id = mail::parse(&mails[0].bytes).header("message-id").to_owned();
    assert_eq!((&before["key"]["revision"], &before["reference"]), (&1.into(), &id.into()));
}
