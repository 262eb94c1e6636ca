//! Corrections that relays put off: the scheduler goes on with them.

use super::{JOB, World};
use crate::support::mail;
use chrono::{Days, Timelike};
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};
use xtask::sink::{Mail, Sink};

/// The report of yesterday is corrected for two readers, one of whom the relay puts off; that of today is out.
fn put_off() -> (Sink, World, Vec<Mail>) {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
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
fn the_scheduler_goes_on_with_a_correction_that_a_relay_put_off() {
    let (sink, world, _) = put_off();
    let before = lacking(&world);
    assert_eq!(before["key"]["revision"], 1);
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
    let mut command = world.bed.command(&["schedule", "run", "--due", JOB]);
    let mut waits = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("started");
    let lines = BufReader::new(waits.stderr.take().expect("piped")).lines();
    let said = lines.map_while(Result::ok).find(|line| line.contains("put off by the relay"));
    waits.kill().expect("ended");
    waits.wait().expect("ended");
    assert!(said.is_some_and(|line| line.contains("minutes=5")), "it is tried and waits");
    assert_eq!(sink.take().len(), 0);
    assert_eq!(lacking(&world)["key"]["revision"], 1);
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
