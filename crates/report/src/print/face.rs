//! Faces: which glyph of which font shows a character.
//!
//! Rule: the embedded font first; other fonts of the system are asked only for what it lacks. What nobody has is shown
//! as a box and remembered. Characters are set one by one: neither Chinese nor Latin needs more to be read. What is
//! written from right to left needs more – its letters join, and run the other way –, so it counts as what nobody has.

use crate::{chart::Fonts, direction::is_from_the_right};
use krilla::text::Font;
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Shown for what no font has.
const BOX: char = '□';

/// A character as it is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) face: usize,
    pub(super) id: u32,
    /// Its width in ems.
    pub(super) advance: f32,
    /// What a reader of the text gets.
    pub(super) character: char,
}

struct Face {
    font: Font,
    data: Arc<Vec<u8>>,
    index: u32,
}

/// The fonts of one document.
pub(super) struct Faces {
    embedded: Font,
    others: RefCell<Vec<Face>>,
    known: RefCell<BTreeMap<char, Glyph>>,
    missing: RefCell<BTreeSet<char>>,
}

impl Faces {
    /// The embedded font, and whatever turns out to be needed.
    pub(super) fn new() -> Self {
        let data = Fonts::embedded_data();
        Self {
            embedded: Font::new(data.into(), 0).expect("the embedded font is a font"),
            others: RefCell::default(),
            known: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// The glyphs of a text; what has no width and no shape is left out.
    pub(super) fn glyphs(&self, text: &str) -> Vec<Glyph> {
        let shown = text.chars().filter(|c| !is_unseen(*c));
        shown.map(|c| self.glyph(if c.is_control() { ' ' } else { c })).collect()
    }

    /// The width of a text in points.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        self.glyphs(text).iter().map(|glyph| glyph.advance * size).sum()
    }

    pub(super) fn font(&self, face: usize) -> Font {
        match face.checked_sub(1) {
            None => self.embedded.clone(),
            Some(other) => self.others.borrow()[other].font.clone(),
        }
    }

    /// What no font had.
    pub(super) fn missing(&self) -> Vec<char> {
        self.missing.borrow().iter().copied().collect()
    }

    fn glyph(&self, c: char) -> Glyph {
        if let Some(known) = self.known.borrow().get(&c) {
            return *known;
        }
        let glyph = self.find(c).unwrap_or_else(|| {
            self.missing.borrow_mut().insert(c);
            self.find(BOX).expect("the embedded font has a box")
        });
        self.known.borrow_mut().insert(c, glyph);
        glyph
    }

    fn find(&self, c: char) -> Option<Glyph> {
        if is_private(c) || is_from_the_right(c) {
            return None;
        }
        let shown = |face: usize, (id, advance): (u32, f32)| {
            // A no-break space is a space that is as wide.
            let character = if c == '\u{a0}' { ' ' } else { c };
            Glyph { face, id, advance, character }
        };
        // Not every font has a no-break space of its own.
        let wanted = if c == '\u{a0}' { ' ' } else { c };
        if let Some(found) = look_up(Fonts::embedded_data(), 0, wanted) {
            return Some(shown(0, found));
        }
        let mut others = self.others.borrow_mut();
        for (at, face) in others.iter().enumerate() {
            if let Some(found) = look_up(&face.data, face.index, wanted) {
                return Some(shown(at + 1, found));
            }
        }
        let (data, index) = Fonts::of_the_system(wanted)?;
        let found = look_up(&data, index, wanted)?;
        let font = Font::new(Arc::clone(&data).into(), index)?;
        others.push(Face { font, data, index });
        Some(shown(others.len(), found))
    }
}

/// A character's glyph and its width in ems.
fn look_up(data: &[u8], index: u32, c: char) -> Option<(u32, f32)> {
    let font = FontRef::from_index(data, index).ok()?;
    let id = font.charmap().map(c)?;
    let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(id)?;
    Some((id.to_u32(), advance))
}

/// Joiners, selectors and marks of direction.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// What has no meaning outside of somebody's own font, or none at all.
fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}
