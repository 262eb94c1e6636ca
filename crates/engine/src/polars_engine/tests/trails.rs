use super::*;
use crate::{Acts, Answer, TrailAnswer, TrailQuery, Zone};
use model::expression::{Scalar, parse_scalar};

fn scalar(text: &str) -> Scalar {
    parse_scalar(text).expect("scalar")
}

fn acts(dataset: &str, label: &str, value: Option<&str>, only: Option<&str>) -> Acts {
    Acts {
        dataset: dataset.into(),
        person: scalar("customer"),
        at: None,
        labels: vec![scalar(label)],
        values: value.map(scalar).into_iter().collect(),
        only: only.map(scalar),
    }
}

fn asked(tables: &Tables, acts: Vec<Acts>, window: DateRange) -> TrailAnswer {
    let query = TrailQuery { acts, window, zone: Zone(chrono_tz::Asia::Shanghai) };
    match PolarsEngine::default().ask(&Query::Trails(query), tables).expect("answer") {
        Answer::Trails(answer) => answer,
        other => panic!("{other:?}"),
    }
}

/// `day act label value` of every moment, a line per person.
fn told(answer: &TrailAnswer) -> Vec<String> {
    let moment = |moment: &crate::Moment| {
        let label = moment.label().unwrap_or("?");
        let value = moment.value().map_or("?".to_owned(), |value| value.to_string());
        format!("{} {} {label} {value}", moment.day.format("%m-%d"), moment.act)
    };
    let line = |trail: &Vec<_>| trail.iter().map(moment).collect::<Vec<_>>().join(", ");
    answer.trails.iter().map(line).collect()
}

/// The tables of sales, and visits: `customer, at (UTC microseconds), page`.
fn with_visits(folder: &Path, visits: &[(Option<&str>, Option<&str>, &str)]) -> Tables {
    let mut tables = tables(january(folder));
    let micros = |at: &Option<&str>| {
        at.map(|at| at.parse::<chrono::DateTime<chrono::Utc>>().expect("at").timestamp_micros())
    };
    let moments: Vec<Option<i64>> = visits.iter().map(|visit| micros(&visit.1)).collect();
    let moment = DataType::Datetime(TimeUnit::Microseconds, None);
    let persons: Vec<Option<&str>> = visits.iter().map(|visit| visit.0).collect();
    let pages: Vec<&str> = visits.iter().map(|visit| visit.2).collect();
    let columns = vec![
        Column::new("customer".into(), persons),
        Column::new("seen_at".into(), moments).cast(&moment).expect("moments"),
        Column::new("page".into(), pages),
    ];
    let mut frame = DataFrame::new(visits.len(), columns).expect("frame");
    let path = folder.join("visits");
    let file = std::fs::File::create(&path).expect("file");
    ParquetWriter::new(file).finish(&mut frame).expect("written");
    let column = |name: &str, kind| ColumnShape { name: name.into(), kind };
    let shape = Shape {
        dataset: "visits".into(),
        columns: vec![
            column("customer", ColumnType::Text),
            column("seen_at", ColumnType::Timestamp),
            column("page", ColumnType::Text),
        ],
    };
    let rows = visits.len() as u64;
    let part =
        Part { path, fingerprint: "v".into(), days: BTreeMap::new(), superseded: Vec::new(), rows };
    let table = Table {
        shape,
        parts: vec![part],
        lookups: Vec::new(),
        contract: "v".into(),
        reach: Reach::All,
    };
    tables.0.insert("visits".into(), table);
    tables
}

#[test]
fn a_trail_holds_the_counted_acts_of_one_person_in_order() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let sales = acts("sales", "channel", Some("amount"), None);
    let answer = asked(&tables, vec![sales], window("2026-01-01", "2026-02-01"));
    // Ann's row of the third is superseded, dan's lies after the window; the order is by what was done.
    let expected = ["01-01 0 shop 2.00", "01-01 0 web 10.50, 01-02 0 web ?", "01-03 0 web 0.01"];
    assert_eq!(told(&answer), expected);
    assert_eq!((answer.nobodys, answer.undated), (vec![0], vec![0]));
}

#[test]
fn acts_of_several_datasets_meet_by_the_person_and_by_the_day_where_a_time_is_not_known() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = with_visits(
        folder.path(),
        &[
            // In Shanghai this is the first of January, 01:00: before the purchase only by its place in the query.
            (Some("ann"), Some("2025-12-31T17:00:00Z"), "home"),
            (Some("ann"), Some("2026-01-01T20:00:00Z"), "cart"),
            // The last day of the old year there.
            (Some("ann"), Some("2025-12-31T15:59:59Z"), "early"),
            (None, Some("2026-01-01T01:00:00Z"), "home"),
            (Some("eve"), None, "home"),
        ],
    );
    let mut visits = acts("visits", "page", None, None);
    visits.at = Some(scalar("seen_at"));
    let sales = acts("sales", "channel", Some("amount"), Some("channel = 'web'"));
    let days = window("2026-01-01", "2026-01-03");
    let answer = asked(&tables, vec![visits.clone(), sales], days);
    assert_eq!(told(&answer), ["01-01 0 home ?, 01-01 1 web 10.50, 01-02 0 cart ?, 01-02 1 web ?"]);
    assert_eq!((answer.nobodys, answer.undated), (vec![1, 0], vec![1, 0]));
    // By days all acts of a day stand at its start; alone, visits keep their moments.
    let midnight = day("2025-12-31").and_hms_opt(16, 0, 0).expect("time").and_utc();
    assert_eq!(answer.trails[0][0].at, midnight.timestamp_micros());
    let alone = asked(&tables, vec![visits], days);
    assert_eq!(alone.trails[0][0].at - answer.trails[0][0].at, 3_600_000_000);
}

#[test]
fn the_order_of_files_and_rows_changes_no_trail() {
    let folder = tempfile::tempdir().expect("folder");
    let mut parts = january(folder.path());
    let days = window("2026-01-01", "2026-03-01");
    let ask = |parts| asked(&tables(parts), vec![acts("sales", "channel", None, None)], days);
    let forward = ask(parts.clone());
    parts.reverse();
    assert_eq!(forward, ask(parts));
    assert_eq!(forward.trails.len(), 4);
}

#[test]
fn true_and_false_are_one_and_zero() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let sales = acts("sales", "channel", Some("channel = 'web'"), None);
    let answer = asked(&tables, vec![sales], window("2026-01-01", "2026-01-02"));
    assert_eq!(told(&answer), ["01-01 0 shop 0", "01-01 0 web 1"]);
}
