//! From rows of answers to waves: who answered what in each period, and for how many people each stands.
//!
//! Rule: a person answers once a wave; of several answers the last one counts. Who has no weight, or is of no known
//! class of a margin, is left out and counted.

use super::settings::{MarginSpec, Spec};
use engine::{Moment, TrailAnswer};
use model::period::Period;
use rust_decimal::prelude::ToPrimitive;
use stats::survey::{Margin, Sample};
use std::sync::Arc;

/// One person's answers.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The segment; `None` where there is none, or it is unknown.
    pub segment: Option<Arc<str>>,
    /// For how many people it stands.
    pub weight: f64,
    /// The answer to each question.
    pub scores: Vec<Option<f64>>,
    /// The score that touchpoints are held against.
    pub overall: Option<f64>,
    /// The score of each touchpoint.
    pub touchpoints: Vec<Option<f64>>,
}

/// The answers of a period.
#[derive(Debug)]
pub(super) struct Wave {
    pub period: Period,
    pub answers: Vec<Answer>,
    /// Whether the margins could be met; true without margins.
    pub raked: bool,
    /// Answers of persons who answered again later in the wave.
    pub repeated: u64,
    /// Answers that the questions do not allow.
    pub off_scale: u64,
    /// Answers without a weight, or of no known class of a margin.
    pub unweighed: u64,
}

impl Wave {
    /// The wave of each period; a period without answers is an empty one.
    pub(super) fn all(spec: &Spec, answer: &TrailAnswer, periods: &[Period]) -> Vec<Self> {
        periods.iter().map(|period| Self::of(spec, answer, *period)).collect()
    }

    fn of(spec: &Spec, answer: &TrailAnswer, period: Period) -> Self {
        let empty = Vec::new();
        let mut wave =
            Self { period, answers: empty, raked: true, repeated: 0, off_scale: 0, unweighed: 0 };
        let mut classes: Vec<Vec<usize>> = Vec::new();
        for trail in &answer.trails {
            let mut within = trail.iter().filter(|moment| period.days.contains(moment.day)).rev();
            let Some(last) = within.next() else { continue };
            wave.repeated += within.count() as u64;
            match wave.read(spec, last) {
                Some((answer, class)) => {
                    wave.answers.push(answer);
                    classes.push(class);
                }
                None => wave.unweighed += 1,
            }
        }
        if !spec.rake.is_empty() && !wave.answers.is_empty() {
            wave.rake(&spec.rake, &classes);
        }
        wave
    }

    /// The answer of a row with its class in each margin; `None` where it cannot be weighted.
    fn read(&mut self, spec: &Spec, moment: &Moment) -> Option<(Answer, Vec<usize>)> {
        let mut labels = moment.labels.iter();
        let mut values = moment.values.iter().map(|value| value.map(|value| value.to_f64()));
        let segment = spec.by.as_ref().and_then(|_| labels.next().cloned().flatten());
        let classes: Option<Vec<usize>> = spec
            .rake
            .iter()
            .map(|margin| {
                let member = labels.next().and_then(|label| label.as_deref())?;
                margin.shares.keys().position(|known| known == member)
            })
            .collect();
        let weight = match spec.weight {
            Some(_) => values.next().flatten().filter(|weight| *weight > 0.0 && weight.is_finite()),
            None => Some(1.0),
        };
        let given: Vec<Option<f64>> =
            spec.questions.iter().map(|_| values.next().flatten()).collect();
        let overall = spec.overall().and_then(|_| values.next().flatten());
        let touchpoints = spec.drivers.iter().map(|_| values.next().flatten()).collect();
        let (classes, weight) = classes.zip(weight)?;
        let pairs = given.into_iter().zip(&spec.questions);
        let scores: Vec<Option<f64>> = pairs
            .map(|(score, question)| {
                let taken = score.filter(|score| question.takes(*score));
                self.off_scale += u64::from(score.is_some() && taken.is_none());
                taken
            })
            .collect();
        Some((Answer { segment, weight, scores, overall, touchpoints }, classes))
    }

    /// Weights the answers so that they agree with the margins.
    fn rake(&mut self, margins: &[MarginSpec], classes: &[Vec<usize>]) {
        let people = self.answers.len() as f64;
        let margin = |(place, margin): (usize, &MarginSpec)| {
            let shares: Vec<f64> =
                margin.shares.values().map(|share| share.to_f64().unwrap_or(0.0)).collect();
            let whole: f64 = shares.iter().sum();
            Margin {
                classes: classes.iter().map(|class| class[place]).collect(),
                totals: shares.iter().map(|share| people * share / whole).collect(),
            }
        };
        let margins: Vec<Margin> = margins.iter().enumerate().map(margin).collect();
        let weights: Vec<f64> = self.answers.iter().map(|answer| answer.weight).collect();
        let raked = Sample::new(&weights).and_then(|sample| sample.raked(&margins));
        self.raked = raked.is_some();
        let Some(raked) = raked else { return };
        for (answer, weight) in self.answers.iter_mut().zip(raked.weights()) {
            answer.weight = *weight;
        }
    }

    /// The answers to a question, each with its weight, of some segments.
    pub(super) fn scores<'a>(
        &'a self,
        question: usize,
        keeps: impl Fn(&Answer) -> bool + 'a,
    ) -> impl Iterator<Item = (f64, f64)> + 'a {
        let kept = self.answers.iter().filter(move |answer| self.raked && keeps(answer));
        kept.filter_map(move |answer| Some((answer.scores[question]?, answer.weight)))
    }

    /// The answers to a question, weighted or not.
    pub(super) fn count(&self, question: usize) -> usize {
        self.answers.iter().filter(|answer| answer.scores[question].is_some()).count()
    }
}
