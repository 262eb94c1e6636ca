//! Won in a period and won of a cohort are two figures, and open ones are not lost.

use super::world::{Row, World, keys, notes, number, of, section, tables, told};
use chrono::{Days, NaiveDate};
use model::{
    number::Number,
    report::{Cell, Report, Table},
};

const SETTINGS: &str = "cohort = \"month\"\nstarts = { dataset = \"leads\", person = \"member\" }\n\
                        ends = { dataset = \"deals\", person = \"member\" }";

fn on(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, month, day).unwrap()
}

/// The report over leads with the day they were won on.
fn report(leads: &[(String, NaiveDate, Option<NaiveDate>)], morning: NaiveDate) -> Report {
    let world = World::new("30 6 * * *");
    let row = |member, day| Row { day, member, value: 1.0, weight: 1.0 };
    let opened: Vec<Row<'_>> = leads.iter().map(|(who, on, _)| row(who.as_str(), *on)).collect();
    let won: Vec<Row<'_>> =
        leads.iter().filter_map(|(who, _, won)| Some(row(who.as_str(), (*won)?))).collect();
    world.rows("leads", "irregular", &opened);
    world.rows("deals", "irregular", &won);
    world.report(&[section("s", "conversion", SETTINGS)], morning)
}

fn figures(table: &Table, row: usize) -> Vec<Option<f64>> {
    let figure = |cell: &Cell| match cell {
        Cell::Figure { figure, .. } => figure.value.map(Number::to_f64),
        _ => None,
    };
    table.rows[row].cells[1..].iter().map(figure).collect()
}

/// In every month forty leads; ten of each month are won after 40 days.
fn steady(months: u32) -> Vec<(String, NaiveDate, Option<NaiveDate>)> {
    let lead = |month: u32, one: usize| {
        let opened = on(month, 5);
        let won = (one < 10).then(|| opened + Days::new(40));
        (format!("{month}-{one}"), opened, won)
    };
    (1..=months).flat_map(|month| (0..40).map(move |one| lead(month, one))).collect()
}

#[test]
fn both_views_and_the_end_by_hand() {
    // Opened on the 5th, won 40 days later: the 14th or so of the next month. On 1 May, those of April are open.
    let leads: Vec<_> = steady(4)
        .into_iter()
        .map(|(who, opened, won)| (who, opened, won.filter(|won| *won < on(5, 1))))
        .collect();
    let report = report(&leads, on(5, 1));
    let section = of(&report, "s");
    let table = tables(section)[0];
    // Opened, won in the period, per opened, so far, in the end.
    let near = |row: usize, expected: [f64; 5]| {
        let found = figures(table, row);
        for (found, expected) in found.iter().zip(expected) {
            let found = found.unwrap();
            assert!((found - expected).abs() < 1e-9, "row {row}: {found} is not {expected}");
        }
    };
    near(0, [40.0, 0.0, 0.0, 0.25, 0.25]);
    near(1, [40.0, 10.0, 0.25, 0.25, 0.25]);
    near(2, [40.0, 10.0, 0.25, 0.25, 0.25]);
    // Open for 26 days, none is won yet, but of all watched for 40 days a quarter was.
    near(3, [40.0, 10.0, 0.25, 0.0, 0.25]);
    let total = &told(section, "conversion.total")[0].message;
    assert_eq!((number(total, "opened"), number(total, "won")), (160.0, 30.0));
    assert_eq!((number(total, "days"), number(total, "expected")), (40.0, 0.25));
    assert!(told(section, "conversion.near").len() == 1, "a steady stream misleads nobody");
}

#[test]
fn leads_that_come_in_waves_mislead_the_view_by_period() {
    let mut leads: Vec<_> = steady(4)
        .into_iter()
        .map(|(who, opened, won)| (who, opened, won.filter(|won| *won < on(5, 1))))
        .collect();
    // In April only ten leads come: the ten wins of March's leads look like all of them.
    leads.retain(|(who, _, _)| !who.starts_with("4-") || who.len() == 3);
    let report = report(&leads, on(5, 1));
    let found = told(of(&report, "s"), "conversion.over");
    let message = &found[0].message;
    assert_eq!(number(message, "of_period"), 1.0);
    assert_eq!((number(message, "so_far"), number(message, "expected")), (0.0, 0.25));
    // 2.5 of the ten; chance 10 · 1/4 · 3/4, the curve 10 · 3/4 · √(30 / (120 · 90)): √2.03125 · 1.96 to either side.
    assert_eq!(number(message, "low"), 0.0);
    assert!((number(message, "high") - 0.529_338).abs() < 1e-6, "{}", number(message, "high"));
}

#[test]
fn a_difference_that_may_be_chance_is_not_called_an_error() {
    let mut leads: Vec<_> = steady(4)
        .into_iter()
        .map(|(who, opened, won)| (who, opened, won.filter(|won| *won < on(5, 1))))
        .collect();
    // Thirty in April: ten wins look like a third, a quarter is expected, but up to 42 % are possible.
    leads.retain(|(who, opened, _)| {
        *opened < on(4, 1) || who[2..].parse::<u32>().is_ok_and(|one| one < 30)
    });
    let report = report(&leads, on(5, 1));
    let message = &told(of(&report, "s"), "conversion.near")[0].message;
    assert!((number(message, "of_period") - 1.0 / 3.0).abs() < 1e-9);
    // 7.5 ± 1.96 · √(30 · 3/16 + (30 · 3/4)² / 360) of 30.
    assert!((number(message, "high") - 0.423_240).abs() < 1e-5, "{}", number(message, "high"));
}

/// So many leads in each month, a quarter of them won after ten days.
fn months(sizes: &[usize]) -> Vec<(String, NaiveDate, Option<NaiveDate>)> {
    let lead = |month: u32, one: usize| {
        let won = one.is_multiple_of(4).then(|| on(month, 15));
        (format!("{month}-{one}"), on(month, 5), won)
    };
    let sized = (1..).zip(sizes);
    sized.flat_map(|(month, size)| (0..*size).map(move |one| lead(month, one))).collect()
}

#[test]
fn a_small_month_hides_another_than_the_reported_one() {
    // March's sixty are fewer than February's eighty, but February protects January's three as well.
    let shown = report(&months(&[3, 80, 60]), on(4, 1));
    let section = of(&shown, "s");
    assert_eq!(number(&told(section, "conversion.near")[0].message, "opened"), 60.0);
    assert_eq!(figures(tables(section)[0], 1), [None; 5]);
    assert_eq!(figures(tables(section)[0], 2)[0], Some(60.0));
    // Where the reported month is small itself, no other is told in its place.
    let small = report(&months(&[80, 60, 3]), on(4, 1));
    let section = of(&small, "s");
    assert_eq!(told(section, "conversion.small").len(), 1);
    assert!(told(section, "conversion.near").is_empty());
}

#[test]
fn early_ones_strays_and_too_few_are_told() {
    let mut leads = steady(3);
    leads.push(("early".into(), on(2, 10), Some(on(2, 1))));
    let world = report(&leads, on(7, 1));
    let section = of(&world, "s");
    assert!(notes(section).contains(&"conversion.early"));
    let total = &told(section, "conversion.total")[0].message;
    assert_eq!((number(total, "opened"), number(total, "won")), (121.0, 31.0));
    let few = report(&steady(1)[..4], on(7, 1));
    assert_eq!(keys(of(&few, "s")), ["conversion.few"]);
    assert!(tables(of(&few, "s")).is_empty());
}
