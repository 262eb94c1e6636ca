use super::*;
use chrono::NaiveDate;
use model::{
    calendar::{Festival, Occasion},
    label::Label,
    period::DateRange,
};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// Mainland China from September to November 2026, by hand: 1 to 7 October are off, 20 September and 10 October worked.
fn china() -> Holidays {
    let label = Label::new("National Day", "国庆节");
    let days = DateRange { start: day("2026-10-01"), end: day("2026-10-08") };
    let double = day("2026-11-11");
    let occasion =
        Occasion { day: double, days: DateRange { start: double, end: day("2026-11-12") } };
    let festival =
        Festival { label: Label::new("Double 11", "双十一"), occasions: vec![occasion] };
    Holidays {
        years: Some((2026, 2026)),
        days_off: days.iter().map(|day| (day, label.clone())).collect(),
        make_up: [day("2026-09-20"), day("2026-10-10")].into(),
        festivals: [(FestivalId::new("double_11"), festival)].into(),
        ..Holidays::default()
    }
}

fn lower(spec: &Spec) -> Result<SchedulePlan, Vec<ScheduleProblem>> {
    let event = Event { date: day("2026-10-03"), label: Label::new("Launch", "上市") };
    let (holidays, events) = (china(), [event]);
    spec.lower(&Around { calendar: Calendar::default(), holidays: &holidays, events: &events })
}

fn spec(toml: &str) -> Spec {
    toml::from_str(toml).expect("a section")
}

/// The first moments after the begin of September 2026, and why.
fn check(toml: &str, expected: &[&str], because: &[&str]) {
    let plan = lower(&spec(toml)).expect(toml);
    let walls: Vec<_> =
        plan.walls(day("2026-09-01").and_time(NaiveTime::MIN)).take(expected.len()).collect();
    let found: Vec<_> =
        walls.iter().map(|wall| wall.at.format("%m-%d %H:%M").to_string()).collect();
    assert_eq!(found, expected, "{toml}");
    let said: Vec<_> = walls.iter().flat_map(|wall| plan.because(wall.at.date())).collect();
    assert_eq!(said, because, "{toml}");
}

#[test]
fn lines_that_mean_nothing_are_refused_and_the_rest_is_taken() {
    let good = [
        "0 6 29 2 *",
        "0 6 31 * *",
        "0 6 L * *",
        "0 6 * * 1",
        "0 6 * * 7",
        "0 6 1 * 1",
        "*/7 * * * *",
        "0 6 * * MON-FRI",
        "@daily",
        "30 2,14 * * *",
    ];
    let bad = [
        "",
        "0 0 31 2 *",
        "60 * * * *",
        "* * * *",
        "0 6 * * FRI-MON",
        "@every 5m",
        "0 24 * * *",
        "5/15 * * * *",
        "0 6 * * ; rm -rf /",
        "0 0 6 * * *",
        "0 6 * * * 2027",
    ];
    for line in good {
        assert!(lower(&Spec::line(line)).is_ok(), "{line}: {:?}", lower(&Spec::line(line)));
    }
    for line in bad {
        assert!(lower(&Spec::line(line)).is_err(), "{line}");
    }
}

#[test]
fn workdays_are_those_of_the_calendar() {
    check(
        "on = { working_day = 3 }\nat = \"06:30\"",
        &["09-03 06:30", "10-10 06:30", "11-04 06:30"],
        &[
            "workday 3 of 2026-09: 2026-09-01, 2026-09-02, 2026-09-03",
            "workday 3 of 2026-10: 2026-10-08, 2026-10-09, 2026-10-10",
            "workday 3 of 2026-11: 2026-11-02, 2026-11-03, 2026-11-04",
        ],
    );
    check(
        "on = { working_day = -1, of = \"quarter\" }\nat = \"18:00\"",
        &["09-30 18:00", "12-31 18:00"],
        &["the last workday of 2026-Q3: 2026-09-30", "the last workday of 2026-Q4: 2026-12-31"],
    );
    // The week of the holiday has one day after it: Thursday the 8th is its first workday, and it has no fourth.
    check(
        "on = { working_day = 4, of = \"week\" }\nat = \"06:30\"",
        &["09-03 06:30", "09-10 06:30", "09-17 06:30", "09-24 06:30", "10-15 06:30"],
        &[
            "workday 4 of 2026-W36: 2026-08-31, 2026-09-01, 2026-09-02, 2026-09-03",
            "workday 4 of 2026-W37: 2026-09-07, 2026-09-08, 2026-09-09, 2026-09-10",
            "workday 4 of 2026-W38: 2026-09-14, 2026-09-15, 2026-09-16, 2026-09-17",
            "workday 4 of 2026-W39: 2026-09-21, 2026-09-22, 2026-09-23, 2026-09-24",
            "workday 4 of 2026-W42: 2026-10-12, 2026-10-13, 2026-10-14, 2026-10-15",
        ],
    );
}

#[test]
fn days_around_festivals_and_events_move_off_days_that_are_not_worked() {
    check(
        "on = { festival = \"double_11\", days = 1 }\nat = \"06:30\"",
        &["11-12 06:30"],
        &["2026-11-12 is the day after Double 11"],
    );
    let launch = "on = { event = \"Launch\" }\nat = \"06:30\"";
    check(launch, &["10-03 06:30"], &["2026-10-03 is the day of Launch"]);
    check(
        &format!("{launch}\nif_off = \"next_working_day\""),
        &["10-08 06:30"],
        &["2026-10-03, the day of Launch, is off (National Day): 2026-10-08 stands in for it"],
    );
    check(
        &format!("{launch}\nif_off = \"previous_working_day\""),
        &["09-30 06:30"],
        &["2026-10-03, the day of Launch, is off (National Day): 2026-09-30 stands in for it"],
    );
}

#[test]
fn lines_of_cron_move_too_and_several_days_that_meet_come_once() {
    check(
        "cron = \"30 6,18 1 * *\"\nif_off = \"next_working_day\"",
        &["09-01 06:30", "09-01 18:30", "10-08 06:30", "10-08 18:30", "11-02 06:30", "11-02 18:30"],
        &[
            "2026-10-01 is off (National Day): 2026-10-08 stands in for it",
            "2026-10-01 is off (National Day): 2026-10-08 stands in for it",
            "2026-11-01 is off (Sunday): 2026-11-02 stands in for it",
            "2026-11-01 is off (Sunday): 2026-11-02 stands in for it",
        ],
    );
    let plan = lower(&spec("cron = \"0 6 * * *\"\nif_off = \"skip\"")).expect("a schedule");
    let october = plan.walls(day("2026-10-01").and_time(NaiveTime::MIN));
    let days: Vec<_> = october.take(4).map(|wall| wall.at.format("%d %a").to_string()).collect();
    assert_eq!(
        days,
        ["08 Thu", "09 Fri", "10 Sat", "12 Mon"],
        "each workday, the one made up for too"
    );
    let every =
        lower(&spec("cron = \"0 6 * * *\"\nif_off = \"next_working_day\"")).expect("a schedule");
    let days: Vec<_> = every
        .walls(day("2026-09-30").and_time(NaiveTime::MIN))
        .take(3)
        .map(|wall| wall.at.date())
        .collect();
    assert_eq!(days, [day("2026-09-30"), day("2026-10-08"), day("2026-10-09")]);
}

#[test]
fn a_calendar_is_asked_for_its_own_years_only() {
    let plan = lower(&spec("on = { working_day = 1 }\nat = \"06:30\"")).expect("a schedule");
    let all: Vec<_> = plan.walls(day("2020-01-01").and_time(NaiveTime::MIN)).collect();
    assert_eq!((all.len(), plan.ends()), (12, Some(day("2026-12-31"))));
    let cron = lower(&Spec::line("0 6 1 * *")).expect("a schedule");
    assert_eq!(cron.ends(), None, "a line of cron asks for no calendar");
    assert!(cron.walls(day("2031-01-01").and_time(NaiveTime::MIN)).next().is_some());
}

#[test]
fn every_problem_is_told_at_once_and_at_its_key() {
    let check = |toml: &str, keys: &[&str]| {
        let found = lower(&spec(toml)).expect_err(toml);
        let found: Vec<_> = found.iter().map(ScheduleProblem::key).collect();
        assert_eq!(found, keys, "{toml}");
    };
    check(
        "cron = \"never\"\nzone = \"Mars/Olympus\"\nmax_catch_up = 0",
        &["cron", "zone", "max_catch_up"],
    );
    check("", &[""]);
    check("cron = \"0 6 * * *\"\non = { working_day = 1 }", &[""]);
    check("cron = \"0 6 * * *\"\nat = \"06:30\"", &["at"]);
    check("on = { working_day = 1 }", &["at"]);
    check("on = {}\nat = \"25:00\"", &["at", "on"]);
    check("on = { working_day = 1, event = \"Launch\" }\nat = \"06:30\"", &["on"]);
    check("on = { working_day = 0 }\nat = \"06:30\"", &["on.working_day"]);
    check("on = { working_day = 24 }\nat = \"06:30\"", &["on"]);
    check(
        "on = { working_day = 1, days = 1 }\nif_off = \"skip\"\nat = \"06:30\"",
        &["on.days", "if_off"],
    );
    check(
        "on = { festival = \"double_12\", days = 999 }\nat = \"06:30\"",
        &["on.days", "on.festival"],
    );
    let ready = |keys: &str| format!("cron = \"0 6 * * *\"\nready = {{ {keys} }}");
    check(&ready("wait_minutes = 0, late = \"hold\""), &["ready.wait_minutes"]);
    check(
        &ready("wait_minutes = 1441, late = \"hold\", every_minutes = 0, datasets = []"),
        &["ready.wait_minutes", "ready.every_minutes", "ready.datasets"],
    );
    check("on = { event = \"launch\", of = \"month\" }\nat = \"06:30\"", &["on.of", "on.event"]);
}
