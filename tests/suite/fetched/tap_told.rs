//! What is left of a tap and its secrets when this program is ended on the way, and what a tap may say of them.

use super::{bed, night_of};
use crate::{formats::JOB, support::TestBed};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SECRET: &str = "key-\\\"of-ours";

/// A tap that is a file of shell, free to become another one.
fn tap(script: &str) -> TestBed {
    let bed = bed("[source.singer]\ncommand = [\"sh\", \"tap.sh\"]\nstream = \"orders\"\n\
                   config = { key = \"env:SHOP_KEY\" }");
    bed.write("data/tap.sh", script);
    bed
}

fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Whether a process is gone, or only waits for its parent to take notice.
fn is_gone(process: &str) -> bool {
    let stat = fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    stat.is_ok_and(|stat| stat.contains(") Z ")) || !Path::new("/proc").join(process).exists()
}

#[test]
fn a_tap_does_not_outlive_the_run_and_leaves_no_secret() {
    for signal in ["-TERM", "-KILL"] {
        let bed = tap("sleep 300 & echo $! > child; echo $$ > parent; sleep 300");
        let mut command = bed.command(&["run", JOB, "--as-of", super::AS_OF, "--no-send"]);
        command.env("SHOP_KEY", SECRET).stdout(Stdio::null()).stderr(Stdio::null());
        let mut run = command.spawn().expect("the program starts");
        let number = |name: &str| {
            let text = fs::read_to_string(bed.path(&format!("data/{name}"))).unwrap_or_default();
            text.trim().to_owned()
        };
        until("the tap starts", || !number("parent").is_empty());
        let config = || {
            let pattern = bed.state().join("landing/orders/*/tap/config.json");
            glob::glob(&pattern.to_string_lossy()).expect("a pattern").count()
        };
        assert_eq!(config(), 1, "{signal}");
        let id = run.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("sent").success());
        run.wait().expect("ended");
        for name in ["child", "parent"] {
            until("the tap is gone", || is_gone(&number(name)));
        }
        assert_eq!(config(), 0, "{signal}: no secret is left");
        // The lock is free again: the next run is not kept waiting.
        bed.write("data/tap.sh", "exit 7");
        let mut command = bed.command(&[]);
        command.env("SHOP_KEY", SECRET);
        let found = night_of(&bed, command);
        assert!(found.fault.contains("the tap ended with code 7"), "{signal}: {found:?}");
    }
}

#[test]
fn whatever_a_tap_says_is_told_without_its_secrets() {
    let quoted = serde_json::Value::from(SECRET).to_string();
    let word = &quoted[1..quoted.len() - 1];
    let schema = |stream: &str, more: &str| {
        format!(
            "{{\"type\":\"SCHEMA\",\"stream\":\"{stream}\",\"schema\":{{\"properties\":{{\"id\":{{}},\"at\":{{}},\"amount\":{{}}{more}}}}},\"key_properties\":[\"id\"]}}\n"
        )
    };
    let own = schema("orders", "");
    let mine = format!(",\"{word}\":{{}}");
    let cases = [
        (format!("{own}{{\"type\":\"{word}\"}}\n"), "quality.tap_ignored", ""),
        (schema("orders", &mine), "quality.tap_schema", ""),
        (schema(word, ""), "", "said nothing of stream"),
        (
            format!("{own}{{\"type\":\"LOG\",\"key_properties\":\"{word}\"}}\n"),
            "",
            "is no Singer message: invalid type: string",
        ),
        (own.replace("[\"id\"]", &format!("[\"{word}\"]")), "", "tells rows apart by `***`"),
    ];
    for (said, remark, why) in cases {
        let bed = tap("cat said.jsonl");
        for said in [&own, &said] {
            bed.write("data/said.jsonl", said);
            let mut command = bed.command(&["-vv"]);
            command.env("SHOP_KEY", SECRET);
            let found = night_of(&bed, command);
            if said == &own {
                continue;
            }
            assert!(
                remark.is_empty() || found.remarks.iter().any(|key| key == remark),
                "{found:?}"
            );
            assert!(
                found.fault.contains(why) && found.fault.is_empty() == why.is_empty(),
                "{found:?}"
            );
        }
        crate::support::each_file(&bed.state(), &mut |path, _| {
            // What landed is data; what is told of it is not.
            let is_landed = path.components().any(|part| part.as_os_str() == "landing");
            let text = String::from_utf8_lossy(&fs::read(path).expect("readable")).into_owned();
            assert!(is_landed || !text.contains("of-ours"), "{}", path.display());
        });
    }
}
