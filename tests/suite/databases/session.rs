//! Sessions: only reading, in time, encrypted beyond the machine, and silent about secrets.

use super::{JOB, Kind, Place, servers};
use crate::{
    formats::shop,
    support::{Ran, TestBed},
};
use model::{quality::Severity, run::RunRecord};
use std::{fs, net::TcpListener, sync::Arc, time::Instant};

const COLUMNS: &str =
    "id = { type = \"integer\", required = true }\nprice = { type = \"integer\", required = true }";
const KEYED: &str = "key = [\"id\"]\non_duplicate = \"last_loaded\"";

fn servers() -> Vec<Place> {
    [Kind::Postgres, Kind::MariaDb].into_iter().filter_map(Place::on).collect()
}

fn table(place: &Place) {
    place.execute("CREATE TABLE orders (id int PRIMARY KEY, price int);\nINSERT INTO orders VALUES (1, 10), (2, 20);");
}

#[test]
fn a_question_cannot_write() {
    for place in Place::all() {
        table(&place);
        let attempts: &[&str] = match place.server.as_ref().map(|server| server.kind) {
            Some(Kind::Postgres) => {
                place.execute(
                    "CREATE FUNCTION spoil() RETURNS int LANGUAGE sql AS \
                     'INSERT INTO orders VALUES (9, 90) RETURNING id'; \
                     CREATE FUNCTION free() RETURNS int LANGUAGE plpgsql AS $$ BEGIN \
                     PERFORM set_config('transaction_read_only', 'off', false); \
                     PERFORM set_config('default_transaction_read_only', 'off', false); \
                     INSERT INTO orders VALUES (9, 90); RETURN 9; END $$; CREATE SEQUENCE counter",
                );
                &[
                    "SELECT spoil() AS id, 1 AS price",
                    "SELECT free() AS id, 1 AS price",
                    "SELECT nextval('counter') AS id, 1 AS price",
                    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
                    "DELETE FROM orders RETURNING *",
                    "SELECT 1 AS id, 1 AS price) AS q; DELETE FROM orders --",
                    "SELECT 1 AS id, 1 AS price) AS q COMMIT --",
                    "TABLE orders FOR UPDATE",
                ]
            }
            Some(Kind::MariaDb) => {
                place.execute(
                    "CREATE FUNCTION spoil() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO orders VALUES (9, 90); \
                     RETURN 9; END;\n",
                );
                &[
                    "SELECT spoil() AS id, 1 AS price",
                    "DELETE FROM orders RETURNING id, price",
                    "SELECT * FROM orders INTO OUTFILE '/tmp/tidings-orders'",
                    "SELECT 1 AS id, 1 AS price) AS q INTO @x --  ",
                    "SET GLOBAL read_only = 0",
                ]
            }
            None => &[
                "DELETE FROM orders RETURNING *",
                "SELECT * FROM orders) AS q; DELETE FROM orders --",
                "ATTACH DATABASE 'other.sqlite' AS other",
                "PRAGMA query_only = off",
                "WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone",
            ],
        };
        for attempt in attempts {
            place.contract(&format!("query = '''{attempt}'''"), "", COLUMNS);
            let ran = place.bed.tidings(&["kpi", JOB, "--metric", "rows_orders"]);
            assert_ne!(ran.code, 0, "{}: {attempt}: {}", place.name(), ran.stdout);
        }
        place.contract("table = \"orders\"", "", COLUMNS);
        assert_eq!(
            place.figures(),
            ("2".into(), "30".into()),
            "{}: all is as it was",
            place.name()
        );
    }
}

#[test]
fn a_slow_answer_is_given_up() {
    for place in Place::all() {
        table(&place);
        let slow = match place.server.as_ref().map(|server| server.kind) {
            Some(Kind::Postgres) => "SELECT id, price FROM orders, pg_sleep(30)",
            Some(Kind::MariaDb) => "SELECT id, price FROM orders WHERE sleep(30) = 0",
            None => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS id, 1 AS price FROM n"
            }
        };
        place.contract(&format!("query = \"{slow}\"\ntimeout_seconds = 1"), "", COLUMNS);
        let began = Instant::now();
        let complaint = place.complaint();
        assert!(complaint.contains("1 s (`timeout_seconds`)"), "{}: {complaint}", place.name());
        assert!(began.elapsed().as_secs() < 12, "{}: {:?}", place.name(), began.elapsed());
    }
}

#[test]
fn a_server_that_falls_silent_costs_its_time_limit() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("bound").port();
    for scheme in ["postgres", "mysql"] {
        let bed = shop();
        bed.write("warehouse.url", format!("{scheme}://u:hunter2@127.0.0.1:{port}/d"));
        let place = Place { bed, server: None, database: String::new() };
        place.contract("table = \"orders\"\ntimeout_seconds = 1", "", COLUMNS);
        let path = "jobs/contracts/orders.toml";
        place.bed.replace(path, "sqlite = \"\"", &format!("{scheme} = \"file:warehouse.url\""));
        let began = Instant::now();
        let complaint = place.complaint();
        assert!(complaint.contains("could not be fetched"), "{scheme}: {complaint}");
        assert!(!complaint.contains("hunter2"), "{scheme}: {complaint}");
        assert!(began.elapsed().as_secs() < 25, "{scheme}: {:?}", began.elapsed());
    }
}

#[test]
fn too_many_rows_are_refused() {
    for place in Place::all() {
        table(&place);
        place.contract("table = \"orders\"\n[source.limits]\nrows = 1", "", COLUMNS);
        let complaint = place.complaint();
        assert!(
            complaint.contains("more than 1 rows (`limits.rows`)"),
            "{}: {complaint}",
            place.name()
        );
        assert_eq!(place.batches(), Vec::<String>::new(), "{}", place.name());
    }
}

#[test]
fn a_statement_without_columns_is_no_question() {
    for place in Place::all().into_iter().filter(|place| place.server.is_none()) {
        table(&place);
        place.contract("query = \"DELETE FROM orders\"", "", COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("gives no columns; write a `SELECT`"), "{complaint}");
    }
}

#[test]
fn columns_that_are_gone_or_twice_there_are_refused() {
    for place in Place::all() {
        let name = place.name();
        table(&place);
        place.contract("table = \"orders\"\ncursor = \"id\"\noverlap = 5", KEYED, COLUMNS);
        assert_eq!(place.figures().1, "30", "{name}");
        place.execute("ALTER TABLE orders RENAME COLUMN price TO amount;");
        let complaint = place.complaint();
        assert!(
            complaint.contains("there is no column `price`; there are `id`, `amount`"),
            "{name}: {complaint}"
        );
        assert_eq!(place.batches().len(), 1, "{name}: what was there stays");
        let columns = COLUMNS.replace(
            "required = true }\nprice = {",
            "required = true }\nprice = { aliases = [\"price\", \"amount\"],",
        );
        place.contract("table = \"orders\"\ncursor = \"id\"\noverlap = 5", KEYED, &columns);
        place.execute("INSERT INTO orders VALUES (3, 30);");
        assert_eq!(
            place.figures(),
            ("3".into(), "60".into()),
            "{name}: an alias for what it is called now"
        );
        place.contract("query = \"SELECT id, amount AS price, id FROM orders\"", "", COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("two columns are called `id`"), "{name}: {complaint}");
        place.contract("table = \"no_such_table\"", "", COLUMNS);
        let complaint = place.complaint();
        assert!(complaint.contains("table `no_such_table`: "), "{name}: {complaint}");
    }
}

/// Everything a run says and writes.
fn all_of_it(bed: &TestBed, ran: &Ran) -> String {
    let mut text = format!("{}{}", ran.stdout, ran.stderr);
    crate::support::each_file(&bed.state(), &mut |file, _| {
        text.push_str(&String::from_utf8_lossy(&fs::read(file).expect("readable")));
    });
    text
}

#[test]
fn a_password_is_in_no_message_log_or_file() {
    for place in servers() {
        let name = place.name();
        table(&place);
        place.show_orders();
        place.contract("table = \"orders\"", "", COLUMNS);
        let good = place.address();
        let bad = [
            (good.replace("reader:", "reader:no"), "warehouse.url"),
            (good.replace(&place.database, "no_such_database"), "no_such_database"),
            (good.replace("127.0.0.1", "no-such-host.invalid"), "no-such-host.invalid"),
            (format!("{good}?sslmode=disable"), "`sslmode`"),
            (good.clone(), ""),
        ];
        for (address, expected) in bad {
            place.bed.write("warehouse.url", &address);
            let ran = place.bed.tidings(&[
                "-vvv",
                "--log-json",
                "run",
                JOB,
                "--no-send",
                "--format",
                "json",
            ]);
            let said = all_of_it(&place.bed, &ran);
            assert!(said.contains(expected), "{name}, {expected}: {said}");
            for secret in [servers::PASSWORD, servers::ESCAPED, "s3cr", "reader:", &address] {
                assert!(!said.contains(secret), "{name}, {expected}: shows `{secret}`");
            }
        }
        place.bed.write("warehouse.url", &good);
        assert_eq!(place.figures().1, "30", "{name}");
    }
}

#[test]
fn a_server_that_is_down_holds_the_report_and_earlier_rows_stay() {
    for kind in [Kind::Postgres, Kind::MariaDb] {
        let Some(server) = servers::start(kind) else { continue };
        server.create("shop");
        let place = Place { bed: shop(), server: Some(Arc::new(server)), database: "shop".into() };
        place.bed.write("warehouse.url", place.address());
        table(&place);
        place.show_orders();
        place.contract("table = \"orders\"\ncursor = \"id\"\noverlap = 5", KEYED, COLUMNS);
        assert_eq!(place.figures(), ("2".into(), "30".into()), "{kind:?}");
        let server = place.server.as_ref().expect("a server");
        server.stop();
        let ran = place.bed.tidings(&["run", JOB, "--format", "json"]).exits(3);
        let record: RunRecord = serde_json::from_value(ran.json()).expect("a record");
        let note = record.notes.iter().find(|note| note.message.key == "quality.unreachable");
        assert_eq!(note.expect("a note").severity, Severity::Error, "{kind:?}");
        assert!(
            ran.stdout.contains(&format!("127.0.0.1:{}/shop", server.port)),
            "{kind:?}: {}",
            ran.stdout
        );
        let ran =
            place.bed.tidings(&["kpi", JOB, "--metric", "sum_orders", "--format", "csv"]).exits(3);
        assert_eq!(ran.csv()[0]["sum_orders"], "30", "{kind:?}: earlier rows stay");
        server.run();
        place.execute("INSERT INTO orders VALUES (3, 30);");
        assert_eq!(
            place.figures(),
            ("3".into(), "60".into()),
            "{kind:?}: and it goes on from there"
        );
    }
}

#[test]
fn encryption_is_verified() {
    for place in servers() {
        let name = place.name();
        let server = place.server.as_ref().expect("a server");
        fs::create_dir_all(place.bed.path("data")).expect("a folder");
        fs::copy(server.authority(), place.bed.path("data/ca.pem")).expect("copied");
        let query = match server.kind {
            Kind::Postgres => {
                "SELECT 1 AS id, ssl::int AS price FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            }
            Kind::MariaDb => {
                "SELECT 1 AS id, variable_value <> '' AS price FROM information_schema.session_status \
                 WHERE variable_name = 'Ssl_cipher'"
            }
        };
        let plain = format!("query = \"{query}\"");
        let own = format!("{plain}\nroot_certificate = \"ca.pem\"");
        let by_name = place.address().replace("127.0.0.1", "localhost");
        place.contract(&plain, "", COLUMNS);
        assert_eq!(place.figures().1, "0", "{name}: within the machine no encryption is needed");
        place.bed.write("warehouse.url", &by_name);
        place.contract(&own, "", COLUMNS);
        assert_eq!(place.figures().1, "1", "{name}: the contract's own authority is believed");

        place.bed.write("warehouse.url", place.address());
        let complaint = place.complaint();
        assert!(complaint.contains("ertificate"), "{name}, another host: {complaint}");
        place.contract(&plain, "", COLUMNS);
        let asks = if server.kind == Kind::Postgres {
            "sslmode=verify-full"
        } else {
            "ssl-mode=VERIFY_IDENTITY"
        };
        place.bed.write("warehouse.url", format!("{by_name}?{asks}"));
        let complaint = place.complaint();
        assert!(complaint.contains("ertificate"), "{name}, an unknown authority: {complaint}");
        for (file, text) in [("ca.pem", "no certificate"), ("gone.pem", "")] {
            if !text.is_empty() {
                place.bed.write(&format!("data/{file}"), text);
            }
            place.contract(&own.replace("ca.pem", file), "", COLUMNS);
            let complaint = place.complaint();
            assert!(complaint.contains("`root_certificate`"), "{name}: {complaint}");
        }
    }
}

#[test]
fn memory_stays_bounded_however_many_rows_there_are() {
    for place in servers() {
        let series = match place.is(Kind::Postgres) {
            true => "generate_series(1, 200000) AS s(i)",
            false => "(SELECT seq AS i FROM seq_1_to_200000) AS s",
        };
        // 400 MB, whose last row is one too many: nothing of it is read on.
        let query = format!(
            "SELECT i AS id, 1 AS price, concat(i, repeat('x', 2000)) AS filler FROM {series}"
        );
        place.contract(
            &format!("query = \"{query}\"\n[source.limits]\nrows = 199999"),
            "",
            COLUMNS,
        );
        let mut command = place.bed.command(&["kpi", JOB, "--metric", "rows_orders"]);
        let mut child = command.stderr(std::process::Stdio::piped()).spawn().expect("starts");
        let (status, mut most) = (format!("/proc/{}/status", child.id()), 0);
        while child.try_wait().expect("known").is_none() {
            let text = fs::read_to_string(&status).unwrap_or_default();
            let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let peak = peak.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
            most = most.max(peak.unwrap_or(0));
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let said = std::io::read_to_string(child.stderr.take().expect("piped")).expect("text");
        assert!(said.contains("more than 199999 rows"), "{}: {said}", place.name());
        println!("{}: at most {most} kB", place.name());
        assert!(most > 0 && most < 200_000, "{}: {most} kB at most", place.name());
    }
}
