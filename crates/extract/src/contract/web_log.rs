//! What contracts say of the lines of a web server's log.

use super::{Fault, Format, Spec};
use crate::source::Layout;

/// Faults of the layout of log lines, and of columns that no line tells.
pub(super) fn check(spec: &Spec, faults: &mut Vec<Fault>) {
    let is_log = spec.source.format == Some(Format::WebLog);
    let Some(log) = &spec.source.log else {
        if is_log {
            let message =
                "say what stands in a line: `log = \"combined\"`, `\"common\"` or a LogFormat";
            faults.push(Fault::new("source.format", message));
        }
        return;
    };
    if !is_log {
        let message = "only files of the `format = \"web_log\"` have this";
        return faults.push(Fault::new("source.log", message));
    }
    let layout = match Layout::new(log) {
        Ok(layout) => layout,
        Err(reason) => return faults.push(Fault::new("source.log", reason)),
    };
    for (name, column) in &spec.columns {
        let aliases = column.aliases.iter().map(|alias| alias.name().clone());
        let names: Vec<String> =
            if column.aliases.is_empty() { vec![name.clone()] } else { aliases.collect() };
        let is_in_lines = column.from_file_name.is_none()
            && column.template.as_ref().is_none_or(|template| template.contains("{}"));
        if is_in_lines && !names.iter().any(|name| layout.names().contains(name)) {
            let message = format!(
                "a line tells {}, not `{}`",
                layout.names().join(", "),
                names.join("` or `")
            );
            faults.push(Fault {
                unknown: Some(names[0].clone()),
                candidates: layout.names().to_vec(),
                ..Fault::new(format!("columns.{name}"), message)
            });
        }
    }
}
