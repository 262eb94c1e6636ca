//! Layouts: which part of a report stands where, and how much of it a mail shows.
//!
//! Rule: a layout is a file of the template folder, `layouts/<name>.toml`, and a job names it. Sections are told apart
//! by their kind; those of one part keep the order of the job, and a part whose kinds the job does not have is absent.
//! The page shows everything in the layout's order; the mail and its text show what the layout says, and name the
//! sections that they leave to the page.

use crate::error::RenderError;
use serde::Deserialize;
use std::{ops::RangeInclusive, path::Path};

/// The most that a number of a layout can be sensibly; more is said by leaving it out.
const MOST: usize = 100;

/// The most headlines on top of a mail.
const HEADLINES: RangeInclusive<usize> = 0..=12;

/// The most key figures of a section that are still taken in at a glance.
const FIGURES: RangeInclusive<usize> = 1..=12;

/// A layout.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// The most headlines that stand on top.
    pub(crate) headlines: usize,
    /// Whether the first headline is set as the lead of the report.
    #[serde(default)]
    pub(crate) lead: bool,
    /// The kinds of sections whose headlines stand before all others, however much these weigh.
    #[serde(default)]
    pub(crate) lead_kinds: Vec<String>,
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

/// What is wrong with a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayoutFault {
    /// The key at fault, such as `part[0].figures`.
    pub key: String,
    /// What is wrong, and what to do.
    pub message: String,
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
        let (part, lead_kinds) = (Vec::new(), Vec::new());
        Self { headlines: usize::MAX, lead: false, lead_kinds, sources: true, part, others }
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
        let layout: Self = toml::from_str(&text).map_err(|source| RenderError::Layout {
            path: path.clone(),
            source: Box::new(source),
        })?;
        match layout.faults().into_iter().next() {
            Some(LayoutFault { key, message }) => {
                Err(RenderError::OddLayout { path, key, message })
            }
            None => Ok(layout),
        }
    }

    /// Every kind of sections that it names, with its key.
    pub fn kinds(&self) -> impl Iterator<Item = (String, &str)> {
        let lead = self.lead_kinds.iter().enumerate();
        let lead = lead.map(|(at, kind)| (format!("lead_kinds[{at}]"), kind.as_str()));
        lead.chain(self.part.iter().enumerate().flat_map(|(at, part)| {
            let kinds = part.kinds.iter().enumerate();
            kinds.map(move |(place, kind)| (format!("part[{at}].kinds[{place}]"), kind.as_str()))
        }))
    }

    /// Everything that makes no sense, whatever kinds of sections there are.
    pub fn faults(&self) -> Vec<LayoutFault> {
        let mut faults = Vec::new();
        faults.extend(outside("headlines", self.headlines, HEADLINES));
        for (at, part) in self.part.iter().enumerate() {
            let key = format!("part[{at}]");
            if part.kinds.is_empty() {
                let message = "names no section; list its `kinds`".to_owned();
                faults.push(LayoutFault { key: key.clone(), message });
            }
            faults.extend(part.faults(&key));
        }
        faults.extend(self.others.iter().flat_map(|part| part.faults("others")));
        if self.part.is_empty() && self.others.is_none() {
            let message = "the mail would show no section; add a `[[part]]` or `[others]`";
            faults.push(LayoutFault { key: "part".to_owned(), message: message.to_owned() });
        }
        faults
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

impl Part {
    /// The numbers that make no sense; what is left out is unlimited.
    fn faults(&self, key: &str) -> Vec<LayoutFault> {
        let numbers = [
            ("sections", self.sections, 1..=MOST),
            ("findings", self.findings, 0..=MOST),
            ("figures", self.figures, FIGURES),
            ("charts", self.charts, 0..=MOST),
            ("tables", self.tables, 0..=MOST),
            ("rows", self.rows, 0..=MOST),
        ];
        let given = numbers.into_iter().filter(|(_, number, _)| *number != all());
        let told = given
            .filter_map(|(name, number, range)| outside(&format!("{key}.{name}"), number, range));
        told.collect()
    }
}

fn outside(key: &str, number: usize, range: RangeInclusive<usize>) -> Option<LayoutFault> {
    let (from, to) = (*range.start(), *range.end());
    let message = format!("{number} is out of range; use {from} to {to}");
    (!range.contains(&number)).then(|| LayoutFault { key: key.to_owned(), message })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    fn faults(text: &str) -> Vec<String> {
        let layout: Layout = toml::from_str(text).expect("a layout");
        layout.faults().into_iter().map(|one| format!("{}: {}", one.key, one.message)).collect()
    }

    #[test]
    fn numbers_that_make_no_sense_are_told_with_their_keys() {
        let part = "headlines = 3\n[[part]]\nkinds = [\"movers\"]\n";
        assert_eq!(faults(part), Vec::<String>::new());
        assert_eq!(faults("headlines = 0\n[others]\nfindings = 0"), Vec::<String>::new());
        for (text, told) in [
            (format!("{part}figures = 60"), "part[0].figures: 60 is out of range; use 1 to 12"),
            (format!("{part}figures = 0"), "part[0].figures: 0 is out of range; use 1 to 12"),
            (format!("{part}sections = 0"), "part[0].sections: 0 is out of range; use 1 to 100"),
            (format!("{part}rows = 101"), "part[0].rows: 101 is out of range; use 0 to 100"),
            (format!("{part}[others]\nfigures = 0"), "others.figures: 0 is out of range"),
            (part.replace('3', "13"), "headlines: 13 is out of range; use 0 to 12"),
            (part.replace("\"movers\"", ""), "part[0]: names no section; list its `kinds`"),
            ("headlines = 0".to_owned(), "part: the mail would show no section; add a `[[part]]`"),
        ] {
            let found = faults(&text);
            assert!(found.len() == 1 && found[0].starts_with(told), "{text}: {found:?}");
        }
    }

    #[test]
    fn every_shipped_layout_makes_sense() {
        let templates = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../report-templates");
        for name in known(&templates).expect("layouts") {
            let layout = Layout::load(&templates, Some(&name)).expect("a sound layout");
            assert!(layout.kinds().next().is_some(), "{name}");
        }
    }
}
