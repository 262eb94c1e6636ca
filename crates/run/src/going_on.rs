//! Corrections that relays put off, or that a killed run did not come to: who waits for them, and how they are gone on with.
//!
//! Rule: the stored correction goes, to each the last one that was meant for him, under its own revision; nothing is
//! computed. What has changed since is a matter of the next one.

use crate::{
    afresh::{self, Afresh},
    earlier::Telling,
    error::RunError,
    gone, held,
    in_hand::is_reader,
    ledger::{Hold, Ledger, is_correction},
    stage::{Progress, Run},
    told::Told,
    word,
};
use deliver::{ChannelPlan, DeliverPlan, Doubtful, Recipient};
use job::JobPlan;
use model::{
    context::RunContext,
    quality::{QualityNote, Severity},
    receipt::{DeliveryKey, DeliveryState, Receipt},
    report::{Argument, Message},
    run::{Outcome, RunRecord},
};
use std::collections::BTreeSet;

/// Goes on with the corrections of a plan's moment for those for whom relays put them off: the same revisions, under the
/// same message ids. Nothing is computed, and nobody else gets anything.
///
/// # Errors
/// As [`crate::correct`].
pub fn go_on(
    plan: &JobPlan,
    cx: &RunContext,
    ledger: &Ledger,
    progress: &dyn Progress,
) -> Result<RunRecord, RunError> {
    let mut run = Run::open(plan, cx, ledger, progress)?;
    let result = deliver(plan, cx, ledger, &mut run);
    run.close(result)
}

/// Delivers the corrections that relays put off to those who wait for them: to each the last one that was meant for him.
pub(crate) fn deliver(
    plan: &JobPlan,
    cx: &RunContext,
    ledger: &Ledger,
    run: &mut Run<'_>,
) -> Result<Outcome, RunError> {
    if !cx.send {
        return Ok(Outcome::AlreadyDelivered);
    }
    let open = readers(plan, ledger, run)?;
    let revisions: BTreeSet<u32> = open.iter().map(|one| one.key.revision).collect();
    let Some(last) = revisions.last() else { return Ok(Outcome::AlreadyDelivered) };
    if run.record().revision == 0 {
        run.corrects(*last);
    }
    let (mut ended, mut lost) = (Vec::new(), None);
    let hold = ledger.held(&plan.job)?;
    for revision in revisions {
        let made = Telling::of_correction(plan, ledger, revision)?;
        // A hold is the later word over what was on its way before it.
        let is_before = |hold: &&Hold| made.started().is_some_and(|started| hold.since > started);
        if let Some(hold) = hold.as_ref().filter(is_before) {
            run.notes(vec![word::by_person(hold, plan.as_of.timezone())]);
            ended.push(Outcome::Held);
            continue;
        }
        let theirs: Vec<&Receipt> =
            open.iter().filter(|one| one.key.revision == revision).collect();
        match told(plan, ledger, &made)? {
            None => lost = theirs.first().map(|one| one.run.to_string()),
            Some(told) if told.is_empty() => {}
            Some(told) => {
                ended.push(Revision { plan, revision, told, cx, ledger }.deliver(&theirs, run)?);
            }
        }
    }
    match (ended.first(), lost) {
        (None, Some(run)) => Err(RunError::NoReport { run }),
        (None, None) => Ok(Outcome::AlreadyDelivered),
        (Some(first), None) if ended.iter().all(|one| one == first) => Ok(*first),
        _ => Ok(Outcome::PartlyDelivered),
    }
}

/// The deliveries that are open, without those to readers who moved: one who moved to another slice never had a report on
/// that one, so there is nothing in it to correct for him, and what he has of his old one he has for good.
fn readers(plan: &JobPlan, ledger: &Ledger, run: &mut Run<'_>) -> Result<Vec<Receipt>, RunError> {
    let mut open = put_off(plan, ledger)?;
    let all = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
    let mut former = BTreeSet::new();
    for moved in open.extract_if(.., |one| !is_reader(plan, one)) {
        ledger.withdraw(&moved.key)?;
        let is_old = |one: &&Receipt| {
            one.key.recipient == moved.key.recipient
                && one.slice == moved.slice
                && one.state.may_be_read()
        };
        former.extend(all.iter().find(is_old).map(|_| moved.key.recipient));
    }
    run.notes(untold(former.len()));
    if is_doubt_sent_again(plan) {
        let is_open =
            |one: &&Receipt| is_doubtful(one) && !one.is_overtaken(&all) && is_reader(plan, one);
        open.extend(all.iter().filter(is_open).cloned());
    }
    Ok(open)
}

/// Whether what is in doubt goes once more, as the job declares.
fn is_doubt_sent_again(plan: &JobPlan) -> bool {
    let is_declared = |channel: &ChannelPlan| matches!(channel, ChannelPlan::Email(email) if email.doubtful == Doubtful::Again);
    plan.deliver.route.channels.iter().any(is_declared)
}

/// Whether it is in doubt if somebody has a correction.
fn is_doubtful(receipt: &Receipt) -> bool {
    is_correction(receipt) && receipt.state == DeliveryState::Unknown
}

/// That so many have a wrong report and do not read it any more: they may not see the slice, so they are not told.
pub(crate) fn untold(count: usize) -> Vec<QualityNote> {
    let message = Message::new("correction.former").with("count", Argument::Count(count as i64));
    let note = QualityNote { severity: Severity::Warning, message, dataset: None };
    Vec::from_iter((count > 0).then_some(note))
}

/// The stored reports of a correction, but for slices of which the data have no rows any more; nothing where they are lost.
fn told(plan: &JobPlan, ledger: &Ledger, made: &Telling) -> Result<Option<Vec<Told>>, RunError> {
    let stored = made.slices().into_iter().filter_map(|slice| {
        let stored = made.report(&slice)?;
        let release = afresh::release(&stored.reservations);
        Some(Told { slice, path: stored.path, release })
    });
    let mut told: Vec<Told> = stored.collect();
    if told.is_empty() {
        return Ok(None);
    }
    let moment = plan.as_of.naive_local();
    let runs = ledger.of_moments(&plan.job, (moment, moment))?;
    let runs: Vec<RunRecord> = runs.into_iter().map(|run| run.record).collect();
    let latest = gone::latest(&runs);
    told.retain(|one| latest.is_none_or(|latest| !gone::lacks(latest, &one.slice)));
    Ok(Some(told))
}

/// A correction that is gone on with.
struct Revision<'a> {
    plan: &'a JobPlan,
    revision: u32,
    told: Vec<Told>,
    cx: &'a RunContext,
    ledger: &'a Ledger,
}

impl Revision<'_> {
    /// Delivers it to those who wait for it.
    fn deliver(self, open: &[&Receipt], run: &mut Run<'_>) -> Result<Outcome, RunError> {
        let Self { plan, revision, told, cx, ledger } = self;
        // Those of whom it is in doubt whether they have it get nothing by themselves, but their owners hear of it.
        let all = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
        let is_of_it = |one: &&Receipt| one.key.revision == revision && !one.is_overtaken(&all);
        let doubtful = all.iter().filter(|one| is_doubtful(one)).filter(is_of_it);
        let concerned: Vec<&Receipt> = doubtful.chain(open.iter().copied()).collect();
        let waits = |reader: &Recipient| {
            let address = reader.mailbox.address.mailbox();
            let is_his = |one: &&Receipt| one.key.recipient == address && one.slice == reader.slice;
            told.iter().any(|told| told.slice == reader.slice) && concerned.iter().any(is_his)
        };
        let mut route = plan.deliver.route.only(waits);
        if open.iter().all(|one| one.key.way() == "email") {
            route = route.without_folders();
        }
        let deliver = DeliverPlan { route, revision, moment: cx.now, ..plan.deliver.clone() };
        let plan = &JobPlan { deliver, ..plan.clone() };
        Afresh { plan, told: &told, cx, ledger, tells_owners: true }.deliver(run, |_| Ok(()))
    }
}

/// The deliveries of corrections of a plan's moment that relays put off.
pub(crate) fn put_off(plan: &JobPlan, ledger: &Ledger) -> Result<Vec<Receipt>, RunError> {
    divided(plan, ledger).map(|(begun, _)| begun)
}

/// Those of corrections that were not begun: no mail of them was written down, for their folder could not be published.
/// They are to be made anew.
pub(crate) fn not_begun(plan: &JobPlan, ledger: &Ledger) -> Result<Vec<Receipt>, RunError> {
    divided(plan, ledger).map(|(_, not_begun)| not_begun)
}

fn divided(plan: &JobPlan, ledger: &Ledger) -> Result<(Vec<Receipt>, Vec<Receipt>), RunError> {
    let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
    let mut open = ledger.put_off(&plan.job, plan.as_of.naive_local(), &serves)?;
    open.retain(is_correction);
    let all = ledger.receipts(&plan.job, plan.as_of.naive_local())?;
    let is_begun = |revision: u32| {
        let is_mail = |one: &Receipt| is_correction(one) && one.key.way() == "email";
        all.iter().any(|one| is_mail(one) && one.key.revision == revision)
    };
    Ok(open.into_iter().partition(|one| is_begun(one.key.revision)))
}

/// Whether corrections of a plan's moment are to be gone on with; else one is to be made.
///
/// # Errors
/// When the ledger cannot be read.
pub fn is_begun(plan: &JobPlan, ledger: &Ledger) -> Result<bool, RunError> {
    let (begun, not_begun) = divided(plan, ledger)?;
    Ok(!begun.is_empty() && not_begun.is_empty())
}

/// That relays put off corrections of a plan's moment, or that one is held, if that is so.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) fn on_their_way(plan: &JobPlan, ledger: &Ledger) -> Result<Vec<QualityNote>, RunError> {
    let remark = |message| QualityNote { severity: Severity::Warning, message, dataset: None };
    let readers: BTreeSet<String> =
        put_off(plan, ledger)?.into_iter().map(|one| one.key.recipient).collect();
    let count = Argument::Count(readers.len() as i64);
    let put_off = Message::new("correction.put_off").with("count", count);
    let moment = plan.as_of.naive_local();
    let runs = ledger.of_moments(&plan.job, (moment, moment))?;
    let held = held::correction(runs.iter().map(|run| &run.record));
    let held = held.map(|record| {
        Message::new("correction.held").with("run", Argument::Text(record.run.to_string()))
    });
    Ok((!readers.is_empty()).then_some(put_off).into_iter().chain(held).map(remark).collect())
}
