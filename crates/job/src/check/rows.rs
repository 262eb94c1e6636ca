//! What sections read of single rows: the dataset, its days, every expression over it.

use crate::{
    catalogue::Catalogue,
    diagnostics::{Diagnostic, Diagnostics, File},
    file::SectionSpec,
    locate::locate,
};
use extract::contract::Contract;
use model::expression::{Scalar, type_of};
use std::collections::BTreeSet;
use transform::analysis::{RowNames, Yields};

/// Checks what a section reads of single rows.
pub(crate) fn check(
    section: &SectionSpec,
    path: &str,
    file: &File,
    catalogue: &Catalogue,
    faults: &mut Diagnostics,
) {
    for rows in section.analysis.names().rows {
        if catalogue.unsound.contains(&rows.dataset) {
            // The contract's own fault is told; what follows from it would only hide it.
            continue;
        }
        let desk = Checking { path, file, rows: &rows };
        match catalogue.contract(&rows.dataset) {
            None => faults.push(desk.unknown_dataset(catalogue)),
            Some(contract) => desk.check(contract, faults),
        }
    }
}

struct Checking<'a> {
    path: &'a str,
    file: &'a File,
    rows: &'a RowNames,
}

impl Checking<'_> {
    /// A fault at a key of the section; at the section where a default stands for the key.
    fn fault(&self, code: &'static str, key: &str, message: String) -> Diagnostic {
        let span = locate(&self.file.text, &format!("{}.{key}", self.path));
        Diagnostic::new(code, self.file, span, message)
    }

    fn unknown_dataset(&self, catalogue: &Catalogue) -> Diagnostic {
        let message = format!("`{}`: unknown dataset `{}`", self.rows.key, self.rows.dataset);
        let known = catalogue.contracts.iter().map(|contract| contract.id.as_str());
        let fault = self.fault("TDG-J38", &self.rows.key, message);
        fault.did_you_mean(self.rows.dataset.as_str(), known)
    }

    /// What is told in words must not name a person.
    fn check_persons(
        &self,
        contract: &Contract,
        key: &str,
        told: &Scalar,
        faults: &mut Diagnostics,
    ) {
        let mut names = BTreeSet::new();
        told.columns(&mut names);
        if let Some(name) = names.intersection(&contract.persons).next() {
            let message = format!("`{name}` tells visitors apart, who are counted, never told");
            faults.push(self.fault("TDG-J39", key, message));
        }
    }

    fn check(&self, contract: &Contract, faults: &mut Diagnostics) {
        if self.rows.needs_days && !contract.is_dated() {
            let message =
                format!("dataset `{}` has no time, so its rows stand on no day", self.rows.dataset);
            let fault = self.fault("TDG-J38", &self.rows.key, message);
            faults.push(
                fault.help("say with `at` when each row happened, or give the contract a [time]"),
            );
        }
        for (key, expression, yields) in &self.rows.expressions {
            match type_of(expression.scalar(), &contract.shape) {
                Err(error) => {
                    let message = format!("`{key} = \"{expression}\"`: {error}");
                    let fault = self.fault("TDG-J39", key, message);
                    faults.push(match &error.unknown {
                        Some(name) => fault.did_you_mean(name, contract.shape.names().into_iter()),
                        None => fault,
                    });
                }
                Ok(kind) if !yields.takes(kind) => {
                    let is = kind.map_or("null", |kind| kind.word());
                    let message = format!(
                        "`{key} = \"{expression}\"` is {is}, and {} is needed",
                        yields.words()
                    );
                    faults.push(self.fault("TDG-J39", key, message));
                }
                Ok(_) if *yields == Yields::Text && !key.ends_with("person") => {
                    self.check_persons(contract, key, expression.scalar(), faults);
                }
                Ok(_) => {}
            }
        }
    }
}
