//! The measures of the M4 competition, weighted quantile loss, and calibration.
//!
//! Method: Makridakis, Spiliotis and Assimakopoulos (2020), *The M4 Competition*, International Journal of
//! Forecasting 36, 54–74; WQL as in GluonTS, over the deciles.

use stats::forecast::Forecast;

use super::fixtures::Series;

/// Means over series.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scores {
    pub smape: f64,
    pub mase: f64,
    pub msis: f64,
    pub coverage: f64,
    pub wql: f64,
    /// Share of series whose back-test beats seasonal naive.
    pub better: f64,
}

impl Scores {
    /// The overall weighted average against Naive2, whose scores on M4 weekly are the divisors.
    pub(super) fn owa(&self) -> f64 {
        (self.smape / 9.161 + self.mase / 2.777) / 2.0
    }
}

/// Mean absolute error of repeating the value one season ago, within the history.
fn scale(history: &[f64], season: usize) -> f64 {
    let errors = history.iter().zip(&history[season..]).map(|(old, new)| (new - old).abs());
    errors.sum::<f64>() / (history.len() - season) as f64
}

/// sMAPE in percent and mean absolute error of one series.
fn errors(future: &[f64], mean: &[f64]) -> (f64, f64) {
    let (mut percent, mut absolute) = (0.0, 0.0);
    for (value, forecast) in future.iter().zip(mean) {
        let error = (value - forecast).abs();
        absolute += error;
        percent += 200.0 * error / (value.abs() + forecast.abs());
    }
    (percent / future.len() as f64, absolute / future.len() as f64)
}

/// Mean width of the 95 % bounds with a penalty of 40 for what lies outside, and the share inside.
fn interval(future: &[f64], bounds: &[(f64, f64)]) -> (f64, f64) {
    let (mut width, mut inside) = (0.0, 0.0);
    for (value, (lower, upper)) in future.iter().zip(bounds) {
        width += upper - lower + 40.0 * (lower - value).max(value - upper).max(0.0);
        inside += f64::from(u8::from(lower <= value && value <= upper));
    }
    (width / future.len() as f64, inside / future.len() as f64)
}

/// Scores of forecasts.
pub(super) fn score<'a>(
    pairs: impl Iterator<Item = (&'a Series, &'a Forecast)>,
    season: usize,
) -> Scores {
    let mut sum = Scores::default();
    let (mut count, mut loss, mut size) = (0.0, 0.0, 0.0);
    for (series, forecast) in pairs {
        let unit = scale(&series.history, season);
        let (smape, absolute) = errors(&series.future, &forecast.mean);
        let (width, inside) = interval(&series.future, &forecast.bounds95);
        sum.smape += smape;
        sum.mase += absolute / unit;
        sum.msis += width / unit;
        sum.coverage += inside;
        sum.better += f64::from(u8::from(forecast.backtest.is_some_and(|test| test.beats_naive())));
        for decile in DECILES {
            let quantiles = forecast.quantile(decile).unwrap_or_default();
            for (value, quantile) in series.future.iter().zip(quantiles) {
                let error = value - quantile;
                loss += 2.0 * (decile * error).max((decile - 1.0) * error);
            }
        }
        size += series.future.iter().map(|value| value.abs()).sum::<f64>();
        count += 1.0;
    }
    Scores {
        smape: sum.smape / count,
        mase: sum.mase / count,
        msis: sum.msis / count,
        coverage: sum.coverage / count,
        wql: loss / size / DECILES.len() as f64,
        better: sum.better / count,
    }
}

/// Repeats the last value, with the bounds of a random walk: the check of the scorer.
pub(super) fn naive(series: &[Series], horizon: usize) -> Scores {
    let mut sum = Scores::default();
    for one in series {
        let last = *one.history.last().expect("no series is empty");
        let steps: Vec<f64> = one.history.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let squares: f64 = steps.iter().map(|step| step * step).sum();
        let deviation = (squares / steps.len() as f64).sqrt();
        let bounds: Vec<(f64, f64)> = (1..=horizon)
            .map(|step| 1.959_963_984_540_054 * deviation * (step as f64).sqrt())
            .map(|reach| (last - reach, last + reach))
            .collect();
        let unit = scale(&one.history, 1);
        let (smape, absolute) = errors(&one.future, &vec![last; horizon]);
        sum.smape += smape;
        sum.mase += absolute / unit;
        sum.msis += interval(&one.future, &bounds).0 / unit;
    }
    let count = series.len() as f64;
    let Scores { smape, mase, msis, .. } = sum;
    Scores { smape: smape / count, mase: mase / count, msis: msis / count, ..sum }
}

/// The targets' places in the forecast distribution.
const DECILES: [f64; 9] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

/// How often what was said to be undercut with a probability was.
#[derive(Debug, Clone)]
pub(super) struct Calibration {
    below: [f64; DECILES.len()],
    count: f64,
}

impl Calibration {
    pub(super) fn new() -> Calibration {
        Calibration { below: [0.0; DECILES.len()], count: 0.0 }
    }

    /// Takes in an outcome by the probability that it was given to be undercut.
    pub(super) fn add(&mut self, probability: f64) {
        self.count += 1.0;
        for (below, decile) in self.below.iter_mut().zip(DECILES) {
            *below += f64::from(u8::from(probability <= decile));
        }
    }

    /// Takes in every step of a series.
    pub(super) fn add_steps(&mut self, future: &[f64], forecast: &Forecast) -> anyhow::Result<()> {
        self.count += future.len() as f64;
        for (below, decile) in self.below.iter_mut().zip(DECILES) {
            let quantiles = forecast
                .quantile(decile)
                .ok_or_else(|| anyhow::anyhow!("deciles lie between 0 and 1"))?;
            let under = future.iter().zip(&quantiles).filter(|(value, at)| value <= at).count();
            *below += under as f64;
        }
        Ok(())
    }

    fn gaps(&self) -> impl Iterator<Item = f64> {
        self.below.iter().zip(DECILES).map(|(below, decile)| (below / self.count - decile).abs())
    }

    /// The largest distance between what was said and what was seen.
    pub(super) fn worst(&self) -> f64 {
        self.gaps().fold(0.0, f64::max)
    }

    /// The mean distance: the expected calibration error.
    pub(super) fn expected(&self) -> f64 {
        self.gaps().sum::<f64>() / DECILES.len() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measures_by_hand() {
        // 10 for 20 and 30 for 20: 200·10/30 and 200·10/50 percent, 10 each in absolute terms.
        let (percent, absolute) = errors(&[20.0, 20.0], &[10.0, 30.0]);
        assert!((percent - (200.0 / 3.0 + 40.0) / 2.0).abs() < 1e-12);
        assert!((absolute - 10.0).abs() < 1e-12);
        // One value inside bounds of width 2, one missed by 1: (2 + 2 + 40) / 2.
        assert_eq!(interval(&[1.0, 3.0], &[(0.0, 2.0), (0.0, 2.0)]), (22.0, 0.5));
        assert_eq!(scale(&[1.0, 2.0, 4.0, 8.0], 2), 4.5);
    }

    #[test]
    fn calibration_by_hand() {
        // Probabilities spread evenly are calibrated; all at ½ are wrong by half at the middle.
        let mut even = Calibration::new();
        (0..10).for_each(|place| even.add(f64::from(place) / 10.0 + 0.05));
        assert!(even.worst() < 1e-9 && even.expected() < 1e-9);
        let mut middle = Calibration::new();
        (0..10).for_each(|_| middle.add(0.5));
        assert!((middle.worst() - 0.5).abs() < 1e-9);
    }
}
