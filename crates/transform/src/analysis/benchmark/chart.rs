//! Quartiles, our value and the way to it, drawn row by row.

use super::standing::{Standing, percentile};
use crate::{desk::format_of, plan::SectionPlan};
use model::{
    label::Label,
    peer::PeerGroup,
    report::{Argument, Chart, ChartKind, Message, Series, Tick},
};

/// One chart per unit, since rows of a chart share their axis.
pub(super) fn charts(
    section: &SectionPlan,
    group: &PeerGroup,
    standings: &[Standing<'_>],
) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for standing in standings {
        let format = format_of(standing.metric);
        let known = charts.iter().position(|chart| chart.format == format);
        let place = known.unwrap_or_else(|| {
            charts.push(empty(section, group, standing));
            charts.len() - 1
        });
        add(&mut charts[place], standing);
    }
    for chart in &mut charts {
        let known = |values: &Series| values.values.iter().any(Option::is_some);
        if !chart.series.last().is_some_and(known) {
            chart.series.pop();
        }
        // A remark on some rows only would stand beside the wrong ones.
        if chart.readings.len() < chart.ticks.len() {
            chart.readings.clear();
        }
    }
    charts
}

fn empty(section: &SectionPlan, group: &PeerGroup, standing: &Standing<'_>) -> Chart {
    let names = [
        Label::new("Lower quartile", "下四分位"),
        Label::new("Median", "中位数"),
        Label::new("Upper quartile", "上四分位"),
        Label::new("We", "本公司"),
        Label::new("We, a period before", "本公司上期"),
    ];
    let series = names.into_iter().enumerate().map(|(index, label)| Series {
        label,
        values: Vec::new(),
        reference: index != 3,
    });
    let alternative = Message::new("benchmark.alt")
        .with("metric", standing.label())
        .with("own", standing.value(standing.own))
        .with("q1", standing.value(standing.quartile(0)))
        .with("median", standing.value(standing.median()))
        .with("q3", standing.value(standing.quartile(2)))
        .with("peers", Argument::Count(standing.peers as i64));
    let id = format!("{}-{}-{}", section.id, group.id, standing.metric.id);
    let format = format_of(standing.metric);
    Chart {
        series: series.collect(),
        ..Chart::new(id, group.label.clone(), ChartKind::Quartiles, format, alternative)
    }
}

fn add(chart: &mut Chart, standing: &Standing<'_>) {
    chart.ticks.push(Tick::Label(standing.metric.label.clone()));
    let values = [
        standing.quartile(0),
        standing.median(),
        standing.quartile(2),
        standing.own,
        standing.before,
    ];
    for (series, value) in chart.series.iter_mut().zip(values) {
        series.values.push(value);
    }
    chart.readings.extend(standing.ahead().map(|rank| {
        Message::new(standing.keyed("benchmark.reading"))
            .with("low", percentile(rank.low))
            .with("high", percentile(rank.high))
    }));
}
