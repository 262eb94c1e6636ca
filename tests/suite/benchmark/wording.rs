//! What is said of a place, and what is not.

use super::*;
use model::report::Verdict;

#[test]
fn a_place_that_may_be_either_side_of_the_median_is_neither_good_nor_bad() {
    let bed = bed();
    // Of these seven shops two are below us and one is equal: a rank of 36 %, which may well be above 50 %.
    let settings = "groups = [\"seven\"]\nmetrics = [\"orders\", \"rate\"]";
    let report = report(
        &bed,
        &panel("seven", "where = \"trade = 'toys' or shop = 'S07'\""),
        &section("s", settings),
    );
    let finding = |key: &str| {
        let found = report.sections[0].findings.iter().find(|one| one.message.key == key);
        found.unwrap_or_else(|| panic!("no {key} in {:#?}", report.sections[0].findings)).clone()
    };
    let conclusion = finding("benchmark.places");
    let names = ["count", "ahead", "clearly_ahead", "behind", "clearly_behind", "best"];
    let told = names.map(|name| text(&conclusion.message, name));
    assert_eq!(told, ["2", "0", "0", "2", "0", "0"]);
    assert_eq!(conclusion.verdict, Verdict::Neutral);
    assert_eq!(finding("benchmark.below").verdict, Verdict::Neutral);
}

#[test]
fn who_is_above_the_upper_quartile_is_in_the_best_quarter_however_sure_that_is() {
    let bed = bed();
    // Six of the seven shops, of 20, 30 … 80, are below 75, their upper quartile is 65: 86 %, but perhaps only 49 %.
    bed.replace("data/shops.csv", "2025-06,Us,toys,north,1000,40", "2025-06,Us,toys,north,1000,75");
    let settings = "groups = [\"seven\"]\nmetrics = [\"orders\", \"rate\"]";
    let report = report(
        &bed,
        &panel("seven", "where = \"trade = 'toys' or shop = 'S07'\""),
        &section("s", settings),
    );
    let told = said(&report.sections[0], "benchmark.places_none_behind");
    let told = ["count", "ahead", "clearly_ahead", "best"].map(|name| text(&told, name));
    assert_eq!(told, ["2", "2", "0", "2"]);
    let place = said(&report.sections[0], "benchmark.above");
    assert_eq!((text(&place, "low"), text(&place, "high")), ("49".into(), "97".into()));
}

#[test]
fn of_published_quartiles_nothing_is_called_clear() {
    let bed = bed();
    let table = "[bureau]\nkind = \"industry\"\nlabel = { en = \"bureau\", zh-CN = \"表\" }\ndataset = \"table\"\n\
                 cohort = [\"trade\", \"region\"]\nwe = { trade = \"toys\", region = \"south\" }\n\
                 called = { our_rate = \"rate\", our_orders = \"rate\" }\n";
    // A rate of 0.04 is below the median of 0.07; 40 orders are above an upper quartile of 0.09.
    let settings = section("s", "groups = [\"bureau\"]\nmetrics = [\"our_rate\", \"our_orders\"]");
    let told = said(&report(&bed, table, &settings).sections[0], "benchmark.published");
    let told = ["count", "ahead", "behind", "metrics", "best"].map(|name| text(&told, name));
    assert_eq!(told, ["2", "1", "1", "our_rate", "1"]);
}

#[test]
fn where_less_is_better_those_above_us_are_the_ones_we_beat() {
    for (direction, key, rank) in [
        ("up", "benchmark.below", "0.208333333333"),
        ("down", "benchmark.below", "0.791666666667"),
        ("neutral", "benchmark.below_unjudged", "0.208333333333"),
    ] {
        let bed = bed();
        let path = "jobs/metrics/shops.toml";
        bed.replace(path, "[rate]\n", &format!("[rate]\ndirection = \"{direction}\"\n"));
        let settings = section("s", "groups = [\"all\"]\nmetrics = [\"rate\"]");
        let report = report(&bed, &panel("all", ""), &settings);
        let message = said(&report.sections[0], key);
        assert_eq!(text(&message, "rank"), rank, "{direction}");
        let (low, high) = (text(&message, "low"), text(&message, "high"));
        let ends = if direction == "down" { ("51", "93") } else { ("7", "49") };
        assert_eq!((low.as_str(), high.as_str()), ends);
    }
}

#[test]
fn what_is_proportional_to_size_is_expected_and_beyond_the_sizes_nothing_is() {
    let bed = bed();
    let settings = section("s", "groups = [\"all\"]\nmetrics = [\"rate\"]\nadjusted = [\"rate\"]");
    let told = report(&bed, &panel("all", "weight = \"orders\""), &settings);
    let message = said(&told.sections[0], "benchmark.adjusted_above");
    assert_eq!((text(&message, "expected"), text(&message, "rank")), ("0.04".into(), "0.5".into()));
    // The smallest of these shops has 70 orders, we have 40.
    let larger = panel("all", "weight = \"orders\"\nwhere = \"shop > 'S05'\"");
    let silent = report(&bed, &larger, &settings);
    assert!(!format!("{:?}", silent.sections[0]).contains("adjusted"));
}

#[test]
fn a_table_at_fault_and_a_market_without_data_are_told() {
    let bed = bed();
    bed.replace("data/table.csv", "0.03,0.07,0.09,41", "0.09,0.07,0.03,41");
    let table = "[bureau]\nkind = \"industry\"\nlabel = { en = \"bureau\", zh-CN = \"表\" }\ndataset = \"table\"\n\
                 cohort = [\"trade\", \"region\"]\nwe = { trade = \"toys\", region = \"south\" }\n\
                 called = { our_rate = \"rate\" }\n";
    let settings = section("s", "groups = [\"bureau\"]\nmetrics = [\"our_rate\"]");
    let wrong = report(&bed, table, &settings);
    said(&wrong.sections[0], "benchmark.disordered");
    assert_eq!(tables(&wrong.sections[0]), 0);
    let nobody = "[nobody]\nlabel = { en = \"nobody\", zh-CN = \"无\" }\ndescription = { en = \"nobody\", zh-CN = \"无\" }\n\
                  unit = \"count\"\nowner = \"Tests\"\ndataset = \"shops\"\nmeasure = \"sum(orders)\"\nwhere = \"shop = 'Nobody'\"\n";
    bed.write("jobs/metrics/nobody.toml", nobody);
    let market = group("market", "kind = \"market\"\nsize = \"nobody\"");
    let settings =
        section("s", "groups = [\"market\"]\nmetrics = [\"our_orders\", \"our_visits\"]");
    let silent = report(&bed, &market, &settings);
    assert_eq!(text(&said(&silent.sections[0], "benchmark.no_market"), "group"), "market");
    assert_eq!(tables(&silent.sections[0]), 0);
    assert_eq!(silent.sections[0].findings.len(), 1);
}
