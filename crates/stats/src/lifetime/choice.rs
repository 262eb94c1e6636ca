//! Which model, and how well it foretells what is known already.
//!
//! Method: of several models the likeliest; all have four parameters, so likelihoods compare as they are. The test fits
//! the rule to the first part of a log and counts the purchases that the same customers made afterwards, as Fader,
//! Hardie and Lee (2005) do with 39 weeks of CDNOW.

use super::{
    BetaGeometric, Customer, Fit, Fitted, ParetoNbd, Purchase, Purchasing, Refusal, fit_bg_nbd,
    fit_mbg_cnbd, fit_pareto_nbd, summarise,
};

/// A model by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The likeliest of all.
    Likeliest,
    /// BG/NBD.
    BgNbd,
    /// MBG/CNBD-k.
    MbgCnbd,
    /// Pareto/NBD.
    ParetoNbd,
}

/// A fitted model of any kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    /// BG/NBD or MBG/CNBD-k.
    Geometric(BetaGeometric),
    /// Pareto/NBD.
    Pareto(ParetoNbd),
}

impl Purchasing for Model {
    fn alive(&self, customer: &Customer) -> f64 {
        match self {
            Self::Geometric(model) => model.alive(customer),
            Self::Pareto(model) => model.alive(customer),
        }
    }

    fn expected(&self, customer: &Customer, weeks: f64) -> f64 {
        match self {
            Self::Geometric(model) => model.expected(customer, weeks),
            Self::Pareto(model) => model.expected(customer, weeks),
        }
    }
}

impl Fitted for Model {
    fn parameters(&self) -> [f64; 4] {
        match self {
            Self::Geometric(model) => model.parameters(),
            Self::Pareto(model) => model.parameters(),
        }
    }

    fn with(&self, parameters: [f64; 4]) -> Self {
        match self {
            Self::Geometric(model) => Self::Geometric(model.with(parameters)),
            Self::Pareto(model) => Self::Pareto(model.with(parameters)),
        }
    }

    fn of_alike(&self, groups: &[(Customer, f64)]) -> f64 {
        match self {
            Self::Geometric(model) => model.of_alike(groups),
            Self::Pareto(model) => model.of_alike(groups),
        }
    }
}

/// A model of this kind by maximum likelihood.
pub fn fit_kind(customers: &[Customer], kind: Kind) -> Result<Fit<Model>, Refusal> {
    let geometric = |fit: Fit<BetaGeometric>| Fit {
        model: Model::Geometric(fit.model),
        log_likelihood: fit.log_likelihood,
    };
    let pareto = |fit: Fit<ParetoNbd>| Fit {
        model: Model::Pareto(fit.model),
        log_likelihood: fit.log_likelihood,
    };
    match kind {
        Kind::BgNbd => fit_bg_nbd(customers).map(geometric),
        Kind::MbgCnbd => fit_mbg_cnbd(customers).map(geometric),
        Kind::ParetoNbd => fit_pareto_nbd(customers).map(pareto),
        Kind::Likeliest => {
            let mut best = fit_kind(customers, Kind::BgNbd)?;
            for kind in [Kind::MbgCnbd, Kind::ParetoNbd] {
                // One that finds no maximum leaves the choice to the others.
                let Ok(found) = fit_kind(customers, kind) else { continue };
                if found.log_likelihood > best.log_likelihood {
                    best = found;
                }
            }
            Ok(best)
        }
    }
}

/// What a model foretold, and what happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backtest {
    /// Customers known when it was foretold.
    pub customers: usize,
    /// Purchases foretold.
    pub predicted: f64,
    /// Purchases made by the same customers.
    pub actual: u64,
    /// The sum of squared errors of customers per purchase foretold: 1 if each customer bought by plain chance, more if
    /// customers differ from what is foretold of them.
    pub dispersion: f64,
}

impl Backtest {
    /// By what share of the purchases made the model was off, signed; `None` if none were made.
    pub fn miss(&self) -> Option<f64> {
        let actual = self.actual as f64;
        (self.actual > 0).then(|| (self.predicted - actual) / actual)
    }
}

/// Fits to the log up to `weeks` before the end of day `end`, and foretells these weeks.
pub fn backtest(log: &[Purchase], end: i64, weeks: u32, kind: Kind) -> Result<Backtest, Refusal> {
    let before = summarise(log, end - 7 * i64::from(weeks))?;
    let model = fit_kind(&before, kind)?.model;
    let after = summarise(log, end)?;
    let mut known = before.iter().peekable();
    let (mut predicted, mut actual, mut squares) = (0.0, 0, 0.0);
    for later in &after {
        let Some(earlier) = known.next_if(|one| one.customer == later.customer) else { continue };
        let made = later.repeats - earlier.repeats;
        let foretold = model.expected(earlier, f64::from(weeks));
        predicted += foretold;
        actual += u64::from(made);
        squares += (f64::from(made) - foretold).powi(2);
    }
    let dispersion = if predicted > 0.0 { squares / predicted } else { 1.0 };
    Ok(Backtest { customers: before.len(), predicted, actual, dispersion })
}
