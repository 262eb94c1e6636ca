//! `cargo xtask crashes`: the real program, killed at random moments and started twice at once.
//!
//! Method: a small job in a folder of its own, with new rows and a new moment in every round, mails to three readers
//! through a server on this machine that counts. A round is killed (`kill -9`) at a moment drawn evenly over the length of
//! an undisturbed run, and run once more. Then nobody has a mail twice; nobody has none but with a word of it; at most one
//! delivery is in doubt; every file is whole, those of the round before are what they were, and no draft lies about; and
//! what was mailed is what was published. A second command starts two processes at once on one moment.

mod look;
mod place;

pub use look::{Count, as_published, count, drafts, faults, published};
pub use place::{Ended, Place};

use crate::rng::Rng;
use anyhow::ensure;
use std::{
    io::Write as _,
    time::{Duration, Instant},
};

/// How many readers a round has.
const READERS: usize = 3;

/// How much is killed and started.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What the moments are drawn by.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Runs that are killed.
    #[arg(long, default_value_t = 50)]
    runs: u32,
    /// Moments that two processes are started for at once.
    #[arg(long, default_value_t = 0)]
    starts: u32,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Toll {
    /// Rounds.
    pub runs: u32,
    /// Those that were killed before they ended by themselves.
    pub killed: u32,
    /// What became of the mails.
    pub count: Count,
    /// The most deliveries in doubt after one crash.
    pub most_unknown: usize,
    /// Everything that must not be.
    pub faults: Vec<String>,
}

/// Prints what came of it.
///
/// # Errors
/// When something was lost, doubled or in part.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if arguments.runs > 0 {
        let began = Instant::now();
        let toll = random(arguments.seed, arguments.runs)?;
        let Count { served, doubles, lost, unknown } = toll.count;
        writeln!(
            out,
            "{} runs\t{} killed\t{served} served\t{doubles} duplicates\t{lost} lost\t{unknown} unknown, at most {} after \
             one crash\t{} faults\t{:.0} s",
            toll.runs,
            toll.killed,
            toll.most_unknown,
            toll.faults.len(),
            began.elapsed().as_secs_f64()
        )?;
        ensure!(toll.faults.is_empty(), "{}", toll.faults.join("\n"));
    }
    if arguments.starts > 0 {
        let faults = starts(arguments.starts)?;
        writeln!(
            out,
            "{} moments, two processes each\t{} double runs",
            arguments.starts,
            faults.len()
        )?;
        ensure!(faults.is_empty(), "{}", faults.join("\n"));
    }
    Ok(())
}

/// Kills runs at random moments.
///
/// # Errors
/// A program that cannot be started, or that fails undisturbed.
pub fn random(seed: u64, runs: u32) -> anyhow::Result<Toll> {
    let place = Place::new(READERS)?;
    let mut rng = Rng::named(seed, "crashes");
    let length = undisturbed(&place)?;
    let mut toll = Toll { runs, ..Toll::default() };
    for round in 1..=runs {
        place.rows(round)?;
        let before = published(&place, round - 1)?;
        let wait = Duration::from_micros(rng.below(length.as_micros() as u64));
        let mut child = place.run_of(round).spawn()?;
        std::thread::sleep(wait);
        toll.killed += u32::from(child.try_wait()?.is_none());
        child.kill()?;
        child.wait()?;
        let mut found = faults(&place)?;
        let again = place.run(round)?;
        if !matches!(again.code, Some(0 | 4)) {
            found.push(format!("the run after it ends with {:?}: {}", again.code, again.said));
        }
        judge(&place, (round, &mut toll), &mut found)?;
        if published(&place, round - 1)? != before {
            found.push("files of the round before have changed".to_owned());
        }
        let after = format!("round {round}, killed after {wait:?}");
        toll.faults.extend(found.into_iter().map(|fault| format!("{after}: {fault}")));
    }
    Ok(toll)
}

/// What holds when a round has been run again.
fn judge(
    place: &Place,
    (round, toll): (u32, &mut Toll),
    found: &mut Vec<String>,
) -> anyhow::Result<()> {
    found.extend(faults(place)?);
    found.extend(drafts(place)?.iter().map(|path| format!("a draft is left: {}", path.display())));
    let mails = place.to_readers(place.sink.take());
    for mail in &mails {
        found.extend(as_published(place, round, mail).err().map(|fault| format!("{fault:#}")));
    }
    let counted = count(place, &mails, &place.receipts(round)?);
    if counted.doubles > 0 || counted.lost > 0 || counted.unknown > 1 {
        found.push(format!("{counted:?}"));
    }
    toll.most_unknown = toll.most_unknown.max(counted.unknown);
    toll.count.add(&counted);
    Ok(())
}

/// How long a run takes that nobody kills; the longer of two, so that late moments are drawn too.
fn undisturbed(place: &Place) -> anyhow::Result<Duration> {
    let mut longest = Duration::ZERO;
    // The first run of a place also makes its ledger.
    for round in [10_000, 0] {
        place.rows(round)?;
        let began = Instant::now();
        let ended = place.run(round)?;
        longest = if round == 0 { began.elapsed() } else { longest };
        ensure!(
            ended.code == Some(0),
            "an undisturbed run ends with {:?}: {}",
            ended.code,
            ended.said
        );
        ensure!(place.sink.take().len() == READERS, "an undisturbed run serves everybody");
    }
    Ok(longest)
}

/// Starts two processes at once for each of so many moments; says what was run or mailed twice.
///
/// # Errors
/// A program that cannot be started.
pub fn starts(moments: u32) -> anyhow::Result<Vec<String>> {
    let place = Place::new(1)?;
    let mut found = Vec::new();
    for round in 0..moments {
        let pair = [place.run_of(round).spawn()?, place.run_of(round).spawn()?];
        let mut codes = Vec::new();
        for child in pair {
            let ended: Ended = child.wait_with_output()?.into();
            let is_busy = ended.code == Some(1) && ended.said.contains("by another process");
            if !is_busy && ended.code != Some(0) {
                found.push(format!("moment {round}: {:?} {}", ended.code, ended.said));
            }
            codes.push(ended.code);
        }
        let mails = place.sink.take().len();
        let ledger = run::ledger::Ledger::open(&place.state().join("ledger.sqlite"))?;
        let runs = ledger.runs(Some(&"sales".into()), 4)?;
        let delivered = runs.iter().filter(|run| {
            run.record.as_of == Place::moment(round)
                && run.record.outcome == model::run::Outcome::Delivered
        });
        let delivered = delivered.count();
        if (mails, delivered) != (1, 1) {
            found.push(format!(
                "moment {round}: {mails} mails, {delivered} runs delivered, {codes:?}"
            ));
        }
    }
    Ok(found)
}
