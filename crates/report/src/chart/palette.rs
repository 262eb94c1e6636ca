//! PNG files of few colours: a chart has a dozen, and the blends between them at the edges of letters and lines.
//!
//! Method: the 256 colours that occur most often, ties by colour; every other pixel takes the nearest of them. The file
//! is a third of one in full colour, and the same pixels give the same bytes.

use png::{BitDepth, ColorType, Encoder};
use resvg::tiny_skia::Pixmap;
use std::collections::BTreeMap;

/// As many as an indexed PNG can have.
const COLOURS: usize = 256;

/// An opaque picture as an indexed PNG.
pub(super) fn png(pixmap: &Pixmap) -> Result<Vec<u8>, String> {
    let pixels = || pixmap.pixels().iter().map(|one| [one.red(), one.green(), one.blue()]);
    // Most of a chart is runs of one colour: the maps are asked once for each run.
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    let mut run = (pixels().next().unwrap_or_default(), 0);
    for pixel in pixels() {
        if pixel != run.0 {
            *counts.entry(run.0).or_default() += run.1;
            run = (pixel, 0);
        }
        run.1 += 1;
    }
    *counts.entry(run.0).or_default() += run.1;
    let mut often: Vec<([u8; 3], usize)> =
        counts.iter().map(|(one, count)| (*one, *count)).collect();
    often.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
    let chosen: Vec<[u8; 3]> = often.iter().take(COLOURS).map(|(colour, _)| *colour).collect();
    let places: BTreeMap<[u8; 3], u8> =
        counts.keys().map(|colour| (*colour, nearest(&chosen, *colour))).collect();
    let mut last = (run.0, places[&run.0]);
    let index = |pixel: [u8; 3]| {
        if pixel != last.0 {
            last = (pixel, places[&pixel]);
        }
        last.1
    };
    let indices: Vec<u8> = pixels().map(index).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, pixmap.width(), pixmap.height());
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_palette(chosen.concat());
    let mut writer = encoder.write_header().map_err(|error| error.to_string())?;
    writer.write_image_data(&indices).map_err(|error| error.to_string())?;
    writer.finish().map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The place of the chosen colour that is nearest; the first of several.
fn nearest(chosen: &[[u8; 3]], colour: [u8; 3]) -> u8 {
    let distance = |other: &[u8; 3]| -> u32 {
        other.iter().zip(colour).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let best = chosen.iter().enumerate().min_by_key(|(place, other)| (distance(other), *place));
    best.map_or(0, |(place, _)| u8::try_from(place).unwrap_or(u8::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use resvg::tiny_skia::Color;

    #[test]
    fn a_picture_of_few_colours_keeps_them_all() {
        let mut pixmap = Pixmap::new(40, 30).expect("a picture");
        pixmap.fill(Color::from_rgba8(24, 32, 43, 255));
        let file = png(&pixmap).expect("encoded");
        let reader = png::Decoder::new(std::io::Cursor::new(&file)).read_info().expect("a PNG");
        let info = reader.info();
        assert_eq!((info.width, info.height), (40, 30));
        assert_eq!(info.palette.as_deref(), Some([24, 32, 43].as_slice()));
    }

    #[test]
    fn a_colour_that_was_not_chosen_takes_the_nearest() {
        let chosen = [[0, 0, 0], [255, 255, 255], [200, 0, 0]];
        assert_eq!(nearest(&chosen, [190, 10, 10]), 2);
        assert_eq!(nearest(&chosen, [240, 240, 240]), 1);
    }
}
