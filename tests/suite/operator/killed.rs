//! A run that was killed in the middle of its mails: nobody is forgotten.

use super::{JOB, World, changed::OPERATOR};
use crate::support::mail;
use chrono::{Days, Timelike};
use xtask::sink::Sink;

/// Runs the program and kills it as soon as the first mail is settled.
fn killed(world: &World, arguments: &[&str]) {
    let mut command = world.bed.command(arguments);
    command.env("TIDINGS_DIE_AT", "verdict written");
    let ended = command.output().expect("the program starts");
    assert_eq!(ended.status.code(), None, "it is killed: {ended:?}");
}

fn served(sink: &Sink) -> Vec<String> {
    sink.take().into_iter().map(|mail| mail.to).collect()
}

#[test]
fn whom_a_killed_run_did_not_reach_is_told_of_and_served() {
    for is_first in [true, false] {
        let sink = Sink::start(true).expect("a port");
        let world = World::new(sink.port, OPERATOR);
        let days = if is_first { 0 } else { 1 };
        if !is_first {
            world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
            assert_eq!(served(&sink).len(), 2);
        }
        killed(&world, &["run", JOB, "--as-of", &world.as_of(days)]);
        assert_eq!(served(&sink), ["cfo@example.com"]);
        let status = world.status(1);
        let open = &status["open"][0];
        assert_eq!(
            (&open["fate"], &open["killed"], &open["readers"]),
            (&"failed".into(), &true.into(), &1.into()),
            "{status}"
        );
        let said = world.bed.tidings(&["status", JOB]).exits(1).stdout;
        assert!(said.contains("killed at deliver · 1 reader has a report of it"), "{said}");
        let digest = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
        assert!(digest.contains("Failed: 1") || !is_first && digest.contains("Failed"), "{digest}");
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(served(&sink), ["ceo@example.com"]);
        assert_eq!(world.status(0)["open"], serde_json::json!([]));
        world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
        assert_eq!(served(&sink), [""; 0], "once");
    }
}

#[test]
fn a_killed_correction_is_gone_on_with_and_the_old_report_is_not_sent_again() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, OPERATOR);
    let hour = world.moment.hour();
    let corrected = "\n\n[corrections]\nthreshold = 0.01\nwithin_days = 5";
    world.job("takings", &format!("cron = \"0 {hour} * * *\"{corrected}"));
    let command = ["run", JOB, "--as-of", &world.as_of(1), "--format", "json"];
    let first = world.bed.tidings(&command).exits(0).json();
    let first = first["run"].as_str().expect("a run");
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    sink.take();
    killed(&world, &["correct", JOB, "--as-of", &world.as_of(1)]);
    assert_eq!(served(&sink), ["cfo@example.com"]);
    let said = world.bed.tidings(&["status", JOB]).exits(1).stdout;
    assert!(said.contains("the correction killed at deliver"), "{said}");
    assert!(said.contains("tidings correct"), "{said}");
    let digest = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    assert!(digest.contains("The correction failed"), "{digest}");
    let again = ["resend", first, "--to", "ceo@example.com"];
    world.bed.tidings(&again).exits(2).complains(&["was corrected since"]);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let mails = sink.take();
    assert!(mails.len() == 1 && mails[0].to == "ceo@example.com", "{mails:?}");
    let text = mail::parse(&mails[0].bytes).leaf("text/plain").text().to_owned();
    assert!(text.contains("更正"), "{text}");
    world.status(0);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(served(&sink), [""; 0], "once");
}
