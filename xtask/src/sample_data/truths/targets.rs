//! A proposal of agreed values.
//!
//! Method: planned orders of a region times the planned value of an order, in full 10,000 yuan; the value
//! per order was set once for the default seed and does not follow the drawn orders.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::sample_data::{
    calendar::{MONTHS, Month},
    catalogue::REGIONS,
    files::money,
    sales::planned,
    spend::LAUNCH_CAMPAIGN,
};

/// Planned net revenue per planned order, in yuan.
const ORDER_VALUE: [i64; MONTHS] = [
    3_600, 3_650, 3_600, 3_650, 3_650, 3_600, 3_600, 3_550, 3_600, 4_000, 3_950, 4_050, 3_900,
    3_900, 3_950,
];

/// The value agreed for a metric in every period that starts within a span.
#[derive(Debug, Serialize)]
pub(crate) struct Target {
    /// The metric.
    pub(crate) metric: &'static str,
    /// `month` or `quarter`.
    pub(crate) grain: &'static str,
    /// The first day of the first period.
    pub(crate) from: String,
    /// The last day on which a period may start.
    pub(crate) to: String,
    /// The slice; empty for the total.
    pub(crate) slice: BTreeMap<&'static str, &'static str>,
    /// The value as text; percentages are fractions.
    pub(crate) value: String,
}

/// Planned net revenue in cents.
fn planned_cents(month: Month, region: usize) -> i64 {
    let yuan = planned(month, region) as i64 * ORDER_VALUE[month.0];
    (yuan + 5_000) / 10_000 * 1_000_000
}

/// The proposal: constants first, then revenue by month, quarter and region.
pub(crate) fn propose() -> Vec<Target> {
    let (first, last) = (Month(0), Month(MONTHS - 1));
    let constant = |metric, grain, slice: &[(&'static str, &'static str)], value: &str| {
        let slice = slice.iter().copied().collect();
        span(metric, grain, (first, last), slice, value.to_owned())
    };
    let mut targets = vec![
        constant("ad_conversion_rate", "month", &[("campaign", LAUNCH_CAMPAIGN)], "0.02"),
        constant("csat", "month", &[], "0.80"),
        constant("nps", "month", &[], "35"),
        constant("market_share", "month", &[], "0.06"),
        constant("market_share", "quarter", &[], "0.06"),
    ];
    for month in Month::all() {
        revenue(&mut targets, "month", &[month]);
    }
    for quarter in Month::all().collect::<Vec<_>>().chunks(3) {
        revenue(&mut targets, "quarter", quarter);
    }
    targets
}

/// The revenue targets of one period: the total and every region.
fn revenue(targets: &mut Vec<Target>, grain: &'static str, months: &[Month]) {
    let [first, ..] = months else { return };
    let of_region = |region| months.iter().map(|month| planned_cents(*month, region)).sum::<i64>();
    let total: i64 = (0..REGIONS.len()).map(of_region).sum();
    let mut push = |slice: BTreeMap<_, _>, cents| {
        targets.push(span("net_revenue", grain, (*first, *first), slice, money(cents)));
    };
    push(BTreeMap::new(), total);
    for (region, named) in REGIONS.iter().enumerate() {
        push(BTreeMap::from([("region_code", named.code)]), of_region(region));
    }
}

/// A target for the periods that start from the first day of one month to the last day of another.
fn span(
    metric: &'static str,
    grain: &'static str,
    (first, last): (Month, Month),
    slice: BTreeMap<&'static str, &'static str>,
    value: String,
) -> Target {
    let (from, to) = (first.first().to_string(), last.last().to_string());
    Target { metric, grain, from, to, slice, value }
}

/// Planned net revenue of a region in a quarter or month, in cents.
pub(crate) fn planned_revenue(months: &[Month], region: usize) -> i64 {
    months.iter().map(|month| planned_cents(*month, region)).sum()
}
