//! Numbers in, numbers out.
//!
//! Rule: slices only; no I/O, no frames, no names of metrics. What cannot be computed is `None`.

pub mod anomaly;
pub mod attribution;
pub mod change_point;
pub mod contribution;
pub mod correlation;
#[cfg(test)]
mod draws;
pub mod experiment;
pub mod forecast;
pub mod funnel;
pub mod geo;
pub mod lead;
mod least_squares;
pub mod lifetime;
pub mod peer;
pub mod quantile;
mod random;
pub mod response;
pub mod retention;
pub mod seasonal;
mod simplex;
pub mod survey;
pub mod survival;
pub mod trend;
