//! Unusual days as a picture and as a table.

use super::incident::{Incident, Watched};
use crate::{
    analysis::comparing,
    desk::format_of,
    plan::{SectionPlan, TransformPlan},
};
use chrono::NaiveDate;
use model::{
    label::Label,
    number::Number,
    period::{DateRange, Grain},
    report::{
        Argument, Cell, Chart, ChartKind, Column, Figure, Mark, MarkKind, Message, Row, Series,
        Table, Tick, Verdict,
    },
};

/// Incidents in the table at most.
const ROWS: usize = 8;

impl Watched<'_> {
    /// The last days with what was usual on each, and the incidents marked.
    pub(super) fn chart(
        &self,
        plan: &TransformPlan,
        section: &SectionPlan,
        shown: u32,
        incidents: &[Incident<'_>],
    ) -> Chart {
        let first = self.days.len().saturating_sub(shown as usize);
        let band = |pick: &dyn Fn(&stats::anomaly::Band) -> f64| -> Vec<Option<f64>> {
            let judgements = self.judgements[first..].iter();
            judgements.map(|judgement| judgement.band.as_ref().map(pick)).collect()
        };
        let actual = self.values[first..].iter().map(|value| value.map(Number::to_f64)).collect();
        let none = || vec![None; self.days.len() - first];
        let series = |label: Label, values| Series { label, values, reference: false };
        let usual = Label::new("usual range", "常见范围");
        let days = &self.days[first..];
        let ticks = days.iter().map(|day| Tick::Period(plan.calendar.period(Grain::Day, *day)));
        Chart {
            ticks: ticks.collect(),
            series: vec![
                series(self.metric.label.clone(), actual),
                series(Label::new("expected", "预期"), band(&|band| band.expected)),
                series(usual.clone(), none()),
                series(usual.clone(), none()),
                series(usual.clone(), band(&|band| band.low)),
                series(usual, band(&|band| band.high)),
            ],
            marks: marks(plan, days, incidents),
            ..Chart::new(
                format!("{}-{}", section.id, self.metric.id),
                self.metric.label.clone(),
                ChartKind::Fan,
                format_of(self.metric),
                alternative(incidents),
            )
        }
    }
}

/// Where incidents began and ended, and what happened besides.
fn marks(plan: &TransformPlan, days: &[NaiveDate], incidents: &[Incident<'_>]) -> Vec<Mark> {
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let range = DateRange { start: *first, end: *last + chrono::Days::new(1) };
    let mut marks: Vec<Mark> = plan
        .named_days(range)
        .into_iter()
        .map(|named| {
            let is_event = plan.events.iter().any(|event| event.label == named.label);
            let kind = if is_event { MarkKind::Event } else { MarkKind::Holiday };
            Mark::on(named.date, named.label, kind)
        })
        .collect();
    for incident in incidents {
        let alert = Label::new("unusual", "异常");
        marks.push(Mark::on(incident.from, alert, MarkKind::Alert));
        if let Some(to) = incident.to {
            let label = Label::new("usual again", "恢复正常");
            marks.push(Mark::on(to, label, MarkKind::Recovered));
        }
    }
    marks.retain(|mark| mark.day().is_some_and(|day| range.contains(day)));
    marks.sort_by(|a, b| (a.day(), a.kind, &a.label).cmp(&(b.day(), b.kind, &b.label)));
    marks
}

/// The picture in a sentence: the incident furthest from what was expected.
fn alternative(incidents: &[Incident<'_>]) -> Message {
    let share = |incident: &&Incident<'_>| (incident.excess / incident.expected).abs();
    let worst = incidents.iter().max_by(|a, b| share(a).total_cmp(&share(b)));
    let Some(worst) = worst else { return Message::new("alerts.alt_none") };
    let format = || format_of(worst.metric);
    Message::new("alerts.alt")
        .with("metric", Argument::Label(worst.metric.label.clone()))
        .with("worst", Argument::Date(worst.worst))
        .with("value", Argument::value(worst.value, format()))
        .with("expected", Argument::value(Some(Number::Real(worst.expected)), format()))
}

/// Incidents in rows: open questions first.
pub(super) fn table(section: &SectionPlan, incidents: &[Incident<'_>]) -> Table {
    let columns = [
        ("Metric", "指标", false),
        ("Since", "自", false),
        ("State", "状态", false),
        ("Furthest day", "偏离最大日", false),
        ("Value", "数值", true),
        ("Expected", "预期", true),
        ("Away by", "偏离", true),
    ];
    let columns = columns
        .iter()
        .map(|(en, zh, numeric)| Column { label: Label::new(*en, *zh), numeric: *numeric });
    let day = |date: NaiveDate| {
        Cell::Message(Message::new("alerts.day").with("date", Argument::Date(date)))
    };
    let rows = incidents.iter().take(ROWS).map(|incident| {
        let figure = |value| Figure { value, format: format_of(incident.metric), coverage: None };
        let cell = |value| Cell::Figure { figure: figure(value), verdict: Verdict::Neutral };
        let cells = vec![
            Cell::Label(incident.metric.label.clone()),
            day(incident.from),
            Cell::Label(incident.word()),
            day(incident.worst),
            cell(incident.value),
            cell(Some(Number::Real(incident.expected))),
            comparing::difference_cell(
                incident.metric,
                Some(Number::Real(incident.excess)),
                incident.excess,
                incident.verdict(),
            ),
        ];
        Row { cells, total: false }
    });
    let more = incidents.len().saturating_sub(ROWS);
    let note =
        (more > 0).then(|| Message::new("alerts.more").with("count", Argument::Count(more as i64)));
    Table { title: section.title.clone(), columns: columns.collect(), rows: rows.collect(), note }
}
