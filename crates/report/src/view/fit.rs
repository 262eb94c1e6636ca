//! Whether all columns of a table fit a telephone.
//!
//! Rule: figures keep their line, names break at spaces; widths are those of a common sans serif at the size that a
//! mail has on a telephone, on the safe side.

use super::{ColumnView, RowView};
use crate::typography::LONGEST;

/// The width for a table on a telephone of 360 pixels.
const ROOM: f64 = 326.0;
/// What a column has around its text.
const AROUND: f64 = 8.0;
/// The least width of the names.
const NAMES: f64 = 55.0;
/// The widths of signs.
const NARROW: f64 = 3.2;
const LETTER: f64 = 5.9;
const DIGIT: f64 = 6.2;
const CAPITAL: f64 = 7.4;
const WIDE: f64 = 9.6;
const HANZI: f64 = 11.0;

/// By how much bold letters, in which headings stand, are wider.
const BOLD: f64 = 1.08;
/// The most hanzi of a heading that stand on one line.
const WORD: usize = 6;

/// Letters of 11 pixels, for which the widths are.
const SMALL: f64 = 1.0;
/// Letters of 12 pixels.
const USUAL: f64 = 12.0 / 11.0;

/// The classes by which a table fits a telephone: none, small letters, or fewer columns, which are the name, the first
/// figure and the last three, two or one. Of one whose rows become shorter, the name and the first six, four or three; of
/// pairs, such as a target and what was reached in each period, the name and the last two pairs, or the last one.
pub(super) fn classes(columns: &[ColumnView], rows: &[RowView]) -> &'static str {
    let last = |count: usize| move |at: usize| at < 2 || at + count >= columns.len();
    let first = |count: usize| move |at: usize| at <= count;
    let of_pairs = |count: usize| move |at: usize| at == 0 || at + 2 * count >= columns.len();
    let fades = columns.len() > 7 && fades(columns.len() - 1, rows);
    match () {
        () if fits(columns, rows, USUAL, |_| true) => "",
        () if fits(columns, rows, SMALL, |_| true) => "tight",
        () if is_paired(columns) && fits(columns, rows, SMALL, of_pairs(2)) => "pairs",
        () if is_paired(columns) => "pairs one",
        () if fades && fits(columns, rows, SMALL, first(6)) => "early",
        () if fades && fits(columns, rows, SMALL, first(4)) => "early four",
        () if fades => "early three",
        () if fits(columns, rows, SMALL, last(3)) => "cut",
        () if fits(columns, rows, SMALL, last(2)) => "cut few",
        () => "cut least",
    }
}

/// Whether a heading in hanzi is short enough to break nowhere but at its spaces.
pub(super) fn is_whole(label: &str) -> bool {
    let hanzi = |text: &str| text.chars().filter(|sign| *sign >= '\u{2e80}').count();
    let fits = |piece: &str| hanzi(piece) <= WORD && piece.chars().count() <= LONGEST;
    hanzi(label) > 0 && label.split([' ', '-']).all(fits)
}

/// Whether figures stand in pairs: every other column has the same heading.
fn is_paired(columns: &[ColumnView]) -> bool {
    let figures = columns.get(1..).unwrap_or_default();
    let mut firsts = figures.iter().step_by(2).map(|column| &column.label);
    figures.len() > 2 && figures.len() % 2 == 0 && firsts.all(|label| *label == figures[0].label)
}

/// Whether most rows end before a column.
fn fades(column: usize, rows: &[RowView]) -> bool {
    let reaches = |row: &&RowView| row.cells.get(column).is_some_and(|cell| !cell.text.is_empty());
    rows.iter().filter(reaches).count() * 2 < rows.len()
}

/// Whether a telephone can show columns beside each other in letters of a size.
fn fits(
    columns: &[ColumnView],
    rows: &[RowView],
    size: f64,
    is_shown: impl Fn(usize) -> bool,
) -> bool {
    let shown = columns.iter().enumerate().filter(|(at, _)| is_shown(*at));
    let widths = shown.map(|(at, column)| {
        let keeps = column.numeric;
        let cells = rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| {
            let text = width(if keeps { &cell.text } else { longest(&cell.text, false) });
            let mark = if cell.arrow.is_empty() { 0.0 } else { HANZI + DIGIT };
            text + mark + if at > 0 && !keeps { AROUND } else { 0.0 }
        });
        let heading = BOLD * width(longest(&column.label, column.whole));
        let widest = cells.fold(heading, f64::max);
        AROUND + if at == 0 { widest.max(NAMES) } else { widest }
    });
    widths.sum::<f64>() * size <= ROOM
}

/// What of a name is kept together that may break anywhere.
const PART: usize = 12;

/// The longest piece that is not broken; hanzi that are not kept whole break anywhere, though no line should have less
/// than three.
fn longest(text: &str, whole: bool) -> &str {
    let pieces = text.split([' ', '-']).map(|piece| {
        if whole {
            return piece;
        }
        let mut hanzi = piece.char_indices().filter(|(_, sign)| *sign >= '\u{2e80}');
        let piece = hanzi.nth(3).map_or(piece, |(end, _)| &piece[..end]);
        let part = piece.char_indices().nth(PART).filter(|_| piece.chars().count() > LONGEST);
        part.map_or(piece, |(end, _)| &piece[..end])
    });
    pieces.max_by(|a, b| width(a).total_cmp(&width(b))).unwrap_or_default()
}

fn width(text: &str) -> f64 {
    let of = |sign: char| match sign {
        '.' | ',' | ' ' | 'i' | 'j' | 'l' => NARROW,
        '%' | 'M' | 'W' | 'm' | 'w' => WIDE,
        'A'..='Z' | '−' | '+' => CAPITAL,
        'a'..='z' => LETTER,
        sign if sign < '\u{2e80}' => DIGIT,
        _ => HANZI,
    };
    text.chars().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::CellView;

    fn columns(heads: &[&str]) -> Vec<ColumnView> {
        let column = |(at, label): (usize, &&str)| ColumnView::new((*label).to_owned(), at > 0);
        heads.iter().enumerate().map(column).collect()
    }

    fn row(cells: &[&str]) -> RowView {
        let cells = cells.iter().map(|text| CellView::text((*text).to_owned())).collect();
        RowView { total: false, cells }
    }

    #[test]
    fn eight_narrow_columns_fit_and_eight_wide_ones_do_not() {
        let heads = columns(&["Channel", "First", "Last", "Equal", "Decay", "Markov", "Shapley"]);
        let of = |figure: &str| {
            classes(&heads, &[row(&["Search ads", figure, figure, figure, figure, figure, figure])])
        };
        assert_eq!(of("31.4%"), "tight");
        assert_eq!(of("¥1,234,567"), "cut");
        assert_eq!(of("¥123,456,789"), "cut few");
        assert_eq!(of("¥123,456,789,012"), "cut least");
    }

    #[test]
    fn a_target_is_shown_with_what_was_reached() {
        let of = |figure: &str| {
            let heads = columns(&["大区", "目标", "2026-Q1", "目标", "2026-Q2"]);
            classes(&heads, &[row(&["华东", figure, figure, figure, figure])])
        };
        assert_eq!(of("¥1万"), "");
        assert_eq!(of("¥1,073,096.0万"), "pairs one");
        let heads = columns(&["Region", "Target", "Q1", "Target", "Q2", "Target", "Q3"]);
        assert_eq!(
            classes(
                &heads,
                &[row(&["East", "¥10.73M", "¥10.73M", "¥10.73M", "¥10.73M", "¥10.73M", "¥10.73M"])]
            ),
            "pairs"
        );
    }

    #[test]
    fn of_rows_that_become_shorter_the_beginnings_are_shown() {
        let heads = columns(&["Cohort", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        let of = |figure: &str| {
            let ages = |known: usize| (0..9).map(move |age| if age < known { figure } else { "" });
            let cohort = |known: usize| {
                row(&std::iter::once("2026-05").chain(ages(known)).collect::<Vec<_>>())
            };
            classes(&heads, &(1..10).map(cohort).collect::<Vec<_>>())
        };
        assert_eq!(of("3%"), "");
        assert_eq!(of("31.4%"), "early");
        assert_eq!(of("1,131.4%"), "early four");
        assert_eq!(of("¥123,456,789"), "early three");
    }

    #[test]
    fn a_short_heading_in_hanzi_stays_whole() {
        assert!(["名次", "同比名次上升", "95%区间"].iter().all(|label| is_whole(label)));
        assert!(!["Place", "当期新增中迄今赢单"].iter().any(|label| is_whole(label)));
    }

    #[test]
    fn a_heading_breaks_at_spaces_and_between_hanzi() {
        let long = "Expected to be won in the end of all that were opened in the period";
        let narrow = |heads: &[&str], cells: &[&str]| {
            ["", "tight"].contains(&classes(&columns(heads), &[row(cells)]))
        };
        assert!(narrow(&["Period", long, long], &["2026", "1", "2"]));
        let long = "当期新增中迄今赢单的比例与最终预期的比例及其区间";
        assert!(narrow(&["期间", long, long, long], &["2026", "1", "2", "3"]));
    }
}
