//! Arithmetic of peer groups.
//!
//! Answers: are we better than our size explains, do we rise among the others, do we outgrow the index, and may a
//! figure of the group be shown at all?
//! Rule: our own value never shapes what it is compared with, and no figure shows fewer than five peers.

mod expectation;
mod growth;
mod movement;
pub mod suppression;
#[cfg(test)]
mod tests;

pub use self::expectation::{Expectation, Peer, expectation};
pub use self::growth::{AgainstIndex, against_index, growth_per_period};
pub use self::movement::{Movement, rank_movement};
