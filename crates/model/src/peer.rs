//! Groups of entities that we are compared with.

use crate::{
    id::{DatasetId, DimensionId, PeerGroupId},
    label::Label,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The smallest group that is ever shown; a peer group may ask for more, never for less.
pub const MINIMUM_GROUP: usize = 5;

/// A peer group, resolved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeerGroup {
    /// Its name.
    pub id: PeerGroupId,
    /// Its name for readers.
    pub label: Label,
    /// The dataset with one or more rows per entity.
    pub dataset: DatasetId,
    /// The column that names the entity.
    pub entity: DimensionId,
    /// Our own member of `entity`; none when every member is a peer and no own value is compared.
    pub own: Option<String>,
    /// A condition on rows, e.g. `segment = 'premium'`; our own member is always kept.
    pub filter: Option<String>,
    /// The smallest number of peers with a value for which anything is shown; at least [`MINIMUM_GROUP`].
    pub minimum: usize,
}
