use super::{counted::Parts, *};
use chrono::NaiveDate;
use model::{
    metric::MetricKind,
    period::{DateRange, Grain},
    unit::{Direction, Unit},
};

fn metric() -> Metric {
    Metric {
        id: MetricId::new("orders"),
        label: Label::new("Orders", "订单数"),
        description: Label::verbatim("Orders"),
        unit: Unit::Count,
        decimals: None,
        direction: Direction::Up,
        owner: "Marketing analytics".to_owned(),
        kind: MetricKind::Retained { of: MetricId::new("orders") },
    }
}

fn month(month: u32) -> Period {
    let day = |month| NaiveDate::from_ymd_opt(2026, month, 1).expect("a day");
    let days = DateRange { start: day(month), end: day(month + 1) };
    Period { grain: Grain::Month, days, whole: true }
}

/// A line whose target is 10 in every month.
fn line<'a>(metric: &'a Metric, periods: &'a [Period], values: &[Option<i64>]) -> Line<'a> {
    Line {
        metric,
        slice: None,
        is_sliced: false,
        periods,
        values: values.iter().map(|value| value.map(Number::whole)).collect(),
        targets: periods.iter().map(|_| Some(Number::whole(10))).collect(),
        coverage: vec![None; periods.len()],
    }
}

#[test]
fn a_recovery_is_news_in_the_period_that_brought_it() {
    let metric = metric();
    let periods = [month(4), month(5), month(6)];
    for (values, key) in [
        ([Some(12), Some(8), Some(11)], "targets.recovered"),
        ([Some(8), Some(11), Some(12)], "targets.met"),
        ([Some(8), None, Some(12)], "targets.met"),
        ([Some(12), Some(11), Some(8)], "targets.missed"),
    ] {
        let findings = line(&metric, &periods, &values).findings();
        let keys: Vec<&str> = findings.iter().map(|one| one.message.key.as_str()).collect();
        assert_eq!(keys, [key], "{values:?}");
    }
    let alone = line(&metric, &periods[..1], &[Some(12)]).findings();
    assert_eq!(alone[0].message.key, "targets.met");
}

#[test]
fn a_target_whose_figure_is_missing_counts_and_is_named_and_many_missed_parts_are_told_together() {
    let metric = metric();
    let periods = [month(6)];
    let counted = |values: [Option<i64>; 4]| {
        let mut counted = Counted::default();
        for (value, name) in values.iter().zip(["North", "South", "East", "West"]) {
            counted.add(&line(&metric, &periods, &[*value]), Label::verbatim(name));
        }
        counted
    };
    let told = |values, dimension: Option<&str>| {
        let counted = counted(values);
        let not_known = counted.not_known().map(|finding| finding.message);
        let dimension = dimension.map(Label::verbatim);
        let finding = counted.finding(dimension, Parts::default()).expect("a sentence");
        let count = |name: &str| match finding.message.arguments.get(name) {
            Some(Argument::Count(count)) => *count,
            other => panic!("{other:?}"),
        };
        ((count("met"), count("total")), finding.weight, (finding.verdict, not_known))
    };
    let (counts, _, not_known) = told([Some(12), Some(12), Some(8), None], None);
    assert_eq!(counts, (2, 4));
    let west = Argument::List(vec![Label::verbatim("West")]);
    let expected = Message::new("targets.unknown").with("list", west);
    assert_eq!(not_known, (Verdict::Bad, Some(expected)));
    let verdict = |values| told(values, None).2.0;
    assert_eq!(verdict([Some(12), None, None, None]), Verdict::Neutral, "nobody knows");
    assert_eq!(verdict([Some(12); 4]), Verdict::Good);
    assert_eq!(counted([None; 4]).finding(None, Parts::default()), None, "nothing is judged");
    let one = told([Some(12), Some(12), Some(12), Some(8)], Some("Region")).1;
    let many = told([Some(8), Some(8), Some(12), Some(8)], Some("Region")).1;
    let of_one_part = 75;
    assert!(one < of_one_part && of_one_part < many, "{one} {many}");
}
