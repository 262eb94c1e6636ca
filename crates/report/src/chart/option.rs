//! What the options of all charts share.

use super::{
    Words, curve, fan,
    font::Fonts,
    heat_map,
    names::{self, Room},
    scale::Scale,
    steps,
    theme::Palette,
    waterfall,
};
use crate::format::Formatter;
use model::{
    number::Number,
    report::{Chart, ChartKind, Figure, Fmt, Series, Tick},
};
use serde_json::{Map, Value, json};

/// As in `styles/base.css`: what reads well on each system, in Latin and in Chinese.
const FONTS: &str =
    "-apple-system,Segoe UI,Roboto,PingFang SC,Microsoft YaHei,Noto Sans CJK SC,sans-serif";
/// The size of everything written in a chart, in pixels.
pub(super) const TEXT_SIZE: u32 = 12;
/// The height of a line of a wrapped name, in pixels.
const LINE_HEIGHT: u32 = 16;
/// Longer names of rows are wrapped.
const WIDEST_NAME: u32 = 180;
/// Lines of a name of a row.
pub(super) const NAME_LINES: usize = 2;
/// The width of a name of a row on a telephone, and the size of its type, as in `web/page.js`.
const NARROW_NAME: u32 = 84;
const NARROW_SIZE: u32 = 11;
/// What the fonts of a browser may be wider than ours.
pub(super) const MARGIN: u32 = 8;
/// What a name in a legend has around it: its sign, and a distance to the next one.
const KEY_SIGN: u32 = 41;

/// A chart with the means to draw it.
#[derive(Clone, Copy)]
pub(super) struct Canvas<'a> {
    pub(super) chart: &'a Chart,
    pub(super) formatter: &'a Formatter,
    pub(super) palette: &'a Palette,
    pub(super) fonts: &'a Fonts,
    pub(super) words: &'a Words,
    /// The width in pixels that it is drawn for.
    pub(super) width: u32,
}

impl Canvas<'_> {
    /// The height in pixels: rows need room each, time does not.
    pub(super) fn height(&self) -> u32 {
        let rows = u32::try_from(self.chart.ticks.len()).unwrap_or(u32::MAX).min(60);
        let legend = if self.has_legend() { 34 + self.legend_wrap() } else { 8 };
        let named = LINE_HEIGHT * self.lines_of_names() + 12;
        let bars = if self.chart.series.len() > 1 { 44 } else { 36 };
        match self.chart.kind {
            ChartKind::Bar => legend + 12 + rows * named.max(bars),
            ChartKind::Column | ChartKind::Line => 280 + self.room_for_marks() + self.legend_wrap(),
            ChartKind::Curve => curve::HEIGHT,
            ChartKind::Fan => 300 + self.room_for_marks() + self.legend_wrap(),
            ChartKind::HeatMap => heat_map::height(self, named),
            ChartKind::Dots | ChartKind::Quartiles => {
                let reading = if self.words.readings.is_empty() { 0 } else { 16 };
                legend + 40 + rows * named.max(46 + reading)
            }
            ChartKind::Steps => 8 + rows * named.max(steps::ROW),
            ChartKind::Stacked => 280 + self.legend_wrap(),
            ChartKind::Waterfall => waterfall::TOP + 26 + rows * named.max(36),
        }
    }

    pub(super) fn has_legend(&self) -> bool {
        let explains_itself = matches!(self.chart.kind, ChartKind::HeatMap | ChartKind::Steps);
        self.chart.series.len() > 1 && !explains_itself
    }

    /// The width of the widest of some texts, in pixels.
    pub(super) fn widest<T: AsRef<str>>(&self, texts: impl Iterator<Item = T>) -> u32 {
        let width = |text: T| self.fonts.width(text.as_ref(), f64::from(TEXT_SIZE)).ceil() as u32;
        texts.map(width).max().unwrap_or(0)
    }

    /// How many lines the longest name of a row takes.
    fn lines_of_names(&self) -> u32 {
        let names = self.rows();
        let lines = names.iter().map(|name| self.row_name(name).lines().count());
        lines.max().map_or(1, |lines| lines.max(1) as u32)
    }

    /// A name of a row in its lines.
    fn row_name(&self, name: &str) -> String {
        let width = WIDEST_NAME - MARGIN;
        names::wrapped(name, self.fonts, Room { width, lines: NAME_LINES, size: TEXT_SIZE })
    }

    /// A name of a series as the legend has it: on one line of the picture.
    pub(super) fn key_name(&self, name: &str) -> String {
        let width = self.width.saturating_sub(KEY_SIGN);
        names::wrapped(name, self.fonts, Room { width, lines: 1, size: TEXT_SIZE })
    }

    /// Where the plot begins, below the legend if there is one.
    pub(super) fn top(&self) -> u32 {
        let legend = if self.has_legend() { 44 + self.legend_wrap() } else { 16 };
        self.room_for_marks() + legend
    }

    /// The height of the lines beyond the first that the legend takes in a mail, in pixels.
    fn legend_wrap(&self) -> u32 {
        let all = self.chart.series.iter().enumerate();
        let named = all.filter(|(place, _)| match self.chart.kind {
            ChartKind::Fan => fan::is_named(self, *place),
            // The upper end of a band has no name of its own.
            ChartKind::Curve | ChartKind::Dots => *place != 2,
            _ => true,
        });
        let width = |series| self.widest([self.key_name(self.name(series))].iter()) + KEY_SIGN;
        let widths = named.map(|(_, series)| width(series));
        let lines = widths.fold((1, 0), |(lines, used), width| match used + width {
            used if used <= self.width + 20 => (lines, used),
            _ => (lines + 1, width),
        });
        (lines.0 - 1) * 24
    }

    /// What every option starts from.
    pub(super) fn base(&self) -> Map<String, Value> {
        let palette = self.palette;
        let mut base = Map::new();
        base.insert("animation".into(), json!(false));
        base.insert(
            "textStyle".into(),
            json!({ "fontFamily": FONTS, "fontSize": TEXT_SIZE, "color": palette.muted }),
        );
        base.insert(
            "tooltip".into(),
            json!({
                "trigger": "axis",
                "confine": true,
                "backgroundColor": palette.surface,
                "borderColor": palette.line,
                "textStyle": { "color": palette.text, "fontSize": TEXT_SIZE },
                "axisPointer": { "type": "line", "lineStyle": { "color": palette.reference } },
                "formatter": { "$format": "tooltip" },
            }),
        );
        if self.has_legend() {
            base.insert("legend".into(), self.legend());
        }
        base
    }

    fn legend(&self) -> Value {
        let lines = self.chart.kind == ChartKind::Line;
        let names = self.chart.series.iter().map(|series| self.name(series).to_owned());
        let names: Vec<String> = names.collect();
        json!({
            "left": 0, "top": 0, "padding": 0, "itemGap": 20, "selectedMode": false,
            "itemWidth": if lines { 16 } else { 12 }, "itemHeight": if lines { 3 } else { 12 },
            "icon": if lines { "rect" } else { "roundRect" },
            "data": self.chart.series.iter().map(|series| self.name(series)).collect::<Vec<_>>(),
            "formatter": self.shortened(&names, |name| self.key_name(name)),
            "textStyle": { "color": self.palette.muted, "fontSize": TEXT_SIZE },
        })
    }

    /// The name of a series.
    pub(super) fn name<'s>(&self, series: &'s Series) -> &'s str {
        series.label.get(self.formatter.locale())
    }

    /// The full name of a place on the category axis.
    pub(super) fn place(&self, tick: &Tick) -> String {
        match tick {
            Tick::Period(period) => self.formatter.period(period),
            Tick::Label(label) => label.get(self.formatter.locale()).to_owned(),
            Tick::Number(number) => self.formatter.real(*number, self.across()),
        }
    }

    /// How the numbers along the horizontal axis are written.
    pub(super) fn across(&self) -> &Fmt {
        self.chart.across.as_ref().map_or(&self.chart.format, |across| &across.format)
    }

    /// What the horizontal axis counts; empty where it says it itself.
    pub(super) fn across_name(&self) -> &str {
        let across = self.chart.across.as_ref();
        across.map_or("", |across| across.label.get(self.formatter.locale()))
    }

    /// The names of all rows.
    pub(super) fn rows(&self) -> Vec<String> {
        match self.chart.kind {
            ChartKind::HeatMap => heat_map::names(self),
            _ => self.places(),
        }
    }

    /// The full names of all places.
    pub(super) fn places(&self) -> Vec<String> {
        self.chart.ticks.iter().map(|tick| self.place(tick)).collect()
    }

    /// What writes names by their short form; nothing where all are short.
    fn shortened(&self, names: &[String], short: impl Fn(&str) -> String) -> Value {
        let texts = names.iter().map(|name| (name.clone(), json!(short(name))));
        let texts: Map<String, Value> = texts.collect();
        match texts.iter().all(|(name, text)| text == name) {
            true => Value::Null,
            false => json!({ "$format": "named", "texts": texts }),
        }
    }

    /// A category axis of rows, the first one on top.
    pub(super) fn row_axis(&self) -> Value {
        self.row_axis_of(NARROW_NAME)
    }

    /// A category axis of rows whose names have this width on a telephone.
    pub(super) fn row_axis_of(&self, narrow: u32) -> Value {
        let names = self.rows();
        let lines: Vec<String> = names.iter().map(|name| self.row_name(name)).collect();
        let widest = self.widest(lines.iter().flat_map(|name| name.lines()));
        let room = Room {
            width: narrow,
            lines: NAME_LINES + usize::from(self.lines_of_names() > 1),
            size: NARROW_SIZE,
        };
        let narrowed = self.shortened(&names, |name| names::wrapped(name, self.fonts, room));
        json!({
            "type": "category",
            "inverse": true,
            "data": names,
            "axisLine": { "show": false },
            "axisTick": { "show": false },
            "axisLabel": {
                "interval": 0, "margin": 12, "lineHeight": LINE_HEIGHT,
                "width": (widest + MARGIN).min(WIDEST_NAME), "overflow": "break",
                "color": self.palette.text, "fontSize": TEXT_SIZE,
                "formatter": self.shortened(&names, |name| self.row_name(name)),
                "narrow": narrow, "narrowFormatter": narrowed,
            },
        })
    }

    /// A value axis with ticks and texts of our own.
    pub(super) fn value_axis(&self, scale: &Scale) -> Value {
        self.number_axis(scale, &self.chart.format)
    }

    /// An axis of numbers in a unit.
    pub(super) fn number_axis(&self, scale: &Scale, format: &Fmt) -> Value {
        json!({
            "type": "value",
            "min": scale.low, "max": scale.high, "interval": scale.step,
            "axisLine": { "show": false },
            "axisTick": { "show": false },
            "splitLine": { "lineStyle": { "color": self.palette.grid } },
            "axisLabel": {
                "color": self.palette.muted, "fontSize": TEXT_SIZE,
                "formatter": {
                    "$format": "ticks",
                    "texts": self.formatter.axis(&scale.ticks(), format),
                },
            },
        })
    }

    /// The scale of all series together.
    pub(super) fn scale(&self, from_zero: bool) -> Scale {
        let values = self.chart.series.iter().flat_map(|series| series.values.iter().flatten());
        Scale::enclosing(values.copied(), from_zero)
    }

    /// A value as it is written, empty for a gap.
    pub(super) fn text(&self, value: Option<f64>) -> String {
        value.map_or_else(String::new, |value| self.formatter.real(value, &self.chart.format))
    }

    /// A value as it stands where the room is too small for all of its digits, empty for a gap.
    pub(super) fn short(&self, value: Option<f64>) -> String {
        value.map_or_else(String::new, |value| self.formatter.short(value, &self.chart.format))
    }

    /// A difference as it stands beside its mark, with its sign; empty for a gap.
    pub(super) fn signed(&self, value: Option<f64>) -> String {
        let Some(value) = value else { return String::new() };
        let (value, format) = (Some(Number::Real(value)), self.chart.format.clone());
        self.formatter.delta(&Figure { value, format, coverage: None })
    }

    /// A value of a series, by places.
    pub(super) fn value(&self, series: usize, at: usize) -> Option<f64> {
        let series = self.chart.series.get(series)?;
        series.values.get(at).copied().flatten().filter(|value| value.is_finite())
    }

    /// A data point with its text; a gap stays a gap.
    pub(super) fn point(&self, value: Option<f64>) -> Value {
        let text = self.text(value);
        json!({ "value": value, "text": text, "shown": text })
    }

    /// The colour of a series: ours, grey for what is compared with, else one of the palette.
    pub(super) fn colour(&self, place: usize) -> &str {
        let reference = self.chart.series.get(place).is_some_and(|series| series.reference);
        let before =
            self.chart.series.iter().take(place).filter(|series| !series.reference).count();
        match before {
            _ if reference => &self.palette.reference,
            0 => &self.palette.accent,
            before => self.palette.series(before),
        }
    }
}
