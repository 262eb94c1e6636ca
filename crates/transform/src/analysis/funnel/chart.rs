//! The steps as bars.

use super::{reading::Reading, words};
use model::{
    report::{Chart, ChartKind, Fmt, Message, Series, Tick},
    unit::Unit,
};

/// How many reached each step.
pub(super) fn chart(reading: &Reading<'_>) -> Chart {
    let format = Fmt { unit: Unit::Count, decimals: None };
    let reached = reading.told().map_or(&[][..], |told| &told.reached);
    let values = reached.iter().map(|count| Some(*count as f64)).collect();
    let series = Series { label: reading.spec.people.clone(), values, reference: false };
    let ticks = reading.steps.iter().map(|step| Tick::Label(step.label.clone()));
    let id = format!("{}-steps", reading.section.id);
    let title = reading.section.title.clone();
    Chart {
        ticks: ticks.collect(),
        series: vec![series],
        ..Chart::new(id, title, ChartKind::Bar, format, alternative(reading))
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
