//! `tidings metrics`.

use crate::{exit::Exit, exit::Invalid, output, workplace::Workplace};
use anyhow::Result;
use job::{Catalogue, Definition};
use model::unit::Direction;
use std::{collections::BTreeMap, path::Path};

/// Lists metrics, or writes their pages.
pub(crate) fn run(
    place: &Workplace,
    job: Option<&Path>,
    out: Option<&Path>,
    all: bool,
) -> Result<Exit> {
    let path = match job {
        Some(path) => path.to_path_buf(),
        None => Workplace::jobs(&[])?
            .into_iter()
            .next()
            .ok_or_else(|| Invalid("no job in `jobs`; name a job file".into()))?,
    };
    let job = place.job(&path)?;
    match out {
        Some(folder) => write(&job.catalogue, folder, all)?,
        None => list(&job.catalogue, all)?,
    }
    Ok(Exit::Fine)
}

fn write(catalogue: &Catalogue, folder: &Path, own: bool) -> Result<()> {
    for (name, text) in job::reference::pages(catalogue, own) {
        let path = folder.join(name);
        run::preview::write(&path, text.as_bytes())?;
        output::say(&format!("{}\n", path.display()))?;
    }
    Ok(())
}

fn list(catalogue: &Catalogue, all: bool) -> Result<()> {
    // The catalogue's own definitions stand last and replace borrowed ones.
    let kept: BTreeMap<_, &Definition> =
        catalogue.definitions.iter().map(|one| (&one.id, one)).collect();
    let mut rows: Vec<(&Definition, String)> = Vec::new();
    let mut unlisted = 0;
    for definition in kept.into_values() {
        let state = match catalogue.unavailable.get(&definition.id) {
            None => "available".to_owned(),
            Some(needs) => needs.to_string(),
        };
        let is_listed = all || !catalogue.unavailable.contains_key(&definition.id);
        if is_listed {
            rows.push((definition, state));
        } else {
            unlisted += 1;
        }
    }
    rows.sort_by(|(a, _), (b, _)| (&a.domain, &a.id).cmp(&(&b.domain, &b.id)));
    let cells = rows.into_iter().map(|(definition, state)| {
        let unit = catalogue.metrics.get(&definition.id).map(|metric| metric.unit.to_string());
        vec![
            definition.domain.clone(),
            definition.id.to_string(),
            definition.spec.label.en.clone(),
            unit.unwrap_or_else(|| definition.spec.unit.to_string()),
            word(definition.spec.direction).to_owned(),
            state,
        ]
    });
    let header = ["domain", "metric", "name", "unit", "good", "state"];
    output::say(&output::table(&header, cells.collect(), header.len()))?;
    if unlisted > 0 {
        output::say(&format!(
            "{unlisted} more are not available here; `--all` says what they need\n"
        ))?;
    }
    Ok(())
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Neutral => "neutral",
    }
}
