//! The steps as bars, with the rates between them.

use super::{reading::Reading, words};
use model::{
    label::Label,
    report::{Chart, ChartKind, Fmt, Message, Series, Tick, Verdict},
    unit::Unit,
};
use stats::funnel::Rate;

/// How many reached each step, what share of the step before that is, and where most are lost.
pub(super) fn chart(reading: &Reading<'_>) -> Chart {
    let format = Fmt { unit: Unit::Count, decimals: None };
    let reached = reading.told().map_or(&[][..], |told| &told.reached);
    let rate = |of: fn(&Rate) -> f64| {
        let into = |step| (step > 0).then(|| reading.rate(Some(step)))?.as_ref().map(of);
        (0..reached.len()).map(into).collect()
    };
    let series = |label: Label, values| Series { label, values, reference: false };
    // Of one passage alone none is the largest loss.
    let leak = reading.leak().filter(|(leak, _)| leak.lost > 0 && reading.steps.len() > 2);
    let leak = leak.map(|(leak, _)| leak.step + 1);
    let verdict = |step| if Some(step) == leak { Verdict::Bad } else { Verdict::Neutral };
    let ticks = reading.steps.iter().map(|step| Tick::Label(step.label.clone()));
    let id = format!("{}-steps", reading.section.id);
    let title = Label::new("From step to step", "逐步到达与比率");
    Chart {
        ticks: ticks.collect(),
        verdicts: (0..reached.len()).map(verdict).collect(),
        series: vec![
            series(
                reading.spec.people.clone(),
                reached.iter().map(|count| Some(*count as f64)).collect(),
            ),
            series(Label::new("Of the step before", "占上一步"), rate(|rate| rate.share)),
            series(Label::new("95% interval", "95%区间"), rate(|rate| rate.wilson.0)),
            series(Label::new("High", "上限"), rate(|rate| rate.wilson.1)),
        ],
        ..Chart::new(id, title, ChartKind::Steps, format, alternative(reading))
    }
}

/// The picture in a sentence.
fn alternative(reading: &Reading<'_>) -> Message {
    let finished = reading.told().and_then(|told| told.reached.last().copied());
    reading
        .say("funnel.alt")
        .with("entered", words::count(reading.entered()))
        .with("finished", words::count(finished.unwrap_or_default()))
}
