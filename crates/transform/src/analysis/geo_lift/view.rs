//! A regional lift as a picture and as tables.

use super::{LEVEL, Measured};
use crate::{desk::format_of, plan::SectionPlan};
use model::{
    label::Label,
    number::Number,
    report::{
        Argument, Cell, Chart, ChartKind, Column, Figure, Fmt, Mark, Message, Row, Series, Table,
        Tick, Verdict,
    },
    unit::Unit,
};

/// So many regions of the mixture are named.
const NAMED: usize = 6;

impl Measured<'_> {
    pub(super) fn format(&self) -> Fmt {
        format_of(self.metric)
    }

    pub(super) fn treated_names(&self) -> Vec<Label> {
        self.spec.treated.iter().map(|name| Label::verbatim(name.as_str())).collect()
    }

    /// The regions with the campaign beside what they would have had.
    pub(super) fn chart(&self, section: &SectionPlan) -> Chart {
        let expected = self.lift.expected.iter().map(|one| Some(one * self.regions()));
        let actual = self.actual.iter().copied().map(Some);
        let mark = Mark::event(
            self.periods[self.start].days.start,
            Label::new("campaign begins", "活动开始"),
        );
        let alternative = Message::new("geo_lift.alt")
            .with("metric", Argument::Label(self.metric.label.clone()))
            .with("lift", Argument::change(Some(self.lift.lift)));
        Chart {
            ticks: self.periods.iter().map(|period| Tick::Period(*period)).collect(),
            series: vec![
                Series {
                    label: self.metric.label.clone(),
                    values: actual.collect(),
                    reference: false,
                },
                Series {
                    label: Label::new("without the campaign", "无活动时的预期"),
                    values: expected.collect(),
                    reference: true,
                },
            ],
            marks: vec![mark],
            ..Chart::new(
                format!("{}-{}", section.id, self.metric.id),
                self.metric.label.clone(),
                ChartKind::Line,
                self.format(),
                alternative,
            )
        }
    }

    /// What was, what would have been, and what was added.
    pub(super) fn table(&self) -> Table {
        let amount = |value: f64| self.plain(value, self.format());
        let share = |value: f64| self.plain(value, Fmt { unit: Unit::Percent, decimals: Some(1) });
        let (base, added) = (self.base(), self.lift.incremental);
        let range = |low: f64, high: f64, share: bool| {
            if !(low.is_finite() && high.is_finite()) {
                return Cell::Message(Message::new("geo_lift.no_interval"));
            }
            let end = |value: f64| match share {
                true => Argument::change(Some(value / base)),
                false => Argument::value(Some(Number::Real(value)), self.format()),
            };
            let message = Message::new("geo_lift.interval");
            Cell::Message(message.with("low", end(low)).with("high", end(high)))
        };
        let row = |label: Label, cells: [Cell; 2]| {
            let mut row = vec![Cell::Label(label)];
            row.extend(cells);
            Row { cells: row, total: false }
        };
        let (low, high) = (self.lift.low, self.lift.high);
        let p = |value: f64| share(value);
        let mut rows = vec![
            row(Label::new("Actual", "实际"), [amount(base + added), Cell::Empty]),
            row(Label::new("Without the campaign", "无活动时的预期"), [amount(base), Cell::Empty]),
            row(Label::new("Added", "增量"), [amount(added), range(low, high, false)]),
            row(Label::new("Lift", "提升"), [share(self.lift.lift), range(low, high, true)]),
            row(
                Label::new(
                    "Chance of such an average without an effect",
                    "若无效果，出现如此平均差异的概率",
                ),
                [p(self.lift.p_average), Cell::Empty],
            ),
            row(
                Label::new(
                    "Chance of such single periods without an effect",
                    "若无效果，出现如此单期偏离的概率",
                ),
                [p(self.lift.p), Cell::Empty],
            ),
        ];
        rows.extend(self.placebo.map(|placebo| {
            let label = Label::new("Regions as far off (placebo)", "安慰剂检验的概率");
            row(label, [p(placebo), Cell::Empty])
        }));
        let interval = f64::round(LEVEL * 100.0);
        let columns = vec![
            Column { label: self.metric.label.clone(), numeric: false },
            Column { label: Label::new("Value", "数值"), numeric: true },
            Column {
                label: Label::new(format!("{interval}% interval"), format!("{interval}%区间")),
                numeric: true,
            },
        ];
        Table {
            title: Label::new("Actual and expected", "实际与预期"), columns, rows, note: None
        }
    }

    /// The regions that the mixture is made of.
    pub(super) fn weights(&self) -> Table {
        let mut places: Vec<usize> = (0..self.others.len()).collect();
        // The sort is stable: regions of one weight stay in their order.
        places.sort_by(|a, b| self.lift.weights[*b].total_cmp(&self.lift.weights[*a]));
        let format = Fmt { unit: Unit::Percent, decimals: Some(1) };
        let told = places.iter().take(NAMED).filter(|place| self.lift.weights[**place] >= 0.005);
        let mut rest = 1.0;
        let mut rows: Vec<Row> = Vec::new();
        for place in told {
            let weight = self.lift.weights[*place];
            rest -= weight;
            let cells =
                vec![Cell::Label(self.others[*place].clone()), self.plain(weight, format.clone())];
            rows.push(Row { cells, total: false });
        }
        if rest >= 0.005 {
            let others = Cell::Label(Label::new("Others", "其他"));
            rows.push(Row { cells: vec![others, self.plain(rest, format)], total: false });
        }
        let headings = [("Region", "地区"), ("Weight", "权重")];
        let columns = headings
            .iter()
            .enumerate()
            .map(|(index, (en, zh))| Column { label: Label::new(*en, *zh), numeric: index > 0 });
        Table {
            title: Label::new("What it is compared with", "对照构成"),
            columns: columns.collect(),
            rows,
            note: None,
        }
    }

    fn plain(&self, value: f64, format: Fmt) -> Cell {
        let figure = Figure { value: Some(Number::Real(value)), format, coverage: None };
        Cell::Figure { figure, verdict: Verdict::Neutral }
    }
}
