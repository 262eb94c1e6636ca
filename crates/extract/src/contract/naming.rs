//! What the name of a file says about its rows.
//!
//! Rule: two files of the same bytes are one file twice only where their names say the same too.

use super::{Column, Contract};
use crate::source::Found;
use model::fingerprint::Fingerprinter;

impl Column {
    /// The value that the file's name or the contract gives every row.
    pub(crate) fn of_file(&self, file: &str) -> Option<String> {
        let Some(pattern) = &self.from_file_name else {
            return self.constant().map(str::to_owned);
        };
        let groups = pattern.captures(file)?;
        Some(groups.get(1).or(groups.get(0))?.as_str().to_owned())
    }
}

impl Contract {
    /// Identifies what a file's name decides about its rows; nothing where it decides nothing.
    pub(crate) fn said_by_name(&self, found: &Found) -> Option<String> {
        let mut said: Vec<(&str, String)> = Vec::new();
        for column in &self.columns {
            if column.from_file_name.is_some() {
                said.push((&column.name, format!("{:?}", column.of_file(&found.name))));
            }
            if column.aliases.differ() {
                let names: Vec<&String> = column.aliases.of(&found.name).collect();
                said.push((&column.name, format!("{names:?}")));
            }
        }
        if self.source.headerless.as_ref().is_some_and(|spec| !spec.files.is_empty()) {
            let is_bare = self.source.headerless(&found.name).is_some();
            said.push(("headerless", is_bare.to_string()));
        }
        if self.source.delimiter.is_none() && found.usual_delimiter() != ',' {
            said.push(("delimiter", found.usual_delimiter().to_string()));
        }
        if said.is_empty() {
            return None;
        }
        let mut print = Fingerprinter::new("said by name");
        for (what, value) in &said {
            print.field(what).field(value);
        }
        Some(print.finish())
    }
}
