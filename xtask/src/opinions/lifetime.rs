//! Customer value: purchase models and spend.

use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use stats::lifetime::{
    Customer, ParetoNbd, Purchase, Purchasing, fit_bg_nbd, fit_gamma_gamma, fit_mbg_cnbd,
    fit_pareto_nbd, summarise,
};

use super::case::Case;
use super::draws::Draws;

/// Weeks that are foretold.
const AHEAD: f64 = 26.0;
/// Customers whose predictions are compared.
const SHOWN: usize = 40;

/// The cases of this topic.
pub(super) fn cases(data: &Path) -> anyhow::Result<Vec<Case>> {
    let mut cases = both("three hundred drawn customers", &drawn(), 280, false)?;
    let file = data.join("clv-cdnow/cdnow_elog.csv");
    if file.is_file() {
        let (log, end) = cdnow(&file)?;
        let read = both("CDNOW, 39 weeks", &log, end, true)?;
        cases.extend(read.into_iter().map(|case| case.from("clv-cdnow")));
    }
    Ok(cases)
}

/// Customers who buy by chance each day, and may leave after any purchase but the first.
fn drawn() -> Vec<Purchase> {
    let mut draws = Draws::named("customers");
    let mut log = Vec::new();
    for customer in 0..300 {
        // Many buy seldom and few often; many stay and few leave soon.
        let (mut day, often) = (draws.whole(0, 90), draws.whole(0, 100));
        let (chance, leaving) =
            (3 + (often * often / 200) as u64, [20, 60, 150, 400][draws.index(4)]);
        let price = draws.whole(10, 60);
        let first = (price + draws.whole(-9, 9)) as f64;
        log.push(Purchase { customer, day, amount: first });
        while day < 280 {
            day += 1;
            if !draws.happens(chance) {
                continue;
            }
            let amount = (price + draws.whole(-9, 9)) as f64;
            log.push(Purchase { customer, day, amount });
            if draws.happens(leaving) {
                break;
            }
        }
    }
    log
}

fn both(name: &str, log: &[Purchase], end: i64, with_pareto: bool) -> anyhow::Result<Vec<Case>> {
    let customers = summarise(log, end).ok().context("a summary")?;
    let bg = fit_bg_nbd(&customers).ok().context("BG/NBD")?;
    let mbg = fit_mbg_cnbd(&customers).ok().context("MBG/NBD")?;
    let spend = fit_gamma_gamma(&customers).ok().context("Gamma-Gamma")?.model;
    let mut cases = vec![
        model("bg", name, &customers, &bg.model)
            .list("parameters", &[bg.model.r, bg.model.alpha, bg.model.a, bg.model.b])
            .with("log-likelihood", bg.log_likelihood),
        known_pareto(name, &customers),
        spending(name, &customers).list("parameters", &[spend.p, spend.q, spend.v]).list(
            "expected spend",
            &customers.iter().take(SHOWN).map(|one| spend.expected(one)).collect::<Vec<_>>(),
        ),
    ];
    // Who leaves after a purchase only, as the drawn ones do, has no best Pareto/NBD: its top is a ridge without end.
    if with_pareto {
        let fit = fit_pareto_nbd(&customers).ok().context("Pareto/NBD")?;
        let found = fit.model;
        cases.push(
            model("pareto", name, &customers, &found)
                .list("parameters", &[found.r, found.alpha, found.s, found.beta])
                .with("log-likelihood", fit.log_likelihood),
        );
    }
    // The other side knows no regularity.
    if mbg.model.regularity == 1 {
        let parameters = [mbg.model.r, mbg.model.alpha, mbg.model.a, mbg.model.b];
        let case = model("mbg", name, &customers, &mbg.model).list("parameters", &parameters);
        cases.push(case.with("log-likelihood", mbg.log_likelihood));
    }
    Ok(cases)
}

/// Pareto/NBD with parameters that are given, not fitted.
fn known_pareto(name: &str, customers: &[Customer]) -> Case {
    let known = ParetoNbd { r: 0.7, alpha: 9.0, s: 0.4, beta: 14.0 };
    let mut case = model("known_pareto", name, customers, &known);
    case.inputs["parameters"] = json!([known.r, known.alpha, known.s, known.beta]);
    case.with("log-likelihood", customers.iter().map(|one| known.log_likelihood(one)).sum())
}

fn model(what: &'static str, name: &str, customers: &[Customer], model: &impl Purchasing) -> Case {
    let history: Vec<_> = customers.iter().map(|one| (one.repeats, one.recency, one.age)).collect();
    let shown = || customers.iter().take(SHOWN);
    let inputs = json!({ "history": history, "weeks": AHEAD, "shown": SHOWN });
    Case::new("lifetime", what, name, inputs)
        .list("alive", &shown().map(|one| model.alive(one)).collect::<Vec<_>>())
        .list("expected", &shown().map(|one| model.expected(one, AHEAD)).collect::<Vec<_>>())
        .with("expected in all", customers.iter().map(|one| model.expected(one, AHEAD)).sum())
}

fn spending(name: &str, customers: &[Customer]) -> Case {
    let history: Vec<_> = customers.iter().map(|one| (one.repeats, one.spend)).collect();
    Case::new("lifetime", "spend", name, json!({ "history": history, "shown": SHOWN }))
}

fn cdnow(file: &Path) -> anyhow::Result<(Vec<Purchase>, i64)> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let day = |text: &str| -> anyhow::Result<i64> {
        let date = chrono::NaiveDate::parse_from_str(text, "%Y%m%d")?;
        Ok((date - chrono::NaiveDate::default()).num_days())
    };
    let purchase = |line: &str| -> anyhow::Result<Purchase> {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        let [_, customer, date, _, amount] = cells[..] else { anyhow::bail!("odd line: {line}") };
        Ok(Purchase { customer: customer.parse()?, day: day(date)?, amount: amount.parse()? })
    };
    let log = text.lines().skip(1).map(purchase).collect::<anyhow::Result<_>>()?;
    Ok((log, day("19970930")?))
}
