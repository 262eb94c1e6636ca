//! The template folder: every `.html`, `.txt` and `.css` file, by its path within the folder.

use crate::error::RenderError;
use serde::Serialize;
use std::path::{Path, PathBuf};
use tera::{Context, Tera};

/// The parsed templates.
pub(crate) struct Templates(Tera);

impl Templates {
    /// Reads and parses the folder.
    pub(crate) fn load(folder: &Path) -> Result<Self, RenderError> {
        let mut files = files(folder)?;
        let choices: Vec<_> = SECTION_FILES.iter().map(|file| choice(&files, file)).collect();
        files.extend(choices);
        let mut tera = Tera::default();
        // Names in a report come from the data: whatever is marked up is escaped, whatever is text is not.
        tera.autoescape_on([".html"]);
        tera.add_raw_templates(files).map_err(|source| RenderError::Template {
            folder: folder.to_owned(),
            source: Box::new(source),
        })?;
        Ok(Self(tera))
    }

    /// Fills a template.
    pub(crate) fn fill(
        &self,
        template: &str,
        view: &impl Serialize,
    ) -> Result<String, RenderError> {
        let failed =
            |source| RenderError::Fill { template: template.to_owned(), source: Box::new(source) };
        let context = Context::from_serialize(view).map_err(failed)?;
        self.0.render(template, &context).map_err(failed)
    }
}

/// The files of a section folder.
const SECTION_FILES: [&str; 3] = ["email.html", "email.txt", "page.html"];

/// A template that includes the section folder of `section.kind`, or the default one: includes take fixed
/// names, and folders must be enough to add a section.
fn choice(files: &[(String, String)], file: &str) -> (String, String) {
    let kinds = files.iter().filter_map(|(name, _)| {
        let kind = name.strip_prefix("sections/")?.strip_suffix(file)?.strip_suffix('/')?;
        (kind != "default").then_some(kind)
    });
    let mut text = String::new();
    for kind in kinds {
        let word = if text.is_empty() { "if" } else { "elif" };
        text.push_str(&format!(
            "{{% {word} section.kind == \"{kind}\" %}}{{% include \"sections/{kind}/{file}\" %}}"
        ));
    }
    let default = format!("{{% include \"sections/default/{file}\" %}}");
    let text =
        if text.is_empty() { default } else { format!("{text}{{% else %}}{default}{{% endif %}}") };
    (format!("section.{file}"), text)
}

/// Every file of the folder that holds a template, by its path within the folder, in order.
pub(crate) fn files(folder: &Path) -> Result<Vec<(String, String)>, RenderError> {
    let mut files = Vec::new();
    collect(folder, folder, &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(
    root: &Path,
    folder: &Path,
    files: &mut Vec<(String, String)>,
) -> Result<(), RenderError> {
    let unreadable = |path: &Path| {
        let path = PathBuf::from(path);
        move |source| RenderError::Unreadable { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("css" | "html" | "txt")) {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let name = path.strip_prefix(root).unwrap_or(&path);
        let parts: Vec<_> = name.iter().map(|part| part.to_string_lossy()).collect();
        files.push((parts.join("/"), text));
    }
    Ok(())
}
