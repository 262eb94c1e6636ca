//! Taps: whatever they say, rows and state come together or not at all, and the tap is gone afterwards.

use super::{Night, bed, manifest, night, night_of};
use crate::{
    formats::JOB,
    support::{TestBed, root},
};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};

const SCHEMA: &str = r#"{"type":"SCHEMA","stream":"orders","schema":{"properties":{"id":{"type":"integer"},"amount":{"type":"number"},"at":{"type":"string"}}},"key_properties":["id"]}"#;

/// A tap that says what stands in `data/said.jsonl`, and ends as `end` says.
fn tap(end: &str) -> TestBed {
    shell(&format!("cat said.jsonl; {end}"), "")
}

/// A tap that is a line of shell.
fn shell(script: &str, more: &str) -> TestBed {
    let script = toml::Value::from(script);
    bed(&format!(
        "[source.singer]\ncommand = [\"sh\", \"-c\", {script}, \"tap\"]\nstream = \"orders\"\n{more}"
    ))
}

fn says(bed: &TestBed, text: impl AsRef<[u8]>) -> Night {
    bed.write("data/said.jsonl", text);
    night(bed)
}

fn row(id: u64, amount: &str) -> String {
    format!(
        "{{\"type\":\"RECORD\",\"stream\":\"orders\",\"record\":{{\"id\":{id},\"amount\":{amount},\"at\":\"2026-01-0{id}T00:00:00Z\"}}}}\n"
    )
}

fn state(bookmark: &str) -> String {
    format!("{{\"type\":\"STATE\",\"value\":{bookmark}}}\n")
}

/// The state that the next run would get.
fn saved(bed: &TestBed) -> Option<Value> {
    let manifest = manifest(bed)?;
    let text = manifest["bookmark"]["state"].as_str()?.to_owned();
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn saved_id(bed: &TestBed) -> Option<u64> {
    saved(bed)?["bookmarks"]["orders"]["id"].as_u64()
}

#[test]
fn each_file_of_the_collection_ends_as_its_list_says() {
    let folder = root().join("../shared/data/torture/streams");
    let Ok(expected) = fs::read_to_string(folder.join("expected.json")) else {
        println!("skipped: ../shared/data/torture/streams is not there");
        return;
    };
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let mut open: BTreeSet<&str> =
        expected.as_object().expect("files").keys().map(String::as_str).collect();
    open.retain(|name| name.starts_with("singer_"));
    let mut take = |name: &'static str| {
        assert!(open.remove(name), "{name} is in the list");
        let said = fs::read_to_string(folder.join(name)).expect("a file");
        (said, &expected[name])
    };

    let (said, list) = take("singer_ok.jsonl");
    let bed = tap("true");
    let found = says(&bed, said);
    assert_eq!(Some(found.accepted), list["rows"].as_u64(), "{found:?}");
    assert_eq!(saved_id(&bed), list["state"].as_u64());

    let (said, list) = take("singer_tail_without_state.jsonl");
    let bed = tap("true");
    for _ in 0..2 {
        let found = says(&bed, &said);
        assert_eq!(
            Some(found.accepted),
            list["rows"].as_u64(),
            "the tail again changes nothing: {found:?}"
        );
        assert_eq!(saved_id(&bed), list["state_saved"].as_u64());
    }

    let (said, list) = take("singer_upsert.jsonl");
    let bed = tap("true");
    let found = says(&bed, said);
    assert_eq!(Some(found.accepted), list["rows_after_key_merge"].as_u64(), "{found:?}");
    assert_eq!(found.superseded, 1);
    let days = bed.kpi(JOB, "--metric sum_orders --grain day");
    assert_eq!(days[0]["sum_orders"], format!("{}.00", list["id1_amount"]), "{days:?}");

    let (said, list) = take("singer_bad_type.jsonl");
    let found = says(&tap("true"), said);
    assert_eq!(Some(found.accepted), list["accepted"].as_u64(), "{found:?}");
    assert_eq!(Some(found.quarantined), list["quarantined"].as_u64(), "{found:?}");

    let (said, list) = take("singer_unknown_message.jsonl");
    let found = says(&tap("true"), said);
    assert_eq!(Some(found.accepted), list["rows"].as_u64(), "{found:?}");
    let warnings = found.remarks.iter().filter(|key| *key == "quality.tap_ignored").count();
    assert_eq!(Some(warnings as u64), list["warn"].as_u64(), "{found:?}");

    let (said, _) = take("singer_log_noise.jsonl");
    let found = says(&tap("true"), said);
    assert_eq!((found.accepted, found.quarantined), (2, 2), "{found:?}");
    assert!(found.remarks.contains(&"quality.tap_noise".to_owned()), "{found:?}");

    let (said, _) = take("singer_cut.jsonl");
    let bed = tap("true");
    let whole = said.rfind('\n').expect("lines") + 1;
    assert_eq!(says(&bed, &said[..whole]).accepted, 1);
    refuses(&bed, &said, "line 4 of the tap breaks off");
    assert_eq!(
        (saved_id(&bed), night_again(&bed)),
        (Some(1), 1),
        "the state stays, row 2 is not there"
    );

    for (name, end, why) in [
        ("singer_record_before_schema.jsonl", "true", "is a RECORD of `orders` before its SCHEMA"),
        ("singer_schema_change.jsonl", "true", "changes the schema of the stream"),
        ("singer_empty.jsonl", "true", "said nothing of stream `orders`"),
        ("singer_exit_nonzero.jsonl", "exit 3", "the tap ended with code 3"),
    ] {
        let bed = tap(end);
        refuses(&bed, take(name).0, why);
        assert_eq!(manifest(&bed), None, "{name}: neither rows nor state");
    }
    assert!(open.is_empty(), "not looked at: {open:?}");
}

fn refuses(bed: &TestBed, said: impl AsRef<[u8]>, why: &str) {
    let found = says(bed, said);
    assert!(found.fault.contains(why), "`{why}` in {found:?}");
}

/// The rows that count when the tap is asked once more.
fn night_again(bed: &TestBed) -> u64 {
    night(bed).accepted
}

#[test]
fn the_saved_state_is_handed_over_as_the_tap_wrote_it() {
    let bed =
        shell("[ $# = 0 ] || { [ \"$1\" = --state ] && cp \"$2\" seen.json; }; cat said.jsonl", "");
    // Neither number fits any type of this program.
    let exact = r#"{"big":123456789012345678901234567890,"small":0.10000000000000000000001}"#;
    says(&bed, format!("{SCHEMA}\n{}{}", row(1, "10"), state(exact)));
    assert!(!bed.path("data/seen.json").exists(), "the first run has no state");
    let found = says(&bed, format!("{SCHEMA}\n{}{}", row(2, "5.5"), state("null")));
    assert_eq!(fs::read_to_string(bed.path("data/seen.json")).expect("a state"), exact);
    assert_eq!((found.accepted, found.fault.as_str()), (2, ""));
    // A null state is a state.
    assert_eq!(saved(&bed), Some(Value::Null));
    says(&bed, format!("{SCHEMA}\n{}", row(3, "1")));
    assert_eq!(fs::read_to_string(bed.path("data/seen.json")).expect("a state"), "null");
    refuses(&bed, format!("{SCHEMA}\n{{\"type\":\"STATE\"}}\n"), "a STATE without `value`");
}

#[test]
fn no_digit_is_lost_on_the_way() {
    let bed = tap("true");
    // A binary float has no place for the last digit.
    says(&bed, format!("{SCHEMA}\n{}{}", row(1, "900719925474099.31"), row(2, "64.90")));
    assert_eq!(bed.value(JOB, "sum_orders"), "900719925474164.21");
}

#[test]
fn what_comes_back_to_an_earlier_value_counts_as_the_last() {
    let bed = tap("true");
    for amount in ["10", "20", "10", "10"] {
        says(&bed, format!("{SCHEMA}\n{}", row(1, amount)));
    }
    assert_eq!(bed.value(JOB, "sum_orders"), "10.00");
    let batches = manifest(&bed).expect("landed")["batches"].as_array().expect("a list").len();
    assert_eq!(batches, 3, "the quiet night leaves no batch");
}

#[test]
fn a_whole_stream_takes_the_place_of_the_one_before() {
    let bed = shell("cat said.jsonl", "whole = true\n");
    says(&bed, format!("{SCHEMA}\n{}{}{}", row(1, "10"), row(2, "20"), state("{}")));
    let found = says(&bed, format!("{SCHEMA}\n{}", row(2, "25")));
    assert_eq!((found.accepted, found.superseded), (1, 0), "row 1 is gone: {found:?}");
    refuses(&bed, "", "said nothing of stream");
    let held =
        bed.tidings(&["kpi", JOB, "--metric", "sum_orders", "--format", "csv"]).exits(3).csv();
    assert_eq!(held[0]["sum_orders"], "25.00", "a failed night changes nothing");
}

#[test]
fn a_described_change_of_the_source_is_told() {
    let bed = tap("true");
    says(&bed, format!("{SCHEMA}\n{}", row(1, "10")));
    let found = says(&bed, format!("{}\n{}", SCHEMA.replace("number", "string"), row(2, "10")));
    assert!(found.remarks.contains(&"quality.tap_schema".to_owned()), "{found:?}");
}

#[test]
fn a_key_that_would_lose_rows_is_refused() {
    let bed = tap("true");
    let said = SCHEMA.replace("[\"id\"]", "[\"id\",\"line\"]");
    refuses(&bed, format!("{said}\n{}", row(1, "10")), "tells rows apart by `line`");
    assert_eq!(manifest(&bed), None);
}

#[test]
fn a_tap_that_does_not_end_is_stopped_with_all_it_started() {
    let script = "sleep 300 & echo $! > child; echo $$ > parent; cat said.jsonl; sleep 300";
    let bed = shell(script, "timeout_seconds = 1\n");
    let began = Instant::now();
    refuses(&bed, format!("{SCHEMA}\n{}", row(1, "10")), "did not end in its time");
    assert!(began.elapsed() < Duration::from_secs(60), "{:?}", began.elapsed());
    assert_eq!(manifest(&bed), None);
    for name in ["child", "parent"] {
        let process = fs::read_to_string(bed.path(&format!("data/{name}"))).expect("its number");
        assert!(is_gone(process.trim()), "the {name} runs on");
    }
}

/// Whether a process is gone, or only waits for its parent to take notice.
fn is_gone(process: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    stat.is_ok_and(|stat| stat.contains(") Z ")) || !Path::new("/proc").join(process).exists()
}

#[test]
fn a_tap_that_writes_for_ever_is_stopped() {
    let bed = shell("cat said.jsonl; yes ''", "timeout_seconds = 1\n");
    refuses(&bed, format!("{SCHEMA}\n{}", row(1, "10")), "did not end in its time");
}

#[test]
fn one_that_is_not_there_is_named() {
    let bed = bed("[source.singer]\ncommand = [\"taps/tap-none\"]\nstream = \"orders\"");
    assert!(night(&bed).fault.contains("the tap `taps/tap-none` does not start"));
}

#[test]
fn a_tap_sees_its_own_secrets_alone_and_they_are_shown_nowhere() {
    let script = "env | sort > env.txt; stat -c %a \"$2\" > mode.txt; cp \"$2\" config.json; \
                  echo \"using $TOKEN\" >&2; cat said.jsonl";
    let settings = "env = { TOKEN = \"env:SHOP_TOKEN\", DEPTH = \"3\" }\n\
                    config = { key = \"env:SHOP_KEY\", nested = { list = [1, \"env:SHOP_KEY\"] } }\n";
    let bed = shell(script, settings);
    bed.write("data/said.jsonl", format!("{SCHEMA}\n{}", row(1, "10")));
    let mut command = bed.command(&["-vv"]);
    command
        .env("SHOP_TOKEN", "token-of-ours")
        .env("SHOP_KEY", "key-of-ours")
        .env("SHOP_OTHER", "x");
    assert_eq!(night_of(&bed, command).accepted, 1);
    let text = |name: &str| fs::read_to_string(bed.path(&format!("data/{name}"))).expect("text");
    let seen = text("env.txt");
    let names: Vec<_> = seen.lines().filter_map(|line| line.split('=').next()).collect();
    let own = ["DEPTH", "LANG", "PATH", "PWD", "TOKEN"];
    assert!(
        names.iter().all(|name| own.contains(name) || *name == "_" || *name == "SHLVL"),
        "{seen}"
    );
    assert!(seen.contains("TOKEN=token-of-ours"), "{seen}");
    assert_eq!(text("mode.txt").trim(), "600");
    let config: Value = serde_json::from_str(&text("config.json")).expect("JSON");
    let wanted =
        serde_json::json!({ "key": "key-of-ours", "nested": { "list": [1, "key-of-ours"] } });
    assert_eq!(config, wanted);
    let mut logs = 0;
    crate::support::each_file(&bed.state(), &mut |path, _| {
        let bytes = fs::read(path).expect("readable");
        for secret in ["token-of-ours", "key-of-ours"] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{} has a secret in it", path.display());
        }
        if path.ends_with("tap/said.log") {
            logs += 1;
            assert_eq!(bytes, b"using ***\n");
            assert_eq!(fs::metadata(path).expect("known").permissions().mode() & 0o777, 0o600);
        }
    });
    assert_eq!(logs, 1, "what the tap said is kept");
}

#[test]
fn a_contract_says_what_a_tap_needs() {
    for (from, to, why) in [
        ("\"last_loaded\"", "\"refuse\"", "a tap may hand over a row again"),
        ("stream = \"orders\"", "stream = \"\"", "the stream is needed"),
        (
            "[source.singer]",
            "[source]\nfiles = [\"a.csv\"]\n[source.singer]",
            "rows come from one place",
        ),
        (
            "[source.singer]",
            "[source]\nformat = \"csv\"\n[source.singer]",
            "a tap's rows are `json_lines`",
        ),
        ("\"tap\"]", "\"env:KEY\"]", "everybody on the machine sees arguments"),
        ("stream =", "config = { since = 2026-01-01 }\nstream =", "write dates as texts"),
    ] {
        let bed = tap("true");
        bed.replace("jobs/contracts/orders.toml", from, to);
        bed.tidings(&["check", JOB]).exits(2).complains(&[why]);
    }
}

#[test]
fn explaining_a_job_names_the_tap() {
    let bed = tap("true");
    let ran = bed.tidings(&["explain", JOB, "--as-of", super::AS_OF]).exits(0);
    assert!(ran.stdout.contains("stream `orders` of the tap `sh -c"), "{}", ran.stdout);
}

#[test]
fn of_rows_with_one_key_the_last_that_the_tap_said_counts_whatever_its_month() {
    let bed = tap("exit 0");
    let row = |at: &str, amount: &str| {
        row(1, amount).replace("2026-01-01T00:00:00Z", &format!("{at}T00:00:00Z"))
    };
    let night =
        says(&bed, format!("{SCHEMA}\n{}{}", row("2026-01-02", "100"), row("2025-12-31", "70")));
    assert_eq!((night.read, night.accepted, night.superseded), (2, 1, 1), "{night:?}");
    assert_eq!(bed.value(JOB, "sum_orders"), "70.00");
}
