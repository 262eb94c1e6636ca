//! Second opinions: our figures beside those of independent programs.
//!
//! Rule: one file per topic with one function `cases`; a case is inputs and what our functions make of them. The
//! other side, `tests/second-opinions`, reads the inputs, works the figures out anew and records what it found; the
//! test here holds ours against the record. Cases of public data are left out where the data are absent.

mod attribution;
mod case;
mod change_points;
mod contribution;
mod correlation;
mod draws;
mod experiment;
mod funnel;
mod geo;
mod lead;
mod lifetime;
mod quantile;
mod response;
mod retention;
mod seasonal;
mod survey;
mod survival;
#[cfg(test)]
mod tests;
mod trend;

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use self::case::Case;

/// Where the data lie and where the cases go.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The folder of the public data sets.
    #[arg(long, default_value = "../shared/data")]
    data: PathBuf,
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
}

/// Writes all cases as JSON; the same inputs give the same bytes.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let text = serde_json::to_string(&case::file(&cases(&arguments.data)?))?;
    publish::file(&arguments.out, text.as_bytes())
        .with_context(|| arguments.out.display().to_string())?;
    Ok(())
}

/// The cases of all topics, alphabetical.
fn cases(data: &Path) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    cases.extend(attribution::cases(data).context("attribution")?);
    cases.extend(change_points::cases());
    cases.extend(contribution::cases().context("contribution")?);
    cases.extend(correlation::cases().context("correlation")?);
    cases.extend(experiment::cases().context("experiment")?);
    cases.extend(funnel::cases().context("funnel")?);
    cases.extend(geo::cases(data).context("geo")?);
    cases.extend(lead::cases().context("lead")?);
    cases.extend(lifetime::cases(data).context("lifetime")?);
    cases.extend(quantile::cases().context("quantile")?);
    cases.extend(response::cases(data).context("response")?);
    cases.extend(retention::cases().context("retention")?);
    cases.extend(seasonal::cases().context("seasonal")?);
    cases.extend(survey::cases().context("survey")?);
    cases.extend(survival::cases().context("survival")?);
    cases.extend(trend::cases().context("trend")?);
    Ok(cases)
}
