//! Values that no two rows have, in columns that are no key.
//!
//! Method: the rows of the judged days or files are held against each other and against all before. Every row beyond the
//! first with the same values counts. Rows with an unknown value are not compared. Values are compared by their hashes.

use super::{Broken, units::Units};
use crate::notes::{count, text};
use model::{fingerprint::Fingerprinter, report::Message};
use polars::prelude::*;
use std::collections::HashMap;

pub(super) fn broken(units: &Units<'_>, columns: &[String]) -> Broken {
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    // Only looked up, never walked: its order reaches no output.
    let mut seen: HashMap<u128, bool> = HashMap::new();
    let mut again = 0_u64;
    units.each(units.judged(), &names, &mut |frame, places| {
        for (place, print) in places.iter().zip(prints(frame, &names)?) {
            let (Some(_), Some(print)) = (place, print) else { continue };
            again += u64::from(seen.insert(print, false).is_some());
        }
        Ok(())
    })?;
    units.each(0..units.judged, &names, &mut |frame, places| {
        for (place, print) in places.iter().zip(prints(frame, &names)?) {
            let (Some(_), Some(print)) = (place, print) else { continue };
            // The first of the judged rows is itself one beyond the first, once.
            if let Some(is_told) = seen.get_mut(&print).filter(|is_told| !**is_told) {
                *is_told = true;
                again += 1;
            }
        }
        Ok(())
    })?;
    if again == 0 {
        return Ok(Vec::new());
    }
    let message = Message::new("rule.unique")
        .with("columns", text(columns.join(", ")))
        .with("count", count(again));
    Ok(vec![message])
}

/// The hash of each row's values; none if one of them is unknown.
fn prints(frame: &DataFrame, names: &[&str]) -> PolarsResult<Vec<Option<u128>>> {
    let mut columns = Vec::new();
    for name in names {
        columns.push(frame.column(name)?.cast(&DataType::String)?);
    }
    let texts: Vec<&StringChunked> =
        columns.iter().map(|column| column.str()).collect::<PolarsResult<_>>()?;
    let print = |row| {
        let mut print = Fingerprinter::new("unique");
        for text in &texts {
            print.field(text.get(row)?);
        }
        Some(print.number())
    };
    Ok((0..frame.height()).map(print).collect())
}
