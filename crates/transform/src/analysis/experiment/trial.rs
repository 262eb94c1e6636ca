//! The reading of a trial by the rule agreed before its start: the split first, then each outcome.

use super::{
    arm::Arm,
    crowd::Crowd,
    spec::{Kind, PlanSpec, Spec, SpendingSpec},
    totals::Totals,
};
use chrono::{Days, NaiveDate};
use model::unit::Direction;
use stats::experiment::{
    self, Need, Plan, ReadOut, Sample, SampleRatio, Scale, Spending, Verdict, sample_ratio,
};
use std::collections::BTreeSet;

/// Fewest people of a version of whom anything is shown.
pub(super) const FLOOR: u64 = 5;
/// The largest share of people in two versions with which a reading is sound.
pub(super) const MOST_TWICE: f64 = 0.01;
/// Fewest expected people with, and without, a hit for a test of rates: Cochran (1954).
const LEAST_EXPECTED: f64 = 5.0;
/// Fewest people of a version for a test of means.
const LEAST_PEOPLE: u64 = 30;
/// The chance to see a difference with which the smallest visible one is told.
pub(super) const POWER: f64 = 0.8;

/// What is known of the versions.
pub(super) enum Evidence<'a> {
    Crowd(Crowd<'a>),
    Totals(Totals<'a>),
}

impl Evidence<'_> {
    /// The versions that anybody saw.
    pub(super) fn versions(&self) -> BTreeSet<String> {
        match self {
            Self::Crowd(crowd) => crowd.versions(),
            Self::Totals(totals) => totals.versions(),
        }
    }

    pub(super) fn people(&self, version: &str, cut: NaiveDate) -> u64 {
        match self {
            Self::Crowd(crowd) => crowd.people(version, cut),
            Self::Totals(totals) => totals.people(version, cut),
        }
    }

    pub(super) fn arm(&self, index: usize, version: &str, cut: NaiveDate) -> Arm {
        match self {
            Self::Crowd(crowd) => crowd.arm(index, version, cut),
            Self::Totals(totals) => totals.arm(index, version, cut),
        }
    }

    fn twice(&self, cut: NaiveDate) -> u64 {
        match self {
            Self::Crowd(crowd) => crowd.twice(cut),
            Self::Totals(_) => 0,
        }
    }

    fn strange(&self) -> u64 {
        match self {
            Self::Crowd(crowd) => crowd.strange,
            Self::Totals(_) => 0,
        }
    }
}

/// How far the trial is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stage {
    /// Nobody could see a version yet.
    NotBegun,
    /// A version, or the control, is not in the data or was seen by too few.
    TooFew,
    /// It is not time to read it.
    Running,
    /// It is read.
    Read,
}

/// The reading of a trial.
pub(super) struct Trial<'a> {
    pub(super) spec: &'a Spec,
    /// Versions, the control first.
    pub(super) versions: Vec<String>,
    /// People of each version.
    pub(super) people: Vec<u64>,
    /// People in versions that were not agreed.
    pub(super) unplanned: u64,
    /// People who saw two versions.
    pub(super) twice: u64,
    /// Exposures without a person or a moment.
    pub(super) strange: u64,
    /// Data before this day are read.
    pub(super) cut: NaiveDate,
    pub(super) stage: Stage,
    /// The shares of the planned people at each look so far.
    pub(super) information: Vec<f64>,
    pub(super) split: Option<SampleRatio>,
    /// The outcomes, the one that decides first; empty unless read.
    pub(super) outcomes: Vec<Measured>,
}

/// What was measured of an outcome.
pub(super) struct Measured {
    /// One per version, the control first.
    pub(super) arms: Vec<Arm>,
    /// What was compared: the arms, adjusted by what was before where that is asked for.
    pub(super) samples: Vec<Sample>,
    /// Whether they are adjusted.
    pub(super) adjusted: bool,
    /// Mean, rate or ratio of each arm, adjusted where the samples are.
    pub(super) values: Vec<Option<f64>>,
    /// The reading; `None` if there is too little, or nothing varies.
    pub(super) reading: Option<ReadOut>,
    /// The smallest difference that would have been seen with this many people.
    pub(super) visible: Option<f64>,
}

impl<'a> Trial<'a> {
    pub(super) fn read(spec: &'a Spec, evidence: &Evidence<'_>, today: NaiveDate) -> Self {
        let found = evidence.versions();
        let is_agreed = |version: &&String| {
            **version != spec.control
                && (spec.shares.is_empty() || spec.shares.contains_key(*version))
        };
        let mut versions = vec![spec.control.clone()];
        let named = found.iter().chain(spec.shares.keys()).filter(is_agreed).cloned();
        versions.extend(named.collect::<BTreeSet<_>>());
        let strangers = found.iter().filter(|version| !versions.contains(version));
        let mut trial = Self {
            spec,
            unplanned: strangers.map(|version| evidence.people(version, today)).sum(),
            twice: 0,
            strange: evidence.strange(),
            people: Vec::new(),
            cut: today,
            stage: Stage::Running,
            information: Vec::new(),
            split: None,
            outcomes: Vec::new(),
            versions,
        };
        trial.cut_at(evidence, today);
        trial.stage = trial.stage_on(evidence, today);
        if trial.stage == Stage::Read {
            trial.decide(evidence, today);
        }
        trial
    }

    /// Counts people up to a day.
    fn cut_at(&mut self, evidence: &Evidence<'_>, cut: NaiveDate) {
        self.cut = cut;
        self.people = self.versions.iter().map(|one| evidence.people(one, cut)).collect();
        self.twice = evidence.twice(cut);
        let units: Vec<f64> = self.people.iter().map(|people| *people as f64).collect();
        self.split = sample_ratio(&units, &self.shares());
    }

    fn stage_on(&self, evidence: &Evidence<'_>, today: NaiveDate) -> Stage {
        if today <= self.spec.start {
            return Stage::NotBegun;
        }
        if self.versions.len() < 2 || self.people.iter().any(|people| *people < FLOOR) {
            return Stage::TooFew;
        }
        let is_due = match &self.spec.plan {
            PlanSpec::Anytime { .. } => true,
            PlanSpec::Looks { on, .. } => on.iter().any(|day| *day <= today),
            PlanSpec::Once { people } => {
                let there =
                    people.is_some_and(|people| self.ready(evidence, today) >= u64::from(people));
                there || self.last_day().is_some_and(|last| last < today)
            }
        };
        if is_due { Stage::Read } else { Stage::Running }
    }

    /// The last day that counts for anybody.
    pub(super) fn last_day(&self) -> Option<NaiveDate> {
        self.spec.end.map(|end| end + Days::new(u64::from(self.spec.window.unwrap_or(0))))
    }

    /// People of all versions whose outcome that decides is known.
    fn ready(&self, evidence: &Evidence<'_>, cut: NaiveDate) -> u64 {
        self.versions.iter().map(|version| evidence.arm(0, version, cut).units).sum()
    }

    /// Reads at every look so far until one of them calls a version; else at the last one.
    fn decide(&mut self, evidence: &Evidence<'_>, today: NaiveDate) {
        let PlanSpec::Looks { on, people, .. } = &self.spec.plan else {
            self.outcomes = self.measure(evidence);
            return;
        };
        let days: Vec<NaiveDate> = on.iter().copied().filter(|day| *day <= today).collect();
        for day in days {
            let share = (self.ready(evidence, day) as f64 / f64::from(*people)).min(1.0);
            if self.information.last().is_some_and(|last| share <= *last) || share <= 0.0 {
                continue;
            }
            self.information.push(share);
            self.cut_at(evidence, day);
            self.outcomes = self.measure(evidence);
            let called = |reading: &ReadOut| {
                reading
                    .versions
                    .iter()
                    .any(|one| matches!(one.verdict, Verdict::Win | Verdict::Loss))
            };
            let is_over = self.outcomes.first().and_then(|first| first.reading.as_ref());
            if share >= 1.0 || (self.is_sound() && is_over.is_some_and(called)) {
                break;
            }
        }
        let few = self.people.iter().any(|people| *people < FLOOR);
        if self.outcomes.is_empty() || few {
            self.outcomes.clear();
            self.stage = Stage::TooFew;
        }
    }

    fn measure(&self, evidence: &Evidence<'_>) -> Vec<Measured> {
        (0..self.spec.outcome.len()).map(|index| self.measured(evidence, index)).collect()
    }

    fn measured(&self, evidence: &Evidence<'_>, index: usize) -> Measured {
        let outcome = &self.spec.outcome[index];
        let versions = self.versions.iter();
        let arms: Vec<Arm> = versions.map(|one| evidence.arm(index, one, self.cut)).collect();
        let covaried: Option<Vec<_>> = arms.iter().map(Arm::covaried).collect();
        let adjusted = covaried.and_then(|arms| experiment::cuped_estimates(&arms));
        let samples: Vec<Sample> = match &adjusted {
            Some(adjusted) => adjusted.iter().map(experiment::Estimate::sample).collect(),
            None => arms.iter().map(Arm::sample).collect(),
        };
        // Of adjusted samples, so that a difference is that of the values beside it.
        let shown = |(arm, sample): (&Arm, &Sample)| {
            Some(sample.estimate()?.mean).filter(|_| arm.units >= FLOOR)
        };
        let values: Vec<Option<f64>> = arms.iter().zip(&samples).map(shown).collect();
        let reading = if is_enough(outcome.kind, &arms) {
            experiment::read_out(&experiment::Trial {
                arms: &samples,
                shares: &self.shares(),
                more_is_better: outcome.direction == Direction::Up,
                plan: self.plan(),
                scale: Scale::Absolute,
                level: self.level(),
            })
        } else {
            None
        };
        let visible = self.visible(&samples);
        Measured { arms, adjusted: adjusted.is_some(), samples, values, reading, visible }
    }

    /// The smallest difference that people of this number tell with the usual power.
    fn visible(&self, samples: &[Sample]) -> Option<f64> {
        let control = samples.first()?.estimate()?;
        let need = Need {
            effect: 0.0,
            variance: control.variance,
            version_variance: control.variance,
            alpha: 1.0 - self.level(),
            comparisons: samples.len() - 1,
            two_sided: true,
            power: POWER,
        };
        let weights: Vec<f64> = samples.iter().map(Sample::units).collect();
        experiment::smallest_effect(&need, &weights, weights.iter().sum())
    }

    fn shares(&self) -> Vec<f64> {
        let share =
            |version: &String| self.spec.shares.get(version).copied().map_or(1.0, f64::from);
        self.versions.iter().map(share).collect()
    }

    /// The confidence of all comparisons of an outcome together.
    pub(super) fn level(&self) -> f64 {
        f64::from(self.spec.confidence) / 100.0
    }

    /// The confidence that each comparison has for itself where versions share the error.
    pub(super) fn shared_level(&self) -> f64 {
        1.0 - (1.0 - self.level()) / (self.versions.len() - 1) as f64
    }

    /// The confidence of each interval of the rule agreed: planned looks share the error over versions as well.
    pub(super) fn own_level(&self) -> f64 {
        match &self.spec.plan {
            PlanSpec::Looks { .. } => self.shared_level(),
            PlanSpec::Anytime { .. } | PlanSpec::Once { .. } => self.level(),
        }
    }

    pub(super) fn plan(&self) -> Plan<'_> {
        match &self.spec.plan {
            PlanSpec::Anytime { .. } => Plan::AnyTime(self.tuning()),
            PlanSpec::Looks { .. } => Plan::Looks(self.spending(), &self.information),
            PlanSpec::Once { .. } => Plan::Once,
        }
    }

    /// People of two versions at which an interval for any time is tightest.
    pub(super) fn tuning(&self) -> f64 {
        let people = match &self.spec.plan {
            PlanSpec::Anytime { people } | PlanSpec::Once { people } => *people,
            PlanSpec::Looks { people, .. } => Some(*people),
        };
        f64::from(people.unwrap_or(5000))
    }

    pub(super) fn spending(&self) -> Spending {
        match &self.spec.plan {
            PlanSpec::Looks { spending: SpendingSpec::Even, .. } => Spending::Pocock,
            _ => Spending::OBrienFleming,
        }
    }

    /// The share of people who saw two versions.
    pub(super) fn share_twice(&self) -> f64 {
        let all = self.people.iter().sum::<u64>() + self.twice;
        if all == 0 { 0.0 } else { self.twice as f64 / all as f64 }
    }

    /// Whether the versions may be compared at all.
    pub(super) fn is_sound(&self) -> bool {
        self.split.is_some_and(|split| split.is_sound()) && self.share_twice() <= MOST_TWICE
    }

    /// The verdict on a version, by its place among those that are not the control.
    pub(super) fn verdict(&self, outcome: usize, version: usize) -> Option<Verdict> {
        let reading = self.outcomes.get(outcome)?.reading.as_ref()?;
        let verdict = reading.versions.get(version)?.verdict;
        Some(if self.is_sound() { verdict } else { Verdict::NotSound })
    }
}

/// Whether there is enough for tests that lean on the normal distribution.
fn is_enough(kind: Kind, arms: &[Arm]) -> bool {
    let units: u64 = arms.iter().map(|arm| arm.units).sum();
    let least = arms.iter().map(|arm| arm.units).min().unwrap_or(0);
    match kind {
        Kind::Mean | Kind::Ratio => least >= LEAST_PEOPLE,
        Kind::Rate => {
            let hits: f64 = arms.iter().map(|arm| arm.sums[0]).sum();
            let share = hits / units as f64;
            let expected = share.min(1.0 - share) * least as f64;
            expected >= LEAST_EXPECTED
        }
    }
}
