//! The response of an outcome to each channel, with what may be doubted.

use super::background::Background;
use super::curve::Shape;
use super::search::{Fitted, Search};
use super::{History, LiftTest, Options};
use crate::least_squares::least_squares;
use crate::random::Random;

/// Spend whose variation is explained beyond this factor by everything else cannot be told apart.
const MOST_INFLATED: f64 = 10.0;
/// Spend that varies less than this share of its mean tells nothing.
const LEAST_VARIED: f64 = 0.1;
/// Periods for each coefficient below which nothing is fitted.
const PERIODS_PER_COLUMN: usize = 3;

/// A value with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Why a figure should not be acted on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubt {
    /// Other channels, season and controls explain its spend: the variance inflation factor.
    Collinear(f64),
    /// No control and no lift test: demand that drives both spend and outcome would be read as effect.
    DemandUnseen,
    /// The outcome does not tell: the width of the interval of ROAS over its value.
    NotTold(f64),
    /// Spend hardly varies: its standard deviation over its mean.
    NotVaried(f64),
}

/// What one channel brings.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelResponse {
    /// The outcome lost without the channel, over its spend.
    pub roas: Interval,
    /// What one more unit of spend, spread as it was, brings.
    pub marginal: Interval,
    /// Its share of the outcome.
    pub share: Interval,
    /// The share of its effect that lasts to the next period.
    pub carry: f64,
    /// The steepness of saturation, for spend as a share of the largest seen.
    pub steepness: f64,
    /// Why its figures should not be acted on.
    pub doubts: Vec<Doubt>,
}

impl ChannelResponse {
    /// Whether the data tell the return of this channel at all.
    pub fn is_told(&self) -> bool {
        self.doubts.iter().all(|doubt| matches!(doubt, Doubt::DemandUnseen))
    }
}

/// The response of an outcome to all channels.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// In the order given.
    pub channels: Vec<ChannelResponse>,
    /// The share of what trend, season and controls leave over that the channels explain.
    pub explained: f64,
    pub(super) fit: Fitted,
    pub(super) draws: Vec<Fitted>,
}

/// Measures the response.
///
/// `None` for no channels, lists of different lengths, values that are not finite, spend that is negative or nothing,
/// fewer than three periods for each coefficient, a lift test of a channel that is not there, or options outside their
/// range.
pub fn respond(history: &History<'_>, options: &Options<'_>) -> Option<Response> {
    if !is_sound(history, options) {
        return None;
    }
    let background = Background::new(history, options.harmonics);
    let columns = background.len() + 3 * history.spend.len();
    let length = history.outcome.len();
    if length < PERIODS_PER_COLUMN * columns.min(length) {
        return None;
    }
    let search = Search::new(history, &background, options);
    let rest = background.rest(history.outcome);
    let free = (length - columns) as f64;
    let plain = search.fit(&rest, &[]);
    let noise = squares(&residuals(history, &background, &plain, &rest)) / free;
    let tests = weighed(options.lift_tests, noise);
    let fit = if tests.is_empty() { plain } else { search.fit(&rest, &tests) };
    let left = residuals(history, &background, &fit, &rest);
    let widened = (length as f64 / free).sqrt();
    let mut random = Random::new(options.seed);
    let mut draw = || {
        let drawn = blocks(&left, options.block, &mut random);
        let noisy: Vec<f64> = (0..length).map(|t| rest[t] - left[t] + widened * drawn[t]).collect();
        let mut shaken = options.lift_tests.to_vec();
        shaken.iter_mut().for_each(|test| test.roas += test.error * random.normal());
        search.fit(&background.rest(&noisy), &weighed(&shaken, noise))
    };
    let draws: Vec<Fitted> = (0..options.draws).map(|_| draw()).collect();
    let explained = 1.0 - squares(&left) / squares(&rest);
    let channels = (0..history.spend.len())
        .map(|place| channel(history, options, (&fit, &draws), place))
        .collect();
    Some(Response { channels, explained, fit, draws })
}

/// The periods without which nothing is measured: three for each coefficient.
pub fn needed(channels: usize, controls: usize, harmonics: usize) -> usize {
    PERIODS_PER_COLUMN * (3 + 2 * harmonics + controls + 3 * channels)
}

fn is_sound(history: &History<'_>, options: &Options<'_>) -> bool {
    let length = history.outcome.len();
    let finite = |list: &[f64]| list.len() == length && list.iter().all(|x| x.is_finite());
    let spent = |list: &Vec<f64>| {
        finite(list) && list.iter().all(|x| *x >= 0.0) && list.iter().any(|x| *x > 0.0)
    };
    let tested = |test: &LiftTest| {
        test.channel < history.spend.len() && test.roas.is_finite() && test.error > 0.0
    };
    length > 0
        && finite(history.outcome)
        && !history.spend.is_empty()
        && history.spend.iter().all(spent)
        && history.controls.iter().all(|control| finite(control))
        && history.year > 1.0
        && options.ridge >= 0.0
        && options.draws > 0
        && options.block > 0
        && options.level > 0.0
        && options.level < 1.0
        && options.lift_tests.iter().all(tested)
}

fn weighed(tests: &[LiftTest], noise: f64) -> Vec<(usize, f64, f64)> {
    tests.iter().map(|test| (test.channel, test.roas, noise / test.error.powi(2))).collect()
}

/// What background and channels leave of the outcome.
fn residuals(
    history: &History<'_>,
    background: &Background,
    fit: &Fitted,
    rest: &[f64],
) -> Vec<f64> {
    let mut left = rest.to_vec();
    for (place, spend) in history.spend.iter().enumerate() {
        let curve = background.rest(&fit.shapes[place].curve(spend, largest(spend), 1.0));
        left.iter_mut().zip(curve).for_each(|(x, c)| *x -= fit.effects[place] * c);
    }
    left
}

/// Residuals drawn in blocks that run round the end.
fn blocks(left: &[f64], block: usize, random: &mut Random) -> Vec<f64> {
    let mut drawn = Vec::with_capacity(left.len() + block);
    while drawn.len() < left.len() {
        let start = random.below(left.len());
        drawn.extend((0..block).map(|k| left[(start + k) % left.len()]));
    }
    drawn.truncate(left.len());
    drawn
}

/// The figures of one channel from the fit and its draws.
fn channel(
    history: &History<'_>,
    options: &Options<'_>,
    (fit, draws): (&Fitted, &[Fitted]),
    place: usize,
) -> ChannelResponse {
    let spend = &history.spend[place];
    let spent: f64 = spend.iter().sum();
    let outcome: f64 = history.outcome.iter().sum();
    let most = largest(spend);
    let totals = |fit: &Fitted| {
        let shape: Shape = fit.shapes[place];
        let (sum, slope) = shape.total(spend, most, 1.0);
        (fit.effects[place] * sum, fit.effects[place] * slope)
    };
    let drawn: Vec<(f64, f64)> = draws.iter().map(totals).collect();
    let (brought, slope) = totals(fit);
    let sums: Vec<f64> = drawn.iter().map(|one| one.0).collect();
    let slopes: Vec<f64> = drawn.iter().map(|one| one.1).collect();
    let roas = interval(brought, &sums, spent, options.level);
    let mut doubts = doubts(history, place);
    let width = (roas.high - roas.low) / roas.value;
    if width.is_nan() || width > options.widest {
        doubts.push(Doubt::NotTold(width));
    }
    let is_tested = options.lift_tests.iter().any(|test| test.channel == place);
    if history.controls.is_empty() && !is_tested {
        doubts.push(Doubt::DemandUnseen);
    }
    ChannelResponse {
        roas,
        marginal: interval(slope, &slopes, spent, options.level),
        share: interval(brought, &sums, outcome, options.level),
        carry: fit.shapes[place].carry,
        steepness: fit.shapes[place].steepness,
        doubts,
    }
}

/// What the spend itself makes doubtful.
fn doubts(history: &History<'_>, place: usize) -> Vec<Doubt> {
    let spend = &history.spend[place];
    let mut doubts = Vec::new();
    let mean = spend.iter().sum::<f64>() / spend.len() as f64;
    let around = spend.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    let varied = (around / spend.len() as f64).sqrt() / mean;
    if varied < LEAST_VARIED {
        doubts.push(Doubt::NotVaried(varied));
    }
    let others = history.spend.iter().enumerate().filter(|(other, _)| *other != place);
    let mut columns = super::background::columns(spend.len(), history.year, 1);
    columns.extend(others.map(|(_, series)| series.clone()));
    columns.extend(history.controls.iter().cloned());
    let inflated = least_squares(&columns, spend).map_or(1.0, |fit| around / fit.rest);
    if inflated > MOST_INFLATED {
        doubts.push(Doubt::Collinear(inflated));
    }
    doubts
}

/// The estimate and the quantiles of its draws, all over one divisor.
pub(super) fn interval(value: f64, draws: &[f64], divisor: f64, level: f64) -> Interval {
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share).round() as usize] / divisor;
    let tail = (1.0 - level) / 2.0;
    Interval { value: value / divisor, low: at(tail), high: at(1.0 - tail) }
}

pub(super) fn largest(spend: &[f64]) -> f64 {
    spend.iter().fold(0.0f64, |most, x| most.max(*x))
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum()
}
