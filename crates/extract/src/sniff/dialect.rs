//! How a CSV file is written: the dialect under which most of its first records have the same number of fields.

use super::{
    Draft,
    header::{self, Header},
};
use crate::{
    contract::{Contract, LimitsSpec},
    source::{CsvSample, Found, csv_fields, with_bytes},
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
    /// The records of the sample.
    records: Vec<CsvSample>,
    /// The text that they are of, without the line that names the delimiter.
    text: String,
    /// How many fields most records have.
    width: usize,
    /// How many records have them.
    same: usize,
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
        let text = text.to_owned();
        Some(Self { source, how, records, text, width, same, has_sep_line: false })
    }

    /// More records alike are better, if they have fields at all; then more fields.
    fn rank(&self) -> (bool, usize, usize) {
        (self.width > 1, self.same * 1000 / self.records.len().max(1), self.width)
    }

    /// Tells what was found.
    ///
    /// # Errors
    /// Why no contract reads such a file.
    pub(super) fn describe(self, found: &Found, draft: &mut Draft) -> Result<(), String> {
        if self.is_lined_up() {
            return Err("several blanks stand between its fields and no delimiter that is known: it is text of \
                        fixed width, and where its fields stand only its owner knows (`format = \"fixed_width\"` \
                        with `layout`)"
                .into());
        }
        let (width, same, total) = (self.width, self.same, self.records.len());
        let mut of = format!("{same} of the first {total} records have {width} fields");
        let first = self.text.lines().next().unwrap_or_default();
        if let Some(mark) = [',', ';', '\t', '|'].into_iter().find(|mark| first.contains(*mark))
            && width == 1
        {
            of = format!("DOUBT: {of}, and the first has {mark:?}, by which they are not alike");
        }
        draft.source.extend(self.source.clone());
        draft.evidence.push(("delimiter", of));
        draft.evidence.push(("quote", self.how.to_owned()));
        if self.has_sep_line {
            let delimiter = json!(found.usual_delimiter().to_string());
            draft.source.entry("delimiter").or_insert(delimiter);
            draft.source.insert("sep_line".into(), json!(true));
            draft.evidence.push(("sep_line", "the first line names the delimiter".into()));
        }
        let alike: Vec<usize> = (0..total).filter(|at| self.fields(*at).len() == width).collect();
        let records: Vec<&[String]> = alike.iter().map(|at| self.fields(*at)).collect();
        let header = header::find(&records).ok_or("every record of it is empty")?;
        let at = alike[header.place()];
        let rows = &records[header.place()..];
        self.trim(rows, draft);
        self.preamble(at, draft);
        let is_value = |text: &String| header::is_value(text);
        let above = at.checked_sub(1).map(|above| self.fields(above));
        let above = above.filter(|above| above.len() != width && header::is_all_names(above));
        match (header, above) {
            (Header::At(_, doubt), above) if above.is_none() || !rows[0].iter().any(is_value) => {
                draft.columns = rows[0].to_vec();
                if let Some(doubt) = doubt {
                    let why = "DOUBT: the first of these records is taken for names, but";
                    draft.evidence.push(("header", format!("{why} {doubt}")));
                }
            }
            (_, None) => draft.headerless(width),
            (_, Some(names)) => headed_by(names, rows, width, draft)?,
        }
        if draft.source.contains_key("trim") {
            draft.columns.iter_mut().for_each(|name| *name = name.trim().to_owned());
        }
        Ok(())
    }

    /// The fields of a record; none of one that is not sound.
    fn fields(&self, at: usize) -> &[String] {
        self.records[at].1.as_deref().unwrap_or_default()
    }

    /// What stands above a record.
    fn preamble(&self, at: usize, draft: &mut Draft) {
        let lines = lines_before(&self.text, self.records[at].0);
        if lines > 0 {
            draft.source.insert("preamble".into(), json!(lines));
            let why = "names, or rows, begin below these lines";
            draft.evidence.push(("preamble", why.into()));
        }
    }

    /// Numbers and days that stand between blanks are read without them.
    fn trim(&self, rows: &[&[String]], draft: &mut Draft) {
        let is_padded = |text: &&String| text.trim() != text.as_str() && header::is_value(text);
        if rows.iter().take(header::SAMPLE).any(|row| row.iter().any(|text| is_padded(&text))) {
            draft.source.insert("trim".into(), json!(true));
            let why =
                "blanks stand around numbers or days; those around texts are taken away as well";
            draft.evidence.push(("trim", why.into()));
        }
    }

    /// Whether records of one field are fields that blanks line up.
    fn is_lined_up(&self) -> bool {
        let lines: Vec<&str> = self.text.lines().skip(1).take(1000).map(str::trim).collect();
        let wide = lines.iter().filter(|line| line.contains("  ")).count();
        self.width == 1 && wide > 2 && wide * 10 >= lines.len() * 9
    }
}

/// Rows below a record that names fewer columns, or more.
fn headed_by(
    names: &[String],
    rows: &[&[String]],
    width: usize,
    draft: &mut Draft,
) -> Result<(), String> {
    let is_ended = |row: &&[String]| row[names.len()..].iter().all(String::is_empty);
    if names.len() < width && rows.iter().all(is_ended) {
        draft.headerless(width);
        draft.columns.splice(..names.len(), names.iter().cloned());
        draft.source.insert("headerless".into(), json!({ "columns": draft.columns }));
        let why =
            "the line above names fewer columns than rows have fields, and the others are empty";
        draft.evidence.retain(|(key, _)| *key != "headerless");
        draft.evidence.push(("headerless", why.into()));
        return Ok(());
    }
    Err(format!(
        "the record above its rows names {} columns (`{}`), and the rows have {width} fields: what separates fields may \
         stand within them as well, as a decimal comma does; if that record is no header, declare `preamble` and \
         `headerless`",
        names.len(),
        names.join("`, `")
    ))
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
