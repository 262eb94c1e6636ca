//! Who gets which edition.
//!
//! Rule: a report goes to its audience, each in the language and layout asked for and cut down to the slice that he may
//! see; a folder holds the report on everything in the job's layout. A notice goes to the owners alone and carries no
//! figures: it goes once for each text. Nobody gets other figures than those who were served before.

use crate::{
    channel::ChannelPlan,
    error::DeliverError,
    mailbox::Recipient,
    plan::{DeliverPlan, FOLDER},
};
use model::{
    edition::{Edition, EditionKind},
    label::Locale,
    quality::{QualityNote, Severity},
    receipt::{DeliveryKey, Receipt},
    report::{Argument, Message},
};

/// One edition for one recipient.
#[derive(Debug)]
pub(crate) struct Parcel<'a> {
    pub(crate) key: DeliveryKey,
    /// What is said of the edition; see [`Shelf`](crate::Shelf).
    pub(crate) edition: &'a Edition,
    /// Its place on the shelf.
    pub(crate) place: usize,
    /// Nobody in particular for a folder.
    pub(crate) to: Option<&'a Recipient>,
}

/// The parcels of one channel.
#[derive(Debug)]
pub(crate) struct Round<'a> {
    pub(crate) channel: &'a ChannelPlan,
    pub(crate) parcels: Vec<Parcel<'a>>,
}

/// Everything that is to be delivered, folders first: what is mailed has been published before.
pub(crate) fn rounds<'a>(
    plan: &'a DeliverPlan,
    editions: &'a [Edition],
) -> Result<Vec<Round<'a>>, DeliverError> {
    plan.route.check()?;
    for (index, one) in editions.iter().enumerate() {
        let is = |edition: &Edition| {
            (edition.kind, edition.locale, edition.slice.clone(), edition.layout.clone())
        };
        let twin = |other: &Edition| is(other) == is(one);
        if editions[..index].iter().any(twin) {
            return Err(DeliverError::TwinEdition { kind: one.kind, locale: one.locale });
        }
    }
    let mut rounds = Vec::new();
    let mut owners = plan.route.owners.as_slice();
    for channel in &plan.route.channels {
        let parcels = match channel {
            ChannelPlan::Email(email) => {
                let mut parcels = letters(plan, editions, (EditionKind::Report, &email.to))?;
                // Owners are told once, through the first relay.
                let owners = std::mem::take(&mut owners);
                parcels.extend(notices(plan, editions, (owners, "notice"))?);
                parcels
            }
            ChannelPlan::Folder(folder) => {
                let parcel = |(place, edition): (usize, &'a Edition)| {
                    let file = folder.message_file(plan, edition);
                    let key = key(plan, edition.kind, FOLDER, &file.display().to_string());
                    Parcel { key, edition, place, to: None }
                };
                let is_whole =
                    |edition: &Edition| edition.slice.is_all() && edition.layout.is_none();
                let whole = editions.iter().enumerate().filter(|(_, edition)| is_whole(edition));
                whole.map(parcel).collect()
            }
        };
        let round = Round { channel, parcels };
        round.channel.as_channel().check(&round.parcels, plan)?;
        rounds.push(round);
    }
    rounds.sort_by_key(|round| matches!(round.channel, ChannelPlan::Email(_)));
    Ok(rounds)
}

/// What is said to the owners of deliveries that failed: beside the notice of a report that is held, which has a key of
/// its own, and once for each text.
pub(crate) fn troubles<'a>(
    plan: &'a DeliverPlan,
    notices: &'a [Edition],
) -> Result<Option<Round<'a>>, DeliverError> {
    let is_mail = |channel: &&ChannelPlan| matches!(channel, ChannelPlan::Email(_));
    let Some(channel) = plan.route.channels.iter().find(is_mail) else { return Ok(None) };
    let parcels = self::notices(plan, notices, (&plan.route.owners, "trouble"))?;
    channel.as_channel().check(&parcels, plan)?;
    Ok(Some(Round { channel, parcels }))
}

/// What is said to owners. Its gist is part of the key: another reason is news, the same one is not.
fn notices<'a>(
    plan: &DeliverPlan,
    editions: &'a [Edition],
    (owners, about): (&'a [Recipient], &str),
) -> Result<Vec<Parcel<'a>>, DeliverError> {
    let mut parcels = letters(plan, editions, (EditionKind::Notice, owners))?;
    for parcel in &mut parcels {
        let Edition { gist, fingerprint, .. } = parcel.edition;
        parcel.key.channel = format!("{about}-{}", gist.as_ref().unwrap_or(fingerprint));
    }
    Ok(parcels)
}

fn letters<'a>(
    plan: &DeliverPlan,
    editions: &'a [Edition],
    (kind, recipients): (EditionKind, &'a [Recipient]),
) -> Result<Vec<Parcel<'a>>, DeliverError> {
    if !editions.iter().any(|edition| edition.kind == kind) {
        return Ok(Vec::new());
    }
    let mut parcels = Vec::new();
    // Those who get the same edition one after the other: it is read back once.
    let mut recipients: Vec<(usize, &Recipient)> = recipients.iter().enumerate().collect();
    recipients.sort_by(|(_, a), (_, b)| {
        (&a.slice, a.locale, &a.layout).cmp(&(&b.slice, b.locale, &b.layout))
    });
    for (index, to) in recipients {
        let fits = |(_, edition): &(usize, &Edition)| {
            (edition.kind, edition.locale) == (kind, to.locale)
                && (&edition.slice, &edition.layout) == (&to.slice, &to.layout)
        };
        let found = editions.iter().enumerate().find(fits);
        let (place, edition) = found.ok_or_else(|| DeliverError::NoEdition {
            kind,
            locale: to.locale,
            place: format!("recipient {}", index + 1),
        })?;
        let key = key(plan, kind, "email", &to.mailbox.address.mailbox());
        parcels.push(Parcel { key, edition, place, to: Some(to) });
    }
    Ok(parcels)
}

// The channel's place in the job file is no part of the key: reordering channels doubles nothing.
fn key(plan: &DeliverPlan, kind: EditionKind, channel: &str, recipient: &str) -> DeliveryKey {
    DeliveryKey {
        job: plan.job.clone(),
        as_of: plan.as_of,
        kind,
        channel: channel.to_owned(),
        recipient: recipient.to_owned(),
        revision: plan.revision,
    }
}

/// Divides parcels into those that may go and those that would show other figures than earlier readers
/// of the same edition got by mail, in their language or in another one. Notices have no figures and may always go. What a
/// mail looks like may be another matter by now; a folder keeps the looks that were mailed, too.
pub(crate) fn divide<'a>(
    parcels: Vec<Parcel<'a>>,
    earlier: &[Receipt],
    editions: &[Edition],
) -> (Vec<Parcel<'a>>, Vec<Parcel<'a>>) {
    let is_figures = |receipt: &&Receipt| {
        let is_mail = receipt.key.kind == EditionKind::Report && receipt.key.channel == "email";
        is_mail && receipt.state.may_be_read()
    };
    // What is said of the slice now: in the reader's language, or in another one that is still read.
    let now = |receipt: &Receipt| {
        let is_of = |edition: &&Edition| {
            (edition.kind, &edition.slice) == (receipt.key.kind, &receipt.slice)
        };
        let of_slice = || editions.iter().filter(is_of);
        let same = of_slice().find(|edition| edition.locale == receipt.locale);
        same.or_else(|| of_slice().find(|edition| edition.gist.is_some() && receipt.gist.is_some()))
    };
    // Whether it says something else, for each that looks otherwise.
    let told = earlier.iter().filter(is_figures).filter_map(|receipt| {
        let now = now(receipt).filter(|now| now.fingerprint != receipt.content)?;
        Some((receipt, !now.says_what_was_said(receipt)))
    });
    let told: Vec<(&Receipt, bool)> = told.collect();
    parcels.into_iter().partition(|parcel| {
        !told.iter().any(|(receipt, are_others)| {
            (receipt.key.kind, receipt.key.revision) == (parcel.edition.kind, parcel.key.revision)
                && receipt.slice == parcel.edition.slice
                && (*are_others || parcel.to.is_none())
        })
    })
}

/// The remark on deliveries that were not made because readers have something else.
pub const WITHHELD: &str = "deliver.content_changed";

/// The remark on parcels that were held back; none for none, and for those that went out corrected.
pub(crate) fn remark(withheld: &[Parcel<'_>], earlier: &[Receipt]) -> Option<QualityNote> {
    let is_corrected = |parcel: &&Parcel<'_>| {
        let later = |one: &Receipt| {
            let (key, ours) = (&one.key, &parcel.key);
            // A folder's files have names of their own in each revision.
            let is_theirs = parcel.to.is_none() || key.recipient == ours.recipient;
            one.state.may_be_read()
                && is_theirs
                && (key.kind, &key.channel) == (ours.kind, &ours.channel)
                && (one.locale, &one.slice) == (parcel.edition.locale, &parcel.edition.slice)
                && key.revision > ours.revision
        };
        earlier.iter().any(later)
    };
    // It lies there with the looks that it had.
    let is_there = |parcel: &&Parcel<'_>| {
        let theirs =
            |one: &Receipt| one.key == parcel.key && parcel.edition.says_what_was_said(one);
        earlier.iter().any(theirs)
    };
    let withheld = withheld.iter().filter(|parcel| !is_corrected(parcel) && !is_there(parcel));
    let withheld: Vec<&Parcel<'_>> = withheld.collect();
    let count = i64::try_from(withheld.len()).unwrap_or(i64::MAX);
    let mut locales: Vec<Locale> = withheld.iter().map(|parcel| parcel.edition.locale).collect();
    locales.sort();
    locales.dedup();
    let tags: Vec<&str> = locales.into_iter().map(Locale::tag).collect();
    (count > 0).then(|| QualityNote {
        severity: Severity::Warning,
        message: Message::new(WITHHELD)
            .with("deliveries", Argument::Count(count))
            .with("locales", Argument::Text(tags.join(", "))),
        dataset: None,
    })
}
