//! What a run tells to whom: the report on everything first, then one for each slice of its readers.
//!
//! Rule: a slice is told about only if it is in the data: each of its dimensions needs a dataset with rows of the slice,
//! member by member, letter by letter. One that nobody has ever seen is refused with a word to the owners; it is
//! neither everything nor an empty report. So is one that has no rows in the reported period any more. A day or a week
//! without rows may be a quiet one: a slice is refused only if the month up to then has none either.

use crate::error::RunError;
use chrono::Days;
use engine::{Answer, CubeQuery, Engine, Query, Reach, Table, Tables};
use extract::Extracted;
use job::JobPlan;
use model::{
    expression::{Aggregate, AggregateFunction},
    id::{DatasetId, DimensionId},
    period::{DateRange, Grain, Period},
    quality::{QualityNote, Severity},
    report::{Argument, Message},
    slice::{Members, Slice},
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
};
use transform::TransformPlan;

/// A reported period of fewer days is looked at together with the days before it, these many in all.
const QUIET: u64 = 28;

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

/// The members that have rows, in the order of the dimensions, and when.
type Seen = BTreeMap<Vec<Option<String>>, Rows>;

/// When there are rows of something.
#[derive(Debug, Clone, Copy, Default)]
struct Rows {
    /// Whether there are any in a period that is reported.
    is_reported: bool,
    /// The last month with any up to the reported period.
    last: Option<Period>,
    /// The first month with any that ends later.
    next: Option<Period>,
}

impl Rows {
    /// Of both.
    fn with(self, other: Self) -> Self {
        Self {
            is_reported: self.is_reported || other.is_reported,
            last: [self.last, other.last].into_iter().flatten().max_by_key(|one| one.days.start),
            next: [self.next, other.next].into_iter().flatten().min_by_key(|one| one.days.start),
        }
    }
}

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
    /// Looks which members there are, for the slices of readers and `others`; asks nothing when every reader sees
    /// everything.
    pub(crate) fn look(
        (plan, others): (&'a JobPlan, &BTreeSet<&Members>),
        engine: &dyn Engine,
        extracted: &'a Extracted,
    ) -> Result<Self, RunError> {
        let asked = plan.transform.asked();
        let mut slices = Self { plan, extracted, asked, seen: BTreeMap::new() };
        let slices_of = plan.slices();
        for members in slices_of.keys().chain(others.iter().copied()) {
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
        let (mut rows, mut notes) = (Rows::default(), Vec::new());
        for (dataset, by) in self.told_apart(members) {
            let wanted: Vec<Option<String>> =
                by.iter().map(|one| of.get(one).map(|member| (*member).to_owned())).collect();
            let place = (dataset, by);
            if let Some(known) = self.seen.get(&place).and_then(|seen| seen.get(&wanted)) {
                rows = rows.with(*known);
                found
                    .extend(members.iter().map(|(one, _)| one).filter(|one| place.1.contains(one)));
                continue;
            }
            let message = Message::new("quality.slice_empty")
                .with("dataset", Argument::Text(place.0.to_string()));
            let (severity, dataset) = (Severity::Warning, Some(place.0));
            notes.push(QualityNote { severity, message, dataset });
        }
        let refused = |message| QualityNote { severity: Severity::Error, message, dataset: None };
        let about = |key: &'static str| {
            Message::new(key).with("slice", Argument::Text(members.to_string()))
        };
        if found.len() < of.len() {
            return Err(refused(about("quality.slice_unseen")));
        }
        if let (false, Some(near)) = (rows.is_reported, rows.last.or(rows.next)) {
            return Err(refused(over(&self.plan.transform, about, (near, rows.last.is_some()))));
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

/// That there are rows of a slice, but none in the reported period: the nearest are of a month before it, or after it.
fn over(
    plan: &TransformPlan,
    about: impl Fn(&'static str) -> Message,
    (near, is_before): (Period, bool),
) -> Message {
    let reported = plan.period(plan.grain, false);
    let message = match (is_before, reported.days.iter().count() < QUIET as usize) {
        (true, false) => about("quality.slice_over").with("last", Argument::Period(near)),
        (true, true) => about("quality.slice_over_days")
            .with("days", Argument::Count(QUIET as i64))
            .with("last", Argument::Period(near)),
        (false, _) => about("quality.slice_new").with("first", Argument::Period(near)),
    };
    message.with("period", Argument::Period(reported))
}

/// The members that have ever had rows. Asked month by month, so that a cache keeps those of months that are over, and
/// of what is reported.
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
    let months: BTreeMap<DateRange, Period> =
        months.unwrap_or_default().into_iter().map(|month| (month.days, month)).collect();
    let reported = reported(&plan.transform);
    let windows: BTreeSet<DateRange> = months.keys().chain(&reported).copied().collect();
    let rows = Aggregate { function: AggregateFunction::Count, argument: None, filter: None };
    let query = CubeQuery {
        dataset: dataset.clone(),
        aggregates: vec![rows],
        by: by.clone(),
        windows: windows.into_iter().collect(),
    };
    let Answer::Cube(answer) = engine.ask(&Query::Cube(query), tables)? else {
        return Ok(Seen::new());
    };
    let end = plan.transform.period(plan.transform.grain, false).days.end;
    let mut seen = Seen::new();
    for cell in answer.cells.into_keys() {
        let month = months.get(&cell.window).copied();
        let is_past = |month: &Period| month.days.end <= end;
        let rows = Rows {
            is_reported: reported.contains(&cell.window),
            last: month.filter(is_past),
            next: month.filter(|month| !is_past(month)),
        };
        let known = seen.entry(cell.members).or_default();
        *known = known.with(rows);
    }
    Ok(seen)
}

/// The days that sections report on, short periods with the days before them.
fn reported(plan: &TransformPlan) -> BTreeSet<DateRange> {
    let sections = plan.sections.iter().map(|section| section.period.days);
    let whole = plan.period(plan.grain, false).days;
    let looked_at = |days: DateRange| {
        let month = days.end.checked_sub_days(Days::new(QUIET)).unwrap_or(days.start);
        DateRange { start: days.start.min(month), ..days }
    };
    sections.chain([whole]).map(looked_at).collect()
}
