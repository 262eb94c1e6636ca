//! How long until something happens, when some have not got there yet.
//!
//! Answers: what share is still without it after a time, how sure is that, and when have half of them got there?
//! Rule: whoever was last seen waiting counts among those at risk up to and with that time.
//! Not for: people who stop being watched because of how they fare; censoring must not tell of the outcome.

mod kaplan_meier;
#[cfg(test)]
mod tests;

pub use self::kaplan_meier::{KaplanMeier, Observation, Step, kaplan_meier};
