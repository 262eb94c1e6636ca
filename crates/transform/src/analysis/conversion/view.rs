//! Both views in a sentence, a picture and tables.

use super::{
    Spec,
    reading::{Opened, Reading},
};
use crate::{
    analysis::{
        Analysed,
        cells::{self, argument, counted, part, share, share_format},
        comparing,
        people::{self, grouped},
    },
    plan::{SectionPlan, TransformPlan},
};
use model::{
    label::Label,
    period::Period,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Finding, Fmt, Message, Row, Series, Tick, Verdict,
    },
    unit::Unit,
};
use stats::quantile::wilson;
use std::collections::BTreeMap;

pub(super) fn view(
    spec: &Spec,
    plan: &TransformPlan,
    section: &SectionPlan,
    reading: &Reading,
) -> Analysed {
    let mut analysed = Analysed::default();
    if reading.opened.len() < people::LEAST {
        let message = Message::new("conversion.few")
            .with("people", Argument::Label(spec.people.clone()))
            .with("least", counted(people::LEAST));
        analysed.findings.push(Finding { verdict: Verdict::Unknown, message, weight: 20 });
    } else {
        analysed.findings.push(total(spec, reading));
        analysed.findings.extend(misled(spec, reading));
        analysed.findings.extend(slow(spec, reading));
        let shown = shown(spec, reading);
        analysed.blocks.push(Block::Chart(chart(spec, section, &shown)));
        analysed.blocks.push(Block::Table(table(spec, reading, &shown)));
        analysed.blocks.extend(members(spec, plan, reading));
    }
    let counts = [
        ("people.nobodys", reading.nobodys),
        ("people.undated", reading.undated),
        ("conversion.early", reading.early),
        ("conversion.unopened", reading.unopened),
    ];
    let notes = counts.into_iter().filter(|(_, count)| *count > 0);
    analysed.blocks.extend(
        notes.map(|(key, count)| Block::Note(Message::new(key).with("count", counted(count)))),
    );
    analysed
}

/// One period in both views; shares only where enough were opened.
struct Shown {
    period: Period,
    is_told: bool,
    opened: usize,
    won: usize,
    of_period: Option<f64>,
    so_far: Option<f64>,
    in_the_end: Option<f64>,
    range: Option<(f64, f64)>,
}

/// Which periods are too small, or protect one that is; the last with any, which is reported, only if no other can.
fn hidden(sizes: &[usize]) -> Vec<bool> {
    let mut favoured = sizes.to_vec();
    let last = favoured.iter_mut().rev().find(|size| **size > 0);
    if let Some(last) = last.filter(|size| **size >= people::LEAST) {
        *last = usize::MAX / 2;
    }
    people::hidden(&favoured)
}

fn shown(spec: &Spec, reading: &Reading) -> Vec<Shown> {
    let skip = reading.periods.len().saturating_sub(spec.periods as usize);
    let sizes: Vec<usize> = reading.conversions.iter().map(|one| one.opened as usize).collect();
    let hidden = hidden(&sizes);
    let pairs = reading.periods.iter().zip(&reading.conversions).zip(hidden).skip(skip);
    pairs
        .map(|((period, found), is_hidden)| {
            let is_told = !is_hidden;
            let cohort = reading.cohort(period);
            let expected = reading.in_the_end(&cohort);
            let told = |share: Option<f64>| share.filter(|_| is_told);
            Shown {
                period: *period,
                is_told,
                opened: found.opened as usize,
                won: found.won as usize,
                of_period: told(found.of_period),
                so_far: told(found.of_cohort_so_far),
                in_the_end: told(expected.and_then(|won| part(won, cohort.len() as f64))),
                range: reading.range(&cohort).filter(|_| is_told).and_then(|(low, high)| {
                    Some((part(low, cohort.len() as f64)?, part(high, cohort.len() as f64)?))
                }),
            }
        })
        .collect()
}

/// What share of all opened is won, so far and in the end.
fn total(spec: &Spec, reading: &Reading) -> Finding {
    let opened = reading.opened.len();
    let won = reading.opened.iter().filter(|one| one.won.is_some()).count();
    let people = Argument::Label(spec.people.clone());
    let message = match &reading.curve {
        Some(curve) => {
            let without = curve.last.interval(0.95);
            let (low, high) =
                without.map_or((None, None), |(low, high)| (Some(1.0 - high), Some(1.0 - low)));
            let key = if low.is_some() { "conversion.total" } else { "conversion.total_plain" };
            let message = Message::new(key)
                .with("expected", comparing::percent(Some(curve.last.converted())))
                .with("days", counted(curve.last.time as usize));
            match (low, high) {
                (Some(low), Some(high)) => message
                    .with("low", comparing::percent(Some(low)))
                    .with("high", comparing::percent(Some(high))),
                _ => message,
            }
        }
        None => Message::new("conversion.so_far"),
    };
    let message = message
        .with("people", people)
        .with("opened", counted(opened))
        .with("won", counted(won))
        .with("share", comparing::percent(part(won as f64, opened as f64)));
    Finding { verdict: Verdict::Neutral, message, weight: 34 }
}

/// How far the view by the period of winning leads astray, in the last period with any; said only where it lies outside
/// the range of what is expected.
fn misled(spec: &Spec, reading: &Reading) -> Option<Finding> {
    reading.curve.as_ref()?;
    let shown = shown(spec, reading);
    let last = shown.iter().rev().find(|one| one.opened > 0)?;
    let told = (last.of_period, last.so_far, last.in_the_end, last.range);
    let (Some(of_period), Some(so_far), Some(expected), Some((low, high))) = told else {
        let message = Message::new("conversion.small")
            .with("people", Argument::Label(spec.people.clone()))
            .with("period", Argument::Period(last.period));
        return Some(Finding { verdict: Verdict::Unknown, message, weight: 36 });
    };
    let key = match of_period {
        share if share > high => "conversion.over",
        share if share < low => "conversion.under",
        _ => "conversion.near",
    };
    let message = Message::new(key)
        .with("people", Argument::Label(spec.people.clone()))
        .with("period", Argument::Period(last.period))
        .with("won", counted(last.won))
        .with("opened", counted(last.opened))
        .with("of_period", comparing::percent(Some(of_period)))
        .with("so_far", comparing::percent(Some(so_far)))
        .with("expected", comparing::percent(Some(expected)))
        .with("low", comparing::percent(Some(low)))
        .with("high", comparing::percent(Some(high)));
    Some(Finding { verdict: Verdict::Neutral, message, weight: 36 })
}

/// How long half of those that are ever won take.
fn slow(spec: &Spec, reading: &Reading) -> Option<Finding> {
    let half = reading.curve.as_ref()?.half()?;
    let message = Message::new("conversion.half")
        .with("people", Argument::Label(spec.people.clone()))
        .with("half", argument(half, &Fmt { unit: Unit::Days, decimals: Some(0) }));
    Some(Finding { verdict: Verdict::Neutral, message, weight: 10 })
}

fn chart(spec: &Spec, section: &SectionPlan, shown: &[Shown]) -> Chart {
    let values = |of: &dyn Fn(&Shown) -> Option<f64>| shown.iter().map(of).collect();
    let series = |en: &str, zh: &str, values: Vec<Option<f64>>, reference| Series {
        label: Label::new(en, zh),
        values,
        reference,
    };
    let title = Label::new(
        format!("Share of {} won, by period", spec.people.en),
        format!("各期{}赢单率", spec.people.zh_cn),
    );
    let told = shown.iter().rev().find(|one| one.in_the_end.or(one.so_far).is_some());
    let alternative = match told.and_then(|one| Some((one, one.of_period?, one.so_far?))) {
        Some((one, of_period, so_far)) => Message::new("conversion.alt")
            .with("period", Argument::Period(one.period))
            .with("of_period", comparing::percent(Some(of_period)))
            .with("so_far", comparing::percent(Some(so_far))),
        None => Message::new("conversion.alt_none"),
    };
    Chart {
        ticks: shown.iter().map(|one| Tick::Period(one.period)).collect(),
        series: vec![
            series("Expected in the end", "最终预期", values(&|one| one.in_the_end), false),
            series("Won so far", "迄今赢单", values(&|one| one.so_far), false),
            series("Won in the period", "当期赢单", values(&|one| one.of_period), true),
        ],
        ..Chart::new(
            format!("{}-conversion", section.id),
            title,
            ChartKind::Line,
            share_format(),
            alternative,
        )
    }
}

fn table(spec: &Spec, reading: &Reading, shown: &[Shown]) -> model::report::Table {
    let cell = |count: Option<usize>| match count {
        Some(count) => cells::count(count),
        None => cells::figure(None, &cells::count_format()),
    };
    let rows = shown.iter().map(|one| {
        let cells = vec![
            Cell::Period(one.period),
            cell(Some(one.opened).filter(|_| one.is_told)),
            cell(Some(one.won).filter(|_| one.is_told)),
            share(one.of_period),
            share(one.so_far),
            share(one.in_the_end),
        ];
        Row { cells, total: false }
    });
    let note = match &reading.curve {
        Some(curve) => {
            Message::new("conversion.method").with("days", counted(curve.last.time as usize))
        }
        None => Message::new("conversion.no_curve"),
    };
    let columns = [
        ("Period", "期间"),
        ("Opened", "新增"),
        ("Won in the period", "当期赢单"),
        ("Won per opened", "当期赢单／当期新增"),
        ("Of those opened, won so far", "当期新增中迄今赢单"),
        ("Expected in the end", "最终预期"),
    ];
    let title = Label::new(
        format!("Won {}, by period", spec.people.en),
        format!("各期{}赢单", spec.people.zh_cn),
    );
    cells::table(title, &columns, rows.collect(), Some(note))
}

/// Segments by what is won of them.
fn members(spec: &Spec, plan: &TransformPlan, reading: &Reading) -> Option<Block> {
    let of = spec.by.as_ref()?;
    let mut by: BTreeMap<Option<&str>, Vec<&Opened>> = BTreeMap::new();
    for one in &reading.opened {
        by.entry(one.member.as_deref()).or_default().push(one);
    }
    if by.len() < 2 {
        return None;
    }
    let all: Vec<(Option<&str>, Vec<&Opened>)> = by.into_iter().collect();
    let sizes: Vec<usize> = all.iter().map(|(_, cohort)| cohort.len()).collect();
    let grouped = grouped(&sizes);
    let label = |member: Option<&str>| people::member(plan, of, member);
    let mut parts: Vec<(Label, Vec<&Opened>)> =
        grouped.shown.iter().map(|at| (label(all[*at].0), all[*at].1.clone())).collect();
    let rest: Vec<&Opened> = grouped.together.iter().flat_map(|at| all[*at].1.clone()).collect();
    if rest.len() >= people::LEAST {
        parts.push((people::others(), rest));
    }
    let rows = parts.into_iter().map(|(label, cohort)| {
        let won = cohort.iter().filter(|one| one.won.is_some()).count();
        let count = cohort.len() as f64;
        let range = wilson(won as f64, count, 0.95);
        let cells = vec![
            Cell::Label(label),
            cells::count(cohort.len()),
            cells::count(won),
            share(part(won as f64, count)),
            share(range.map(|range| range.0)),
            share(range.map(|range| range.1)),
            share(reading.in_the_end(&cohort).and_then(|won| part(won, count))),
        ];
        Row { cells, total: false }
    });
    let columns = [
        ("", ""),
        ("Opened", "新增"),
        ("Won so far", "迄今赢单"),
        ("Share", "占比"),
        ("Low", "下限"),
        ("High", "上限"),
        ("Expected in the end", "最终预期"),
    ];
    let note = (!grouped.together.is_empty()).then(|| {
        Message::new("people.together")
            .with("count", counted(grouped.together.len()))
            .with("least", counted(people::LEAST))
    });
    let mut table = cells::table(people::heading(plan, of), &columns, rows.collect(), note);
    table.columns[0].label = people::dimension(plan, of);
    Some(Block::Table(table))
}
