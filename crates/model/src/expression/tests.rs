use super::*;
use crate::{
    contract::{ColumnShape, ColumnType, Shape},
    number::Number,
};

fn shape() -> Shape {
    let column = |name: &str, kind| ColumnShape { name: name.into(), kind };
    Shape {
        dataset: "sales".into(),
        columns: vec![
            column("invoice_no", ColumnType::Text),
            column("quantity", ColumnType::Number { scale: 0 }),
            column("unit_price", ColumnType::Number { scale: 3 }),
            column("day", ColumnType::Date),
            column("at", ColumnType::Timestamp),
        ],
    }
}

#[test]
fn scalars_are_typed_with_their_scale() {
    let cases = [
        ("quantity * unit_price", "Ok(Some(Number { scale: 3 }))"),
        ("quantity * unit_price - 0.5", "Ok(Some(Number { scale: 3 }))"),
        ("invoice_no not like 'C%' and quantity > 0", "Ok(Some(Boolean))"),
        ("coalesce(unit_price, 0)", "Ok(Some(Number { scale: 3 }))"),
        ("case when quantity > 0 then 'in' else 'out' end", "Ok(Some(Text))"),
        ("day between date '2026-01-01' and date '2026-01-31'", "Ok(Some(Boolean))"),
        ("days_between(day, date(at))", "Ok(Some(Number { scale: 0 }))"),
        ("plus_milliseconds(at, 1500)", "Ok(Some(Timestamp))"),
        ("unit_prize", "dataset `sales` has no column `unit_prize`"),
        ("quantity / 2", "rows are not divided"),
        ("day = at", "`=` cannot take a date and a timestamp"),
        ("invoice_no + 1", "`+` cannot take text"),
        ("sum(quantity)", "`sum` looks at many rows"),
        ("quantity quantity", "unexpected `quantity`"),
    ];
    for (sql, expected) in cases {
        let outcome = parse_scalar(sql).and_then(|scalar| type_of(&scalar, &shape()));
        let text = match outcome {
            Ok(kind) => format!("Ok({kind:?})"),
            Err(error) => error.to_string(),
        };
        assert!(text.contains(expected), "{sql}: {text}");
    }
}

#[test]
fn a_mean_is_divided_locally() {
    let (formula, aggregates) = parse_measure("round(avg(unit_price), 2)").expect("measure");
    let texts: Vec<_> = aggregates.iter().map(ToString::to_string).collect();
    assert_eq!(texts, ["sum(unit_price)", "count(unit_price)"]);
    assert_eq!(formula.to_string(), "round(($1 / $2), 2)");
    let value = formula.value(&|index| Some(Number::whole([10, 3][index])), &|_| None);
    assert_eq!(value.map(|value| value.to_string()).as_deref(), Some("3.33"));
}

#[test]
fn a_measure_keeps_its_filters() {
    let sql = "sum(quantity * unit_price) filter (where quantity > 0) - count(distinct invoice_no)";
    let (formula, aggregates) = parse_measure(sql).expect("measure");
    assert_eq!(formula.to_string(), "($1 - $2)");
    assert_eq!(
        aggregates[0].to_string(),
        "sum((quantity * unit_price)) filter (where (quantity > 0))"
    );
    assert_eq!(aggregates[1].to_string(), "count(distinct invoice_no)");
}

#[test]
fn what_is_unknown_makes_a_formula_unknown_unless_it_says_otherwise() {
    let none = |_: &str| None;
    let no_aggregate = |_: usize| None;
    let sum = parse_formula("a + 1").expect("formula");
    assert_eq!(sum.value(&no_aggregate, &none), None);
    let said = parse_formula("coalesce(a, 0) + 1").expect("formula");
    assert_eq!(said.value(&no_aggregate, &none), Some(Number::whole(1)));
    let by_zero = parse_formula("1 / 0").expect("formula");
    assert_eq!(by_zero.value(&no_aggregate, &none), None);
}
