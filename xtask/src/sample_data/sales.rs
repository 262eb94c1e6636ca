//! Orders and the customers who place them.
//!
//! Rule: how many orders a month and a region get is a table; only their details are drawn.

use chrono::{Days, NaiveDateTime, TimeDelta};

use super::{
    calendar::{self, JUNE, MARCH, MAY, MONTHS, Month},
    catalogue::{CATEGORIES, CHANNELS, DISTRIBUTOR, POLAR_ONE, PRODUCTS, REGIONS, on_sale},
    customers::CustomerBook,
    rng::Rng,
};

/// Orders that the sales plan expects in each month.
pub(crate) const PLANNED_ORDERS: [u64; MONTHS] = [
    2_350, 2_550, 3_300, 2_850, 2_600, 2_350, 2_500, 3_500, 2_600, 2_650, 1_850, 2_550, 2_400,
    2_600, 3_350,
];

/// Orders actually placed, in percent of the plan, by month and region (N, E, S, W).
const PERFORMANCE: [[u64; 4]; MONTHS] = [
    [101, 100, 99, 100],
    [99, 101, 100, 98],
    [102, 103, 100, 101],
    [98, 99, 101, 97],
    [100, 98, 100, 99],
    [101, 100, 97, 102],
    [99, 101, 102, 98],
    [103, 104, 101, 100],
    [100, 99, 101, 101],
    [105, 106, 104, 103],
    [103, 102, 104, 101],
    [93, 92, 94, 95],
    [110, 109, 110, 84],
    [109, 110, 109, 83],
    [110, 111, 109, 81],
];

/// Polar One's share of each month's orders in 1,000.
const POLAR_SHARE: [u64; MONTHS] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 62, 56, 30, 66, 78, 88];

/// The share of the other refrigerators before and after the launch, which takes some of their buyers;
/// washers and kitchen keep theirs, air conditioners have a summer.
const REFRIGERATORS: [u64; 2] = [300, 262];
const WASHERS: u64 = 210;
const KITCHEN: u64 = 150;
const AIR_CONDITIONERS: [u64; MONTHS] =
    [190, 270, 350, 390, 300, 160, 110, 140, 120, 120, 100, 140, 190, 265, 340];

/// What became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Called off before delivery.
    Cancelled,
    /// Paid; the only status that counts as revenue.
    Paid,
    /// Sent back.
    Returned,
}

impl Status {
    /// Its word in the files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Paid => "paid",
            Self::Returned => "returned",
        }
    }
}

/// An order as of one moment.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    /// Its number; ids rise with the time of the order.
    pub(crate) id: u32,
    /// When it was placed, local time.
    pub(crate) ordered_at: NaiveDateTime,
    /// The customer's number.
    pub(crate) customer: u32,
    /// Index of the region.
    pub(crate) region: usize,
    /// Index of the channel.
    pub(crate) channel: usize,
    /// Index of the product.
    pub(crate) product: usize,
    /// Pieces.
    pub(crate) quantity: i64,
    /// Price of a piece in cents.
    pub(crate) unit_price: i64,
    /// Discount on the whole order in cents.
    pub(crate) discount: i64,
    /// What became of it.
    pub(crate) status: Status,
    /// When this version was written.
    pub(crate) updated_at: NaiveDateTime,
}

/// A version of an order, and the month of the file that carries it.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// The month of the file.
    pub(crate) file: Month,
    /// The version.
    pub(crate) order: Order,
}

/// Everything sold.
#[derive(Debug)]
pub(crate) struct Sales {
    /// The versions, by file and then by order.
    pub(crate) lines: Vec<Line>,
    /// The customers.
    pub(crate) customers: CustomerBook,
}

/// Orders of May that reach the company only with the June file.
pub(crate) const LATE: usize = 25;
/// Orders of May whose later version is in the June file.
pub(crate) const CHANGED: usize = 40;

/// Draws all orders.
pub(crate) fn generate(seed: u64) -> Sales {
    let mut rng = Rng::named(seed, "sales");
    let mut customers = CustomerBook::default();
    let mut lines = Vec::new();
    for month in Month::all() {
        let mut orders = month_of_orders(&mut rng, month);
        orders.sort_by_key(|order| (order.ordered_at, order.region, order.product));
        for mut order in orders {
            order.id = 100_001 + lines.len() as u32;
            let business = is_business(&mut rng, order.channel);
            order.customer = customers.place(&mut rng, month, order.region, business);
            lines.push(Line { file: month, order });
        }
    }
    delay(&mut rng, &mut lines);
    change(&mut rng, &mut lines);
    lines.sort_by_key(|line| (line.file, line.order.id));
    Sales { lines, customers }
}

/// How many orders the plan expects in a month and region.
pub(crate) fn planned(month: Month, region: usize) -> u64 {
    PLANNED_ORDERS[month.0] * REGIONS[region].share / 1_000
}

/// The orders of a month without number and customer.
fn month_of_orders(rng: &mut Rng, month: Month) -> Vec<Order> {
    let days = month.days();
    let weights: Vec<u64> = days.iter().map(|day| calendar::demand(*day)).collect();
    let mut orders = Vec::new();
    for (region, performance) in PERFORMANCE[month.0].iter().enumerate() {
        let count = planned(month, region) * performance / 100;
        for _ in 0..count {
            let day = days[rng.weighted(&weights)];
            let ordered_at = calendar::moment(rng, day);
            orders.push(draw_order(rng, month, region, ordered_at));
        }
    }
    orders
}

/// The details of one order.
fn draw_order(rng: &mut Rng, month: Month, region: usize, ordered_at: NaiveDateTime) -> Order {
    let channel = rng.weighted(&channel_weights(month));
    let product = draw_product(rng, month, ordered_at);
    let quantity = draw_quantity(rng, channel);
    let unit_price = draw_price(rng, month, channel, product);
    let discount = draw_discount(rng, month, channel, quantity * unit_price);
    let (status, updated_at) = draw_status(rng, month, product, ordered_at);
    let (id, customer) = (0, 0);
    Order {
        id,
        ordered_at,
        customer,
        region,
        channel,
        product,
        quantity,
        unit_price,
        discount,
        status,
        updated_at,
    }
}

/// The mix of channels: online grows, marketplaces have the festivals.
fn channel_weights(month: Month) -> [u64; CHANNELS.len()] {
    let shift = 4 * month.0 as u64;
    let festival = if is_festival(month) { 80 } else { 0 };
    [330 + shift, 330 + festival, 240 - shift, 70]
}

/// Whether 618 or Double 11 falls into the month.
fn is_festival(month: Month) -> bool {
    let label = month.label();
    label.ends_with("-06") || label.ends_with("-11")
}

/// Draws a category by season and a product within it.
fn draw_product(rng: &mut Rng, month: Month, ordered_at: NaiveDateTime) -> usize {
    let polar = if on_sale(POLAR_ONE, ordered_at.date()) { POLAR_SHARE[month.0] } else { 0 };
    let others = REFRIGERATORS[usize::from(polar > 0)];
    let weights = [others, WASHERS, AIR_CONDITIONERS[month.0], KITCHEN, polar];
    let category = rng.weighted(&weights);
    if category == CATEGORIES.len() {
        return POLAR_ONE;
    }
    let within: Vec<u64> = PRODUCTS
        .iter()
        .map(|product| if product.category == category { product.weight } else { 0 })
        .collect();
    rng.weighted(&within)
}

/// Households buy one piece, distributors a few.
fn draw_quantity(rng: &mut Rng, channel: usize) -> i64 {
    if channel == DISTRIBUTOR {
        rng.between(2, 6)
    } else if rng.per_mille(60) {
        2
    } else {
        1
    }
}

/// The list price less the channel's terms, in cents.
fn draw_price(rng: &mut Rng, month: Month, channel: usize, product: usize) -> i64 {
    let risen = if month.0 >= 9 && product != POLAR_ONE { 102 } else { 100 };
    let list = PRODUCTS[product].list_price * risen;
    if channel == DISTRIBUTOR {
        return list * rng.between(820, 860) / 1_000;
    }
    // Shops round to full yuan and prefer a 9 at the end.
    let asked = list / 1_000 * 1_000 + 900;
    asked - 5_000 * rng.weighted(&[70, 20, 10]) as i64
}

/// Coupons: more of them in festival months, never above an eighth of the order.
fn draw_discount(rng: &mut Rng, month: Month, channel: usize, amount: i64) -> i64 {
    let festival = is_festival(month);
    if channel == DISTRIBUTOR || !rng.per_mille(if festival { 640 } else { 320 }) {
        return 0;
    }
    if rng.per_mille(150) {
        // A percentage campaign leaves odd cents.
        return amount * rng.between(15, if festival { 80 } else { 45 }) / 1_000;
    }
    let coupon = *rng.pick(&[5_000, 10_000, 10_000, 20_000, 30_000]);
    coupon.min(amount / 8)
}

/// What became of the order, and when that was written down.
fn draw_status(
    rng: &mut Rng,
    month: Month,
    product: usize,
    ordered_at: NaiveDateTime,
) -> (Status, NaiveDateTime) {
    let return_share = if product == POLAR_ONE && month == MARCH { 90 } else { 30 };
    let drawn = rng.below(1_000);
    let (status, delay) = if drawn < return_share {
        (Status::Returned, TimeDelta::minutes(rng.between(3 * 1_440, 14 * 1_440)))
    } else if drawn < return_share + 36 {
        (Status::Cancelled, TimeDelta::minutes(rng.between(20, 2_880)))
    } else {
        (Status::Paid, TimeDelta::minutes(rng.between(1, 90)))
    };
    let changed_at = ordered_at + delay + TimeDelta::seconds(rng.between(0, 59));
    if changed_at.date() > closing_day(month) {
        // The file was written before the change: it shows the order as it was placed.
        return (Status::Paid, ordered_at);
    }
    (status, changed_at)
}

/// The last day whose changes are in a month's file. Up to April the files were written again two weeks
/// after the end of the month; May and June were not.
fn closing_day(month: Month) -> chrono::NaiveDate {
    if month < MAY { month.last() + Days::new(15) } else { month.last() }
}

/// Companies buy from distributors, now and then elsewhere.
fn is_business(rng: &mut Rng, channel: usize) -> bool {
    channel == DISTRIBUTOR || rng.per_mille(40)
}

/// Moves orders of the last two days of May into the June file.
fn delay(rng: &mut Rng, lines: &mut [Line]) {
    let first_late_day = MAY.last() - Days::new(1);
    let mut candidates: Vec<usize> = (0..lines.len())
        .filter(|index| {
            let day = lines[*index].order.ordered_at.date();
            (first_late_day..=MAY.last()).contains(&day)
        })
        .collect();
    rng.shuffle(&mut candidates);
    for index in candidates.into_iter().take(LATE) {
        let day = JUNE.first() + Days::new(rng.below(3));
        let line = &mut lines[index];
        line.file = JUNE;
        line.order.status = Status::Paid;
        line.order.updated_at = calendar::moment(rng, day);
    }
}

/// Adds later versions of orders of May to the June file: 26 returns, 10 cancellations, 4 payments.
fn change(rng: &mut Rng, lines: &mut Vec<Line>) {
    let first_late_day = MAY.last() - Days::new(1);
    let mut candidates: Vec<Order> = lines
        .iter()
        .filter(|line| line.file == MAY && line.order.ordered_at.date() < first_late_day)
        .map(|line| line.order.clone())
        .collect();
    rng.shuffle(&mut candidates);
    let paid = candidates.iter().filter(|order| order.status == Status::Paid).take(CHANGED - 4);
    let cancelled = candidates.iter().filter(|order| order.status == Status::Cancelled).take(4);
    for (index, order) in paid.chain(cancelled).enumerate() {
        let status = match (order.status, index) {
            (Status::Cancelled, _) => Status::Paid,
            (_, 0..26) => Status::Returned,
            _ => Status::Cancelled,
        };
        let day = JUNE.first() + Days::new(rng.below(18));
        let updated_at = calendar::moment(rng, day);
        lines.push(Line { file: JUNE, order: Order { status, updated_at, ..order.clone() } });
    }
}
