//! Jumps of scale: cents for units, thousands for ones.
//!
//! Method: the median of the known values other than 0, without sign, of each judged day or file against the usual one,
//! which is the median of the medians of the up to 28 before it; fewer than 5 are no past. The ratio is told as the
//! nearest power of ten, from the one that the contract names: 100 stands for 31.6 to 316.

use super::{Broken, units::Units};
use crate::notes::{count, text};
use model::report::Message;
use polars::prelude::*;

/// So many units before tell what is usual.
const USUAL: usize = 28;
/// Fewer are no past.
const LEAST: usize = 5;

pub(super) fn broken(units: &Units<'_>, column: &str, factor: u32) -> Broken {
    let judged = units.judged();
    let needed = judged.start.saturating_sub(USUAL)..judged.end;
    let mut values: Vec<Vec<i64>> = vec![Vec::new(); units.units.len()];
    units.each(needed.clone(), &[column], &mut |frame, places| {
        let numbers = frame.column(column)?.cast(&DataType::Int64)?;
        for (place, value) in places.iter().zip(numbers.i64()?.iter()) {
            if let (Some(place), Some(value)) = (place, value.filter(|value| *value != 0)) {
                values[*place].push(value.saturating_abs());
            }
        }
        Ok(())
    })?;
    let medians: Vec<(usize, f64)> = needed
        .filter_map(|place| {
            let values = values[place].iter().map(|value| *value as f64).collect();
            Some((place, median(values)?))
        })
        .collect();
    let mut jumps: Vec<(usize, i32)> = Vec::new();
    for (index, (place, value)) in medians.iter().enumerate() {
        let before = &medians[index.saturating_sub(USUAL)..index];
        if !judged.contains(place) || before.len() < LEAST {
            continue;
        }
        let Some(usual) = median(before.iter().map(|(_, median)| *median).collect()) else {
            continue;
        };
        let power = (value / usual).log10().round() as i32;
        if power.unsigned_abs() >= factor.ilog10() {
            jumps.push((*place, power));
        }
    }
    let told = |key: &str, jumps: Vec<(usize, i32)>| {
        let (place, power) = jumps.iter().copied().rev().max_by_key(|(_, power)| power.abs())?;
        let message = Message::new(key)
            .with("column", text(column))
            .with("unit", units.units[place].name.clone())
            .with("times", count(10_u64.saturating_pow(power.unsigned_abs())))
            .with("count", count(jumps.len() as u64));
        Some(message)
    };
    let (up, down) = jumps.into_iter().partition(|(_, power)| *power > 0);
    Ok(told("rule.scale_up", up).into_iter().chain(told("rule.scale_down", down)).collect())
}

/// The middle value, or the mean of the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 { Some(upper) } else { Some(f64::midpoint(values[middle - 1], upper)) }
}
