//! What stands in a line of a web server's log, told as Apache's `LogFormat` tells it.
//!
//! Rule: every field ends at something that is written in the layout: a quote, a bracket, the next text, or the line.

/// The combined log format.
const COMBINED: &str = r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#;
/// The common log format.
const COMMON: &str = r#"%h %l %u %t "%r" %>s %b"#;

/// The layout of a line.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(super) pieces: Vec<Piece>,
    names: Vec<String>,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Exactly this.
    Text(String),
    /// A field.
    Field(Field),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// What it is called.
    pub(super) name: String,
    pub(super) end: End,
    pub(super) parts: Parts,
}

/// Where a field ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Before the closing quote.
    Quote,
    /// Before this character.
    Before(char),
    /// With the line.
    Line,
}

/// What else a field tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// Only itself.
    None,
    /// Method, target and protocol.
    Request,
    /// Path and query.
    Target,
    /// The ending of its last name.
    Path,
    /// The host of an address.
    Referrer,
}

impl Parts {
    /// The names of what it tells.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Request => &["method", "target", "protocol", "path", "query", "extension"],
            Self::Target => &["path", "query", "extension"],
            Self::Path => &["extension"],
            Self::Referrer => &["referrer_host"],
        }
    }
}

impl Layout {
    /// Reads a layout: `combined`, `common`, or directives and the texts between them.
    ///
    /// # Errors
    /// What is wrong with it, in one sentence.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let text = match text {
            "combined" => COMBINED,
            "common" => COMMON,
            other => other,
        };
        let mut pieces = with_ends(pieces(text)?)?;
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        let mut names: Vec<String> = Vec::new();
        for piece in &pieces {
            let Piece::Field(field) = piece else { continue };
            let parts = field.parts.names().iter().map(|name| (*name).to_owned());
            for name in [field.name.clone()].into_iter().chain(parts) {
                if names.contains(&name) {
                    return Err(format!("tells `{name}` twice"));
                }
                names.push(name);
            }
        }
        if names.is_empty() {
            return Err("has no field; say `combined`, `common` or a LogFormat".into());
        }
        Ok(Self { pieces, names })
    }

    /// The names of all that a line tells, in order.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether nothing but the line's end says that its last field is whole.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.pieces.last(), Some(Piece::Field(field)) if field.end == End::Line)
    }
}

/// Texts and directives by turns; a text is empty where a directive follows another.
fn pieces(format: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        match (first, rest.chars().next()) {
            ('\\', Some('"' | '\\')) | ('%', Some('%')) => {
                text.push_str(&rest[..1]);
                rest = &rest[1..];
            }
            ('\\', Some('t')) => {
                text.push('\t');
                rest = &rest[1..];
            }
            ('%', _) => {
                let (code, argument, behind) = directive(rest)?;
                rest = behind;
                let in_brackets = code == 't' && argument.is_none();
                let (name, mut parts) = meaning(code, argument)?;
                let mut name = name;
                if let (Parts::Path, Some(behind)) = (parts, rest.strip_prefix("%q")) {
                    (name, parts, rest) = ("target".into(), Parts::Target, behind);
                }
                if in_brackets {
                    text.push('[');
                }
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Field(Field { name, end: End::Line, parts }));
                if in_brackets {
                    text.push(']');
                }
            }
            _ => text.push(first),
        }
    }
    pieces.push(Piece::Text(text));
    Ok(pieces)
}

/// The letter of a directive, what stands in its braces, and the rest behind it.
fn directive(text: &str) -> Result<(char, Option<&str>, &str), String> {
    let behind = text.trim_start_matches(['<', '>']);
    let (argument, behind) = match behind.strip_prefix('{') {
        None => (None, behind),
        Some(inside) => {
            let (argument, behind) =
                inside.split_once('}').ok_or("has a `{` without its `}`".to_owned())?;
            (Some(argument), behind)
        }
    };
    let code = behind.chars().next().ok_or("ends with a `%`; a percent sign is `%%`".to_owned())?;
    Ok((code, argument, &behind[code.len_utf8()..]))
}

/// What a directive stands for.
fn meaning(code: char, argument: Option<&str>) -> Result<(String, Parts), String> {
    let plain = |name: &str| Ok((name.to_owned(), Parts::None));
    match (code, argument) {
        ('a', None) => plain("address"),
        ('b' | 'B', None) => plain("bytes"),
        ('D', None) => plain("microseconds"),
        ('f', None) => plain("file"),
        ('h', None) => plain("host"),
        ('H', None) => plain("protocol"),
        ('I', None) => plain("bytes_received"),
        ('l', None) => plain("ident"),
        ('L', None) => plain("log_id"),
        ('m', None) => plain("method"),
        ('O', None) => plain("bytes_sent"),
        ('p', None) => plain("port"),
        ('P', None) => plain("process"),
        ('q', None) => plain("query"),
        ('r', None) => Ok(("request".into(), Parts::Request)),
        ('s', None) => plain("status"),
        ('t', _) => plain("time"),
        ('T', None | Some("s")) => plain("seconds"),
        ('T', Some("ms")) => plain("milliseconds"),
        ('T', Some("us")) => plain("microseconds"),
        ('u', None) => plain("user"),
        ('U', None) => Ok(("path".into(), Parts::Path)),
        ('v', None) => plain("server"),
        ('V', None) => plain("server_name"),
        ('X', None) => plain("connection"),
        ('i', Some(header)) if header.eq_ignore_ascii_case("Referer") => {
            Ok(("referrer".into(), Parts::Referrer))
        }
        ('i', Some(header)) => plain(&as_name(header)),
        ('o', Some(header)) => plain(&format!("response_{}", as_name(header))),
        ('C', Some(cookie)) => plain(&format!("cookie_{}", as_name(cookie))),
        ('e', Some(variable)) => plain(&format!("env_{}", as_name(variable))),
        ('n', Some(note)) => plain(&format!("note_{}", as_name(note))),
        _ => {
            let argument = argument.map_or(String::new(), |argument| format!("{{{argument}}}"));
            Err(format!(
                "`%{argument}{code}` is not known; there are %h %a %l %u %t %r %m %U %q %H %s %b %B %O %I %D %T %v %V \
                 %p %f %P %L %X and %{{…}}i %{{…}}o %{{…}}C %{{…}}e %{{…}}n"
            ))
        }
    }
}

/// `User-Agent` is `user_agent`.
fn as_name(header: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    header.chars().map(letter).collect()
}

/// Gives each field its end by the texts around it.
fn with_ends(mut pieces: Vec<Piece>) -> Result<Vec<Piece>, String> {
    let count = pieces.len();
    for place in (1..count).step_by(2) {
        let (Piece::Text(before), Piece::Text(after)) = (&pieces[place - 1], &pieces[place + 1])
        else {
            continue;
        };
        let is_last = place + 2 == count;
        let opened = before.chars().next_back();
        let end = match (opened, after.chars().next()) {
            (Some('"'), Some('"')) => End::Quote,
            (_, Some(next)) => End::Before(next),
            (_, None) if is_last => End::Line,
            (_, None) => {
                return Err("has two directives with nothing between them; only `%U%q` may".into());
            }
        };
        if let Piece::Field(field) = &mut pieces[place] {
            field.end = end;
        }
    }
    Ok(pieces)
}
