//! Which of several rows with one key counts, in words.

use super::{Contract, OnDuplicate, Origin};

impl Contract {
    /// Which row of a key counts, and in which order rows are loaded; nothing without a key.
    pub fn which_counts(&self) -> Option<String> {
        if self.key.is_empty() {
            return None;
        }
        let order = match self.source.origin() {
            None => "file day, file name and place in the file",
            Some(Origin::Database(_) | Origin::Singer(_)) => "run and place in the run",
            Some(Origin::Download(_)) => "day, address as listed and place in the file",
            Some(Origin::Objects(_)) => "object key and place in the object",
        };
        let which = match &self.on_duplicate {
            OnDuplicate::Newest(column) => {
                format!("the one with the greatest {column} counts, among equals the last")
            }
            OnDuplicate::LastLoaded => "the last one counts".to_owned(),
            OnDuplicate::Refuse => "the first one counts".to_owned(),
        };
        let key = self.key.join(", ");
        Some(format!("of rows with the same {key} {which}, by {order}"))
    }
}
