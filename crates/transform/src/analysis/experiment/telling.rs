//! What the trial says, in one conclusion per version, then what else came to harm.

use super::{
    spec::{Kind, PlanSpec},
    trial::{FLOOR, MOST_TWICE, Stage, Trial},
    view::{confidence, difference, fineness, percent, split_chance, worth_format},
};
use crate::analysis::comparing;
use model::{
    label::Label,
    number::Number,
    report::{Argument, Finding, Message, Verdict},
};
use rust_decimal::prelude::ToPrimitive;
use stats::experiment::{self, Reading};

/// A chance below this is told as being below it.
const LEAST_TOLD: f64 = 0.0001;
/// So many people a difference is told for.
const PEOPLE: f64 = 1000.0;

/// The findings, the conclusion first.
pub(super) fn findings(trial: &Trial<'_>) -> Vec<Finding> {
    match trial.stage {
        Stage::NotBegun => vec![unknown(
            Message::new("experiment.not_begun").with("date", Argument::Date(trial.spec.start)),
        )],
        Stage::TooFew => vec![unknown(
            Message::new("experiment.few").with("minimum", Argument::Count(FLOOR as i64)),
        )],
        Stage::Running => vec![running(trial)].into_iter().chain(unsound(trial)).collect(),
        Stage::Read => read(trial),
    }
}

fn unknown(message: Message) -> Finding {
    Finding { verdict: Verdict::Unknown, message, weight: 10 }
}

fn running(trial: &Trial<'_>) -> Finding {
    let people: u64 = trial.people.iter().sum();
    let message = match (&trial.spec.plan, trial.last_day()) {
        (PlanSpec::Looks { on, .. }, _) => Message::new("experiment.running_look")
            .with("date", Argument::Date(on.first().copied().unwrap_or(trial.spec.start))),
        (PlanSpec::Once { people: Some(planned) }, _) => {
            Message::new("experiment.running").with("planned", Argument::Count(i64::from(*planned)))
        }
        (_, Some(last)) => {
            Message::new("experiment.running_until").with("date", Argument::Date(last))
        }
        (_, None) => Message::new("experiment.running_on"),
    };
    let message = message.with("people", Argument::Count(people as i64));
    Finding { verdict: Verdict::Neutral, message, weight: 10 }
}

/// Why nothing may be called.
fn unsound(trial: &Trial<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let say = |message: Message| {
        let outcome = trial.spec.outcome.first().map(|one| one.label.clone());
        let outcome = outcome.unwrap_or_else(|| Label::verbatim(""));
        let message = message.with("outcome", Argument::Label(outcome));
        Finding { verdict: Verdict::Bad, message, weight: 65 }
    };
    if let Some(split) = trial.split.filter(|split| !split.is_sound()) {
        let message = match split.p < LEAST_TOLD {
            true => Message::new("experiment.not_sound_clear"),
            false => Message::new("experiment.not_sound").with("p", split_chance(split.p)),
        };
        found.push(say(message));
    }
    if trial.share_twice() > MOST_TWICE {
        let message = Message::new("experiment.twice")
            .with("count", Argument::Count(trial.twice as i64))
            .with("share", percent(trial.share_twice(), 1))
            .with("most", percent(MOST_TWICE, 0));
        found.push(say(message));
    }
    found
}

fn read(trial: &Trial<'_>) -> Vec<Finding> {
    let mut found = unsound(trial);
    let readings = |outcome: usize| {
        let reading = trial.outcomes[outcome].reading.as_ref();
        reading.map_or(&[][..], |reading| &reading.versions).iter().enumerate()
    };
    if trial.outcomes[0].reading.is_none() {
        let message = Message::new("experiment.unread").with("outcome", label(trial, 0));
        found.push(unknown(message));
    }
    for (version, reading) in readings(0) {
        found.extend(conclusion(trial, version, reading));
    }
    if trial.is_sound() {
        let guards = 1..trial.outcomes.len();
        let harms: Vec<(usize, usize, &Reading)> = guards
            .clone()
            .flat_map(|outcome| {
                readings(outcome).map(move |(version, one)| (outcome, version, one))
            })
            .filter(|(outcome, version, _)| {
                trial.verdict(*outcome, *version) == Some(experiment::Verdict::Loss)
            })
            .collect();
        for (outcome, version, reading) in &harms {
            let message = said(trial, "experiment.harm", *outcome, *version, reading);
            found.extend(message.map(|message| Finding {
                verdict: Verdict::Bad,
                message,
                weight: 62,
            }));
        }
        let spared = guards.filter(|outcome| {
            trial.outcomes[*outcome].reading.is_some()
                && harms.iter().all(|(harmed, ..)| harmed != outcome)
        });
        let spared: Vec<Label> = spared.map(|one| trial.spec.outcome[one].label.clone()).collect();
        if !spared.is_empty() {
            let message = Message::new("experiment.spared").with("list", Argument::List(spared));
            found.push(Finding { verdict: Verdict::Neutral, message, weight: 8 });
        }
    }
    found
}

/// The conclusion on one version, with what it is worth or what could have been seen.
fn conclusion(trial: &Trial<'_>, version: usize, reading: &Reading) -> Vec<Finding> {
    let (key, verdict, weight) = match trial.verdict(0, version) {
        Some(experiment::Verdict::Win) => ("experiment.win", Verdict::Good, 60),
        Some(experiment::Verdict::Loss) => ("experiment.loss", Verdict::Bad, 60),
        Some(experiment::Verdict::Open) => ("experiment.open", Verdict::Neutral, 40),
        Some(experiment::Verdict::NotSound) => ("experiment.shown", Verdict::Unknown, 12),
        None => return Vec::new(),
    };
    let message = said(trial, key, 0, version, reading);
    let mut found: Vec<Finding> =
        message.map(|message| Finding { verdict, message, weight }).into_iter().collect();
    match trial.verdict(0, version) {
        Some(experiment::Verdict::Win | experiment::Verdict::Loss) => {
            found.extend(worth(trial, version, reading));
        }
        Some(experiment::Verdict::Open) => found.extend(visible(trial)),
        Some(experiment::Verdict::NotSound) | None => {}
    }
    found
}

fn label(trial: &Trial<'_>, outcome: usize) -> Argument {
    Argument::Label(trial.spec.outcome[outcome].label.clone())
}

/// A sentence on a version with its values, the difference and the interval.
fn said(
    trial: &Trial<'_>,
    key: &str,
    outcome: usize,
    version: usize,
    reading: &Reading,
) -> Option<Message> {
    let measured = &trial.outcomes[outcome];
    let (base, value) = (measured.values[0]?, measured.values[version + 1]?);
    let spec = &trial.spec.outcome[outcome];
    let compared = &reading.comparison;
    let size = |value: f64| difference(spec, value, fineness(compared));
    Some(
        Message::new(key)
            .with("version", Argument::Label(trial.name(version + 1)))
            .with("control", Argument::Label(trial.name(0)))
            .with("outcome", Argument::Label(spec.label.clone()))
            .with("value", size(value))
            .with("base", size(base))
            .with("difference", size(compared.difference))
            .with("low", size(compared.low))
            .with("high", size(compared.high))
            .with("level", confidence(trial.own_level())),
    )
}

/// What the difference comes to for a thousand people; a ratio is per something else.
fn worth(trial: &Trial<'_>, version: usize, reading: &Reading) -> Option<Finding> {
    let spec = &trial.spec.outcome[0];
    if spec.kind == Kind::Ratio {
        return None;
    }
    let value = |one: f64| Argument::value(Some(Number::Real(one * PEOPLE)), worth_format(spec));
    let message = Message::new("experiment.worth")
        .with("outcome", Argument::Label(spec.label.clone()))
        .with("version", Argument::Label(trial.name(version + 1)))
        .with("control", Argument::Label(trial.name(0)))
        .with("people", Argument::Count(PEOPLE as i64))
        .with("worth", value(reading.comparison.difference))
        .with("low", value(reading.comparison.low))
        .with("high", value(reading.comparison.high));
    Some(Finding { verdict: Verdict::Neutral, message, weight: 30 })
}

/// What a trial of this size sees, beside the smallest change that matters.
fn visible(trial: &Trial<'_>) -> Option<Finding> {
    let measured = &trial.outcomes[0];
    let (visible, base) = (measured.visible?, measured.values[0]?);
    let spec = &trial.spec.outcome[0];
    let smallest = trial.spec.smallest.and_then(|smallest| smallest.to_f64());
    let key = match smallest {
        Some(smallest) if smallest * base.abs() < visible => "experiment.too_small",
        _ => "experiment.visible",
    };
    let share = (base > 0.0).then(|| visible / base);
    let message = Message::new(key)
        .with("outcome", Argument::Label(spec.label.clone()))
        .with("visible", difference(spec, visible, visible))
        .with("share", comparing::percent(share));
    let message = match (key, smallest) {
        ("experiment.too_small", Some(smallest)) => message.with("smallest", percent(smallest, 1)),
        _ => message,
    };
    share.map(|_| Finding { verdict: Verdict::Neutral, message, weight: 20 })
}
