//! What a run has read, for its record.

use engine::Table;
use extract::Extracted;
use model::{
    id::DatasetId,
    period::DateRange,
    quality::{RowCounts, SourceNote},
};

/// A note on each dataset: its rows, the days that it covers, and what identifies it.
pub(crate) fn notes(extracted: &Extracted) -> Vec<SourceNote> {
    let note = |(dataset, rows): (&DatasetId, &RowCounts)| {
        let days = extracted.tables.0.get(dataset).map(Table::days).unwrap_or_default();
        let ends = days.first_key_value().zip(days.last_key_value());
        let covers = ends.and_then(|((start, _), (last, _))| {
            Some(DateRange { start: *start, end: last.succ_opt()? })
        });
        SourceNote {
            dataset: dataset.clone(),
            rows: *rows,
            covers,
            missing: Vec::new(),
            fingerprint: extracted.fingerprints.get(dataset).cloned().unwrap_or_default(),
        }
    };
    extracted.counts.iter().map(note).collect()
}
