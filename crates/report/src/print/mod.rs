//! The report on paper: a PDF with real text, made of the same words as the page.
//!
//! Rule: everything in it is the page's: its sentences, tables and charts. Charts are vectors and their words text. No
//! row of a table is cut in two, and heads come again on each page. The file is PDF/A-2a and PDF/UA-1: it holds its
//! fonts, and it can be read out. The same report gives the same bytes.

mod blocks;
mod columns;
mod face;
mod flow;
mod ink;
mod lines;
mod paint;
mod picture;
mod piece;
mod table;
#[cfg(test)]
mod tests;

use crate::{
    chart::{Artist, Brand},
    error::RenderError,
    view::{BlockView, ReportView},
};
use blocks::Press;
use chrono::NaiveDateTime;
use face::Faces;
use flow::Flow;
use ink::Ink;
use lines::Breaker;
use paint::{About, Printed};
use picture::Picture;
use serde_json::Value;
use std::collections::BTreeMap;

/// The width that charts are drawn for, in CSS pixels: their words come out a little smaller than the text.
const DRAWN: u32 = 660;

/// A printed report, and the characters that no font had.
pub(crate) struct Paper {
    pub(crate) pdf: Vec<u8>,
    pub(crate) missing: Vec<char>,
}

/// Prints a report that was made for the moment `as_of`; `charts` are the options of the page's charts by id.
pub(crate) fn print(
    view: &ReportView,
    charts: &BTreeMap<String, Value>,
    brand: &Brand,
    as_of: NaiveDateTime,
) -> Result<Paper, RenderError> {
    let pictures = pictures(view, charts, brand)?;
    let (faces, ink) = (Faces::new(), Ink::new(&brand.light));
    let breaker = Breaker::new(&faces);
    let mut press = Press { flow: Flow::new(&breaker), ink: &ink, pictures: &pictures };
    press.report(view);
    let title = format!("{} – {}", view.title, view.period);
    let pages = press.flow.pages.len();
    let foot = |page| blocks::foot(&press, &title, page, pages).marks;
    let feet = (1..=pages).map(foot).collect();
    let flow = press.flow;
    let printed = Printed {
        about: About {
            title,
            lang: view.lang,
            made: as_of,
            fingerprint: format!("{}/{}", view.fingerprint, view.lang),
        },
        pages: flow.pages,
        feet,
        outline: flow.outline,
        chapters: flow.chapters,
        pictures: pictures.values().map(|(number, picture)| (*number, picture)).collect(),
    };
    let pdf = paint::write(&printed, &faces).map_err(|fault| RenderError::Print {
        title: view.title.clone(),
        problem: format!("{fault:?}"),
    })?;
    Ok(Paper { pdf, missing: faces.missing() })
}

/// Charts and run-ups by the ids of the view.
fn pictures(
    view: &ReportView,
    charts: &BTreeMap<String, Value>,
    brand: &Brand,
) -> Result<BTreeMap<String, (usize, Picture)>, RenderError> {
    let artist = Artist::printing(brand)?;
    let mut pictures = BTreeMap::new();
    let mut keep = |id: &str, svg: &str| -> Result<(), RenderError> {
        let fault = |problem| RenderError::Chart { chart: id.to_owned(), problem };
        let number = pictures.len();
        pictures.insert(id.to_owned(), (number, Picture::read(svg).map_err(fault)?));
        Ok(())
    };
    for block in view.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            BlockView::Chart(chart) => {
                if let Some(option) = charts.get(&chart.id).and_then(|chart| chart.get("option")) {
                    let size = (DRAWN, chart.drawn_height);
                    keep(&chart.id, &artist.still(&chart.id, option, size)?)?;
                }
            }
            BlockView::Scorecards(cards) => {
                for spark in cards.cards.iter().filter_map(|card| card.spark.as_ref()) {
                    keep(&spark.svg, &brand.plain_colours(&spark.svg))?;
                }
            }
            BlockView::Note { .. } | BlockView::Table(_) => {}
        }
    }
    Ok(pictures)
}
