//! Series in which nothing happens, and series with one planted event.

use stats::anomaly::{Options, State, judge};

use crate::sample_data::rng::Rng;

/// Points of a noise series of two years of days.
pub(super) const YEARS: usize = 730;
/// Series of each kind.
const SERIES: u64 = 200;
/// Points before a planted event.
const HISTORY: usize = 364;
/// Points in which a planted event must be seen, its first included.
const PATIENCE: usize = 3;

/// A stream of random numbers.
struct Source(Rng);

impl Source {
    fn new(seed: u64, topic: &str) -> Source {
        Source(Rng::named(seed, topic))
    }

    /// Uniform above 0 and up to 1.
    fn uniform(&mut self) -> f64 {
        ((self.0.draw() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    /// Standard normal (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Student's t with five degrees of freedom.
    fn student(&mut self) -> f64 {
        let squares: f64 = (0..5).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 5.0).sqrt()
    }

    /// Poisson by multiplication (Knuth 1969).
    fn poisson(&mut self, mean: f64) -> f64 {
        let bound = (-mean).exp();
        let (mut product, mut count) = (self.uniform(), 0.0);
        while product > bound {
            product *= self.uniform();
            count += 1.0;
        }
        count
    }
}

/// The kinds of noise, by name.
pub(super) const KINDS: &[&str] = &[
    "white",
    "AR(1) 0.5",
    "t(5)",
    "weekly season",
    "weekly season and scale",
    "Poisson 3",
    "Poisson 50",
];

/// One seeded series of noise with a marginal scale near 1 (counts: their own).
fn noise(kind: &str, seed: u64, points: usize) -> Vec<f64> {
    const WEEK: [f64; 7] = [0.0, 1.0, 1.5, 2.0, 1.0, -6.0, -8.0];
    const SCALES: [f64; 7] = [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0];
    let mut source = Source::new(seed, kind);
    let mut state = source.normal();
    let mut next = |index: usize| match kind {
        "white" => source.normal(),
        "AR(1) 0.5" => {
            state = 0.5 * state + 0.75f64.sqrt() * source.normal();
            state
        }
        "t(5)" => source.student(),
        "weekly season" => WEEK[index % 7] + source.normal(),
        "weekly season and scale" => WEEK[index % 7] + SCALES[index % 7] * source.normal(),
        "Poisson 3" => source.poisson(3.0),
        "Poisson 50" => source.poisson(50.0),
        _ => f64::NAN,
    };
    (0..points).map(&mut next).collect()
}

fn states(values: &[f64], options: &Options) -> Vec<State> {
    let values: Vec<_> = values.iter().copied().map(Some).collect();
    let places: Vec<_> = (0..values.len()).map(|index| index % options.places).collect();
    let judged = judge(&values, &places, &vec![false; values.len()], options);
    judged.unwrap_or_default().iter().map(|judgement| judgement.state).collect()
}

/// Alerts per 100 judged points on series of noise of one kind.
pub(super) fn false_alerts(kind: &str, points: usize, options: &Options) -> f64 {
    let (mut alerts, mut judged) = (0, 0);
    for seed in 0..SERIES {
        let states = states(&noise(kind, seed, points), options);
        alerts += states.iter().filter(|state| **state == State::New).count();
        judged += states.iter().filter(|state| **state != State::Unjudged).count();
    }
    100.0 * alerts as f64 / judged as f64
}

/// The share of trials in which `planted`, in scales per point, opens an event in time; trials in which one is
/// already open do not count as found.
pub(super) fn power(kind: &str, planted: &[f64], options: &Options) -> f64 {
    const TRIALS: u64 = 1_000;
    let found = (0..TRIALS).filter(|seed| {
        let mut values = noise(kind, seed + 1_000_000, HISTORY + planted.len());
        let event = &mut values[HISTORY..];
        event.iter_mut().zip(planted).for_each(|(value, extra)| *value += extra);
        let seen = &states(&values, options)[HISTORY..];
        seen.iter().take(PATIENCE).any(|state| *state == State::New)
    });
    found.count() as f64 / TRIALS as f64
}
