//! Expressions as SQL text, for `explain` and for fingerprints that a person can read.

use super::{
    aggregate::{Aggregate, AggregateFunction, Formula},
    scalar::{Literal, Scalar},
};
use std::fmt::{self, Display, Formatter};

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::Text(text) => f.write_str(&quoted(text)),
            Self::Date(date) => write!(f, "date '{date}'"),
        }
    }
}

impl Display for Scalar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = |negated: bool| if negated { "not " } else { "" };
        match self {
            Self::Column(name) => f.write_str(name),
            Self::Literal(literal) => write!(f, "{literal}"),
            Self::Negate(of) => write!(f, "-({of})"),
            Self::Not(of) => write!(f, "not ({of})"),
            Self::Binary { op, left, right } => write!(f, "({left} {} {right})", op.sign()),
            Self::IsNull { of, negated } => write!(f, "{of} is {}null", not(*negated)),
            Self::InList { of, list, negated } => {
                let list: Vec<_> = list.iter().map(ToString::to_string).collect();
                write!(f, "{of} {}in ({})", not(*negated), list.join(", "))
            }
            Self::Like { of, pattern, negated } => {
                write!(f, "{of} {}like {}", not(*negated), quoted(pattern))
            }
            Self::Case { branches, otherwise } => {
                f.write_str("case")?;
                for (when, then) in branches {
                    write!(f, " when {when} then {then}")?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " else {otherwise}")?;
                }
                f.write_str(" end")
            }
            Self::Call { function, arguments } => {
                let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
                write!(f, "{}({})", function.name(), arguments.join(", "))
            }
        }
    }
}

impl Display for Aggregate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let argument = self.argument.as_ref().map_or("*".to_owned(), ToString::to_string);
        match self.function {
            AggregateFunction::Sum => write!(f, "sum({argument})")?,
            AggregateFunction::Count => write!(f, "count({argument})")?,
            AggregateFunction::CountDistinct => write!(f, "count(distinct {argument})")?,
            AggregateFunction::Min => write!(f, "min({argument})")?,
            AggregateFunction::Max => write!(f, "max({argument})")?,
            AggregateFunction::CountFirst => write!(f, "count_first({argument})")?,
            AggregateFunction::SumLast => write!(f, "sum_last({argument})")?,
        }
        match &self.filter {
            Some(filter) => write!(f, " filter (where {filter})"),
            None => Ok(()),
        }
    }
}

impl Display for Formula {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aggregate(index) => write!(f, "${}", index + 1),
            Self::Metric(name) => f.write_str(name),
            Self::Number(value) => write!(f, "{value}"),
            Self::Negate(of) => write!(f, "-({of})"),
            Self::Binary { op, left, right } => write!(f, "({left} {} {right})", op.sign()),
            Self::Round { of, digits } => write!(f, "round({of}, {digits})"),
            Self::Coalesce(parts) => {
                let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
                write!(f, "coalesce({})", parts.join(", "))
            }
        }
    }
}
