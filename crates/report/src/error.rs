//! Why a report could not be rendered.

use std::path::PathBuf;

/// A refusal to render: something that the report's data cannot cause.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A file of the template folder is missing or unreadable.
    #[error("cannot read `{}`; check the template folder given by `templates` and its permissions", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A template does not parse, or names something that does not exist.
    #[error("template folder `{}` has a faulty template; correct the template named below", folder.display())]
    Template {
        /// The folder.
        folder: PathBuf,
        /// What the template engine said.
        source: Box<tera::Error>,
    },
    /// A template parses, but cannot be filled.
    #[error(
        "template `{template}` cannot be filled; compare its variables with the shipped template of that name"
    )]
    Fill {
        /// The template.
        template: String,
        /// What the template engine said.
        source: Box<tera::Error>,
    },
    /// A locale file is not what it should be.
    #[error("locale file `{}`: {problem}; compare it with the shipped file of that name", path.display())]
    Locale {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The brand file is not what it should be.
    #[error("brand file `{}` is not valid; compare it with the shipped `styles/brand.toml`", path.display())]
    Brand {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// A house's brand has colours that cannot be read.
    #[error("the brand is not readable: `{key}`: {message}")]
    Faint {
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// A layout that the template folder does not have.
    #[error(
        "unknown layout `{name}`; there are `{known}`, one file each in `layouts` of the template folder"
    )]
    UnknownLayout {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// A layout file is not what it should be.
    #[error("layout file `{}` is not valid; compare it with a shipped one", path.display())]
    Layout {
        /// The file.
        path: PathBuf,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
    /// A layout says what makes no sense.
    #[error("layout file `{}`: `{key}`: {message}", path.display())]
    OddLayout {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// A chart could not be drawn.
    #[error("chart `{chart}` cannot be drawn: {problem}; store the report and file it as a defect")]
    Chart {
        /// The chart's id.
        chart: String,
        /// What the chart library or the rasteriser said.
        problem: String,
    },
    /// The mail's styles could not be inlined.
    #[error("the styles of the mail cannot be inlined; correct `styles/email.css`")]
    Inline {
        /// What the inliner said.
        source: Box<css_inline::InlineError>,
    },
    /// The mail holds something that mail programs refuse or that leaks the reader's presence.
    #[error("the mail contains {what}; remove it from the templates under `layouts` and `blocks`")]
    UnsafeMail {
        /// The offending construct.
        what: String,
    },
    /// The workbook could not be written.
    #[error(
        "the workbook of `{title}` cannot be written; store the report and file it as a defect"
    )]
    Workbook {
        /// The report's title.
        title: String,
        /// What the library said.
        source: Box<rust_xlsxwriter::XlsxError>,
    },
    /// The report could not be printed.
    #[error("`{title}` cannot be printed: {problem}; store the report and file it as a defect")]
    Print {
        /// The report's title.
        title: String,
        /// What the library said.
        problem: String,
    },
    /// The report was stored by a newer version.
    #[error(
        "the stored report has form {found}, this version reads form {known}; render it with the version that stored it"
    )]
    SchemaVersion {
        /// The report's form.
        found: u32,
        /// The form known here.
        known: u32,
    },
    /// A stored report names a slice that is none.
    #[error("the report's slice cannot be told from everything")]
    Slice(#[from] model::slice::SliceProblem),
}

impl RenderError {
    /// The stable code, documented in the reference.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "TDG-R01",
            Self::Template { .. } => "TDG-R02",
            Self::Fill { .. } => "TDG-R03",
            Self::Locale { .. } => "TDG-R04",
            Self::Brand { .. } => "TDG-R05",
            Self::Chart { .. } => "TDG-R06",
            Self::Inline { .. } => "TDG-R07",
            Self::UnsafeMail { .. } => "TDG-R08",
            Self::SchemaVersion { .. } => "TDG-R09",
            Self::Slice(_) => "TDG-R10",
            Self::Workbook { .. } => "TDG-R11",
            Self::Print { .. } => "TDG-R12",
            Self::UnknownLayout { .. } => "TDG-R13",
            Self::Layout { .. } => "TDG-R14",
            Self::Faint { .. } => "TDG-R15",
            Self::OddLayout { .. } => "TDG-R16",
        }
    }
}
