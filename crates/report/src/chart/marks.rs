//! Marks of the moments that matter: a number above the plot; the words stand below the chart.
//!
//! Rule: no mark covers another. Marks that would touch stand above each other, in lanes; on a telephone,
//! where more of them touch, the page's script uses lanes of their own (`narrow` in the option).

use super::{
    option::{Canvas, TEXT_SIZE},
    scale::Scale,
};
use model::report::{Chart, Mark, MarkKind, Tick};
use serde_json::{Value, json};

/// The width of a plot in a mail, in pixels: what fits there fits into a page.
const NARROW: f64 = 400.0;
/// The width of a plot on a telephone, in pixels.
pub(super) const NARROWEST: f64 = 230.0;
/// The height of a lane.
const LANE: u32 = 20;
/// The width of a number with the ground it stands on.
const BADGE: f64 = 22.0;

/// The marks of a chart in time, oldest first, with their numbers; the day up to which there are data has none.
pub(crate) fn numbered(chart: &Chart) -> Vec<(Option<usize>, &Mark)> {
    let mut marks: Vec<_> = chart.marks.iter().filter(|mark| mark.day().is_some()).collect();
    marks.sort_by_key(|mark| mark.day());
    let mut number = 0;
    let with_number = |mark: &'_ Mark| {
        number += usize::from(mark.kind != MarkKind::AsOf);
        (mark.kind != MarkKind::AsOf).then_some(number)
    };
    let numbers: Vec<_> = marks.iter().copied().map(with_number).collect();
    numbers.into_iter().zip(marks).collect()
}

/// A mark where it stands.
struct Placed {
    place: usize,
    kind: MarkKind,
    text: String,
    width: f64,
    lane: u32,
    narrow: u32,
}

impl Canvas<'_> {
    /// What marks need beyond the room of a single lane, in pixels.
    pub(super) fn room_for_marks(&self) -> u32 {
        self.placed().iter().map(|mark| mark.lane).max().unwrap_or(0) * LANE
    }

    /// The marks as lines across the plot, each with its number on top.
    pub(super) fn marks(&self, axis: &Scale, top: u32) -> Value {
        let lines: Vec<_> =
            self.placed().iter().map(|mark| self.mark(mark, axis.low, top)).collect();
        json!({ "silent": true, "symbol": "none", "data": lines })
    }

    /// Draws a ring around a point of our line that an alert or its end marks.
    pub(super) fn circle(&self, at: usize, point: &mut Value) {
        if let Some(colour) = self.ring(at) {
            let ring =
                json!({ "color": self.palette.surface, "borderColor": colour, "borderWidth": 2.5 });
            point["symbol"] = json!("circle");
            point["symbolSize"] = json!(10);
            point["itemStyle"] = ring;
        }
    }

    fn ring(&self, at: usize) -> Option<&str> {
        let tick = self.chart.ticks.get(at)?;
        let here = self.chart.marks.iter().filter(|mark| holds(tick, mark));
        here.rev().find_map(|mark| match mark.kind {
            MarkKind::Alert => Some(self.palette.alarm.as_str()),
            MarkKind::Recovered => Some(self.palette.calm.as_str()),
            MarkKind::AsOf
            | MarkKind::Change
            | MarkKind::Current
            | MarkKind::Event
            | MarkKind::Holiday
            | MarkKind::Proposed => None,
        })
    }

    /// A line from the axis at `low` up to the lane of its number above `top`.
    fn mark(&self, mark: &Placed, low: f64, top: u32) -> Value {
        let palette = self.palette;
        let (colour, dashes, radius) = match mark.kind {
            MarkKind::Alert => (&palette.alarm, json!([1, 4]), 8),
            MarkKind::AsOf => (&palette.reference, json!("solid"), 0),
            MarkKind::Change => (&palette.text, json!([8, 3]), 2),
            MarkKind::Current | MarkKind::Event | MarkKind::Proposed => {
                (&palette.caution, json!([3, 3]), 8)
            }
            MarkKind::Holiday => (&palette.muted, json!([1, 4]), 8),
            MarkKind::Recovered => (&palette.calm, json!([1, 4]), 8),
        };
        let mut label = json!({
            "formatter": mark.text, "position": "end", "distance": 3,
            "fontSize": 11, "color": palette.surface, "backgroundColor": colour,
            "borderColor": colour, "borderWidth": 1, "borderRadius": radius, "padding": [2, 5],
        });
        if matches!(mark.kind, MarkKind::AsOf | MarkKind::Holiday) {
            label["color"] = json!(palette.muted);
            label["backgroundColor"] = json!(palette.surface);
        }
        if mark.kind == MarkKind::AsOf {
            label["borderWidth"] = json!(0);
        }
        let name = self.chart.ticks.get(mark.place).map(|tick| self.place(tick));
        let line = json!({ "color": colour, "type": dashes, "width": 1 });
        json!([
            { "xAxis": name, "yAxis": low, "label": label, "lineStyle": line },
            { "xAxis": name, "y": top - mark.lane * LANE, "narrow": mark.narrow * LANE },
        ])
    }

    fn placed(&self) -> Vec<Placed> {
        let mut placed: Vec<Placed> = Vec::new();
        for (number, mark) in numbered(self.chart) {
            let Some(place) = self.chart.ticks.iter().position(|tick| holds(tick, mark)) else {
                continue;
            };
            let label = || mark.label.get(self.formatter.locale()).to_owned();
            let text = number.map_or_else(label, |number| number.to_string());
            let width = self.fonts.width(&text, f64::from(TEXT_SIZE)).max(BADGE - 8.0) + 8.0;
            placed.push(Placed { place, kind: mark.kind, text, width, lane: 0, narrow: 0 });
        }
        let lanes = [self.plot(), NARROWEST].map(|plot| lanes(&placed, plot / self.ticks()));
        for (at, mark) in placed.iter_mut().enumerate() {
            (mark.lane, mark.narrow) = (lanes[0][at], lanes[1][at]);
        }
        placed
    }

    /// The width of the plot in pixels, on the safe side.
    pub(super) fn plot(&self) -> f64 {
        if self.width < super::MAIL_DRAWN { NARROWEST } else { NARROW }
    }

    fn ticks(&self) -> f64 {
        self.chart.ticks.len().max(1) as f64
    }
}

/// The lowest lane for each mark in which it touches none of those that are in it already, from left to
/// right.
fn lanes(marks: &[Placed], per_tick: f64) -> Vec<u32> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|at| (marks[*at].kind == MarkKind::AsOf, marks[*at].place, *at));
    let mut lanes = vec![None; marks.len()];
    for at in order {
        let touches = |other: &usize| {
            let distance = marks[at].place.abs_diff(marks[*other].place) as f64 * per_tick;
            distance < f64::midpoint(marks[at].width, marks[*other].width) + 2.0
        };
        let taken: Vec<u32> =
            (0..marks.len()).filter(touches).filter_map(|other| lanes[other]).collect();
        lanes[at] = (0..).find(|lane| !taken.contains(lane));
    }
    lanes.into_iter().map(Option::unwrap_or_default).collect()
}

/// Whether a place on the axis holds the day of a mark.
fn holds(tick: &Tick, mark: &Mark) -> bool {
    match tick {
        Tick::Period(period) => mark.day().is_some_and(|day| period.days.contains(day)),
        Tick::Label(_) | Tick::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(place: usize, width: f64) -> Placed {
        Placed { place, kind: MarkKind::Event, text: String::new(), width, lane: 0, narrow: 0 }
    }

    #[test]
    fn marks_that_touch_stand_above_each_other() {
        let at = |places: &[usize]| -> Vec<Placed> {
            places.iter().map(|place| mark(*place, 20.0)).collect()
        };
        assert_eq!(lanes(&at(&[0, 3, 6]), 10.0), [0, 0, 0]);
        assert_eq!(lanes(&at(&[0, 2, 4]), 10.0), [0, 1, 0]);
        assert_eq!(lanes(&at(&[5, 5, 5]), 10.0), [0, 1, 2]);
        assert_eq!(lanes(&at(&[6, 0, 5]), 10.0), [1, 0, 0]);
        assert_eq!(lanes(&[mark(0, 20.0), mark(5, 100.0)], 10.0), [0, 1]);
    }
}
