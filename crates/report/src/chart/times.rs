//! The axis of time: which of its places are named.
//!
//! Rule: the first and the last place are named, and those between them at one distance, as far as the number of places
//! allows. What is named has room: the library would leave out what has none, here one and there one.

use super::{
    names::{self, Room},
    option::{Canvas, MARGIN, NAME_LINES, TEXT_SIZE},
    scale::Scale,
};
use model::report::Tick;
use serde_json::{Map, Value, json};

/// At most so many places of a time axis are named.
const MOST_NAMED: usize = 12;
/// What stands between two names at least, in pixels.
const GAP: u32 = 12;
/// What stands between the numbers of the value axis and the plot, in pixels.
const BESIDE_NUMBERS: u32 = 10;
/// The last distance may differ by so much from the others without being seen as another one.
const ALIKE: f64 = 0.2;

impl Canvas<'_> {
    /// A category axis through time, with short names at an even distance; beside it stand the numbers of a scale, and
    /// on the right there is room for something else.
    pub(super) fn time_axis(&self, scale: &Scale, right: u32) -> Value {
        let ticks = &self.chart.ticks;
        let numbers = self.formatter.axis(&scale.ticks(), &self.chart.format);
        let taken = right + self.widest(numbers.iter()) + BESIDE_NUMBERS;
        let plot = f64::from(self.width.saturating_sub(taken).max(1));
        let places = evenly(ticks.len(), self.least_step(plot));
        let width = ((plot / places.len().max(1) as f64) as u32).saturating_sub(MARGIN);
        let room = Room { width, lines: NAME_LINES, size: TEXT_SIZE };
        let mut texts = Map::new();
        let mut previous = None;
        for tick in places.into_iter().filter_map(|place| ticks.get(place)) {
            let text = match tick {
                Tick::Period(period) => self.formatter.tick(period, previous),
                Tick::Label(_) => names::wrapped(&self.place(tick), self.fonts, room),
                Tick::Number(_) => self.place(tick),
            };
            if let Tick::Period(period) = tick {
                previous = Some(period);
            }
            texts.insert(self.place(tick), json!(text));
        }
        json!({
            "type": "category",
            "data": self.places(),
            "axisLine": { "lineStyle": { "color": self.palette.reference } },
            "axisTick": { "show": false },
            "axisLabel": {
                "interval": 0, "hideOverlap": true, "margin": 10, "lineHeight": 16,
                "color": self.palette.muted, "fontSize": TEXT_SIZE,
                "formatter": { "$format": "named", "texts": texts },
            },
        })
    }

    /// How many places further the next name can stand, so that both have room.
    fn least_step(&self, plot: f64) -> usize {
        let count = self.chart.ticks.len();
        let widest = self.widest_time();
        let by_width = match widest {
            0 => 1,
            widest => (f64::from(widest + GAP) * count as f64 / plot).ceil() as usize,
        };
        by_width.max(count.div_ceil(MOST_NAMED)).max(1)
    }

    /// The room on the right that the name of the last place takes beyond the plot, in pixels.
    pub(super) fn beyond_last_time(&self) -> u32 {
        let half_place = self.plot() / self.chart.ticks.len().max(1) as f64 / 2.0;
        (f64::from(self.widest_time()) / 2.0 - half_place).ceil().max(0.0) as u32
    }

    /// The width of the widest name of a period, in pixels.
    fn widest_time(&self) -> u32 {
        let following = self.chart.ticks.iter().zip(self.chart.ticks.iter().skip(1));
        let texts = following.filter_map(|pair| match pair {
            (Tick::Period(previous), Tick::Period(period)) => {
                let text = self.formatter.tick(period, Some(previous));
                text.lines().next().map(str::to_owned)
            }
            _ => None,
        });
        self.widest(texts)
    }
}

/// Which of so many places are named, if they must be a step apart at least: one distance where there is one, else the
/// smallest whose last one looks like it.
fn evenly(count: usize, least: usize) -> Vec<usize> {
    let Some(last) = count.checked_sub(1).filter(|last| *last > 0) else {
        return (0..count).collect();
    };
    let end = |step: usize| match last % step {
        0 => step,
        rest if rest >= least => rest,
        rest => step + rest,
    };
    let off = |step: usize| (end(step) as f64 / step as f64 - 1.0).abs();
    let steps = || (least..=2 * least).filter(|step| *step <= last);
    let even = steps().find(|step| last.is_multiple_of(*step));
    let alike = || steps().find(|step| off(*step) <= ALIKE);
    let nearest = || steps().min_by(|a, b| off(*a).total_cmp(&off(*b)));
    let Some(step) = even.or_else(alike).or_else(nearest) else { return vec![0] };
    let mut places: Vec<usize> = (0..=last - end(step)).step_by(step).collect();
    places.push(last);
    places
}

#[cfg(test)]
mod tests {
    use super::evenly;

    #[test]
    fn the_first_and_the_last_place_are_named_and_others_at_one_distance() {
        for (count, least, places) in [
            (0, 1, vec![]),
            (1, 1, vec![0]),
            (3, 1, vec![0, 1, 2]),
            (31, 4, vec![0, 5, 10, 15, 20, 25, 30]),
            (31, 8, vec![0, 10, 20, 30]),
            (30, 5, vec![0, 6, 12, 18, 24, 29]),
            (26, 3, vec![0, 5, 10, 15, 20, 25]),
            (60, 9, vec![0, 10, 20, 30, 40, 50, 59]),
            (5, 4, vec![0, 4]),
            (3, 9, vec![0]),
        ] {
            assert_eq!(evenly(count, least), places, "{count} places, {least} apart");
        }
    }

    #[test]
    fn names_never_stand_closer_than_they_can() {
        for (count, least) in (2..200).flat_map(|count| (1..20).map(move |least| (count, least))) {
            let places = evenly(count, least);
            assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= least), "{count}, {least}");
            assert!(count <= least || places.last() == Some(&(count - 1)), "{count}, {least}");
        }
    }
}
