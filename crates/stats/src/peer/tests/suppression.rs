//! What may be shown of a group.

use crate::draws::Draws;
use crate::peer::suppression::*;

fn row(counts: &[usize]) -> Vec<Cell> {
    counts.iter().map(|count| Cell::counted(*count)).collect()
}

fn shown(verdicts: &[Verdict]) -> String {
    verdicts.iter().map(|verdict| if verdict.is_shown() { 'o' } else { '-' }).collect()
}

#[test]
fn rows_by_hand() {
    for (counts, cells, total) in [
        (&[12, 4, 9][..], "o--", true),
        (&[12, 0, 9], "ooo", true),
        (&[4, 4], "--", true),
        (&[100, 4], "--", true),
        // Two and two are withheld, but together they are four: a third must go.
        (&[12, 2, 2, 30], "---o", true),
        (&[4], "-", false),
        (&[4, 0], "-o", false),
        (&[], "", true),
    ] {
        let found = one_way(&row(counts), true, &Floor::default());
        assert_eq!(shown(&found.cells), cells, "{counts:?}");
        assert_eq!(found.total.map(Verdict::is_shown), Some(total), "{counts:?}");
    }
    // Without the total, a small cell hides nobody else.
    let alone = one_way(&row(&[12, 4, 9]), false, &Floor::default());
    assert_eq!((shown(&alone.cells).as_str(), alone.total), ("o-o", None));
    // Nine of one voice beside an empty cell: the total would show the same.
    let beside = one_way(
        &[Cell::of(&[1.0; 9]).expect("numbers"), Cell::counted(0)],
        true,
        &Floor::default(),
    );
    assert!(!beside.cells[0].is_shown() && beside.total.is_some_and(|total| !total.is_shown()));
}

#[test]
fn the_floor_is_never_below_five_peers_and_a_quarter() {
    assert_eq!(Floor::new(3, 0.9), Floor::default());
    assert_eq!(Floor::new(20, 0.1).fewest(), 20);
    assert_eq!(Floor::new(5, f64::NAN), Floor::default());
    let five = Cell::of(&[25.0, 20.0, 20.0, 20.0, 15.0]).expect("numbers");
    assert_eq!(Floor::default().refuses(&five), None);
    assert_eq!(Floor::new(6, 0.25).refuses(&five), Some(Reason::TooFew));
    assert_eq!(Floor::new(5, 0.24).refuses(&five), Some(Reason::Dominated));
}

#[test]
fn one_large_peer_or_one_voice_is_not_shown() {
    let refused = |values: &[f64]| Floor::default().refuses(&Cell::of(values).expect("numbers"));
    assert_eq!(refused(&[40.0, 15.0, 15.0, 15.0, 15.0]), Some(Reason::Dominated));
    assert_eq!(refused(&[10.0; 4]), Some(Reason::TooFew));
    assert_eq!(refused(&[10.0; 7]), Some(Reason::Unanimous));
    // A large loss is as telling as a large gain.
    assert_eq!(refused(&[-40.0, 15.0, 14.0, 15.0, 15.0, 16.0]), Some(Reason::Dominated));
    assert_eq!(refused(&[]), None);
    assert_eq!(Cell::of(&[f64::NAN]), None);
}

#[test]
fn a_report_that_differs_by_one_is_held_back() {
    let week: Vec<u64> = (0..9).collect();
    let next: Vec<u64> = (0..10).collect();
    let later: Vec<u64> = (0..14).collect();
    let floor = Floor::default();
    assert!(!differences_are_safe(&next, &[&week], &floor));
    assert!(differences_are_safe(&week, &[&week], &floor));
    assert!(differences_are_safe(&later, &[&week], &floor));
    assert!(!differences_are_safe(&later, &[&week, &next], &floor));
    assert!(differences_are_safe(&[50, 51, 52, 53, 54], &[&week], &floor));
    // Five came, one left.
    let swapped: Vec<u64> = (1..14).collect();
    assert!(!differences_are_safe(&swapped, &[&week], &floor));
    assert!(differences_are_safe(&[], &[], &floor));
}

#[test]
fn a_table_by_hand() {
    // One small cell needs a second one in its row, a second in its column, and the corner between them.
    let cells = [row(&[4, 10, 20]), row(&[10, 9, 20]), row(&[30, 20, 20])];
    let found = two_way(&cells, &Floor::default()).expect("a table");
    let drawn: Vec<String> = found.cells.iter().map(|row| shown(row)).collect();
    assert_eq!(drawn, ["--o", "--o", "ooo"]);
    assert_eq!((shown(&found.rows), shown(&found.columns)), ("ooo".to_owned(), "ooo".to_owned()));
    assert!(found.total.is_shown());
    assert_eq!(found.cells[0][0], Verdict::Withheld(Reason::TooFew));
    assert_eq!(found.cells[1][1], Verdict::Withheld(Reason::Protects));
    assert_eq!(two_way(&[], &Floor::default()), None);
    assert_eq!(two_way(&[row(&[1]), row(&[1, 2])], &Floor::default()), None);
}

/// The figures of a table with its totals, as (row, column, peers, shown).
fn figures(counts: &[Vec<usize>], found: &TwoWay) -> Vec<(usize, usize, usize, bool)> {
    let (height, width) = (counts.len(), counts[0].len());
    let mut all = Vec::new();
    for r in 0..=height {
        for c in 0..=width {
            let rows = if r < height { r..r + 1 } else { 0..height };
            let peers = rows
                .flat_map(|row| if c < width { &counts[row][c..=c] } else { &counts[row][..] })
                .sum();
            let verdict = match (r < height, c < width) {
                (true, true) => found.cells[r][c],
                (true, false) => found.rows[r],
                (false, true) => found.columns[c],
                (false, false) => found.total,
            };
            all.push((r, c, peers, verdict.is_shown()));
        }
    }
    all
}

/// The rank of a matrix by elimination.
fn rank(mut rows: Vec<Vec<f64>>) -> usize {
    let width = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..width {
        let Some(pivot) = (rank..rows.len()).find(|row| rows[*row][column].abs() > 1e-9) else {
            continue;
        };
        rows.swap(rank, pivot);
        let lead = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            let factor = row[column] / lead[column];
            row.iter_mut().zip(&lead).for_each(|(x, lead)| *x -= factor * lead);
        }
        rank += 1;
    }
    rank
}

/// The equations that a reader has: each row and each column adds up; only withheld figures are unknown.
fn equations(
    figures: &[(usize, usize, usize, bool)],
    height: usize,
    width: usize,
) -> Vec<Vec<f64>> {
    let unknown: Vec<_> = figures.iter().filter(|figure| !figure.3).collect();
    let rows = (0..=height).map(|r| {
        let sign = |c: usize| if c == width { -1.0 } else { 1.0 };
        unknown.iter().map(|x| if x.0 == r { sign(x.1) } else { 0.0 }).collect()
    });
    let columns = (0..=width).map(|c| {
        let sign = |r: usize| if r == height { -1.0 } else { 1.0 };
        unknown.iter().map(|x| if x.1 == c { sign(x.0) } else { 0.0 }).collect()
    });
    rows.chain(columns).collect()
}

#[test]
fn no_withheld_figure_follows_from_the_shown_ones() {
    let mut draws = Draws(99);
    for round in 0..300 {
        let (height, width) = (2 + round % 3, 2 + round / 3 % 3);
        let counts: Vec<Vec<usize>> = (0..height)
            .map(|_| (0..width).map(|_| draws.between(0.0, 18.0) as usize).collect())
            .collect();
        let cells: Vec<Vec<Cell>> = counts.iter().map(|counts| row(counts)).collect();
        let found = two_way(&cells, &Floor::default()).expect("a table");
        let figures = figures(&counts, &found);
        for (r, c, peers, is_shown) in &figures {
            assert!(!is_shown || *peers == 0 || *peers >= 5, "{counts:?}: {r} {c}");
        }
        for r in 0..height {
            let hidden = (0..width).filter(|c| !found.cells[r][*c].is_shown());
            let together: usize = hidden.map(|c| counts[r][c]).sum();
            assert!(!found.rows[r].is_shown() || together == 0 || together >= 5, "{counts:?}");
        }
        let equations = equations(&figures, height, width);
        let known = rank(equations.clone());
        let unknown = figures.iter().filter(|figure| !figure.3).count();
        for place in 0..unknown {
            let mut asked = equations.clone();
            asked.push((0..unknown).map(|other| f64::from(u8::from(other == place))).collect());
            assert!(rank(asked) > known, "{counts:?} shows its withheld figure {place}: {found:?}");
        }
    }
}
