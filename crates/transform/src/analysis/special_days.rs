//! Days that are unlike others for a known reason: holidays, festivals, and what happened.

use crate::plan::TransformPlan;
use chrono::{Days, NaiveDate};
use model::{label::Label, period::DateRange};
use std::collections::BTreeMap;

/// Named days so many days before or after something are named with it.
pub(crate) const NEAR: u64 = 3;

/// For each holiday, festival and event, on which of `days` it was or will be.
pub(crate) fn by_name(plan: &TransformPlan, days: &[NaiveDate]) -> BTreeMap<Label, Vec<bool>> {
    let mut found: BTreeMap<Label, Vec<bool>> = BTreeMap::new();
    for (place, day) in days.iter().enumerate() {
        let festivals = plan.holidays.festivals.values().filter(|festival| {
            festival.occasions.iter().any(|occasion| occasion.days.contains(*day))
        });
        let events = plan.events.iter().filter(|event| event.date == *day);
        let names = plan
            .holidays
            .holiday(*day)
            .into_iter()
            .chain(festivals.map(|festival| &festival.label))
            .chain(events.map(|event| &event.label));
        for name in names {
            found.entry(name.clone()).or_insert_with(|| vec![false; days.len()])[place] = true;
        }
    }
    found
}

/// Which of `days` are special at all.
pub(crate) fn any(plan: &TransformPlan, days: &[NaiveDate]) -> Vec<bool> {
    let named = by_name(plan, days);
    (0..days.len()).map(|place| named.values().any(|acts| acts[place])).collect()
}

/// The names of the festivals under way in a span, and of the special days near it, each once.
pub(crate) fn near(plan: &TransformPlan, span: DateRange) -> Vec<Label> {
    let wide = DateRange { start: span.start - Days::new(NEAR), end: span.end + Days::new(NEAR) };
    let overlaps = |days: &DateRange| days.start < span.end && span.start < days.end;
    let festivals = plan.holidays.festivals.values();
    let under_way = festivals
        .filter(|festival| festival.occasions.iter().any(|occasion| overlaps(&occasion.days)))
        .map(|festival| festival.label.clone());
    let begun = plan.named_days(wide).into_iter().map(|named| named.label);
    let mut labels: Vec<Label> = Vec::new();
    for label in under_way.chain(begun) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}
