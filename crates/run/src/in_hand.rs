//! What readers of a moment have in hand: each his own report.
//!
//! Rule: the ledger says who was served, with which revision and by which run; what that run told his slice is what he has.
//! Readers of one slice may have different reports: one joined later, or a relay put him off while figures changed.

use crate::{
    earlier::{Stored, Telling},
    error::RunError,
    ledger::{Ledger, is_correction},
};
use chrono::NaiveDateTime;
use deliver::Recipient;
use job::JobPlan;
use model::{
    edition::EditionKind,
    receipt::{DeliveryKey, DeliveryState, Receipt},
    run::RunRecord,
    slice::Slice,
};
use std::collections::{BTreeMap, BTreeSet};

/// A report, and who has it as his latest.
pub(crate) struct Version {
    pub(crate) stored: Stored,
    /// The recipients of its deliveries.
    pub(crate) holders: BTreeSet<String>,
}

/// The reports of a moment that somebody has.
#[derive(Debug, Default)]
pub(crate) struct InHand {
    /// The latest delivery to each reader of each slice, the earliest revisions first.
    latest: Vec<Receipt>,
    /// The same to those who read the slice no more.
    former: Vec<Receipt>,
    /// The runs of these deliveries.
    runs: BTreeMap<String, RunRecord>,
    /// What was told, for deliveries by runs that told nothing themselves.
    telling: Telling,
    /// Readers who are owed the report, with their slice: relays put them off.
    owed: BTreeSet<(String, Slice)>,
}

impl InHand {
    /// What there is of a moment.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn of(
        plan: &JobPlan,
        ledger: &Ledger,
        moment: NaiveDateTime,
    ) -> Result<Self, RunError> {
        let mut latest: BTreeMap<(String, Slice), Receipt> = BTreeMap::new();
        let receipts = ledger.receipts(&plan.job, moment)?;
        // A correction that was refused for good is not tried again with each night's figures: its owner was told.
        let is_told = |one: &Receipt| {
            let is_refused = one.state == DeliveryState::Failed && is_correction(one);
            one.state.may_be_read() || is_refused
        };
        let served = |one: &&Receipt| one.key.kind == EditionKind::Report && is_told(one);
        for receipt in receipts.iter().filter(served) {
            let place = (holder(receipt), receipt.slice.clone());
            let known = latest.get(&place).map(|known| known.key.revision);
            if known.is_none_or(|known| known <= receipt.key.revision) {
                latest.insert(place, receipt.clone());
            }
        }
        let mut latest: Vec<Receipt> = latest.into_values().collect();
        latest.sort_by_key(|receipt| (receipt.key.revision, receipt.changed));
        let mut runs = BTreeMap::new();
        for receipt in &latest {
            let id = receipt.run.to_string();
            if !runs.contains_key(&id)
                && let Some(run) = ledger.run(&receipt.run)?
            {
                runs.insert(id, run.record);
            }
        }
        let (latest, former) = latest.into_iter().partition(|receipt| is_reader(plan, receipt));
        let serves = |key: &DeliveryKey| plan.deliver.route.names(key);
        let owed = ledger.put_off(&plan.job, moment, &serves)?.into_iter();
        let owed = owed.filter(|one| {
            let is_report = one.key.kind == EditionKind::Report && !is_correction(one);
            is_report && one.key.way() == "email"
        });
        // He is owed what he reads now, whatever he read when it was put off.
        let readers = || plan.deliver.route.readers();
        let now = |one: Receipt| {
            let reader = readers().find(|to| to.mailbox.address.as_str() == one.key.recipient);
            let slice = reader.map_or(one.slice, |reader| reader.slice.clone());
            (one.key.recipient, slice)
        };
        let owed = owed.map(now).collect();
        Ok(Self { latest, former, runs, telling: Telling::of(plan, ledger, moment)?, owed })
    }

    /// Whether nobody has anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }

    /// Whether somebody is owed the report on a slice.
    pub(crate) fn owes(&self, recipient: &str, slice: &Slice) -> bool {
        self.owed.contains(&(recipient.to_owned(), slice.clone()))
    }

    /// The reports on a slice that somebody has, the earliest first; none that is gone.
    pub(crate) fn versions(&self, slice: &Slice) -> Vec<Version> {
        self.versions_of(&self.latest, slice)
    }

    /// The same of those who read the slice no more.
    pub(crate) fn former(&self, slice: &Slice) -> Vec<Version> {
        self.versions_of(&self.former, slice)
    }

    fn versions_of(&self, receipts: &[Receipt], slice: &Slice) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        for receipt in receipts.iter().filter(|receipt| receipt.slice == *slice) {
            let Some(stored) = self.stored(receipt) else { continue };
            let recipient = receipt.key.recipient.clone();
            match versions.iter_mut().find(|version| version.stored.path == stored.path) {
                Some(version) => drop(version.holders.insert(recipient)),
                None => versions.push(Version { stored, holders: [recipient].into() }),
            }
        }
        versions
    }

    /// The report that was delivered.
    fn stored(&self, receipt: &Receipt) -> Option<Stored> {
        let run = self.runs.get(receipt.run.as_str());
        let own = run.and_then(|run| Telling::by(run).delivered(&receipt.slice));
        own.or_else(|| {
            // A run of an older version of this program does not say what it sent again.
            self.telling.reports(&receipt.slice).find(|stored| {
                let correction = stored.report.correction.as_ref();
                correction.map_or(0, |one| one.revision) == receipt.key.revision
            })
        })
    }
}

/// Whether a delivery was to somebody who still reads that slice, or into a folder.
fn is_reader(plan: &JobPlan, receipt: &Receipt) -> bool {
    let mut readers = plan.deliver.route.readers();
    let is_theirs = |reader: &Recipient| {
        reader.mailbox.address.as_str() == receipt.key.recipient && reader.slice == receipt.slice
    };
    receipt.key.way() != "email" || readers.any(is_theirs)
}

/// Who has what was delivered: a folder is one, whatever its files are called.
fn holder(receipt: &Receipt) -> String {
    match receipt.key.way() {
        "email" => receipt.key.recipient.clone(),
        way => format!("{way} {}", receipt.locale),
    }
}
