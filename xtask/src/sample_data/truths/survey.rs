//! What is true about satisfaction.

use serde::Serialize;
use std::collections::BTreeMap;

use super::ratio;
use crate::sample_data::{calendar::Month, survey::Response};

/// Satisfaction by period.
#[derive(Debug, Serialize)]
pub(crate) struct SurveyTruths {
    /// Per month.
    pub(crate) by_month: Vec<Wave>,
    /// Per quarter.
    pub(crate) by_quarter: Vec<Wave>,
}

/// Satisfaction in a period.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Wave {
    /// The month or quarter.
    pub(crate) period: String,
    /// Accepted responses.
    pub(crate) responses: i64,
    /// Responses with a satisfaction mark.
    pub(crate) csat_answered: i64,
    /// Those with 4 or 5.
    pub(crate) csat_satisfied: i64,
    /// Their share.
    pub(crate) csat: Option<f64>,
    /// Responses with a recommendation mark.
    pub(crate) nps_answered: i64,
    /// Those with 9 or 10.
    pub(crate) promoters: i64,
    /// Those with 0 to 6.
    pub(crate) detractors: i64,
    /// Net promoter score.
    pub(crate) nps: Option<f64>,
}

/// All figures of satisfaction.
pub(crate) fn compute(responses: &[Response]) -> SurveyTruths {
    SurveyTruths {
        by_month: tally(responses, Month::label),
        by_quarter: tally(responses, Month::quarter),
    }
}

/// Counts per period.
fn tally(responses: &[Response], period: impl Fn(Month) -> String) -> Vec<Wave> {
    let mut waves: BTreeMap<String, Wave> = BTreeMap::new();
    for response in responses {
        let wave = waves.entry(period(Month::of(response.day))).or_default();
        wave.responses += 1;
        wave.csat_answered += i64::from(response.csat.is_some());
        wave.csat_satisfied += i64::from(response.csat.is_some_and(|mark| mark >= 4));
        wave.nps_answered += i64::from(response.nps.is_some());
        wave.promoters += i64::from(response.nps.is_some_and(|mark| mark >= 9));
        wave.detractors += i64::from(response.nps.is_some_and(|mark| mark <= 6));
    }
    waves
        .into_iter()
        .map(|(period, wave)| Wave {
            period,
            csat: ratio(wave.csat_satisfied, wave.csat_answered),
            nps: ratio(100 * (wave.promoters - wave.detractors), wave.nps_answered),
            ..wave
        })
        .collect()
}
