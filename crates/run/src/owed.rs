//! Readers whom a relay put off, while figures changed that others have already.
//!
//! Rule: nobody gets other figures than those who were served before; so they get the stored report that the others have.
//! What has changed since is a matter of its correction, which then goes to all of them.

use crate::{
    afresh::{self, Afresh},
    error::RunError,
    in_hand::InHand,
    ledger::{Ledger, is_correction},
    stage::Run,
    told::Told,
};
use deliver::DeliverPlan;
use job::JobPlan;
use model::{
    context::RunContext,
    edition::EditionKind,
    receipt::{DeliveryKey, Receipt},
    run::Outcome,
    slice::Slice,
};
use std::collections::BTreeSet;

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
    let mut owed = ledger.put_off(&plan.job, moment, &serves)?;
    // Those whom the relay put off in this very run are tried again later.
    let is_withheld =
        |one: &Receipt| receipts.iter().any(|own| own.key == one.key && own.run != cx.run);
    owed.retain(|one| {
        one.key.kind == EditionKind::Report
            && one.key.way() == "email"
            && !is_correction(one)
            && one.run != cx.run
            && is_withheld(one)
    });
    if owed.is_empty() || !cx.send {
        return Ok(None);
    }
    let in_hand = InHand::of(plan, ledger, moment)?;
    let slices: BTreeSet<&Slice> = owed.iter().map(|one| &one.slice).collect();
    let told = slices.into_iter().filter_map(|slice| {
        let version = in_hand.versions(slice).pop()?;
        let release = afresh::release(&version.stored.reservations);
        Some(Told { slice: slice.clone(), path: version.stored.path, release })
    });
    let told: Vec<Told> = told.collect();
    if told.is_empty() {
        return Ok(None);
    }
    let waits = |address: &str| owed.iter().any(|one| one.key.recipient == address);
    let route = plan.deliver.route.only(|reader| {
        waits(reader.mailbox.address.as_str()) && told.iter().any(|told| told.slice == reader.slice)
    });
    let deliver = DeliverPlan { route: route.without_folders(), ..plan.deliver.clone() };
    let theirs = &JobPlan { deliver, ..plan.clone() };
    let outcome = Afresh { plan: theirs, told: &told, cx, ledger }.deliver(run, |_| Ok(()))?;
    Ok(Some((outcome, owed.into_iter().map(|one| one.key).collect())))
}
