//! Reports and corrections that would leave readers nothing where they had figures, or were to have them.
//!
//! Rule: the data are in doubt then. Where a slice has no rows any more, or one total becomes nothing, no correction of the
//! moment goes, to no slice, until a person who was told so releases them or the figures are back. So it is with the report
//! on a slice that relays put off for all of its readers.

use crate::{
    earlier::Telling,
    error::RunError,
    late::Decision,
    ledger::{Ledger, is_correction},
    stage::Run,
    told::{Making, Told},
    word::Word,
};
use job::JobPlan;
use model::{
    edition::{EditionKind, Release},
    quality::QualityNote,
    receipt::DeliveryKey,
    report::Report,
    slice::Slice,
};
use std::collections::{BTreeMap, BTreeSet};

/// The reports that relays put off for all of their readers, as they were to be.
pub(crate) type Awaited = BTreeMap<Slice, Report>;

/// Looks them up; `had` are the slices of which somebody has a report.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) fn awaited(
    plan: &JobPlan,
    ledger: &Ledger,
    had: &BTreeSet<Slice>,
) -> Result<Awaited, RunError> {
    let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
    let mut awaited = Awaited::new();
    for receipt in ledger.put_off(&plan.job, plan.as_of.naive_local(), &serves)? {
        let is_report = receipt.key.kind == EditionKind::Report && !is_correction(&receipt);
        let is_known = had.contains(&receipt.slice) || awaited.contains_key(&receipt.slice);
        if !is_report || is_known {
            continue;
        }
        let run = ledger.run(&receipt.run)?;
        let stored = run.and_then(|run| Telling::by(&run.record).report(&receipt.slice));
        awaited.extend(stored.map(|stored| (receipt.slice, stored.report)));
    }
    Ok(awaited)
}

/// The decision on a report, held where it takes a figure away that its readers were to have, unless a person has released
/// just that.
pub(crate) fn over(
    (making, word): (Making<'_>, Word<'_>),
    slice: &Slice,
    report: &Report,
    mut decision: Decision,
) -> Decision {
    let awaited = making.awaited.get(slice).filter(|_| making.standing.is_none());
    let Some(before) = awaited.filter(|_| decision.instead.is_none()) else { return decision };
    let told = (&*before.told, &*report.told);
    let mut reasons = transform::emptied(&making.plan.transform, slice, told);
    word.forget_known(&mut reasons);
    if !reasons.is_empty() {
        if let Release::Hold(others) | Release::SendMarked(others) = decision.release {
            reasons.extend(others);
        }
        decision.release = Release::Hold(reasons);
    }
    decision
}

/// Holds the corrections of a run, if one of them would take a figure away, or a slice is `gone`, and nobody has released
/// just that.
pub(crate) fn hold_if_any(
    making: Making<'_>,
    gone: Vec<QualityNote>,
    told: &mut Vec<Told>,
    run: &mut Run<'_>,
) {
    let Some(standing) = making.standing else { return };
    let mut reasons = standing.emptied();
    reasons.extend(gone);
    making.said.about_all().forget_known(&mut reasons);
    if reasons.is_empty() || told.is_empty() {
        return;
    }
    for one in told {
        let mut all = reasons.clone();
        if let Release::Hold(others) = &one.release {
            all.extend(others.iter().cloned());
        }
        one.release = Release::Hold(all);
        let decision = Decision { release: one.release.clone(), instead: None };
        run.decided(&one.slice, &decision);
    }
}
