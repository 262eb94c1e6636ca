//! Writing results to stdout and complaints to stderr.

use anyhow::Result;
use std::io::{IsTerminal, Write};

/// Writes a result; a reader that has gone away is no error.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes a result as JSON.
pub(crate) fn say_json(value: &impl serde::Serialize) -> Result<()> {
    say(&format!("{}\n", serde_json::to_string_pretty(value)?))
}

/// Writes a complaint to stderr.
pub(crate) fn complain(text: &str) {
    // Nothing can be done when stderr itself is gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether stderr may have colours.
pub(crate) fn colours() -> bool {
    #[expect(clippy::disallowed_methods, reason = "the convention of no-color.org")]
    let plain = std::env::var_os("NO_COLOR").is_some();
    !plain && std::io::stderr().is_terminal()
}

/// A plain table with aligned columns.
pub(crate) fn table(header: &[&str], rows: Vec<Vec<String>>, numeric_from: usize) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(header.to_vec());
    for row in rows {
        table.add_row(row);
    }
    for index in numeric_from..header.len() {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(comfy_table::CellAlignment::Right);
        }
    }
    format!("{}\n", table.trim_fmt())
}

/// A remark in words, or its key where no template folder is at hand.
pub(crate) fn said(templates: &std::path::Path, message: &model::report::Message) -> String {
    let said = report::say(templates, model::label::Locale::En, &[message]);
    said.ok().and_then(|mut said| said.pop()).unwrap_or_else(|| message.key.clone())
}
