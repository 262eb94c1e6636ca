//! Values go beside a question, never into it.

use super::{JOB, Kind, Place};
use crate::support::root;
use std::fs;

fn hostile() -> Option<Vec<String>> {
    let path = root().join("../shared/data/torture/hostile-strings/sql_parameters.json");
    let Ok(text) = fs::read_to_string(path) else {
        println!("skipped: hostile parameters, for want of ../shared/data");
        return None;
    };
    Some(serde_json::from_str(&text).expect("a list of texts"))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.into()).to_string()
}

#[test]
fn hostile_values_find_exactly_themselves() {
    let Some(hostile) = hostile() else { return };
    for place in Place::all() {
        let table = if place.is(Kind::MariaDb) { "COLLATE utf8mb4_nopad_bin" } else { "" };
        place.execute(&format!("CREATE TABLE things (id int, price int, word text) {table};"));
        for (id, text) in hostile.iter().enumerate().filter(|(_, text)| !text.contains('\0')) {
            let text = text.replace('\'', "''");
            let text = if place.is(Kind::MariaDb) { text.replace('\\', "\\\\") } else { text };
            place.execute(&format!("INSERT INTO things VALUES ({id}, 1, '{text}');"));
        }
        for (id, text) in hostile.iter().enumerate() {
            let source = format!(
                "query = \"SELECT id, price FROM things WHERE word = :word -- :no\"\nparameters = {{ word = {} }}",
                quoted(text)
            );
            place.contract(
                &source,
                "",
                "id = { type = \"integer\" }\nprice = { type = \"integer\" }",
            );
            let name = format!("{}: {text:?}", place.name());
            if text.contains('\0') {
                // No text of PostgreSQL has this sign; nobody has such a row.
                let complaint = place.complaint();
                let expected = if place.is(Kind::Postgres) { "0x00" } else { "no rows" };
                assert!(complaint.contains(expected), "{name}: {complaint}");
                continue;
            }
            assert_eq!(place.bed.value(JOB, "rows_orders"), "1", "{name}");
            let found = place.landed();
            assert!(found.iter().any(|row| row["id"] == id.to_string()), "{name}: {found:?}");
        }
        place.contract(
            "table = \"things\"",
            "",
            "id = { type = \"integer\" }\nprice = { type = \"integer\" }",
        );
        let kept = hostile.iter().filter(|text| !text.contains('\0')).count();
        assert_eq!(
            place.bed.value(JOB, "rows_orders"),
            kept.to_string(),
            "{}: all are there",
            place.name()
        );
    }
}

#[test]
fn parameters_take_the_type_of_their_place() {
    for place in Place::all() {
        place.execute(
            "CREATE TABLE things (id int, price numeric(10,2), day date, flag boolean);\n\
             INSERT INTO things VALUES (1, 10.00, '2026-01-01', true), (2, 20.00, '2026-01-02', false), \
             (3, 30.10, '2026-01-03', true);",
        );
        let price = if place.server.is_some() {
            "price = { type = \"decimal\" }"
        } else {
            "price = { type = \"decimal\", scale = 1 }"
        };
        let sum = |query: &str, parameters: &str| {
            place.contract(
                &format!("query = \"SELECT id, price FROM things WHERE {query}\"\nparameters = {{ {parameters} }}"),
                "",
                &format!("id = {{ type = \"integer\" }}\n{price}"),
            );
            place.bed.value(JOB, "rows_orders")
        };
        assert_eq!(sum("id >= :id or id = :id", "id = 2"), "2", "{}", place.name());
        assert_eq!(sum("day > :day", "day = \"2026-01-02\""), "1", "{}", place.name());
        assert_eq!(sum("flag = :flag", "flag = true"), "2", "{}", place.name());
        assert_eq!(
            sum("price = cast(:price as decimal(10,2))", "price = \"30.10\""),
            "1",
            "{}",
            place.name()
        );
    }
}

#[test]
fn identifiers_are_quoted_whatever_is_in_them() {
    for place in Place::all() {
        let quote = if place.is(Kind::MariaDb) { '`' } else { '"' };
        let name = format!("{quote}or{quote}{quote}ders; drop{quote}");
        place.execute(&format!(
            "CREATE TABLE {name} (id int, price int, {quote}up dated{quote} int);"
        ));
        place.execute(&format!("INSERT INTO {name} VALUES (1, 5, 7);"));
        let table = quoted(&format!("or{quote}ders; drop"));
        place.contract(
            &format!("table = {table}\ncursor = \"up dated\"\noverlap = 3"),
            "key = [\"id\"]\non_duplicate = \"last_loaded\"",
            "id = { type = \"integer\" }\nprice = { type = \"integer\" }",
        );
        for _ in 0..2 {
            assert_eq!(place.figures(), ("1".into(), "5".into()), "{}", place.name());
        }
    }
}

#[test]
fn a_contract_is_checked_before_anything_is_asked() {
    let place = Place::in_a_file();
    let columns = "id = { type = \"integer\" }\nprice = { type = \"integer\" }";
    let (keyed, plain) = ("key = [\"id\"]\non_duplicate = \"last_loaded\"", "");
    for (head, source, expected) in [
        (plain, "", "needs either `table` or `query`"),
        (plain, "table = \"a\"\nquery = \"SELECT 1\"", "needs either `table` or `query`"),
        (plain, "table = \"a\"\npostgres = \"env:X\"", "name one database"),
        (plain, "table = \"a..b\"", "`schema.table`"),
        (plain, "query = \"SELECT 1; SELECT 2\"", "without `;`"),
        (plain, "query = \"SELECT :a\"", "`:a` has no value"),
        (plain, "query = \"SELECT ':a'\"\nparameters = { a = 1 }", "the query has no `:a`"),
        (plain, "table = \"a\"\nparameters = { a = 1 }", "belong to a `query`"),
        (plain, "table = \"a\"\nparameters = { a = 1.5 }", "ParameterSpec"),
        (plain, "table = \"a\"\noverlap = 3", "needs `cursor`"),
        (keyed, "table = \"a\"\ncursor = \"id\"", "needs `overlap`"),
        (keyed, "table = \"a\"\ncursor = \"id\"\noverlap = \"soon\"", "is no span"),
        (plain, "table = \"a\"\ncursor = \"id\"\noverlap = 3", "`key` must say which"),
        (
            "key = [\"id\"]\non_duplicate = \"refuse\"",
            "table = \"a\"\ncursor = \"id\"\noverlap = 3",
            "`key` must say which",
        ),
        (plain, "table = \"a\"\ntimeout_seconds = 0", "is at least 1"),
        (plain, "table = \"a\"\nroot_certificate = \"ca.pem\"", "not reached by TLS"),
        (plain, "table = \"a\"\n[source]\nformat = \"csv\"", "belongs to files"),
        (plain, "table = \"a\"\n[source]\nfiles = [\"a.csv\"]", "one place"),
    ] {
        place.contract(source, head, columns);
        if let Some((database, files)) = source.split_once("[source]\n") {
            let path = "jobs/contracts/orders.toml";
            place.contract(database, head, columns);
            place.bed.replace(
                path,
                "[source.database]",
                &format!("[source]\n{files}\n[source.database]"),
            );
        }
        place.show_orders();
        place.bed.tidings(&["check", JOB]).exits(2).complains(&[expected]);
    }
    for path in ["../shop.sqlite", "/etc/passwd", "a/../../b"] {
        place.contract("table = \"a\"", "", columns);
        place.bed.replace("jobs/contracts/orders.toml", "shop.sqlite", path);
        place.bed.tidings(&["check", JOB]).exits(2).complains(&["below the data folder"]);
    }
}

#[test]
fn an_address_is_never_written_down_and_never_shown() {
    let place = Place::in_a_file();
    place.contract(
        "table = \"a\"",
        "",
        "id = { type = \"integer\" }\nprice = { type = \"integer\" }",
    );
    place.show_orders();
    let path = "jobs/contracts/orders.toml";
    place.bed.replace(path, "sqlite = \"shop.sqlite\"", "postgres = \"postgres://u:hunter2@h/d\"");
    for command in ["check", "explain", "run", "kpi"] {
        let mut arguments = vec![command, JOB];
        arguments.extend(if command == "kpi" { &["--metric", "rows_orders"][..] } else { &[] });
        let ran = place.bed.tidings(&arguments).exits(2);
        assert!(
            !format!("{}{}", ran.stdout, ran.stderr).contains("hunter2"),
            "{command}: {}",
            ran.stderr
        );
        ran.complains(&["the address is a secret"]);
    }
    place.bed.replace(path, "postgres://u:hunter2@h/d", "env:NO_SUCH_VARIABLE");
    place.bed.tidings(&["check", JOB]).exits(0);
    let explained = place.bed.tidings(&["explain", JOB]).exits(0).stdout;
    assert!(
        explained.contains("orders: table `a` of PostgreSQL at `env:NO_SUCH_VARIABLE`"),
        "{explained}"
    );
    let ran = place.bed.tidings(&["kpi", JOB, "--metric", "rows_orders"]);
    ran.complains(&["`env:NO_SUCH_VARIABLE`: the variable is not set"]);
}
