//! What is true about the market and the peers.

use serde::Serialize;
use std::collections::BTreeMap;

use super::{ratio, sales::net};
use crate::sample_data::{
    calendar::{JUNE, Month},
    catalogue::PRODUCTS,
    files::{decimal, money},
    peers::{METRICS, MarketRow, OWN, PanelRow},
    sales::{Order, Status},
};

/// The smallest group that may be shown.
const MINIMUM_GROUP: usize = 5;

/// Our share of the refrigerator market in a period.
#[derive(Debug, Serialize)]
pub(crate) struct Share {
    /// The month or quarter.
    pub(crate) period: String,
    own_revenue: String,
    market_revenue: String,
    /// The share.
    pub(crate) market_share: Option<f64>,
}

/// Our shares of the refrigerator market, months first.
pub(crate) fn shares(market: &[MarketRow], orders: &[&Order]) -> Vec<Share> {
    let mut shares = shares_by(market, orders, Month::label);
    shares.extend(shares_by(market, orders, Month::quarter));
    shares
}

/// The shares of one grain.
fn shares_by(
    market: &[MarketRow],
    orders: &[&Order],
    period: impl Fn(Month) -> String,
) -> Vec<Share> {
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for order in orders {
        if order.status == Status::Paid && PRODUCTS[order.product].category == 0 {
            sums.entry(period(Month::of(order.ordered_at.date()))).or_default().0 += net(order);
        }
    }
    for row in market.iter().filter(|row| row.category == 0) {
        sums.entry(period(row.month)).or_default().1 += row.revenue;
    }
    sums.into_iter()
        .map(|(period, (own, market))| Share {
            period,
            own_revenue: money(own),
            market_revenue: money(market),
            market_share: ratio(own, market),
        })
        .collect()
}

/// A peer group in the last month.
#[derive(Debug, Serialize)]
pub(crate) struct PeerGroup {
    month: String,
    /// The segment.
    pub(crate) group: &'static str,
    /// Peers without us.
    pub(crate) peers: usize,
    minimum_group: usize,
    /// Too small to be shown.
    pub(crate) withheld: bool,
    /// The comparison; empty when withheld.
    pub(crate) metrics: Vec<Comparison>,
}

/// Our place among the peers.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    /// The metric.
    pub(crate) metric: &'static str,
    /// Our value.
    pub(crate) own: String,
    /// Quarter of the peers at or below.
    pub(crate) first_quartile: f64,
    /// Half of them.
    pub(crate) median: f64,
    /// Three quarters of them.
    pub(crate) third_quartile: f64,
    /// Our mean rank among them, 0 to 100.
    pub(crate) percentile_rank: f64,
}

/// Both groups in the last month.
pub(crate) fn groups(panel: &[PanelRow]) -> Vec<PeerGroup> {
    let own = panel.iter().find(|row| row.month == JUNE && row.company == OWN);
    ["premium", "regional"]
        .into_iter()
        .map(|group| {
            let peers: Vec<&PanelRow> = panel
                .iter()
                .filter(|row| row.month == JUNE && row.segment == group && row.company != OWN)
                .collect();
            let withheld = peers.len() < MINIMUM_GROUP;
            let metrics = match own {
                Some(own) if !withheld => compare(own, &peers),
                _ => Vec::new(),
            };
            PeerGroup {
                month: JUNE.label(),
                group,
                peers: peers.len(),
                minimum_group: MINIMUM_GROUP,
                withheld,
                metrics,
            }
        })
        .collect()
}

/// Every metric against the peers that report it.
fn compare(own: &PanelRow, peers: &[&PanelRow]) -> Vec<Comparison> {
    let mut comparisons = Vec::new();
    for (index, (metric, decimals)) in METRICS.into_iter().enumerate() {
        let Some(ours) = own.values[index] else { continue };
        let mut values: Vec<i64> = peers.iter().filter_map(|row| row.values[index]).collect();
        values.sort_unstable();
        let below = values.iter().filter(|value| **value < ours).count();
        let ties = values.iter().filter(|value| **value == ours).count();
        let unit = 10_i64.pow(decimals as u32);
        let quartile = |quarter| quantile(&values, quarter, unit);
        comparisons.push(Comparison {
            metric,
            own: decimal(ours, decimals),
            first_quartile: quartile(1),
            median: quartile(2),
            third_quartile: quartile(3),
            percentile_rank: ratio(50 * (2 * below + ties) as i64, values.len() as i64)
                .unwrap_or_default(),
        });
    }
    comparisons
}

/// The quartile of sorted values by linear interpolation (type 7).
fn quantile(sorted: &[i64], quarter: usize, unit: i64) -> f64 {
    let position = (sorted.len() - 1) * quarter;
    let (index, rest) = (position / 4, (position % 4) as i64);
    let upper = sorted[(index + 1).min(sorted.len() - 1)];
    let four_times = 4 * sorted[index] + rest * (upper - sorted[index]);
    ratio(four_times, 4 * unit).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_are_interpolated() {
        // R: quantile(c(1, 2, 4, 8), c(.25, .5, .75)) gives 1.75, 3 and 5.
        let values = [1, 2, 4, 8];
        assert_eq!([1, 2, 3].map(|quarter| quantile(&values, quarter, 1)), [1.75, 3.0, 5.0]);
    }
}
