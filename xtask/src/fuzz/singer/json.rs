//! Another reader of JSON: strictly by RFC 8259, keeps each value as it is written.

/// The deepest value that is read at all.
const DEEPEST: usize = 400;

/// A value and how it is written.
pub(super) struct Value<'a> {
    pub(super) raw: &'a str,
    pub(super) json: Json<'a>,
}

/// What a value is. A text with half a surrogate pair is well-formed and says nothing: `None`.
pub(super) enum Json<'a> {
    Null,
    Boolean,
    Number,
    Text(Option<String>),
    List(Vec<Value<'a>>),
    Object(Vec<(Option<String>, Value<'a>)>),
}

/// Why a text is no value.
#[derive(Debug, PartialEq)]
pub(super) enum Fault {
    NoJson,
    /// Deeper than this reader goes.
    TooDeep,
}

/// The value that a text says.
pub(super) fn read(text: &str) -> Result<Value<'_>, Fault> {
    let mut reader = Reader { text, at: 0 };
    reader.blanks();
    let value = reader.value(0)?;
    reader.blanks();
    if reader.at == text.len() { Ok(value) } else { Err(Fault::NoJson) }
}

impl<'a> Value<'a> {
    /// The text, if it is one that says something.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.json {
            Json::Text(text) => text.as_deref(),
            _ => None,
        }
    }

    /// The values of a key, however often it stands.
    pub(super) fn all(&self, key: &str) -> Vec<&Value<'a>> {
        let Json::Object(members) = &self.json else { return Vec::new() };
        let named = members.iter().filter(|(name, _)| name.as_deref() == Some(key));
        named.map(|(_, value)| value).collect()
    }

    /// Whether every reader understands it in the same way: texts are whole, keys stand once, and nothing is nested
    /// deeper than told.
    pub(super) fn is_plain(&self, deepest: usize) -> bool {
        let inside = |value: &Value<'_>| deepest > 0 && value.is_plain(deepest - 1);
        match &self.json {
            Json::Null | Json::Boolean | Json::Number => true,
            Json::Text(text) => text.is_some(),
            Json::List(values) => values.iter().all(inside),
            Json::Object(members) => {
                let once = |key: &Option<String>| {
                    members.iter().filter(|(other, _)| other == key).count() == 1
                };
                members.iter().all(|(key, value)| key.is_some() && once(key) && inside(value))
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, expected: &str) -> Result<(), Fault> {
        if !self.text[self.at..].starts_with(expected) {
            return Err(Fault::NoJson);
        }
        self.at += expected.len();
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        if depth > DEEPEST {
            return Err(Fault::TooDeep);
        }
        let start = self.at;
        let json = match self.next().ok_or(Fault::NoJson)? {
            b'n' => self.take("null").map(|()| Json::Null)?,
            b't' => self.take("true").map(|()| Json::Boolean)?,
            b'f' => self.take("false").map(|()| Json::Boolean)?,
            b'"' => Json::Text(self.string()?),
            b'[' => {
                let mut values = Vec::new();
                self.members("[", "]", &mut |reader| {
                    values.push(reader.value(depth + 1)?);
                    Ok(())
                })?;
                Json::List(values)
            }
            b'{' => {
                let mut members = Vec::new();
                self.members("{", "}", &mut |reader| {
                    let key = reader.string()?;
                    reader.blanks();
                    reader.take(":")?;
                    reader.blanks();
                    members.push((key, reader.value(depth + 1)?));
                    Ok(())
                })?;
                Json::Object(members)
            }
            _ => self.number().map(|()| Json::Number)?,
        };
        Ok(Value { raw: &self.text[start..self.at], json })
    }

    fn members(
        &mut self,
        open: &str,
        close: &str,
        member: &mut dyn FnMut(&mut Self) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.take(open)?;
        self.blanks();
        if self.take(close).is_ok() {
            return Ok(());
        }
        loop {
            self.blanks();
            member(self)?;
            self.blanks();
            if self.take(",").is_err() {
                return self.take(close);
            }
        }
    }

    fn number(&mut self) -> Result<(), Fault> {
        let _ = self.take("-");
        if self.take("0").is_err() {
            self.digits()?;
        }
        if self.take(".").is_ok() {
            self.digits()?;
        }
        if self.take("e").or_else(|_| self.take("E")).is_ok() {
            let _ = self.take("+").or_else(|_| self.take("-"));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Fault> {
        let start = self.at;
        while self.next().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Fault::NoJson) }
    }

    fn string(&mut self) -> Result<Option<String>, Fault> {
        self.take("\"")?;
        let (mut units, mut is_closed) = (Vec::new(), false);
        while !is_closed {
            let character = self.text[self.at..].chars().next().ok_or(Fault::NoJson)?;
            self.at += character.len_utf8();
            match character {
                '"' => is_closed = true,
                '\\' => units.push(self.escape()?),
                '\0'..='\x1f' => return Err(Fault::NoJson),
                other => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            }
        }
        Ok(String::from_utf16(&units).ok())
    }

    fn escape(&mut self) -> Result<u16, Fault> {
        let letter = self.next().ok_or(Fault::NoJson)?;
        let place = b"\"\\/bfnrt".iter().position(|known| *known == letter);
        if let Some(place) = place {
            self.at += 1;
            return Ok(u16::from(b"\"\\/\x08\x0c\n\r\t"[place]));
        }
        self.take("u")?;
        let digits = self.text.get(self.at..self.at + 4).ok_or(Fault::NoJson)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(Fault::NoJson);
        }
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| Fault::NoJson)
    }
}
