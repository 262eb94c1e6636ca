//! How large the tables of an OpenDocument become when what they repeat is written out.

use super::tags::Tag;

/// Cells that a table may span whatever it holds.
const FREE_CELLS: u64 = 1_000_000;
/// How many cells a table may span for each that is filled.
const CELLS_PER_FILLED: u64 = 20;
/// The most cells that all tables span.
const MOST_CELLS: u64 = 16_000_000;
/// The most bytes of repeated texts, and the most blanks in a row.
const MOST_REPEATED: u64 = 64 << 20;

/// Whether a text is an error that a formula gave; the format stores it as text.
pub(super) fn is_error(text: &str) -> bool {
    let is_named = text.starts_with('#') && (text.ends_with(['!', '?']) || text == "#N/A");
    is_named || text.starts_with("Err:")
}

/// What the tables come to.
#[derive(Default)]
pub(super) struct Grid {
    /// Rows up to the last that is filled, and all rows.
    rows: (u64, u64),
    /// Columns of this row up to the last that is filled, and all of them.
    columns: (u64, u64),
    width: u64,
    filled: u64,
    /// Cells of the tables before this one.
    before: u64,
    row_repeats: u64,
    cell_repeats: u64,
    is_filled: bool,
    /// Bytes of text of this row, with repeats.
    row_text: u64,
    repeated_text: u64,
}

impl Grid {
    /// Takes the next tag.
    ///
    /// # Errors
    /// Tables that span far more than they hold.
    pub(super) fn take(&mut self, tag: &Tag<'_>) -> Result<(), String> {
        let times = |name: &str| {
            tag.attribute(name).map_or(Ok(1), |text| {
                text.parse::<u64>().map_err(|_| format!("repeats `{text}` times"))
            })
        };
        self.row_text = self.row_text.saturating_add(tag.text.saturating_mul(self.cell_repeats));
        match tag.name() {
            "table:table" => {
                (self.rows, self.width, self.filled) = ((0, 0), 0, 0);
            }
            "table:table-row" => {
                self.row_repeats = times("table:number-rows-repeated")?;
                (self.columns, self.is_filled, self.row_text) = ((0, 0), false, 0);
                self.cell_repeats = 0;
                if tag.is_closed() {
                    return self.end_row();
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                let repeats = times("table:number-columns-repeated")?;
                self.columns.1 = self.columns.1.saturating_add(repeats);
                let has = |name: &str| tag.attribute(name).is_some();
                if has("office:value-type") || has("table:formula") {
                    self.columns.0 = self.columns.1;
                    self.is_filled = true;
                    self.filled += 1;
                    self.cell_repeats = repeats;
                    // A text may also stand in the tag itself.
                    let length = tag.length().saturating_mul(repeats);
                    self.row_text = self.row_text.saturating_add(length);
                }
            }
            "/table:table-cell" => self.cell_repeats = 0,
            "/table:table-row" => return self.end_row(),
            "/table:table" => self.before = self.before.saturating_add(self.area()),
            "text:s" => {
                let blanks = times("text:c")?;
                let blanks = blanks.saturating_mul(self.cell_repeats.max(1));
                self.row_text = self.row_text.saturating_add(blanks);
                if blanks > MOST_REPEATED {
                    return Err(format!("has {blanks} blanks in a row"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), String> {
        self.rows.1 = self.rows.1.saturating_add(self.row_repeats);
        if self.is_filled {
            self.rows.0 = self.rows.1;
            self.width = self.width.max(self.columns.0);
        }
        let text = self.row_text.saturating_mul(self.row_repeats);
        self.repeated_text = self.repeated_text.saturating_add(text);
        let area = self.area();
        let most = FREE_CELLS.max(self.filled.saturating_mul(CELLS_PER_FILLED));
        if area > most || area.saturating_add(self.before) > MOST_CELLS {
            return Err(format!("has {} filled cells spread over {area}", self.filled));
        }
        match self.repeated_text > MOST_REPEATED {
            true => Err("repeats its texts too often".into()),
            false => Ok(()),
        }
    }

    fn area(&self) -> u64 {
        self.rows.0.saturating_mul(self.width)
    }
}
