//! The analyses on small made-up worlds, in which what happened is known.
//!
//! Rule: the real program makes every report; what was planted is found, what is only noise is not told.

mod alerts;
mod attribution;
mod channel_quality;
mod channels;
mod conversion;
mod customer_value;
mod drivers;
mod experiment;
mod funnel;
mod funnel_vectors;
mod geo_lift;
mod leads;
mod movers;
mod outlook;
mod response;
mod retention;
mod survey;
mod trend;
mod world;

use crate::support::{all_at_once, root};

/// The analyses whose sentences are looked at.
const KINDS: [&str; 16] = [
    "alerts",
    "attribution",
    "channel_quality",
    "conversion",
    "customer_value",
    "drivers",
    "experiment",
    "funnel",
    "geo_lift",
    "leads",
    "movers",
    "outlook",
    "response",
    "retention",
    "survey",
    "trend",
];

/// Words of method that stand in sentences as they are.
const FIXED: [&str; 11] = [
    "95% interval",
    "90% interval",
    "80% range",
    "80 of 100 cases",
    "below 1%",
    "0.01%",
    "90%区间",
    "95%区间",
    "低于0.01%",
    "低于1%",
    "80%区间",
];

#[test]
fn no_sentence_of_an_analysis_has_a_number_of_its_own() {
    let mut faults = Vec::new();
    for locale in ["en", "zh-CN"] {
        let path = root().join(format!("report-templates/locales/{locale}.toml"));
        let text = std::fs::read_to_string(path).unwrap();
        let table: toml::Table = toml::from_str(&text).unwrap();
        for kind in KINDS {
            for (key, sentence) in table[kind].as_table().unwrap() {
                let forms = match sentence {
                    toml::Value::Table(forms) => forms.values().cloned().collect(),
                    line => vec![line.clone()],
                };
                for form in forms.iter().filter_map(toml::Value::as_str) {
                    let text =
                        FIXED.iter().fold(form.to_owned(), |text, fixed| text.replace(fixed, ""));
                    if text.chars().any(char::is_numeric) && !is_spelled(&text) {
                        faults.push(format!("{locale} {kind}.{key}: {form}"));
                    }
                }
            }
        }
    }
    all_at_once(faults);
}

/// Chinese numerals are words of the language; only digits are numbers here.
fn is_spelled(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_ascii_digit())
}
