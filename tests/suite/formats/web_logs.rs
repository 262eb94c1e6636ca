//! Logs of web servers: hits to sessions across files and nights, lines in quarantine, and visitors that nobody is told.

use super::{JOB, shop};
use crate::support::{TestBed, all_at_once, lake};
use chrono::{DateTime, FixedOffset};
use std::collections::{BTreeMap, BTreeSet};

const HITS: &str = r#"
description = "What the server logged."
owner = "Tests"
[source]
files = ["log/*.log"]
format = "web_log"
log = "combined"
null = ["-"]
[time]
column = "at"
expected = "irregular"
partition = "day"
[columns]
host = { type = "text", required = true }
at = { type = "timestamp", required = true, aliases = ["time"], format = ["%d/%b/%Y:%H:%M:%S %z"] }
page = { type = "text", aliases = ["path"] }
status = { type = "integer", required = true, min = "100", max = "599" }
bytes = { type = "integer", min = "0" }
user_agent = { type = "text" }
[bots]
column = "user_agent"
"#;

const SESSIONS: &str = r#"
description = "Visits."
owner = "Tests"
[sessions]
of = "hits"
visitor = ["host", "user_agent"]
where = "not is_bot and status = 200"
[time]
column = "started_at"
expected = "irregular"
partition = "day"
[columns]
entry = { type = "text", aliases = ["page"] }
"#;

const METRICS: [(&str, &str, &str); 6] = [
    ("hits", "hits", "count(*)"),
    ("sessions", "sessions", "count(*)"),
    ("visitors", "sessions", "count(distinct visitor_id)"),
    ("pageviews", "sessions", "sum(pageviews)"),
    ("seconds", "sessions", "sum(duration_seconds)"),
    ("bounces", "sessions", "count(*)\"\nwhere = \"bounced"),
];

/// Noon of the first day in Shanghai.
const NOON: i64 = 1_767_240_000;

fn bed() -> TestBed {
    let bed = shop();
    bed.write("jobs/contracts/hits.toml", HITS);
    bed.write("jobs/contracts/sessions.toml", SESSIONS);
    let metric = |(name, dataset, measure): (&str, &str, &str)| {
        format!(
            "[{name}]\nlabel = {{ en = \"{name}\", zh-CN = \"值\" }}\ndescription = {{ en = \"{name}\", zh-CN = \"值\" }}\n\
             unit = \"count\"\nowner = \"Tests\"\ndataset = \"{dataset}\"\nmeasure = \"{measure}\"\n"
        )
    };
    let fresh =
        metric(("fresh", "sessions", "")).replace("measure = \"\"", "first_seen = \"visitor_id\"");
    bed.write("jobs/metrics/web.toml", METRICS.map(metric).concat() + &fresh);
    bed
}

/// A line of the log; every other one is written in another zone.
fn line(host: &str, at: i64, path: &str) -> String {
    let zone =
        FixedOffset::east_opt(if at % 2 == 0 { 8 * 3600 } else { -5 * 3600 }).expect("a zone");
    let moment = DateTime::from_timestamp(at, 0).expect("a moment").with_timezone(&zone);
    let time = moment.format("%d/%b/%Y:%H:%M:%S %z");
    format!("{host} - - [{time}] \"GET {path} HTTP/1.1\" 200 - \"-\" \"UA \\\"{host}\\\"\"\n")
}

/// A metric by day, as `day value`.
fn by_day(bed: &TestBed, metric: &str) -> Vec<String> {
    let rows = bed.kpi(JOB, &format!("--metric {metric} --grain day"));
    rows.iter().map(|row| format!("{} {}", row["period"], row[metric])).collect()
}

#[test]
fn a_session_runs_over_midnight_and_the_ends_of_files_and_counts_on_its_first_day() {
    let bed = bed();
    let midnight = NOON + 12 * 3600;
    // Half an hour is not yet a pause, a second more is; the log of the second day is out of order.
    let first = line("a", midnight - 600, "/in") + &line("b", NOON, "/only");
    let second = [
        line("a", midnight + 3001 + 1800, "/again"),
        line("a", midnight + 3000, "/on"),
        line("a", midnight + 1200, "/on"),
    ];
    bed.write("data/log/1.log", first);
    assert_eq!(by_day(&bed, "sessions"), ["2026-01-01 2"]);
    assert_eq!(by_day(&bed, "bounces"), ["2026-01-01 2"]);
    bed.write("data/log/2.log", second.concat());
    assert_eq!(by_day(&bed, "sessions"), ["2026-01-01 2", "2026-01-02 1"]);
    assert_eq!(by_day(&bed, "pageviews"), ["2026-01-01 4", "2026-01-02 1"]);
    assert_eq!(by_day(&bed, "bounces"), ["2026-01-01 1", "2026-01-02 1"]);
    assert_eq!(bed.value(JOB, "seconds"), "3600");
    assert_eq!(bed.value(JOB, "visitors"), "2");
    let entries = bed.kpi(JOB, "--metric sessions --by entry");
    let entries: BTreeSet<_> = entries.iter().map(|row| row["entry"].as_str()).collect();
    assert_eq!(entries, ["/again", "/in", "/only"].into());
}

/// What the rule makes of hits, told the long way: by day sessions, page views, bounces and seconds.
fn by_hand(hits: &[(String, i64)]) -> BTreeMap<&'static str, BTreeMap<i64, i64>> {
    let mut sessions: Vec<Vec<i64>> = Vec::new();
    let hosts: BTreeSet<&String> = hits.iter().map(|(host, _)| host).collect();
    for host in hosts {
        let mut own: Vec<i64> = hits.iter().filter(|hit| hit.0 == *host).map(|hit| hit.1).collect();
        own.sort_unstable();
        for (place, at) in own.iter().enumerate() {
            match place.checked_sub(1).map(|before| at - own[before]) {
                Some(pause) if pause <= 1800 => sessions.last_mut().expect("begun").push(*at),
                _ => sessions.push(vec![*at]),
            }
        }
    }
    let mut told: BTreeMap<&str, BTreeMap<i64, i64>> = BTreeMap::new();
    for session in &sessions {
        let day = (session[0] + 8 * 3600).div_euclid(86_400);
        let length = session[session.len() - 1] - session[0];
        let figures = [
            ("sessions", 1),
            ("pageviews", session.len() as i64),
            ("bounces", i64::from(session.len() == 1)),
            ("seconds", length),
        ];
        for (name, value) in figures {
            *told.entry(name).or_default().entry(day).or_default() += value;
        }
    }
    told
}

#[test]
fn hits_in_any_order_over_any_nights_make_the_sessions_of_the_rule() {
    let mut faults = Vec::new();
    for seed in [1_u64, 2, 3] {
        let mut state = seed;
        let mut draw = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut hits: Vec<(String, i64)> = Vec::new();
        // One visitor hardly ever pauses, so that sessions run over several days; some hits are of one moment.
        for (host, count, pause) in [("busy", 260, 1800), ("calm", 60, 9000), ("rare", 12, 60_000)]
        {
            let mut at = NOON - 40_000;
            for _ in 0..count {
                at += draw(pause) as i64;
                hits.push((host.to_owned(), at));
            }
        }
        for place in (1..hits.len()).rev() {
            hits.swap(place, draw(place as u64 + 1) as usize);
        }
        let bed = bed();
        for (night, arrived) in hits.chunks(hits.len() / 5 + 1).enumerate() {
            let lines = arrived.iter().map(|(host, at)| line(host, *at, "/")).collect::<String>();
            bed.write(&format!("data/log/{}.log", (night * 7) % 5), lines);
            by_day(&bed, "sessions");
        }
        for (name, days) in by_hand(&hits) {
            let found = by_day(&bed, name).into_iter();
            let found: Vec<_> =
                found.filter(|day| !day.ends_with(" ") && !day.ends_with(" 0")).collect();
            let told = days.iter().filter(|(_, value)| **value > 0).map(|(day, value)| {
                let date = DateTime::from_timestamp(day * 86_400, 0).expect("a day").date_naive();
                format!("{date} {value}")
            });
            let told: Vec<_> = told.collect();
            if found != told {
                faults.push(format!("seed {seed}, {name}: {found:?} instead of {told:?}"));
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn a_late_hit_redoes_its_own_day_and_no_other() {
    let bed = bed();
    for day in 0..6 {
        let at = NOON + day * 86_400;
        let lines = [line("a", at, "/"), line("a", at + 60, "/x"), line("b", at + 40_000, "/")];
        bed.write(&format!("data/log/{day}.log"), lines.concat());
    }
    assert_eq!(bed.value(JOB, "sessions"), "12");
    let before = lake::parts(&bed.state(), "sessions");
    assert_eq!(before.len(), 6);
    assert_eq!(bed.value(JOB, "sessions"), "12");
    assert_eq!(
        lake::parts(&bed.state(), "sessions"),
        before,
        "a night without news writes nothing"
    );
    bed.write("data/log/late.log", line("c", NOON + 2 * 86_400, "/late"));
    assert_eq!(bed.value(JOB, "sessions"), "13");
    let mut after = lake::parts(&bed.state(), "sessions");
    for (path, written) in &before {
        assert_eq!(after.remove(path).as_ref(), Some(written), "{} is left alone", path.display());
    }
    let redone: Vec<_> =
        after.keys().map(|path| path.parent().unwrap().file_name().unwrap()).collect();
    assert_eq!(redone, ["day=2026-01-03"]);
}

#[test]
fn visitors_are_counted_and_never_told() {
    let bed = bed();
    bed.write("data/log/1.log", line("203.0.113.7", NOON, "/"));
    for (metric, column) in [
        ("hits", "host"),
        ("hits", "user_agent"),
        ("sessions", "visitor_id"),
        ("sessions", "session_id"),
    ] {
        let ran = bed.tidings(&["kpi", JOB, "--metric", metric, "--by", column]).exits(2);
        ran.complains(&["tells visitors apart, who are counted, never told"]);
    }
    let job = std::fs::read_to_string(bed.path(JOB)).expect("the job");
    let section = |analysis: &str| {
        format!(
            "{job}[[section]]\nid = \"all\"\ntitle = {{ en = \"All\", zh-CN = \"全部\" }}\n{analysis}"
        )
    };
    let channels = "analysis = \"channels\"\nmetrics = [\"hits\"]\nby = \"host\"\n";
    bed.write(JOB, section(channels));
    bed.tidings(&["check", JOB]).exits(2).complains(&["`hits` cannot be sliced by `host`"]);
    let step = "[[section.step]]\nlabel = { en = \"S\", zh-CN = \"步\" }\ndataset = \"hits\"\nperson = \"host\"\n";
    let funnel = format!(
        "analysis = \"funnel\"\nby = \"lower(user_agent)\"\n{step}where = \"status = 200\"\n{step}"
    );
    bed.write(JOB, section(&funnel));
    bed.tidings(&["check", JOB]).exits(2).complains(&["`user_agent` tells visitors apart"]);
    // The key is drawn once, and for the owner's eyes only.
    bed.write(JOB, job);
    bed.write("data/log/2.log", line("203.0.113.7", NOON + 40 * 86_400, "/"));
    let fresh = || {
        let rows = bed.kpi(JOB, "--metric fresh --grain month");
        rows.iter().map(|row| row["fresh"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(fresh(), ["1", "0"]);
    let key = bed.state().join("visitors.key");
    let drawn = std::fs::read_to_string(&key).expect("a key");
    assert_eq!(drawn.len(), 64, "{drawn}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&key).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(&key, "0".repeat(64)).expect("another key");
    assert_eq!(bed.value(JOB, "visitors"), "1", "under another key everybody is called anew");
    assert_eq!(fresh(), ["1", "0"], "and those who were seen before as well");
}

#[test]
fn a_bot_makes_no_session_and_a_broken_line_is_in_quarantine_with_its_place() {
    let bed = bed();
    let bot = line("c", NOON, "/").replace("UA", "AnyBot/1.0");
    let broken = "d - - [01/Jan/2026:12:00:00 +0800] \"GET /cut";
    let lines =
        [line("a", NOON, "/"), bot, line("e", NOON, "/").replace("200", "999"), broken.into()];
    bed.write("data/log/1.log", lines.concat());
    assert_eq!(bed.value(JOB, "hits"), "2");
    assert_eq!(bed.value(JOB, "sessions"), "1");
    let rows = bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    let told: Vec<_> = rows["hits"].as_array().expect("rows").iter().collect();
    assert_eq!(told.len(), 2, "{rows}");
    assert_eq!((&told[0]["rule"], &told[0]["column"]), (&"range".into(), &"status".into()));
    assert_eq!((&told[1]["rule"], &told[1]["raw"]), (&"layout".into(), &broken.into()));
    assert_eq!(told[1]["detail"], "line 4, character 37: `request` has no closing quote");
}

#[test]
fn what_a_contract_says_of_logs_and_sessions_is_checked() {
    let columns = HITS.find("[columns]").expect("columns")..HITS.find("[bots]").expect("bots");
    let faults = [
        ("hits", &HITS[columns], "", "a row without columns says nothing"),
        ("hits", "files = [\"log/*.log\"]", "", "the rows come from nowhere"),
        ("hits", "log = \"combined\"", "", "`log = \"combined\"`, `\"common\"` or a LogFormat"),
        ("hits", "log = \"combined\"", "log = \"%h %Z\"", "`%Z` is not known"),
        ("hits", "aliases = [\"path\"]", "aliases = [\"pth\"]", "did you mean `path`?"),
        ("hits", "column = \"user_agent\"", "column = \"bytes\"", "`bytes` is no column with text"),
        (
            "hits",
            "column = \"user_agent\"",
            "column = \"user_agent\"\npatterns = [\"(\"]",
            "unclosed group",
        ),
        ("sessions", "of = \"hits\"", "of = \"hit\"", "did you mean `hits`?"),
        ("sessions", "where = \"not is_bot", "where = \"status + 1\" #", "true or false is needed"),
        (
            "sessions",
            "visitor = [\"host\"",
            "visitor = [\"hots\"",
            "dataset `hits` has no column `hots`",
        ),
        (
            "sessions",
            "column = \"started_at\"",
            "column = \"at\"",
            "`[time] column = \"started_at\"`",
        ),
        (
            "sessions",
            "aliases = [\"page\"]",
            "aliases = [\"bytes\"]",
            "`bytes` of `hits` is no text",
        ),
        ("sessions", "entry = { type", "bounced = { type", "every session has this column already"),
    ];
    for (dataset, from, to, says) in faults {
        let bed = bed();
        bed.replace(&format!("jobs/contracts/{dataset}.toml"), from, to);
        bed.tidings(&["check", JOB]).exits(2).complains(&[says]);
    }
}

#[test]
fn hostile_lines_end_where_they_are_required_to() {
    let Some(folder) = crate::real_data::data() else { return };
    let folder = folder.join("torture/streams");
    let log = std::fs::read_to_string(folder.join("access.log")).expect("the log");
    let required = std::fs::read_to_string(folder.join("expected.json")).expect("what is required");
    let required: serde_json::Value = serde_json::from_str(&required).expect("JSON");
    let required = &required["access.log"];
    let bed = bed();
    let accepted = required["accept_lines"].as_array().expect("lines").len();
    bed.write("data/log/access.log", &log);
    assert_eq!(bed.value(JOB, "hits"), accepted.to_string());
    let rows = bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    let lines: Vec<_> =
        rows["hits"].as_array().expect("rows").iter().map(|row| row["record"].clone()).collect();
    assert_eq!(&serde_json::Value::from(lines), &required["quarantine_lines"]);
    assert_eq!(log.lines().count() as u64, required["lines_in"].as_u64().expect("a count"));
    // The first two are a second apart, over the change to summer time, and make one session.
    assert_eq!(bed.value(JOB, "sessions"), "5");
}
