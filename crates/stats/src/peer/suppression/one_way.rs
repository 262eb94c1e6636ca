//! Tables of one row and its total.

use super::{Cell, Floor, Reason, Verdict};

/// What may be shown of a table of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneWay {
    /// The cells, in their order.
    pub cells: Vec<Verdict>,
    /// The total; withheld if nothing could be shown beside it, `None` if it was not asked for.
    pub total: Option<Verdict>,
}

/// Which cells of a partition may be shown, alone or with their total.
///
/// With the total, the withheld cells are at least two and together pass the floor; the smallest shown one is taken in
/// until they do, ties by place. Empty cells are shown: they hold nobody.
pub fn one_way(cells: &[Cell], with_total: bool, floor: &Floor) -> OneWay {
    let mut verdicts: Vec<Verdict> =
        cells.iter().map(|cell| Verdict::of(floor.refuses(cell))).collect();
    if !with_total {
        return OneWay { cells: verdicts, total: None };
    }
    let total = Verdict::of(floor.refuses(&Cell::together(cells.iter().copied())));
    // A total is refused only together with its cells, or with the one of the peer that dominates it: no sum is left.
    if !total.is_shown() {
        return OneWay { cells: verdicts, total: Some(total) };
    }
    let mut hidden = withheld(cells, &verdicts);
    while hidden.0 == 1 || hidden.1.is_some_and(|union| floor.refuses(&union).is_some()) {
        let Some(place) = smallest_shown(cells, &verdicts) else {
            return OneWay { cells: verdicts, total: Some(Verdict::Withheld(Reason::Protects)) };
        };
        verdicts[place] = Verdict::Withheld(Reason::Protects);
        hidden = withheld(cells, &verdicts);
    }
    OneWay { cells: verdicts, total: Some(total) }
}

/// How many cells with peers are withheld, and all of them together.
fn withheld(cells: &[Cell], verdicts: &[Verdict]) -> (usize, Option<Cell>) {
    let hidden = || cells.iter().zip(verdicts).filter(|(_, verdict)| !verdict.is_shown());
    let count = hidden().count();
    (count, (count > 0).then(|| Cell::together(hidden().map(|(cell, _)| *cell))))
}

fn smallest_shown(cells: &[Cell], verdicts: &[Verdict]) -> Option<usize> {
    let open = |place: &usize| verdicts[*place].is_shown() && cells[*place].peers() > 0;
    (0..cells.len()).filter(open).min_by_key(|place| cells[*place].peers())
}
