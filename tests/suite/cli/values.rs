//! `kpi`: the three forms of a table, and that stdout carries data alone.

use super::JOB;
use crate::support::{TestBed, nightly, truths};

#[test]
fn kpi_has_the_same_values_in_all_three_forms() {
    let bed = &nightly().bed;
    let ask = ["kpi", JOB, "--metric", "orders", "--grain", "quarter", "--by", "region,channel"];
    let say = |form: &str| bed.tidings(&[&ask[..], &["--format", form]].concat()).exits(0);
    let csv = say("csv");
    assert_eq!(csv.stdout.lines().next(), Some("period,region,channel,orders"));
    let rows = csv.csv();
    assert_eq!(rows.len(), 5 * 4 * 4, "quarters, regions, channels");
    let json = say("json").json();
    let json = json.as_array().expect("rows").clone();
    let table = say("table").stdout;
    let lines: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["period", "region", "channel", "orders"]);
    assert_eq!((json.len(), lines.len()), (rows.len(), rows.len() + 1));
    for ((row, json), line) in rows.iter().zip(&json).zip(&lines[1..]) {
        let cells = ["period", "region", "channel", "orders"].map(|name| row[name].as_str());
        assert_eq!(line[..], cells);
        assert_eq!(json["period"], cells[0]);
        assert_eq!(json["members"], serde_json::json!([cells[1], cells[2]]));
        assert_eq!(json["value"]["exact"], cells[3], "counts are exact, so they are text");
    }
}

#[test]
fn a_total_is_asked_of_the_rows_not_added_up_from_slices() {
    let bed = &nightly().bed;
    let total = bed.value(JOB, "active_customers");
    let rows = bed.kpi(JOB, "--metric active_customers --grain month");
    let sum: u64 = rows.iter().map(|row| row["active_customers"].parse::<u64>().unwrap()).sum();
    assert!(
        total.parse::<u64>().unwrap() < sum,
        "people who buy in two months count once: {total}"
    );
    let orders: u64 = bed.value(JOB, "orders").parse().unwrap();
    let truths = truths();
    let months = truths["sales"]["by_month"].as_array().unwrap();
    let expected: u64 = months.iter().map(|row| row["orders_paid"].as_u64().unwrap()).sum();
    assert_eq!(orders, expected);
}

#[test]
fn from_and_to_are_both_inside_the_span() {
    let bed = &nightly().bed;
    let rows = bed.kpi(JOB, "--metric orders --grain day --from 2026-06-01 --to 2026-06-03");
    let days: Vec<_> = rows.iter().map(|row| row["period"].as_str()).collect();
    assert_eq!(days, ["2026-06-01", "2026-06-02", "2026-06-03"]);
    let sum: u64 = rows.iter().map(|row| row["orders"].parse::<u64>().unwrap()).sum();
    let whole = bed.kpi(JOB, "--metric orders --from 2026-06-01 --to 2026-06-03");
    assert_eq!(whole[0]["period"], "2026-06-01..2026-06-03");
    assert_eq!(whole[0]["orders"], sum.to_string());
}

#[test]
fn metrics_over_longer_windows_and_shares_agree_with_their_parts() {
    let bed = &nightly().bed;
    let days =
        bed.kpi(JOB, "--metric net_revenue_mtd --grain day --from 2026-06-30 --to 2026-06-30");
    let months =
        bed.kpi(JOB, "--metric net_revenue --grain month --from 2026-06-01 --to 2026-06-30");
    assert_eq!(
        days[0]["net_revenue_mtd"], months[0]["net_revenue"],
        "the month to date at its end"
    );
    let shares =
        bed.kpi(JOB, "--metric channel_share --grain month --by channel --from 2026-06-01");
    let sum: f64 = shares.iter().map(|row| row["channel_share"].parse::<f64>().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9, "shares make a whole: {shares:?}");
}

#[test]
fn an_unknown_metric_or_dimension_is_refused_with_the_known_ones() {
    let bed = &nightly().bed;
    let refused = |arguments: &[&str]| bed.tidings(arguments).exits(2);
    let ran = refused(&["kpi", JOB, "--metric", "net_revenu"]);
    assert_eq!(ran.stdout, "", "a refusal is no data");
    ran.complains(&["unknown metric `net_revenu`", "net_revenue", "orders_placed", "win_rate"]);
    refused(&["kpi", JOB, "--metric", "ad_spend", "--by", "channel"]).complains(&[
        "`ad_spend` cannot be sliced by `channel`",
        "dataset `spend`",
        "platform",
    ]);
    refused(&["kpi", JOB, "--metric", "orders", "--grain", "fortnight"]).complains(&["fortnight"]);
    refused(&["kpi", "jobs/nowhere.toml", "--metric", "orders"]).complains(&["jobs/nowhere.toml"]);
    refused(&["run", JOB, "--as-of", "yesterday"])
        .complains(&["`yesterday` is no moment", "2026-07-01"]);
    refused(&["rnu", JOB]).complains(&["rnu", "run"]);
}

#[test]
fn a_period_without_rows_is_named_with_the_days_that_have_some() {
    let bed = &nightly().bed;
    for (arguments, period) in [
        ("--as-of 2001-01-01", "no rows up to 2000-12-31: `spend` has rows from "),
        ("--from 2001-01-01 --to 2001-01-31", "no rows from 2001-01-01 to 2001-01-31: `spend` has"),
    ] {
        let mut asked = vec!["kpi", JOB, "--metric", "ad_spend", "--format", "csv"];
        asked.extend(arguments.split(' '));
        let ran = bed.tidings(&asked).exits(0);
        assert_eq!(ran.stdout, "period,ad_spend\n", "{arguments}");
        ran.complains(&[period, " to 2026-06-30", "help: ask for a period with rows"]);
    }
}

#[test]
fn a_job_is_pinned_to_a_moment_as_people_write_it() {
    let bed = TestBed::copy();
    let planned = |moment: &str| {
        bed.restore(JOB);
        bed.replace(JOB, "2026-07-01T06:30:00", moment);
        bed.tidings(&["explain", JOB])
    };
    for moment in ["2026-07-01T06:30", "2026-07-01 06:30", "2026-07-01T06:30:00"] {
        let said = planned(moment).exits(0).stdout;
        assert!(said.contains("2026-07-01T06:30:00+08:00"), "{moment}: {said}");
    }
    planned("2026-07-01T06").exits(2).complains(&[
        "nightly.toml:7:",
        "`2026-07-01T06` is no moment; write 2026-07-01, 2026-07-01T06:30 or 2026-07-01T06:30:00",
    ]);
}

#[test]
fn data_goes_to_stdout_and_logs_to_stderr() {
    let bed = TestBed::here();
    let ask = ["-v", "--log-json", "kpi", JOB, "--metric", "leads", "--format", "json"];
    let ran = bed.tidings(&ask).exits(0);
    assert!(ran.json().is_array(), "stdout is JSON alone");
    let logs: Vec<&str> = ran.stderr.lines().collect();
    assert!(!logs.is_empty(), "`-v` says something on stderr");
    for line in logs {
        let event: serde_json::Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("a log line is JSON: {error}: {line}"));
        assert!(event["level"].is_string(), "{line}");
    }
    let quiet = bed.tidings(&["kpi", JOB, "--metric", "leads"]).exits(0);
    assert_eq!(quiet.stderr, "", "without `-v` a good run is silent");
}

#[test]
fn nothing_is_coloured_without_a_terminal_or_with_no_color() {
    let bed = TestBed::here();
    for no_color in [true, false] {
        let mut command = bed.command(&["-vv", "kpi", JOB, "--metric", "win_rat"]);
        if !no_color {
            command.env_remove("NO_COLOR");
        }
        let ran = bed.start(command).exits(2);
        assert!(
            !(ran.stdout + &ran.stderr).contains('\u{1b}'),
            "escape codes in `{}`",
            ran.command
        );
    }
}

#[test]
fn a_run_that_cannot_go_on_fails_with_code_1() {
    let bed = TestBed::copy();
    bed.write("blocked", "a file where the state folder should be");
    let mut command = bed.command(&["run", JOB]);
    command.env("TIDINGS_STATE", bed.path("blocked"));
    let ran = bed.start(command).exits(1);
    ran.complains(&["blocked"]);
}
