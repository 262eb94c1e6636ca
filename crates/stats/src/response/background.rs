//! What the outcome does without any channel: level, trend, season and controls.

use super::History;

/// The background as columns at right angles to each other.
pub(super) struct Background {
    columns: Vec<Vec<f64>>,
}

impl Background {
    /// The background of a history; columns that follow from others are left out.
    pub(super) fn new(history: &History<'_>, harmonics: usize) -> Background {
        let mut background = Background { columns: Vec::new() };
        for column in columns(history.outcome.len(), history.year, harmonics) {
            background.add(column);
        }
        for control in history.controls {
            background.add(control.clone());
        }
        background
    }

    /// How many columns there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// What the background leaves of a series.
    pub(super) fn rest(&self, series: &[f64]) -> Vec<f64> {
        let mut rest = series.to_vec();
        // Twice is enough for right angles in rounding, Giraud et al. (2005).
        for column in self.columns.iter().chain(&self.columns) {
            let part: f64 = column.iter().zip(&rest).map(|(c, x)| c * x).sum();
            rest.iter_mut().zip(column).for_each(|(x, c)| *x -= part * c);
        }
        rest
    }

    fn add(&mut self, column: Vec<f64>) {
        let size = |list: &[f64]| list.iter().map(|x| x * x).sum::<f64>().sqrt();
        let before = size(&column);
        let rest = self.rest(&column);
        let left = size(&rest);
        if left > 1e-9 * before {
            self.columns.push(rest.into_iter().map(|x| x / left).collect());
        }
    }
}

/// Level, trend and its bend, and the waves of the year.
pub(super) fn columns(length: usize, year: f64, harmonics: usize) -> Vec<Vec<f64>> {
    let series =
        |f: &dyn Fn(f64) -> f64| -> Vec<f64> { (0..length).map(|t| f(t as f64)).collect() };
    let span = length as f64;
    let mut columns =
        vec![series(&|_| 1.0), series(&|t| t / span), series(&|t| (t / span).powi(2))];
    for wave in 1..=harmonics {
        let angle = std::f64::consts::TAU * wave as f64 / year;
        columns.push(series(&|t| (angle * t).sin()));
        columns.push(series(&|t| (angle * t).cos()));
    }
    columns
}
