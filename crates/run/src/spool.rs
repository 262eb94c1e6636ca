//! Rendered editions between rendering and delivery.
//!
//! Rule: what is said of an edition stays in memory, its bodies, pictures and attachments lie in a file without a name,
//! which is gone with the process, however it ends. So a thousand editions cost no more memory than one.

use crate::{
    error::RunError,
    preview::{self, stored_report},
    told::Told,
};
use deliver::Shelf;
use job::JobPlan;
use model::{
    archive::Summary,
    context::RunContext,
    edition::{Edition, EditionKind},
    label::Locale,
    quality::{QualityNote, Warned},
    slice::Slice,
};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Editions in a file.
pub(crate) struct Spool {
    file: Mutex<File>,
    editions: Vec<Edition>,
    places: Vec<Place>,
}

/// Where an edition's bodies lie: how long each of them is, one behind the other.
struct Place {
    at: u64,
    lengths: Vec<usize>,
}

/// In which layouts and languages a slice is read; no layout is that of the job.
type Looks = BTreeMap<Option<String>, BTreeSet<Locale>>;

/// How each slice is read.
type Readers = BTreeMap<Slice, Looks>;

/// What is being rendered, by the report's number and the edition's within it.
#[derive(Default)]
struct Rendered {
    kept: Vec<((usize, usize), Edition, Place)>,
    notes: Vec<(usize, Vec<QualityNote>)>,
    end: u64,
}

/// Renders every report for its readers, in the languages that they read, and what is said of those held back.
///
/// # Errors
/// The first that cannot be rendered; nothing has left then.
pub(crate) fn render(
    plan: &JobPlan,
    cx: &RunContext,
    told: &[Told],
    held: &[QualityNote],
) -> Result<Warned<Spool>, RunError> {
    let fault = |source| RunError::Spool { folder: cx.state.clone(), source };
    let file = Mutex::new(tempfile::tempfile_in(&cx.state).map_err(fault)?);
    let rendered = Mutex::new(Rendered::default());
    let next = AtomicUsize::new(0);
    let readers = readers(plan);
    let work = || -> Result<(), RunError> {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(told) = told.get(index) else { return Ok(()) };
            let editions = told.render(plan, &readers)?;
            let mut rendered = rendered.lock().unwrap_or_else(PoisonError::into_inner);
            rendered.keep(&file, (index, editions)).map_err(fault)?;
        }
    };
    let hands = thread::available_parallelism().map_or(1, usize::from).min(told.len());
    thread::scope(|scope| {
        let hired: Vec<_> = (0..hands).map(|_| scope.spawn(work)).collect();
        let ended = hired
            .into_iter()
            .map(|hand| hand.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ended.collect::<Result<(), RunError>>()
    })?;
    let mut rendered = rendered.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(whole) = told.first().filter(|whole| !held.is_empty() && !whole.is_held()) {
        let notice = report::slices_held(&plan.report, &stored_report(&whole.path)?, held)?;
        rendered.keep(&file, (told.len(), notice)).map_err(fault)?;
    }
    Ok(rendered.spool(file))
}

impl Told {
    /// The editions that somebody gets.
    fn render(&self, plan: &JobPlan, readers: &Readers) -> Result<Warned<Vec<Edition>>, RunError> {
        let mut read = readers.get(&self.slice).cloned().unwrap_or_default();
        let is_published = self.slice.is_all() && plan.deliver.route.serves_all();
        if self.is_held() {
            // A report that is held becomes a notice, whoever would have got it.
            read.clear();
        }
        if self.slice.is_all() && (self.is_held() || is_published) {
            read.insert(None, plan.report.locales.iter().copied().collect());
        }
        if read.is_empty() {
            return Ok(Warned::clean(Vec::new()));
        }
        let (report, figures) = preview::stored_with_figures(&self.path)?;
        // What lies there goes to the readers of this slice: it must be theirs, whoever wrote it.
        if report.slice().ok().as_ref() != Some(&self.slice) {
            let reason = "it is of another slice".to_owned();
            return Err(RunError::Report { path: self.path.display().to_string(), reason });
        }
        let mut made = Warned::clean(Vec::new());
        for (layout, locales) in read {
            let plan = plan.report.within(layout.as_deref(), &locales);
            let editions = report::render(&plan, &report, &self.release)?;
            made.notes.extend(editions.notes);
            for mut edition in editions.value {
                if edition.kind == EditionKind::Report {
                    edition.gist = Some(figures.clone());
                    edition.layout.clone_from(&layout);
                }
                if !edition.slice.is_all() || edition.layout.is_some() {
                    // No channel publishes the page of a slice, and no archive speaks of it.
                    edition.page.clear();
                    edition.page_files.clear();
                    edition.summary = Summary::default();
                }
                made.value.push(edition);
            }
        }
        Ok(made)
    }
}

/// How a plan's readers read their slices.
fn readers(plan: &JobPlan) -> Readers {
    let mut readers = Readers::new();
    for reader in plan.deliver.route.readers() {
        let read = readers.entry(reader.slice.clone()).or_default();
        read.entry(reader.layout.clone()).or_default().insert(reader.locale);
    }
    readers
}

impl Rendered {
    fn keep(
        &mut self,
        file: &Mutex<File>,
        (index, editions): (usize, Warned<Vec<Edition>>),
    ) -> io::Result<()> {
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        self.notes.push((index, editions.notes));
        for (number, mut edition) in editions.value.into_iter().enumerate() {
            // What the mail has to say is for its linter, which is done with it.
            edition.outline = Default::default();
            let texts = [&mut edition.page, &mut edition.mail_html, &mut edition.mail_text];
            let mut bodies: Vec<Vec<u8>> =
                texts.map(|text| std::mem::take(text).into_bytes()).into();
            bodies.extend(edition.images.iter_mut().map(|image| std::mem::take(&mut image.png)));
            let attached = edition.attachments.iter_mut();
            bodies.extend(attached.map(|attachment| std::mem::take(&mut attachment.bytes)));
            for body in &bodies {
                file.write_all(body)?;
            }
            let place = Place { at: self.end, lengths: bodies.iter().map(Vec::len).collect() };
            self.end += place.lengths.iter().sum::<usize>() as u64;
            self.kept.push(((index, number), edition, place));
        }
        Ok(())
    }

    /// The editions in the order of their reports, whichever was rendered first.
    fn spool(mut self, file: Mutex<File>) -> Warned<Spool> {
        self.kept.sort_by_key(|(order, ..)| *order);
        self.notes.sort_by_key(|(index, _)| *index);
        let mut notes: Vec<QualityNote> = Vec::new();
        for note in self.notes.into_iter().flat_map(|(_, notes)| notes) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let (editions, places) =
            self.kept.into_iter().map(|(_, edition, place)| (edition, place)).unzip();
        Warned { value: Spool { file, editions, places }, notes }
    }
}

impl Shelf for Spool {
    fn editions(&self) -> &[Edition] {
        &self.editions
    }

    fn whole(&self, index: usize) -> io::Result<Cow<'_, Edition>> {
        let there = self.editions.get(index).zip(self.places.get(index));
        let (edition, place) = there.ok_or_else(|| io::Error::other("there is no such edition"))?;
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(place.at))?;
        let mut bodies = Vec::with_capacity(place.lengths.len());
        for length in &place.lengths {
            let mut body = vec![0; *length];
            file.read_exact(&mut body)?;
            bodies.push(body);
        }
        let mut bodies = bodies.into_iter();
        let mut text = || {
            let body = bodies.next().unwrap_or_default();
            String::from_utf8(body).map_err(io::Error::other)
        };
        let (page, mail_html, mail_text) = (text()?, text()?, text()?);
        let mut whole = Edition { page, mail_html, mail_text, ..edition.clone() };
        let images = whole.images.iter_mut().map(|image| &mut image.png);
        let attached = whole.attachments.iter_mut().map(|attachment| &mut attachment.bytes);
        for (place, body) in images.chain(attached).zip(bodies) {
            *place = body;
        }
        Ok(Cow::Owned(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::edition::{Attachment, AttachmentKind, EditionKind, InlineImage};

    fn edition(text: &str) -> Edition {
        let image = |name: &str| InlineImage {
            content_id: format!("{name}@tidings"),
            file_name: format!("{name}.png"),
            png: format!("{text} {name}").into_bytes(),
        };
        Edition {
            kind: EditionKind::Report,
            locale: Locale::En,
            slice: Slice::All,
            subject: text.to_owned(),
            page: String::new(),
            page_files: Vec::new(),
            summary: Summary::default(),
            outline: Default::default(),
            mail_html: format!("<p>{text} 华北</p>"),
            mail_text: text.repeat(3),
            images: vec![image("one"), image("two")],
            attachments: vec![Attachment {
                kind: AttachmentKind::Csv,
                file_name: "report.csv".to_owned(),
                bytes: text.repeat(5).into_bytes(),
            }],
            layout: None,
            fingerprint: text.to_owned(),
            gist: None,
        }
    }

    #[test]
    fn editions_come_back_whole_and_in_the_order_of_their_reports() {
        let file = Mutex::new(tempfile::tempfile().expect("a file"));
        let mut rendered = Rendered::default();
        for (index, texts) in [(1, vec!["c"]), (0, vec!["a", "b"])] {
            let editions = texts.iter().map(|text| edition(text)).collect();
            rendered.keep(&file, (index, Warned::clean(editions))).expect("kept");
        }
        let spool = rendered.spool(file).value;
        for (index, text) in ["a", "b", "c"].into_iter().enumerate() {
            let head = &spool.editions()[index];
            assert!(head.mail_html.is_empty() && head.images[1].png.is_empty());
            assert!(head.attachments[0].bytes.is_empty());
            assert_eq!(spool.whole(index).expect("there").into_owned(), edition(text));
        }
        assert!(spool.whole(3).is_err());
    }
}
