//! How jobs stand.

use super::{JOB, World, closed_port};
use chrono::Days;
use xtask::sink::Sink;

#[test]
fn what_went_out_waits_for_nobody() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    assert_eq!(
        world.status(0)["last"],
        serde_json::Value::Null,
        "a job that never ran owes nothing"
    );
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    let status = world.status(0);
    assert_eq!(status["last"]["outcome"], "delivered");
    assert_eq!(status["last_sent"], format!("{}:00", world.as_of(0)));
    for nothing in ["due", "open", "deliveries"] {
        assert_eq!(status[nothing], serde_json::json!([]), "{status}");
    }
    let said = world.bed.tidings(&["status"]).exits(0).stdout;
    for part in ["takings\n", "delivered · started just now", "Nothing waits for a person."] {
        assert!(said.contains(part), "{said}");
    }
    // A rehearsal is no run of the moment.
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1), "--no-send"]).exits(0);
    assert_eq!(world.status(0)["last"]["outcome"], "delivered");
}

#[test]
fn what_is_held_is_told_with_its_reasons_until_a_person_releases_it() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    world.data_to(world.today() - Days::new(5), "");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(3);
    let status = world.status(1);
    let open = &status["open"][0];
    assert_eq!((&open["fate"], &open["slices"]), (&"held".into(), &serde_json::json!([])));
    assert!(
        open["reasons"][0]["message"]["key"]
            .as_str()
            .is_some_and(|key| key.starts_with("quality.")),
        "{open}"
    );
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    for part in [
        "HELD",
        "nobody got figures",
        "→ mend the input and run it again: tidings run jobs/takings.toml --as-of",
        "→ or send it as it is: tidings release ",
        "1 job waits for a person.",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("quality."), "reasons are in words: {said}");
    let run = open["run"].as_str().expect("a run");
    world.bed.tidings(&["release", run]).exits(0);
    assert_eq!(world.status(0)["open"], serde_json::json!([]), "a person sent it");
}

#[test]
fn what_was_held_is_mended_by_a_run_that_passes_and_a_hold_is_shown() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    world.bed.tidings(&["hold", JOB, "--reason", "the audit"]).exits(0);
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(3);
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    assert!(
        said.contains("on hold     the audit · tidings hold jobs/takings.toml --lift"),
        "{said}"
    );
    let lift = "→ when it is time: tidings hold jobs/takings.toml --lift; then tidings run jobs/takings.toml --as-of";
    assert!(said.contains(lift) && !said.contains("mend the input"), "{said}");
    world.bed.tidings(&["hold", JOB, "--lift"]).exits(0);
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    assert!(said.contains("→ the hold is lifted; run it again: tidings run"), "{said}");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(0);
    assert_eq!(world.status(0)["open"], serde_json::json!([]), "it went out");
}

#[test]
fn what_is_due_and_was_not_run_is_late_after_an_hour() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    // Two hours ago: due, and nobody ran it.
    let hour = (world.moment - chrono::TimeDelta::hours(2)).format("%-H").to_string();
    world.job("takings", &format!("cron = \"0 {hour} * * *\""));
    let moment = world.moment - chrono::TimeDelta::hours(2);
    let before = (moment - chrono::TimeDelta::days(1)).format("%Y-%m-%dT%H:%M").to_string();
    world.bed.tidings(&["run", JOB, "--as-of", &before]).exits(0);
    let status = world.status(1);
    assert_eq!(status["due"][0]["as_of"], moment.format("%Y-%m-%dT%H:%M:%S").to_string());
    assert_eq!(status["due"][0]["late"], true);
    assert!(world.bed.tidings(&["status"]).exits(1).stdout.contains("LATE"));
    // While it waits for its data nobody has to do anything.
    world.job(
        "takings",
        &format!("cron = \"0 {hour} * * *\"\nready = {{ wait_minutes = 600, late = \"hold\" }}"),
    );
    let status = world.status(0);
    assert_eq!(status["due"][0]["late"], false, "{status}");
    world.job("takings", &format!("cron = \"0 {hour} * * *\""));
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(world.status(0)["due"], serde_json::json!([]));
}

#[test]
fn deliveries_that_were_not_accepted_are_told_with_what_to_do() {
    let world = World::new(closed_port(), "");
    let bad = format!("{},no number\n", world.today() - Days::new(1));
    world.data_to(world.today() - Days::new(1), &bad);
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(1);
    let status = world.status(1);
    assert_eq!(status["quarantined"], serde_json::json!({ "takings": 1 }));
    let open = status["deliveries"].as_array().expect("deliveries");
    assert_eq!(open.len(), 2, "{status}");
    assert!(open.iter().all(|receipt| receipt["state"] == "pending"), "{status}");
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    for part in [
        "PENDING",
        "cfo@example.com by email",
        "→ try it again: tidings run jobs/takings.toml",
        "takings 1 · tidings quarantine jobs/takings.toml",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("sent to"), "{said}");
}

#[test]
fn nobody_waits_for_what_somebody_was_to_get_who_is_no_reader_any_more() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    sink.take();
    sink.put_off("cfo@example.com");
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(4);
    let status = world.status(1);
    assert_eq!(status["deliveries"][0]["key"]["recipient"], "cfo@example.com");
    assert_eq!(status["due"], serde_json::json!([]), "pending, and nothing is late: {status}");
    world.bed.replace(JOB, "{ address = \"cfo@example.com\", locale = \"en\" },\n", "");
    let status = world.status(0);
    assert_eq!(status["former"][0]["key"]["recipient"], "cfo@example.com");
    for nothing in ["due", "open", "deliveries"] {
        assert_eq!(status[nothing], serde_json::json!([]), "{status}");
    }
    let said = world.bed.tidings(&["status"]).exits(0).stdout;
    assert!(said.contains("cfo@example.com is no longer a reader; nobody waits for it"), "{said}");
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(sink.mails().len(), 1);
}

#[test]
fn no_log_names_a_person_whatever_a_relay_says() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    sink.put_off("cfo@example.com");
    let moment = world.as_of(0);
    for form in [&["-vv"][..], &["-vv", "--log-json"]] {
        let run = [form, &["run", JOB, "--as-of", &moment]].concat();
        let said = world.bed.tidings(&run).exits(4).stderr;
        assert!(said.contains("450") && said.contains("c***@example.com"), "{said}");
        for reader in ["cfo@example.com", "ceo@example.com", "reports@example.com"] {
            assert!(!said.contains(reader), "{reader} is in the log: {said}");
        }
    }
}

#[test]
fn a_job_that_nothing_wakes_is_told_of_once_it_was_run() {
    let world = World::new(closed_port(), "");
    let text = std::fs::read_to_string(world.bed.path(JOB)).expect("the job");
    let start = text.find("[schedule]").expect("a schedule");
    let end = text.find("[gate]").expect("a gate");
    world.bed.write(JOB, format!("{}{}", &text[..start], &text[end..]));
    world.bed.tidings(&["status", JOB]).exits(2).complains(&["none was run lately"]);
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(1);
    let said = world.bed.tidings(&["status"]).exits(1).stdout;
    assert!(said.contains("none: there is no [schedule]"), "{said}");
    assert!(said.contains("cfo@example.com by email"), "{said}");
}
