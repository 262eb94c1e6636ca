//! Names that stand on top of a mail and of its parts: each is told in every language, in one line.

use super::Files;
use crate::{
    diagnostics::{Diagnostic, Diagnostics, File},
    file::{JobSpec, SectionSpec},
    locate::locate,
};
use model::label::{Label, Locale};

const HELP: &str = "write a few words in one line, in every language";

/// Checks the names of the whole report: its title stands in the subject.
pub(super) fn check(spec: &JobSpec, files: Files<'_>, faults: &mut Diagnostics) {
    for (key, label) in [("title", &spec.title), ("organisation", &spec.organisation)] {
        for (path, message) in label.iter().flat_map(|label| problems(key, label)) {
            faults.push(files.fault("TDG-J08", &path, message).help(HELP));
        }
    }
}

/// Checks the heading of a section.
pub(super) fn heading(section: &SectionSpec, path: &str, file: &File, faults: &mut Diagnostics) {
    for (key, message) in problems("title", &section.title) {
        let span = locate(&file.text, &format!("{path}.{key}"));
        faults.push(Diagnostic::new("TDG-J08", file, span, message).help(HELP));
    }
}

/// What is wrong with the texts of a label, each with its key.
fn problems(key: &str, label: &Label) -> Vec<(String, String)> {
    let told = Locale::ALL.into_iter().filter_map(|locale| {
        let problem = problem(label.get(locale))?;
        Some((format!("{key}.{locale}"), format!("`{key}` {problem} in `{locale}`")))
    });
    told.collect()
}

fn problem(text: &str) -> Option<&'static str> {
    let is_break = |sign: char| matches!(sign, '\n' | '\r' | '\u{2028}' | '\u{2029}');
    let is_unseen = |sign: char| {
        sign.is_whitespace() || matches!(sign, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
    };
    if text.chars().any(is_break) {
        Some("has a line break")
    } else if text.chars().any(char::is_control) {
        Some("has a control character")
    } else if text.chars().all(is_unseen) {
        Some("is empty")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_every_language_in_one_line() {
        for sound in ["Sales", "销售", " A b ", "x\u{200b}"] {
            assert_eq!(problem(sound), None, "{sound:?}");
        }
        for (text, told) in [
            ("", "is empty"),
            (" \u{a0}\u{3000}", "is empty"),
            ("\u{200b}", "is empty"),
            ("a\nb", "has a line break"),
            ("\r", "has a line break"),
            ("a\u{2028}b", "has a line break"),
            ("a\tb", "has a control character"),
            ("a\u{0}", "has a control character"),
            ("\u{85}", "has a control character"),
        ] {
            assert_eq!(problem(text), Some(told), "{text:?}");
        }
        let found = problems("title", &Label::new("Sales", " "));
        assert_eq!(found, [("title.zh-CN".to_owned(), "`title` is empty in `zh-CN`".to_owned())]);
    }
}
