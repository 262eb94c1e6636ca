//! From answers to the report.

use crate::{
    desk::{Ask, Desk},
    plan::TransformPlan,
};
use engine::Answers;
use model::{
    fingerprint::Fingerprinter,
    period::DateRange,
    quality::{QualityNote, Severity, SourceNote, Warned},
    report::{Argument, Finding, Message, Report, SCHEMA_VERSION, Section, Verdict},
};
use std::collections::BTreeSet;

/// How many statements stand on top of a report.
const HEADLINES: usize = 5;

/// What is known of the input.
#[derive(Debug, Clone, Default)]
pub struct Quality {
    /// Remarks from extracting.
    pub notes: Vec<QualityNote>,
    /// The sources; their missing days are filled in here.
    pub sources: Vec<SourceNote>,
}

/// Every value that the sections will look at.
pub(crate) fn asks(plan: &TransformPlan) -> Vec<Ask> {
    let sections = plan.sections.iter();
    sections.flat_map(|section| section.analysis.as_analysis().asks(plan, section)).collect()
}

/// Makes the report. Cannot fail: what is not known is said to be so.
pub fn compose(plan: &TransformPlan, answers: &Answers, quality: &Quality) -> Warned<Report> {
    let asks = asks(plan);
    let desk = Desk::new(plan, &asks, answers);
    let sections: Vec<Section> = plan
        .sections
        .iter()
        .map(|section| {
            let analysed = section.analysis.as_analysis().analyse(&desk, section);
            Section {
                id: section.id.clone(),
                kind: section.analysis.word().to_owned(),
                title: section.title.clone(),
                period: section.period,
                findings: analysed.findings,
                blocks: analysed.blocks,
            }
        })
        .collect();
    let mut notes = quality.notes.clone();
    let sources = sources(&desk, quality, &mut notes);
    let report = Report {
        schema_version: SCHEMA_VERSION,
        job: plan.job.clone(),
        title: plan.title.clone(),
        organisation: plan.organisation.clone(),
        owner: plan.owner.clone(),
        as_of: plan.as_of,
        zone: plan.calendar.zone.name().to_owned(),
        period: plan.period(plan.grain, false),
        headlines: headlines(&sections),
        sections,
        notes: notes.clone(),
        fingerprint: fingerprint(plan, &sources),
        sources,
    };
    Warned { value: report, notes }
}

/// The weightiest statements, at most two from one section, no statement twice; bad news before good among equals.
fn headlines(sections: &[Section]) -> Vec<Finding> {
    let mut candidates: Vec<(usize, &Finding)> = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        candidates.extend(section.findings.iter().map(|finding| (index, finding)));
    }
    let rank = |finding: &Finding| (finding.weight, finding.verdict == Verdict::Bad);
    candidates.sort_by(|a, b| rank(b.1).cmp(&rank(a.1)).then(a.0.cmp(&b.0)));
    let mut headlines: Vec<Finding> = Vec::new();
    let mut taken = vec![0; sections.len()];
    for (index, finding) in candidates {
        let said = headlines.iter().any(|headline| headline.message == finding.message);
        if headlines.len() < HEADLINES && taken[index] < 2 && !said {
            taken[index] += 1;
            headlines.push(finding.clone());
        }
    }
    headlines
}

/// The sources with their missing days in the reported periods, each remarked once.
fn sources(desk: &Desk<'_>, quality: &Quality, notes: &mut Vec<QualityNote>) -> Vec<SourceNote> {
    let plan = desk.plan;
    let periods = plan.sections.iter().map(|section| section.period.days);
    let reported: Vec<DateRange> = periods.chain([plan.period(plan.grain, false).days]).collect();
    let mut sources = quality.sources.clone();
    for source in &mut sources {
        let mut missing = BTreeSet::new();
        for range in &reported {
            missing.extend(desk.missing_days(&source.dataset, *range));
        }
        source.missing = missing.into_iter().collect();
        if source.missing.is_empty() {
            continue;
        }
        let days = source.missing.iter().map(|day| model::label::Label::verbatim(day.to_string()));
        let message = Message::new("quality.missing_days")
            .with("dataset", Argument::Text(source.dataset.to_string()))
            .with("count", Argument::Count(source.missing.len() as i64))
            .with("list", Argument::List(days.collect()));
        let severity = Severity::Warning;
        notes.push(QualityNote { severity, message, dataset: Some(source.dataset.clone()) });
    }
    sources
}

fn fingerprint(plan: &TransformPlan, sources: &[SourceNote]) -> String {
    let mut print = Fingerprinter::new("report");
    print.field(&plan.fingerprint).field(plan.as_of.to_string());
    for source in sources {
        print.field(source.dataset.as_str()).field(&source.fingerprint);
    }
    print.finish()
}
