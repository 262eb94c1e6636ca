//! What is said of the questions: conclusions, a chart of segments or waves, tables, remarks.

use super::{
    score::{CONFIDENCE, Score},
    segments::{Name, Segments},
    settings::{QuestionSpec, Spec},
    table::{difference, gap, verdict, without_empty},
    waves::{Answer, Wave},
};
use crate::{
    analysis::{
        Analysed, answered,
        cells::{argument, column, count, range, real, whole_share_format},
    },
    desk::Desk,
    plan::SectionPlan,
};
use engine::TrailAnswer;
use model::{
    id::DimensionId,
    label::Label,
    report::{
        Argument, Block, Cell, Chart, ChartKind, Finding, Fmt, Message, Row, Series, Table, Tick,
        Verdict,
    },
    unit::Unit,
};
use stats::survey::{Change, Direction};

/// A row of the picture and the table of segments.
struct Line {
    label: Label,
    /// Whether it is one segment.
    is_alone: bool,
    score: Option<Score>,
    /// The same people's score in the wave before.
    change: Option<Change>,
    /// The difference from everybody else.
    apart: Option<Change>,
    answers: usize,
}

pub(super) struct View<'a> {
    spec: &'a Spec,
    desk: &'a Desk<'a>,
    section: &'a SectionPlan,
    waves: &'a [Wave],
    segments: Segments,
}

impl<'a> View<'a> {
    pub(super) fn new(
        spec: &'a Spec,
        desk: &'a Desk<'a>,
        section: &'a SectionPlan,
        waves: &'a [Wave],
    ) -> Self {
        let of = |wave| Segments::of(wave, spec.questions.len(), spec.minimum as usize, spec.rows);
        let wave = waves.last().filter(|_| spec.by.is_some());
        let segments = wave.map(of).filter(Segments::are_several).unwrap_or_default();
        Self { spec, desk, section, waves, segments }
    }

    pub(super) fn questions(&self) -> Analysed {
        let mut analysed = Analysed::default();
        let Some(wave) = self.waves.last() else { return analysed };
        let mut lowest = None;
        for (place, question) in self.spec.questions.iter().enumerate() {
            analysed.findings.push(self.conclusion(wave, place, question));
            if self.score(wave, place).is_none() {
                continue;
            }
            let lines = self.lines(wave, place);
            // One segment is named, or what is said of other questions would not find room.
            lowest = lowest.or_else(|| self.lowest(question, &lines));
            analysed.blocks.extend(self.chart(wave, place, &lines).map(Block::Chart));
            analysed.blocks.push(Block::Table(without_empty(self.wave_table(place, question))));
            if !lines.is_empty() {
                analysed
                    .blocks
                    .push(Block::Table(without_empty(self.segment_table(question, &lines))));
            }
        }
        analysed.findings.extend(lowest);
        analysed
    }

    /// The score of those who answered within a wave, if they are enough.
    fn score(&self, wave: &Wave, place: usize) -> Option<Score> {
        self.score_of(wave, place, CONFIDENCE, |_| true)
    }

    fn score_of(
        &self,
        wave: &Wave,
        place: usize,
        confidence: f64,
        keeps: impl Fn(&Answer) -> bool,
    ) -> Option<Score> {
        let score = Score::of(&self.spec.questions[place], wave.scores(place, keeps), confidence);
        score.filter(|score| score.answers >= self.spec.minimum as usize)
    }

    fn before(&self) -> Option<&Wave> {
        self.waves.len().checked_sub(2).map(|place| &self.waves[place])
    }

    fn conclusion(&self, wave: &Wave, place: usize, question: &QuestionSpec) -> Finding {
        if !wave.raked {
            let message = self.unraked().unwrap_or_else(|| Message::new("survey.unraked"));
            return Finding { verdict: Verdict::Unknown, message, weight: 40 };
        }
        let Some(score) = self.score(wave, place) else {
            return answered::too_few(
                &question.label(),
                wave.count(place) as i64,
                self.spec.minimum,
            );
        };
        let before = self.before().and_then(|before| {
            let change = score.less(&self.score(before, place)?, CONFIDENCE)?;
            Some((before.period, change))
        });
        let key = match before.map(|(_, change)| change.direction) {
            None => "survey.score",
            Some(None) => "survey.still",
            Some(Some(Direction::Up)) => "survey.rose",
            Some(Some(Direction::Down)) => "survey.fell",
        };
        let mut message = told(key, question, &score);
        if let Some((period, change)) = before {
            let gap = gap(change.difference, &question.format());
            message = message.with("period", Argument::Period(period)).with("difference", gap);
        }
        let has_moved = before.is_some_and(|(_, change)| change.direction.is_some());
        Finding {
            verdict: before.map_or(Verdict::Neutral, |(_, change)| verdict(change)),
            message,
            weight: if has_moved { 40 } else { 35 },
        }
    }

    /// The segments of a wave, best first.
    fn lines(&self, wave: &Wave, place: usize) -> Vec<Line> {
        let alone = self.segments.alone.iter().map(std::slice::from_ref);
        let others = Some(&self.segments.others[..]).filter(|others| !others.is_empty());
        let mut lines: Vec<Line> =
            alone.chain(others).map(|names| self.line(wave, place, names)).collect();
        let height = |line: &Line| line.score.map_or(f64::NEG_INFINITY, |score| score.value);
        lines.sort_by(|a, b| height(b).total_cmp(&height(a)));
        lines
    }

    fn line(&self, wave: &Wave, place: usize, names: &[Name]) -> Line {
        // Many segments are looked at, and one of twenty would stand apart by chance.
        let rows = self.segments.alone.len() + usize::from(!self.segments.others.is_empty());
        let strict = 1.0 - (1.0 - CONFIDENCE) / rows as f64;
        let is_own = |answer: &Answer| names.contains(&answer.segment);
        let score = self.score_of(wave, place, CONFIDENCE, is_own);
        let own = self.score_of(wave, place, strict, is_own);
        let rest = self.score_of(wave, place, strict, |answer| !is_own(answer));
        let before = self.before().and_then(|before| self.score_of(before, place, strict, is_own));
        let less =
            |other: Option<Score>| own.zip(other).and_then(|(own, other)| own.less(&other, strict));
        let counted = wave.answers.iter().filter(|answer| is_own(answer));
        let label = match names {
            [name] => self.name(name.as_deref()),
            _ => Label::new("Others together", "其余合计"),
        };
        Line {
            label,
            is_alone: names.len() == 1,
            score,
            change: less(before),
            apart: less(rest),
            answers: counted.filter(|answer| answer.scores[place].is_some()).count(),
        }
    }

    fn name(&self, member: Option<&str>) -> Label {
        let by = self.spec.by.as_ref().map(ToString::to_string).unwrap_or_default();
        self.desk.plan.member(&DimensionId::new(by), member)
    }

    /// The segment that is furthest below the others, if that is more than chance.
    fn lowest(&self, question: &QuestionSpec, lines: &[Line]) -> Option<Finding> {
        let is_down = |apart: Change| apart.direction == Some(Direction::Down);
        let below = |line: &&Line| line.is_alone && line.apart.is_some_and(is_down);
        let depth = |line: &&Line| line.apart.map_or(0.0, |apart| apart.difference);
        let line = lines.iter().filter(below).min_by(|a, b| depth(a).total_cmp(&depth(b)))?;
        let (score, apart) = line.score.zip(line.apart)?;
        let message = told("survey.below", question, &score)
            .with("segment", Argument::Label(line.label.clone()))
            .with("difference", gap(apart.difference, &question.format()));
        Some(Finding { verdict: Verdict::Bad, message, weight: 28 })
    }

    fn chart(&self, wave: &Wave, place: usize, lines: &[Line]) -> Option<Chart> {
        let question = &self.spec.questions[place];
        let all = self.score(wave, place)?;
        let shown: Vec<(Tick, Score, Option<f64>, Verdict)> = if lines.is_empty() {
            let scored =
                self.waves.iter().filter_map(|wave| Some((wave, self.score(wave, place)?)));
            scored
                .map(|(wave, score)| (Tick::Period(wave.period), score, None, Verdict::Neutral))
                .collect()
        } else {
            let scored = lines.iter().filter_map(|line| Some((line, line.score?)));
            scored
                .map(|(line, score)| {
                    // An arrow needs more than chance.
                    let moved = line.change.filter(|change| change.direction.is_some());
                    let before = moved.map(|change| score.value - change.difference);
                    let judged = line.apart.map_or(Verdict::Neutral, verdict);
                    (Tick::Label(line.label.clone()), score, before, judged)
                })
                .collect()
        };
        if shown.len() < 2 {
            return None;
        }
        let series = |label: Label, of: &dyn Fn(&Score) -> f64| Series {
            label,
            values: shown.iter().map(|row| Some(of(&row.1))).collect(),
            reference: false,
        };
        let mut drawn = vec![
            series(question.label(), &|score| score.value),
            series(Label::new("95% range", "95%区间"), &|score| score.low),
            series(Label::new("Upper end", "上限"), &|score| score.high),
        ];
        if shown.iter().any(|row| row.2.is_some()) {
            let values = shown.iter().map(|row| row.2).collect();
            let label = Label::new("Wave before", "上一轮");
            drawn.push(Series { label, values, reference: false });
        }
        if !lines.is_empty() {
            let values = vec![Some(all.value); shown.len()];
            drawn.push(Series {
                label: Label::new("All answers", "全部答卷"),
                values,
                reference: true,
            });
        }
        let alternative = told("survey.alt", question, &all);
        Some(Chart {
            ticks: shown.iter().map(|row| row.0.clone()).collect(),
            series: drawn,
            verdicts: if lines.is_empty() {
                Vec::new()
            } else {
                shown.iter().map(|row| row.3).collect()
            },
            ..Chart::new(
                format!("{}-question-{}", self.section.id, place + 1),
                question.label(),
                ChartKind::Dots,
                question.format(),
                alternative,
            )
        })
    }

    /// The last waves, newest first.
    fn wave_table(&self, place: usize, question: &QuestionSpec) -> Table {
        let is_weighted = self.is_weighted();
        let mut columns = vec![
            column("Wave", "轮次", false),
            column("Score", "得分", true),
            column("95% range", "95%区间", true),
            column("Answers", "答卷数", true),
            column("Against the wave before", "较上一轮", true),
        ];
        if is_weighted {
            columns.push(column("Unweighted", "未加权", true));
            columns.push(column("Worth", "有效样本量", true));
        }
        let mut rows = Vec::new();
        for (at, wave) in self.waves.iter().enumerate().rev() {
            let answers = wave.count(place);
            let score = self.score(wave, place);
            if answers == 0 {
                continue;
            }
            let before =
                at.checked_sub(1).and_then(|before| self.score(&self.waves[before], place));
            let change = score.zip(before).and_then(|(one, other)| one.less(&other, CONFIDENCE));
            let mut cells = vec![Cell::Period(wave.period)];
            cells.extend(scored(score, question));
            cells.push(count(answers));
            cells.push(difference(change, question.format()));
            if is_weighted {
                let plain = wave.scores(place, |_| true).map(|(answer, _)| (answer, 1.0));
                let plain = score.and_then(|_| Score::of(question, plain, CONFIDENCE));
                cells.push(
                    plain.map_or(Cell::Empty, |plain| real(Some(plain.value), &question.format())),
                );
                cells.push(score.map_or(Cell::Empty, |score| count(score.worth.round() as usize)));
            }
            rows.push(Row { cells, total: false });
        }
        Table { title: question.label(), columns, rows, note: None }
    }

    fn segment_table(&self, question: &QuestionSpec, lines: &[Line]) -> Table {
        let by = self.spec.by.as_ref().map(ToString::to_string).unwrap_or_default();
        let first = self.desk.plan.dimension(&DimensionId::new(by));
        let row = |line: &Line| {
            let mut cells = vec![Cell::Label(line.label.clone())];
            cells.extend(scored(line.score, question));
            cells.push(count(line.answers));
            cells.push(difference(line.apart, question.format()));
            cells.push(difference(line.change, question.format()));
            Row { cells, total: false }
        };
        Table {
            title: Label::new(
                format!("{} by segment", question.label().en),
                format!("{}（按分组）", question.label().zh_cn),
            ),
            columns: vec![
                model::report::Column { label: first, numeric: false },
                column("Score", "得分", true),
                column("95% range", "95%区间", true),
                column("Answers", "答卷数", true),
                column("Against all others", "较其他分组", true),
                column("Against the wave before", "较上一轮", true),
            ],
            rows: lines.iter().map(row).collect(),
            note: None,
        }
    }

    fn is_weighted(&self) -> bool {
        self.spec.weight.is_some() || !self.spec.rake.is_empty()
    }

    /// The waves whose margins cannot be met.
    fn unraked(&self) -> Option<Message> {
        let waves: Vec<&Wave> = self.waves.iter().filter(|wave| !wave.raked).collect();
        let count = Argument::Count(waves.len() as i64);
        (!waves.is_empty()).then(|| Message::new("survey.unraked").with("count", count))
    }

    pub(super) fn notes(&self, answer: &TrailAnswer) -> Vec<Message> {
        let mut notes = vec![
            Message::new("survey.method")
                .with("confidence", argument(CONFIDENCE, &whole_share_format())),
        ];
        let Some(wave) = self.waves.last() else { return notes };
        let weighted = self.score(wave, 0).filter(|_| self.is_weighted());
        notes.extend(weighted.map(|score| {
            let effect =
                argument(score.design_effect, &Fmt { unit: Unit::Number, decimals: Some(2) });
            Message::new("survey.weighted")
                .with("question", Argument::Label(self.spec.questions[0].label()))
                .with("answers", Argument::Count(score.answers as i64))
                .with("worth", Argument::Count(score.worth.round() as i64))
                .with("effect", effect)
        }));
        let told = [
            ("survey.others", self.segments.others.len() as u64),
            ("survey.nobodys", answer.nobodys.iter().sum()),
            ("survey.undated", answer.undated.iter().sum()),
            ("survey.repeated", wave.repeated),
            ("survey.off_scale", wave.off_scale),
            ("survey.unweighed", wave.unweighed),
        ];
        let told = told.into_iter().filter(|(_, number)| *number > 0);
        notes.extend(
            told.map(|(key, number)| {
                Message::new(key).with("count", Argument::Count(number as i64))
            }),
        );
        notes.extend(self.unraked());
        notes
    }
}

/// A sentence with a score, its interval and its answers.
fn told(key: &str, question: &QuestionSpec, score: &Score) -> Message {
    let format = question.format();
    Message::new(key)
        .with("question", Argument::Label(question.label()))
        .with("value", argument(score.value, &format))
        .with("low", argument(score.low, &format))
        .with("high", argument(score.high, &format))
        .with("answers", Argument::Count(score.answers as i64))
}

/// The cells of a score and its interval.
fn scored(score: Option<Score>, question: &QuestionSpec) -> [Cell; 2] {
    match score {
        Some(score) => [
            real(Some(score.value), &question.format()),
            Cell::Message(range(score.low, score.high, &question.format())),
        ],
        None => [Cell::Empty, Cell::Empty],
    }
}
