//! How sure a fitted model is of a sum over its customers.
//!
//! Method: the delta method. The logarithms of the parameters vary by the inverse of the curvature of the log-likelihood
//! (central differences), and a sum varies with them by its gradient. As the search looks no further than ten logarithms
//! either way, these count as one standard deviation known beforehand: a parameter that the customers do not tell
//! about stays as uncertain as that, and no curvature is singular.
//! Not for: errors of the model itself; those are seen only where it foretells what has happened since.

use super::fit::alike;
use super::{BetaGeometric, Customer, ParetoNbd, Purchasing};

/// Parameters of every model of purchases.
const COUNT: usize = 4;

/// The step of the differences, in logarithms.
const STEP: f64 = 0.01;

/// What is known beforehand of the logarithm of a parameter: its standard deviation.
const REACH: f64 = 10.0;

/// A model of purchases whose parameters are above 0.
pub trait Fitted: Purchasing + Copy {
    /// Its four parameters, in the order of the literature.
    fn parameters(&self) -> [f64; 4];

    /// The same model with other parameters.
    #[must_use]
    fn with(&self, parameters: [f64; 4]) -> Self;

    /// The log-likelihood of customers that look alike, counted, those with fewer purchases first.
    fn of_alike(&self, groups: &[(Customer, f64)]) -> f64;
}

impl Fitted for BetaGeometric {
    fn parameters(&self) -> [f64; 4] {
        [self.r, self.alpha, self.a, self.b]
    }

    fn with(&self, [r, alpha, a, b]: [f64; 4]) -> Self {
        Self { r, alpha, a, b, ..*self }
    }

    fn of_alike(&self, groups: &[(Customer, f64)]) -> f64 {
        self.of_groups(groups)
    }
}

impl Fitted for ParetoNbd {
    fn parameters(&self) -> [f64; 4] {
        [self.r, self.alpha, self.s, self.beta]
    }

    fn with(&self, [r, alpha, s, beta]: [f64; 4]) -> Self {
        Self { r, alpha, s, beta }
    }

    fn of_alike(&self, groups: &[(Customer, f64)]) -> f64 {
        self.of_groups(groups)
    }
}

/// The standard error of a sum that a model yields, as a share of it, from the uncertainty of the parameters alone.
///
/// `None` where the sum is not above 0, or the parameters are not at a maximum.
pub fn relative_error<M: Fitted>(
    model: &M,
    customers: &[Customer],
    sum: impl Fn(&M) -> f64,
) -> Option<f64> {
    let at = model.parameters().map(f64::ln);
    let moved = |shifts: [f64; COUNT]| {
        let mut parameters = at;
        parameters.iter_mut().zip(shifts).for_each(|(one, shift)| *one = (*one + shift).exp());
        model.with(parameters)
    };
    let groups = alike(customers);
    let likelihood = |shifts: [f64; COUNT]| -> f64 { moved(shifts).of_alike(&groups) };
    let curvature = curvature(likelihood);
    let mut gradient = [0.0; COUNT];
    for (place, slope) in gradient.iter_mut().enumerate() {
        let ends = [STEP, -STEP].map(|step| sum(&moved(along(&[(place, step)]))));
        if !ends.iter().all(|end| *end > 0.0 && end.is_finite()) {
            return None;
        }
        *slope = (ends[0] / ends[1]).ln() / (2.0 * STEP);
    }
    // With the lower triangle L of the precision, gᵀ (L Lᵀ)⁻¹ g is the squared length of L⁻¹ g.
    let reduced = lower_solve(curvature, gradient)?;
    Some(reduced.iter().map(|part| part * part).sum::<f64>().sqrt())
}

fn along(steps: &[(usize, f64)]) -> [f64; COUNT] {
    let mut shifts = [0.0; COUNT];
    steps.iter().for_each(|(place, step)| shifts[*place] += step);
    shifts
}

/// The precision of the parameters: minus the second derivatives, and what is known beforehand.
#[expect(clippy::needless_range_loop, reason = "both indices name a parameter")]
fn curvature(likelihood: impl Fn([f64; COUNT]) -> f64) -> [[f64; COUNT]; COUNT] {
    let middle = likelihood([0.0; COUNT]);
    let mut precision = [[0.0; COUNT]; COUNT];
    for row in 0..COUNT {
        let both = likelihood(along(&[(row, STEP)])) + likelihood(along(&[(row, -STEP)]));
        precision[row][row] = (2.0 * middle - both) / (STEP * STEP) + REACH.powi(-2);
        for column in 0..row {
            let at = |one: f64, other: f64| likelihood(along(&[(row, one), (column, other)]));
            let same = at(STEP, STEP) + at(-STEP, -STEP);
            let opposite = at(STEP, -STEP) + at(-STEP, STEP);
            let mixed = (opposite - same) / (4.0 * STEP * STEP);
            precision[row][column] = mixed;
            precision[column][row] = mixed;
        }
    }
    precision
}

/// L⁻¹ x for the lower triangle L of a matrix by Cholesky; `None` if the matrix is not positive.
fn lower_solve(matrix: [[f64; COUNT]; COUNT], mut x: [f64; COUNT]) -> Option<[f64; COUNT]> {
    let mut lower = [[0.0; COUNT]; COUNT];
    for row in 0..COUNT {
        for column in 0..=row {
            let done: f64 = (0..column).map(|k| lower[row][k] * lower[column][k]).sum();
            let rest = matrix[row][column] - done;
            if row == column {
                if rest.is_nan() || rest <= 0.0 {
                    return None;
                }
                lower[row][row] = rest.sqrt();
            } else {
                lower[row][column] = rest / lower[column][column];
            }
        }
        let done: f64 = (0..row).map(|k| lower[row][k] * x[k]).sum();
        x[row] = (x[row] - done) / lower[row][row];
    }
    Some(x)
}
