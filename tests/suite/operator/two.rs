//! One job and two processes: by hand the second is refused, by the schedule it waits.

use super::{JOB, World};
use model::id::{JobId, RunId};
use run::ledger::{Ledger, SlotClaim};
use std::{
    fs,
    io::{BufRead, BufReader},
    process::Stdio,
};
use xtask::sink::Sink;

#[test]
fn a_job_that_another_process_runs_is_refused_by_hand_and_waited_for_by_the_schedule() {
    let sink = Sink::start(true).expect("a port");
    let world = World::new(sink.port, "");
    fs::create_dir_all(world.bed.state()).expect("a folder");
    let ledger = Ledger::open(&world.bed.state().join("ledger.sqlite")).expect("a ledger");
    let (job, other) = (JobId::new("takings"), RunId::new("other"));
    let moment = world.moment.naive_utc();
    let claim = ledger.claim_slot(&job, moment, &other, run::context::now()).expect("an answer");
    let SlotClaim::Granted(slot) = claim else { panic!("nobody else runs it") };
    let refused = world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(0)]).exits(1);
    refused.complains(&["by another process"]);
    let mut command = world.bed.command(&["schedule", "run", "--due", JOB]);
    let mut due = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("started");
    let lines = BufReader::new(due.stderr.take().expect("piped")).lines();
    let mut lines = lines.map_while(Result::ok);
    assert!(lines.any(|line| line.contains("the moment waits")), "it waits");
    assert_eq!(sink.take().len(), 0);
    drop(slot);
    lines.for_each(drop);
    assert_eq!(due.wait().expect("ended").code(), Some(0));
    assert_eq!(sink.take().len(), 2, "then it runs");
}
