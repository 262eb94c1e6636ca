//! Where a metric broke: since when it is different, and whether that still holds.

use crate::{
    analysis::{comparing, history::Row, special_days},
    desk::{Desk, format_of},
};
use model::{
    label::Label,
    metric::Metric,
    number::Number,
    period::Period,
    report::{Argument, Finding, Mark, MarkKind, Message, Verdict},
};
use stats::change_point::{
    ChangePoint, Holding, Kind, Options, certain_change_points, new_since, still_holding,
};

/// A level or a slope that broke.
pub(super) struct Break {
    found: ChangePoint,
    period: Period,
    holding: Holding,
    /// Whether no earlier report has told it.
    pub(super) is_news: bool,
}

/// The breaks in a row, oldest first.
pub(super) fn find(row: &Row<'_>, season: Option<usize>) -> Vec<Break> {
    let options = Options::default();
    let season = season.filter(|season| row.values.len() >= 2 * season);
    let news = new_since(&row.values, row.values.len().saturating_sub(1), season, &options);
    certain_change_points(&row.values, season, &options)
        .into_iter()
        .map(|found| Break {
            period: row.periods[found.index],
            holding: still_holding(&row.values, season, &found, &options),
            is_news: news.contains(&found),
            found,
        })
        .collect()
}

impl Break {
    /// The break in the chart.
    pub(super) fn mark(&self) -> Mark {
        let (en, zh_cn) = match (self.found.kind, self.holding) {
            (Kind::Level, Holding::Yes) => ("new level, still holding", "水平改变，至今保持"),
            (Kind::Level, Holding::Returned) => ("new level, since returned", "水平改变，已恢复"),
            (Kind::Level, Holding::MovedOn) => ("new level, since moved on", "水平改变，其后又变"),
            (Kind::Trend, Holding::Yes) => ("new direction, still holding", "走向改变，至今保持"),
            (Kind::Trend, Holding::Returned) => {
                ("new direction, since returned", "走向改变，已恢复")
            }
            (Kind::Trend, Holding::MovedOn) => {
                ("new direction, since moved on", "走向改变，其后又变")
            }
        };
        Mark::on(self.period.days.start, Label::new(en, zh_cn), MarkKind::Change)
    }

    /// The sentence that tells it, with the event that it stands near.
    pub(super) fn finding(&self, desk: &Desk<'_>, metric: &Metric) -> Finding {
        let value = |value| Argument::value(Some(Number::Real(value)), format_of(metric));
        let near = special_days::near(desk.plan, self.period.days);
        let key = match (self.found.kind, near.is_empty()) {
            (Kind::Level, true) => "trend.new_level",
            (Kind::Level, false) => "trend.new_level_near",
            (Kind::Trend, true) => "trend.new_direction",
            (Kind::Trend, false) => "trend.new_direction_near",
        };
        let mut message = Message::new(key)
            .with("metric", Argument::Label(metric.label.clone()))
            .with("period", Argument::Period(self.period))
            .with("before", value(self.found.before))
            .with("after", value(self.found.after));
        if !near.is_empty() {
            message = message.with("events", Argument::List(near));
        }
        let verdict = match self.found.kind {
            Kind::Level => comparing::verdict(
                metric,
                Some(Number::Real(self.found.after)),
                Some(Number::Real(self.found.before)),
            ),
            Kind::Trend => Verdict::Neutral,
        };
        Finding { verdict, message, weight: 62 }
    }
}
