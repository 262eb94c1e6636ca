//! Control totals: what the source says about its own files against what was read.

use crate::{
    contract::{Contract, ControlSpec},
    dataset::text,
    lake::Loaded,
    source::Found,
};
use model::{context::RunContext, contract::ColumnType, report::Argument};

/// Hears of every disagreement: the message key and its arguments.
pub(crate) type Disagrees<'a> = dyn FnMut(&str, &[(&str, Argument)]) + 'a;

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
                "quality.unreadable_file",
                &[("file", text(&control.file)), ("reason", text(reason))],
            );
        }
    };
    // Totals of a column are figures, and figures do not leave in a notice: only that they disagree is told.
    let mut sums = Vec::new();
    for (column, total) in &control.sums {
        let (Some(expected), Some(sum)) = (stated.get(total), loaded.sums.get(column)) else {
            continue;
        };
        let scale = match contract.own.kind(column) {
            Some(ColumnType::Number { scale }) => scale,
            _ => 0,
        };
        if expected.trim() != decimal_text(sum, scale) {
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
            disagrees("quality.control_total", &arguments);
        }
    };
    if let Some(expected) = control.rows.as_ref().and_then(|column| stated.get(column)) {
        compare("rows", expected, loaded.read.to_string());
    }
    for column in sums {
        disagrees("quality.control_sum", &[("name", text(format!("{}: {column}", found.name)))]);
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
