//! What the tests share: the bed they run in, readers of mail and of tables.

mod bed;
pub(crate) mod lake;
pub(crate) mod mail;
pub(crate) mod mailed;
pub(crate) mod markdown;
mod ran;

pub(crate) use bed::{TestBed, each_file, monthly, nightly, published, root, shared_state};
pub(crate) use ran::{Ran, Row};

use std::path::PathBuf;

/// A file of `tests/cases/` as text.
pub(crate) fn case_file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cases of a TOML file of `tests/cases/`, each a table under `[[case]]`.
pub(crate) fn cases<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    #[derive(serde::Deserialize)]
    struct Cases<T> {
        case: Vec<T>,
    }
    let text = case_file(name);
    let cases: Cases<T> =
        toml::from_str(&text).unwrap_or_else(|error| panic!("tests/cases/{name}: {error}"));
    cases.case
}

/// The planted truths of the sample data.
pub(crate) fn truths() -> serde_json::Value {
    let text = std::fs::read_to_string(root().join("sample-data/truths.json")).expect("truths");
    serde_json::from_str(&text).expect("truths are JSON")
}

/// HTML without the elements that keep figures whole.
pub(crate) fn unbroken(html: &str) -> String {
    html.replace("<span class=\"n\">", "").replace("</span>", "")
}

/// Runs all checks and fails once with everything that was wrong.
pub(crate) fn all_at_once(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}
