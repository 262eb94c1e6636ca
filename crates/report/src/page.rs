//! What a page needs beside its words: the chart script, its data, and the policy that allows only these.

use crate::chart::{BUNDLE, BUNDLE_HASH, Brand};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The parts of a page that are code.
#[derive(Serialize)]
pub(crate) struct Code {
    policy: String,
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
        Self { policy: policy(), script: BUNDLE, data: as_script_text(&data), light, dark }
    }
}

/// Nothing is fetched, nothing runs but the script whose hash this is. The chart library sets styles on the
/// elements that it makes, which no hash can cover.
fn policy() -> String {
    let script = BUNDLE_HASH.trim();
    format!(
        "default-src 'none'; script-src '{script}'; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'"
    )
}

/// JSON that cannot end the script element it stands in, whatever the names in it.
fn as_script_text(value: &Value) -> String {
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
    fn the_policy_names_the_committed_script() {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(BUNDLE.as_bytes());
        assert_eq!(
            BUNDLE_HASH.trim(),
            format!("sha256-{}", base64(&digest)),
            "run `npm run build` in web/"
        );
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(include_str!("../../../web/dist/SHA256SUMS").starts_with(&hex));
        assert!(!BUNDLE.contains("</script"), "the script would end early");
        assert!(!policy().contains("unsafe-eval"));
    }

    fn base64(bytes: &[u8]) -> String {
        const DIGITS: &[u8; 64] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let group = |chunk: &[u8]| {
            let bits = (0..3)
                .fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
            (0..4)
                .map(|at| match at <= chunk.len() {
                    true => DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char,
                    false => '=',
                })
                .collect::<String>()
        };
        bytes.chunks(3).map(group).collect()
    }
}
