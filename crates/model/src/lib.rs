//! The nouns of Tidings: what a report is made of, without saying how any of it is computed.
//!
//! Rule: no I/O, no clock, no polars. Everything serializable here is stored somewhere and therefore
//! carries, or is part of something that carries, a `schema_version`.

pub mod archive;
pub mod calendar;
pub mod comment;
pub mod context;
pub mod contract;
pub mod edition;
pub mod expression;
pub mod fingerprint;
pub mod id;
pub mod label;
pub mod metric;
pub mod number;
pub mod peer;
pub mod period;
pub mod quality;
pub mod receipt;
pub mod report;
pub mod run;
pub mod secret;
pub mod slice;
pub mod target;
pub mod unit;
