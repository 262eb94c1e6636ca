//! Contributions that add up to the change.
//!
//! Answers: which factor, which segment and which mix moved a figure, and by how much of its unit?
//! Rule: effects carry the unit of the figure and add up to its change; what rounding leaves over is below 1e-9 of it
//! and goes to the largest effect. What cannot be shared out is `None`, never a remainder.

mod additive;
mod drill;
mod lmdi;
mod mix;
mod shapley;
#[cfg(test)]
mod tests;

pub use self::additive::{Contribution, contributions};
pub use self::drill::{COVERED, Dimension, Explanation, drill};
pub use self::lmdi::{Activity, activity_structure_intensity, product, product_sum};
pub use self::mix::{
    MixRate, NEARLY_ALL, Paradox, Presence, Segment, SegmentEffect, Side, mix_rate,
};
pub use self::shapley::{MOST_FACTORS, shapley, shapley_product};

/// How a change was shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// The logarithmic mean Divisia index I of Ang (2005), Energy Policy 33(7), 867–871.
    Lmdi,
    /// The mean over all orders in which the factors may change: Shapley (1953), *A Value for n-Person Games*.
    Shapley,
}

/// A change shared out among factors.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// How it was shared out.
    pub method: Method,
    /// The value before, in the figure's unit.
    pub before: f64,
    /// The value after, in the figure's unit.
    pub after: f64,
    /// One effect for each factor, in the figure's unit and in the order of the factors.
    pub effects: Vec<f64>,
    /// The effects of each segment in the order of the segments; empty if there were no segments.
    pub segments: Vec<Vec<f64>>,
}

impl Decomposition {
    /// After minus before, in the figure's unit.
    pub fn change(&self) -> f64 {
        self.after - self.before
    }

    /// What the effects leave over of the change, as a share of it; of the larger value if nothing changed.
    pub fn residual(&self) -> f64 {
        let left = (self.effects.iter().sum::<f64>() - self.change()).abs();
        let size = if self.change() == 0.0 {
            self.before.abs().max(self.after.abs())
        } else {
            self.change().abs()
        };
        if size == 0.0 { left } else { left / size }
    }

    /// The factors by which each effect multiplies the value, whose product is after / before: exp(effect / L) with L
    /// the logarithmic mean of both values. `None` unless the method is LMDI and both values have one sign.
    pub fn ratios(&self) -> Option<Vec<f64>> {
        if self.method != Method::Lmdi {
            return None;
        }
        let mean = lmdi::logarithmic_mean(self.before, self.after)?;
        Some(self.effects.iter().map(|effect| (effect / mean).exp()).collect())
    }
}

/// Gives what rounding left over to the largest part, so that the parts add up to `total`.
fn close(parts: &mut [f64], total: f64) {
    // The second pass takes what the first correction itself was rounded by.
    for _ in 0..2 {
        let left = total - parts.iter().sum::<f64>();
        let largest = parts.iter_mut().max_by(|a, b| a.abs().total_cmp(&b.abs()));
        if let Some(largest) = largest {
            *largest += left;
        }
    }
}

fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}
