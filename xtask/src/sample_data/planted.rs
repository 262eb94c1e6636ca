//! The promises of the sample, checked on the computed truths before anything is written.

use anyhow::{Result, ensure};

use super::{
    calendar::{MARCH, Month, outage},
    catalogue::{REGIONS, WEST},
    sales::{CHANGED, LATE},
    truths::{Truths, targets::planned_revenue},
};

/// Refuses truths that do not hold what the README promises.
pub(crate) fn check(truths: &Truths) -> Result<()> {
    launch_conversion(truths)?;
    satisfaction(truths)?;
    market_share(truths)?;
    regions(truths)?;
    counts(truths)
}

/// On target in January and February, below in March, above from April.
fn launch_conversion(truths: &Truths) -> Result<()> {
    for figure in &truths.advertising.launch_by_month {
        let rate = figure.conversion_rate.unwrap_or_default();
        let holds = match (figure.period.as_str(), figure.member) {
            ("2026-01" | "2026-02", Some("A")) => (0.02..0.021).contains(&rate),
            ("2026-03", Some("A")) => (0.012..0.014).contains(&rate),
            (_, Some("B")) => rate > 0.023,
            _ => false,
        };
        ensure!(holds, "launch conversion of {} is {rate}", figure.period);
    }
    Ok(())
}

/// Only March misses the targets of satisfaction and recommendation.
fn satisfaction(truths: &Truths) -> Result<()> {
    for wave in &truths.survey.by_month {
        let is_march = wave.period == MARCH.label();
        let misses_csat = wave.csat < Some(0.80);
        let misses_nps = wave.nps < Some(35.0);
        let holds = misses_csat == is_march && misses_nps == is_march;
        ensure!(holds, "satisfaction of {}: {:?}, {:?}", wave.period, wave.csat, wave.nps);
    }
    Ok(())
}

/// Down in March and in the first quarter, up in the second.
fn market_share(truths: &Truths) -> Result<()> {
    let share = |period: &str| {
        truths.market_share.iter().find(|one| one.period == period).and_then(|one| one.market_share)
    };
    ensure!(share("2026-03") < share("2026-02"), "market share does not fall in March");
    ensure!(share("2026-Q1") < share("2025-Q4"), "market share does not fall in the first quarter");
    ensure!(share("2026-Q2") > share("2025-Q4"), "market share does not recover");
    Ok(())
}

/// In the second quarter of 2026, every region is on plan, save West.
fn regions(truths: &Truths) -> Result<()> {
    let months = [Month(12), Month(13), Month(14)];
    for (region, named) in REGIONS.iter().enumerate() {
        let actual = truths
            .sales
            .by_quarter_region
            .iter()
            .find(|one| one.period == months[0].quarter() && one.member == Some(named.code))
            .map_or(0, |one| one.cents);
        let plan = planned_revenue(&months, region);
        let holds = (actual < plan) == (region == WEST);
        ensure!(holds, "{} sold {actual} cents for a plan of {plan}", named.code);
    }
    Ok(())
}

/// Bad, late and changed rows, the outage and the small group.
fn counts(truths: &Truths) -> Result<()> {
    let bad = |dataset| truths.bad_rows.iter().filter(|row| row.dataset == dataset).count();
    ensure!(bad("orders") == 7 && bad("responses") == 3 && bad("sessions") == 2, "bad rows");
    ensure!(truths.late_rows.late_orders.len() == LATE, "late orders");
    ensure!(truths.late_rows.changed_orders.len() == CHANGED, "changed orders");
    ensure!(
        truths.late_rows.changed_orders.iter().all(|change| change.from != change.to),
        "a changed order keeps its status"
    );
    ensure!(truths.datasets["orders"].superseded == CHANGED as u64, "superseded orders");
    let outage: Vec<String> = outage().iter().map(ToString::to_string).collect();
    ensure!(truths.web.days_without_sessions == outage, "days without sessions");
    let withheld: Vec<bool> = truths.peers.iter().map(|group| group.withheld).collect();
    ensure!(withheld == [false, true], "withheld peer groups");
    Ok(())
}
