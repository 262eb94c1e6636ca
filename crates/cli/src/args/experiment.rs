//! Arguments of `tidings experiment`.

use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ExperimentCommand {
    /// Say how many people and days a trial needs, or what it can see.
    ///
    /// With a job and one of its experiment sections, what is not said here comes from them.
    Plan(PlanArgs),
}

/// Arguments of `experiment plan`.
#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// The job file.
    pub(crate) job: Option<PathBuf>,
    /// The section.
    pub(crate) section: Option<String>,
    /// The share of people who do it without a change, such as 0.04 or 4%.
    #[arg(long, value_parser = share)]
    pub(crate) rate: Option<f64>,
    /// The mean for a person without a change.
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) mean: Option<f64>,
    /// Its standard deviation over people.
    #[arg(long, allow_negative_numbers = true)]
    pub(crate) sd: Option<f64>,
    /// The smallest change that matters, as a share of the rate or mean, such as 5%.
    #[arg(long, value_parser = lift, allow_hyphen_values = true)]
    pub(crate) lift: Option<f64>,
    /// The chance to see a change of that size.
    #[arg(long, value_parser = share, default_value = "0.8")]
    pub(crate) power: f64,
    /// The chance to call a difference where there is none [default: 0.05].
    #[arg(long, value_parser = share)]
    pub(crate) alpha: Option<f64>,
    /// Versions, the control among them [default: 2].
    #[arg(long)]
    pub(crate) versions: Option<usize>,
    /// People a day.
    #[arg(long)]
    pub(crate) daily: Option<f64>,
    /// The share of them that takes part.
    #[arg(long, value_parser = share, default_value = "1")]
    pub(crate) share: f64,
    /// How often the trial is read, at equal distances [default: 1].
    #[arg(long)]
    pub(crate) looks: Option<usize>,
    /// The share of the variance that the same people's past explains (CUPED).
    #[arg(long, value_parser = share, default_value = "0")]
    pub(crate) cuped: f64,
    /// The moment whose data is used; now when absent.
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A relative change, as `0.05` or as `5%`; one above 100% only with its sign, as `5` is hardly meant as 500%.
fn lift(text: &str) -> Result<f64, String> {
    let value = share(text)?;
    if value.abs() > 1.0 && !text.ends_with('%') {
        let points = value * 100.0;
        return Err(format!("{text} would be {points}%; write {text}% or {points}%"));
    }
    Ok(value)
}

/// A share, as `0.05` or as `5%`.
fn share(text: &str) -> Result<f64, String> {
    let (digits, scale) = match text.strip_suffix('%') {
        Some(digits) => (digits, 100.0),
        None => (text, 1.0),
    };
    let value: f64 =
        digits.trim().parse().map_err(|_| "use a share such as 0.05 or 5%".to_owned())?;
    if value.is_finite() {
        Ok(value / scale)
    } else {
        Err("use a share such as 0.05 or 5%".to_owned())
    }
}
