//! What readers of a moment have in hand: each his own report.
//!
//! Rule: the ledger says who was served, with which revision and by which run; what that run told his slice is what he has.
//! Readers of one slice may have different reports: one joined later, or a relay put him off while figures changed. Of whom
//! it is in doubt whether he has a correction, he may have that or what it corrects. Who was refused it has the one before,
//! and is not sent the same again.

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
    report::Report,
    run::RunRecord,
    slice::{Members, Slice},
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
    /// The latest delivery to each reader of each slice, the earliest revisions first; with those before it where it is in
    /// doubt.
    latest: Vec<Receipt>,
    /// The same to those who read the slice no more.
    former: Vec<Receipt>,
    /// The corrections that were refused for good, later than what somebody has, the latest first.
    refused: Vec<Receipt>,
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
        let mut receipts = ledger.receipts(&plan.job, moment)?;
        receipts.retain(|one| one.key.kind == EditionKind::Report);
        receipts.sort_by_key(|receipt| (receipt.key.revision, receipt.changed));
        // By place, whether it is certain what somebody has there.
        let mut known: BTreeMap<(String, Slice), bool> = BTreeMap::new();
        let (mut latest, mut refused) = (Vec::new(), Vec::new());
        for receipt in receipts.into_iter().rev() {
            let place = (holder(&receipt), receipt.slice.clone());
            let is_refused = receipt.state == DeliveryState::Failed && is_correction(&receipt);
            match known.get(&place) {
                Some(true) => {}
                _ if receipt.state.may_be_read() => {
                    known.insert(place, receipt.state == DeliveryState::Sent);
                    latest.push(receipt);
                }
                // Nobody is sent again what he was refused, with each night's figures: its owner was told.
                None if is_refused => refused.push(receipt),
                _ => {}
            }
        }
        latest.reverse();
        let mut runs = BTreeMap::new();
        for receipt in latest.iter().chain(&refused) {
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
            let reader = readers().find(|to| to.mailbox.address.mailbox() == one.key.recipient);
            let slice = reader.map_or(one.slice, |reader| reader.slice.clone());
            (one.key.recipient, slice)
        };
        let owed = owed.map(now).collect();
        Ok(Self {
            latest,
            former,
            refused,
            runs,
            telling: Telling::of(plan, ledger, moment)?,
            owed,
        })
    }

    /// Whether nobody has anything.
    pub(crate) fn is_empty(&self) -> bool {
        self.latest.is_empty()
    }

    /// How many have a report that is gone from the state folder: whether it is wrong cannot be known.
    pub(crate) fn lost(&self) -> usize {
        let alike = alike(self.latest.iter()).into_iter();
        let gone = alike.filter(|receipts| self.stored(receipts[0]).is_none());
        gone.map(|receipts| receipts.len()).sum()
    }

    /// Whether somebody is owed the report on a slice.
    pub(crate) fn owes(&self, recipient: &str, slice: &Slice) -> bool {
        self.owed.contains(&(recipient.to_owned(), slice.clone()))
    }

    /// Whether anybody is owed the report on a slice.
    pub(crate) fn is_owed(&self, slice: &Slice) -> bool {
        self.owed.iter().any(|(_, owed)| owed == slice)
    }

    /// The reports on a slice that somebody has, the earliest first; none that is gone.
    pub(crate) fn versions(&self, slice: &Slice) -> Vec<Version> {
        self.versions_of(&self.latest, slice)
    }

    /// The reports on a slice that are wrong in somebody's hands by `now`, each with those who are to be told so; with what
    /// else these may have instead. `has_moved` holds two reports against each other.
    pub(crate) fn wrong(
        &self,
        slice: &Slice,
        now: &Report,
        has_moved: impl Fn(&Report, &Report) -> bool,
    ) -> Vec<Version> {
        let was_refused = |holder: &String| {
            let theirs = |one: &&Receipt| one.slice == *slice && one.key.recipient == *holder;
            let refused = self.refused.iter().find(theirs).and_then(|one| self.stored(one));
            refused.is_some_and(|stored| !has_moved(&stored.report, now))
        };
        let mut versions = self.versions(slice);
        let mut misled: BTreeSet<String> = BTreeSet::new();
        // The last that somebody may have decides: what is in doubt is not sent again by itself.
        for version in &versions {
            let has_moved = has_moved(&version.stored.report, now);
            for holder in &version.holders {
                match has_moved {
                    true => drop(misled.insert(holder.clone())),
                    false => drop(misled.remove(holder)),
                }
            }
        }
        misled.retain(|holder| !was_refused(holder));
        for version in &mut versions {
            version.holders.retain(|holder| misled.contains(holder));
        }
        versions.retain(|version| !version.holders.is_empty());
        versions
    }

    /// The same of those who read the slice no more.
    pub(crate) fn former(&self, slice: &Slice) -> Vec<Version> {
        self.versions_of(&self.former, slice)
    }

    /// The slices of those who have a report on one that they read no more.
    pub(crate) fn former_slices(&self) -> BTreeSet<&Members> {
        let slices = self.former.iter().map(|one| &one.slice);
        let of = |slice| match slice {
            &Slice::All => None,
            Slice::Of(members) => Some(members),
        };
        slices.filter_map(of).collect()
    }

    fn versions_of(&self, receipts: &[Receipt], slice: &Slice) -> Vec<Version> {
        let mut versions: Vec<Version> = Vec::new();
        for alike in alike(receipts.iter().filter(|receipt| receipt.slice == *slice)) {
            let Some(stored) = self.stored(alike[0]) else { continue };
            let holders = alike.iter().map(|receipt| receipt.key.recipient.clone());
            match versions.iter_mut().find(|version| version.stored.path == stored.path) {
                Some(version) => version.holders.extend(holders),
                None => versions.push(Version { stored, holders: holders.collect() }),
            }
        }
        versions
    }

    /// Whether somebody has a report on a slice, there or gone.
    pub(crate) fn is_told(&self, slice: &Slice) -> bool {
        self.latest.iter().any(|receipt| receipt.slice == *slice)
    }

    /// The report that was delivered; nothing where it is gone, or another one lies in its place.
    fn stored(&self, receipt: &Receipt) -> Option<Stored> {
        let is_it = |stored: &Stored| {
            receipt.gist.as_ref().is_none_or(|figures| *figures == stored.figures)
        };
        let run = self.runs.get(receipt.run.as_str());
        let own = run
            .and_then(|run| Telling::by(run).delivered(&receipt.slice, Some(receipt.key.revision)));
        own.filter(is_it).or_else(|| {
            // The same by another run; a run of an older version of this program does not say what it sent again.
            self.telling.reports(&receipt.slice).filter(is_it).find(|stored| {
                let correction = stored.report.correction.as_ref();
                correction.map_or(0, |one| one.revision) == receipt.key.revision
            })
        })
    }
}

/// Deliveries of the same report, which is read once for all of its readers, in the order of their first ones.
fn alike<'a>(receipts: impl Iterator<Item = &'a Receipt>) -> Vec<Vec<&'a Receipt>> {
    let mut alike: BTreeMap<(&str, &Slice, u32, Option<&str>), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Receipt>> = Vec::new();
    for receipt in receipts {
        let gist = receipt.gist.as_deref();
        let of = (receipt.run.as_str(), &receipt.slice, receipt.key.revision, gist);
        let at = *alike.entry(of).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => group.push(receipt),
            None => groups.push(vec![receipt]),
        }
    }
    groups
}

/// Whether a delivery was to somebody who still reads that slice, or into a folder.
pub(crate) fn is_reader(plan: &JobPlan, receipt: &Receipt) -> bool {
    let mut readers = plan.deliver.route.readers();
    let is_theirs = |reader: &Recipient| {
        reader.mailbox.address.mailbox() == receipt.key.recipient && reader.slice == receipt.slice
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
