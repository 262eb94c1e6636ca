//! From SQL text to our own tree; whatever the tree cannot say is refused by name.

use super::{
    ExpressionError,
    aggregate::{Aggregate, AggregateFunction, Formula, FormulaOperator},
    scalar::{BinaryOperator, Function, Literal, Scalar},
};
use rust_decimal::Decimal;
use sqlparser::{
    ast::{
        BinaryOperator as SqlOperator, DuplicateTreatment, Expr, Function as SqlFunction,
        FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
    },
    dialect::GenericDialect,
    parser::Parser,
    tokenizer::Token,
};

/// Parses an expression over the columns of a row.
///
/// # Errors
/// Text that is not one SQL expression, or SQL that scalars do not have.
pub fn parse_scalar(sql: &str) -> Result<Scalar, ExpressionError> {
    scalar(&parse(sql)?)
}

/// Parses an aggregate expression: a formula over the aggregates that come with it.
///
/// # Errors
/// As [`parse_scalar`]; also a column outside an aggregate.
pub fn parse_measure(sql: &str) -> Result<(Formula, Vec<Aggregate>), ExpressionError> {
    let mut aggregates = Vec::new();
    let formula = formula(&parse(sql)?, &mut |expr| measure_leaf(expr, &mut aggregates))?;
    if aggregates.is_empty() {
        return Err(ExpressionError::new(
            "a measure needs an aggregate: sum, count, count(distinct …), avg, min or max",
        ));
    }
    Ok((formula, aggregates))
}

/// Parses a formula over metrics.
///
/// # Errors
/// As [`parse_scalar`]; also an aggregate, which belongs into `measure`.
pub fn parse_formula(sql: &str) -> Result<Formula, ExpressionError> {
    formula(&parse(sql)?, &mut |expr| match expr {
        Expr::Identifier(name) => Ok(Formula::Metric(name.value.clone())),
        other => Err(ExpressionError::new(format!(
            "a formula is arithmetic over metrics, `{other}` is not; aggregates belong into `measure`"
        ))),
    })
}

fn parse(sql: &str) -> Result<Expr, ExpressionError> {
    let fail = |error: sqlparser::parser::ParserError| {
        let text = error.to_string();
        let text = text.strip_prefix("sql parser error: ").unwrap_or(&text);
        ExpressionError::new(format!("`{sql}` is not an expression: {text}"))
    };
    let mut parser = Parser::new(&GenericDialect {}).try_with_sql(sql).map_err(fail)?;
    let expr = parser.parse_expr().map_err(fail)?;
    match parser.peek_token().token {
        Token::EOF => Ok(expr),
        rest => Err(ExpressionError::new(format!("unexpected `{rest}` after `{expr}`"))),
    }
}

fn scalar(expr: &Expr) -> Result<Scalar, ExpressionError> {
    let boxed = |expr: &Expr| scalar(expr).map(Box::new);
    match expr {
        Expr::Nested(inner) => scalar(inner),
        Expr::Identifier(name) => Ok(Scalar::Column(name.value.clone())),
        Expr::Value(_) | Expr::TypedString(_) => literal(expr).map(Scalar::Literal),
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => Ok(Scalar::Negate(boxed(expr)?)),
        Expr::UnaryOp { op: UnaryOperator::Not, expr } => Ok(Scalar::Not(boxed(expr)?)),
        Expr::BinaryOp { left, op, right } => {
            Ok(Scalar::Binary { op: operator(op)?, left: boxed(left)?, right: boxed(right)? })
        }
        Expr::IsNull(of) => Ok(Scalar::IsNull { of: boxed(of)?, negated: false }),
        Expr::IsNotNull(of) => Ok(Scalar::IsNull { of: boxed(of)?, negated: true }),
        Expr::InList { expr, list, negated } => {
            let list: Result<Vec<_>, _> = list.iter().map(literal).collect();
            Ok(Scalar::InList { of: boxed(expr)?, list: list?, negated: *negated })
        }
        Expr::Between { expr, negated, low, high } => between(expr, *negated, low, high),
        Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
            match literal(pattern)? {
                Literal::Text(pattern) => {
                    Ok(Scalar::Like { of: boxed(expr)?, pattern, negated: *negated })
                }
                _ => Err(ExpressionError::new("`like` takes a constant text as pattern")),
            }
        }
        Expr::Case { operand: None, conditions, else_result, .. } => {
            let branches: Result<Vec<_>, _> = conditions
                .iter()
                .map(|case| Ok((scalar(&case.condition)?, scalar(&case.result)?)))
                .collect();
            let otherwise = else_result.as_deref().map(boxed).transpose()?;
            Ok(Scalar::Case { branches: branches?, otherwise })
        }
        Expr::Substring { expr, substring_from, substring_for, .. } => {
            let parts = substring_from.iter().chain(substring_for);
            let mut arguments = vec![scalar(expr)?];
            for part in parts {
                arguments.push(scalar(part)?);
            }
            Ok(Scalar::Call { function: Function::Substr, arguments })
        }
        Expr::Trim { trim_where: None, trim_what: None, expr, trim_characters: None } => {
            Ok(Scalar::Call { function: Function::Trim, arguments: vec![scalar(expr)?] })
        }
        Expr::Function(function) => call(function),
        other => Err(ExpressionError::new(format!("`{other}` is not supported in an expression"))),
    }
}

fn between(of: &Expr, negated: bool, low: &Expr, high: &Expr) -> Result<Scalar, ExpressionError> {
    let of = scalar(of)?;
    let side = |op, bound| -> Result<Box<Scalar>, ExpressionError> {
        Ok(Box::new(Scalar::Binary {
            op,
            left: Box::new(of.clone()),
            right: Box::new(scalar(bound)?),
        }))
    };
    let within = Scalar::Binary {
        op: BinaryOperator::And,
        left: side(BinaryOperator::GreaterOrEqual, low)?,
        right: side(BinaryOperator::LessOrEqual, high)?,
    };
    Ok(if negated { Scalar::Not(Box::new(within)) } else { within })
}

fn operator(op: &SqlOperator) -> Result<BinaryOperator, ExpressionError> {
    Ok(match op {
        SqlOperator::Plus => BinaryOperator::Add,
        SqlOperator::Minus => BinaryOperator::Subtract,
        SqlOperator::Multiply => BinaryOperator::Multiply,
        SqlOperator::Eq => BinaryOperator::Equal,
        SqlOperator::NotEq => BinaryOperator::NotEqual,
        SqlOperator::Lt => BinaryOperator::Less,
        SqlOperator::LtEq => BinaryOperator::LessOrEqual,
        SqlOperator::Gt => BinaryOperator::Greater,
        SqlOperator::GtEq => BinaryOperator::GreaterOrEqual,
        SqlOperator::And => BinaryOperator::And,
        SqlOperator::Or => BinaryOperator::Or,
        SqlOperator::StringConcat => BinaryOperator::Concat,
        SqlOperator::Divide => {
            return Err(ExpressionError::new(
                "rows are not divided: a mean of quotients is not the quotient of sums; write `sum(a) / sum(b)`",
            ));
        }
        other => return Err(ExpressionError::new(format!("operator `{other}` is not supported"))),
    })
}

fn literal(expr: &Expr) -> Result<Literal, ExpressionError> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Null => Ok(Literal::Null),
            Value::Boolean(value) => Ok(Literal::Boolean(*value)),
            Value::Number(text, _) => number(text).map(Literal::Number),
            Value::SingleQuotedString(text) => Ok(Literal::Text(text.clone())),
            other => Err(ExpressionError::new(format!("constant `{other}` is not supported"))),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match literal(expr)? {
            Literal::Number(value) => Ok(Literal::Number(-value)),
            other => Err(ExpressionError::new(format!("`-{other}` is not a number"))),
        },
        Expr::TypedString(typed) if typed.data_type.to_string().eq_ignore_ascii_case("date") => {
            let text = typed.value.to_string();
            let text = text.trim_matches('\'');
            text.parse().map(Literal::Date).map_err(|_| {
                ExpressionError::new(format!("`{text}` is not a date; write `date '2026-01-05'`"))
            })
        }
        other => Err(ExpressionError::new(format!("`{other}` must be a constant"))),
    }
}

fn number(text: &str) -> Result<Decimal, ExpressionError> {
    text.parse().map_err(|_| ExpressionError::new(format!("`{text}` is not a number")))
}

fn call(function: &SqlFunction) -> Result<Scalar, ExpressionError> {
    let name = function.name.to_string().to_lowercase();
    let Some(known) = Function::ALL.into_iter().find(|known| known.name() == name) else {
        let known = Function::ALL.map(Function::name).join(", ");
        let message = match aggregate_function(&name) {
            Some(_) => format!("`{name}` looks at many rows; it belongs into `measure`"),
            None => format!("unknown function `{name}`; there are {known}"),
        };
        return Err(ExpressionError { message, unknown: Some(name) });
    };
    let arguments: Result<Vec<_>, _> = plain_arguments(function)?.into_iter().map(scalar).collect();
    Ok(Scalar::Call { function: known, arguments: arguments? })
}

fn plain_arguments(function: &SqlFunction) -> Result<Vec<&Expr>, ExpressionError> {
    let name = &function.name;
    let FunctionArguments::List(list) = &function.args else {
        return Err(ExpressionError::new(format!("`{name}` needs its arguments in parentheses")));
    };
    list.args
        .iter()
        .map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok(expr),
            other => Err(ExpressionError::new(format!("`{name}` cannot take `{other}`"))),
        })
        .collect()
}

type Leaf<'a> = dyn FnMut(&Expr) -> Result<Formula, ExpressionError> + 'a;

fn formula(expr: &Expr, leaf: &mut Leaf<'_>) -> Result<Formula, ExpressionError> {
    match expr {
        Expr::Nested(inner) => formula(inner, leaf),
        Expr::Value(_) => match literal(expr)? {
            Literal::Number(value) => Ok(Formula::Number(value)),
            other => Err(ExpressionError::new(format!("`{other}` is not a number"))),
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
            Ok(Formula::Negate(Box::new(formula(expr, leaf)?)))
        }
        Expr::BinaryOp { left, op, right } => {
            let op = match op {
                SqlOperator::Plus => FormulaOperator::Add,
                SqlOperator::Minus => FormulaOperator::Subtract,
                SqlOperator::Multiply => FormulaOperator::Multiply,
                SqlOperator::Divide => FormulaOperator::Divide,
                other => {
                    return Err(ExpressionError::new(format!(
                        "operator `{other}` is not supported between figures; use + - * /"
                    )));
                }
            };
            let left = Box::new(formula(left, leaf)?);
            let right = Box::new(formula(right, leaf)?);
            Ok(Formula::Binary { op, left, right })
        }
        Expr::Function(function) => match function.name.to_string().to_lowercase().as_str() {
            "round" => round(function, leaf),
            "coalesce" => {
                let parts: Result<Vec<_>, _> = plain_arguments(function)?
                    .into_iter()
                    .map(|part| formula(part, leaf))
                    .collect();
                Ok(Formula::Coalesce(parts?))
            }
            _ => leaf(expr),
        },
        other => leaf(other),
    }
}

fn round(function: &SqlFunction, leaf: &mut Leaf<'_>) -> Result<Formula, ExpressionError> {
    let arguments = plain_arguments(function)?;
    let digits = match arguments.get(1).map(|digits| literal(digits)).transpose()? {
        None => Some(0),
        Some(Literal::Number(digits)) => u32::try_from(digits).ok().filter(|digits| *digits <= 12),
        Some(_) => None,
    };
    match (arguments.as_slice(), digits) {
        ([of, ..], Some(digits)) if arguments.len() <= 2 => {
            Ok(Formula::Round { of: Box::new(formula(of, leaf)?), digits })
        }
        _ => Err(ExpressionError::new("`round` takes a figure and 0 to 12 decimals")),
    }
}

fn measure_leaf(expr: &Expr, aggregates: &mut Vec<Aggregate>) -> Result<Formula, ExpressionError> {
    match expr {
        Expr::Function(function) => aggregate(function, aggregates),
        other => Err(ExpressionError::new(format!(
            "`{other}` stands outside an aggregate; write sum({other}) or the like"
        ))),
    }
}

fn aggregate(
    function: &SqlFunction,
    aggregates: &mut Vec<Aggregate>,
) -> Result<Formula, ExpressionError> {
    let name = function.name.to_string().to_lowercase();
    if function.over.is_some() || !function.within_group.is_empty() {
        return Err(ExpressionError::new(format!("`{name}` cannot have `over` or `within group`")));
    }
    let filter = function.filter.as_deref().map(scalar).transpose()?;
    let (argument, distinct) = aggregate_argument(function)?;
    let mut push = |function, argument: Option<Scalar>| {
        aggregates.push(Aggregate { function, argument, filter: filter.clone() });
        Formula::Aggregate(aggregates.len() - 1)
    };
    if name == "avg" {
        // The mean is a quotient of two exact aggregates, divided here and not in an engine.
        let (Some(_), false) = (&argument, distinct) else {
            return Err(ExpressionError::new("`avg` takes one column or expression"));
        };
        let left = Box::new(push(AggregateFunction::Sum, argument.clone()));
        let right = Box::new(push(AggregateFunction::Count, argument));
        return Ok(Formula::Binary { op: FormulaOperator::Divide, left, right });
    }
    let known = aggregate_function(&name).ok_or_else(|| ExpressionError {
        message: format!(
            "unknown aggregate `{name}`; there are sum, count, avg, min, max, sum_last and count_first"
        ),
        unknown: Some(name.clone()),
    })?;
    match (known, &argument, distinct) {
        (AggregateFunction::Count, Some(_), true) => {
            Ok(push(AggregateFunction::CountDistinct, argument))
        }
        (AggregateFunction::Count, _, false) | (_, Some(_), false) => Ok(push(known, argument)),
        _ => Err(ExpressionError::new(format!("`{name}` takes one column or expression"))),
    }
}

fn aggregate_argument(function: &SqlFunction) -> Result<(Option<Scalar>, bool), ExpressionError> {
    let FunctionArguments::List(list) = &function.args else {
        return Err(ExpressionError::new(format!("`{}` needs parentheses", function.name)));
    };
    let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
    let argument = match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] => None,
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))] => Some(scalar(expr)?),
        _ => return Err(ExpressionError::new(format!("`{}` takes one argument", function.name))),
    };
    Ok((argument, distinct))
}

fn aggregate_function(name: &str) -> Option<AggregateFunction> {
    Some(match name {
        "sum" => AggregateFunction::Sum,
        "count" => AggregateFunction::Count,
        "min" => AggregateFunction::Min,
        "max" => AggregateFunction::Max,
        "count_first" => AggregateFunction::CountFirst,
        "sum_last" => AggregateFunction::SumLast,
        _ => return None,
    })
}
