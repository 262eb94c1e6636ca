use super::*;
use model::{
    label::Label,
    metric::MetricKind,
    period::DateRange,
    unit::{Direction, Unit},
};

fn metric(id: &str, label: &str) -> (MetricId, Metric) {
    let metric = Metric {
        id: MetricId::new(id),
        label: Label::verbatim(label),
        description: Label::verbatim(label),
        unit: Unit::Count,
        decimals: None,
        direction: Direction::Up,
        owner: "Marketing analytics".to_owned(),
        kind: MetricKind::Retained { of: MetricId::new("buyers") },
    };
    (metric.id.clone(), metric)
}

fn restated(metric: &str, now: Number) -> Restated {
    let start = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a day");
    let days = DateRange { start, end: start + Days::new(30) };
    let period = Period { grain: Grain::Month, days, whole: true };
    let before = Some(Number::whole(14_480_000));
    Restated { metric: MetricId::new(metric), period, of: None, before, now: Some(now) }
}

#[test]
fn metrics_that_share_a_name_and_a_value_are_read_once() {
    let names = [("net", "Net revenue"), ("by_factors", "Net revenue"), ("gross", "Gross revenue")];
    let metrics = BTreeMap::from(names.map(|(id, label)| metric(id, label)));
    let whole = Number::whole(11_530_000);
    let changed = [
        restated("net", whole),
        restated("by_factors", Number::Real(11_530_000.000_000_2)),
        restated("gross", whole),
        restated("by_factors", Number::whole(11_600_000)),
        restated("unknown", whole),
    ];
    let read = read_once(&metrics, changed.iter());
    assert_eq!(read, [&changed[0], &changed[2], &changed[3]]);
}
