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
        Argument, Block, Cell, Chart, ChartKind, Column, Figure, Message, Row, Series, Table, Tick,
        Verdict,
    },
};
use stats::retention::Refusal;
use std::collections::BTreeMap;

/// The oldest cohorts and ages that fit a page beside each other.
const WIDEST: usize = 12;

/// Ages shown of segments.
const AGES: [usize; 4] = [1, 3, 6, 12];

/// The ages that are shown, from 0 on.
fn ages(spec: &Spec, cohorts: &Cohorts) -> usize {
    (cohorts.periods.len()).min(spec.periods as usize).min(WIDEST)
}

/// The cohorts that are shown: the youngest.
fn youngest(spec: &Spec, cohorts: &Cohorts) -> std::ops::Range<usize> {
    let count = cohorts.periods.len();
    count.saturating_sub(spec.periods as usize)..count
}

fn age_label(spec: &Spec, age: usize) -> Label {
    let word = grain_word(spec.cohort, 1);
    Label::new(format!("{} {age}", capital(&word.en)), format!("第{age}{}", word.zh_cn))
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// Shares by age: all cohorts, and, where it differs in age, the youngest that has lived some.
pub(super) fn chart(
    spec: &Spec,
    section: &SectionPlan,
    cohorts: &Cohorts,
    projection: Option<&Result<Projection, Refusal>>,
) -> Chart {
    let known = ages(spec, cohorts);
    let projection = projection.and_then(|found| found.as_ref().ok());
    let last = projection.map_or(known, |projection| projection.bands.len());
    let places = 1..last;
    let seen = |age: usize| if age < known { cohorts.mean(age) } else { None };
    let mut series = vec![Series {
        label: Label::new("All cohorts", "全部批次"),
        values: places.clone().map(seen).collect(),
        reference: false,
    }];
    let recent =
        (0..cohorts.periods.len().saturating_sub(3)).rev().find(|cohort| !cohorts.hidden[*cohort]);
    if let (Some(recent), None) = (recent, projection) {
        let values = places.clone().map(|age| cohorts.triangle.share(recent, age));
        let name = cohorts.periods[recent].name();
        let label = Label::new(format!("Begun {name}"), format!("{name}开始"));
        series.push(Series { label, values: values.collect(), reference: true });
    }
    if let Some(projection) = projection {
        let values = places.clone().map(|age| Some(projection.bands[age].share));
        let label = Label::new("Curve, projected onwards", "拟合与预测");
        series.push(Series { label, values: values.collect(), reference: true });
    }
    let title = match spec.mode {
        Mode::Return => Label::new("Share that is there again", "再次出现的比例"),
        Mode::Renewal => Label::new("Share that is left", "留存比例"),
    };
    let alternative = match cohorts.mean(1) {
        Some(first) => Message::new("retention.alt")
            .with("people", Argument::Label(spec.people.clone()))
            .with("first", comparing::percent(Some(first)))
            .with("grain", Argument::Label(grain_word(spec.cohort, 1))),
        None => Message::new("retention.alt_none"),
    };
    Chart {
        ticks: places.map(|age| Tick::Label(age_label(spec, age))).collect(),
        series,
        ..Chart::new(
            format!("{}-retention", section.id),
            title,
            ChartKind::Line,
            share_format(),
            alternative,
        )
    }
}

fn columns(spec: &Spec, ages: usize, from: usize) -> Vec<Column> {
    let mut columns = vec![
        Column { label: Label::new("Begun", "开始"), numeric: false },
        Column { label: spec.people.clone(), numeric: true },
    ];
    columns.extend((from..ages).map(|age| Column { label: age_label(spec, age), numeric: true }));
    columns
}

/// The triangle of shares; where a cohort differs from the older ones at its age, it is judged.
pub(super) fn shares(spec: &Spec, cohorts: &Cohorts) -> Block {
    let ages = ages(spec, cohorts);
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
        let figure = Figure { value, format: share_format(), coverage: None };
        Cell::Figure { figure, verdict }
    };
    let mut rows = rows(spec, cohorts, |cohort| (1..ages).map(|age| cell(cohort, age)).collect());
    let whole: u64 = cohorts.triangle.sizes[cohorts.from..].iter().sum();
    let mut all = vec![Cell::Label(Label::new("All", "全部")), cells::count(whole as usize)];
    all.extend((1..ages).map(|age| share(cohorts.mean(age))));
    rows.push(Row { cells: all, total: true });
    let title = match spec.mode {
        Mode::Return => Label::new("There again, by cohort and age", "各批次各期的回访比例"),
        Mode::Renewal => Label::new("Still there, by cohort and age", "各批次各期的留存比例"),
    };
    let note = hidden(spec, cohorts).unwrap_or_else(|| Message::new("retention.judged"));
    Block::Table(Table { title, columns: columns(spec, ages, 1), rows, note: Some(note) })
}

fn rows(spec: &Spec, cohorts: &Cohorts, of: impl Fn(usize) -> Vec<Cell>) -> Vec<Row> {
    let shown = youngest(spec, cohorts)
        .filter(|cohort| cohorts.triangle.sizes[*cohort] > 0 && !cohorts.hidden[*cohort]);
    let row = |cohort: usize| {
        let size = cohorts.triangle.sizes[cohort] as usize;
        let mut cells = vec![Cell::Period(cohorts.periods[cohort]), cells::count(size)];
        cells.extend(of(cohort));
        Row { cells, total: false }
    };
    shown.map(row).collect()
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
    let ages = ages(spec, cohorts);
    let money = spec.money();
    let cell = |cohort: usize, age: usize| match cohorts.brought(cohort, age) {
        Some(value) => real(Some(value), &money),
        None => Cell::Empty,
    };
    let mut rows = rows(spec, cohorts, |cohort| (0..ages).map(|age| cell(cohort, age)).collect());
    let whole: u64 = cohorts.triangle.sizes[cohorts.from..].iter().sum();
    let mut all = vec![Cell::Label(Label::new("All", "全部")), cells::count(whole as usize)];
    all.extend((0..ages).map(|age| real(cohorts.mean_brought(age), &money)));
    rows.push(Row { cells: all, total: true });
    let title = Label::new(
        format!("Brought so far per original one of the {}", spec.people.en),
        format!("每位原始{}累计贡献", spec.people.zh_cn),
    );
    let columns = columns(spec, ages, 0);
    Some(Block::Table(Table { title, columns, rows, note: hidden(spec, cohorts) }))
}

/// Segments by the setting `by`: the share at some ages, over all cohorts that have lived them.
pub(super) fn members(spec: &Spec, plan: &TransformPlan, cohorts: &Cohorts) -> Option<Block> {
    let of = spec.by.as_ref()?;
    let mut by: BTreeMap<Option<&str>, Vec<&Person>> = BTreeMap::new();
    for person in cohorts.persons.iter().filter(|person| person.cohort >= cohorts.from) {
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
    let rows = parts.into_iter().map(|(label, persons)| {
        let triangle = cohorts::of(&persons, closed);
        let at = |age: &usize| {
            let lived: u64 = triangle.sizes[..closed.saturating_sub(*age)].iter().sum();
            share(triangle.share_at_age(*age).filter(|_| lived as usize >= people::LEAST))
        };
        let mut cells = vec![Cell::Label(label), cells::count(persons.len())];
        cells.extend(ages.iter().map(at));
        Row { cells, total: false }
    });
    let mut columns = vec![
        Column { label: Label::new("Segment", "分群"), numeric: false },
        Column { label: spec.people.clone(), numeric: true },
    ];
    columns.extend(ages.iter().map(|age| Column { label: age_label(spec, *age), numeric: true }));
    let note = (!grouped.together.is_empty()).then(|| {
        Message::new("people.together")
            .with("count", counted(grouped.together.len()))
            .with("least", counted(people::LEAST))
    });
    let rows = rows.collect();
    Some(Block::Table(Table { title: Label::new("By segment", "按分群"), columns, rows, note }))
}
