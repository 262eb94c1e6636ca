//! Where contract columns stand among those of a file, and wide tables told as long ones.
//!
//! Rule: columns are found by name and never by place, unless the contract itself says what the places are.

use super::{names, text};
use crate::contract::{Column, Contract, WideSpec};
use model::contract::ColumnType;

/// Why one field cannot be taken: the broken rule, and the reason.
pub(crate) type Unfit = (&'static str, String);

/// The fields of one row in the contract's order, or why there are none.
pub(crate) type Fields<'a> = Result<Vec<Option<&'a str>>, Unfit>;

/// The columns of a file.
#[derive(Debug)]
pub(crate) struct Header {
    names: Vec<String>,
    /// One per contract column.
    places: Vec<Place>,
    /// The columns that become rows, with the names of their series; none in a table that is long already.
    series: Vec<(usize, String)>,
    /// The columns with moments, which are written with their time of day.
    moments: Vec<usize>,
}

/// Where a contract column's text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Not in this file.
    Absent,
    /// The field at this place.
    Field(usize),
    /// The heading of the column that became the row.
    SeriesName,
    /// The cell of the column that became the row.
    SeriesValue,
}

impl Header {
    /// Finds the contract's columns among `names`.
    ///
    /// # Errors
    /// A column that is missing or named twice, in one sentence.
    pub(crate) fn new(contract: &Contract, names: Vec<String>) -> Result<Self, String> {
        let wide = contract.source.wide.as_ref();
        let mut missing = Vec::new();
        let mut places = Vec::new();
        for column in &contract.columns {
            let place = match column.is_in_rows() {
                false => Place::Absent,
                true => place(column, wide, &names)?,
            };
            if place == Place::Absent && column.is_in_rows() && !column.may_be_absent {
                missing.push(column.aliases.told(&column.name));
            }
            places.push(place);
        }
        let mut series = Vec::new();
        if let Some(wide) = wide {
            for keep in &wide.keep {
                if unique(keep, &names)?.is_none() {
                    missing.push(format!("`{keep}`"));
                }
            }
            series = series_of(wide, &names)?;
        }
        if !missing.is_empty() {
            let (missing, names) = (missing.join(", "), names.join(", "));
            return Err(format!("the header lacks {missing}; it has: {names}"));
        }
        let moment = |(column, place): (&Column, &Place)| match place {
            Place::Field(at) if column.kind == ColumnType::Timestamp => Some(*at),
            _ => None,
        };
        let moments = contract.columns.iter().zip(&places).filter_map(moment).collect();
        Ok(Self { names, places, series, moments })
    }

    /// How many columns the file has.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether a record names the columns once more.
    pub(crate) fn is_repeated_by(&self, record: &csv::ByteRecord) -> bool {
        let bare =
            |field: &[u8]| field.strip_prefix(text::MARK).unwrap_or(field).trim_ascii().to_vec();
        record.len() == self.names.len()
            && record
                .iter()
                .zip(&self.names)
                .all(|(field, name)| bare(field) == name.trim().as_bytes())
    }

    /// Whether the field at a place has a name.
    pub(crate) fn is_named(&self, place: usize) -> bool {
        self.names.get(place).is_some_and(|name| !name.is_empty())
    }

    /// The place of a contract column's field, by the column's number.
    pub(crate) fn field_at(&self, column: usize) -> Option<usize> {
        match self.places.get(column)? {
            Place::Field(at) => Some(*at),
            Place::Absent | Place::SeriesName | Place::SeriesValue => None,
        }
    }

    /// Whether texts are those of a header: every column that the contract needs is among them.
    pub(crate) fn is_named_by(contract: &Contract, texts: &[String]) -> bool {
        let wide = contract.source.wide.as_ref();
        let is_told = |alias: &String| {
            texts.contains(alias)
                || wide.is_some_and(|wide| [&wide.name, &wide.value].contains(&alias))
        };
        let needed = |column: &&Column| column.is_in_rows() && !column.may_be_absent;
        contract.columns.iter().filter(needed).all(|column| column.aliases.iter().any(is_told))
            && wide.is_none_or(|wide| wide.keep.iter().all(|keep| texts.contains(keep)))
    }

    /// Whether the field at a place is a moment.
    pub(crate) fn is_moment(&self, place: usize) -> bool {
        self.moments.contains(&place)
    }

    /// Hands over the rows that a record makes: one, or one per filled cell of a wide table.
    ///
    /// # Errors
    /// What `take` returns.
    pub(crate) fn rows<'a>(
        &'a self,
        field: &dyn Fn(usize) -> Result<Option<&'a str>, Unfit>,
        take: &mut dyn FnMut(Fields<'a>) -> Result<(), String>,
    ) -> Result<(), String> {
        if self.series.is_empty() {
            return take(self.fields(field, None));
        }
        for series in &self.series {
            // An empty cell says nothing, not that something is unknown: it makes no row.
            if !matches!(field(series.0), Ok(None | Some(""))) {
                take(self.fields(field, Some(series)))?;
            }
        }
        Ok(())
    }

    fn fields<'a>(
        &'a self,
        field: &dyn Fn(usize) -> Result<Option<&'a str>, Unfit>,
        series: Option<&'a (usize, String)>,
    ) -> Fields<'a> {
        let of = |place: &Place| match (*place, series) {
            (Place::Absent, _) => Ok(None),
            (Place::Field(at), _) => field(at),
            (Place::SeriesName, series) => Ok(series.map(|(_, name)| name.as_str())),
            (Place::SeriesValue, series) => series.map_or(Ok(None), |(at, _)| field(*at)),
        };
        self.places.iter().map(of).collect()
    }
}

/// The columns that become rows and what their series are called.
fn series_of(wide: &WideSpec, names: &[String]) -> Result<Vec<(usize, String)>, String> {
    let mut series: Vec<(usize, String)> = Vec::new();
    for (place, name) in wide.series(names)? {
        unique(&names[place], names)?;
        if series.iter().any(|(_, known)| known == name) {
            return Err(format!("the header has two columns for the series `{name}`"));
        }
        series.push((place, name.to_owned()));
    }
    match &wide.series {
        Some(pattern) if series.is_empty() => {
            Err(format!("no column is called `{pattern}`; the header has: {}", names.join(", ")))
        }
        _ => Ok(series),
    }
}

fn place(column: &Column, wide: Option<&WideSpec>, names: &[String]) -> Result<Place, String> {
    let mut found = Vec::new();
    for alias in column.aliases.iter() {
        let place = match wide {
            Some(wide) if *alias == wide.name => Some(Place::SeriesName),
            Some(wide) if *alias == wide.value => Some(Place::SeriesValue),
            _ => unique(alias, names)?.map(Place::Field),
        };
        found.extend(place.map(|place| (alias.as_str(), place)));
    }
    let found = names::only(column, found)?;
    Ok(found.map_or(Place::Absent, |(_, place)| place))
}

fn unique(name: &str, names: &[String]) -> Result<Option<usize>, String> {
    let mut matches = (0..names.len()).filter(|place| names[*place] == name);
    match (matches.next(), matches.next()) {
        (_, Some(_)) => Err(format!("the header has `{name}` twice")),
        (found, None) => Ok(found),
    }
}
