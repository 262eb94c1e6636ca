//! The season and the changes, found together.
//!
//! A season smoothed out beforehand takes a part of a change with it when few cycles are known. Here the season, waves
//! and single peaks, is fitted beside the stretches: for given changes the season by least squares, for a given season
//! the changes by the exact segmentation, in turn; its size by BIC (Schwarz 1978, Annals of Statistics 6(2), 461–464).

use std::f64::consts::TAU;

use super::segment::Segmentation;
use super::{MIN_LENGTH, Options, odd};

/// Turns of fitting a season and finding changes; more changed nothing in the series tried.
const TURNS: usize = 4;

/// The most waves of a cycle: enough to draw any year of weeks, and few enough for a year of days.
const MOST_WAVES: usize = 26;

/// A series less its season, and its segmentation.
#[derive(Debug)]
pub(super) struct Adjusted {
    /// The values less the season.
    pub values: Vec<f64>,
    /// The changes in them.
    pub found: Segmentation,
    criterion: f64,
}

/// What a season may be made of.
#[derive(Debug)]
struct Shapes {
    period: usize,
    /// The number of a wave in the cycle, and its cosine or sine at each value.
    waves: Vec<(usize, Vec<f64>)>,
}

/// A least-squares fit that grows column by column.
#[derive(Debug, Clone)]
struct Growing {
    columns: Vec<Vec<f64>>,
    /// The columns less their courses.
    parts: Vec<Vec<f64>>,
    /// The Cholesky factor of their products.
    lower: Vec<Vec<f64>>,
    solved: Vec<f64>,
    /// The number of values, and their sum of squares about the fit.
    count: usize,
    squares: f64,
}

/// Takes the season away from values with mean 0 and variance 1 and finds their changes.
pub(super) fn adjust(values: &[f64], season: Option<usize>, options: &Options) -> Adjusted {
    let plain = Adjusted::of(values, values.to_vec(), 0, options);
    let Some(shapes) = season.and_then(|period| Shapes::of(values.len(), period)) else {
        return plain;
    };
    let starts = shapes.starts(values, &plain.found, options);
    let mut best = plain;
    for start in starts {
        let mut found = start;
        for _ in 0..TURNS {
            let (adjusted, columns) = shapes.take_from(values, &found, options);
            let next = Adjusted::of(values, adjusted, columns, options);
            let settled = next.found.changes == found.changes;
            found = next.found.clone();
            if next.criterion < best.criterion {
                best = next;
            }
            if settled {
                break;
            }
        }
    }
    best
}

impl Adjusted {
    fn of(values: &[f64], adjusted: Vec<f64>, columns: usize, options: &Options) -> Adjusted {
        let found = Segmentation::of(&odd::smoothed(&adjusted, options.odd_beyond), options);
        let logarithm = (values.len() as f64).ln();
        // Odd values count here: a season that explains them is the better one.
        let rest = found.without_courses(&adjusted);
        let criterion = logarithmic(values.len(), dot(&rest, &rest))
            + logarithm * (found.price(options) + columns as f64);
        Adjusted { values: adjusted, found, criterion }
    }
}

/// The part of BIC that is fit: n ln(RSS / n), RSS of a series with variance 1.
fn logarithmic(count: usize, squares: f64) -> f64 {
    // A perfect fit is as good as 1e-12 of the variance, which leaves the criterion finite.
    count as f64 * (squares / count as f64).max(1e-12).ln()
}

impl Shapes {
    /// The shapes of a cycle of `period` values; `None` with fewer than two cycles, which cannot tell it from a
    /// change.
    fn of(count: usize, period: usize) -> Option<Shapes> {
        if period < 2 || count / 2 < period {
            return None;
        }
        let mut waves = Vec::new();
        for wave in 1..=(period / 2).min(count / 8).min(MOST_WAVES) {
            let at = |index: usize| TAU * ((wave * index) % period) as f64 / period as f64;
            waves.push((wave, (0..count).map(|index| at(index).cos()).collect()));
            // The sine of a wave of two values is zero throughout.
            if 2 * wave != period {
                waves.push((wave, (0..count).map(|index| at(index).sin()).collect()));
            }
        }
        Some(Shapes { period, waves })
    }

    /// The changes to begin with, for the turns end in the nearest good answer: those seen without a season, none,
    /// and those of the differences to the cycle before, which may be in the later or in the earlier of the two.
    fn starts(&self, values: &[f64], plain: &Segmentation, options: &Options) -> Vec<Segmentation> {
        let mut starts = vec![plain.clone(), plain.with_changes(Vec::new())];
        if values.len() - self.period >= MIN_LENGTH {
            let pairs = values[self.period..].iter().zip(values);
            let differences: Vec<f64> = pairs.map(|(later, earlier)| later - earlier).collect();
            let found = Segmentation::of(&odd::smoothed(&differences, options.odd_beyond), options);
            let later = found.changes.iter().map(|change| change + self.period).collect();
            starts.push(plain.with_changes(later));
            starts.push(plain.with_changes(found.changes));
        }
        starts
    }

    /// The values less the season fitted beside the stretches of `found`, and how many columns it took.
    ///
    /// Two seasons are tried, one of waves and peaks and one of peaks alone; the better one by BIC is taken.
    fn take_from(
        &self,
        values: &[f64],
        found: &Segmentation,
        options: &Options,
    ) -> (Vec<f64>, usize) {
        let price = options.wave_price * (values.len() as f64).ln();
        let rest = found.without_courses(values);
        let none = Growing::of(&rest);
        let seasons = [self.with_waves(&none, found, &rest, price), none]
            .map(|season| self.with_peaks(season, found, &rest, price));
        let best = seasons.iter().min_by(|a, b| a.criterion(price).total_cmp(&b.criterion(price)));
        let best = best.expect("two are tried");
        (best.less(values), best.columns.len())
    }

    /// The first waves of the cycle, as many as BIC allows.
    fn with_waves(
        &self,
        none: &Growing,
        found: &Segmentation,
        rest: &[f64],
        price: f64,
    ) -> Growing {
        let mut growing = none.clone();
        let mut best = none.clone();
        // Sine and cosine of a wave come and go together.
        for wave in self.waves.chunk_by(|a, b| a.0 == b.0) {
            for (_, column) in wave {
                growing.push(column, found, rest);
            }
            if growing.criterion(price) < best.criterion(price) {
                best = growing.clone();
            }
        }
        best
    }

    /// Single places of the cycle that differ in every cycle, the highest first, as many as BIC allows.
    fn with_peaks(
        &self,
        mut season: Growing,
        found: &Segmentation,
        rest: &[f64],
        price: f64,
    ) -> Growing {
        for _ in 0..self.period / 4 {
            let left = season.left(rest);
            let gain = |place: &usize| {
                let own = left.iter().skip(*place).step_by(self.period);
                own.clone().sum::<f64>().powi(2) / own.count() as f64
            };
            let highest = (0..self.period).max_by(|a, b| gain(a).total_cmp(&gain(b)));
            let Some(place) = highest else { break };
            let column: Vec<f64> = (0..rest.len())
                .map(|index| if index % self.period == place { 1.0 } else { 0.0 })
                .collect();
            let mut next = season.clone();
            next.push(&column, found, rest);
            if next.criterion(price) >= season.criterion(price) {
                break;
            }
            season = next;
        }
        season
    }
}

impl Growing {
    /// A fit without columns to values less their courses.
    fn of(rest: &[f64]) -> Growing {
        Growing {
            columns: Vec::new(),
            parts: Vec::new(),
            lower: Vec::new(),
            solved: Vec::new(),
            count: rest.len(),
            squares: dot(rest, rest),
        }
    }

    /// Takes a column in, by the next row of the Cholesky factor.
    fn push(&mut self, column: &[f64], found: &Segmentation, rest: &[f64]) {
        let part = found.without_courses(column);
        let mut row: Vec<f64> = Vec::with_capacity(self.lower.len() + 1);
        for (done, earlier) in self.lower.iter().zip(&self.parts) {
            let (diagonal, before) = done.split_last().expect("a row ends in its diagonal");
            row.push((dot(earlier, &part) - dot(before, &row)) / diagonal);
        }
        let own = dot(&part, &part);
        let free = own - dot(&row, &row);
        // A column that the others already make counts for nothing: its diagonal is huge, its weight 0.
        let diagonal = if free > 1e-9 * own.max(1.0) { free.sqrt() } else { 1e150 };
        let share = (dot(&part, rest) - dot(&row, &self.solved)) / diagonal;
        row.push(diagonal);
        self.squares -= share * share;
        self.lower.push(row);
        self.solved.push(share);
        self.columns.push(column.to_vec());
        self.parts.push(part);
    }

    /// BIC with a price per column.
    fn criterion(&self, price: f64) -> f64 {
        logarithmic(self.count, self.squares) + price * self.columns.len() as f64
    }

    /// The weights of the columns: the solution of the transposed triangular system.
    fn weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0; self.solved.len()];
        for place in (0..self.solved.len()).rev() {
            let later: f64 = (place + 1..self.solved.len())
                .map(|other| self.lower[other][place] * weights[other])
                .sum();
            weights[place] = (self.solved[place] - later) / self.lower[place][place];
        }
        weights
    }

    /// The values less the weighted columns.
    fn less(&self, values: &[f64]) -> Vec<f64> {
        subtract(values, &self.weights(), &self.columns)
    }

    /// The values less their courses and the weighted columns less theirs.
    fn left(&self, rest: &[f64]) -> Vec<f64> {
        subtract(rest, &self.weights(), &self.parts)
    }
}

fn subtract(values: &[f64], weights: &[f64], columns: &[Vec<f64>]) -> Vec<f64> {
    let mut left = values.to_vec();
    for (weight, column) in weights.iter().zip(columns) {
        for (value, part) in left.iter_mut().zip(column) {
            *value -= weight * part;
        }
    }
    left
}

fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
