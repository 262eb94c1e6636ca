//! Types: every scalar is checked against the shape it is meant for before anything runs.

use super::{
    ExpressionError,
    scalar::{BinaryOperator, Function, Literal, Scalar},
};
use crate::contract::{ColumnType, Shape};

type Checked = Result<Option<ColumnType>, ExpressionError>;

/// The type of `scalar` over `shape`; `None` when it is null whatever the row.
///
/// # Errors
/// An unknown column, an operator between types that do not go together, a wrong number of arguments.
pub fn type_of(scalar: &Scalar, shape: &Shape) -> Checked {
    match scalar {
        Scalar::Column(name) => match shape.kind(name) {
            Some(kind) => Ok(Some(kind)),
            None => Err(ExpressionError {
                message: format!("dataset `{}` has no column `{name}`", shape.dataset),
                unknown: Some(name.clone()),
            }),
        },
        Scalar::Literal(literal) => Ok(literal_type(literal)),
        Scalar::Negate(of) => number(type_of(of, shape)?, "-"),
        Scalar::Not(of) => boolean(type_of(of, shape)?, "not"),
        Scalar::Binary { op, left, right } => {
            binary(*op, type_of(left, shape)?, type_of(right, shape)?)
        }
        Scalar::IsNull { of, .. } => type_of(of, shape).map(|_| Some(ColumnType::Boolean)),
        Scalar::InList { of, list, .. } => {
            let mut kind = type_of(of, shape)?;
            for literal in list {
                kind = same(kind, literal_type(literal), "in")?;
            }
            Ok(Some(ColumnType::Boolean))
        }
        Scalar::Like { of, .. } => {
            text(type_of(of, shape)?, "like")?;
            Ok(Some(ColumnType::Boolean))
        }
        Scalar::Case { branches, otherwise } => {
            let mut kind = None;
            for (when, then) in branches {
                boolean(type_of(when, shape)?, "when")?;
                kind = same(kind, type_of(then, shape)?, "case")?;
            }
            match otherwise {
                Some(otherwise) => same(kind, type_of(otherwise, shape)?, "else"),
                None => Ok(kind),
            }
        }
        Scalar::Call { function, arguments } => {
            let kinds: Result<Vec<_>, _> =
                arguments.iter().map(|argument| type_of(argument, shape)).collect();
            call(*function, &kinds?, arguments)
        }
    }
}

fn literal_type(literal: &Literal) -> Option<ColumnType> {
    match literal {
        Literal::Null => None,
        Literal::Boolean(_) => Some(ColumnType::Boolean),
        Literal::Number(value) => Some(ColumnType::Number { scale: value.scale() }),
        Literal::Text(_) => Some(ColumnType::Text),
        Literal::Date(_) => Some(ColumnType::Date),
    }
}

fn binary(op: BinaryOperator, left: Option<ColumnType>, right: Option<ColumnType>) -> Checked {
    use BinaryOperator as Op;
    match op {
        Op::And | Op::Or => {
            boolean(left, op.sign())?;
            boolean(right, op.sign())
        }
        Op::Concat => {
            text(left, op.sign())?;
            text(right, op.sign())
        }
        Op::Multiply => match (number(left, "*")?, number(right, "*")?) {
            (Some(ColumnType::Number { scale: a }), Some(ColumnType::Number { scale: b })) => {
                Ok(Some(ColumnType::Number { scale: a + b }))
            }
            _ => Ok(None),
        },
        Op::Add | Op::Subtract => {
            number(left, op.sign())?;
            number(right, op.sign())?;
            same(left, right, op.sign())
        }
        Op::Equal
        | Op::NotEqual
        | Op::Less
        | Op::LessOrEqual
        | Op::Greater
        | Op::GreaterOrEqual => {
            same(left, right, op.sign())?;
            Ok(Some(ColumnType::Boolean))
        }
    }
}

fn call(function: Function, kinds: &[Option<ColumnType>], arguments: &[Scalar]) -> Checked {
    let name = function.name();
    let arity = match function {
        Function::Coalesce => 2..=8,
        Function::NullIf | Function::DaysBetween | Function::PlusMilliseconds => 2..=2,
        Function::Substr => 2..=3,
        _ => 1..=1,
    };
    if !arity.contains(&kinds.len()) {
        return Err(ExpressionError::new(format!(
            "`{name}` takes {} to {} arguments, not {}",
            arity.start(),
            arity.end(),
            kinds.len()
        )));
    }
    match function {
        Function::Coalesce | Function::NullIf => {
            kinds.iter().try_fold(None, |kind, next| same(kind, *next, name))
        }
        Function::Lower | Function::Upper | Function::Trim => text(kinds[0], name),
        Function::Length => text(kinds[0], name).map(|_| Some(ColumnType::Number { scale: 0 })),
        Function::Substr => {
            let positions_are_constant = arguments[1..].iter().all(|argument| {
                matches!(argument, Scalar::Literal(Literal::Number(value)) if value.scale() == 0 && value.is_sign_positive())
            });
            if !positions_are_constant {
                return Err(ExpressionError::new(
                    "`substr` takes constant whole positions, counted from 1",
                ));
            }
            text(kinds[0], name)
        }
        Function::Abs => number(kinds[0], name),
        Function::DaysBetween => match (kinds[0], kinds[1]) {
            (Some(ColumnType::Date) | None, Some(ColumnType::Date) | None) => {
                Ok(Some(ColumnType::Number { scale: 0 }))
            }
            (left, right) => Err(mismatch(name, left, right)),
        },
        Function::Date => match kinds[0] {
            Some(ColumnType::Date | ColumnType::Timestamp) | None => Ok(Some(ColumnType::Date)),
            other => Err(unfit(name, other)),
        },
        Function::PlusMilliseconds => match (kinds[0], kinds[1]) {
            (Some(ColumnType::Timestamp) | None, Some(ColumnType::Number { scale: 0 }) | None) => {
                Ok(Some(ColumnType::Timestamp))
            }
            (left, right) => Err(mismatch(name, left, right)),
        },
    }
}

fn same(left: Option<ColumnType>, right: Option<ColumnType>, op: &str) -> Checked {
    match (left, right) {
        (None, kind) | (kind, None) => Ok(kind),
        (Some(ColumnType::Number { scale: a }), Some(ColumnType::Number { scale: b })) => {
            Ok(Some(ColumnType::Number { scale: a.max(b) }))
        }
        (Some(a), Some(b)) if a == b => Ok(Some(a)),
        // A day compared with a moment would hide a time zone; `date(x)` says which is meant.
        (a, b) => Err(mismatch(op, a, b)),
    }
}

fn number(kind: Option<ColumnType>, op: &str) -> Checked {
    match kind {
        None | Some(ColumnType::Number { .. }) => Ok(kind),
        other => Err(unfit(op, other)),
    }
}

fn boolean(kind: Option<ColumnType>, op: &str) -> Checked {
    match kind {
        None | Some(ColumnType::Boolean) => Ok(Some(ColumnType::Boolean)),
        other => Err(unfit(op, other)),
    }
}

fn text(kind: Option<ColumnType>, op: &str) -> Checked {
    match kind {
        None | Some(ColumnType::Text) => Ok(Some(ColumnType::Text)),
        other => Err(unfit(op, other)),
    }
}

fn word(kind: Option<ColumnType>) -> &'static str {
    kind.map_or("null", ColumnType::word)
}

fn mismatch(op: &str, left: Option<ColumnType>, right: Option<ColumnType>) -> ExpressionError {
    ExpressionError::new(format!("`{op}` cannot take {} and {}", word(left), word(right)))
}

fn unfit(op: &str, kind: Option<ColumnType>) -> ExpressionError {
    ExpressionError::new(format!("`{op}` cannot take {}", word(kind)))
}
