//! Numbers in, numbers out.
//!
//! Rule: slices only; no I/O, no frames, no names of metrics. What cannot be computed is `None`.

pub mod contribution;
pub mod quantile;
pub mod trend;
