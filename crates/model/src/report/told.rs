//! What a report has told, for the reports after it, and what has become of it.

use super::Message;
use crate::{
    id::{DimensionId, MetricId},
    label::Label,
    number::Number,
    period::Period,
    quality::QualityNote,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The value of a metric in a period that was over, as a report knew it: the total, or that of a member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The metric.
    pub metric: MetricId,
    /// The period.
    pub period: Period,
    /// The member of a breakdown; none for the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Part>,
    /// The value; `None` when it was unknown.
    pub value: Option<Number>,
    /// Whether a section rests on it; `false` for what is only remembered, so that the next report can say what changed.
    #[serde(default = "is_shown", skip_serializing_if = "Clone::clone")]
    pub shown: bool,
}

fn is_shown() -> bool {
    true
}

/// A member of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The dimension.
    pub by: DimensionId,
    /// The member; `None` for rows without one.
    pub member: Option<String>,
    /// What the member is called.
    pub name: Label,
}

/// A value that two reports tell differently.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Restated {
    /// The metric.
    pub metric: MetricId,
    /// The period.
    pub period: Period,
    /// The member of a breakdown; none for the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Part>,
    /// What the earlier report said; `None` when it was unknown.
    pub before: Option<Number>,
    /// What the later one says.
    pub now: Option<Number>,
}

/// That a report is sent once more because readers were told other figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Counts the corrections of this report; the first is 1.
    pub revision: u32,
    /// That figures have changed since readers got it.
    pub lead: Message,
    /// Old and new value of each figure.
    pub notes: Vec<QualityNote>,
}

impl Told {
    /// By what values are sorted, and found again in another report.
    pub fn place(&self) -> impl Ord + '_ {
        let of = self.of.as_ref().map(|part| (&part.by, part.member.as_deref()));
        (&self.metric, self.period, of)
    }
}

impl Restated {
    /// The relative change, as a share of what was said before; `None` when that was unknown or zero, or the new value
    /// is unknown.
    pub fn change(&self) -> Option<f64> {
        let (before, now) = (self.before?.to_f64(), self.now?.to_f64());
        (before != 0.0).then(|| (now - before) / before.abs())
    }

    /// Whether it moved by more than a share of what was said before. A value that was unknown or zero, or has
    /// become unknown, has moved by more than any share.
    pub fn exceeds(&self, share: f64) -> bool {
        self.change().is_none_or(|change| change.abs() > share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::period::{DateRange, Grain};
    use chrono::NaiveDate;

    fn restated(before: Option<i64>, now: Option<i64>) -> Restated {
        let start = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
        let days = DateRange { start, end: start.succ_opt().expect("a day") };
        let period = Period { grain: Grain::Day, days, whole: true };
        let number = |value: Option<i64>| value.map(|value| Number::Real(value as f64));
        Restated {
            metric: MetricId::new("orders"),
            period,
            of: None,
            before: number(before),
            now: number(now),
        }
    }

    #[test]
    fn a_change_is_held_against_what_was_said_before() {
        for (before, now, change) in [
            (Some(200), Some(210), Some(0.05)),
            (Some(-200), Some(-210), Some(-0.05)),
            (Some(0), Some(1), None),
            (None, Some(1), None),
            (Some(1), None, None),
        ] {
            let restated = restated(before, now);
            assert_eq!(restated.change(), change, "{before:?} {now:?}");
            assert_eq!(restated.exceeds(0.05), change.is_none(), "at the bound: {before:?}");
            assert!(restated.exceeds(0.049), "{before:?} {now:?}");
        }
    }
}
