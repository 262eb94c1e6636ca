//! Funnels, heat maps, curves and rows with intervals.

use super::*;
use crate::format::fraction_decimals;
use model::report::{Across, Mark, MarkKind, Place, Verdict};

fn named(mut chart: Chart, names: &[&str]) -> Chart {
    for (series, name) in chart.series.iter_mut().zip(names) {
        series.label = Label::verbatim(*name);
    }
    chart
}

/// The series of an option that are drawn by a shape.
fn shaped<'a>(drawing: &'a Drawing, shape: &str) -> Vec<&'a Value> {
    let series = drawing.option["series"].as_array().expect("series");
    series.iter().filter(|one| one["renderItem"]["$shape"] == shape).collect()
}

fn values(series: &Value) -> Vec<&Value> {
    series["data"].as_array().expect("data").iter().map(|point| &point["value"]).collect()
}

fn funnel() -> (Chart, Words) {
    let reached = [Some(2000.0), Some(500.0), None, Some(20.0)];
    let gap = [None; 4];
    let mut chart = named(
        chart(ChartKind::Steps, &[&reached, &gap, &gap, &gap]),
        &["Reached", "Rate", "95%", "high"],
    );
    chart.verdicts = [Verdict::Neutral, Verdict::Bad, Verdict::Neutral, Verdict::Neutral].to_vec();
    let rates = ["", "↓ 25.0% go on, most lost here", "", ""].map(str::to_owned).to_vec();
    (chart, Words { rates, ..words() })
}

#[test]
fn a_step_says_what_reached_it_its_share_of_the_first_and_what_was_lost_before_it() {
    let (chart, words) = funnel();
    let drawing = drawn(&chart, &words);
    let bars = shaped(&drawing, "band");
    let [lost, leak, reached] = bars.as_slice() else { panic!("{} bars", bars.len()) };
    assert_eq!(values(leak), [&json!([500.0, 2000.0, 1])]);
    assert_eq!(
        values(lost),
        [&json!([null, null, 0]), &json!([null, null, 2]), &json!([null, null, 3])],
        "beside an unknown step nothing is known to be lost"
    );
    assert_eq!(values(reached)[3], &json!([0.0, 20.0, 3]));
    assert!(!drawing.svg.contains("500 · 25.0%"), "the rate says it");
    for text in ["2,000", ">500<", "20 · 1.0%", "↓ 25.0% go on, most lost here", ">–<"] {
        assert!(drawing.svg.contains(text), "{text} is not written");
    }
    let bad = "fill=\"var(--bad)\"";
    assert!(drawing.svg.matches(bad).count() >= 2, "the bar and the words are in the bad colour");
    let (mut unjudged, words) = funnel();
    unjudged.verdicts.clear();
    assert!(!drawn(&unjudged, &words).svg.contains(bad));
}

#[test]
fn steps_that_nobody_reached_and_steps_that_grow_are_drawn() {
    for reached in [[Some(0.0), Some(0.0)], [Some(10.0), Some(30.0)], [None, Some(4.0)]] {
        let drawing = drawn(&chart(ChartKind::Steps, &[&reached]), &words());
        assert!(!drawing.svg.contains("NaN") && !drawing.svg.contains("inf%"), "{reached:?}");
    }
}

#[test]
fn a_small_share_is_not_written_as_zero() {
    let cases =
        [(0.421, 1), (0.05, 1), (0.0099, 2), (0.0022, 2), (0.00092, 3), (2e-6, 5), (0.0, 1)];
    for (share, decimals) in cases {
        assert_eq!(fraction_decimals(share), decimals, "{share}");
    }
    assert_eq!(Formatter::new(Locale::En).fraction(0.0022), "0.22%");
}

fn triangle() -> Chart {
    let mut chart = chart(
        ChartKind::HeatMap,
        &[
            &[Some(1.0), Some(0.4), Some(0.1)],
            &[Some(1.0), Some(0.5), None],
            &[None, Some(0.9), Some(0.2)],
            &[Some(1.0), None, None],
        ],
    );
    chart.series[2].reference = true;
    chart.format = Fmt { unit: Unit::Percent, decimals: None };
    named(chart, &["January", "February", "February", "March"])
}

#[test]
fn what_is_expected_fills_the_gaps_of_the_row_before_it_and_no_more() {
    let chart = triangle();
    let grid = Grid::of(&chart);
    assert_eq!(grid.rows.len(), 3);
    let row = |at: usize| -> Vec<_> {
        let cells = grid.rows[at].1.iter();
        cells.map(|cell| cell.as_ref().map(|cell| (cell.value, cell.is_expected))).collect()
    };
    assert_eq!(row(1), [Some((1.0, false)), Some((0.5, false)), Some((0.2, true))]);
    assert_eq!(row(2), [Some((1.0, false)), None, None], "not there yet is not zero");
    // The first age is the same by definition: 40 % and 50 % differ on a scale that it does not stretch.
    assert_eq!(grid.ends, Some((0.1, 0.5)));
    let shades: Vec<_> = grid.rows[0].1.iter().flatten().map(|cell| cell.shade).collect();
    assert_eq!(shades, [None, Some(4), Some(0)]);
    let drawing = drawn(&chart, &Words { expected: "expected".to_owned(), ..words() });
    let cells = shaped(&drawing, "cell");
    assert_eq!(values(cells[0]).len(), 7);
    for text in ["January", "March", "40%", "20%", "expected", "100%"] {
        assert!(drawing.svg.contains(text), "{text} is not written");
    }
    assert!(!drawing.svg.contains(">0%<"));
}

#[test]
fn values_that_do_not_differ_have_a_shade_of_their_own() {
    let one = chart(ChartKind::HeatMap, &[&[Some(7.0)]]);
    assert_eq!(Grid::of(&one).ends, Some((7.0, 7.0)));
    assert!(drawn(&one, &words()).svg.contains(">7<"));
    assert_eq!([-1.0, 0.0, 0.5, 1.0, 9.0, f64::NAN].map(shade_of), [0, 0, 3, 5, 5, 0]);
}

#[test]
fn a_value_stands_in_its_cell_only_where_there_is_room() {
    let wide = [Some(1_234.0); 4];
    let many = [Some(1_234.0); 40];
    let written = |row: &[Option<f64>]| {
        let svg = drawn(&chart(ChartKind::HeatMap, &[row]), &words()).svg;
        svg.matches(">1,234<").count()
    };
    // Twice more in the key: the least and the greatest.
    assert_eq!((written(&wide), written(&many)), (6, 2));
}

fn response() -> Chart {
    let mut curve = chart(
        ChartKind::Curve,
        &[
            &[Some(0.0), Some(50.0), Some(80.0), Some(95.0)],
            &[None, Some(40.0), Some(60.0), None],
            &[None, Some(60.0), Some(99.0), None],
        ],
    );
    curve.ticks = [0.0, 10_000.0, 20_000.0, 30_000.0].map(Tick::Number).to_vec();
    let format = Fmt { unit: Unit::Money("CNY".to_owned()), decimals: None };
    curve.across = Some(Box::new(Across { label: Label::verbatim("Spend"), format }));
    let mark =
        |at, label: &str, kind| Mark { at: Place::Number(at), label: Label::verbatim(label), kind };
    curve.marks = vec![
        mark(25_000.0, "Proposed", MarkKind::Proposed),
        mark(20_000.0, "Today", MarkKind::Current),
    ];
    named(curve, &["Response", "90%", "high"])
}

#[test]
fn a_curve_begins_at_zero_and_marks_today_before_what_is_proposed() {
    let marks = ["Proposed: ¥25.0K", "Today: ¥20.0K"].map(str::to_owned).to_vec();
    let drawing = drawn(&response(), &Words { marks, ..words() });
    let (x, y) = (&drawing.option["xAxis"], &drawing.option["yAxis"]);
    assert_eq!([&x["min"], &x["max"], &y["min"], &y["max"]], [0.0, 30_000.0, 0.0, 100.0]);
    let places = &shaped(&drawing, "spots")[0]["renderItem"]["places"];
    assert_eq!([&places[0]["x"], &places[0]["y"]], [20_000.0, 80.0]);
    assert_eq!(places[1]["y"], Value::Null, "beside every tick nothing is known");
    for text in ["Today: ¥20.0K", "Proposed: ¥25.0K", ">Spend<", "¥10K", "¥30K"] {
        assert!(drawing.svg.contains(text), "{text} is not written");
    }
    // The table names the marked place.
    let runs = &shaped(&drawing, "ribbon")[0]["renderItem"]["runs"];
    assert_eq!(runs, &json!([[[10_000.0, 40.0, 60.0], [20_000.0, 60.0, 99.0]]]));
}

#[test]
fn a_curve_without_a_band_or_a_mark_is_a_line() {
    let mut curve = response();
    curve.marks.clear();
    curve.series[1].values = vec![None; 4];
    let drawing = drawn(&curve, &words());
    assert!(shaped(&drawing, "ribbon").is_empty() && shaped(&drawing, "spots").is_empty());
    let named = drawing.option["legend"]["data"].as_array().expect("legend");
    assert_eq!(named.len(), 1);
}

#[test]
fn a_mark_reads_as_a_day_or_as_a_number() {
    let read = |text: &str| serde_json::from_str::<Mark>(text).expect("a mark");
    let label = r#""label":{"en":"a","zh-CN":"a"}"#;
    let old = read(&format!(r#"{{"date":"2026-08-31",{label}}}"#));
    let day = read(&format!(r#"{{"at":"2026-08-31",{label}}}"#));
    let number = read(&format!(r#"{{"at":2100000,{label},"kind":"current"}}"#));
    assert_eq!(old, day);
    assert_eq!((day.number(), number.number()), (None, Some(2_100_000.0)));
    assert_eq!(number.day(), None);
}

#[test]
fn rows_with_intervals_are_coloured_by_verdict_beside_what_they_are_compared_with() {
    let mut effects = named(
        chart(
            ChartKind::Dots,
            &[
                &[Some(3.0), Some(-2.0), None],
                &[Some(1.0), Some(-5.0), None],
                &[Some(5.0), Some(1.0), None],
                &[Some(0.0), Some(0.0), Some(0.0)],
                &[Some(-4.0); 3],
            ],
        ),
        &["Effect", "95%", "high", "No effect", "Worst case"],
    );
    effects.series[3].reference = true;
    effects.series[4].reference = true;
    effects.verdicts = vec![Verdict::Good, Verdict::Neutral, Verdict::Unknown];
    let drawing = drawn(&effects, &words());
    let lines = shaped(&drawing, "rule");
    assert_eq!(
        lines.iter().map(|line| values(line)[0]).collect::<Vec<_>>(),
        [&json!([0.0, 0]), &json!([-4.0, 0])]
    );
    assert_eq!(values(shaped(&drawing, "band")[0])[1], &json!([-5.0, 1.0, 1]));
    let key = drawing.option["legend"]["data"].as_array().expect("legend");
    let key: Vec<_> = key.iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert_eq!(key, ["Effect", "95%", "No effect", "Worst case", "Better"]);
    assert!(drawing.svg.contains("−5 – 1") && drawing.svg.contains("1–5"));
    assert!(drawing.svg.contains("var(--good)") && !drawing.svg.contains("var(--bad)"));
    assert!(shaped(&drawing, "movement").is_empty(), "a line is no value before");
}

#[test]
fn where_a_point_was_before_is_a_ring() {
    let one = |value| [Some(value)];
    let wave = chart(ChartKind::Dots, &[&one(4.0), &one(3.0), &one(5.0), &one(2.0)]);
    let drawing = drawn(&wave, &words());
    assert_eq!(values(shaped(&drawing, "movement")[0]), [&json!([2.0, 4.0, 0])]);
}

#[test]
fn the_pictures_of_marketing_questions_render_in_every_locale_without_remarks() {
    let report: model::report::Report =
        serde_json::from_str(include_str!("../../../fixtures/kpi-charts.json")).expect("a report");
    let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    let plan = crate::ReportPlan {
        templates,
        locales: Locale::ALL.to_vec(),
        attachments: Default::default(),
        layout: None,
        brand: None,
    };
    let editions = crate::render(&plan, &report, &model::edition::Release::Send).expect("renders");
    assert_eq!(editions.notes, []);
    let said = [
        [
            "↓ 19.9% go on (19.8–20.1%), most lost here",
            "31.9K · 6.6%",
            "Months since the first order",
            "Today: ¥2.10M",
            "−0.02 – 0.14",
            "(expected)",
            "0.00021%",
        ],
        [
            "↓ 19.9%继续（19.8–20.1%），流失人数最多",
            "3.19万 · 6.6%",
            "首单后月数",
            "当前：¥210.0万",
            "−0.02 – 0.14",
            "(预计)",
            "0.00021%",
        ],
    ];
    for (edition, said) in editions.value.iter().zip(said) {
        let charts = edition.mail_html.matches("cid:").count();
        // What goes through time is a picture in four renderings; rows and shades are cells.
        let pictures = 4 * pictures(&report);
        assert_eq!((charts, edition.images.len()), (pictures, pictures));
        assert!(!edition.mail_html.contains("alt=\"\""));
        let page = &edition.page;
        for text in said {
            assert!(page.contains(text), "{}: {text} is not in the page", edition.locale);
        }
        // With pictures off the shades of the table remain.
        assert!(edition.mail_html.contains("background:#124784") && page.contains("shade-5"));
    }
}
