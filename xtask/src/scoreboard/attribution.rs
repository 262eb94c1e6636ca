//! Credit for conversions: rules against the package's figures, the Markov chain against its exact solution.

use std::collections::BTreeMap;
use std::path::Path as File;
use std::time::Instant;

use anyhow::Context as _;
use stats::attribution::{Path, Rule, by_position, markov, shapley_sets, spread};

use super::columns::{column, largest_difference};
use super::row::{Goal, Row};
use super::tables;

/// The lines of this topic.
pub(super) fn rows(data: &File) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("attribution-paths");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let table = folder.join("expected.csv");
    let text = std::fs::read_to_string(&table)?;
    let names = text.lines().skip(1).filter_map(|line| line.split(',').next());
    let channels: BTreeMap<&str, usize> = names.enumerate().map(|(at, name)| (name, at)).collect();
    let paths = paths(&folder.join("paths.csv"), &channels)?;
    let published = "ChannelAttribution 2.2.5";
    let mut rows = Vec::new();
    let mut models = Vec::new();
    for (name, rule) in [("first", Rule::First), ("last", Rule::Last), ("linear", Rule::Linear)] {
        let credit = by_position(&paths, channels.len(), rule).context("a credit")?;
        let conversions = column(&table, &format!("{name}_conv"))?;
        let value = column(&table, &format!("{name}_value"))?;
        let most = largest_difference(&credit.conversions, &conversions)
            .max(largest_difference(&credit.value, &value));
        let figure = format!("attribution by {name} touch, largest difference");
        rows.push(Row::new(figure, most, Goal::Below(1e-3), published));
        models.push(credit);
    }
    let begun = Instant::now();
    let removal = markov(&paths, channels.len()).context("a chain")?;
    let milliseconds = begun.elapsed().as_secs_f64() * 1e3;
    let exact = column(&table, "markov1_exact_conv")?;
    let effects = column(&table, "markov1_exact_removal_effect")?;
    let difference = largest_difference(&removal.credit.conversions, &exact);
    let figure = "attribution by Markov chain, largest difference";
    let simulated = "exact solve; the package simulates: alpha 5289.1 for 5344.95";
    rows.push(Row::new(figure, difference, Goal::Below(1e-4), simulated));
    let difference = largest_difference(&removal.effects, &effects);
    let figure = "removal effects, largest difference";
    rows.push(Row::new(figure, difference, Goal::Below(1e-6), "exact solve, six places"));
    let figure = "Markov chain of 10 000 paths, milliseconds";
    rows.push(Row::new(figure, milliseconds, Goal::Shown, "goal below 50"));
    models.push(removal.credit);
    for rule in [Rule::PositionBased, Rule::Decay { half_life: 2.0 }] {
        models.push(by_position(&paths, channels.len(), rule).context("a credit")?);
    }
    models.push(shapley_sets(&paths, channels.len()).context("a credit")?);
    let total: f64 = paths.iter().map(|path| path.conversions).sum();
    let left = models.iter().map(|one| (one.conversions.iter().sum::<f64>() / total - 1.0).abs());
    let figure = "seven models, conversions left over of all";
    rows.push(Row::new(figure, left.fold(0.0, f64::max), Goal::Below(1e-9), ""));
    let spreads = spread(&models).context("a spread")?;
    let widest = spreads.iter().map(stats::attribution::Spread::width).fold(0.0, f64::max);
    let figure = "seven models, widest spread of a channel's share";
    rows.push(Row::new(figure, widest, Goal::Shown, ""));
    Ok(rows)
}

fn paths(file: &File, channels: &BTreeMap<&str, usize>) -> anyhow::Result<Vec<Path>> {
    let text = std::fs::read_to_string(file)?;
    let path = |line: &str| -> anyhow::Result<Path> {
        let cells: Vec<&str> = line.split(';').collect();
        let [touches, conversions, value, nulls] = cells[..] else {
            anyhow::bail!("not four cells: {line}");
        };
        let known = |name: &str| channels.get(name).copied().context("an unknown channel");
        Ok(Path {
            touches: touches.split(" > ").map(known).collect::<anyhow::Result<_>>()?,
            ages: None,
            conversions: conversions.parse()?,
            value: value.parse()?,
            nulls: nulls.trim().parse()?,
        })
    };
    text.lines().skip(1).map(path).collect()
}
