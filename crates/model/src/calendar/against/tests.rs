use super::*;
use crate::{
    calendar::{Festival, Occasion},
    label::Label,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("date")
}

/// Spring festivals of 2025 and 2026, and the days off of January and February 2026.
fn holidays() -> Holidays {
    let label = Label::new("Spring Festival", "春节");
    let occasions = ["2025-01-29", "2026-02-17"].map(day).map(|day| Occasion {
        day,
        days: DateRange { start: day - Days::new(1), end: day + Days::new(7) },
    });
    let off = ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"];
    let off = off.into_iter().chain(["2026-02-20", "2026-02-23"]);
    Holidays {
        years: Some((2025, 2026)),
        days_off: off.map(|text| (day(text), label.clone())).collect(),
        make_up: ["2026-01-04", "2026-02-14", "2026-02-28"].map(day).into(),
        festivals: [(
            FestivalId::new("spring_festival"),
            Festival { label, occasions: occasions.into() },
        )]
        .into(),
        ..Holidays::default()
    }
}

/// The base of the period of `grain` on `date`, or of its part up to `date`, as first and last day.
fn check(grain: Grain, date: &str, part: bool, against: &str, expected: Option<(&str, &str)>) {
    let calendar = Calendar::default();
    let date = day(date);
    let period = match part {
        true => calendar.to_date(grain, date + Days::new(1)),
        false => calendar.period(grain, date),
    };
    let against = Against::try_from(against.to_owned()).expect("a comparison");
    let found = base(&calendar, &holidays(), &period, &against);
    let days = found.map(|base| (base.period.days.start, base.period.days.last()));
    assert_eq!(
        days,
        expected.map(|(first, last)| (day(first), day(last))),
        "{against} of {grain} {date}"
    );
}

#[test]
fn each_comparison_takes_its_own_days() {
    let (whole, part) = (false, true);
    use Grain::{Day, Month, Week, Year};
    let cases = [
        (Month, "2026-02-11", whole, "previous", Some(("2026-01-01", "2026-01-31"))),
        (Month, "2026-02-11", whole, "year_before", Some(("2025-02-01", "2025-02-28"))),
        (Month, "2026-02-11", whole, "same_days_elapsed", Some(("2026-01-01", "2026-01-28"))),
        (Month, "2026-02-11", whole, "same_weekday", Some(("2025-02-02", "2025-03-01"))),
        (Month, "2026-02-11", whole, "per_working_day", Some(("2026-01-01", "2026-01-31"))),
        (Month, "2026-02-14", part, "previous", Some(("2026-01-01", "2026-01-14"))),
        (Month, "2026-02-14", part, "year_before", Some(("2025-02-01", "2025-02-14"))),
        (Month, "2026-02-14", part, "same_days_elapsed", Some(("2026-01-01", "2026-01-14"))),
        (Month, "2026-02-14", part, "festival:spring_festival", Some(("2025-01-13", "2025-01-26"))),
        (Day, "2026-02-17", whole, "festival:spring_festival", Some(("2025-01-29", "2025-01-29"))),
        (Day, "2026-02-17", whole, "same_weekday", Some(("2025-02-18", "2025-02-18"))),
        (Week, "2026-02-11", whole, "festival:spring_festival", Some(("2025-01-21", "2025-01-27"))),
        (Month, "2026-07-11", whole, "festival:spring_festival", None),
        (Month, "2026-02-11", whole, "festival:mars", None),
        (Month, "2025-02-11", whole, "festival:spring_festival", None),
        (Year, "2026-02-11", whole, "festival:spring_festival", None),
        (Month, "2025-01-11", whole, "per_working_day", None),
        (Day, "2026-02-15", whole, "per_working_day", None),
    ];
    for (grain, date, part, against, expected) in cases {
        check(grain, date, part, against, expected);
    }
}

#[test]
fn both_sides_are_divided_by_their_own_workdays() {
    let calendar = Calendar::default();
    let february = calendar.period(Grain::Month, day("2026-02-01"));
    let found = base(&calendar, &holidays(), &february, &Against::PerWorkingDay).expect("known");
    // January: 22 weekdays, 2 off, 1 made up; February: 20, 6 off, 2 made up.
    assert_eq!(found.per_working_day, Some((16, 21)));
    let none = base(&calendar, &Holidays::default(), &february, &Against::PerWorkingDay);
    assert_eq!(none.and_then(|base| base.per_working_day), Some((20, 22)));
    let provisional = Holidays { provisional: [2026].into(), ..holidays() };
    let found = base(&calendar, &provisional, &february, &Against::PerWorkingDay).expect("known");
    assert_eq!(found.label.key, "comparison.per_working_day_provisional");
}

#[test]
fn a_partial_period_says_how_many_days_stand_on_each_side() {
    let calendar = Calendar::default();
    let so_far = calendar.to_date(Grain::Month, day("2026-03-31"));
    let found = base(&calendar, &holidays(), &so_far, &Against::Previous).expect("known");
    assert_eq!(found.label.key, "comparison.previous_elapsed");
    let count = |name: &str| found.label.arguments[name].clone();
    assert_eq!((count("days"), count("base_days")), (Argument::Count(30), Argument::Count(28)));
    assert_eq!(count("period"), Argument::Period(calendar.period(Grain::Month, day("2026-02-01"))));
    let whole = calendar.period(Grain::Month, day("2026-03-01"));
    let found = base(&calendar, &holidays(), &whole, &Against::Previous).expect("known");
    assert_eq!(found.label.key, "comparison.previous");
}

#[test]
fn a_comparison_is_read_as_it_is_written() {
    for word in Against::WORDS.into_iter().chain(["festival:618"]) {
        let against = Against::try_from(word.to_owned()).expect("a comparison");
        assert_eq!(against.to_string(), word);
    }
    let unknown = Against::try_from("prevous".to_owned()).expect_err("no comparison");
    assert!(unknown.starts_with("unknown comparison `prevous`, expected `previous`"), "{unknown}");
}
