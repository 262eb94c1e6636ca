//! SVG to PNG, at twice the size, on an opaque ground.

use super::font::Fonts;
use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{FontResolver, Options, Tree},
};

/// Sharp on displays with two device pixels per CSS pixel; mail programs shrink it for the others.
const ZOOM: f32 = 2.0;

/// Rasterises `svg`, shown `width` CSS pixels wide, on `ground`, a `#rrggbb` colour: mail programs that turn text light in dark mode
/// leave pictures alone, so a transparent one would become unreadable.
pub(super) fn png(svg: &str, fonts: &Fonts, ground: &str, width: u32) -> Result<Vec<u8>, String> {
    let tree = drawing(svg, fonts)?;
    let size = tree.size();
    let zoom = width as f32 * ZOOM / size.width();
    let pixels = |length: f32| (length * zoom).round() as u32;
    let mut pixmap = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .ok_or_else(|| "the drawing has no extent".to_owned())?;
    pixmap.fill(colour(ground));
    resvg::render(&tree, Transform::from_scale(zoom, zoom), &mut pixmap.as_mut());
    super::palette::png(&pixmap)
}

/// Reads a drawing whose words are set in `fonts`.
pub(crate) fn drawing(svg: &str, fonts: &Fonts) -> Result<Tree, String> {
    let main = fonts.main();
    let options = Options {
        fontdb: fonts.database(),
        font_resolver: FontResolver {
            select_font: Box::new(move |_, _| Some(main)),
            select_fallback: FontResolver::default_fallback_selector(),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| error.to_string())
}

fn colour(text: &str) -> Color {
    let channel = |at: usize| text.get(at..at + 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match (channel(1), channel(3), channel(5)) {
        (Some(red), Some(green), Some(blue)) => Color::from_rgba8(red, green, blue, 255),
        _ => Color::WHITE,
    }
}
