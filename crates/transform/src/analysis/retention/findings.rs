//! What is said of retention: the level, the youngest cohort against older ones at the same age, what is to come.

use super::{Mode, Spec, cohorts::Cohorts, projection::Projection};
use crate::analysis::{
    cells::{argument, counted},
    comparing, people,
};
use model::{
    label::Label,
    number::Number,
    period::Grain,
    report::{Argument, Block, Finding, Message, Verdict},
};
use stats::{
    funnel::rate,
    retention::{LEAST_CUSTOMERS, Refusal},
    survey::{Change, Share, share_change},
};

/// The age whose share is told beside the first, where it is known.
const LATER: usize = 6;

pub(super) fn findings(
    spec: &Spec,
    cohorts: &Cohorts,
    projection: Option<&Result<Projection, Refusal>>,
) -> Vec<Finding> {
    if !cohorts.is_told() {
        let message = Message::new("retention.few")
            .with("people", Argument::Label(spec.people.clone()))
            .with("persons", counted(cohorts.persons.len()))
            .with("periods", counted(cohorts.periods.len()))
            .with("least", counted(people::LEAST));
        return vec![Finding { verdict: Verdict::Unknown, message, weight: 20 }];
    }
    let mut findings: Vec<Finding> = level(spec, cohorts).into_iter().collect();
    findings.extend(youngest(spec, cohorts));
    findings.extend(brought(spec, cohorts));
    findings.extend(projection.map(|found| match found {
        Ok(projection) => ahead(spec, projection),
        Err(refusal) => refused(spec, *refusal),
    }));
    findings
}

/// The word for one period, and for some.
pub(super) fn grain_word(grain: Grain, count: usize) -> Label {
    let (one, many, zh_cn) = match grain {
        Grain::Day => ("day", "days", "天"),
        Grain::Week => ("week", "weeks", "周"),
        Grain::Month | Grain::FiscalMonth => ("month", "months", "个月"),
        Grain::Quarter | Grain::FiscalQuarter => ("quarter", "quarters", "个季度"),
        Grain::Year | Grain::FiscalYear => ("year", "years", "年"),
    };
    Label::new(if count == 1 { one } else { many }, zh_cn)
}

/// The oldest age at which at least the floor of persons have been seen, at most `wish`.
fn oldest(cohorts: &Cohorts, wish: usize) -> Option<usize> {
    (1..=wish).rev().find(|age| {
        let (size, _) = cohorts.lived(cohorts.from, cohorts.periods.len(), *age);
        size as usize >= people::LEAST
    })
}

fn named(spec: &Spec, key: &str) -> Message {
    Message::new(key).with("people", Argument::Label(spec.people.clone()))
}

fn level(spec: &Spec, cohorts: &Cohorts) -> Option<Finding> {
    let later = oldest(cohorts, LATER)?;
    // Both shares are of the same cohorts.
    let first = cohorts.mean_of(cohorts.from, 1, later)?;
    let stays = spec.mode == Mode::Renewal;
    let key = match (stays, later > 1) {
        (false, false) => "retention.return",
        (false, true) => "retention.return_later",
        (true, false) => "retention.renewal",
        (true, true) => "retention.renewal_later",
    };
    let message = named(spec, key)
        .with("first", comparing::percent(Some(first)))
        .with("grain", Argument::Label(grain_word(spec.cohort, 1)));
    let message = match later {
        1 => message,
        later => message
            .with("later", comparing::percent(Some(cohorts.mean(later)?)))
            .with("age", counted(later))
            .with("grains", Argument::Label(grain_word(spec.cohort, later))),
    };
    Some(Finding { verdict: Verdict::Neutral, message, weight: 34 })
}

fn counted_share(hits: u64, trials: u64) -> Option<Share> {
    let found = rate(hits, trials, 0.95)?;
    let (low, high) = found.wilson;
    Some(Share { share: found.share, low, high, answers: trials as f64 })
}

/// A cohort beside the older ones at the same age.
pub(super) struct Against {
    pub(super) own: Share,
    pub(super) older: Share,
    pub(super) change: Change,
}

/// A cohort at an age against the older cohorts that means look at, all of them shown; `None` for too few persons.
pub(super) fn against(cohorts: &Cohorts, cohort: usize, age: usize) -> Option<Against> {
    let (size, came) = cohorts.lived(cohort, cohort + 1, age);
    let (sizes, all) = cohorts.lived(cohorts.from, cohort, age);
    let is_told = !cohorts.hidden[cohort] && sizes as usize >= people::LEAST;
    if !is_told {
        return None;
    }
    let (own, older) = (counted_share(came, size)?, counted_share(all, sizes)?);
    Some(Against { own, older, change: share_change(older, own) })
}

/// The youngest cohort that has lived the first age, against those before.
fn youngest(spec: &Spec, cohorts: &Cohorts) -> Option<Finding> {
    let youngest = cohorts.periods.len().checked_sub(2)?;
    let found = against(cohorts, youngest, 1)?;
    let change = found.change;
    let (key, verdict) = match () {
        () if change.low > 0.0 => ("retention.better", Verdict::Good),
        () if change.high < 0.0 => ("retention.worse", Verdict::Bad),
        () => ("retention.alike", Verdict::Neutral),
    };
    let points = |size: f64| {
        let size = Number::Real(size).to_decimal().map(|size| size.round_dp(12));
        Argument::PercentagePoints(size)
    };
    let message = named(spec, key)
        .with("cohort", Argument::Period(cohorts.periods[youngest]))
        .with("grain", Argument::Label(grain_word(spec.cohort, 1)))
        .with("share", comparing::percent(Some(found.own.share)))
        .with("older", comparing::percent(Some(found.older.share)))
        .with("low", points(change.low))
        .with("high", points(change.high));
    let weight = if verdict == Verdict::Neutral { 16 } else { 40 };
    Some(Finding { verdict, message, weight })
}

/// What a person has brought by a later age, as a multiple of the first period.
fn brought(spec: &Spec, cohorts: &Cohorts) -> Option<Finding> {
    spec.value.as_ref()?;
    let later = oldest(cohorts, LATER)?;
    let value = cohorts.mean_brought(later, later)?;
    let message = named(spec, "retention.brought")
        .with("value", argument(value, &spec.money()))
        .with("first", argument(cohorts.mean_brought(0, later)?, &spec.money()))
        .with("age", counted(later))
        .with("grain", Argument::Label(grain_word(spec.cohort, 1)))
        .with("grains", Argument::Label(grain_word(spec.cohort, later)));
    Some(Finding { verdict: Verdict::Neutral, message, weight: 24 })
}

/// How many are left at the end of the projection.
fn ahead(spec: &Spec, projection: &Projection) -> Finding {
    let last = projection.bands.len() - 1;
    let band = projection.bands[last];
    let left = projection.seen.get(projection.known).copied().flatten();
    let key = if band.low.is_finite() { "retention.ahead" } else { "retention.ahead_plain" };
    let message = named(spec, key)
        .with("known", counted(projection.known))
        .with("left", comparing::percent(left))
        .with("age", counted(last))
        .with("share", comparing::percent(Some(band.share)));
    let message = if band.low.is_finite() {
        message
            .with("low", comparing::percent(Some(band.low)))
            .with("high", comparing::percent(Some(band.high)))
    } else {
        message
    };
    Finding { verdict: Verdict::Neutral, message, weight: 32 }
}

fn refused(spec: &Spec, refusal: Refusal) -> Finding {
    let key = match refusal {
        Refusal::NoLoss => "retention.no_loss",
        Refusal::TooFewCustomers => "retention.too_few",
        Refusal::TooFewPeriods => "retention.too_short",
        Refusal::NotFound | Refusal::NotNumbers => "retention.no_curve",
    };
    let message = named(spec, key);
    let message = match refusal {
        Refusal::TooFewCustomers => message.with("least", counted(LEAST_CUSTOMERS as usize)),
        _ => message,
    };
    Finding { verdict: Verdict::Unknown, message, weight: 18 }
}

/// Remarks below: the method, and what was left out.
pub(super) fn notes(spec: &Spec, cohorts: &Cohorts) -> Vec<Block> {
    let mut notes = Vec::new();
    if cohorts.is_told() {
        let key = match spec.mode {
            Mode::Return => "retention.method",
            Mode::Renewal => "retention.method_renewal",
        };
        notes.push(named(spec, key).with("grain", Argument::Label(grain_word(spec.cohort, 1))));
        if let Some(last) = cohorts.early.checked_sub(1) {
            let cohort = Argument::Period(cohorts.periods[last]);
            let message = named(spec, "retention.first").with("cohort", cohort);
            notes.push(message.with("count", counted(cohorts.early)));
        }
    }
    let counts = [
        ("people.nobodys", cohorts.nobodys),
        ("people.undated", cohorts.undated),
        ("people.unvalued", cohorts.unvalued),
    ];
    let told = counts.into_iter().filter(|(_, count)| *count > 0);
    notes.extend(told.map(|(key, count)| Message::new(key).with("count", counted(count))));
    notes.into_iter().map(Block::Note).collect()
}
