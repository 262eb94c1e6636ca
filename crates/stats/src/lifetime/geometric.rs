//! BG/NBD and MBG/CNBD-k: regular or irregular purchases until a customer leaves after one of them.
//!
//! Method: a customer's gaps are Erlang-k with rate λ, λ is gamma with shape r and rate α, and after a purchase they
//! leave with probability p, which is beta with a and b. Fader, Hardie and Lee (2005), *"Counting Your Customers" the
//! Easy Way: An Alternative to the Pareto/NBD Model*, Marketing Science 24, 275–284, is k = 1 with the first purchase
//! safe; Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing 24, 201–209, lets them
//! leave after the first too; Platzer and Reutterer (2016), *Ticking Away the Moments*, Marketing Science 35, 779–799,
//! adds k.

use statrs::function::beta::ln_beta;
use statrs::function::gamma::ln_gamma;

use super::Customer;
use super::fit::{FLAT, Fit, Refusal, alike, check, likelihood_of, unit};
use super::worth::Purchasing;
use crate::simplex::highest_to;

/// The largest k that is tried.
pub const MOST_REGULAR: u32 = 4;

/// Steps after which the tail of a count is cut off.
const MOST_STEPS: usize = 1_000_000;

/// After which purchases a customer may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// After any, the first too (MBG).
    AfterAny,
    /// After a repeat purchase only (BG).
    AfterRepeat,
}

/// The parameters of BG/NBD or MBG/CNBD-k, times in weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaGeometric {
    /// Regularity k, at least 1: purchases are as irregular as chance at 1, clockwork far above.
    pub regularity: u32,
    /// After which purchases a customer may leave.
    pub leaving: Leaving,
    /// Shape of the rates among customers.
    pub r: f64,
    /// Rate parameter of the rates, in weeks: k purchases take 1/λ weeks each, and λ has mean r/α.
    pub alpha: f64,
    /// First parameter of the probabilities to leave.
    pub a: f64,
    /// Second parameter of the probabilities to leave.
    pub b: f64,
}

/// The two histories of a customer: still there, or gone after the last purchase; logarithms.
struct Fates {
    alive: f64,
    gone: f64,
}

impl BetaGeometric {
    /// Chances to leave before the last purchase, which the customer has passed.
    fn passed(&self, repeats: u32) -> f64 {
        match self.leaving {
            Leaving::AfterAny => f64::from(repeats),
            Leaving::AfterRepeat => f64::from(repeats) - 1.0,
        }
    }

    fn fates(&self, customer: &Customer) -> Fates {
        let shape = self.shape(customer.repeats);
        let stages: f64 = self.stages(customer, shape).sum();
        let passed = self.passed(customer.repeats);
        // Gone after the last purchase against not gone, B(a+1, b+n) / B(a, b+n+1), when n chances were passed before.
        let gone = if passed < 0.0 {
            f64::NEG_INFINITY
        } else {
            (self.a / (self.b + passed)).ln() - shape * (self.alpha + customer.recency).ln()
        };
        Fates { alive: stages.ln() - shape * (self.alpha + customer.age).ln(), gone }
    }

    /// The weight of each number of steps, of the k towards the next purchase, that an active customer has made.
    fn stages(&self, customer: &Customer, shape: f64) -> impl Iterator<Item = f64> + use<> {
        let share = (customer.age - customer.recency) / (self.alpha + customer.age);
        let mut next = 1.0;
        (0..self.regularity).map(move |stage| {
            let (stage, weight) = (f64::from(stage), next);
            next *= (shape + stage) * share / (stage + 1.0);
            weight
        })
    }

    /// The log-likelihood of one customer: Platzer and Reutterer (2016), equation 3; k = 1 is equation 6 of Fader,
    /// Hardie and Lee (2005).
    pub fn log_likelihood(&self, customer: &Customer) -> f64 {
        self.of_repeats(customer.repeats, customer.log_gaps) + self.of_times(customer)
    }

    /// What the number of purchases makes of it, with the logarithms of the gaps between them.
    fn of_repeats(&self, repeats: u32, log_gaps: f64) -> f64 {
        let (k, shape) = (f64::from(self.regularity), self.shape(repeats));
        let gaps = (k - 1.0) * log_gaps - f64::from(repeats) * ln_gamma(k);
        let rates = ln_gamma(shape) - ln_gamma(self.r) + self.r * self.alpha.ln();
        let passed = self.b + self.passed(repeats) + 1.0;
        let stays = ln_beta(self.a, passed) - ln_beta(self.a, self.b);
        gaps + rates + stays
    }

    /// What the times of purchase make of it.
    fn of_times(&self, customer: &Customer) -> f64 {
        let Fates { alive, gone } = self.fates(customer);
        log_sum(alive, gone)
    }

    /// The log-likelihood of customers that look alike, without the gaps between their purchases.
    pub(super) fn of_groups(&self, groups: &[(Customer, f64)]) -> f64 {
        likelihood_of(groups, |repeats| self.of_repeats(repeats, 0.0), |one| self.of_times(one))
    }

    /// The shape of the rates of those who bought again so often.
    fn shape(&self, repeats: u32) -> f64 {
        self.r + f64::from(self.regularity * repeats)
    }

    /// How many purchases an active customer makes within `weeks`, given their history.
    fn expected_if_alive(&self, customer: &Customer, weeks: f64) -> f64 {
        let shape = self.shape(customer.repeats);
        let all: f64 = self.stages(customer, shape).sum();
        let safe = self.b + self.passed(customer.repeats) + 1.0;
        let odds = weeks / (self.alpha + customer.age + weeks);
        let mut expected = 0.0;
        for (stage, weight) in self.stages(customer, shape).enumerate() {
            let after = shape + stage as f64;
            expected += weight / all * self.expected_from(stage as u32, after, odds, safe);
        }
        expected
    }

    /// Purchases of an active customer who has made `stage` of the k steps towards the next.
    ///
    /// Steps are negative binomial, and purchase m needs mk − `stage` of them and m − 1 chances to leave passed: the sum
    /// of P(steps ≥ mk − stage) · B(a, safe+m−1) / B(a, safe) over m, whose terms are all positive. At k = 1 it is
    /// equation 10 of Fader, Hardie and Lee (2005) without its hypergeometric function.
    fn expected_from(&self, stage: u32, shape: f64, odds: f64, safe: f64) -> f64 {
        let mean = shape * odds / (1.0 - odds);
        let mut mass = Mass::new(shape * (-odds).ln_1p());
        let (mut below, mut stays, mut expected) = (0.0, 1.0, 0.0);
        let mut purchases = 0.0;
        for steps in 0..MOST_STEPS {
            let done = steps as u64 + u64::from(stage);
            let is_purchase = steps > 0 && done.is_multiple_of(u64::from(self.regularity));
            let tail = 1.0 - below;
            if is_purchase {
                expected += stays * tail;
                purchases += 1.0;
                stays *= (safe + purchases - 1.0) / (self.a + safe + purchases - 1.0);
            }
            let n = steps as f64;
            if tail < 1e-14 || (n > mean && mass.is_nothing()) {
                break;
            }
            below += mass.value();
            mass.times(odds * (shape + n) / (n + 1.0));
        }
        expected
    }
}

/// A probability that is multiplied step by step, and may begin far below the smallest number.
struct Mass {
    value: f64,
    /// The logarithm of what the value is still to be multiplied by.
    scale: f64,
}

impl Mass {
    /// Above this logarithm a number has all its digits.
    const NORMAL: f64 = -600.0;

    fn new(log: f64) -> Self {
        let scale = (log - Self::NORMAL).min(0.0);
        Self { value: (log - scale).exp(), scale }
    }

    /// The number itself: 0 as long as it is too small for one.
    fn value(&self) -> f64 {
        if self.scale < 0.0 { 0.0 } else { self.value }
    }

    fn is_nothing(&self) -> bool {
        self.value() < 4e-18
    }

    fn times(&mut self, factor: f64) {
        self.value *= factor;
        if self.scale < 0.0 {
            *self = Self::new(self.value.ln() + self.scale);
        }
    }
}

impl Purchasing for BetaGeometric {
    fn alive(&self, customer: &Customer) -> f64 {
        let Fates { alive, gone, .. } = self.fates(customer);
        1.0 / (1.0 + (gone - alive).exp())
    }

    fn expected(&self, customer: &Customer, weeks: f64) -> f64 {
        if weeks <= 0.0 {
            return 0.0;
        }
        self.alive(customer) * self.expected_if_alive(customer, weeks)
    }
}

/// ln(eˣ + eʸ).
pub(super) fn log_sum(x: f64, y: f64) -> f64 {
    let (low, high) = if x < y { (x, y) } else { (y, x) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

/// BG/NBD by maximum likelihood.
pub fn fit_bg_nbd(customers: &[Customer]) -> Result<Fit<BetaGeometric>, Refusal> {
    check(customers)?;
    fit(customers, 1, Leaving::AfterRepeat)
}

/// MBG/CNBD-k by maximum likelihood, k from 1 to [`MOST_REGULAR`] by likelihood.
pub fn fit_mbg_cnbd(customers: &[Customer]) -> Result<Fit<BetaGeometric>, Refusal> {
    check(customers)?;
    let mut best: Option<Fit<BetaGeometric>> = None;
    for regularity in 1..=MOST_REGULAR {
        let found = fit(customers, regularity, Leaving::AfterAny)?;
        // The likelihood has one hump over k, so the first that is worse ends the search.
        if best.is_some_and(|best| found.log_likelihood <= best.log_likelihood) {
            break;
        }
        best = Some(found);
    }
    best.ok_or(Refusal::NotFound)
}

fn fit(
    customers: &[Customer],
    regularity: u32,
    leaving: Leaving,
) -> Result<Fit<BetaGeometric>, Refusal> {
    let groups = alike(customers);
    let gaps: f64 = customers.iter().map(|customer| customer.log_gaps).sum();
    let model = |[r, alpha, a, b]: [f64; 4]| BetaGeometric { regularity, leaving, r, alpha, a, b };
    let units = [1.0, unit(customers), 1.0, 1.0];
    let (found, likelihood) =
        highest_to(FLAT, units, |parameters| model(parameters).of_groups(&groups))
            .ok_or(Refusal::NotFound)?;
    let log_likelihood = likelihood + f64::from(regularity - 1) * gaps;
    Ok(Fit { model: model(found), log_likelihood })
}
