//! What a section rests on: the datasets of its questions, and those that lookups bring their columns from.

use crate::{
    desk,
    plan::{SectionPlan, TransformPlan},
};
use engine::Query;
use model::id::DatasetId;
use std::collections::BTreeSet;

/// The datasets that a section rests on.
pub(crate) fn on(plan: &TransformPlan, section: &SectionPlan) -> BTreeSet<DatasetId> {
    let analysis = section.analysis.as_analysis();
    let mut found = BTreeSet::new();
    for query in desk::queries(plan, &analysis.asks(plan, section)) {
        add(plan, &query, &mut found);
    }
    for query in analysis.comments(plan, section) {
        add(plan, &Query::Comments(Box::new(query)), &mut found);
    }
    for query in analysis.trails(plan, section) {
        add(plan, &Query::Trails(query), &mut found);
    }
    found
}

fn add(plan: &TransformPlan, query: &Query, found: &mut BTreeSet<DatasetId>) {
    match query {
        Query::Comments(query) => bring(plan, &query.dataset, query.columns(), found),
        Query::Cube(cube) => {
            let mut names: BTreeSet<String> =
                cube.aggregates.iter().flat_map(|aggregate| aggregate.columns()).collect();
            names.extend(cube.by.iter().map(ToString::to_string));
            bring(plan, &cube.dataset, names, found);
        }
        Query::Trails(query) => {
            for acts in &query.acts {
                bring(plan, &acts.dataset, acts.columns(), found);
            }
        }
    }
}

/// A dataset, and those that its lookups go to for some columns.
fn bring(
    plan: &TransformPlan,
    dataset: &DatasetId,
    names: BTreeSet<String>,
    found: &mut BTreeSet<DatasetId>,
) {
    found.insert(dataset.clone());
    let Some(brought) = plan.brought.get(dataset) else { return };
    let mut pending: Vec<String> = names.into_iter().collect();
    let mut known: BTreeSet<String> = pending.iter().cloned().collect();
    while let Some(name) = pending.pop() {
        let Some((key, other)) = brought.get(&name) else { continue };
        found.insert(other.clone());
        // The key may itself be looked up.
        if known.insert(key.clone()) {
            pending.push(key.clone());
        }
    }
}
