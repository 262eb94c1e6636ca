//! One arm's summary of one metric.

/// The sums of one metric over the units of one arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sample {
    /// Units of which some did something.
    Rate {
        /// Units.
        units: f64,
        /// Units that did it.
        hits: f64,
    },
    /// A number for each unit, such as spend per head.
    Mean {
        /// Units.
        units: f64,
        /// The sum over units.
        sum: f64,
        /// The sum of squares over units.
        squares: f64,
    },
    /// A sum over another sum, such as revenue per order with units that order more than once.
    Ratio {
        /// Units.
        units: f64,
        /// The sum of what is counted above.
        sum: f64,
        /// Its sum of squares.
        squares: f64,
        /// The sum of what is counted below.
        base: f64,
        /// Its sum of squares.
        base_squares: f64,
        /// The sum of products of the two.
        products: f64,
    },
}

/// The mean of a metric and the variance of one unit around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Units.
    pub units: f64,
    /// The mean, rate or ratio.
    pub mean: f64,
    /// The variance of one unit; divided by the units it is that of the mean.
    pub variance: f64,
}

impl Estimate {
    /// A sample of units whose mean and variance are these.
    pub fn sample(&self) -> Sample {
        let squares = self.variance * (self.units - 1.0) + self.units * self.mean * self.mean;
        Sample::Mean { units: self.units, sum: self.mean * self.units, squares }
    }
}

impl Sample {
    /// How many units there are.
    pub fn units(&self) -> f64 {
        match self {
            Self::Mean { units, .. } | Self::Rate { units, .. } | Self::Ratio { units, .. } => {
                *units
            }
        }
    }

    /// The mean and the variance of a unit; of a ratio by the delta method, Deng, Knoblich and Lu (2018), *Applying
    /// the Delta Method in Metric Analytics*, KDD.
    ///
    /// `None` for no units, fewer than two of a mean, sums that no units can have, or a ratio to nothing.
    pub fn estimate(&self) -> Option<Estimate> {
        let (units, mean, variance) = match *self {
            Self::Rate { units, hits } => {
                let share = hits / units;
                (0.0..=1.0).contains(&share).then_some((units, share, share * (1.0 - share)))?
            }
            Self::Mean { units, sum, squares } => {
                (units, sum / units, covariance(units, sum, sum, squares)?)
            }
            Self::Ratio { units, sum, squares, base, base_squares, products } => {
                let ratio = sum / base;
                let above = covariance(units, sum, sum, squares)?;
                let below = covariance(units, base, base, base_squares)?;
                let both = covariance(units, sum, base, products)?;
                let spread = above - 2.0 * ratio * both + ratio * ratio * below;
                (units, ratio, spread / (base / units).powi(2))
            }
        };
        let sound = units > 0.0 && mean.is_finite() && variance.is_finite();
        // Rounding leaves a little below zero where all units are the same.
        let tolerance = 1e-9 * mean * mean;
        (sound && variance >= -tolerance).then_some(Estimate {
            units,
            mean,
            variance: variance.max(0.0),
        })
    }
}

/// The sample covariance from sums; `None` for fewer than two units.
pub(super) fn covariance(units: f64, first: f64, second: f64, products: f64) -> Option<f64> {
    let value = (products - first * second / units) / (units - 1.0);
    (units >= 2.0 && value.is_finite()).then_some(value)
}
