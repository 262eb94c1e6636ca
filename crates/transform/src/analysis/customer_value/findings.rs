//! What is said of customer value: the conclusion first, then what it rests on.

use super::{
    Spec,
    outlook::{Outlook, Tested},
    purchases::Purchases,
    segments::{Groups, Part},
};
use crate::analysis::{
    cells::{argument, count_format, counted, part, share_format},
    comparing, people,
};
use model::report::{Argument, Block, Finding, Message, Verdict};
use stats::lifetime::{LEAST_CUSTOMERS, Refusal};

pub(super) fn findings(
    spec: &Spec,
    purchases: &Purchases,
    outlook: &Outlook,
    groups: Option<&Groups>,
) -> Vec<Finding> {
    let Ok(_) = outlook.fit else {
        return vec![refused(purchases, outlook)];
    };
    let desk = Desk { spec, purchases, outlook };
    let mut findings = vec![desk.conclusion()];
    if let Some(groups) = groups {
        findings.extend(desk.core(groups));
        findings.extend(desk.gone(groups));
    }
    findings.extend(outlook.test.as_ref().filter(|test| test.holds).map(|test| {
        let message = foretold("customer_value.holds", test);
        Finding { verdict: Verdict::Neutral, message, weight: 12 }
    }));
    findings.extend(desk.dependent());
    findings
}

/// Why nothing can be said of the time to come.
fn refused(purchases: &Purchases, outlook: &Outlook) -> Finding {
    let customers = counted(purchases.customers.len());
    let message = match outlook.fit {
        Err(Refusal::NoRepeatPurchase) => {
            Message::new("customer_value.no_repeat").with("customers", customers)
        }
        Err(Refusal::TooFewCustomers) => Message::new("customer_value.few")
            .with("customers", customers)
            .with("least", counted(LEAST_CUSTOMERS)),
        _ => Message::new("customer_value.no_model").with("customers", customers),
    };
    Finding { verdict: Verdict::Unknown, message, weight: 30 }
}

fn foretold(key: &str, test: &Tested) -> Message {
    Message::new(key)
        .with("weeks", counted(test.weeks as usize))
        .with("predicted", argument(test.found.predicted, &count_format()))
        .with("actual", Argument::Count(test.found.actual as i64))
        .with("miss", Argument::change(Some(test.miss)))
}

struct Desk<'a> {
    spec: &'a Spec,
    purchases: &'a Purchases,
    outlook: &'a Outlook,
}

impl Desk<'_> {
    fn everybody(&self) -> Vec<usize> {
        (0..self.purchases.customers.len()).collect()
    }

    fn money(&self, value: f64) -> Argument {
        argument(value, &self.spec.money())
    }

    /// What all customers are worth, or why that is not stated.
    fn conclusion(&self) -> Finding {
        let all = self.everybody();
        let customers = counted(all.len());
        let Some(test) = &self.outlook.test else {
            let message = Message::new("customer_value.untested")
                .with("customers", customers)
                .with("weeks", counted(self.purchases.weeks() as usize));
            return Finding { verdict: Verdict::Unknown, message, weight: 30 };
        };
        if !test.holds {
            let tolerance = Argument::value(
                Some(model::number::Number::Exact(self.spec.tolerance)),
                model::report::Fmt { decimals: Some(0), ..share_format() },
            );
            let message = foretold("customer_value.misses", test).with("tolerance", tolerance);
            return Finding { verdict: Verdict::Unknown, message, weight: 40 };
        }
        let months = counted(self.spec.months as usize);
        let active = argument(self.outlook.active(&all), &count_format());
        let Some(ranged) = self.outlook.ranged(&all) else {
            let message = Message::new("customer_value.unpriced")
                .with("customers", customers)
                .with("active", active)
                .with("months", months)
                .with("purchases", argument(self.outlook.purchases(&all), &count_format()))
                .with("payers", counted(self.purchases.repeaters()))
                .with("least", counted(LEAST_CUSTOMERS));
            return Finding { verdict: Verdict::Unknown, message, weight: 35 };
        };
        let message = Message::new("customer_value.worth")
            .with("customers", customers)
            .with("months", months)
            .with("value", self.money(ranged.value))
            .with("low", self.money(ranged.low))
            .with("high", self.money(ranged.high))
            .with("each", self.money(ranged.value / all.len() as f64))
            .with("active", active);
        Finding { verdict: Verdict::Neutral, message, weight: 45 }
    }

    /// Who carries the business.
    fn core(&self, groups: &Groups) -> Option<Finding> {
        let all = self.everybody();
        let spent =
            |places: &[usize]| places.iter().map(|at| self.purchases.spent[*at]).sum::<f64>();
        let parts: Vec<Part> = groups.parts();
        let leader = parts
            .iter()
            .filter(|part| part.label != people::others())
            .max_by(|a, b| spent(&a.places).total_cmp(&spent(&b.places)))?;
        let share = |part_of: f64, whole: f64| {
            part(part_of, whole).map(|one| comparing::percent(Some(one)))
        };
        let customers = share(leader.places.len() as f64, all.len() as f64)?;
        let revenue = share(spent(&leader.places), spent(&all))?;
        let value = self.outlook.value(&leader.places).zip(self.outlook.value(&all));
        let key =
            if value.is_some() { "customer_value.core" } else { "customer_value.core_so_far" };
        let message = Message::new(key)
            .with("segment", Argument::Label(leader.label.clone()))
            .with("customers", customers)
            .with("revenue", revenue);
        let message = match value.and_then(|(own, whole)| share(own, whole)) {
            Some(value) => message.with("value", value),
            None => message,
        };
        Some(Finding { verdict: Verdict::Neutral, message, weight: 36 })
    }

    /// That those who were good and have been silent for long are mostly gone.
    fn gone(&self, groups: &Groups) -> Option<Finding> {
        if !self.outlook.is_told() {
            return None;
        }
        let gone = groups.gone(self.outlook)?;
        let spent: f64 = gone.places.iter().map(|at| self.purchases.spent[*at]).sum();
        let whole: f64 = self.purchases.spent.iter().sum();
        let message = Message::new("customer_value.gone")
            .with("segment", Argument::Label(gone.label.clone()))
            .with("active", argument(self.outlook.active(&gone.places), &count_format()))
            .with("count", counted(gone.places.len()))
            .with("spent", self.money(spent))
            .with("share", comparing::percent(Some(part(spent, whole)?)));
        Some(Finding { verdict: Verdict::Bad, message, weight: 38 })
    }

    /// That frequent buyers spend more or less at a purchase, which the model of spend leaves out.
    fn dependent(&self) -> Option<Finding> {
        let found = self.outlook.dependence.filter(|found| found.warns)?;
        if !self.outlook.is_priced() {
            return None;
        }
        let coefficient = found.correlation.coefficient;
        let key = if coefficient > 0.0 { "customer_value.more" } else { "customer_value.less" };
        let format = model::report::Fmt { unit: model::unit::Unit::Number, decimals: Some(2) };
        let message = Message::new(key).with("correlation", argument(coefficient, &format));
        Some(Finding { verdict: Verdict::Neutral, message, weight: 14 })
    }
}

/// Remarks below: the method, and what was left out.
pub(super) fn notes(spec: &Spec, purchases: &Purchases, outlook: &Outlook) -> Vec<Block> {
    let mut notes = Vec::new();
    if outlook.is_told() {
        let discount = Argument::value(
            Some(model::number::Number::Exact(spec.discount)),
            model::report::Fmt { decimals: Some(0), ..share_format() },
        );
        notes.push(Message::new("customer_value.method").with("discount", discount));
    }
    notes.push(
        Message::new("customer_value.since").with("first", Argument::Date(purchases.days.start)),
    );
    let left = purchases.left_out;
    let counts = [
        ("people.nobodys", left.nobodys),
        ("people.undated", left.undated),
        ("people.unvalued", left.unvalued),
        ("customer_value.negative", left.negative),
    ];
    let told = counts.into_iter().filter(|(_, count)| *count > 0);
    notes.extend(told.map(|(key, count)| Message::new(key).with("count", counted(count))));
    if purchases.customers.is_empty() {
        notes.retain(|note| note.key.starts_with("people."));
    }
    notes.into_iter().map(Block::Note).collect()
}
