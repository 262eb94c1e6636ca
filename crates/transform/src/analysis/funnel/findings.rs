//! What a funnel says in sentences.

use super::{
    reading::{FEWEST, Reading},
    segments::Segments,
    tables::verdict,
    words::{count, percent, points},
};
use model::report::{Argument, Finding, Message, Verdict};
use stats::funnel::Funnel;

/// The conclusion, what moved, and the segment that stands out.
pub(super) fn findings(reading: &Reading<'_>, segments: Option<&Segments>) -> Vec<Finding> {
    let Some(told) = reading.told() else { return vec![untold(reading)] };
    let mut findings = vec![conclusion(reading, told)];
    let moved = (1..reading.steps.len()).filter_map(|step| moved(reading, step));
    findings.extend(whole(reading));
    findings.extend(moved);
    if reading.has_base() && findings.len() == 1 {
        let message =
            reading.say("funnel.still").with("before", Argument::Period(reading.previous));
        findings.push(Finding { verdict: Verdict::Neutral, message, weight: 8 });
    }
    findings.extend(segments.and_then(|segments| segments.finding(reading)));
    findings
}

/// Why nothing is told.
fn untold(reading: &Reading<'_>) -> Finding {
    let (open, finished) = reading.open();
    let message = match (reading.entered(), open + finished) {
        (0, 0) => reading.say("funnel.nobody"),
        (0, open) => reading.say("funnel.too_early").with("count", count(open)),
        (entered, _) => {
            reading.say("funnel.few").with("count", count(entered)).with("minimum", count(FEWEST))
        }
    };
    Finding { verdict: Verdict::Unknown, message, weight: 12 }
}

/// How many come through, and where most are lost.
fn conclusion(reading: &Reading<'_>, told: &Funnel) -> Finding {
    let neutral = |message, weight| Finding { verdict: Verdict::Neutral, message, weight };
    let Some((leak, worth)) = reading.leak() else {
        let message = reading.say("funnel.all").with("entered", count(reading.entered()));
        return neutral(message, 20);
    };
    let key = match (reading.steps.len(), worth.is_some()) {
        (2, false) => "funnel.conclusion_two",
        (2, true) => "funnel.conclusion_two_worth",
        (_, false) => "funnel.conclusion",
        (_, true) => "funnel.conclusion_worth",
    };
    let mut message = reading
        .say(key)
        .with("entered", count(reading.entered()))
        .with("from", reading.name(leak.step))
        .with("to", reading.name(leak.step + 1))
        .with("lost", count(leak.lost));
    let before = told.reached[leak.step] as f64;
    let share = leak.lost as f64 / before;
    message = message.with("share", percent(share, share));
    if let Some(rate) = told.overall {
        message = message
            .with("rate", percent(rate.share, rate.share))
            .with("low", percent(rate.wilson.0, rate.share))
            .with("high", percent(rate.wilson.1, rate.share));
    }
    if let Some((worth, format)) = worth {
        let worth = Argument::value(Some(model::number::Number::Real(worth)), format);
        message = message.with("worth", worth);
    }
    neutral(message, 34)
}

/// A clear move of the whole way.
fn whole(reading: &Reading<'_>) -> Option<Finding> {
    let change = reading.change(None)?;
    let rate = reading.rate(None)?.share;
    let key = match verdict(Some(&change)) {
        Verdict::Good => "funnel.rose",
        Verdict::Bad => "funnel.fell",
        _ => return None,
    };
    let message = reading
        .say(key)
        .with("rate", percent(rate, rate))
        .with("change", points(change.difference))
        .with("low", points(change.low))
        .with("high", points(change.high))
        .with("before", Argument::Period(reading.previous));
    Some(Finding { verdict: verdict(Some(&change)), message, weight: 36 })
}

/// A clear move of one step's rate.
fn moved(reading: &Reading<'_>, step: usize) -> Option<Finding> {
    // Of two steps the one passage is the whole way.
    let change = reading.change(Some(step)).filter(|_| reading.steps.len() > 2)?;
    let rate = reading.rate(Some(step))?.share;
    let key = match verdict(Some(&change)) {
        Verdict::Good => "funnel.step_rose",
        Verdict::Bad => "funnel.step_fell",
        _ => return None,
    };
    let message = Message::new(key)
        .with("from", reading.name(step - 1))
        .with("to", reading.name(step))
        .with("rate", percent(rate, rate))
        .with("change", points(change.difference))
        .with("low", points(change.low))
        .with("high", points(change.high))
        .with("before", Argument::Period(reading.previous));
    Some(Finding { verdict: verdict(Some(&change)), message, weight: 24 })
}

/// That the figures are of another period than that of the section; to be read before them.
pub(super) fn ended(reading: &Reading<'_>) -> Option<Message> {
    let is_earlier = reading.cohort.period != reading.section.period;
    (reading.is_told() && is_earlier).then(|| reading.say("funnel.ended"))
}

/// Who is not counted, and what the figures rest on.
pub(super) fn notes(reading: &Reading<'_>) -> Vec<Message> {
    let mut notes = Vec::new();
    let (open, finished) = reading.open();
    if reading.is_told() && open + finished > 0 {
        let message = reading.say("funnel.under_way");
        notes.push(message.with("count", count(open + finished)).with("finished", count(finished)));
    }
    if reading.is_told() && reading.spec.window.is_none() {
        notes.push(reading.say("funnel.endless"));
    }
    if reading.is_told() && !reading.has_base() {
        let before = Argument::Period(reading.previous);
        notes.push(Message::new("funnel.no_base").with("before", before));
    }
    if reading.is_too_few_to_price() {
        notes.push(reading.say("funnel.unpriced").with("minimum", count(FEWEST)));
    }
    if reading.is_told() && reading.cohort.by_days {
        notes.push(Message::new("funnel.by_days"));
    }
    for (key, rows) in
        [("funnel.nobodys", reading.cohort.nobodys), ("funnel.undated", reading.cohort.undated)]
    {
        if rows > 0 {
            notes.push(Message::new(key).with("count", count(rows)));
        }
    }
    notes
}
