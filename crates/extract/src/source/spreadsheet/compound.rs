//! What a workbook of the old binary format would cost, before it is read as a whole.
//!
//! Rule: where its cells lie is counted from the cells, and a size that it claims beyond the format's own is refused.

use std::io::{Cursor, Read};

/// Cells that a sheet may span whatever it holds.
const FREE_CELLS: u64 = 1_000_000;
/// How many cells a sheet may span for each that is filled.
const CELLS_PER_FILLED: u64 = 20;
/// The rows and columns that the format has.
const FORMAT: (u64, u64) = (65_536, 256);

const BEGIN: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
/// Number, label, rich text, truth or error, packed number, shared label, packed numbers, formula.
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, 0x00bd, 0x0006];

/// Refuses a file that is no workbook, is locked, or spans far more cells than it holds.
///
/// # Errors
/// Why it is refused.
pub(super) fn sound(bytes: &[u8]) -> Result<(), String> {
    let broken = |error: std::io::Error| format!("is no sound workbook: {error}");
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(broken)?;
    if file.exists("/EncryptedPackage") {
        return Err("is protected by a password".into());
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or("holds no workbook")?;
    let mut records = Vec::new();
    let mut stream = file.open_stream(name).map_err(broken)?;
    stream.read_to_end(&mut records).map_err(broken)?;
    let mut area = Area::default();
    let mut rest = records.as_slice();
    while let Some((head, behind)) = rest.split_first_chunk::<4>() {
        let kind = u16::from_le_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let Some((data, behind)) = behind.split_at_checked(length) else {
            return Err("ends within one of its records".into());
        };
        rest = behind;
        match kind {
            BEGIN => area = Area::default(),
            DIMENSIONS => check_claim(data)?,
            kind if CELLS.contains(&kind) => area.take(data)?,
            _ => {}
        }
    }
    Ok(())
}

fn number(data: &[u8], at: usize) -> Option<u64> {
    let bytes = data.get(at..at + 2)?;
    Some(u64::from(u16::from_le_bytes([bytes[0], bytes[1]])))
}

/// Room is made for the size that a sheet claims.
fn check_claim(data: &[u8]) -> Result<(), String> {
    let wide = |at| Some(number(data, at)? | (number(data, at + 2)? << 16));
    let (rows, from, columns) = match data.len() {
        10 => (number(data, 2), number(data, 4), number(data, 6)),
        _ => (wide(4), number(data, 8), number(data, 10)),
    };
    let (Some(rows), Some(from), Some(columns)) = (rows, from, columns) else {
        return Err("claims a size that cannot be read".into());
    };
    match rows > FORMAT.0 || columns > FORMAT.1 || from > columns {
        true => {
            Err(format!("claims {rows} rows of the columns {from} to {columns}, which cannot be"))
        }
        false => Ok(()),
    }
}

/// The part of a sheet that its cells span.
#[derive(Default)]
struct Area {
    cells: u64,
    rows: Option<(u64, u64)>,
    columns: Option<(u64, u64)>,
}

impl Area {
    fn take(&mut self, data: &[u8]) -> Result<(), String> {
        let place = number(data, 0).zip(number(data, 2));
        let (row, column) = place.ok_or("has a cell without a place")?;
        if column >= FORMAT.1 {
            return Err(format!(
                "has a cell in column {}; the format has {}",
                column + 1,
                FORMAT.1
            ));
        }
        let grown = |known: Option<(u64, u64)>, at: u64| {
            known.map_or((at, at), |(first, last)| (first.min(at), last.max(at)))
        };
        self.cells += 1;
        self.rows = Some(grown(self.rows, row));
        self.columns = Some(grown(self.columns, column));
        let span = |known: Option<(u64, u64)>| known.map_or(0, |(first, last)| last - first + 1);
        let area = span(self.rows) * span(self.columns);
        // Cells come row by row, so that those of a dense sheet are never far behind what they span.
        match area > FREE_CELLS.max(self.cells * CELLS_PER_FILLED) {
            true => Err(format!("has {} filled cells spread over {area}", self.cells)),
            false => Ok(()),
        }
    }
}
