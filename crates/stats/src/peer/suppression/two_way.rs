//! Tables of rows and columns with their totals.
//!
//! Method: withheld figures are the edges of a graph whose nodes are the sums of rows and of columns, totals among
//! them; a figure follows from the shown ones exactly if its edge is a bridge: Gusfield (1988), *A Graph Theoretic
//! Approach to Statistical Data Security*, SIAM Journal on Computing 17(3), 552–571.

use super::{Cell, Floor, Reason, Verdict};

/// What may be shown of a table of rows and columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwoWay {
    /// The cells, row by row.
    pub cells: Vec<Vec<Verdict>>,
    /// The totals of the rows.
    pub rows: Vec<Verdict>,
    /// The totals of the columns.
    pub columns: Vec<Verdict>,
    /// The total of all.
    pub total: Verdict,
}

/// Which figures of a table may be shown with the totals of its rows and columns.
///
/// No withheld figure follows from the shown ones, and in each row and column whose total is shown the withheld ones
/// together pass the floor. Inner cells are taken in before totals, smaller before larger. `None` if rows differ in
/// length, or if there are none.
pub fn two_way(cells: &[Vec<Cell>], floor: &Floor) -> Option<TwoWay> {
    let columns = cells.first()?.len();
    if columns == 0 || cells.iter().any(|row| row.len() != columns) {
        return None;
    }
    let mut table = Table::new(cells, floor);
    while let Some(place) = table.next_to_withhold(floor) {
        table.verdicts[place.0][place.1] = Verdict::Withheld(Reason::Protects);
    }
    let mut verdicts = table.verdicts;
    let mut last = verdicts.pop()?;
    let total = last.pop()?;
    let rows = verdicts.iter_mut().filter_map(Vec::pop).collect();
    Some(TwoWay { cells: verdicts, rows, columns: last, total })
}

/// The cells with a further column and a further row of totals.
struct Table {
    cells: Vec<Vec<Cell>>,
    verdicts: Vec<Vec<Verdict>>,
}

type Place = (usize, usize);

impl Table {
    fn new(cells: &[Vec<Cell>], floor: &Floor) -> Table {
        let mut cells = cells.to_vec();
        for row in &mut cells {
            row.push(Cell::together(row.iter().copied()));
        }
        let width = cells[0].len();
        let totals = (0..width).map(|column| Cell::together(cells.iter().map(|row| row[column])));
        let totals = totals.collect();
        cells.push(totals);
        let judge =
            |row: &Vec<Cell>| row.iter().map(|cell| Verdict::of(floor.refuses(cell))).collect();
        let verdicts = cells.iter().map(judge).collect();
        Table { cells, verdicts }
    }

    fn height(&self) -> usize {
        self.cells.len()
    }

    fn width(&self) -> usize {
        self.cells[0].len()
    }

    fn places(&self) -> impl Iterator<Item = Place> + '_ {
        let width = self.width();
        (0..self.height()).flat_map(move |row| (0..width).map(move |column| (row, column)))
    }

    fn is_shown(&self, place: Place) -> bool {
        self.verdicts[place.0][place.1].is_shown()
    }

    /// The best figure to take in, of those that would protect one that is not safe yet.
    fn next_to_withhold(&self, floor: &Floor) -> Option<Place> {
        let withheld: Vec<Place> = self.places().filter(|place| !self.is_shown(*place)).collect();
        for edge in &withheld {
            let side = self.reached(*edge, &withheld);
            let (row, column) = (edge.0, self.height() + edge.1);
            if side[row] == side[column] {
                continue;
            }
            let crosses = |place: &Place| side[place.0] != side[self.height() + place.1];
            let far = self.reached_from(column, *edge, &withheld);
            let near = |place: Place| far[place.0] || far[self.height() + place.1];
            let best = self.candidates().filter(crosses);
            let best =
                best.min_by_key(|place| (self.cost(*place), !near(*place), self.peers(*place)));
            if best.is_some() {
                return best;
            }
        }
        self.lines().find_map(|(inner, total)| self.short_line(&inner, total, floor))
    }

    /// The nodes that the row of an edge reaches without that edge: rows first, then columns.
    fn reached(&self, edge: Place, withheld: &[Place]) -> Vec<bool> {
        self.reached_from(edge.0, edge, withheld)
    }

    fn reached_from(&self, start: usize, without: Place, withheld: &[Place]) -> Vec<bool> {
        let mut reached = vec![false; self.height() + self.width()];
        let mut pending = vec![start];
        while let Some(node) = pending.pop() {
            if std::mem::replace(&mut reached[node], true) {
                continue;
            }
            for (row, column) in withheld.iter().filter(|place| **place != without) {
                let (row, column) = (*row, self.height() + *column);
                if row == node && !reached[column] {
                    pending.push(column);
                } else if column == node && !reached[row] {
                    pending.push(row);
                }
            }
        }
        reached
    }

    /// Shown figures that hold somebody.
    fn candidates(&self) -> impl Iterator<Item = Place> + '_ {
        self.places().filter(|place| self.is_shown(*place) && self.peers(*place) > 0)
    }

    fn peers(&self, place: Place) -> usize {
        self.cells[place.0][place.1].peers()
    }

    /// 0 for a cell, 1 for the total of a row or column, 2 for that of all.
    fn cost(&self, place: Place) -> u8 {
        u8::from(place.0 + 1 == self.height()) + u8::from(place.1 + 1 == self.width())
    }

    /// Each row and column as its parts and its total.
    fn lines(&self) -> impl Iterator<Item = (Vec<Place>, Place)> + '_ {
        let (last_row, last_column) = (self.height() - 1, self.width() - 1);
        let rows = (0..=last_row).map(move |row| {
            ((0..last_column).map(|column| (row, column)).collect(), (row, last_column))
        });
        let columns = (0..=last_column).map(move |column| {
            ((0..last_row).map(|row| (row, column)).collect(), (last_row, column))
        });
        rows.chain(columns)
    }

    /// What to take in if the withheld parts of a shown total are too few peers together.
    fn short_line(&self, inner: &[Place], total: Place, floor: &Floor) -> Option<Place> {
        let hidden = || inner.iter().copied().filter(|place| !self.is_shown(*place));
        let union = Cell::together(hidden().map(|(row, column)| self.cells[row][column]));
        if !self.is_shown(total) || floor.refuses(&union).is_none() {
            return None;
        }
        let open = inner.iter().copied().filter(|place| self.is_shown(*place));
        let open = open.filter(|place| self.peers(*place) > 0);
        open.min_by_key(|place| self.peers(*place)).or(Some(total))
    }
}
