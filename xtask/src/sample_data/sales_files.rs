//! The files of orders, customers, products and regions, with their planted faults.

use super::{
    calendar::Month,
    catalogue::{CATEGORIES, CHANNELS, PRODUCTS, REGIONS},
    customers::{CustomerBook, customer_id},
    files::{Csv, SampleFile, grouped_money, money, quoted},
    rng::Rng,
    sales::{Line, Order, Sales},
    truths::BadRow,
};

const HEADER: &str = "order_id,ordered_at,customer_id,region_code,channel,product_id,quantity,\
                      unit_price,discount,status,updated_at";

/// Months whose file is compressed.
const COMPRESSED: std::ops::Range<usize> = 0..6;
/// Months whose amounts carry thousands separators.
const GROUPED: [usize; 4] = [6, 7, 10, 13];

/// How a row is made unacceptable.
#[derive(Debug, Clone, Copy)]
enum Fault {
    ExtraField,
    ImpossibleDate,
    MissingCustomer,
    NegativeQuantity,
    TextInAmount,
    UnknownChannel,
    UnknownRegion,
}

/// The faults by month; each adds one row to the file, so that no good row is lost.
const FAULTS: [(usize, Fault); 7] = [
    (2, Fault::ImpossibleDate),
    (5, Fault::UnknownChannel),
    (7, Fault::ExtraField),
    (9, Fault::NegativeQuantity),
    (11, Fault::TextInAmount),
    (12, Fault::UnknownRegion),
    (14, Fault::MissingCustomer),
];

impl Fault {
    /// The column, the rule it breaks, and the rule's words for people.
    fn rule(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::ExtraField => ("", "field_count", "a record has as many fields as the header"),
            Self::ImpossibleDate => ("ordered_at", "type", "a local timestamp that exists"),
            Self::MissingCustomer => ("customer_id", "required", "never empty"),
            Self::NegativeQuantity => ("quantity", "minimum", "at least 1"),
            Self::TextInAmount => ("unit_price", "type", "money"),
            Self::UnknownChannel => ("channel", "allowed_values", "one of the four channels"),
            Self::UnknownRegion => ("region_code", "allowed_values", "one of N, E, S, W"),
        }
    }

    /// Breaks a row; returns the raw text that offends.
    fn apply(self, cells: &mut Vec<String>) -> String {
        let (index, text) = match self {
            Self::ExtraField => {
                let raw = "3,299.00";
                cells[7] = "3".to_owned();
                cells.insert(8, "299.00".to_owned());
                return raw.to_owned();
            }
            Self::ImpossibleDate => (1, "2025-06-31 10:12:44"),
            Self::MissingCustomer => (2, ""),
            Self::NegativeQuantity => (6, "-1"),
            Self::TextInAmount => (7, "面议"),
            Self::UnknownChannel => (4, "tv_shopping"),
            Self::UnknownRegion => (3, "NE"),
        };
        cells[index] = text.to_owned();
        text.to_owned()
    }
}

/// Writes all files of the folder `sales`, and notes the bad rows.
pub(crate) fn write(sales: &Sales, seed: u64, bad_rows: &mut Vec<BadRow>) -> Vec<SampleFile> {
    let mut rng = Rng::named(seed, "sales faults");
    let mut files: Vec<SampleFile> =
        Month::all().map(|month| orders_file(&mut rng, sales, month, bad_rows)).collect();
    files.push(customers_file(&sales.customers));
    files.push(products_file());
    files.push(regions_file());
    files
}

/// The file of a month.
fn orders_file(
    rng: &mut Rng,
    sales: &Sales,
    month: Month,
    bad_rows: &mut Vec<BadRow>,
) -> SampleFile {
    let extension = if COMPRESSED.contains(&month.0) { "csv.gz" } else { "csv" };
    let path = format!("sales/orders-{}.{extension}", month.label());
    let lines: Vec<&Line> = sales.lines.iter().filter(|line| line.file == month).collect();
    let fault = FAULTS.iter().find(|(index, _)| *index == month.0).map(|(_, fault)| *fault);
    let bad_at = rng.between(200, lines.len() as i64 - 200) as usize;
    let mut csv = Csv::new(HEADER);
    let mut record = 0;
    for (index, line) in lines.iter().enumerate() {
        if let Some(fault) = fault.filter(|_| index == bad_at) {
            record += 1;
            let mut cells = cells(&line.order, month);
            // A number that no good order has.
            cells[0] = format!("B9{:05}", month.0);
            let raw = fault.apply(&mut cells);
            let (field, rule, expected) = fault.rule();
            let place = (path.as_str(), record, csv.next_line());
            bad_rows.push(BadRow::new("orders", place, (field, rule, expected), &raw));
            csv.push_line(&cells.join(","));
        }
        record += 1;
        csv.push_line(&cells(&line.order, month).join(","));
    }
    csv.into_file(path)
}

/// The cells of an order, quoted where needed.
fn cells(order: &Order, month: Month) -> Vec<String> {
    let amount = if GROUPED.contains(&month.0) { grouped_money } else { money };
    vec![
        format!("B{}", order.id),
        order.ordered_at.to_string(),
        customer_id(order.customer),
        REGIONS[order.region].code.to_owned(),
        CHANNELS[order.channel].to_owned(),
        PRODUCTS[order.product].id.to_owned(),
        order.quantity.to_string(),
        quoted(&amount(order.unit_price)),
        quoted(&amount(order.discount)),
        order.status.word().to_owned(),
        order.updated_at.to_string(),
    ]
}

/// Who the customers are.
fn customers_file(customers: &CustomerBook) -> SampleFile {
    let mut csv = Csv::new("customer_id,city,region_code,segment");
    for (number, customer) in (1..).zip(&customers.list) {
        let segment = if customer.business { "business" } else { "consumer" };
        let id = customer_id(number);
        csv.push(&[id.as_str(), customer.city, REGIONS[customer.region].code, segment]);
    }
    csv.into_file("sales/customers.csv")
}

/// What the products are.
fn products_file() -> SampleFile {
    let mut csv = Csv::new("product_id,name_en,name_zh,category,launch_date");
    for product in &PRODUCTS {
        let launched = product.launch_date().to_string();
        let category = CATEGORIES[product.category];
        csv.push(&[product.id, product.name_en, product.name_zh, category, &launched]);
    }
    csv.into_file("sales/products.csv")
}

/// What the regions are called.
fn regions_file() -> SampleFile {
    let mut csv = Csv::new("region_code,name_en,name_zh");
    for region in &REGIONS {
        csv.push(&[region.code, region.name_en, region.name_zh]);
    }
    csv.into_file("sales/regions.csv")
}
