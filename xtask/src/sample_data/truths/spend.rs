//! What is true about advertising.

use serde::Serialize;
use std::collections::BTreeMap;

use super::ratio;
use crate::sample_data::{
    calendar::Month,
    files::money,
    spend::{LAUNCH_CAMPAIGN, PLATFORMS, SpendRow},
};

/// Advertising by period.
#[derive(Debug, Serialize)]
pub(crate) struct SpendTruths {
    /// The launch campaign per month.
    pub(crate) launch_by_month: Vec<Figure>,
    /// The launch campaign per quarter.
    pub(crate) launch_by_quarter: Vec<Figure>,
    /// All campaigns per month.
    pub(crate) by_month: Vec<Figure>,
    /// All campaigns per month and platform.
    pub(crate) by_month_platform: Vec<Figure>,
}

/// Advertising of a period, optionally of one platform or message.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// The month or quarter.
    pub(crate) period: String,
    /// The platform, or the message version of the launch campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<&'static str>,
    /// Exact cost.
    pub(crate) spend: String,
    impressions: u64,
    /// Clicks.
    pub(crate) clicks: u64,
    /// Conversions.
    pub(crate) conversions: u64,
    /// Conversions per click.
    pub(crate) conversion_rate: Option<f64>,
}

/// All figures of advertising.
pub(crate) fn compute(rows: &[SpendRow]) -> SpendTruths {
    let launch: Vec<SpendRow> =
        rows.iter().filter(|row| row.campaign == LAUNCH_CAMPAIGN).cloned().collect();
    let month = |row: &SpendRow| Month::of(row.day).label();
    let quarter = |row: &SpendRow| Month::of(row.day).quarter();
    SpendTruths {
        launch_by_month: tally(&launch, month, |row| Some(row.message)),
        launch_by_quarter: tally(&launch, quarter, |row| Some(row.message)),
        by_month: tally(rows, month, |_| None),
        by_month_platform: tally(rows, month, |row| Some(PLATFORMS[row.platform])),
    }
}

/// Sums per period and member.
fn tally(
    rows: &[SpendRow],
    period: impl Fn(&SpendRow) -> String,
    member: impl Fn(&SpendRow) -> Option<&'static str>,
) -> Vec<Figure> {
    let mut sums = BTreeMap::new();
    for row in rows {
        let group = (period(row), member(row));
        let sum: &mut (i64, u64, u64, u64) = sums.entry(group).or_default();
        sum.0 += row.spend;
        sum.1 += row.impressions;
        sum.2 += row.clicks;
        sum.3 += row.conversions;
    }
    sums.into_iter()
        .map(|((period, member), (spend, impressions, clicks, conversions))| Figure {
            period,
            member,
            spend: money(spend),
            impressions,
            clicks,
            conversions,
            conversion_rate: ratio(conversions as i64, clicks as i64),
        })
        .collect()
}
