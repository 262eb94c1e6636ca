//! Reading tables and fenced blocks out of Markdown.

use super::Row;

/// A fenced block with what stands before it.
#[derive(Debug)]
pub(crate) struct Block {
    /// The words after the fence, e.g. `toml job`.
    pub(crate) info: String,
    pub(crate) text: String,
    /// The line of the fence, counted from 1.
    pub(crate) line: usize,
    /// The nearest line before it that is not empty.
    pub(crate) before: String,
}

/// Every fenced block.
pub(crate) fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut open, mut before) = (false, String::new());
    for (index, line) in markdown.lines().enumerate() {
        match (line.trim().strip_prefix("```"), open) {
            (Some(info), false) => {
                let info = info.trim().to_owned();
                let before = std::mem::take(&mut before);
                blocks.push(Block { info, text: String::new(), line: index + 1, before });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("a block is open");
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) if !line.trim().is_empty() => before = line.trim().to_owned(),
            (None, false) => {}
        }
    }
    blocks
}

/// The first table below a line that starts with `heading`; `NULL` is the empty text.
#[track_caller]
pub(crate) fn table(markdown: &str, heading: &str) -> Vec<Row> {
    let mut lines = markdown.lines().skip_while(|line| !line.starts_with(heading));
    assert!(lines.next().is_some(), "no heading `{heading}` in the description of the data");
    let rows: Vec<Vec<String>> = lines
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    let header = rows.first().cloned().unwrap_or_default();
    let value = |cell: &String| if cell == "NULL" { String::new() } else { cell.clone() };
    let rows = rows.iter().skip(2);
    rows.map(|row| header.iter().cloned().zip(row.iter().map(value)).collect()).collect()
}
