//! What to render: the settings of a job file and the plan made of them.

use crate::brand::BrandSpec;
use model::{edition::AttachmentKind, label::Locale};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, path::PathBuf};

/// How the report is rendered.
///
/// Example: `locales = ["zh-CN"]` renders Chinese editions only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The languages to render, in order: `en`, `zh-CN` or both.
    #[serde(default = "every_locale")]
    pub locales: Vec<Locale>,
    /// The layout: which part stands where, and how much of it the mail shows. `executive-brief`, `channel-detail`,
    /// `peer-benchmark`, or another file in `layouts` of the template folder. Without it everything stands in the order
    /// of the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// The house style: a file `brands/<name>.toml` of the catalogue. Without it everything is as shipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
}

impl Default for Spec {
    fn default() -> Self {
        Self { locales: every_locale(), layout: None, brand: None }
    }
}

fn every_locale() -> Vec<Locale> {
    Locale::ALL.to_vec()
}

/// What will be rendered, fully resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportPlan {
    /// The folder of layouts, blocks, locales and styles.
    pub templates: PathBuf,
    /// The languages, one edition each, in order.
    pub locales: Vec<Locale>,
    /// What editions have beside page and mail.
    pub attachments: BTreeSet<AttachmentKind>,
    /// The layout, a file of the template folder; the order of the job without one.
    pub layout: Option<String>,
    /// The house style over the shipped one.
    pub brand: Option<BrandSpec>,
}

impl ReportPlan {
    /// The same in some languages, in the order of the plan, and in another layout if one is named.
    #[must_use]
    pub fn within(&self, layout: Option<&str>, locales: &BTreeSet<Locale>) -> Self {
        let place = |one: &Locale| self.locales.iter().position(|known| known == one);
        let mut locales: Vec<Locale> = locales.iter().copied().collect();
        locales.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
        let layout = layout.map(str::to_owned).or_else(|| self.layout.clone());
        Self { locales, layout, ..self.clone() }
    }
}
