//! The size of a trial before it starts: people for a lift, and the lift that people tell.

use super::{
    Spending, inflation, is_open_share, means_power, means_sample_size, rates_sample_size,
    smallest_rate_change,
};

/// What the control is expected to show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Baseline {
    /// A number for each person.
    Mean {
        /// Its mean.
        mean: f64,
        /// Its standard deviation over people.
        deviation: f64,
    },
    /// A share of people.
    Rate(f64),
}

/// How a trial is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Design {
    /// What the control shows.
    pub baseline: Baseline,
    /// Versions, the control among them.
    pub versions: usize,
    /// The error permitted for all comparisons together; versions share it (Bonferroni).
    pub alpha: f64,
    /// The chance to see a difference of the size wanted.
    pub power: f64,
    /// How often it is read, at equal distances; error is spent late.
    pub looks: usize,
    /// The share of the variance that what was known before explains (CUPED).
    pub explained: f64,
}

impl Design {
    /// People in each version to tell a relative lift; not rounded.
    ///
    /// `None` for a baseline, lift, error or power that cannot be, or that no number of people tells.
    pub fn people(&self, lift: f64) -> Option<f64> {
        let alpha = self.each()?;
        let plain = match self.baseline {
            Baseline::Rate(rate) => {
                rates_sample_size(rate, rate * (1.0 + lift), alpha, self.power)?
            }
            Baseline::Mean { mean, deviation } => {
                means_sample_size(mean * lift, deviation, alpha, self.power)?
            }
        };
        Some(plain * self.factor()?)
    }

    /// The smallest rise, as a share of the baseline, that this many people in each version tell.
    ///
    /// `None` as for [`Design::people`], or if no rise is told.
    pub fn smallest_lift(&self, people: f64) -> Option<f64> {
        let alpha = self.each()?;
        let units = people / self.factor()?;
        match self.baseline {
            Baseline::Rate(rate) => {
                Some(smallest_rate_change(rate, units, alpha, self.power)? / rate)
            }
            Baseline::Mean { mean, deviation } => {
                let (mut low, mut high) = (0.0, 1e6 * deviation);
                if means_power(high, deviation, units, alpha)? < self.power {
                    return None;
                }
                for _ in 0..100 {
                    let middle = 0.5 * (low + high);
                    if means_power(middle, deviation, units, alpha)? < self.power {
                        low = middle;
                    } else {
                        high = middle;
                    }
                }
                (mean != 0.0).then(|| high / mean.abs())
            }
        }
    }

    /// How many times the people it needs for its looks; `None` for no looks.
    pub fn inflation(&self) -> Option<f64> {
        let count = self.looks as f64;
        let looks: Vec<f64> = (1..=self.looks).map(|look| look as f64 / count).collect();
        match self.looks {
            1 => Some(1.0),
            _ => inflation(Spending::OBrienFleming, &looks, self.each()?, self.power),
        }
    }

    /// The error of each comparison.
    fn each(&self) -> Option<f64> {
        let shared = self.versions >= 2 && is_open_share(self.alpha);
        shared.then(|| self.alpha / (self.versions - 1) as f64)
    }

    fn factor(&self) -> Option<f64> {
        let known = (0.0..1.0).contains(&self.explained);
        Some(self.inflation().filter(|_| known)? * (1.0 - self.explained))
    }
}
