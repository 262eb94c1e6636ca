//! The windows that a metric of an earlier period, or of two periods, looks at.
//!
//! Rule: a period of the calendar has the calendar's period before it, the running one the same days elapsed of it;
//! any other span of days has as many days directly before it.

use chrono::{Days, NaiveDate};
use model::{
    calendar::Calendar,
    metric::Back,
    period::{DateRange, Period},
};

/// A day before every row: where windows start that run since the first row.
pub(crate) const ORIGIN: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");

/// The earlier period that a period is held against; none before the calendar begins.
pub(crate) fn before(calendar: &Calendar, period: &Period, back: Back) -> Option<Period> {
    let days = period.days;
    match (back, is_regular(calendar, period)) {
        (Back::Period, true) => Some(calendar.before(period, 1)),
        (Back::Year, true) => Some(calendar.year_before(period)),
        (Back::Period, false) => moved(period, days.days().unsigned_abs()),
        // 52 weeks keep the weekdays, as for days and weeks.
        (Back::Year, false) => moved(period, 364),
    }
}

/// A period, the one before it, and both together; none for a running period: who has not come yet may still come.
pub(crate) fn pair(calendar: &Calendar, period: &Period) -> Option<[Period; 3]> {
    if !period.whole {
        return None;
    }
    let earlier = before(calendar, period, Back::Period)?;
    let both = DateRange { start: earlier.days.start, end: period.days.end };
    Some([*period, earlier, Period { days: both, whole: false, ..*period }])
}

/// Whether a period is one of the calendar, or the beginning of one.
fn is_regular(calendar: &Calendar, period: &Period) -> bool {
    let whole = calendar.period(period.grain, period.days.start).days;
    let starts = whole.start == period.days.start;
    starts && if period.whole { whole == period.days } else { period.days.end <= whole.end }
}

fn moved(period: &Period, days: u64) -> Option<Period> {
    let back = |day: NaiveDate| day.checked_sub_days(Days::new(days));
    let range = DateRange { start: back(period.days.start)?, end: back(period.days.end)? };
    Some(Period { days: range, ..*period })
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::period::Grain;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn period(grain: Grain, start: &str, end: &str, whole: bool) -> Period {
        Period { grain, days: DateRange { start: day(start), end: day(end) }, whole }
    }

    fn earlier(period: &Period, back: Back) -> String {
        let found = before(&Calendar::default(), period, back).expect("an earlier period");
        format!("{}..{}", found.days.start, found.days.last())
    }

    #[test]
    fn a_month_has_the_month_before_it_and_a_running_one_its_first_days() {
        let march = period(Grain::Month, "2026-03-01", "2026-04-01", true);
        assert_eq!(earlier(&march, Back::Period), "2026-02-01..2026-02-28");
        assert_eq!(earlier(&march, Back::Year), "2025-03-01..2025-03-31");
        let running = period(Grain::Month, "2026-03-01", "2026-03-11", false);
        assert_eq!(earlier(&running, Back::Period), "2026-02-01..2026-02-10");
    }

    #[test]
    fn any_other_span_has_as_many_days_directly_before_it() {
        let span = period(Grain::Day, "2026-03-11", "2026-03-21", true);
        assert_eq!(earlier(&span, Back::Period), "2026-03-01..2026-03-10");
        assert_eq!(earlier(&span, Back::Year), "2025-03-12..2025-03-21");
    }

    #[test]
    fn who_stayed_is_not_asked_of_a_running_period() {
        let calendar = Calendar::default();
        let running = period(Grain::Month, "2026-03-01", "2026-03-11", false);
        assert_eq!(pair(&calendar, &running), None);
        let march = period(Grain::Month, "2026-03-01", "2026-04-01", true);
        let [now, before, both] = pair(&calendar, &march).expect("two periods");
        assert_eq!(before.days.end, now.days.start);
        assert_eq!((both.days.start, both.days.end), (before.days.start, now.days.end));
    }
}
