//! Renders the fixture report into a folder, to be looked at.
//!
//! `cargo run -p report --example render_fixture -- FOLDER [REPORT.json]` writes pages, mails (with their
//! pictures inlined as data addresses, since a browser knows no content ids), texts, pictures and a notice.

use model::{
    edition::{AttachmentKind, Edition, EditionKind, Release},
    label::Locale,
    report::Report,
};
use report::{ReportPlan, render};
use std::{error::Error, fs, path::Path, time::Instant};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: render_fixture FOLDER [REPORT.json]")?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = root.join("fixtures/report.json");
    let source = arguments.next().map_or(fixture, Into::into);
    let report: Report = serde_json::from_str(&fs::read_to_string(source)?)?;
    let templates = root.join("../../report-templates");
    let attachments = AttachmentKind::ALL.into();
    let locales = Locale::ALL.to_vec();
    let plan = ReportPlan { templates, locales, layout: None, brand: None, attachments };
    let folder = Path::new(&folder);
    let releases = [
        ("send", Release::Send),
        ("marked", Release::SendMarked(report.notes.clone())),
        ("held", Release::Hold(report.notes.clone())),
    ];
    for (name, release) in releases {
        let started = Instant::now();
        let rendered = render(&plan, &report, &release)?;
        let milliseconds = started.elapsed().as_millis();
        say(&format!("{name}: {milliseconds} ms, {} remarks", rendered.notes.len()));
        for edition in &rendered.value {
            write(&folder.join(name).join(edition.locale.tag()), edition)?;
        }
    }
    Ok(())
}

fn write(folder: &Path, edition: &Edition) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let mut mail = edition.mail_html.clone();
    for image in &edition.images {
        fs::write(folder.join(&image.file_name), &image.png)?;
        let address = format!("data:image/png;base64,{}", base64(&image.png));
        mail = mail.replace(&format!("cid:{}", image.content_id), &address);
    }
    fs::write(folder.join("mail.html"), mail)?;
    fs::write(folder.join("mail.txt"), format!("{}\n\n{}", edition.subject, edition.mail_text))?;
    if edition.kind == EditionKind::Report {
        fs::write(folder.join("page.html"), &edition.page)?;
        for file in &edition.page_files {
            fs::write(folder.join(file.file_name), file.bytes)?;
        }
    }
    for attachment in &edition.attachments {
        fs::write(folder.join(&attachment.file_name), &attachment.bytes)?;
    }
    let pictures: usize = edition.images.iter().map(|image| image.png.len()).sum();
    say(&format!(
        "  {}: mail {} bytes, page {} bytes, {} pictures of {pictures} bytes, {}",
        edition.locale,
        edition.mail_html.len(),
        edition.page.len(),
        edition.images.len(),
        edition.fingerprint,
    ));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "an example talks to the person who runs it")]
fn say(line: &str) {
    println!("{line}");
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize] as char;
            text.push(if at <= chunk.len() { digit } else { '=' });
        }
    }
    text
}
