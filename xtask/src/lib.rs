//! What developer commands share with the suite.
//!
//! Rule: only what both call lives here; commands of their own stay in the program.

#[cfg(feature = "pipeline")]
pub mod crashes;
#[cfg(feature = "pipeline")]
pub mod fuzz;
#[cfg(feature = "pipeline")]
pub mod letters;
pub mod program;
pub mod rng;
pub mod sink;
#[cfg(feature = "pipeline")]
pub mod torture;
