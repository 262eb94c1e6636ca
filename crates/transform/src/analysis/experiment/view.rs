//! A trial as tables: the split, each outcome by version, and the same reading by other rules.

use super::{
    chart,
    spec::{Kind, OutcomeSpec, PlanSpec},
    trial::{Measured, Stage, Trial},
};
use crate::{
    analysis::cells::{count, real},
    plan::SectionPlan,
};
use model::{
    label::Label,
    number::Number,
    report::{Argument, Block, Cell, Column, Figure, Fmt, Message, Row, Table, Verdict},
    unit::Unit,
};
use stats::experiment::{self, Scale};

/// A p below this is told as being below it.
const LEAST_P: f64 = 0.0001;
/// A chance this near to none or to one is told as being nearer.
const LEAST_CHANCE: f64 = 0.001;

impl Trial<'_> {
    /// A version's name for readers.
    pub(super) fn name(&self, version: usize) -> Label {
        let id = &self.versions[version];
        self.spec.names.get(id).cloned().unwrap_or_else(|| Label::verbatim(id.as_str()))
    }
}

/// The blocks of a trial; none before anybody could see a version.
pub(super) fn blocks(trial: &Trial<'_>, section: &SectionPlan) -> Vec<Block> {
    if matches!(trial.stage, Stage::NotBegun | Stage::TooFew) {
        return Vec::new();
    }
    let mut blocks: Vec<Block> =
        chart::effects(trial, section).map(Block::Chart).into_iter().collect();
    for (index, measured) in trial.outcomes.iter().enumerate() {
        blocks.push(Block::Table(versions(trial, index, measured)));
    }
    if let Some(first) = trial.outcomes.first() {
        blocks.extend(views(trial, first).map(Block::Table));
    }
    blocks.push(Block::Table(split(trial)));
    blocks.extend(notes(trial).into_iter().map(Block::Note));
    blocks
}

/// One outcome by version.
fn versions(trial: &Trial<'_>, index: usize, measured: &Measured) -> Table {
    let spec = &trial.spec.outcome[index];
    let rows = (0..trial.versions.len()).map(|version| {
        let mut cells = vec![
            Cell::Label(trial.name(version)),
            count(measured.arms[version].units as usize),
            value(spec, measured.values[version], like(measured)),
        ];
        let reading = measured.reading.as_ref().zip(version.checked_sub(1));
        match reading.map(|(reading, place)| (reading.versions[place], place)) {
            Some((reading, place)) => {
                let verdict = match trial.verdict(index, place) {
                    Some(experiment::Verdict::Win) => Verdict::Good,
                    Some(experiment::Verdict::Loss) => Verdict::Bad,
                    _ => Verdict::Neutral,
                };
                let compared = reading.comparison;
                let figure = Figure {
                    value: Some(Number::Real(compared.difference)),
                    format: difference_format(spec, fineness(&compared)),
                    coverage: None,
                };
                cells.push(Cell::Difference { figure, verdict });
                cells.push(interval(spec, compared.low, compared.high, fineness(&compared)));
                cells.push(reading.belief.map_or(Cell::Empty, |belief| chance(belief.chance)));
            }
            None => cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]),
        }
        Row { cells, total: false }
    });
    let columns = [
        ("Version", "版本"),
        ("People", "人数"),
        ("Value", "数值"),
        ("Difference", "差异"),
        ("Interval", "区间"),
        ("Chance to be better", "更优的概率"),
    ];
    let mut columns = headings(&columns);
    columns[4].label = interval_name(trial.own_level());
    Table { title: spec.label.clone(), columns, rows: rows.collect(), note: None }
}

/// The outcome that decides, read by each rule.
fn views(trial: &Trial<'_>, measured: &Measured) -> Option<Table> {
    let reading = measured.reading.as_ref()?;
    let spec = &trial.spec.outcome[0];
    let mut rows = Vec::new();
    for version in 1..trial.versions.len() {
        let (control, own) = (&measured.samples[0], &measured.samples[version]);
        let named = |en: &str, zh: &str, agreed: bool| {
            let name = trial.name(version);
            let (en_mark, zh_mark) =
                if agreed { (" (agreed)", "（事先约定）") } else { ("", "") };
            Cell::Label(match trial.versions.len() {
                2 => Label::new(format!("{en}{en_mark}"), format!("{zh}{zh_mark}")),
                _ => Label::new(
                    format!("{}: {en}{en_mark}", name.en),
                    format!("{}：{zh}{zh_mark}", name.zh_cn),
                ),
            })
        };
        let alpha = 1.0 - trial.shared_level();
        let like = fineness(&reading.versions[version - 1].comparison);
        let mut row = |label: Cell, ends: (f64, f64), p: Option<f64>, needed: Option<f64>| {
            let chance = |value: Option<f64>| value.map_or(Cell::Empty, probability);
            let cells =
                vec![label, interval(spec, ends.0, ends.1, like), chance(p), chance(needed)];
            rows.push(Row { cells, total: false });
        };
        if let Some(once) = experiment::compare(control, own, Scale::Absolute, 1.0 - alpha) {
            let agreed = matches!(trial.spec.plan, PlanSpec::Once { .. });
            row(
                named("Read once", "一次性读取", agreed),
                (once.low, once.high),
                Some(once.p),
                Some(alpha),
            );
        }
        if let Some(bound) = bound(trial, measured, alpha)
            && let Some(look) = experiment::compare(control, own, Scale::Absolute, 1.0 - bound)
        {
            let agreed = matches!(trial.spec.plan, PlanSpec::Looks { .. });
            row(
                named("At planned looks", "按计划分次查看", agreed),
                (look.low, look.high),
                Some(look.p),
                Some(bound),
            );
        }
        let any =
            experiment::always_valid(control, own, Scale::Absolute, 1.0 - alpha, trial.tuning());
        if let Some(any) = any {
            let agreed = matches!(trial.spec.plan, PlanSpec::Anytime { .. });
            row(
                named("At any time", "随时查看", agreed),
                (any.low, any.high),
                Some(any.p),
                Some(alpha),
            );
        }
        let belief = reading.versions[version - 1].belief;
        let ends = belief.and_then(|belief| Some((belief, belief.interval(1.0 - alpha)?)));
        if let Some((belief, ends)) = ends {
            let loss = Message::new("experiment.loss_of_taking")
                .with("loss", difference(spec, belief.loss_of_taking, like));
            let label = named("Belief (Bayes)", "贝叶斯", false);
            let cells =
                vec![label, interval(spec, ends.0, ends.1, like), Cell::Empty, Cell::Message(loss)];
            rows.push(Row { cells, total: false });
        }
    }
    let columns =
        [("Reading", "读法"), ("Interval", "区间"), ("p", "p值"), ("Called below", "判定界限")];
    let mut columns = headings(&columns);
    columns[1].label = interval_name(trial.shared_level());
    Some(Table {
        title: Label::new("The same by other rules, for analysts", "其他读法（供分析人员参考）"),
        columns,
        rows,
        note: Some(Message::new("experiment.views")),
    })
}

/// What p must fall below at the present look; as if it were the first one where no looks were planned.
fn bound(trial: &Trial<'_>, measured: &Measured, alpha: f64) -> Option<f64> {
    let information = match &trial.spec.plan {
        PlanSpec::Looks { .. } => trial.information.clone(),
        PlanSpec::Anytime { people } | PlanSpec::Once { people } => {
            let units: u64 = measured.arms.iter().map(|arm| arm.units).sum();
            vec![(units as f64 / f64::from((*people)?)).min(1.0)]
        }
    };
    Some(experiment::bounds(trial.spending(), &information, alpha)?.last()?.nominal)
}

/// People by version beside the agreed split.
fn split(trial: &Trial<'_>) -> Table {
    let all: u64 = trial.people.iter().sum();
    let agreed = |version: &String| trial.spec.shares.get(version).copied().map_or(1.0, f64::from);
    let whole: f64 = trial.versions.iter().map(agreed).sum();
    let rows = trial.versions.iter().enumerate().map(|(place, version)| {
        let people = trial.people[place];
        let cells = vec![
            Cell::Label(trial.name(place)),
            count(people as usize),
            share(people as f64 / all as f64, 2),
            share(agreed(version) / whole, 2),
        ];
        Row { cells, total: false }
    });
    let columns =
        [("Version", "版本"), ("People", "人数"), ("Share", "占比"), ("Agreed", "约定占比")];
    let note = trial.split.map(|split| match (split.is_sound(), split.p < LEAST_P) {
        (true, _) => Message::new("experiment.split_sound").with("p", split_chance(split.p)),
        (false, false) => Message::new("experiment.split_unsound").with("p", split_chance(split.p)),
        (false, true) => Message::new("experiment.split_unsound_clear"),
    });
    let title = Label::new("Split of people", "人数分配");
    Table { title, columns: headings(&columns), rows: rows.collect(), note }
}

/// The rule, who was left out, and how noise was taken away.
fn notes(trial: &Trial<'_>) -> Vec<Message> {
    let mut notes = Vec::new();
    let mut left = |key: &str, people: u64| {
        if people > 0 {
            notes.push(Message::new(key).with("count", Argument::Count(people as i64)));
        }
    };
    left("experiment.left_twice", trial.twice);
    left("experiment.left_unplanned", trial.unplanned);
    left("experiment.left_strange", trial.strange);
    if let Some(first) = trial.outcomes.first() {
        left("experiment.left_waiting", first.arms.iter().map(|arm| arm.waiting).sum());
    }
    let unknown = trial.outcomes.iter().map(|one| one.arms.iter().map(|arm| arm.unknown).sum());
    left("experiment.left_unknown", unknown.max().unwrap_or(0));
    if let Some(narrower) = trial.outcomes.iter().find_map(narrower) {
        notes.push(Message::new("experiment.adjusted").with("share", percent(narrower, 0)));
    }
    let rule = match &trial.spec.plan {
        PlanSpec::Anytime { .. } => Message::new("experiment.rule_anytime"),
        PlanSpec::Looks { on, .. } => Message::new("experiment.rule_looks")
            .with("look", Argument::Count(trial.information.len() as i64))
            .with("looks", Argument::Count(on.len() as i64))
            .with("date", Argument::Date(trial.cut)),
        PlanSpec::Once { .. } => Message::new("experiment.rule_once"),
    };
    notes.push(rule);
    if trial.versions.len() > 2 && !trial.outcomes.is_empty() {
        notes.push(Message::new("experiment.several"));
    }
    notes
}

/// By how much the interval is narrower for what was known before.
fn narrower(measured: &Measured) -> Option<f64> {
    if !measured.adjusted {
        return None;
    }
    let plain: Vec<_> = measured.arms.iter().map(super::arm::Arm::sample).collect();
    let error = |samples: &[experiment::Sample]| {
        let own = samples.get(1)?.estimate()?;
        let other = samples.first()?.estimate()?;
        Some((own.variance / own.units + other.variance / other.units).sqrt())
    };
    Some((1.0 - error(&measured.samples)? / error(&plain)?).max(0.0))
}

fn headings(columns: &[(&str, &str)]) -> Vec<Column> {
    let column = |(index, (en, zh)): (usize, &(&str, &str))| Column {
        label: Label::new(*en, *zh),
        numeric: index > 0,
    };
    columns.iter().enumerate().map(column).collect()
}

fn like(measured: &Measured) -> f64 {
    let first = measured.reading.as_ref().and_then(|reading| reading.versions.first());
    first.map_or(0.0, |first| fineness(&first.comparison))
}

fn share(share: f64, decimals: u32) -> Cell {
    real(Some(share), &Fmt { unit: Unit::Percent, decimals: Some(decimals) })
}

/// A chance that is neither certain nor impossible, and is never shown as such.
fn chance(chance: f64) -> Cell {
    let (key, end) = match chance {
        chance if chance >= 1.0 - LEAST_CHANCE / 2.0 => ("experiment.more", 1.0 - LEAST_CHANCE),
        chance if chance < LEAST_CHANCE / 2.0 => ("experiment.less", LEAST_CHANCE),
        _ => return share(chance, 1),
    };
    Cell::Message(Message::new(key).with("chance", percent(end, 1)))
}

fn probability(p: f64) -> Cell {
    if p < LEAST_P {
        let format = Fmt { unit: Unit::Number, decimals: Some(4) };
        let least = Argument::value(Some(Number::Real(LEAST_P)), format);
        return Cell::Message(Message::new("experiment.below").with("p", least));
    }
    real(Some(p), &Fmt { unit: Unit::Number, decimals: Some(4) })
}

/// A value with as many decimals as its differences have.
fn value(spec: &OutcomeSpec, value: Option<f64>, like: f64) -> Cell {
    real(value, &difference_format(spec, like))
}

/// Both ends, with the unit of percentage points told once.
fn interval(spec: &OutcomeSpec, low: f64, high: f64, like: f64) -> Cell {
    let format = difference_format(spec, like);
    let (key, end): (_, &dyn Fn(f64) -> Argument) = match format.unit {
        Unit::Percent => ("experiment.interval_points", &|end| {
            let format = Fmt { unit: Unit::Number, ..format.clone() };
            Argument::value(Some(Number::Real(end * 100.0)), format)
        }),
        _ => ("experiment.interval", &|end| difference(spec, end, like)),
    };
    Cell::Message(Message::new(key).with("low", end(low)).with("high", end(high)))
}

/// A share in a sentence.
pub(super) fn percent(share: f64, decimals: u32) -> Argument {
    let format = Fmt { unit: Unit::Percent, decimals: Some(decimals) };
    Argument::value(Some(Number::Real(share)), format)
}

/// How often so uneven a split comes about, with the decimals that tell it.
pub(super) fn split_chance(p: f64) -> Argument {
    percent(p, if p < 0.1 { 2 } else { 0 })
}

/// A confidence such as 95% or, shared by two comparisons, 97.5%.
pub(super) fn confidence(level: f64) -> Argument {
    percent(level, level_decimals(level))
}

/// The name of an interval by its confidence.
pub(super) fn interval_name(level: f64) -> Label {
    let decimals = level_decimals(level) as usize;
    let level = format!("{:.decimals$}%", level * 100.0);
    Label::new(format!("{level} interval"), format!("{level}区间"))
}

fn level_decimals(level: f64) -> u32 {
    let points = level * 100.0;
    u32::from((points - points.round()).abs() >= 0.05)
}

/// What decides how many decimals are told: the difference, or half of its interval where that is more, as finer digits
/// are noise.
pub(super) fn fineness(compared: &experiment::Comparison) -> f64 {
    let half = 0.5 * (compared.high - compared.low);
    let size = compared.difference.abs();
    if half.is_finite() { size.max(half) } else { size }
}

/// A difference in a sentence, with as many decimals as two digits of `like` need.
pub(super) fn difference(spec: &OutcomeSpec, value: f64, like: f64) -> Argument {
    Argument::value(Some(Number::Real(value)), difference_format(spec, like))
}

fn difference_format(spec: &OutcomeSpec, like: f64) -> Fmt {
    let unit = spec.unit.clone().unwrap_or(match spec.kind {
        Kind::Rate => Unit::Percent,
        Kind::Mean | Kind::Ratio => Unit::Number,
    });
    let shown = if unit == Unit::Percent { like * 100.0 } else { like }.abs();
    let shows_two = |decimals: &u32| shown * 10f64.powi(*decimals as i32) >= 9.5;
    let least = u32::from(unit == Unit::Percent);
    let needed = if shown > 0.0 { (least..4).find(shows_two).unwrap_or(4) } else { 2 };
    let decimals = match unit {
        Unit::Percent if shown == 0.0 => least,
        // Money has cents or none.
        Unit::Money(_) if needed == 1 => 2,
        _ => needed,
    };
    Fmt { unit, decimals: Some(decimals) }
}

/// A sum over people: of a rate how many they are.
pub(super) fn worth_format(spec: &OutcomeSpec) -> Fmt {
    match spec.kind {
        Kind::Rate => Fmt { unit: Unit::Number, decimals: Some(1) },
        Kind::Mean | Kind::Ratio => {
            Fmt { unit: spec.unit.clone().unwrap_or(Unit::Number), decimals: None }
        }
    }
}
