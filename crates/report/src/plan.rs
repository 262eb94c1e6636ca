//! What to render: the settings of a job file and the plan made of them.

use model::label::Locale;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How the report is rendered.
///
/// Example: `locales = ["zh-CN"]` renders Chinese editions only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The languages to render, in order: `en`, `zh-CN` or both.
    #[serde(default = "every_locale")]
    pub locales: Vec<Locale>,
}

impl Default for Spec {
    fn default() -> Self {
        Self { locales: every_locale() }
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
}
