//! Charts: from what is to be shown to SVG, PNG and the option of the interactive page.
//!
//! Rule: an option is plain JSON in which every number that a reader sees is text already written by
//! [`Formatter`]; functions are only named, out of the fixed table in `web/named.js`.

mod bar;
mod cells;
mod column;
mod curve;
mod dots;
mod fan;
mod font;
mod heat_map;
mod line;
mod marks;
mod names;
mod option;
mod palette;
mod quartiles;
mod raster;
mod rows;
mod scale;
mod script;
mod signs;
mod sparkline;
mod stacked;
mod steps;
mod theme;
mod times;
mod waterfall;

#[cfg(test)]
mod tests;

pub(crate) use cells::Cells;
pub(crate) use font::{Fonts, missing_glyphs};
pub(crate) use heat_map::{Grid, shade_of};
pub(crate) use marks::numbered;
pub(crate) use raster::drawing;
pub(crate) use script::BUNDLE;
pub(crate) use theme::{Brand, Palette, SHADES};

use crate::{error::RenderError, format::Formatter};
use model::report::{Chart, ChartKind};
use option::Canvas;
use script::Script;
use serde_json::Value;
use signs::Shown;
use std::{cell::RefCell, collections::BTreeMap};

/// The width of a chart in a mail, in CSS pixels.
const MAIL_WIDTH: u32 = 592;
/// The width that it is drawn for: shown larger than drawn, its text stays readable on a telephone, which
/// shrinks pictures to half of this.
const MAIL_DRAWN: u32 = 520;
/// The width of a chart in a mail on a telephone, in CSS pixels: drawn and shown.
const PHONE_WIDTH: u32 = 328;
/// The width of a chart that stands still in a page, in CSS pixels.
const PAGE_WIDTH: u32 = 880;
/// The size of a sparkline in CSS pixels.
const SPARK_SIZE: (u32, u32) = (112, 32);

/// A drawn chart.
#[derive(Clone)]
pub(crate) struct Drawing {
    /// The option of the interactive chart.
    pub(crate) option: Value,
    /// What the interactive chart has beyond the still one.
    pub(crate) live: Value,
    /// The still chart of the page; its colours are names of the page's style.
    pub(crate) svg: String,
    /// The pictures of the mail, at twice their size; none where the mail shows it without one.
    pub(crate) pictures: Vec<Picture>,
    /// The height of the page's chart in CSS pixels.
    pub(crate) height: u32,
    /// How a mail shows it without a picture.
    pub(crate) cells: Option<Cells>,
    /// Characters that no font has.
    pub(crate) missing: Vec<char>,
    /// Where the axis of lengths begins when that is not zero.
    pub(crate) cut: Option<String>,
}

/// A picture of a chart in a mail, for one scheme and one width.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) png: Vec<u8>,
    /// Its size in CSS pixels.
    pub(crate) size: (u32, u32),
    pub(crate) is_dark: bool,
    pub(crate) is_narrow: bool,
}

/// What a chart says in the words of its locale.
#[derive(Default)]
pub(crate) struct Words {
    /// What a change for the better is called.
    pub(crate) better: String,
    /// What a change for the worse is called.
    pub(crate) worse: String,
    /// What a change is called that is neither.
    pub(crate) unjudged: String,
    /// What is read out beside each row; empty where there is nothing.
    pub(crate) readings: Vec<String>,
    /// The rate that leads to each step; empty where there is none.
    pub(crate) rates: Vec<String>,
    /// What each mark is called that stands at a number, with that number.
    pub(crate) marks: Vec<String>,
    /// What is called what is only expected.
    pub(crate) expected: String,
}

/// Draws charts; holds what is costly to set up.
pub(crate) struct Artist<'a> {
    script: Script,
    fonts: Fonts,
    brand: &'a Brand,
    /// The same run-up gives the same line.
    sparklines: RefCell<BTreeMap<String, Drawing>>,
}

impl<'a> Artist<'a> {
    /// An artist who uses the colours of `brand`.
    pub(crate) fn new(brand: &'a Brand) -> Result<Self, RenderError> {
        Self::with(brand, Fonts::preferring(&brand.chart_fonts), Shown::OnScreen)
    }

    /// An artist for paper, who writes with the embedded font alone.
    pub(crate) fn printing(brand: &'a Brand) -> Result<Self, RenderError> {
        Self::with(brand, Fonts::embedded(), Shown::OnPaper)
    }

    fn with(brand: &'a Brand, fonts: Fonts, shown: Shown) -> Result<Self, RenderError> {
        let script = Script::load(fonts.clone(), shown)?;
        Ok(Self { script, fonts, brand, sparklines: RefCell::default() })
    }

    /// Draws a chart again from its option, in another size.
    pub(crate) fn still(
        &self,
        id: &str,
        option: &Value,
        size: (u32, u32),
    ) -> Result<String, RenderError> {
        self.svg(id, option, size)
    }

    /// Draws a chart for the readers of one locale; its pictures only if the mail shows them.
    pub(crate) fn chart(
        &self,
        chart: &Chart,
        formatter: &Formatter,
        words: &Words,
        is_mailed: bool,
    ) -> Result<Drawing, RenderError> {
        let (palette, fonts) = (&self.brand.light, &self.fonts);
        let canvas = Canvas { chart, formatter, palette, fonts, words, width: MAIL_DRAWN };
        let option = option_of(&canvas);
        let live = match chart.kind {
            ChartKind::Fan if chart.ticks.len() > fan::ZOOM_FROM => line::live(&canvas),
            ChartKind::Line if chart.ticks.len() > line::ZOOM_FROM => line::live(&canvas),
            _ => Value::Object(serde_json::Map::new()),
        };
        let drawn = |option: &Value, size| self.svg(&chart.id, option, size);
        let page = drawn(&option, (PAGE_WIDTH, canvas.height()))?;
        let (_, missing) = self.fonts.covering(&page);
        let mut pictures = Vec::new();
        let cells = cells::cells(&canvas);
        let is_table = chart.kind == ChartKind::HeatMap || cells.is_some();
        if is_mailed && !is_table {
            let wide = drawn(&option, (MAIL_DRAWN, canvas.height()))?;
            let shown = (MAIL_WIDTH, canvas.height() * MAIL_WIDTH / MAIL_DRAWN);
            pictures.extend(self.pictures(&chart.id, &wide, shown, false)?);
            let phone = Canvas { width: PHONE_WIDTH, ..canvas };
            let size = (PHONE_WIDTH, phone.height());
            let narrow = drawn(&option_of(&phone), size)?;
            pictures.extend(self.pictures(&chart.id, &narrow, size, true)?);
        }
        let (svg, cut) = (self.brand.name_colours(&page), waterfall::cut(&canvas));
        Ok(Drawing { option, live, svg, pictures, height: canvas.height(), cells, missing, cut })
    }

    /// Draws the run-up to a key figure.
    pub(crate) fn sparkline(
        &self,
        id: &str,
        history: &[Option<f64>],
    ) -> Result<Drawing, RenderError> {
        let option = sparkline::option(history, &self.brand.light);
        let key = format!("{id} {option}");
        if let Some(drawing) = self.sparklines.borrow().get(&key) {
            return Ok(drawing.clone());
        }
        let drawn = self.svg(id, &option, SPARK_SIZE)?;
        let drawing = Drawing {
            option,
            live: Value::Null,
            pictures: self.pictures(id, &drawn, SPARK_SIZE, false)?.to_vec(),
            svg: self.brand.name_colours(&drawn),
            height: SPARK_SIZE.1,
            cells: None,
            missing: Vec::new(),
            cut: None,
        };
        self.sparklines.borrow_mut().insert(key, drawing.clone());
        Ok(drawing)
    }

    fn svg(&self, id: &str, option: &Value, size: (u32, u32)) -> Result<String, RenderError> {
        let drawn = self.script.draw(id, option, size);
        drawn.map_err(|problem| RenderError::Chart { chart: id.to_owned(), problem })
    }

    /// The pictures of a light drawing, in both schemes.
    fn pictures(
        &self,
        id: &str,
        light: &str,
        size: (u32, u32),
        is_narrow: bool,
    ) -> Result<[Picture; 2], RenderError> {
        let dark = self.brand.darkened(light);
        let (fonts, _) = self.fonts.covering(light);
        let picture = |svg: &str, ground: &str, is_dark| -> Result<Picture, RenderError> {
            let png = raster::png(svg, &fonts, ground, size.0)
                .map_err(|problem| RenderError::Chart { chart: id.to_owned(), problem })?;
            Ok(Picture { png, size, is_dark, is_narrow })
        };
        Ok([
            picture(light, &self.brand.light.surface, false)?,
            picture(&dark, &self.brand.dark.surface, true)?,
        ])
    }
}

fn option_of(canvas: &Canvas<'_>) -> Value {
    match canvas.chart.kind {
        ChartKind::Bar => bar::option(canvas),
        ChartKind::Column => column::option(canvas),
        ChartKind::Curve => curve::option(canvas),
        ChartKind::Dots => dots::option(canvas),
        ChartKind::Fan => fan::option(canvas),
        ChartKind::HeatMap => heat_map::option(canvas),
        ChartKind::Line => line::option(canvas),
        ChartKind::Quartiles => quartiles::option(canvas),
        ChartKind::Stacked => stacked::option(canvas),
        ChartKind::Steps => steps::option(canvas),
        ChartKind::Waterfall => waterfall::option(canvas),
    }
}
