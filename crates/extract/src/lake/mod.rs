//! The lake: accepted rows as Parquet, filed by period, named by the fingerprints of file and contract.
//!
//! Rule: a file is parsed once. What it became is in the dataset's catalogue; a changed file or contract
//! has another fingerprint and is parsed anew.

mod catalogue;
mod derived;
mod keys;
mod load;
mod parts;
mod supersede;

pub(crate) use catalogue::{Catalogue, Loaded, folder};
pub(crate) use derived::with_derived;
pub(crate) use load::{load, print};
pub(crate) use parts::publish_parts;
pub(crate) use supersede::resolve;

/// The lake column with the first half of the natural key's hash.
pub(crate) const KEY_HIGH: &str = "__key_high";
/// The lake column with the second half.
pub(crate) const KEY_LOW: &str = "__key_low";
/// The lake column that says where among the rows of its chunk a row stood: parts are filed by period.
pub(crate) const PLACE: &str = "__place";
/// The lake column that decides which row of a key counts.
pub(crate) const VERSION: &str = "__version";
