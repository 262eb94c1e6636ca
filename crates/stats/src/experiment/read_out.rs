//! The whole reading of a trial, in the order in which it may be trusted.

use super::always_valid::always_valid;
use super::bayes::{Belief, Prior, belief, rates_belief};
use super::compare::{Comparison, Scale, compare};
use super::sample::Sample;
use super::sample_ratio::{SampleRatio, sample_ratio};
use super::spending::{Spending, bounds};
use crate::correlation::holm;

/// How often the trial was meant to be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Plan<'a> {
    /// At any time, as often as one likes; tightest at about so many units of two arms.
    AnyTime(f64),
    /// At the shares of the planned units given here, the last of which is now.
    Looks(Spending, &'a [f64]),
    /// Once, at a size fixed beforehand.
    Once,
}

/// A trial: the arms with the control first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trial<'a> {
    /// The metric over each arm, the control first.
    pub arms: &'a [Sample],
    /// The agreed shares of the arms, in any unit.
    pub shares: &'a [f64],
    /// Whether more of the metric is better.
    pub more_is_better: bool,
    /// How often it is read.
    pub plan: Plan<'a>,
    /// The scale of differences.
    pub scale: Scale,
    /// The confidence of all comparisons together, such as 0.95.
    pub level: f64,
}

/// What may be said about a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Worse than the control.
    Loss,
    /// The split is not sound: the difference is shown and nothing is called.
    NotSound,
    /// Neither, so far.
    Open,
    /// Better than the control.
    Win,
}

/// One version against the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The difference; its interval and p are those of the plan.
    pub comparison: Comparison,
    /// p after Holm over the versions; with planned looks p itself, whose bound is shared out instead.
    pub adjusted: f64,
    /// The level that `adjusted` must fall below.
    pub needed: f64,
    /// The belief that the version is better, flat before; `None` where nothing can be believed.
    pub belief: Option<Belief>,
    /// What may be said.
    pub verdict: Verdict,
}

/// The reading of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadOut {
    /// The test of the split, which comes first.
    pub split: SampleRatio,
    /// The versions in the order given.
    pub versions: Vec<Reading>,
}

/// Reads a trial: the split first, then each version against the control.
///
/// `None` if the split or one comparison cannot be computed, or the plan is not sound.
pub fn read_out(trial: &Trial<'_>) -> Option<ReadOut> {
    let units: Vec<f64> = trial.arms.iter().map(Sample::units).collect();
    let split = sample_ratio(&units, trial.shares)?;
    let (control, versions) = trial.arms.split_first()?;
    let alpha = 1.0 - trial.level;
    let each = alpha / versions.len() as f64;
    let needed = match trial.plan {
        Plan::Looks(spending, information) => bounds(spending, information, each)?.last()?.nominal,
        Plan::AnyTime(_) | Plan::Once => alpha,
    };
    let read = |version: &Sample| by_plan(trial, control, version, needed);
    let compared: Vec<Comparison> = versions.iter().map(read).collect::<Option<_>>()?;
    let found: Vec<f64> = compared.iter().map(|one| one.p).collect();
    let adjusted = match trial.plan {
        Plan::Looks(..) => found,
        Plan::AnyTime(_) | Plan::Once => holm(&found)?,
    };
    let readings = compared.iter().zip(adjusted).zip(versions);
    let versions = readings.map(|((comparison, adjusted), version)| {
        let is_better = (comparison.difference > 0.0) == trial.more_is_better;
        let verdict = match (split.is_sound(), adjusted < needed) {
            (false, _) => Verdict::NotSound,
            (true, false) => Verdict::Open,
            (true, true) if is_better => Verdict::Win,
            (true, true) => Verdict::Loss,
        };
        let belief = believed(trial, control, version);
        Reading { comparison: *comparison, adjusted, needed, belief, verdict }
    });
    Some(ReadOut { split, versions: versions.collect() })
}

/// The comparison whose interval and p hold under the plan.
fn by_plan(
    trial: &Trial<'_>,
    control: &Sample,
    version: &Sample,
    needed: f64,
) -> Option<Comparison> {
    match trial.plan {
        Plan::AnyTime(tuning) => {
            let plain = compare(control, version, trial.scale, trial.level)?;
            let valid = always_valid(control, version, trial.scale, trial.level, tuning)?;
            Some(Comparison { low: valid.low, high: valid.high, p: valid.p, ..plain })
        }
        Plan::Looks(..) => compare(control, version, trial.scale, 1.0 - needed),
        Plan::Once => compare(control, version, trial.scale, trial.level),
    }
}

/// The belief that the version is better; rates in points exactly, all else by the normal.
fn believed(trial: &Trial<'_>, control: &Sample, version: &Sample) -> Option<Belief> {
    let exact = match trial.scale {
        Scale::Absolute => rates_belief(control, version, (1.0, 1.0)),
        Scale::Relative => None,
    };
    let found = exact
        .or_else(|| belief(&compare(control, version, trial.scale, trial.level)?, Prior::Flat))?;
    Some(if trial.more_is_better { found } else { found.turned() })
}
