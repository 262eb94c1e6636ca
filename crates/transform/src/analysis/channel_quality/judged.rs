//! What differs beyond chance.
//!
//! Rule: a channel against all others together; many channels after Holm at 5 %, and a difference of at least a fifth,
//! since very many clicks make every small difference certain. Nothing is judged on small numbers.

use super::{
    customers::{Customers, Won},
    lines::{Figures, Line, Lines},
};
use model::number::Number;
use stats::{
    correlation::holm,
    experiment::{Sample, Scale, compare},
};

/// How sure intervals are.
pub(super) const CONFIDENCE: f64 = 0.95;
/// The chance of calling any channel different where none is.
pub(super) const CHANCE: f64 = 0.05;
/// How much worse or better than the others is worth a sentence.
pub(super) const APART: f64 = 0.2;
/// Conversions, and clicks without, that the normal law needs on either side.
pub(super) const FEWEST: f64 = 10.0;
/// Customers below which a channel's quality is not judged.
pub(super) const FEWEST_CUSTOMERS: u64 = 30;
/// The chance of seeing no conversion, over all lines, below which spend is called wasted.
pub(super) const NOTHING: f64 = 0.01;

/// A channel whose clicks bring few sales.
#[derive(Debug)]
pub(super) struct Weak<'a> {
    pub line: &'a Line,
    /// Whether it has at least as many clicks as the one in the middle.
    pub has_many_clicks: bool,
    pub share_of_clicks: f64,
    pub share_of_conversions: f64,
    pub rate: f64,
    /// The rate of all other channels.
    pub others: f64,
    /// Spend beyond what its conversions cost elsewhere; `None` where a spend is not known, or nothing is beyond.
    pub dear: Option<f64>,
}

/// The channels whose clicks bring few sales, those with the largest loss first, and how many channels were tested.
///
/// One without many clicks counts only where its spend is beyond what its conversions cost elsewhere; one without any
/// conversion is left to [`wasted`].
pub(super) fn weak(lines: &Lines) -> (usize, Vec<Weak<'_>>) {
    let real = |number: Option<Number>| number.map(Number::to_f64);
    let all = (real(lines.all.clicks), real(lines.all.conversions));
    let ((Some(clicks), Some(conversions)), true) = (all, lines.adds_up) else {
        return (0, Vec::new());
    };
    let many = median(lines.channels.iter().filter_map(|line| real(line.figures.clicks)).collect());
    let mut tested = Vec::new();
    for line in &lines.channels {
        let own = (real(line.figures.clicks), real(line.figures.conversions));
        let (Some(own_clicks), Some(own_conversions)) = own else { continue };
        let version = Sample::Rate { units: own_clicks, hits: own_conversions };
        let rest = (clicks - own_clicks, conversions - own_conversions);
        let control = Sample::Rate { units: rest.0, hits: rest.1 };
        let rate = conversions / clicks;
        let least = own_clicks.min(rest.0) * rate.min(1.0 - rate);
        let compared = compare(&control, &version, Scale::Absolute, CONFIDENCE);
        let Some(compared) = compared.filter(|_| least >= FEWEST) else { continue };
        let weak = Weak {
            line,
            has_many_clicks: Some(own_clicks) >= many,
            share_of_clicks: own_clicks / clicks,
            share_of_conversions: own_conversions / conversions,
            rate: own_conversions / own_clicks,
            others: rest.1 / rest.0,
            dear: dear(&line.figures, &lines.all, own_conversions, rest.1),
        };
        tested.push((compared.p, weak));
    }
    let p: Vec<f64> = tested.iter().map(|(p, _)| *p).collect();
    let adjusted = holm(&p).unwrap_or_default();
    let count = tested.len();
    let is_weak = |(weak, p): &(Weak<'_>, f64)| {
        let matters = weak.has_many_clicks || weak.dear.is_some();
        matters && weak.rate > 0.0 && *p < CHANCE && weak.rate < (1.0 - APART) * weak.others
    };
    let judged = tested.into_iter().map(|(_, weak)| weak).zip(adjusted);
    let mut found: Vec<Weak<'_>> = judged.filter(is_weak).map(|(weak, _)| weak).collect();
    let loss = |weak: &Weak<'_>| weak.dear.unwrap_or(0.0);
    found.sort_by(|a, b| loss(b).total_cmp(&loss(a)));
    (count, found)
}

/// Spend less what as many conversions cost in all other channels.
fn dear(own: &Figures, all: &Figures, conversions: f64, others: f64) -> Option<f64> {
    let own = own.spend?.to_f64();
    let elsewhere = all.spend?.to_f64() - own;
    let beyond = own - conversions * elsewhere / others;
    (elsewhere > 0.0 && others > 0.0 && beyond > 0.0).then_some(beyond)
}

/// Spend that brought nothing.
#[derive(Debug)]
pub(super) struct Wasted<'a> {
    pub lines: Vec<&'a Line>,
    pub spend: Number,
    /// The conversions that so many clicks bring elsewhere.
    pub expected: f64,
}

/// Lines with spend and without a conversion, where so many were expected that chance hardly makes none: by clicks,
/// or by spend where clicks are not known.
pub(super) fn wasted(lines: &Lines) -> Option<Wasted<'_>> {
    let conversions = lines.all.conversions?.to_f64();
    let basis = |figures: &Figures| figures.clicks.or(figures.spend).map(Number::to_f64);
    let all = basis(&lines.all)?;
    let spending = |line: &&Line| line.figures.spend.is_some_and(|spend| spend.to_f64() > 0.0);
    let finest: Vec<&Line> = lines.finest().iter().filter(spending).collect();
    let mut found = Wasted { lines: Vec::new(), spend: Number::whole(0), expected: 0.0 };
    for line in &finest {
        let none = line.figures.conversions.is_some_and(|some| some.to_f64() == 0.0);
        let Some(own) = basis(&line.figures).filter(|own| none && *own < all) else { continue };
        let expected = own * conversions / (all - own);
        // Poisson's chance of none, times the lines among which it was looked for (Bonferroni).
        if (-expected).exp() * (finest.len() as f64) < NOTHING {
            found.lines.push(line);
            found.spend = found.spend.plus(line.figures.spend.unwrap_or(Number::whole(0)));
            found.expected += expected;
        }
    }
    (!found.lines.is_empty()).then_some(found)
}

/// What a small channel's customers do better than all others'.
#[derive(Debug)]
pub(super) struct Loyal<'a> {
    pub channel: &'a Option<String>,
    pub won: Won,
    pub others: Won,
    /// Its share of traffic.
    pub share: f64,
    /// Whether more of them come back, and whether they are worth more.
    pub repeats: bool,
    pub worth: bool,
}

/// The loyal ones among the small channels, and how many channels were tested.
pub(super) fn loyal<'a>(customers: &'a Customers, traffic: &Traffic) -> (usize, Vec<Loyal<'a>>) {
    let mut tests: Vec<(&Option<String>, bool, f64, bool)> = Vec::new();
    let mut channels = 0;
    for (channel, own) in customers.shown() {
        let others = customers.others(channel);
        if own.customers < FEWEST_CUSTOMERS || others.customers < FEWEST_CUSTOMERS {
            continue;
        }
        channels += 1;
        let enough = own.valued.min(others.valued) >= FEWEST_CUSTOMERS;
        let pairs = [
            (false, Some((others.repeat(), own.repeat()))),
            (true, enough.then(|| (others.value(), own.value()))),
        ];
        for (is_value, pair) in pairs {
            let Some((control, version)) = pair else { continue };
            let compared = compare(&control, &version, Scale::Absolute, CONFIDENCE);
            let means = control.estimate().zip(version.estimate());
            if let Some((compared, (other, own))) = compared.zip(means) {
                let better = own.mean > (1.0 + APART) * other.mean;
                tests.push((channel, is_value, compared.p, better));
            }
        }
    }
    let p: Vec<f64> = tests.iter().map(|test| test.2).collect();
    let adjusted = holm(&p).unwrap_or_default();
    let mut found: Vec<Loyal<'a>> = Vec::new();
    for ((channel, is_value, _, better), p) in tests.into_iter().zip(adjusted) {
        let Some(share) = traffic.small(channel).filter(|_| better && p < CHANCE) else { continue };
        match found.last_mut().filter(|last| last.channel == channel) {
            Some(last) => last.worth |= is_value,
            None => found.push(Loyal {
                channel,
                won: customers.channels.get(channel).copied().unwrap_or_default(),
                others: customers.others(channel),
                share,
                repeats: !is_value,
                worth: is_value,
            }),
        }
    }
    (channels, found)
}

/// How much comes by each channel that won customers: its traffic where that is known of all, else its customers.
#[derive(Debug)]
pub(super) struct Traffic {
    sizes: Vec<(Option<String>, f64)>,
    /// Whether it is of traffic, not of customers.
    pub is_traffic: bool,
}

impl Traffic {
    pub(super) fn of(customers: &Customers, lines: &Lines) -> Self {
        let seen = |channel: &Option<String>| {
            let of = |line: &&Line| line.members.first() == Some(channel);
            let line = lines.channels.iter().find(of)?;
            Some((channel.clone(), line.figures.traffic()?.to_f64()))
        };
        let known: Option<Vec<(Option<String>, f64)>> =
            customers.channels.keys().map(seen).collect();
        let is_traffic = known.is_some();
        let counted = || {
            let size =
                |(channel, won): (&Option<String>, &Won)| (channel.clone(), won.customers as f64);
            customers.channels.iter().map(size).collect()
        };
        Self { sizes: known.unwrap_or_else(counted), is_traffic }
    }

    /// The share of a channel below the median.
    fn small(&self, channel: &Option<String>) -> Option<f64> {
        let middle = median(self.sizes.iter().map(|(_, size)| *size).collect())?;
        let (_, size) = self.sizes.iter().find(|(name, _)| name == channel)?;
        let all: f64 = self.sizes.iter().map(|(_, size)| size).sum();
        (*size < middle).then_some(size / all)
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let is_odd = values.len() % 2 == 1;
    Some(if is_odd { upper } else { f64::midpoint(values[middle - 1], upper) })
}
