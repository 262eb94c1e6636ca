use super::*;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use job::schedule::{Around, CatchUp, SchedulePlan, Spec};
use model::{
    calendar::{Calendar, Holidays},
    id::JobId,
};
use std::{
    cell::{Cell, RefCell},
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

fn plan(cron: &str, zone: &str, catch_up: CatchUp) -> SchedulePlan {
    let zone = Some(zone.into());
    lowered(&Spec { zone, catch_up, max_catch_up: Some(5), ..Spec::line(cron) })
}

pub(super) fn lowered(spec: &Spec) -> SchedulePlan {
    let holidays = Holidays::default();
    let around = Around { calendar: Calendar::default(), holidays: &holidays, events: &[] };
    spec.lower(&around).expect("a schedule")
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

#[test]
fn lists_of_fixed_times_are_not_lost_in_the_gap_nor_doubled_in_the_fold() {
    let check = |cron: &str, zone: &str, after: &str, expected: &[&str]| {
        let found: Vec<_> = fires(&plan(cron, zone, CatchUp::Latest), utc(after), expected.len())
            .iter()
            .map(|slot| (slot.at, slot.as_of.to_string()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|text| text.split_once(" = ").expect("instant = wall time"))
            .map(|(at, wall)| (utc(at), wall.to_owned()))
            .collect();
        assert_eq!(found, expected, "{cron} {zone}");
    };
    check(
        "30 2,14 * * *",
        "America/New_York",
        "2026-03-08T00:00:00Z",
        &[
            "2026-03-08T07:00:00Z = 2026-03-08 03:00:00",
            "2026-03-08T18:30:00Z = 2026-03-08 14:30:00",
        ],
    );
    check(
        "30 1,14 * * *",
        "America/New_York",
        "2026-11-01T00:00:00Z",
        &[
            "2026-11-01T05:30:00Z = 2026-11-01 01:30:00",
            "2026-11-01T19:30:00Z = 2026-11-01 14:30:00",
        ],
    );
    // Two times of one gap meet at its end and run once.
    check(
        "0,30 2,4 * * *",
        "Europe/Berlin",
        "2026-03-29T00:00:00Z",
        &[
            "2026-03-29T01:00:00Z = 2026-03-29 03:00:00",
            "2026-03-29T02:00:00Z = 2026-03-29 04:00:00",
        ],
    );
    // Samoa had no 30 December 2011 at all.
    check(
        "0 6 * * *",
        "Pacific/Apia",
        "2011-12-29T17:00:00Z",
        &[
            "2011-12-30T10:00:00Z = 2011-12-31 00:00:00",
            "2011-12-30T16:00:00Z = 2011-12-31 06:00:00",
        ],
    );
    check(
        "0 6 29 2 *",
        "UTC",
        "2026-01-01T00:00:00Z",
        &["2028-02-29T06:00:00Z = 2028-02-29 06:00:00"],
    );
    check(
        "*/20 * * * *",
        "Australia/Lord_Howe",
        "2026-04-04T14:39:00Z",
        &[
            "2026-04-04T14:40:00Z = 2026-04-05 01:40:00",
            "2026-04-04T15:10:00Z = 2026-04-05 01:40:00",
            "2026-04-04T15:30:00Z = 2026-04-05 02:00:00",
        ],
    );
}

#[test]
fn days_by_the_calendar_keep_their_time_when_clocks_change() {
    // The last workday of March 2027 is a Wednesday; the first of November 2026 a Monday, after the change back.
    let check = |toml: &str, after: &str, expected: &[&str]| {
        let spec: Spec = toml::from_str(toml).expect("a section");
        let found = fires(&lowered(&spec), utc(after), expected.len());
        let found: Vec<_> = found.iter().map(|slot| slot.at.to_rfc3339()).collect();
        assert_eq!(found, expected, "{toml}");
    };
    let new_york = "zone = \"America/New_York\"\nat = \"06:30\"";
    check(
        &format!("{new_york}\non = {{ working_day = 1 }}"),
        "2026-10-15T00:00:00Z",
        &["2026-11-02T11:30:00+00:00", "2026-12-01T11:30:00+00:00"],
    );
    check(
        &format!("{new_york}\non = {{ working_day = -1 }}"),
        "2026-10-15T00:00:00Z",
        &["2026-10-30T10:30:00+00:00", "2026-11-30T11:30:00+00:00"],
    );
    // Sunday 8 March 2026 skips 02:30 in New York; its stand-in of Monday has it.
    let sunday = "zone = \"America/New_York\"\ncron = \"30 2 8 3 *\"";
    check(sunday, "2026-01-01T00:00:00Z", &["2026-03-08T07:00:00+00:00"]);
    check(
        &format!("{sunday}\nif_off = \"next_working_day\""),
        "2026-01-01T00:00:00Z",
        &["2026-03-09T06:30:00+00:00"],
    );
    // Every nickname is the line that it stands for: hours follow the clock, days do not.
    let berlin = "zone = \"Europe/Berlin\"";
    check(
        &format!("{berlin}\ncron = \"@hourly\""),
        "2026-10-24T23:30:00Z",
        &["2026-10-25T00:00:00+00:00", "2026-10-25T01:00:00+00:00", "2026-10-25T02:00:00+00:00"],
    );
}

#[test]
fn missed_moments_follow_the_rule_of_the_job() {
    let check = |catch_up, last: &str, now: &str, expected: &[&str]| {
        let plan = plan("0 6 * * *", "UTC", catch_up);
        let found: Vec<_> = due(&plan, Some(local(last)), utc(now))
            .iter()
            .map(|slot| slot.as_of.format("%m-%d").to_string())
            .collect();
        assert_eq!(found, expected, "{catch_up:?} {last} {now}");
    };
    let friday = "2026-11-20T06:00:00";
    let monday = "2026-11-23T09:00:00Z";
    check(CatchUp::Latest, friday, monday, &["11-23"]);
    check(CatchUp::Each, friday, monday, &["11-21", "11-22", "11-23"]);
    check(CatchUp::Skip, friday, monday, &[]);
    check(CatchUp::Skip, friday, "2026-11-23T06:30:00Z", &["11-23"]);
    check(CatchUp::Each, friday, "2026-11-20T07:00:00Z", &[]);
    // The clock was set back, then forward by a year.
    check(CatchUp::Each, friday, "2026-11-20T04:00:00Z", &[]);
    check(CatchUp::Latest, friday, "2027-11-20T07:00:00Z", &["11-20"]);
    check(
        CatchUp::Each,
        friday,
        "2027-11-20T07:00:00Z",
        &["11-16", "11-17", "11-18", "11-19", "11-20"],
    );
    let never_ran = due(&plan("0 6 * * *", "UTC", CatchUp::Each), None, utc(monday));
    assert_eq!(never_ran, []);
}

/// A clock that only naps move, and the runs that were asked for.
struct World {
    now: Cell<DateTime<Utc>>,
    end: DateTime<Utc>,
    stop: AtomicBool,
    runs: RefCell<Vec<String>>,
}

impl World {
    fn from(start: &str, end: &str) -> Self {
        Self {
            now: Cell::new(utc(start)),
            end: utc(end),
            stop: AtomicBool::new(false),
            runs: RefCell::default(),
        }
    }

    /// Runs the loop; every run takes `takes`, every nap is stretched to `nap`.
    fn live(&self, jobs: &[Scheduled], nap: TimeDelta, takes: TimeDelta) -> Vec<String> {
        let pass = |time: TimeDelta| {
            self.now.set(self.now.get() + time);
            self.stop.store(self.now.get() >= self.end, Ordering::Relaxed);
        };
        let execute = |job: &JobId, slot: Slot| {
            self.runs.borrow_mut().push(format!("{job} {}", slot.as_of.format("%dT%H:%M")));
            pass(takes);
            Handled::Done
        };
        let sleep = |wanted: Duration| {
            assert!(wanted <= Duration::from_secs(1), "a stop is noticed within a second");
            pass(nap.max(TimeDelta::from_std(wanted).expect("short")));
        };
        run_jobs(jobs, Stay::Forever, &self.stop, || self.now.get(), sleep, execute);
        self.runs.take()
    }
}

fn daily(job: &str, cron: &str, last: Option<&str>, catch_up: CatchUp) -> Scheduled {
    let plan = plan(cron, "UTC", catch_up);
    Scheduled { job: job.into(), plan, last: last.map(local), open: Vec::new() }
}

#[test]
fn the_loop_wakes_at_every_moment_once_and_in_order() {
    let minute = TimeDelta::minutes(1);
    let hour = TimeDelta::hours(1);
    let at_six = |last, rule| [daily("a", "0 6 * * *", last, rule)];

    // Never ran: the next moment, not the one that passed.
    let world = World::from("2026-11-20T07:00:00Z", "2026-11-22T07:00:00Z");
    assert_eq!(
        world.live(&at_six(None, CatchUp::Latest), minute, minute),
        ["a 21T06:00", "a 22T06:00"]
    );
    // Down for one run, and for three days.
    let world = World::from("2026-11-20T07:10:00Z", "2026-11-21T07:00:00Z");
    let last = Some("2026-11-19T06:00:00");
    assert_eq!(
        world.live(&at_six(last, CatchUp::Latest), minute, minute),
        ["a 20T06:00", "a 21T06:00"]
    );
    let world = World::from("2026-11-23T09:00:00Z", "2026-11-23T10:00:00Z");
    let last = Some("2026-11-20T06:00:00");
    assert_eq!(
        world.live(&at_six(last, CatchUp::Each), minute, minute),
        ["a 21T06:00", "a 22T06:00", "a 23T06:00"]
    );
    // A clock that is a year ahead at boot starts one run, not 365.
    let world = World::from("2027-11-20T07:00:00Z", "2027-11-20T08:00:00Z");
    assert_eq!(world.live(&at_six(last, CatchUp::Latest), minute, minute), ["a 20T06:00"]);
    // A run that takes 26 hours: the next waits, and is not lost.
    let world = World::from("2026-11-20T05:00:00Z", "2026-11-22T12:00:00Z");
    let long = TimeDelta::hours(26);
    assert_eq!(
        world.live(&at_six(None, CatchUp::Latest), minute, long),
        ["a 20T06:00", "a 21T06:00", "a 22T06:00"]
    );
    // A machine that sleeps over the moment of one of two jobs runs both when it wakes.
    let world = World::from("2026-11-20T05:30:00Z", "2026-11-20T09:00:00Z");
    let two = [
        daily("late", "10 6 * * *", None, CatchUp::Latest),
        daily("early", "5 6 * * *", None, CatchUp::Latest),
    ];
    assert_eq!(world.live(&two, hour, minute), ["early 20T06:05", "late 20T06:10"]);
    // Edited one minute before its moment to the same moment: once for that date.
    let world = World::from("2026-11-20T06:01:00Z", "2026-11-20T08:00:00Z");
    let last = Some("2026-11-20T06:00:00");
    assert_eq!(world.live(&at_six(last, CatchUp::Each), minute, minute), [] as [&str; 0]);
}

#[test]
fn a_moment_that_waits_keeps_no_other_job_waiting_and_is_not_lost() {
    let (now, stop) = (Cell::new(utc("2026-11-20T05:59:00Z")), AtomicBool::new(false));
    let said = RefCell::new(Vec::new());
    run_jobs(
        &[
            daily("slow", "0 6 * * *", None, CatchUp::Latest),
            daily("quick", "5 6 * * *", None, CatchUp::Latest),
        ],
        Stay::Forever,
        &stop,
        || now.get(),
        |nap| {
            now.set(now.get() + TimeDelta::from_std(nap).expect("short"));
            stop.store(now.get() > utc("2026-11-21T06:00:30Z"), Ordering::Relaxed);
        },
        |job, slot| {
            said.borrow_mut().push(format!(
                "{} {job} {}",
                now.get().format("%dT%H:%M"),
                slot.as_of.format("%d")
            ));
            let ready = slot.as_of + TimeDelta::minutes(20);
            match job.as_str() == "slow" && now.get().naive_utc() < ready {
                true => Handled::Later(now.get() + TimeDelta::minutes(10)),
                false => Handled::Done,
            }
        },
    );
    let expected = [
        "20T06:00 slow 20",
        "20T06:05 quick 20",
        "20T06:10 slow 20",
        "20T06:20 slow 20",
        "21T06:00 slow 21",
    ];
    assert_eq!(said.take(), expected);
}

#[test]
fn who_is_woken_for_a_moment_runs_what_is_due_and_ends() {
    let check = |last: Option<&str>, woken: &str, rule, expected: &[&str]| {
        let (now, runs) = (Cell::new(utc(woken)), RefCell::new(Vec::new()));
        let nap = |wanted| now.set(now.get() + TimeDelta::from_std(wanted).expect("short"));
        let stop = AtomicBool::new(false);
        let jobs = [daily("a", "0 6 * * *", last, rule)];
        run_jobs(
            &jobs,
            Stay::WhileDue,
            &stop,
            || now.get(),
            nap,
            |_, slot| {
                runs.borrow_mut().push(slot.as_of.format("%d").to_string());
                Handled::Done
            },
        );
        assert_eq!(runs.take(), expected, "{last:?} {woken} {rule:?}");
    };
    let friday = Some("2026-11-20T06:00:00");
    check(friday, "2026-11-21T06:00:01Z", CatchUp::Latest, &["21"]);
    check(friday, "2026-11-21T05:59:59Z", CatchUp::Latest, &[]);
    check(friday, "2026-11-20T18:00:00Z", CatchUp::Latest, &[]);
    check(friday, "2026-11-23T06:00:01Z", CatchUp::Each, &["21", "22", "23"]);
    check(friday, "2026-11-23T08:00:00Z", CatchUp::Skip, &[]);
    // A first run is woken for its moment; one that passed long ago is not made up for.
    check(None, "2026-11-21T06:00:01Z", CatchUp::Latest, &["21"]);
    check(None, "2026-11-21T07:30:00Z", CatchUp::Latest, &[]);
}

#[test]
fn what_is_tried_again_keeps_no_later_moment_waiting() {
    let check = |stay, woken: &str, expected: &[&str]| {
        let (now, stop) = (Cell::new(utc(woken)), AtomicBool::new(false));
        let said = RefCell::new(Vec::new());
        let mut job = daily("a", "0 6 * * *", Some("2026-11-20T06:00:00"), CatchUp::Each);
        job.open = fires(&job.plan, utc("2026-11-20T00:00:00Z"), 1);
        let nap = |nap| {
            now.set(now.get() + TimeDelta::from_std(nap).expect("short"));
            stop.store(now.get() > utc("2026-11-22T06:30:00Z"), Ordering::Relaxed);
        };
        let execute = |_: &JobId, slot: Slot| {
            said.borrow_mut().push(format!("{} {}", now.get().format("%H:%M"), slot.as_of.day()));
            match now.get() < utc("2026-11-22T06:15:00Z") {
                true => Handled::Again(now.get() + TimeDelta::minutes(10)),
                false => Handled::Done,
            }
        };
        run_jobs(&[job], stay, &stop, || now.get(), nap, execute);
        assert_eq!(said.take(), expected);
    };
    let woken = "2026-11-22T06:08:00Z";
    check(Stay::WhileDue, woken, &["06:08 20", "06:08 21", "06:08 22"]);
    let again = ["06:08 20", "06:08 21", "06:08 22", "06:18 20", "06:18 21", "06:18 22"];
    check(Stay::Forever, woken, &again);
}

#[test]
fn a_clock_set_back_starts_no_second_run() {
    let now = Cell::new(utc("2026-11-20T05:59:00Z"));
    let naps = Cell::new(0);
    let stop = AtomicBool::new(false);
    let runs = Cell::new(0);
    run_jobs(
        &[daily("a", "0 6 * * *", None, CatchUp::Latest)],
        Stay::Forever,
        &stop,
        || now.get(),
        |_| {
            now.set(now.get() + TimeDelta::minutes(1));
            naps.set(naps.get() + 1);
            stop.store(naps.get() > 300, Ordering::Relaxed);
        },
        |_, _| {
            runs.set(runs.get() + 1);
            now.set(now.get() - TimeDelta::hours(2));
            Handled::Done
        },
    );
    assert_eq!(runs.get(), 1);
}

#[test]
fn a_living_scheduler_keeps_the_folder_and_a_dead_one_does_not() {
    let state = std::env::temp_dir().join(format!("tidings-lock-{}", std::process::id()));
    let first = Lock::acquire(&state).expect("free");
    let refused = Lock::acquire(&state).expect_err("held");
    assert_eq!(refused.code(), "TDG-S01");
    assert!(refused.to_string().contains(&std::process::id().to_string()), "{refused}");
    drop(first);
    // What a killed process leaves behind is a file that nobody locks.
    write_stale(&state.join("schedule.lock"));
    Lock::acquire(&state).expect("taken over");
    std::fs::remove_dir_all(&state).expect("cleaned");
}

fn write_stale(path: &Path) {
    std::fs::write(path, "4194304999\n").expect("written");
}
