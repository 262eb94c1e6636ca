//! What the library believes of a Parquet file, and we do not.
//!
//! Rule: a column has a value for every row; a list's first value begins a row; indexes into a dictionary are stored.

use super::broken;
use ::parquet::{
    basic::Encoding,
    column::page::Page,
    file::reader::{FileReader, RowGroupReader},
    schema::types::ColumnDescriptor,
};
use std::collections::BTreeSet;

/// Refuses a file whose columns below `roots` cannot be what they say.
///
/// # Errors
/// What does not fit, with its column.
pub(super) fn sound(reader: &dyn FileReader, roots: &BTreeSet<&str>) -> Result<(), String> {
    let stated = reader.metadata().file_metadata().num_rows();
    let groups = reader.metadata().row_groups().iter();
    let held: i128 = groups.map(|group| i128::from(group.num_rows())).sum();
    if held != i128::from(stated) {
        return Err(format!("says that it has {stated} rows, but its parts hold {held}"));
    }
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(broken)?;
        for column in 0..group.num_columns() {
            let described = group.metadata().column(column).column_descr_ptr();
            let root = described.path().parts().first();
            if root.is_some_and(|root| roots.contains(root.as_str())) {
                sound_column(&*group, column, &described)
                    .map_err(|reason| format!("`{}` {reason}", described.path().string()))?;
            }
        }
    }
    Ok(())
}

fn sound_column(
    group: &dyn RowGroupReader,
    column: usize,
    described: &ColumnDescriptor,
) -> Result<(), String> {
    let (values, rows) =
        (group.metadata().column(column).num_values(), group.metadata().num_rows());
    let is_list = described.max_rep_level() > 0;
    if values != rows && !(is_list && values > rows) {
        return Err(format!("has {values} values for {rows} rows"));
    }
    let mut pages = group.get_column_page_reader(column).map_err(broken)?;
    while let Some(page) = pages.get_next_page().map_err(broken)? {
        match levels_and_values(&page, described) {
            // A dictionary; the page behind it has the values.
            None => continue,
            Some(parts) => return sound_page(parts),
        }
    }
    Ok(())
}

/// The repetition levels of a page and its values, as far as these are indexes.
struct Parts<'a> {
    levels: Option<&'a [u8]>,
    indexes: Option<&'a [u8]>,
}

fn levels_and_values<'a>(page: &'a Page, described: &ColumnDescriptor) -> Option<Parts<'a>> {
    let has = |most: i16| most > 0;
    let (levels, values) = match page {
        Page::DictionaryPage { .. } => return None,
        Page::DataPage { buf, .. } => {
            let (levels, rest) = prefixed(buf, has(described.max_rep_level()))?;
            let (_, rest) = prefixed(rest, has(described.max_def_level()))?;
            (levels, rest)
        }
        Page::DataPageV2 { buf, rep_levels_byte_len, def_levels_byte_len, .. } => {
            let repeated = *rep_levels_byte_len as usize;
            let levels = buf.get(..repeated)?;
            let levels = has(described.max_rep_level()).then_some(levels);
            (levels, buf.get(repeated + *def_levels_byte_len as usize..)?)
        }
    };
    let is_indexed =
        matches!(page.encoding(), Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY);
    Some(Parts { levels, indexes: is_indexed.then_some(values) })
}

/// The levels that their length stands before, and what stands behind them.
fn prefixed(bytes: &[u8], there: bool) -> Option<(Option<&[u8]>, &[u8])> {
    if !there {
        return Some((None, bytes));
    }
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (levels, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((Some(levels), rest))
}

fn sound_page(parts: Parts<'_>) -> Result<(), String> {
    if let Some(run) = parts.levels.and_then(Run::first) {
        // Levels of at most two bits stand lowest bit first in either kind of run.
        if run.rest.first().is_some_and(|byte| byte & 1 == 1) {
            return Err("begins within a row".into());
        }
    }
    // No writer packs many equal indexes; where they take no bits, nothing tells how many there were.
    let indexes = parts.indexes.and_then(<[u8]>::split_first).filter(|(bits, _)| **bits == 0);
    match indexes.and_then(|(_, runs)| Run::first(runs)) {
        Some(Run { is_packed: true, count: 2.., .. }) => {
            Err("has indexes of no bits into its dictionary".into())
        }
        _ => Ok(()),
    }
}

/// A run of the format's hybrid encoding.
struct Run<'a> {
    is_packed: bool,
    /// Values, or groups of eight values where they are packed.
    count: u64,
    rest: &'a [u8],
}

impl<'a> Run<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let mut header = 0_u64;
        for (at, byte) in bytes.iter().enumerate().take(9) {
            header |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                let rest = &bytes[at + 1..];
                return Some(Self { is_packed: header & 1 == 1, count: header >> 1, rest });
            }
        }
        None
    }
}
