//! The differences of all versions in all outcomes beside none, on one scale.

use super::{trial::Trial, view::interval_name};
use crate::plan::SectionPlan;
use model::{
    label::Label,
    report::{Argument, Chart, ChartKind, Fmt, Message, Series, Tick, Verdict},
    unit::Unit,
};
use stats::experiment;

/// Differences as shares of the control's value, each with its interval; `None` where nothing was read.
///
/// The control's value is taken as known, so that an interval touches zero here where it does in the table.
pub(super) fn effects(trial: &Trial<'_>, section: &SectionPlan) -> Option<Chart> {
    let (mut ticks, mut verdicts) = (Vec::new(), Vec::new());
    let mut ends: [Vec<Option<f64>>; 3] = Default::default();
    for (index, measured) in trial.outcomes.iter().enumerate() {
        let base = measured.values[0].filter(|base| *base > 0.0);
        let Some((reading, base)) = measured.reading.as_ref().zip(base) else { continue };
        let outcome = &trial.spec.outcome[index].label;
        for (version, one) in reading.versions.iter().enumerate() {
            let name = trial.name(version + 1);
            ticks.push(Tick::Label(match trial.versions.len() {
                2 => outcome.clone(),
                _ => Label::new(
                    format!("{}: {}", name.en, outcome.en),
                    format!("{}：{}", name.zh_cn, outcome.zh_cn),
                ),
            }));
            let compared = one.comparison;
            let told = [compared.difference, compared.low, compared.high];
            ends.iter_mut().zip(told).for_each(|(end, value)| end.push(Some(value / base)));
            verdicts.push(match trial.verdict(index, version) {
                Some(experiment::Verdict::Win) => Verdict::Good,
                Some(experiment::Verdict::Loss) => Verdict::Bad,
                _ => Verdict::Neutral,
            });
        }
    }
    if ticks.is_empty() {
        return None;
    }
    let interval = interval_name(trial.own_level());
    let zero = vec![Some(0.0); ticks.len()];
    let [value, low, high] = ends;
    let one = |label: Label, values, reference| Series { label, values, reference };
    let control = trial.name(0);
    let title = Label::new(
        format!("Difference to {}, as a share of its value", control.en),
        format!("与{}相比的差异（占其数值的比例）", control.zh_cn),
    );
    let alternative = Message::new("experiment.alt")
        .with("control", Argument::Label(control))
        .with("count", Argument::Count(ticks.len() as i64));
    Some(Chart {
        ticks,
        series: vec![
            one(Label::new("Difference", "差异"), value, false),
            one(interval.clone(), low, false),
            one(interval, high, false),
            one(Label::new("no difference", "无差异"), zero, true),
        ],
        verdicts,
        ..Chart::new(
            format!("{}-effects", section.id),
            title,
            ChartKind::Dots,
            Fmt { unit: Unit::Percent, decimals: Some(1) },
            alternative,
        )
    })
}
