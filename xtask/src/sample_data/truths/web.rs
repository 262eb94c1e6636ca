//! What is true about the web site.

use serde::Serialize;
use std::collections::BTreeMap;

use super::ratio;
use crate::sample_data::{
    calendar::Month,
    web::{SAMPLED_ONE_IN, Session, days_without},
};

/// The web site by period.
#[derive(Debug, Serialize)]
pub(crate) struct WebTruths {
    sampled_one_in: u64,
    /// Days on which nothing was recorded: a gap, not a zero.
    pub(crate) days_without_sessions: Vec<String>,
    /// Per month.
    pub(crate) by_month: Vec<Figure>,
    /// Per quarter.
    pub(crate) by_quarter: Vec<Figure>,
}

/// The web site in a period.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// The month or quarter.
    pub(crate) period: String,
    /// Days with sessions.
    days: i64,
    /// Sessions in the sample.
    pub(crate) sessions: i64,
    converted: i64,
    /// Share of sessions with an order.
    pub(crate) conversion_rate: Option<f64>,
    bounced: i64,
    /// Share of sessions with one page view.
    pub(crate) bounce_rate: Option<f64>,
}

/// All figures of the web site.
pub(crate) fn compute(sessions: &[Session]) -> WebTruths {
    WebTruths {
        sampled_one_in: SAMPLED_ONE_IN,
        days_without_sessions: days_without(sessions).iter().map(ToString::to_string).collect(),
        by_month: tally(sessions, Month::label),
        by_quarter: tally(sessions, Month::quarter),
    }
}

/// Counts per period; sessions come by day.
fn tally(sessions: &[Session], period: impl Fn(Month) -> String) -> Vec<Figure> {
    let mut groups: BTreeMap<String, Vec<&Session>> = BTreeMap::new();
    for session in sessions {
        let month = Month::of(session.started_at.date());
        groups.entry(period(month)).or_default().push(session);
    }
    groups
        .into_iter()
        .map(|(period, group)| {
            let mut days: Vec<_> = group.iter().map(|one| one.started_at.date()).collect();
            days.dedup();
            let sessions = group.len() as i64;
            let converted = group.iter().filter(|one| one.converted).count() as i64;
            let bounced = group.iter().filter(|one| one.bounced).count() as i64;
            Figure {
                period,
                days: days.len() as i64,
                sessions,
                converted,
                conversion_rate: ratio(converted, sessions),
                bounced,
                bounce_rate: ratio(bounced, sessions),
            }
        })
        .collect()
}
