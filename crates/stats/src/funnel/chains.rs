//! The ways that are open at each step, moved on by the events of one time at once.

use super::{Event, Rules};

/// For each step the chain of times that reached it with the latest start.
pub(super) struct Chains {
    rules: Rules,
    window: f64,
    best: Vec<Option<Vec<f64>>>,
}

/// A chain that is being moved on at one time; with `once` each step needs an event of its own.
struct Run {
    times: Vec<f64>,
    /// For each event of the time the step it was spent on.
    spent: Vec<Option<usize>>,
}

impl Chains {
    pub(super) fn new(steps: usize, window: f64, rules: Rules) -> Self {
        Self { rules, window, best: vec![None; steps] }
    }

    /// The times of the deepest chain.
    pub(super) fn deepest(self) -> Vec<f64> {
        self.best.into_iter().flatten().last().unwrap_or_default()
    }

    fn has_begun(&self) -> bool {
        self.best[0].is_some()
    }

    /// Takes the events of one time; false if the way ends here.
    pub(super) fn take(&mut self, group: &[Event]) -> bool {
        let count = self.best.len();
        let is_foreign = |event: &Event| !event.steps.holds_any(count);
        if self.rules.order && self.has_begun() && group.iter().any(is_foreign) {
            return false;
        }
        let before = self.best.clone();
        let mut runs = Vec::new();
        for step in 0..count {
            for repeat in 0..group.iter().filter(|event| event.steps.holds(step)).count() {
                if self.ends_at(step) {
                    return false;
                }
                let is_early = step > 0 && self.best[step - 1].is_none();
                if repeat == 0 && !is_early {
                    self.reach(step, group, &before, &mut runs);
                }
            }
        }
        true
    }

    /// Whether an event of this step ends the way by the rules.
    fn ends_at(&self, step: usize) -> bool {
        let Rules { order, deduplication, reentry, .. } = self.rules;
        if step == 0 {
            let is_under_way = self.best.get(1).is_some_and(Option::is_some);
            return order && !reentry && is_under_way;
        }
        let is_early = self.best[step - 1].is_none();
        let is_repeated = deduplication && self.best[step].is_some();
        is_repeated || (order && self.has_begun() && is_early)
    }

    /// Moves on to `step` what can be moved: runs of this time, and the chain that stood one step before.
    fn reach(
        &mut self,
        step: usize,
        group: &[Event],
        before: &[Option<Vec<f64>>],
        runs: &mut Vec<Run>,
    ) {
        if self.rules.increase {
            runs.clear();
        }
        let waiting = if step == 0 { Some(Vec::new()) } else { before[step - 1].clone() };
        if let Some(times) = waiting {
            runs.push(Run { times, spent: vec![None; group.len()] });
        }
        let now = group[0].time;
        let (once, window) = (self.rules.once, self.window);
        runs.retain_mut(|run| {
            let in_window = run.times.first().is_none_or(|first| now - first <= window);
            let moves = run.times.len() == step
                && in_window
                && (!once || spend(group, &mut run.spent, step, &mut vec![false; group.len()]));
            if moves {
                run.times.push(now);
            }
            moves
        });
        let latest = runs.iter().max_by(|a, b| a.times[0].total_cmp(&b.times[0]));
        if let Some(run) = latest {
            let place = &mut self.best[step];
            if place.as_ref().is_none_or(|known| known[0] < run.times[0]) {
                *place = Some(run.times.clone());
            }
        }
    }
}

/// Finds an event for the step, letting steps before it change theirs (Kuhn 1955, augmenting paths).
fn spend(group: &[Event], spent: &mut [Option<usize>], step: usize, tried: &mut [bool]) -> bool {
    for place in 0..group.len() {
        if tried[place] || !group[place].steps.holds(step) {
            continue;
        }
        tried[place] = true;
        let is_free = match spent[place] {
            None => true,
            Some(other) => spend(group, spent, other, tried),
        };
        if is_free {
            spent[place] = Some(step);
            return true;
        }
    }
    false
}
