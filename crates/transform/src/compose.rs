//! From answers to the report.

use crate::{
    desk::{Ask, Desk},
    plan::TransformPlan,
    restated::{self, Earlier},
    rests, slice,
};
use engine::{Answers, CommentQuery, TrailQuery};
use model::{
    fingerprint::Fingerprinter,
    period::DateRange,
    quality::{QualityNote, Severity, SourceNote, Warned},
    report::{Argument, Finding, Message, Report, SCHEMA_VERSION, Section, Verdict},
};
use std::collections::BTreeSet;

/// How many statements stand on top of a report.
const HEADLINES: usize = 5;

/// How many statements open a section.
const STATEMENTS: usize = 5;

/// How many missing days are named one by one.
const NAMED_DAYS: usize = 7;

/// What is known of the input.
#[derive(Debug, Clone, Default)]
pub struct Quality {
    /// Remarks from extracting.
    pub notes: Vec<QualityNote>,
    /// The sources; their missing days are filled in here.
    pub sources: Vec<SourceNote>,
    /// What the report before has told.
    pub earlier: Option<Earlier>,
}

/// Every value that the sections will look at, and what they looked at before.
pub(crate) fn asks(plan: &TransformPlan) -> Vec<Ask> {
    let mut asks = of_sections(plan);
    asks.extend(restated::asks(plan, &asks));
    asks
}

fn of_sections(plan: &TransformPlan) -> Vec<Ask> {
    let sections = plan.sections.iter();
    sections.flat_map(|section| section.analysis.as_analysis().asks(plan, section)).collect()
}

/// All comments that the sections will read.
pub(crate) fn comments(plan: &TransformPlan) -> Vec<CommentQuery> {
    let sections = plan.sections.iter();
    sections.flat_map(|section| section.analysis.as_analysis().comments(plan, section)).collect()
}

/// Every trail that the sections will read.
pub(crate) fn trails(plan: &TransformPlan) -> Vec<TrailQuery> {
    let sections = plan.sections.iter();
    sections.flat_map(|section| section.analysis.as_analysis().trails(plan, section)).collect()
}

/// Makes the report. Cannot fail: what is not known is said to be so.
pub fn compose(plan: &TransformPlan, answers: &Answers, quality: &Quality) -> Warned<Report> {
    let asks = asks(plan);
    let desk = Desk::new(plan, &asks, answers);
    let sections: Vec<Section> = plan
        .sections
        .iter()
        .map(|section| {
            let analysis = section.analysis.as_analysis();
            let analysed = analysis.analyse(&desk, section);
            Section {
                id: section.id.clone(),
                kind: section.analysis.word().to_owned(),
                title: section.title.clone(),
                period: analysis.period(plan, section),
                datasets: rests::on(plan, section),
                findings: analysed.findings,
                blocks: analysed.blocks,
            }
        })
        .collect();
    let headlines = headlines(&sections);
    let sections = sections.into_iter().map(trimmed).collect();
    let mut notes = slice::notes(plan, &quality.notes);
    let sources = sources(&desk, quality, &mut notes);
    let told = restated::told(&desk, &of_sections(plan));
    notes.extend(restated::notes(plan, quality.earlier.as_ref(), &told));
    let report = Report {
        schema_version: SCHEMA_VERSION,
        job: plan.job.clone(),
        title: plan.title.clone(),
        organisation: plan.organisation.clone(),
        owner: plan.owner.clone(),
        as_of: plan.as_of,
        zone: plan.calendar.zone.name().to_owned(),
        period: plan.period(plan.grain, false),
        slice: plan.within_words(),
        headlines,
        sections,
        notes: notes.clone(),
        fingerprint: fingerprint(plan, &sources),
        sources,
        told,
        correction: None,
    };
    Warned { value: report, notes }
}

/// A section with its weightiest statements, in their order: cards and tables carry the rest.
fn trimmed(mut section: Section) -> Section {
    let mut weights: Vec<u32> = section.findings.iter().map(|finding| finding.weight).collect();
    weights.sort_unstable_by(|a, b| b.cmp(a));
    if let Some(least) = weights.get(STATEMENTS - 1).copied() {
        let mut room = STATEMENTS;
        section.findings.retain(|finding| {
            let stays = finding.weight >= least && room > 0;
            room -= usize::from(stays);
            stays
        });
    }
    section
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
        let said = headlines.iter().any(|known| says_the_same(&known.message, &finding.message));
        if headlines.len() < HEADLINES && taken[index] < 2 && !said {
            taken[index] += 1;
            headlines.push(finding.clone());
        }
    }
    headlines
}

/// Whether two sentences tell one change of one figure: sections may judge it in words of their own.
fn says_the_same(one: &Message, other: &Message) -> bool {
    one == other || one.arguments.contains_key("change") && one.arguments == other.arguments
}

/// The sources with the days on which rows were expected and none came: a warning where they lie in a period
/// that a section reports, a remark where they lie in the run-up to it.
fn sources(desk: &Desk<'_>, quality: &Quality, notes: &mut Vec<QualityNote>) -> Vec<SourceNote> {
    let mut sources = quality.sources.clone();
    for source in &mut sources {
        let mut reported = BTreeSet::new();
        let mut shown = BTreeSet::new();
        for section in &desk.plan.sections {
            let asks = section.analysis.as_analysis().asks(desk.plan, section);
            for ask in asks.iter().filter(|ask| uses(desk, ask, source)) {
                reported.extend(desk.missing_days(&source.dataset, section.period.days));
                let periods = ask.periods.iter();
                shown.extend(periods.flat_map(|period| {
                    // Days before the first row are no gap: there was nothing yet.
                    let starts = source.covers.map_or(period.days.end, |covers| covers.start);
                    let days = DateRange { start: period.days.start.max(starts), ..period.days };
                    desk.missing_days(&source.dataset, days)
                }));
            }
            let rows = section.analysis.names().rows;
            if rows.iter().any(|rows| rows.dataset == source.dataset) {
                reported.extend(desk.missing_days(&source.dataset, section.period.days));
            }
        }
        shown.retain(|day| !reported.contains(day));
        notes.extend(missing(source, &reported, Severity::Warning));
        notes.extend(missing(source, &shown, Severity::Info));
        source.missing = reported.union(&shown).copied().collect();
    }
    sources
}

fn uses(desk: &Desk<'_>, ask: &Ask, source: &SourceNote) -> bool {
    let mut behind = BTreeSet::new();
    crate::desk::datasets(desk.plan, &ask.metric, &mut behind);
    behind.contains(&source.dataset)
}

fn missing(
    source: &SourceNote,
    days: &BTreeSet<chrono::NaiveDate>,
    severity: Severity,
) -> Option<QualityNote> {
    if days.is_empty() {
        return None;
    }
    let named = days.iter().take(NAMED_DAYS);
    let more = (days.len() > NAMED_DAYS).then(|| "…".to_owned());
    let list = named.map(|day| day.to_string()).chain(more).map(model::label::Label::verbatim);
    let message = Message::new("quality.missing_days")
        .with("dataset", Argument::Text(source.dataset.to_string()))
        .with("count", Argument::Count(days.len() as i64))
        .with("list", Argument::List(list.collect()));
    Some(QualityNote { severity, message, dataset: Some(source.dataset.clone()) })
}

fn fingerprint(plan: &TransformPlan, sources: &[SourceNote]) -> String {
    let mut print = Fingerprinter::new("report");
    print.field(&plan.fingerprint).field(plan.as_of.to_string());
    for source in sources {
        print.field(source.dataset.as_str()).field(&source.fingerprint);
    }
    if let Some(members) = &plan.slice.members {
        print.field("slice").field(members.to_string());
        for (dataset, cut) in &plan.slice.cut {
            print.field(dataset.as_str()).field(model::fingerprint::of("cut", cut));
        }
    }
    print.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{quality::RowCounts, report::Argument};

    #[test]
    fn a_list_of_days_that_is_cut_says_so() {
        let source = SourceNote {
            dataset: "orders".into(),
            rows: RowCounts::default(),
            covers: None,
            missing: Vec::new(),
            fingerprint: String::new(),
        };
        let first = chrono::NaiveDate::from_ymd_opt(2026, 5, 1).expect("a day");
        for (count, listed) in [(7, 7), (30, 8)] {
            let days = first.iter_days().take(count).collect();
            let note = missing(&source, &days, Severity::Warning).expect("a note");
            let Argument::List(list) = &note.message.arguments["list"] else { panic!("a list") };
            assert_eq!(list.len(), listed);
            assert_eq!(list[listed - 1].en == "…", count > 7);
            assert_eq!(note.message.arguments["count"], Argument::Count(count as i64));
        }
    }

    #[test]
    fn a_change_that_two_sections_tell_is_told_once_on_top() {
        let told = |key: &str, change: &str| {
            Message::new(key)
                .with("metric", Argument::Text("Sales".to_owned()))
                .with("change", Argument::Text(change.to_owned()))
        };
        let one = told("drivers.rose", "7.2%");
        assert!(says_the_same(&one, &told("scorecard.rose_usual", "7.2%")));
        assert!(!says_the_same(&one, &told("drivers.rose", "7.3%")));
        let alone =
            |key: &str| Message::new(key).with("metric", Argument::Text("Sales".to_owned()));
        assert!(!says_the_same(&alone("trend.none"), &alone("targets.none")));
    }
}
