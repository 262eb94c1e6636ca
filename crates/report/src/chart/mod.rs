//! Charts: from what is to be shown to SVG, PNG and the option of the interactive page.
//!
//! Rule: an option is plain JSON in which every number that a reader sees is text already written by
//! [`Formatter`]; functions are only named, out of the fixed table in `web/named.js`.

mod bar;
mod column;
mod curve;
mod dots;
mod fan;
mod font;
mod heat_map;
mod line;
mod marks;
mod option;
mod quartiles;
mod raster;
mod rows;
mod scale;
mod script;
mod sparkline;
mod stacked;
mod steps;
mod theme;
mod waterfall;

#[cfg(test)]
mod tests;

pub(crate) use font::{Fonts, missing_glyphs};
pub(crate) use heat_map::{Grid, shade_of};
pub(crate) use marks::numbered;
pub(crate) use script::{BUNDLE, BUNDLE_HASH};
pub(crate) use theme::Brand;

use crate::{error::RenderError, format::Formatter};
use model::report::{Chart, ChartKind};
use option::Canvas;
use script::{Script, Sheet};
use serde_json::Value;
use std::{cell::RefCell, collections::BTreeMap};

/// The width of a chart in a mail, in CSS pixels.
const MAIL_WIDTH: u32 = 592;
/// The width that it is drawn for: shown larger than drawn, its text stays readable on a telephone, which
/// shrinks pictures to half of this.
const MAIL_DRAWN: u32 = 520;
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
    /// The picture of the mail, at twice its size.
    pub(crate) png: Vec<u8>,
    /// The height of the page's chart in CSS pixels.
    pub(crate) height: u32,
    /// The size of the mail's picture in CSS pixels.
    pub(crate) size: (u32, u32),
    /// Characters that no font has.
    pub(crate) missing: Vec<char>,
    /// Where the axis of lengths begins when that is not zero.
    pub(crate) cut: Option<String>,
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
        let fonts = Fonts::preferring(&brand.chart_fonts);
        let script = Script::load(fonts.clone())?;
        Ok(Self { script, fonts, brand, sparklines: RefCell::default() })
    }

    /// Draws a chart for the readers of one locale.
    pub(crate) fn chart(
        &self,
        chart: &Chart,
        formatter: &Formatter,
        words: &Words,
    ) -> Result<Drawing, RenderError> {
        let (palette, fonts) = (&self.brand.light, &self.fonts);
        let canvas = Canvas { chart, formatter, palette, fonts, words };
        let option = match chart.kind {
            ChartKind::Bar => bar::option(&canvas),
            ChartKind::Column => column::option(&canvas),
            ChartKind::Curve => curve::option(&canvas),
            ChartKind::Dots => dots::option(&canvas),
            ChartKind::Fan => fan::option(&canvas),
            ChartKind::HeatMap => heat_map::option(&canvas),
            ChartKind::Line => line::option(&canvas),
            ChartKind::Quartiles => quartiles::option(&canvas),
            ChartKind::Stacked => stacked::option(&canvas),
            ChartKind::Steps => steps::option(&canvas),
            ChartKind::Waterfall => waterfall::option(&canvas),
        };
        let live = match chart.kind {
            ChartKind::Fan if chart.ticks.len() > fan::ZOOM_FROM => line::live(&canvas),
            ChartKind::Line if chart.ticks.len() > line::ZOOM_FROM => line::live(&canvas),
            _ => Value::Object(serde_json::Map::new()),
        };
        let height = canvas.height() * MAIL_WIDTH / MAIL_DRAWN;
        let sheet = self.sheet(&chart.id)?;
        let sizes = ((MAIL_DRAWN, canvas.height()), (MAIL_WIDTH, height));
        let drawing = self.draw(&sheet, &chart.id, option, sizes)?;
        let page = svg(&sheet, &chart.id, &drawing.option, (PAGE_WIDTH, canvas.height()))?;
        let svg = self.brand.name_colours(&page);
        let cut = waterfall::cut(&canvas);
        Ok(Drawing { svg, live, height: canvas.height(), cut, ..drawing })
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
        let drawing = self.draw(&self.sheet(id)?, id, option, (SPARK_SIZE, SPARK_SIZE))?;
        let drawing = Drawing { svg: self.brand.name_colours(&drawing.svg), ..drawing };
        self.sparklines.borrow_mut().insert(key, drawing.clone());
        Ok(drawing)
    }

    fn sheet(&self, id: &str) -> Result<Sheet, RenderError> {
        self.script.fresh().map_err(|problem| RenderError::Chart { chart: id.to_owned(), problem })
    }

    /// Draws in pixels of the first size a picture that is shown in those of the second.
    fn draw(
        &self,
        sheet: &Sheet,
        id: &str,
        option: Value,
        (drawn, shown): ((u32, u32), (u32, u32)),
    ) -> Result<Drawing, RenderError> {
        let svg = svg(sheet, id, &option, drawn)?;
        let (fonts, missing) = self.fonts.covering(&svg);
        let png = raster::png(&svg, &fonts, &self.brand.light.surface, shown.0)
            .map_err(|problem| RenderError::Chart { chart: id.to_owned(), problem })?;
        let (live, height) = (Value::Null, drawn.1);
        Ok(Drawing { option, live, svg, png, height, size: shown, missing, cut: None })
    }
}

fn svg(sheet: &Sheet, id: &str, option: &Value, size: (u32, u32)) -> Result<String, RenderError> {
    sheet
        .draw(id, option, size)
        .map_err(|problem| RenderError::Chart { chart: id.to_owned(), problem })
}
