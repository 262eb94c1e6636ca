//! What a page needs beside its words: the chart script, its data, and the policy that allows only these.
//!
//! Rule: no script stands in a page. The one there is lies beside it, as a file of the same folder, so that the page
//! works from a disk, from any server, and under a server's own policy that forbids scripts in pages.

use crate::chart::{BUNDLE, Brand};
use model::edition::PageFile;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The parts of a page that are code.
#[derive(Serialize)]
pub(crate) struct Code {
    policy: &'static str,
    script: &'static str,
    data: String,
    light: String,
    dark: String,
}

impl Code {
    /// The code of a page with these charts: option and live additions by id.
    pub(crate) fn new(brand: &Brand, charts: &BTreeMap<String, Value>) -> Self {
        let [light, dark] = brand.css();
        let data = json!({ "charts": charts, "dark": brand.dark_by_light() });
        Self { policy: POLICY, script: SCRIPT_FILE, data: as_script_text(&data), light, dark }
    }
}

/// The chart script beside a page.
const SCRIPT_FILE: &str = "charts.js";

/// Nothing is fetched but from the page's own folder, and nothing that stands in the page runs. Styles stand in the
/// drawings, and the chart library sets them on the elements that it makes; no hash covers either.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; \
     img-src data:; base-uri 'none'; form-action 'none'";

/// What lies beside every page.
pub(crate) fn files() -> Vec<PageFile> {
    vec![PageFile { file_name: SCRIPT_FILE, bytes: BUNDLE.as_bytes() }]
}

/// JSON that cannot end the script element it stands in, whatever the names in it.
pub(crate) fn as_script_text(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_the_script_element() {
        let text = as_script_text(&json!({ "name": "</script><script>alert(1)</script><!--" }));
        assert!(!text.contains('<') && !text.contains("-->"));
        let back: Value = serde_json::from_str(&text).expect("still JSON");
        assert_eq!(back["name"], "</script><script>alert(1)</script><!--");
    }

    #[test]
    fn the_script_is_the_one_that_was_built_and_the_policy_lets_nothing_else_run() {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(BUNDLE.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let sums = include_str!("../../../web/dist/SHA256SUMS");
        assert!(sums.starts_with(&hex), "run `npm run build` in web/");
        let scripts = POLICY.split(';').find(|part| part.trim().starts_with("script-src"));
        assert_eq!(scripts.map(str::trim), Some("script-src 'self'"));
    }
}
