//! What the source calls a column, and in which of its files.

use super::{ColumnSpec, Contract, resolve::Fault};
use glob::Pattern;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};

/// A name or path that the source uses for a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "an alias is a text, or `{ name = \"Q6N\", files = [\"*2010*\"] }`"
)]
pub enum AliasSpec {
    /// In all files.
    Everywhere(String),
    /// In some files only, for sources that use one name for two things. Example: `{ name = "Q6N", files = ["*2010*"] }`.
    Within {
        /// The name or path.
        name: String,
        /// In which files it is this column: globs relative to the data folder.
        files: Vec<String>,
    },
}

impl AliasSpec {
    /// The name or path.
    pub(crate) fn name(&self) -> &String {
        match self {
            Self::Everywhere(name) | Self::Within { name, .. } => name,
        }
    }

    /// Whether it is of some files only.
    pub(super) fn is_narrow(&self) -> bool {
        matches!(self, Self::Within { .. })
    }
}

/// A column's names, in order.
#[derive(Debug, Clone)]
pub struct Aliases {
    /// Those that count: of a contract all, of one that was narrowed to a file the file's.
    names: Vec<String>,
    /// The files of those that are of some only.
    files: BTreeMap<String, Vec<Pattern>>,
}

impl std::ops::Deref for Aliases {
    type Target = Vec<String>;

    fn deref(&self) -> &Vec<String> {
        &self.names
    }
}

impl Aliases {
    /// The names of a column; its own without any.
    pub(super) fn resolve(column: &str, spec: &ColumnSpec, faults: &mut Vec<Fault>) -> Self {
        let path = |at: usize| format!("columns.{column}.aliases[{at}]");
        let mut files = BTreeMap::new();
        let mut names: Vec<String> = Vec::new();
        for (at, alias) in spec.aliases.iter().enumerate() {
            let name = alias.name();
            if names.contains(name) {
                let message = format!("`{name}` stands twice; name all its `files` in one");
                faults.push(Fault::new(path(at), message));
            }
            if let AliasSpec::Within { files: globs, .. } = alias {
                if globs.is_empty() {
                    let message = "name the files: `files = [\"*2010*\"]`; for all files write the name alone";
                    faults.push(Fault::new(path(at), message));
                }
                let compiled = globs.iter().map(|glob| Pattern::new(glob));
                match compiled.collect::<Result<Vec<_>, _>>() {
                    Ok(patterns) => drop(files.insert(name.clone(), patterns)),
                    Err(error) => faults.push(Fault::new(path(at), error.to_string())),
                }
            }
            names.push(name.clone());
        }
        if names.is_empty() {
            names.push(column.to_owned());
        }
        Self { names, files }
    }

    /// Those of a file.
    pub(crate) fn of(&self, file: &str) -> impl Iterator<Item = &String> {
        let is_of = move |name: &&String| {
            let files = self.files.get(*name);
            files.is_none_or(|files| files.iter().any(|pattern| pattern.matches(file)))
        };
        self.names.iter().filter(is_of)
    }

    /// Whether files have different ones.
    pub(super) fn differ(&self) -> bool {
        !self.files.is_empty()
    }

    /// All of them, as words of a message about the lack of one.
    pub(crate) fn told(&self, column: &str) -> String {
        match self.names.is_empty() {
            true => format!("a name of `{column}` (its `aliases` are of other files)"),
            false => format!("`{}`", self.names.join("` or `")),
        }
    }
}

impl Contract {
    /// The same with the names that its columns have in a file.
    pub(crate) fn in_file(&self, file: &str) -> Cow<'_, Self> {
        if self.columns.iter().all(|column| column.aliases.files.is_empty()) {
            return Cow::Borrowed(self);
        }
        let mut narrowed = self.clone();
        for column in &mut narrowed.columns {
            column.aliases.names = column.aliases.of(file).cloned().collect();
        }
        Cow::Owned(narrowed)
    }
}
