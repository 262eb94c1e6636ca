//! The digest of a day.

use super::{JOB, World};
use crate::support::{mail, unbroken};
use chrono::{Datelike, Days, Timelike};
use model::run::{Outcome, RunRecord};
use std::time::Duration;
use xtask::sink::Sink;

const READERS: &str = "from = { address = \"tidings@example.com\" }\nto = [{ address = \"ops@example.com\", locale = \"en\" }, \
                       { address = \"yunwei@example.com\", locale = \"zh-CN\" }]\n";

#[test]
fn every_moment_of_the_day_is_in_the_digest_and_it_goes_out_once() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, READERS);
    let hour = world.moment.format("%-H").to_string();
    let at = |hour: &str| format!("cron = \"0 {hour} * * *\"");
    // Sent today.
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    // Ran yesterday and never today: missed, or still waiting if the day is too young for that.
    let early = (world.moment - chrono::TimeDelta::hours(3)).format("%-H").to_string();
    world.job("missing", &at(&early));
    // Held today.
    world.job("holding", &at(&hour));
    world.data_to(world.today() - Days::new(6), "");
    world.bed.tidings(&["run", "jobs/holding.toml", "--as-of", &world.as_of(0)]).exits(3);
    // Off today.
    let today = world.today();
    world.bed.write(
        "jobs/calendars/rest.toml",
        format!(
            "label = {{ en = \"Here\", zh-CN = \"此地\" }}\n[holidays]\nrest = {{ en = \"Rest Day\", zh-CN = \"休息日\" }}\n\
             [[year]]\nyear = {}\nsource = \"Test\"\ndays_off = [{{ holiday = \"rest\", from = \"{today}\", to = \"{today}\" }}]\n",
            today.year()
        ),
    );
    world.job("resting", &format!("{}\nif_off = \"skip\"", at("6")));
    world.bed.replace(
        "jobs/resting.toml",
        "[schedule]",
        "[calendar]\nholidays = \"rest\"\n\n[schedule]",
    );
    let before = sink.mails().len();
    let ran = world.bed.tidings(&["digest"]).exits(0);
    if world.moment.hour() >= 3 {
        assert!(ran.stdout.contains("Missed: it was due and never run"), "{}", ran.stdout);
    }
    let mails = sink.mails().split_off(before);
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ops@example.com", "yunwei@example.com"]);
    for (reader, says) in [
        (
            "ops@",
            [
                "Takings of takings",
                "Sent to 2 readers",
                "Takings of holding",
                "Held: nobody got figures",
                "Takings of missing",
                "The day is off: Rest Day.",
            ],
        ),
        (
            "yunwei@",
            [
                "takings销售",
                "已发送给2位读者",
                "holding销售",
                "暂缓：没有发送任何数字",
                "missing销售",
                "当天休息：休息日。",
            ],
        ),
    ] {
        let mail = mails.iter().find(|mail| mail.to.starts_with(reader)).expect("a mail");
        assert_eq!(mail::wire_faults(&mail.bytes), Vec::<String>::new());
        let message = mail::parse(&mail.bytes);
        for kind in ["text/plain", "text/html"] {
            let text = unbroken(&message.leaf(kind).text());
            for part in says {
                assert!(text.contains(part), "{reader} {kind} says {part}: {text}");
            }
        }
        assert!(message.header("subject").starts_with("Tidings "), "{}", message.header("subject"));
    }
    // Once a day, whatever has changed since.
    world.data_to(world.today() - Days::new(1), "");
    world.bed.tidings(&["run", "jobs/holding.toml", "--as-of", &world.as_of(0)]).exits(0);
    let count = sink.mails().len();
    world.bed.tidings(&["digest"]).exits(0);
    assert_eq!(sink.mails().len(), count);
    let listed = world.bed.tidings(&["runs", "--format", "json"]).exits(0).json();
    let runs: Vec<RunRecord> = serde_json::from_value(listed).expect("records");
    let digests: Vec<Outcome> = runs
        .iter()
        .filter(|run| run.job.as_str() == "operator-digest")
        .map(|run| run.outcome)
        .collect();
    assert_eq!(digests, [Outcome::AlreadyDelivered, Outcome::Delivered], "latest first");
}

#[test]
fn whoever_keeps_the_schedule_mails_the_digest_at_its_time() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, &format!("{READERS}digest = \"00:00\"\n"));
    world.job("takings", "cron = \"0 0 1 1 *\"");
    let yesterday = (run::context::now().date_naive() - Days::new(1)).to_string();
    world.bed.tidings(&["digest", "--as-of", &yesterday]).exits(0);
    let before = sink.mails().len();
    assert_eq!(before, 2, "that of yesterday");
    // Today's is due since midnight.
    let mut scheduler = world.bed.command(&["schedule", "run"]).spawn().expect("it starts");
    for _ in 0..100 {
        if sink.mails().len() == before + 2 {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    scheduler.kill().expect("killed");
    scheduler.wait().expect("ended");
    let today = run::context::now().format("%-d %b %Y").to_string();
    let mails = sink.mails().split_off(before);
    assert_eq!(mails.len(), 2);
    for mail in mails {
        let english = mail.to.starts_with("ops@");
        let subject = mail::parse(&mail.bytes).header("subject").to_owned();
        assert!(!english || subject == format!("Tidings {today}: all well, 0 sent"), "{subject}");
    }
}

#[test]
fn half_an_operator_is_refused() {
    let sink = Sink::start(false).expect("a port");
    let world = World::new(
        sink.port,
        "digest = \"25:00\"\nzone = \"Mars/Olympus\"\nping = \"https://hc.example.com/1\"\n",
    );
    world.bed.tidings(&["status"]).exits(2).complains(&[
        "operator.ping: use `env:NAME` or `file:PATH`",
        "operator.zone: unknown time zone `Mars/Olympus`",
        "operator.digest: write a time of day",
        "says nothing without `to`",
    ]);
    let world = World::new(sink.port, "");
    world.bed.tidings(&["digest"]).exits(2).complains(&["name readers as `to` in [operator]"]);
}

#[test]
fn a_correction_of_an_earlier_day_that_is_held_today_is_in_the_digest_of_today() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, READERS);
    let hour = world.moment.hour();
    let corrected = "[corrections]\nthreshold = 0.01\nwithin_days = 5";
    world.job("takings", &format!("cron = \"0 {hour} * * *\"\n\n{corrected}"));
    for days in [1, 0] {
        world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(days)]).exits(0);
    }
    let told = world.today() - Days::new(2);
    world.bed.replace("data/takings.csv", &format!("{told},1000"), &format!("{told},2000"));
    world.bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    world.bed.tidings(&["correct", JOB]).exits(3);
    let said = world.bed.tidings(&["digest", "--no-send"]).exits(0).stdout;
    let moment = world.as_of(1).replace('T', " ");
    let held = said.lines().any(|line| line.contains(&moment));
    assert!(held && said.contains("Sent: 1. Held: 2."), "both, of yesterday and of today: {said}");
    let to_come = (world.today() + Days::new(30)).to_string();
    world.bed.tidings(&["digest", "--as-of", &to_come]).exits(2).complains(&["still to come"]);
}
