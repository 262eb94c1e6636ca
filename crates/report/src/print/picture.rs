//! Drawings of charts as vectors, their text as text.
//!
//! Rule: our charts are made of paths, texts, clips and opacity; anything else is refused, so that a chart never loses
//! a part in silence.

use super::face::Faces;
use crate::chart::{Fonts, drawing};
use krilla::{
    geom::{Path, PathBuilder, Point, Transform},
    num::NormalizedF32,
    paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use resvg::usvg::{self, Group, Node, Tree, layout::PositionedGlyph, tiny_skia_path::PathSegment};
use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

/// A drawing and its size in its own units.
pub(super) struct Picture {
    tree: Tree,
    fonts: Fonts,
    pub(super) size: (f32, f32),
    /// Fonts beside the embedded one, by their place in the set.
    others: RefCell<BTreeMap<usvg::fontdb::ID, Option<Font>>>,
}

impl Picture {
    /// Reads a drawing.
    pub(super) fn read(svg: &str) -> Result<Self, String> {
        let (fonts, _) = Fonts::embedded().covering(svg);
        let tree = drawing(svg, &fonts)?;
        let size = (tree.size().width(), tree.size().height());
        check(tree.root())?;
        Ok(Self { tree, fonts, size, others: RefCell::default() })
    }

    /// Draws it with its corner at the origin of the surface.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, faces: &Faces) {
        self.group(surface, faces, self.tree.root());
    }

    fn group(&self, surface: &mut Surface<'_>, faces: &Faces, group: &Group) {
        let clip = group.clip_path().and_then(|clip| {
            outline(clip.root(), group.abs_transform().pre_concat(clip.transform()))
        });
        if let Some(path) = &clip {
            surface.push_clip_path(path, &FillRule::NonZero);
        }
        let opacity = group.opacity().get();
        if opacity < 1.0 {
            surface.push_opacity(normal(opacity));
        }
        for node in group.children() {
            match node {
                Node::Group(inner) => self.group(surface, faces, inner),
                Node::Path(path) if path.is_visible() => paint(surface, path),
                Node::Text(text) => self.text(surface, faces, text),
                Node::Path(_) | Node::Image(_) => {}
            }
        }
        if opacity < 1.0 {
            surface.pop();
        }
        if clip.is_some() {
            surface.pop();
        }
    }

    fn text(&self, surface: &mut Surface<'_>, faces: &Faces, text: &usvg::Text) {
        for span in text.layouted().iter().filter(|span| span.visible) {
            let Some(fill) = span.fill.as_ref().and_then(filled) else { continue };
            let halo = span.stroke.as_ref().and_then(stroked);
            let mut rest = span.positioned_glyphs.as_slice();
            while let Some(first) = rest.first() {
                let same = rest.iter().take_while(|glyph| glyph.font == first.font).count();
                let (run, after) = rest.split_at(same);
                rest = after;
                if let Some(font) = self.font(first.font, faces) {
                    let place = text.abs_transform();
                    if let Some(halo) = &halo {
                        // As a shape, so that the words are there once.
                        surface.set_fill(None);
                        surface.set_stroke(Some(in_ems(halo, run)));
                        run_of(surface, place, (run, font.clone()), true);
                    }
                    surface.set_fill(Some(fill.clone()));
                    surface.set_stroke(None);
                    run_of(surface, place, (run, font), false);
                }
            }
        }
        surface.set_fill(None);
    }

    fn font(&self, id: usvg::fontdb::ID, faces: &Faces) -> Option<Font> {
        if id == self.fonts.main() {
            return Some(faces.font(0));
        }
        let made = |data: &[u8], index| Font::new(data.to_vec().into(), index);
        let database: Arc<_> = self.fonts.database();
        let make = || database.with_face_data(id, made).flatten();
        self.others.borrow_mut().entry(id).or_insert_with(make).clone()
    }
}

/// Glyphs of one font, placed from the first one on.
fn run_of(
    surface: &mut Surface<'_>,
    place: usvg::Transform,
    (run, font): (&[PositionedGlyph], Font),
    as_shapes: bool,
) {
    let em = font.units_per_em();
    // In the space of the first glyph one unit is one em.
    let space = place.pre_concat(run[0].transform()).pre_scale(em, em);
    let Some(back) = space.invert() else { return };
    let at = |glyph: &PositionedGlyph| {
        let transform = place.pre_concat(glyph.transform());
        let mut point = usvg::tiny_skia_path::Point::from_xy(transform.tx, transform.ty);
        back.map_point(&mut point);
        point
    };
    let places: Vec<_> = run.iter().map(at).collect();
    let (mut said, mut glyphs) = (String::new(), Vec::new());
    for (number, glyph) in run.iter().enumerate() {
        let start = said.len();
        said.push_str(&glyph.text);
        let next = places.get(number + 1).map_or(places[number].x, |next| next.x);
        glyphs.push(KrillaGlyph::new(
            GlyphId::new(glyph.id.0),
            next - places[number].x,
            0.0,
            places[number].y,
            0.0,
            start..said.len(),
            None,
        ));
    }
    surface.push_transform(&transform(space));
    surface.draw_glyphs(Point::from_xy(0.0, 0.0), &glyphs, font, &said, 1.0, as_shapes);
    surface.pop();
}

/// A stroke as wide beside letters whose size is one.
fn in_ems(stroke: &Stroke, run: &[PositionedGlyph]) -> Stroke {
    let size = run.first().map_or(1.0, PositionedGlyph::font_size);
    Stroke { width: stroke.width / size, ..stroke.clone() }
}

fn paint(surface: &mut Surface<'_>, path: &usvg::Path) {
    let mut builder = PathBuilder::new();
    trace(&mut builder, path.data(), usvg::Transform::identity());
    let Some(outline) = builder.finish() else { return };
    let fill = path.fill().and_then(filled);
    let stroke = path.stroke().and_then(stroked);
    if fill.is_none() && stroke.is_none() {
        return;
    }
    surface.push_transform(&transform(path.abs_transform()));
    surface.set_fill(fill);
    surface.set_stroke(stroke);
    surface.draw_path(&outline);
    surface.set_fill(None);
    surface.set_stroke(None);
    surface.pop();
}

/// What a clip lets through, as one path.
fn outline(group: &Group, place: usvg::Transform) -> Option<Path> {
    let mut builder = PathBuilder::new();
    collect(&mut builder, group, place);
    builder.finish()
}

fn collect(builder: &mut PathBuilder, group: &Group, place: usvg::Transform) {
    for node in group.children() {
        match node {
            Node::Group(inner) => collect(builder, inner, place.pre_concat(inner.transform())),
            Node::Path(path) => trace(builder, path.data(), place),
            Node::Image(_) | Node::Text(_) => {}
        }
    }
}

fn trace(builder: &mut PathBuilder, path: &usvg::tiny_skia_path::Path, place: usvg::Transform) {
    let Some(path) = path.clone().transform(place) else { return };
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(to) => builder.move_to(to.x, to.y),
            PathSegment::LineTo(to) => builder.line_to(to.x, to.y),
            PathSegment::QuadTo(one, to) => builder.quad_to(one.x, one.y, to.x, to.y),
            PathSegment::CubicTo(one, two, to) => {
                builder.cubic_to(one.x, one.y, two.x, two.y, to.x, to.y);
            }
            PathSegment::Close => builder.close(),
        }
    }
}

fn filled(fill: &usvg::Fill) -> Option<Fill> {
    let usvg::Paint::Color(colour) = fill.paint() else { return None };
    let rule = match fill.rule() {
        usvg::FillRule::NonZero => FillRule::NonZero,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    };
    Some(Fill { paint: rgb(*colour).into(), opacity: normal(fill.opacity().get()), rule })
}

fn stroked(stroke: &usvg::Stroke) -> Option<Stroke> {
    let usvg::Paint::Color(colour) = stroke.paint() else { return None };
    let line_cap = match stroke.linecap() {
        usvg::LineCap::Butt => LineCap::Butt,
        usvg::LineCap::Round => LineCap::Round,
        usvg::LineCap::Square => LineCap::Square,
    };
    let line_join = match stroke.linejoin() {
        usvg::LineJoin::Bevel => LineJoin::Bevel,
        usvg::LineJoin::Miter | usvg::LineJoin::MiterClip => LineJoin::Miter,
        usvg::LineJoin::Round => LineJoin::Round,
    };
    let dash = stroke
        .dasharray()
        .map(|array| StrokeDash { array: array.to_vec(), offset: stroke.dashoffset() });
    Some(Stroke {
        paint: rgb(*colour).into(),
        width: stroke.width().get(),
        miter_limit: stroke.miterlimit().get(),
        line_cap,
        line_join,
        opacity: normal(stroke.opacity().get()),
        dash,
    })
}

/// Refuses what would not be drawn.
fn check(group: &Group) -> Result<(), String> {
    let plain = |paint: &usvg::Paint| matches!(paint, usvg::Paint::Color(_));
    if group.mask().is_some() || !group.filters().is_empty() {
        return Err("a drawing with a mask or a filter cannot be printed".into());
    }
    for node in group.children() {
        match node {
            Node::Group(inner) => check(inner)?,
            Node::Image(_) => return Err("a drawing with an image cannot be printed".into()),
            Node::Path(path) => {
                let fill = path.fill().is_none_or(|fill| plain(fill.paint()));
                let stroke = path.stroke().is_none_or(|stroke| plain(stroke.paint()));
                if !fill || !stroke {
                    return Err("a drawing with a gradient or a pattern cannot be printed".into());
                }
            }
            Node::Text(_) => {}
        }
    }
    Ok(())
}

fn rgb(colour: usvg::Color) -> krilla::color::rgb::Color {
    krilla::color::rgb::Color::new(colour.red, colour.green, colour.blue)
}

fn normal(share: f32) -> NormalizedF32 {
    NormalizedF32::new(share.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}

fn transform(from: usvg::Transform) -> Transform {
    Transform::from_row(from.sx, from.ky, from.kx, from.sy, from.tx, from.ty)
}
