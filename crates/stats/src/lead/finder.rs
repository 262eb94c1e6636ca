//! The finder of leads.

use std::ops::RangeInclusive;

use statrs::distribution::{ContinuousCDF as _, Normal};

use super::{Autoregression, differences, is_stationary, without_jumps};
use crate::correlation::{benjamini_hochberg, cross_correlation, pearson};

/// The least values, after differencing, from which a lead is claimed.
pub const LEAST_HISTORY: usize = 24;

/// The correlation of levels from which a shared trend is warned of.
pub const SHARED_TREND: f64 = 0.5;

/// How many standard errors of chance, 1/√n, the correlation must reach in each half, with the same sign.
pub const STABLE: f64 = 1.0;

/// How many standard errors of chance the correlation must reach without any one fifth of the time.
pub const WITHOUT_STRETCH: f64 = 2.5;

/// Which of two series moves first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sooner {
    /// The first.
    First,
    /// The second.
    Second,
}

/// One series moves before another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lead {
    /// Which one is ahead.
    pub sooner: Sooner,
    /// By how many periods; at least 1.
    pub lag: usize,
    /// The correlation at this lag of what was compared: levels, or changes if they were differenced.
    pub coefficient: f64,
    /// The correlation at this lag once the leader's own past is filtered out of both.
    pub whitened: f64,
    /// Its probability without any tie, corrected over all lags and pairs.
    pub p: f64,
    /// The same correlation in the earlier and in the later half.
    pub halves: [f64; 2],
}

/// What was found about two series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Finding {
    /// One moves before the other.
    Lead(Lead),
    /// They move in the same period; the correlation once the past of the first is filtered out.
    Together(f64),
    /// The largest correlation may be chance, or is not there, with its sign, in both halves.
    Nothing,
}

/// Two series have a high correlation because each has a trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedTrend {
    /// The correlation of their levels.
    pub levels: f64,
    /// The correlation of their changes in the same period.
    pub changes: f64,
}

/// How two series go together in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Relation {
    /// What was found.
    pub finding: Finding,
    /// Whether their changes were compared, because one of them does not keep its level.
    pub differenced: bool,
    /// A warning: the correlation of levels is that of two trends.
    pub shared_trend: Option<SharedTrend>,
}

/// How two series go together, with lags up to `most_lag` each way, at the level `level` (0.05).
///
/// `None` if they differ in length, hold a value that is not finite, do not move, or are too short: fewer than
/// [`LEAST_HISTORY`] values, or three for each lag, after differencing.
pub fn leads(first: &[f64], second: &[f64], most_lag: usize, level: f64) -> Option<Relation> {
    leads_among(&[(first, second)], most_lag, level).into_iter().next().flatten()
}

/// The same for many pairs, the probabilities corrected over lags and pairs together.
pub fn leads_among(
    pairs: &[(&[f64], &[f64])],
    most_lag: usize,
    level: f64,
) -> Vec<Option<Relation>> {
    let prepared: Vec<Option<Prepared>> =
        pairs.iter().map(|(first, second)| Prepared::new(first, second, most_lag)).collect();
    let tests = || prepared.iter().flatten().flat_map(|pair| &pair.tests);
    let raw: Vec<f64> = tests().map(|test| test.p).collect();
    // Each probability is a tail of the normal distribution, so the correction is defined.
    let corrected = benjamini_hochberg(&raw).unwrap_or_else(|| vec![1.0; raw.len()]);
    let mut rest = corrected.as_slice();
    let mut found = Vec::with_capacity(pairs.len());
    for pair in prepared {
        found.push(pair.map(|pair| {
            let (own, later) = rest.split_at(pair.tests.len());
            rest = later;
            pair.relation(own, level)
        }));
    }
    found
}

/// One lag in one direction.
struct Test {
    sooner: Sooner,
    lag: usize,
    coefficient: f64,
    p: f64,
}

/// A pair, made comparable and tested at each lag.
struct Prepared {
    compared: [Vec<f64>; 2],
    differenced: bool,
    shared_trend: Option<SharedTrend>,
    filters: [Autoregression; 2],
    tests: Vec<Test>,
}

impl Prepared {
    fn new(first: &[f64], second: &[f64], most_lag: usize) -> Option<Prepared> {
        if first.len() != second.len() {
            return None;
        }
        // A break happens once: two of them in an order are no sign that one series moves before the other.
        let (first, second) = (without_jumps(first)?, without_jumps(second)?);
        let differenced = !(is_stationary(&first)? && is_stationary(&second)?);
        let shared_trend = |changes: &[Vec<f64>; 2]| shared_trend(&first, &second, changes);
        let (compared, shared_trend) = if differenced {
            let changes = [differences(&first), differences(&second)];
            let warning = shared_trend(&changes);
            (changes, warning)
        } else {
            ([first, second], None)
        };
        let count = compared[0].len();
        if count < LEAST_HISTORY.max(3 * most_lag) {
            return None;
        }
        // As R's `ar` bounds it; a short series is not given more weights than it can carry.
        let most = ((10.0 * (count as f64).log10()) as usize).min(count / 6);
        let [one, other] = &compared;
        let filters = [Autoregression::fit(one, most)?, Autoregression::fit(other, most)?];
        let mut tests = tests_at([one, other], &filters[0], 0..=most_lag, Sooner::First)?;
        tests.extend(tests_at([other, one], &filters[1], 1..=most_lag, Sooner::Second)?);
        Some(Prepared { compared, differenced, shared_trend, filters, tests })
    }

    fn relation(&self, corrected: &[f64], level: f64) -> Relation {
        Relation {
            finding: self.finding(corrected, level).unwrap_or(Finding::Nothing),
            differenced: self.differenced,
            shared_trend: self.shared_trend,
        }
    }

    fn finding(&self, corrected: &[f64], level: f64) -> Option<Finding> {
        let strength = |place: &usize| self.tests[*place].coefficient.abs();
        let places = 0..self.tests.len();
        let place = places.max_by(|a, b| strength(a).total_cmp(&strength(b)))?;
        let test = &self.tests[place];
        let (leader, follower, filter) = match test.sooner {
            Sooner::First => (&self.compared[0], &self.compared[1], &self.filters[0]),
            Sooner::Second => (&self.compared[1], &self.compared[0], &self.filters[1]),
        };
        let (leading, following) = (filter.filter(leader), filter.filter(follower));
        let halves = halves(&leading, &following, test.lag)?;
        let sign = test.coefficient.signum();
        let chance = STABLE / (leader.len() as f64 / 2.0).sqrt();
        let stable = halves.iter().all(|half| half * sign > chance)
            && holds_without_any_stretch(&leading, &following, test.lag, sign)?;
        let sure = corrected[place] < level;
        if !sure || !stable {
            return None;
        }
        if test.lag == 0 {
            return Some(Finding::Together(test.coefficient));
        }
        Some(Finding::Lead(Lead {
            sooner: test.sooner,
            lag: test.lag,
            coefficient: at_lag(leader, follower, test.lag)?,
            whitened: test.coefficient,
            p: corrected[place],
            halves,
        }))
    }
}

/// The correlation of the filtered leader with the filtered follower at each of `lags`.
///
/// The filtered leader has no past of its own, so the coefficient of a chance tie at lag k has variance (n−k)/n²:
/// Bartlett (1955), *Stochastic Processes*.
fn tests_at(
    [leader, follower]: [&Vec<f64>; 2],
    filter: &Autoregression,
    lags: RangeInclusive<usize>,
    sooner: Sooner,
) -> Option<Vec<Test>> {
    let (leader, follower) = (filter.filter(leader), filter.filter(follower));
    let most = *lags.end();
    let all = cross_correlation(&leader, &follower, most)?;
    let n = leader.len() as f64;
    let test = |lag: usize| {
        let coefficient = all[most + lag].coefficient;
        let score = coefficient.abs() * n / (n - lag as f64).sqrt();
        let p = (2.0 * Normal::standard().sf(score)).clamp(0.0, 1.0);
        Test { sooner, lag, coefficient, p }
    };
    Some(lags.map(test).collect())
}

fn at_lag(leader: &[f64], follower: &[f64], lag: usize) -> Option<f64> {
    let all = cross_correlation(leader, follower, lag)?;
    all.last().map(|last| last.coefficient)
}

fn halves(leader: &[f64], follower: &[f64], lag: usize) -> Option<[f64; 2]> {
    let middle = leader.len() / 2;
    let early = at_lag(&leader[..middle], &follower[..middle], lag)?;
    let late = at_lag(&leader[middle..], &follower[middle..], lag)?;
    Some([early, late])
}

/// Whether the correlation stays beyond chance without any one fifth of the time: what two single breaks in an order bring
/// about stands in one stretch alone.
fn holds_without_any_stretch(
    leader: &[f64],
    follower: &[f64],
    lag: usize,
    sign: f64,
) -> Option<bool> {
    let (leader, follower) = (&leader[..leader.len() - lag], &follower[lag..]);
    let (step, width) = (leader.len() / 10, leader.len() / 5);
    let chance = WITHOUT_STRETCH / ((leader.len() - width) as f64).sqrt();
    let without =
        |values: &[f64], start: usize| [&values[..start], &values[start + width..]].concat();
    for start in (0..=leader.len() - width).step_by(step.max(1)) {
        let rest = pearson(&without(leader, start), &without(follower, start))?.coefficient;
        if rest * sign <= chance {
            return Some(false);
        }
    }
    Some(true)
}

fn shared_trend(first: &[f64], second: &[f64], changes: &[Vec<f64>; 2]) -> Option<SharedTrend> {
    let levels = pearson(first, second)?.coefficient;
    let changes = pearson(&changes[0], &changes[1])?.coefficient;
    let only_levels =
        levels.abs() >= SHARED_TREND && changes * levels.signum() < levels.abs() / 2.0;
    only_levels.then_some(SharedTrend { levels, changes })
}
