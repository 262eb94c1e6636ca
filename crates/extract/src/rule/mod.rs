//! Rules of rows among each other, of days and of files: what is broken is told, no row is set aside.
//!
//! Method: a rule judges the days that the report speaks of and those since (the newest day, if rows end before), or the
//! files with rows of them; what came before is what they are held against. Without a past, checks that need one are
//! quiet. Only lake parts with such rows are read; what is needed of older parts is kept by their fingerprints.

mod fresh;
mod new_members;
mod reference;
mod row_count;
mod scale;
mod sequence;
mod spans;
mod unique;
mod units;
mod unknown_share;

pub(crate) use units::FileRows;

use crate::{
    ExtractPlan,
    contract::{Check, Contract, Rule},
    error::ExtractError,
    notes::text,
};
use engine::{Table, Tables};
use model::{
    context::RunContext,
    number::Number,
    quality::QualityNote,
    report::{Argument, Fmt, Message},
    unit::Unit,
};
use units::Units;

/// What rules look at.
pub(crate) struct Judging<'a> {
    pub(crate) plan: &'a ExtractPlan,
    pub(crate) contract: &'a Contract,
    pub(crate) table: &'a Table,
    pub(crate) files: &'a [FileRows],
    pub(crate) tables: &'a Tables,
    pub(crate) cx: &'a RunContext,
}

/// What is broken, as messages that lack the dataset.
type Broken = Result<Vec<Message>, ExtractError>;

/// Looks at every rule of a contract and tells those that are broken.
pub(crate) fn judge(judging: &Judging<'_>) -> Result<Vec<QualityNote>, ExtractError> {
    let contract = judging.contract;
    let mut notes = Vec::new();
    for rule in &contract.rules {
        for message in broken(judging, rule)? {
            let message = message.with("dataset", text(contract.id.as_str()));
            let (severity, dataset) = (rule.severity, Some(contract.id.clone()));
            notes.push(QualityNote { severity, message, dataset });
        }
    }
    Ok(notes)
}

fn broken(judging: &Judging<'_>, rule: &Rule) -> Broken {
    let units = Units::new(judging, rule.per);
    match &rule.check {
        Check::Fresh { expected_by, days } => Ok(fresh::broken(judging, *expected_by, *days)),
        Check::NewMembers { column } => new_members::broken(&units, column),
        Check::Reference { column, dataset, key, max_share } => {
            let other = reference::Other { dataset, key, tables: judging.tables };
            reference::broken(&units, column, &other, *max_share)
        }
        Check::RowCount { min, max } => Ok(row_count::broken(judging, &units, *min, *max)),
        Check::Scale { column, factor } => scale::broken(&units, column, *factor),
        Check::Sequence { column, pattern } => sequence::broken(&units, column, pattern),
        Check::Unique { columns } => unique::broken(&units, columns),
        Check::UnknownShare { column, max_share } => {
            unknown_share::broken(&units, column, *max_share)
        }
    }
}

/// A share of the rows of a unit.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    rows: u64,
    counted: u64,
}

impl Share {
    fn value(self) -> Option<f64> {
        (self.rows > 0).then(|| self.counted as f64 / self.rows as f64)
    }
}

/// The units whose share is above the largest that is agreed, and the first of those with the greatest.
fn above(shares: &[Share], max_share: f64) -> Option<(usize, f64, Vec<usize>)> {
    let mut worst: Option<(usize, f64)> = None;
    let mut found = Vec::new();
    for (index, share) in shares.iter().enumerate() {
        let Some(value) = share.value().filter(|value| *value > max_share) else { continue };
        found.push(index);
        if worst.is_none_or(|(_, greatest)| value > greatest) {
            worst = Some((index, value));
        }
    }
    worst.map(|(index, value)| (index, value, found))
}

fn percent(share: f64) -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(2) };
    Argument::value(Some(Number::Real(share)), format)
}
