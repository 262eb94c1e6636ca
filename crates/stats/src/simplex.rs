//! The downhill simplex of Nelder and Mead, inside a box.
//!
//! Method: Nelder and Mead (1965), *A Simplex Method for Function Minimization*, The Computer Journal 7, 308–313;
//! points outside the box are moved to its border. Deterministic: no random restarts.

/// How near the corners are when a search for a rough optimum ends.
pub(crate) const FLAT: f64 = 1e-6;

/// How far the logarithm of a positive parameter may go from that of its unit.
const REACH: f64 = 10.0;

/// Where the search starts and how far it may go.
pub(crate) struct Search<'a> {
    /// First point.
    pub start: &'a [f64],
    /// Lowest value of each coordinate.
    pub lower: &'a [f64],
    /// Highest value of each coordinate.
    pub upper: &'a [f64],
    /// Evaluations after which the best point is taken.
    pub evaluations: usize,
    /// How near the best and the worst corner are, as a share of the best value, when the search ends.
    pub flat: f64,
}

impl Search<'_> {
    fn clamped(&self, mut point: Vec<f64>) -> Vec<f64> {
        for (index, x) in point.iter_mut().enumerate() {
            *x = x.clamp(self.lower[index], self.upper[index]);
        }
        point
    }

    /// The first simplex: the start, and a step along each axis, turned back where there is no room.
    fn corners(&self) -> Vec<Vec<f64>> {
        let mut corners = vec![self.start.to_vec()];
        for index in 0..self.start.len() {
            let mut point = self.start.to_vec();
            let width = self.upper[index] - self.lower[index];
            let step = (0.1 * point[index].abs()).max(0.05).min(0.25 * width);
            let room = self.upper[index] - point[index];
            point[index] += if room >= step { step } else { -step };
            corners.push(point);
        }
        corners
    }
}

/// The lowest point found and its value; a value that is not finite counts as infinitely high.
pub(crate) fn minimise(search: &Search<'_>, mut f: impl FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let size = search.start.len();
    let mut spent = 0usize;
    let mut at = |point: Vec<f64>| {
        spent += 1;
        let point = search.clamped(point);
        let value = f(&point);
        ((point, if value.is_finite() { value } else { f64::INFINITY }), spent)
    };
    let mut corners: Vec<(Vec<f64>, f64)> =
        search.corners().into_iter().map(|point| at(point).0).collect();
    loop {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (best, worst) = (corners[0].1, corners[size].1);
        let centre: Vec<f64> = (0..size)
            .map(|index| corners[..size].iter().map(|c| c.0[index]).sum::<f64>() / size as f64)
            .collect();
        let away = corners[size].0.clone();
        let towards = |factor: f64| -> Vec<f64> {
            centre.iter().zip(&away).map(|(c, w)| c + factor * (w - c)).collect()
        };
        let (reflected, evaluations) = at(towards(-1.0));
        let is_flat = (worst - best).abs() <= search.flat * (best.abs() + 1e-6);
        if is_flat || evaluations >= search.evaluations {
            return corners.swap_remove(0);
        }
        if reflected.1 < best {
            let expanded = at(towards(-2.0)).0;
            corners[size] = if expanded.1 < reflected.1 { expanded } else { reflected };
        } else if reflected.1 < corners[size - 1].1 {
            corners[size] = reflected;
        } else {
            let contracted = at(towards(if reflected.1 < worst { -0.5 } else { 0.5 })).0;
            if contracted.1 < worst.min(reflected.1) {
                corners[size] = contracted;
                continue;
            }
            let lowest = corners[0].0.clone();
            for corner in corners.iter_mut().skip(1) {
                let halved = corner.0.iter().zip(&lowest).map(|(x, low)| low + 0.5 * (x - low));
                *corner = at(halved.collect()).0;
            }
        }
    }
}

/// The lowest point to many digits: the search is begun anew where it ended until that gains nothing.
pub(crate) fn settle(search: &Search<'_>, mut f: impl FnMut(&[f64]) -> f64) -> (Vec<f64>, f64) {
    let (mut point, mut value) = minimise(search, &mut f);
    for _ in 0..20 {
        let again = Search { start: &point, ..*search };
        let (next, lower) = minimise(&again, &mut f);
        let gain = value - lower;
        if lower < value {
            (point, value) = (next, lower);
        }
        // A start of infinite height may be left; what is not a number never is.
        if gain.is_nan() || gain <= 10.0 * search.flat * (1.0 + value.abs()) {
            break;
        }
    }
    (point, value)
}

/// The positive parameters with the highest likelihood, each searched on a logarithmic scale around its unit.
///
/// `None` if the likelihood is nowhere finite.
pub(crate) fn highest<const N: usize>(
    units: [f64; N],
    log_likelihood: impl FnMut([f64; N]) -> f64,
) -> Option<([f64; N], f64)> {
    highest_to(1e-13, units, log_likelihood)
}

/// The same until corners differ by no more than `flat` of the likelihood, for sums over many customers: a likelihood
/// that is a millionth below the highest moves no estimate by a hundredth of its error.
pub(crate) fn highest_to<const N: usize>(
    flat: f64,
    units: [f64; N],
    mut log_likelihood: impl FnMut([f64; N]) -> f64,
) -> Option<([f64; N], f64)> {
    let parameters = |point: &[f64]| std::array::from_fn(|at| units[at] * point[at].exp());
    let search = Search {
        start: &[0.0; N],
        lower: &[-REACH; N],
        upper: &[REACH; N],
        evaluations: 400 * N,
        flat,
    };
    let (point, value) = settle(&search, |point| -log_likelihood(parameters(point)));
    value.is_finite().then(|| (parameters(&point), -value))
}
