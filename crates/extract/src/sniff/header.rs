//! Which record names the columns.
//!
//! Rule: a name is a text above numbers or days. Where nothing tells names from values, the first record is taken for
//! names: a row that is missed is seen sooner than a header that is counted. The doubt is told.

use super::{column, moments, numbers};
use std::collections::BTreeSet;

/// How many records may stand above the first row.
const HEAD: usize = 20;

/// How many records below tell what a column holds.
const BELOW: usize = 100;

/// How many records are looked at.
pub(super) const SAMPLE: usize = HEAD + BELOW;

/// Where the names stand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// The record at this place names the columns; what speaks against it.
    At(usize, Option<String>),
    /// Rows begin at this place, and nothing names their columns.
    Absent(usize),
}

impl Header {
    /// The place of the names, or of the first row where there are none.
    pub(super) fn place(&self) -> usize {
        match self {
            Self::At(place, _) | Self::Absent(place) => *place,
        }
    }
}

/// The header of records; those may have fewer fields than others.
pub(super) fn find(records: &[&[String]]) -> Option<Header> {
    let below = &records[HEAD.min(records.len() / 2)..];
    let below = &below[..below.len().min(BELOW)];
    let width = records.iter().map(|record| record.len()).max()?;
    let holds_values: Vec<bool> = (0..width).map(|place| is_of_values(below, place)).collect();
    let filled = |record: &[String]| record.iter().filter(|text| !is_blank(text)).count();
    let most = records.iter().take(SAMPLE).map(|record| filled(record)).max()?;
    let is_filled = |record: &[String]| filled(record) > 0 && filled(record) * 2 >= most;
    let tells = |record: &[String]| {
        let texts = record.iter().zip(&holds_values);
        texts.filter(|(text, values)| **values && !is_blank(text) && !is_value(text)).count()
    };
    let is_row = |record: &[String]| {
        let mut texts = record.iter().zip(&holds_values);
        tells(record) == 0 && texts.any(|(text, values)| *values && is_value(text))
    };
    let above = records.iter().take(HEAD).take_while(|record| !is_row(record));
    let heads: Vec<(usize, usize)> = above
        .enumerate()
        .filter(|(_, record)| is_filled(record) && may_name(record))
        .map(|(place, record)| (tells(record), place))
        .filter(|(telling, _)| *telling > 0)
        .collect();
    if let Some((_, place)) = heads.iter().max() {
        let doubt = (heads.len() > 1).then(|| {
            let above = heads.len() - 1;
            format!("{above} other records that hold no value could name the columns as well")
        });
        return Some(Header::At(*place, doubt));
    }
    let first = records.iter().position(|record| is_filled(record))?;
    if !may_name(records[first]) {
        return Some(Header::Absent(first));
    }
    let doubt = match records[first].iter().any(|text| is_value(text)) {
        true => "the numbers or days in it may head columns, or be values",
        false => "no column below it holds numbers or days, so nothing tells names from values",
    };
    Some(Header::At(first, Some(doubt.into())))
}

/// Whether a record names at least two things and holds no value.
pub(super) fn is_all_names(record: &[String]) -> bool {
    let filled: Vec<&String> = record.iter().filter(|text| !is_blank(text)).collect();
    filled.len() > 1 && !filled.iter().any(|text| is_value(text))
}

/// Whether a text is a number or a moment, blanks around it aside.
pub(super) fn is_value(text: &str) -> bool {
    let text = text.trim();
    numbers::is_amount(text) || moments::is_moment(text)
}

fn is_blank(text: &str) -> bool {
    column::is_null(text.trim())
}

/// Whether nearly all that stands in a column are values.
fn is_of_values(records: &[&[String]], place: usize) -> bool {
    let texts = records.iter().filter_map(|record| record.get(place));
    let filled: Vec<&String> = texts.filter(|text| !is_blank(text)).collect();
    let values = filled.iter().filter(|text| is_value(text)).count();
    values > 0 && values * 10 >= filled.len() * 9
}

/// Whether a record may consist of names: texts, and years, counts or days that head a series of columns.
fn may_name(record: &[String]) -> bool {
    let filled: Vec<&str> = record.iter().map(|text| text.trim()).collect();
    let filled: Vec<&str> = filled.into_iter().filter(|text| !is_blank(text)).collect();
    let values: Vec<&str> = filled.iter().copied().filter(|text| is_value(text)).collect();
    if values.is_empty() {
        return true;
    }
    let is_distinct = values.iter().collect::<BTreeSet<_>>().len() == values.len();
    let is_count = |text: &&str| {
        let is_month_or_day = [6, 8].contains(&text.len()) && text.starts_with(['1', '2']);
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() <= 4 || is_month_or_day)
    };
    let is_series =
        values.iter().all(is_count) || values.iter().all(|text| moments::is_moment(text));
    // Columns that say what a row is about come before those of a series.
    let begins_well = match values.len() == filled.len() {
        true => goes_up(&values),
        false => !is_value(filled[0]),
    };
    is_distinct && is_series && begins_well
}

/// Whether numbers, or years, follow each other.
fn goes_up(values: &[&str]) -> bool {
    let numbers: Option<Vec<u64>> = values.iter().map(|text| text.parse().ok()).collect();
    numbers.is_none_or(|numbers| numbers.windows(2).all(|pair| pair[1] == pair[0] + 1))
}
