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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Event;
    use model::{
        calendar::{Calendar, Festival, Holidays, Occasion},
        id::{FestivalId, JobId},
        period::Grain,
    };

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 5, day).expect("a day of May")
    }

    fn label(name: &str) -> Label {
        Label::new(name, name)
    }

    /// A holiday on the 1st, a fair from the 10th to the 12th, an outage on the 20th.
    fn plan() -> TransformPlan {
        let days = DateRange { start: day(10), end: day(13) };
        let fair =
            Festival { label: label("fair"), occasions: vec![Occasion { day: day(12), days }] };
        let holidays = Holidays {
            days_off: [(day(1), label("holiday"))].into(),
            festivals: [(FestivalId::new("fair"), fair)].into(),
            ..Holidays::default()
        };
        TransformPlan {
            job: JobId::new("job"),
            title: label("title"),
            organisation: label("house"),
            owner: String::new(),
            as_of: day(31).and_time(chrono::NaiveTime::MIN),
            today: day(31),
            calendar: Calendar::default(),
            holidays,
            grain: Grain::Day,
            metrics: BTreeMap::new(),
            targets: Vec::new(),
            peers: BTreeMap::new(),
            themes: Default::default(),
            events: vec![Event { date: day(20), label: label("outage") }],
            brought: BTreeMap::new(),
            expected: BTreeMap::new(),
            dimensions: BTreeMap::new(),
            members: BTreeMap::new(),
            sections: Vec::new(),
            slice: Default::default(),
            fingerprint: String::new(),
        }
    }

    #[test]
    fn each_name_acts_on_its_own_days() {
        let days = [1, 9, 10, 12, 13, 20].map(day);
        let named = by_name(&plan(), &days);
        let acts = |name: &str| named[&label(name)].clone();
        assert_eq!(acts("holiday"), [true, false, false, false, false, false]);
        assert_eq!(acts("fair"), [false, false, true, true, false, false]);
        assert_eq!(acts("outage"), [false, false, false, false, false, true]);
        assert_eq!(any(&plan(), &days), [true, false, true, true, false, true]);
    }

    #[test]
    fn names_reach_a_few_days_around() {
        let near = |from: u32, to: u32| -> Vec<String> {
            let span = DateRange { start: day(from), end: day(to) };
            super::near(&plan(), span).into_iter().map(|label| label.en).collect()
        };
        assert_eq!(near(4, 5), ["holiday"]);
        assert_eq!(near(5, 6), Vec::<String>::new());
        assert_eq!(near(11, 12), ["fair"]);
        assert_eq!(near(17, 18), ["outage"]);
        assert_eq!(near(24, 25), Vec::<String>::new());
    }
}
