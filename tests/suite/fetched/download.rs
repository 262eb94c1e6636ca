//! Downloads: from named hosts alone, never half, never twice, and no secret goes astray.

use super::{
    bed,
    https_server::{Answer, Asked, Server, answer},
    manifest, night, night_of,
};
use crate::{
    formats::JOB,
    support::{TestBed, all_at_once, root},
};
use std::{
    fs,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const ONE: &str = "id,at,amount\n1,2026-01-01T00:00:00Z,10.00\n";
const TWO: &str = "id,at,amount\n1,2026-01-01T00:00:00Z,11.00\n2,2026-01-02T00:00:00Z,20.00\n";

/// A bed whose orders are `path` of a server, with further clauses.
fn of(server: &Server, path: &str, more: &str) -> TestBed {
    let port = server.port;
    let bed = bed(&format!(
        "[source.download]\nurls = [\"https://localhost:{port}/{path}\"]\nhosts = [\"localhost:{port}\"]\n\
         root_certificate = \"ca.pem\"\nprivate_addresses = true\n{more}"
    ));
    bed.write("data/ca.pem", &server.certificate);
    bed
}

#[test]
fn a_file_comes_once_and_again_when_it_changes() {
    let now = Arc::new(Mutex::new(("\"v1\"", ONE)));
    let told = Arc::clone(&now);
    let server = Server::start(move |asked, _| {
        let (tag, body) = *told.lock().unwrap();
        let dated = format!("ETag: {tag}\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\n");
        match asked.head.contains(&format!("if-none-match: {tag}")) {
            true => answer("304 Not Modified", &dated, ""),
            false => answer("200 OK", &dated, body),
        }
    });
    let bed = of(&server, "orders.csv?day=all", "");
    assert_eq!(night(&bed).accepted, 1);
    let first = manifest(&bed).expect("landed");
    let name = first["batches"][0]["copy_of"].as_str().expect("a name").to_owned();
    assert!(name.starts_with(&format!("localhost:{}/orders.csv?", server.port)), "{name}");
    assert!(!name.contains("day"), "no query in a name: {name}");
    let asked = server.asked();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/orders.csv?day=all"));
    assert!(!asked[0].head.contains("if-none-match"), "{asked:?}");

    assert_eq!(night(&bed).accepted, 1);
    let asked = server.asked();
    assert!(asked[0].head.contains("if-modified-since: thu, 01 jan 2026"), "{asked:?}");
    assert_eq!(manifest(&bed).expect("landed"), first, "the same file is not taken again");

    *now.lock().unwrap() = ("\"v2\"", TWO);
    let found = night(&bed);
    assert_eq!((found.accepted, found.superseded), (2, 0), "in the place of the first: {found:?}");
    assert_eq!(bed.value(JOB, "sum_orders"), "31.00");
    let folder = bed.state().join("landing/orders");
    let mut files = Vec::new();
    crate::support::each_file(&folder, &mut |path, _| files.push(path.to_owned()));
    files.retain(|path| !path.ends_with("lock"));
    assert_eq!(files.len(), 2, "the earlier copy is cleared away: {files:?}");
}

/// A server that sends a good file first, and then answers as it is told.
fn turning(bad: impl Fn() -> Answer + Send + Sync + 'static) -> Server {
    let nights = Mutex::new(0);
    Server::start(move |_, _| {
        let mut nights = nights.lock().unwrap();
        *nights += 1;
        if *nights == 1 { answer("200 OK", "", ONE) } else { bad() }
    })
}

#[test]
fn what_only_looks_like_the_file_leaves_the_earlier_copy() {
    let raw = |text: &str| Answer::Bytes(text.as_bytes().to_vec());
    type Bad = Box<dyn Fn() -> Answer + Send + Sync>;
    let cases: [(Bad, &str, &str); 10] = [
        (
            Box::new(move || raw("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nid,at\n")),
            "",
            "breaks off after 6 bytes: the host hung up",
        ),
        (Box::new(|| answer("200 OK", "", "")), "", "is empty, as an export that failed"),
        (
            Box::new(move || raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
            "",
            "is empty, as an export that failed",
        ),
        (
            Box::new(move || raw("HTTP/1.1 200 OK\r\n\r\nid,at,amount\n")),
            "",
            "a cut file would go unseen",
        ),
        (
            Box::new(|| answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", "Log in")),
            "",
            "answers with a page",
        ),
        (Box::new(|| answer("200 OK", "Content-Encoding: gzip\r\n", "x")), "", "is sent as `gzip`"),
        (Box::new(|| answer("500 Internal Server Error", "", "")), "", "answers with 500"),
        (Box::new(|| answer("404 Not Found", "", "")), "", "is not there"),
        (
            Box::new(|| answer("200 OK", "", &"x".repeat((1 << 20) + 1))),
            "most_megabytes = 1",
            "has more than 1 MB",
        ),
        (
            Box::new(|| Answer::Silence),
            "timeout_seconds = 1",
            "does not come within 1 s (`timeout_seconds`)",
        ),
    ];
    let mut faults = Vec::new();
    for (bad, more, why) in cases {
        let server = turning(bad);
        let bed = of(&server, "orders.csv", more);
        night(&bed);
        let before = manifest(&bed).expect("landed");
        let began = Instant::now();
        let found = night(&bed);
        if !found.fault.contains(why) {
            faults.push(format!("`{why}` in {found:?}"));
        }
        if found.accepted != 1 || manifest(&bed).expect("landed") != before {
            faults.push(format!("{why}: the earlier copy counts: {found:?}"));
        }
        if began.elapsed() > Duration::from_secs(15) {
            faults.push(format!("{why}: took {:?}", began.elapsed()));
        }
    }
    all_at_once(faults);
}

#[test]
fn one_without_an_end_is_cut_off_at_its_limit() {
    let server = Server::start(|_, _| {
        let piece = format!("{:x}\r\n{}\r\n", 65536, "x".repeat(65536));
        let body = piece.repeat(40);
        Answer::Bytes(
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body}").into_bytes(),
        )
    });
    let bed = of(&server, "orders.csv", "most_megabytes = 1");
    assert!(night(&bed).fault.contains("has more than 1 MB"));
    assert_eq!(manifest(&bed), None);
}

/// A server whose `/start` leads to where the test says.
fn leading(target: impl Fn(u16) -> String + Send + Sync + 'static) -> Server {
    Server::start(move |asked: &Asked, port| match asked.path.as_str() {
        "/start.csv" => answer("302 Found", &format!("Location: {}\r\n", target(port)), ""),
        _ => answer("200 OK", "", ONE),
    })
}

#[test]
fn a_secret_is_not_sent_on_to_another_host() {
    for (host, is_sent_on) in [("127.0.0.1", false), ("localhost", true)] {
        let server = leading(move |port| format!("https://{host}:{port}/there.csv"));
        let bed = of(&server, "start.csv", "headers = { Authorization = \"env:SHOP_TOKEN\" }");
        let own = format!("[\"localhost:{}\"", server.port);
        bed.replace(
            "jobs/contracts/orders.toml",
            &own,
            &format!("{own}, \"127.0.0.1:{}\"", server.port),
        );
        let mut command = bed.command(&["-vv"]);
        command.env("SHOP_TOKEN", "Bearer of-ours");
        let found = night_of(&bed, command);
        assert_eq!(found.accepted, 1, "{found:?}");
        let asked = server.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        let has = |asked: &Asked| asked.head.contains("authorization: bearer of-ours");
        assert_eq!((has(&asked[0]), has(&asked[1])), (true, is_sent_on), "{host}: {asked:?}");
    }
}

#[test]
fn an_address_that_leads_elsewhere_is_admitted_anew() {
    type Target = fn(u16) -> String;
    let cases: [(Target, &str); 5] = [
        (|port| format!("https://127.0.0.1:{port}/there.csv"), "its host is not one of `hosts`"),
        (|port| format!("http://localhost:{port}/there.csv"), "only `https` addresses"),
        (|port| format!("https://a@localhost:{port}/there.csv"), "a user in the address"),
        (|_| "file:///etc/hostname".to_owned(), "only `https` addresses"),
        (|_| "/start.csv".to_owned(), "leads on and on"),
    ];
    for (target, why) in cases {
        let server = leading(target);
        let bed = of(&server, "start.csv", "");
        let found = night(&bed);
        assert!(found.fault.contains(why), "`{why}` in {found:?}");
        assert!(server.asked().iter().all(|asked| asked.path == "/start.csv"), "{why}");
        assert_eq!(manifest(&bed), None);
    }
}

#[test]
fn what_says_that_machines_are_ones_own_does_not_open_link_local_addresses() {
    let server = leading(|_| "https://169.254.169.254/latest/meta-data/".to_owned());
    let bed = of(&server, "start.csv", "");
    let own = format!("[\"localhost:{}\"", server.port);
    bed.replace("jobs/contracts/orders.toml", &own, &format!("{own}, \"169.254.169.254\""));
    let found = night(&bed);
    assert!(found.fault.contains("its address is one that no file is fetched from"), "{found:?}");
}

#[test]
fn a_private_address_is_not_even_connected_to() {
    let server = Server::start(|_, _| answer("200 OK", "", ONE));
    let bed = of(&server, "orders.csv", "");
    bed.replace("jobs/contracts/orders.toml", "private_addresses = true", "");
    let found = night(&bed);
    assert!(found.fault.contains("its address is no public one"), "{found:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn a_host_nobody_vouches_for_is_refused() {
    let server = Server::start(|_, _| answer("200 OK", "", ONE));
    let bed = of(&server, "orders.csv", "");
    bed.replace("jobs/contracts/orders.toml", "root_certificate = \"ca.pem\"", "");
    let found = night(&bed);
    assert!(found.fault.contains("certificate"), "{found:?}");
    assert!(server.asked().is_empty());
}

#[test]
fn the_last_days_are_asked_for_one_by_one() {
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "/orders-2026-01-29.csv" => answer("200 OK", "", ONE),
        "/orders-2026-01-31.csv" => answer("200 OK", "", TWO),
        _ => answer("404 Not Found", "", ""),
    });
    let bed = of(&server, "orders-{date}.csv", "days = 3");
    let found = night(&bed);
    assert_eq!((found.accepted, found.superseded, found.fault.as_str()), (2, 1, ""), "{found:?}");
    let late = found.remarks.iter().filter(|key| *key == "quality.not_there").count();
    assert_eq!(late, 1, "{found:?}");
    let paths: Vec<_> = server.asked().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["29", "30", "31"].map(|day| format!("/orders-2026-01-{day}.csv")));
}

/// A file with one row, of an order on a day of January.
fn order(id: u32, day: u32, amount: &str) -> String {
    format!("id,at,amount\n{id},2026-01-{day}T00:00:00Z,{amount}\n")
}

/// The sum of all orders, asked on the day of the nights.
fn sum(bed: &TestBed) -> String {
    let of = ["kpi", JOB, "--as-of", super::AS_OF, "--metric", "sum_orders", "--format", "csv"];
    bed.tidings(&of).exits(0).csv()[0]["sum_orders"].clone()
}

#[test]
fn days_in_a_query_are_files_of_their_own() {
    let server = Server::start(|asked, _| {
        let day = asked.path.rsplit("day=2026-01-").next().expect("a day").to_owned();
        let tag = format!("\"{day}\"");
        match asked.head.contains(&format!("if-none-match: {tag}")) {
            true => answer("304 Not Modified", "", ""),
            false => {
                let number = day.parse().expect("a number");
                answer("200 OK", &format!("ETag: {tag}\r\n"), &order(number, number, "10.00"))
            }
        }
    });
    let bed = of(&server, "orders.csv?token=of-ours&day={date}", "days = 3");
    let found = night(&bed);
    assert_eq!((found.accepted, found.fault.as_str()), (3, ""), "{found:?}");
    assert_eq!(sum(&bed), "30.00");
    let first = manifest(&bed).expect("landed");
    assert!(!first.to_string().contains("of-ours"), "{first}");
    assert!(first["batches"][0]["copy_of"].to_string().contains("?2026-01-29-"), "{first}");
    server.asked();
    night(&bed);
    for asked in server.asked() {
        let day = &asked.path[asked.path.len() - 2..];
        assert!(asked.head.contains(&format!("if-none-match: \"{day}\"")), "{asked:?}");
    }
    assert_eq!(manifest(&bed).expect("landed"), first, "each is the same as it was");
}

#[test]
fn the_order_of_delivery_changes_nothing() {
    // The first address is sent anew every night, the second one knows what was sent.
    let server = Server::start(|asked, _| match asked.path.as_str() {
        "/all.csv" => answer("200 OK", "", &order(1, 10, "10.00")),
        _ if asked.head.contains("if-none-match") => answer("304 Not Modified", "", ""),
        _ => answer("200 OK", "ETag: \"1\"\r\n", &order(1, 10, "20.00")),
    });
    let bed = of(&server, "all.csv", "");
    let port = server.port;
    let first = format!("\"https://localhost:{port}/all.csv\"");
    let both = format!("{first}, \"https://localhost:{port}/corrected.csv\"");
    bed.replace("jobs/contracts/orders.toml", &first, &both);
    for number in 0..3 {
        assert_eq!(bed.value(JOB, "sum_orders"), "20.00", "night {number}");
    }
}

#[test]
fn a_day_that_is_delivered_again_stays_before_the_next() {
    let again = Arc::new(Mutex::new("10.00"));
    let told = Arc::clone(&again);
    let server = Server::start(move |asked, _| match asked.path.as_str() {
        "/orders-2026-01-30.csv" => answer("200 OK", "", &order(1, 30, *told.lock().unwrap())),
        "/orders-2026-01-31.csv" if asked.head.contains("if-none-match") => {
            answer("304 Not Modified", "", "")
        }
        _ => answer("200 OK", "ETag: \"1\"\r\n", &order(1, 31, "20.00")),
    });
    let bed = of(&server, "orders-{date}.csv", "days = 2");
    for amount in ["10.00", "11.00"] {
        *again.lock().unwrap() = amount;
        let found = night(&bed);
        assert_eq!((found.accepted, found.superseded), (1, 1), "{found:?}");
        assert_eq!(sum(&bed), "20.00", "the later day is the last loaded");
    }
}

#[test]
fn addresses_that_cannot_be_told_apart_are_refused() {
    for (urls, why) in [
        ("\"https://a.example/o.csv#{date}\"", "what stands behind a `#` is not sent"),
        (
            "\"https://a.example/o.csv?k=of-ours\", \"https://a.example:443/o.csv?k=of-ours#x\"",
            "an address before it asks for the same",
        ),
    ] {
        let bed = bed(&format!("[source.download]\nurls = [{urls}]\nhosts = [\"a.example\"]"));
        bed.tidings(&["check", JOB]).exits(2).complains(&[why]);
    }
    let urls = "\"https://a.example/o.csv?shop=1\", \"https://a.example/o.csv?shop=2\"";
    let bed = bed(&format!("[source.download]\nurls = [{urls}]\nhosts = [\"a.example\"]"));
    bed.tidings(&["check", JOB]).exits(0);
    let ran = bed.tidings(&["explain", JOB, "--as-of", super::AS_OF]).exits(0);
    assert!(!ran.stdout.contains("shop="), "{}", ran.stdout);
}

#[test]
fn no_hostile_address_is_fetched() {
    let list = root().join("../shared/data/torture/hostile-strings/urls.json");
    let Ok(list) = fs::read_to_string(list) else {
        println!("skipped: ../shared/data/torture/hostile-strings is not there");
        return;
    };
    let list: Vec<String> = serde_json::from_str(&list).expect("addresses");
    // As they are, and as HTTPS to hosts that a careless contract names.
    let careful = list.iter().map(|url| (url.clone(), "[\"example.com\"]"));
    let named = "[\"127.0.0.1\", \"localhost:5432\", \"[::1]\", \"[::ffff:127.0.0.1]\", \"0.0.0.0\", \"169.254.169.254\", \
                 \"10.0.0.1\", \"192.168.1.1\", \"example.com\"]";
    let careless = list.iter().filter(|url| url.starts_with("http:"));
    let careless = careless.map(|url| (url.replacen("http:", "https:", 1), named));
    let mut faults = Vec::new();
    for (url, hosts) in careful.chain(careless) {
        let quoted = toml::Value::from(url.as_str());
        let bed = bed(&format!(
            "[source]\nformat = \"csv\"\n[source.download]\nurls = [{quoted}]\nhosts = {hosts}\ntimeout_seconds = 5"
        ));
        let code = bed.tidings(&["check", JOB]).code;
        if code == 2 {
            continue;
        }
        let found = night(&bed);
        if !found.fault.contains("its address is no public one") || manifest(&bed).is_some() {
            faults.push(format!("{url}: {found:?}"));
        }
    }
    all_at_once(faults);
}
