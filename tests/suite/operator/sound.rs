//! What a machine lacks.

use super::{JOB, World, closed_port};
use serde_json::Value;
use std::{fs, os::unix::fs::PermissionsExt};
use xtask::sink::Sink;

/// The findings by their check.
fn doctor(world: &World, code: i32) -> Vec<Value> {
    let said = world.bed.tidings(&["doctor", "--format", "json"]).exits(code).json();
    said.as_array().expect("findings").clone()
}

fn level(findings: &[Value], check: &str) -> String {
    let found = findings.iter().find(|finding| finding["check"] == check);
    let found = found.unwrap_or_else(|| panic!("no `{check}` in {findings:#?}"));
    found["level"].as_str().expect("a level").to_owned()
}

#[test]
fn a_sound_machine_is_called_sound_and_nothing_is_sent_or_made() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    let findings = doctor(&world, 0);
    for check in [
        "settings",
        "state folder",
        "ledger",
        "clock",
        "zone data",
        "templates",
        "fonts",
        "secrets",
        "relay main",
    ] {
        assert_eq!(level(&findings, check), "ok", "{check}: {findings:#?}");
    }
    assert_eq!(level(&findings, "job jobs/takings.toml"), "ok");
    let disk = findings.iter().find(|finding| finding["check"] == "disk").expect("a check");
    let disk = disk["found"].as_str().expect("a text");
    assert!(disk.contains("MiB free for `") && disk.contains("a run may need 200 MiB"), "{disk}");
    assert!(!world.bed.state().join("ledger.sqlite").exists(), "it only looks");
    assert_eq!(sink.mails().len(), 0);
    let said = world.bed.tidings(&["doctor"]).exits(0).stdout;
    assert!(said.contains("answers, in the clear") && said.ends_with(" 0 to mend\n"), "{said}");
}

#[test]
fn whatever_would_fail_a_run_is_found_beforehand_with_what_to_do() {
    let world = World::new(closed_port(), "ping = \"env:TIDINGS_TEST_NO_SUCH_PING\"\n");
    let tidings = "tidings.toml";
    let relay = fs::read_to_string(world.bed.path(tidings)).expect("settings");
    world.bed.write(
        tidings,
        relay.replace(
            "tries = 1",
            "tries = 1\nusername = \"a\"\npassword = \"env:TIDINGS_TEST_NO_SUCH_PASSWORD\"",
        ),
    );
    let findings = doctor(&world, 1);
    assert_eq!(level(&findings, "secret env:TIDINGS_TEST_NO_SUCH_PASSWORD"), "fail");
    assert_eq!(level(&findings, "secret env:TIDINGS_TEST_NO_SUCH_PING"), "fail");
    assert_eq!(level(&findings, "relay main"), "fail", "{findings:#?}");
    assert_eq!(level(&findings, "heartbeat"), "fail");
    assert!(findings.iter().all(|finding| finding["level"] == "ok" || finding["todo"].is_string()));
    // Without the account: the relay is asked, and nobody is there.
    world.bed.write(tidings, relay);
    assert_eq!(level(&doctor(&world, 1), "relay main"), "fail");
    // A faulty job.
    world.bed.replace(JOB, "scorecard", "scorcard");
    assert_eq!(level(&doctor(&world, 1), "job jobs/takings.toml"), "fail");
    // Settings that no other command can read.
    world.bed.write(tidings, "[operator]\nmetric = \"x\"\n");
    let findings = doctor(&world, 1);
    assert_eq!(level(&findings, "settings"), "fail");
    assert!(
        findings[0]["found"].as_str().is_some_and(|found| found.contains("metric")),
        "{findings:#?}"
    );
    world.bed.tidings(&["runs"]).exits(2);
}

#[test]
fn a_clock_that_was_set_back_and_an_open_state_folder_are_seen() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0), "--no-send"]).exits(0);
    assert_eq!(level(&doctor(&world, 0), "clock"), "ok");
    let ledger = world.bed.state().join("ledger.sqlite");
    let connection = rusqlite::Connection::open(&ledger).expect("a ledger");
    let changed = connection
        .execute("UPDATE runs SET started = '2090-01-01T00:00:00.000000Z'", [])
        .expect("changed");
    assert_eq!(changed, 1);
    drop(connection);
    fs::set_permissions(world.bed.state(), fs::Permissions::from_mode(0o755)).expect("opened");
    let findings = doctor(&world, 1);
    assert_eq!(level(&findings, "clock"), "fail");
    assert_eq!(level(&findings, "state folder"), "warn");
    fs::write(&ledger, "no database").expect("written");
    assert_eq!(level(&doctor(&world, 1), "ledger"), "fail");
}
