//! When jobs run by themselves.
//!
//! Rule: a moment is a [`Slot`]; its `as_of` comes from the schedule and never from the clock, so a late
//! run reports exactly what the run on time would have reported.

mod catch_up;
mod fires;
mod forever;
mod lock;

#[cfg(test)]
mod tests;

pub use catch_up::{Due, due, outstanding};
pub use fires::{Slot, fires};
pub use forever::{Scheduled, run_forever};
pub use lock::{Lock, LockError};
