//! The colours of `styles/brand.toml`.

use crate::error::RenderError;
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// The two palettes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brand {
    /// The families in which charts are set; the first that the machine has is taken.
    #[serde(default)]
    pub(crate) chart_fonts: Vec<String>,
    pub(crate) light: Palette,
    pub(crate) dark: Palette,
}

/// The colours of one background, as `#rrggbb`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Palette {
    pub(crate) canvas: String,
    pub(crate) surface: String,
    pub(crate) sunken: String,
    pub(crate) text: String,
    pub(crate) muted: String,
    pub(crate) line: String,
    pub(crate) grid: String,
    pub(crate) accent: String,
    pub(crate) good: String,
    pub(crate) bad: String,
    pub(crate) caution: String,
    pub(crate) caution_surface: String,
    pub(crate) band: String,
    pub(crate) reference: String,
    pub(crate) series: Vec<String>,
    /// Shades of one hue, the one for the least values first. [`Palette::shade`] says what is written on them.
    pub(crate) ramp: Vec<String>,
}

/// How many shades there are.
pub(crate) const SHADES: usize = 6;
/// Shades from this one on carry the colour of the surface, those before it the colour of text.
const LIGHT_INK_FROM: usize = 4;

impl Brand {
    /// Reads `styles/brand.toml` of a template folder.
    pub(crate) fn load(templates: &Path) -> Result<Self, RenderError> {
        let path = templates.join("styles").join("brand.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| RenderError::Unreadable { path: path.clone(), source })?;
        toml::from_str(&text)
            .map_err(|source| RenderError::Brand { path, source: Box::new(source) })
    }

    /// The dark colour for each light one: how a chart that was drawn light is shown dark.
    pub(crate) fn dark_by_light(&self) -> BTreeMap<String, String> {
        let dark = self.dark.named().into_iter();
        let pairs = self.light.named().into_iter().zip(dark);
        pairs.map(|((_, light), (_, dark))| (light.to_lowercase(), dark.to_owned())).collect()
    }

    /// The palettes as CSS declarations, light and dark.
    pub(crate) fn css(&self) -> [String; 2] {
        [&self.light, &self.dark].map(|palette| {
            let declaration = |(name, colour): (String, &str)| format!("--{name}:{colour};");
            palette.named().into_iter().map(declaration).collect()
        })
    }

    /// Names the colours of a light drawing, so that the page's style decides what they are.
    pub(crate) fn name_colours(&self, svg: &str) -> String {
        let named = self.light.named().into_iter();
        named.fold(svg.to_owned(), |svg, (name, colour)| {
            svg.replace(&format!("\"{colour}\""), &format!("\"var(--{name})\""))
        })
    }
}

impl Palette {
    /// Every colour with its CSS name, in a fixed order.
    pub(crate) fn named(&self) -> Vec<(String, &str)> {
        let single = [
            ("canvas", &self.canvas),
            ("surface", &self.surface),
            ("sunken", &self.sunken),
            ("text", &self.text),
            ("muted", &self.muted),
            ("line", &self.line),
            ("grid", &self.grid),
            ("accent", &self.accent),
            ("good", &self.good),
            ("bad", &self.bad),
            ("caution", &self.caution),
            ("caution-surface", &self.caution_surface),
            ("band", &self.band),
            ("reference", &self.reference),
        ];
        let single = single.into_iter().map(|(name, colour)| (name.to_owned(), colour.as_str()));
        let several = [("series", &self.series), ("ramp", &self.ramp)];
        let several = several.into_iter().flat_map(|(name, colours)| {
            let numbered = colours.iter().enumerate();
            numbered.map(move |(place, colour)| (format!("{name}-{place}"), colour.as_str()))
        });
        single.chain(several).collect()
    }

    /// A shade and the colour of what is written on it.
    pub(crate) fn shade(&self, place: usize) -> (&str, &str) {
        let shade = self.ramp.get(place).map_or(self.surface.as_str(), String::as_str);
        (shade, if place < LIGHT_INK_FROM { &self.text } else { &self.surface })
    }

    /// The colour of a series; they repeat when there are more series than colours.
    pub(crate) fn series(&self, place: usize) -> &str {
        self.series.get(place % self.series.len().max(1)).map_or(&self.accent, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn shipped() -> Brand {
        Brand::load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates"))
            .expect("the shipped brand file is valid")
    }

    fn channels(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("#rrggbb")))
    }

    /// Contrast ratio of WCAG 2.2, success criterion 1.4.3.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let linear = channels(colour).map(|channel| {
                let share = channel / 255.0;
                if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_is_readable_on_every_background_it_stands_on() {
        let brand = shipped();
        for palette in [&brand.light, &brand.dark] {
            let colours =
                [&palette.text, &palette.muted, &palette.good, &palette.bad, &palette.accent];
            for background in [&palette.canvas, &palette.surface, &palette.sunken] {
                for colour in colours {
                    let ratio = contrast(colour, background);
                    assert!(ratio >= 4.5, "{colour} on {background} has {ratio:.2}:1");
                }
            }
            for colour in [&palette.text, &palette.caution] {
                let ratio = contrast(colour, &palette.caution_surface);
                assert!(ratio >= 4.5, "{colour} on {} has {ratio:.2}:1", palette.caution_surface);
            }
        }
    }

    #[test]
    fn series_differ_from_each_other_and_from_the_background() {
        let brand = shipped();
        for palette in [&brand.light, &brand.dark] {
            for (place, colour) in palette.series.iter().enumerate() {
                // Values stand within stacked columns, in the colour of the surface.
                assert!(contrast(colour, &palette.surface) >= 4.5, "{colour} is too faint");
                for other in &palette.series[place + 1..] {
                    let (one, other_channels) = (channels(colour), channels(other));
                    let squares = one.iter().zip(other_channels).map(|(a, b)| (a - b).powi(2));
                    let distance = squares.sum::<f64>().sqrt();
                    assert!(distance >= 60.0, "{colour} and {other} are {distance:.0} apart");
                }
            }
        }
    }

    #[test]
    fn shades_differ_by_lightness_alone_and_what_is_written_on_them_is_readable() {
        let brand = shipped();
        for palette in [&brand.light, &brand.dark] {
            assert_eq!(palette.ramp.len(), SHADES);
            for place in 0..SHADES {
                let (shade, ink) = palette.shade(place);
                let ratio = contrast(shade, ink);
                assert!(ratio >= 4.5, "{ink} on {shade} has {ratio:.2}:1");
                let before = if place == 0 { &palette.surface } else { palette.shade(place - 1).0 };
                // Each step leads further from the ground, so that no hue is needed to order them.
                let (near, far) =
                    (contrast(before, &palette.surface), contrast(shade, &palette.surface));
                assert!(far >= near * 1.12, "{shade} is too close to {before}");
                let [red, green, blue] = channels(shade);
                assert!(red < green && green < blue, "{shade} leaves the hue");
            }
        }
    }

    #[test]
    fn mails_shade_with_the_same_colours() {
        let brand = shipped();
        let folder =
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates/styles");
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a style sheet");
        let sheets = [(&brand.light, read("email.css")), (&brand.dark, read("email-head.css"))];
        for (palette, sheet) in sheets {
            for place in 0..SHADES {
                let (shade, ink) = palette.shade(place);
                let line = sheet.lines().find(|line| line.contains(&format!(".shade-{place} ")));
                let line = line.unwrap_or_else(|| panic!("no rule for shade {place}"));
                assert!(line.contains(&format!("background: {shade}")), "{line}");
                assert!(line.contains(&format!(" color: {ink}")), "{line}");
            }
        }
    }

    #[test]
    fn each_light_colour_has_one_purpose_so_that_dark_is_a_plain_exchange() {
        let brand = shipped();
        let named = brand.light.named();
        assert_eq!(brand.dark_by_light().len(), named.len(), "two purposes share a light colour");
        assert_eq!(brand.dark.named().len(), named.len(), "palettes differ in length");
    }
}
