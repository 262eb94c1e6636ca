//! Scalars as polars expressions, with the scale of every number carried along.

use model::{
    contract::{ColumnType, Shape},
    expression::{BinaryOperator, ExpressionError, Function, Literal, Scalar, type_of},
};
use polars::prelude::*;

/// Compiles a checked scalar; numbers come out as integers of the checked type's scale.
///
/// # Errors
/// Whatever [`type_of`] refuses.
pub fn scalar(
    scalar: &Scalar,
    shape: &Shape,
) -> Result<(Expr, Option<ColumnType>), ExpressionError> {
    let kind = type_of(scalar, shape)?;
    Ok((compile(scalar, shape)?, kind))
}

/// The frame type that holds a column type.
pub fn frame_type(kind: ColumnType) -> DataType {
    match kind {
        ColumnType::Text => DataType::String,
        ColumnType::Number { .. } => DataType::Int64,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date => DataType::Date,
        ColumnType::Timestamp => DataType::Datetime(TimeUnit::Microseconds, None),
    }
}

/// Days since 1970, as frames keep dates.
pub fn days_since_epoch(date: chrono::NaiveDate) -> i32 {
    // Chrono's whole range lies within i32 days.
    i32::try_from((date - chrono::NaiveDate::default()).num_days()).unwrap_or(i32::MAX)
}

fn compile(expression: &Scalar, shape: &Shape) -> Result<Expr, ExpressionError> {
    Ok(match expression {
        Scalar::Column(name) => col(name.as_str()),
        Scalar::Literal(value) => literal(value),
        Scalar::Negate(of) => lit(0i64) - compile(of, shape)?,
        Scalar::Not(of) => compile(of, shape)?.not(),
        Scalar::IsNull { of, negated: false } => compile(of, shape)?.is_null(),
        Scalar::IsNull { of, negated: true } => compile(of, shape)?.is_not_null(),
        Scalar::Binary { op, left, right } => binary(*op, left, right, shape)?,
        Scalar::InList { of, list, negated } => {
            let mut found = lit(false);
            for value in list {
                let equal = Scalar::Literal(value.clone());
                found = found.or(binary(BinaryOperator::Equal, of, &equal, shape)?);
            }
            if *negated { found.not() } else { found }
        }
        Scalar::Like { of, pattern, negated } => {
            let found = compile(of, shape)?.str().contains(lit(like(pattern)), true);
            if *negated { found.not() } else { found }
        }
        Scalar::Case { branches, otherwise } => {
            let kind = type_of(expression, shape)?;
            let mut result = match otherwise {
                Some(otherwise) => aligned(otherwise, kind, shape)?,
                None => null(kind),
            };
            for (condition, then) in branches.iter().rev() {
                let then = aligned(then, kind, shape)?;
                result = when(compile(condition, shape)?).then(then).otherwise(result);
            }
            result
        }
        Scalar::Call { function, arguments } => call(*function, expression, arguments, shape)?,
    })
}

fn binary(
    op: BinaryOperator,
    left: &Scalar,
    right: &Scalar,
    shape: &Shape,
) -> Result<Expr, ExpressionError> {
    use BinaryOperator as Op;
    if matches!(op, Op::Multiply | Op::And | Op::Or | Op::Concat) {
        let (left, right) = (compile(left, shape)?, compile(right, shape)?);
        return Ok(match op {
            Op::Multiply => left * right,
            Op::And => left.and(right),
            Op::Or => left.or(right),
            _ => left + right,
        });
    }
    // Everything else compares or adds: both sides are brought to the same scale first.
    let both = Scalar::Case {
        branches: vec![(Scalar::Literal(Literal::Boolean(true)), left.clone())],
        otherwise: Some(Box::new(right.clone())),
    };
    let kind = type_of(&both, shape)?;
    let (left, right) = (aligned(left, kind, shape)?, aligned(right, kind, shape)?);
    Ok(match op {
        Op::Add => left + right,
        Op::Subtract => left - right,
        Op::Equal => left.eq(right),
        Op::NotEqual => left.neq(right),
        Op::Less => left.lt(right),
        Op::LessOrEqual => left.lt_eq(right),
        Op::Greater => left.gt(right),
        _ => left.gt_eq(right),
    })
}

fn aligned(of: &Scalar, to: Option<ColumnType>, shape: &Shape) -> Result<Expr, ExpressionError> {
    let compiled = compile(of, shape)?;
    Ok(match (type_of(of, shape)?, to) {
        (Some(ColumnType::Number { scale: own }), Some(ColumnType::Number { scale: wanted }))
            if wanted > own =>
        {
            compiled * lit(10i64.saturating_pow(wanted - own))
        }
        (None, kind) => null(kind),
        _ => compiled,
    })
}

fn null(kind: Option<ColumnType>) -> Expr {
    lit(NULL).cast(kind.map_or(DataType::Boolean, frame_type))
}

fn literal(value: &Literal) -> Expr {
    match value {
        Literal::Null => lit(NULL),
        Literal::Boolean(value) => lit(*value),
        // A literal beyond 64 bits saturates, and so equals nothing that a column can hold.
        Literal::Number(value) => lit(i64::try_from(value.mantissa()).unwrap_or(i64::MAX)),
        Literal::Text(text) => lit(text.clone()),
        Literal::Date(date) => lit(days_since_epoch(*date)).cast(DataType::Date),
    }
}

fn call(
    function: Function,
    whole: &Scalar,
    arguments: &[Scalar],
    shape: &Shape,
) -> Result<Expr, ExpressionError> {
    let first = compile(&arguments[0], shape)?;
    Ok(match function {
        Function::Coalesce => {
            let kind = type_of(whole, shape)?;
            let mut result = null(kind);
            for argument in arguments.iter().rev() {
                let value = aligned(argument, kind, shape)?;
                result = when(value.clone().is_not_null()).then(value).otherwise(result);
            }
            result
        }
        Function::NullIf => {
            let equal = binary(BinaryOperator::Equal, &arguments[0], &arguments[1], shape)?;
            let kind = type_of(whole, shape)?;
            when(equal).then(null(kind)).otherwise(aligned(&arguments[0], kind, shape)?)
        }
        Function::Lower => first.str().to_lowercase(),
        Function::Upper => first.str().to_uppercase(),
        Function::Trim => first.str().strip_chars(lit(NULL)),
        Function::Length => first.str().len_chars().cast(DataType::Int64),
        Function::Substr => {
            let position = |index: usize| match arguments.get(index) {
                Some(Scalar::Literal(Literal::Number(value))) => u64::try_from(*value).ok(),
                _ => None,
            };
            let start = position(1).unwrap_or(1).saturating_sub(1);
            let length = position(2).map_or(lit(NULL), lit);
            first.str().slice(lit(start), length)
        }
        Function::Abs => {
            when(first.clone().lt(lit(0i64))).then(lit(0i64) - first.clone()).otherwise(first)
        }
        Function::DaysBetween => {
            let second = compile(&arguments[1], shape)?;
            second.cast(DataType::Int32).cast(DataType::Int64)
                - first.cast(DataType::Int32).cast(DataType::Int64)
        }
        Function::Date => first.cast(DataType::Date),
        Function::PlusMilliseconds => {
            let later = compile(&arguments[1], shape)?.cast(DataType::Int64) * lit(1_000i64);
            let moment = first.cast(frame_type(ColumnType::Timestamp)).cast(DataType::Int64);
            (moment + later).cast(frame_type(ColumnType::Timestamp))
        }
    })
}

/// A SQL pattern as an anchored regular expression.
fn like(pattern: &str) -> String {
    let mut regex = String::from("(?s)^");
    for character in pattern.chars() {
        match character {
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            _ if character.is_alphanumeric() || character == ' ' => regex.push(character),
            _ if character.is_ascii() => {
                regex.push('\\');
                regex.push(character);
            }
            _ => regex.push(character),
        }
    }
    regex.push('$');
    regex
}
