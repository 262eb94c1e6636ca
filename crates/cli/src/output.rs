//! Writing results to stdout and complaints to stderr.

use anyhow::Result;
use std::{
    borrow::Cow,
    io::{IsTerminal, Write},
};

/// Writes a result; a reader that has gone away is no error.
pub(crate) fn say(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let text = if out.is_terminal() { harmless(text) } else { Cow::Borrowed(text) };
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

/// A text without what a terminal would obey, or show in another order than it is written: names come from the data.
fn harmless(text: &str) -> Cow<'_, str> {
    let obeyed = |sign: char| match sign {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        sign => sign.is_control(),
    };
    match text.contains(obeyed) {
        true => Cow::Owned(text.replace(obeyed, "\u{fffd}")),
        false => Cow::Borrowed(text),
    }
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
        table.add_row(row.into_iter().map(|cell| cell.replace(['\r', '\n'], " ")));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_no_name() {
        assert_eq!(harmless("North\n\u{1b}[2J\u{202e}x\t"), "North\n\u{fffd}[2J\u{fffd}x\t");
        assert!(matches!(harmless("北\tx"), Cow::Borrowed(_)));
        let table = table(&["name", "value"], vec![vec!["a\nb".to_owned(), "1".to_owned()]], 1);
        assert!(table.contains("a b"), "{table}");
    }
}
