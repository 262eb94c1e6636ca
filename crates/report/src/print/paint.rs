//! Pages to PDF: PDF/A-2a and PDF/UA-1, which say that a file is whole in itself and can be read out.

use super::{
    face::Faces,
    flow::{Chapter, LEFT, Outline, PAGE, Part},
    picture::Picture,
    piece::{Mark, Placed, Style},
};
use chrono::{Datelike, NaiveDateTime, Timelike};
use krilla::{
    Document, SerializeSettings,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline as Bookmarks, OutlineNode},
    page::PageSettings,
    paint::{Fill, FillRule, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope,
        Tag, TagGroup, TagKind, TagTree,
    },
    text::{GlyphId, KrillaGlyph},
};
use std::{collections::BTreeMap, num::NonZeroU16};

/// The foot of a page, from its head.
const FOOT: f32 = PAGE.1 - 44.0;

/// What a document says of itself.
pub(super) struct About {
    pub(super) title: String,
    pub(super) lang: &'static str,
    pub(super) made: NaiveDateTime,
    pub(super) fingerprint: String,
}

/// Everything that is printed.
pub(super) struct Printed<'a> {
    pub(super) about: About,
    pub(super) pages: Vec<Vec<Placed>>,
    pub(super) feet: Vec<Vec<Placed>>,
    pub(super) outline: Outline,
    pub(super) chapters: Vec<Chapter>,
    pub(super) pictures: BTreeMap<usize, &'a Picture>,
}

/// Writes the document.
pub(super) fn write(printed: &Printed<'_>, faces: &Faces) -> Result<Vec<u8>, KrillaError> {
    let standards = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1);
    let configuration = standards.finish().expect("both standards allow PDF 1.7");
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let mut contents: BTreeMap<usize, Vec<Identifier>> = BTreeMap::new();
    for (marks, foot) in printed.pages.iter().zip(&printed.feet) {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).expect("a page has a size");
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for placed in marks {
            let tag = match (placed.place, &placed.mark) {
                (None, _) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
                (Some(_), Mark::Text(..)) => ContentTag::Span(SpanTag::empty()),
                (Some(_), _) => ContentTag::Other,
            };
            let identifier = surface.start_tagged(tag);
            draw(&mut surface, placed, printed, faces);
            surface.end_tagged();
            if let Some(part) = placed.place {
                contents.entry(part).or_default().push(identifier);
            }
        }
        surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
        for placed in foot {
            let placed = Placed { y: placed.y + FOOT, ..placed.clone() };
            draw(&mut surface, &placed, printed, faces);
        }
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    document.set_outline(bookmarks(&printed.chapters));
    document.set_tag_tree(structure(&printed.outline, &mut contents, printed.about.lang));
    document.set_metadata(metadata(&printed.about));
    document.finish()
}

fn draw(surface: &mut Surface<'_>, placed: &Placed, printed: &Printed<'_>, faces: &Faces) {
    match &placed.mark {
        Mark::Area(width, height, colour) => {
            let mut builder = PathBuilder::new();
            let area = Rect::from_xywh(placed.x, placed.y, *width, *height);
            area.into_iter().for_each(|area| builder.push_rect(area));
            if let Some(path) = builder.finish() {
                surface.set_fill(Some(fill(*colour)));
                surface.set_stroke(None);
                surface.draw_path(&path);
            }
        }
        Mark::Picture(number, scale) => {
            let place = Transform::from_row(*scale, 0.0, 0.0, *scale, placed.x, placed.y);
            if let Some(picture) = printed.pictures.get(number) {
                surface.push_transform(&place);
                picture.draw(surface, faces);
                surface.pop();
            }
        }
        Mark::Text(line, style) => text(surface, placed, (&line.glyphs, *style), faces),
    }
}

fn text(
    surface: &mut Surface<'_>,
    placed: &Placed,
    (glyphs, style): (&[super::face::Glyph], Style),
    faces: &Faces,
) {
    surface.set_fill(Some(fill(style.colour)));
    // The font has one weight: a hairline around its letters makes the strong one.
    let stroke =
        Stroke { paint: style.colour.into(), width: style.size * 0.028, ..Stroke::default() };
    surface.set_stroke(style.strong.then_some(stroke));
    let (mut x, mut rest) = (placed.x, glyphs);
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|glyph| glyph.face == first.face).count();
        let (run, after) = rest.split_at(same);
        rest = after;
        let (mut said, mut shown) = (String::new(), Vec::new());
        for glyph in run {
            let start = said.len();
            said.push(glyph.character);
            let (id, range) = (GlyphId::new(glyph.id), start..said.len());
            shown.push(KrillaGlyph::new(id, glyph.advance, 0.0, 0.0, 0.0, range, None));
        }
        let font = faces.font(first.face);
        surface.draw_glyphs(Point::from_xy(x, placed.y), &shown, font, &said, style.size, false);
        x += run.iter().map(|glyph| glyph.advance * style.size).sum::<f32>();
    }
    surface.set_stroke(None);
}

fn fill(colour: krilla::color::rgb::Color) -> Fill {
    Fill { paint: colour.into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn bookmarks(chapters: &[Chapter]) -> Bookmarks {
    let mut bookmarks = Bookmarks::new();
    for chapter in chapters {
        let place = XyzDestination::new(chapter.page, Point::from_xy(LEFT, chapter.y));
        bookmarks.push_child(OutlineNode::new(told(&chapter.title), place));
    }
    bookmarks
}

fn structure(
    outline: &Outline,
    contents: &mut BTreeMap<usize, Vec<Identifier>>,
    lang: &str,
) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
    for part in &outline.parts[0].1 {
        if let Some(group) = group(outline, *part, contents) {
            tree.push(group);
        }
    }
    tree
}

/// A part with what it holds; `None` when that is nothing.
fn group(
    outline: &Outline,
    at: usize,
    contents: &mut BTreeMap<usize, Vec<Identifier>>,
) -> Option<TagGroup> {
    let (part, children) = &outline.parts[at];
    let mut group = TagGroup::new(tag(part));
    let (own, mut is_empty) = (contents.remove(&at).unwrap_or_default(), true);
    for identifier in own {
        group.push(identifier);
        is_empty = false;
    }
    for child in children {
        if let Some(child) = self::group(outline, *child, contents) {
            group.push(child);
            is_empty = false;
        }
    }
    // A cell stays, so that those after it keep their columns.
    let is_cell = matches!(part, Part::Cell | Part::ColumnHead | Part::RowHead);
    (is_cell || !is_empty).then_some(group)
}

fn tag(part: &Part) -> TagKind {
    match part {
        Part::Cell => Tag::TD.into(),
        Part::ColumnHead => Tag::TH(TableHeaderScope::Column).into(),
        Part::Document | Part::Group => Tag::Div.into(),
        Part::Figure(said) => Tag::Figure(Some(told(said))).into(),
        Part::Heading(level, title) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(told(title))).into()
        }
        Part::Item => Tag::LI.into(),
        Part::ItemBody => Tag::LBody.into(),
        Part::ItemLabel => Tag::Lbl.into(),
        Part::List => Tag::L(ListNumbering::None).into(),
        Part::Paragraph => Tag::P.into(),
        Part::RowHead => Tag::TH(TableHeaderScope::Row).into(),
        Part::Table => Tag::Table.into(),
        Part::TableBody => Tag::TBody.into(),
        Part::TableHead => Tag::THead.into(),
        Part::TableRow => Tag::TR.into(),
        Part::TableTitle => Tag::Caption.into(),
    }
}

/// A text that is read out or listed. The standards want one for every heading, also where the data have none, and of
/// no more than 32,767 bytes.
fn told(text: &str) -> String {
    match text.trim() {
        "" => "–".to_owned(),
        text => text.chars().take(4000).collect(),
    }
}

fn metadata(about: &About) -> Metadata {
    let (day, time) = (about.made.date(), about.made.time());
    let made = DateTime::new(u16::try_from(day.year()).unwrap_or_default())
        .month(day.month() as u8)
        .day(day.day() as u8)
        .hour(time.hour() as u8)
        .minute(time.minute() as u8)
        .second(time.second() as u8);
    Metadata::new()
        .title(told(&about.title))
        .language(about.lang.to_owned())
        .creator("Tidings".to_owned())
        .creation_date(made)
        .document_id(about.fingerprint.clone())
}
