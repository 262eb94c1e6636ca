//! Values that are keys of another dataset.
//!
//! Method: of the rows of each day or file with a known value, the share whose value is no key of a counted row of the
//! other dataset. The rows stay.

use super::{Broken, Share, above, percent, units::Units};
use crate::notes::{count, text};
use engine::{Tables, polars_engine};
use model::{id::DatasetId, report::Message};
use polars::prelude::*;
use std::collections::HashSet;

/// The dataset that is referred to.
pub(super) struct Other<'a> {
    pub(super) dataset: &'a DatasetId,
    pub(super) key: &'a str,
    pub(super) tables: &'a Tables,
}

pub(super) fn broken(units: &Units<'_>, column: &str, other: &Other<'_>, max_share: f64) -> Broken {
    // Only looked up, never walked: its order reaches no output.
    let mut keys: HashSet<String> = HashSet::new();
    let told = |source| crate::ExtractError::Derive { dataset: other.dataset.clone(), source };
    let names = [other.key.to_owned()].into();
    let frame = polars_engine::rows(other.dataset, &names, other.tables)?;
    let known = frame.select([col(other.key).cast(DataType::String)]).collect().map_err(told)?;
    let known = known.column(other.key).and_then(|column| column.str().cloned()).map_err(told)?;
    keys.extend(known.iter().flatten().map(str::to_owned));
    let mut shares = vec![Share::default(); units.units.len()];
    units.each(units.judged(), &[column], &mut |frame, places| {
        let values = frame.column(column)?.cast(&DataType::String)?;
        for (place, value) in places.iter().zip(values.str()?.iter()) {
            if let (Some(place), Some(value)) = (place, value) {
                shares[*place].rows += 1;
                shares[*place].counted += u64::from(!keys.contains(value));
            }
        }
        Ok(())
    })?;
    let Some((worst, share, found)) = above(&shares, max_share) else { return Ok(Vec::new()) };
    let rows: u64 = found.iter().map(|place| shares[*place].counted).sum();
    let message = Message::new("rule.reference")
        .with("column", text(column))
        .with("other", text(other.dataset.as_str()))
        .with("count", count(rows))
        .with("unit", units.units[worst].name.clone())
        .with("share", percent(share));
    Ok(vec![message])
}
