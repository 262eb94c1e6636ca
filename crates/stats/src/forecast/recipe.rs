//! Which methods are blended for which seasons.
//!
//! Rule: one fixed setting per kind of series, never tuned on a single series.

use super::ets::{self, Choice};
use super::member::{Blend, Member, blend};
use super::spread::Shape;
use super::{arima, ces, seasonal, theta};

/// Values without which nothing is forecast.
pub(super) const SHORTEST: usize = 12;

/// Seasons longer than this are taken off by STL; shorter ones are part of the models.
const LONGEST_MODELLED: usize = 24;

/// Cycles of the longest season that are looked at: what is older says little about the next season.
const CYCLES: usize = 7;

/// Values that are looked at once the long seasons are off.
const UNSEASONAL: usize = 364;

/// A blend of methods, and how its errors are distributed.
pub(super) struct Cooked {
    pub member: Member,
    pub shape: Shape,
}

/// The seasons that the history is long enough for: two cycles and some more, ascending.
pub(super) fn usable(seasons: &[usize], history: usize) -> Vec<usize> {
    let mut found: Vec<usize> =
        seasons.iter().copied().filter(|&m| m > 1 && history >= 2 * m + 16).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The blend for a series; `None` if no method gave numbers.
pub(super) fn cook(history: &[f64], seasons: &[usize], horizon: usize) -> Option<Cooked> {
    let longest = seasons.last().copied().unwrap_or(1);
    let kept = match longest {
        1 => UNSEASONAL,
        2..=LONGEST_MODELLED => usize::MAX,
        _ => CYCLES * longest,
    };
    let history = &history[history.len().saturating_sub(kept)..];
    let size = history.iter().map(|value| value.abs()).sum::<f64>() / history.len() as f64;
    let first = history[0];
    if history.iter().all(|value| (value - first).abs() <= 1e-12 * size) {
        return Some(Cooked { member: constant(first, horizon), shape: Shape::NORMAL });
    }
    // All methods see values around one: their searches then do not depend on the unit.
    let series: Vec<f64> = history.iter().map(|value| value / size).collect();
    let (members, how, shape) = match seasons {
        [] => (unseasonal(&series, horizon), Blend::Mean, Shape::UNSEASONAL),
        [season] if *season <= LONGEST_MODELLED => {
            (short(&series, *season, horizon), Blend::Median, Shape::SHORT)
        }
        [_] => (long(&series, seasons, horizon), Blend::Median, Shape::LONG),
        _ => (long(&series, seasons, horizon), Blend::Mean, Shape::SEVERAL),
    };
    let member = blend(members.into_iter().flatten().collect(), how)?.rescaled(size);
    Some(Cooked { member, shape })
}

fn constant(value: f64, horizon: usize) -> Member {
    let response = (0..horizon).map(|row| vec![0.0; row + 1]).collect();
    let name = "constant".to_owned();
    Member { name, mean: vec![value; horizon], response, surprises: vec![0.0] }
}

fn unseasonal(series: &[f64], horizon: usize) -> Vec<Option<Member>> {
    vec![smoothed(series, horizon), arima::forecast(series, horizon)]
}

fn short(series: &[f64], season: usize, horizon: usize) -> Vec<Option<Member>> {
    vec![
        ets::forecast(series, Choice { season, multiplicative: true }, horizon),
        theta::forecast(series, season, horizon),
        ces::forecast(series, season, horizon),
    ]
}

/// Methods that trust the long season, and some that do not, or not all of it.
fn long(series: &[f64], seasons: &[usize], horizon: usize) -> Vec<Option<Member>> {
    let trusting = seasonal::clear(series, seasons).and_then(|cleared| {
        let mut member = smoothed(latest(&cleared.series), horizon)?;
        for (step, mean) in member.mean.iter_mut().enumerate() {
            *mean += cleared.season_at(step);
        }
        member.name = format!("MSTL {}", member.name);
        Some(member)
    });
    let mut members = vec![trusting];
    match seasons {
        [season] => members.extend([
            arima::forecast(latest(series), horizon),
            ces::forecast(series, *season, horizon),
            theta::forecast(series, *season, horizon),
        ]),
        [.., second, _] => members.push(theta::forecast(latest(series), *second, horizon)),
        [] => {}
    }
    members
}

fn smoothed(series: &[f64], horizon: usize) -> Option<Member> {
    ets::forecast(series, Choice { season: 1, multiplicative: true }, horizon)
}

fn latest(series: &[f64]) -> &[f64] {
    &series[series.len().saturating_sub(UNSEASONAL)..]
}
