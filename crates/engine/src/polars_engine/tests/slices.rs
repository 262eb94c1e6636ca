use super::*;
use crate::{Acts, CommentQuery, Lookup, TrailQuery, Zone, sql};
use model::{
    comment::Lexicon,
    expression::parse_scalar,
    id::DatasetId,
    slice::{Members, Slice},
};
use std::collections::BTreeSet;

fn members(text: &str) -> Members {
    let slice: Slice = text.parse().expect("a slice");
    slice.members().expect("members").clone()
}

fn within(tables: &Tables, slice: &str) -> Tables {
    tables.within(&members(slice), &BTreeSet::new())
}

const SQL: &str = "sum(amount) + count(*) + count(distinct customer) + count_first(customer)";

fn january_of(slice: &str, engine: &dyn Engine, tables: &Tables) -> Vec<String> {
    let windows = vec![window("2026-01-01", "2026-02-01"), window("2026-02-01", "2026-03-01")];
    shown(engine, &within(tables, slice), query(SQL, &[], windows))
}

#[test]
fn every_aggregate_of_a_slice_is_that_of_its_rows_alone() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let engine = PolarsEngine { indexes: Some(folder.path().join("seen")) };
    let web = ["2026-01-01: 10.51 3 2 2", "2026-02-01: 0.05 1 1 1"];
    assert_eq!(january_of("channel = web", &engine, &tables), web);
    assert_eq!(january_of("channel = shop", &engine, &tables), ["2026-01-01: 2.00 1 1 1"]);
    assert_eq!(
        january_of("channel = web; customer = cat", &engine, &tables),
        ["2026-01-01: 0.01 1 1 1"]
    );
    // Indexes of seen people that another slice left behind do not count.
    assert_eq!(january_of("channel = web", &engine, &tables), web);
}

#[test]
fn a_member_is_a_value_letter_by_letter_and_never_a_condition() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    for slice in [
        "channel = WEB",
        "channel = web' or '1'='1",
        "channel = %",
        "channel = ^w.*$",
        "channel = -",
    ] {
        let nothing = january_of(slice, &PolarsEngine::default(), &tables);
        assert_eq!(nothing, Vec::<String>::new(), "{slice}");
    }
}

#[test]
fn a_cache_keeps_slices_apart_from_each_other_and_from_the_whole() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let inner = Arc::new(PolarsEngine::default());
    let cache = Cached::open(&folder.path().join("answers"), inner).expect("a cache");
    let whole =
        || shown(&cache, &tables, query(SQL, &[], vec![window("2026-01-01", "2026-02-01")]));
    for _ in 0..2 {
        assert_eq!(whole(), ["2026-01-01: 12.51 4 3 3"]);
        assert_eq!(january_of("channel = shop", &cache, &tables), ["2026-01-01: 2.00 1 1 1"]);
        assert_eq!(january_of("channel = web", &cache, &tables)[0], "2026-01-01: 10.51 3 2 2");
    }
}

#[test]
fn trails_and_comments_are_cut_down_too() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = within(&tables(january(folder.path())), "channel = shop");
    let engine = PolarsEngine::default();
    let scalar = |text: &str| parse_scalar(text).expect("scalar");
    let days = window("2026-01-01", "2026-03-01");
    let acts = Acts {
        dataset: "sales".into(),
        person: scalar("customer"),
        at: None,
        labels: vec![scalar("channel")],
        values: Vec::new(),
        only: None,
    };
    let zone = Zone(chrono_tz::UTC);
    let trails = Query::Trails(TrailQuery { acts: vec![acts], window: days, zone });
    let Answer::Trails(trails) = engine.ask(&trails, &tables).expect("answer") else {
        panic!("no trails");
    };
    assert_eq!(trails.trails.iter().map(Vec::len).collect::<Vec<_>>(), [1], "bob's one act");
    let comments = Query::Comments(Box::new(CommentQuery {
        dataset: "sales".into(),
        text: scalar("channel"),
        only: None,
        windows: vec![days],
        lexicon: Lexicon::default(),
    }));
    let Answer::Comments(comments) = engine.ask(&comments, &tables).expect("answer") else {
        panic!("no comments");
    };
    assert_eq!(comments[&days].read, 1);
}

#[test]
fn sql_text_has_a_place_for_the_member_and_not_the_member() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = within(&tables(january(folder.path())), "channel = shop");
    let text = sql::text(
        &Query::Cube(query("count(*)", &[], vec![window("2026-01-01", "2026-02-01")])),
        &tables,
    );
    assert!(text.contains("where channel = :channel") && !text.contains("shop"), "{text}");
}

/// Visits with a looked-up channel: the last one that the customer bought through.
fn with_lookup(folder: &Path) -> Tables {
    let mut tables = tables(january(folder));
    let buyers =
        vec![part(folder, "buyers", "2026-01-01 ann web 1\n2026-01-01 bob shop 2", vec![])];
    let sales = tables.0[&DatasetId::from("sales")].clone();
    let mut shape = sales.shape.clone();
    shape.columns.retain(|column| column.name != "channel");
    let column = |name: &str| ColumnShape { name: name.into(), kind: ColumnType::Text };
    shape.columns.push(column("home"));
    let take = vec![("channel".to_owned(), "home".to_owned())];
    let lookup =
        Lookup { dataset: "buyers".into(), on: "customer".into(), key: "customer".into(), take };
    tables.0.insert("buyers".into(), Table { parts: buyers, ..sales.clone() });
    tables.0.insert("sales".into(), Table { shape, lookups: vec![lookup], ..sales });
    tables
}

#[test]
fn a_looked_up_dimension_cuts_down_what_looks_it_up() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = with_lookup(folder.path());
    let inner = Arc::new(PolarsEngine::default());
    let cache = Cached::open(&folder.path().join("answers"), inner).expect("a cache");
    let bought = |slice: &str, tables: &Tables| {
        let days = vec![window("2026-01-01", "2026-02-01")];
        shown(&cache, &within(tables, slice), query("sum(amount) + count(*)", &[], days))
    };
    assert_eq!(bought("home = web", &tables), ["2026-01-01: 10.50 2"]);
    // Cat and dan are nobody's: a row whose member is unknown belongs to no slice.
    assert_eq!(bought("home = shop", &tables), ["2026-01-01: 2.00 1"]);
    // Bob moves: the answer depends on a column that the sum itself does not name.
    let mut moved = tables.clone();
    let rows = "2026-01-01 ann web 1\n2026-01-01 bob web 2";
    let parts = vec![part(folder.path(), "moved", rows, vec![])];
    let buyers = moved.0[&DatasetId::from("buyers")].clone();
    moved.0.insert("buyers".into(), Table { parts, ..buyers });
    assert_eq!(bought("home = web", &moved), ["2026-01-01: 12.50 3"]);
}

#[test]
fn a_dataset_without_the_dimension_is_out_of_reach_unless_it_is_shared() {
    let folder = tempfile::tempdir().expect("folder");
    let tables = tables(january(folder.path()));
    let asked = |tables: &Tables| {
        let cube = query("count(*)", &[], vec![window("2026-01-01", "2026-02-01")]);
        PolarsEngine::default().ask(&Query::Cube(cube), tables)
    };
    let refused = asked(&within(&tables, "region = North")).expect_err("no such column");
    assert_eq!(refused.code(), "TDG-N07");
    // A number is no member: it would be compared as text with what is none.
    assert!(asked(&within(&tables, "amount = 1")).is_err());
    let shared = BTreeSet::from([DatasetId::from("sales")]);
    let both = members("region = North; channel = shop");
    let count = |tables: &Tables| match asked(tables).expect("answer") {
        Answer::Cube(answer) => format!("{:?}", answer.cells.into_values().next()),
        other => panic!("{other:?}"),
    };
    // What it can tell apart is told apart all the same.
    let sliced = tables.within(&both, &shared);
    assert!(count(&sliced).contains('1'), "{}", count(&sliced));
    let whole = tables.within(&members("region = North"), &shared);
    assert!(count(&whole).contains('4'), "{}", count(&whole));
}
