//! The file form of peer groups.

use model::label::Label;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A peer file: `peers/<name>.toml`, groups by name.
pub type PeersSpec = BTreeMap<String, PeerSpec>;

/// A peer group.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerSpec {
    /// Its name for readers.
    pub label: Label,
    /// What it is made of; `panel` when absent.
    pub kind: Option<KindSpec>,
    /// The dataset that tells about the peers.
    pub dataset: String,
    /// The smallest group that is shown; at least 5, which is also the default.
    pub minimum: Option<usize>,

    /// Panel, competitors: the column that names the entity.
    pub entity: Option<String>,
    /// Panel, competitors: our own member, if we are in the dataset.
    pub own: Option<String>,
    /// Panel, competitors: a condition on rows. Example: `"segment = 'premium'"`.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The columns that make peers alike, the least important last: a peer equals us in them (panel), or the table's
    /// row is chosen by them (industry). While there are too few peers, the last one is dropped.
    #[serde(default)]
    pub cohort: Vec<String>,
    /// Panel: the metric that says how big an entity is, for dominance and for size-adjusted comparison.
    pub weight: Option<String>,
    /// Panel: the largest share of one peer in the group's weight; 0.25, which can only be lowered, when absent.
    pub most_share: Option<f64>,

    /// Industry: our own values of the cohort's columns. Example: `{ industry = "appliances", region = "CN" }`.
    #[serde(default)]
    pub we: BTreeMap<String, String>,
    /// Industry: the columns of the table; each is called as its key when absent.
    #[serde(default)]
    pub columns: IndustryColumns,
    /// Industry: what our metrics are called in the table, where it uses other names.
    #[serde(default)]
    pub called: BTreeMap<String, String>,

    /// Market: the metric that is the market's size.
    pub size: Option<String>,
}

/// What a peer group is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindSpec {
    /// Companies of market research whose figures are public: a panel that is shown by name.
    Competitors,
    /// A table of quartiles that somebody publishes.
    Industry,
    /// The size of the whole market, for share and growth.
    Market,
    /// Entities of a dataset, never shown by name.
    Panel,
}

/// The columns of a table of quartiles.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndustryColumns {
    /// The metric's name.
    pub metric: Option<String>,
    /// The lower quartile.
    pub lower: Option<String>,
    /// The median.
    pub median: Option<String>,
    /// The upper quartile.
    pub upper: Option<String>,
    /// The number of companies behind the row.
    pub count: Option<String>,
    /// Who published it.
    pub source: Option<String>,
    /// Which edition it is; the last one in the order of the text counts.
    pub version: Option<String>,
}

impl KindSpec {
    /// Its word in files.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Competitors => "competitors",
            Self::Industry => "industry",
            Self::Market => "market",
            Self::Panel => "panel",
        }
    }
}

impl IndustryColumns {
    /// Its keys, which are also the usual names.
    pub(crate) const KEYS: [&'static str; 7] =
        ["metric", "lower", "median", "upper", "count", "source", "version"];

    fn given(&self) -> [&Option<String>; 7] {
        let Self { metric, lower, median, upper, count, source, version } = self;
        [metric, lower, median, upper, count, source, version]
    }

    /// Whether nothing is called otherwise.
    pub(crate) fn are_usual(&self) -> bool {
        self.given().iter().all(|given| given.is_none())
    }

    /// The columns' names, in the order of [`Self::KEYS`].
    pub(crate) fn names(&self) -> [String; 7] {
        let mut names = Self::KEYS.map(str::to_owned);
        for (name, given) in names.iter_mut().zip(self.given()) {
            if let Some(given) = given {
                name.clone_from(given);
            }
        }
        names
    }
}
