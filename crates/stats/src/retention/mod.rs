//! Who stays, and for how long?
//!
//! Answers: what share of a cohort is left after each period and will be, how much longer do those left stay, and what
//! share of the opened converts in the end?
//! Rule: what is not over yet is unknown, never 0: an unfinished cell is `None`, an open deal is censored.
//! Method: beta-geometric and beta discrete Weibull curves of renewal by maximum likelihood, triangles of cohorts;
//! how long a conversion takes is a curve of [`crate::survival`].
//! Not for: customers who leave without a word; those belong in [`crate::lifetime`].

mod conversion;
mod curve;
mod sure;
#[cfg(test)]
mod tests;
mod triangle;

pub use self::conversion::{Conversion, Deal, conversions};
pub use self::curve::{
    Curve, Fit, LEAST_CUSTOMERS, Refusal, fit_beta_discrete_weibull, fit_shifted_beta_geometric,
};
pub use self::sure::{Band, bands};
pub use self::triangle::{Returned, Triangle, triangle};
