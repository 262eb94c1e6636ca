//! The workbooks of this set's own: ten orders, each time with something wrong.

use super::{Case, is_told, places, refused, rows};
use crate::torture::bed::Loaded;
use serde_json::{Value, json};

/// Every file of the folder.
pub(super) fn cases() -> Vec<Case> {
    let case = |file, source, holds| Case { file, source, columns: orders(), holds };
    let one = |file, holds: fn(&Loaded) -> bool| {
        let source = json!({ "headerless": { "columns": ["a"] } });
        Case { file, source, columns: json!({ "a": { "type": "integer" } }), holds }
    };
    let plain = || json!({});
    let sheet = |sheet: Value| json!({ "sheet": sheet });
    vec![
        case("clean.xlsx", plain(), |loaded| is_clean(loaded) && loaded.counts.quarantined == 0),
        case("csv_named_xlsx.xlsx", plain(), |l| refused(l) && is_told(l, "is plain text")),
        one("dimension_lie.xlsx", |loaded| rows(loaded).len() == 100),
        case("dirty_headers.xlsx", plain(), refused),
        // Declared, the names are found; the column without a name is never taken for `amount`.
        Case {
            file: "dirty_headers.xlsx",
            source: json!({ "trim": true }),
            columns: json!({
                "order_date": { "type": "text", "aliases": ["order\ndate"] },
                "store": { "type": "text", "aliases": ["Store"] },
            }),
            holds: |l| l.rows.is_empty() && places(l).iter().all(|place| place.starts_with('E')),
        },
        case("duplicate_headers.xlsx", plain(), |l| refused(l) && is_told(l, "`qty` twice")),
        case("epoch_1904.xlsx", plain(), is_clean),
        one("far_cell.xlsx", |loaded| rows(loaded) == ["1"] && places(loaded) == ["XFD1048576"]),
        case("formula_no_cached_value.xlsx", plain(), |loaded| {
            let cells: Vec<String> = (2..12).map(|row| format!("E{row}")).collect();
            loaded.rows.is_empty() && places(loaded) == cells
        }),
        case("hidden_rows_filter.xlsx", plain(), |loaded| {
            is_clean(loaded) && is_told(loaded, "quality.hidden_rows")
        }),
        case("hidden_sheets.xlsx", plain(), |loaded| {
            is_clean(loaded) && is_told(loaded, "quality.hidden_sheets")
        }),
        case("hidden_sheets.xlsx", sheet(json!({ "name": "pay" })), |loaded| {
            refused(loaded) && !is_told(loaded, "salaries")
        }),
        case("html_named_xls.xls", plain(), |l| refused(l) && is_told(l, "a page of HTML")),
        case("long_ids_as_numbers.xlsx", plain(), |loaded| {
            let cells: Vec<String> = (2..12).map(|row| format!("A{row}")).collect();
            loaded.rows.is_empty() && places(loaded) == cells
        }),
        case("merged_data_cells.xlsx", plain(), |loaded| {
            let unknown = rows(loaded).iter().filter(|row| row.ends_with("|-")).count();
            is_clean(loaded) && unknown == 2
        }),
        case("merged_data_cells.xlsx", sheet(json!({ "fill_down": ["store"] })), |loaded| {
            is_clean(loaded) && rows(loaded).iter().all(|row| row.ends_with("|Nord"))
        }),
        case("mixed_types.xlsx", plain(), |loaded| {
            places(loaded) == ["E3", "E4", "E5", "E6", "E7", "E9", "B10", "B11"]
        }),
        case("mixed_types.xlsx", json!({ "trim": true, "null": ["", "-"] }), |loaded| {
            places(loaded) == ["E3", "E4", "E6", "E7", "E9", "B10", "B11"]
        }),
        case("preamble_merged_title.xlsx", plain(), refused),
        case("preamble_merged_title.xlsx", sheet(json!({ "header_row": 4 })), is_clean),
        case("preamble_merged_title.xlsx", sheet(json!({ "header": "find" })), is_clean),
        case("preamble_merged_title.xlsx", sheet(json!({ "range": "A4:E14" })), is_clean),
        case("preamble_merged_title.xlsx", sheet(json!({ "range": "A4:E9" })), |loaded| {
            rows(loaded).len() == 5 && is_told(loaded, "quality.beyond_range count=Count(5)")
        }),
        case("sst_bomb_96MiB.xlsx", plain(), |l| refused(l) && is_told(l, "unpacks to more than")),
        case("total_row.xlsx", json!({}), |loaded| {
            is_clean(loaded) && loaded.counts.quarantined == 1
        }),
        // Its total is a formula that was never calculated: it breaks its row before anything else is asked.
        case("total_row.xlsx", totals(), |loaded| {
            is_clean(loaded) && loaded.counts.quarantined == 1
        }),
        case("truncated.xlsx", plain(), |l| refused(l) && is_told(l, "damaged or was cut")),
        case("two_sheets_other_order.xlsx", plain(), |l| refused(l) && is_told(l, "`Jan`, `Feb`")),
        case("two_sheets_other_order.xlsx", sheet(json!({ "name": "Jan" })), is_clean),
        // Its header names the columns in another order than its cells have: by name, the number of pieces is a shop.
        case("two_sheets_other_order.xlsx", sheet(json!({ "name": "Feb" })), |loaded| {
            loaded.rows.is_empty() && places(loaded).iter().all(|place| place.starts_with('C'))
        }),
        case("used_range_too_big.xlsx", plain(), is_clean),
        one("xml_billion_laughs.xlsx", refused),
        one("xml_external_entity.xlsx", refused),
    ]
}

/// The columns in the order of their names: amount, order_date, order_id, qty, store.
fn orders() -> Value {
    json!({
        "order_id": { "type": "text", "required": true },
        "order_date": { "type": "date", "required": true, "format": ["%Y-%m-%d"] },
        "store": { "type": "text" },
        "qty": { "type": "integer", "required": true },
        "amount": { "type": "decimal", "scale": 2 },
    })
}

fn totals() -> Value {
    json!({ "totals": { "column": "order_id", "values": ["Total"] } })
}

/// Ten orders from the first of January on, 55 pieces, 68.75.
fn is_clean(loaded: &Loaded) -> bool {
    let cents = |text: &str| text.replace('.', "").parse::<i64>().ok();
    let sum =
        |at: usize| loaded.rows.iter().map(|row| cents(row[at].as_deref()?)).sum::<Option<i64>>();
    let first = loaded.rows.first().and_then(|row| row[1].as_deref());
    loaded.rows.len() == 10
        && (sum(0), sum(3)) == (Some(6875), Some(55))
        && first == Some("2026-01-01")
}
