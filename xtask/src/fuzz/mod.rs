//! Fuzzing on stable: files changed at random, through the real extraction, against what is promised of every file.
//!
//! Rule: one file per target with a corpus and a check; a check says what is promised and never what is right for one
//! input. The same seed draws the same inputs, so a finding can be made again; it is written beside the temporary files.
//! Whatever the target, the command also holds each input against a bound of time and memory.

mod archives;
mod csv;
mod encoding;
mod mutation;
mod singer;
mod web_log;

use crate::{rng::Rng, torture::cost};
use anyhow::Context as _;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// What is fuzzed, and for how long.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The target; all of them, one after the other, if none is given.
    #[arg(long)]
    target: Option<String>,
    /// How long each target takes.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Draws the inputs.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder of the public data sets.
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
}

/// Something that reads files.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// The files from which inputs are made; it is given the folder of the public data sets.
    pub(crate) corpus: fn(&Path) -> anyhow::Result<Vec<Vec<u8>>>,
    /// Makes an input of them.
    pub(crate) draw: fn(&[Vec<u8>], &mut Rng) -> Vec<u8>,
    /// What is promised of an input; the generator draws settings to read it by.
    pub(crate) check: fn(&[u8], &mut Rng) -> Result<(), String>,
}

/// The targets, alphabetical.
pub const TARGETS: &[Target] =
    &[archives::TARGET, csv::TARGET, encoding::TARGET, singer::TARGET, web_log::TARGET];

/// An input that breaks a promise.
#[derive(Debug)]
pub struct Finding {
    /// Which promise, and how.
    pub reason: String,
    /// The input.
    pub input: Vec<u8>,
}

/// Prints `target inputs findings seconds`, tab-separated.
///
/// # Errors
/// A corpus that cannot be read, or a finding.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let is_wanted =
        |target: &&Target| arguments.target.as_deref().is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(is_wanted).collect();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    anyhow::ensure!(!targets.is_empty(), "there are the targets {}", names.join(", "));
    for target in targets {
        let began = Instant::now();
        let most = Duration::from_secs(arguments.seconds);
        let search = Search { data: &arguments.data, seed: arguments.seed, is_measured: true };
        let (inputs, finding) = search.run(target, &mut |_| began.elapsed() < most)?;
        let (name, findings) = (target.name, u8::from(finding.is_some()));
        writeln!(out, "{name}\t{inputs}\t{findings}\t{}", began.elapsed().as_secs())?;
        if let Some(finding) = finding {
            let path =
                std::env::temp_dir().join(format!("fuzz-{name}-{}-{inputs}", arguments.seed));
            publish::file(&path, &finding.input)?;
            anyhow::bail!("{name}: {}; the input is {}", finding.reason, path.display());
        }
    }
    Ok(())
}

/// A target by name.
///
/// # Errors
/// A name that is none.
pub fn target(name: &str) -> anyhow::Result<&'static Target> {
    TARGETS.iter().find(|target| target.name == name).with_context(|| format!("no target `{name}`"))
}

/// How inputs are drawn and checked.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// The folder of the public data sets.
    pub data: &'a Path,
    /// Draws the inputs.
    pub seed: u64,
    /// Whether the time and the memory of each input are held against their bounds: only a process that does nothing
    /// else can tell.
    pub is_measured: bool,
}

impl Search<'_> {
    /// Draws inputs as long as `goes_on` says so of their number; how many there were, and the first finding.
    ///
    /// # Errors
    /// A corpus that cannot be read.
    pub fn run(
        &self,
        target: &Target,
        goes_on: &mut dyn FnMut(u64) -> bool,
    ) -> anyhow::Result<(u64, Option<Finding>)> {
        let corpus = (target.corpus)(self.data)?;
        anyhow::ensure!(!corpus.is_empty(), "the target {} has no corpus", target.name);
        let mut rng = Rng::named(self.seed, target.name);
        let mut inputs = 0;
        while goes_on(inputs) {
            let input = (target.draw)(&corpus, &mut rng);
            inputs += 1;
            if let Err(reason) = self.checked(target, &input, &mut rng) {
                return Ok((inputs, Some(Finding { reason, input })));
            }
        }
        Ok((inputs, None))
    }

    fn checked(&self, target: &Target, input: &[u8], rng: &mut Rng) -> Result<(), String> {
        if !self.is_measured {
            return (target.check)(input, rng);
        }
        let begun = cost::begin();
        (target.check)(input, rng)?;
        begun.check()
    }
}
