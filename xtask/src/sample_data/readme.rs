//! The README of the sample, with the figures of its truths.

use anyhow::{Result, ensure};
use std::fmt::Display;

use super::{
    calendar::Month,
    catalogue::{REGIONS, WEST},
    files::{grouped, money},
    truths::{Truths, targets::planned_revenue},
    web::SAMPLED_ONE_IN,
};

/// The text with its places filled.
pub(crate) fn text(truths: &Truths) -> Result<String> {
    let mut text = include_str!("readme.md").to_owned();
    for (place, content) in places(truths) {
        let marker = format!("{{{{{place}}}}}");
        ensure!(text.contains(&marker), "the template has no place `{place}`");
        text = text.replace(&marker, content.trim_end());
    }
    ensure!(!text.contains("{{"), "the template has a place that nothing fills");
    Ok(text)
}

/// What goes where.
fn places(truths: &Truths) -> Vec<(&'static str, String)> {
    vec![
        ("seed", truths.seed.to_string()),
        ("sampled", SAMPLED_ONE_IN.to_string()),
        ("rows", rows(truths)),
        ("launch", launch(truths)),
        ("survey", survey(truths)),
        ("share", share(truths)),
        ("outage", truths.web.days_without_sessions.join(" and ")),
        ("web", web(truths)),
        ("peers", peers(truths)),
        ("duplicate", duplicate(truths)),
        ("late", late(truths)),
        ("bad", bad(truths)),
        ("regions", regions(truths)),
        ("sales", sales(truths)),
    ]
}

/// A table under a header; the first column is text, the others are numbers.
fn table<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&header.map(str::to_owned));
    text.push_str(&format!("|---|{}\n", "---:|".repeat(N - 1)));
    for cells in rows {
        text.push_str(&line(&cells));
    }
    text
}

/// A count with thousands separators.
fn count(number: impl Display) -> String {
    grouped(&number.to_string())
}

/// A fraction as a percentage.
fn percent(fraction: Option<f64>) -> String {
    fraction.map_or("–".to_owned(), |fraction| format!("{:.2} %", fraction * 100.0))
}

/// Cents as yuan with thousands separators.
fn yuan(cents: i64) -> String {
    let exact = money(cents);
    let (whole, rest) = exact.split_at(exact.len() - 3);
    format!("{}{rest}", grouped(whole))
}

fn rows(truths: &Truths) -> String {
    let header = ["Dataset", "Files", "Read", "Accepted", "Quarantined", "Superseded"];
    table(
        header,
        truths.datasets.iter().map(|(name, rows)| {
            let [files, read, accepted] = [rows.files, rows.read, rows.accepted].map(count);
            let [quarantined, superseded] = [rows.quarantined, rows.superseded].map(count);
            [(*name).to_owned(), files, read, accepted, quarantined, superseded]
        }),
    )
}

fn launch(truths: &Truths) -> String {
    let advertising = &truths.advertising;
    let figures = advertising.launch_by_month.iter().chain(&advertising.launch_by_quarter);
    table(
        ["Period", "Message", "Clicks", "Conversions", "Rate", "Spend"],
        figures.map(|one| {
            let message = one.member.unwrap_or_default().to_owned();
            let (clicks, conversions) = (count(one.clicks), count(one.conversions));
            let rate = percent(one.conversion_rate);
            [one.period.clone(), message, clicks, conversions, rate, one.spend.clone()]
        }),
    )
}

fn survey(truths: &Truths) -> String {
    let waves = truths.survey.by_month.iter().chain(&truths.survey.by_quarter);
    table(
        [
            "Period",
            "Responses",
            "CSAT 4–5 / answered",
            "CSAT",
            "Promoters − detractors / marks",
            "NPS",
        ],
        waves.map(|one| {
            [
                one.period.clone(),
                count(one.responses),
                format!("{} / {}", one.csat_satisfied, one.csat_answered),
                percent(one.csat),
                format!("{} − {} / {}", one.promoters, one.detractors, one.nps_answered),
                one.nps.map_or("–".to_owned(), |nps| format!("{nps:.1}")),
            ]
        }),
    )
}

fn share(truths: &Truths) -> String {
    table(
        ["Period", "Market share"],
        truths.market_share.iter().map(|one| {
            let share = one.market_share.map(|share| format!("{:.3} %", share * 100.0));
            [one.period.clone(), share.unwrap_or_default()]
        }),
    )
}

fn web(truths: &Truths) -> String {
    table(
        ["Period", "Sessions in the sample", "Conversion rate", "Bounce rate"],
        truths.web.by_month.iter().chain(&truths.web.by_quarter).map(|one| {
            let (conversion, bounce) = (percent(one.conversion_rate), percent(one.bounce_rate));
            [one.period.clone(), count(one.sessions), conversion, bounce]
        }),
    )
}

fn peers(truths: &Truths) -> String {
    let shown = truths.peers.iter().flat_map(|group| &group.metrics);
    table(
        ["Metric (premium, June 2026)", "Own", "Q1", "Median", "Q3", "Percentile rank"],
        shown.map(|one| {
            let [low, middle, high] =
                [one.first_quartile, one.median, one.third_quartile].map(|value| value.to_string());
            let rank = format!("{:.1}", one.percentile_rank);
            [one.metric.to_owned(), one.own.clone(), low, middle, high, rank]
        }),
    )
}

fn duplicate(truths: &Truths) -> String {
    let mut text = String::new();
    for file in &truths.duplicate_files {
        text.push_str(&format!(
            "`{}` is `{}` again, byte for byte ({} rows). Counting both would double a month's spend.\n",
            file.copy, file.of, file.rows
        ));
    }
    text
}

fn late(truths: &Truths) -> String {
    let changed = &truths.late_rows.changed_orders;
    let to = |status: &str| changed.iter().filter(|change| change.to == status).count();
    format!(
        "{} orders of 2026-05-30 and 31 are in the June file only. {} orders of May are in the June file once more, \
         with a newer `updated_at` and another status ({} returned, {} cancelled, {} paid): the newest version wins. \
         Their ids are in `truths.json`.",
        truths.late_rows.late_orders.len(),
        changed.len(),
        to("returned"),
        to("cancelled"),
        to("paid"),
    )
}

fn bad(truths: &Truths) -> String {
    let mut text = String::from(
        "| File | Record | Line | Field | Rule | Instead |\n|---|---:|---:|---|---|---|\n",
    );
    for row in &truths.bad_rows {
        let (field, raw) = (
            if row.field.is_empty() { "whole record" } else { row.field },
            if row.rule == "syntax" { "a line cut off" } else { row.raw.as_str() },
        );
        let raw = if raw.is_empty() { "(empty)" } else { raw };
        text.push_str(&format!(
            "| `{}` | {} | {} | {field} | {}: {} | {raw} |\n",
            row.file, row.record, row.line, row.rule, row.expected
        ));
    }
    text
}

fn regions(truths: &Truths) -> String {
    let months = [Month(12), Month(13), Month(14)];
    let sales = &truths.sales;
    let spans = months.map(|month| (month.label(), vec![month], &sales.by_month_region));
    let quarter = (months[0].quarter(), months.to_vec(), &sales.by_quarter_region);
    let mut rows = Vec::new();
    for (period, span, figures) in spans.into_iter().chain([quarter]) {
        for (region, named) in REGIONS.iter().enumerate() {
            let actual = figures
                .iter()
                .find(|one| one.period == period && one.member == Some(named.code))
                .map_or(0, |one| one.cents);
            let plan = planned_revenue(&span, region);
            let attained = format!("{:.1} %", actual as f64 / plan as f64 * 100.0);
            let mark = if region == WEST { "**" } else { "" };
            let name = format!("{period} {mark}{}{mark}", named.name_en);
            rows.push([name, yuan(actual), yuan(plan), attained]);
        }
    }
    table(["Period and region", "Net revenue", "Target", "Attained"], rows.into_iter())
}

fn sales(truths: &Truths) -> String {
    let sales = &truths.sales;
    table(
        ["Period", "Net revenue", "Paid orders", "Orders of any status", "Buyers", "New customers"],
        sales.by_month.iter().chain(&sales.by_quarter).map(|one| {
            let new = sales.new_customers.iter().find(|new| new.period == one.period);
            [
                one.period.clone(),
                yuan(one.cents),
                count(one.orders_paid),
                count(one.orders_placed),
                count(one.buyers),
                new.map_or("–".to_owned(), |new| count(new.new_customers)),
            ]
        }),
    )
}
