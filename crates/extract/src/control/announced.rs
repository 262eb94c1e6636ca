//! Files that a control file announces: which of them should be there.
//!
//! Rule: a control file may speak of the files of several datasets. A name is meant here if it could be a file of this
//! one, in small or large letters, and if its day is over.

use crate::{
    contract::{Origin, SourceSpec},
    source::day_in,
};
use chrono::NaiveDate;
use glob::{MatchOptions, Pattern};

/// How a name may match a glob: letters in any case, a `*` within a folder.
const MATCHING: MatchOptions = MatchOptions {
    case_sensitive: false,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Whether a named file should be there on a day.
pub(super) fn is_due(source: &SourceSpec, name: &str, today: NaiveDate) -> bool {
    let globs: Vec<String> = match source.origin() {
        None => source.files.clone(),
        Some(Origin::Objects(spec)) => vec![spec.pattern.clone()],
        Some(Origin::Download(spec)) => {
            let bare = |url: &String| url.split(['?', '#']).next().map(Pattern::escape);
            spec.urls.iter().filter_map(bare).collect()
        }
        // Batches have no names that a source could know: a contract that has totals of them is wrong anyway.
        Some(Origin::Database(_) | Origin::Singer(_)) => return true,
    };
    let depth = name.split('/').count();
    globs.iter().any(|glob| {
        let glob = end(glob, depth);
        let wanted = Pattern::new(&glob.replace("{date}", "*"));
        let is_early = || {
            let day = glob.contains("{date}").then(|| day_in(glob, name)).flatten();
            day.is_some_and(|day| day >= today)
        };
        wanted.is_ok_and(|wanted| wanted.matches_with(name, MATCHING)) && !is_early()
    })
}

/// The last parts of a glob, as many as a name has.
fn end(glob: &str, depth: usize) -> &str {
    let start = glob.rmatch_indices('/').nth(depth - 1).map_or(0, |(slash, _)| slash + 1);
    &glob[start..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::SourceSpec;

    #[test]
    fn a_name_is_due_where_it_could_be_a_file_of_a_day_that_is_over() {
        let today: NaiveDate = "2026-06-05".parse().expect("a day");
        for (glob, name, expected) in [
            ("o/*.csv", "1.csv", true),
            ("o/*.csv", "o/1.csv", true),
            ("o/*.csv", "1.CSV", true),
            ("o/*.csv", "p/1.csv", false),
            ("o/*.csv", "a/o/1.csv", false),
            ("o/receipts-*.csv", "stock-1.csv", false),
            ("**/orders-*", "a/orders-1.csv", true),
            ("o/{date}.csv", "2026-06-04.csv", true),
            ("o/{date}.csv", "o/2026-06-05.csv", false),
            ("o/{date}.csv", "2026-06-31.csv", true),
        ] {
            let source = SourceSpec { files: vec![glob.into()], ..SourceSpec::default() };
            assert_eq!(is_due(&source, name, today), expected, "{glob} {name}");
        }
    }
}
