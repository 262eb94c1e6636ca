//! Customer value: published estimates and predictions, and a holdout of 39 weeks.
//!
//! The sample of CDNOW is that of Fader, Hardie and Lee (2005); the log of purchases is read, never the summary.

use std::path::Path;

use anyhow::Context as _;
use stats::lifetime::{
    BetaGeometric, Customer, Fit, GammaGamma, Horizon, Mean, ParetoNbd, Purchase, Purchasing,
    fit_bg_nbd, fit_gamma_gamma, fit_mbg_cnbd, fit_pareto_nbd, spend_dependence, summarise, value,
};

use super::row::{Goal, Row};
use super::{retail_log, tables};

/// Weeks that are foretold.
const HOLDOUT: f64 = 39.0;

/// The lines of this topic.
pub(super) fn rows(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("clv-cdnow");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let log = cdnow(&folder.join("cdnow_elog.csv"))?;
    let end = day("19970930").context("a date")?;
    let customers = summarise(&log, end).ok().context("summary")?;
    let models = Models::fit(&customers)?;
    let spend = fit_gamma_gamma(&customers).ok().context("Gamma-Gamma")?;
    let mut rows = estimates(&models);
    rows.push(gain(&models.pareto, &customers));
    rows.extend(predictions(&models.bg.model, &models.pareto.model));
    rows.extend(spending(&customers, &models.bg.model, &spend)?);
    let later = bought_after(&log, &customers, end, HOLDOUT);
    rows.extend(holdout("CDNOW", &models, &customers, &later, HOLDOUT, true));
    rows.extend(whole_base(data, &customers, &later)?);
    rows.extend(retail(data)?);
    Ok(rows)
}

/// The fitted models of one log.
struct Models {
    bg: Fit<BetaGeometric>,
    mbg: Fit<BetaGeometric>,
    pareto: Fit<ParetoNbd>,
}

impl Models {
    fn fit(customers: &[Customer]) -> anyhow::Result<Models> {
        Ok(Models {
            bg: fit_bg_nbd(customers).ok().context("BG/NBD")?,
            mbg: fit_mbg_cnbd(customers).ok().context("MBG/CNBD-k")?,
            pareto: fit_pareto_nbd(customers).ok().context("Pareto/NBD")?,
        })
    }
}

fn estimates(models: &Models) -> Vec<Row> {
    let (bg, pareto) = (models.bg.model, models.pareto.model);
    let (mbg, regularity) = (models.mbg.model, f64::from(models.mbg.model.regularity));
    vec![
        // Published to three places; the fourth is that of BTYD 2.4.3.
        Row::near("CDNOW BG/NBD r", bg.r, 0.2426, 1e-3),
        Row::near("CDNOW BG/NBD alpha", bg.alpha, 4.4137, 1e-3),
        Row::near("CDNOW BG/NBD a", bg.a, 0.793, 1e-3),
        Row::near("CDNOW BG/NBD b", bg.b, 2.4262, 1e-3),
        Row::near("CDNOW BG/NBD log-likelihood", models.bg.log_likelihood, -9582.429, 1e-3),
        // The top is flat; the row of the gain says how much likelier ours are than the printed ones.
        Row::near("CDNOW Pareto/NBD r", pareto.r, 0.553, 1e-3),
        Row::near("CDNOW Pareto/NBD alpha", pareto.alpha, 10.58, 5e-3),
        Row::near("CDNOW Pareto/NBD s", pareto.s, 0.606, 1e-3),
        Row::near("CDNOW Pareto/NBD beta", pareto.beta, 11.656, 2e-2),
        Row::near("CDNOW Pareto/NBD log-likelihood", models.pareto.log_likelihood, -9594.976, 1e-3),
        Row::near("CDNOW MBG/NBD r", mbg.r, 0.525, 1e-3),
        Row::near("CDNOW MBG/NBD alpha", mbg.alpha, 6.183, 1e-3),
        Row::near("CDNOW MBG/NBD a", mbg.a, 0.891, 1e-3),
        Row::near("CDNOW MBG/NBD b", mbg.b, 1.614, 1e-3),
        Row::new("CDNOW regularity k chosen", regularity, Goal::Shown, ""),
        Row::new("CDNOW MBG/CNBD-k log-likelihood", models.mbg.log_likelihood, Goal::Shown, ""),
    ]
}

fn buyer(repeats: u32, recency: f64, age: f64) -> Customer {
    Customer { customer: 0, repeats, recency, age, log_gaps: 0.0, spend: None }
}

/// How much likelier our Pareto/NBD is than the printed one, which explains the distance of α and β.
fn gain(fit: &Fit<ParetoNbd>, customers: &[Customer]) -> Row {
    let printed = ParetoNbd { r: 0.553, alpha: 10.58, s: 0.606, beta: 11.656 };
    let likelihood: f64 = customers.iter().map(|one| printed.log_likelihood(one)).sum();
    let gain = fit.log_likelihood - likelihood;
    let figure = "CDNOW Pareto/NBD log-likelihood above that of the printed estimates";
    Row::new(figure, gain, Goal::Within(0.0, 1e-3), "")
}

fn predictions(bg: &BetaGeometric, pareto: &ParetoNbd) -> Vec<Row> {
    let steady = buyer(26, 216.0 / 7.0, 31.0);
    let sheet = buyer(2, 30.43, 38.86);
    vec![
        Row::near("CDNOW 1516 BG/NBD P(alive)", bg.alive(&steady), 0.968_852, 1e-3),
        Row::near("CDNOW 1516 BG/NBD 52 weeks", bg.expected(&steady, 52.0), 25.756_6, 1e-3),
        Row::near("CDNOW 1516 Pareto/NBD P(alive)", pareto.alive(&steady), 0.997_874, 1e-3),
        Row::near("CDNOW 1516 Pareto/NBD 52 weeks", pareto.expected(&steady, 52.0), 25.4565, 2e-3),
        Row::near("CDNOW (2, 30.43, 38.86) 39 weeks", bg.expected(&sheet, 39.0), 1.226, 1e-3),
        Row::near("CDNOW new customer BG/NBD 52 weeks", bg.expected_of_new(52.0), 1.444, 1e-3),
        Row::near(
            "CDNOW new customer Pareto/NBD 52 weeks",
            pareto.expected_of_new(52.0),
            1.4734,
            1e-3,
        ),
        Row::near("CDNOW new customer BG/NBD 78 weeks", bg.expected_of_new(78.0), 1.8576, 1e-3),
    ]
}

fn spending(
    customers: &[Customer],
    bg: &BetaGeometric,
    fit: &Fit<GammaGamma>,
) -> anyhow::Result<Vec<Row>> {
    let model = fit.model;
    let payers: Vec<&Customer> =
        customers.iter().filter(|one| one.spend.is_some_and(|spend| spend > 0.0)).collect();
    let all = payers.len() as f64;
    let mean = customers.iter().map(|one| model.expected(one)).sum::<f64>();
    let mean = mean / customers.len() as f64;
    let dependence = spend_dependence(customers).context("spend and frequency")?;
    let mut rows = vec![
        Row::near("CDNOW Gamma-Gamma p", model.p, 6.25, 1e-2),
        Row::near("CDNOW Gamma-Gamma q", model.q, 3.74, 1e-2),
        Row::near("CDNOW Gamma-Gamma v", model.v, 15.44, 1e-2),
        Row::near("CDNOW customers who paid again", all, 946.0, 0.0),
        Row::near("CDNOW mean expected spend", mean, 35.253, 1e-2),
        Row::near(
            "CDNOW correlation of spend and frequency",
            dependence.correlation.coefficient,
            0.113_884,
            1e-3,
        ),
    ];
    // The published values count weeks as days: their month has 30 weeks, and their year 360.
    let printed = Horizon { periods: 12, weeks: 30.0, discount: 0.01 };
    let published = [140.096_211, 18.943_467, 38.180_574, 38.180_574, 38.180_574, 1_003.868_107];
    for (customer, published) in customers.iter().zip(published) {
        let found = value(bg, &model, customer, printed).context("value")?;
        let figure = format!("CDNOW {} value, months of 30 weeks", customer.customer);
        rows.push(Row::near(figure, found, published, published * 1e-3));
        let found = value(bg, &model, customer, Horizon::year(0.01)).context("value")?;
        let figure = format!("CDNOW {} value of twelve true months", customer.customer);
        rows.push(Row::new(figure, found, Goal::Shown, ""));
    }
    Ok(rows)
}

/// Days with a purchase within `weeks` after `end`, for each customer.
fn bought_after(log: &[Purchase], customers: &[Customer], end: i64, weeks: f64) -> Vec<f64> {
    let last = end + (weeks * 7.0) as i64;
    let mut days: Vec<(usize, i64)> = log
        .iter()
        .filter(|one| one.day > end && one.day <= last)
        .map(|one| (one.customer, one.day))
        .collect();
    days.sort_unstable();
    days.dedup();
    let count = |who: usize| {
        days.partition_point(|day| day.0 <= who) - days.partition_point(|day| day.0 < who)
    };
    customers.iter().map(|one| count(one.customer) as f64).collect()
}

fn holdout(
    name: &str,
    models: &Models,
    customers: &[Customer],
    later: &[f64],
    weeks: f64,
    is_judged: bool,
) -> Vec<Row> {
    let (bg, mbg, pareto) = (models.bg.model, models.mbg.model, models.pareto.model);
    let actual: f64 = later.iter().sum();
    let score = |expected: &dyn Fn(&Customer) -> f64| {
        let expected: Vec<f64> = customers.iter().map(expected).collect();
        let errors = expected.iter().zip(later).map(|(found, true_)| (found - true_).abs());
        let total: f64 = expected.iter().sum();
        (errors.sum::<f64>() / later.len() as f64, total / actual - 1.0)
    };
    let mean = actual / later.len() as f64;
    let ours = Mean(mbg, pareto);
    let published = if is_judged { "BG/NBD 0.7855, Pareto/NBD 0.7545" } else { "" };
    // 1653.41 and 1665.5 of 1882 purchases, lifetimes 0.11.3.
    let totals = if is_judged { "BG/NBD -0.1215, Pareto/NBD -0.1150" } else { "" };
    let scores = [
        ("BG/NBD", score(&|one| bg.expected(one, weeks)), false),
        ("Pareto/NBD", score(&|one| pareto.expected(one, weeks)), false),
        ("Pareto/NBD, medians", score(&|one| f64::from(pareto.median(one, weeks))), is_judged),
        ("MBG/CNBD-k", score(&|one| mbg.expected(one, weeks)), false),
        ("mean of MBG/CNBD-k and Pareto/NBD", score(&|one| ours.expected(one, weeks)), false),
        ("the actual mean for all", score(&|_| mean), false),
    ];
    let mut rows = vec![Row::new(format!("{name} holdout purchases"), actual, Goal::Shown, "")];
    for (model, (error, bias), is_judged) in scores {
        let goal = if is_judged { Goal::Below(0.754) } else { Goal::Shown };
        rows.push(Row::new(format!("{name} holdout MAE, {model}"), error, goal, published));
        let is_whole = name.contains("all customers") && model == "Pareto/NBD";
        let goal = if is_whole { Goal::Within(-0.11, 0.11) } else { Goal::Shown };
        rows.push(Row::new(format!("{name} holdout total, error, {model}"), bias, goal, totals));
    }
    rows
}

/// The same holdout of the sample, from the models of all 23 570 customers, of whom it is a tenth.
fn whole_base(data: &Path, sample: &[Customer], later: &[f64]) -> anyhow::Result<Vec<Row>> {
    let path = data.join("cdnow/CDNOW_master.txt");
    if !path.is_file() {
        return Ok(tables::absent(&path));
    }
    let text = std::fs::read_to_string(&path)?;
    let mut log = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [customer, date, _, amount] = fields[..] else { continue };
        let day = day(date).with_context(|| format!("no date: {date}"))?;
        log.push(Purchase { customer: customer.parse()?, day, amount: amount.parse()? });
    }
    let end = day("19970930").context("a date")?;
    let customers = summarise(&log, end).ok().context("summary")?;
    let models = Models::fit(&customers)?;
    Ok(holdout("CDNOW, all customers fitted", &models, sample, later, HOLDOUT, false))
}

/// The log of a gift shop: fitted on the first 39 weeks, foretold over the rest.
fn retail(data: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = data.join("online_retail/by-day");
    if !folder.is_dir() {
        return Ok(tables::absent(&folder));
    }
    let log = retail_log::read(&folder)?;
    let first = log.iter().map(|one| one.day).min().context("an empty log")?;
    let last = log.iter().map(|one| one.day).max().context("an empty log")?;
    let end = first + 39 * 7 - 1;
    let weeks = (last - end) as f64 / 7.0;
    let customers = summarise(&log, end).ok().context("summary")?;
    let models = Models::fit(&customers)?;
    let (mbg, pareto) = (models.mbg.model, models.pareto.model);
    let shown = |figure: &str, measured: f64| {
        Row::new(format!("Online Retail {figure}"), measured, Goal::Shown, "")
    };
    let mut rows = vec![
        shown("customers", customers.len() as f64),
        shown("MBG/CNBD-k k", f64::from(mbg.regularity)),
        shown("MBG/CNBD-k r", mbg.r),
        shown("MBG/CNBD-k alpha", mbg.alpha),
        shown("MBG/CNBD-k a", mbg.a),
        shown("MBG/CNBD-k b", mbg.b),
        shown("Pareto/NBD r", pareto.r),
        shown("Pareto/NBD alpha", pareto.alpha),
        shown("Pareto/NBD s", pareto.s),
        shown("Pareto/NBD beta", pareto.beta),
    ];
    let later = bought_after(&log, &customers, end, weeks);
    rows.extend(holdout("Online Retail", &models, &customers, &later, weeks, false));
    Ok(rows)
}

fn cdnow(path: &Path) -> anyhow::Result<Vec<Purchase>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut log = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').map(|field| field.trim_matches('"')).collect();
        let [_, customer, date, _, sales] = fields[..] else { anyhow::bail!("odd line: {line}") };
        let day = day(date).with_context(|| format!("no date: {date}"))?;
        log.push(Purchase { customer: customer.parse()?, day, amount: sales.parse()? });
    }
    Ok(log)
}

/// Days since 1970 of a date like 19970930.
fn day(text: &str) -> Option<i64> {
    let date = chrono::NaiveDate::parse_from_str(text, "%Y%m%d").ok()?;
    Some((date - chrono::NaiveDate::default()).num_days())
}
