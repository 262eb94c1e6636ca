//! Quartiles that somebody publishes, by industry, size and region: the newest edition that was out by then.

use super::{
    Spec, chart, findings,
    standing::{Spread, Standing, Withheld},
    table,
};
use crate::{
    analysis::Analysed,
    desk::{Ask, Desk},
    plan::{SectionPlan, TransformPlan},
};
use chrono::Days;
use model::{
    id::DimensionId,
    metric::Metric,
    number::Number,
    peer::{Industry, PeerGroup},
    period::{DateRange, Period},
    report::{Argument, Block, Finding, Message, Verdict},
};
use std::cmp::Ordering;

/// How far back an edition may lie: three years.
const REACH: u64 = 3 * 366;

/// A row of the table.
struct Found {
    kept: usize,
    source: String,
    version: String,
    quartiles: [f64; 3],
    companies: usize,
}

fn window(section: &SectionPlan) -> Period {
    let days = section.period.days;
    let start = days.start.checked_sub_days(Days::new(REACH)).unwrap_or(days.start);
    Period { days: DateRange { start, end: days.end }, ..section.period }
}

fn dimensions(table: &Industry) -> Vec<DimensionId> {
    let mut by = vec![table.metric.clone()];
    by.extend(table.cohort.iter().map(|(column, _)| column.clone()));
    by.extend(table.cited.iter().cloned());
    by
}

fn readings(section: &SectionPlan, table: &Industry) -> [Ask; 4] {
    table.reads.clone().map(|metric| Ask {
        metric,
        periods: vec![window(section)],
        by: dimensions(table),
        only: None,
    })
}

pub(super) fn asks(
    _plan: &TransformPlan,
    section: &SectionPlan,
    table: &Industry,
    metric: &Metric,
) -> Vec<Ask> {
    let mut asks = readings(section, table).to_vec();
    asks.push(Ask::total(&metric.id, vec![section.period]));
    asks
}

/// The row of the narrowest cohort that has enough companies, of the newest edition; without any, the narrowest.
fn find(
    desk: &Desk<'_>,
    section: &SectionPlan,
    (group, table): (&PeerGroup, &Industry),
    metric: &Metric,
) -> Option<Found> {
    let found = |kept: usize| row(desk, section, table, metric, kept);
    let mut found: Vec<Found> = (0..=table.cohort.len()).rev().filter_map(found).collect();
    let enough = found.iter().position(|row| row.companies >= group.minimum);
    (!found.is_empty()).then(|| found.swap_remove(enough.unwrap_or(0)))
}

/// The newest row for those like us in the first `kept` columns of the cohort.
fn row(
    desk: &Desk<'_>,
    section: &SectionPlan,
    table: &Industry,
    metric: &Metric,
    kept: usize,
) -> Option<Found> {
    let called = table.called.get(&metric.id).map_or(metric.id.as_str(), String::as_str);
    let asks = readings(section, table);
    let window = window(section);
    let rules = table.cohort.len();
    let is_row = |members: &&Vec<Option<String>>| {
        let mut cells = members[1..=rules].iter().zip(&table.cohort).enumerate();
        members[0].as_deref() == Some(called)
            && cells.all(|(place, (cell, (_, ours)))| match place < kept {
                true => cell.as_ref() == Some(ours),
                // What stands for the whole has nothing in the column.
                false => cell.as_ref().is_none_or(String::is_empty),
            })
    };
    let rows = desk.slices(&asks[0], &[window]);
    let members = rows.iter().filter(is_row).max_by_key(|members| members[rules + 2].clone())?;
    let read = |ask: &Ask| desk.value(ask, &window, members).map(Number::to_f64);
    let [lower, median, upper, count] = asks.each_ref().map(read);
    let text = |place: usize| members[rules + place].clone().unwrap_or_default();
    Some(Found {
        kept,
        source: text(1),
        version: text(2),
        quartiles: [lower?, median?, upper?],
        companies: count? as usize,
    })
}

/// The statements and the content of one table.
pub(super) fn told(
    spec: &Spec,
    desk: &Desk<'_>,
    section: &SectionPlan,
    group: &PeerGroup,
    industry: &Industry,
) -> Analysed {
    let mut told = Analysed::default();
    let mut shown: Vec<Standing<'_>> = Vec::new();
    let mut remarks: Vec<Message> = Vec::new();
    for metric in spec.metrics.iter().filter_map(|metric| desk.plan.metrics.get(metric)) {
        let about = |key: &str| {
            Message::new(key)
                .with("group", Argument::Label(group.label.clone()))
                .with("metric", Argument::Label(metric.label.clone()))
        };
        let Some(found) = find(desk, section, (group, industry), metric) else {
            remarks.push(about("benchmark.no_row"));
            continue;
        };
        let standing = standing(desk, section, group, metric, &found);
        if let Some(withheld) = standing.withheld(&group.label) {
            told.findings.push(Finding {
                verdict: Verdict::Unknown,
                message: withheld.clone(),
                weight: 12,
            });
            remarks.push(withheld);
            continue;
        }
        let columns: Vec<DimensionId> =
            industry.cohort.iter().map(|(column, _)| column.clone()).collect();
        if !columns.is_empty() {
            let cohort = findings::cohort(desk.plan, group, &columns, found.kept);
            remarks.push(cohort.with("metrics", Argument::List(vec![metric.label.clone()])));
        }
        remarks.push(
            about("benchmark.cited")
                .with("source", Argument::Text(found.source))
                .with("version", Argument::Text(found.version))
                .with("peers", Argument::Count(standing.peers as i64)),
        );
        told.findings.push(finding(group, &standing));
        shown.push(standing);
    }
    told.findings.splice(0..0, findings::conclusion(group, &shown));
    if !shown.is_empty() {
        told.blocks.extend(chart::charts(section, group, &shown).into_iter().map(Block::Chart));
        told.blocks.extend(table::tables(group, &shown, &[]).into_iter().map(Block::Table));
    }
    told.blocks.extend(remarks.into_iter().map(Block::Note));
    told
}

fn standing<'a>(
    desk: &Desk<'a>,
    section: &SectionPlan,
    group: &PeerGroup,
    metric: &'a Metric,
    found: &Found,
) -> Standing<'a> {
    let ask = Ask::total(&metric.id, vec![section.period]);
    let few = found.companies < group.minimum;
    Standing {
        metric,
        own: desk.total(&ask, &section.period).map(Number::to_f64),
        peers: found.companies,
        spread: if few {
            Err(Withheld::Few { minimum: group.minimum })
        } else if found.quartiles.is_sorted() {
            Ok(Spread { quartiles: found.quartiles, rank: None })
        } else {
            Err(Withheld::Disordered)
        },
        before: None,
        moved: [None, None],
        expected: None,
        growth: None,
        kept: (0, 0),
    }
}

fn finding(group: &PeerGroup, standing: &Standing<'_>) -> Finding {
    let verdict = standing.verdict(standing.median());
    let key = match (standing.own, standing.side(standing.median())) {
        (None, _) => "benchmark.no_own",
        _ if standing.is_in_best_quarter() => "benchmark.industry_best",
        (_, Some(Ordering::Greater)) => "benchmark.industry_better",
        (_, Some(Ordering::Less)) => "benchmark.industry_worse",
        _ => "benchmark.industry",
    };
    let message = Message::new(key)
        .with("metric", standing.label())
        .with("group", Argument::Label(group.label.clone()));
    let message = match standing.own {
        None => message,
        own => message
            .with("value", standing.value(own))
            .with("median", standing.value(standing.median())),
    };
    Finding { verdict, message, weight: 50 }
}
