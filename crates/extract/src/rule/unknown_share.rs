//! How many values of a column are unknown, of each day or file.

use super::{Broken, Share, above, percent, units::Units};
use crate::notes::{count, text};
use model::report::Message;

pub(super) fn broken(units: &Units<'_>, column: &str, max_share: f64) -> Broken {
    let mut shares = vec![Share::default(); units.units.len()];
    units.each(units.judged(), &[column], &mut |frame, places| {
        let known = frame.column(column)?.is_not_null();
        for (place, known) in places.iter().zip(known.iter()) {
            if let Some(place) = place {
                shares[*place].rows += 1;
                shares[*place].counted += u64::from(known != Some(true));
            }
        }
        Ok(())
    })?;
    let Some((worst, share, found)) = above(&shares, max_share) else { return Ok(Vec::new()) };
    let message = Message::new("rule.unknown_share")
        .with("column", text(column))
        .with("unit", units.units[worst].name.clone())
        .with("share", percent(share))
        .with("limit", percent(max_share))
        .with("count", count(found.len() as u64));
    Ok(vec![message])
}
