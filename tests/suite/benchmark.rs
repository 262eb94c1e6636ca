//! Peer groups of every kind, on small tables whose figures are worked out by hand beside the cases.

mod privacy;
mod wording;

use crate::support::TestBed;
use model::{
    report::{Argument, Block, Cell, Message, Report, Section},
    run::RunRecord,
};
use std::fs;

const JOB: &str = "jobs/peers.toml";

/// Twelve shops besides ours, a year apart; sizes 1 to 12, rates 0.01 to 0.12.
fn bed() -> TestBed {
    let bed = TestBed::empty();
    let mut rows = "month,shop,trade,region,visits,orders\n".to_owned();
    for (month, more) in [("2024-06", 0), ("2025-05", 5), ("2025-06", 10)] {
        for shop in 1..=12 {
            let trade = if shop <= 6 { "toys" } else { "shoes" };
            let region = if shop <= 3 { "north" } else { "south" };
            let (visits, orders) = (1000, 10 * shop + more);
            rows += &format!("{month},S{shop:02},{trade},{region},{visits},{orders}\n");
        }
        rows += &format!("{month},Us,toys,north,1000,{}\n", 20 + 2 * more);
    }
    bed.write("data/shops.csv", rows);
    let table = "published,metric,trade,region,lower,median,upper,count,source,version\n\
                 2025-01-01,rate,toys,north,0.02,0.05,0.08,4,Bureau,2025-01\n\
                 2025-01-01,rate,toys,,0.03,0.06,0.09,40,Bureau,2024-07\n\
                 2025-03-01,rate,toys,,0.03,0.07,0.09,41,Bureau,2025-01\n\
                 2025-07-01,rate,toys,,0.5,0.6,0.7,42,Bureau,2025-07\n";
    bed.write("data/table.csv", table);
    bed.write(
        "jobs/contracts/shops.toml",
        "description = \"Shops.\"\nowner = \"Tests\"\nkey = [\"month\", \"shop\"]\non_duplicate = \"refuse\"\n\
         [source]\nfiles = [\"shops.csv\"]\n[time]\ncolumn = \"month\"\nexpected = \"monthly\"\n[columns]\n\
         month = { type = \"date\", required = true, format = [\"%Y-%m\"] }\nshop = { type = \"text\" }\n\
         trade = { type = \"text\" }\nregion = { type = \"text\" }\nvisits = { type = \"integer\" }\n\
         orders = { type = \"integer\" }\n[[derived]]\nname = \"value\"\nsql = \"orders * 100\"\n",
    );
    bed.write(
        "jobs/contracts/table.toml",
        "description = \"Quartiles.\"\nowner = \"Tests\"\n[source]\nfiles = [\"table.csv\"]\n[time]\n\
         column = \"published\"\nexpected = \"irregular\"\n[columns]\n\
         published = { type = \"date\", required = true, format = [\"%Y-%m-%d\"] }\nmetric = { type = \"text\" }\n\
         trade = { type = \"text\" }\nregion = { type = \"text\" }\nlower = { type = \"decimal\", scale = 4 }\n\
         median = { type = \"decimal\", scale = 4 }\nupper = { type = \"decimal\", scale = 4 }\n\
         count = { type = \"integer\" }\nsource = { type = \"text\" }\nversion = { type = \"text\" }\n",
    );
    let metric = |name: &str, unit: &str, how: &str| {
        format!(
            "[{name}]\nlabel = {{ en = \"{name}\", zh-CN = \"值\" }}\ndescription = {{ en = \"{name}\", zh-CN = \"值\" }}\n\
             unit = \"{unit}\"\nowner = \"Tests\"\n{how}\n"
        )
    };
    let over = |measure: &str| format!("dataset = \"shops\"\nmeasure = \"{measure}\"");
    let ours = |measure: &str| format!("{}\nwhere = \"shop = 'Us'\"", over(measure));
    let metrics = [
        metric("orders", "count", &over("sum(orders)")),
        metric("rate", "percent", &over("sum(orders) / sum(visits)")),
        metric("our_visits", "count", &ours("sum(visits)")),
        metric("our_rate", "percent", &ours("sum(orders) / sum(visits)")),
        metric("our_orders", "count", &ours("sum(orders)")),
        metric("revenue", "money:CNY", "formula = \"our_visits * our_rate * 100\""),
    ];
    bed.write("jobs/metrics/shops.toml", metrics.concat());
    bed
}

/// The report of a job with one section of these settings and these peer groups.
fn report(bed: &TestBed, groups: &str, sections: &str) -> Report {
    bed.write("jobs/peers/groups.toml", groups);
    let job = format!(
        "schema_version = 1\ntitle = {{ en = \"Peers\", zh-CN = \"对标\" }}\norganisation = {{ en = \"Us\", zh-CN = \"我们\" }}\n\
         owner = \"Tests\"\nzone = \"Asia/Shanghai\"\ngrain = \"month\"\nas_of = \"2025-07-01T06:30:00\"\n\
         data = \"../data\"\n{sections}"
    );
    bed.write(JOB, job);
    let ran = bed.tidings(&["run", JOB, "--no-send", "--format", "json"]);
    assert!(ran.code == 0 || ran.code == 3, "{ran:?}");
    let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
    let stored = record.artefacts.iter().find(|artefact| artefact.kind == "report");
    let text = fs::read_to_string(&stored.expect("a report").path).expect("a stored report");
    serde_json::from_str(&text).expect("a report")
}

fn section(id: &str, settings: &str) -> String {
    format!(
        "[[section]]\nid = \"{id}\"\ntitle = {{ en = \"{id}\", zh-CN = \"对标\" }}\nanalysis = \"benchmark\"\n{settings}\n"
    )
}

fn group(name: &str, settings: &str) -> String {
    format!(
        "[{name}]\nlabel = {{ en = \"{name}\", zh-CN = \"组\" }}\ndataset = \"shops\"\n{settings}\n"
    )
}

fn panel(name: &str, settings: &str) -> String {
    group(name, &format!("entity = \"shop\"\nown = \"Us\"\n{settings}"))
}

/// Everything that a section says, notes included.
fn messages(section: &Section) -> Vec<Message> {
    let notes = section.blocks.iter().filter_map(|block| match block {
        Block::Note(message) => Some(message.clone()),
        _ => None,
    });
    section.findings.iter().map(|finding| finding.message.clone()).chain(notes).collect()
}

fn said(section: &Section, key: &str) -> Message {
    let all = messages(section);
    let found = all.iter().find(|message| message.key == key);
    found.unwrap_or_else(|| panic!("no {key} in {all:#?}")).clone()
}

fn text(message: &Message, name: &str) -> String {
    match &message.arguments[name] {
        Argument::Value { value, .. } | Argument::Change(value) => {
            value.unwrap().normalize().to_string()
        }
        Argument::PercentagePoints(value) => value.unwrap().normalize().to_string(),
        Argument::Count(count) => count.to_string(),
        Argument::Text(text) => text.clone(),
        Argument::Label(label) => label.en.clone(),
        Argument::List(list) => {
            list.iter().map(|label| label.en.as_str()).collect::<Vec<_>>().join(", ")
        }
        other => panic!("{name} is {other:?}"),
    }
}

fn tables(section: &Section) -> usize {
    section.blocks.iter().filter(|block| matches!(block, Block::Table(_) | Block::Chart(_))).count()
}

#[test]
fn a_cohort_is_widened_rule_by_rule_until_there_are_enough_and_says_so() {
    let bed = bed();
    // In June the shops have rates of 0.02, 0.03 … 0.13, we have 0.04. Six sell toys, three of them in the north.
    let groups = panel("alike", "cohort = [\"trade\", \"region\"]");
    let report = report(&bed, &groups, &section("s", "groups = [\"alike\"]\nmetrics = [\"rate\"]"));
    let widened = said(&report.sections[0], "benchmark.widened");
    assert_eq!(
        (text(&widened, "columns"), text(&widened, "kept")),
        ("trade, region".into(), "trade".into())
    );
    // 2 3 4 5 6 7 %: two below, one equal; between the third and fourth lies the median.
    let found = said(&report.sections[0], "benchmark.below");
    assert_eq!((text(&found, "peers"), text(&found, "median")), ("6".into(), "0.045".into()));
    assert_eq!(text(&found, "rank"), "0.416666666667");
}

#[test]
fn what_one_peer_dominates_or_all_share_is_withheld_with_its_reason() {
    let bed = bed();
    // Toys: 20 + 30 + … + 70 = 270, of which the largest has 70, more than a quarter.
    let groups = panel("toys", "where = \"trade = 'toys'\"\nweight = \"orders\"");
    let settings = section("s", "groups = [\"toys\"]\nmetrics = [\"rate\"]");
    let dominated = report(&bed, &groups, &settings);
    let message = said(&dominated.sections[0], "benchmark.dominated");
    assert_eq!((text(&message, "peers"), text(&message, "most")), ("6".into(), "0.25".into()));
    assert_eq!(tables(&dominated.sections[0]), 0, "a withheld group has neither table nor chart");
    let settings = section("s", "groups = [\"all\"]\nmetrics = [\"our_visits\"]");
    let few = report(&bed, &panel("all", ""), &settings);
    assert_eq!(text(&said(&few.sections[0], "benchmark.withheld"), "peers"), "0");
}

#[test]
fn of_two_groups_that_differ_by_a_few_peers_only_the_first_is_shown() {
    let bed = bed();
    let groups = panel("all", "")
        + &panel("most", "where = \"shop <> 'S01'\"")
        + &panel("shoes", "where = \"trade = 'shoes'\"");
    let sections = section("first", "groups = [\"all\", \"shoes\"]\nmetrics = [\"rate\"]")
        + &section("second", "groups = [\"most\"]\nmetrics = [\"rate\"]");
    let report = report(&bed, &groups, &sections);
    assert_eq!(
        tables(&report.sections[0]),
        6,
        "twelve shops and six of them: chart, two tables each"
    );
    let message = said(&report.sections[1], "benchmark.difference");
    assert_eq!((text(&message, "peers"), text(&message, "other")), ("11".into(), "all".into()));
    assert_eq!(tables(&report.sections[1]), 0);
}

#[test]
fn places_growth_and_size_are_told() {
    let bed = bed();
    let groups = panel("all", "weight = \"orders\"");
    let settings = "groups = [\"all\"]\nmetrics = [\"orders\", \"rate\"]\ngrowth = [\"orders\"]\nadjusted = [\"rate\"]";
    let report = report(&bed, &groups, &section("s", settings));
    let s = &report.sections[0];
    // We grew from 20 to 40, the others together from 780 to 900.
    let growth = said(s, "benchmark.growth");
    assert_eq!(
        (text(&growth, "own"), text(&growth, "index")),
        ("1".into(), "0.153846153846".into())
    );
    // In May we had 30 against 15, 25 … 125: 10 ahead of us, place 11. In June 9 are ahead of our 40.
    let titles = |block: &Block| match block {
        Block::Table(table) => Some((table.title.en.clone(), table.rows[0].cells.clone())),
        _ => None,
    };
    let found: Vec<_> = s.blocks.iter().filter_map(titles).collect();
    let ranks =
        &found.iter().find(|(title, _)| title == "all: rank and movement").expect("ranks").1;
    let number = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(|value| value.to_f64()),
        _ => None,
    };
    assert_eq!(
        ranks[4..].iter().map(number).collect::<Vec<_>>(),
        [Some(10.0), Some(1.0), Some(1.0)]
    );
    assert!(found.iter().any(|(title, _)| title == "all: given our size"), "{found:?}");
}

#[test]
fn closing_a_gap_is_worth_what_the_formula_says() {
    let bed = bed();
    // Peers' rates are 0.02 to 0.13, their median 0.075, their upper quartile 0.1025; ours is 0.04 of 1,000 visits.
    let settings = "groups = [\"all\"]\nmetrics = [\"rate\"]\n\
                    worth = { metric = \"revenue\", driver = \"our_rate\", peer = \"rate\" }";
    let report = report(&bed, &panel("all", ""), &section("s", settings));
    for (key, goal, gain) in [
        ("benchmark.worth_median", "0.075", "3500.00"),
        ("benchmark.worth_best", "0.1025", "6250.00"),
    ] {
        let message = said(&report.sections[0], key);
        let cents = |name: &str| format!("{:.2}", text(&message, name).parse::<f64>().unwrap());
        assert_eq!((text(&message, "goal"), cents("gain")), (goal.into(), gain.into()));
        assert_eq!(cents("now"), "4000.00");
    }
    let wrong = settings.replace("our_rate", "orders");
    bed.replace(JOB, settings, &wrong);
    let refused = bed.tidings(&["check", JOB]).exits(2);
    refused.complains(&["`orders` does not stand in the formula of `revenue`"]);
}

#[test]
fn a_table_of_quartiles_is_read_by_cohort_and_edition() {
    let bed = bed();
    let table = "[bureau]\nkind = \"industry\"\nlabel = { en = \"bureau\", zh-CN = \"表\" }\ndataset = \"table\"\n\
                 cohort = [\"trade\", \"region\"]\nwe = { trade = \"toys\", region = \"REGION\" }\n\
                 called = { our_rate = \"rate\" }\n";
    let settings = section("s", "groups = [\"bureau\"]\nmetrics = [\"our_rate\"]");
    let wide = report(&bed, &table.replace("REGION", "south"), &settings);
    // No row for the south: the row of all regions counts, of the newest edition that was out in June.
    let found = said(&wide.sections[0], "benchmark.industry_worse");
    assert_eq!((text(&found, "value"), text(&found, "median")), ("0.04".into(), "0.07".into()));
    let cited = said(&wide.sections[0], "benchmark.cited");
    let told = ["source", "version", "peers"].map(|name| text(&cited, name));
    assert_eq!(told, ["Bureau", "2025-01", "41"]);
    assert_eq!(text(&said(&wide.sections[0], "benchmark.widened"), "kept"), "trade");
    // Four companies in the north are too few.
    let north = table.replace("REGION", "north");
    let narrow = report(&bed, &north, &settings);
    assert_eq!(text(&said(&narrow.sections[0], "benchmark.widened"), "kept"), "trade");
    let strict = report(&bed, &(north + "minimum = 50\n"), &settings);
    let few = said(&strict.sections[0], "benchmark.withheld");
    assert_eq!((text(&few, "peers"), text(&few, "minimum")), ("4".into(), "50".into()));
}

#[test]
fn competitors_are_named_and_a_market_gives_share_and_growth() {
    let bed = bed();
    let groups = group("rivals", "kind = \"competitors\"\nentity = \"shop\"\nown = \"Us\"")
        + &group("market", "kind = \"market\"\nsize = \"orders\"");
    let settings = section("names", "groups = [\"rivals\"]\nmetrics = [\"orders\"]")
        + &section("share", "groups = [\"market\"]\nmetrics = [\"our_orders\"]");
    let report = report(&bed, &groups, &settings);
    let named = report.sections[0].blocks.iter().find_map(|block| match block {
        Block::Table(table) if table.title.en == "rivals: by name" => Some(table.rows.len()),
        _ => None,
    });
    assert_eq!(named, Some(13), "twelve competitors and we");
    // 40 of 940 orders, a year before 20 of 800.
    let market = said(&report.sections[1], "benchmark.market");
    let told = ["share", "change", "own", "index"].map(|name| text(&market, name));
    assert_eq!(told, ["0.042553191489", "0.017553191489", "1", "0.175"]);
    let table = report.sections[1].blocks.iter().find_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    let table = table.expect("a table");
    // A telephone shows the last columns: ours is the very last, and growth has its sign.
    assert_eq!(table.columns.last().expect("columns").label.en, "Share");
    let ours = &table.rows[0].cells[4];
    let is_double =
        matches!(ours, Cell::Change { change: Some(change), .. } if (change - 1.0).abs() < 1e-9);
    assert!(is_double, "{ours:?}");
}

#[test]
fn quartiles_follow_the_chosen_definition() {
    let bed = bed();
    // 2, 3 … 13 %: by type 6 the lower quartile stands at place 13 / 4 = 3.25, by type 7 at 11 / 4 + 1 = 3.75.
    for (definition, lower) in [("", 0.0475), ("quantile_type = 6", 0.0425)] {
        let settings = format!("groups = [\"all\"]\nmetrics = [\"rate\"]\n{definition}");
        let report = report(&bed, &panel("all", ""), &section("s", &settings));
        let found = report.sections[0].blocks.iter().find_map(|block| match block {
            Block::Chart(chart) => chart.series[0].values[0],
            _ => None,
        });
        assert!(
            found.is_some_and(|found| (found - lower).abs() < 1e-12),
            "{definition}: {found:?}"
        );
    }
    let settings = "groups = [\"all\"]\nmetrics = [\"rate\"]\nquantile_type = 7";
    report(&bed, &panel("all", ""), &section("s", settings));
    bed.replace(JOB, "quantile_type = 7", "quantile_type = 10");
    let refused = bed.tidings(&["check", JOB]).exits(2);
    refused.complains(&["there is no definition 10 of a quartile"]);
}

#[test]
fn a_figure_is_shown_from_five_peers_with_at_most_a_quarter_each() {
    let cases: [(&[u32], &str); 3] = [
        (&[10, 10, 10, 11], "benchmark.withheld"),
        (&[40, 15, 15, 15, 14], "benchmark.dominated"),
        (&[25, 20, 20, 20, 15], "benchmark.above"),
    ];
    for (orders, key) in cases {
        let bed = bed();
        let mut rows =
            "month,shop,trade,region,visits,orders\n2025-06,Us,toys,north,1,21\n".to_owned();
        for (shop, orders) in orders.iter().enumerate() {
            rows += &format!("2025-06,S{shop},toys,north,1,{orders}\n");
        }
        bed.write("data/shops.csv", rows);
        let settings = section("s", "groups = [\"all\"]\nmetrics = [\"orders\"]");
        let report = report(&bed, &panel("all", ""), &settings);
        said(&report.sections[0], key);
        assert_eq!(tables(&report.sections[0]) > 0, key == "benchmark.above", "{orders:?}");
    }
}

#[test]
fn keys_of_another_kind_and_a_lower_floor_are_refused() {
    let bed = bed();
    bed.write(JOB, "schema_version = 1\ntitle = { en = \"P\", zh-CN = \"P\" }\norganisation = { en = \"U\", zh-CN = \"U\" }\nowner = \"T\"\nzone = \"UTC\"\ndata = \"../data\"\n");
    let groups = panel("all", "most_share = 0.5\nsize = \"orders\"\ncohort = [\"trad\"]")
        + "[t]\nkind = \"industry\"\nlabel = { en = \"t\", zh-CN = \"表\" }\ndataset = \"table\"\ncohort = [\"trade\"]\n";
    bed.write("jobs/peers/groups.toml", groups);
    bed.tidings(&["check", JOB]).exits(2).complains(&[
        "0.5 is not above 0 and at most 0.25",
        "a peer group of kind `panel` has no `size`",
        "dataset `shops` has no column `trad`",
        "did you mean `trade`",
        "what are we in `trade`",
    ]);
}
