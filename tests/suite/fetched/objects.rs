//! Objects of a store, over the wire: the server is `moto` of PyPI.
//!
//! `tests/run` names the program; without one the group says that it is skipped.

use super::{bed, manifest, night_of};
use crate::{formats::JOB, support::TestBed};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The store does not check signatures, but it wants to see one.
const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, \
                      SignedHeaders=host, Signature=0\r\n";

/// A running store with an empty bucket; it ends with the test.
struct Store {
    child: Child,
    port: u16,
}

impl Store {
    fn start() -> Option<Self> {
        let Ok(program) = std::env::var("TIDINGS_TEST_S3") else {
            println!("skipped: no moto_server; `tests/run` looks for it");
            return None;
        };
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("a port").port();
        drop(free);
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the store starts");
        let store = Self { child, port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(60), "the store does not answer");
            thread::sleep(Duration::from_millis(100));
        }
        assert_eq!(store.say("PUT", "/bucket", b""), 200);
        Some(store)
    }

    /// One plain request; gives the status.
    fn say(&self, verb: &str, path: &str, body: &[u8]) -> u16 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time limit");
        let head = format!(
            "{verb} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{SIGNED}Content-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(&[head.as_bytes(), body].concat()).expect("said");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
    }

    fn put(&self, name: &str, body: &[u8]) {
        assert_eq!(self.say("PUT", &format!("/bucket/{name}"), body), 200, "{name}");
    }

    fn bed(&self, more: &str) -> TestBed {
        bed(&format!(
            "[source]\nformat = \"csv\"\n[source.objects]\nurl = \"s3://bucket/shop\"\nmatch = \"**/orders-*.csv*\"\n\
             endpoint = \"http://127.0.0.1:{}\"\nplain_http = true\n\
             access_key = \"env:SHOP_KEY\"\nsecret_key = \"env:SHOP_SECRET\"\n{more}",
            self.port
        ))
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn night(bed: &TestBed) -> super::Night {
    let mut command = bed.command(&["-vv"]);
    command.env("SHOP_KEY", "key-of-ours").env("SHOP_SECRET", "secret-of-ours");
    night_of(bed, command)
}

fn rows(rows: &[(u32, &str)]) -> Vec<u8> {
    let row = |(id, amount): &(u32, &str)| format!("{id},2026-01-0{id}T00:00:00Z,{amount}\n");
    let rows: String = rows.iter().map(row).collect();
    format!("id,at,amount\n{rows}").into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

#[test]
fn objects_come_when_they_are_new_or_changed_and_stay_when_they_are_gone() {
    let Some(store) = Store::start() else { return };
    store.put("shop/2026/orders-1.csv.gz", &gzip(&rows(&[(1, "10.00")])));
    store.put("shop/2026/orders-2.csv", &rows(&[(2, "20.00")]));
    store.put("shop/2026/visits-1.csv", b"not ours");
    store.put("shopping/orders-9.csv", b"not ours");
    let bed = store.bed("");
    let found = night(&bed);
    assert_eq!((found.accepted, found.quarantined, found.fault.as_str()), (2, 0, ""), "{found:?}");
    let first = manifest(&bed).expect("landed");
    assert_eq!(night(&bed).accepted, 2);
    assert_eq!(manifest(&bed).expect("landed"), first, "nothing is fetched twice");

    // The store's clock counts seconds: the tag tells what changed within one.
    store.put("shop/2026/orders-1.csv.gz", &gzip(&rows(&[(1, "10.50"), (3, "30.00")])));
    assert_eq!(store.say("DELETE", "/bucket/shop/2026/orders-2.csv", b""), 204);
    let found = night(&bed);
    assert_eq!((found.accepted, found.superseded), (3, 0), "{found:?}");
    assert!(found.remarks.contains(&"quality.objects_gone".to_owned()), "{found:?}");
    let mut command = bed.command(&["kpi", JOB, "--metric", "sum_orders", "--format", "csv"]);
    command.env("SHOP_KEY", "key-of-ours").env("SHOP_SECRET", "secret-of-ours");
    let sum = bed.start(command).exits(0).csv();
    assert_eq!(sum[0]["sum_orders"], "60.50");
    let found = night(&bed);
    assert!(!found.remarks.contains(&"quality.objects_gone".to_owned()), "told once: {found:?}");
}

#[test]
fn an_object_that_is_put_again_does_not_come_after_those_that_corrected_it() {
    let Some(store) = Store::start() else { return };
    store.put("shop/orders-1.csv", &rows(&[(1, "10.00")]));
    store.put("shop/orders-2.csv", &rows(&[(1, "20.00")]));
    let bed = store.bed("");
    for number in 0..3 {
        night(&bed);
        let mut command = bed.command(&["kpi", JOB, "--metric", "sum_orders", "--format", "csv"]);
        command.env("SHOP_KEY", "key-of-ours").env("SHOP_SECRET", "secret-of-ours");
        let sum = bed.start(command).exits(0).csv();
        assert_eq!(sum[0]["sum_orders"], "20.00", "night {number}");
        // The store's clock counts seconds.
        thread::sleep(Duration::from_millis(1100));
        store.put("shop/orders-1.csv", &rows(&[(1, "10.00")]));
    }
}

#[test]
fn a_key_that_is_no_path_holds_nobody_but_itself() {
    let Some(store) = Store::start() else { return };
    store.put("shop/orders-1.csv", &rows(&[(1, "10.00")]));
    for key in ["shop//visits.csv", "shop/../visits.csv", "shop/", "shop/orders-2.csv/"] {
        store.put(key, b"");
    }
    let bed = store.bed("");
    let found = night(&bed);
    assert_eq!((found.accepted, found.fault.as_str()), (1, ""), "not wanted: {found:?}");
    store.put("shop/2026//orders-3.csv", &rows(&[(3, "30.00")]));
    store.put("shop/orders-4.csv", &rows(&[(4, "40.00")]));
    let found = night(&bed);
    assert_eq!(found.accepted, 2, "the others go on: {found:?}");
    assert!(
        found.fault.contains("`shop/2026//orders-3.csv` has a key that is no path"),
        "{found:?}"
    );
}

#[test]
fn a_large_object_comes_whole_in_pieces() {
    let Some(store) = Store::start() else { return };
    let mut text = String::from("id,at,amount\n");
    for id in 1..=200_000 {
        text += &format!("{id},2026-01-01T00:00:00Z,0.01\n");
    }
    store.put("shop/orders-large.csv", text.as_bytes());
    let bed = store.bed("");
    let found = night(&bed);
    assert_eq!((found.accepted, found.fault.as_str()), (200_000, ""), "{found:?}");
}

#[test]
fn a_store_that_does_not_answer_or_has_no_such_bucket_is_told() {
    let Some(store) = Store::start() else { return };
    store.put("shop/orders-1.csv", &rows(&[(1, "10.00")]));
    let bed = store.bed("");
    assert_eq!(night(&bed).accepted, 1);
    drop(store);
    let found = night(&bed);
    assert_eq!(found.accepted, 1, "what came before counts");
    assert!(!found.fault.is_empty(), "{found:?}");
    let Some(other) = Store::start() else { return };
    let bed = other.bed("");
    bed.replace("jobs/contracts/orders.toml", "s3://bucket/", "s3://no-bucket/");
    let found = night(&bed);
    assert!(found.fault.contains("NoSuchBucket") || found.fault.contains("404"), "{found:?}");
    assert!(!found.fault.contains("<Error>"), "{found:?}");
}

#[test]
fn a_contract_says_what_a_store_needs() {
    let of = |store: &str| bed(&format!("[source.objects]\n{store}"));
    for (store, why) in [
        ("url = \"https://a/b\"\nmatch = \"*.csv\"", "write `s3://bucket`"),
        ("url = \"s3://a\"\nmatch = \"orders-*\"", "its ending tells no format"),
        ("url = \"s3://a\"\nmatch = \"*.csv\"\naccess_key = \"KEY\"", "referred to as `env:NAME`"),
        ("url = \"s3://a\"\nmatch = \"*.csv\"\naccess_key = \"env:KEY\"", "belong together"),
        (
            "url = \"s3://a\"\nmatch = \"*.csv\"\nendpoint = \"http://a\"",
            "`plain_http` says that this is fine",
        ),
    ] {
        of(store).tidings(&["check", JOB]).exits(2).complains(&[why]);
    }
    let bed = of("url = \"s3://a/b\"\nmatch = \"*.csv\"");
    let ran = bed.tidings(&["explain", JOB, "--as-of", super::AS_OF]).exits(0);
    assert!(ran.stdout.contains("orders: s3://a/b/*.csv"), "{}", ran.stdout);
}
