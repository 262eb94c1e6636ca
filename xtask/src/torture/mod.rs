//! The torture harness: hostile and awkward files through the real extraction, clocks through the real schedule, faults
//! of relays and disks through the real delivery; a line per set.
//!
//! Rule: one file per set with one function `lines`, which reads every file by [`bed::load`], or delivers by
//! [`relayed::Relayed`] or the program itself, and compares what came out with what the set itself expects. What a set cannot expect of us is named in its file, with the reason.

mod archives;
pub(crate) mod bed;
pub(crate) mod cost;
mod cron_dst;
mod csv_pollution;
mod csv_spectrum;
mod email_addresses;
mod encodings;
mod excel_messy;
mod isolation;
mod json_test_suite;
mod ledger_crash;
mod mail_injection;
mod numbers_dates;
mod parquet_bad;
mod relayed;
mod smtp_faults;
mod streams;
mod strings;
mod tally;

pub use tally::Line;

use anyhow::Context as _;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

/// Which sets are run, and where the data lie.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Sets by name; all of them if none is given.
    sets: Vec<String>,
    /// The folder of the public data sets.
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
}

/// What runs one set; it is given the folder of the set.
pub type Measure = fn(&Path) -> anyhow::Result<Vec<Line>>;

/// The sets by name, alphabetical.
pub const SETS: &[(&str, Measure)] = &[
    ("archives", archives::lines),
    ("blns", strings::blns),
    ("cron-dst", cron_dst::lines),
    ("csv-pollution", csv_pollution::lines),
    ("csv-spectrum", csv_spectrum::lines),
    ("email-addresses", email_addresses::lines),
    ("encodings", encodings::lines),
    ("excel-messy", excel_messy::lines),
    ("hostile-strings", strings::hostile),
    ("isolation", isolation::lines),
    ("json-test-suite", json_test_suite::lines),
    ("ledger-crash", ledger_crash::lines),
    ("mail-injection", mail_injection::lines),
    ("numbers-dates", numbers_dates::lines),
    ("parquet-bad", parquet_bad::lines),
    ("smtp-faults", smtp_faults::lines),
    ("streams", streams::lines),
];

/// Prints `set passed total`, tab-separated, and what failed on stderr.
///
/// # Errors
/// A set that cannot be read, or one that misses its goal.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    for name in &arguments.sets {
        let known: Vec<&str> = SETS.iter().map(|set| set.0).collect();
        let known_set = known.contains(&name.as_str());
        anyhow::ensure!(known_set, "there is no set `{name}`; there are: {}", known.join(", "));
    }
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let mut missed = Vec::new();
    let wanted =
        |name: &str| arguments.sets.is_empty() || arguments.sets.iter().any(|set| set == name);
    for (name, _) in SETS.iter().filter(|set| wanted(set.0)) {
        for line in measure(name, &arguments.data)? {
            writeln!(out, "{line}")?;
            out.flush()?;
            for failure in &line.failures {
                writeln!(err, "{}: {failure}", line.set)?;
            }
            if !line.holds() {
                missed.push(line.set.clone());
            }
        }
    }
    anyhow::ensure!(missed.is_empty(), "sets that miss their goal: {}", missed.join(", "));
    Ok(())
}

/// Runs one set.
///
/// # Errors
/// A set that there is not, or that cannot be read.
pub fn measure(name: &str, data: &Path) -> anyhow::Result<Vec<Line>> {
    let (name, measure) =
        SETS.iter().find(|set| set.0 == name).with_context(|| format!("no set `{name}`"))?;
    measure(&data.join("torture").join(name)).with_context(|| format!("set {name}"))
}
