//! The table within a sheet: its header, its rows, and what stands around it.

use super::cell::{Row, Text, place};
use crate::{
    contract::{Contract, HeaderSearch, Region, SheetSpec},
    source::{
        Item, Malformed, Record, Sink,
        header::{Fields, Header},
    },
};
use calamine::Dimensions;
use model::{
    quality::Severity,
    report::{Argument, Message},
};
use std::collections::BTreeMap;

/// The last rows of the two editions of spreadsheets: what goes on below them is lost in silence.
const LAST_ROWS: [u32; 2] = [65_536, 1_048_576];

/// A table, as far as its rows have come.
pub(super) struct Table<'a> {
    contract: &'a Contract,
    spec: &'a SheetSpec,
    is_headerless: bool,
    region: Region,
    merged: Vec<Dimensions>,
    heads: Vec<Row>,
    header: Option<Header>,
    /// The columns that are filled down, by place, with the last text above.
    above: BTreeMap<u32, Option<Text>>,
    taken: u64,
    /// Rows below the region that hold something.
    beyond: u64,
    last: u32,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        contract: &'a Contract,
        spec: &'a SheetSpec,
        headerless: Option<&[String]>,
        merged: Vec<Dimensions>,
        sink: &mut Sink<'_>,
    ) -> Result<Self, String> {
        let mut table = Self {
            contract,
            spec,
            is_headerless: headerless.is_some(),
            region: spec.region()?,
            merged,
            heads: Vec::new(),
            header: None,
            above: BTreeMap::new(),
            taken: 0,
            beyond: 0,
            last: 0,
        };
        if let Some(columns) = headerless {
            table.begin(columns.to_vec(), sink)?;
        }
        Ok(table)
    }

    /// Takes the next row of the sheet.
    pub(super) fn take(&mut self, mut row: Row, sink: &mut Sink<'_>) -> Result<(), String> {
        self.last = row.number;
        let Region { first_row, last_row, first_column, last_column } = self.region;
        row.cells.retain(|(column, _)| (first_column..=last_column).contains(column));
        if row.cells.is_empty() || row.number < first_row {
            return Ok(());
        }
        if row.number > last_row {
            self.beyond += 1;
            return Ok(());
        }
        if self.header.is_none() {
            let header_row = self.header_row();
            match self.spec.header {
                Some(HeaderSearch::Find) => {
                    let names = self.names(std::slice::from_ref(&row));
                    return match Header::is_named_by(self.contract, &names) {
                        true => self.begin(names, sink),
                        false => Ok(()),
                    };
                }
                None if row.number < header_row => return Ok(()),
                None if row.number < self.first_row() => {
                    self.heads.push(row);
                    return Ok(());
                }
                None => self.begin_below_heads(sink)?,
            }
        }
        if self.is_headerless && row.number < self.first_row() {
            return Ok(());
        }
        self.fill_down(&mut row);
        self.hand_over(&row, sink)
    }

    /// Ends the table: there was a header, and what is odd about its end is told.
    pub(super) fn end(mut self, name: &str, sink: &mut Sink<'_>) -> Result<(), String> {
        if self.last == 0 {
            return Err(format!("the sheet `{name}` is empty: no data"));
        }
        if self.header.is_none() {
            if self.spec.header.is_some() {
                return Err(format!("no row of `{name}` has the names of all required columns"));
            }
            self.begin_below_heads(sink).map_err(|reason| match self.heads.is_empty() {
                true => format!("row {} of `{name}` has no header", self.header_row()),
                false => reason,
            })?;
        }
        let mut tell = |key: &str, name: &str, count: u64| {
            let count = Argument::Count(i64::try_from(count).unwrap_or(i64::MAX));
            sink(Item::Remark(Severity::Warning, Message::new(key).with(name, count)))
        };
        if self.beyond > 0 {
            tell("quality.beyond_range", "count", self.beyond)?;
        }
        if LAST_ROWS.contains(&self.last) {
            tell("quality.row_limit", "rows", u64::from(self.last))?;
        }
        Ok(())
    }

    fn header_row(&self) -> u32 {
        self.spec.header_row.unwrap_or(self.region.first_row)
    }

    fn first_row(&self) -> u32 {
        let below = u32::from(!self.is_headerless);
        self.spec.first_row.unwrap_or(self.header_row() + below)
    }

    fn begin_below_heads(&mut self, sink: &mut Sink<'_>) -> Result<(), String> {
        let heads = std::mem::take(&mut self.heads);
        if heads.is_empty() {
            return Err(format!("row {} has no header", self.header_row()));
        }
        let names = self.names(&heads);
        self.begin(names, sink)
    }

    fn begin(&mut self, names: Vec<String>, sink: &mut Sink<'_>) -> Result<(), String> {
        sink(Item::Columns(&names))?;
        for name in &self.spec.fill_down {
            let at = names.iter().position(|own| own == name).ok_or_else(|| {
                format!(
                    "`source.sheet.fill_down` names `{name}`; the header has: {}",
                    names.join(", ")
                )
            })?;
            self.above.insert(self.region.first_column + at as u32, None);
        }
        self.header = Some(Header::new(self.contract, names)?);
        Ok(())
    }

    /// The columns' names: of several header rows the first that says something counts, column by column, or all of
    /// them joined.
    fn names(&self, heads: &[Row]) -> Vec<String> {
        let first = self.region.first_column;
        let filled = heads.iter().filter_map(|row| Some(row.cells.last()?.0 + 1)).max();
        let merged = self
            .merged
            .iter()
            .filter(|area| heads.iter().any(|row| area.start.0 + 1 == row.number));
        let merged = merged.map(|area| area.end.1.min(self.region.last_column) + 1).max();
        let width = filled.max(merged.filter(|_| self.spec.join.is_some())).unwrap_or(first);
        (first..width).map(|column| self.name(heads, column)).collect()
    }

    fn name(&self, heads: &[Row], column: u32) -> String {
        let trim = self.contract.source.trim;
        let said = |number: u32, column: u32| {
            let row = heads.iter().find(|row| row.number == number)?;
            let text = row.get(column)?.text(false);
            let text = if trim { text.trim() } else { text };
            (!text.is_empty()).then(|| text.to_owned())
        };
        let Some(join) = &self.spec.join else {
            return heads.iter().find_map(|row| said(row.number, column)).unwrap_or_default();
        };
        let mut names: Vec<(u32, u32)> = Vec::new();
        for row in heads {
            // A merged cell says the same everywhere, once.
            let area = self.merged.iter().find(|area| area.contains(row.number - 1, column));
            let place = area.map_or((row.number, column), |area| (area.start.0 + 1, area.start.1));
            if !names.contains(&place) {
                names.push(place);
            }
        }
        let names = names.into_iter().filter_map(|(number, column)| said(number, column));
        names.collect::<Vec<_>>().join(join)
    }

    fn fill_down(&mut self, row: &mut Row) {
        for (column, above) in &mut self.above {
            match row
                .get(*column)
                .filter(|text| !matches!(text, Text::Plain(text) if text.is_empty()))
            {
                Some(text) => *above = Some(text.clone()),
                None => {
                    if let Some(text) = above {
                        row.put(*column, text.clone());
                    }
                }
            }
        }
    }

    fn hand_over(&mut self, row: &Row, sink: &mut Sink<'_>) -> Result<(), String> {
        let Some(header) = &self.header else { return Ok(()) };
        let first = self.region.first_column;
        let raw = raw(row, first);
        let raw = raw.as_bytes();
        let taken = &mut self.taken;
        let of_cell = |column: u32| place(row.number - 1, column);
        let address = |column: usize| Some(of_cell(first + header.field_at(column)? as u32));
        let mut take = |fields: Fields<'_>| {
            *taken += 1;
            let (number, offset) = (*taken, None);
            sink(match &fields {
                Ok(fields) => Item::Placed(Record { number, offset, fields, raw }, &address),
                Err((rule, detail)) => {
                    let detail = detail.clone();
                    Item::Bad(Malformed { number, offset, rule, detail, raw })
                }
            })
        };
        for (column, text) in &row.cells {
            let at = (column - first) as usize;
            let is_filled = !text.text(false).is_empty();
            let fault = match at < header.len() {
                false => "stands beyond the header",
                true if is_filled && !header.is_named(at) => "stands below no name",
                true => continue,
            };
            return take(Err(("field_count", format!("{} {fault}", of_cell(*column)))));
        }
        let field = |at: usize| {
            let column = first + at as u32;
            let Some(text) = row.get(column) else { return Ok(None) };
            if let Some(fault) = text.fault(&of_cell(column)) {
                return Err(fault);
            }
            let text = text.text(header.is_moment(at));
            Ok(Some(if self.contract.source.trim { text.trim() } else { text }))
        };
        header.rows(&field, &mut take)
    }
}

/// The row's texts, for the quarantine.
fn raw(row: &Row, first: u32) -> String {
    let mut raw = String::new();
    let mut next = first;
    for (column, text) in &row.cells {
        // As many marks as there are columns, but for cells that lie far out.
        let marks = (column - next).min(64) as usize + usize::from(*column > first && next > first);
        raw.extend(std::iter::repeat_n('\u{1f}', marks));
        raw.push_str(text.text(false));
        next = column + 1;
    }
    raw
}
