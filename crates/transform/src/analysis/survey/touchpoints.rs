//! Which touchpoints go with overall satisfaction, and how well each is rated.
//!
//! Method: the share of each in what all tell of the overall score (LMG, `stats::survey::key_drivers`), among those who
//! rated every touchpoint; means are of all who rated it. Weights do not enter.

use super::{score::CONFIDENCE, settings::Spec, waves::Wave};
use crate::{
    analysis::{
        Analysed,
        cells::{argument, column, count, range, real},
        comparing,
    },
    plan::SectionPlan,
};
use model::{
    label::Label,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Finding, Fmt, Message, Row, Series, Table, Tick,
        Verdict,
    },
    unit::Unit,
};
use stats::survey::{DriverRanges, Drivers, driver_ranges, key_drivers};

/// People for each touchpoint below which nothing is told apart.
const PEOPLE_EACH: usize = 10;

/// How often the first must come first among people drawn anew to be called so.
const CLEARLY: f64 = 0.95;

struct Line {
    label: Label,
    /// Its share of what all touchpoints tell.
    importance: f64,
    /// Between which shares that lies.
    range: (f64, f64),
    /// How often it comes first among people drawn anew.
    first: f64,
    /// Its mean score, if enough rated it.
    mean: Option<f64>,
    ratings: usize,
}

pub(super) struct Touchpoints<'a> {
    spec: &'a Spec,
    section: &'a SectionPlan,
    wave: &'a Wave,
}

impl<'a> Touchpoints<'a> {
    pub(super) fn new(spec: &'a Spec, section: &'a SectionPlan, wave: &'a Wave) -> Self {
        Self { spec, section, wave }
    }

    /// The overall score and the touchpoints' of who gave all of them.
    fn complete(&self) -> (Vec<f64>, Vec<Vec<f64>>) {
        let expression = self.spec.overall();
        let question =
            self.spec.questions.iter().find(|question| Some(&question.score) == expression);
        let is_possible = |score: &f64| question.is_none_or(|question| question.takes(*score));
        let mut overall = Vec::new();
        let mut scores = vec![Vec::new(); self.spec.drivers.len()];
        for answer in &self.wave.answers {
            let Some(score) = answer.overall.filter(is_possible) else { continue };
            let all: Option<Vec<f64>> = answer.touchpoints.iter().copied().collect();
            let Some(all) = all else { continue };
            overall.push(score);
            scores.iter_mut().zip(all).for_each(|(list, score)| list.push(score));
        }
        (overall, scores)
    }

    pub(super) fn analysed(&self) -> Analysed {
        let (overall, scores) = self.complete();
        let needed = (self.spec.minimum as usize).max(PEOPLE_EACH * self.spec.drivers.len());
        let enough = overall.len() >= needed;
        let found = enough.then(|| key_drivers(&scores, &overall)).flatten();
        let parts = found.as_ref().and_then(|found| {
            let ranges = driver_ranges(&scores, &overall, CONFIDENCE)?;
            Some((found, found.shares()?, ranges))
        });
        let Some((found, shares, ranges)) = parts else {
            let key = if enough { "survey.drivers_alike" } else { "survey.drivers_few" };
            let message = Message::new(key)
                .with("answers", Argument::Count(overall.len() as i64))
                .with("needed", Argument::Count(needed as i64));
            return Analysed { findings: Vec::new(), blocks: vec![Block::Note(message)] };
        };
        let lines = self.lines(&shares, &ranges);
        let mut findings = vec![leader(&lines, found)];
        findings.extend(lever(&lines));
        let blocks =
            vec![Block::Chart(self.chart(&lines, found)), Block::Table(table(&lines, found))];
        Analysed { findings, blocks }
    }

    /// The touchpoints, the most important first.
    fn lines(&self, shares: &[f64], ranges: &DriverRanges) -> Vec<Line> {
        let line = |(place, importance): (usize, &f64)| {
            let ratings: Vec<f64> =
                self.wave.answers.iter().filter_map(|answer| answer.touchpoints[place]).collect();
            let mean = ratings.iter().sum::<f64>() / ratings.len() as f64;
            Line {
                label: self.spec.drivers[place].label(),
                importance: *importance,
                range: ranges.ranges[place],
                first: ranges.first[place],
                mean: (ratings.len() >= self.spec.minimum as usize).then_some(mean),
                ratings: ratings.len(),
            }
        };
        let mut lines: Vec<Line> = shares.iter().enumerate().map(line).collect();
        lines.sort_by(|a, b| b.importance.total_cmp(&a.importance));
        lines
    }

    fn chart(&self, lines: &[Line], found: &Drivers) -> Chart {
        let title =
            Label::new("What goes with overall satisfaction", "与总体满意度关系最密切的环节");
        let named = lines.iter().map(|line| line.label.clone()).collect();
        let alternative = Message::new("survey.drivers_alt")
            .with("list", Argument::List(named))
            .with("first", comparing::percent(Some(lines[0].importance)))
            .with("told", comparing::percent(Some(found.r_squared)));
        let series = |label: Label, of: &dyn Fn(&Line) -> f64, reference: bool| Series {
            label,
            values: lines.iter().map(|line| Some(of(line))).collect(),
            reference,
        };
        let fair = 1.0 / lines.len() as f64;
        let part = Label::new("Share of what touchpoints tell", "占各环节解释力的比重");
        Chart {
            ticks: lines.iter().map(|line| Tick::Label(line.label.clone())).collect(),
            series: vec![
                series(part, &|line| line.importance, false),
                series(Label::new("95% range", "95%区间"), &|line| line.range.0, false),
                series(Label::new("Upper end", "上限"), &|line| line.range.1, false),
                series(Label::new("Equal parts", "平均份额"), &|_| fair, true),
            ],
            ..Chart::new(
                format!("{}-touchpoints", self.section.id),
                title,
                ChartKind::Dots,
                Fmt { unit: Unit::Percent, decimals: Some(1) },
                alternative,
            )
        }
    }
}

/// Which goes most with the overall score, or that none does clearly.
fn leader(lines: &[Line], found: &Drivers) -> Finding {
    let (line, second) = (&lines[0], &lines[1]);
    let is_clear = line.first >= CLEARLY;
    let key = if is_clear { "survey.drivers_leader" } else { "survey.drivers_close" };
    let mut message = Message::new(key)
        .with("touchpoint", Argument::Label(line.label.clone()))
        .with("share", comparing::percent(Some(line.importance)))
        .with("low", comparing::percent(Some(line.range.0)))
        .with("high", comparing::percent(Some(line.range.1)))
        .with("told", comparing::percent(Some(found.r_squared)))
        .with("answers", Argument::Count(found.people as i64));
    if !is_clear {
        message = message
            .with("second", Argument::Label(second.label.clone()))
            .with("second_share", comparing::percent(Some(second.importance)));
    }
    Finding { verdict: Verdict::Neutral, message, weight: 26 }
}

/// Of those with more than an equal part and a mean below that of all the one where both together are most.
fn lever(lines: &[Line]) -> Option<Finding> {
    let rated: Vec<(&Line, f64)> =
        lines.iter().filter_map(|line| Some((line, line.mean?))).collect();
    let all = rated.iter().map(|(_, mean)| mean).sum::<f64>() / rated.len() as f64;
    let fair = 1.0 / lines.len() as f64;
    let weighty = rated.iter().filter(|(line, mean)| line.importance > fair && *mean < all);
    let room = |one: &&(&Line, f64)| one.0.importance * (all - one.1);
    let (line, mean) = weighty.max_by(|a, b| room(a).total_cmp(&room(b)))?;
    let format = Fmt { unit: Unit::Score, decimals: Some(2) };
    let message = Message::new("survey.drivers_lever")
        .with("touchpoint", Argument::Label(line.label.clone()))
        .with("share", comparing::percent(Some(line.importance)))
        .with("mean", argument(*mean, &format))
        .with("all", argument(all, &format));
    Some(Finding { verdict: Verdict::Bad, message, weight: 25 })
}

fn table(lines: &[Line], found: &Drivers) -> Table {
    let share = Fmt { unit: Unit::Percent, decimals: Some(1) };
    let row = |line: &Line| {
        let mean = |mean| real(Some(mean), &Fmt { unit: Unit::Score, decimals: Some(2) });
        let cells = vec![
            Cell::Label(line.label.clone()),
            real(Some(line.importance), &share),
            Cell::Message(range(line.range.0, line.range.1, &share)),
            line.mean.map_or(Cell::Empty, mean),
            count(line.ratings),
        ];
        Row { cells, total: false }
    };
    Table {
        title: Label::new("Touchpoints", "触点环节"),
        columns: vec![
            column("Touchpoint", "环节", false),
            column("Importance", "重要性", true),
            column("95% range", "95%区间", true),
            column("Mean score", "平均分", true),
            column("Ratings", "评分数", true),
        ],
        rows: lines.iter().map(row).collect(),
        note: Some(
            Message::new("survey.drivers_note")
                .with("answers", Argument::Count(found.people as i64))
                .with("told", comparing::percent(Some(found.r_squared))),
        ),
    }
}
