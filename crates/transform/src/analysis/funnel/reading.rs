//! A funnel read from those who entered, and held against the period before.
//!
//! Rule: only people whose window has ended are counted, so that nobody is called lost who may still come. Times
//! between steps are read of all, with those under way censored.

use super::{
    Spec, StepSpec,
    cohort::{self, Cohort, Person},
};
use crate::{
    analysis::people,
    desk::{Desk, format_of},
    plan::SectionPlan,
};
use model::{
    number::Number,
    period::Period,
    report::{Argument, Fmt, Message},
};
use stats::{
    funnel::{Funnel, Leak, Progress, Rate, Wait, funnel},
    quantile::quantile,
    survey::{Change, Share, share_change},
};

/// Fewer people than these are not told of: neither their number, nor their times, nor what they are worth.
pub(super) const FEWEST: u64 = people::LEAST as u64;
/// How sure intervals are.
pub(super) const CONFIDENCE: f64 = 0.95;

/// A funnel, as far as it is known.
pub(super) struct Reading<'a> {
    pub(super) spec: &'a Spec,
    pub(super) desk: &'a Desk<'a>,
    pub(super) section: &'a SectionPlan,
    /// The steps.
    pub(super) steps: Vec<StepSpec>,
    /// Those who entered.
    pub(super) cohort: Cohort,
    /// The period before.
    pub(super) previous: Period,
    /// The steps of those whose window has ended.
    counted: Option<Funnel>,
    /// The same of the period before.
    base: Option<Funnel>,
    /// The steps of all.
    all: Option<Funnel>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(spec: &'a Spec, desk: &'a Desk<'a>, section: &'a SectionPlan) -> Self {
        let period = spec.entered(desk.plan, section);
        let previous = desk.plan.calendar.before(&period, 1);
        let steps = spec.steps();
        let cohort = cohort::read(spec, desk, &period, &period);
        let window = spec.window.map_or(f64::INFINITY, |window| window.seconds() as f64);
        let count = |cohort: &Cohort, ended: bool| {
            let ways = cohort.people.iter().filter(|person| person.ended || !ended);
            let ways: Vec<Progress> = ways.map(|person| person.way.clone()).collect();
            funnel(&ways, steps.len(), window, cohort.until, CONFIDENCE)
        };
        let reached = steps.iter().all(|step| desk.reaches_rows(&step.dataset, &previous));
        let before = reached.then(|| cohort::read(spec, desk, &previous, &period));
        let base = before.and_then(|before| count(&before, true));
        let base = base.filter(|base| base.reached[0] >= FEWEST);
        let (counted, all) = (count(&cohort, true), count(&cohort, false));
        Self { spec, desk, section, steps, cohort, previous, counted, base, all }
    }

    /// Whether enough people were counted to say anything.
    pub(super) fn is_told(&self) -> bool {
        self.entered() >= FEWEST
    }

    /// The funnel of those who are counted, if they are enough.
    pub(super) fn told(&self) -> Option<&Funnel> {
        self.counted.as_ref().filter(|_| self.is_told())
    }

    /// How many are counted.
    pub(super) fn entered(&self) -> u64 {
        self.counted.as_ref().map_or(0, |counted| counted.reached[0])
    }

    /// Whether there is a period before to compare with.
    pub(super) fn has_base(&self) -> bool {
        self.base.is_some()
    }

    /// Those whose time is not over: not yet at the last step, and already there.
    pub(super) fn open(&self) -> (u64, u64) {
        let open = || self.cohort.people.iter().filter(|person| !person.ended);
        let finished = open().filter(|person| person.way.level() == self.steps.len()).count();
        ((open().count() - finished) as u64, finished as u64)
    }

    /// How many stand at a step with time left.
    pub(super) fn waiting_at(&self, step: usize) -> u64 {
        let waits = |person: &&Person| !person.ended && person.way.level() == step + 1;
        self.cohort.people.iter().filter(waits).count() as u64
    }

    /// The rate into a step from the one before; of all steps for the first.
    pub(super) fn rate(&self, step: Option<usize>) -> Option<Rate> {
        rate(self.told()?, step)
    }

    /// How a rate moved against the period before.
    pub(super) fn change(&self, step: Option<usize>) -> Option<Change> {
        let share = |rate: Rate, answers: u64| Share {
            share: rate.share,
            low: rate.wilson.0,
            high: rate.wilson.1,
            answers: answers as f64,
        };
        let (now, base) = (self.told()?, self.base.as_ref()?);
        let of = |funnel: &Funnel| funnel.reached[step.map_or(0, |step| step - 1)];
        let (later, earlier) = (rate(now, step)?, rate(base, step)?);
        Some(share_change(share(earlier, of(base)), share(later, of(now))))
    }

    /// Whether some went on from a step, but too few to tell of their times: of those counted, and of all.
    pub(super) fn few_went_on(&self, step: usize) -> [bool; 2] {
        [&self.counted, &self.all].map(|funnel| {
            let reached = funnel.as_ref().and_then(|funnel| funnel.reached.get(step + 1));
            reached.is_some_and(|reached| (1..FEWEST).contains(reached))
        })
    }

    /// How long people wait at a step for the next one, all of them.
    pub(super) fn wait(&self, step: usize) -> Option<Wait> {
        self.all.as_ref()?.passages.get(step)?.wait
    }

    /// The median time to the next step of those counted who took it; `None` of too few.
    pub(super) fn took(&self, step: usize) -> Option<f64> {
        let counted = self.cohort.people.iter().filter(|person| person.ended);
        let times = counted.filter_map(|person| {
            let times = &person.way.times;
            Some(times.get(step + 1)? - times.get(step)?)
        });
        let times: Vec<f64> = times.collect();
        quantile(&times, 0.5).filter(|_| times.len() >= people::LEAST)
    }

    /// The step at which most are lost, and what that costs.
    pub(super) fn leak(&self) -> Option<(Leak, Option<(f64, Fmt)>)> {
        let told = self.told()?;
        let Some((value, format)) = self.value() else { return Some((told.leak(1.0)?, None)) };
        let leak = told.leak(value).or_else(|| told.leak(1.0))?;
        let worth = (value > 0.0).then(|| (leak.expected.unwrap_or(leak.most), format));
        Some((leak, worth))
    }

    /// Whether a price is asked for and too few finished to tell one.
    pub(super) fn is_too_few_to_price(&self) -> bool {
        let finished = self.told().and_then(|told| told.reached.last());
        self.spec.value.is_some() && finished.is_some_and(|finished| *finished < FEWEST)
    }

    /// What one who finishes is worth; `None` of too few, whose own worth it would be.
    fn value(&self) -> Option<(f64, Fmt)> {
        let spec = self.spec.value.as_ref()?;
        if self.is_too_few_to_price() {
            return None;
        }
        if let Some(ask) = self.spec.ask(self.desk.plan, self.section) {
            let metric = self.desk.plan.metrics.get(&ask.metric)?;
            let value = self.desk.total(&ask, &self.cohort.period)?;
            return Some((value.to_f64(), format_of(metric)));
        }
        let told = self.cohort.people.iter().filter(|person| person.ended);
        let values: Vec<f64> = told.filter_map(|person| person.value).map(Number::to_f64).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let format = Fmt { unit: spec.unit.clone()?, decimals: None };
        (values.len() >= people::LEAST && mean.is_finite()).then_some((mean, format))
    }

    /// A step's name.
    pub(super) fn name(&self, step: usize) -> Argument {
        Argument::Label(self.steps[step].label.clone())
    }

    /// A sentence with the names of the first and the last step.
    pub(super) fn say(&self, key: &str) -> Message {
        Message::new(key)
            .with("first", self.name(0))
            .with("last", self.name(self.steps.len() - 1))
            .with("people", Argument::Label(self.spec.people.clone()))
            .with("period", Argument::Period(self.cohort.period))
    }
}

fn rate(funnel: &Funnel, step: Option<usize>) -> Option<Rate> {
    match step {
        None => funnel.overall,
        Some(step) => funnel.passages.get(step.checked_sub(1)?)?.rate,
    }
}
