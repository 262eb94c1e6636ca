//! The heartbeat and the metrics of scheduled runs.

use super::{JOB, World};
use chrono::Days;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    process::Command,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};
use xtask::sink::Sink;

/// A service that is told about runs: each call's method with its path, and its body. It answers with `status`.
fn service(status: &'static str) -> (u16, Receiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (told, calls) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut out = stream.try_clone().expect("a stream");
            let mut lines = BufReader::new(stream);
            let (mut first, mut length, mut line) = (String::new(), 0, String::new());
            if lines.read_line(&mut first).unwrap_or(0) == 0 {
                continue;
            }
            while lines.read_line(&mut line).unwrap_or(0) > 2 {
                let lower = line.to_ascii_lowercase();
                if let Some(value) = lower.strip_prefix("content-length:") {
                    length = value.trim().parse().expect("a length");
                }
                line.clear();
            }
            let mut body = vec![0; length];
            lines.read_exact(&mut body).expect("a body");
            let call = first.trim_end_matches(" HTTP/1.1\r\n").to_owned();
            let _ = told.send((call, String::from_utf8(body).expect("text")));
            let _ = write!(
                out,
                "HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK"
            );
        }
    });
    (port, calls)
}

fn next(calls: &Receiver<(String, String)>) -> (String, String) {
    calls.recv_timeout(Duration::from_secs(10)).expect("a call")
}

/// A world whose heartbeat goes to that port, with a moment of today that is due.
fn world(sink: &Sink, port: u16) -> World {
    let world = World::new(sink.port, "ping = \"file:ping\"\nmetrics = \"out/tidings.prom\"\n");
    world.bed.write("ping", format!("http://127.0.0.1:{port}/0b3f/secret-key\n"));
    world
}

#[test]
fn every_scheduled_run_is_told_at_its_start_and_its_end() {
    let sink = Sink::start(true).expect("a port");
    let (port, calls) = service("200 OK");
    let world = world(&sink, port);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert_eq!(sink.mails().len(), 2);
    let ((start, begins), (end, ended)) = (next(&calls), next(&calls));
    let rid =
        start.strip_prefix("POST /0b3f/secret-key/start?rid=").unwrap_or_else(|| panic!("{start}"));
    let uuid =
        regex::Regex::new("^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$");
    assert!(uuid.expect("a pattern").is_match(rid), "{rid}");
    assert_eq!(end, format!("POST /0b3f/secret-key?rid={rid}"), "the same run");
    assert!(
        begins.starts_with("takings as of ") && ended.ends_with("ended: Delivered"),
        "{begins} {ended}"
    );
    assert!(!(begins + &ended).contains('@'), "no address");
    // Nothing is due any more: nobody is told anything.
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    // A run by hand is nobody's heartbeat.
    world.bed.tidings(&["run", JOB, "--as-of", &world.as_of(1)]).exits(0);
    assert!(calls.try_recv().is_err());
}

#[test]
fn a_run_that_failed_is_told_as_one_and_a_heartbeat_that_fails_fails_no_run() {
    let sink = Sink::start(true).expect("a port");
    let (port, calls) = service("200 OK");
    let failing = world(&sink, port);
    failing.bed.replace("tidings.toml", "tries = 1", "tries = 1\nroot_certificate = \"none.pem\"");
    failing.bed.replace("tidings.toml", "tls = \"none\"", "tls = \"starttls\"");
    failing.bed.tidings(&["schedule", "run", "--due", JOB]).exits(1);
    let (start, end) = (next(&calls).0, next(&calls).0);
    assert!(start.contains("/start?rid=") && end.contains("/fail?rid="), "{start} {end}");
    let (refusing, refused) = service("503 No");
    let world = world(&sink, refusing);
    let ran = world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    assert!(next(&refused).0.contains("/start"), "it was tried");
    assert!(
        ran.stderr.contains("the heartbeat did not get through") && ran.stderr.contains("503"),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("secret-key"), "the address is a secret: {}", ran.stderr);
    let status = world.status(0);
    assert_eq!(status["last"]["outcome"], "delivered");
}

#[test]
fn the_metrics_of_all_jobs_stand_in_one_file_that_prometheus_reads() {
    let sink = Sink::start(true).expect("a port");
    let (port, _calls) = service("200 OK");
    let world = world(&sink, port);
    let bad = format!("{},no number\n", world.today() - Days::new(1));
    world.data_to(world.today() - Days::new(1), &bad);
    world.job("other", "cron = \"0 4 * * *\"");
    world.bed.tidings(&["run", "jobs/other.toml", "--as-of", &world.as_of(1)]).exits(0);
    world.bed.tidings(&["schedule", "run", "--due", JOB]).exits(0);
    let file = world.bed.path("out/tidings.prom");
    let text = fs::read_to_string(&file).expect("metrics");
    for line in [
        "tidings_last_run_outcome{job=\"takings\",outcome=\"delivered\"} 1",
        "tidings_last_run_outcome{job=\"takings\",outcome=\"failed\"} 0",
        "tidings_last_run_outcome{job=\"other\",outcome=\"delivered\"} 1",
        "tidings_receipts{job=\"takings\",state=\"sent\"} 2",
        "tidings_quarantined_rows{job=\"takings\",dataset=\"takings\"} 1",
        "# HELP tidings_last_delivered_moment_timestamp_seconds The latest scheduled moment for which a report reached readers: its own, or the last good one in its place.",
        &format!(
            "tidings_last_delivered_moment_timestamp_seconds{{job=\"takings\"}} {}.000",
            world.moment.timestamp()
        ),
    ] {
        assert!(text.lines().any(|one| one == line), "no `{line}` in\n{text}");
    }
    let Ok(python) = std::env::var("TIDINGS_TEST_PROMETHEUS") else {
        println!(
            "skipped: the parser of prometheus_client; set TIDINGS_TEST_PROMETHEUS to a Python that has it"
        );
        return;
    };
    let program = "import sys\nfrom prometheus_client.parser import text_string_to_metric_families as parse\n\
                   for family in parse(open(sys.argv[1]).read()):\n    print(family.name, family.type, len(family.samples))\n";
    let parsed = Command::new(python).args(["-c", program]).arg(&file).output().expect("python");
    assert!(parsed.status.success(), "{}", String::from_utf8_lossy(&parsed.stderr));
    let families = String::from_utf8(parsed.stdout).expect("text");
    assert_eq!(families.lines().count(), 6, "{families}");
    assert!(families.contains("tidings_last_run_outcome gauge 14"), "{families}");
}
