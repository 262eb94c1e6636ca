//! What is shown of channels: conclusions, pictures, tables, remarks.

use super::{
    Spec,
    customers::Customers,
    judged::{APART, CHANCE, CONFIDENCE},
    lines::{Figures, Line, Lines},
    quality::dots,
};
use crate::{
    analysis::{
        Analysed,
        cells::{argument, column, count_format, figure, whole_share_format},
    },
    desk::{Desk, format_of},
    plan::SectionPlan,
};
use model::{
    id::DimensionId,
    label::Label,
    number::Number,
    report::{Argument, Block, Cell, Chart, ChartKind, Column, Fmt, Message, Row, Table, Tick},
    unit::Unit,
};
use stats::quantile::wilson;

pub(super) struct View<'a> {
    pub spec: &'a Spec,
    pub desk: &'a Desk<'a>,
    pub section: &'a SectionPlan,
    pub lines: &'a Lines,
    pub customers: Option<&'a Customers>,
}

/// A column of figures.
struct Shown {
    column: Column,
    format: Fmt,
    of: fn(&Figures) -> Option<Number>,
}

impl View<'_> {
    pub(super) fn analysed(&self) -> Analysed {
        let mut analysed = Analysed { findings: self.findings(), ..Analysed::default() };
        let blocks = &mut analysed.blocks;
        blocks.extend(self.chart().map(Block::Chart));
        if !self.lines.channels.is_empty() {
            let title = self.section.title.clone();
            let all = Some(&self.lines.all);
            blocks.push(Block::Table(self.table(title, &self.lines.channels, all)));
        }
        if !self.lines.campaigns.is_empty() {
            let title = Label::new("By campaign", "按活动");
            blocks.push(Block::Table(self.table(title, &self.lines.campaigns, None)));
        }
        blocks.push(Block::Note(self.method()));
        if let Some(customers) = self.customers {
            if customers.channels.is_empty() {
                blocks.push(Block::Note(Message::new("channel_quality.no_customers")));
            } else {
                blocks.extend(self.quality_chart(customers).map(Block::Chart));
                blocks.push(Block::Table(self.quality_table(customers)));
            }
            blocks.extend(self.quality_notes(customers).into_iter().map(Block::Note));
        }
        if let Some(organic) = &self.spec.organic {
            let found = organic.analysed(self.desk, self.section);
            analysed.findings.extend(found.findings);
            analysed.blocks.extend(found.blocks);
        }
        analysed
    }

    /// A channel's name, as `by` or as the acts call it.
    pub(super) fn channel_name(&self, channel: &Option<String>) -> Label {
        let plan = self.desk.plan;
        let named = plan.member(&self.spec.by, channel.as_deref());
        let own = self.spec.channel.as_ref().map(|own| DimensionId::new(own.to_string()));
        let is_bare = channel.as_ref().is_some_and(|name| named == Label::verbatim(name));
        match own.filter(|_| is_bare) {
            Some(own) => plan.member(&own, channel.as_deref()),
            None => named,
        }
    }

    /// Conversions per click with their intervals, beside that of all.
    fn chart(&self) -> Option<Chart> {
        let all = self.lines.all.conversion()?.to_f64();
        let rated = |line: &&Line| line.figures.conversion().is_some();
        let lines: Vec<&Line> =
            self.lines.channels.iter().filter(rated).take(self.spec.rows).collect();
        let interval = |line: &&Line| {
            let parts = line.figures.conversions.zip(line.figures.clicks)?;
            wilson(parts.0.to_f64(), parts.1.to_f64(), CONFIDENCE)
        };
        let rates: Vec<Option<f64>> =
            lines.iter().map(|line| line.figures.conversion().map(Number::to_f64)).collect();
        let of = |rate: &Option<f64>| rate.unwrap_or(0.0);
        let best = lines.iter().zip(&rates).max_by(|a, b| of(a.1).total_cmp(&of(b.1)))?;
        let names: Vec<Label> = lines.iter().map(|line| line.label.clone()).collect();
        let rate = |rate: f64| Argument::value(Some(Number::Real(rate)), rate_format());
        let alternative = Message::new("channel_quality.conversion_alt")
            .with("best", Argument::Label(best.0.label.clone()))
            .with("rate", rate(of(best.1)))
            .with("all", rate(all))
            .with("list", Argument::List(names.clone()));
        let intervals: Vec<_> = lines.iter().map(interval).collect();
        Some(Chart {
            ticks: names.into_iter().map(Tick::Label).collect(),
            series: dots(Label::new("Conversion", "转化率"), rates, &intervals, all),
            ..Chart::new(
                format!("{}-conversion", self.section.id),
                Label::new("Conversions per click", "每次点击的转化率"),
                ChartKind::Dots,
                rate_format(),
                alternative,
            )
        })
    }

    /// At most six figures a row, so that a mail on a telephone holds them.
    fn table(&self, title: Label, lines: &[Line], all: Option<&Figures>) -> Table {
        let wanted = self.columns();
        let mut columns = vec![match all {
            Some(_) => column("Channel", "渠道", false),
            None => column("Campaign", "活动", false),
        }];
        columns.extend(wanted.iter().map(|shown| shown.column.clone()));
        let row = |label: &Label, figures: &Figures, total: bool| {
            let mut cells = vec![Cell::Label(label.clone())];
            cells.extend(
                wanted.iter().map(|shown| known((shown.of)(figures), shown.format.clone())),
            );
            Row { cells, total }
        };
        let mut rows: Vec<Row> = lines
            .iter()
            .take(self.spec.rows)
            .map(|line| row(&line.label, &line.figures, false))
            .collect();
        rows.extend(all.map(|all| row(&Label::new("All", "全部"), all, true)));
        let hidden = lines.len().saturating_sub(self.spec.rows);
        let note = (hidden > 0).then(|| {
            Message::new("channel_quality.more").with("count", Argument::Count(hidden as i64))
        });
        Table { title, columns, rows, note }
    }

    fn columns(&self) -> Vec<Shown> {
        let slots = &self.lines.slots;
        let mut columns: Vec<Shown> = Vec::new();
        let mut add = |en: &str, zh: &str, format: Fmt, of: fn(&Figures) -> Option<Number>| {
            columns.push(Shown { column: column(en, zh, true), format, of });
        };
        let spend = self.spend_format(self.spend().and_then(|spend| spend.decimals));
        if let Some(spend) = spend {
            add("Spend", "花费", spend, |figures| figures.spend);
        }
        if slots.reach.is_some() {
            add("Reach", "触达人数", count_format(), |figures| figures.reach);
        } else if slots.impressions.is_some() {
            add("Impressions", "曝光量", count_format(), |figures| figures.impressions);
        }
        if slots.impressions.is_some() && slots.clicks.is_some() {
            add("CTR", "点击率", rate_format(), Figures::click_through);
        } else if slots.clicks.is_some() {
            add("Clicks", "点击量", count_format(), |figures| figures.clicks);
        }
        if slots.clicks.is_some() && slots.conversions.is_some() {
            add("Conversion", "转化率", rate_format(), Figures::conversion);
        } else if slots.conversions.is_some() {
            add("Conversions", "转化数", count_format(), |figures| figures.conversions);
        }
        let each = self.spend_format(Some(2));
        if let Some(each) = each.clone().filter(|_| slots.conversions.is_some()) {
            add("CPA", "转化成本", each, Figures::per_conversion);
        } else if let Some(each) = each.filter(|_| slots.clicks.is_some()) {
            add("Cost per click", "单次点击成本", each, |figures| {
                model::number::ratio(figures.spend, figures.clicks)
            });
        }
        let revenue = Lines::metric(self.desk, slots.revenue.as_ref());
        if slots.spend.is_some() && revenue.is_some() {
            let format = Fmt { unit: Unit::Number, decimals: Some(2) };
            add("ROAS", "广告回报", format, Figures::return_on_spend);
        } else if let Some(revenue) = revenue {
            add("Revenue", "销售额", format_of(revenue), |figures| figures.revenue);
        }
        columns
    }

    fn method(&self) -> Message {
        let is_untested = !self.lines.adds_up || self.lines.all.conversions.is_none();
        if is_untested {
            return Message::new("channel_quality.untested");
        }
        Message::new("channel_quality.method")
            .with("chance", argument(CHANCE, &whole_share_format()))
            .with("apart", argument(APART, &whole_share_format()))
    }
}

/// A figure, or nothing where a channel has none, such as spend of one that is free.
fn known(value: Option<Number>, format: Fmt) -> Cell {
    value.map_or(Cell::Empty, |value| figure(Some(value), &format))
}

/// Rates of a few per cent.
pub(super) fn rate_format() -> Fmt {
    Fmt { unit: Unit::Percent, decimals: Some(2) }
}

/// A value per customer.
pub(super) fn money_format(unit: Option<&Unit>) -> Fmt {
    Fmt { unit: unit.cloned().unwrap_or(Unit::Number), decimals: Some(0) }
}
