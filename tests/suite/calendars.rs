//! Calendar files against printed calendars, and comparisons against the days that they mean.

use crate::support::{TestBed, all_at_once, cases, root, unbroken};
use chrono::NaiveDate;
use model::{
    calendar::Holidays,
    id::{CalendarId, FestivalId},
    period::DateRange,
    report::{Block, Comparison, Report},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fs};

#[derive(Deserialize)]
struct Case {
    calendar: String,
    first: i32,
    workdays: Vec<u32>,
    make_up: Vec<usize>,
    days: Vec<Day>,
    festivals: Vec<Festival>,
}

#[derive(Deserialize)]
struct Day {
    date: NaiveDate,
    worked: bool,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Festival {
    name: String,
    days: Vec<NaiveDate>,
}

fn calendars() -> BTreeMap<CalendarId, Holidays> {
    let job = job::load(&root().join("jobs/nightly.toml"), &job::Layers::default());
    job.expect("a sound job").catalogue.calendars
}

fn year(year: i32) -> DateRange {
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).expect("a year");
    DateRange { start: first(year), end: first(year + 1) }
}

#[test]
fn calendar_files_say_what_printed_calendars_say() {
    let calendars = calendars();
    let mut faults = Vec::new();
    for case in cases::<Case>("calendars.toml") {
        let holidays = &calendars[&CalendarId::new(&case.calendar)];
        assert_eq!(holidays.years, Some((2015, 2027)), "{}", case.calendar);
        let mut check = |what: String, found: String, printed: String| {
            if found != printed {
                let calendar = &case.calendar;
                faults.push(format!("{calendar}: {what} is {found}, printed is {printed}"));
            }
        };
        for (count, printed) in (case.first..).zip(&case.workdays) {
            let found = holidays.workdays(year(count));
            check(format!("workdays of {count}"), found.to_string(), printed.to_string());
        }
        for (count, printed) in (case.first..).zip(&case.make_up) {
            let found = holidays.make_up.iter().filter(|day| year(count).contains(**day)).count();
            check(format!("make-up days of {count}"), found.to_string(), printed.to_string());
        }
        for day in &case.days {
            let name = holidays.holiday(day.date).map(|label| label.zh_cn.as_str()).unwrap_or("");
            let found = format!("{} {name}", holidays.is_workday(day.date));
            let printed = format!("{} {}", day.worked, day.name.as_deref().unwrap_or(""));
            check(day.date.to_string(), found, printed);
        }
        for festival in &case.festivals {
            for day in &festival.days {
                let found = holidays.festival_distance(&FestivalId::new(&festival.name), *day);
                check(format!("{} {day}", festival.name), format!("{found:?}"), "Some(0)".into());
            }
        }
    }
    all_at_once(faults);
}

#[test]
fn a_year_that_is_not_announced_yet_says_so() {
    let calendars = calendars();
    let cn = &calendars[&CalendarId::new("cn")];
    assert!(cn.is_provisional(year(2027)) && !cn.is_provisional(year(2026)));
    // The statutory days: Friday 1 January, 5 and 8 February, Monday 5 April, 9 June, 15 September, 1 October; the
    // others lie on weekends, and nothing is made up for yet.
    assert_eq!(cn.workdays(year(2027)), 261 - 7);
}

/// The nightly job with one section of key figures.
fn job(to_date: bool, compare: &str) -> String {
    let text = fs::read_to_string(root().join("jobs/nightly.toml")).expect("the nightly job");
    let head = text.split("[[section]]").next().expect("a head");
    format!(
        "{head}\n[[section]]\nid = \"key-figures\"\ntitle = {{ en = \"Key figures\", zh-CN = \"核心指标\" }}\n\
         analysis = \"scorecard\"\nto_date = {to_date}\nmetrics = [\"net_revenue\", \"csat\"]\ncompare = {compare}\n"
    )
}

/// The comparisons of the first card, and the texts of both editions.
fn run(as_of: &str, to_date: bool, compare: &str) -> (Vec<Vec<Comparison>>, String) {
    let bed = TestBed::copy();
    bed.write("jobs/calendar.toml", job(to_date, compare));
    let ran = bed.tidings(&["run", "jobs/calendar.toml", "--as-of", as_of, "--format", "json"]);
    let record: model::run::RunRecord = serde_json::from_value(ran.exits(0).json()).unwrap();
    let path = |kind: &str| {
        let found = record.artefacts.iter().filter(|artefact| artefact.kind == kind);
        found.map(|artefact| artefact.path.clone()).collect::<Vec<_>>()
    };
    let text = fs::read_to_string(&path("report")[0]).unwrap();
    let report: Report = serde_json::from_str(&text).unwrap();
    let Block::Scorecards(cards) = &report.sections[0].blocks[0] else { panic!("no cards") };
    let comparisons = cards.iter().map(|card| card.comparisons.clone()).collect();
    let pages = path("page");
    assert!(!pages.is_empty(), "{:?}", record.artefacts);
    let pages = pages.iter().map(|page| unbroken(&fs::read_to_string(page).unwrap()));
    (comparisons, pages.collect::<Vec<_>>().join("\n"))
}

fn keys(comparisons: &[Comparison]) -> Vec<&str> {
    comparisons.iter().map(|one| one.label.key.trim_start_matches("comparison.")).collect()
}

#[test]
fn per_working_day_divides_both_sides_by_their_workdays() {
    let (cards, pages) = run("2026-07-01T06:30", false, r#"["previous", "per_working_day"]"#);
    assert_eq!(keys(&cards[0])[..2], ["previous", "per_working_day"]);
    // A score is no sum: twice the days do not make twice the score.
    assert!(!keys(&cards[1]).contains(&"per_working_day"), "{:?}", keys(&cards[1]));
    let (whole, daily) = (&cards[0][0], &cards[0][1]);
    let value = |one: &Comparison| {
        let base = one.base.value.unwrap().to_f64();
        (base, base + one.difference.value.unwrap().to_f64())
    };
    let ((may, june), (may_daily, june_daily)) = (value(whole), value(daily));
    // May 2026: 21 weekdays, the 1st, 4th and 5th off, the 9th made up for. June: 22 weekdays, the 19th off.
    assert!((may / 19.0 - may_daily).abs() < 0.01, "{may} {may_daily}");
    assert!((june / 21.0 - june_daily).abs() < 0.01, "{june} {june_daily}");
    for text in ["per working day (21 days) vs May 2026 (19 days)", "（21天），较2026年5月（19天）"]
    {
        assert!(pages.contains(text), "`{text}` is not in the pages");
    }
}

#[test]
fn a_running_month_is_held_against_as_many_days_and_says_so() {
    let compare =
        r#"["previous", "same_days_elapsed", "festival:618", "year_before", "same_weekday"]"#;
    let (cards, pages) = run("2026-06-15T06:30", true, compare);
    // The same days elapsed are those of the month before, and 618 keeps its date: each is told once.
    let expected = ["previous_elapsed", "festival", "same_weekday"];
    assert_eq!(keys(&cards[0]), expected);
    for text in [
        "vs May 2026, days 1–14",
        "环比2026年5月前14天",
        "vs same weekdays, 2–15 Jun 2025",
        "vs same distance to 618, 1–14 Jun 2025",
        "较距618相同天数（2025年6月1日–14日）",
    ] {
        assert!(pages.contains(text), "`{text}` is not in the pages");
    }
}

#[test]
fn a_misspelt_calendar_festival_or_comparison_is_refused_with_its_place() {
    let compare = |word: &str| job(false, &format!("[\"previous\", \"{word}\"]"));
    let bed = TestBed::copy();
    bed.write("jobs/calendar.toml", compare("festival:spring_fetsival"));
    let ran = bed.tidings(&["check", "jobs/calendar.toml"]).exits(2);
    let line = compare("").lines().count();
    ran.complains(&[
        &format!("calendar.toml:{line}:24"),
        "TDG-J34",
        "did you mean `spring_festival`?",
    ]);
    bed.write("jobs/calendar.toml", compare("same_weekdays"));
    let ran = bed.tidings(&["check", "jobs/calendar.toml"]).exits(2);
    ran.complains(&["unknown comparison `same_weekdays`", "did you mean `same_weekday`?"]);
    bed.write("jobs/calendar.toml", compare("same_weekday"));
    bed.tidings(&["check", "jobs/calendar.toml"]).exits(0);

    bed.replace("jobs/defaults.toml", "holidays = \"cn\"", "holidays = \"ch\"");
    let ran = bed.tidings(&["check", "jobs/calendar.toml"]).exits(2);
    ran.complains(&[
        "defaults.toml:12:12",
        "TDG-J05",
        "unknown calendar `ch`",
        "there are `cn`, `gb`, `us`",
    ]);
}

#[test]
fn a_fault_in_a_calendar_file_is_told_once_with_its_place() {
    let bed = TestBed::copy();
    let (from, to) = ("holiday = \"spring_festival\"", "holiday = \"spring_fetsival\"");
    bed.replace("jobs/calendars/cn.toml", from, to);
    bed.write("jobs/calendar.toml", job(false, "[\"festival:618\"]"));
    let text = fs::read_to_string(bed.path("jobs/calendars/cn.toml")).unwrap();
    let line = text[..text.find(to).unwrap()].matches('\n').count() + 1;
    let ran = bed.tidings(&["check", "jobs/calendar.toml"]).exits(2);
    ran.complains(&[
        &format!("cn.toml:{line}:15"),
        "TDG-J22",
        "did you mean `spring_festival`?",
        "has 1 fault",
    ]);
}
