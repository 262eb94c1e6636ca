//! What is said of channels.

use super::{
    judged::{Loyal, Traffic, Wasted, Weak, loyal, wasted, weak},
    lines::{Figures, Line, Lines},
    view::{View, money_format, rate_format},
};
use crate::{
    analysis::{cells::share_format, comparing},
    desk::format_of,
};
use model::{
    label::Label,
    metric::Metric,
    number::{Number, ratio},
    report::{Argument, Finding, Fmt, Message, Verdict},
};

impl View<'_> {
    /// The conclusion first, then what was tested.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.leader().into_iter().collect();
        let wasted = wasted(self.lines);
        let (tested, weak) = weak(self.lines);
        if tested > 1 && !weak.iter().any(|weak| weak.has_many_clicks) {
            let message =
                Message::new("channel_quality.even").with("count", Argument::Count(tested as i64));
            findings.push(Finding { verdict: Verdict::Neutral, message, weight: 16 });
        }
        findings.extend(wasted.map(|wasted| self.no_result(&wasted)));
        findings.extend(weak.iter().map(|weak| self.few_sales(weak)));
        if let Some(customers) = self.customers {
            let traffic = Traffic::of(customers, self.lines);
            let (tested, loyal) = loyal(customers, &traffic);
            if tested > 1 && loyal.is_empty() {
                let message = Message::new("channel_quality.no_loyal")
                    .with("count", Argument::Count(tested as i64));
                findings.push(Finding { verdict: Verdict::Neutral, message, weight: 15 });
            }
            let said = |loyal| self.loyal_customers(loyal, traffic.is_traffic);
            findings.extend(loyal.iter().map(said));
        }
        findings
    }

    pub(super) fn spend(&self) -> Option<&Metric> {
        Lines::metric(self.desk, self.lines.slots.spend.as_ref())
    }

    /// What spend is written as, with decimals for small amounts such as a cost per conversion.
    pub(super) fn spend_format(&self, decimals: Option<u32>) -> Option<Fmt> {
        Some(Fmt { decimals, ..format_of(self.spend()?) })
    }

    fn amount(&self, amount: Option<Number>, decimals: Option<u32>) -> Option<Argument> {
        Some(Argument::value(Some(amount?), self.spend_format(decimals)?))
    }

    /// The channel that brings most conversions; most clicks where conversions are not asked for. Nothing of a single
    /// one: it brings everything there is.
    fn leader(&self) -> Option<Finding> {
        let is_clicks = self.lines.slots.conversions.is_none();
        let brought = |figures: &Figures| match is_clicks {
            true => figures.clicks,
            false => figures.conversions,
        };
        let size = |line: &&Line| brought(&line.figures).map_or(-1.0, Number::to_f64);
        // The first of equals.
        let best = self.lines.channels.iter().rev().max_by(|a, b| size(a).total_cmp(&size(b)));
        let all = brought(&self.lines.all);
        let Some((line, all)) = best.filter(|line| size(line) > 0.0).zip(all) else {
            let message = Message::new("channel_quality.none");
            return Some(Finding { verdict: Verdict::Unknown, message, weight: 20 });
        };
        if self.lines.channels.len() == 1 {
            return None;
        }
        let share = ratio(brought(&line.figures), Some(all)).map(Number::to_f64);
        let what = match is_clicks {
            true => Label::new("clicks", "点击"),
            false => Label::new("conversions", "转化"),
        };
        let message = |key| {
            Message::new(key)
                .with("channel", Argument::Label(line.label.clone()))
                .with("share", comparing::percent(share))
                .with("what", Argument::Label(what.clone()))
                .with("count", Argument::Count(all.to_f64().round() as i64))
        };
        let each = |figures: &Figures| self.amount(ratio(figures.spend, brought(figures)), Some(2));
        let message = match each(&line.figures).zip(each(&self.lines.all)) {
            Some((each, all)) => {
                message("channel_quality.leader").with("each", each).with("all", all)
            }
            None => message("channel_quality.leader_plain"),
        };
        Some(Finding { verdict: Verdict::Neutral, message, weight: 26 })
    }

    fn few_sales(&self, weak: &Weak<'_>) -> Finding {
        let rate = |rate| Argument::value(Some(Number::Real(rate)), rate_format());
        let message = |key| {
            Message::new(key)
                .with("channel", Argument::Label(weak.line.label.clone()))
                .with("clicks", comparing::percent(Some(weak.share_of_clicks)))
                .with("conversions", comparing::percent(Some(weak.share_of_conversions)))
                .with("rate", rate(weak.rate))
                .with("others", rate(weak.others))
        };
        let dear = self.amount(weak.dear.map(Number::Real), None);
        let message = match dear.zip(self.amount(weak.line.figures.spend, None)) {
            Some((dear, spend)) => {
                let key = match weak.has_many_clicks {
                    true => "channel_quality.weak_dear",
                    false => "channel_quality.dear",
                };
                message(key).with("dear", dear).with("spend", spend)
            }
            None => message("channel_quality.weak"),
        };
        let weight = if weak.has_many_clicks { 29 } else { 24 };
        Finding { verdict: Verdict::Bad, message, weight }
    }

    fn no_result(&self, wasted: &Wasted<'_>) -> Finding {
        let names = wasted.lines.iter().map(|line| line.label.clone()).collect();
        let spend = self.amount(Some(wasted.spend), None);
        let expected = Argument::Count(wasted.expected.round() as i64);
        let message = Message::new("channel_quality.wasted")
            .with("list", Argument::List(names))
            .with("spend", spend.unwrap_or(Argument::Count(0)))
            .with("expected", expected);
        Finding { verdict: Verdict::Bad, message, weight: 30 }
    }

    fn loyal_customers(&self, loyal: &Loyal<'_>, is_traffic: bool) -> Finding {
        let rate = |sample: stats::experiment::Sample| {
            let share = sample.estimate().map(|estimate| Number::Real(estimate.mean));
            Argument::value(share, share_format())
        };
        let worth = |sample: stats::experiment::Sample| {
            let mean = sample.estimate().map(|estimate| Number::Real(estimate.mean));
            Argument::value(mean, money_format(self.spec.unit.as_ref()))
        };
        let key = match (loyal.repeats, loyal.worth) {
            (true, true) => "channel_quality.loyal_both",
            (true, false) => "channel_quality.loyal_repeat",
            (false, _) => "channel_quality.loyal_value",
        };
        let mut message = Message::new(key)
            .with("channel", Argument::Label(self.channel_name(loyal.channel)))
            .with("share", comparing::percent(Some(loyal.share)))
            .with("what", Argument::Label(what(is_traffic)))
            .with("customers", Argument::Count(loyal.won.customers as i64))
            .with("window", Argument::Count(i64::from(self.spec.window)));
        if loyal.repeats {
            message = message
                .with("rate", rate(loyal.won.repeat()))
                .with("others", rate(loyal.others.repeat()));
        }
        if loyal.worth {
            message = message
                .with("value", worth(loyal.won.value()))
                .with("others_value", worth(loyal.others.value()));
        }
        Finding { verdict: Verdict::Good, message, weight: 27 }
    }
}

fn what(is_traffic: bool) -> Label {
    match is_traffic {
        true => Label::new("traffic", "流量"),
        false => Label::new("new customers", "新客户"),
    }
}
