//! What would tell about a peer, by name or by the difference of two figures.

use super::*;

/// More metrics: the orders under another name, doubled, and without one shop; and visits without an order.
fn bed_with_aliases() -> TestBed {
    let bed = bed();
    let metric = |name: &str, how: &str| {
        format!(
            "[{name}]\nlabel = {{ en = \"{name}\", zh-CN = \"值\" }}\ndescription = {{ en = \"{name}\", zh-CN = \"值\" }}\n\
             unit = \"count\"\nowner = \"Tests\"\n{how}\n"
        )
    };
    let simple = "dataset = \"shops\"\nmeasure = \"sum(orders)\"";
    let metrics = [
        metric("same", simple),
        metric("twice", "formula = \"2 * orders\""),
        metric("less", &format!("{simple}\nwhere = \"shop <> 'S01'\"")),
        metric("other", "dataset = \"shops\"\nmeasure = \"sum(visits) - sum(orders)\""),
    ];
    bed.write("jobs/metrics/aliases.toml", metrics.concat());
    bed
}

#[test]
fn a_panel_is_named_by_no_other_section() {
    let bed = bed_with_aliases();
    let named = |analysis: &str, settings: &str| {
        format!(
            "[[section]]\nid = \"s\"\ntitle = {{ en = \"s\", zh-CN = \"值\" }}\nanalysis = \"{analysis}\"\n{settings}\n"
        )
    };
    let channels = named("channels", "metrics = [\"orders\"]\nby = \"shop\"");
    let rivals = group("all", "kind = \"competitors\"\nentity = \"shop\"\nown = \"Us\"");
    report(&bed, &rivals, &channels);
    bed.write("jobs/peers/groups.toml", panel("all", ""));
    for (section, told) in [
        (channels.clone(), "`orders` by `shop` would name every peer of the panel `all`"),
        (
            named("drivers", "metric = \"twice\"\nby = [\"trade\", \"shop\"]"),
            "`twice` by `shop` would name every peer",
        ),
    ] {
        let job = fs::read_to_string(bed.path(JOB)).expect("a job");
        let (head, _) = job.split_once("[[section]]").expect("a section");
        bed.write(JOB, format!("{head}{section}"));
        let refused = bed.tidings(&["check", JOB]).exits(2);
        refused.complains(&[told, "kind = \"competitors\"", "jobs/peers.toml:"]);
    }
    let trades = channels.replace("by = \"shop\"", "by = \"trade\"");
    report(&bed, &panel("all", ""), &trades);
}

#[test]
fn another_name_of_the_measure_or_of_the_days_hides_no_difference() {
    let bed = bed_with_aliases();
    let groups = panel("all", "") + &panel("most", "where = \"shop <> 'S01'\"");
    let second = |settings: &str| {
        section("first", "groups = [\"all\"]\nmetrics = [\"orders\"]")
            + &section("second", settings)
    };
    for settings in [
        "groups = [\"most\"]\nmetrics = [\"same\"]",
        "groups = [\"most\"]\nmetrics = [\"twice\"]",
        "groups = [\"all\"]\nmetrics = [\"less\"]",
        "groups = [\"most\"]\nmetrics = [\"orders\"]\ngrain = \"fiscal_month\"",
        // Nothing here shows `all` of this metric, but another report of the catalogue may.
        "groups = [\"most\"]\nmetrics = [\"other\"]",
    ] {
        let report = report(&bed, &groups, &second(settings));
        let message = said(&report.sections[1], "benchmark.difference");
        assert_eq!((text(&message, "peers"), text(&message, "other")), ("11".into(), "all".into()));
        assert_eq!(tables(&report.sections[1]), 0, "{settings}");
    }
    let report = report(&bed, &groups, &second("groups = [\"all\"]\nmetrics = [\"twice\"]"));
    assert!(tables(&report.sections[1]) > 0, "the same group shows nothing new");
}

#[test]
fn two_groups_together_hide_no_difference_either() {
    let bed = bed();
    // Toys are the first six shops, shoes the last six. What comes first by name may be shown.
    let all = |name: &str| panel(name, "");
    let toys = |name: &str| panel(name, "where = \"trade = 'toys'\"");
    let shoes = |name: &str| panel(name, "where = \"trade = 'shoes'\"");
    let few = |name: &str| panel(name, "where = \"shop > 'S07'\"");
    let settings = "groups = [\"a\", \"b\", \"c\"]\nmetrics = [\"rate\"]";
    for (groups, peers) in [
        // All are toys, these shoes, and one shop more.
        (toys("a") + &few("b") + &all("c"), "12"),
        // All but toys are shoes, of which these are all but one.
        (all("a") + &toys("b") + &few("c"), "5"),
    ] {
        let report = report(&bed, &groups, &section("s", settings));
        let message = said(&report.sections[0], "benchmark.difference");
        let told = (text(&message, "peers"), text(&message, "other"));
        assert_eq!(told, (peers.into(), "a, b".into()));
        assert_eq!(tables(&report.sections[0]), 6, "the first two groups are shown");
    }
    let groups = toys("a") + &shoes("b") + &all("c");
    let report = report(&bed, &groups, &section("s", settings));
    assert_eq!(tables(&report.sections[0]), 9, "the sum of both shows nothing new");
}

#[test]
fn a_group_that_another_report_may_show_counts_too() {
    let bed = bed();
    let groups = panel("all", "") + &panel("most", "where = \"shop <> 'S01'\"");
    let only = |name: &str| section("s", &format!("groups = [\"{name}\"]\nmetrics = [\"rate\"]"));
    let first = report(&bed, &groups, &only("all"));
    assert_eq!(tables(&first.sections[0]), 3);
    let second = report(&bed, &groups, &only("most"));
    let message = said(&second.sections[0], "benchmark.difference");
    assert_eq!((text(&message, "peers"), text(&message, "other")), ("11".into(), "all".into()));
    assert_eq!(tables(&second.sections[0]), 0);
}
