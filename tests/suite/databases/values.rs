//! Values arrive as the database has them.

use super::{JOB, Kind, Place};
use serde_json::{Value, json};

const COLUMNS: &str = "id = { type = \"integer\", required = true }\n\
                       price = { type = \"decimal\", scale = 10, may_be_absent = true }";

/// The one row of a table, as it was brought.
fn row(place: &Place, table: &str) -> Value {
    place.execute(table);
    place.contract("table = \"things\"", "", COLUMNS);
    place.bed.tidings(&["kpi", JOB, "--metric", "rows_orders"]).exits(0);
    let mut rows = place.landed();
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

#[track_caller]
fn has(row: &Value, expected: &Value) {
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(row.get(name), Some(value), "{name} of {row}");
    }
}

#[test]
fn postgres_values_are_its_own_texts_of_them() {
    let Some(place) = Place::on(Kind::Postgres) else { return };
    let row = row(
        &place,
        "CREATE TYPE mood AS ENUM ('sad', 'so-so'); SET TimeZone = 'Asia/Shanghai'; \
         CREATE TABLE things (id bigint, price numeric(38,10), small numeric, real8 float8, real4 float4, \
         whole int8, flag boolean, day date, clock time, local timestamp, moment timestamptz, coarse timestamptz, \
         word text, padded char(5), raw bytea, mood mood, j json, jb jsonb, list int[], u uuid, gap interval, \
         cash money, nothing text, \"Größe \"\" .x\" text); \
         INSERT INTO things VALUES (1, -1234567890123456789012345678.0123456789, -0.000000000000000000001, \
         0.1, 0.1, -9223372036854775808, true, '2026-02-28', '23:59:59.5', '2026-03-29 02:30:00.123456', \
         '2026-01-05 08:00:00.5+08', '2026-01-05 08:00:00', E'日本 😀 \\x01\\t\\r\\n\\x1f\\x7f \"quoted\" \\\\ end', \
         'ab', '\\x0068ff', 'so-so', '{\"a\": 1.10}', '{\"a\":1.10}', '{1,2}', \
         'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '1 day 2 hours', 1234.5, NULL, 'named')",
    );
    has(
        &row,
        &json!({
            "price": "-1234567890123456789012345678.0123456789", "small": "-0.000000000000000000001",
            "real8": "0.1", "real4": "0.1", "whole": "-9223372036854775808", "flag": "true",
            "day": "2026-02-28", "clock": "23:59:59.5", "local": "2026-03-29 02:30:00.123456",
            "moment": "2026-01-05 00:00:00.5+00:00", "coarse": "2026-01-05 00:00:00+00:00",
            "word": "日本 😀 \u{1}\t\r\n\u{1f}\u{7f} \"quoted\" \\ end", "padded": "ab", "raw": "\\x0068ff",
            "mood": "so-so", "j": "{\"a\": 1.10}", "jb": "{\"a\": 1.10}", "list": "{1,2}",
            "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "gap": "P1DT2H", "cash": "1234.50", "nothing": null,
            "Größe \" .x": "named",
        }),
    );
}

#[test]
fn mariadb_values_are_exact() {
    let Some(place) = Place::on(Kind::MariaDb) else { return };
    let row = row(
        &place,
        "SET time_zone = '+08:00';\n\
         CREATE TABLE things (id bigint, price decimal(38,10), real8 double, real4 float, whole bigint, \
         large bigint unsigned, flag boolean, bits bit(10), day date, nought date, clock time(1), \
         local datetime(6), moment timestamp(1) NULL, word text, raw blob, fixed binary(3), mood enum('sad','so-so'), \
         several set('a','b'), j json, y year, nothing text, latin varchar(9) CHARACTER SET latin1, \
         `Größe `` .x` text) DEFAULT CHARSET utf8mb4;\n\
         SET sql_mode = '';\n\
         INSERT INTO things VALUES (1, -1234567890123456789012345678.0123456789, 0.1, 0.1, -9223372036854775808, \
         18446744073709551615, true, b'1000000001', '2026-02-28', '0000-00-00', '-26:01:02.5', \
         '2026-03-29 02:30:00.123456', '2026-01-05 08:00:00.5', \
         CONCAT('日本 😀 ', CHAR(0,1,9,13,10,31,127), ' \"quoted\" \\\\ end'), x'0068ff', x'01', 'so-so', 'a,b', \
         '{\"a\": 1.10}', 2026, NULL, 'café', 'named')",
    );
    has(
        &row,
        &json!({
            "price": "-1234567890123456789012345678.0123456789", "real8": "0.1", "real4": "0.1",
            "whole": "-9223372036854775808", "large": "18446744073709551615", "flag": "1", "bits": "513",
            "day": "2026-02-28", "nought": "0000-00-00", "clock": "-26:01:02.5",
            "local": "2026-03-29 02:30:00.123456", "moment": "2026-01-05 00:00:00.5+00:00",
            "word": "日本 😀 \u{0}\u{1}\t\r\n\u{1f}\u{7f} \"quoted\" \\ end", "raw": "\\x0068ff",
            "fixed": "\\x010000", "mood": "so-so", "several": "a,b", "j": "{\"a\": 1.10}", "y": "2026",
            "nothing": null, "latin": "café", "Größe ` .x": "named",
        }),
    );
}

#[test]
fn sqlite_values_are_told_by_their_storage_class() {
    let place = Place::in_a_file();
    let row = row(
        &place,
        "CREATE TABLE things (id, price TEXT, whole INTEGER, real8 REAL, word TEXT, raw BLOB, loose, missing, \
         \"Größe \"\" .x\"); \
         INSERT INTO things VALUES (1, '64.9000000000', -9223372036854775808, 64.9, \
         '日本 😀 ' || char(0, 1, 9, 13, 10, 31, 127) || ' \"quoted\" \\ end', x'0068ff', 1e300, NULL, 'named');",
    );
    let large = format!("1{}", "0".repeat(300));
    has(
        &row,
        &json!({
            "id": "1", "price": "64.9000000000", "whole": "-9223372036854775808", "real8": "64.9",
            "word": "日本 😀 \u{0}\u{1}\t\r\n\u{1f}\u{7f} \"quoted\" \\ end", "raw": "\\x0068ff", "loose": large,
            "missing": null, "Größe \" .x": "named",
        }),
    );
}

/// A value of rows most of which are in quarantine: it is told, and that it is doubtful.
fn doubtful(place: &Place, metric: &str) -> String {
    let asked = place.bed.tidings(&["kpi", JOB, "--metric", metric, "--format", "csv"]);
    asked.exits(3).csv()[0][metric].clone()
}

/// Rows read, accepted and quarantined, and the rules that were broken.
fn outcome(place: &Place) -> (u64, u64, Vec<String>) {
    let found = place.bed.tidings(&["quarantine", JOB, "--format", "json"]).exits(0).json();
    let rows = found["orders"].as_array().expect("rows");
    let rules = rows.iter().map(|row| {
        format!("{} {}", row["column"].as_str().unwrap_or("-"), row["rule"].as_str().unwrap())
    });
    let rules = rules.collect();
    let accepted = doubtful(place, "rows_orders").parse().unwrap();
    (place.landed_lines().len() as u64, accepted, rules)
}

#[test]
fn what_is_no_value_goes_to_quarantine() {
    let columns = "id = { type = \"integer\", required = true }\n\
                   price = { type = \"decimal\", scale = 2 }\n\
                   day = { type = \"date\", format = [\"%Y-%m-%d\"] }\nword = { type = \"text\" }";
    for place in Place::all() {
        let rows = match place.server.as_ref().map(|server| server.kind) {
            Some(Kind::Postgres) => {
                "CREATE TABLE things (id int, price numeric, day date, word text); \
                 INSERT INTO things VALUES (1, 'NaN', NULL, NULL), (2, 'Infinity', NULL, NULL), \
                 (3, '-Infinity', NULL, NULL), (4, 1.005, NULL, NULL), (5, NULL, 'infinity', NULL), \
                 (6, NULL, '0044-03-15 BC', NULL), (7, 12.3400, '2026-01-01', '')"
            }
            Some(Kind::MariaDb) => {
                "CREATE TABLE things (id int, price double, day date, word text);\nSET sql_mode = '';\n\
                 INSERT INTO things VALUES (4, 1.005, NULL, NULL), (5, NULL, '0000-00-00', NULL), \
                 (6, NULL, '2026-00-00', NULL), (7, 12.34, '2026-01-01', '')"
            }
            None => {
                "CREATE TABLE things (id, price, day, word); \
                 INSERT INTO things VALUES (2, 9e999, NULL, NULL), (3, -9e999, NULL, NULL), (4, 1.005, NULL, NULL), \
                 (5, NULL, 20260101, NULL), (6, NULL, NULL, CAST(x'636166e9' AS TEXT)), (7, 12.34, '2026-01-01', '');"
            }
        };
        place.execute(rows);
        place.contract("table = \"things\"", "", columns);
        place.show_orders();
        let (read, accepted, rules) = outcome(&place);
        let rules = rules.join(", ");
        let expected = match place.name().as_str() {
            "Postgres" => (7, "price type, price type, price type, price type, day type, day type"),
            "MariaDb" => (4, "price type, day type, day type"),
            _ => (6, "price type, price type, price type, day type, - encoding"),
        };
        assert_eq!((read, rules.as_str()), expected, "{}", place.name());
        assert_eq!(accepted, 1, "{}", place.name());
        assert_eq!(doubtful(&place, "sum_orders"), "12.34", "{}", place.name());
    }
}
