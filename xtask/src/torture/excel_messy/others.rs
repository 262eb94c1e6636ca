//! The workbooks that a reader of spreadsheets was tested with, most of them for a fault it had.

use super::{Case, is_told, places, refused, rows};
use crate::torture::bed::Loaded;
use serde_json::{Value, json};

/// Every file of the folder.
pub(super) fn cases() -> Vec<Case> {
    let anything: fn(&Loaded) -> bool = |_| true;
    let dates: fn(&Loaded) -> bool =
        |loaded| rows(loaded).iter().take(2).eq(["2021-01-01|15", "2021-01-02|16"].iter());
    vec![
        case("OOM_alloc2.xls", 18, json!({}), refused),
        case("any_sheets.xlsx", 2, json!({}), |loaded| {
            rows(loaded)[..3] == ["1|2", "3|4", "5|6"] && is_told(loaded, "quality.hidden_sheets")
        }),
        case("date.xls", 2, json!({}), dates),
        case("date.xlsx", 2, json!({}), dates),
        case("date_1904.xls", 2, json!({}), dates),
        case("date_1904.xlsx", 2, json!({}), dates),
        case("date_iso.xlsx", 1, json!({}), |loaded| {
            rows(loaded)[..3] == ["2021-01-01", "2021-01-01T10:10:10", "10:10:10"]
        }),
        // All four formats are of dates, with quoted text between.
        case("date_quoted_format.xlsx", 1, json!({}), |loaded| rows(loaded) == ["2021-01-01"; 4]),
        case("empty_shared_string.xlsx", 1, json!({}), |loaded| rows(loaded) == ["abc"]),
        case("empty_sheet.xlsx", 1, json!({}), |l| refused(l) && is_told(l, "no data")),
        case("encoded_entities.xlsx", 1, json!({}), |loaded| rows(loaded)[0] == "&"),
        case("errors.xlsx", 1, json!({ "name": "Feuil1" }), |loaded| {
            let cells: Vec<String> = (1..8).map(|row| format!("A{row}")).collect();
            loaded.rows.is_empty() && places(loaded) == cells
        }),
        case("gh548_incorrect_sst_unique_count.xls", 9, json!({}), anything),
        case("has_x000D_.xlsx", 1, json!({}), |loaded| rows(loaded) == ["ABC\r\nDEF"]),
        under("header-row.xlsx", &["Columns", "Column A"], json!({ "header": "find" }), |loaded| {
            rows(loaded) == ["put data here|1"]
        }),
        under("header-row.xlsx", &["Columns", "Column A"], json!({}), refused),
        case("inlineStr_cdata.xlsx", 2, json!({}), |loaded| {
            rows(loaded) == ["Hello CDATA|World", "12345|NormalText"]
        }),
        case("issue127.xls", 3, json!({ "name": "Sheet1" }), anything),
        case("issue_594_dos.ods", 1, json!({}), refused),
        case("issue_666_panic.xlsb", 1, json!({}), anything),
        case("merge_cells.xls", 3, json!({}), |loaded| {
            rows(loaded) == ["Row Merge|-|Not Merged", "Column Merge|Chunk Merged|-"]
        }),
        case("merged_range.xlsx", 8, json!({ "name": "Sheet1" }), |l| !rows(l).is_empty()),
        case("no-header.xlsx", 2, json!({}), |loaded| rows(loaded) == ["a|0", "b|1"]),
        under("no-header.xlsx", &["name", "value"], json!({}), refused),
        case("non_monotonic_si.xlsx", 3, json!({}), |loaded| rows(loaded)[5] == "6|12|18"),
        under("nonstandard-xml-ns-prefix.xlsx", &["a", "b"], json!({}), |loaded| {
            rows(loaded) == ["1|3", "2|4"]
        }),
        under("number_rows_repeated.ods", &["A", "B"], json!({ "name": "Sheet1" }), |loaded| {
            rows(loaded) == ["C|D"; 4]
        }),
        case("pass_protected.ods", 1, json!({}), |l| refused(l) && is_told(l, "password")),
        case("pass_protected.xlsx", 1, json!({}), |l| refused(l) && is_told(l, "password")),
        under("strict_iso_paths.xlsx", &["Item", "Thickness"], json!({}), |loaded| {
            rows(loaded).len() == 75 && rows(loaded)[1] == "1625593500|2"
        }),
        under(
            "temperature-in-middle.xlsx",
            &["label", "value"],
            json!({ "range": "B4:C6" }),
            |l| rows(l) == ["celsius|22.2222", "fahrenheit|72"],
        ),
        under("temperature-in-middle.xlsx", &["label", "value"], json!({}), refused),
        case("too_small.xls", 1, json!({}), refused),
        case("xls_wrong_decimals.xls", 1, json!({}), |loaded| rows(loaded) == ["0.525625"]),
    ]
}

/// A sheet without a header, read as so many columns of text.
fn case(file: &'static str, width: usize, sheet: Value, holds: fn(&Loaded) -> bool) -> Case {
    let names: Vec<String> = (1..=width).map(|number| format!("c{number:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let source = json!({ "headerless": { "columns": names }, "sheet": sheet });
    Case { file, source, columns: texts(&names), holds }
}

/// A sheet with a header, read as texts.
fn under(file: &'static str, names: &[&str], sheet: Value, holds: fn(&Loaded) -> bool) -> Case {
    Case { file, source: json!({ "sheet": sheet }), columns: texts(names), holds }
}

fn texts(names: &[&str]) -> Value {
    let columns = names.iter().enumerate().map(|(at, name)| {
        (format!("c{:02}", at + 1), json!({ "type": "text", "aliases": [name] }))
    });
    columns.collect::<serde_json::Map<_, _>>().into()
}
