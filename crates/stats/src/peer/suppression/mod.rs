//! Which figures of a group may be shown without showing one of its members.
//!
//! Method: a cell is withheld if it has too few peers, if one of them is too much of it, or if all have one value;
//! then further cells until no withheld one, and no withheld group too small, follows from the totals; and a group is
//! withheld if it differs from one already shown by too few peers. Willenborg and de Waal (2001), *Elements of
//! Statistical Disclosure Control*, chapters 1 and 6; the floor of five peers and a quarter is that of the former
//! safety zone of US antitrust guidance.
//! Not for: hiding a value to within a percentage; whoever knows bounds of a withheld cell may narrow it down.

mod difference;
mod one_way;
mod two_way;

pub use self::difference::differences_are_safe;
pub use self::one_way::{OneWay, one_way};
pub use self::two_way::{TwoWay, two_way};

/// The fewest peers that any figure may rest on.
pub const FEWEST_PEERS: usize = 5;

/// The largest share of a figure that one peer may have.
pub const LARGEST_SHARE: f64 = 0.25;

/// The floor below which nothing is shown; never below [`FEWEST_PEERS`] and [`LARGEST_SHARE`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floor {
    fewest: usize,
    largest_share: f64,
}

impl Default for Floor {
    fn default() -> Floor {
        Floor { fewest: FEWEST_PEERS, largest_share: LARGEST_SHARE }
    }
}

impl Floor {
    /// A floor as asked for, or the lowest there may be where less was asked for.
    pub fn new(fewest: usize, largest_share: f64) -> Floor {
        let largest_share = if largest_share > 0.0 { largest_share } else { LARGEST_SHARE };
        Floor { fewest: fewest.max(FEWEST_PEERS), largest_share: largest_share.min(LARGEST_SHARE) }
    }

    /// The fewest peers.
    pub fn fewest(&self) -> usize {
        self.fewest
    }

    /// Why a group may not be shown by itself, if it may not. An empty one may.
    pub fn refuses(&self, cell: &Cell) -> Option<Reason> {
        if cell.peers == 0 {
            return None;
        }
        if cell.peers < self.fewest {
            return Some(Reason::TooFew);
        }
        let values = cell.values?;
        if values.least.total_cmp(&values.most).is_eq() {
            return Some(Reason::Unanimous);
        }
        // Shares of exactly a quarter pass, also where rounding lifts them.
        let allowed = self.largest_share * values.sum * (1.0 + 1e-12);
        (values.largest > allowed).then_some(Reason::Dominated)
    }
}

/// A group of peers behind one figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    peers: usize,
    values: Option<Values>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Values {
    sum: f64,
    largest: f64,
    least: f64,
    most: f64,
}

impl Cell {
    /// A group of which only the number of peers is shown.
    pub fn counted(peers: usize) -> Cell {
        Cell { peers, values: None }
    }

    /// A group by the value of each peer; shares are those of absolute values.
    ///
    /// `None` if a value is not finite.
    pub fn of(values: &[f64]) -> Option<Cell> {
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let sizes = || values.iter().map(|value| value.abs());
        let summary = Values {
            sum: sizes().sum(),
            largest: sizes().fold(0.0, f64::max),
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            most: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        Some(Cell { peers: values.len(), values: Some(summary) })
    }

    /// How many peers there are.
    pub fn peers(&self) -> usize {
        self.peers
    }

    /// Both groups together, which have no peer in common.
    fn and(self, other: Cell) -> Cell {
        if self.peers == 0 || other.peers == 0 {
            return if self.peers == 0 { other } else { self };
        }
        let values = self.values.zip(other.values).map(|(a, b)| Values {
            sum: a.sum + b.sum,
            largest: a.largest.max(b.largest),
            least: a.least.min(b.least),
            most: a.most.max(b.most),
        });
        Cell { peers: self.peers + other.peers, values }
    }

    fn together(cells: impl Iterator<Item = Cell>) -> Cell {
        cells.fold(Cell::counted(0), Cell::and)
    }
}

/// Whether a figure may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may.
    Shown,
    /// It may not.
    Withheld(Reason),
}

impl Verdict {
    /// Whether the figure may be shown.
    pub fn is_shown(self) -> bool {
        self == Verdict::Shown
    }

    fn of(reason: Option<Reason>) -> Verdict {
        reason.map_or(Verdict::Shown, Verdict::Withheld)
    }
}

/// Why a figure is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// One peer is too much of it.
    Dominated,
    /// Another withheld figure would follow from it and the totals.
    Protects,
    /// It rests on too few peers.
    TooFew,
    /// All peers have the same value, so that the figure shows each of them.
    Unanimous,
}
