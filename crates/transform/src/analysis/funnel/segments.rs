//! The whole way by segment, and where each falls short.
//!
//! Rule: which segments are shown is that of `people`: none that is too small, and none that would give one away.
//! Method: each segment against all others by the pooled z test of two rates, corrected for their number by Holm.

use super::{
    cohort::Person,
    reading::{CONFIDENCE, Reading},
    words::{self, columns, count_cell, interval_cell, row, share_cell},
};
use crate::analysis::people::{LEAST, MOST_GROUPS, grouped, lowered};
use model::{
    id::DimensionId,
    label::Label,
    report::{Argument, Cell, Finding, Message, Table, Verdict},
};
use stats::{
    correlation::holm,
    experiment::{Sample, Scale, compare},
    funnel::{Funnel, Progress, funnel},
};
use std::collections::BTreeMap;

/// A segment differs where chance alone would make any of them differ so much less often than this.
const LEVEL: f64 = 0.05;

/// The segments of a funnel.
pub(super) struct Segments {
    dimension: Label,
    shown: Vec<Segment>,
    /// How many are not shown.
    withheld: usize,
}

struct Segment {
    label: Label,
    funnel: Funnel,
    /// The share of all others who finish.
    others: Option<f64>,
    /// How likely such a distance to the others is by chance alone, corrected for the number of segments.
    chance: f64,
    /// The step into which its rate falls furthest short of that of all, and the rate.
    weakest: Option<(usize, f64)>,
}

/// The segments, if they are asked for.
pub(super) fn read(reading: &Reading<'_>) -> Option<Segments> {
    let by = DimensionId::new(reading.spec.by.as_ref()?.to_string());
    let told = reading.told()?;
    let mut groups: BTreeMap<Option<&str>, Vec<&Person>> = BTreeMap::new();
    for person in reading.cohort.people.iter().filter(|person| person.ended) {
        groups.entry(person.segment.as_deref()).or_default().push(person);
    }
    let groups: Vec<(Option<&str>, Vec<&Person>)> = groups.into_iter().collect();
    let sizes: Vec<usize> = groups.iter().map(|(_, people)| people.len()).collect();
    let divided = grouped(&sizes);
    let mut shown: Vec<Segment> = divided
        .shown
        .iter()
        .filter_map(|place| {
            let (member, people) = &groups[*place];
            let label = reading.desk.plan.member(&by, *member);
            Segment::new(reading, label, people, told)
        })
        .collect();
    let chances: Vec<f64> = shown.iter().map(|segment| segment.chance).collect();
    for (segment, chance) in shown.iter_mut().zip(holm(&chances).unwrap_or_default()) {
        segment.chance = chance;
    }
    let dimension = reading.desk.plan.dimension(&by);
    Some(Segments { dimension, shown, withheld: divided.together.len() })
}

impl Segment {
    fn new(reading: &Reading<'_>, label: Label, people: &[&Person], told: &Funnel) -> Option<Self> {
        let steps = reading.steps.len();
        let window = reading.spec.window.map_or(f64::INFINITY, |window| window.seconds() as f64);
        let ways: Vec<Progress> = people.iter().map(|person| person.way.clone()).collect();
        let found = funnel(&ways, steps, window, reading.cohort.until, CONFIDENCE)?;
        let (all, own) = ((told.reached[0], told.reached[steps - 1]), &found.reached);
        let sample =
            |units: u64, hits: u64| Sample::Rate { units: units as f64, hits: hits as f64 };
        let own = (own[0], own[steps - 1]);
        let rest = (all.0 - own.0, all.1 - own.1);
        let compared =
            compare(&sample(rest.0, rest.1), &sample(own.0, own.1), Scale::Absolute, CONFIDENCE);
        let others = (rest.0 > 0).then(|| rest.1 as f64 / rest.0 as f64);
        let chance = compared.map_or(1.0, |compared| compared.p);
        let weakest = weakest(&found, told);
        Some(Self { label, funnel: found, others, chance, weakest })
    }

    fn share(&self) -> Option<f64> {
        self.funnel.overall.map(|overall| overall.share)
    }

    /// Better or worse than the others, where chance alone does not explain it.
    fn verdict(&self) -> Verdict {
        match self.share().zip(self.others) {
            Some((own, others)) if self.chance < LEVEL && own > others => Verdict::Good,
            Some((own, others)) if self.chance < LEVEL && own < others => Verdict::Bad,
            _ => Verdict::Neutral,
        }
    }
}

/// The step into which a rate falls furthest short of that of all, as a share of it.
fn weakest(own: &Funnel, all: &Funnel) -> Option<(usize, f64)> {
    let pairs = own.passages.iter().zip(&all.passages).enumerate();
    let ratios = pairs.filter_map(|(place, (own, all))| {
        let (own, all) = (own.rate?.share, all.rate?.share);
        (own < all).then_some((place + 1, own, own / all))
    });
    let least = ratios.min_by(|a, b| a.2.total_cmp(&b.2).then(a.0.cmp(&b.0)));
    least.map(|(step, rate, _)| (step, rate))
}

impl Segments {
    /// The segment that differs most from the others, if any does.
    pub(super) fn finding(&self, reading: &Reading<'_>) -> Option<Finding> {
        let differs = |segment: &&Segment| segment.verdict() != Verdict::Neutral;
        let clear = self.shown.iter().filter(differs);
        let segment = clear.min_by(|a, b| a.chance.total_cmp(&b.chance))?;
        let (own, others) = segment.share().zip(segment.others)?;
        let key = match segment.verdict() {
            Verdict::Good => "funnel.segment_better",
            _ => "funnel.segment_worse",
        };
        let message = reading
            .say(key)
            .with("dimension", Argument::Label(self.dimension.clone()))
            .with("segment", Argument::Label(segment.label.clone()))
            .with("rate", words::percent(own, own.min(others)))
            .with("others", words::percent(others, own.min(others)));
        Some(Finding { verdict: segment.verdict(), message, weight: 27 })
    }

    /// A row per segment.
    pub(super) fn table(&self, reading: &Reading<'_>) -> Table {
        let mut columns = columns(&[
            ("", ""),
            ("Entered", "进入"),
            ("Reach the last step", "到达末步"),
            ("95% interval", "95%区间"),
            ("Furthest short of all", "最落后于整体之处"),
        ]);
        columns[0].label = self.dimension.clone();
        columns[4].numeric = false;
        // Of two steps the only rate is that of the whole way.
        let has_between = reading.steps.len() > 2;
        if !has_between {
            columns.pop();
        }
        let cells = |segment: &Segment| {
            let share = segment.share();
            let overall = segment.funnel.overall.map(|overall| overall.wilson);
            let weakest = segment.weakest.and_then(|(step, rate)| {
                let all = reading.rate(Some(step))?.share;
                let message = Message::new("funnel.short").with("step", reading.name(step));
                let rates = message.with("rate", words::percent(rate, rate.min(all)));
                Some(Cell::Message(rates.with("all", words::percent(all, rate.min(all)))))
            });
            let mut cells = vec![
                Cell::Label(segment.label.clone()),
                count_cell(segment.funnel.reached[0]),
                share_cell(share, segment.verdict()),
                interval_cell(overall, share.unwrap_or(1.0)),
            ];
            if has_between {
                cells.push(weakest.unwrap_or(Cell::Empty));
            }
            row(cells)
        };
        let title = Label::new(
            format!("By {}", lowered(&self.dimension.en)),
            format!("按{}", self.dimension.zh_cn),
        );
        let rows = self.shown.iter().map(cells).collect();
        Table { title, columns, rows, note: Some(self.note()) }
    }

    fn note(&self) -> Message {
        let count = |number: usize| words::count(number as u64);
        match self.withheld {
            0 => Message::new("funnel.segments"),
            withheld => Message::new("funnel.segments_withheld")
                .with("withheld", count(withheld))
                .with("minimum", count(LEAST))
                .with("most", count(MOST_GROUPS)),
        }
    }
}
