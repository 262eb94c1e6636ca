//! Accepted rows on their way into a frame.

use crate::{
    contract::{Column, Contract},
    parse::{Broken, Value},
    quarantine::{QuarantinedRow, shown},
};
use engine::polars_engine::compile::frame_type;
use model::contract::ColumnType;
use polars::prelude::*;

/// Where a record stands.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) number: u64,
    pub(crate) offset: Option<u64>,
    pub(crate) raw: &'a [u8],
}

/// The same, kept until derived columns and keys are known to be fine.
#[derive(Debug, Clone)]
pub(crate) struct OwnedLine {
    file: std::sync::Arc<str>,
    number: u64,
    offset: Option<u64>,
    raw: Vec<u8>,
}

impl OwnedLine {
    pub(crate) fn quarantined(
        &self,
        column: Option<String>,
        rule: &str,
        detail: String,
    ) -> QuarantinedRow {
        QuarantinedRow {
            file: self.file.to_string(),
            record: self.number,
            offset: self.offset,
            column,
            rule: rule.to_owned(),
            detail,
            raw: shown(&self.raw),
            expired: None,
        }
    }
}

/// Typed columns that grow row by row.
pub(crate) struct Batch<'a> {
    columns: Vec<Growing<'a>>,
    lines: Vec<OwnedLine>,
    file: std::sync::Arc<str>,
    /// Lines are kept only where a later check can still refuse a row.
    keeps_lines: bool,
}

struct Growing<'a> {
    column: &'a Column,
    values: Values,
    /// The value that the file's name or the contract gives every row.
    of_file: Option<String>,
}

enum Values {
    Text(Vec<Option<String>>),
    Number(Vec<Option<i64>>),
    Boolean(Vec<Option<bool>>),
    Date(Vec<Option<i32>>),
    Timestamp(Vec<Option<i64>>),
}

impl<'a> Batch<'a> {
    pub(crate) fn new(contract: &'a Contract, file: &str) -> Self {
        let columns = contract.columns.iter().map(|column| Growing {
            column,
            values: Values::new(column.kind),
            of_file: column.of_file(file),
        });
        Self {
            columns: columns.collect(),
            lines: Vec::new(),
            file: file.into(),
            keeps_lines: contract.time.is_some() || !contract.key.is_empty(),
        }
    }

    /// Takes a row if every field keeps its column's clauses; else nothing of it.
    pub(crate) fn push(
        &mut self,
        contract: &Contract,
        fields: &[Option<&str>],
        line: Line<'_>,
    ) -> Result<(), (String, Broken)> {
        let mut row = Vec::with_capacity(self.columns.len());
        for ((growing, field), column) in self.columns.iter().zip(fields).zip(&contract.columns) {
            let text = growing.of_file.as_deref().or(*field);
            let value =
                field_value(column, text).map_err(|broken| (column.name.clone(), broken))?;
            row.push(value);
        }
        for (growing, value) in self.columns.iter_mut().zip(row) {
            growing.values.push(value);
        }
        if self.keeps_lines {
            let (number, offset, raw) = (line.number, line.offset, line.raw.to_vec());
            self.lines.push(OwnedLine { file: self.file.clone(), number, offset, raw });
        }
        Ok(())
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.columns.first().map_or(0, |growing| growing.values.len())
    }

    pub(crate) fn lines(&mut self) -> Vec<OwnedLine> {
        std::mem::take(&mut self.lines)
    }

    pub(crate) fn into_frame(self) -> PolarsResult<DataFrame> {
        let height = self.len();
        let columns = self.columns.into_iter().map(Growing::into_column);
        DataFrame::new(height, columns.collect::<PolarsResult<_>>()?)
    }
}

/// Whether fields are a row beyond doubt: they keep every clause, and one of them could have broken some.
pub(crate) fn is_row(contract: &Contract, fields: &[Option<&str>]) -> bool {
    let mut is_evident = false;
    for (column, field) in contract.columns.iter().zip(fields).filter(|(one, _)| one.is_in_rows()) {
        let is_known = match field_value(column, *field) {
            Ok(value) => value.is_some(),
            Err(_) => return false,
        };
        if !is_known && contract.time.as_ref() == Some(&column.name) {
            return false;
        }
        is_evident |= is_known && column.is_choosy;
    }
    is_evident && !contract.is_total(fields)
}

fn field_value(column: &Column, text: Option<&str>) -> Result<Option<Value>, Broken> {
    match text.filter(|text| !column.null.iter().any(|token| token == text)) {
        Some(text) => match &column.template {
            Some(template) => column.parser.value(&template.replace("{}", text)).map(Some),
            None => column.parser.value(text).map(Some),
        },
        None if column.required => {
            Err(Broken { rule: "required", detail: "the value is missing".into() })
        }
        None => Ok(None),
    }
}

impl Growing<'_> {
    fn into_column(self) -> PolarsResult<polars::prelude::Column> {
        let name = PlSmallStr::from_str(&self.column.name);
        let column = match self.values {
            Values::Text(values) => Series::new(name, values),
            Values::Number(values) | Values::Timestamp(values) => Series::new(name, values),
            Values::Boolean(values) => Series::new(name, values),
            Values::Date(values) => Series::new(name, values),
        };
        Ok(column.cast(&frame_type(self.column.kind))?.into_column())
    }
}

impl Values {
    fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::Text(Vec::new()),
            ColumnType::Number { .. } => Self::Number(Vec::new()),
            ColumnType::Boolean => Self::Boolean(Vec::new()),
            ColumnType::Date => Self::Date(Vec::new()),
            ColumnType::Timestamp => Self::Timestamp(Vec::new()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) | Self::Timestamp(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Date(values) => values.len(),
        }
    }

    fn push(&mut self, value: Option<Value>) {
        match (self, value) {
            (Self::Text(values), Some(Value::Text(text))) => values.push(Some(text)),
            (Self::Number(values), Some(Value::Number(number))) => values.push(Some(number)),
            (Self::Boolean(values), Some(Value::Boolean(flag))) => values.push(Some(flag)),
            (Self::Date(values), Some(Value::Date(day))) => values.push(Some(day)),
            (Self::Timestamp(values), Some(Value::Timestamp(moment))) => values.push(Some(moment)),
            // A column's parser only makes values of the column's own type.
            (Self::Text(values), _) => values.push(None),
            (Self::Number(values) | Self::Timestamp(values), _) => values.push(None),
            (Self::Boolean(values), _) => values.push(None),
            (Self::Date(values), _) => values.push(None),
        }
    }
}
