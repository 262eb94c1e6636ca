//! The file form of audiences: who gets a report, and which slice of it.

use model::{edition::AttachmentKind, label::Locale, slice::Slice};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// An audience file: `audiences/<name>.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceSpec {
    /// The version of this form: 1.
    pub schema_version: Option<u32>,
    /// Datasets that every reader may see though they lack a dimension of his slice. Example: `["market"]`.
    #[serde(default)]
    pub shared: Vec<String>,
    /// A CSV file in UTF-8 with further persons, relative to this file. Its columns are `address`, `name`, `locale`,
    /// `slice`, `from`, `to`, `layout` and `attachments`, in any order; only `address`, `locale` and `slice` must be there.
    /// A slice is written `all`, `region = North`, or `region = North; channel = retail`; attachments `xlsx; pdf`, or `none`.
    pub table: Option<String>,
    /// The persons.
    #[serde(default)]
    pub person: Vec<PersonSpec>,
}

/// Somebody who gets the report.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonSpec {
    /// The address. Example: `"north@example.com"`.
    pub address: String,
    /// The name shown beside it.
    pub name: Option<String>,
    /// The language: `en` or `zh-CN`.
    pub locale: Locale,
    /// What he may see, which must be said: `"all"`, or the member of one or several dimensions, letter by letter.
    #[schemars(with = "Slice")]
    pub slice: Option<toml::Value>,
    /// The first day on which he gets it; any when absent.
    pub from: Option<chrono::NaiveDate>,
    /// The last day on which he gets it; any when absent.
    pub to: Option<chrono::NaiveDate>,
    /// The layout of his mail, a file of `layouts/` of the templates; the job's when absent. Example: `"channel-detail"`.
    pub layout: Option<String>,
    /// What goes with his mail: `csv`, `pdf`, `xlsx`, or nothing; what goes with the others of the channel when absent.
    /// Example: `["pdf"]`.
    pub attachments: Option<BTreeSet<AttachmentKind>>,
}
