//! Remarks of a dataset, each with its name.

use crate::{contract::Contract, fetch::Remark};
use model::{
    quality::{QualityNote, Severity},
    report::{Argument, Message},
};

/// Remarks that were made so far.
pub(crate) struct Notes<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) notes: Vec<QualityNote>,
}

impl Notes<'_> {
    pub(crate) fn add(&mut self, severity: Severity, key: &str, arguments: &[(&str, Argument)]) {
        let mut message = Message::new(key).with("dataset", text(self.contract.id.as_str()));
        for (name, argument) in arguments {
            message = message.with(name, argument.clone());
        }
        self.notes.push(QualityNote { severity, message, dataset: Some(self.contract.id.clone()) });
    }

    /// A remark of a file's reader. What is counted is told once for all files, with the first of them.
    pub(crate) fn remark(&mut self, severity: Severity, message: &Message, file: &str) {
        if let Some(Argument::Count(more)) = message.arguments.get("count") {
            let same = self.notes.iter_mut().find(|note| note.message.key == message.key);
            let count = same.and_then(|note| note.message.arguments.get_mut("count"));
            if let Some(Argument::Count(count)) = count {
                *count = count.saturating_add(*more);
                return;
            }
        }
        let message = message.clone().with("dataset", text(self.contract.id.as_str()));
        let message = message.with("file", text(file));
        self.notes.push(QualityNote { severity, message, dataset: Some(self.contract.id.clone()) });
    }

    pub(crate) fn fetched(&mut self, remark: &Remark) {
        self.add(remark.severity, remark.key, &remark.arguments);
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.notes.iter().any(|note| note.severity == Severity::Error)
    }

    pub(crate) fn info(&mut self, key: &str, arguments: &[(&str, Argument)]) {
        self.add(Severity::Info, key, arguments);
    }

    pub(crate) fn warning(&mut self, key: &str, arguments: &[(&str, Argument)]) {
        self.add(Severity::Warning, key, arguments);
    }

    pub(crate) fn error(&mut self, key: &str, arguments: &[(&str, Argument)]) {
        self.add(Severity::Error, key, arguments);
    }
}

pub(crate) fn text(text: impl Into<String>) -> Argument {
    Argument::Text(text.into())
}

pub(crate) fn count(count: u64) -> Argument {
    Argument::Count(i64::try_from(count).unwrap_or(i64::MAX))
}
