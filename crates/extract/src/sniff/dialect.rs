//! How a CSV file is written: the dialect under which most of its first records have the same number of fields.

use super::{Draft, names};
use crate::{
    contract::{Contract, LimitsSpec},
    source::{Found, csv_fields, with_bytes},
};
use encoding_rs::Encoding;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, io::Read as _};

/// How much of a file is looked at.
const SAMPLE: u64 = 1 << 20;

/// Delimiters in the order in which they are preferred where nothing tells them apart.
const DELIMITERS: [&str; 6] = [", ", ",", "\t", ";", "|", "‖"];

/// How fields are quoted, in the same order.
const QUOTES: [(&str, &str); 4] = [
    ("", "fields in double quotes, which are doubled within"),
    ("escape", "within double quotes a backslash stands before quotes"),
    ("quote", "fields in single quotes"),
    ("quoted", "double quotes stand within fields that are in none"),
];

/// The dialect of a file.
pub(super) struct Dialect {
    source: Map<String, Value>,
    how: &'static str,
    /// Fields of the records of the sample; none for records that are not sound.
    records: Vec<Option<Vec<String>>>,
    /// How many records were looked at.
    total: usize,
    /// How many fields most records have.
    width: usize,
    /// How many records have them.
    same: usize,
    /// How many lines stand above the first of these.
    above: usize,
    has_sep_line: bool,
}

impl Dialect {
    /// The dialect of the start of a file.
    pub(super) fn of(found: &Found, encoding: &'static Encoding) -> Result<Self, String> {
        let text = sample(found, encoding)?;
        let named = text.strip_prefix("sep=").and_then(|rest| rest.lines().next());
        let body = match named {
            Some(_) => text.split_once('\n').map_or("", |(_, body)| body),
            None => text.as_str(),
        };
        let mut best: Option<Self> = None;
        let delimiters: Vec<&str> =
            named.map_or(DELIMITERS.to_vec(), |named| vec![named.trim_end()]);
        for delimiter in delimiters {
            for (key, how) in QUOTES {
                let Some(one) = Self::tried(found, body, (delimiter, key, how)) else { continue };
                if best.as_ref().is_none_or(|best| one.rank() > best.rank()) {
                    best = Some(one);
                }
            }
        }
        let mut best = best.ok_or("has no record")?;
        best.has_sep_line = named.is_some();
        Ok(best)
    }

    fn tried(found: &Found, text: &str, by: (&str, &str, &'static str)) -> Option<Self> {
        let (delimiter, key, how) = by;
        let mut source = Map::new();
        if delimiter != found.usual_delimiter().to_string() {
            source.insert("delimiter".into(), json!(delimiter));
        }
        match key {
            "escape" => source.insert(key.into(), json!("\\")),
            "quote" => source.insert(key.into(), json!("'")),
            "quoted" => source.insert(key.into(), json!(false)),
            _ => None,
        };
        let records = csv_fields(&contract(&source)?, found, text).ok()?;
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, fields) in &records {
            *widths.entry(fields.as_ref().map_or(0, Vec::len)).or_default() += 1;
        }
        let (width, same) = widths
            .into_iter()
            .filter(|(width, _)| *width > 0)
            .max_by_key(|(width, records)| (*records, *width))?;
        let is_one = |fields: &Option<Vec<String>>| fields.as_ref().map(Vec::len) == Some(width);
        let first = records.iter().position(|(_, fields)| is_one(fields))?;
        let above = lines_before(text, records[first].0);
        let total = records.len();
        let records = records.into_iter().skip(first).map(|(_, fields)| fields).collect();
        Some(Self { source, how, records, total, width, same, above, has_sep_line: false })
    }

    /// More records alike are better, if they have fields at all; then more fields.
    fn rank(&self) -> (bool, usize, usize) {
        (self.width > 1, self.same * 1000 / self.total.max(1), self.width)
    }

    /// Tells what was found.
    pub(super) fn describe(self, found: &Found, draft: &mut Draft) {
        draft.source.extend(self.source);
        let (width, same, total) = (self.width, self.same, self.total);
        let of = format!("{same} of the first {total} records have {width} fields");
        draft.evidence.push(("delimiter", of));
        draft.evidence.push(("quote", self.how.to_owned()));
        if self.has_sep_line {
            let delimiter = json!(found.usual_delimiter().to_string());
            draft.source.entry("delimiter").or_insert(delimiter);
            draft.source.insert("sep_line".into(), json!(true));
            draft.evidence.push(("sep_line", "the first line names the delimiter".into()));
        }
        if self.above > 0 {
            draft.source.insert("preamble".into(), json!(self.above));
            let why = "the first record with as many fields as the others stands below these lines";
            draft.evidence.push(("preamble", why.into()));
        }
        let records: Vec<&Vec<String>> = self.records.iter().flatten().collect();
        let Some((first, others)) = records.split_first() else { return };
        if names::is_header(first, others) {
            draft.columns = (*first).clone();
            return;
        }
        draft.columns = (1..=width).map(|place| format!("column {place}")).collect();
        draft.source.insert("headerless".into(), json!({ "columns": draft.columns }));
        let why = "the first record has values and no names; give the columns better ones";
        draft.evidence.push(("headerless", why.into()));
    }
}

/// A contract that reads by these settings.
fn contract(source: &Map<String, Value>) -> Option<Contract> {
    let mut source = source.clone();
    source.insert("files".into(), json!(["*"]));
    let columns = json!({ "c": { "type": "text", "may_be_absent": true } });
    super::resolved(
        &json!({ "description": "d", "owner": "o", "source": source, "columns": columns }),
    )
    .ok()
}

/// The start of a file as text, up to the end of a line.
fn sample(found: &Found, encoding: &'static Encoding) -> Result<String, String> {
    let mut start = Vec::new();
    with_bytes(found, &LimitsSpec::default(), &mut |bytes| {
        let read = bytes.take(SAMPLE).read_to_end(&mut start);
        read.map(|_| ()).map_err(|error| error.to_string())
    })?;
    let is_whole = (start.len() as u64) < SAMPLE;
    let (text, _) = encoding.decode_with_bom_removal(&start);
    let end = match is_whole {
        true => text.len(),
        false => text.rfind(['\n', '\r']).map_or(text.len(), |end| end + 1),
    };
    Ok(text[..end].to_owned())
}

fn lines_before(text: &str, offset: u64) -> usize {
    let before = &text[..usize::try_from(offset).unwrap_or(0).min(text.len())];
    before.replace("\r\n", "\n").matches(['\n', '\r']).count()
}
