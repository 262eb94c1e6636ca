//! File calls of the program fail: the first of a kind, one in the middle, or the last, in turn, and all after it.
//!
//! The run must fail, or have done its whole work: an interrupted call is made again, and a file that is only in the way
//! may stay. Old outputs are what they were, nothing is there in part, and the next run does everything once.

use crate::{
    crashes::{self, Ended, Place},
    torture::tally::Line,
};
use anyhow::{Context as _, ensure};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

#[derive(Deserialize)]
struct Case {
    call: String,
    error: String,
}

/// Calls of the set, as the library calls them.
const CALLS: [(&str, &str); 8] = [
    ("open", "open"),
    ("write", "write"),
    ("write (short)", "short"),
    ("fsync(file)", "fsync"),
    ("fsync(dir)", "fsyncdir"),
    ("rename", "rename"),
    ("unlink", "unlink"),
    ("mmap/read", "read"),
];

/// Errors by their numbers on Linux.
const ERRORS: [(&str, i32); 6] =
    [("ENOSPC", 28), ("EIO", 5), ("EACCES", 13), ("EROFS", 30), ("EMFILE", 24), ("EINTR", 4)];

/// The error of a call that is to be made again.
const INTERRUPTED: i32 = 4;

pub(super) fn line(text: &str) -> anyhow::Result<Line> {
    let cases: Vec<Case> = serde_json::from_str(text)?;
    let mut line = Line::new("ledger-crash-io");
    let mut bench = Bench::new()?;
    for (index, case) in cases.iter().enumerate() {
        let name = format!("{} {}", case.call, case.error);
        line.count(&name, bench.play(case, index).map_err(|fault| format!("{fault:#}")));
    }
    Ok(line)
}

/// A place whose calls fail.
struct Bench {
    place: Place,
    shim: PathBuf,
    round: u32,
    /// How many calls of each kind an undisturbed run makes.
    calls: BTreeMap<&'static str, u64>,
}

impl Bench {
    fn new() -> anyhow::Result<Self> {
        let place = Place::new(1)?;
        let shim = place.path("faults.so");
        let source =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src/torture/ledger_crash/faults.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&shim, &source])
            .arg("-ldl")
            .status()
            .context("`cc` builds the library whose calls fail")?;
        ensure!(built.success(), "{} does not compile", source.display());
        let first = place.run(0)?;
        ensure!(first.code == Some(0), "an undisturbed run fails: {}", first.said);
        Ok(Self { place, shim, round: 0, calls: BTreeMap::new() })
    }

    fn play(&mut self, case: &Case, turn: usize) -> anyhow::Result<()> {
        let call = CALLS.iter().find(|(name, _)| *name == case.call).context("a known call")?.1;
        let error = ERRORS.iter().find(|(name, _)| *name == case.error).context("a known error")?.1;
        let calls = match self.calls.get(call) {
            Some(calls) => *calls,
            None => self.count(call)?,
        };
        self.calls.insert(call, calls);
        ensure!(calls > 0, "a run makes no such call");
        let nth = [1, calls.div_ceil(2), calls][turn % 3];
        // An interrupted call is made again; what is only cleared away may stay; so may what SQLite does once all is safe.
        let must_fail = nth < calls && error != INTERRUPTED && call != "unlink";
        self.fail((call, error), nth, must_fail).with_context(|| format!("call {nth} of {calls}"))
    }

    fn next(&mut self) -> anyhow::Result<()> {
        self.round += 1;
        self.place.sink.take();
        self.place.rows(self.round)
    }

    fn command(&self, call: &str) -> Command {
        let mut command = self.place.run_of(self.round);
        // Of reading, the data are part.
        let under = if call == "read" { self.place.path("") } else { self.place.state() };
        command.env("LD_PRELOAD", &self.shim).env("FAULT_CALL", call).env("FAULT_UNDER", under);
        command
    }

    /// How many calls of a kind an undisturbed run makes.
    fn count(&mut self, call: &str) -> anyhow::Result<u64> {
        self.next()?;
        let log = self.place.path("calls");
        let _ = fs::remove_file(&log);
        let ended: Ended = self.command(call).env("FAULT_LOG", &log).output()?.into();
        ensure!(ended.code == Some(0), "an undisturbed run fails: {}", ended.said);
        Ok(fs::metadata(&log).map_or(0, |known| known.len()))
    }

    fn fail(
        &mut self,
        (call, error): (&str, i32),
        nth: u64,
        must_fail: bool,
    ) -> anyhow::Result<()> {
        let before = crashes::published(&self.place, self.round)?;
        let earlier = self.round;
        self.next()?;
        let mut command = self.command(call);
        command.env("FAULT_ERRNO", error.to_string()).env("FAULT_NTH", nth.to_string());
        let ended: Ended = command.output()?.into();
        let is_whole = ended.code == Some(0);
        ensure!(ended.code.is_some(), "it dies of a signal: {}", ended.said);
        // The mails are out by then; the index is made again by the next run or by `tidings archive`.
        let told = ended.said.contains("the archive has no new index");
        ensure!(!is_whole || !must_fail || told, "it ends well all the same");
        ensure!(is_whole || !ended.said.trim().is_empty(), "it fails without a word");
        let faults = crashes::faults(&self.place)?;
        ensure!(faults.is_empty(), "in part: {faults:?}");
        ensure!(crashes::published(&self.place, earlier)? == before, "old outputs have changed");
        if is_whole {
            self.everybody_served()?;
        }
        let again = self.place.run(self.round)?;
        ensure!(
            matches!(again.code, Some(0 | 4)),
            "the next run ends with {:?}: {}",
            again.code,
            again.said
        );
        self.everybody_served()?;
        let drafts = crashes::drafts(&self.place)?;
        ensure!(drafts.is_empty(), "drafts are left: {drafts:?}");
        Ok(())
    }

    fn everybody_served(&self) -> anyhow::Result<()> {
        let mails = self.place.to_readers(self.place.sink.mails());
        let count = crashes::count(&self.place, &mails, &self.place.receipts(self.round)?);
        ensure!(count.doubles == 0 && count.lost == 0, "{count:?}");
        Ok(())
    }
}
