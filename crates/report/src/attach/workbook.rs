//! XLSX: a sheet per section, in the locale's words.
//!
//! Rule: text is written as text, never as a formula, and stays text when its cell is edited; numbers and days are
//! written as what they are, with the page's decimals as their format and the exact value beneath. A spreadsheet
//! computes with 15 digits: a number with more is written out as text. Nothing is hidden.

use super::guard::is_risky;
use crate::{
    format::{Kind, UNKNOWN, number_format},
    view::{Book, Grid, Line, Sheet, Value},
};
use chrono::{Datelike, NaiveDateTime, NaiveTime, Timelike};
use model::{label::Locale, number::Number, report::Fmt, unit::Unit};
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::{borrow::Cow, collections::BTreeSet};

/// The digits that every spreadsheet keeps.
const DIGITS: usize = 15;
/// The longest text that a cell can hold, in UTF-16 units.
const LONGEST_TEXT: usize = 32_767;
/// The longest name of a sheet, in UTF-16 units.
const LONGEST_NAME: usize = 31;
/// The columns that a sentence on top runs across, and about how many letters they hold.
const ACROSS: (u16, usize) = (7, 120);
/// ISO A4.
const A4: u8 = 9;
/// Least and greatest width of a column, in letters; the first one is wider.
const WIDTHS: (usize, usize) = (11, 34);

/// The workbook of a report made for the moment `as_of`.
pub(super) fn xlsx(book: &Book, as_of: NaiveDateTime) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = DocProperties::new().set_title(&book.title).set_company(&book.organisation);
    // The library would ask the clock.
    let made = moment(as_of).unwrap_or_default();
    workbook.set_properties(&properties.set_creation_datetime(&made));
    let mut names = BTreeSet::new();
    for sheet in std::iter::once(&book.summary).chain(&book.sections) {
        let page = workbook.add_worksheet();
        page.set_name(sheet_name(&sheet.title, &mut names))?;
        page.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
        page.set_footer("&C&P / &N");
        Page { book, page, row: 0, widths: Vec::new() }.write(sheet)?;
    }
    workbook.save_to_buffer()
}

/// A sheet under the pen.
struct Page<'a> {
    book: &'a Book,
    page: &'a mut Worksheet,
    row: u32,
    /// The widest text of each column, in letters.
    widths: Vec<usize>,
}

impl Page<'_> {
    fn write(mut self, sheet: &Sheet) -> Result<(), XlsxError> {
        for (at, line) in sheet.lines.iter().enumerate() {
            let format =
                if at == 0 { Format::new().set_bold().set_font_size(15) } else { Format::new() };
            self.sentence(line, format)?;
        }
        for grid in &sheet.grids {
            self.row += 1;
            self.grid(grid)?;
        }
        for (at, width) in self.widths.iter().enumerate() {
            let most = if at == 0 { WIDTHS.1 + 8 } else { WIDTHS.1 };
            let width = (width + 2).clamp(WIDTHS.0, most);
            self.page.set_column_width(column(at), width as f64)?;
        }
        Ok(())
    }

    /// A sentence across the sheet, as high as it needs.
    fn sentence(&mut self, text: &str, format: Format) -> Result<(), XlsxError> {
        let format = guarded(format.set_text_wrap().set_align(FormatAlign::Top), text);
        self.page.merge_range(self.row, 0, self.row, ACROSS.0, "", &format)?;
        self.page.write_string_with_format(self.row, 0, fitting(text), &format)?;
        let lines = width(text).div_ceil(ACROSS.1);
        if lines > 1 {
            self.page.set_row_height(self.row, (lines * 15).min(400) as f64)?;
        }
        self.row += 1;
        Ok(())
    }

    fn grid(&mut self, grid: &Grid) -> Result<(), XlsxError> {
        if !grid.title.is_empty() {
            let format = guarded(Format::new().set_bold().set_font_size(12), &grid.title);
            self.page.write_string_with_format(self.row, 0, fitting(&grid.title), &format)?;
            self.row += 1;
        }
        let has_days = grid.rows.iter().any(|line| line.days.is_some());
        let has_gaps = grid.rows.iter().any(|line| covered(line).is_some());
        let numeric = |at: usize| grid.rows.iter().any(|line| is_number(line.cells.get(at)));
        if !grid.columns.is_empty() {
            let mut heads: Vec<(&str, bool)> = Vec::new();
            for (at, head) in grid.columns.iter().enumerate() {
                heads.push((head, at > 0 && numeric(at)));
                if at == 0 && has_days {
                    let words = &self.book.words;
                    heads.extend([
                        (words.first_day.as_str(), true),
                        (words.last_day.as_str(), true),
                    ]);
                }
            }
            if has_gaps {
                heads.push((&self.book.words.coverage, true));
            }
            self.heads(&heads)?;
        }
        for line in &grid.rows {
            self.line(line, has_days, has_gaps)?;
        }
        if let Some(note) = &grid.note {
            self.sentence(note, Format::new().set_italic())?;
        }
        Ok(())
    }

    fn heads(&mut self, heads: &[(&str, bool)]) -> Result<(), XlsxError> {
        for (at, (head, numeric)) in heads.iter().enumerate() {
            let align = if *numeric { FormatAlign::Right } else { FormatAlign::Left };
            let format = Format::new().set_bold().set_text_wrap().set_align(align);
            let format = format.set_align(FormatAlign::Bottom);
            let format = guarded(format.set_border_bottom(FormatBorder::Thin), head);
            self.page.write_string_with_format(self.row, column(at), fitting(head), &format)?;
            // Heads break at spaces, so that they need about half of their length.
            self.widen(at, width(head).div_ceil(2));
        }
        self.row += 1;
        Ok(())
    }

    fn line(&mut self, line: &Line, has_days: bool, has_gaps: bool) -> Result<(), XlsxError> {
        let days = line.days.map(|days| [days.start, days.last()]);
        let days = days.map_or([Value::Empty, Value::Empty], |days| days.map(Value::Day));
        let mut cells: Vec<Cow<'_, Value>> = line.cells.iter().map(Cow::Borrowed).collect();
        if has_days {
            cells.splice(1..1, days.into_iter().map(Cow::Owned));
        }
        if has_gaps {
            cells.push(Cow::Owned(covered(line).unwrap_or(Value::Empty)));
        }
        for (at, cell) in cells.iter().enumerate() {
            self.cell(at, cell, line.total)?;
        }
        self.row += 1;
        Ok(())
    }

    fn cell(&mut self, at: usize, cell: &Value, total: bool) -> Result<(), XlsxError> {
        let locale = self.book.locale;
        let top = Format::new().set_align(FormatAlign::Top);
        let plain = if total { top.set_bold().set_border_top(FormatBorder::Thin) } else { top };
        let (row, place) = (self.row, column(at));
        match cell {
            Value::Empty if total => {
                self.page.write_blank(row, place, &plain)?;
            }
            Value::Empty => {}
            Value::Text(text) => {
                let format = guarded(if at > 0 { plain.set_text_wrap() } else { plain }, text);
                self.page.write_string_with_format(row, place, fitting(text), &format)?;
                self.widen(at, width(text));
            }
            Value::Day(day) => {
                let format = plain.set_num_format(day_format(locale));
                self.moment(at, day.and_time(NaiveTime::MIN), &format)?;
            }
            Value::Moment(moment) => {
                let format = plain.set_num_format(format!("{} hh:mm", day_format(locale)));
                self.moment(at, *moment, &format.set_align(FormatAlign::Left))?;
            }
            Value::Number { value, kind, mark, .. } => {
                let code = number_format(kind, mark, locale);
                let right = plain.set_align(FormatAlign::Right);
                match value.map(fits) {
                    None => self.page.write_string_with_format(row, place, UNKNOWN, &right)?,
                    Some(Ok(number)) => {
                        let format = right.set_num_format(&code);
                        self.page.write_number_with_format(row, place, number, &format)?
                    }
                    Some(Err(digits)) => {
                        let format = guarded(right, &digits);
                        self.page.write_string_with_format(row, place, digits, &format)?
                    }
                };
                self.widen(at, shown_width(*value, &code));
            }
        }
        Ok(())
    }

    /// A day or a moment; one before the calendar of spreadsheets begins is text.
    fn moment(&mut self, at: usize, when: NaiveDateTime, format: &Format) -> Result<(), XlsxError> {
        let (row, place) = (self.row, column(at));
        match moment(when) {
            Some(moment) => self.page.write_datetime_with_format(row, place, moment, format)?,
            None => self.page.write_string(row, place, when.date().to_string())?,
        };
        self.widen(at, if when.time() == NaiveTime::MIN { 13 } else { 19 });
        Ok(())
    }

    fn widen(&mut self, at: usize, width: usize) {
        if self.widths.len() <= at {
            self.widths.resize(at + 1, 0);
        }
        self.widths[at] = self.widths[at].max(width);
    }
}

/// A number that a spreadsheet keeps as it is, or else its digits.
fn fits(number: Number) -> Result<f64, String> {
    let Number::Exact(exact) = number else { return Ok(number.to_f64()) };
    let digits = exact.normalize().mantissa().unsigned_abs().to_string();
    let kept = digits.trim_end_matches('0').len() <= DIGITS;
    // By way of the text: the nearest float of a decimal is what parsing yields.
    let text = exact.to_string();
    text.parse().ok().filter(|_| kept).ok_or(text)
}

/// The least coverage of a line's figures, where it is not whole; never rounded up to completeness.
fn covered(line: &Line) -> Option<Value> {
    let shares = line.cells.iter().filter_map(|cell| match cell {
        Value::Number { coverage, .. } => coverage.filter(|share| *share < 1.0),
        _ => None,
    });
    let least = shares.min_by(f64::total_cmp)?;
    let value = Some(Number::Real((least * 100.0).floor() / 100.0));
    let kind = Kind::Plain(Fmt { unit: Unit::Percent, decimals: Some(0) });
    Some(Value::Number { value, kind, coverage: None, mark: "" })
}

fn is_number(cell: Option<&Value>) -> bool {
    matches!(cell, Some(Value::Number { .. }))
}

/// Keeps a text text when somebody edits its cell.
fn guarded(format: Format, text: &str) -> Format {
    if is_risky(text) { format.set_quote_prefix() } else { format }
}

fn fitting(text: &str) -> Cow<'_, str> {
    let mut units = 0;
    let mut ends = text.char_indices().filter(|(_, c)| {
        units += c.len_utf16();
        units >= LONGEST_TEXT
    });
    match ends.next() {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// A name that a sheet can have and no other has, however it is written.
fn sheet_name(title: &str, taken: &mut BTreeSet<String>) -> String {
    let allowed = |c: char| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c };
    let plain: String = title.chars().map(allowed).collect();
    let plain = plain.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let plain = if plain.is_empty() { "–" } else { plain };
    let mut name = shortened(plain, LONGEST_NAME);
    let mut number = 2;
    // The program keeps a sheet of the name "History" for itself.
    while name.to_lowercase() == "history" || !taken.insert(name.to_lowercase()) {
        name = format!("{} ({number})", shortened(plain, LONGEST_NAME - 6));
        number += 1;
    }
    name
}

/// A name of at most so many UTF-16 units: cut after a word, or between hanzi, with an ellipsis. A word that takes more
/// than half of the room is cut itself.
fn shortened(name: &str, room: usize) -> String {
    if name.encode_utf16().count() <= room {
        return name.to_owned();
    }
    let (mut units, mut end) = (1, 0);
    for (at, sign) in name.char_indices() {
        units += sign.len_utf16();
        if units > room {
            break;
        }
        end = at + sign.len_utf8();
    }
    let (head, rest) = name.split_at(end);
    let is_border = |sign: char| sign.is_whitespace() || sign >= '\u{2e80}';
    let is_whole = rest.starts_with(is_border) || head.ends_with(is_border);
    let word = head.rfind(char::is_whitespace).filter(|at| !is_whole && *at > room / 2);
    let kept = &head[..word.unwrap_or(end)];
    let is_loose = |sign: char| sign.is_whitespace() || ",;:'，、；：".contains(sign);
    format!("{}…", kept.trim_end_matches(is_loose))
}

fn day_format(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "d mmm yyyy",
        Locale::ZhCn => "yyyy\"年\"m\"月\"d\"日\"",
    }
}

/// The moment as spreadsheets count; `None` before 1900.
fn moment(moment: NaiveDateTime) -> Option<ExcelDateTime> {
    let (day, time) = (moment.date(), moment.time());
    let year = u16::try_from(day.year()).ok()?;
    let date = ExcelDateTime::from_ymd(year, day.month() as u8, day.day() as u8).ok()?;
    date.and_hms(time.hour() as u16, time.minute() as u8, time.second() as u8).ok()
}

fn column(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// About how many letters wide a text is; hanzi take two.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

/// About how wide a number is in its format.
fn shown_width(value: Option<Number>, code: &str) -> usize {
    let size = value.map_or(0.0, |value| value.to_f64().abs());
    let whole = format!("{:.0}", size.trunc()).len();
    let first = code.split(';').next().unwrap_or_default();
    let literal = width(first.trim_start_matches(['#', ',', '0']));
    whole + whole / 3 + literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_a_sheet_is_cut_after_a_word_and_is_its_own() {
        let mut taken = BTreeSet::new();
        let mut name = |title: &str| sheet_name(title, &mut taken);
        let long = "Our share of the market, and its growth";
        assert_eq!(name(long), "Our share of the market, and…");
        assert_eq!(name(long), "Our share of the market… (2)");
        assert_eq!(name("What customers say"), "What customers say");
        assert_eq!(name(&"市场".repeat(20)), format!("{}…", "市场".repeat(15)));
        assert_eq!(name(&"w".repeat(40)), format!("{}…", "w".repeat(30)));
        assert_eq!(name("History: of sales"), "History  of sales");
        assert!(taken.iter().all(|name| name.encode_utf16().count() <= LONGEST_NAME));
    }
}
