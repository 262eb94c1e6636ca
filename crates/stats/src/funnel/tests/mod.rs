//! Ways by hand, published and in general.

mod by_hand;
mod properties;
mod published;

use super::{Event, Rules, Steps, progress};

/// Events written as letters with a time each, `a` being step 0 and `-` no step.
fn events(list: &[(f64, &str)]) -> Vec<Event> {
    let event = |(time, letters): &(f64, &str)| {
        let known = letters.bytes().filter(|letter| *letter != b'-');
        let steps: Vec<usize> = known.map(|letter| usize::from(letter - b'a')).collect();
        Event { time: *time, steps: Steps::of(&steps).expect("few steps") }
    };
    list.iter().map(event).collect()
}

/// The level that a row of letters, one unit apart, leads to.
fn level(row: &str, steps: usize, rules: Rules) -> usize {
    let list: Vec<(f64, &str)> = (0..row.len()).map(|at| (at as f64, &row[at..=at])).collect();
    progress(&events(&list), steps, 1e9, rules).expect("a way").level()
}
