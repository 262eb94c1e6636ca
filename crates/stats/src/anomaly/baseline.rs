//! What a value is expected to be, and how far values usually lie from it.

use std::collections::VecDeque;

use super::window::SortedWindow;

/// Values of one place before it has an offset of its own.
const ROUNDS_NEEDED: usize = 4;
/// The seasonal expectation must bring the scale below this share of the plain one's.
const SEASON_MUST_GAIN: f64 = 0.9;
/// The weight of the common scale against the residuals of one place, in residuals.
const COMMON_WEIGHT: f64 = 48.0;
/// A scale from `n` numbers is widened by this over `n`: without it, false alarms double in the first half year.
const FEW: f64 = 6.0;
/// The median of the absolute value of a standard normal variable.
const NORMAL_MAD: f64 = 0.674_489_750_196_081_7;
/// The 95 % point of the absolute value of a standard normal variable.
const NORMAL_95: f64 = 1.959_963_984_540_054;
/// Residuals below this share of the numbers they come from are rounding errors.
const ROUNDING: f64 = 1e-9;

/// What is known about the next value before it is seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outlook {
    pub(super) expected: f64,
    /// The scale of one residual.
    pub(super) scale: f64,
    /// The scale of the mean residual of the short window, once there was one.
    pub(super) window_scale: Option<f64>,
    seasonal: bool,
}

/// One way to expect a value, with its record.
#[derive(Debug, Clone)]
struct Expert {
    values: SortedWindow,
    residuals: SortedWindow,
    means: SortedWindow,
    latest: VecDeque<f64>,
}

/// The scale of a window of absolute numbers: the larger of what their median and their 95 % point say of a normal
/// variable, so that heavy tails widen the band; widened while it rests on few numbers.
fn scale(window: &SortedWindow) -> Option<f64> {
    let widening = 1.0 + FEW / window.len() as f64;
    let (core, tail) = (window.quantile(0.5)? / NORMAL_MAD, window.quantile(0.95)? / NORMAL_95);
    Some(widening * core.max(tail))
}

impl Expert {
    fn new(level: usize, spread: usize) -> Expert {
        Expert {
            values: SortedWindow::new(level),
            residuals: SortedWindow::new(spread),
            means: SortedWindow::new(spread),
            latest: VecDeque::new(),
        }
    }

    /// The mean of the latest residuals with `next` among them, if the short window is full.
    fn mean(&self, next: f64, window: usize) -> Option<f64> {
        if window < 2 || self.latest.len() + 1 < window {
            return None;
        }
        let before: f64 = self.latest.iter().rev().take(window - 1).sum();
        Some((before + next) / window as f64)
    }

    fn learn(&mut self, residual: f64, limit: f64, window: usize) {
        let clipped = residual.clamp(-limit, limit);
        self.residuals.push(clipped.abs());
        if let Some(mean) = self.mean(clipped, window) {
            self.means.push(mean.abs());
        }
        if self.latest.len() + 1 >= window {
            self.latest.pop_front();
        }
        self.latest.push_back(clipped);
    }
}

/// The plain and the seasonal expectation side by side; the one with the clearly smaller scale speaks.
#[derive(Debug, Clone)]
pub(super) struct Baseline {
    plain: Expert,
    seasonal: Expert,
    offsets: Vec<SortedWindow>,
    place_residuals: Vec<SortedWindow>,
    window: usize,
    minimum: usize,
}

impl Baseline {
    pub(super) fn new(options: &super::Options) -> Baseline {
        let expert = Expert::new(options.level, options.spread);
        let ring = vec![SortedWindow::new(options.rounds); options.places];
        Baseline {
            plain: expert.clone(),
            seasonal: expert,
            offsets: ring.clone(),
            place_residuals: ring,
            window: options.window,
            minimum: options.minimum,
        }
    }

    fn offset(&self, place: usize) -> Option<f64> {
        let known = &self.offsets[place];
        (known.len() >= ROUNDS_NEEDED).then(|| known.midmean()).flatten()
    }

    /// What to expect at `place`; `None` before the first value.
    pub(super) fn outlook(&self, place: usize) -> Option<Outlook> {
        let plain_scale = scale(&self.plain.residuals)?;
        let level = self.plain.values.midmean()?;
        let plain = Outlook {
            expected: level,
            scale: plain_scale.max(ROUNDING * level.abs()),
            window_scale: scale(&self.plain.means),
            seasonal: false,
        };
        let Some((offset, seasonal_scale)) = self.season(place, plain_scale) else {
            return Some(plain);
        };
        let level = self.seasonal.values.midmean()?;
        let own = &self.place_residuals[place];
        let weight = own.len() as f64;
        let blended = match own.median() {
            Some(median) if own.len() >= ROUNDS_NEEDED => {
                (COMMON_WEIGHT * seasonal_scale + weight * median / NORMAL_MAD)
                    / (COMMON_WEIGHT + weight)
            }
            _ => seasonal_scale,
        };
        Some(Outlook {
            expected: level + offset,
            scale: blended.max(ROUNDING * (level.abs() + offset.abs())),
            window_scale: scale(&self.seasonal.means),
            seasonal: true,
        })
    }

    /// The offset of a place and the scale of seasonal residuals, if the season has proved itself.
    fn season(&self, place: usize, plain_scale: f64) -> Option<(f64, f64)> {
        let offset = self.offset(place)?;
        let scale = scale(&self.seasonal.residuals)?;
        let known = self.seasonal.residuals.len() >= self.minimum.min(self.offsets.len());
        (known && scale < SEASON_MUST_GAIN * plain_scale).then_some((offset, scale))
    }

    /// The mean residual of the short window that ends with `residual`.
    pub(super) fn window_mean(&self, outlook: &Outlook, residual: f64) -> Option<f64> {
        let expert = if outlook.seasonal { &self.seasonal } else { &self.plain };
        expert.mean(residual, self.window)
    }

    /// Takes a value into the record; residuals count at most `limit` scales.
    pub(super) fn learn(&mut self, value: f64, place: usize, limit: f64) {
        let level = self.plain.values.midmean().unwrap_or(value);
        let residual = value - level;
        let clip = |window: &SortedWindow| match scale(window) {
            Some(scale) if scale > 0.0 => limit * scale,
            _ => f64::INFINITY,
        };
        let offset = self.offset(place);
        if let (Some(offset), Some(seasonal)) = (offset, self.seasonal.values.midmean()) {
            let bound = clip(&self.seasonal.residuals);
            let residual = value - seasonal - offset;
            self.seasonal.learn(residual, bound, self.window);
            self.place_residuals[place].push(residual.abs().min(bound));
        }
        let bound = clip(&self.plain.residuals);
        self.plain.learn(residual, bound, self.window);
        self.offsets[place].push(residual);
        self.plain.values.push(value);
        self.seasonal.values.push(value - offset.unwrap_or(0.0));
    }

    /// Moves what came before the `latest` values by `shift` and forgets the short window.
    pub(super) fn shift(&mut self, shift: f64, latest: usize) {
        for expert in [&mut self.plain, &mut self.seasonal] {
            expert.values.shift(shift, latest);
            expert.latest.clear();
        }
    }
}
