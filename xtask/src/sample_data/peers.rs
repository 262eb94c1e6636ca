//! The market and the panel of manufacturers.
//!
//! Rule: our own rows repeat what the other files say; the market is our revenue over the planted share.

use super::{
    calendar::{MONTHS, Month},
    catalogue::CATEGORIES,
    files::{Csv, SampleFile, decimal, money},
    rng::Rng,
    truths::{sales::SalesTruths, spend::SpendTruths, survey::SurveyTruths},
};

/// Our name in the panel.
pub(crate) const OWN: &str = "Beichen";

/// The metrics of the panel with their decimals.
pub(crate) const METRICS: [(&str, usize); 5] = [
    ("revenue_growth", 4),
    ("customer_satisfaction", 4),
    ("net_promoter_score", 1),
    ("ad_conversion_rate", 4),
    ("return_rate", 4),
];

/// Our share of the refrigerator market in 1/100,000.
const REFRIGERATOR_SHARE: [i64; MONTHS] = [
    5_600, 5_640, 5_700, 5_690, 5_720, 5_780, 5_950, 6_080, 6_040, 6_210, 6_050, 4_900, 6_320,
    6_610, 6_930,
];
/// Our share of the other markets, before noise.
const OTHER_SHARES: [i64; 3] = [3_150, 4_240, 2_380];
/// Average price of a piece in the market, in yuan.
const MARKET_PRICES: [i64; 4] = [3_150, 2_680, 3_020, 2_450];

/// A company in a month; the values come in the order of [`METRICS`].
#[derive(Debug, Clone)]
pub(crate) struct PanelRow {
    /// The month.
    pub(crate) month: Month,
    /// The company; peers are anonymous.
    pub(crate) company: String,
    /// `premium` or `regional`.
    pub(crate) segment: &'static str,
    /// The values in units of the last decimal; none when not reported.
    pub(crate) values: [Option<i64>; METRICS.len()],
}

/// A market in a month.
#[derive(Debug, Clone)]
pub(crate) struct MarketRow {
    /// The month.
    pub(crate) month: Month,
    /// Index of the category.
    pub(crate) category: usize,
    /// Pieces sold by everybody.
    pub(crate) units: i64,
    /// Revenue of everybody in cents.
    pub(crate) revenue: i64,
}

/// What we know about ourselves.
pub(crate) struct Own<'a> {
    /// Sales.
    pub(crate) sales: &'a SalesTruths,
    /// Advertising.
    pub(crate) advertising: &'a SpendTruths,
    /// Satisfaction.
    pub(crate) survey: &'a SurveyTruths,
}

/// The markets of all months.
pub(crate) fn market(seed: u64, sales: &SalesTruths) -> Vec<MarketRow> {
    let mut rng = Rng::named(seed, "market");
    let mut rows = Vec::new();
    for month in Month::all() {
        for (category, name) in CATEGORIES.iter().enumerate() {
            let own = sales
                .by_month_category
                .iter()
                .find(|figure| figure.period == month.label() && figure.member == Some(*name))
                .map_or(0, |figure| figure.cents);
            let share = match category.checked_sub(1) {
                None => REFRIGERATOR_SHARE[month.0],
                Some(other) => OTHER_SHARES[other] * rng.between(955, 1_045) / 1_000,
            };
            // The panel publishes full thousands of yuan.
            let revenue = own * 100_000 / share / 100_000 * 100_000;
            let price = MARKET_PRICES[category] * rng.between(97, 103);
            rows.push(MarketRow { month, category, units: revenue / price, revenue });
        }
    }
    rows
}

/// Where the peers stand: values in the order of [`METRICS`].
const PREMIUM: [[i64; 5]; 9] = [
    [820, 8_420, 385, 236, 262],
    [540, 8_150, 342, 205, 301],
    [1_130, 8_610, 431, 271, 224],
    [310, 7_930, 305, 188, 342],
    [690, 8_330, 366, 221, 285],
    [960, 8_520, 402, 248, 251],
    [-120, 7_760, 268, 172, 388],
    [450, 8_060, 328, 199, 316],
    [1_410, 8_740, 447, 262, 236],
];
const REGIONAL: [[i64; 5]; 4] = [
    [260, 7_840, 289, 164, 331],
    [620, 8_190, 351, 192, 294],
    [-40, 7_620, 251, 151, 402],
    [880, 8_370, 372, 208, 270],
];
/// How far a value moves from month to month.
const NOISE: [i64; 5] = [140, 90, 14, 9, 16];

/// The panel of all months.
pub(crate) fn panel(seed: u64, own: &Own<'_>) -> Vec<PanelRow> {
    let mut rng = Rng::named(seed, "panel");
    let mut rows = Vec::new();
    for month in Month::all() {
        rows.push(own_row(month, own));
        let premium = PREMIUM.iter().map(|base| ("premium", base)).zip(1..);
        let regional = REGIONAL.iter().map(|base| ("regional", base)).zip(1..);
        for ((segment, base), number) in premium.chain(regional) {
            let letter = if segment == "premium" { "P" } else { "R" };
            let mut values = [None; METRICS.len()];
            for (index, value) in values.iter_mut().enumerate() {
                *value = Some(base[index] + rng.between(-NOISE[index], NOISE[index]));
            }
            let company = format!("{letter}{number:02}");
            if company == "P04" && month == Month(8) {
                // One peer did not report its advertising in December 2025.
                values[3] = None;
            }
            rows.push(PanelRow { month, company, segment, values });
        }
    }
    rows
}

/// Our growth on the year before where the sample has no year before, in 1/10,000.
const EARLIER_GROWTH: [i64; 12] = [640, 655, 702, 690, 675, 668, 690, 710, 700, 980, 890, -120];

/// Our own row, from our own files.
fn own_row(month: Month, own: &Own<'_>) -> PanelRow {
    let sales = &own.sales.by_month[month.0];
    let growth = match month.0.checked_sub(12) {
        None => EARLIER_GROWTH[month.0],
        Some(before) => {
            let before = own.sales.by_month[before].cents;
            rounded(10_000 * (sales.cents - before), before)
        }
    };
    let wave = &own.survey.by_month[month.0];
    let advertising = &own.advertising.by_month[month.0];
    let handed_over = sales.orders_paid + sales.orders_returned;
    let values = [
        growth,
        rounded(10_000 * wave.csat_satisfied, wave.csat_answered),
        rounded(1_000 * (wave.promoters - wave.detractors), wave.nps_answered),
        rounded(10_000 * advertising.conversions as i64, advertising.clicks as i64),
        rounded(10_000 * sales.orders_returned as i64, handed_over as i64),
    ];
    PanelRow { month, company: OWN.to_owned(), segment: "premium", values: values.map(Some) }
}

/// A quotient to the nearest integer; the denominators here are never zero.
fn rounded(numerator: i64, denominator: i64) -> i64 {
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator.max(1)));
    ((2 * numerator + denominator).div_euclid(2 * denominator)) as i64
}

/// Writes the files of the folder `peers`.
pub(crate) fn write(panel: &[PanelRow], market: &[MarketRow]) -> Vec<SampleFile> {
    let names: Vec<&str> = METRICS.iter().map(|(name, _)| *name).collect();
    let mut panel_csv = Csv::new(&format!("month,company,segment,{}", names.join(",")));
    for row in panel {
        let mut cells = vec![row.month.label(), row.company.clone(), row.segment.to_owned()];
        for (value, (_, decimals)) in row.values.iter().zip(METRICS) {
            cells.push(value.map_or(String::new(), |value| decimal(value, decimals)));
        }
        panel_csv.push(&cells);
    }
    let mut market_csv = Csv::new("month,category,market_units,market_revenue");
    for row in market {
        let (month, category) = (row.month.label(), CATEGORIES[row.category]);
        market_csv.push(&[&month, category, &row.units.to_string(), &money(row.revenue)]);
    }
    vec![panel_csv.into_file("peers/panel.csv"), market_csv.into_file("peers/market.csv")]
}
