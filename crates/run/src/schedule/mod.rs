//! When jobs run by themselves.
//!
//! Rule: a moment is a [`Slot`]; its `as_of` comes from the schedule and never from the clock, so a late
//! run reports exactly what the run on time would have reported.

mod catch_up;
mod changes;
pub mod export;
mod fires;
mod forever;
mod lock;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod zones;

pub(crate) use catch_up::LATEST_START;
pub use catch_up::{Due, due, outstanding};
pub use fires::{Slot, fires};
pub(crate) use fires::{between, last_instant};
pub use forever::{Handled, Scheduled, Stay, run_jobs};
pub use lock::{Lock, LockError};
