//! How a run ended.

use crate::{
    error::RunError,
    going_on, gone,
    ledger::Ledger,
    owed,
    stage::Run,
    told::{Making, Told},
};
use model::{
    context::RunContext,
    edition::EditionKind,
    quality::{QualityNote, Warned},
    receipt::{DeliveryState, Receipt},
    report::Argument,
    run::Outcome,
};

/// How a run ended that had nothing to tell anybody.
pub(crate) fn of_nothing(run: &Run<'_>, cx: &RunContext) -> Outcome {
    match (gone::is_any(run.record()), cx.send) {
        (true, true) => Outcome::Held,
        (true, false) => Outcome::NotSent,
        (false, _) => Outcome::AlreadyDelivered,
    }
}

/// How a run ended by what became of its deliveries; those whom it owes the report of others get it before.
///
/// # Errors
/// As the stages of a run.
pub(crate) fn of(
    making: Making<'_>,
    ledger: &Ledger,
    (told, receipts): (&[Told], Warned<Vec<Receipt>>),
    run: &mut Run<'_>,
) -> Result<Outcome, RunError> {
    let Making { plan, cx, standing, .. } = making;
    if standing.is_none() && cx.send {
        run.notes(going_on::on_their_way(plan, ledger)?);
    }
    let some = gone::is_any(run.record()) || !run.held().is_empty();
    let held = (told.iter().all(Told::is_held), some);
    let owed = match standing {
        None => owed::serve(plan, (cx, ledger), run, &receipts.value)?,
        Some(_) => None,
    };
    let receipts = Warned { value: settled(making, ledger, receipts.value)?, ..receipts };
    let Some((served, keys)) = owed else {
        run.notes(receipts.notes);
        return Ok(outcome(cx, held, &receipts.value));
    };
    let (sent, open): (Vec<Receipt>, Vec<Receipt>) = receipts
        .value
        .into_iter()
        .filter(|receipt| !keys.contains(&receipt.key))
        .partition(|receipt| receipt.state == DeliveryState::Sent);
    let is_served = matches!(served, Outcome::AlreadyDelivered | Outcome::Delivered);
    let is_whole = is_served && open.is_empty();
    if !is_whole {
        run.notes(without(receipts.notes, keys.len()));
    }
    Ok(match outcome(cx, held, &sent) {
        Outcome::Delivered if is_whole => Outcome::Delivered,
        Outcome::AlreadyDelivered | Outcome::NotSent if is_whole => served,
        Outcome::Held => Outcome::Held,
        _ if served == Outcome::Delivered || !sent.is_empty() => Outcome::PartlyDelivered,
        _ => served,
    })
}

/// Remarks on deliveries that were not made, without those of the readers whom the run served after all.
fn without(notes: Vec<QualityNote>, served: usize) -> Vec<QualityNote> {
    let served = i64::try_from(served).unwrap_or(i64::MAX);
    let mut left = Vec::new();
    for mut note in notes {
        if note.message.key == deliver::WITHHELD
            && let Some(Argument::Count(count)) = note.message.arguments.get_mut("deliveries")
        {
            *count -= served;
            if *count <= 0 {
                continue;
            }
        }
        left.push(note);
    }
    left
}

/// Receipts with those counted as sent that relays put off and that nobody waits for any more: their readers have, or may
/// have, a later revision.
fn settled(
    making: Making<'_>,
    ledger: &Ledger,
    mut receipts: Vec<Receipt>,
) -> Result<Vec<Receipt>, RunError> {
    let Making { plan, cx, .. } = making;
    let mut read = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
    read.retain(|one| one.state.may_be_read());
    for one in receipts.iter_mut().filter(|one| one.run != cx.run) {
        if one.state == DeliveryState::Pending && one.is_overtaken(&read) {
            one.state = DeliveryState::Sent;
        }
    }
    Ok(receipts)
}

/// How a run ended whose reports were all held, or some of them.
pub(crate) fn outcome(cx: &RunContext, (all, some): (bool, bool), receipts: &[Receipt]) -> Outcome {
    let sent = |receipt: &&Receipt| receipt.state == DeliveryState::Sent;
    let is_figures = |receipt: &&Receipt| receipt.key.kind == EditionKind::Report;
    if all || some && cx.send && !receipts.iter().any(|receipt| is_figures(&receipt)) {
        Outcome::Held
    } else if !cx.send || receipts.is_empty() {
        Outcome::NotSent
    } else if some && receipts.iter().any(|receipt| sent(&receipt)) {
        Outcome::PartlyDelivered
    } else if !receipts.iter().all(|receipt| sent(&receipt)) {
        match receipts.iter().any(|receipt| sent(&receipt)) {
            true => Outcome::PartlyDelivered,
            false => Outcome::Failed,
        }
    } else if receipts.iter().all(|receipt| receipt.run != cx.run) {
        Outcome::AlreadyDelivered
    } else {
        Outcome::Delivered
    }
}
