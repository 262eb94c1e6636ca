//! What is to be expected of the customers, and how sure that is.

use super::{Spec, purchases::Purchases};
use rust_decimal::prelude::ToPrimitive;
use stats::lifetime::{
    Backtest, Customer, Fit, GammaGamma, Kind, LEAST_CUSTOMERS, Leaving, Model, Purchasing,
    Refusal, SpendDependence, Worth, backtest, fit_gamma_gamma, fit_kind, relative_error,
    spend_dependence, weighed, worths,
};
use std::collections::BTreeMap;

/// The longest stretch that is foretold to test the model, in weeks.
const LONGEST_TEST: u32 = 39;

/// The shortest stretch, in weeks.
const SHORTEST_TEST: u32 = 4;

/// The fewest customers of a segment with a model of its own.
const LEAST_ALONE: usize = 4 * LEAST_CUSTOMERS;

/// How many standard deviations hold the middle 80 of 100.
const REACH: f64 = 1.281_551_565_544_600_4;

/// What is to be expected.
pub(super) struct Outlook {
    /// The model of purchases.
    pub(super) fit: Result<Fit<Model>, Refusal>,
    /// The model of spend.
    pub(super) spend: Result<Fit<GammaGamma>, Refusal>,
    /// Whether spend depends on frequency.
    pub(super) dependence: Option<SpendDependence>,
    /// How the test on the past went; `None` if the history is too short for one.
    pub(super) test: Option<Tested>,
    /// What is expected of each customer, if there is a model.
    pub(super) worths: Vec<Worth>,
    /// Which model speaks of each customer: 0 is that of all.
    speaker: Vec<usize>,
    /// The standard error that the parameters of each model leave, as a share.
    errors: Vec<f64>,
}

/// The test on the past.
#[derive(Clone, Copy)]
pub(super) struct Tested {
    /// How many weeks were foretold.
    pub(super) weeks: u32,
    /// What was foretold, and what happened.
    pub(super) found: Backtest,
    /// By what share it was off, signed.
    pub(super) miss: f64,
    /// Whether that is within the tolerance.
    pub(super) holds: bool,
}

/// An amount with the range that holds it in 80 of 100 cases.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ranged {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Outlook {
    pub(super) fn new(spec: &Spec, purchases: &Purchases) -> Self {
        let customers = &purchases.customers;
        let kind = spec.model.kind();
        let fit = fit_kind(customers, kind);
        let spend = fit_gamma_gamma(customers);
        let test = fit.ok().and_then(|_| tested(spec, purchases, kind));
        let dependence = spend_dependence(customers);
        let blank = Self {
            fit,
            spend,
            dependence,
            test,
            worths: Vec::new(),
            speaker: Vec::new(),
            errors: Vec::new(),
        };
        match fit {
            Ok(fit) => blank.with(spec, fit, customers).divided(spec, purchases),
            Err(_) => blank,
        }
    }

    /// The same with a model of its own for every segment with enough customers: what all look like together, one
    /// segment that buys often and dear is lost in.
    fn divided(mut self, spec: &Spec, purchases: &Purchases) -> Self {
        let Some(kind) = self.kind().filter(|_| spec.by.is_some() && purchases.is_divided()) else {
            return self;
        };
        let mut by: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (place, member) in purchases.members.iter().enumerate() {
            by.entry(member.as_deref()).or_default().push(place);
        }
        for places in by.into_values().filter(|places| places.len() >= LEAST_ALONE) {
            let own: Vec<Customer> = places.iter().map(|at| purchases.customers[*at]).collect();
            let Ok(fit) = fit_kind(&own, kind) else { continue };
            let found = self.with(spec, fit, &own);
            for (place, worth) in places.iter().zip(found.worths) {
                self.worths[*place] = worth;
                self.speaker[*place] = self.errors.len();
            }
            self.errors.extend(found.errors);
        }
        self
    }

    /// The same with what a model expects of these customers, by their places in this list.
    fn with(&self, spec: &Spec, fit: Fit<Model>, customers: &[Customer]) -> Self {
        let spend = self.spend.as_ref().ok().map(|spend| &spend.model);
        let horizon = spec.horizon();
        let expected = worths(&fit.model, spend, customers, horizon);
        let weeks = horizon.weeks * f64::from(horizon.periods);
        let pairs = customers.iter().zip(&expected);
        let groups = weighed(pairs.map(|(one, worth)| (*one, worth.spend.unwrap_or(1.0))));
        let sum = |model: &Model| -> f64 {
            groups.iter().map(|(one, weight)| weight * model.expected(one, weeks)).sum()
        };
        let parameters = relative_error(&fit.model, customers, sum).unwrap_or(0.0);
        let parameters = parameters.hypot(spend_error(customers));
        let worths = expected;
        let speaker = vec![0; customers.len()];
        Self { fit: Ok(fit), worths, speaker, errors: vec![parameters], ..*self }
    }

    /// The kind of its model.
    fn kind(&self) -> Option<Kind> {
        Some(match &self.fit.as_ref().ok()?.model {
            Model::Geometric(model) if model.leaving == Leaving::AfterRepeat => Kind::BgNbd,
            Model::Geometric(_) => Kind::MbgCnbd,
            Model::Pareto(_) => Kind::ParetoNbd,
        })
    }

    /// Whether the time to come may be spoken of: there is a model, and it has foretold the past.
    pub(super) fn is_told(&self) -> bool {
        self.fit.is_ok() && self.test.as_ref().is_some_and(|test| test.holds)
    }

    /// Whether money may be stated.
    pub(super) fn is_priced(&self) -> bool {
        self.is_told() && self.spend.is_ok()
    }

    /// The customers at these places who are probably still there.
    pub(super) fn active(&self, places: &[usize]) -> f64 {
        places.iter().map(|place| self.worths[*place].alive).sum()
    }

    /// Purchases expected of the customers at these places.
    pub(super) fn purchases(&self, places: &[usize]) -> f64 {
        places.iter().map(|place| self.worths[*place].purchases).sum()
    }

    /// What the customers at these places will spend; `None` where no money is stated.
    pub(super) fn value(&self, places: &[usize]) -> Option<f64> {
        if !self.is_priced() {
            return None;
        }
        places.iter().map(|place| self.worths[*place].value).sum()
    }

    /// The same with its range.
    pub(super) fn ranged(&self, places: &[usize]) -> Option<Ranged> {
        let value = self.value(places).filter(|value| *value > 0.0)?;
        let test = self.test.as_ref()?;
        let shape = self.spend.as_ref().ok()?.model.p;
        // Amounts of one customer vary by 1/p of their square; purchases by the dispersion seen in the test.
        let chance: f64 = places
            .iter()
            .map(|place| {
                let worth = &self.worths[*place];
                worth.purchases * worth.spend.unwrap_or(0.0).powi(2)
            })
            .sum();
        let chance = (chance * (test.found.dispersion + 1.0 / shape)).sqrt() / value;
        // Models of different customers err apart.
        let mut of_models = vec![0.0; self.errors.len()];
        for place in places {
            let speaker = self.speaker[*place];
            of_models[speaker] += self.errors[speaker] * self.worths[*place].value.unwrap_or(0.0);
        }
        let parameters = of_models.iter().fold(0.0, |sum: f64, one| sum.hypot(*one)) / value;
        let error = parameters.hypot(chance).hypot(test.miss);
        let factor = (REACH * error).exp();
        Some(Ranged { value, low: value / factor, high: value * factor })
    }
}

/// The standard error of the mean spend, as a share of it.
fn spend_error(customers: &[Customer]) -> f64 {
    let spend: Vec<f64> =
        customers.iter().filter_map(|one| one.spend).filter(|spend| *spend > 0.0).collect();
    let count = spend.len() as f64;
    if count < 2.0 {
        return 0.0;
    }
    let mean = spend.iter().sum::<f64>() / count;
    let squares: f64 = spend.iter().map(|one| (one - mean).powi(2)).sum();
    (squares / (count - 1.0) / count).sqrt() / mean
}

/// Foretells the last quarter of the history, at most [`LONGEST_TEST`] weeks.
fn tested(spec: &Spec, purchases: &Purchases, kind: Kind) -> Option<Tested> {
    let weeks = (purchases.weeks() / 4).min(LONGEST_TEST);
    if weeks < SHORTEST_TEST {
        return None;
    }
    let found = backtest(&purchases.log, purchases.end, weeks, kind).ok()?;
    let miss = found.miss()?;
    let holds = miss.abs() <= spec.tolerance.to_f64()?;
    Some(Tested { weeks, found, miss, holds })
}
