//! From what people did to paths: the touches before a conversion, or before nothing.
//!
//! Rule: a conversion ends a path and takes the touches since the one before it that are no older than the look-back.
//! Who touched within the period and did not convert after it is a path that came to nothing, also where they may
//! convert later.

use engine::{Moment, TrailAnswer};
use model::period::DateRange;
use std::collections::BTreeMap;

const DAY: f64 = 86_400e6;

/// The paths that end in a period.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// The channels, sorted by name; `None` is a touch without a channel.
    pub channels: Vec<Option<String>>,
    /// One per conversion with a touch, and one per person who came to nothing.
    pub paths: Vec<stats::attribution::Path>,
    /// Conversions with a touch before them.
    pub conversions: usize,
    /// Conversions without any touch within the look-back.
    pub untouched: usize,
    /// Conversions with a touch whose value is not known.
    pub unvalued: usize,
    /// Rows of touches or conversions that belong to nobody.
    pub nobodys: u64,
    /// Touches of paths that converted.
    pub touches: usize,
}

impl Paths {
    pub(super) fn of(answer: &TrailAnswer, period: DateRange, lookback: u32) -> Self {
        let mut found = Self { nobodys: answer.nobodys.iter().sum(), ..Self::default() };
        let mut names: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let touches = answer.trails.iter().flatten().filter(|moment| moment.act == 0);
        for moment in touches {
            names.insert(moment.label(), 0);
        }
        for (place, index) in names.values_mut().enumerate() {
            *index = place;
        }
        found.channels = names.keys().map(|name| name.map(str::to_owned)).collect();
        for trail in &answer.trails {
            found.walk(trail, period, f64::from(lookback) * DAY, &names);
        }
        found
    }

    /// Adds the paths of one person.
    fn walk(
        &mut self,
        trail: &[Moment],
        period: DateRange,
        lookback: f64,
        names: &BTreeMap<Option<&str>, usize>,
    ) {
        let mut open: Vec<&Moment> = Vec::new();
        for moment in trail {
            if moment.act == 0 {
                open.push(moment);
                continue;
            }
            let touches = std::mem::take(&mut open);
            if period.contains(moment.day) {
                self.converted(moment, &touches, lookback, names);
            }
        }
        let last = open.last().filter(|last| period.contains(last.day));
        if let Some(last) = last {
            let mut path = path(&open, last.at, lookback, names);
            path.nulls = 1.0;
            self.paths.push(path);
        }
    }

    fn converted(
        &mut self,
        moment: &Moment,
        touches: &[&Moment],
        lookback: f64,
        names: &BTreeMap<Option<&str>, usize>,
    ) {
        let mut path = path(touches, moment.at, lookback, names);
        if path.touches.is_empty() {
            self.untouched += 1;
            return;
        }
        self.conversions += 1;
        self.touches += path.touches.len();
        path.conversions = 1.0;
        match moment.value() {
            Some(value) => path.value = value.to_f64(),
            None if moment.values.is_empty() => {}
            None => self.unvalued += 1,
        }
        self.paths.push(path);
    }
}

/// The touches within the look-back before `end`, with their ages in days.
fn path(
    touches: &[&Moment],
    end: i64,
    lookback: f64,
    names: &BTreeMap<Option<&str>, usize>,
) -> stats::attribution::Path {
    let age = |moment: &Moment| (end - moment.at) as f64;
    let near: Vec<&&Moment> = touches.iter().filter(|moment| age(moment) <= lookback).collect();
    stats::attribution::Path {
        touches: near.iter().filter_map(|moment| names.get(&moment.label()).copied()).collect(),
        ages: Some(near.iter().map(|moment| age(moment) / DAY).collect()),
        ..Default::default()
    }
}
