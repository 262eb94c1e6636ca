//! Contracts among each other: lookups find their datasets, in an order in which each comes after what it uses.

use super::{Check, Contract, Fault, sessions};
use model::{
    contract::{ColumnShape, ColumnType},
    id::DatasetId,
};
use std::collections::BTreeMap;

/// Links lookups and gives the contracts in dependency order.
///
/// # Errors
/// Every fault: an unknown dataset or column, a key of more than one column, a circle.
pub fn link(contracts: Vec<Contract>) -> Result<Vec<Contract>, Vec<(DatasetId, Fault)>> {
    let mut waiting: BTreeMap<DatasetId, Contract> =
        contracts.into_iter().map(|contract| (contract.id.clone(), contract)).collect();
    let all: Vec<String> = waiting.keys().map(ToString::to_string).collect();
    let mut linked: Vec<Contract> = Vec::new();
    let mut faults = Vec::new();
    loop {
        let is_ready =
            |contract: &Contract| contract.uses().all(|dataset| !waiting.contains_key(dataset));
        let ready: Vec<DatasetId> =
            waiting.values().filter(|contract| is_ready(contract)).map(|c| c.id.clone()).collect();
        if ready.is_empty() {
            break;
        }
        for id in ready {
            let mut contract = waiting.remove(&id).expect("just listed");
            link_one(&mut contract, &linked, &all, &mut faults);
            let of_sessions = sessions::link(&mut contract, &mut linked, &all);
            faults.extend(of_sessions.into_iter().map(|fault| (contract.id.clone(), fault)));
            linked.push(contract);
        }
    }
    for id in waiting.into_keys() {
        let message = "its lookups and sessions go round in a circle".to_owned();
        faults.push((id, fault("lookup", message, None, &[])));
    }
    let keys: BTreeMap<DatasetId, Key> =
        linked.iter().map(|contract| (contract.id.clone(), Key::of(contract))).collect();
    for contract in &mut linked {
        refer(contract, &keys, &mut faults);
    }
    if faults.is_empty() { Ok(linked) } else { Err(faults) }
}

fn link_one(
    contract: &mut Contract,
    linked: &[Contract],
    all: &[String],
    faults: &mut Vec<(DatasetId, Fault)>,
) {
    let mut brought = Vec::new();
    for (index, lookup) in contract.lookups.iter_mut().enumerate() {
        let path = format!("lookup[{index}]");
        let Some(other) = linked.iter().find(|other| other.id == lookup.dataset) else {
            let message = format!("unknown dataset `{}`", lookup.dataset);
            let unknown = Some(lookup.dataset.to_string());
            faults.push((
                contract.id.clone(),
                fault(&format!("{path}.dataset"), message, unknown, all),
            ));
            continue;
        };
        match other.key.as_slice() {
            [key] => lookup.key.clone_from(key),
            _ => {
                let message = format!(
                    "`{}` needs a `key` of exactly one column to be looked up in, or rows would multiply",
                    other.id
                );
                faults.push((contract.id.clone(), fault(&path, message, None, &[])));
            }
        }
        for (there, here) in &lookup.take {
            match other.shape.kind(there) {
                Some(kind) => brought.push(ColumnShape { name: here.clone(), kind }),
                None => {
                    let message = format!("dataset `{}` has no column `{there}`", other.id);
                    let names: Vec<String> =
                        other.shape.names().into_iter().map(str::to_owned).collect();
                    faults.push((
                        contract.id.clone(),
                        fault(&format!("{path}.take"), message, Some(there.clone()), &names),
                    ));
                }
            }
        }
    }
    contract.shape.columns.extend(brought);
    let time =
        contract.time_looked_up.as_ref().and_then(|time| Some((time, contract.shape.kind(time)?)));
    if let Some((time, kind)) = time
        && !matches!(kind, ColumnType::Date | ColumnType::Timestamp)
    {
        let message = format!("`{time}` is neither a date nor a timestamp");
        faults.push((contract.id.clone(), fault("time.column", message, None, &[])));
    }
}

/// What other datasets can refer to.
struct Key {
    columns: Vec<String>,
    kind: Option<ColumnType>,
}

impl Key {
    fn of(contract: &Contract) -> Self {
        let kind = contract.key.first().and_then(|key| contract.own.kind(key));
        Self { columns: contract.key.clone(), kind }
    }
}

/// Finds the keys that rules refer to. They ask for no order: rules are looked at when every dataset is there.
/// Refuses those that would name people.
fn refer(
    contract: &mut Contract,
    keys: &BTreeMap<DatasetId, Key>,
    faults: &mut Vec<(DatasetId, Fault)>,
) {
    for (index, rule) in contract.rules.iter_mut().enumerate() {
        if let Check::NewMembers { column } | Check::Sequence { column, .. } = &rule.check
            && contract.persons.contains(column)
        {
            let path = format!("rule[{index}].column");
            let message = format!("`{column}` tells who somebody is, and this check names values");
            faults.push((contract.id.clone(), fault(&path, message, None, &[])));
        }
        let Check::Reference { column, dataset, key, .. } = &mut rule.check else { continue };
        let path = format!("rule[{index}].dataset");
        let found = match keys.get(dataset) {
            None => {
                let known: Vec<String> = keys.keys().map(ToString::to_string).collect();
                let message = format!("unknown dataset `{dataset}`");
                fault(&path, message, Some(dataset.to_string()), &known)
            }
            Some(Key { columns, kind }) => match columns.as_slice() {
                [one] if contract.own.kind(column) == *kind => {
                    key.clone_from(one);
                    continue;
                }
                [one] => {
                    let kind = kind.map_or("unknown", ColumnType::word);
                    let message = format!(
                        "the key of `{dataset}`, `{one}`, is {kind}, not what `{column}` is"
                    );
                    fault(&path, message, None, &[])
                }
                _ => {
                    let message = format!(
                        "`{dataset}` needs a `key` of exactly one column to be referred to"
                    );
                    fault(&path, message, None, &[])
                }
            },
        };
        faults.push((contract.id.clone(), found));
    }
}

fn fault(path: &str, message: String, unknown: Option<String>, candidates: &[String]) -> Fault {
    Fault { path: path.to_owned(), message, unknown, candidates: candidates.to_vec() }
}
