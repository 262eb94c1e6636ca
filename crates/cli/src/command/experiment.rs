//! `tidings experiment plan`.

use crate::{
    args::PlanArgs,
    exit::{Exit, Invalid},
    output,
    workplace::Workplace,
};
use anyhow::Result;
use job::Wanted;
use serde::Serialize;
use stats::experiment::{Baseline, Design, duration};
use std::path::Path;
use transform::analysis::{AnalysisSpec, experiment::Kind};

/// Whole weeks for which the smallest visible lift is always told.
const WEEKS: [u32; 6] = [1, 2, 3, 4, 6, 8];
/// Those for which it is told on the way to more.
const MORE_WEEKS: [u32; 6] = [12, 16, 26, 52, 104, 208];

/// What a trial needs.
#[derive(Debug, Serialize)]
struct Planned {
    /// The control's rate or mean.
    baseline: f64,
    /// The standard deviation over people; absent for a rate.
    deviation: Option<f64>,
    lift: f64,
    power: f64,
    alpha: f64,
    versions: usize,
    looks: usize,
    explained: f64,
    /// How many times the people that looks cost.
    inflation: f64,
    people_per_version: u64,
    people: u64,
    daily: Option<f64>,
    days: Option<u32>,
    weeks: Option<u32>,
    /// The smallest lift that is seen after so many weeks.
    visible: Vec<Visible>,
}

#[derive(Debug, Serialize)]
struct Visible {
    weeks: u32,
    people_per_version: u64,
    lift: f64,
}

/// The figures of a plan, from the command line or from a section.
struct Figures {
    baseline: Baseline,
    lift: f64,
    alpha: f64,
    versions: usize,
    looks: usize,
    daily: Option<f64>,
}

/// Prints how many people and days a trial needs.
pub(crate) fn plan(place: &Workplace, args: &PlanArgs) -> Result<Exit> {
    let figures = match (&args.job, &args.section) {
        (Some(job), Some(section)) => of_section(place, args, job, section)?,
        (Some(_), None) => {
            return Err(invalid("name the section as well: tidings experiment plan JOB SECTION"));
        }
        _ => of_arguments(args)?,
    };
    let planned = planned(args, &figures)?;
    match args.json {
        true => output::say_json(&planned)?,
        false => output::say(&text(&planned))?,
    }
    Ok(Exit::Fine)
}

fn invalid(message: impl Into<String>) -> anyhow::Error {
    Invalid(message.into()).into()
}

fn of_arguments(args: &PlanArgs) -> Result<Figures> {
    let lift = args
        .lift
        .ok_or_else(|| invalid("--lift is needed: the smallest change that matters, such as 5%"))?;
    Ok(Figures {
        baseline: baseline(args)?.ok_or_else(|| {
            invalid("say what the control shows: --rate 0.04, or --mean 30 --sd 45")
        })?,
        lift,
        alpha: args.alpha.unwrap_or(0.05),
        versions: args.versions.unwrap_or(2),
        looks: args.looks.unwrap_or(1),
        daily: args.daily,
    })
}

fn baseline(args: &PlanArgs) -> Result<Option<Baseline>> {
    match (args.rate, args.mean, args.sd) {
        (Some(rate), None, None) => Ok(Some(Baseline::Rate(rate))),
        (None, Some(mean), Some(deviation)) => Ok(Some(Baseline::Mean { mean, deviation })),
        (None, None, None) => Ok(None),
        (Some(_), _, _) => {
            Err(invalid("--rate does not go with --mean and --sd; give one of them"))
        }
        _ => Err(invalid("--mean and --sd go together")),
    }
}

/// What a section knows, unless an argument says otherwise.
fn of_section(place: &Workplace, args: &PlanArgs, job: &Path, id: &str) -> Result<Figures> {
    let plan = match &args.as_of {
        Some(as_of) => place.plan(job, Some(as_of))?,
        None => {
            let job = place.job(job)?;
            let now = place.now.with_timezone(&job.calendar.zone);
            job::plan(&job, now, &Wanted::Sections)
        }
    };
    let sections = &plan.transform.sections;
    let named = sections.iter().find(|section| section.id.as_str() == id).ok_or_else(|| {
        let known: Vec<&str> = sections.iter().map(|section| section.id.as_str()).collect();
        invalid(format!("no section `{id}`; there are {}", known.join(", ")))
    })?;
    let AnalysisSpec::Experiment(spec) = &named.analysis else {
        let is = named.analysis.word();
        return Err(invalid(format!("section `{id}` is of the analysis `{is}`, not `experiment`")));
    };
    let cx = place.context(&plan, false)?;
    let found = run::experiment_baseline(&plan, &place.engine()?, &cx, spec)?;
    let told = match baseline(args)? {
        Some(told) => told,
        None => {
            let found = found.as_ref().ok_or_else(|| {
                invalid(format!(
                    "`{id}`: the control has too few people yet; say --rate, or --mean and --sd"
                ))
            })?;
            match found.kind {
                Kind::Rate => Baseline::Rate(found.value),
                Kind::Mean | Kind::Ratio => {
                    Baseline::Mean { mean: found.value, deviation: found.deviation }
                }
            }
        }
    };
    let lift = args.lift.or_else(|| spec.smallest_share()).ok_or_else(|| {
        invalid(format!("`{id}` has no `smallest`; say --lift, such as --lift 5%"))
    })?;
    let versions = found.as_ref().map(|found| found.versions);
    Ok(Figures {
        baseline: told,
        lift,
        alpha: args.alpha.unwrap_or_else(|| spec.alpha()),
        versions: args.versions.or(versions).unwrap_or(2),
        looks: args.looks.unwrap_or_else(|| spec.looks()),
        daily: args.daily.or(found.and_then(|found| found.daily)),
    })
}

fn planned(args: &PlanArgs, figures: &Figures) -> Result<Planned> {
    check(args, figures)?;
    let design = Design {
        baseline: figures.baseline,
        versions: figures.versions,
        alpha: figures.alpha,
        power: args.power,
        looks: figures.looks,
        explained: args.cuped,
    };
    let each = design.people(figures.lift).ok_or_else(|| {
        invalid(
            "such a difference needs more people than are counted here (a billion in each version for a mean, a thousand \
             billion for a rate); is --lift, or --sd, as meant?",
        )
    })?;
    let inflation = design.inflation().unwrap_or(1.0);
    let each = each.ceil();
    let daily = figures.daily.map(|daily| daily * args.share);
    let people = each * figures.versions as f64;
    let lasts = match daily {
        Some(daily) => Some(duration(people, daily).ok_or_else(|| {
            let years = people / daily / 365.0;
            invalid(format!(
                "{people} people at {daily} a day take {years:.0} years; a larger --lift or more people a day are needed"
            ))
        })?),
        None => None,
    };
    let visible = daily.map_or_else(Vec::new, |daily| {
        let after = |weeks: u32| {
            let people = (daily * 7.0 * f64::from(weeks) / figures.versions as f64).floor();
            let lift = design.smallest_lift(people)?;
            Some(Visible { weeks, people_per_version: people as u64, lift })
        };
        weeks(lasts.map_or(0, |lasts| lasts.weeks)).into_iter().filter_map(after).collect()
    });
    let (baseline, deviation) = match figures.baseline {
        Baseline::Rate(rate) => (rate, None),
        Baseline::Mean { mean, deviation } => (mean, Some(deviation)),
    };
    Ok(Planned {
        baseline,
        deviation,
        lift: figures.lift,
        power: args.power,
        alpha: figures.alpha,
        versions: figures.versions,
        looks: figures.looks,
        explained: args.cuped,
        inflation,
        people_per_version: each as u64,
        people: people as u64,
        daily,
        days: lasts.map(|lasts| lasts.weeks * 7),
        weeks: lasts.map(|lasts| lasts.weeks),
        visible,
    })
}

/// The weeks of the table, which reaches as far as the trial lasts.
fn weeks(needed: u32) -> Vec<u32> {
    let mut weeks = WEEKS.to_vec();
    if needed > WEEKS[WEEKS.len() - 1] {
        weeks.extend(MORE_WEEKS.into_iter().filter(|weeks| *weeks < needed));
        weeks.push(needed);
    }
    weeks
}

/// Every figure must be possible; what is not is told with what would be.
fn check(args: &PlanArgs, figures: &Figures) -> Result<()> {
    let needs = |holds: bool, message: String| if holds { Ok(()) } else { Err(invalid(message)) };
    let share = |value: f64| value > 0.0 && value < 1.0;
    match figures.baseline {
        Baseline::Rate(rate) => {
            needs(
                share(rate),
                format!("--rate {rate} is no share of people; use more than 0 and less than 1"),
            )?;
            let lifted = rate * (1.0 + figures.lift);
            needs(
                share(lifted),
                format!(
                    "a lift of {} takes a rate of {rate} to {lifted:.4}, which no share can be",
                    percent(figures.lift)
                ),
            )?;
        }
        Baseline::Mean { mean, deviation } => {
            needs(
                mean.is_finite() && mean != 0.0,
                format!("--mean {mean} has no lift; use another value than 0"),
            )?;
            needs(
                deviation > 0.0 && deviation.is_finite(),
                format!("--sd {deviation} is out of range; use more than 0"),
            )?;
        }
    }
    needs(
        figures.lift != 0.0 && figures.lift.is_finite(),
        "--lift 0% is no difference; use another value".to_owned(),
    )?;
    needs(
        share(args.power),
        format!("--power {} is out of range; use more than 0 and less than 1", args.power),
    )?;
    needs(
        share(figures.alpha),
        format!("--alpha {} is out of range; use more than 0 and less than 1", figures.alpha),
    )?;
    needs(
        args.power > figures.alpha,
        format!(
            "--power {} is not above --alpha {}: so often a difference is called where there is none",
            percent(args.power),
            percent(figures.alpha)
        ),
    )?;
    needs(
        (2..=20).contains(&figures.versions),
        format!(
            "--versions {} is out of range; use 2 to 20, the control among them",
            figures.versions
        ),
    )?;
    needs(
        (1..=30).contains(&figures.looks),
        format!("--looks {} is out of range; use 1 to 30", figures.looks),
    )?;
    needs(
        (0.0..1.0).contains(&args.cuped),
        format!("--cuped {} is out of range; use 0 or more and less than 1", args.cuped),
    )?;
    needs(
        args.share > 0.0 && args.share <= 1.0,
        format!("--share {} is out of range; use more than 0, at most 1", args.share),
    )?;
    match figures.daily {
        Some(daily) => needs(
            daily > 0.0 && daily.is_finite(),
            format!("--daily {daily} is out of range; use more than 0"),
        ),
        None => Ok(()),
    }
}

/// A share with two decimals, or as many as its first two digits need.
fn percent(share: f64) -> String {
    let points = share * 100.0;
    let shows = |decimals: &i32| points.abs() * 10f64.powi(*decimals) >= 9.5;
    let decimals = (2..12).find(shows).unwrap_or(2) as usize;
    let digits = format!("{points:.decimals$}");
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

fn text(planned: &Planned) -> String {
    let mut rows = vec![
        vec!["people per version".to_owned(), planned.people_per_version.to_string()],
        vec!["people in all".to_owned(), planned.people.to_string()],
    ];
    if let (Some(days), Some(weeks)) = (planned.days, planned.weeks) {
        rows.push(vec!["days, in whole weeks".to_owned(), format!("{days} ({weeks} weeks)")]);
    }
    if planned.looks > 1 {
        rows.push(vec![
            format!("of which for {} looks", planned.looks),
            format!("+{}", percent(planned.inflation - 1.0)),
        ]);
    }
    let shows = match planned.deviation {
        None => percent(planned.baseline),
        Some(deviation) => format!("{} (sd {deviation})", planned.baseline),
    };
    let told = format!(
        "control {shows}, lift {}, power {}, alpha {}, {} versions",
        percent(planned.lift),
        percent(planned.power),
        percent(planned.alpha),
        planned.versions,
    );
    let mut text = format!("{told}\n\n{}", output::table(&["", "needed"], rows, 1));
    if !planned.visible.is_empty() {
        let rows = planned.visible.iter().map(|one| {
            vec![one.weeks.to_string(), one.people_per_version.to_string(), percent(one.lift)]
        });
        let header = ["weeks", "people per version", "smallest lift seen"];
        text.push_str(&format!("\n{}", output::table(&header, rows.collect(), 1)));
    }
    text
}
