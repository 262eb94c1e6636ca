//! How many targets are met, and which are missed.

use super::{Line, Spec};
use crate::{analysis::AnalysisSpec, desk::Desk, plan::SectionPlan};
use model::{
    label::Label,
    report::{Argument, Finding, Message, Verdict},
};

/// Targets of the reported period.
#[derive(Default)]
pub(super) struct Counted {
    met: i64,
    judged: i64,
    missed: Vec<Label>,
    /// Those of which nobody knows: the figure is missing.
    unknown: Vec<Label>,
}

/// So many missed parts are told together before any of them.
const MANY: usize = 2;

impl Counted {
    /// Counts a line that has a target; `name` is what a missed one is called.
    pub(super) fn add(&mut self, line: &Line<'_>, name: Label) {
        match line.now() {
            Some(true) => self.met += 1,
            Some(false) => self.missed.push(name),
            None if line.is_agreed() => {
                self.unknown.push(name);
                return;
            }
            None => return,
        }
        self.judged += 1;
    }

    /// How many there are, judged or not.
    fn total(&self) -> i64 {
        self.judged + self.unknown.len() as i64
    }

    /// That of some it is not known whether they are met.
    pub(super) fn not_known(&self) -> Option<Finding> {
        let list = Argument::List(self.unknown.clone());
        let message = Message::new("targets.unknown").with("list", list);
        let finding = Finding { verdict: Verdict::Unknown, message, weight: 31 };
        (!self.unknown.is_empty()).then_some(finding)
    }

    /// The sentence that opens the section, `parts` being the targets of parts and where they are told; none where nothing
    /// is judged.
    pub(super) fn finding(self, dimension: Option<Label>, parts: Parts) -> Option<Finding> {
        if self.judged == 0 {
            return None;
        }
        let is_all_known = self.unknown.is_empty() && parts.counted.unknown.is_empty();
        let verdict = match (self.missed.is_empty(), parts.counted.missed.is_empty()) {
            (false, _) => Verdict::Bad,
            (true, true) if is_all_known => Verdict::Good,
            (true, _) => Verdict::Neutral,
        };
        let mut key = "targets.count".to_owned();
        let mut message = Message::new("")
            .with("met", Argument::Count(self.met))
            .with("total", Argument::Count(self.total()));
        let mut missed = self.missed;
        let weight = if dimension.is_some() && missed.len() >= MANY { 78 } else { 20 };
        if let Some(dimension) = dimension {
            key += "_by";
            message = message.with("dimension", Argument::Label(dimension));
        } else if parts.counted.judged > 0 {
            key += "_with_parts";
            message = message
                .with("sections", Argument::List(parts.sections))
                .with("parts_met", Argument::Count(parts.counted.met))
                .with("parts", Argument::Count(parts.counted.total()));
            missed.extend(parts.counted.missed);
        }
        if !missed.is_empty() {
            key += "_missed";
            message = message.with("missed", Argument::List(missed));
        }
        message.key = key;
        Some(Finding { verdict, message, weight })
    }
}

/// The targets of parts that other sections judge.
#[derive(Default)]
pub(super) struct Parts {
    counted: Counted,
    sections: Vec<Label>,
}

impl Spec {
    /// The targets of parts in other sections, for one that has those of totals alone.
    pub(super) fn parts(&self, desk: &Desk<'_>) -> Parts {
        let mut parts = Parts::default();
        if self.by.is_some() {
            return parts;
        }
        for section in &desk.plan.sections {
            let AnalysisSpec::Targets(spec) = &section.analysis else { continue };
            if spec.by.is_none() {
                continue;
            }
            let before = parts.counted.judged;
            spec.count_parts(desk, section, &mut parts.counted);
            if parts.counted.judged > before {
                parts.sections.push(section.title.clone());
            }
        }
        parts
    }

    fn count_parts(&self, desk: &Desk<'_>, section: &SectionPlan, counted: &mut Counted) {
        let periods = desk.plan.calendar.run_up_to(&section.period, self.periods);
        for metric in self.metrics.iter().filter_map(|id| desk.plan.metrics.get(id)) {
            for line in self.lines(desk, metric, &periods) {
                if line.slice.is_some() {
                    counted.add(&line, self.called(&line));
                }
            }
        }
    }

    /// What a missed target is called: the slice, or the metric, or both where either alone would be unclear.
    pub(super) fn called(&self, line: &Line<'_>) -> Label {
        let metric = &line.metric.label;
        match &line.slice {
            None => metric.clone(),
            Some(slice) if self.metrics.len() == 1 => slice.clone(),
            Some(slice) => Label::new(
                format!("{} in {}", metric.en, slice.en),
                format!("{}{}", slice.zh_cn, metric.zh_cn),
            ),
        }
    }
}
