//! Groups of entities that we are compared with.

use crate::{
    id::{DatasetId, DimensionId, MetricId, PeerGroupId},
    label::Label,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The smallest group that is ever shown; a peer group may ask for more, never for less.
pub const MINIMUM_GROUP: usize = 5;

/// The largest share that one peer may have in its group's total; a peer group may ask for less, never for more.
pub const MOST_SHARE: f64 = 0.25;

/// A peer group, resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeerGroup {
    /// Its name.
    pub id: PeerGroupId,
    /// Its name for readers.
    pub label: Label,
    /// The dataset that tells about the peers.
    pub dataset: DatasetId,
    /// What it is made of.
    pub kind: PeerKind,
    /// The smallest number of peers with a value for which anything is shown; at least [`MINIMUM_GROUP`].
    pub minimum: usize,
}

/// What a peer group is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeerKind {
    /// Entities with rows of their own.
    Panel(Panel),
    /// Quartiles that somebody else publishes.
    Industry(Industry),
    /// The size of the whole market.
    Market {
        /// The metric that is the market's size.
        size: MetricId,
    },
}

/// Entities with rows of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Panel {
    /// The column that names the entity.
    pub entity: DimensionId,
    /// Our own member of `entity`; none when every member is a peer and no own value is compared.
    pub own: Option<String>,
    /// A condition on rows, e.g. `segment = 'premium'`; our own member is always kept.
    pub filter: Option<String>,
    /// The columns in which a peer must equal us, dropped from the last one on while there are too few peers.
    pub cohort: Vec<DimensionId>,
    /// The metric that says how big an entity is.
    pub weight: Option<MetricId>,
    /// The largest share of one peer in the group's weight; at most [`MOST_SHARE`].
    pub most_share: f64,
    /// Whether peers are shown by name: figures that are public anyway.
    pub named: bool,
}

/// A table of quartiles by industry, size, region: one row per metric, cohort and version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Industry {
    /// The column that names the metric.
    pub metric: DimensionId,
    /// What our metrics are called there; a metric that is not listed is called by its own name.
    pub called: BTreeMap<MetricId, String>,
    /// The columns that choose the row, with our own value; dropped from the last one on where there is no row. A
    /// row for the whole has nothing in the column.
    pub cohort: Vec<(DimensionId, String)>,
    /// The columns with source and version.
    pub cited: [DimensionId; 2],
    /// The metrics that read the columns: lower quartile, median, upper quartile, number of companies.
    pub reads: [MetricId; 4],
}

impl PeerGroup {
    /// The metrics that it needs beyond those that are compared.
    pub fn metrics(&self) -> Vec<MetricId> {
        match &self.kind {
            PeerKind::Panel(panel) => panel.weight.iter().cloned().collect(),
            PeerKind::Industry(table) => table.reads.to_vec(),
            PeerKind::Market { size } => vec![size.clone()],
        }
    }
}
