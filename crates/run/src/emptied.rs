//! Corrections that would leave readers nothing where they had figures.
//!
//! Rule: the data are in doubt then, and where a slice has no rows any more, so no correction of the moment goes, to no
//! slice, until a person who was told so releases them or the figures are back.

use crate::{
    late::Decision,
    stage::Run,
    told::{Making, Told},
};
use model::{edition::Release, quality::QualityNote, slice::Slice};

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
    if let Some(released) = &making.word.released {
        reasons.retain(|reason| !released.reasons.contains(reason));
    }
    if reasons.is_empty() || told.is_empty() {
        return;
    }
    // Owners are told by the report on everything, whether or not anything of it has changed.
    if !told.iter().any(|one| one.slice.is_all())
        && let Some(path) = run.unsent()
    {
        told.insert(0, Told { slice: Slice::All, path, release: Release::Send });
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
