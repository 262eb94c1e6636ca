//! Layouts: which part of a report stands where, and how much of it a mail shows.
//!
//! Rule: a layout is a file of the template folder, `layouts/<name>.toml`, and a job names it. Sections are told apart
//! by their kind; those of one part keep the order of the job, and a part whose kinds the job does not have is absent.
//! The page shows everything in the layout's order; the mail and its text show what the layout says, and name the
//! sections that they leave to the page.

use crate::error::RenderError;
use serde::Deserialize;
use std::path::Path;

/// A layout.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Layout {
    /// The most headlines that stand on top.
    pub(crate) headlines: usize,
    /// Whether the first headline is set as the lead of the report.
    #[serde(default)]
    pub(crate) lead: bool,
    /// Whether a mail shows how many rows were read; what is remarked of them it always shows.
    #[serde(default = "yes")]
    pub(crate) sources: bool,
    /// The parts in order.
    #[serde(default)]
    pub(crate) part: Vec<Part>,
    /// How sections are shown that no part names, after all others; without it they are left to the page.
    pub(crate) others: Option<Part>,
}

/// Sections of some kinds, and how much of them a mail shows; everything where nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Part {
    /// The kinds of its sections.
    #[serde(default)]
    pub(crate) kinds: Vec<String>,
    /// The most sections; the others are left to the page.
    #[serde(default = "all")]
    pub(crate) sections: usize,
    /// The most findings of a section.
    #[serde(default = "all")]
    pub(crate) findings: usize,
    /// The most key figures of a section.
    #[serde(default = "all")]
    pub(crate) figures: usize,
    /// The most charts of a section.
    #[serde(default = "all")]
    pub(crate) charts: usize,
    /// The most tables of a section.
    #[serde(default = "all")]
    pub(crate) tables: usize,
    /// The most rows of a table; totals are always shown.
    #[serde(default = "all")]
    pub(crate) rows: usize,
    /// Whether remarks on the method are shown.
    #[serde(default = "yes")]
    pub(crate) notes: bool,
}

fn all() -> usize {
    usize::MAX
}

fn yes() -> bool {
    true
}

impl Default for Part {
    fn default() -> Self {
        Self {
            kinds: Vec::new(),
            sections: usize::MAX,
            findings: usize::MAX,
            figures: usize::MAX,
            charts: usize::MAX,
            tables: usize::MAX,
            rows: usize::MAX,
            notes: true,
        }
    }
}

impl Default for Layout {
    /// The order of the job, and everything.
    fn default() -> Self {
        let others = Some(Part::default());
        Self { headlines: usize::MAX, lead: false, sources: true, part: Vec::new(), others }
    }
}

impl Layout {
    /// Reads the layout of a template folder that a job names; without a name, everything in the order of the job.
    pub(crate) fn load(templates: &Path, name: Option<&str>) -> Result<Self, RenderError> {
        let Some(name) = name else { return Ok(Self::default()) };
        let known = known(templates)?;
        if !known.iter().any(|one| one == name) {
            let (name, known) = (name.to_owned(), known.join("`, `"));
            return Err(RenderError::UnknownLayout { name, known });
        }
        let path = templates.join("layouts").join(format!("{name}.toml"));
        let text = std::fs::read_to_string(&path)
            .map_err(|source| RenderError::Unreadable { path: path.clone(), source })?;
        let layout: Self = toml::from_str(&text)
            .map_err(|source| RenderError::Layout { path, source: Box::new(source) })?;
        Ok(layout)
    }

    /// The place of a kind among the parts, and how much of it a mail shows; `None` when it is left to the page.
    pub(crate) fn place(&self, kind: &str) -> (usize, Option<&Part>) {
        let found = self.part.iter().position(|part| part.kinds.iter().any(|one| one == kind));
        match found {
            Some(place) => (place, Some(&self.part[place])),
            None => (self.part.len(), self.others.as_ref()),
        }
    }
}

/// The names of the layouts that a template folder has, in order.
pub(crate) fn known(templates: &Path) -> Result<Vec<String>, RenderError> {
    let folder = templates.join("layouts");
    let unreadable = |source| RenderError::Unreadable { path: folder.clone(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
