//! One table in many forms gives the same values; what is hostile in a file ends in quarantine and nothing is lost.

mod duplicates;
mod hostile;
mod places;
mod sniffed;
mod totals;
mod web_logs;
mod workbook;

use crate::support::{TestBed, all_at_once, case_file, cases};
use polars::prelude::{Column, DataFrame, DataType, ParquetWriter};
use serde::Deserialize;
use std::io::{Cursor, Write};

/// The job that reads the small tables.
pub(super) const JOB: &str = "jobs/shop.toml";

#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    #[serde(default)]
    source: String,
    /// More clauses of the price.
    #[serde(default)]
    price: String,
    #[serde(default)]
    nested: bool,
}

/// A folder with a job and no dataset yet.
pub(super) fn shop() -> TestBed {
    let bed = TestBed::empty();
    let job = "schema_version = 1\ntitle = { en = \"Shop\", zh-CN = \"商店\" }\norganisation = { en = \"Shop\", zh-CN = \"商店\" }\n\
               owner = \"Tests\"\nzone = \"Asia/Shanghai\"\ndata = \"../data\"\n";
    bed.write(JOB, job);
    bed
}

/// A metric file with a count and an exact sum of one dataset.
pub(crate) fn metrics(dataset: &str, sum: &str) -> String {
    let metric = |name: &str, unit: &str, measure: &str| {
        format!(
            "[{name}_{dataset}]\nlabel = {{ en = \"{name}\", zh-CN = \"值\" }}\ndescription = {{ en = \"{name}\", zh-CN = \"值\" }}\n\
             unit = \"{unit}\"\nowner = \"Tests\"\ndataset = \"{dataset}\"\nmeasure = \"{measure}\"\n"
        )
    };
    metric("rows", "count", "count(*)") + &metric("sum", "money:CNY", sum)
}

impl Case {
    fn contract(&self) -> String {
        let (name, path) = match self.nested {
            true => ("place.region", "place.channel"),
            false => ("region", "channel"),
        };
        let price = if self.price.is_empty() { String::new() } else { format!(", {}", self.price) };
        format!(
            "description = \"Orders as {0}.\"\nowner = \"Tests\"\nkey = [\"order_id\"]\non_duplicate = \"refuse\"\n\
             [source]\nfiles = [\"{1}\"]\n{2}\n[time]\ncolumn = \"ordered_on\"\nexpected = \"irregular\"\n[columns]\n\
             order_id = {{ type = \"text\", required = true }}\n\
             ordered_on = {{ type = \"date\", required = true, format = [\"%Y-%m-%d\"] }}\n\
             region = {{ type = \"text\", required = true, aliases = [\"{name}\"] }}\n\
             channel = {{ type = \"text\", required = true, aliases = [\"{path}\"] }}\n\
             quantity = {{ type = \"integer\", required = true }}\n\
             price = {{ type = \"money\", currency = \"CNY\", required = true{price} }}\n\
             note = {{ type = \"text\" }}\n",
            self.name, self.file, self.source
        )
    }

    fn bytes(&self, table: &[Vec<String>]) -> Vec<u8> {
        let comma = delimited(table, b',');
        match self.name.as_str() {
            "comma" => comma,
            "mark_and_crlf" => {
                let text = String::from_utf8(comma).unwrap().replace('\n', "\r\n");
                // Line breaks within a quoted field are content and stay as they are.
                let text = text.replace("two\r\nlines", "two\nlines");
                [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat()
            }
            "carriage_return" => {
                let text = String::from_utf8(comma).unwrap().replace('\n', "\r");
                text.replace("two\rlines", "two\nlines").into_bytes()
            }
            "preamble" => [&b"Report,,\n\"of, all\nof them,,\n"[..], &comma].concat(),
            "headerless" => delimited(&table[1..], b','),
            "spreadsheet" => workbook::of(table),
            "semicolon" => delimited(&european(table), b';'),
            "tab" => delimited(table, b'\t'),
            "gzip" => {
                let mut packer =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                packer.write_all(&comma).unwrap();
                packer.finish().unwrap()
            }
            "zstandard" => zstd::encode_all(comma.as_slice(), 1).unwrap(),
            "zip" => {
                let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
                archive.start_file("orders.csv", zip::write::SimpleFileOptions::default()).unwrap();
                archive.write_all(&comma).unwrap();
                archive.finish().unwrap().into_inner()
            }
            "gb18030" => {
                encoding_rs::GB18030.encode(std::str::from_utf8(&comma).unwrap()).0.into_owned()
            }
            "json_lines" => json_lines(table),
            "parquet" => parquet(table),
            other => panic!("formats.rs does not know how to write `{other}`"),
        }
    }
}

fn table() -> Vec<Vec<String>> {
    let text = case_file("formats/orders.csv");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn delimited(table: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    table.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

/// Prices with a decimal comma and points between thousands.
fn european(table: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut table = table.to_vec();
    for row in &mut table[1..] {
        let (whole, cents) = row[5].split_once('.').unwrap();
        let digits: Vec<char> = whole.chars().rev().collect();
        let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().collect()).collect();
        let whole: String = groups.join(".").chars().rev().collect();
        row[5] = format!("{whole},{cents}");
    }
    table
}

fn json_lines(table: &[Vec<String>]) -> Vec<u8> {
    let mut lines = String::new();
    for row in &table[1..] {
        let note = if row[6].is_empty() { serde_json::Value::Null } else { row[6].as_str().into() };
        let line = serde_json::json!({
            "order_id": row[0], "ordered_on": row[1], "place": { "region": row[2], "channel": row[3] },
            "quantity": row[4].parse::<i64>().unwrap(), "price": row[5], "note": note,
        });
        lines += &format!("{line}\n");
    }
    lines.into_bytes()
}

fn parquet(table: &[Vec<String>]) -> Vec<u8> {
    let columns = table[0].iter().enumerate().map(|(at, name)| {
        let texts: Vec<Option<&str>> = table[1..]
            .iter()
            .map(|row| Some(row[at].as_str()).filter(|text| !text.is_empty()))
            .collect();
        let column = Column::new(name.as_str().into(), texts);
        match name.as_str() {
            "quantity" => column.cast(&DataType::Int64).unwrap(),
            "ordered_on" => column.cast(&DataType::Date).unwrap(),
            _ => column,
        }
    });
    let mut frame = DataFrame::new(table.len() - 1, columns.collect()).unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    bytes
}

#[test]
fn the_same_table_gives_the_same_values_in_every_form() {
    let (bed, table, cases) = (shop(), table(), cases::<Case>("formats.toml"));
    for case in &cases {
        bed.write(&format!("data/{}", case.file), case.bytes(&table));
        bed.write(&format!("jobs/contracts/{}.toml", case.name), case.contract());
        bed.write(
            &format!("jobs/metrics/{}.toml", case.name),
            metrics(&case.name, "sum(quantity * price)"),
        );
    }
    let (mut first, mut faults) = (None, Vec::new());
    for case in &cases {
        let mut answers = Vec::new();
        for ask in ["--grain month", "--by region,channel", "--by note", "--grain day"] {
            for metric in ["rows", "sum"] {
                let name = format!("{metric}_{}", case.name);
                let mut all = vec!["kpi", JOB, "--format", "json", "--metric", &name];
                all.extend(ask.split(' '));
                answers.push(bed.tidings(&all).exits(0).json());
            }
        }
        match &first {
            None => first = Some(answers),
            Some(first) if *first == answers => {}
            Some(first) => {
                let pairs = first.iter().zip(&answers).filter(|(a, b)| a != b);
                faults.extend(pairs.map(|(a, b)| format!("{}: {b}\n    comma: {a}", case.name)));
            }
        }
    }
    all_at_once(faults);
    let first = first.expect("cases").iter().map(ToString::to_string).collect::<String>();
    let rest = [
        "1409.65",
        "223.39",
        "1000000.01",
        "two\\nlines, \\\"quoted\\\"",
        " kept blanks ",
        "逗号，分号；",
        "网店",
    ];
    for text in rest {
        assert!(first.contains(text), "the values have `{text}`: {first}");
    }
}
