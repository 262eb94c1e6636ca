//! From the file form to the resolved form: every fault at once.

use super::{
    Aliases, ColumnSpec, ControlSpec, Expected, JsonToken, OnDuplicate, Partition, QuarantineSpec,
    Rule, Sessions, SourceSpec, Spec, TypeSpec, bots, clauses, drift, origin, rules, sessions,
    shapes, web_log,
};
use crate::{control, parse::Parser};
use chrono_tz::Tz;
use engine::Lookup;
use model::{
    contract::{ColumnShape, ColumnType, Shape},
    expression::{Scalar, parse_scalar, type_of},
    fingerprint,
    id::DatasetId,
    label::Label,
};
use std::collections::{BTreeMap, BTreeSet};

/// A contract without open questions.
#[derive(Debug, Clone)]
pub struct Contract {
    /// The dataset.
    pub id: DatasetId,
    /// Where rows come from.
    pub source: SourceSpec,
    /// The rows of another dataset that it is made of, instead of files.
    pub sessions: Option<Sessions>,
    /// The column with the user agent, and the expression by which bots are known.
    pub bots: Option<(String, String)>,
    /// The columns that name a person: these are counted and never told.
    pub persons: BTreeSet<String>,
    /// The business day's column, if it is one of the dataset's own.
    pub time: Option<String>,
    /// The business day's column, if a lookup brings it.
    pub time_looked_up: Option<String>,
    /// On which days rows are expected.
    pub expected: Expected,
    /// How rows are filed.
    pub partition: Partition,
    /// The natural key.
    pub key: Vec<String>,
    /// What a second row with the same key means.
    pub on_duplicate: OnDuplicate,
    /// Its stored columns, by name.
    pub columns: Vec<Column>,
    /// Its derived columns, in order.
    pub derived: Vec<(String, Scalar, ColumnType)>,
    /// Its joins, in order.
    pub lookups: Vec<Lookup>,
    /// The control totals.
    pub control: Option<ControlSpec>,
    /// The rules of rows among each other, of days and of files.
    pub rules: Vec<Rule>,
    /// The share of rows above which a column that breaks its type is another one.
    pub retyped_share: f64,
    /// After so many days quarantined rows lose their text.
    pub keep_days: u32,
    /// Labels of members.
    pub labels: BTreeMap<String, BTreeMap<String, Label>>,
    /// Stored and derived columns.
    pub own: Shape,
    /// These and the looked-up ones, once contracts are linked.
    pub shape: Shape,
    /// The zone whose midnights separate days.
    pub zone: Tz,
    /// Identifies everything that decides how a file becomes rows.
    pub fingerprint: String,
}

impl Contract {
    /// Whether its rows belong to days.
    pub fn is_dated(&self) -> bool {
        self.time.is_some() || self.time_looked_up.is_some()
    }

    /// The datasets that it needs.
    pub fn uses(&self) -> impl Iterator<Item = &DatasetId> {
        let hits = self.sessions.iter().map(|sessions| &sessions.of);
        self.lookups.iter().map(|lookup| &lookup.dataset).chain(hits)
    }
}

/// A column, ready to parse.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its names in the source, in order.
    pub aliases: Aliases,
    /// The pattern on the file name, if the value comes from there.
    pub from_file_name: Option<regex::Regex>,
    /// What stands around the field, which is the `{}`.
    pub template: Option<String>,
    /// Whether it must be known.
    pub required: bool,
    /// Which values of JSON it takes.
    pub json: JsonToken,
    /// Whether files may lack it.
    pub may_be_absent: bool,
    /// Texts that mean "unknown".
    pub null: Vec<String>,
    /// Whether there are texts that break its clauses.
    pub is_choosy: bool,
    /// Text to value.
    pub parser: Parser,
    /// Its type in the lake.
    pub kind: ColumnType,
}

impl Column {
    /// The value of every row, where the contract itself says it.
    pub(crate) fn constant(&self) -> Option<&str> {
        self.template.as_deref().filter(|template| !template.contains("{}"))
    }

    /// Whether its values stand in the rows of a file.
    pub(crate) fn is_in_rows(&self) -> bool {
        self.from_file_name.is_none() && self.constant().is_none()
    }
}

/// Something wrong with a contract file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key it is about, e.g. `columns.amount.scale`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
    /// The unknown name, so that a neighbour can be suggested among `candidates`.
    pub unknown: Option<String>,
    /// What could have been meant.
    pub candidates: Vec<String>,
}

impl Fault {
    pub(crate) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), unknown: None, candidates: Vec::new() }
    }

    fn unknown(
        path: impl Into<String>,
        message: impl Into<String>,
        name: &str,
        shape: &Shape,
    ) -> Self {
        let candidates = shape.names().into_iter().map(str::to_owned).collect();
        Self { unknown: Some(name.to_owned()), candidates, ..Self::new(path, message) }
    }
}

/// Resolves a contract for a job whose days are those of `zone`.
///
/// # Errors
/// Every fault of the file, in its order. Lookups into other datasets are checked by the caller, who knows these.
pub fn resolve(id: &DatasetId, spec: &Spec, zone: Tz) -> Result<Contract, Vec<Fault>> {
    let mut faults = Vec::new();
    let columns: Vec<Column> = spec
        .columns
        .iter()
        .filter_map(|(name, column)| resolve_column(name, column, spec, zone, &mut faults))
        .collect();
    let shapes = columns.iter().map(|c| ColumnShape { name: c.name.clone(), kind: c.kind });
    let mut own = Shape { dataset: id.clone(), columns: shapes.collect() };
    let bots = bots::resolve(spec, &mut own, &mut faults);
    let sessions = sessions::resolve(spec, &mut own, &mut faults);
    let derived = resolve_derived(spec, &mut own, &mut faults);
    shapes::check(spec, &mut faults);
    web_log::check(spec, &mut faults);
    origin::check(spec, &mut faults);
    clauses::check(spec, &mut faults);
    check_time_and_key(spec, &own, &mut faults);
    check_lookups(spec, &own, &mut faults);
    control::faults(spec, &own, &mut faults);
    let rules = rules::resolve(spec, &own, &mut faults);
    let retyped_share = drift::resolve(spec, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let lookups = spec.lookup.iter().map(|lookup| Lookup {
        dataset: DatasetId::new(&lookup.dataset),
        on: lookup.on.clone(),
        key: String::new(),
        take: lookup.take.iter().map(|(here, there)| (there.clone(), here.clone())).collect(),
    });
    let time = spec.time.as_ref();
    Ok(Contract {
        id: id.clone(),
        source: spec.source.clone(),
        sessions,
        bots,
        persons: BTreeSet::new(),
        time: time.map(|time| time.column.clone()).filter(|column| own.kind(column).is_some()),
        time_looked_up: time
            .map(|time| time.column.clone())
            .filter(|column| own.kind(column).is_none()),
        expected: time.and_then(|time| time.expected).unwrap_or(Expected::Daily),
        partition: time.and_then(|time| time.partition).unwrap_or(Partition::Month),
        key: spec.key.clone(),
        on_duplicate: spec.on_duplicate.clone().unwrap_or(OnDuplicate::LastLoaded),
        columns,
        derived,
        lookups: lookups.collect(),
        control: spec.control.clone(),
        rules,
        retyped_share,
        keep_days: QuarantineSpec::days(spec.quarantine),
        labels: spec.labels.clone(),
        shape: own.clone(),
        own,
        zone,
        fingerprint: row_fingerprint(spec, zone),
    })
}

/// Everything that decides how a file becomes rows; file lists, labels and joins do not.
fn row_fingerprint(spec: &Spec, zone: Tz) -> String {
    let mut parsed = spec.clone();
    parsed.source = parsed.source.without_origin();
    parsed.labels.clear();
    parsed.lookup.clear();
    // Sums are taken while a file is read: which ones, but not what they are held against.
    let sums = parsed.control.take().map(|control| control.sums).unwrap_or_default();
    let sums: Vec<String> = sums.into_keys().collect();
    parsed.rule.clear();
    parsed.quarantine = None;
    parsed.description.clear();
    parsed.owner.clear();
    fingerprint::of("contract-v1", &(parsed, sums, zone.name()))
}

fn resolve_column(
    name: &str,
    spec: &ColumnSpec,
    whole: &Spec,
    zone: Tz,
    faults: &mut Vec<Fault>,
) -> Option<Column> {
    let path = |key: &str| format!("columns.{name}.{key}");
    let before = faults.len();
    if !is_name(name) {
        let rule = "a column's name is lower-case letters, digits and `_`; put the source's name into `aliases`";
        faults.push(Fault::new(format!("columns.{name}"), rule));
    }
    if spec.kind == TypeSpec::Money && spec.currency.is_none() {
        faults.push(Fault::new(path("type"), "money needs `currency`, e.g. `currency = \"CNY\"`"));
    }
    if spec.kind == TypeSpec::Enumeration && spec.values.is_empty() {
        faults.push(Fault::new(path("type"), "an enumeration needs `values`"));
    }
    if matches!(spec.kind, TypeSpec::Date | TypeSpec::Timestamp) && spec.format.is_empty() {
        let example = if spec.kind == TypeSpec::Date { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S" };
        faults.push(Fault::new(
            path("type"),
            format!("needs `format`, e.g. `format = [\"{example}\"]`; nothing is guessed"),
        ));
    }
    let from_file_name = spec.from_file_name.as_ref().and_then(|pattern| {
        let compiled = regex::Regex::new(pattern);
        compiled
            .map_err(|error| faults.push(Fault::new(path("from_file_name"), error.to_string())))
            .ok()
    });
    if from_file_name.is_some() && spec.template.as_ref().is_some_and(|text| !text.contains("{}")) {
        let message = "the value comes from the file's name, so its place is needed: `{}`";
        faults.push(Fault::new(path("template"), message));
    }
    let aliases = Aliases::resolve(name, spec, faults);
    let parser = Parser::new(spec, zone);
    let parser = parser.map_err(|(key, message)| faults.push(Fault::new(path(key), message))).ok();
    if faults.len() > before {
        return None;
    }
    let parser = parser?;
    let null = spec.null.clone().or_else(|| whole.source.null.clone());
    Some(Column {
        name: name.to_owned(),
        aliases,
        from_file_name,
        template: spec.template.clone(),
        required: spec.required,
        json: spec.json.unwrap_or(match spec.kind {
            // What a database says is landed as text, numbers too.
            TypeSpec::Integer if whole.source.database.is_none() => JsonToken::Number,
            _ => JsonToken::Any,
        }),
        may_be_absent: spec.may_be_absent,
        null: null.unwrap_or_else(|| vec![String::new()]),
        kind: parser.kind(),
        is_choosy: spec.is_choosy(),
        parser,
    })
}

fn is_name(name: &str) -> bool {
    let starts_well = name.starts_with(|c: char| c.is_ascii_lowercase());
    starts_well
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.starts_with("__")
}

fn resolve_derived(
    spec: &Spec,
    own: &mut Shape,
    faults: &mut Vec<Fault>,
) -> Vec<(String, Scalar, ColumnType)> {
    let mut derived = Vec::new();
    for (index, column) in spec.derived.iter().enumerate() {
        let path = format!("derived[{index}].sql");
        if own.kind(&column.name).is_some() {
            faults.push(Fault::new(&path, format!("column `{}` exists already", column.name)));
            continue;
        }
        let parsed =
            parse_scalar(&column.sql).and_then(|scalar| Ok((type_of(&scalar, own)?, scalar)));
        match parsed {
            Ok((Some(kind), scalar)) => {
                own.columns.push(ColumnShape { name: column.name.clone(), kind });
                derived.push((column.name.clone(), scalar, kind));
            }
            Ok((None, _)) => faults.push(Fault::new(path, "is null for every row")),
            Err(error) => faults.push(match &error.unknown {
                Some(name) => Fault::unknown(path, error.message.clone(), name, own),
                None => Fault::new(path, error.message),
            }),
        }
    }
    derived
}

fn check_time_and_key(spec: &Spec, own: &Shape, faults: &mut Vec<Fault>) {
    if let Some(time) = &spec.time {
        match own.kind(&time.column) {
            Some(ColumnType::Date | ColumnType::Timestamp) => {}
            Some(_) => faults.push(Fault::new(
                "time.column",
                format!("`{}` is neither a date nor a timestamp", time.column),
            )),
            None if spec.lookup.iter().any(|lookup| lookup.take.contains_key(&time.column)) => {}
            None => faults.push(missing("time.column", &time.column, own)),
        }
    }
    for name in &spec.key {
        if own.kind(name).is_none() {
            faults.push(missing("key", name, own));
        }
    }
    match (&spec.on_duplicate, spec.key.is_empty()) {
        (None, false) => faults.push(Fault::new("key", "says nothing about a second row with the same key; add `on_duplicate`: `{ newest = \"updated_at\" }`, `\"last_loaded\"` or `\"refuse\"`")),
        (Some(_), true) => faults.push(Fault::new("on_duplicate", "needs `key`")),
        (Some(OnDuplicate::Newest(column)), false) => match own.kind(column) {
            None => faults.push(missing("on_duplicate", column, own)),
            Some(ColumnType::Text | ColumnType::Boolean) => faults.push(Fault::new("on_duplicate", format!("`{column}` has no order in time; use a number, a date or a timestamp"))),
            Some(_) => {}
        },
        _ => {}
    }
}

fn check_lookups(spec: &Spec, own: &Shape, faults: &mut Vec<Fault>) {
    let mut known: Vec<&str> = own.names();
    for (index, lookup) in spec.lookup.iter().enumerate() {
        if !known.contains(&lookup.on.as_str()) {
            faults.push(missing(&format!("lookup[{index}].on"), &lookup.on, own));
        }
        for here in lookup.take.keys() {
            if known.contains(&here.as_str()) {
                faults.push(Fault::new(
                    format!("lookup[{index}].take"),
                    format!("column `{here}` exists already; bring it under another name"),
                ));
            }
            known.push(here);
        }
    }
}

pub(crate) fn missing(path: &str, name: &str, own: &Shape) -> Fault {
    Fault::unknown(path, format!("unknown column `{name}`"), name, own)
}
