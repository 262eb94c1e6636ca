//! Readers whom a relay put off, or who joined, while figures changed that others have already.
//!
//! Rule: nobody gets other figures than those who were served before; so they get the stored report that the others have,
//! or its correction.
//! What has changed since is a matter of its correction, which then goes to all of them.

use crate::{
    afresh::{self, Afresh},
    error::RunError,
    in_hand::{InHand, Version},
    ledger::{Ledger, is_correction},
    stage::Run,
    told::Told,
};
use deliver::DeliverPlan;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::EditionKind,
    receipt::{DeliveryKey, DeliveryState, Receipt},
    run::Outcome,
    slice::Slice,
};
use std::collections::{BTreeMap, BTreeSet};

/// Serves those whose delivery a run withheld because others have other figures; `receipts` are what became of the run's
/// deliveries. Nothing where there are none.
///
/// # Errors
/// As the stages of a run.
pub(crate) fn serve(
    plan: &JobPlan,
    (cx, ledger): (&RunContext, &Ledger),
    run: &mut Run<'_>,
    receipts: &[Receipt],
) -> Result<Option<(Outcome, BTreeSet<DeliveryKey>)>, RunError> {
    let moment = plan.as_of.naive_local();
    let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
    let put_off = ledger.put_off(&plan.job, moment, &serves)?;
    // Whom the relay put off in this very run is tried again later; who is new has no receipt yet.
    let is_new = |own: &Receipt| own.state == DeliveryState::Pending && own.reference.is_empty();
    let is_put_off = |own: &Receipt| {
        own.run != cx.run && put_off.iter().any(|one| one.key == own.key && !is_correction(one))
    };
    let mut owed: Vec<&Receipt> = receipts.iter().collect();
    owed.retain(|own| {
        let is_mail = own.key.kind == EditionKind::Report && own.key.way() == "email";
        is_mail && (is_new(own) || is_put_off(own))
    });
    if owed.is_empty() || !cx.send {
        return Ok(None);
    }
    let in_hand = InHand::of(plan, ledger, moment)?;
    let slices: BTreeSet<&Slice> = owed.iter().map(|one| &one.slice).collect();
    let mut by_revision: BTreeMap<u32, Vec<Told>> = BTreeMap::new();
    let mut there: BTreeSet<Slice> = BTreeSet::new();
    for slice in slices {
        // Where all who had it are gone, it is still what was told of the moment.
        let latest = in_hand.versions(slice).pop().or_else(|| in_hand.former(slice).pop());
        let Some(Version { stored, .. }) = latest else { continue };
        let revision = stored.report.correction.as_ref().map_or(0, |one| one.revision);
        let release = afresh::release(&stored.reservations);
        there.insert(slice.clone());
        let told = Told { slice: slice.clone(), path: stored.path, release };
        by_revision.entry(revision).or_default().push(told);
    }
    let waits = |address: &str| owed.iter().any(|one| one.key.recipient == address);
    let mut ended: Option<Outcome> = None;
    for (revision, told) in by_revision {
        let route = plan.deliver.route.only(|reader| {
            waits(&reader.mailbox.address.mailbox())
                && told.iter().any(|told| told.slice == reader.slice)
        });
        let moment = if revision > 0 { cx.now } else { plan.deliver.moment };
        let route = route.without_folders();
        let deliver = DeliverPlan { route, revision, moment, ..plan.deliver.clone() };
        let theirs = &JobPlan { deliver, ..plan.clone() };
        let one = Afresh { plan: theirs, told: &told, cx, ledger, tells_owners: true }
            .deliver(run, |_| Ok(()))?;
        ended = match ended {
            None => Some(one),
            Some(other) if other == one => Some(one),
            Some(_) => Some(Outcome::PartlyDelivered),
        };
    }
    // Where no report lies any more, those who wait for it still do.
    let keys = owed.into_iter().filter(|one| there.contains(&one.slice)).map(|one| one.key.clone());
    let keys = keys.collect();
    Ok(ended.map(|ended| (ended, keys)))
}
