mod kpi;
mod labels;

use super::*;
use model::{
    label::{Label, Locale},
    report::{Fmt, Message, Series, Tick},
    unit::Unit,
};
use serde_json::json;
use std::path::PathBuf;

fn brand() -> Brand {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    Brand::load(&folder, None).expect("the shipped brand file is valid")
}

fn chart(kind: ChartKind, series: &[&[Option<f64>]]) -> Chart {
    let places = series.first().map_or(0, |values| values.len());
    let tick = |place| Tick::Label(Label::verbatim(format!("place {place}")));
    let series = series.iter().map(|values| Series {
        label: Label::verbatim("Series"),
        values: values.to_vec(),
        reference: false,
    });
    Chart {
        id: "sample".to_owned(),
        title: Label::verbatim("Sample"),
        kind,
        format: Fmt { unit: Unit::Count, decimals: None },
        across: None,
        ticks: (0..places).map(tick).collect(),
        series: series.collect(),
        marks: Vec::new(),
        verdicts: Vec::new(),
        readings: Vec::new(),
        alternative: Message::new("channels.total"),
    }
}

const KINDS: [ChartKind; 11] = [
    ChartKind::Bar,
    ChartKind::Column,
    ChartKind::Curve,
    ChartKind::Dots,
    ChartKind::Fan,
    ChartKind::HeatMap,
    ChartKind::Line,
    ChartKind::Quartiles,
    ChartKind::Stacked,
    ChartKind::Steps,
    ChartKind::Waterfall,
];

fn words() -> Words {
    let [better, worse, unjudged] = ["Better", "Worse", "Not judged"].map(str::to_owned);
    Words { better, worse, unjudged, ..Words::default() }
}

#[test]
fn a_chart_does_not_depend_on_those_before_it() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let drawn = |artist: &Artist<'_>, kind: ChartKind, places: usize| {
        let values: Vec<Option<f64>> = (0..places).map(|place| Some((place % 7) as f64)).collect();
        artist.chart(&chart(kind, &[&values]), &formatter, &words(), true).expect("draws")
    };
    let files = |drawing: &Drawing| -> Vec<Vec<u8>> {
        drawing.pictures.iter().map(|picture| picture.png.clone()).collect()
    };
    let after_others = Artist::new(&brand).expect("loads");
    for kind in KINDS {
        drawn(&after_others, kind, 30);
    }
    for kind in KINDS {
        let alone = drawn(&Artist::new(&brand).expect("loads"), kind, 5);
        let after = drawn(&after_others, kind, 5);
        assert_eq!(alone.svg, after.svg, "{kind:?}");
        assert_eq!(files(&alone), files(&after), "{kind:?}");
        if kind == ChartKind::Line {
            assert_eq!(files(&alone).len(), 4, "wide and narrow, light and dark");
        }
    }
}

#[test]
fn a_chart_without_values_is_drawn_empty() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::ZhCn));
    let artist = Artist::new(&brand).expect("loads");
    let cases: [&[&[Option<f64>]]; 4] = [&[], &[&[]], &[&[None, None]], &[&[Some(f64::NAN)]]];
    for kind in KINDS {
        for series in cases {
            artist.chart(&chart(kind, series), &formatter, &words(), true).expect("draws");
        }
    }
}

#[test]
fn a_gap_breaks_the_line() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let artist = Artist::new(&brand).expect("loads");
    let draw = |values: &[Option<f64>]| {
        let drawing = artist
            .chart(&chart(ChartKind::Line, &[values]), &formatter, &words(), true)
            .expect("draws");
        let accent = "stroke=\"var(--accent)\"";
        let line = drawing
            .svg
            .split('<')
            .find(|tag| tag.contains(accent) && tag.contains("fill=\"none\""));
        line.map_or(0, |tag| tag.matches('M').count())
    };
    assert_eq!(draw(&[Some(1.0), Some(2.0), Some(2.5), Some(4.0)]), 1);
    assert_eq!(draw(&[Some(1.0), Some(2.0), None, Some(4.0), Some(3.0)]), 2);
}

#[test]
fn an_option_is_plain_data_with_finished_numbers() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::ZhCn));
    let artist = Artist::new(&brand).expect("loads");
    let sample = chart(ChartKind::Bar, &[&[Some(12_345_678.0)]]);
    let drawing = artist.chart(&sample, &formatter, &words(), true).expect("draws");
    let option = drawing.option.to_string();
    // Beside its bar it reads as in the table.
    assert!(option.contains("1,234.6万") && !option.contains("1,235万"));
    assert!(drawing.svg.contains("1,234.6万"));
}

#[test]
fn a_still_chart_takes_its_colours_from_the_page() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let artist = Artist::new(&brand).expect("loads");
    for kind in KINDS {
        let sample = chart(kind, &[&[Some(1.0), Some(2.0)], &[Some(2.0), Some(1.0)]]);
        let svg = artist.chart(&sample, &formatter, &words(), true).expect("draws").svg;
        for (name, colour) in brand.light.named() {
            assert!(!svg.contains(colour), "{kind:?} names {name} by its light value");
        }
    }
}

fn drawn(chart: &Chart, words: &Words) -> Drawing {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    Artist::new(&brand).expect("loads").chart(chart, &formatter, words, true).expect("draws")
}

/// The data of the series of an option that has `name` and, if asked for, an area.
fn data<'a>(drawing: &'a Drawing, name: &str, is_area: bool) -> Vec<&'a Value> {
    let series = drawing.option["series"].as_array().expect("series");
    let named =
        series.iter().find(|one| one["name"] == name && one["areaStyle"].is_object() == is_area);
    let data = named.expect("the series")["data"].as_array().expect("data");
    data.iter().map(|point| &point["value"]).collect()
}

fn fan() -> Chart {
    let gap = [None; 4];
    let actual = [Some(8.0), None, Some(10.0), None, None];
    let ahead = |a, b| [None, None, None, Some(a), Some(b)];
    let (low, high) = (ahead(10.0, 11.0), ahead(12.0, 14.0));
    let mut fan = chart(
        ChartKind::Fan,
        &[
            &actual,
            &ahead(11.0, 12.5),
            &low,
            &high,
            &gap,
            &gap,
            &[None, None, None, None, Some(13.0)],
        ],
    );
    for (series, name) in fan.series.iter_mut().zip(["a", "e", "80", "80h", "95", "95h", "t"]) {
        series.label = Label::verbatim(name);
    }
    fan
}

#[test]
fn a_forecast_and_its_band_start_at_the_last_actual_value() {
    let drawing = drawn(&fan(), &words());
    assert_eq!(
        data(&drawing, "a", false),
        [&json!(8.0), &Value::Null, &json!(10.0), &Value::Null, &Value::Null]
    );
    assert_eq!(
        data(&drawing, "e", false)[1..],
        [&Value::Null, &json!(10.0), &json!(11.0), &json!(12.5)]
    );
    assert_eq!(data(&drawing, "80", false)[2..], [&json!(10.0), &json!(10.0), &json!(11.0)]);
    assert_eq!(data(&drawing, "80", true)[2..], [&json!(0.0), &json!(2.0), &json!(3.0)]);
}

#[test]
fn a_forecast_after_a_gap_is_not_joined() {
    let mut fan = fan();
    fan.series[0].values = vec![Some(8.0), Some(9.0), None, None, None];
    assert_eq!(data(&drawn(&fan, &words()), "e", false)[2], &Value::Null);
}

#[test]
fn a_band_without_values_is_neither_drawn_nor_named() {
    let drawing = drawn(&fan(), &words());
    let named = drawing.option["legend"]["data"].as_array().expect("legend");
    let named: Vec<_> = named.iter().filter_map(|entry| entry["name"].as_str()).collect();
    assert_eq!(named, ["a", "e", "80", "t"]);
    let series = drawing.option["series"].as_array().expect("series");
    assert!(series.iter().all(|one| one["name"] != "95"));
}

#[test]
fn bars_of_a_waterfall_begin_at_zero_unless_nothing_could_be_seen() {
    let mut fall =
        chart(ChartKind::Waterfall, &[&[Some(100.0), Some(30.0), Some(-5.0), Some(125.0)]]);
    assert_eq!(drawn(&fall, &words()).cut, None);
    fall.series[0].values = vec![Some(100.0), Some(3.0), Some(-5.0), Some(98.0)];
    let drawing = drawn(&fall, &words());
    assert_eq!(drawing.cut.as_deref(), Some("96"));
    assert_eq!(drawing.option["xAxis"]["axisLabel"]["show"], json!(true));
    fall.series[0].values = vec![Some(-100.0), Some(3.0), Some(-5.0), Some(-102.0)];
    assert_eq!(drawn(&fall, &words()).cut, None, "below zero nothing is cut");
    fall.series[0].values = vec![None, None, None, None];
    assert_eq!(drawn(&fall, &words()).cut, None);
}

#[test]
fn steps_of_a_waterfall_are_coloured_by_their_verdict_not_their_sign() {
    use model::report::Verdict;
    let mut fall =
        chart(ChartKind::Waterfall, &[&[Some(100.0), Some(30.0), Some(-5.0), None, Some(125.0)]]);
    fall.verdicts =
        vec![Verdict::Neutral, Verdict::Bad, Verdict::Good, Verdict::Good, Verdict::Neutral];
    let drawing = drawn(&fall, &words());
    assert_eq!(data(&drawing, "Worse", false), [&json!([100.0, 130.0, 1])]);
    assert_eq!(
        data(&drawing, "Better", false),
        [&json!([130.0, 125.0, 2]), &json!([null, null, 3])]
    );
    assert_eq!(data(&drawing, "Series", false), [&json!([0.0, 100.0, 0]), &json!([0.0, 125.0, 4])]);
    for text in ["+30", "−5", ">–<"] {
        assert!(drawing.svg.contains(text), "{text} is not written");
    }
}

#[test]
fn our_value_before_and_a_reading_join_the_quartiles() {
    let one = |value| [Some(value)];
    let mut peers = chart(ChartKind::Quartiles, &[&one(2.0), &one(4.0), &one(6.0), &one(7.0)]);
    let still = drawn(&peers, &words());
    peers.series.push(Series {
        label: Label::verbatim("Before"),
        values: vec![Some(3.0)],
        reference: false,
    });
    let readings = vec!["Percentile {61}|84".to_owned()];
    let moved = drawn(&peers, &Words { readings, ..words() });
    assert_eq!(data(&moved, "Before", false), [&json!([3.0, 7.0, 0])]);
    assert!(moved.svg.contains("Percentile  61  84") && moved.height > still.height);
}

/// How many charts of a report need a picture in a mail.
fn pictures(report: &model::report::Report) -> usize {
    use ChartKind::{Column, Curve, Fan, Line, Stacked};
    let blocks = report.sections.iter().flat_map(|section| &section.blocks);
    let charts = blocks.filter_map(|block| match block {
        model::report::Block::Chart(chart) => Some(chart.kind),
        _ => None,
    });
    let found = charts.filter(|kind| matches!(kind, Column | Curve | Fan | Line | Stacked)).count();
    assert!(found > 1, "charts through time");
    found
}

#[test]
fn every_form_of_chart_renders_in_every_locale_without_remarks() {
    let report: model::report::Report =
        serde_json::from_str(include_str!("../../fixtures/charts.json")).expect("a report");
    let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    let plan = crate::ReportPlan {
        templates,
        locales: Locale::ALL.to_vec(),
        attachments: Default::default(),
        layout: None,
        brand: None,
    };
    let render = || crate::render(&plan, &report, &model::edition::Release::Send).expect("renders");
    let editions = render();
    assert_eq!(editions.notes, []);
    assert_eq!(editions, render(), "the same report gives the same bytes");
    let said = [
        [
            "¥315.3",
            "80% range",
            "Alert: far below",
            "+¥14.20M",
            "begins at ¥310M",
            "Percentile 61–84",
        ],
        ["¥3.15亿", "80%区间", "预警：远低于", "+¥1,420.0万", "从¥3.1亿起", "百分位61–84"],
    ];
    for (edition, said) in editions.value.iter().zip(said) {
        let charts = edition.mail_html.matches("cid:").count();
        // What goes through time is a picture in four renderings; rows and shades are cells.
        let pictures = 4 * pictures(&report);
        assert_eq!((charts, edition.images.len()), (pictures, pictures));
        // With images off the text in their place carries the numbers.
        assert_eq!(edition.mail_html.matches("alt=\"").count(), charts);
        assert!(!edition.mail_html.contains("alt=\"\""));
        assert!(edition.mail_html.contains(said[0]) && edition.mail_text.contains(said[0]));
        // A figure stands in an element of its own, so that it stays with its unit.
        let plain = |html: &str| html.replace("<span class=\"n\">", "").replace("</span>", "");
        let page = plain(&edition.page);
        for text in &said[1..] {
            let shown = text.trim_start_matches('+');
            assert!(page.contains(shown), "{}: {text} is not in the page", edition.locale);
        }
        let mail = plain(&edition.mail_html);
        assert!(mail.contains(said[4]) && mail.contains(said[2]));
    }
}
