//! Faults of job files, as a person wants to read them.

use miette::{NamedSource, SourceSpan};
use std::{fmt, ops::Range, path::Path, sync::Arc};

/// One fault: what, where, and what to do.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// The stable code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file, as it was named.
    pub file: String,
    /// Its text; empty when it could not be read.
    source: Arc<str>,
    /// The place in the text.
    span: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A fault at a byte range of a file.
    pub fn new(
        code: &'static str,
        file: &File,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            file: file.name.clone(),
            source: file.text.clone(),
            span: span.start.min(file.text.len())..span.end.min(file.text.len()),
            help: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a suggestion when a candidate is near to a misspelt name.
    #[must_use]
    pub fn did_you_mean<'a>(self, name: &str, candidates: impl Iterator<Item = &'a str>) -> Self {
        match nearest(name, candidates) {
            Some(nearest) => self.help(format!("did you mean `{nearest}`?")),
            None => self,
        }
    }

    /// Line and column, counted from 1; columns in characters.
    pub fn place(&self) -> (usize, usize) {
        let before = &self.source[..self.span.start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }
}

/// A file that was read.
#[derive(Debug, Clone)]
pub struct File {
    /// As it is named in messages.
    pub name: String,
    /// Its text.
    pub text: Arc<str>,
}

impl File {
    /// Reads a file.
    ///
    /// # Errors
    /// As a diagnostic that names the file.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let name = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Ok(Self { name, text: text.into() }),
            Err(error) => {
                let file = Self { name, text: "".into() };
                Err(Diagnostic::new("TDG-J01", &file, 0..0, format!("cannot be read: {error}")))
            }
        }
    }
}

/// Every fault that was found.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a fault.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// The faults as excerpts of their files, with colours when `colour`.
    pub fn rendered(&self, colour: bool) -> String {
        let theme = match colour {
            true => miette::GraphicalTheme::unicode(),
            false => miette::GraphicalTheme::unicode_nocolor(),
        };
        let handler = miette::GraphicalReportHandler::new_themed(theme).with_width(110);
        let mut text = String::new();
        for diagnostic in &self.0 {
            let excerpt = Excerpt(
                diagnostic,
                NamedSource::new(&diagnostic.file, diagnostic.source.to_string()),
            );
            // Writing into a string cannot fail.
            let _ = handler.render_report(&mut text, &excerpt);
        }
        text
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.0 {
            let (line, column) = diagnostic.place();
            write!(
                f,
                "{}:{line}:{column}: error[{}]: {}",
                diagnostic.file, diagnostic.code, diagnostic.message
            )?;
            if let Some(help) = &diagnostic.help {
                write!(f, "; {help}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// A fault in the form that the excerpt printer wants.
#[derive(Debug)]
struct Excerpt<'a>(&'a Diagnostic, NamedSource<String>);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.0.place();
        write!(f, "{} ({}:{line}:{column})", self.0.message, self.0.file)
    }
}

impl std::error::Error for Excerpt<'_> {}

impl miette::Diagnostic for Excerpt<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.0.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        (!self.0.source.is_empty()).then_some(&self.1)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = miette::LabeledSpan> + '_>> {
        self.source_code()?;
        let span = SourceSpan::from(self.0.span.clone());
        Some(Box::new(std::iter::once(miette::LabeledSpan::underline(span))))
    }
}

/// The candidate that a misspelt name most likely meant.
fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = candidates.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)));
    best.filter(|(score, _)| *score > 0.8).map(|(_, candidate)| candidate)
}
