//! Which rows a reader may see.
//!
//! Rule: all of them only where the word stands; a slice without a member cannot be made, so that an empty setting
//! never comes to mean everything.

use crate::id::DimensionId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// The word for all rows.
pub const ALL: &str = "all";

/// Which rows a reader may see: `"all"`, or `{ region = "North" }`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum Slice {
    /// All of them.
    #[default]
    All,
    /// Those of some members.
    Of(Members),
}

/// One member in each of some dimensions; at least one, none of them empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Members(BTreeMap<DimensionId, String>);

/// How a slice is written in files.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    /// The word `all`.
    Word(String),
    /// The member of each dimension. Example: `{ region = "North" }`.
    Members(BTreeMap<DimensionId, String>),
}

/// Why something is no slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SliceProblem {
    /// It says nothing.
    #[error("an empty slice is refused: nobody sees everything by leaving something out")]
    Empty,
    /// A member or a dimension is an empty text, or begins or ends with a blank.
    #[error("dimension and member must be texts without blanks around them")]
    Blank,
    /// It is another word than `all`.
    #[error("is neither the word `all` nor the member of a dimension")]
    Word,
    /// A dimension has two members.
    #[error("names a dimension twice")]
    Twice,
}

impl Members {
    /// The members of a slice by dimension.
    ///
    /// # Errors
    /// When there is none, or one is empty.
    pub fn new(members: BTreeMap<DimensionId, String>) -> Result<Self, SliceProblem> {
        let plain = |text: &str| !text.is_empty() && text.trim() == text;
        if members.is_empty() {
            return Err(SliceProblem::Empty);
        }
        match members.iter().all(|(dimension, member)| plain(dimension.as_str()) && plain(member)) {
            true => Ok(Self(members)),
            false => Err(SliceProblem::Blank),
        }
    }

    /// Each dimension with its member.
    pub fn iter(&self) -> impl Iterator<Item = (&DimensionId, &str)> {
        self.0.iter().map(|(dimension, member)| (dimension, member.as_str()))
    }
}

impl Slice {
    /// The members; none for all rows.
    pub fn members(&self) -> Option<&Members> {
        match self {
            Self::All => None,
            Self::Of(members) => Some(members),
        }
    }

    /// Whether it is all rows.
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }
}

/// As in a table: `all`, `region = North`, or several of these with `;` between them.
impl FromStr for Slice {
    type Err = SliceProblem;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.trim() {
            "" => return Err(SliceProblem::Empty),
            ALL => return Ok(Self::All),
            _ => {}
        }
        let mut members = BTreeMap::new();
        for one in text.split(';') {
            let (dimension, member) = one.split_once('=').ok_or(SliceProblem::Word)?;
            let dimension = DimensionId::new(dimension.trim());
            if members.insert(dimension, member.trim().to_owned()).is_some() {
                return Err(SliceProblem::Twice);
            }
        }
        Members::new(members).map(Self::Of)
    }
}

impl fmt::Display for Slice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str(ALL),
            Self::Of(members) => members.fmt(f),
        }
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (dimension, member)) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{dimension} = {member}")?;
        }
        Ok(())
    }
}

impl TryFrom<Written> for Slice {
    type Error = SliceProblem;

    fn try_from(written: Written) -> Result<Self, SliceProblem> {
        match written {
            Written::Word(word) if word == ALL => Ok(Self::All),
            Written::Word(word) if word.trim().is_empty() => Err(SliceProblem::Empty),
            Written::Word(_) => Err(SliceProblem::Word),
            Written::Members(members) => Members::new(members).map(Self::Of),
        }
    }
}

impl From<Slice> for Written {
    fn from(slice: Slice) -> Self {
        match slice {
            Slice::All => Self::Word(ALL.to_owned()),
            Slice::Of(Members(members)) => Self::Members(members),
        }
    }
}

impl JsonSchema for Slice {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Slice".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let members = generator.subschema_for::<BTreeMap<DimensionId, String>>();
        schemars::json_schema!({
            "description": "Which rows a reader may see: `\"all\"`, or `{ region = \"North\" }`.",
            "anyOf": [
                { "type": "string", "const": ALL },
                { "allOf": [members], "minProperties": 1 }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_means_all_and_nothing_means_nothing() {
        let read = |text: &str| text.parse::<Slice>().map(|slice| slice.to_string());
        assert_eq!(read("all"), Ok("all".into()));
        assert_eq!(
            read(" region = North ;channel=a=b"),
            Ok("channel = a=b; region = North".into())
        );
        assert_eq!(read("region = north' OR '1'='1"), Ok("region = north' OR '1'='1".into()));
        assert_eq!(read("  "), Err(SliceProblem::Empty));
        for word in ["ALL", "*", "North", "region = North;"] {
            assert_eq!(read(word), Err(SliceProblem::Word), "{word}");
        }
        assert_eq!(read("region ="), Err(SliceProblem::Blank));
        assert_eq!(read("= North"), Err(SliceProblem::Blank));
        assert_eq!(read("region = North; region = South"), Err(SliceProblem::Twice));
    }

    #[test]
    fn what_is_stored_is_read_back_and_an_empty_one_is_refused() {
        for text in ["all", "channel = web; region = North"] {
            let slice: Slice = text.parse().expect("a slice");
            let stored = serde_json::to_string(&slice).expect("stored");
            assert_eq!(serde_json::from_str::<Slice>(&stored).expect("read back"), slice);
        }
        for stored in
            ["{}", "\"\"", "null", "\"ALL\"", "{\"region\":\"\"}", "{\"region\":null}", "[]"]
        {
            assert!(serde_json::from_str::<Slice>(stored).is_err(), "{stored}");
        }
    }
}
