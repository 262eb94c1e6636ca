//! What is true about the ways to an order and to a deal.

use serde::Serialize;
use std::collections::BTreeMap;

use crate::sample_data::{calendar::Month, crm::Lead, web::Session};

/// The ways to an order and to a deal.
#[derive(Debug, Serialize)]
pub(crate) struct FunnelTruths {
    shop_by_month: Vec<Shop>,
    leads_by_quarter: Vec<Leads>,
}

/// Sessions at each step.
#[derive(Debug, Default, Serialize)]
struct Shop {
    period: String,
    view_item: u64,
    add_to_cart: u64,
    begin_checkout: u64,
    purchase: u64,
    order_cents: i64,
}

/// Leads and those won.
#[derive(Debug, Default, Serialize)]
struct Leads {
    period: String,
    leads: u64,
    won: u64,
    /// Leads, and those won, by source.
    by_source: BTreeMap<&'static str, [u64; 2]>,
}

/// Counts by plain loops.
pub(crate) fn compute(sessions: &[Session], leads: &[Lead]) -> FunnelTruths {
    FunnelTruths { shop_by_month: shop(sessions), leads_by_quarter: quarters(leads) }
}

fn shop(sessions: &[Session]) -> Vec<Shop> {
    let mut months: BTreeMap<String, Shop> = BTreeMap::new();
    for session in sessions {
        let Some((_, viewed)) = session.events.first() else { continue };
        let row = months.entry(viewed.format("%Y-%m").to_string()).or_default();
        for (event, _) in &session.events {
            match *event {
                "view_item" => row.view_item += 1,
                "add_to_cart" => row.add_to_cart += 1,
                "begin_checkout" => row.begin_checkout += 1,
                _ => {
                    row.purchase += 1;
                    row.order_cents += session.order_value.unwrap_or_default();
                }
            }
        }
    }
    months.into_iter().map(|(period, row)| Shop { period, ..row }).collect()
}

fn quarters(leads: &[Lead]) -> Vec<Leads> {
    let mut quarters: BTreeMap<String, Leads> = BTreeMap::new();
    for lead in leads {
        let row = quarters.entry(Month::of(lead.created).quarter()).or_default();
        let in_time = |won: chrono::NaiveDate| (won - lead.created).num_days() <= 95;
        let won = u64::from(lead.won.is_some_and(in_time));
        row.leads += 1;
        row.won += won;
        let source = row.by_source.entry(lead.source).or_default();
        source[0] += 1;
        source[1] += won;
    }
    quarters.into_iter().map(|(period, row)| Leads { period, ..row }).collect()
}
