//! Nested Parquet whose shape is another one than the contract's.

use crate::source::tests::{contract, told};
use polars::prelude::{
    DataFrame, IntoColumn, IntoSeries, NamedFrom, ParquetWriter, Series, StructChunked,
};
use serde_json::{Value, json};

/// Two rows with a day and one more column.
fn file(column: Series) -> Vec<u8> {
    let day = Series::new("day".into(), ["d1", "d2"]);
    let mut frame =
        DataFrame::new(2, vec![day.into_column(), column.into_column()]).expect("a frame");
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).expect("written");
    bytes
}

/// An object per row, with a text and a number.
fn objects(name: &str, key: &str, value: &str) -> Series {
    let fields = [Series::new(key.into(), ["x", "page"]), Series::new(value.into(), [5_i64, 6])];
    StructChunked::from_series(name.into(), 2, fields.iter()).expect("objects").into_series()
}

/// A list per row, of both objects.
fn lists(name: &str, key: &str, value: &str) -> Series {
    let list = || objects("one", key, value);
    Series::new(name.into(), [list(), list()])
}

#[test]
fn a_path_that_is_not_there_or_leads_through_a_value_refuses_the_file() {
    let column = |path: &str, may_be_absent: bool| {
        json!({
            "day": { "type": "text" },
            "more": { "type": "text", "aliases": [path], "may_be_absent": may_be_absent },
        })
    };
    let numbers = || Series::new("money".into(), [5_i64, 6]);
    let money = || objects("money", "key", "value");
    let list = || lists("money", "key", "value");
    let rows = |rows: &[&str]| Ok(rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>());
    let cases = [
        (money(), "money.value", false, rows(&["1 - d1|5", "2 - d2|6"])),
        (money(), "money.amount", true, rows(&["1 - d1|null", "2 - d2|null"])),
        (
            money(),
            "money.amount",
            false,
            Err("the file lacks `money.amount`; it has: day, money.key, money.value".to_owned()),
        ),
        (numbers(), "money.value", true, Err("`money` has no fields, so no `money.value`".into())),
        (list(), "money[key=page].value", true, rows(&["1 - d1|6", "2 - d2|6"])),
        (list(), "money[value=5].key", true, rows(&["1 - d1|x", "2 - d2|x"])),
        (list(), "money[key=none].value", true, rows(&["1 - d1|null", "2 - d2|null"])),
        (
            money(),
            "money[key=page].value",
            true,
            Err("`money` is no list, so that `money[key=page].value` chooses nothing".into()),
        ),
    ];
    for (more, path, may_be_absent, expected) in cases {
        let contract = contract(json!({ "files": ["*"] }), column(path, may_be_absent));
        assert_eq!(told(&contract, "f.parquet", &file(more)), expected, "{path}");
    }
}

#[test]
fn a_list_that_is_exploded_must_be_there_and_be_one() {
    let source = json!({ "files": ["*"], "explode": "items" });
    let columns: Value = json!({
        "day": { "type": "text" },
        "sku": { "type": "text", "aliases": ["items.sku"], "may_be_absent": true },
    });
    let contract = contract(source, columns);
    let read = |column: Series| told(&contract, "f.parquet", &file(column));
    let expected = ["1 - d1|x", "2 - d1|page", "3 - d2|x", "4 - d2|page"];
    assert_eq!(read(lists("items", "sku", "price")).unwrap(), expected);
    assert_eq!(read(objects("items", "sku", "price")).unwrap_err(), "`items` is not a list");
    let reason = read(lists("goods", "sku", "price")).unwrap_err();
    assert_eq!(reason, "the file lacks the list `items`; it has: day, goods.price, goods.sku");
}
