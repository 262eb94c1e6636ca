//! The colours of `styles/brand.toml`.

use crate::{
    brand::{BrandSpec, Rise},
    error::RenderError,
    view::BrandView,
};
use model::label::Label;
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// The two palettes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Brand {
    /// What stands on top of a report; its organisation when absent.
    #[serde(default)]
    pub(crate) name: Option<Label>,
    /// The colour of a change for the better.
    #[serde(default)]
    pub(crate) rise: Rise,
    /// The families of pages and mails.
    #[serde(default)]
    pub(crate) fonts: Vec<String>,
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
    /// The red of judgements, whatever it means: alarms and errors keep it.
    #[serde(skip)]
    pub(crate) alarm: String,
    /// The green of judgements, whatever it means: statements, marks and what is well again keep it.
    #[serde(skip)]
    pub(crate) calm: String,
}

/// How many shades there are.
pub(crate) const SHADES: usize = 6;
/// Shades from this one on carry the colour of the surface, those before it the colour of text.
const LIGHT_INK_FROM: usize = 4;

impl Brand {
    /// Reads `styles/brand.toml` of a template folder, with what a house says otherwise laid over it.
    pub(crate) fn load(templates: &Path, house: Option<&BrandSpec>) -> Result<Self, RenderError> {
        let path = templates.join("styles").join("brand.toml");
        let text = std::fs::read_to_string(&path)
            .map_err(|source| RenderError::Unreadable { path: path.clone(), source })?;
        let fault = |source| RenderError::Brand { path: path.clone(), source: Box::new(source) };
        let mut table: toml::Table = toml::from_str(&text).map_err(fault)?;
        if let Some(house) = house {
            let over = toml::Table::try_from(house).expect("a brand that was read can be written");
            lay_over(&mut table, over);
        }
        table.remove("schema_version");
        let mut brand: Self = table.try_into().map_err(fault)?;
        for palette in [&mut brand.light, &mut brand.dark] {
            palette.alarm.clone_from(&palette.bad);
            palette.calm.clone_from(&palette.good);
            if brand.rise == Rise::Red {
                std::mem::swap(&mut palette.good, &mut palette.bad);
            }
        }
        Ok(brand)
    }

    /// For the styles of pages and mails.
    pub(crate) fn view(&self) -> BrandView {
        let named = |palette: &Palette| {
            let colours = palette.named().into_iter();
            colours.map(|(name, colour)| (name.replace('-', "_"), colour.to_owned())).collect()
        };
        // Words such as `sans-serif` stand bare, names of families in quotes.
        let plain = |name: &String| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let quoted = |name: &String| match plain(name) {
            true => name.clone(),
            false => format!("\"{}\"", name.replace(['"', '\\', '<', '&', ';', '}'], "")),
        };
        let fonts: Vec<String> = self.fonts.iter().map(quoted).collect();
        BrandView { light: named(&self.light), dark: named(&self.dark), fonts: fonts.join(", ") }
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

    /// The other way round: the light colours in place of their names.
    pub(crate) fn plain_colours(&self, svg: &str) -> String {
        let named = self.light.named().into_iter();
        named.fold(svg.to_owned(), |svg, (name, colour)| {
            svg.replace(&format!("var(--{name})"), colour)
        })
    }
}

impl Brand {
    /// A light drawing in the colours of the dark scheme. The names in between keep a colour that was put in from being
    /// replaced again.
    pub(crate) fn darkened(&self, svg: &str) -> String {
        let named = self.dark.named().into_iter();
        named.fold(self.name_colours(svg), |svg, (name, colour)| {
            svg.replace(&format!("\"var(--{name})\""), &format!("\"{colour}\""))
        })
    }
}

fn lay_over(table: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (table.get_mut(&key), value) {
            (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay_over(below, above),
            (_, value) => {
                table.insert(key, value);
            }
        }
    }
}

impl Palette {
    /// Shades from this one on carry the colour of the surface.
    pub(crate) const LIGHT_INK_FROM: usize = LIGHT_INK_FROM;

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
            // Last: where one is also the colour of a change, a chart shows that one.
            ("alarm", &self.alarm),
            ("calm", &self.calm),
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
        Brand::load(&templates(), None).expect("the shipped brand file is valid")
    }

    fn templates() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates")
    }

    fn channels(colour: &str) -> [f64; 3] {
        crate::colour::channels(colour).expect("#rrggbb")
    }

    fn contrast(one: &str, other: &str) -> f64 {
        crate::colour::contrast(one, other).expect("colours")
    }

    #[test]
    fn text_is_readable_on_every_background_it_stands_on() {
        assert_eq!(shipped().faults(), []);
    }

    #[test]
    fn a_house_lays_its_colours_over_the_shipped_ones_and_each_text_must_be_readable() {
        let house = |text: &str| -> Brand {
            let house: BrandSpec = toml::from_str(text).expect("a brand");
            Brand::load(&templates(), Some(&house)).expect("laid over")
        };
        let red = house("rise = \"red\"\n[light]\naccent = \"#7a1f3d\"");
        let shipped = shipped();
        assert_eq!((&red.light.good, &red.light.bad), (&shipped.light.bad, &shipped.light.good));
        assert_eq!(red.light.alarm, shipped.light.bad, "an alarm is red whatever a rise is");
        assert_eq!(red.dark.calm, shipped.dark.good, "what is well is green whatever a rise is");
        assert_eq!((red.light.accent.as_str(), &red.light.text), ("#7a1f3d", &shipped.light.text));
        assert_eq!(red.faults(), []);
        let faint = house("[light]\nmuted = \"#9aa5b1\"\nline = \"blue\"").faults();
        let keys: Vec<_> = faint.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(keys, ["light.line", "light.muted", "light.muted", "light.muted"]);
        assert!(
            faint[2].message.contains("on `surface` #ffffff has a contrast of 2."),
            "{faint:?}"
        );
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
    fn each_light_colour_has_one_purpose_so_that_dark_is_a_plain_exchange() {
        let brand = shipped();
        let named = brand.light.named();
        // An alarm has the red of changes and what is calm their green, in both schemes.
        let purposes = named.len() - 2;
        assert_eq!(brand.dark_by_light().len(), purposes, "two purposes share a light colour");
        assert_eq!(brand.dark.named().len(), named.len(), "palettes differ in length");
    }
}
