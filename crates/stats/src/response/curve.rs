//! How spend lasts, and how more of it brings less.

/// Periods after which spend is forgotten.
const MEMORY: usize = 13;

/// The form of a channel's response.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// The share that is left of the effect one period later, 0 to 1.
    pub carry: f64,
    /// The steepness of saturation, for spend as a share of the largest seen.
    pub steepness: f64,
}

/// The shapes that are tried.
pub(super) fn shapes() -> Vec<Shape> {
    let carries = (0..=8).map(|k| f64::from(k) / 10.0);
    let steepnesses = [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0];
    let with = |carry| steepnesses.map(|steepness| Shape { carry, steepness });
    carries.flat_map(with).collect()
}

/// Spend with its carry-over: Σ wₖ xₜ₋ₖ, the weights carryᵏ brought to the sum one.
pub(super) fn adstock(spend: &[f64], carry: f64) -> Vec<f64> {
    let weights: Vec<f64> = (0..MEMORY).map(|k| carry.powi(k as i32)).collect();
    let whole: f64 = weights.iter().sum();
    let at = |t: usize| {
        let past = weights.iter().take(t + 1).enumerate();
        past.map(|(k, weight)| weight * spend[t - k]).sum::<f64>() / whole
    };
    (0..spend.len()).map(at).collect()
}

/// As `adstock`, when the spend is one turn of a wheel: it was the same before, again and again.
pub(super) fn repeated(spend: &[f64], carry: f64) -> Vec<f64> {
    let weights: Vec<f64> = (0..MEMORY).map(|k| carry.powi(k as i32)).collect();
    let whole: f64 = weights.iter().sum();
    let turn = spend.len();
    let back = |t: usize, k: usize| spend[(t + MEMORY * turn - k) % turn];
    let at = |t: usize| {
        weights.iter().enumerate().map(|(k, weight)| weight * back(t, k)).sum::<f64>() / whole
    };
    (0..turn).map(at).collect()
}

impl Shape {
    /// The curve at a scale of spend: (1 − e^−λx) / (1 + e^−λx), which is tanh(λx / 2), of spend with its carry-over
    /// as a share of `largest`.
    pub(super) fn curve(self, spend: &[f64], largest: f64, scale: f64) -> Vec<f64> {
        let at = |x: f64| (0.5 * self.steepness * scale * x / largest).tanh();
        adstock(spend, self.carry).into_iter().map(at).collect()
    }

    /// The sum of the curve when all spend is multiplied by `scale`, and its slope in `scale`.
    pub(super) fn total(self, spend: &[f64], largest: f64, scale: f64) -> (f64, f64) {
        self.height(&adstock(spend, self.carry), largest, scale)
    }

    /// The same of spend that has its carry-over already.
    pub(super) fn height(self, lasting: &[f64], largest: f64, scale: f64) -> (f64, f64) {
        let half = 0.5 * self.steepness / largest;
        lasting.iter().fold((0.0, 0.0), |(sum, slope), x| {
            let height = (half * scale * x).tanh();
            (sum + height, slope + half * x * (1.0 - height * height))
        })
    }
}
