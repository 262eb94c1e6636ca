use super::*;
use model::{
    label::{Label, Locale},
    report::{Fmt, Message, Series, Tick},
    unit::Unit,
};
use std::path::PathBuf;

fn brand() -> Brand {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
    Brand::load(&folder).expect("the shipped brand file is valid")
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
        ticks: (0..places).map(tick).collect(),
        series: series.collect(),
        marks: Vec::new(),
        alternative: Message::new("channels.total"),
    }
}

const KINDS: [ChartKind; 5] =
    [ChartKind::Bar, ChartKind::Column, ChartKind::Line, ChartKind::Quartiles, ChartKind::Stacked];

#[test]
fn a_chart_does_not_depend_on_those_before_it() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let sample = chart(ChartKind::Line, &[&[Some(1.0), Some(3.0), Some(2.0)]]);
    let alone = Artist::new(&brand).expect("loads").chart(&sample, &formatter).expect("draws");
    let artist = Artist::new(&brand).expect("loads");
    for kind in KINDS {
        artist.chart(&chart(kind, &[&[Some(4.0)]]), &formatter).expect("draws");
    }
    let after_others = artist.chart(&sample, &formatter).expect("draws");
    assert_eq!(alone.svg, after_others.svg);
    assert_eq!(alone.png, after_others.png);
}

#[test]
fn a_chart_without_values_is_drawn_empty() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::ZhCn));
    let artist = Artist::new(&brand).expect("loads");
    let cases: [&[&[Option<f64>]]; 4] = [&[], &[&[]], &[&[None, None]], &[&[Some(f64::NAN)]]];
    for kind in KINDS {
        for series in cases {
            artist.chart(&chart(kind, series), &formatter).expect("draws");
        }
    }
}

#[test]
fn a_gap_breaks_the_line() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let artist = Artist::new(&brand).expect("loads");
    let draw = |values: &[Option<f64>]| {
        let drawing = artist.chart(&chart(ChartKind::Line, &[values]), &formatter).expect("draws");
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
    let drawing = artist.chart(&sample, &formatter).expect("draws");
    let option = drawing.option.to_string();
    assert!(option.contains("1,235万") && option.contains("1,234.6万"));
    assert!(drawing.svg.contains("1,235万"));
}

#[test]
fn a_still_chart_takes_its_colours_from_the_page() {
    let (brand, formatter) = (brand(), Formatter::new(Locale::En));
    let artist = Artist::new(&brand).expect("loads");
    for kind in KINDS {
        let sample = chart(kind, &[&[Some(1.0), Some(2.0)], &[Some(2.0), Some(1.0)]]);
        let svg = artist.chart(&sample, &formatter).expect("draws").svg;
        for (name, colour) in brand.light.named() {
            assert!(!svg.contains(colour), "{kind:?} names {name} by its light value");
        }
    }
}
