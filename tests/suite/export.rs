//! Exported timers are taken by the other systems' own verifiers, and wake at every moment of a schedule.

use crate::support::TestBed;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use job::schedule::{Around, SchedulePlan, Spec};
use model::calendar::{Calendar, Holidays};
use run::schedule::{export::calendars, fires};
use std::{collections::BTreeSet, fs, process::Command};

/// A program that the set-up names, or a word that it is missing.
fn program(variable: &str) -> Option<String> {
    let found = std::env::var(variable).ok();
    if found.is_none() {
        eprintln!("skipped: {variable} is not set; tests/run sets it");
    }
    found
}

fn exported(bed: &TestBed, arguments: &[&str]) -> Vec<String> {
    let out = bed.path("timers").to_string_lossy().into_owned();
    let all = [&["schedule", "export"], arguments, &["--out", &out]].concat();
    let said = bed.tidings(&all).exits(0).stdout;
    said.lines().map(str::to_owned).collect()
}

#[test]
fn units_of_every_sample_job_pass_the_verifier_of_systemd() {
    let Some(analyze) = program("TIDINGS_TEST_SYSTEMD") else { return };
    let bed = TestBed::copy();
    bed.replace(
        "jobs/nightly.toml",
        "cron = \"30 6 * * *\"",
        "on = { working_day = -1 }\nat = \"06:30\"",
    );
    let files = exported(&bed, &["systemd"]);
    assert!(files.len() >= 6 && files.len().is_multiple_of(2), "{files:?}");
    let verified =
        Command::new(analyze).args(["verify", "--man=no"]).args(&files).output().expect("runs");
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && said.is_empty(), "{said}");
    let service = fs::read_to_string(bed.path("timers/tidings-nightly.service")).expect("written");
    // What a relay puts off is tried again by the next call: one comes in every hour.
    let timer = fs::read_to_string(bed.path("timers/tidings-nightly.timer")).expect("written");
    assert!(timer.contains("OnCalendar=hourly\n"), "{timer}");
    assert!(service.contains("schedule run --due \"jobs/nightly.toml\""), "{service}");
    assert!(
        service
            .contains(format!("WorkingDirectory={}", bed.path("").display()).trim_end_matches('/')),
        "{service}"
    );
}

#[test]
fn cron_jobs_fit_the_schema_of_kubernetes() {
    let Some(validate) = program("TIDINGS_TEST_KUBERNETES") else { return };
    let bed = TestBed::copy();
    let options =
        ["--image", "registry.example.com/tidings:1", "--claim", "reports", "--secret", "tidings"];
    let files = exported(&bed, &[&["kubernetes"][..], &options].concat());
    assert!(files.len() >= 3, "{files:?}");
    let check = |files: &[String]| {
        let checked = Command::new(&validate).arg("--strict").args(files).output().expect("runs");
        (checked.status.success(), String::from_utf8_lossy(&checked.stdout).into_owned())
    };
    let (fits, said) = check(&files);
    assert!(fits, "{said}");
    let text = fs::read_to_string(&files[0]).expect("written");
    assert!(text.contains("timeZone: \"Asia/Shanghai\""), "{text}");
    assert!(text.contains(" * * * *\"\n"), "what is put off is tried again in every hour: {text}");
    // The verifier does refuse what is no CronJob.
    fs::write(&files[0], text.replace("concurrencyPolicy", "concurencyPolicy")).expect("written");
    assert!(!check(&files).0, "a misspelt key must not pass");
}

#[test]
fn what_the_other_system_cannot_say_is_refused() {
    let bed = TestBed::copy();
    let options = ["--image", "i", "--claim", "c"];
    let export = |job: &str| {
        let arguments = [&["schedule", "export", "kubernetes", job][..], &options].concat();
        bed.tidings(&arguments)
    };
    bed.replace("jobs/nightly.toml", "cron = \"30 6", "zone = \"Europe/Berlin\"\ncron = \"30 2");
    export("jobs/nightly.toml")
        .exits(2)
        .complains(&["runs at 02:30 in Europe/Berlin", "export systemd"]);
    let printed =
        bed.tidings(&["schedule", "export", "systemd", "jobs/nightly.toml"]).exits(0).stdout;
    for line in
        ["OnCalendar=*-*-* 02:30:00 Europe/Berlin", "OnCalendar=*-*-* 03:00:00 Europe/Berlin"]
    {
        assert!(printed.contains(line), "{printed}");
    }
    fs::rename(bed.path("jobs/nightly.toml"), bed.path("jobs/日报.toml")).expect("renamed");
    export("jobs/日报.toml").exits(2).complains(&["`日报` cannot be the name of a CronJob"]);
    bed.tidings(&["schedule", "export", "systemd", "jobs/日报.toml"])
        .exits(2)
        .complains(&["unit of systemd"]);
    let missing = bed.tidings(&["schedule", "export", "kubernetes", "jobs/weekly-executive.toml"]);
    missing.exits(2).complains(&["--image", "--claim"]);
}

#[test]
fn names_that_a_cluster_or_an_account_cannot_have_are_refused() {
    let bed = TestBed::copy();
    let sound = ["--image", "registry.example.com/tidings:1", "--claim", "reports"];
    let export = |options: &[&str]| {
        let arguments = ["schedule", "export", "kubernetes", "jobs/nightly.toml"];
        bed.tidings(&[&arguments[..], options].concat())
    };
    export(&sound).exits(0);
    for (claim, told) in [("Bad Claim!", "`Bad Claim!`"), ("", "``"), ("a\nb", "`a\\nb`")] {
        let told = format!("{told} cannot be the name of a claim");
        let ran = export(&["--image", "i", "--claim", claim]).exits(2).complains(&[&told]);
        assert_eq!(ran.stdout, "", "nothing is written");
    }
    for image in ["my image", "", "tidings\n", "tidings:1\nprivileged: true", "Tidings"] {
        let ran = export(&["--image", image, "--claim", "reports"]).exits(2);
        ran.complains(&["cannot be the name of an image", "registry.example.com/tidings:1"]);
    }
    for secret in ["A B", "", "-a"] {
        let ran = export(&[&sound[..], &["--secret", secret]].concat());
        assert!(ran.code == 2, "{secret}: {ran:?}");
    }
    let systemd = ["schedule", "export", "systemd", "jobs/nightly.toml", "--user", ""];
    bed.tidings(&systemd).exits(2).complains(&["is no name of an account"]);
}

fn plan(toml: &str) -> SchedulePlan {
    let spec: Spec = toml::from_str(toml).expect("a section");
    let holidays = Holidays::default();
    let around = Around { calendar: Calendar::default(), holidays: &holidays, events: &[] };
    spec.lower(&around).expect("a schedule")
}

/// The instants at which systemd itself says that it elapses.
fn elapses(
    analyze: &str,
    line: &str,
    after: DateTime<Utc>,
    until: DateTime<Utc>,
) -> BTreeSet<DateTime<Utc>> {
    let base = (after - TimeDelta::seconds(1)).format("%Y-%m-%d %H:%M:%S").to_string();
    let shown = Command::new(analyze)
        .args(["calendar", "--iterations=600", &format!("--base-time={base}"), line])
        .env("TZ", "UTC")
        .output()
        .expect("runs");
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.status.success(), "{line}: {text}");
    // `Next elapse: Mon 2026-03-30 00:30:00 UTC`, and so on for each iteration.
    let instant = |said: &str| {
        let words: Vec<&str> = said.split_whitespace().collect();
        let [.., day, time, "UTC"] = words[..] else { return None };
        NaiveDateTime::parse_from_str(&format!("{day} {time}"), "%Y-%m-%d %H:%M:%S").ok()
    };
    let found: BTreeSet<_> = text.lines().filter_map(instant).map(|at| at.and_utc()).collect();
    assert!(!found.is_empty(), "{text}");
    found.into_iter().filter(|at| *at <= until).collect()
}

#[test]
fn timers_of_systemd_go_off_at_every_moment_also_when_clocks_change() {
    let Some(analyze) = program("TIDINGS_TEST_SYSTEMD") else { return };
    let now: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().expect("an instant");
    for (schedule, around) in [
        ("zone = \"Europe/Berlin\"\ncron = \"30 2 * * *\"", ["2026-03-27", "2026-10-23"]),
        ("zone = \"Europe/Berlin\"\ncron = \"20 * * * *\"", ["2026-03-28", "2026-10-24"]),
        ("zone = \"America/New_York\"\ncron = \"15,45 1,2 * * SUN\"", ["2026-03-06", "2026-10-30"]),
        ("zone = \"Australia/Lord_Howe\"\ncron = \"*/20 * * * *\"", ["2026-04-04", "2026-10-03"]),
        ("zone = \"Africa/Cairo\"\ncron = \"30 0 * * *\"", ["2026-04-22", "2026-10-27"]),
        ("zone = \"America/Nuuk\"\ncron = \"30 23 * * *\"", ["2026-03-26", "2026-10-22"]),
        ("zone = \"Asia/Kolkata\"\ncron = \"0 */6 * * *\"", ["2026-03-27", "2026-10-23"]),
        ("zone = \"Europe/London\"\ncron = \"0 6 L * *\"", ["2026-03-28", "2026-10-29"]),
        ("zone = \"Europe/London\"\ncron = \"0 6 1 * MON\"", ["2026-03-27", "2026-10-29"]),
        (
            "zone = \"Europe/London\"\non = { working_day = -1 }\nat = \"01:30\"",
            ["2026-03-28", "2026-10-29"],
        ),
    ] {
        let plan = plan(schedule);
        let lines = calendars(&plan, now);
        for day in around {
            let after: DateTime<Utc> = format!("{day}T00:00:00Z").parse().expect("an instant");
            let until = after + TimeDelta::days(4);
            let wakes: BTreeSet<_> =
                lines.iter().flat_map(|line| elapses(&analyze, line, after, until)).collect();
            let due: Vec<_> = fires(&plan, after, 300)
                .iter()
                .map(|slot| slot.at)
                .filter(|at| *at < until)
                .collect();
            assert!(!due.is_empty(), "{schedule} {day}");
            let missed: Vec<_> = due.iter().filter(|at| !wakes.contains(at)).collect();
            assert!(missed.is_empty(), "{schedule}\n{lines:?}\nmissed {missed:?}");
        }
    }
}
