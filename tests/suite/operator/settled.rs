//! A person's word on deliveries in doubt.

use super::{JOB, World, closed_port};
use rusqlite::Connection;
use xtask::sink::Sink;

/// The deliveries of a day so many days ago are in doubt from now on; those of everybody, or of one.
fn doubt(world: &World, days: i64, to: &str) {
    let ledger = Connection::open(world.bed.state().join("ledger.sqlite")).expect("a ledger");
    let changed = ledger
        .execute(
            "UPDATE receipts SET state = 'unknown', receipt = json_set(receipt, '$.state', 'unknown')
             WHERE as_of = ?1 AND recipient LIKE ?2",
            [format!("{}:00", world.as_of(days)), to.to_owned()],
        )
        .expect("changed");
    assert!(changed > 0);
}

#[test]
fn what_is_in_doubt_is_settled_whatever_its_moment() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    for days in [3, 0] {
        world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(days)]).exits(0);
    }
    doubt(&world, 3, "cfo@%");
    let listed = world.bed.tidings(&["settle", JOB]).exits(0).stdout;
    assert!(listed.contains("cfo@example.com") && listed.contains("unknown"), "{listed}");
    let nobody = ["settle", JOB, "--to", "nobody@example.com", "--arrived"];
    let moment = world.as_of(3);
    world.bed.tidings(&nobody).exits(2).complains(&[
        "no delivery of `takings` to `nobody@example.com` is open",
        &format!("cfo@example.com (unknown, {moment})"),
    ]);
    world.bed.tidings(&nobody[..4]).exits(2).complains(&["cfo@example.com"]);
    world.bed.tidings(&["settle", JOB, "--to", "cfo@example.com", "--arrived"]).exits(0);
    assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
    world.bed.tidings(&nobody).exits(2).complains(&["nothing is open"]);
}

#[test]
fn a_person_says_which_moment_he_means_where_there_are_several() {
    let world = World::new(closed_port(), "");
    let mut runs = Vec::new();
    for days in [3, 0] {
        let run = ["run", JOB, "--as-of", &world.as_of(days), "--format", "json"];
        runs.push(
            world.bed.tidings(&run).exits(1).json()["run"].as_str().expect("a run").to_owned(),
        );
        doubt(&world, days, "%");
    }
    let all = ["settle", JOB, "--arrived"];
    let (early, late) = (world.as_of(3), world.as_of(0));
    world.bed.tidings(&all).exits(2).complains(&[
        "deliveries of 2 moments of `takings` are open; say which:",
        &format!("--as-of {early} (2 open, --run {})", runs[0]),
        &format!("--as-of {late} (2 open, --run {})", runs[1]),
    ]);
    world.bed.tidings(&[&all[..], &["--run", &runs[0]]].concat()).exits(0);
    let status = world.status(1);
    let left = status["deliveries"].as_array().expect("deliveries");
    assert!(left.iter().all(|one| one["key"]["as_of"] == format!("{late}:00")), "{status}");
    assert_eq!(left.len(), 2);
    world.bed.tidings(&[&all[..], &["--run", "no-such-run"]].concat()).exits(2);
    world.bed.tidings(&[&all[..], &["--as-of", &late]].concat()).exits(0);
    assert_eq!(world.status(0)["deliveries"], serde_json::json!([]));
}
