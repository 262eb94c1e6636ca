//! Advertising: what each platform and campaign costs and brings per day.
//!
//! Rule: the launch campaign's clicks and conversions are a table per month, spread over its days and
//! platforms without losing a unit; the other campaigns follow a saturating response to their spend.

use chrono::{Datelike, NaiveDate};

use super::{
    calendar::{self, Month, date, launch, message_change},
    files::{Csv, SampleFile, money},
    rng::{Rng, spread},
};

/// The advertising platforms.
pub(crate) const PLATFORMS: [&str; 5] = ["search", "feed", "video", "social", "marketplace_ads"];

/// The campaign of the launch.
pub(crate) const LAUNCH_CAMPAIGN: &str = "polar_launch";

/// Clicks and conversions of the launch campaign in each of its months, January to June 2026.
const LAUNCH_RESULTS: [(u64, u64); 6] =
    [(16_000, 328), (15_000, 303), (18_000, 234), (15_000, 363), (18_000, 450), (20_000, 520)];

/// A campaign other than the launch.
#[derive(Debug)]
struct Campaign {
    name: &'static str,
    /// Daily budget relative to the base budget of the platform, in percent; 0 where it does not run.
    budget: [u64; 5],
    /// Conversions per 10,000 clicks.
    conversion: u64,
}

const ALWAYS_ON: Campaign =
    Campaign { name: "brand_always_on", budget: [100, 90, 0, 80, 100], conversion: 215 };
const SUMMER: Campaign =
    Campaign { name: "ac_summer", budget: [60, 70, 60, 0, 0], conversion: 240 };
const DOUBLE_11: Campaign =
    Campaign { name: "double_11", budget: [150, 170, 140, 130, 220], conversion: 290 };
const FESTIVAL_618: Campaign =
    Campaign { name: "festival_618", budget: [130, 150, 120, 110, 190], conversion: 275 };

/// How a platform sells clicks.
struct Terms {
    /// Base budget of a day in yuan.
    base: u64,
    /// Clicks of a day that even an unlimited budget would not exceed.
    ceiling: u64,
    /// Spend in yuan at which half of the ceiling is reached.
    half: u64,
    /// Clicks per 100,000 impressions.
    click_rate: u64,
    /// Price of a launch click in cents.
    launch_click: u64,
    /// How well its clicks convert, in percent of the campaign.
    quality: u64,
    /// Its share of the launch campaign's clicks in percent.
    launch_share: u64,
}

const TERMS: [Terms; 5] = [
    terms([2_600, 620, 3_900, 3_100, 905, 128, 26]),
    terms([2_200, 780, 4_400, 1_250, 640, 88, 25]),
    terms([1_900, 440, 3_600, 820, 735, 72, 17]),
    terms([1_600, 500, 2_900, 940, 610, 80, 15]),
    terms([2_400, 560, 3_300, 2_450, 830, 135, 17]),
];

/// Keeps the table above readable: the numbers come in the order of the fields.
const fn terms(numbers: [u64; 7]) -> Terms {
    let [base, ceiling, half, click_rate, launch_click, quality, launch_share] = numbers;
    Terms { base, ceiling, half, click_rate, launch_click, quality, launch_share }
}

/// A day of a campaign on a platform.
#[derive(Debug, Clone)]
pub(crate) struct SpendRow {
    /// The day.
    pub(crate) day: NaiveDate,
    /// Index of the platform.
    pub(crate) platform: usize,
    /// The campaign.
    pub(crate) campaign: &'static str,
    /// `A` or `B`.
    pub(crate) message: &'static str,
    /// How often it was shown.
    pub(crate) impressions: u64,
    /// How often it was clicked.
    pub(crate) clicks: u64,
    /// How many clicks led to an order.
    pub(crate) conversions: u64,
    /// Its cost in cents.
    pub(crate) spend: i64,
}

/// Draws all rows, by day, campaign and platform.
pub(crate) fn generate(seed: u64) -> Vec<SpendRow> {
    let mut rng = Rng::named(seed, "spend");
    let mut rows = Vec::new();
    for month in Month::all() {
        for day in month.days() {
            let level = week_level(seed, day);
            for campaign in others_on(day) {
                rows.extend(campaign_day(&mut rng, campaign, day, level));
            }
        }
        rows.extend(launch_month(&mut rng, month));
    }
    rows.sort_by_key(|row| (row.day, row.campaign, row.platform));
    rows
}

/// The campaigns that a session of `day` on a platform may have come from.
pub(crate) fn campaigns_on(day: NaiveDate, platform: usize) -> Vec<&'static str> {
    let mut names: Vec<&str> = others_on(day)
        .into_iter()
        .filter(|campaign| campaign.budget[platform] > 0)
        .map(|campaign| campaign.name)
        .collect();
    if day >= launch() {
        // Twice, because the launch has the larger budget.
        names.extend([LAUNCH_CAMPAIGN, LAUNCH_CAMPAIGN]);
    }
    names
}

/// The campaigns of a day other than the launch.
fn others_on(day: NaiveDate) -> Vec<&'static Campaign> {
    let mut campaigns = vec![&ALWAYS_ON];
    if (5..=8).contains(&day.month()) {
        campaigns.push(&SUMMER);
    }
    let year = day.year();
    if (date(year, 10, 20)..=date(year, 11, 11)).contains(&day) {
        campaigns.push(&DOUBLE_11);
    }
    if (date(year, 5, 25)..=date(year, 6, 18)).contains(&day) {
        campaigns.push(&FESTIVAL_618);
    }
    campaigns
}

/// Budgets change from week to week, so that the response to them can be seen.
fn week_level(seed: u64, day: NaiveDate) -> u64 {
    let week = day.iso_week();
    let mut rng = Rng::named(seed, &format!("budget {} {}", week.year(), week.week()));
    *rng.pick(&[55, 75, 90, 100, 110, 135, 170])
}

/// A day of a campaign: clicks = ceiling × spend / (spend + half).
fn campaign_day(rng: &mut Rng, campaign: &Campaign, day: NaiveDate, level: u64) -> Vec<SpendRow> {
    let mut rows = Vec::new();
    for (platform, terms) in TERMS.iter().enumerate() {
        let budget = terms.base * campaign.budget[platform] * level / 10_000;
        if budget == 0 {
            continue;
        }
        let spend = budget * rng.between(94, 106) as u64 + rng.below(100);
        let response = terms.ceiling * spend / (spend + terms.half * 100);
        let clicks = response * rng.between(94, 106) as u64 / 100;
        let expected = clicks * campaign.conversion * terms.quality;
        let conversions = (expected + rng.below(1_000_000)) / 1_000_000;
        let impressions = impressions(rng, clicks, terms);
        let (campaign, message, spend) = (campaign.name, "A", spend as i64);
        let row =
            SpendRow { day, platform, campaign, message, impressions, clicks, conversions, spend };
        rows.push(row);
    }
    rows
}

/// Impressions that fit the clicks.
fn impressions(rng: &mut Rng, clicks: u64, terms: &Terms) -> u64 {
    clicks * 100_000 / terms.click_rate * rng.between(900, 1_100) as u64 / 1_000
}

/// A month of the launch campaign.
fn launch_month(rng: &mut Rng, month: Month) -> Vec<SpendRow> {
    let Some((clicks, conversions)) =
        month.0.checked_sub(9).and_then(|index| LAUNCH_RESULTS.get(index)).copied()
    else {
        return Vec::new();
    };
    let mut rows = launch_rows(rng, month);
    let click_weights: Vec<u64> = rows.iter().map(|row| row.clicks).collect();
    let clicks = spread(clicks, &click_weights);
    let conversion_weights: Vec<u64> = rows
        .iter()
        .zip(&clicks)
        .map(|(row, clicks)| clicks * TERMS[row.platform].quality * rng.between(70, 130) as u64)
        .collect();
    let conversions = spread(conversions, &conversion_weights);
    for ((row, clicks), conversions) in rows.iter_mut().zip(clicks).zip(conversions) {
        let terms = &TERMS[row.platform];
        row.clicks = clicks;
        row.conversions = conversions;
        row.impressions = impressions(rng, clicks, terms);
        row.spend = (clicks * terms.launch_click * rng.between(93, 107) as u64 / 100) as i64;
    }
    rows
}

/// The rows of the launch campaign; `clicks` are still weights.
fn launch_rows(rng: &mut Rng, month: Month) -> Vec<SpendRow> {
    let mut rows = Vec::new();
    for day in month.days().into_iter().filter(|day| *day >= launch()) {
        let message = if day < message_change() { "A" } else { "B" };
        for (platform, terms) in TERMS.iter().enumerate() {
            let noise = rng.between(80, 120) as u64;
            let clicks = calendar::demand(day) / 100 * terms.launch_share * noise;
            let (campaign, impressions, conversions, spend) = (LAUNCH_CAMPAIGN, 0, 0, 0);
            rows.push(SpendRow {
                day,
                platform,
                campaign,
                message,
                impressions,
                clicks,
                conversions,
                spend,
            });
        }
    }
    rows
}

/// The month whose file is present twice.
const DUPLICATED: Month = Month(10);

/// Writes the files of the folder `spend`: one per month, and one of them a second time.
pub(crate) fn write(rows: &[SpendRow]) -> Vec<SampleFile> {
    let mut files = Vec::new();
    for month in Month::all() {
        let header = "date,platform,campaign,message_version,impressions,clicks,conversions,spend";
        let mut csv = Csv::new(header);
        for row in rows.iter().filter(|row| Month::of(row.day) == month) {
            csv.push(&[
                row.day.to_string().as_str(),
                PLATFORMS[row.platform],
                row.campaign,
                row.message,
                &row.impressions.to_string(),
                &row.clicks.to_string(),
                &row.conversions.to_string(),
                &money(row.spend),
            ]);
        }
        let file = csv.into_file(format!("spend/spend-{}.csv", month.label()));
        if month == DUPLICATED {
            files.push(SampleFile { path: duplicate_path(), text: file.text.clone() });
        }
        files.push(file);
    }
    files
}

/// The path of the second copy.
pub(crate) fn duplicate_path() -> String {
    format!("spend/spend-{} (1).csv", DUPLICATED.label())
}

/// How many rows the second copy has.
pub(crate) fn duplicate_rows(rows: &[SpendRow]) -> u64 {
    rows.iter().filter(|row| Month::of(row.day) == DUPLICATED).count() as u64
}
