//! What did a trial of two or more versions show, and may it be called?
//!
//! Answers: is a version better than the control, how sure is that, what else came to harm, and what could the trial
//! have seen at all?
//! Method: the split of people is checked first, and below p 0.01 nothing is called; then one reading by the rule agreed
//! before the start (once, at planned looks, at any time), Holm over versions; the other views stand beside it
//! (`stats::experiment`). Nothing is shown before it is time to read.
//! Not for: comparisons before and after, people who chose their version, shops or cities counted as if they were people.

mod arm;
mod baseline;
mod chart;
mod crowd;
mod spec;
mod telling;
mod totals;
mod trial;
mod view;

pub use self::baseline::ControlSoFar;
pub use self::spec::{ExposuresSpec, Kind, OutcomeSpec, PlanSpec, Spec, SpendingSpec, SummarySpec};

use self::{
    crowd::Crowd,
    totals::Totals,
    trial::{Evidence, Trial},
};
use super::{Analysed, Analysis, Limits, Names, acts};
use crate::{
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::Days;
use engine::{Acts, TrailAnswer, TrailQuery};
use model::{expression::RowExpression, period::DateRange};

impl Analysis for Spec {
    fn asks(&self, _: &TransformPlan, _: &SectionPlan) -> Vec<Ask> {
        Vec::new()
    }

    fn trails(&self, plan: &TransformPlan, _: &SectionPlan) -> Vec<TrailQuery> {
        vec![self.query(plan)]
    }

    fn analyse(&self, desk: &Desk<'_>, section: &SectionPlan) -> Analysed {
        let evidence = self.evidence(desk.trails(&self.query(desk.plan)));
        let trial = Trial::read(self, &evidence, desk.plan.today);
        Analysed { findings: telling::findings(&trial), blocks: view::blocks(&trial, section) }
    }

    fn names(&self) -> Names {
        self.all_names()
    }

    fn limits(&self) -> Limits {
        self.all_limits()
    }
}

impl Spec {
    fn evidence<'a>(&'a self, answer: &'a TrailAnswer) -> Evidence<'a> {
        match &self.exposures {
            Some(_) => Evidence::Crowd(Crowd::read(self, answer)),
            None => Evidence::Totals(Totals::read(self, answer)),
        }
    }

    /// What people did: who saw which version, and each outcome.
    pub fn query(&self, plan: &TransformPlan) -> TrailQuery {
        let start = self.start - Days::new(u64::from(self.before.unwrap_or(0)));
        let window = DateRange { start, end: plan.today.max(self.start) };
        acts::query(plan, self.all_acts(), window)
    }

    /// The exposures, then each outcome; of a summary its rows.
    fn all_acts(&self) -> Vec<Acts> {
        if let Some(summary) = &self.summary {
            let sums = self.outcome.iter().flat_map(OutcomeSpec::sums);
            let values: Vec<&RowExpression> =
                std::iter::once(&summary.people).chain(sums).collect();
            return vec![summary.acts().telling(&[&summary.version], &values)];
        }
        let Some(seen) = &self.exposures else { return Vec::new() };
        let mut all = vec![seen.acts().telling(&[&seen.version], &[])];
        for outcome in &self.outcome {
            let Some(acts) = self.acts_of(outcome) else { continue };
            let values: Vec<&RowExpression> =
                [&outcome.value, &outcome.per].into_iter().flatten().collect();
            all.push(acts.telling(&[], &values));
        }
        all
    }
}
