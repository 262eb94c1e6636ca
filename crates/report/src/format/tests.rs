use super::*;
use chrono::NaiveDate;
use model::{calendar::Calendar, period::Grain, report::Fmt};

fn fmt(unit: &str) -> Fmt {
    Fmt { unit: unit.parse().expect("unit"), decimals: None }
}

fn exact(text: &str) -> Decimal {
    text.parse().expect("decimal")
}

#[test]
fn values_are_written_as_each_locale_writes_them() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let cases = [
        ("count", "0", "0", "0"),
        ("count", "1234", "1,234", "1,234"),
        ("count", "9999", "9,999", "9,999"),
        ("count", "12345", "12.3K", "1.23万"),
        ("count", "999949", "999.9K", "100.0万"),
        ("count", "999950", "1.00M", "100.0万"),
        ("count", "1106000", "1.11M", "110.6万"),
        ("count", "99999500", "100.00M", "1.00亿"),
        ("count", "354000000", "354.00M", "3.54亿"),
        ("count", "-78000", "−78.0K", "−7.80万"),
        ("money:CNY", "1250000", "¥1.25M", "¥125.0万"),
        ("money:GBP", "823746.14", "£823.7K", "£82.4万"),
        ("money:CNY", "528.3811", "¥528.38", "¥528.38"),
        ("money:CNY", "4999.5", "¥5,000", "¥5,000"),
        ("money:CNY", "9999.60", "¥10.0K", "¥1.00万"),
        ("money:USD", "12", "$12.00", "US$12.00"),
        ("money:CHF", "12", "CHF 12.00", "CHF 12.00"),
        ("money:CNY", "-0.5", "−¥0.50", "−¥0.50"),
        ("money:CNY", "2500000000000", "¥2.50T", "¥2.50万亿"),
        ("percent", "0.4835", "48.4%", "48.4%"),
        ("percent", "-0.0125", "−1.3%", "−1.3%"),
        ("percent", "-0.0001", ">−0.1%", ">−0.1%"),
        ("points", "42.25", "42.3", "42.3"),
        ("score", "4.125", "4.13", "4.13"),
        ("number", "4.3099", "4.31", "4.31"),
        ("days", "3.55", "3.6\u{a0}days", "3.6天"),
    ];
    for (unit, value, english, chinese) in cases {
        let figure = |f: &Formatter| f.value(exact(value), &fmt(unit), Sign::Minus);
        assert_eq!(
            (figure(&en).as_str(), figure(&zh).as_str()),
            (english, chinese),
            "{unit} {value}"
        );
    }
}

#[test]
fn differences_always_carry_their_sign() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let cases = [
        ("percent", "0.004", "+0.4\u{a0}pp", "+0.4个百分点"),
        ("percent", "-0.0125", "−1.3\u{a0}pp", "−1.3个百分点"),
        ("points", "3.2", "+3.2\u{a0}points", "+3.2分"),
        ("money:CNY", "-1250000", "−¥1.25M", "−¥125.0万"),
        ("count", "12", "+12", "+12"),
        ("count", "0", "0", "0"),
    ];
    for (unit, value, english, chinese) in cases {
        let delta = |f: &Formatter| f.difference(exact(value), &fmt(unit), Sign::Always);
        assert_eq!(
            (delta(&en).as_str(), delta(&zh).as_str()),
            (english, chinese),
            "{unit} {value}"
        );
    }
    assert_eq!(en.change(Some(0.0781)), "+7.8%");
    assert_eq!(en.change(Some(-0.0004)), "0.0%");
    assert_eq!(en.change(Some(12.345)), "+1,235%");
    assert_eq!(en.change(None), UNKNOWN);
}

#[test]
fn a_number_of_decimals_may_be_asked_for() {
    let en = Formatter::new(Locale::En);
    let format = |unit: &str, decimals| Fmt { decimals: Some(decimals), ..fmt(unit) };
    assert_eq!(en.value(exact("42.25"), &format("points", 0), Sign::Minus), "42");
    assert_eq!(en.value(exact("0.04835"), &format("percent", 2), Sign::Minus), "4.84%");
    assert_eq!(en.value(exact("1"), &format("days", 0), Sign::Minus), "1 day");
}

#[test]
fn a_value_too_small_for_its_decimals_is_not_called_zero() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let cases = [
        ("percent", "0.00000008", "<0.1%", "<0.1%"),
        ("percent", "-0.0004", ">−0.1%", ">−0.1%"),
        ("percent", "0.0005", "0.1%", "0.1%"),
        ("percent", "0", "0.0%", "0.0%"),
        ("count", "0.2", "<1", "<1"),
        ("number", "0.001", "<0.01", "<0.01"),
        ("money:CNY", "0.004", "<¥0.01", "<¥0.01"),
        ("days", "0.01", "<0.1\u{a0}days", "<0.1天"),
    ];
    for (unit, value, english, chinese) in cases {
        let value = |f: &Formatter| f.value(exact(value), &fmt(unit), Sign::Minus);
        assert_eq!((value(&en).as_str(), value(&zh).as_str()), (english, chinese), "{unit}");
    }
    let said = |sign| en.value(exact("-0.0004"), &fmt("percent"), sign);
    assert_eq!((said(Sign::Never).as_str(), said(Sign::Always).as_str()), ("<0.1%", "0.0%"));
    assert_eq!(en.real(1e-16, &fmt("number")), "0.00", "what computing leaves behind is nothing");
}

#[test]
fn incomplete_coverage_is_never_rounded_to_complete() {
    assert_eq!(Formatter::new(Locale::En).share(0.996), "99%");
    assert_eq!(Formatter::new(Locale::En).share(1.0), "100%");
}

#[test]
fn periods_have_names_that_readers_use() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let calendar = Calendar::default();
    let day: NaiveDate = "2026-07-22".parse().expect("date");
    let cases = [
        (Grain::Day, "22 Jul 2026", "2026年7月22日"),
        (Grain::Week, "Week 30, 2026 (20–26 Jul 2026)", "2026年第30周（2026年7月20日–26日）"),
        (Grain::Month, "July 2026", "2026年7月"),
        (Grain::FiscalMonth, "fiscal July 2026", "2026年7月（财月）"),
        (Grain::Quarter, "Q3 2026", "2026年第三季度"),
        (Grain::FiscalQuarter, "fiscal quarter to September 2026", "截至2026年9月的财季"),
        (Grain::Year, "2026", "2026年"),
        (Grain::FiscalYear, "FY2026", "2026财年"),
    ];
    for (grain, english, chinese) in cases {
        let period = calendar.period(grain, day);
        let names = (en.period_heading(&period), zh.period_heading(&period));
        assert_eq!((names.0.as_str(), names.1.as_str()), (english, chinese));
    }
    let so_far = calendar.to_date(Grain::Month, day);
    assert_eq!(en.period(&so_far), "1–21 Jul 2026");
    assert_eq!(zh.period(&so_far), "2026年7月1日–21日");
}

#[test]
fn an_axis_has_one_scale() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let ticks = [0.0, 50_000_000.0, 100_000_000.0, 150_000_000.0];
    assert_eq!(en.axis(&ticks, &fmt("money:CNY")), ["0", "¥50M", "¥100M", "¥150M"]);
    assert_eq!(zh.axis(&ticks, &fmt("money:CNY")), ["0", "¥0.5亿", "¥1.0亿", "¥1.5亿"]);
    let few = [0.0, 2_500.0, 5_000.0, 10_000.0];
    assert_eq!(zh.axis(&few, &fmt("money:CNY")), ["0", "¥2,500", "¥5,000", "¥10,000"]);
    assert_eq!(zh.axis(&[0.0, 10_000.0, 20_000.0], &fmt("count")), ["0", "1万", "2万"]);
    assert_eq!(en.axis(&[0.0, 0.005, 0.01], &fmt("percent")), ["0.0%", "0.5%", "1.0%"]);
    assert_eq!(en.axis(&[-20.0, 0.0, 20.0], &fmt("points")), ["−20", "0", "20"]);
    let tiny = ["0.0000%", "0.0005%", "0.0010%"];
    assert_eq!(en.axis(&[0.0, 0.000005, 0.00001], &fmt("percent")), tiny);
    assert_eq!(en.axis(&[0.0, 2e-6, 4e-6], &fmt("number")), ["0", "0.000002", "0.000004"]);
}

#[test]
fn cells_of_charts_carry_three_digits() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let cases = [
        ("money:CNY", 354_021_880.5, "¥354M", "¥3.54亿"),
        ("money:CNY", 57_210_000.0, "¥57.2M", "¥5,721万"),
        ("money:CNY", -3_600_000.0, "−¥3.60M", "−¥360万"),
        ("money:CNY", 9_900_000.0, "¥9.90M", "¥990万"),
        ("count", 1234.0, "1,234", "1,234"),
        ("percent", 0.0312, "3.1%", "3.1%"),
    ];
    for (unit, value, english, chinese) in cases {
        let short = (en.short(value, &fmt(unit)), zh.short(value, &fmt(unit)));
        assert_eq!((short.0.as_str(), short.1.as_str()), (english, chinese));
    }
}

#[test]
fn in_full_nothing_is_scaled() {
    let full = [Locale::En, Locale::ZhCn].map(|locale| Formatter::new(locale).in_full());
    for formatter in full {
        let written = |value| formatter.value(exact(value), &fmt("money:CNY"), Sign::Minus);
        assert_eq!(written("1250000"), "¥1,250,000");
        assert_eq!(written("-70412.35"), "−¥70,412");
        assert_eq!(written("528.3811"), "¥528.38");
    }
}

#[test]
fn a_distance_has_the_unit_of_a_difference_and_no_sign() {
    let code = |unit: &str, locale| number_format(&Kind::Distance(fmt(unit)), "", locale);
    assert_eq!(code("percent", Locale::En), "0.0\"\u{a0}pp\"");
    assert_eq!(code("points", Locale::ZhCn), "0.0\"分\"");
    assert_eq!(code("money:CNY", Locale::En), "\"¥\"#,##0.00");
}

#[test]
fn two_values_side_by_side_have_the_decimals_of_their_unit_or_those_that_tell_them_apart() {
    let real = |value| Some(Number::Real(value));
    let decimal = |text: &str| Some(Number::Exact(exact(text)));
    let (money, percent) = (fmt("money:CNY"), fmt("percent"));
    let cases = [
        (
            real(10_807_061.789_999_997),
            decimal("10807061.80"),
            None,
            ["10807061.79", "10807061.80"],
        ),
        (real(0.182_345_678_912), real(0.19), None, ["0.182346", "0.19"]),
        (real(0.182_345_678_912), real(0.182_345_681), None, ["0.182345679", "0.182345681"]),
        (real(0.0), real(0.012_345_678), None, ["0", "0.0123457"]),
        (decimal("823746.140"), real(823_745.5), Some(&money), ["823746.14", "823745.50"]),
        (decimal("1.001"), decimal("1.002"), Some(&money), ["1.001", "1.002"]),
        (real(0.182_345), real(0.19), Some(&percent), ["18.2 %", "19.0 %"]),
        (real(0.182_345), real(0.182_351), Some(&percent), ["18.23 %", "18.24 %"]),
    ];
    for (before, now, format, says) in cases {
        let texts = side_by_side([before, now], format).map(Option::unwrap_or_default);
        assert_eq!(texts, says, "{before:?} {now:?}");
    }
    assert_eq!(side_by_side([None, real(1.5)], None), [None, Some("1.5".to_owned())]);
    let same = side_by_side([real(2.0), real(2.0)], None).map(Option::unwrap_or_default);
    assert_eq!(same, ["2", "2"]);
}

#[test]
fn the_figures_of_a_column_have_one_scale() {
    let (en, zh) = (Formatter::new(Locale::En), Formatter::new(Locale::ZhCn));
    let written = |f: &Formatter, unit: &str, values: &[f64], totals: &[f64]| {
        let format = fmt(unit);
        let numbers = |values: &[f64]| -> Vec<Number> {
            values.iter().map(|value| Number::Real(*value)).collect()
        };
        let (values, totals) = (numbers(values), numbers(totals));
        let common = f.common(&values, &totals, &format)?;
        let all = values.into_iter().chain(totals);
        let texts = all.map(|value| f.on(common, value, &format, Sign::Minus));
        Some(texts.collect::<Vec<_>>().join(" "))
    };
    let money = "money:CNY";
    // What has one scale keeps it, and what needs several has them.
    assert_eq!(written(&en, "count", &[1_923.0, 2_100.0], &[4_023.0]), None);
    assert_eq!(written(&en, "percent", &[0.1, 0.9], &[]), None);
    assert_eq!(written(&en, "count", &[1.0, 2_000_000.0], &[]), None);
    assert_eq!(written(&en, money, &[300.0, 12_000_000.0], &[]), None);
    assert_eq!(written(&en, "count", &[1_200.0, 4_800.0, 10_500_000.0], &[]), None);
    assert_eq!(written(&zh, money, &[1_200.0, 250_000_000.0], &[]), None);
    for (f, unit, values, totals, expected) in [
        // Up to a hundred thousand everything is written in full.
        (&en, money, &[3_707.0, 12_500.0][..], &[][..], "¥3,707 ¥12,500"),
        (&zh, money, &[4_638.0, 11_500.0], &[], "¥4,638 ¥11,500"),
        (&en, "count", &[2_100.0, 1_923.0, 0.0], &[13_400.0], "2,100 1,923 0 13,400"),
        // Beyond that the largest decides, and a total follows.
        (&en, money, &[-171_600.0, 2_138_500.0], &[], "−¥0.17M ¥2.14M"),
        (&en, money, &[171_600.0, 865_800.0], &[2_138_500.0], "¥171.6K ¥865.8K ¥2,138.5K"),
        (&en, money, &[9_500.0, 250_000.0], &[], "¥9.5K ¥250.0K"),
        (&zh, money, &[9_500.0, 250_000.0], &[], "¥0.95万 ¥25.00万"),
        (&en, money, &[-171_600.0, 171_602.0], &[2.0], "−¥171.6K ¥171.6K ¥2.00"),
        (&zh, money, &[7_500_000.0], &[354_000_000.0], "¥750万 ¥35,400万"),
    ] {
        assert_eq!(written(f, unit, values, totals).as_deref(), Some(expected));
    }
}
