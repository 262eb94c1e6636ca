use super::*;
use std::collections::BTreeMap;

fn outcome(spec: &str, text: &str) -> String {
    let spec: ColumnSpec = serde_json::from_str(spec).expect("spec");
    let parser = Parser::new(&spec, chrono_tz::Europe::London).expect("parser");
    match parser.value(text) {
        Ok(Value::Text(text)) => text,
        Ok(Value::Number(value) | Value::Timestamp(value)) => value.to_string(),
        Ok(Value::Boolean(value)) => value.to_string(),
        Ok(Value::Date(value)) => temporal::date_of(value).to_string(),
        Err(broken) => format!("{}!", broken.rule),
    }
}

#[test]
fn values_are_exact_or_refused() {
    let kinds = BTreeMap::from([
        ("eur", r#"{"type":"money","currency":"EUR","number":{"decimal":",","thousands":"."}}"#),
        ("gbp3", r#"{"type":"money","currency":"GBP","scale":3}"#),
        ("jpy", r#"{"type":"money","currency":"JPY"}"#),
        ("int", r#"{"type":"integer","min":"0","max":"10"}"#),
        ("day", r#"{"type":"date","format":["%Y-%m-%d","%d.%m.%Y"]}"#),
        ("month", r#"{"type":"date","format":["%Y-%m"]}"#),
        ("year", r#"{"type":"date","format":["%Y"]}"#),
        ("at", r#"{"type":"timestamp","format":["%Y-%m-%d %H:%M:%S"]}"#),
        ("iso", r#"{"type":"timestamp","format":["%Y-%m-%dT%H:%M:%S%:z"]}"#),
        ("unix", r#"{"type":"timestamp","format":["epoch_seconds"]}"#),
        ("flag", r#"{"type":"boolean","yes":["Y"],"no":["N"]}"#),
        ("enum", r#"{"type":"enumeration","values":["web","shop"]}"#),
        ("code", r#"{"type":"text","pattern":"[A-Z]{2}\\d+"}"#),
    ]);
    let cases = [
        ("eur", "1.249,50", "124950"),
        ("eur", "-1.249,50", "-124950"),
        ("eur", "12.49,50", "type!"),
        ("eur", "1249.50", "type!"),
        ("eur", "1,005", "type!"),
        ("eur", "1,500", "150"),
        ("eur", "", "type!"),
        ("eur", "n/a", "type!"),
        ("gbp3", "2.55", "2550"),
        ("gbp3", "0.001", "1"),
        ("gbp3", "1e3", "type!"),
        ("gbp3", ".5", "type!"),
        ("gbp3", "5.", "type!"),
        ("gbp3", " 5", "type!"),
        ("gbp3", "9223372036854775.807", "9223372036854775807"),
        ("gbp3", "9223372036854775.808", "type!"),
        ("gbp3", "-9223372036854775.808", "-9223372036854775808"),
        ("jpy", "1200", "1200"),
        ("jpy", "1200.5", "type!"),
        ("int", "10", "10"),
        ("int", "11", "range!"),
        ("int", "-1", "range!"),
        ("int", "10.0", "10"),
        ("int", "١", "type!"),
        ("day", "2024-02-29", "2024-02-29"),
        ("day", "29.02.2023", "type!"),
        ("day", "2024-02-29 ", "type!"),
        ("month", "2024-02", "2024-02-01"),
        ("year", "2017", "2017-01-01"),
        ("at", "2011-07-01 00:30:00", "1309476600000000"),
        ("at", "2011-03-27 01:30:00", "type!"),
        ("at", "2011-10-30 01:30:00", "1319934600000000"),
        ("iso", "2026-01-05T00:00:00+08:00", "1767542400000000"),
        ("unix", "1501583974", "1501583974000000"),
        ("flag", "Y", "true"),
        ("flag", "true", "type!"),
        ("enum", "web", "web"),
        ("enum", "Web", "values!"),
        ("code", "AB12", "AB12"),
        ("code", "AB12x", "pattern!"),
    ];
    for (kind, text, expected) in cases {
        assert_eq!(outcome(kinds[kind], text), expected, "{kind} {text:?}");
    }
}
