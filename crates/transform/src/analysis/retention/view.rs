//! Retention in a picture and in triangles.

use super::{
    Mode, Spec,
    cohorts::{self, Cohorts, Person},
    findings::{against, grain_word},
    projection::Projection,
};
use crate::{
    analysis::{
        cells::{self, counted, real, share, share_format},
        comparing,
        people::{self, grouped},
    },
    plan::{SectionPlan, TransformPlan},
};
use model::{
    label::Label,
    number::Number,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Column, Figure, Fmt, Message, Row, Series, Table,
        Tick, Verdict,
    },
    unit::Unit,
};
use stats::retention::Triangle;
use std::collections::BTreeMap;

/// The ages that fit a page beside each other.
const WIDEST: usize = 12;

/// So many ages fit a table in a mail; of more, those of a list are told, and the picture has them all.
const FEW: usize = 6;

/// Where a share is as large as this, the triangle has whole percents.
const WHOLE: f64 = 0.1;

/// Ages of the table of shares, and of that of revenue, where not all fit.
const OF_SHARES: [usize; 6] = [1, 2, 3, 6, 9, 12];
const OF_REVENUE: [usize; 5] = [0, 1, 3, 6, 12];

/// Ages shown of segments.
const AGES: [usize; 4] = [1, 3, 6, 12];

/// The ages that are shown, from 0 on.
pub(super) fn ages(spec: &Spec, cohorts: &Cohorts) -> usize {
    (cohorts.periods.len()).min(spec.periods as usize).min(WIDEST)
}

/// The ages that a table tells, at best all from the first on.
fn told(spec: &Spec, cohorts: &Cohorts, first: usize, of: &[usize]) -> Vec<usize> {
    let ages = ages(spec, cohorts);
    if ages <= first + FEW {
        return (first..ages).collect();
    }
    of.iter().copied().filter(|age| *age < ages).collect()
}

/// The cohorts that are shown: the youngest.
pub(super) fn youngest(spec: &Spec, cohorts: &Cohorts) -> std::ops::Range<usize> {
    let count = cohorts.periods.len();
    count.saturating_sub(spec.periods as usize)..count
}

fn age_label(spec: &Spec, age: usize) -> Label {
    let word = grain_word(spec.cohort, 1);
    if age == 0 {
        return Label::new(format!("First {}", word.en), format!("首{}", word.zh_cn));
    }
    Label::new(format!("{} {age}", capital(&word.en)), format!("第{age}{}", word.zh_cn))
}

pub(super) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// Shares by age over all cohorts, and what the curve says of them.
pub(super) fn chart(
    spec: &Spec,
    section: &SectionPlan,
    cohorts: &Cohorts,
    projection: &Projection,
) -> Chart {
    let known = ages(spec, cohorts);
    let places = 1..projection.bands.len();
    let seen = |age: usize| if age < known { cohorts.mean(age) } else { None };
    let curve = |age: usize| Some(projection.bands[age].share);
    let series = |label, values, reference| Series { label, values, reference };
    Chart {
        ticks: places.clone().map(|age| Tick::Label(age_label(spec, age))).collect(),
        series: vec![
            series(
                Label::new("All cohorts", "全部批次"),
                places.clone().map(seen).collect(),
                false,
            ),
            series(
                Label::new("Curve, projected onwards", "拟合与预测"),
                places.map(curve).collect(),
                true,
            ),
        ],
        ..Chart::new(
            format!("{}-curve", section.id),
            Label::new("Share that is left, known and to come", "留存比例：已知与预测"),
            ChartKind::Line,
            share_format(),
            alternative(spec, cohorts),
        )
    }
}

/// The picture in a sentence.
pub(super) fn alternative(spec: &Spec, cohorts: &Cohorts) -> Message {
    match cohorts.mean(1) {
        Some(first) => Message::new(match spec.mode {
            Mode::Return => "retention.alt",
            Mode::Renewal => "retention.alt_renewal",
        })
        .with("people", Argument::Label(spec.people.clone()))
        .with("first", comparing::percent(Some(first)))
        .with("grain", Argument::Label(grain_word(spec.cohort, 1))),
        None => Message::new("retention.alt_none"),
    }
}

fn columns(spec: &Spec, ages: &[usize]) -> Vec<Column> {
    let mut columns = vec![
        Column { label: Label::new("Cohort", "批次"), numeric: false },
        Column { label: Label::new("Size", "规模"), numeric: true },
    ];
    columns.extend(ages.iter().map(|age| Column { label: age_label(spec, *age), numeric: true }));
    columns
}

/// The triangle of shares; where a cohort differs from the older ones at its age, it is judged.
pub(super) fn shares(spec: &Spec, cohorts: &Cohorts) -> Block {
    let ages = told(spec, cohorts, 1, &OF_SHARES);
    let all = youngest(spec, cohorts).filter(|cohort| !cohorts.hidden[*cohort]);
    let shares = all.flat_map(|cohort| ages.iter().map(move |age| (cohort, *age)));
    let shares = shares.filter_map(|(cohort, age)| cohorts.triangle.share(cohort, age));
    // Large shares of some hundred persons have no meaningful decimals, and many are beside each other.
    let format =
        Fmt { unit: Unit::Percent, decimals: Some(u32::from(shares.fold(0.0, f64::max) < WHOLE)) };
    let cell = |cohort: usize, age: usize| {
        if cohort + age >= cohorts.periods.len() {
            return Cell::Empty;
        }
        let found = against(cohorts, cohort, age);
        let verdict = match found.filter(|_| cohort > cohorts.from).map(|found| found.change) {
            Some(change) if change.low > 0.0 => Verdict::Good,
            Some(change) if change.high < 0.0 => Verdict::Bad,
            _ => Verdict::Neutral,
        };
        let value = cohorts.triangle.share(cohort, age).map(Number::Real);
        let figure = Figure { value, format: format.clone(), coverage: None };
        Cell::Figure { figure, verdict }
    };
    let mut rows =
        rows(spec, cohorts, |cohort| ages.iter().map(|age| cell(cohort, *age)).collect());
    rows.extend(total(cohorts, ages.iter().map(|age| real(cohorts.mean(*age), &format))));
    let title = match spec.mode {
        Mode::Return => Label::new("There again, by cohort and age", "各批次各期的回访比例"),
        Mode::Renewal => Label::new("Still there, by cohort and age", "各批次各期的留存比例"),
    };
    let note = hidden(spec, cohorts).unwrap_or_else(|| Message::new("retention.judged"));
    Block::Table(Table { title, columns: columns(spec, &ages), rows, note: Some(note) })
}

/// Where a value lies between the least and the greatest, 0 to 1.
fn place(value: f64, all: &[f64]) -> f64 {
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low { (value - low) / (high - low) } else { 0.5 }
}

fn rows(spec: &Spec, cohorts: &Cohorts, of: impl Fn(usize) -> Vec<Cell>) -> Vec<Row> {
    let shown = youngest(spec, cohorts).filter(|cohort| cohorts.is_shown(*cohort));
    let row = |cohort: usize| {
        let size = cohorts.triangle.sizes[cohort] as usize;
        let mut cells = vec![Cell::Period(cohorts.periods[cohort]), cells::count(size)];
        cells.extend(of(cohort));
        Row { cells, total: false }
    };
    shown.map(row).collect()
}

/// The row of all cohorts that means look at, each of which has a row of its own.
fn total(cohorts: &Cohorts, of: impl Iterator<Item = Cell>) -> Option<Row> {
    let whole = cohorts.whole();
    let mut cells = vec![Cell::Label(Label::new("All", "全部")), cells::count(whole)];
    cells.extend(of);
    (whole > 0).then_some(Row { cells, total: true })
}

fn hidden(spec: &Spec, cohorts: &Cohorts) -> Option<Message> {
    let count = youngest(spec, cohorts).filter(|cohort| cohorts.hidden[*cohort]).count();
    (count > 0).then(|| {
        Message::new("retention.hidden")
            .with("count", counted(count))
            .with("least", counted(people::LEAST))
    })
}

/// The triangle of revenue: what each cohort has brought so far per original person.
pub(super) fn revenue(spec: &Spec, cohorts: &Cohorts) -> Option<Block> {
    spec.value.as_ref()?;
    let ages = told(spec, cohorts, 0, &OF_REVENUE);
    let money = spec.money();
    let all = youngest(spec, cohorts).filter(|cohort| !cohorts.hidden[*cohort]);
    let brought = all.flat_map(|cohort| ages.iter().map(move |age| (cohort, *age)));
    let brought: Vec<f64> =
        brought.filter_map(|(cohort, age)| cohorts.brought(cohort, age)).collect();
    let cell = |cohort: usize, age: usize| match cohorts.brought(cohort, age) {
        Some(value) => {
            let (number, format) = (Some(Number::Real(value)), money.clone());
            let figure = Figure { value: number, format, coverage: None };
            Cell::Shaded { figure, share: place(value, &brought) }
        }
        None => Cell::Empty,
    };
    let mut rows =
        rows(spec, cohorts, |cohort| ages.iter().map(|age| cell(cohort, *age)).collect());
    rows.extend(total(cohorts, ages.iter().map(|age| real(cohorts.chained(*age), &money))));
    let title = Label::new(
        format!("Brought so far per head of all {} who began", spec.people.en),
        format!("每位起始{}累计贡献", spec.people.zh_cn),
    );
    let columns = columns(spec, &ages);
    Some(Block::Table(Table {
        title,
        columns,
        rows,
        note: Some(Message::new("retention.chained")),
    }))
}

/// Segments by the setting `by`: the share at some ages, over all cohorts that have lived them.
pub(super) fn members(spec: &Spec, plan: &TransformPlan, cohorts: &Cohorts) -> Option<Block> {
    let of = spec.by.as_ref()?;
    let mut by: BTreeMap<Option<&str>, Vec<&Person>> = BTreeMap::new();
    for person in cohorts.persons.iter().filter(|person| cohorts.counts(person.cohort)) {
        by.entry(person.member.as_deref()).or_default().push(person);
    }
    if by.len() < 2 {
        return None;
    }
    let all: Vec<(Option<&str>, Vec<&Person>)> = by.into_iter().collect();
    let sizes: Vec<usize> = all.iter().map(|(_, persons)| persons.len()).collect();
    let grouped = grouped(&sizes);
    let label = |member: Option<&str>| people::member(plan, of, member);
    let mut parts: Vec<(Label, Vec<&Person>)> =
        grouped.shown.iter().map(|at| (label(all[*at].0), all[*at].1.clone())).collect();
    let rest: Vec<&Person> = grouped.together.iter().flat_map(|at| all[*at].1.clone()).collect();
    if rest.len() >= people::LEAST {
        parts.push((people::others(), rest));
    }
    let ages: Vec<usize> =
        AGES.into_iter().filter(|age| *age < cohorts.periods.len() - cohorts.from).collect();
    let closed = cohorts.periods.len();
    let triangles: Vec<Triangle> =
        parts.iter().map(|(_, persons)| cohorts::of(persons, closed)).collect();
    // At an age the row of all cohorts is the total: what follows from it is withheld with the rest.
    let withheld: BTreeMap<usize, Vec<bool>> = ages
        .iter()
        .map(|age| {
            let lived =
                |one: &Triangle| one.sizes[..closed.saturating_sub(*age)].iter().sum::<u64>();
            let lived: Vec<usize> = triangles.iter().map(|one| lived(one) as usize).collect();
            (*age, people::hidden(&lived))
        })
        .collect();
    let rows = parts.into_iter().zip(&triangles).enumerate().map(
        |(part, ((label, persons), triangle))| {
            let at =
                |age: &usize| share(triangle.share_at_age(*age).filter(|_| !withheld[age][part]));
            let mut cells = vec![Cell::Label(label), cells::count(persons.len())];
            cells.extend(ages.iter().map(at));
            Row { cells, total: false }
        },
    );
    let mut columns = vec![
        Column { label: people::dimension(plan, of), numeric: false },
        Column {
            label: Label::new(capital(&spec.people.en), spec.people.zh_cn.clone()),
            numeric: true,
        },
    ];
    columns.extend(ages.iter().map(|age| Column { label: age_label(spec, *age), numeric: true }));
    let note = (!grouped.together.is_empty()).then(|| {
        Message::new("people.together")
            .with("count", counted(grouped.together.len()))
            .with("least", counted(people::LEAST))
    });
    let rows = rows.collect();
    Some(Block::Table(Table { title: people::heading(plan, of), columns, rows, note }))
}
