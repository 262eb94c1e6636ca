//! Which of its names a column has in a file.
//!
//! Rule: where a file has two of them, nobody knows which one is meant, so neither is taken.

use crate::contract::Column;

/// The name that a file has of a column, with what stands under it, among all that were found.
///
/// # Errors
/// Two of them.
pub(super) fn only<'a, T>(
    column: &Column,
    found: impl IntoIterator<Item = (&'a str, T)>,
) -> Result<Option<(&'a str, T)>, String> {
    let mut found = found.into_iter();
    let Some((name, one)) = found.next() else { return Ok(None) };
    match found.next() {
        None => Ok(Some((name, one))),
        Some((other, _)) => Err(format!(
            "has `{name}` and `{other}`, and its contract takes either for `{}`; take one out of its `aliases`, or say in \
             which files it counts: `{{ name = \"{other}\", files = [\"…\"] }}`",
            column.name
        )),
    }
}

/// The same of nested data, where a path that leads on into what another one names is no second one: the first counts.
///
/// # Errors
/// Two of them.
pub(super) fn only_path<'a, T>(
    column: &Column,
    found: impl IntoIterator<Item = (&'a str, T)>,
) -> Result<Option<(&'a str, T)>, String> {
    let mut found = found.into_iter();
    let Some((name, one)) = found.next() else { return Ok(None) };
    let others = found.filter(|(other, _)| !is_within(name, other) && !is_within(other, name));
    only(column, std::iter::once((name, one)).chain(others))
}

/// Whether a path leads into what another one names, or to it.
fn is_within(path: &str, other: &str) -> bool {
    path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use crate::source::tests::{contract, told};
    use polars::prelude::{DataFrame, IntoColumn, NamedFrom, ParquetWriter, Series};
    use serde_json::{Value, json};

    fn read(aliases: Value, file: &str, bytes: &[u8]) -> Result<Vec<String>, String> {
        let columns = json!({ "told": { "type": "text", "aliases": aliases } });
        told(&contract(json!({ "files": ["*"] }), columns), file, bytes)
    }

    #[test]
    fn a_file_with_two_names_of_one_column_is_refused_and_so_is_a_row_of_json() {
        let both = "has `Q8` and `Q6`, and its contract takes either for `told`";
        let refused = read(json!(["Q8", "Q6"]), "f.csv", b"Q6,Q8\n1,2\n").unwrap_err();
        assert!(refused.starts_with(both), "{refused}");
        assert_eq!(read(json!(["Q8", "Q6"]), "f.csv", b"Q6,Q7\n1,2\n").unwrap(), ["1 6 1"]);
        let lines = b"{\"Q6\":\"1\"}\n{\"Q6\":\"1\",\"Q8\":\"2\"}\n";
        let rows = read(json!(["Q8", "Q6"]), "f.jsonl", lines).unwrap();
        assert_eq!(rows[0], "1 0 1");
        assert!(rows[1].starts_with(&format!("2 11 duplicate_key: {both}")), "{rows:?}");
        let column = |name: &str| Series::new(name.into(), ["1"]).into_column();
        let mut frame = DataFrame::new(1, vec![column("Q6"), column("Q8")]).unwrap();
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
        let refused = read(json!(["Q8", "Q6"]), "f.parquet", &bytes).unwrap_err();
        assert!(refused.starts_with(both), "{refused}");
    }

    #[test]
    fn a_path_and_where_it_leads_are_one_name() {
        let aliases = || json!(["user.id", "user"]);
        let lines = b"{\"user\":{\"id\":\"a\"}}\n{\"user\":\"b\"}\n";
        let rows = read(aliases(), "f.jsonl", lines).unwrap();
        assert_eq!(rows[0], "1 0 a");
    }

    #[test]
    fn a_name_may_be_that_of_the_column_in_some_files_only() {
        let aliases = || json!(["Q7", { "name": "Q6", "files": ["*2010*"] }, { "name": "Q8", "files": ["*2011*"] }]);
        assert_eq!(read(aliases(), "s2010.csv", b"Q6,Q8\n1,2\n").unwrap(), ["1 6 1"]);
        assert_eq!(read(aliases(), "s2011.csv", b"Q6,Q8\n1,2\n").unwrap(), ["1 6 2"]);
        assert_eq!(read(aliases(), "s2012.csv", b"Q6,Q7\n1,2\n").unwrap(), ["1 6 2"]);
        let lacks = read(aliases(), "s2012.csv", b"Q6,Q8\n1,2\n").unwrap_err();
        assert_eq!(lacks, "the header lacks `Q7`; it has: Q6, Q8");
        let only = read(json!([{ "name": "Q6", "files": ["*2010*"] }]), "s2011.csv", b"Q6\n1\n");
        assert!(only.unwrap_err().contains("`aliases` are of other files"));
    }
}
