//! The latest numbers of a stream, kept sorted.

use std::collections::VecDeque;

/// The latest `capacity` numbers, in order of arrival and in order of size.
#[derive(Debug, Clone)]
pub(super) struct SortedWindow {
    capacity: usize,
    arrived: VecDeque<f64>,
    sorted: Vec<f64>,
}

impl SortedWindow {
    pub(super) fn new(capacity: usize) -> SortedWindow {
        SortedWindow { capacity, arrived: VecDeque::new(), sorted: Vec::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.sorted.len()
    }

    /// Adds a number that is not NaN; the oldest one leaves when the window is full.
    pub(super) fn push(&mut self, number: f64) {
        if self.arrived.len() == self.capacity {
            let oldest = self.arrived.pop_front().expect("a window holds at least one number");
            let place = self.sorted.partition_point(|other| other.total_cmp(&oldest).is_lt());
            self.sorted.remove(place);
        }
        self.arrived.push_back(number);
        let place = self.sorted.partition_point(|other| other.total_cmp(&number).is_lt());
        self.sorted.insert(place, number);
    }

    /// Adds `shift` to every number but the `latest` ones.
    pub(super) fn shift(&mut self, shift: f64, latest: usize) {
        let earlier = self.arrived.len().saturating_sub(latest);
        self.arrived.iter_mut().take(earlier).for_each(|number| *number += shift);
        self.sorted = self.arrived.iter().copied().collect();
        self.sorted.sort_by(f64::total_cmp);
    }

    /// The quantile by linear interpolation, type 7 of Hyndman and Fan; `None` when empty.
    pub(super) fn quantile(&self, share: f64) -> Option<f64> {
        let last = self.sorted.len().checked_sub(1)?;
        let place = share * last as f64;
        let (below, above) = (place.floor() as usize, place.ceil() as usize);
        let (low, high) = (self.sorted[below], self.sorted[above]);
        Some(low + (place - below as f64) * (high - low))
    }

    pub(super) fn median(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The mean of the middle half: nearly as robust as the median, and steadier.
    pub(super) fn midmean(&self) -> Option<f64> {
        let cut = self.sorted.len() / 4;
        let middle = &self.sorted[cut..self.sorted.len() - cut];
        (!middle.is_empty()).then(|| middle.iter().sum::<f64>() / middle.len() as f64)
    }
}
