//! Who entered a funnel in a period, and how far each came.
//!
//! Rule: a row is read once, however many steps it counts for. A person enters with the first step within the period;
//! later steps count up to the end of the window, or of what is known. Where only days are known, windows are counted
//! in days, so that a change of clocks moves nothing.

use super::{Mode, Spec, settings::rules};
use crate::{analysis::acts, desk::Desk, plan::TransformPlan};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone};
use engine::{Acts, Moment, Trail, TrailAnswer, TrailQuery, Zone};
use model::{
    expression::{BinaryOperator, RowExpression, Scalar},
    number::Number,
    period::{DateRange, Period},
};
use stats::funnel::{Event, Progress, Steps, progress};

const DAY: f64 = 86_400.0;

/// Those who entered in a period.
pub(super) struct Cohort {
    /// The period.
    pub(super) period: Period,
    /// Each of them.
    pub(super) people: Vec<Person>,
    /// Rows whose person is not known.
    pub(super) nobodys: u64,
    /// Rows whose moment is not known.
    pub(super) undated: u64,
    /// When what is known ends, in seconds.
    pub(super) until: f64,
    /// Whether only days are known.
    pub(super) by_days: bool,
}

/// One of them.
pub(super) struct Person {
    /// When each step was taken.
    pub(super) way: Progress,
    /// Whether nothing they do from now on could count.
    pub(super) ended: bool,
    /// Their segment, as the row with which they entered has it.
    pub(super) segment: Option<String>,
    /// What is told of the last step.
    pub(super) value: Option<Number>,
}

/// Rows of one dataset, with the steps that they may count for.
struct Kind {
    acts: Acts,
    /// Each step, with the place of its condition among the values; none if every row counts for it.
    steps: Vec<(usize, Option<usize>)>,
    /// The place of what is told of the last step.
    value: Option<usize>,
}

impl Kind {
    fn steps_of(&self, moment: &Moment) -> impl Iterator<Item = usize> {
        let holds = |place: usize| {
            let value = moment.values.get(place).copied().flatten();
            value.is_some_and(|value| value.to_f64() > 0.5)
        };
        let counts = move |(_, place): &&(usize, Option<usize>)| place.is_none_or(holds);
        self.steps.iter().filter(counts).map(|(step, _)| *step)
    }
}

/// The rows behind all steps.
fn kinds(spec: &Spec) -> Vec<Kind> {
    let steps = spec.steps();
    let mut kinds: Vec<Kind> = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        // The rows of the first step make the first kind.
        let labels: Vec<&RowExpression> = spec.by.iter().filter(|_| place == 0).collect();
        let mut acts = step.acts().telling(&labels, &[]);
        let only = acts.only.take();
        let known = kinds.iter().position(|kind| {
            kind.acts.dataset == acts.dataset
                && kind.acts.person == acts.person
                && kind.acts.at == acts.at
        });
        let known = known.unwrap_or_else(|| {
            kinds.push(Kind { acts, steps: Vec::new(), value: None });
            kinds.len() - 1
        });
        let kind = &mut kinds[known];
        let condition = only.map(|only| {
            kind.acts.values.push(only);
            kind.acts.values.len() - 1
        });
        kind.steps.push((place, condition));
        if place + 1 == steps.len()
            && let Some(of) = spec.value.as_ref().and_then(|value| value.of.as_ref())
        {
            kind.acts.values.push(of.scalar().clone());
            kind.value = Some(kind.acts.values.len() - 1);
        }
    }
    for kind in &mut kinds {
        kind.acts.only = only(kind).filter(|_| spec.mode == Mode::Loose);
    }
    kinds
}

/// The rows that count for any step; none if all do.
fn only(kind: &Kind) -> Option<Scalar> {
    let conditions: Option<Vec<Scalar>> = kind
        .steps
        .iter()
        .map(|(_, place)| place.and_then(|place| kind.acts.values.get(place).cloned()))
        .collect();
    conditions?.into_iter().reduce(|left, right| Scalar::Binary {
        op: BinaryOperator::Or,
        left: Box::new(left),
        right: Box::new(right),
    })
}

/// When what is known of a period's people ends: at the start of today. Without a window those of an earlier period
/// are followed for as long as those of the reported one.
fn end(spec: &Spec, plan: &TransformPlan, period: &Period, reported: &Period) -> NaiveDate {
    let longer = (reported.days.end - period.days.end).num_days().unsigned_abs();
    let end = plan.today;
    match spec.window {
        None => end.checked_sub_days(Days::new(longer)).unwrap_or(end),
        Some(_) => end,
    }
}

/// The question behind a cohort.
pub(super) fn query(
    spec: &Spec,
    plan: &TransformPlan,
    period: &Period,
    reported: &Period,
) -> TrailQuery {
    let known = end(spec, plan, period, reported);
    let reach = spec.window.map(|window| period.days.end + Days::new(window.days() + 1));
    let end = reach.map_or(known, |reach| reach.min(known));
    let window = DateRange { start: period.days.start, end: end.max(period.days.start) };
    acts::query(plan, kinds(spec).into_iter().map(|kind| kind.acts).collect(), window)
}

/// Reads a cohort.
pub(super) fn read(spec: &Spec, desk: &Desk<'_>, period: &Period, reported: &Period) -> Cohort {
    let answer = desk.trails(&query(spec, desk.plan, period, reported));
    let clock = Clock::new(answer, desk.plan);
    let until = clock.start_of(end(spec, desk.plan, period, reported));
    let window = spec.window.map_or(f64::INFINITY, |window| window.seconds() as f64);
    let kinds = kinds(spec);
    let reader = Reader { spec, kinds: &kinds, clock: &clock, days: period.days, until, window };
    let people = answer.trails.iter().filter_map(|trail| reader.person(trail)).collect();
    let (nobodys, undated) = (answer.nobodys.iter().sum(), answer.undated.iter().sum());
    Cohort { period: *period, people, nobodys, undated, until, by_days: clock.by_days }
}

/// Seconds; where only days are known, those of days that are all of one length.
struct Clock {
    zone: Zone,
    by_days: bool,
}

impl Clock {
    fn new(answer: &TrailAnswer, plan: &TransformPlan) -> Self {
        let zone = Zone(plan.calendar.zone);
        let is_start = |moment: &Moment| {
            let at = DateTime::from_timestamp_micros(moment.at);
            at.is_some_and(|at| at.with_timezone(&zone.0).time() == NaiveTime::MIN)
        };
        Self { zone, by_days: answer.trails.iter().flatten().all(is_start) }
    }

    fn time(&self, moment: &Moment) -> f64 {
        if self.by_days { self.start_of(moment.day) } else { moment.at as f64 / 1e6 }
    }

    fn start_of(&self, day: NaiveDate) -> f64 {
        if self.by_days {
            return f64::from(day.num_days_from_ce()) * DAY;
        }
        let midnight = day.and_time(NaiveTime::MIN);
        let local = self.zone.0.from_local_datetime(&midnight).earliest();
        local.map_or(midnight.and_utc().timestamp(), |local| local.timestamp()) as f64
    }
}

struct Reader<'a> {
    spec: &'a Spec,
    kinds: &'a [Kind],
    clock: &'a Clock,
    days: DateRange,
    until: f64,
    window: f64,
}

impl Reader<'_> {
    /// The steps that a moment counts for; the first one within the period only.
    fn steps(&self, moment: &Moment) -> Vec<usize> {
        let Some(kind) = self.kinds.get(moment.act) else { return Vec::new() };
        let enters = self.days.contains(moment.day);
        kind.steps_of(moment).filter(|step| enters || *step > 0).collect()
    }

    /// One who entered.
    fn person(&self, trail: &Trail) -> Option<Person> {
        let steps: Vec<Vec<usize>> = trail.iter().map(|moment| self.steps(moment)).collect();
        let mut events = Vec::with_capacity(trail.len());
        for (moment, steps) in trail.iter().zip(&steps) {
            events.push(Event { time: self.clock.time(moment), steps: Steps::of(steps)? });
        }
        let count = self.spec.steps().len();
        let way = progress(&events, count, self.window, rules(self.spec.mode, &self.spec.rules))?;
        let entered = *way.times.first()?;
        let took = |step: usize, time: f64| {
            let mut taken = trail.iter().zip(&steps).filter(move |(moment, steps)| {
                steps.contains(&step) && self.clock.time(moment).total_cmp(&time).is_eq()
            });
            taken.next().map(|(moment, _)| moment)
        };
        // The last chance to begin decides, whatever came of it, so that those counted are no choice of successes.
        let begun = events.iter().filter(|event| event.steps.holds(0)).map(|event| event.time);
        let last = begun.fold(entered, f64::max);
        let ended = self.spec.window.is_none() || last + self.window < self.until;
        let segment = took(0, entered).and_then(|moment| moment.label().map(str::to_owned));
        let finished = way.times.get(count - 1).and_then(|time| took(count - 1, *time));
        let value = finished.and_then(|moment| {
            let place = self.kinds.get(moment.act)?.value?;
            moment.values.get(place).copied().flatten()
        });
        Some(Person { way, ended, segment, value })
    }
}
