//! `sample-data`: fifteen months of a fictional manufacturer, with truths planted in them.
//!
//! Rule: same seed, same text. Files are made in memory first; writing and checking share them.

mod calendar;
mod catalogue;
mod comments;
mod crm;
mod customers;
mod files;
mod peers;
mod planted;
mod readme;
mod sales;
mod sales_files;
mod social;
mod spend;
mod survey;
mod truths;
mod web;

use anyhow::{Context, Result, bail, ensure};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};
pub(crate) use xtask::rng;

use files::SampleFile;
use truths::BadRow;

/// The seed of the committed files.
const SEED: u64 = 20_260_701;
/// No more than this is committed.
const MAXIMUM_BYTES: usize = 6_000_000;

/// Where to write, and with which seed.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder to write to or to check.
    #[arg(long, default_value = "sample-data")]
    out: PathBuf,
    /// The seed; truths are exact for every seed, the committed files have the default one.
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// Writes nothing; fails when the folder differs from what would be written.
    #[arg(long)]
    check: bool,
}

/// Writes or checks the sample data.
pub(crate) fn run(arguments: &Arguments) -> Result<()> {
    let files = generate(arguments.seed)?;
    if arguments.check {
        let stale = stale(&arguments.out, &files)?;
        if !stale.is_empty() {
            bail!(
                "stale: {}\nhelp: run `cargo run -p xtask -- sample-data` and commit the result",
                stale.join(", ")
            );
        }
        say(&format!("{} files are up to date", files.len()));
        return Ok(());
    }
    let bytes = write(&arguments.out, &files)?;
    say(&format!("{} files, {bytes} bytes in {}", files.len(), arguments.out.display()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a developer command answers on stdout")]
fn say(text: &str) {
    println!("{text}");
}

/// Everything that is drawn, before and after it becomes files.
#[derive(Debug)]
pub(crate) struct World {
    seed: u64,
    sales: sales::Sales,
    spend: Vec<spend::SpendRow>,
    sessions: Vec<web::Session>,
    responses: Vec<survey::Response>,
    market: Vec<peers::MarketRow>,
    panel: Vec<peers::PanelRow>,
    leads: Vec<crm::Lead>,
    posts: u64,
    bad_rows: Vec<BadRow>,
    files: Vec<SampleFile>,
}

/// All files of a seed, sorted by path.
fn generate(seed: u64) -> Result<Vec<SampleFile>> {
    let world = draw(seed);
    let truths = truths::compute(&world);
    planted::check(&truths).context("this seed breaks a planted truth")?;
    let mut files = world.files;
    let mut text = serde_json::to_string_pretty(&truths)?;
    text.push('\n');
    files.push(SampleFile { path: "truths.json".to_owned(), text });
    files.push(SampleFile { path: "README.md".to_owned(), text: readme::text(&truths)? });
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// Draws the data and writes the data files.
fn draw(seed: u64) -> World {
    let sales = sales::generate(seed);
    let spend = spend::generate(seed);
    let sessions = web::generate(seed);
    let responses = survey::generate(seed);
    let sales_truths = truths::sales::compute(&truths::sales::newest(&sales.lines));
    let own = peers::Own {
        sales: &sales_truths,
        advertising: &truths::spend::compute(&spend),
        survey: &truths::survey::compute(&responses),
    };
    let market = peers::market(seed, &sales_truths);
    let panel = peers::panel(seed, &own);
    let (lead_file, leads) = crm::write(seed);
    let (post_file, posts) = social::write(seed);
    let mut bad_rows = Vec::new();
    let mut files = vec![lead_file, post_file];
    files.extend(sales_files::write(&sales, seed, &mut bad_rows));
    files.extend(web::write(&sessions, &mut bad_rows));
    files.extend(survey::write(&responses, &mut bad_rows));
    files.extend(spend::write(&spend));
    files.extend(peers::write(&panel, &market));
    World { seed, sales, spend, sessions, responses, market, panel, leads, posts, bad_rows, files }
}

/// Writes the files; returns their size.
fn write(folder: &Path, files: &[SampleFile]) -> Result<usize> {
    let encoded: Vec<Vec<u8>> = files.iter().map(SampleFile::bytes).collect::<Result<_>>()?;
    let total = encoded.iter().map(Vec::len).sum();
    ensure!(total <= MAXIMUM_BYTES, "{total} bytes are more than the repository should carry");
    for (file, bytes) in files.iter().zip(&encoded) {
        let path = folder.join(&file.path);
        publish::file(&path, bytes)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(total)
}

/// Paths that differ, are missing, or should not be there.
fn stale(folder: &Path, files: &[SampleFile]) -> Result<Vec<String>> {
    let mut stale = BTreeSet::new();
    for file in files {
        let is_fresh = fs::read(folder.join(&file.path)).is_ok_and(|bytes| file.matches(&bytes));
        if !is_fresh {
            stale.insert(file.path.clone());
        }
    }
    let expected: BTreeSet<PathBuf> = files.iter().map(|file| folder.join(&file.path)).collect();
    for path in present(folder)? {
        if !expected.contains(&path) {
            stale.insert(path.strip_prefix(folder)?.display().to_string());
        }
    }
    Ok(stale.into_iter().collect())
}

/// All files below a folder.
fn present(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read `{}`", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            paths.extend(present(&path)?);
        } else {
            paths.push(path);
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests;
