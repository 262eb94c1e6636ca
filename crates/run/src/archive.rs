//! The index of what a folder holds: pages for each month of a job, and one of all jobs.
//!
//! Rule: it is made of the entries that lie beside the editions, so that it can be lost and made anew. A delivery
//! changes the month that it is in and the index of all, and reads no other month. The report has gone out before:
//! an index that cannot be written is told and fails nothing.

use crate::{preview::write, room};
use deliver::{ChannelPlan, FolderPlan};
use job::JobPlan;
use model::{
    archive::{ENTRY_ENDING, ENTRY_VERSION, Entry},
    context::RunContext,
    label::Locale,
    quality::{QualityNote, Severity},
    report::{Argument, Message},
};
use report::{Archivist, JobCard, MonthCard, Months, Shelved};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The folder of the index's own files, within the archive.
const OWN: &str = "_archive";

/// What is wrong with an archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A folder or file cannot be read.
    #[error("`{}` cannot be read", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An entry is damaged or of a newer version.
    #[error("`{}` is no entry of this version: {reason}\nhelp: bring it back from a copy, or remove it to leave its edition out of the index", path.display())]
    Entry {
        /// The entry's file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A page cannot be made.
    #[error(transparent)]
    Render(#[from] report::RenderError),
    /// A page cannot be written.
    #[error(transparent)]
    Write(#[from] crate::RunError),
}

/// Brings the index of every folder of a plan up to date with the plan's moment; what went wrong is a remark.
pub(crate) fn index(plan: &JobPlan, cx: &RunContext) -> Vec<QualityNote> {
    let month = plan.as_of.format("%Y-%m").to_string();
    let folders = plan.deliver.route.channels.iter().filter(|_| cx.send);
    let index = |channel: &ChannelPlan| {
        let ChannelPlan::Folder(folder) = channel else { return None };
        let job = FolderPlan::job_folder(&plan.job);
        let at = Archive { root: &folder.path, templates: &plan.report.templates };
        let error = at.month_and_index(&job, &month).err()?;
        let told = room::told(&error, &cx.state);
        tracing::warn!(error = %told, "the archive has no new index");
        let reason = Argument::Text(told.lines().next().unwrap_or_default().to_owned());
        let message = Message::new("archive.not_indexed").with("reason", reason);
        Some(QualityNote { severity: Severity::Warning, message, dataset: None })
    };
    folders.filter_map(index).collect()
}

/// Makes the index of a folder anew, of all that lies in it; how many months of jobs it has.
///
/// # Errors
/// What cannot be read, made or written.
pub fn rebuild(root: &Path, templates: &Path) -> Result<usize, ArchiveError> {
    let archive = Archive { root, templates };
    let _lock = archive.lock()?;
    let archivist = Archivist::open(templates)?;
    let mut count = 0;
    for job in folders(root)?.iter().filter(|name| *name != OWN) {
        let months: BTreeSet<String> = folders(&root.join(job))?
            .iter()
            .filter_map(|name| Some(name.get(..7)?.to_owned()))
            .collect();
        for month in months {
            count += usize::from(archive.month(&archivist, job, &month)?);
        }
    }
    archive.all(&archivist)?;
    Ok(count)
}

/// A folder of published editions.
struct Archive<'a> {
    root: &'a Path,
    templates: &'a Path,
}

impl Archive<'_> {
    fn month_and_index(&self, job: &str, month: &str) -> Result<(), ArchiveError> {
        if !self.root.join(job).is_dir() {
            return Ok(());
        }
        let _lock = self.lock()?;
        let archivist = Archivist::open(self.templates)?;
        self.month(&archivist, job, month)?;
        self.all(&archivist)
    }

    /// Jobs share the index: whoever changes it reads what the others wrote before.
    fn lock(&self) -> Result<File, ArchiveError> {
        let path = self.root.join(OWN).join("lock");
        let locked = || -> io::Result<File> {
            fs::create_dir_all(self.root.join(OWN))?;
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        locked().map_err(|source| {
            crate::RunError::Write { path: path.display().to_string(), source }.into()
        })
    }

    /// The files of one month of a job; whether there are any.
    fn month(&self, archivist: &Archivist, job: &str, month: &str) -> Result<bool, ArchiveError> {
        let mut shelved = Vec::new();
        for moment in folders(&self.root.join(job))?.iter().filter(|name| name.starts_with(month)) {
            let folder = format!("{job}/{moment}");
            self.entries(&folder, &mut shelved)?;
            let older = format!("{folder}/superseded");
            for version in folders(&self.root.join(&older))? {
                self.entries(&format!("{older}/{version}"), &mut shelved)?;
            }
        }
        let Some(made) = archivist.month(&shelved)? else { return Ok(false) };
        let own = self.root.join(OWN).join(job);
        for (name, text) in &made.files {
            put(&own.join(name), text)?;
        }
        let card = serde_json::to_string(&made.card).unwrap_or_default();
        put(&own.join(format!("{month}.json")), &card)?;
        Ok(true)
    }

    /// The entries of one folder.
    fn entries(&self, folder: &str, shelved: &mut Vec<Shelved>) -> Result<(), ArchiveError> {
        let path = self.root.join(folder);
        let ending = format!(".{ENTRY_ENDING}");
        for name in names(&path)?.iter().filter(|name| name.ends_with(&ending)) {
            let path = path.join(name);
            let entry: Entry = stored(&path)?;
            if entry.schema_version != ENTRY_VERSION {
                let reason = format!("its schema_version is {}", entry.schema_version);
                return Err(ArchiveError::Entry { path, reason });
            }
            shelved.push(Shelved { folder: folder.to_owned(), entry });
        }
        Ok(())
    }

    /// The index of all jobs: of each the names of its months, and the card of the newest in each language.
    fn all(&self, archivist: &Archivist) -> Result<(), ArchiveError> {
        let own = self.root.join(OWN);
        let mut jobs = Vec::new();
        for job in folders(&own)? {
            let mut names_of: BTreeMap<Locale, Vec<String>> = BTreeMap::new();
            for name in names(&own.join(&job))?.iter().rev() {
                let locale = |locale: &Locale| name.ends_with(&format!(".{locale}.html"));
                if let Some(locale) = Locale::ALL.into_iter().find(locale) {
                    names_of.entry(locale).or_default().extend(name.get(..7).map(str::to_owned));
                }
            }
            let mut languages = BTreeMap::new();
            for (locale, names) in names_of {
                let Some(newest) = names.first() else { continue };
                let card: MonthCard = stored(&own.join(&job).join(format!("{newest}.json")))?;
                let newest = card.languages.get(&locale).cloned();
                languages.extend(newest.map(|newest| (locale, Months { names, newest })));
            }
            if !languages.is_empty() {
                jobs.push(JobCard { folder: job, languages });
            }
        }
        for (name, text) in archivist.index(&jobs)? {
            put(&self.root.join(name), &text)?;
        }
        Ok(())
    }
}

/// Publishes a file unless it is there as it is.
fn put(path: &Path, text: &str) -> Result<(), ArchiveError> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    write(path, text.as_bytes())?;
    Ok(())
}

fn stored<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, ArchiveError> {
    let text = fs::read(path).map_err(|source| unreadable(path, source))?;
    serde_json::from_slice(&text).map_err(|error| {
        let reason = error.to_string();
        ArchiveError::Entry { path: path.to_owned(), reason }
    })
}

/// The names in a folder in order; none for a folder that is not there.
fn names(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    read(folder, |_| true)
}

/// The names of the folders in a folder.
fn folders(folder: &Path) -> Result<Vec<String>, ArchiveError> {
    read(folder, |one| one.file_type().is_ok_and(|kind| kind.is_dir()))
}

fn read(
    folder: &Path,
    wanted: impl Fn(&fs::DirEntry) -> bool,
) -> Result<Vec<String>, ArchiveError> {
    let listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|source| unreadable(folder, source))?,
    };
    let mut names = Vec::new();
    for one in listed {
        let one = one.map_err(|source| unreadable(folder, source))?;
        if wanted(&one) {
            names.extend(one.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

fn unreadable(path: &Path, source: io::Error) -> ArchiveError {
    ArchiveError::Unreadable { path: path.to_owned(), source }
}
