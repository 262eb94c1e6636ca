//! Control totals: what the source says about its own files against what was read.

use crate::{
    contract::{Contract, ControlSpec, Fault, SeveritySpec, Spec, missing},
    lake::Loaded,
    notes::text,
    source::Found,
};
use model::{
    context::RunContext,
    contract::{ColumnType, Shape},
    quality::Severity,
    report::Argument,
};
use rust_decimal::Decimal;

/// Hears of every disagreement: how much it matters, the message key and its arguments.
pub(crate) type Disagrees<'a> = dyn FnMut(Severity, &str, &[(&str, Argument)]) + 'a;

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

/// Reports every stated total that does not agree, with the statement as it was written.
pub(crate) fn check(
    contract: &Contract,
    found: &Found,
    loaded: &Loaded,
    cx: &RunContext,
    disagrees: &mut Disagrees<'_>,
) {
    let Some(control) = &contract.control else { return };
    let stated = match stated(control, found, cx) {
        Ok(Some(stated)) => stated,
        Ok(None) => return,
        Err(reason) => {
            return disagrees(
                Severity::Error,
                "quality.unreadable_file",
                &[("file", text(&control.file)), ("reason", text(reason))],
            );
        }
    };
    let severity = control.severity.unwrap_or(SeveritySpec::Hold).into();
    // Totals of a column are figures, and figures do not leave in a notice: only that they disagree is told.
    let mut sums = Vec::new();
    for (column, total) in &control.sums {
        let expected = stated.get(total).map_or("", |text| text.trim());
        // A file without a single accepted row sums up to nothing.
        let sum = loaded.sums.get(column).map_or("0", String::as_str);
        let scale = match contract.own.kind(column) {
            Some(ColumnType::Number { scale }) => scale,
            _ => 0,
        };
        let sum = decimal_text(sum, scale);
        if expected != sum && !within(control, expected, &sum) {
            sums.push(column);
        }
    }
    let mut compare = |name: &str, expected: &str, actual: String| {
        if expected.trim() != actual {
            let arguments = [
                ("name", text(format!("{}: {name}", found.name))),
                ("expected", text(expected)),
                ("actual", text(actual)),
            ];
            disagrees(severity, "quality.control_total", &arguments);
        }
    };
    if let Some(expected) = control.rows.as_ref().and_then(|column| stated.get(column)) {
        compare("rows", expected, loaded.read.to_string());
    }
    for column in sums {
        let name = text(format!("{}: {column}", found.name));
        disagrees(severity, "quality.control_sum", &[("name", name)]);
    }
}

/// Whether a sum is off by no more than is agreed; what is no number is off.
fn within(control: &ControlSpec, expected: &str, sum: &str) -> bool {
    let number = |text: &str| text.parse::<Decimal>().ok();
    let agreed = control.tolerance.as_deref().and_then(number);
    match (number(expected), number(sum), agreed) {
        (Some(expected), Some(sum), Some(agreed)) => {
            expected.checked_sub(sum).is_some_and(|off| off.abs() <= agreed)
        }
        _ => false,
    }
}

type Stated = std::collections::BTreeMap<String, String>;

fn stated(control: &ControlSpec, found: &Found, cx: &RunContext) -> Result<Option<Stated>, String> {
    let path = cx.data.join(&control.file);
    let mut reader = csv::Reader::from_path(path).map_err(|error| error.to_string())?;
    for row in reader.deserialize::<Stated>() {
        let row = row.map_err(|error| error.to_string())?;
        let names_this = row
            .get(&control.name)
            .is_some_and(|name| found.name == *name || found.name.ends_with(&format!("/{name}")));
        if names_this {
            let wanted = control.rows.iter().chain(control.sums.values());
            let lacking: Vec<&String> = wanted.filter(|name| !row.contains_key(*name)).collect();
            if let Some(name) = lacking.first() {
                return Err(format!("it has no column `{name}`"));
            }
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// An integer of smallest units as decimal text with exactly `scale` decimals.
fn decimal_text(units: &str, scale: u32) -> String {
    let scale = scale as usize;
    let (sign, digits) = units.strip_prefix('-').map_or(("", units), |digits| ("-", digits));
    if scale == 0 {
        return units.to_owned();
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}
