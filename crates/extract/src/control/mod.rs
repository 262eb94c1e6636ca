//! Control totals: what the source says about its own files against what was read.
//!
//! Rule: totals hold a report only if they are read themselves. So a control file that is not as declared, one that
//! contradicts itself, and one that announces a file that is not there are told like a total that disagrees.

mod announced;
mod stated;

use crate::{
    contract::{Contract, ControlSpec, Fault, SeveritySpec, Spec, missing},
    lake::{Catalogue, Loaded},
    notes::{count, text},
    source::Found,
};
use chrono::NaiveDate;
use model::{
    context::RunContext,
    contract::{ColumnType, Shape},
    quality::Severity,
    report::Argument,
};
use rust_decimal::Decimal;
use stated::{Stated, Statement, Total};
use std::collections::BTreeSet;

/// Hears of every finding: how much it matters, the message key and its arguments.
pub(crate) type Tell<'a> = dyn FnMut(Severity, &str, &[(&str, Argument)]) + 'a;

/// Faults of the settings.
pub(crate) fn faults(spec: &Spec, own: &Shape, faults: &mut Vec<Fault>) {
    let Some(control) = &spec.control else { return };
    for column in control.sums.keys() {
        let path = format!("control.sums.{column}");
        match own.kind(column) {
            None => faults.push(missing(&path, column, own)),
            Some(ColumnType::Number { .. }) => {}
            Some(kind) => {
                let message = format!("`{column}` is {}; only numbers have sums", kind.word());
                faults.push(Fault::new(path, message));
            }
        }
    }
    if let Some(text) = &control.tolerance {
        let known = text.parse::<Decimal>();
        if known.is_err() || known.is_ok_and(|value| value.is_sign_negative()) {
            let message = format!("`{text}` is no amount; write `0.05`");
            faults.push(Fault::new("control.tolerance", message));
        }
    }
}

/// Tells every stated total that does not agree, and what keeps totals from being compared.
pub(crate) fn check(
    contract: &Contract,
    (files, catalogue): (&[Found], &Catalogue),
    today: NaiveDate,
    cx: &RunContext,
    tell: &mut Tell<'_>,
) {
    let Some(control) = &contract.control else { return };
    if files.is_empty() && !cx.data.join(&control.file).exists() {
        return;
    }
    let severity = control.severity.unwrap_or(SeveritySpec::Hold).into();
    let stated = match Stated::read(control, cx) {
        Ok(stated) => stated,
        Err(reason) => {
            let arguments = [("file", text(&control.file)), ("reason", text(reason))];
            return tell(severity, "quality.unreadable_file", &arguments);
        }
    };
    for name in &stated.contradictory {
        tell(severity, "quality.control_twice", &[("name", text(name))]);
    }
    let mut arrived = BTreeSet::new();
    let mut silent = Vec::new();
    for found in files {
        let statements: Vec<(&str, &Statement)> = stated.of(&found.name).collect();
        if statements.is_empty() {
            silent.push(found);
        }
        let loaded = catalogue.files.get(&found.name);
        for (name, statement) in statements {
            arrived.insert(name);
            if let Some(loaded) = loaded.filter(|loaded| loaded.unreadable.is_none()) {
                compare(contract, control, (found, loaded), statement, severity, tell);
            }
        }
    }
    if let Some(first) = silent.first() {
        let arguments = [("count", count(silent.len() as u64)), ("file", text(&first.name))];
        tell(severity.min(Severity::Warning), "quality.control_silent", &arguments);
    }
    let absent = stated.statements().filter(|(name, _)| {
        !arrived.contains(name) && announced::is_due(&contract.source, name, today)
    });
    tell_absent(absent, severity, tell);
}

/// Tells of files that are announced and not there, together.
fn tell_absent<'a>(
    absent: impl Iterator<Item = (&'a str, &'a Statement)>,
    severity: Severity,
    tell: &mut Tell<'_>,
) {
    let absent: Vec<(&str, &Statement)> = absent.collect();
    let Some((first, _)) = absent.first() else { return };
    let rows = absent.iter().map(|(_, statement)| match statement.rows {
        Some(Total::Known(rows)) => u64::try_from(rows).ok(),
        _ => None,
    });
    let rows: Option<u64> = rows.sum();
    let mut arguments = vec![("count", count(absent.len() as u64)), ("name", text(*first))];
    let key = match rows {
        Some(rows) => {
            arguments.push(("rows", count(rows)));
            "quality.control_absent_rows"
        }
        None => "quality.control_absent",
    };
    tell(severity, key, &arguments);
}

/// Holds what is stated of a file against what was read of it. Totals of a column are figures, and figures do not leave
/// in a notice: only that they disagree is told.
fn compare(
    contract: &Contract,
    control: &ControlSpec,
    (found, loaded): (&Found, &Loaded),
    statement: &Statement,
    severity: Severity,
    tell: &mut Tell<'_>,
) {
    let name = |what: &str| text(format!("{}: {what}", found.name));
    let known = |total: &Total, what: &str, tell: &mut Tell<'_>| match total {
        Total::Known(total) => Some(*total),
        Total::Missing => {
            tell(severity, "quality.control_lacks", &[("name", name(what))]);
            None
        }
        Total::NoNumber => {
            tell(severity, "quality.control_no_number", &[("name", name(what))]);
            None
        }
    };
    let rows = statement.rows.as_ref().and_then(|total| known(total, "rows", tell));
    if let Some(expected) = rows.filter(|expected| *expected != Decimal::from(loaded.read)) {
        let arguments = [
            ("name", name("rows")),
            ("expected", text(expected.normalize().to_string())),
            ("actual", text(loaded.read.to_string())),
        ];
        tell(severity, "quality.control_total", &arguments);
    }
    let agreed = control.tolerance.as_deref().and_then(|text| text.parse::<Decimal>().ok());
    for (column, total) in &statement.sums {
        let Some(expected) = known(total, column, tell) else { continue };
        let off = sum(contract, loaded, column).and_then(|sum| expected.checked_sub(sum));
        if off.is_none_or(|off| off.abs() > agreed.unwrap_or_default()) {
            tell(severity, "quality.control_sum", &[("name", name(column))]);
        }
    }
}

/// The sum of a column over the accepted rows of a file; one without a single such row sums up to nothing.
fn sum(contract: &Contract, loaded: &Loaded, column: &str) -> Option<Decimal> {
    let units: i128 = loaded.sums.get(column).map_or(Ok(0), |sum| sum.parse()).ok()?;
    let scale = match contract.own.kind(column) {
        Some(ColumnType::Number { scale }) => scale,
        _ => 0,
    };
    Decimal::try_from_i128_with_scale(units, scale).ok()
}
