//! What a run tells to whom: the report on everything first, then one for each slice of its readers.
//!
//! Rule: a slice is told about only if it is in the data: each of its dimensions needs a dataset with rows of the slice,
//! member by member, letter by letter. One that nobody has ever seen is refused with a word to the owners; it is
//! neither everything nor an empty report.

use crate::error::RunError;
use engine::{Answer, CubeQuery, Engine, Query, Reach, Table, Tables};
use extract::Extracted;
use job::JobPlan;
use model::{
    expression::{Aggregate, AggregateFunction},
    id::{DatasetId, DimensionId},
    period::{DateRange, Grain},
    quality::{QualityNote, Severity},
    report::{Argument, Message},
    slice::{Members, Slice},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
};
use transform::TransformPlan;

/// What one report is made from: the rows within its readers' reach, and the plan for them.
pub(crate) struct View<'a> {
    pub(crate) slice: Slice,
    pub(crate) tables: Cow<'a, Tables>,
    pub(crate) transform: Cow<'a, TransformPlan>,
    /// Remarks on this slice alone.
    pub(crate) notes: Vec<QualityNote>,
}

impl<'a> View<'a> {
    /// Everything.
    pub(crate) fn whole(plan: &'a JobPlan, extracted: &'a Extracted) -> Self {
        let (tables, transform) =
            (Cow::Borrowed(&extracted.tables), Cow::Borrowed(&plan.transform));
        Self { slice: Slice::All, tables, transform, notes: Vec::new() }
    }
}

/// A dataset, and the dimensions of a slice that it has.
type Asked = (DatasetId, Vec<DimensionId>);

/// The members that have rows, in the order of the dimensions.
type Seen = BTreeSet<Vec<Option<String>>>;

/// The slices of a plan's readers.
pub(crate) struct Slices<'a> {
    plan: &'a JobPlan,
    extracted: &'a Extracted,
    /// The datasets that questions are asked of.
    asked: BTreeSet<DatasetId>,
    /// The members that each dataset has, by the dimensions asked for.
    seen: BTreeMap<Asked, Seen>,
}

impl<'a> Slices<'a> {
    /// Looks which members there are; asks nothing when every reader sees everything.
    pub(crate) fn look(
        plan: &'a JobPlan,
        engine: &dyn Engine,
        extracted: &'a Extracted,
    ) -> Result<Self, RunError> {
        let asked = plan.transform.asked();
        let mut slices = Self { plan, extracted, asked, seen: BTreeMap::new() };
        for members in plan.slices().keys() {
            for place in slices.told_apart(members) {
                if let Entry::Vacant(unknown) = slices.seen.entry(place.clone()) {
                    unknown.insert(seen(plan, engine, &extracted.tables, &place)?);
                }
            }
        }
        Ok(slices)
    }

    /// The datasets that questions are asked of and that have any dimension of a slice, with those that they have.
    fn told_apart(&self, members: &Members) -> Vec<Asked> {
        let of = |dataset: &DatasetId| {
            let table = self.extracted.tables.0.get(dataset)?;
            match table.reach_of(members, self.plan.shared.contains(dataset)) {
                Reach::Only(only) => {
                    Some((dataset.clone(), only.keys().map(DimensionId::new).collect()))
                }
                Reach::All | Reach::Nothing(_) => None,
            }
        };
        self.asked.iter().filter_map(of).collect()
    }

    /// What the readers of a slice are told from, or why they are told nothing.
    pub(crate) fn view(&self, members: &Members) -> Result<View<'a>, QualityNote> {
        let of: BTreeMap<&DimensionId, &str> = members.iter().collect();
        let mut found: BTreeSet<&DimensionId> = BTreeSet::new();
        let mut notes = Vec::new();
        for (dataset, by) in self.told_apart(members) {
            let wanted: Vec<Option<String>> =
                by.iter().map(|one| of.get(one).map(|member| (*member).to_owned())).collect();
            let place = (dataset, by);
            if self.seen.get(&place).is_some_and(|seen| seen.contains(&wanted)) {
                found
                    .extend(members.iter().map(|(one, _)| one).filter(|one| place.1.contains(one)));
                continue;
            }
            let message = Message::new("quality.slice_empty")
                .with("dataset", Argument::Text(place.0.to_string()));
            let (severity, dataset) = (Severity::Warning, Some(place.0));
            notes.push(QualityNote { severity, message, dataset });
        }
        if found.len() < of.len() {
            let slice = Argument::Text(members.to_string());
            let message = Message::new("quality.slice_unseen").with("slice", slice);
            return Err(QualityNote { severity: Severity::Error, message, dataset: None });
        }
        let tables = self.extracted.tables.within(members, &self.plan.shared);
        let transform = self.plan.transform.within(members, &tables);
        Ok(View {
            slice: Slice::Of(members.clone()),
            tables: Cow::Owned(tables),
            transform: Cow::Owned(transform),
            notes,
        })
    }
}

/// The members that have ever had rows. Asked month by month, so that a cache keeps those of months that are over.
fn seen(
    plan: &JobPlan,
    engine: &dyn Engine,
    tables: &Tables,
    (dataset, by): &Asked,
) -> Result<Seen, RunError> {
    let days = tables.0.get(dataset).map(Table::days).unwrap_or_default();
    let ends = days.first_key_value().zip(days.last_key_value());
    let span = ends.and_then(|((start, _), (last, _))| {
        Some(DateRange { start: *start, end: last.succ_opt()? })
    });
    let months = span.map(|span| plan.transform.calendar.periods(Grain::Month, span));
    let rows = Aggregate { function: AggregateFunction::Count, argument: None, filter: None };
    let query = CubeQuery {
        dataset: dataset.clone(),
        aggregates: vec![rows],
        by: by.clone(),
        windows: months.unwrap_or_default().into_iter().map(|month| month.days).collect(),
    };
    let Answer::Cube(answer) = engine.ask(&Query::Cube(query), tables)? else {
        return Ok(BTreeSet::new());
    };
    Ok(answer.cells.into_keys().map(|cell| cell.members).collect())
}
