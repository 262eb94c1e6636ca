//! What is true about sales.

use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::sample_data::{
    calendar::{JUNE, Month},
    catalogue::{CATEGORIES, CHANNELS, PRODUCTS, REGIONS},
    files::money,
    sales::{Line, Order, Status},
};

/// Sales by period, and by period and member.
#[derive(Debug, Serialize)]
pub(crate) struct SalesTruths {
    /// Per month.
    pub(crate) by_month: Vec<Figure>,
    /// Per quarter.
    pub(crate) by_quarter: Vec<Figure>,
    /// Per month and region code.
    pub(crate) by_month_region: Vec<Figure>,
    /// Per quarter and region code.
    pub(crate) by_quarter_region: Vec<Figure>,
    /// Per month and channel.
    pub(crate) by_month_channel: Vec<Figure>,
    /// Per month and product category.
    pub(crate) by_month_category: Vec<Figure>,
    /// Customers with their first paid order, per month.
    pub(crate) new_customers: Vec<NewCustomers>,
}

/// Sales of a period, optionally of one member.
#[derive(Debug, Serialize)]
pub(crate) struct Figure {
    /// The month or quarter.
    pub(crate) period: String,
    /// The member of the dimension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) member: Option<&'static str>,
    /// Exact net revenue.
    pub(crate) net_revenue: String,
    /// Paid orders.
    pub(crate) orders_paid: u64,
    /// Orders of any status.
    pub(crate) orders_placed: u64,
    /// Orders sent back.
    pub(crate) orders_returned: u64,
    /// Pieces in paid orders.
    pub(crate) units: i64,
    /// Different customers with a paid order.
    pub(crate) buyers: u64,
    /// The same revenue in cents.
    #[serde(skip)]
    pub(crate) cents: i64,
}

/// New customers of a month.
#[derive(Debug, Serialize)]
pub(crate) struct NewCustomers {
    /// The month.
    pub(crate) period: String,
    /// How many.
    pub(crate) new_customers: u64,
}

/// Orders of May in the June file.
#[derive(Debug, Serialize)]
pub(crate) struct LateRows {
    file: String,
    /// Orders that are in the June file only.
    pub(crate) late_orders: Vec<String>,
    /// Orders with a newer version in the June file.
    pub(crate) changed_orders: Vec<Change>,
}

/// An order whose newer version has another status.
#[derive(Debug, Serialize)]
pub(crate) struct Change {
    order_id: String,
    /// Status in the May file.
    pub(crate) from: &'static str,
    /// Status in the June file.
    pub(crate) to: &'static str,
}

/// The newest version of every order, by number.
pub(crate) fn newest(lines: &[Line]) -> Vec<&Order> {
    let mut newest: BTreeMap<u32, &Order> = BTreeMap::new();
    for line in lines {
        let kept = newest.entry(line.order.id).or_insert(&line.order);
        if line.order.updated_at > kept.updated_at {
            *kept = &line.order;
        }
    }
    newest.into_values().collect()
}

/// The late and the changed orders.
pub(crate) fn late_rows(lines: &[Line]) -> LateRows {
    let mut late_orders = Vec::new();
    let mut changed_orders = Vec::new();
    for line in lines {
        if line.file == Month::of(line.order.ordered_at.date()) {
            continue;
        }
        let earlier =
            lines.iter().find(|other| other.order.id == line.order.id && other.file < line.file);
        let order_id = format!("B{}", line.order.id);
        let Some(earlier) = earlier else {
            late_orders.push(order_id);
            continue;
        };
        let (from, to) = (earlier.order.status.word(), line.order.status.word());
        changed_orders.push(Change { order_id, from, to });
    }
    let file = format!("sales/orders-{}.csv", JUNE.label());
    LateRows { file, late_orders, changed_orders }
}

/// All figures of sales.
pub(crate) fn compute(orders: &[&Order]) -> SalesTruths {
    let month = |order: &Order| Month::of(order.ordered_at.date()).label();
    let quarter = |order: &Order| Month::of(order.ordered_at.date()).quarter();
    let region = |order: &Order| Some(REGIONS[order.region].code);
    let channel = |order: &Order| Some(CHANNELS[order.channel]);
    let category = |order: &Order| Some(CATEGORIES[PRODUCTS[order.product].category]);
    SalesTruths {
        by_month: tally(orders, month, |_| None),
        by_quarter: tally(orders, quarter, |_| None),
        by_month_region: tally(orders, month, region),
        by_quarter_region: tally(orders, quarter, region),
        by_month_channel: tally(orders, month, channel),
        by_month_category: tally(orders, month, category),
        new_customers: new_customers(orders),
    }
}

/// Sales per period and member.
fn tally(
    orders: &[&Order],
    period: impl Fn(&Order) -> String,
    member: impl Fn(&Order) -> Option<&'static str>,
) -> Vec<Figure> {
    let mut groups: BTreeMap<(String, Option<&'static str>), Vec<&Order>> = BTreeMap::new();
    for order in orders {
        groups.entry((period(order), member(order))).or_default().push(order);
    }
    groups.into_iter().map(|((period, member), orders)| figure(period, member, &orders)).collect()
}

/// The sums of a group.
fn figure(period: String, member: Option<&'static str>, orders: &[&Order]) -> Figure {
    let (mut cents, mut paid, mut returned, mut units) = (0, 0, 0, 0);
    let mut buyers = BTreeSet::new();
    for order in orders {
        match order.status {
            Status::Cancelled => {}
            Status::Paid => {
                cents += net(order);
                paid += 1;
                units += order.quantity;
                buyers.insert(order.customer);
            }
            Status::Returned => returned += 1,
        }
    }
    Figure {
        period,
        member,
        net_revenue: money(cents),
        orders_paid: paid,
        orders_placed: orders.len() as u64,
        orders_returned: returned,
        units,
        buyers: buyers.len() as u64,
        cents,
    }
}

/// What an order is worth in cents.
pub(crate) fn net(order: &Order) -> i64 {
    order.quantity * order.unit_price - order.discount
}

/// Customers by the month of their first paid order.
fn new_customers(orders: &[&Order]) -> Vec<NewCustomers> {
    let mut first: BTreeMap<u32, NaiveDate> = BTreeMap::new();
    for order in orders.iter().filter(|order| order.status == Status::Paid) {
        let day = order.ordered_at.date();
        let known = first.entry(order.customer).or_insert(day);
        *known = day.min(*known);
    }
    Month::all()
        .map(|month| NewCustomers {
            period: month.label(),
            new_customers: first.values().filter(|day| Month::of(**day) == month).count() as u64,
        })
        .collect()
}
