//! The curve of Kaplan and Meier.
//!
//! Method: Kaplan and Meier (1958), *Nonparametric Estimation from Incomplete Observations*, Journal of the American
//! Statistical Association 53, 457–481; variance by Greenwood (1926), interval on the scale of log(−log) by Kalbfleisch
//! and Prentice (1980).

use statrs::distribution::{ContinuousCDF as _, Normal};

/// How near two shares are that differ by rounding only.
const ROUNDING: f64 = 1e-12;

/// How long something was watched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Time until the event, or until the watch ended.
    pub time: f64,
    /// Whether the event happened; if not, it is only known to come later, or never.
    pub happened: bool,
}

/// The curve from one time of an event to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The time.
    pub time: f64,
    /// Those still watched just before it.
    pub at_risk: usize,
    /// Events at this time.
    pub events: usize,
    /// The share without the event after this time, 0 to 1.
    pub without: f64,
    /// Greenwood's standard error of that share.
    pub error: f64,
}

impl Step {
    /// The share with the event by this time, 0 to 1: the conversion that censored deals do not dilute.
    pub fn converted(&self) -> f64 {
        1.0 - self.without
    }

    /// The interval of the share without the event at `level` (0.95); `None` at a share of 0 or a level outside 0 to 1.
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        let is_open = self.without > 0.0 && self.without < 1.0;
        if !is_open || level <= 0.0 || level >= 1.0 {
            return None;
        }
        let log = self.without.ln();
        let reach = Normal::standard().inverse_cdf((1.0 + level) / 2.0);
        let shift = (reach * self.error / (self.without * log.abs())).exp();
        Some(((log * shift).exp(), (log / shift).exp()))
    }
}

/// The curve, a step for each time of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// The steps in the order of time.
    pub steps: Vec<Step>,
    /// How long the longest was watched; the curve says nothing beyond.
    pub until: f64,
}

impl KaplanMeier {
    /// The share without the event after `time`, 0 to 1; `None` beyond the longest watch or for no number.
    pub fn without(&self, time: f64) -> Option<f64> {
        if time.is_nan() || time > self.until {
            return None;
        }
        let passed = self.steps.partition_point(|step| step.time <= time);
        Some(if passed == 0 { 1.0 } else { self.steps[passed - 1].without })
    }

    /// The time by which no more than `share` (0.5 for the median) are without the event; `None` if the curve never falls
    /// so far.
    ///
    /// Where the curve rests at exactly that share, the middle of the rest, as in R's `survival`: with all events seen,
    /// the time at a half is the ordinary median.
    pub fn time_at(&self, share: f64) -> Option<f64> {
        let place = self.steps.iter().position(|step| step.without <= share + ROUNDING)?;
        let reached = self.steps[place];
        let is_flat = reached.without >= share - ROUNDING;
        match self.steps.get(place + 1) {
            Some(next) if is_flat => Some(f64::midpoint(reached.time, next.time)),
            _ => Some(reached.time),
        }
    }
}

/// The curve of these observations; `None` for none, or a time that is below 0 or not a number.
pub fn kaplan_meier(observations: &[Observation]) -> Option<KaplanMeier> {
    if !observations.iter().all(|one| one.time.is_finite() && one.time >= 0.0) {
        return None;
    }
    let mut sorted = observations.to_vec();
    sorted.sort_by(|a, b| a.time.total_cmp(&b.time));
    let until = sorted.last()?.time;
    let (mut at_risk, mut without, mut variance) = (sorted.len(), 1.0, 0.0);
    let mut steps = Vec::new();
    // At one time, events come before watches that end.
    for tie in sorted.chunk_by(|a, b| a.time >= b.time) {
        let events = tie.iter().filter(|one| one.happened).count();
        if events > 0 {
            let (n, d) = (at_risk as f64, events as f64);
            without *= (n - d) / n;
            variance += d / (n * (n - d));
            let error = if events == at_risk { 0.0 } else { without * f64::sqrt(variance) };
            steps.push(Step { time: tie[0].time, at_risk, events, without, error });
        }
        at_risk -= tie.len();
    }
    Some(KaplanMeier { steps, until })
}
