//! What the ways of many people add up to.

use super::{MOST_STEPS, Progress, Rate, rate};
use crate::survival::{Observation, kaplan_meier};

/// How many reach each step and what happens between steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The people who reached each step, never rising.
    pub reached: Vec<u64>,
    /// From each step to the next.
    pub passages: Vec<Passage>,
    /// Those who finish among those who begin; `None` if nobody begins.
    pub overall: Option<Rate>,
}

/// From one step to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The people at the step before who did not take the next one.
    pub lost: u64,
    /// Those who took it among those who could; `None` if nobody could.
    pub rate: Option<Rate>,
    /// How long it took; `None` if nobody could.
    pub wait: Option<Wait>,
}

/// The time to the next step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// The Kaplan–Meier median over all who could take the step, in the unit of the times; `None` if fewer than half
    /// of them have taken it by the time the last are seen.
    pub median: Option<f64>,
    /// The people who have not taken it: they count as waiting up to the end of their window or of the data.
    pub unfinished: u64,
}

/// The passage that costs most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leak {
    /// The step they left at, counted from 0.
    pub step: usize,
    /// The people lost there.
    pub lost: u64,
    /// People lost × value of one who finishes, in the unit of the value: what could be had at most.
    pub most: f64,
    /// The same × the share of those at the next step who finish: what could be had if those kept went on like the
    /// others; `None` if nobody reached the next step.
    pub expected: Option<f64>,
}

impl Funnel {
    /// The passage at which most value is lost, the earlier of two alike, where one who finishes is worth
    /// `value`.
    ///
    /// `None` if nobody is lost, or for a value that is not above 0.
    pub fn leak(&self, value: f64) -> Option<Leak> {
        if !(value > 0.0 && value.is_finite()) {
            return None;
        }
        let lost = |step: &usize| (self.passages[*step].lost, std::cmp::Reverse(*step));
        let step = (0..self.passages.len()).max_by_key(lost)?;
        let lost = self.passages[step].lost;
        let finished = *self.reached.last()? as f64;
        let most = lost as f64 * value;
        let next = self.reached[step + 1] as f64;
        let expected = (next > 0.0).then(|| most * finished / next);
        (lost > 0).then_some(Leak { step, lost, most, expected })
    }
}

/// The funnel of all people: `until` is when the data end, `window` the one their ways were found with.
///
/// `None` for no steps, a way longer than the steps or with a time after `until`, a window that is negative or not a
/// number, or a confidence that is not between 0 and 1.
pub fn funnel(
    people: &[Progress],
    steps: usize,
    window: f64,
    until: f64,
    confidence: f64,
) -> Option<Funnel> {
    let usable = (1..=MOST_STEPS).contains(&steps) && window >= 0.0 && until.is_finite();
    let sound = |one: &Progress| {
        one.level() <= steps && one.times.iter().all(|time| time.is_finite() && *time <= until)
    };
    let asked = confidence > 0.0 && confidence < 1.0;
    if !(usable && asked && people.iter().all(sound)) {
        return None;
    }
    let at_least = |level: usize| people.iter().filter(|one| one.level() >= level).count() as u64;
    let reached: Vec<u64> = (1..=steps).map(at_least).collect();
    let passage = |step: usize| Passage {
        lost: reached[step] - reached[step + 1],
        rate: rate(reached[step + 1], reached[step], confidence),
        wait: wait(people, step, window, until),
    };
    let passages = (0..steps - 1).map(passage).collect();
    let overall = rate(reached[steps - 1], reached[0], confidence);
    Some(Funnel { reached, passages, overall })
}

/// The time from a step to the next.
fn wait(people: &[Progress], step: usize, window: f64, until: f64) -> Option<Wait> {
    let watch = |one: &Progress| {
        let from = one.times[step];
        let end = until.min(one.times[0] + window);
        let time = one.times.get(step + 1).copied().unwrap_or(end).max(from) - from;
        Observation { time, happened: one.level() > step + 1 }
    };
    let watches: Vec<Observation> =
        people.iter().filter(|one| one.level() > step).map(watch).collect();
    let unfinished = watches.iter().filter(|one| !one.happened).count() as u64;
    Some(Wait { median: kaplan_meier(&watches)?.time_at(0.5), unfinished })
}
