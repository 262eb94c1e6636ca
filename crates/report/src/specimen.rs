//! An invented report with the names of a job: what a mail of that job looks like before it has ever run.
//!
//! Rule: it holds every kind of block, and what strains a layout: long names in both languages, values that are not
//! known, gaps, losses, huge and tiny figures. Its figures are invented and never mailed.

use model::{
    id::{JobId, SectionId},
    label::Label,
    quality::{QualityNote, Severity},
    report::{Argument, Block, Message, Report, Section, Tick},
};

/// The invented report that the tests of this crate are made with, too.
const INVENTED: &str = include_str!("../fixtures/report.json");

/// What a specimen takes from a job.
#[derive(Debug, Clone)]
pub struct About {
    /// The job.
    pub job: JobId,
    /// Its headline.
    pub title: Label,
    /// Whose figures it reports.
    pub organisation: Label,
    /// Who answers for it.
    pub owner: String,
    /// Its sections: name, kind and heading.
    pub sections: Vec<(SectionId, String, Label)>,
}

/// A report for a look at a job's mail.
pub fn specimen(about: &About) -> Report {
    let mut report = invented();
    report.job.clone_from(&about.job);
    report.title.clone_from(&about.title);
    report.organisation.clone_from(&about.organisation);
    report.owner.clone_from(&about.owner);
    let invented = std::mem::take(&mut report.sections);
    for (id, kind, title) in &about.sections {
        // The content of the same kind; of another kind, whatever comes next.
        let alike = invented.iter().find(|section| section.kind == *kind);
        let next = || invented.get(report.sections.len() % invented.len().max(1));
        let Some(content) = alike.or_else(next) else { continue };
        let named =
            Section { id: id.clone(), kind: kind.clone(), title: title.clone(), ..content.clone() };
        report.sections.push(strained(named, report.sections.len()));
    }
    report
}

/// What stands on top of a mail that goes out although days are missing: a mail with it must keep every rule, too.
pub fn reservations() -> Vec<QualityNote> {
    let mut notes = invented().notes;
    notes.retain(|note| note.message.key == "quality.missing_days");
    notes
}

/// What stands on top of the last good report that is sent again: no other mark makes the subject as long.
pub fn last_good() -> Vec<QualityNote> {
    let date = invented().as_of.date();
    let message = Message::new("late.last_good")
        .with("time", Argument::Text("09:00".to_owned()))
        .with("day", Argument::Date(date))
        .with("date", Argument::Date(date));
    let mut notes = vec![QualityNote { severity: Severity::Warning, message, dataset: None }];
    notes.extend(reservations());
    notes
}

fn invented() -> Report {
    serde_json::from_str(INVENTED).expect("the invented report is committed with the program")
}

/// A section with names that are too long and values that are missing.
fn strained(mut section: Section, number: usize) -> Section {
    let long = Label::new(
        "Corporate customers of the extended direct-sales organisation, all regions",
        "全国各大区直营体系企业级大客户及战略合作渠道合计",
    );
    for block in &mut section.blocks {
        match block {
            Block::Scorecards(cards) => {
                if let Some(card) = cards.get_mut(1) {
                    card.label = long.clone();
                    card.figure.value = None;
                }
            }
            Block::Chart(chart) => {
                // Names of charts stay apart when two sections have the same content.
                chart.id = format!("{}-{number}", chart.id);
                if let Some(Tick::Label(label)) = chart.ticks.first_mut() {
                    *label = long.clone();
                }
                if let Some(value) = chart.series.first_mut().and_then(|one| one.values.get_mut(1))
                {
                    *value = None;
                }
            }
            Block::Table(_) | Block::Note(_) => {}
        }
    }
    section
}
