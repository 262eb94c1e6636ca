//! Channels by what they cost and bring: what is planted is told, what chance makes is not.

use super::world::{Dice, World, day, keys, names, notes, number, of, section, tables, told};
use crate::support::{TestBed, monthly};
use model::report::{Cell, Section, Table};
use std::fmt::Write;

const TEXT: &str = "type = \"text\"";
const MONEY: &str = "type = \"money\", currency = \"CNY\"";
const WHOLE: &str = "type = \"integer\"";

/// Both halves of a world: what advertisements did, and what customers did.
#[derive(Default)]
struct Market {
    ads: String,
    sales: String,
}

impl Market {
    /// A row of advertising in April.
    fn ad(&mut self, channel: &str, campaign: &str, figures: [u32; 4]) {
        let [views, clicks, conversions, spend] = figures;
        let _ = writeln!(
            self.ads,
            "{},{channel},{campaign},{views},{clicks},{conversions},{spend}",
            day(95)
        );
    }

    /// A person's orders by place of the day; the channel is that of each.
    fn person(&mut self, who: &str, orders: &[(usize, &str, &str)]) {
        for (place, channel, amount) in orders {
            let _ = writeln!(self.sales, "{},{who},{channel},{amount}", day(*place));
        }
    }

    /// Customers of a channel: so many, of whom some come back after 30 days; 10.00 each time.
    fn customers(&mut self, channel: &str, all: usize, back: usize) {
        for one in 0..all {
            let orders = [(5, channel, "10.00"), (35, "elsewhere", "10.00")];
            self.person(&format!("{channel}{one}"), &orders[..1 + usize::from(one < back)]);
        }
    }

    fn world(&self) -> World {
        let world = World::new("30 6 * * *");
        let ads = [
            ("place", TEXT),
            ("campaign", TEXT),
            ("views", WHOLE),
            ("clicks", WHOLE),
            ("buys", WHOLE),
            ("cost", MONEY),
        ];
        world.table("ads", &ads, &self.ads);
        let sales = [("who", TEXT), ("via", TEXT), ("amount", MONEY)];
        world.table("sales", &sales, &self.sales);
        for (id, measure) in [
            ("ad_views", "sum(views)"),
            ("ad_hits", "sum(clicks)"),
            ("ad_buys", "sum(buys)"),
            ("ad_cost", "sum(cost)"),
        ] {
            world.metric(id, "up", &format!("dataset = \"ads\"\nmeasure = \"{measure}\""));
        }
        world
    }

    /// April's section (places 91 to 120).
    fn judged(&self, more: &str) -> Section {
        let settings = format!("{ADS}\n{more}");
        let report = self.world().report(&[section("s", "channel_quality", &settings)], day(121));
        of(&report, "s").clone()
    }
}

const ADS: &str = "grain = \"month\"\nby = \"place\"\nspend = \"ad_cost\"\nimpressions = \"ad_views\"\n\
    clicks = \"ad_hits\"\nconversions = \"ad_buys\"";

const PEOPLE: &str = "customers = { dataset = \"sales\", person = \"who\" }\nchannel = \"via\"\n\
    value = \"amount\"\nunit = \"money:CNY\"\nwindow = 60";

/// The figures of a row, blank cells left out.
fn row(table: &Table, name: &str) -> Vec<f64> {
    let is_named = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == name);
    let row = table.rows.iter().find(|row| is_named(&row.cells[0])).expect(name);
    let value = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(|value| value.to_f64()),
        Cell::Message(message) => Some(number(message, "low")),
        _ => None,
    };
    row.cells.iter().filter_map(value).collect()
}

fn has_row(table: &Table, name: &str) -> bool {
    let named = |cell: &Cell| matches!(cell, Cell::Label(label) if label.en == name);
    table.rows.iter().any(|row| named(&row.cells[0]))
}

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    let same = found.len() == expected.len()
        && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6 * b.abs().max(1.0));
    assert!(same, "{found:?} is not {expected:?}");
}

/// Feed has half of the clicks and a ninth of the conversions.
fn weak_feed() -> Market {
    let mut market = Market::default();
    market.ad("feed", "a", [100_000, 5_000, 50, 5_000]);
    market.ad("search", "a", [20_000, 3_000, 240, 6_000]);
    market.ad("social", "a", [40_000, 2_000, 160, 4_000]);
    market
}

#[test]
fn many_clicks_and_few_sales_are_told_with_their_price() {
    let found = weak_feed().judged("");
    // The others have 400 conversions of 5,000 clicks for 10,000: 25 each. Feed's 50 would have cost 1,250 of 5,000.
    let weak = told(&found, "channel_quality.weak_dear");
    assert_eq!(weak.len(), 1, "{:?}", keys(&found));
    let said = &weak[0].message;
    assert_eq!(names(said, "channel"), ["feed"]);
    near(
        &["clicks", "conversions", "rate", "others", "dear", "spend"]
            .map(|name| number(said, name)),
        &[0.5, 50.0 / 450.0, 0.01, 0.08, 3_750.0, 5_000.0],
    );
    let leader = &found.findings[0].message;
    assert_eq!(
        (keys(&found)[0], names(leader, "channel")),
        ("channel_quality.leader", vec!["search".to_owned()])
    );
    near(&[number(leader, "each"), number(leader, "all")], &[25.0, 15_000.0 / 450.0]);
    // Spend, views, clicks per view, conversions per click, spend per conversion.
    near(&row(tables(&found)[0], "feed"), &[5_000.0, 100_000.0, 0.05, 0.01, 100.0]);
    near(&row(tables(&found)[0], "All"), &[15_000.0, 160_000.0, 0.0625, 0.045, 15_000.0 / 450.0]);
}

#[test]
fn only_the_metrics_that_are_named_are_shown() {
    let named = "grain = \"month\"\nby = \"place\"\nspend = \"ad_cost\"\nreach = \"ad_views\"\n\
        clicks = \"ad_hits\"\nrevenue = \"ad_buys\"";
    let report = weak_feed().world().report(&[section("s", "channel_quality", named)], day(121));
    let found = of(&report, "s");
    // Spend, reach, clicks, spend per click, revenue per unit of spend.
    near(&row(tables(found)[0], "feed"), &[5_000.0, 100_000.0, 5_000.0, 1.0, 0.01]);
    // Feed has half of the clicks.
    let said = &found.findings[0].message;
    assert_eq!((names(said, "channel"), number(said, "share")), (vec!["feed".to_owned()], 0.5));
    assert_eq!(notes(found), ["channel_quality.untested"]);
}

#[test]
fn a_smaller_channel_is_called_dear() {
    let mut market = Market::default();
    market.ad("feed", "a", [0, 500, 10, 2_000]);
    market.ad("search", "a", [0, 3_000, 240, 6_000]);
    market.ad("social", "a", [0, 2_000, 160, 4_000]);
    let found = market.judged("");
    // 10 conversions cost 250 elsewhere.
    let said = &told(&found, "channel_quality.dear")[0].message;
    assert_eq!((names(said, "channel"), number(said, "dear")), (vec!["feed".to_owned()], 1_750.0));
    assert!(keys(&found).contains(&"channel_quality.even"));
}

#[test]
fn a_small_difference_or_a_small_channel_is_not_called_weak() {
    let mut market = Market::default();
    // Certain by so many clicks, but only a tenth below: 1.8 % against 2.0 %.
    market.ad("feed", "a", [0, 1_000_000, 18_000, 1]);
    market.ad("search", "a", [0, 900_000, 18_000, 1]);
    // Far below, but only 3 conversions were to be expected.
    market.ad("tiny", "a", [0, 150, 0, 1]);
    let found = market.judged("");
    assert!(keys(&found).contains(&"channel_quality.even"), "{:?}", keys(&found));
    assert!(!keys(&found).iter().any(|key| key.starts_with("channel_quality.weak")));
}

#[test]
fn spend_without_a_conversion_is_told_once_chance_hardly_makes_it() {
    let wasteful = |clicks: u32| {
        let mut market = Market::default();
        market.ad("search", "good", [0, 10_000, 100, 1_000]);
        market.ad("search", "idle", [0, clicks, 0, 700]);
        market.ad("feed", "good", [0, 10_000, 100, 1_000]);
        market.judged("campaign = \"campaign\"")
    };
    // One conversion in a hundred clicks; three campaigns: e^-5.7 × 3 = 0.010038, e^-5.8 × 3 = 0.0091.
    assert!(told(&wasteful(570), "channel_quality.wasted").is_empty());
    let found = wasteful(580);
    let said = &told(&found, "channel_quality.wasted")[0].message;
    assert_eq!(names(said, "list"), ["search · idle"]);
    near(&[number(said, "spend"), number(said, "expected")], &[700.0, 6.0]);
    assert_eq!(tables(&found).len(), 2);
}

/// 200 customers of search, 60 of whom come back; 40 of club, 30 of whom do.
fn loyal_club() -> Market {
    let mut market = Market::default();
    market.ad("search", "a", [90_000, 9_000, 90, 900]);
    market.ad("feed", "a", [90_000, 9_000, 90, 900]);
    market.ad("club", "a", [5_000, 500, 5, 50]);
    market.customers("search", 200, 60);
    market.customers("feed", 100, 30);
    market.customers("club", 40, 30);
    market
}

#[test]
fn a_small_channel_with_loyal_customers_is_told() {
    let found = loyal_club().judged(PEOPLE);
    let said = told(&found, "channel_quality.loyal_both");
    assert_eq!(said.len(), 1, "{:?}", keys(&found));
    let said = &said[0].message;
    assert_eq!(names(said, "channel"), ["club"]);
    // 75 % of 40 against 90 of 300; 17.50 each against 13.00.
    near(
        &["share", "rate", "others", "value", "others_value", "customers"]
            .map(|name| number(said, name)),
        &[5.0 / 185.0, 0.75, 0.3, 17.5, 13.0, 40.0],
    );
    // Wilson: (30 + 1.92073) / 43.84146 less 1.95996 × √(30 × 10 / 40 + 0.96036) / 43.84146. Values are 10 or 20, so
    // that their variance is 100 × 0.75 × 0.25 × 40 / 39 = 19.2308.
    let quality = tables(&found)[1];
    let error = (19.230_769_230_769_23f64 / 40.0).sqrt();
    near(&row(quality, "club"), &[0.75, 0.598_060_385_792, 40.0, 17.5, 17.5 - 1.959_964 * error]);
    let all = row(quality, "All");
    near(&[all[2], all[0]], &[340.0, 120.0 / 340.0]);
    // Another metric beside them: club's row has its 5.
    let found = loyal_club().judged(&format!("{PEOPLE}\nsatisfaction = \"ad_buys\""));
    near(&row(tables(&found)[1], "club")[5..], &[5.0]);
}

#[test]
fn customers_count_when_their_days_are_over_and_for_these_days_only() {
    let mut market = loyal_club();
    // The window of 60 days ends with April (place 120) for a first act at place 60; at 61 it is not over.
    market.person("last", &[(60, "club", "10.00"), (120, "club", "5.00"), (121, "club", "99.00")]);
    market.person("young", &[(61, "club", "10.00"), (62, "club", "10.00")]);
    // A second act on the same day is no repeat; nobody is nobody; what has no value has none.
    market.person("twice", &[(9, "club", "1.00"), (9, "club", "1.00")]);
    market.person("", &[(9, "club", "1.00")]);
    market.person("gift", &[(9, "club", "")]);
    let found = market.judged(PEOPLE);
    // 40 and last, twice, gift: 43; 30 and last come back; 700, 15 and 2 over 42.
    let club = row(tables(&found)[1], "club");
    near(&[club[2], club[0], club[3]], &[43.0, 31.0 / 43.0, 717.0 / 42.0]);
    let expected = [
        "channel_quality.method",
        "channel_quality.customers",
        "channel_quality.young",
        "channel_quality.unvalued",
        "channel_quality.nobodys",
    ];
    assert_eq!(notes(&found), expected);
}

#[test]
fn a_few_customers_are_withheld_and_a_second_channel_with_them() {
    let mut market = loyal_club();
    market.customers("rare", 3, 1);
    let found = market.judged(PEOPLE);
    let quality = tables(&found)[1];
    // Rare alone would be all less the others: club, the next smallest, goes with it.
    assert!(!has_row(quality, "rare") && !has_row(quality, "club"));
    near(&row(quality, "All")[2..3], &[343.0]);
    assert!(notes(&found).contains(&"channel_quality.withheld"));
    assert!(told(&found, "channel_quality.loyal_both").is_empty(), "{:?}", keys(&found));
}

#[test]
fn names_of_acts_are_those_of_channels() {
    let mut market = loyal_club();
    market.customers("fan club", 10, 0);
    let found = market.judged(&format!("{PEOPLE}\nsame = {{ club = [\"fan club\"] }}"));
    let club = row(tables(&found)[1], "club");
    near(&[club[2], club[0]], &[50.0, 0.6]);
    let found = market.judged("");
    assert_eq!(tables(&found).len(), 1);
}

#[test]
fn without_customers_or_conversions_the_section_says_so() {
    let mut market = Market::default();
    market.ad("search", "a", [10, 1, 0, 5]);
    market.person("new", &[(100, "search", "1.00")]);
    let found = market.judged(PEOPLE);
    assert_eq!(keys(&found), ["channel_quality.none"]);
    assert!(notes(&found).contains(&"channel_quality.no_customers"));
}

#[test]
fn a_single_channel_leads_nothing() {
    let mut market = Market::default();
    market.ad("search", "a", [0, 1_000, 60, 100]);
    assert!(!keys(&market.judged("")).iter().any(|key| key.contains("leader")));
}

#[test]
fn organic_stands_beside_paid() {
    let compared = |paid_buys: u32| {
        let mut market = Market::default();
        market.ad("free", "a", [0, 1_000, 60, 0]);
        market.ad("search", "a", [0, 2_000, paid_buys, 100]);
        market.ad("feed", "a", [0, 1_000, 20, 100]);
        market.ad("mail", "a", [0, 1_000, 20, 0]);
        let organic = "[section.organic]\nvisits = \"ad_hits\"\nconversions = \"ad_buys\"\n\
            by = \"place\"\norganic = [\"free\"]\npaid = [\"search\", \"feed\"]";
        market.judged(organic)
    };
    // 60 of 1,000 against 60 of 3,000.
    let found = compared(40);
    let said = &told(&found, "channel_quality.organic_better")[0].message;
    near(
        &["visits", "conversions", "organic", "paid"].map(|name| number(said, name)),
        &[0.2, 60.0 / 140.0, 0.06, 0.02],
    );
    let table = tables(&found)[1];
    near(&row(table, "Neither"), &[1_000.0, 0.2, 20.0 / 140.0, 0.02]);
    // 60 of 1,000 against 160 of 3,000: z 0.80.
    assert_eq!(told(&compared(140), "channel_quality.organic_even").len(), 1);
}

#[test]
fn faulty_settings_are_named() {
    let organic = "organic = [\"organic\", \"direct\"";
    for (from, to, says) in [
        (organic, "organic = [\"organic\", \"search\"", "`search` is paid as well"),
        ("channel = \"medium\"\ncustomers", "customers", "needs `channel`"),
        ("campaign = \"campaign\"", "campaign = \"platform\"", "is the same as `by`"),
        ("unit = \"money:CNY\"\n\n[section.organic]", "\n[section.organic]", "set `unit`"),
        ("campaign = \"campaign\"", "window = 0", "0 is out of range; use 1 to 730"),
        ("campaign = \"campaign\"", "spend = \"ad_spent\"", "unknown metric `ad_spent`"),
        ("coalesce(order_value, 0)", "device", "a number"),
        ("campaign = \"campaign\"", "same = { a = [\"x\"], b = [\"x\"] }", "stands for two"),
    ] {
        let bed = TestBed::copy();
        bed.replace("jobs/monthly-marketing.toml", from, to);
        let ran = bed.tidings(&["check", "jobs/monthly-marketing.toml"]).exits(2);
        assert!(ran.stderr.contains(says), "{to}: {}", ran.stderr);
    }
}

#[test]
fn the_sample_has_one_weak_and_two_dear_channels() {
    let found = of(monthly(), "channel-quality");
    // Plain sums over the files of April to June, the copy left out: feed has 54,407 of 189,997 clicks, 1,139 of 4,757
    // conversions and 432,061.35 of 1,756,155.27 spent.
    let said = &told(found, "channel_quality.weak_dear")[0].message;
    assert_eq!(names(said, "channel"), ["Feed"]);
    near(
        &["clicks", "conversions", "dear"].map(|name| number(said, name)),
        &[
            54_407.0 / 189_997.0,
            1_139.0 / 4_757.0,
            432_061.35 - 1_139.0 * (1_756_155.22 - 432_061.35) / 3_618.0,
        ],
    );
    let dear: Vec<String> = told(found, "channel_quality.dear")
        .iter()
        .flat_map(|finding| names(&finding.message, "channel"))
        .collect();
    assert_eq!(dear, ["Video", "Social"]);
}

#[test]
fn noise_is_hardly_ever_told() {
    let mut dice = Dice(5);
    let mut alarms = 0;
    for _ in 0..20 {
        let mut market = Market::default();
        for channel in ["a", "b", "c", "d", "e"] {
            // Two of a hundred clicks, by the normal law of so many.
            let conversions = dice.noise(1, 80.0, 80.0f64.sqrt())[0].round() as u32;
            market.ad(channel, "x", [80_000, 4_000, conversions, 1_000]);
            let all = 60;
            let back = dice.noise(1, 18.0, 12.6f64.sqrt())[0].round() as usize;
            market.customers(channel, all, back);
        }
        let found = market.judged(PEOPLE);
        let said = |part: &str| keys(&found).iter().filter(|key| key.contains(part)).count();
        alarms += said(".weak") + said(".loyal_") + said(".wasted");
    }
    assert!(alarms <= 1, "{alarms} alarms in 20 worlds of noise");
}
