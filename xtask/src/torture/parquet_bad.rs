//! parquet-bad: corrupt files are refused as a whole, odd ones are read to the last value.

use super::{bed, tally::Line};
use anyhow::Context as _;
use serde_json::{Map, Value, json};
use std::{fs, path::Path};

/// What must come of a file.
enum Expected {
    /// No row, and a reason.
    Refused,
    /// So many rows accepted and quarantined.
    Counts(u64, u64),
    /// The values of the first column.
    Values(Vec<Option<String>>),
}

use Expected::{Counts, Refused, Values};

/// Every file of both folders.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let folder = |name: &str, cases: Vec<Case>| {
        let mut line = Line::new(&format!("parquet-bad {name}"));
        let mut left = cases;
        let mut files: Vec<_> = fs::read_dir(set.join(name))?.collect::<Result<_, _>>()?;
        files.sort_by_key(fs::DirEntry::file_name);
        for entry in files {
            let file = entry.file_name().to_string_lossy().into_owned();
            let Some(stem) = file.strip_suffix(".parquet") else { continue };
            let bytes = fs::read(entry.path()).with_context(|| file.clone())?;
            let (these, others) = left.into_iter().partition(|case| case.file == stem);
            let these: Vec<Case> = these;
            left = others;
            if these.is_empty() {
                line.count(stem, Err("nothing is expected of it".into()));
            }
            for case in these {
                line.count(stem, check(&case, &bytes));
            }
        }
        Ok::<_, anyhow::Error>(line)
    };
    Ok(vec![folder("bad_data", bad())?, folder("tricky", tricky())?])
}

struct Case {
    file: &'static str,
    source: Value,
    columns: Map<String, Value>,
    expected: Expected,
}

/// A case whose columns are told as `name: type`.
fn case(file: &'static str, columns: &[(&str, Value)], expected: Expected) -> Case {
    let columns = columns.iter().enumerate().map(|(at, (alias, kind))| {
        let mut column = kind.clone();
        column["aliases"] = json!([alias]);
        (format!("c{at}"), column)
    });
    let source = json!({ "files": ["*.parquet"] });
    Case { file, source, columns: columns.collect(), expected }
}

fn exploded(path: &str, case: Case) -> Case {
    let source = json!({ "files": ["*.parquet"], "explode": path });
    Case { source, ..case }
}

fn text() -> Value {
    json!({ "type": "text" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

fn decimal(scale: u32) -> Value {
    json!({ "type": "decimal", "scale": scale })
}

fn moment() -> Value {
    json!({ "type": "timestamp", "format": ["%Y-%m-%d %H:%M:%S%.f"], "zone": "UTC" })
}

fn bad() -> Vec<Case> {
    let nation = ["nation_key", "name", "region_key", "comment_col"].map(|name| (name, text()));
    vec![
        case("ARROW-GH-41317", &[("int32", text())], Refused),
        case("ARROW-GH-41321", &[("int64", integer())], Refused),
        case("ARROW-GH-41321", &[("large_binary", text())], Refused),
        case("ARROW-GH-43605", &[("min_fl", text())], Refused),
        exploded("x", case("ARROW-GH-45185", &[("x", text())], Refused)),
        case("ARROW-GH-47662", &[("flba_field", text())], Refused),
        case("ARROW-RS-GH-6229-DICTHEADER", &nation, Refused),
        exploded("outer", case("ARROW-RS-GH-6229-LEVELS", &[("outer.c", text())], Refused)),
        case("PARQUET-1481", &[("a", text())], Refused),
    ]
}

fn tricky() -> Vec<Case> {
    let numbers = |last: u32, places: &str| {
        Values((1..=last).map(|number| Some(format!("{number}{places}"))).collect())
    };
    let moments = ["2024-01-01T20:34:56.123", "2024-01-01T01:00:00", "9999-12-31T03:00:00"];
    let far = ["2024-12-30T23:00:00"];
    let moments = moments.iter().chain(&far).map(|text| Some(format!("{text}+00:00")));
    let both = [("a", integer()), ("b", integer())];
    let plain = [
        ("id", integer()),
        ("bool_col", json!({ "type": "boolean", "required": true })),
        ("double_col", decimal(1)),
        ("date_string_col", text()),
        ("timestamp_col", moment()),
    ];
    let known = "column with known type";
    vec![
        case("alltypes_plain", &plain, Counts(8, 0)),
        case("byte_array_decimal", &[("value", decimal(2))], numbers(24, ".00")),
        case("column_chunk_key_value_metadata", &[("column1", integer())], Counts(0, 0)),
        case("concatenated_gzip_members", &[("long_col", integer())], numbers(513, "")),
        case("datapage_v1-corrupt-checksum", &both, Refused),
        case("datapage_v1-uncompressed-checksum", &both, Counts(5120, 0)),
        // Its sorting columns lack a field that the format demands.
        case("dict-page-offset-zero", &[("int_col", integer())], Refused),
        case(
            "hadoop_lz4_compressed",
            &[("v11", decimal(3)), ("c0", integer()), ("c1", text())],
            Values(["42.000", "7.700", "42.125", "7.700"].map(|text| Some(text.into())).into()),
        ),
        case("int64_decimal", &[("value", decimal(2))], numbers(24, ".00")),
        // The sixth lies in the year 290000 and is quarantined, not wrapped.
        case("int96_from_spark", &[("a", moment())], Values(moments.chain([None]).collect())),
        exploded("int64_list", case("list_columns", &[("int64_list", integer())], Counts(6, 0))),
        case("nan_in_stats", &[("x", decimal(1))], Counts(1, 1)),
        case("nation.dict-malformed", &[("nation_key", text()), ("name", text())], Refused),
        case("nulls.snappy", &[("b_struct.b_c_int", integer())], Counts(8, 0)),
        case("rle-dict-uncompressed-corrupt-checksum", &[("long_field", integer())], Refused),
        // Its one value is null.
        case("single_nan", &[("mycol", decimal(1))], Values(vec![None])),
        case("unknown-logical-type", &[("column with unknown type", text())], Refused),
        case("unknown-logical-type", &[(known, text())], Counts(3, 0)),
    ]
}

fn check(case: &Case, bytes: &[u8]) -> Result<(), String> {
    let name = format!("{}.parquet", case.file);
    let spec = bed::contract(case.source.clone(), case.columns.clone());
    let loaded = bed::load(&spec, &[(&name, bytes)])?;
    let is_told = loaded.notes.iter().any(|(_, note)| note.contains(&format!("file={name} ")));
    let holds = match &case.expected {
        Refused => loaded.is_refused() && is_told && loaded.counts.read == 0,
        Counts(accepted, quarantined) => {
            let counts = (loaded.counts.accepted, loaded.counts.quarantined);
            !loaded.is_refused() && counts == (*accepted, *quarantined)
        }
        Values(values) => loaded.rows.iter().map(|row| &row[0]).eq(values.iter()),
    };
    if holds { Ok(()) } else { Err(loaded.to_string()) }
}
