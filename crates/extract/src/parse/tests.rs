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
fn zeros_that_say_nothing_change_nothing_however_many_there_are() {
    let integer = r#"{"type":"integer"}"#;
    let grouped = r#"{"type":"integer","number":{"thousands":","}}"#;
    let money = r#"{"type":"money","currency":"EUR"}"#;
    let float = r#"{"type":"decimal","round":true}"#;
    for more in [0, 1, 62, 63, 64, 65, 127, 128, 129, 1000] {
        let zeros = "0".repeat(more);
        for (spec, text, expected) in [
            (integer, format!("{zeros}7"), "7"),
            (integer, format!("-{zeros}90071992547"), "-90071992547"),
            (integer, format!("{zeros}0"), "0"),
            (integer, format!("{zeros}0x"), "type!"),
            (integer, format!("x{zeros}1"), "type!"),
            (integer, format!("{zeros}0."), "type!"),
            (grouped, format!("{zeros}0,500"), "type!"),
            (money, format!("{zeros}10.50{zeros}"), "1050"),
            (money, format!("{zeros}10.501{zeros}"), "type!"),
            (money, format!("1.{zeros}0"), "100"),
            (money, format!("1.x{zeros}"), "type!"),
            (money, format!(".{zeros}0"), "type!"),
            (float, format!("{zeros}1.255{zeros}"), "126"),
            (float, format!("{zeros}125{zeros}.0{zeros}e-{more}"), "12500"),
            (float, format!("0.{zeros}125{zeros}e{more}"), "13"),
        ] {
            assert_eq!(outcome(spec, &text), expected, "{text}");
        }
    }
}

#[test]
fn values_are_exact_or_refused() {
    let kinds = BTreeMap::from([
        ("eur", r#"{"type":"money","currency":"EUR","number":{"decimal":",","thousands":"."}}"#),
        ("gbp3", r#"{"type":"money","currency":"GBP","scale":3}"#),
        ("jpy", r#"{"type":"money","currency":"JPY"}"#),
        ("int", r#"{"type":"integer","min":"0","max":"10"}"#),
        ("micros", r#"{"type":"money","currency":"USD","scale":6,"divide":1000000,"max":"900"}"#),
        ("finer", r#"{"type":"decimal","scale":9,"divide":1000000}"#),
        ("cents", r#"{"type":"money","currency":"USD","divide":100}"#),
        ("float", r#"{"type":"money","currency":"USD","round":true}"#),
        ("thousandths", r#"{"type":"integer","divide":1000,"round":true}"#),
        ("day", r#"{"type":"date","format":["%Y-%m-%d","%d.%m.%Y"]}"#),
        ("month", r#"{"type":"date","format":["%Y-%m"]}"#),
        ("year", r#"{"type":"date","format":["%Y"]}"#),
        ("iso_week", r#"{"type":"date","format":["%G-W%V"]}"#),
        ("us_week", r#"{"type":"date","format":["%Y-%U"]}"#),
        ("weekday", r#"{"type":"date","format":["%G-W%V-%u"]}"#),
        ("at", r#"{"type":"timestamp","format":["%Y-%m-%d %H:%M:%S"]}"#),
        ("hour", r#"{"type":"timestamp","format":["%Y%m%d%H","%-d.%-m.%Y %-H"]}"#),
        ("half", r#"{"type":"timestamp","format":["%Y-%m-%d %I %p"]}"#),
        ("midnight", r#"{"type":"timestamp","format":["%Y-%m-%d"]}"#),
        ("short_day", r#"{"type":"date","format":["%-d.%-m.%Y","%d/%m/%y"]}"#),
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
        ("eur", "0.500,00", "type!"),
        ("eur", "007.250,00", "type!"),
        ("eur", "-0.500", "type!"),
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
        ("micros", "36150000", "36150000"),
        ("micros", "826179", "826179"),
        ("micros", "826179.5", "type!"),
        ("micros", "826179.0", "826179"),
        ("micros", "900000001", "range!"),
        ("finer", "1360387.088", "1360387088"),
        ("finer", "0.0001", "type!"),
        ("cents", "-1250", "-1250"),
        ("cents", "12.50", "type!"),
        ("float", "4.440892e-16", "0"),
        ("float", "0.30000000000000004", "30"),
        ("float", "2.675", "268"),
        ("float", "-2.675", "-268"),
        ("float", "2.6749999999", "267"),
        ("float", "0.005", "1"),
        ("float", "0.0049", "0"),
        ("float", "1.5E+3", "150000"),
        ("float", "12e-4", "0"),
        ("float", "1e400", "type!"),
        ("float", "1e40000", "type!"),
        ("float", "0e400", "0"),
        ("float", "1e", "type!"),
        ("float", "e5", "type!"),
        ("float", "144.", "14400"),
        ("float", "-.5", "-50"),
        ("float", ".", "type!"),
        ("float", "-", "type!"),
        ("float", "1.00x", "type!"),
        ("float", "NaN", "type!"),
        ("thousandths", "1499", "1"),
        ("thousandths", "1500", "2"),
        ("thousandths", "4", "0"),
        ("int", "10", "10"),
        ("int", "11", "range!"),
        ("int", "-1", "range!"),
        ("int", "10.0", "10"),
        ("int", "١", "type!"),
        ("day", "2024-02-29", "2024-02-29"),
        ("day", "29.02.2023", "type!"),
        ("day", "24-02-29", "type!"),
        ("day", "01.02.26", "type!"),
        ("day", "12024-02-28", "type!"),
        ("day", "2024-02-29 ", "type!"),
        ("month", "2024-02", "2024-02-01"),
        ("year", "2017", "2017-01-01"),
        ("iso_week", "2026-W01", "2025-12-29"),
        ("iso_week", "2026-W54", "type!"),
        ("us_week", "2017-1", "2017-01-01"),
        ("us_week", "2017-52", "2017-12-24"),
        ("weekday", "2026-W01-4", "2026-01-01"),
        ("at", "2011-07-01 00:30:00", "1309476600000000"),
        ("at", "2011-03-27 01:30:00", "type!"),
        ("at", "2011-10-30 01:30:00", "1319934600000000"),
        ("hour", "2026010513", "1767618000000000"),
        ("hour", "20260105", "type!"),
        ("hour", "5.1.2026 9", "1767603600000000"),
        ("half", "2026-01-05 01 PM", "1767618000000000"),
        ("half", "2026-01-05 13 PM", "type!"),
        ("midnight", "2026-01-05", "1767571200000000"),
        ("short_day", "5.1.2026", "2026-01-05"),
        ("short_day", "05/01/26", "2026-01-05"),
        ("short_day", "5.1.26", "type!"),
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

#[test]
fn a_unit_that_would_lose_digits_is_refused_before_any_file_is_read() {
    let refusal = |spec: &str| {
        let spec: ColumnSpec = serde_json::from_str(spec).expect("spec");
        Parser::new(&spec, chrono_tz::UTC).expect_err("a fault")
    };
    let (key, message) = refusal(r#"{"type":"money","currency":"USD","divide":1000000}"#);
    assert_eq!(
        (key, message.as_str()),
        ("divide", "takes 6 decimals to keep every digit; set `scale = 6`")
    );
    for divisor in ["0", "1", "12", "20"] {
        let (key, message) = refusal(&format!(r#"{{"type":"integer","divide":{divisor}}}"#));
        assert_eq!(key, "divide");
        assert!(message.starts_with(&format!("`{divisor}` is not 10, 100")), "{message}");
    }
    assert_eq!(refusal(r#"{"type":"text","divide":10}"#).0, "divide");
    for (formats, why) in [
        (
            r#"["%d/%m/%Y","%m/%d/%Y"]"#,
            "`12/11/2010` is one thing by `%d/%m/%Y` and another by `%m/%d/%Y`",
        ),
        (r#"["%Y-%m-%d","%y-%m-%d","%d-%m-%y"]"#, "by `%y-%m-%d` and another by `%d-%m-%y`"),
    ] {
        let (key, message) = refusal(&format!(r#"{{"type":"date","format":{formats}}}"#));
        assert_eq!(key, "format");
        assert!(message.contains(why), "{message}");
    }
    for (formats, why) in [
        (r#"["%Y-%m-%d %I:%M"]"#, "tells hours of half a day; add `%p`"),
        (r#"["%Y-%m-%d :%M"]"#, "tells minutes without their hour"),
        (r#"["%Y-%m-%d %H:%M","%Y-%d-%m %H:%M"]"#, "`2010-11-12 07:08` is one thing"),
        (r#"["%Y-%m-%d %H:%M %Z"]"#, "names zones by letters"),
    ] {
        let (key, message) = refusal(&format!(r#"{{"type":"timestamp","format":{formats}}}"#));
        assert_eq!(key, "format");
        assert!(message.contains(why), "{message}");
    }
    let spec = r#"{"type":"timestamp","format":["%Y-%m-%d %H:%M:%S","%Y-%m-%d %H:%M","%Y-%m-%d","%d.%m.%Y","%s"]}"#;
    let spec: ColumnSpec = serde_json::from_str(spec).expect("spec");
    assert!(Parser::new(&spec, chrono_tz::UTC).is_ok(), "no text has two meanings");
    assert_eq!(refusal(r#"{"type":"date","format":["%Y"],"round":true}"#).0, "round");
}
