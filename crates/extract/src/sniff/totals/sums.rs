//! Whether the numbers of a row are sums of those in other rows.
//!
//! Method: sums of whole columns are carried on from row to row, so that those of any run of rows are the difference of
//! two. A row that a text names is held against the runs that end before it, or begin behind it, at the start, at the
//! end or at another such row: most of its numbers agree within a thousandth, for totals are often rounded. A row
//! that no text names has to agree in all of its numbers to the last digit, with three rows or more.

use crate::sniff::column::Column;
use std::collections::BTreeSet;

/// The most rows that texts name and that are kept.
const MOST_KEPT: usize = 2_000;

/// How many other totals a row is held against, on either side.
const NEAR: usize = 12;

/// The fewest rows that a sum without a name has.
const FEWEST: u64 = 3;

/// The sums so far.
pub(super) struct Sums<'a> {
    columns: &'a [Column],
    rows: u64,
    /// Of all rows, of those that no text names, and of those that are no sums either.
    so_far: [Vec<i128>; 3],
    kept: Vec<Kept>,
    /// The rows since the last that was a sum or was named, all that no text names, and all that are no such sums.
    runs: [Run; 3],
    first: Option<Row>,
    unnamed: Option<Unnamed>,
}

/// A row that a text names, with the sums before it.
struct Kept {
    amounts: Vec<Option<i128>>,
    before: [Vec<i128>; 3],
}

/// Rows that no text names, and whose numbers are sums.
pub(super) struct Unnamed {
    /// The number of the first.
    pub(super) first: u64,
    pub(super) rows: u64,
    /// The columns in which every one of them has an empty text.
    pub(super) blank: BTreeSet<usize>,
}

struct Row {
    amounts: Vec<Option<i128>>,
    /// Whether one of them has three digits or more.
    is_long: bool,
    blank: BTreeSet<usize>,
}

#[derive(Clone)]
struct Run {
    rows: u64,
    sums: Vec<i128>,
    /// How many of the numbers are not 0.
    filled: Vec<u64>,
    last: Vec<Option<i128>>,
}

impl Run {
    fn clear(&mut self) {
        self.rows = 0;
        self.sums.fill(0);
        self.filled.fill(0);
        self.last.fill(None);
    }

    fn add(&mut self, amounts: &[Option<i128>]) {
        self.rows += 1;
        add(&mut self.sums, amounts);
        for (filled, amount) in self.filled.iter_mut().zip(amounts) {
            *filled += u64::from(amount.is_some_and(|amount| amount != 0));
        }
        self.last.copy_from_slice(amounts);
    }

    /// Whether a row's numbers are the sums of these, to the last digit.
    fn is_summed_up(&self, row: &Row, twice: i128) -> bool {
        let mut agreeing = 0;
        for (place, amount) in row.amounts.iter().enumerate() {
            match amount {
                None | Some(0) => {}
                Some(amount) if amount * twice == self.sums[place] && self.filled[place] > 1 => {
                    agreeing += 1;
                }
                // A year, say, that every row repeats.
                Some(_) if *amount == self.last[place] => {}
                Some(_) => return false,
            }
        }
        self.rows >= FEWEST && (agreeing > 1 || (agreeing == 1 && row.is_long))
    }
}

fn add(sums: &mut [i128], amounts: &[Option<i128>]) {
    for (sum, amount) in sums.iter_mut().zip(amounts) {
        *sum = sum.saturating_add(amount.unwrap_or(0));
    }
}

impl<'a> Sums<'a> {
    pub(super) fn new(columns: &'a [Column]) -> Self {
        let none = vec![0; columns.len()];
        let (filled, last) = (vec![0; columns.len()], vec![None; columns.len()]);
        let run = Run { rows: 0, sums: none.clone(), filled, last };
        Self {
            columns,
            rows: 0,
            so_far: [none.clone(), none.clone(), none],
            kept: Vec::new(),
            runs: [run.clone(), run.clone(), run],
            first: None,
            unnamed: None,
        }
    }

    /// Takes the next row; one that a text names is kept under a number.
    pub(super) fn take(&mut self, fields: &[Option<&str>], is_named: bool) -> Option<usize> {
        self.rows += 1;
        let row = self.row(fields);
        let before = is_named.then(|| self.so_far.clone());
        add(&mut self.so_far[0], &row.amounts);
        if let Some(before) = before {
            self.runs[0].clear();
            self.runs[2].add(&row.amounts);
            let is_kept = self.kept.len() < MOST_KEPT;
            let place = self.kept.len();
            if is_kept {
                self.kept.push(Kept { amounts: row.amounts, before });
            }
            return is_kept.then_some(place);
        }
        add(&mut self.so_far[1], &row.amounts);
        if self.runs.iter().any(|run| run.is_summed_up(&row, 1)) {
            self.runs[0].clear();
            self.tell(self.rows, &row.blank);
            return None;
        }
        add(&mut self.so_far[2], &row.amounts);
        self.runs.iter_mut().for_each(|run| run.add(&row.amounts));
        if self.rows == 1 {
            self.first = Some(row);
        }
        None
    }

    fn row(&self, fields: &[Option<&str>]) -> Row {
        let mut row = Row { amounts: Vec::new(), is_long: false, blank: BTreeSet::new() };
        for (place, (text, column)) in fields.iter().zip(self.columns).enumerate() {
            // Days in digits, as in 20260131, are no amounts.
            let is_amount = column.numbers.are_all() && !column.moments.are_all();
            let text = text.filter(|text| is_amount || text.is_empty());
            let amount = text.filter(|_| is_amount).and_then(|text| column.numbers.amount(text));
            let digits = text.map_or(0, |text| text.bytes().filter(u8::is_ascii_digit).count());
            row.is_long |= amount.is_some_and(|amount| amount != 0) && digits > 2;
            if text == Some("") {
                row.blank.insert(place);
            }
            row.amounts.push(amount);
        }
        row
    }

    fn tell(&mut self, number: u64, blank: &BTreeSet<usize>) {
        match &mut self.unnamed {
            None => {
                self.unnamed = Some(Unnamed { first: number, rows: 1, blank: blank.clone() });
            }
            Some(unnamed) => {
                unnamed.rows += 1;
                unnamed.first = unnamed.first.min(number);
                unnamed.blank.retain(|place| blank.contains(place));
            }
        }
    }

    /// Rows that no text names, and whose numbers are sums.
    pub(super) fn unnamed(&mut self) -> Option<Unnamed> {
        // The first row, if it is the sum of all others, is one half of all.
        let is_half = |first: &Row| {
            let mut all = self.runs[1..].iter().filter(|run| run.rows > FEWEST);
            all.any(|run| run.is_summed_up(first, 2))
        };
        let first = self.first.take().filter(is_half);
        if let Some(first) = first {
            self.tell(1, &first.blank);
        }
        self.unnamed.take()
    }

    /// Whether the numbers of a kept row are sums of others.
    pub(super) fn is_confirmed(&self, place: usize) -> bool {
        let own = &self.kept[place];
        let before = &self.kept[place.saturating_sub(NEAR)..place];
        let behind = &self.kept[place + 1..self.kept.len().min(place + 1 + NEAR)];
        let none = vec![0; own.amounts.len()];
        let all = own.agrees(&own.before[0], &none);
        all || [1, 2].into_iter().any(|kind| {
            let here = &own.before[kind];
            let mut starts = before.iter().map(|other| &other.before[kind]).chain([&none]);
            let mut ends =
                behind.iter().map(|other| &other.before[kind]).chain([&self.so_far[kind]]);
            starts.any(|start| own.agrees(here, start)) || ends.any(|end| own.agrees(end, here))
        })
    }
}

impl Kept {
    /// Whether most numbers are sums of the rows between two places.
    fn agrees(&self, end: &[i128], start: &[i128]) -> bool {
        let numbers = self.amounts.iter().zip(end.iter().zip(start));
        let numbers = numbers.filter_map(|(amount, (end, start))| Some(((*amount)?, end - start)));
        let (mut all, mut agreeing) = (0, 0);
        for (amount, sum) in numbers.filter(|(amount, _)| *amount != 0) {
            all += 1;
            agreeing +=
                u32::from((amount - sum).saturating_abs().saturating_mul(1000) <= sum.abs());
        }
        agreeing > 0 && agreeing * 2 >= all
    }
}
