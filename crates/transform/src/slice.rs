//! A report for the readers of one slice: what it is about, and what it must not say.
//!
//! Rule: the rows were cut down before anything was computed. Remarks on the data were not: they count the rows of all
//! slices, quote values, name files. Only those that do nothing of this are told to the readers of a slice; of others that
//! matter they learn that there is one.

use crate::plan::TransformPlan;
use engine::{Query, Reach, Tables};
use model::{
    id::{DatasetId, DimensionId, MetricId},
    quality::{QualityNote, Severity},
    report::{Argument, Message, Within},
    slice::Members,
};
use std::collections::{BTreeMap, BTreeSet};

/// Remarks that name nothing but datasets, days and shares of days: rows are counted over all slices.
const TOLD: [&str; 7] = [
    "quality.low_coverage",
    "quality.missing_days",
    "quality.no_data",
    "quality.partial",
    "quality.slice_empty",
    "quality.stale",
    "rule.not_fresh",
];

/// The slice that a report speaks of; everything by default.
#[derive(Debug, Clone, Default)]
pub struct SlicePlan {
    /// Its members; none for everything.
    pub members: Option<Members>,
    /// The members that each dataset was cut down to, by column.
    pub cut: BTreeMap<DatasetId, BTreeMap<String, String>>,
}

impl TransformPlan {
    /// The same plan for the readers of a slice, over `tables` within their reach.
    #[must_use]
    pub fn within(&self, slice: &Members, tables: &Tables) -> Self {
        let cut = tables.0.iter().filter_map(|(dataset, table)| match &table.reach {
            Reach::Only(only) => Some((dataset.clone(), only.clone())),
            Reach::All | Reach::Nothing(_) => None,
        });
        let slice = SlicePlan { members: Some(slice.clone()), cut: cut.collect() };
        Self { slice, ..self.clone() }
    }

    /// The datasets that its questions are asked of; those that these look up are not among them.
    pub fn asked(&self) -> BTreeSet<DatasetId> {
        let mut asked = BTreeSet::new();
        for query in crate::needs(self) {
            match query {
                Query::Comments(query) => asked.extend([query.dataset]),
                Query::Cube(cube) => asked.extend([cube.dataset]),
                Query::Trails(query) => {
                    asked.extend(query.acts.into_iter().map(|acts| acts.dataset))
                }
            }
        }
        asked
    }

    /// The members that a metric was cut down to.
    pub(crate) fn cut(&self, metric: &MetricId) -> BTreeMap<String, String> {
        let mut behind = BTreeSet::new();
        crate::desk::datasets(self, metric, &mut behind);
        let cut = behind.iter().filter_map(|dataset| self.slice.cut.get(dataset));
        cut.flatten().map(|(column, member)| (column.clone(), member.clone())).collect()
    }

    /// The slice in words.
    pub(crate) fn within_words(&self) -> Vec<Within> {
        let word = |(dimension, member): (&DimensionId, &str)| Within {
            dimension: dimension.clone(),
            member: member.to_owned(),
            label: self.dimension(dimension),
            name: self.member(dimension, Some(member)),
        };
        self.slice.members.iter().flat_map(Members::iter).map(word).collect()
    }
}

/// The remarks on the data that the readers of a report may see: all of them, unless it is of a slice.
pub(crate) fn notes(plan: &TransformPlan, notes: &[QualityNote]) -> Vec<QualityNote> {
    if plan.slice.members.is_none() {
        return notes.to_vec();
    }
    let mut told: Vec<QualityNote> = Vec::new();
    for note in notes {
        let is_told = TOLD.contains(&note.message.key.as_str());
        let shown = match (is_told, note.severity) {
            (true, _) => note.clone(),
            (false, Severity::Info) => continue,
            (false, Severity::Warning | Severity::Error) => withheld(note),
        };
        if !told.contains(&shown) {
            told.push(shown);
        }
    }
    told
}

/// That there is a remark: one that casts doubt on figures still does so.
fn withheld(note: &QualityNote) -> QualityNote {
    let is_doubt = ["rule.", "drift.", "quality.control_"]
        .iter()
        .any(|doubt| note.message.key.starts_with(doubt));
    let key = if is_doubt { "rule.withheld" } else { "quality.withheld" };
    let dataset = note.dataset.as_ref().map_or_else(String::new, ToString::to_string);
    let message = Message::new(key).with("dataset", Argument::Text(dataset));
    QualityNote { message, ..note.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_that_quotes_data_is_told_without_them() {
        let note = |key: &str| QualityNote {
            severity: Severity::Warning,
            message: Message::new(key)
                .with("dataset", Argument::Text("orders".into()))
                .with("list", Argument::Text("South".into())),
            dataset: Some("orders".into()),
        };
        let told = |key: &str| {
            let shown = withheld(&note(key));
            assert!(!format!("{shown:?}").contains("South"));
            assert_eq!(shown.severity, Severity::Warning);
            shown.message.key
        };
        assert_eq!(told("rule.new_members"), "rule.withheld");
        assert_eq!(told("quality.control_total"), "rule.withheld");
        assert_eq!(told("quality.unreadable_file"), "quality.withheld");
    }
}
