//! Names beside charts: whole or with an ellipsis, never one over another, never beyond the picture.

use super::{brand, chart, words};
use crate::chart::{Artist, Drawing, Fonts, PAGE_WIDTH, PHONE_WIDTH};
use crate::format::Formatter;
use model::{
    label::{Label, Locale},
    report::{Chart, ChartKind, Fmt, Tick},
    unit::Unit,
};

const ROWS: [ChartKind; 5] =
    [ChartKind::Bar, ChartKind::Dots, ChartKind::Quartiles, ChartKind::Steps, ChartKind::Waterfall];

fn named(kind: ChartKind, members: usize, name: &str) -> Chart {
    let values: Vec<Option<f64>> = (0..members).map(|at| Some(100.0 + at as f64)).collect();
    let mut chart = chart(kind, &[values.as_slice(); 5]);
    let label = |at: usize| Tick::Label(Label::verbatim(format!("{name}{at}")));
    chart.ticks = (0..members).map(label).collect();
    chart
}

fn drawn(chart: &Chart) -> Drawing {
    let brand = brand();
    let artist = Artist::new(&brand).expect("an artist");
    artist.chart(chart, &Formatter::new(Locale::En), &words(), false).expect("it is drawn")
}

/// The texts of an SVG that end at a place, as the names of rows do: text, and that place.
fn names(svg: &str) -> Vec<(String, f64, f64)> {
    texts(svg, "end")
}

/// The texts of an SVG that are anchored at a place, and that place.
fn texts(svg: &str, anchor: &str) -> Vec<(String, f64, f64)> {
    let anchored = format!("text-anchor=\"{anchor}\"");
    let number = |tag: &str, name: &str| -> f64 {
        let after = tag.split_once(&format!(" {name}=\"")).map_or("", |(_, after)| after);
        after.split('"').next().and_then(|text| text.parse().ok()).unwrap_or(0.0)
    };
    let text = |part: &str| {
        let (tag, rest) = part.split_once('>')?;
        let (said, _) = rest.split_once('<')?;
        let moved = tag.split_once("translate(").map_or("0 0", |(_, after)| after);
        let moved = moved.split(')').next().unwrap_or_default();
        let (x, y) = moved.split_once([' ', ',']).unwrap_or((moved, "0"));
        let place = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let is_name = tag.contains(&anchored);
        is_name.then(|| (said.to_owned(), number(tag, "x") + place(x), number(tag, "y") + place(y)))
    };
    svg.split("<text").skip(1).filter_map(text).collect()
}

#[test]
fn long_names_stand_apart_and_within_the_picture() {
    let long = [
        "A name of an agency of thirty and more ",
        "The northern region of the house, with all of its branches and the online store ",
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        "北京市朝阳区建国门外大街甲六号华润大厦三层家用电器旗舰店（含线上自营与第三方平台渠道合计）第",
    ];
    let fonts = Fonts::embedded();
    for kind in ROWS {
        for (members, name) in [2, 12, 40].into_iter().flat_map(|n| long.map(|name| (n, name))) {
            let drawing = drawn(&named(kind, members, name));
            let mut shown = names(&drawing.svg);
            shown.retain(|(text, _, _)| text.chars().any(char::is_alphabetic));
            assert!(shown.len() >= members, "{kind:?}: {} of {members} names", shown.len());
            shown.sort_by(|one, other| one.2.total_cmp(&other.2));
            for (text, x, y) in &shown {
                let left = x - fonts.width(text, 12.0);
                assert!(
                    left > -1.0 && *x < f64::from(PAGE_WIDTH) / 2.0,
                    "{kind:?}: {text} at {left}"
                );
                assert!(
                    *y > 7.0 && *y < f64::from(drawing.height) - 5.0,
                    "{kind:?}: {text} at {y}"
                );
            }
            for pair in shown.windows(2) {
                let apart = pair[1].2 - pair[0].2;
                assert!(apart >= 15.0, "{kind:?} of {members}: {pair:?}");
            }
            let cut = shown.iter().filter(|(text, _, _)| text.ends_with('…')).count();
            assert_eq!(cut > 0, fonts.width(name, 12.0) > 340.0, "{kind:?}: {name}");
        }
    }
}

#[test]
fn a_legend_names_a_long_series_on_one_line() {
    let mut chart = chart(ChartKind::Stacked, &[&[Some(1.0), Some(2.0)], &[Some(2.0), Some(1.0)]]);
    chart.series[0].label = Label::verbatim("没有空格的名称".repeat(12));
    let drawing = drawn(&chart);
    let texts = &drawing.option["legend"]["formatter"]["texts"];
    let short = texts[&chart.series[0].label.en].as_str().expect("a short form");
    assert!(short.ends_with('…') && !short.contains('\n') && short.chars().count() > 30, "{short}");
    assert!(
        drawing.option["series"][0]["name"].as_str().is_some_and(|name| name.chars().count() == 84)
    );
}

#[test]
fn the_value_above_the_last_column_stands_within_the_picture_of_a_telephone() {
    let (brand, formatter, fonts) = (brand(), Formatter::new(Locale::En), Fonts::embedded());
    let artist = Artist::new(&brand).expect("an artist");
    for (places, value) in [(15, 42.1), (15, 123_456_789.0), (40, 9_876_543.0), (2, -1234.5)] {
        let mut values = vec![Some(value * 0.9); places];
        values[places - 1] = Some(value);
        let mut chart = chart(ChartKind::Column, &[&values]);
        chart.format = Fmt { unit: Unit::Money("CNY".to_owned()), decimals: None };
        let drawing = artist.chart(&chart, &formatter, &words(), false).expect("it is drawn");
        let size = (PHONE_WIDTH, drawing.height);
        let svg = artist.still("sample", &drawing.option, size).expect("it is drawn");
        let said = formatter.real(value, &chart.format);
        let shown = texts(&svg, "middle").into_iter().find(|(text, _, _)| *text == said);
        let (_, x, _) = shown.unwrap_or_else(|| panic!("{said} is not written"));
        let end = x + fonts.width(&said, 12.0) / 2.0;
        assert!(end <= f64::from(PHONE_WIDTH), "{said} ends at {end}");
    }
}
