//! One message, byte by byte the same for the same inputs.
//!
//! Rule: every part is base64 or quoted-printable, set by hand. The library would choose 7bit for short
//! ASCII lines and pass bare line feeds on (RUSTSEC-2026-0561), so that a "." alone on a line ends the
//! message on a lenient server. What leaves here is checked once more against the rules of the wire.

use crate::{
    error::DeliverError,
    mailbox::{Mailbox, one_line},
};
use chrono::{DateTime, Utc};
use lettre::{
    Message,
    address::Envelope,
    message::{
        MultiPart, SinglePart,
        dkim::DkimConfig,
        header::{
            ContentDisposition, ContentId, ContentTransferEncoding, ContentType, HeaderName,
            HeaderValue,
        },
    },
};
use model::{
    edition::{Attachment, AttachmentKind, Edition, InlineImage},
    fingerprint,
    receipt::DeliveryKey,
    secret::Secret,
};
use std::{collections::BTreeSet, path::Path};

/// The secret of [`RunContext`](model::context::RunContext) that message ids are made with: whoever knows a recipient
/// cannot work out the ids of his mails.
pub const MESSAGE_KEY: &str = "state:messages.key";

/// The longest line of RFC 5322, without its end.
const LONGEST_WIRE_LINE: usize = 998;

/// An edition on its way to one recipient or into one folder.
#[derive(Clone)]
pub(crate) struct Letter<'a> {
    pub(crate) key: &'a DeliveryKey,
    pub(crate) edition: &'a Edition,
    pub(crate) from: &'a Mailbox,
    pub(crate) reply_to: Option<&'a Mailbox>,
    /// Nobody in particular for a folder.
    pub(crate) to: Option<&'a Mailbox>,
    /// Which of the edition's attachments go with it.
    pub(crate) attachments: &'a BTreeSet<AttachmentKind>,
    pub(crate) date: DateTime<Utc>,
    /// What ids of mails are made with; a folder needs none, no person is in its ids.
    pub(crate) secret: Option<&'a Secret>,
    pub(crate) signer: Option<&'a DkimConfig>,
    /// The revision that its reader has and that this one corrects.
    pub(crate) corrects: Option<u32>,
}

/// A message, ready for the wire.
pub(crate) struct Composed {
    pub(crate) bytes: Vec<u8>,
    /// The fingerprint of the message without its signature, which names the moment of signing.
    pub(crate) print: String,
}

impl Letter<'_> {
    /// The message id: the same for every try of one delivery, another one for a correction.
    pub(crate) fn message_id(&self) -> String {
        self.id_of(self.key.clone())
    }

    /// The message that a correction corrects, so that mail programs show them together.
    fn corrected(&self) -> Option<String> {
        let revision = self.corrects?;
        Some(self.id_of(DeliveryKey { revision, ..self.key.clone() }))
    }

    fn id_of(&self, mut key: DeliveryKey) -> String {
        if self.to.is_none() {
            // Where a folder lies is no part of the message: the same report makes the same bytes anywhere.
            let file = Path::new(&key.recipient).file_name().unwrap_or_default();
            key.recipient = file.to_string_lossy().into_owned();
        }
        let id = match self.secret {
            None => fingerprint::of("message", &key),
            Some(secret) => fingerprint::of("message", &(secret.reveal(), &key)),
        };
        format!("<{id}@{}>", self.from.address.domain())
    }

    /// Refuses what could turn into another header, before anything is claimed.
    pub(crate) fn check(&self) -> Result<(), DeliverError> {
        one_line(&self.edition.subject, &format!("subject in `{}`", self.edition.locale))?;
        let plain = |text: &str| {
            let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
            !text.is_empty() && text.len() <= 120 && text.bytes().all(allowed)
        };
        for InlineImage { content_id, file_name, .. } in &self.edition.images {
            if !plain(content_id) || !plain(file_name) {
                return Err(self.malformed("a picture has a name that is no plain word"));
            }
        }
        if self.edition.attached(self.attachments).any(|file| !plain(&file.file_name)) {
            return Err(self.malformed("an attachment has a name that is no plain word"));
        }
        Ok(())
    }

    /// The whole message with CRLF line ends, composed once.
    pub(crate) fn compose(&self) -> Result<Composed, DeliverError> {
        self.check()?;
        let from = self.lettre(self.from)?;
        let recipient = self.to.map(|to| self.lettre(to)).transpose()?;
        let bound_for = recipient.as_ref().unwrap_or(&from).email.clone();
        let envelope = Envelope::new(Some(from.email.clone()), vec![bound_for])
            .map_err(|error| self.malformed(&error.to_string()))?;
        let mut builder = Message::builder().envelope(envelope).date(self.date.into()).from(from);
        if let Some(reply_to) = self.reply_to {
            builder = builder.reply_to(self.lettre(reply_to)?);
        }
        builder = match recipient {
            Some(recipient) => builder.to(recipient),
            None => builder.raw_header(raw("To", "undisclosed-recipients:;".to_owned())),
        };
        if let Some(theirs) = self.corrected() {
            builder = builder.in_reply_to(theirs.clone()).references(theirs);
        }
        let mut message = builder
            .subject(self.edition.subject.clone())
            .message_id(Some(self.message_id()))
            .raw_header(raw("Auto-Submitted", "auto-generated".to_owned()))
            .raw_header(raw("List-Id", self.list_id()))
            .raw_header(raw("List-Unsubscribe", self.unsubscribe()))
            .multipart(self.body())
            .map_err(|error| self.malformed(&error.to_string()))?;
        let mut bytes = message.formatted();
        let print = fingerprint::Fingerprinter::new("wire").field(&bytes).finish();
        if let Some(signer) = self.signer {
            message.sign(signer);
            bytes = message.formatted();
        }
        check_wire(&bytes).map_err(|problem| self.malformed(&problem))?;
        Ok(Composed { bytes, print })
    }

    fn body(&self) -> MultiPart {
        // Whoever gets the same edition with the same attachments gets the same body: it is kept once.
        let boundary = fingerprint::of("boundary", &self.edition.fingerprint);
        let readable = self.readable(&boundary);
        let mut attachments = self.edition.attached(self.attachments).peekable();
        if attachments.peek().is_none() {
            return readable;
        }
        let mixed = MultiPart::mixed().boundary(format!("=_mixed_{boundary}")).multipart(readable);
        attachments.map(attached).fold(mixed, MultiPart::singlepart)
    }

    /// What a mail program shows: text, or HTML with its pictures.
    fn readable(&self, boundary: &str) -> MultiPart {
        let Edition { mail_text, mail_html, images, .. } = self.edition;
        // `=_` cannot occur in either encoding, so no part can hold a boundary.
        let alternative = MultiPart::alternative()
            .boundary(format!("=_alternative_{boundary}"))
            .singlepart(text(mail_text, ContentType::TEXT_PLAIN));
        let html = text(mail_html, ContentType::TEXT_HTML);
        if images.is_empty() {
            return alternative.singlepart(html);
        }
        let related =
            MultiPart::related().boundary(format!("=_related_{boundary}")).singlepart(html);
        alternative.multipart(images.iter().map(picture).fold(related, MultiPart::singlepart))
    }

    /// `<job.domain>`: what mail programs sort by.
    fn list_id(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '-' };
        let job: String = self.key.job.as_str().chars().map(plain).take(60).collect();
        format!("<{job}.{}>", self.from.address.domain())
    }

    /// A mail to whom answers go: readers are named in files, so a person takes somebody out. RFC 2369.
    fn unsubscribe(&self) -> String {
        let to = &self.reply_to.unwrap_or(self.from).address;
        let encoded = |text: &str| -> String {
            let sign = |byte: u8| match byte {
                b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
                byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            };
            text.bytes().map(sign).collect()
        };
        let job: String = self.key.job.as_str().chars().take(60).collect();
        let (local, domain) = (encoded(to.local()), encoded(to.domain()));
        format!("<mailto:{local}@{domain}?subject=unsubscribe%20{}>", encoded(&job))
    }

    fn lettre(&self, mailbox: &Mailbox) -> Result<lettre::message::Mailbox, DeliverError> {
        if let Some(name) = &mailbox.name {
            one_line(name, "name of a mailbox")?;
        }
        let address = to_lettre(mailbox).ok_or_else(|| self.malformed("an address is refused"))?;
        Ok(lettre::message::Mailbox::new(mailbox.name.clone(), address))
    }

    fn malformed(&self, problem: &str) -> DeliverError {
        DeliverError::Malformed { locale: self.edition.locale, problem: problem.to_owned() }
    }
}

/// The address in the library's form; `None` where the library is stricter than we are.
pub(crate) fn to_lettre(mailbox: &Mailbox) -> Option<lettre::Address> {
    lettre::Address::new(mailbox.address.local(), mailbox.address.domain()).ok()
}

fn raw(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

fn text(content: &str, kind: ContentType) -> SinglePart {
    let content = with_crlf(content);
    let beyond_ascii = content.bytes().filter(|byte| !byte.is_ascii()).count();
    // Quoted-printable adds two bytes to each of these, base64 a third to the whole.
    let encoding = if beyond_ascii * 6 > content.len() {
        ContentTransferEncoding::Base64
    } else {
        ContentTransferEncoding::QuotedPrintable
    };
    SinglePart::builder().header(kind).header(encoding).body(content)
}

fn picture(image: &InlineImage) -> SinglePart {
    let png = ContentType::parse("image/png").expect("the type is well formed");
    SinglePart::builder()
        .header(png)
        .header(ContentId::from(format!("<{}>", image.content_id)))
        .header(ContentDisposition::inline_with_name(&image.file_name))
        .header(ContentTransferEncoding::Base64)
        .body(image.png.clone())
}

fn attached(attachment: &Attachment) -> SinglePart {
    let kind = attachment.kind.media_type();
    SinglePart::builder()
        .header(ContentType::parse(kind).expect("the types are well formed"))
        .header(ContentDisposition::attachment(&attachment.file_name))
        .header(ContentTransferEncoding::Base64)
        .body(attachment.bytes.clone())
}

/// Turns every kind of line end into CRLF, so that none is left for the library to pass on.
fn with_crlf(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    lines.replace('\n', "\r\n")
}

/// The last door: no bare CR or LF, no NUL, nothing beyond ASCII, no line over 998 bytes.
pub(crate) fn check_wire(bytes: &[u8]) -> Result<(), String> {
    if let Some(byte) = bytes.iter().find(|byte| !byte.is_ascii() || **byte == 0) {
        return Err(format!("byte {byte:#04x} needs an encoding"));
    }
    let mut lines = bytes.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let is_last = lines.peek().is_none();
        let content = line.strip_suffix(b"\r");
        if content.is_none() && !is_last {
            return Err("a line ends without CR".to_owned());
        }
        let content = content.unwrap_or(line);
        if content.contains(&b'\r') {
            return Err("a CR stands alone".to_owned());
        }
        if content.len() > LONGEST_WIRE_LINE {
            return Err(format!("a line has {} bytes", content.len()));
        }
    }
    Ok(())
}
