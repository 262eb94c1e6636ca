//! What cells say, and rows of them.

use calamine::{Data, DataRef, ExcelDateTime};

/// From here on a spreadsheet program may have changed the digits of a whole number: it keeps fifteen.
const INEXACT: f64 = 1e15;

/// A row with any content.
#[derive(Debug)]
pub(super) struct Row {
    /// As the spreadsheet counts, from 1.
    pub(super) number: u32,
    /// The filled cells by their columns, counted from 0, in order.
    pub(super) cells: Vec<(u32, Text)>,
}

/// What a cell says.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Text {
    #[default]
    Nothing,
    Plain(String),
    /// A moment: by its date alone, and with its time of day.
    Moment {
        date: Option<String>,
        full: String,
    },
    Error(String),
    /// A formula that was never calculated.
    Uncalculated,
    /// A whole number of which some digits may be lost.
    Inexact(String),
}

impl Text {
    pub(super) fn of(value: &DataRef<'_>) -> Self {
        match value {
            DataRef::Empty => Self::Nothing,
            DataRef::String(text) => Self::Plain(text.clone()),
            DataRef::SharedString(text) => Self::Plain((*text).to_owned()),
            DataRef::Int(value) => Self::number(*value as f64, value.to_string()),
            // The shortest text that reads back to the same float: what was most likely typed.
            DataRef::Float(value) => Self::number(*value, value.to_string()),
            DataRef::Bool(value) => Self::Plain(value.to_string()),
            DataRef::DateTime(moment) => Self::moment(moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Self::Plain(text.clone()),
            DataRef::Error(error) => Self::Error(error.to_string()),
        }
    }

    pub(super) fn of_data(value: &Data) -> Self {
        Self::of(&match value {
            Data::Empty => DataRef::Empty,
            Data::String(text) => DataRef::SharedString(text),
            Data::Int(value) => DataRef::Int(*value),
            Data::Float(value) => DataRef::Float(*value),
            Data::Bool(value) => DataRef::Bool(*value),
            Data::DateTime(moment) => DataRef::DateTime(*moment),
            Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
            Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
            Data::Error(error) => DataRef::Error(error.clone()),
        })
    }

    fn number(value: f64, text: String) -> Self {
        if value.abs() >= INEXACT { Self::Inexact(text) } else { Self::Plain(text) }
    }

    fn moment(moment: &ExcelDateTime) -> Self {
        // A duration is a number of days.
        if moment.is_duration() {
            return Self::Plain(moment.as_f64().to_string());
        }
        let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
        let date = format!("{year:04}-{month:02}-{day:02}");
        let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
        let full = format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}");
        let is_midnight = (hour, minute, second, milli) == (0, 0, 0, 0);
        Self::Moment { date: is_midnight.then_some(date), full }
    }

    /// The text; of a moment at midnight only the date, unless the time of day is wanted.
    pub(super) fn text(&self, with_time: bool) -> &str {
        match self {
            Self::Nothing | Self::Uncalculated => "",
            Self::Plain(text) | Self::Error(text) | Self::Inexact(text) => text,
            Self::Moment { date: Some(date), .. } if !with_time => date,
            Self::Moment { full, .. } => full,
        }
    }

    /// Why a cell's text cannot be taken, if it cannot.
    pub(super) fn fault(&self, place: &str) -> Option<(&'static str, String)> {
        match self {
            Self::Error(error) => Some(("cell", format!("{place} holds the error {error}"))),
            Self::Uncalculated => {
                Some(("cell", format!("{place} holds a formula without a stored value")))
            }
            Self::Inexact(text) => {
                let why = "of which a spreadsheet keeps only fifteen digits; store it as text";
                Some(("digits", format!("{place} holds the number {text}, {why}")))
            }
            Self::Nothing | Self::Plain(_) | Self::Moment { .. } => None,
        }
    }

    fn is_blank(&self) -> bool {
        !matches!(self, Self::Uncalculated) && self.text(false).is_empty()
    }
}

impl Row {
    pub(super) fn get(&self, column: u32) -> Option<&Text> {
        let at = self.cells.binary_search_by_key(&column, |cell| cell.0).ok()?;
        Some(&self.cells[at].1)
    }

    pub(super) fn put(&mut self, column: u32, text: Text) {
        match self.cells.binary_search_by_key(&column, |cell| cell.0) {
            Ok(at) => self.cells[at].1 = text,
            Err(at) => self.cells.insert(at, (column, text)),
        }
    }
}

/// Takes rows one by one; an error ends the reading.
pub(super) type Take<'a> = dyn FnMut(Row) -> Result<(), String> + 'a;

/// Cells on their way into rows.
pub(super) struct Rows<'a> {
    row: Row,
    take: &'a mut Take<'a>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(take: &'a mut Take<'a>) -> Self {
        Self { row: Row { number: 0, cells: Vec::new() }, take }
    }

    /// Takes the next cell, its place counted from 0.
    pub(super) fn cell(&mut self, (row, column): (u32, u32), text: Text) -> Result<(), String> {
        if text == Text::Nothing {
            return Ok(());
        }
        let number = row.saturating_add(1);
        if number < self.row.number
            || self
                .row
                .cells
                .last()
                .is_some_and(|last| number == self.row.number && last.0 >= column)
        {
            return Err(format!("{} stands after cells that come after it", place(row, column)));
        }
        if number != self.row.number {
            self.end()?;
            self.row.number = number;
        }
        self.row.cells.push((column, text));
        Ok(())
    }

    /// Hands over the row that is complete; one of nothing but empty texts is none.
    pub(super) fn end(&mut self) -> Result<(), String> {
        let cells = std::mem::take(&mut self.row.cells);
        match cells.iter().all(|(_, text)| text.is_blank()) {
            true => Ok(()),
            false => (self.take)(Row { number: self.row.number, cells }),
        }
    }
}

/// A cell's place as spreadsheets write it, such as `B17`; both counted from 0.
pub(super) fn place(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column.saturating_add(1);
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row.saturating_add(1))
}
