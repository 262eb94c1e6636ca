//! Contracts among each other: lookups find their datasets, in an order in which each comes after what it uses.

use super::{Contract, Fault, sessions};
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

fn fault(path: &str, message: String, unknown: Option<String>, candidates: &[String]) -> Fault {
    Fault { path: path.to_owned(), message, unknown, candidates: candidates.to_vec() }
}
