//! The exact segmentation, the changes that are kept, and their places.

use super::Options;

/// Sums from which the cost of any stretch follows in constant time.
#[derive(Debug, Clone)]
struct Sums {
    value: Vec<f64>,
    square: Vec<f64>,
    moment: Vec<f64>,
}

/// The fit of one stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    /// The mean of the stretch.
    pub level: f64,
    /// The rise per value, 0 if the stretch is flat.
    pub slope: f64,
    /// The sum of squares about the fit.
    pub squares: f64,
    /// The sum of squares and the price of the slope.
    pub cost: f64,
}

/// A series cut into stretches that are flat or sloped.
#[derive(Debug, Clone)]
pub(super) struct Segmentation {
    values: Vec<f64>,
    sums: Sums,
    slope_price: f64,
    min_stretch: usize,
    /// The first value of each stretch but the first one, ascending.
    pub changes: Vec<usize>,
}

/// The noise about a segmentation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    /// The residual variance, with the fitted parameters and the places taken off the count.
    pub variance: f64,
    /// The factor (1 + φ)/(1 − φ) of the variance of means, φ the lag-1 autocorrelation from 0 to 0.95.
    pub inflation: f64,
}

impl Sums {
    fn of(values: &[f64]) -> Sums {
        let running = |term: &dyn Fn(usize, f64) -> f64| {
            let mut sums = Vec::with_capacity(values.len() + 1);
            let mut sum = 0.0;
            sums.push(sum);
            for (index, value) in values.iter().enumerate() {
                sum += term(index, *value);
                sums.push(sum);
            }
            sums
        };
        Sums {
            value: running(&|_, value| value),
            square: running(&|_, value| value * value),
            moment: running(&|index, value| index as f64 * value),
        }
    }

    /// The cheaper of a flat and a sloped fit of the values from `start` to before `end`.
    fn fit(&self, start: usize, end: usize, slope_price: f64) -> Fit {
        let count = (end - start) as f64;
        let sum = self.value[end] - self.value[start];
        let level = sum / count;
        let flat = (self.square[end] - self.square[start] - sum * level).max(0.0);
        let middle = (start + end - 1) as f64 / 2.0;
        let rise = self.moment[end] - self.moment[start] - middle * sum;
        let width = count * (count * count - 1.0) / 12.0;
        let sloped = (flat - rise * rise / width).max(0.0);
        if end - start > 2 && sloped + slope_price < flat {
            Fit { level, slope: rise / width, squares: sloped, cost: sloped + slope_price }
        } else {
            Fit { level, slope: 0.0, squares: flat, cost: flat }
        }
    }
}

impl Segmentation {
    /// The segmentation of values whose variance is near 1.
    pub(super) fn of(values: &[f64], options: &Options) -> Segmentation {
        let n = values.len() as f64;
        let sums = Sums::of(values);
        let line = sums.fit(0, values.len(), 0.0).squares / (n - 2.0);
        let total = sums.fit(0, values.len(), f64::INFINITY).squares / (n - 1.0);
        // What a season leaves of a series without noise is rounding, in which nothing is to be found.
        let unit = n.ln() * line.max(options.least_share * total).max(1e-12);
        let mut found = Segmentation {
            values: values.to_vec(),
            sums,
            slope_price: options.slope_price * unit,
            min_stretch: options.min_stretch.min(values.len() / 5).max(3),
            changes: Vec::new(),
        };
        found.changes = found.cheapest(options.change_price * unit);
        found.drop_weak(options);
        found.settle();
        found
    }

    /// The fit of the values from `start` to before `end`.
    pub(super) fn fit(&self, start: usize, end: usize) -> Fit {
        self.sums.fit(start, end, self.slope_price)
    }

    /// The first value of each stretch, and the number of values.
    pub(super) fn bounds(&self) -> Vec<usize> {
        let inner = self.changes.iter().copied();
        std::iter::once(0).chain(inner).chain(std::iter::once(self.values.len())).collect()
    }

    /// The changes of the segmentation with the least cost, each change at `price`.
    fn cheapest(&self, price: f64) -> Vec<usize> {
        let n = self.values.len();
        let mut best = vec![f64::INFINITY; n + 1];
        let mut last = vec![0; n + 1];
        best[0] = -price;
        for end in self.min_stretch..=n {
            for start in 0..=end - self.min_stretch {
                // No stretch ends here, so none begins.
                if best[start].is_infinite() {
                    continue;
                }
                let cost = best[start] + self.fit(start, end).cost + price;
                if cost < best[end] {
                    best[end] = cost;
                    last[end] = start;
                }
            }
        }
        let mut changes = Vec::new();
        let mut end = last[n];
        while end > 0 {
            changes.push(end);
            end = last[end];
        }
        changes.reverse();
        changes
    }

    /// Drops the weakest change until each improves the fit by more than the noise explains.
    fn drop_weak(&mut self, options: &Options) {
        let logarithm = (self.values.len() as f64).ln();
        while !self.changes.is_empty() {
            let noise = self.noise();
            let needed = options.keep
                * logarithm
                * noise.variance
                * noise.inflation.powf(options.inflation_power);
            let bounds = self.bounds();
            let gains = bounds.windows(3).map(|at| {
                self.fit(at[0], at[2]).cost
                    - self.fit(at[0], at[1]).cost
                    - self.fit(at[1], at[2]).cost
            });
            let weakest = gains.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
            let (place, gain) = weakest.expect("there is a change");
            if gain >= needed {
                return;
            }
            self.changes.remove(place);
        }
    }

    /// Moves each change to its best place between its neighbours, which the dropped ones may have shifted.
    fn settle(&mut self) {
        // Each move lowers the cost, so this ends by itself; the bound is for rounding.
        for _ in 0..10 {
            let mut moved = false;
            for place in 0..self.changes.len() {
                let bounds = self.bounds();
                let (from, to) = (bounds[place], bounds[place + 2]);
                let profile = self.profile(from, to);
                let best = profile.iter().min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
                let best = best.expect("two stretches hold a place").0;
                moved |= best != self.changes[place];
                self.changes[place] = best;
            }
            if !moved {
                return;
            }
        }
    }

    /// The cost of one change at each place between two others.
    pub(super) fn profile(&self, from: usize, to: usize) -> Vec<(usize, f64)> {
        (from + self.min_stretch..=to - self.min_stretch)
            .map(|at| (at, self.fit(from, at).cost + self.fit(at, to).cost))
            .collect()
    }

    /// The same values with other changes.
    pub(super) fn with_changes(&self, changes: Vec<usize>) -> Segmentation {
        Segmentation { changes, ..self.clone() }
    }

    /// The values less their fit.
    pub(super) fn residuals(&self) -> Vec<f64> {
        self.without_courses(&self.values)
    }

    /// Other values of the same length less their own levels, and slopes where the stretch is sloped.
    pub(super) fn without_courses(&self, values: &[f64]) -> Vec<f64> {
        let sums = Sums::of(values);
        let mut residuals = Vec::with_capacity(values.len());
        for at in self.bounds().windows(2) {
            let is_sloped = self.fit(at[0], at[1]).slope != 0.0;
            let price = if is_sloped { f64::NEG_INFINITY } else { f64::INFINITY };
            let fit = sums.fit(at[0], at[1], price);
            let middle = (at[0] + at[1] - 1) as f64 / 2.0;
            residuals.extend(
                (at[0]..at[1])
                    .map(|index| values[index] - fit.level - fit.slope * (index as f64 - middle)),
            );
        }
        residuals
    }

    /// The price of its changes and slopes, in units of ln(n) × variance.
    pub(super) fn price(&self, options: &Options) -> f64 {
        options.change_price * self.changes.len() as f64
            + options.slope_price * self.slopes() as f64
    }

    fn slopes(&self) -> usize {
        self.bounds().windows(2).filter(|at| self.fit(at[0], at[1]).slope != 0.0).count()
    }

    /// The variance about the fit and its autocorrelation.
    pub(super) fn noise(&self) -> Noise {
        let residuals = self.residuals();
        let squares: f64 = residuals.iter().map(|residual| residual * residual).sum();
        let products: f64 = residuals.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let slopes =
            self.bounds().windows(2).filter(|at| self.fit(at[0], at[1]).slope != 0.0).count();
        let fitted = 2 * self.changes.len() + 1 + slopes;
        let free = residuals.len().saturating_sub(fitted).max(1) as f64;
        let correlation = if squares > 0.0 { (products / squares).clamp(0.0, 0.95) } else { 0.0 };
        Noise { variance: squares / free, inflation: (1.0 + correlation) / (1.0 - correlation) }
    }
}
