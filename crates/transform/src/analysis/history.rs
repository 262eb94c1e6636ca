//! The run-up of a metric: a row of comparable periods that ends with the reported one.
//!
//! Rule: what is unknown stays unknown. Only gaps of a few periods are bridged, for methods that need an unbroken
//! row, and a longer gap cuts the row off before it.

use crate::desk::{Ask, Desk};
use model::{
    metric::Metric,
    number::Number,
    period::{Grain, Period},
};

/// Gaps of at most so many periods are bridged.
const BRIDGE: usize = 3;

/// The periods of a cycle: a week of days, a year of anything longer; `None` where there is none.
pub(crate) fn season(grain: Grain) -> Option<usize> {
    match grain {
        Grain::Day => Some(7),
        Grain::Week => Some(52),
        Grain::Month | Grain::FiscalMonth => Some(12),
        Grain::Quarter | Grain::FiscalQuarter => Some(4),
        Grain::Year | Grain::FiscalYear => None,
    }
}

/// Values without their season, where two cycles of it are known.
///
/// Robust: one odd value must not become a season that makes a trend, or a lead, of its neighbours.
pub(crate) fn without_season(values: &[f64], season: Option<usize>) -> Vec<f64> {
    let cycles = season.filter(|season| values.len() >= 2 * season);
    let found = cycles.and_then(|season| stats::seasonal::mstl_robust(values, &[season]));
    found.map_or_else(|| values.to_vec(), |found| found.adjusted())
}

/// A metric's values over periods, none of them older than the data.
pub(crate) struct History {
    /// The periods, oldest first.
    pub(crate) periods: Vec<Period>,
    /// Their values.
    pub(crate) values: Vec<Option<Number>>,
}

impl History {
    /// The values of an ask's periods, from the first that is known on.
    pub(crate) fn read(desk: &Desk<'_>, ask: &Ask) -> Self {
        let values: Vec<_> = ask.periods.iter().map(|period| desk.total(ask, period)).collect();
        // A first period that the data only begin in is no period to compare with.
        let known = values.iter().zip(&ask.periods);
        let usable = |(value, period): (&Option<Number>, &Period)| {
            value.is_some() && desk.reaches(&ask.metric, period)
        };
        let first = known.into_iter().position(usable).unwrap_or(values.len());
        Self { periods: ask.periods[first..].to_vec(), values: values[first..].to_vec() }
    }

    /// As `read`, for a metric that adds up: a day on which no rows were expected, and none came, brought nothing.
    ///
    /// A few such days may stand at the newest end; after more of them rows may as well have stopped coming.
    pub(crate) fn of_sums(desk: &Desk<'_>, metric: &Metric, ask: &Ask) -> Self {
        let mut history = Self::read(desk, ask);
        let newest = history.values.iter().rposition(Option::is_some);
        for place in 0..history.values.len() {
            let is_late = newest.is_none_or(|newest| place > newest + BRIDGE);
            let is_open = history.values[place].is_none() && !is_late;
            if is_open && desk.coverage(metric, &history.periods[place]).is_none() {
                history.values[place] = Some(Number::whole(0));
            }
        }
        history
    }

    /// The newest unbroken row, small gaps bridged by a straight line.
    pub(crate) fn row(&self) -> Row<'_> {
        let known = |place: &usize| self.values[*place].is_some();
        let mut values: Vec<f64> = Vec::new();
        let mut bridged = 0;
        let mut gap = 0;
        // From the newest back to the first gap that is too long; a gap at the newest end stays one.
        let newest = (0..self.values.len()).rev().find(known);
        let mut first = newest.map_or(self.values.len(), |newest| newest + 1);
        let end = first;
        for place in (0..end).rev() {
            let Some(value) = self.values[place] else {
                gap += 1;
                if gap > BRIDGE {
                    break;
                }
                continue;
            };
            let value = value.to_f64();
            if let Some(next) = values.last().copied().filter(|_| gap > 0) {
                let step = (value - next) / (gap + 1) as f64;
                values.extend((1..=gap).map(|at| next + step * at as f64));
                bridged += gap;
                gap = 0;
            }
            values.push(value);
            first = place;
        }
        values.reverse();
        Row { periods: &self.periods[first..end], values, bridged }
    }
}

/// An unbroken row of values.
pub(crate) struct Row<'a> {
    /// Its periods.
    pub(crate) periods: &'a [Period],
    /// Its values, one for each period.
    pub(crate) values: Vec<f64>,
    /// How many of them were bridged.
    pub(crate) bridged: usize,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, NaiveDate};
    use model::calendar::Calendar;

    fn history(values: &[Option<i64>]) -> History {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let day =
            |place: usize| Calendar::default().period(Grain::Day, first + Days::new(place as u64));
        History {
            periods: (0..values.len()).map(day).collect(),
            values: values.iter().map(|value| value.map(Number::whole)).collect(),
        }
    }

    #[test]
    fn small_gaps_are_bridged_and_a_long_one_ends_the_row() {
        let history =
            history(&[Some(9), None, None, None, None, Some(1), Some(2), None, Some(4), Some(5)]);
        let row = history.row();
        assert_eq!(row.values, [1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(row.bridged, 1);
        assert_eq!(row.periods, &history.periods[5..]);
    }

    #[test]
    fn what_is_missing_at_the_end_is_not_made_up() {
        let history = history(&[Some(1), Some(2), None]);
        let row = history.row();
        assert_eq!((row.values, row.bridged), (vec![1.0, 2.0], 0));
        assert_eq!(row.periods, &history.periods[..2]);
        assert!(self::history(&[]).row().values.is_empty());
        assert!(self::history(&[None, None]).row().values.is_empty());
    }
}
