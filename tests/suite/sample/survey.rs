//! The survey section of the monthly report against the planted truths.

use crate::support::{monthly, truths};
use model::report::{Argument, Block, Cell, Message, Table, Verdict};

/// The value and the answers of each wave, newest first, and how its change is judged.
fn waves(table: &Table) -> Vec<(f64, f64, Verdict)> {
    let row = |row: &model::report::Row| {
        let figures: Vec<f64> = row
            .cells
            .iter()
            .filter_map(|cell| match cell {
                Cell::Figure { figure, .. } => figure.value.map(|value| value.to_f64()),
                _ => None,
            })
            .collect();
        let judged = row.cells.iter().find_map(|cell| match cell {
            Cell::Difference { verdict, .. } => Some(*verdict),
            _ => None,
        });
        (figures[0], figures[1], judged.unwrap_or(Verdict::Unknown))
    };
    table.rows.iter().map(row).collect()
}

#[test]
fn the_fall_of_march_is_more_than_chance_and_its_recovery_too() {
    let report = monthly();
    let section = report.sections.iter().find(|one| one.kind == "survey").expect("a survey");
    let tables: Vec<&Table> = section
        .blocks
        .iter()
        .filter_map(|block| if let Block::Table(table) = block { Some(table) } else { None })
        .collect();
    let truths = truths();
    let months = truths["survey"]["by_month"].as_array().expect("months");
    let truth = |name: &str| -> Vec<f64> {
        months.iter().rev().take(6).map(|month| month[name].as_f64().expect("a truth")).collect()
    };
    for (table, value, answered) in [(0, "nps", "nps_answered"), (2, "csat", "csat_answered")] {
        let found = waves(tables[table]);
        for ((wave, value), answered) in found.iter().zip(truth(value)).zip(truth(answered)) {
            assert!((wave.0 - value).abs() < 1e-5 && wave.1 == answered, "{wave:?} {value}");
        }
        assert_eq!(found.len(), 6);
    }
    // June, May, April, March, February and January of satisfaction: 71.0 % after 81.4 %, and 83.7 % after that.
    let judged: Vec<Verdict> = waves(tables[2]).into_iter().map(|wave| wave.2).collect();
    let expected = [
        Verdict::Neutral,
        Verdict::Neutral,
        Verdict::Good,
        Verdict::Bad,
        Verdict::Neutral,
        Verdict::Unknown,
    ];
    assert_eq!(judged, expected);
    let june: &Message = &section.findings[0].message;
    assert_eq!(june.arguments["answers"], Argument::Count(truth("nps_answered")[0] as i64));
}
