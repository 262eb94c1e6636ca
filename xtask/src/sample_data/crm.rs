//! Business leads.

use chrono::{Days, NaiveDate};

use super::{
    calendar::{self, Month, last_day},
    catalogue::REGIONS,
    files::{Csv, SampleFile, money},
    rng::{Rng, spread},
    sales::PLANNED_ORDERS,
};

const LEADS: u64 = 1_300;
const SOURCES: [(&str, u64); 5] =
    [("trade_fair", 18), ("website", 34), ("referral", 20), ("distributor", 16), ("cold_call", 12)];

/// A lead.
#[derive(Debug, Clone)]
pub(crate) struct Lead {
    /// When it was made.
    pub(crate) created: NaiveDate,
    /// Where it came from.
    pub(crate) source: &'static str,
    /// When it was won; `None` if it is open, qualified or lost.
    pub(crate) won: Option<NaiveDate>,
    line: Vec<String>,
}

/// Writes `crm/leads.csv`; returns its leads.
pub(crate) fn write(seed: u64) -> (SampleFile, Vec<Lead>) {
    let mut rng = Rng::named(seed, "crm");
    let mut csv = Csv::new("lead_id,created_on,region_code,source,status,closed_on,expected_value");
    let per_month = spread(LEADS, &PLANNED_ORDERS);
    let mut leads = Vec::new();
    for month in Month::all() {
        let days = month.days();
        let weights: Vec<u64> = days.iter().map(|day| workday_weight(*day)).collect();
        let mut created: Vec<NaiveDate> =
            (0..per_month[month.0]).map(|_| days[rng.weighted(&weights)]).collect();
        created.sort_unstable();
        for day in created {
            let lead = lead(&mut rng, leads.len() + 1, day);
            csv.push(&lead.line);
            leads.push(lead);
        }
    }
    (csv.into_file("crm/leads.csv"), leads)
}

/// Leads arrive on workdays.
fn workday_weight(day: NaiveDate) -> u64 {
    // Weekends sell more to households, hence the high demand, and nothing to companies.
    if calendar::is_weekend(day) { 4 } else { 100 }
}

/// One lead; open ones have no closing day.
fn lead(rng: &mut Rng, number: usize, created: NaiveDate) -> Lead {
    let region = rng.weighted(&REGIONS.map(|region| region.share));
    let source = rng.weighted(&SOURCES.map(|(_, share)| share));
    let closing = created + Days::new(rng.between(6, 95) as u64);
    let win_share = if SOURCES[source].0 == "referral" { 430 } else { 270 };
    let won = rng.per_mille(win_share);
    let (status, closed_on) = match (closing <= last_day(), won) {
        (true, true) => ("won", closing.to_string()),
        (true, false) => ("lost", closing.to_string()),
        (false, _) if rng.per_mille(450) => ("qualified", String::new()),
        (false, _) => ("open", String::new()),
    };
    let value = rng.between(8, 240) * rng.between(8, 40) * 10_000;
    let line = vec![
        format!("L{number:05}"),
        created.to_string(),
        REGIONS[region].code.to_owned(),
        SOURCES[source].0.to_owned(),
        status.to_owned(),
        closed_on,
        money(value),
    ];
    Lead { created, source: SOURCES[source].0, won: (status == "won").then_some(closing), line }
}
