//! What comments are about: themes with their share, tone and change, and two quotes.
//!
//! Rule: themes of fewer than five comments are withheld, with what would give them away (`model::comment`).

use super::{
    score::CONFIDENCE,
    settings::{CommentsSpec, Spec},
    table::without_empty,
};
use crate::{
    analysis::{
        Analysed,
        cells::{column, count, real, share_format},
        comparing,
    },
    desk::Desk,
    plan::{SectionPlan, TransformPlan},
};
use engine::CommentQuery;
use model::{
    comment::{MINIMUM_COMMENTS, Shown, ShownTheme, Tone},
    label::Label,
    number::Number,
    report::{Argument, Block, Cell, Figure, Finding, Message, Row, Table, Verdict},
};
use stats::survey::{Share, share_change};

/// The comments of the section's period and of the one before.
pub(super) fn query(
    spec: &Spec,
    plan: &TransformPlan,
    section: &SectionPlan,
) -> Option<CommentQuery> {
    let comments = spec.comments.as_ref()?;
    let mut windows = vec![plan.calendar.before(&section.period, 1).days, section.period.days];
    windows.sort();
    windows.dedup();
    Some(CommentQuery {
        dataset: spec.answers.dataset.clone(),
        text: comments.text.scalar().clone(),
        only: spec.answers.only.as_ref().map(|only| only.scalar().clone()),
        windows,
        lexicon: plan.themes.get(&comments.themes)?.clone(),
    })
}

pub(super) struct Comments<'a> {
    spec: &'a CommentsSpec,
    now: Shown,
    before: Option<Shown>,
}

impl<'a> Comments<'a> {
    /// `None` where no comments are asked for.
    pub(super) fn new(spec: &'a Spec, desk: &Desk<'_>, section: &SectionPlan) -> Option<Self> {
        let settings = spec.comments.as_ref()?;
        let query = query(spec, desk.plan, section)?;
        let before = desk.plan.calendar.before(&section.period, 1).days;
        let shown = |window| {
            let themes = desk.comments(&query, window)?;
            Some(themes.shown(&query.lexicon, MINIMUM_COMMENTS, 1))
        };
        let now = shown(section.period.days)?;
        Some(Self { spec: settings, now, before: shown(before) })
    }

    pub(super) fn analysed(&self) -> Analysed {
        let mut analysed = Analysed::default();
        let Some(first) = self.now.themes.first() else {
            let message = Message::new("survey.themes_few")
                .with("count", Argument::Count(self.now.read as i64))
                .with("minimum", Argument::Count(self.now.minimum as i64));
            analysed.blocks.push(Block::Note(message));
            return analysed;
        };
        analysed.findings.push(self.leader(first));
        analysed.findings.extend(self.sorest());
        analysed.blocks.push(Block::Table(without_empty(self.table())));
        if self.spec.quotes {
            let quotes = [Tone::Bad, Tone::Good].map(|tone| self.quote(tone));
            analysed.blocks.extend(quotes.into_iter().flatten().map(Block::Note));
        }
        if self.now.withheld > 0 {
            let count = Argument::Count(self.now.withheld as i64);
            let message = Message::new("survey.themes_withheld").with("count", count);
            let minimum = Argument::Count(self.now.minimum as i64);
            analysed.blocks.push(Block::Note(message.with("minimum", minimum)));
        }
        analysed
    }

    fn share(&self, theme: &ShownTheme) -> Option<Share> {
        Share::of(theme.comments as f64, self.now.read as f64, CONFIDENCE)
    }

    fn before(&self, theme: &ShownTheme) -> Option<Share> {
        let before = self.before.as_ref()?;
        let same = before.themes.iter().find(|one| one.id == theme.id)?;
        Share::of(same.comments as f64, before.read as f64, CONFIDENCE)
    }

    fn leader(&self, theme: &ShownTheme) -> Finding {
        let message = Message::new("survey.themes_leader")
            .with("theme", Argument::Label(theme.label.clone()))
            .with("comments", Argument::Count(theme.comments as i64))
            .with("read", Argument::Count(self.now.read as i64))
            .with("good", Argument::Count(theme.tones.good as i64))
            .with("bad", Argument::Count(theme.tones.bad as i64));
        Finding { verdict: Verdict::Neutral, message, weight: 22 }
    }

    /// Of the themes with more complaint than praise the one with most complaints.
    fn sorest(&self) -> Option<Finding> {
        let sore = self.now.themes.iter().filter(|theme| theme.tones.bad > theme.tones.good);
        // The first of equals, which most comments name.
        let theme = sore.rev().max_by_key(|theme| theme.tones.bad)?;
        let is_first = self.now.themes.first().is_some_and(|first| first.id == theme.id);
        let message = Message::new("survey.themes_sorest")
            .with("theme", Argument::Label(theme.label.clone()))
            .with("bad", Argument::Count(theme.tones.bad as i64))
            .with("good", Argument::Count(theme.tones.good as i64))
            .with("comments", Argument::Count(theme.comments as i64));
        (!is_first).then_some(Finding { verdict: Verdict::Bad, message, weight: 24 })
    }

    /// A quote on the most mentioned theme of which most comments are of a tone.
    fn quote(&self, tone: Tone) -> Option<Message> {
        let of_tone = self.now.themes.iter().filter(|theme| theme.tones.majority() == tone);
        let quoted = of_tone.filter_map(|theme| Some((theme, theme.quotes.first()?)));
        let (theme, quote) = quoted.into_iter().next()?;
        let message = Message::new("survey.quote")
            .with("theme", Argument::Label(theme.label.clone()))
            .with("quote", Argument::Text(quote.clone()));
        Some(message)
    }

    fn table(&self) -> Table {
        let row = |theme: &ShownTheme| {
            let share = self.share(theme);
            let change =
                share.zip(self.before(theme)).map(|(now, before)| share_change(before, now));
            // A theme that is named more often is neither good nor bad.
            let change = change.map_or(Cell::Empty, |change| Cell::Difference {
                figure: Figure {
                    value: Some(Number::Real(change.difference)),
                    format: share_format(),
                    coverage: None,
                },
                verdict: Verdict::Neutral,
            });
            let cells = vec![
                Cell::Label(theme.label.clone()),
                count(theme.comments as usize),
                share.map_or(Cell::Empty, |share| real(Some(share.share), &share_format())),
                count(theme.tones.good as usize),
                count(theme.tones.bad as usize),
                change,
            ];
            Row { cells, total: false }
        };
        Table {
            title: Label::new("What comments are about", "评论主题"),
            columns: vec![
                column("Theme", "主题", false),
                column("Comments", "评论数", true),
                column("Share of comments", "占评论比", true),
                column("Praise", "好评", true),
                column("Complaint", "差评", true),
                column("Against the wave before", "较上一轮", true),
            ],
            rows: self.now.themes.iter().take(self.spec.rows).map(row).collect(),
            note: Some(self.remark()),
        }
    }

    fn remark(&self) -> Message {
        let message = match self.named() {
            None => Message::new("survey.themes_note"),
            share => {
                Message::new("survey.themes_note_named").with("share", comparing::percent(share))
            }
        };
        message.with("read", Argument::Count(self.now.read as i64))
    }

    /// The share of comments that name any theme, where that gives nothing away.
    fn named(&self) -> Option<f64> {
        let unnamed = self.now.unnamed?;
        (self.now.read > 0).then(|| 1.0 - unnamed as f64 / self.now.read as f64)
    }
}
