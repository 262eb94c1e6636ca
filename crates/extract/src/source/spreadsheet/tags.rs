//! The tags of XML as its bytes stream by; no more than one of them is held.

/// The most bytes of a tag that are kept.
const LONGEST: usize = 1 << 16;

/// Cuts a stream of bytes into tags.
#[derive(Default)]
pub(super) struct Tags {
    tag: Vec<u8>,
    is_within: bool,
    quote: Option<u8>,
    /// Bytes of text since the last tag.
    text: u64,
}

/// A tag.
pub(super) struct Tag<'a> {
    said: &'a str,
    /// How many bytes of text stand before it.
    pub(super) text: u64,
}

impl Tags {
    /// Takes the next bytes and hands over the tags that end in them.
    ///
    /// # Errors
    /// What `take` returns, or a tag without end.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(Tag<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        for byte in bytes {
            match (self.is_within, *byte) {
                (false, b'<') => self.is_within = true,
                (false, _) => self.text += 1,
                (true, b'>') if self.quote.is_none() => {
                    let said = String::from_utf8_lossy(&self.tag);
                    take(Tag { said: &said, text: self.text })?;
                    self.tag.clear();
                    (self.is_within, self.text) = (false, 0);
                }
                (true, byte) => {
                    // A document type is told by its first letters: what it declares is not worth waiting for.
                    let is_comment = self.tag.starts_with(b"!--") || self.tag.starts_with(b"![");
                    match self.quote {
                        Some(quote) if quote == byte => self.quote = None,
                        None if b"'\"".contains(&byte) && !is_comment => self.quote = Some(byte),
                        _ => {}
                    }
                    if self.tag.len() < LONGEST {
                        self.tag.push(byte);
                    }
                    if self.tag == b"!DOCTYPE" {
                        take(Tag { said: "!DOCTYPE", text: 0 })?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Tag<'_> {
    /// How many bytes it has, as far as they are kept.
    pub(super) fn length(&self) -> u64 {
        self.said.len() as u64
    }

    /// Its name; that of a closing tag begins with `/`.
    pub(super) fn name(&self) -> &str {
        self.said.split([' ', '\t', '\r', '\n']).next().unwrap_or_default().trim_end_matches('/')
    }

    /// Its name without the prefix of a name space.
    pub(super) fn local_name(&self) -> &str {
        let name = self.name();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// Whether nothing stands within it.
    pub(super) fn is_closed(&self) -> bool {
        self.said.ends_with('/')
    }

    /// The value of an attribute, as it is written.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let mut rest = self.said;
        loop {
            rest = &rest[rest.find(name)? + name.len()..];
            let value = rest.trim_start().strip_prefix('=').map(str::trim_start);
            let Some(value) = value else { continue };
            let quote = value.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
            let value = &value[1..];
            return value.find(quote).map(|end| &value[..end]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_however_the_bytes_are_cut() {
        let text = b"<a x='>' hidden = \"1\"/>text<!-- it's --><n:row r=\"2\">\xe4\xb8\xad</n:row>";
        for size in 1..text.len() {
            let mut tags = Tags::default();
            let mut told = Vec::new();
            for bytes in text.chunks(size) {
                let mut take = |tag: Tag<'_>| {
                    told.push(format!(
                        "{} {} {:?}",
                        tag.text,
                        tag.local_name(),
                        tag.attribute("hidden")
                    ));
                    Ok(())
                };
                tags.take(bytes, &mut take).expect("no fault");
            }
            let expected = ["0 a Some(\"1\")", "4 !-- None", "0 row None", "3 row None"];
            assert_eq!(told, expected, "cut every {size} bytes");
        }
    }
}
