//! What a run would do, in words; nothing is run and nothing is read but job files.

use crate::plan::JobPlan;
use engine::{Reach, Table, Tables, sql};
use model::{edition::AttachmentKind, id::DatasetId, label::Locale, slice::Members};
use serde::Serialize;
use std::{collections::BTreeSet, fmt::Write};

/// A plan, explained.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The job.
    pub job: String,
    /// The scheduled moment.
    pub as_of: String,
    /// The reported period and its first and last day.
    pub period: String,
    /// The datasets with their files.
    pub sources: Vec<String>,
    /// The sections with their periods.
    pub sections: Vec<String>,
    /// The queries as SQL.
    pub queries: Vec<String>,
    /// What holds the report back.
    pub gate: Vec<String>,
    /// The slices of readers, each with what every query on a dataset is cut down to; none when all see everything.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slices: Vec<String>,
    /// The editions.
    pub editions: Vec<String>,
    /// Who gets it.
    pub recipients: Vec<String>,
    /// The plan's fingerprint.
    pub fingerprint: String,
}

/// Explains a plan. Pure.
pub fn explain(plan: &JobPlan) -> Explanation {
    let tables = tables(plan);
    let queries = transform::needs(&plan.transform);
    let days = plan.period.days;
    Explanation {
        job: plan.job.to_string(),
        as_of: plan.as_of.to_rfc3339(),
        period: format!("{} ({} to {})", plan.period.name(), days.start, days.last()),
        sources: plan
            .extract
            .contracts
            .iter()
            .map(|contract| {
                if let Some(sessions) = &contract.sessions {
                    return format!("{}: sessions of {}", contract.id, sessions.of);
                }
                let place = contract.source.described();
                let which = contract.which_counts().map(|which| format!("; {which}"));
                let which = which.unwrap_or_default();
                match contract.source.files.is_empty() {
                    true => format!("{}: {place}{which}", contract.id),
                    false => format!("{}: {place} in {}{which}", contract.id, plan.data.display()),
                }
            })
            .collect(),
        sections: plan
            .transform
            .sections
            .iter()
            .map(|section| {
                let period = &section.period;
                let partial = if period.whole { "" } else { " to date" };
                format!(
                    "{}: {} of {}{partial} ({} to {})",
                    section.id,
                    section.analysis.word(),
                    period.name(),
                    period.days.start,
                    period.days.last()
                )
            })
            .collect(),
        queries: queries.iter().map(|query| sql::text(query, &tables)).collect(),
        gate: gate(plan),
        slices: slices(plan, &tables),
        editions: plan.report.locales.iter().map(ToString::to_string).collect(),
        recipients: recipients(plan),
        fingerprint: plan.fingerprint.clone(),
    }
}

fn gate(plan: &JobPlan) -> Vec<String> {
    let gate = &plan.gate;
    let ready = plan.schedule.as_ref().and_then(|schedule| schedule.ready.as_ref());
    let mut lines: Vec<String> =
        ready.map(|ready| format!("a scheduled run {}", ready.described())).into_iter().collect();
    lines.extend([
        format!("at most {} of a dataset's rows in quarantine", gate.max_quarantined_share),
        format!("daily datasets at most {} days old", gate.max_age_days),
        format!("at least {} of the expected days of the period with rows", gate.min_coverage),
        format!(
            "the last day at most {} times below or above the usual volume",
            gate.max_volume_factor
        ),
        "no unreadable file, no missing dataset, no control total that disagrees".to_owned(),
    ]);
    lines
}

/// Tables without rows, for SQL text that shows the joins.
fn tables(plan: &JobPlan) -> Tables {
    let table = |contract: &extract::Contract| Table {
        shape: contract.shape.clone(),
        parts: Vec::new(),
        lookups: contract.lookups.clone(),
        contract: contract.fingerprint.clone(),
        reach: Reach::All,
    };
    let tables =
        plan.extract.contracts.iter().map(|contract| (contract.id.clone(), table(contract)));
    Tables(tables.collect::<std::collections::BTreeMap<DatasetId, Table>>())
}

fn slices(plan: &JobPlan, tables: &Tables) -> Vec<String> {
    let asked = plan.transform.asked();
    let slice = |(members, locales): (&Members, &BTreeSet<Locale>)| {
        let reach = |dataset: &DatasetId| {
            let table = tables.0.get(dataset)?;
            Some(match table.reach_of(members, plan.shared.contains(dataset)) {
                Reach::All => format!("{dataset} whole"),
                Reach::Nothing(dimension) => format!("{dataset} refused, it has no {dimension}"),
                Reach::Only(only) => {
                    let conditions: Vec<String> =
                        only.keys().map(|column| format!("{column} = :{column}")).collect();
                    format!("{dataset} where {}", conditions.join(" and "))
                }
            })
        };
        let reach: Vec<String> = asked.iter().filter_map(reach).collect();
        let locales: Vec<&str> = locales.iter().map(|locale| locale.tag()).collect();
        format!("{members} ({}): {}", locales.join(", "), reach.join("; "))
    };
    plan.slices().iter().map(slice).collect()
}

fn attached(kinds: &BTreeSet<AttachmentKind>) -> String {
    let kinds: Vec<_> = kinds.iter().map(ToString::to_string).collect();
    if kinds.is_empty() { String::new() } else { format!(", with {}", kinds.join(" and ")) }
}

fn recipients(plan: &JobPlan) -> Vec<String> {
    let mut lines = Vec::new();
    for channel in &plan.deliver.route.channels {
        match channel {
            deliver::ChannelPlan::Folder(folder) => {
                let attached = attached(&folder.attachments);
                lines.push(format!("folder {}{attached}", folder.path.display()))
            }
            deliver::ChannelPlan::Email(email) => {
                for to in &email.to {
                    let sees = to.slice.members().map(|members| format!(", {members} alone"));
                    let layout = to.layout.as_ref().map(|layout| format!(", as `{layout}`"));
                    lines.push(format!(
                        "mail to {} in {}{}{}{}",
                        to.mailbox.address.as_str(),
                        to.locale,
                        sees.unwrap_or_default(),
                        layout.unwrap_or_default(),
                        attached(to.attachments.as_ref().unwrap_or(&email.attachments))
                    ));
                }
            }
        }
    }
    for owner in &plan.deliver.route.owners {
        lines.push(format!(
            "if held, a notice to {} in {}",
            owner.mailbox.address.as_str(),
            owner.locale
        ));
    }
    lines
}

impl Explanation {
    /// The explanation as text for a terminal.
    pub fn text(&self) -> String {
        let mut text = format!(
            "job {}\nas of {}\nperiod {}\nplan {}\n",
            self.job, self.as_of, self.period, self.fingerprint
        );
        let stages = [
            ("extract", &self.sources),
            ("compute", &self.queries),
            ("compose", &self.sections),
            ("gate", &self.gate),
            ("slices", &self.slices),
            ("render", &self.editions),
            ("deliver", &self.recipients),
        ];
        let stages =
            stages.into_iter().filter(|(stage, lines)| *stage != "slices" || !lines.is_empty());
        for (stage, lines) in stages {
            let _ = write!(text, "\n{stage}\n");
            for line in lines {
                let _ = writeln!(text, "  {}", line.replace('\n', "\n  "));
            }
        }
        text
    }
}
