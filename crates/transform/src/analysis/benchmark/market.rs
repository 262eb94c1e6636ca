//! Our share of a market whose size is known, and whether we outgrow it.

use super::{Spec, table};
use crate::{
    analysis::{Analysed, comparing},
    desk::{Ask, Desk, format_of},
    plan::{SectionPlan, TransformPlan},
};
use model::{
    id::MetricId,
    label::Label,
    metric::Metric,
    number::Number,
    peer::PeerGroup,
    period::Period,
    report::{Argument, Block, Cell, Column, Figure, Finding, Message, Row, Table, Verdict},
};
use stats::peer::{AgainstIndex, against_index};

fn periods(plan: &TransformPlan, section: &SectionPlan) -> [Period; 2] {
    [section.period, plan.calendar.year_before(&section.period)]
}

pub(super) fn asks(
    plan: &TransformPlan,
    section: &SectionPlan,
    size: &MetricId,
    metric: &Metric,
) -> Vec<Ask> {
    let periods = periods(plan, section).to_vec();
    [&metric.id, size].map(|id| Ask::total(id, periods.clone())).to_vec()
}

/// One metric in its market.
struct Share<'a> {
    metric: &'a Metric,
    own: Option<Number>,
    size: Option<Number>,
    /// The share now and a year before.
    shares: [Option<f64>; 2],
    growth: Option<AgainstIndex>,
}

fn share<'a>(
    desk: &Desk<'a>,
    section: &SectionPlan,
    size: &MetricId,
    metric: &'a Metric,
) -> Share<'a> {
    let periods = periods(desk.plan, section);
    let total =
        |id: &MetricId, period: &Period| desk.total(&Ask::total(id, periods.to_vec()), period);
    let own = periods.map(|period| total(&metric.id, &period));
    let sizes = periods.map(|period| total(size, &period));
    let shares = [0, 1].map(|place| comparing::share(own[place], sizes[place]));
    let pair = |[now, before]: [Option<Number>; 2]| Some([before?.to_f64(), now?.to_f64()]);
    let growth = pair(own).zip(pair(sizes)).and_then(|(own, size)| against_index(own, size, 1));
    Share { metric, own: own[0], size: sizes[0], shares, growth }
}

/// The statements and the content of one market.
pub(super) fn told(
    spec: &Spec,
    desk: &Desk<'_>,
    section: &SectionPlan,
    group: &PeerGroup,
    size: &MetricId,
) -> Analysed {
    let metrics = spec.metrics.iter().filter_map(|metric| desk.plan.metrics.get(metric));
    let shares: Vec<Share<'_>> = metrics.map(|metric| share(desk, section, size, metric)).collect();
    let (known, unknown): (Vec<_>, Vec<_>) =
        shares.into_iter().partition(|share| share.shares[0].is_some());
    let mut findings: Vec<Finding> =
        known.iter().filter_map(|share| finding(group, share)).collect();
    let market = desk.plan.metrics.get(size).filter(|_| !known.is_empty());
    let table = market.map(|market| Block::Table(rows(group, market, &known)));
    let mut blocks: Vec<Block> = table.into_iter().collect();
    let mut said = Vec::new();
    for message in unknown.iter().map(|share| absent(group, share)) {
        if !said.contains(&message) {
            said.push(message);
        }
    }
    for message in said {
        blocks.push(Block::Note(message.clone()));
        findings.push(Finding { verdict: Verdict::Unknown, message, weight: 12 });
    }
    Analysed { findings, blocks }
}

/// Why there is no share: the market's size is not known, or a value of ours is not.
fn absent(group: &PeerGroup, share: &Share<'_>) -> Message {
    let is_known = share.size.is_some_and(|size| size.to_f64() > 0.0);
    let message = Message::new(if is_known { "benchmark.no_own" } else { "benchmark.no_market" });
    let message = message.with("group", Argument::Label(group.label.clone()));
    match is_known {
        true => message.with("metric", Argument::Label(share.metric.label.clone())),
        false => message,
    }
}

fn finding(group: &PeerGroup, share: &Share<'_>) -> Option<Finding> {
    let now = share.shares[0]?;
    let about = |key: &str| {
        Message::new(key)
            .with("metric", Argument::Label(share.metric.label.clone()))
            .with("group", Argument::Label(group.label.clone()))
            .with("share", written(now))
    };
    let Some((before, growth)) = share.shares[1].zip(share.growth) else {
        let message = about("benchmark.market_share");
        return Some(Finding { verdict: Verdict::Neutral, message, weight: 40 });
    };
    let message = about("benchmark.market")
        .with("change", written(now - before))
        .with("own", Argument::change(Some(growth.own)))
        .with("index", Argument::change(Some(growth.index)));
    Some(Finding { verdict: verdict(share), message, weight: 50 })
}

/// How many decimals shares of a market have, in sentences and in the table.
const DECIMALS: u32 = 2;

/// A share, or a difference of shares, in a sentence.
fn written(share: f64) -> Argument {
    let figure = table::percent(Some(share), DECIMALS);
    Argument::value(figure.value, figure.format)
}

fn verdict(share: &Share<'_>) -> Verdict {
    let [now, before] = share.shares.map(|share| share.map(Number::Real));
    comparing::verdict(share.metric, now, before)
}

fn rows(group: &PeerGroup, market: &Metric, shares: &[Share<'_>]) -> Table {
    let headings = [
        ("Metric", "指标"),
        ("We", "本公司"),
        ("Market", "市场"),
        // A telephone shows the last ones.
        ("Growth of the market", "市场同比"),
        ("Our growth", "本公司同比"),
        ("Share a year before", "上年份额"),
        ("Share", "份额"),
    ];
    let column = |(place, (en, zh)): (usize, &(&str, &str))| Column {
        label: Label::new(*en, *zh),
        numeric: place > 0,
    };
    let money = |metric: &Metric, value| {
        table::plain(Figure { value, format: format_of(metric), coverage: None })
    };
    let row = |share: &Share<'_>| {
        let growth = share.growth;
        let cells = vec![
            Cell::Label(share.metric.label.clone()),
            money(share.metric, share.own),
            money(market, share.size),
            table::change(growth.map(|growth| growth.index)),
            table::change(growth.map(|growth| growth.own)),
            table::plain(table::percent(share.shares[1], DECIMALS)),
            table::judged(table::percent(share.shares[0], DECIMALS), verdict(share)),
        ];
        Row { cells, total: false }
    };
    Table {
        title: group.label.clone(),
        columns: headings.iter().enumerate().map(column).collect(),
        rows: shares.iter().map(row).collect(),
        note: None,
    }
}
