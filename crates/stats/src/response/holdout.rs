//! Does knowing the spend tell periods that the model has not seen?

use super::background::{Background, columns};
use super::measure::largest;
use super::search::Search;
use super::{History, Options};
use crate::least_squares::least_squares;

/// Mean absolute errors over the last periods, as shares of the outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Holdout {
    /// With the channels.
    pub response: f64,
    /// With trend, season and controls only.
    pub background: f64,
    /// With trend and season only.
    pub season: f64,
}

/// Fits all but the last `periods`, whose spend and controls are then taken as known.
///
/// `None` where [`super::respond`] would be `None` for what is left, or an outcome held out is zero.
pub fn holdout(history: &History<'_>, options: &Options<'_>, periods: usize) -> Option<Holdout> {
    let length = history.outcome.len();
    let cut = length.checked_sub(periods).filter(|cut| *cut > 0 && periods > 0)?;
    let early = |series: &Vec<f64>| series.get(..cut).map(<[f64]>::to_vec);
    let spend: Vec<Vec<f64>> = history.spend.iter().map(early).collect::<Option<_>>()?;
    let controls: Vec<Vec<f64>> = history.controls.iter().map(early).collect::<Option<_>>()?;
    let past = History {
        outcome: &history.outcome[..cut],
        spend: &spend,
        controls: &controls,
        ..*history
    };
    super::respond(&past, &Options { draws: 1, ..*options })?;
    let background = Background::new(&past, options.harmonics);
    let fit = Search::new(&past, &background, options).fit(&background.rest(past.outcome), &[]);
    let mut brought = vec![0.0; length];
    for (place, series) in history.spend.iter().enumerate() {
        let curve = fit.shapes[place].curve(series, largest(&spend[place]), 1.0);
        brought.iter_mut().zip(curve).for_each(|(x, c)| *x += fit.effects[place] * c);
    }
    let season = columns(length, history.year, options.harmonics);
    let mut known = season.clone();
    known.extend(history.controls.iter().cloned());
    let nothing = vec![0.0; length];
    Some(Holdout {
        response: error(history.outcome, &brought, &known, cut)?,
        background: error(history.outcome, &nothing, &known, cut)?,
        season: error(history.outcome, &nothing, &season, cut)?,
    })
}

/// The mean absolute error after `cut` of `columns` fitted before it to the outcome less what was `brought`.
fn error(outcome: &[f64], brought: &[f64], columns: &[Vec<f64>], cut: usize) -> Option<f64> {
    let early: Vec<Vec<f64>> = columns.iter().map(|column| column[..cut].to_vec()).collect();
    let rest: Vec<f64> = (0..cut).map(|t| outcome[t] - brought[t]).collect();
    let fit = least_squares(&early, &rest)?;
    let miss = |t: usize| {
        let level: f64 = columns.iter().zip(&fit.coefficients).map(|(c, b)| c[t] * b).sum();
        ((level + brought[t] - outcome[t]) / outcome[t]).abs()
    };
    let mean = (cut..outcome.len()).map(miss).sum::<f64>() / (outcome.len() - cut) as f64;
    mean.is_finite().then_some(mean)
}
