//! What a mail leaves out for want of room.

use super::{fixture, rendered};
use crate::lint;
use model::{
    edition::Release,
    id::{DimensionId, SectionId},
    label::Label,
    report::{Report, Within},
};

/// A report of so many sections that no mail can show them.
fn long() -> Report {
    let mut report = fixture();
    let sections = std::mem::take(&mut report.sections);
    for round in 1..=4 {
        for section in &sections {
            let mut section = section.clone();
            section.id = SectionId::new(format!("{}-{round}", section.id));
            let title = |text: &str| format!("{text} {round}");
            section.title = Label::new(title(&section.title.en), title(&section.title.zh_cn));
            report.sections.push(section);
        }
    }
    report
}

#[test]
fn a_mail_that_would_be_cut_leaves_its_last_sections_to_the_page_and_names_them() {
    let rendered = rendered(&long(), &Release::Send);
    assert_eq!(lint(&rendered), []);
    for edition in &rendered.value {
        let mail = &edition.mail_html;
        assert!(mail.len() > lint::SIZE_LIMIT / 2, "as much as there is room for");
        let last = &long().sections[long().sections.len() - 1].title;
        let last = last.get(edition.locale);
        assert!(edition.page.contains(&format!("{last}</h2>")), "the page shows all");
        let foot = edition.mail_text.lines().rev().take(4).find(|line| line.contains(last));
        assert!(foot.is_some(), "{}", edition.mail_text);
        // A picture that nobody sees is not sent.
        assert_eq!(mail.matches("cid:").count(), edition.images.len());
    }
}

#[test]
fn the_readers_of_a_slice_are_told_what_is_cut_off_although_they_have_no_page() {
    let within = Within {
        dimension: DimensionId::new("region"),
        member: "North".to_owned(),
        label: Label::new("Region", "地区"),
        name: Label::new("North", "北方"),
    };
    let rendered = rendered(&Report { slice: vec![within], ..long() }, &Release::Send);
    assert_eq!(lint(&rendered), []);
    let [english, _] = rendered.value.as_slice() else { panic!("two editions") };
    assert!(english.mail_text.contains("Left out, because mail programs cut longer mails: "));
}
