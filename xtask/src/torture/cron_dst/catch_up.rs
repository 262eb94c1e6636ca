//! What happens between two runs: outages, clocks that are set, long runs, two machines, edits, a second run by hand.
//!
//! A clock that only naps and runs move drives the real loop over a real ledger; what is counted is who ran, when, and
//! what was delivered to the one reader.

use super::{Line, plan, same};
use anyhow::Context as _;
use chrono::{DateTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use deliver::{Claim, ReceiptBook};
use job::schedule::{CatchUp, SchedulePlan};
use model::{
    edition::EditionKind,
    id::{JobId, RunId},
    label::Locale,
    period::{DateRange, Grain, Period},
    receipt::{DeliveryKey, DeliveryState, Receipt},
    run::{Outcome, RunRecord},
    slice::Slice,
};
use run::{
    ledger::{Ledger, SlotClaim},
    schedule::{Handled, Scheduled, Stay, run_jobs},
};
use serde::Deserialize;
use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicBool, Ordering},
};

/// One case of `catch_up.json`; what is given and expected is told in words.
#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    given: String,
    expect: String,
}

/// Every case of the set.
pub(super) fn line(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("cron-dst-catch-up");
    for case in &cases {
        let outcome = check(&case.name).map_err(|error| format!("{error:#}"));
        line.count(&format!("{} ({}; {})", case.name, case.given, case.expect), outcome);
    }
    Ok(line)
}

fn check(name: &str) -> anyhow::Result<()> {
    match name {
        "down 1 run" => {
            missed("2026-11-19T06:00", "2026-11-20T07:10", CatchUp::Latest, &["20", "21"])
        }
        "down 3 days" => missed(
            "2026-11-20T06:00",
            "2026-11-23T09:00",
            CatchUp::Latest,
            &["23", "24"],
        )
        .and_then(|()| {
            missed("2026-11-20T06:00", "2026-11-23T09:00", CatchUp::Each, &["21", "22", "23", "24"])
        }),
        "clock back" => clock_back(),
        "clock forward 1 year" => {
            missed("2026-11-20T06:00", "2027-11-20T07:00", CatchUp::Latest, &["20", "21"])
        }
        "overlap" => overlap(),
        "two machines" => two_machines(),
        "tz change" => new_zone_rules(),
        "rename" => edited(),
        "manual rerun" => rerun_by_hand(),
        _ => Err(anyhow::anyhow!("this case is new and has no check here")),
    }
}

/// A ledger in a folder of its own, and a clock.
struct World {
    _folder: tempfile::TempDir,
    ledgers: Vec<Ledger>,
    now: Cell<DateTime<Utc>>,
    stop: AtomicBool,
    runs: RefCell<Vec<String>>,
    mails: Cell<usize>,
}

impl World {
    fn at(start: &str, machines: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("ledger.sqlite");
        let ledgers = (0..machines).map(|_| Ledger::open(&file)).collect::<Result<_, _>>()?;
        Ok(Self {
            _folder: folder,
            ledgers,
            now: Cell::new(instant(start)?),
            stop: AtomicBool::new(false),
            runs: RefCell::default(),
            mails: Cell::new(0),
        })
    }

    fn pass(&self, time: TimeDelta) {
        self.now.set(self.now.get() + time);
    }

    /// Runs the loop of one machine until `end`; each run takes `takes`.
    fn live(
        &self,
        machine: usize,
        plan: &SchedulePlan,
        end: &str,
        takes: TimeDelta,
    ) -> anyhow::Result<()> {
        let (ledger, end) = (&self.ledgers[machine], instant(end)?);
        let last = ledger.last_moment(&job(), plan.zone, self.now.get())?;
        let jobs = [Scheduled { job: job(), plan: plan.clone(), last, open: Vec::new() }];
        self.stop.store(self.now.get() >= end, Ordering::Relaxed);
        let failed = RefCell::new(None);
        let until_end = || self.stop.store(self.now.get() >= end, Ordering::Relaxed);
        run_jobs(
            &jobs,
            Stay::Forever,
            &self.stop,
            || self.now.get(),
            |_| {
                self.pass(TimeDelta::minutes(1));
                until_end();
            },
            |_, slot| {
                if let Err(error) = self.run(machine, slot.at.with_timezone(&plan.zone), takes) {
                    failed.replace(Some(error));
                }
                until_end();
                Handled::Done
            },
        );
        failed.take().map_or(Ok(()), Err)
    }

    /// What the program does with a moment: claims it, writes the run down, mails, writes how it ended.
    fn run(&self, machine: usize, moment: DateTime<Tz>, takes: TimeDelta) -> anyhow::Result<()> {
        let ledger = &self.ledgers[machine];
        let run =
            RunId::new(format!("{}-{machine}-{}", moment.timestamp(), self.now.get().timestamp()));
        let Some(claim) = ledger.claim_moment(&job(), moment, (&run, self.now.get()), &|_| true)?
        else {
            return Ok(());
        };
        let SlotClaim::Granted(_slot) = claim else {
            anyhow::bail!("the job is held by nobody else")
        };
        self.deliver(ledger, &run, moment.naive_local())?;
        self.runs.borrow_mut().push(moment.format("%d").to_string());
        self.pass(takes);
        Ok(())
    }

    fn deliver(&self, ledger: &Ledger, run: &RunId, as_of: NaiveDateTime) -> anyhow::Result<()> {
        let mut record = record(run, as_of, self.now.get());
        ledger.open_run(&record)?;
        let wanted = receipt(run, as_of, self.now.get());
        record.outcome = match ledger.claim(&wanted)? {
            Claim::Granted(mut granted) => {
                granted.state = DeliveryState::Sent;
                ledger.settle(&granted)?;
                self.mails.set(self.mails.get() + 1);
                Outcome::Delivered
            }
            Claim::Sent(_) => Outcome::AlreadyDelivered,
            other => anyhow::bail!("an odd answer to a claim: {other:?}"),
        };
        Ok(ledger.update_run(&record)?)
    }

    /// The days that were run, and a mail for each.
    fn ran(&self, expected: &[&str]) -> anyhow::Result<()> {
        let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
        same(&*self.runs.borrow(), &expected).map_err(anyhow::Error::msg)?;
        same(&self.mails.get(), &expected.len()).map_err(anyhow::Error::msg)
    }
}

/// The last run, an outage, and the days that are run from its end until the day after.
fn missed(last: &str, back: &str, rule: CatchUp, expected: &[&str]) -> anyhow::Result<()> {
    let world = World::at(back, 1)?;
    let six = daily("UTC", rule)?;
    let start = Utc.from_utc_datetime(&local(last)?);
    world.now.set(start);
    world.run(0, start.with_timezone(&Tz::UTC), TimeDelta::zero())?;
    world.runs.take();
    world.mails.set(0);
    world.now.set(instant(back)?);
    let end = (instant(back)? + TimeDelta::days(1)).format("%Y-%m-%dT%H:%M").to_string();
    world.live(0, &six, &end, TimeDelta::minutes(5))?;
    world.ran(expected)
}

fn clock_back() -> anyhow::Result<()> {
    let world = World::at("2026-11-20T05:50", 1)?;
    let six = daily("UTC", CatchUp::Each)?;
    world.live(0, &six, "2026-11-20T06:10", TimeDelta::minutes(1))?;
    world.pass(TimeDelta::hours(-2));
    // Within the same process, after a restart, and for the day after.
    world.live(0, &six, "2026-11-20T09:00", TimeDelta::minutes(1))?;
    world.ran(&["20"])?;
    world.live(0, &six, "2026-11-21T09:00", TimeDelta::minutes(1))?;
    world.ran(&["20", "21"])
}

/// A run that takes 26 hours: the next waits for it and is not lost.
fn overlap() -> anyhow::Result<()> {
    let world = World::at("2026-11-20T05:00", 1)?;
    world.live(0, &daily("UTC", CatchUp::Latest)?, "2026-11-22T11:00", TimeDelta::hours(26))?;
    world.ran(&["20", "21", "22"])
}

/// Both live through the same mornings, one behind the other and at once.
fn two_machines() -> anyhow::Result<()> {
    let six = daily("UTC", CatchUp::Each)?;
    let world = World::at("2026-11-20T05:00", 2)?;
    world.live(0, &six, "2026-11-20T07:00", TimeDelta::minutes(5))?;
    world.now.set(instant("2026-11-20T05:00")?);
    world.live(1, &six, "2026-11-20T07:00", TimeDelta::minutes(5))?;
    world.ran(&["20"])?;
    let (at, now) =
        (instant("2026-11-21T06:00")?.with_timezone(&Tz::UTC), instant("2026-11-21T06:00")?);
    let claim = |machine: usize| {
        let run = RunId::new(format!("run-{machine}"));
        world.ledgers[machine].claim_moment(&job(), at, (&run, now), &|_| true)
    };
    let first = claim(0)?.context("the first one gets it")?;
    anyhow::ensure!(matches!(first, SlotClaim::Granted(_)), "{first:?}");
    let second = claim(1)?.context("the first one is still at work")?;
    anyhow::ensure!(matches!(second, SlotClaim::Held { .. }), "{second:?}");
    world.deliver(&world.ledgers[0], &RunId::new("run-0"), at.naive_local())?;
    drop(first);
    anyhow::ensure!(claim(1)?.is_none(), "what is dealt with is not handed out again");
    Ok(())
}

/// The zone of the schedule gets other rules between two runs: what was run is known by its wall time.
fn new_zone_rules() -> anyhow::Result<()> {
    let world = World::at("2026-03-26T07:00", 1)?;
    // Both had +01:00 until then; the one changes its clock on 29 March, the other one never does.
    world.live(
        0,
        &daily("Africa/Tunis", CatchUp::Each)?,
        "2026-03-28T12:00",
        TimeDelta::minutes(5),
    )?;
    world.live(
        0,
        &daily("Europe/Berlin", CatchUp::Each)?,
        "2026-03-30T12:00",
        TimeDelta::minutes(5),
    )?;
    world.ran(&["27", "28", "29", "30"])
}

/// Edited at 05:59 to another minute, and named anew after its run: once for the date.
fn edited() -> anyhow::Result<()> {
    let world = World::at("2026-11-20T05:50", 1)?;
    world.live(0, &daily("UTC", CatchUp::Each)?, "2026-11-20T05:59", TimeDelta::minutes(1))?;
    let later = plan("30 6 * * *", "UTC", CatchUp::Each).map_err(anyhow::Error::msg)?;
    world.live(0, &later, "2026-11-20T08:00", TimeDelta::minutes(1))?;
    world.ran(&["20"])?;
    // Under its new name it never ran, and starts with its next moment.
    let renamed = World::at("2026-11-20T08:00", 1)?;
    renamed.live(0, &daily("UTC", CatchUp::Each)?, "2026-11-21T05:00", TimeDelta::minutes(1))?;
    renamed.ran(&[])
}

/// An analyst runs yesterday again: a run, and no second mail; the schedule goes on as if nothing had been.
fn rerun_by_hand() -> anyhow::Result<()> {
    let world = World::at("2026-11-19T05:50", 1)?;
    let six = daily("UTC", CatchUp::Each)?;
    world.live(0, &six, "2026-11-20T07:00", TimeDelta::minutes(5))?;
    let yesterday = local("2026-11-19T06:00")?;
    let run = RunId::new("by-hand");
    let claim = world.ledgers[0].claim_slot(&job(), yesterday, &run, world.now.get())?;
    anyhow::ensure!(matches!(claim, SlotClaim::Granted(_)), "{claim:?}");
    world.deliver(&world.ledgers[0], &run, yesterday)?;
    drop(claim);
    let stored = world.ledgers[0].run(&run)?.context("the run by hand")?;
    same(&stored.record.outcome, &Outcome::AlreadyDelivered).map_err(anyhow::Error::msg)?;
    world.live(0, &six, "2026-11-21T07:00", TimeDelta::minutes(5))?;
    world.ran(&["19", "20", "21"])
}

fn job() -> JobId {
    JobId::new("nightly")
}

fn daily(zone: &str, rule: CatchUp) -> anyhow::Result<SchedulePlan> {
    plan("0 6 * * *", zone, rule).map_err(anyhow::Error::msg)
}

fn local(text: &str) -> anyhow::Result<NaiveDateTime> {
    Ok(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M")?)
}

fn instant(text: &str) -> anyhow::Result<DateTime<Utc>> {
    Ok(local(text)?.and_utc())
}

fn record(run: &RunId, as_of: NaiveDateTime, started: DateTime<Utc>) -> RunRecord {
    let days = DateRange { start: as_of.date() - chrono::Days::new(1), end: as_of.date() };
    RunRecord {
        schema_version: 1,
        run: run.clone(),
        job: job(),
        as_of,
        period: Period { grain: Grain::Day, days, whole: true },
        started,
        outcome: Outcome::Open,
        stages: Vec::new(),
        sources: Vec::new(),
        notes: Vec::new(),
        artefacts: Vec::new(),
        reservations: Vec::new(),
        again: Vec::new(),
        corrections_open: false,
        released: None,
        rehearsal: false,
        revision: 0,
        slices: Vec::new(),
        plan: "plan".into(),
        report: None,
    }
}

fn receipt(run: &RunId, as_of: NaiveDateTime, changed: DateTime<Utc>) -> Receipt {
    let kind = EditionKind::Report;
    let key = DeliveryKey {
        job: job(),
        as_of,
        kind,
        channel: "email".into(),
        recipient: "reader@example.com".into(),
        revision: 0,
    };
    Receipt {
        key,
        locale: Locale::En,
        slice: Slice::All,
        state: DeliveryState::Pending,
        run: run.clone(),
        reference: "<id@example.com>".into(),
        content: "content".into(),
        attempts: 0,
        needs_person: false,
        wire: None,
        gist: None,
        name: None,
        detail: None,
        changed,
    }
}
