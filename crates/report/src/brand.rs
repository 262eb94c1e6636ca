//! The house style: `brands/<name>.toml` of a catalogue, laid over `styles/brand.toml` of the template folder.
//!
//! Rule: what a brand file does not say stays as shipped. Every pair of a text and a ground that occurs is computed, in
//! both schemes, and refused below 4.5:1.

use crate::{
    chart::Brand,
    colour::{READABLE, channels, contrast},
    error::RenderError,
};
use model::label::Label;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A brand file: `brands/<name>.toml`. Everything that it leaves out is as shipped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BrandSpec {
    /// The version of this form: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_version: Option<u32>,
    /// The name that stands on top of a report, where a logo would; the job's organisation when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Label>,
    /// The colour of a change for the better: `green`, or `red` as on Chinese markets. One for the worse has the other
    /// one. The arrow beside a figure says it, too. Judgements, marks and alarms stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rise: Option<Rise>,
    /// The families of pages and mails, the first that a reader has counts. Example: `["Arial", "PingFang SC"]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fonts: Option<Vec<String>>,
    /// The families of charts, the first that the machine has counts; the embedded Noto Sans SC fills in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart_fonts: Option<Vec<String>>,
    /// Colours on a light ground.
    #[serde(default)]
    pub light: PaletteSpec,
    /// Colours on a dark ground.
    #[serde(default)]
    pub dark: PaletteSpec,
}

/// The colour of a change for the better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rise {
    /// As nearly everywhere.
    #[default]
    Green,
    /// As on Chinese markets.
    Red,
}

/// Colours as `#rrggbb`; those that are left out are as shipped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PaletteSpec {
    /// Behind everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canvas: Option<String>,
    /// The sheet of a mail, cards and charts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// Remarks and the tracks of bars.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sunken: Option<String>,
    /// What is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What is read second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<String>,
    /// Rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Lines within tables and charts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<String>,
    /// Our own figures, and the name on top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// The green of judgements; `rise` says which one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good: Option<String>,
    /// The red of judgements, and of alarms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad: Option<String>,
    /// Reservations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// The ground of reservations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution_surface: Option<String>,
    /// The middle half of peers, and intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub band: Option<String>,
    /// What figures are compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Six colours of series; the first one is the accent's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<String>>,
    /// Six shades of figures, least first: dark text stands on the first four, light text on the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ramp: Option<Vec<String>>,
}

/// What is wrong with a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrandFault {
    /// The key at fault, such as `light.accent`.
    pub key: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl std::str::FromStr for BrandSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }
}

impl BrandSpec {
    /// What is wrong with this brand over the shipped one of a template folder.
    ///
    /// # Errors
    /// When the shipped one cannot be read.
    pub fn faults(&self, templates: &Path) -> Result<Vec<BrandFault>, RenderError> {
        Ok(Brand::load(templates, Some(self))?.faults())
    }
}

impl Brand {
    /// Every colour that is none, and every text that cannot be read where it stands.
    pub(crate) fn faults(&self) -> Vec<BrandFault> {
        let mut faults = Vec::new();
        for (scheme, palette) in [("light", &self.light), ("dark", &self.dark)] {
            let fault = |name: &str, message: String| BrandFault {
                key: format!("{scheme}.{name}"),
                message,
            };
            for (key, found) in [("series", palette.series.len()), ("ramp", palette.ramp.len())] {
                if found != 6 {
                    faults.push(fault(key, format!("needs 6 colours, has {found}")));
                }
            }
            let colours = palette.named();
            for (name, colour) in &colours {
                if channels(colour).is_none() || colour.len() != 7 {
                    let message = format!("`{colour}` is no colour; write it as `#1d4f91`");
                    faults.push(fault(key_of(name), message));
                }
            }
            for (name, ground) in pairs() {
                let find = |wanted: &str| {
                    colours.iter().find(|(name, _)| name == wanted).map(|(_, colour)| *colour)
                };
                let Some((text, under)) = find(&name).zip(find(&ground)) else { continue };
                let Some(ratio) = contrast(text, under).filter(|ratio| *ratio < READABLE) else {
                    continue;
                };
                let message = format!(
                    "`{name}` {text} on `{ground}` {under} has a contrast of {ratio:.2}, text needs {READABLE}"
                );
                faults.push(fault(key_of(&name), message));
            }
        }
        faults
    }
}

/// `series-3` stands in the file as `series`.
fn key_of(name: &str) -> &str {
    let name = name.split_once('-').map_or(name, |(list, place)| match place.parse::<u8>() {
        Ok(_) => list,
        Err(_) => name,
    });
    if name == "caution-surface" { "caution_surface" } else { name }
}

/// Every colour of a text with the ground on which it stands in a page, a mail or a chart.
fn pairs() -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for text in ["text", "muted", "good", "bad", "accent"] {
        pairs.extend(
            ["canvas", "surface", "sunken"].map(|ground| (text.to_owned(), ground.to_owned())),
        );
    }
    for (text, ground) in
        [("text", "caution-surface"), ("caution", "caution-surface"), ("caution", "surface")]
    {
        pairs.push((text.to_owned(), ground.to_owned()));
    }
    // Values stand within stacked columns and on shades, in the colour of the surface.
    pairs.extend((0..6).map(|place| (format!("series-{place}"), "surface".to_owned())));
    pairs.extend((0..4).map(|place| (format!("ramp-{place}"), "text".to_owned())));
    pairs.extend((4..6).map(|place| (format!("ramp-{place}"), "surface".to_owned())));
    pairs
}
