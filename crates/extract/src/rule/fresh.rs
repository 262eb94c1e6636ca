//! Freshness: rows are there by a time of each workday.
//!
//! Method: of the workdays of the job's calendar the last one whose hour had come at the scheduled moment counts. By then
//! there are rows of so many days before it: workdays where rows are expected on weekdays, else calendar days.

use super::Judging;
use crate::notes::text;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use model::{
    calendar::Holidays,
    contract::Expected,
    report::{Argument, Message},
};

/// A calendar without a workday in a year has none.
const LONGEST_BREAK: usize = 366;

pub(super) fn broken(judging: &Judging<'_>, expected_by: NaiveTime, days: u32) -> Vec<Message> {
    let (plan, contract) = (judging.plan, judging.contract);
    let due = Due { holidays: &plan.holidays, expected: contract.expected, expected_by, days };
    let Some(due) = due.at(plan.as_of) else { return Vec::new() };
    let known = judging.table.days();
    let Some((last, _)) = known.range(..=plan.as_of.date()).next_back() else {
        return vec![Message::new("quality.no_data")];
    };
    if *last >= due {
        return Vec::new();
    }
    let message = Message::new("rule.not_fresh")
        .with("last", Argument::Date(*last))
        .with("due", Argument::Date(due))
        .with("time", text(expected_by.format("%H:%M").to_string()));
    vec![message]
}

struct Due<'a> {
    holidays: &'a Holidays,
    expected: Expected,
    expected_by: NaiveTime,
    days: u32,
}

impl Due<'_> {
    /// The day of which there are rows by now.
    fn at(&self, now: NaiveDateTime) -> Option<NaiveDate> {
        let mut came = now.date();
        if now.time() < self.expected_by {
            came = came.pred_opt()?;
        }
        let came = self.last_workday(came)?;
        if self.expected != Expected::Weekdays {
            return came.checked_sub_days(chrono::Days::new(u64::from(self.days)));
        }
        let mut due = came;
        for _ in 0..self.days {
            due = self.last_workday(due.pred_opt()?)?;
        }
        Some(due)
    }

    fn last_workday(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut days = std::iter::successors(Some(day), |day| day.pred_opt());
        days.by_ref().take(LONGEST_BREAK).find(|day| self.holidays.is_workday(*day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::label::Label;

    /// May 2026: the 1st is a Friday and a holiday, the 9th a Saturday that is worked.
    fn due(expected: Expected, days: u32, now: &str) -> String {
        let day = |day| NaiveDate::from_ymd_opt(2026, 5, day).expect("a day of May");
        let holidays = Holidays {
            days_off: [(day(1), Label::verbatim("Labour Day"))].into(),
            make_up: [day(9)].into(),
            ..Holidays::default()
        };
        let expected_by = NaiveTime::from_hms_opt(8, 30, 0).expect("a time");
        let due = Due { holidays: &holidays, expected, expected_by, days };
        let now = NaiveDateTime::parse_from_str(now, "%Y-%m-%d %H:%M").expect("a moment");
        due.at(now).expect("a day").to_string()
    }

    #[test]
    fn what_is_due_follows_hour_weekend_and_holiday() {
        for (expected, days, now, wanted) in [
            // Thursday: before the hour Wednesday's delivery counts, with Tuesday's rows.
            (Expected::Daily, 1, "2026-05-07 08:29", "2026-05-05"),
            (Expected::Daily, 1, "2026-05-07 08:30", "2026-05-06"),
            (Expected::Daily, 0, "2026-05-07 08:30", "2026-05-07"),
            // Sunday: Saturday the 9th is worked.
            (Expected::Daily, 1, "2026-05-10 12:00", "2026-05-08"),
            // Monday after the holiday: rows are daily, so Sunday's are due; on weekdays only, Thursday's.
            (Expected::Daily, 1, "2026-05-04 09:00", "2026-05-03"),
            (Expected::Weekdays, 1, "2026-05-04 09:00", "2026-04-30"),
            // Saturday the 2nd: nothing came since Thursday, which had Wednesday's rows.
            (Expected::Weekdays, 1, "2026-05-02 23:00", "2026-04-29"),
            (Expected::Weekdays, 2, "2026-05-11 09:00", "2026-05-08"),
            (Expected::Irregular, 35, "2026-05-07 09:00", "2026-04-02"),
        ] {
            assert_eq!(due(expected, days, now), wanted, "{expected:?} {days} at {now}");
        }
    }

    #[test]
    fn a_calendar_without_workdays_asks_for_nothing() {
        let weekend = chrono::Weekday::Mon;
        let week = std::iter::successors(Some(weekend), |day| Some(day.succ())).take(7).collect();
        let holidays = Holidays { weekend: week, ..Holidays::default() };
        let due = Due {
            holidays: &holidays,
            expected: Expected::Daily,
            expected_by: NaiveTime::MIN,
            days: 1,
        };
        assert_eq!(
            due.at(NaiveDate::from_ymd_opt(2026, 5, 7).unwrap().and_time(NaiveTime::MIN)),
            None
        );
    }
}
