//! Judging a stream point by point.

use statrs::distribution::{ContinuousCDF as _, Normal};
use statrs::function::erf::erfc;

use super::baseline::{Baseline, Outlook};
use super::{Band, Judgement, Options, State};

/// Scores are cut here: beyond it lie only series that never varied before.
const HIGHEST_SCORE: f64 = 1e6;

/// A stream of values judged one by one, each only by those before it.
#[derive(Debug, Clone)]
pub struct Detector {
    options: Options,
    /// The score that opens an event, in scales.
    opening: f64,
    baseline: Baseline,
    learnt: usize,
    event: Option<Lasting>,
}

/// An event that is not over.
#[derive(Debug, Clone)]
struct Lasting {
    /// The residuals of its points that were learnt.
    residuals: Vec<f64>,
    /// The calm points in a row at its end.
    calm: usize,
}

impl Detector {
    /// A detector without history; `None` if a length is 0 or a share not strictly between 0 and 1.
    pub fn new(options: Options) -> Option<Detector> {
        let normal = Normal::new(0.0, 1.0).expect("the standard normal exists");
        options.hold().then(|| Detector {
            options,
            opening: normal.inverse_cdf(1.0 - options.budget / 2.0),
            baseline: Baseline::new(&options),
            learnt: 0,
            event: None,
        })
    }

    /// Judges the next value and then learns it, unless it is a gap or `excluded`.
    ///
    /// `None`, and nothing is learnt, for a value that is not finite or a place outside the season.
    pub fn push(&mut self, value: Option<f64>, place: usize, excluded: bool) -> Option<Judgement> {
        if value.is_some_and(|value| !value.is_finite()) || place >= self.options.places {
            return None;
        }
        let known = self.learnt >= self.options.minimum;
        let outlook = known.then(|| self.baseline.outlook(place)).flatten();
        let judgement = self.judge(value, outlook, excluded);
        if let (Some(value), false) = (value, excluded) {
            self.baseline.learn(value, place, self.opening);
            self.learnt += 1;
        }
        if judgement.state == State::Settled
            && let Some(event) = self.event.take()
        {
            // The second half: the first may still be on its way to the new level.
            let latest = &event.residuals[event.residuals.len() / 2..];
            let shift = crate::quantile::quantile(latest, 0.5).expect("an event has residuals");
            self.baseline.shift(shift, event.residuals.len());
        }
        Some(judgement)
    }

    fn judge(&mut self, value: Option<f64>, outlook: Option<Outlook>, excluded: bool) -> Judgement {
        let band = outlook.map(|outlook| Band {
            expected: outlook.expected,
            low: outlook.expected - self.opening * outlook.scale,
            high: outlook.expected + self.opening * outlook.scale,
        });
        let (Some(value), Some(outlook)) = (value, outlook) else {
            return Judgement {
                band,
                residual: None,
                score: None,
                tail: None,
                state: State::Unjudged,
            };
        };
        let residual = value - outlook.expected;
        let score = self.score(residual, &outlook);
        let state = self.advance((!excluded).then_some(residual), score.abs());
        let tail = erfc(score.abs() / std::f64::consts::SQRT_2);
        Judgement { band, residual: Some(residual), score: Some(score), tail: Some(tail), state }
    }

    /// The residual or the mean residual of the short window in its own scale, whichever is further out.
    fn score(&self, residual: f64, outlook: &Outlook) -> f64 {
        let point = in_scales(residual, outlook.scale);
        let limit = self.opening * outlook.scale;
        let mean = self.baseline.window_mean(outlook, residual.clamp(-limit, limit));
        let window = match (mean, outlook.window_scale) {
            (Some(mean), Some(scale)) if scale > 0.0 => in_scales(mean, scale),
            _ => 0.0,
        };
        if window.abs() > point.abs() { window } else { point }
    }

    /// The state of a point with this `score`; `residual` is that of a point that is learnt.
    fn advance(&mut self, residual: Option<f64>, score: f64) -> State {
        let Some(event) = &mut self.event else {
            if score <= self.opening {
                return State::Normal;
            }
            self.event = Some(Lasting { residuals: residual.into_iter().collect(), calm: 0 });
            return State::New;
        };
        event.residuals.extend(residual);
        event.calm = if score < self.options.release * self.opening { event.calm + 1 } else { 0 };
        if event.calm >= self.options.calm {
            self.event = None;
            State::Recovered
        } else if event.residuals.len() >= self.options.settle {
            State::Settled
        } else {
            State::Continuing
        }
    }
}

/// `distance` in units of `scale`; where nothing ever varied, any distance is the highest score.
fn in_scales(distance: f64, scale: f64) -> f64 {
    if distance == 0.0 {
        return 0.0;
    }
    (distance / scale).clamp(-HIGHEST_SCORE, HIGHEST_SCORE)
}
