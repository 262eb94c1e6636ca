//! What did a campaign in some regions add?
//!
//! Answers: how much more the treated regions sold than they would have, with an interval and the chance of it.
//! Method: synthetic control, Abadie, Diamond and Hainmueller (2010), JASA 105, 493–505, on series less their mean
//! before the campaign, Doudchenko and Imbens (2016), NBER 22791; inference by conformal permutation, Chernozhukov,
//! Wüthrich and Zhu (2021), JASA 116, 1849–1864, and by placebo regions.
//! Not for: campaigns that spill over into the regions compared with, or regions that no mixture of others follows.

mod lift;
mod mixture;
#[cfg(test)]
mod tests;

pub use self::lift::{GeoLift, Trial, geo_lift, placebo_p};
