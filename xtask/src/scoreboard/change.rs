//! How often the newest value of pure noise is called a move, and how often a move is.

use std::path::Path;

use anyhow::Context as _;
use stats::trend::{Move, change};

use super::row::{Goal, Row};
use crate::sample_data::rng::Rng;

const RUNS: usize = 20_000;

/// One in twenty and three standard errors of so many runs.
const MOST: f64 = 0.0546;

/// A kind of noise: its name and how to draw it.
type Kind = (&'static str, fn(&mut Rng) -> f64);

const KINDS: [Kind; 4] = [
    ("normal", normal),
    ("t with 3 degrees of freedom", t3),
    ("lognormal, sigma 0.5", |rng| (0.5 * normal(rng)).exp()),
    ("lognormal, sigma 1", |rng| normal(rng).exp()),
];

const LENGTHS: [usize; 10] = [8, 10, 12, 16, 20, 25, 30, 40, 50, 60];

/// Simulated, so that no data are read: the worst length for each kind of noise, and the power at twelve values.
pub(super) fn rows(_data: &Path) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for kind in KINDS {
        let mut most: f64 = 0.0;
        for length in LENGTHS {
            most = most.max(called(kind, length, 0.0)?);
        }
        let figure = format!("change, {} noise of 8 to 60 values, share called", kind.0);
        rows.push(Row::new(figure, most, Goal::Below(MOST), ""));
    }
    for length in [12, 24, 60] {
        let of_changes = called(KINDS[0], length, 4.0 * std::f64::consts::SQRT_2)?;
        let figure = format!("change, {length} values, move of 4 sigma of changes, share called");
        rows.push(Row::new(figure, of_changes, Goal::Above(0.8), ""));
        let of_values = called(KINDS[0], length, 4.0)?;
        let figure = format!("change, {length} values, move of 4 sigma of values, share called");
        rows.push(Row::new(figure, of_values, Goal::Shown, "0.81 if sigma were known"));
    }
    Ok(rows)
}

/// The share of series whose newest value, lifted by `lift`, is called.
fn called(kind: Kind, length: usize, lift: f64) -> anyhow::Result<f64> {
    let mut rng = Rng::named(length as u64, kind.0);
    let mut calls = 0;
    for _ in 0..RUNS {
        let history: Vec<f64> = (0..length).map(|_| kind.1(&mut rng)).collect();
        let newest = kind.1(&mut rng) + lift;
        let found = change(&history, newest, 1).context("a history long enough")?;
        calls += usize::from(found.direction != Move::NoClearChange);
    }
    Ok(calls as f64 / RUNS as f64)
}

/// Above 0 and below 1.
fn uniform(rng: &mut Rng) -> f64 {
    ((rng.draw() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
}

/// Standard normal (Box and Muller 1958).
fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * uniform(rng).ln()).sqrt();
    radius * (std::f64::consts::TAU * uniform(rng)).cos()
}

/// Student's t with three degrees of freedom.
fn t3(rng: &mut Rng) -> f64 {
    let squares: f64 = (0..3).map(|_| normal(rng).powi(2)).sum();
    normal(rng) / (squares / 3.0).sqrt()
}
