//! Members that a slice names, against those that contracts declare.
//!
//! Rule: letter by letter, upper and lower case too. Where contracts declare the members of a dimension, by `values` of an
//! enumeration or by `labels`, only these can be named; else the data say at run time which there are.

use super::person::{Place, Written};
use crate::{catalogue::Catalogue, diagnostics::Diagnostics};
use extract::Contract;
use model::{
    contract::ColumnType,
    expression::{Aggregate, AggregateFunction, Scalar},
    id::{DatasetId, MetricId},
    metric::{Metric, MetricKind},
    slice::Slice,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// How many columns are named instead.
const SHOWN: usize = 12;

/// Checks the dimensions and members of a slice.
pub(super) fn check(
    catalogue: &Catalogue,
    person: &Written,
    slice: &Slice,
    faults: &mut Diagnostics,
) {
    // A dimension of a contract at fault would be told as unknown.
    if !catalogue.unsound.is_empty() {
        return;
    }
    for (dimension, member) in slice.members().into_iter().flat_map(|members| members.iter()) {
        let name = dimension.as_str();
        let has = |contract: &&Contract| contract.shape.kind(name) == Some(ColumnType::Text);
        let with: Vec<&Contract> = catalogue.contracts.iter().filter(has).collect();
        if with.is_empty() {
            let message = format!("`slice`: no dataset has a column `{name}` of text");
            let fault = person.fault("TDG-J51", Place::Slice, message);
            faults.push(fault.help(instead(catalogue, name)).did_you_mean(name, texts(catalogue)));
            continue;
        }
        if let Some(contract) = with.iter().find(|contract| contract.persons.contains(name)) {
            let message = format!(
                "`slice`: in `{}` `{name}` tells visitors apart, who are counted, never told",
                contract.id
            );
            faults.push(person.fault("TDG-J51", Place::Slice, message));
            continue;
        }
        let counted = with.iter().find_map(|contract| newcomers(catalogue, contract, name));
        if let Some((dataset, metric)) = counted {
            let message = format!(
                "`slice`: in `{dataset}` `{name}` tells persons apart: `{metric}` counts who is new"
            );
            let fault = person.fault("TDG-J51", Place::Slice, message);
            faults.push(fault.help(shared_by_many(catalogue)));
            continue;
        }
        let mut declared = BTreeSet::new();
        with.iter().for_each(|contract| add(catalogue, contract, name, &mut declared));
        if !declared.is_empty() && !declared.contains(member) {
            let message = format!("`slice`: `{name}` has no declared member `{member}`");
            let alike = declared.iter().find(|one| one.to_lowercase() == member.to_lowercase());
            let fault = person.fault("TDG-J51", Place::Slice, message);
            faults.push(match alike {
                Some(alike) => {
                    fault.help(format!("did you mean `{alike}`? upper and lower case count"))
                }
                None => fault.did_you_mean(member, declared.iter().map(String::as_str)),
            });
        }
    }
}

/// The metric that counts the values of a column when they are seen for the first time: what is new is a person.
fn newcomers<'a>(
    catalogue: &'a Catalogue,
    contract: &'a Contract,
    name: &str,
) -> Option<(&'a DatasetId, &'a MetricId)> {
    let counts = |metric: &&Metric| {
        let MetricKind::Simple { dataset, aggregates, .. } = &metric.kind else { return false };
        let is_it = |one: &Aggregate| {
            let is_column = matches!(&one.argument, Some(Scalar::Column(column)) if column == name);
            is_column && one.function == AggregateFunction::CountFirst
        };
        *dataset == contract.id && aggregates.iter().any(is_it)
    };
    let found = catalogue.metrics.values().find(counts)?;
    Some((&contract.id, &found.id))
}

/// The columns by which a slice can be cut: those of text that tell no single rows, persons or visitors apart.
fn texts(catalogue: &Catalogue) -> impl Iterator<Item = &str> {
    catalogue.contracts.iter().flat_map(move |contract| {
        contract.shape.names().into_iter().filter(move |name: &&str| {
            let is_key = contract.key.len() == 1 && contract.key[0] == *name;
            let is_text = contract.shape.kind(name) == Some(ColumnType::Text);
            let is_person =
                contract.persons.contains(*name) || newcomers(catalogue, contract, name).is_some();
            is_text && !is_key && !is_person
        })
    })
}

/// What to do about a column that is none of text.
fn instead(catalogue: &Catalogue, name: &str) -> String {
    let typed = catalogue.contracts.iter().find_map(|contract| {
        let kind = contract.shape.kind(name)?;
        Some(format!("`{name}` of `{}` is {}; ", contract.id, kind.word()))
    });
    format!("{}{}", typed.unwrap_or_default(), shared_by_many(catalogue))
}

/// What a slice is, with columns that can be taken.
fn shared_by_many(catalogue: &Catalogue) -> String {
    let mut datasets: BTreeMap<&str, usize> = BTreeMap::new();
    texts(catalogue).for_each(|text| *datasets.entry(text).or_default() += 1);
    // A slice cuts every dataset that it can: those that most of them have come first.
    let mut texts: Vec<(&str, usize)> = datasets.into_iter().collect();
    texts.sort_by_key(|(_, datasets)| Reverse(*datasets));
    let few: Vec<String> = texts.iter().take(SHOWN).map(|(text, _)| format!("`{text}`")).collect();
    let more = if texts.len() > SHOWN { ", …" } else { "" };
    let few = few.join(", ");
    format!("a slice is one member of a column of text that many rows share: {few}{more}")
}

/// The members that a contract declares for a column, or the contract that the column is looked up in.
fn add(catalogue: &Catalogue, contract: &Contract, name: &str, declared: &mut BTreeSet<String>) {
    if let Some(column) = contract.columns.iter().find(|column| column.name == name) {
        declared.extend(column.parser.values().iter().cloned());
    }
    declared
        .extend(contract.labels.get(name).into_iter().flat_map(|labels| labels.keys().cloned()));
    for lookup in &contract.lookups {
        let there = lookup.take.iter().find(|(_, here)| here == name).map(|(there, _)| there);
        // Contracts stand in dependency order, so lookups go round in no circle.
        if let Some((there, other)) = there.zip(catalogue.contract(&lookup.dataset)) {
            add(catalogue, other, there, declared);
        }
    }
}
