//! Customer value in a picture and in tables.

use super::{
    Spec,
    outlook::Outlook,
    purchases::Purchases,
    segments::{Groups, Part},
};
use crate::{
    analysis::{
        cells::{self, part, real, share, share_format},
        comparing,
        people::{self, grouped},
    },
    plan::{SectionPlan, TransformPlan},
};
use model::{
    label::Label,
    report::{Argument, Block, Cell, Chart, ChartKind, Fmt, Message, Row, Series, Tick},
    unit::Unit,
};
use stats::lifetime::{Fitted, Leaving, Model};
use std::collections::BTreeMap;

/// Shares of revenue beside shares of customers.
pub(super) fn chart(section: &SectionPlan, purchases: &Purchases, groups: &Groups) -> Chart {
    let parts = groups.parts();
    let whole: f64 = purchases.spent.iter().sum();
    let count = purchases.customers.len() as f64;
    let spent = |one: &Part| part(one.places.iter().map(|at| purchases.spent[*at]).sum(), whole);
    let people = |one: &Part| part(one.places.len() as f64, count);
    let list: Vec<Label> = parts.iter().map(|one| one.label.clone()).collect();
    let message = Message::new("customer_value.alt").with("list", Argument::List(list));
    let message = match parts.first().and_then(|first| Some((first, spent(first)?, people(first)?)))
    {
        Some((first, revenue, customers)) => message
            .with("segment", Argument::Label(first.label.clone()))
            .with("revenue", comparing::percent(Some(revenue)))
            .with("customers", comparing::percent(Some(customers))),
        None => Message::new("customer_value.alt_none"),
    };
    let title = Label::new("Share of revenue and of customers", "销售额占比与客户占比");
    let series = |label, values: Vec<Option<f64>>, reference| Series { label, values, reference };
    Chart {
        ticks: parts.iter().map(|one| Tick::Label(one.label.clone())).collect(),
        series: vec![
            series(Label::new("Revenue", "销售额"), parts.iter().map(spent).collect(), false),
            series(Label::new("Customers", "客户"), parts.iter().map(people).collect(), true),
        ],
        ..Chart::new(
            format!("{}-segments", section.id),
            title,
            ChartKind::Bar,
            share_format(),
            message,
        )
    }
}

/// Segments by recency, frequency and money.
pub(super) fn segments(
    spec: &Spec,
    purchases: &Purchases,
    outlook: &Outlook,
    groups: &Groups,
) -> Block {
    let whole: f64 = purchases.spent.iter().sum();
    let count = purchases.customers.len();
    let money = spec.money();
    let row = |label: Label, places: &[usize], total: bool| {
        let spent: f64 = places.iter().map(|at| purchases.spent[*at]).sum();
        let mut cells = vec![
            Cell::Label(label),
            cells::count(places.len()),
            share(part(places.len() as f64, count as f64)),
            real(Some(spent), &money),
            share(part(spent, whole)),
        ];
        if outlook.is_told() {
            cells.push(real(Some(outlook.active(places)), &cells::count_format()));
        }
        if outlook.is_priced() {
            cells.push(real(outlook.value(places), &money));
        }
        Row { cells, total }
    };
    let mut rows: Vec<Row> =
        groups.parts().iter().map(|one| row(one.label.clone(), &one.places, false)).collect();
    let all: Vec<usize> = (0..count).collect();
    rows.push(row(Label::new("All", "全部"), &all, true));
    let mut columns = vec![
        ("Segment", "分群"),
        ("Customers", "客户数"),
        ("Share of customers", "客户占比"),
        ("Spent so far", "累计消费"),
        ("Share of revenue", "销售额占比"),
    ];
    if outlook.is_told() {
        columns.push(("Probably active", "预计活跃"));
    }
    if outlook.is_priced() {
        columns.push(("Value to come", "预期价值"));
    }
    let title = Label::new("Customers by how they buy", "按购买行为分群");
    let note = together(groups.grouped.together.len());
    Block::Table(cells::table(title, &columns, rows, note))
}

fn together(groups: usize) -> Option<Message> {
    (groups > 0).then(|| {
        Message::new("people.together")
            .with("count", cells::counted(groups))
            .with("least", cells::counted(people::LEAST))
    })
}

/// Segments by the setting `by`; those with enough customers have a model of their own.
pub(super) fn members(
    spec: &Spec,
    plan: &TransformPlan,
    purchases: &Purchases,
    outlook: &Outlook,
) -> Option<Block> {
    let of = spec.by.as_ref().filter(|_| purchases.is_divided())?;
    let mut by: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (place, member) in purchases.members.iter().enumerate() {
        by.entry(member.as_deref()).or_default().push(place);
    }
    let all: Vec<(Label, Vec<usize>)> =
        by.into_iter().map(|(member, places)| (people::member(plan, of, member), places)).collect();
    let sizes: Vec<usize> = all.iter().map(|(_, places)| places.len()).collect();
    let grouped = grouped(&sizes);
    let mut parts: Vec<(Label, Vec<usize>)> =
        grouped.shown.iter().map(|place| all[*place].clone()).collect();
    let rest: Vec<usize> =
        grouped.together.iter().flat_map(|place| all[*place].1.clone()).collect();
    if rest.len() >= people::LEAST {
        parts.push((people::others(), rest));
    }
    let rows = parts.into_iter().map(|(label, places)| member(spec, outlook, label, &places));
    let mut columns = vec![
        ("", ""),
        ("Customers", "客户数"),
        ("Probably active", "预计活跃"),
        ("Purchases to come", "预期购买次数"),
    ];
    if outlook.is_priced() {
        columns.extend([
            ("Value to come", "预期价值"),
            ("80% range", "80%区间"),
            ("Per customer", "每位客户"),
        ]);
    }
    let title = Label::new("Customers by their first purchase", "按首次购买分群");
    let note = together(grouped.together.len());
    let mut table = cells::table(title, &columns, rows.collect(), note);
    table.columns[0].label = people::dimension(plan, of);
    Some(Block::Table(table))
}

fn member(spec: &Spec, outlook: &Outlook, label: Label, places: &[usize]) -> Row {
    let count = places.len();
    let mut cells = vec![
        Cell::Label(label),
        cells::count(count),
        real(Some(outlook.active(places)), &cells::count_format()),
        real(Some(outlook.purchases(places)), &cells::count_format()),
    ];
    if outlook.is_priced() {
        let ranged = outlook.ranged(places);
        let money = spec.money();
        let cell = |value: Option<f64>| real(value, &money);
        let range = ranged.map(|one| Cell::Message(cells::range(one.low, one.high, &money)));
        cells.extend([
            cell(ranged.map(|one| one.value)),
            range.unwrap_or(Cell::Empty),
            cell(ranged.map(|one| one.value / count as f64)),
        ]);
    }
    Row { cells, total: false }
}

/// The parameters, for analysts.
pub(super) fn model(outlook: &Outlook) -> Option<Block> {
    let fit = outlook.fit.as_ref().ok()?;
    let (name, names) = match &fit.model {
        Model::Geometric(model) => match (model.leaving, model.regularity) {
            (Leaving::AfterRepeat, _) => ("BG/NBD".to_owned(), ["r", "alpha", "a", "b"]),
            (Leaving::AfterAny, k) => (format!("MBG/CNBD-{k}"), ["r", "alpha", "a", "b"]),
        },
        Model::Pareto(_) => ("Pareto/NBD".to_owned(), ["r", "alpha", "s", "beta"]),
    };
    let value = |value: f64| cells::argument(value, &Fmt { unit: Unit::Number, decimals: Some(3) });
    let [first, second, third, fourth] = fit.model.parameters();
    let [_, _, leaves, leaves_too] = names.map(|name| Argument::Text(name.to_owned()));
    let spend = outlook.spend.as_ref().ok()?.model;
    Some(Block::Note(
        Message::new("customer_value.models")
            .with("model", Argument::Text(name))
            .with("r", value(first))
            .with("alpha", value(second))
            .with("third", leaves)
            .with("third_value", value(third))
            .with("fourth", leaves_too)
            .with("fourth_value", value(fourth))
            .with("likelihood", value(fit.log_likelihood))
            .with("p", value(spend.p))
            .with("q", value(spend.q))
            .with("v", value(spend.v)),
    ))
}
