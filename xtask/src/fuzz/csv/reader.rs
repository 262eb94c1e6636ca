//! Another reader of delimited text: the bytes become marks first, and a grammar of marks says what a record is.
//!
//! Rule: shares nothing with the reader of the program, neither its parser nor its steps; it takes the whole file at
//! once.

/// How a file is written.
pub(super) struct Dialect {
    pub(super) delimiter: &'static str,
    pub(super) quote: Option<u8>,
    pub(super) escape: Option<u8>,
    pub(super) is_trimmed: bool,
    /// How many lines stand above the rows.
    pub(super) preamble: usize,
    pub(super) footer: Footer,
    /// What the first field of a row says that sums up others.
    pub(super) total: Option<&'static str>,
}

/// What stands below the rows.
#[derive(Clone, Copy)]
pub(super) enum Footer {
    None,
    /// So many records.
    Records(usize),
    /// All from the record that starts like this, at most 100.
    From(&'static str),
}

/// CSV as most programs write it.
pub(super) const PLAIN: Dialect = Dialect {
    delimiter: ",",
    quote: Some(b'"'),
    escape: None,
    is_trimmed: false,
    preamble: 0,
    footer: Footer::None,
    total: None,
};

/// What a file says.
#[derive(Default)]
pub(super) struct Read {
    pub(super) rows: Vec<Vec<String>>,
    /// The numbers of the records that are none.
    pub(super) bad: Vec<u64>,
    /// How many of these have another number of fields.
    ragged: usize,
}

/// How files begin that are no text, or text in another encoding.
const FOREIGN: [&[u8]; 6] =
    [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];

const ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What a place in a file is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Delimiter,
    Quote,
    Escape,
    LineEnd,
    Other,
}

/// A kind, and the bytes that are of it.
type Mark<'a> = (Kind, &'a [u8]);

/// A record as a lenient reader takes it.
#[derive(Clone)]
struct Record<'a> {
    marks: &'a [Mark<'a>],
    fields: Vec<Vec<u8>>,
    /// Whether a strict reader takes it too.
    is_strict: bool,
}

impl Dialect {
    /// Reads a file with these columns; or why it is to be refused.
    pub(super) fn read(&self, file: &[u8], names: &[String]) -> Result<Read, &'static str> {
        if FOREIGN.iter().any(|mark| file.starts_with(mark)) {
            return Err("it is no text");
        }
        let mut text = file.strip_prefix(ORDER_MARK).unwrap_or(file);
        for _ in 0..self.preamble {
            let end = text.iter().position(|byte| b"\r\n".contains(byte));
            let behind = &text[end.ok_or("it ends within its preamble")?..];
            text = behind.strip_prefix(b"\r\n").unwrap_or(&behind[1..]);
        }
        if self.delimiter.len() > 1 && text.contains(&0x1f) {
            return Err("it has the separator of units");
        }
        let is_doubled = self.escape.is_none();
        let marks = self.marks(text);
        let (mut records, mut rest) = (Vec::new(), marks.as_slice());
        while let Some(start) = rest.iter().position(|mark| mark.0 != Kind::LineEnd) {
            let record = record(&rest[start..], records.is_empty(), is_doubled);
            rest = &rest[start + record.marks.len()..];
            records.push(record);
        }
        let mut read = Read::default();
        let mut number = 0;
        for record in self.above_footer(&records)? {
            if record.is_strict {
                number += 1;
                self.take(record, number, names, &mut read);
                continue;
            }
            // Its first line is none; what the quote may have swallowed is sound, or nothing is known.
            number += 1;
            read.bad.push(number);
            let lines = record.marks.split(|mark| mark.0 == Kind::LineEnd);
            for line in lines.filter(|line| !line.is_empty()).skip(1) {
                let lone = self::record(line, true, is_doubled);
                if !lone.is_strict || lone.fields.len() != names.len() {
                    return Err("a quote leaves open where rows end");
                }
                number += 1;
                self.take(&lone, number, names, &mut read);
            }
        }
        // Without a header nothing else says what the fields are; few records say nothing.
        let records = read.rows.len() + read.bad.len();
        match records >= 20 && read.ragged * 2 > records {
            true => Err("most of its records have another number of fields"),
            false => Ok(read),
        }
    }

    /// Tells marks from text.
    fn marks<'a>(&self, text: &'a [u8]) -> Vec<Mark<'a>> {
        let (mut marks, mut rest) = (Vec::new(), text);
        while let Some(first) = rest.first() {
            let kind = match Some(*first) {
                _ if rest.starts_with(self.delimiter.as_bytes()) => Kind::Delimiter,
                byte if byte == self.quote => Kind::Quote,
                byte if byte == self.escape => Kind::Escape,
                Some(b'\r' | b'\n') => Kind::LineEnd,
                _ => Kind::Other,
            };
            let length = if kind == Kind::Delimiter { self.delimiter.len() } else { 1 };
            let (mark, behind) = rest.split_at(length);
            marks.push((kind, mark));
            rest = behind;
        }
        marks
    }

    /// The records that are not of the footer.
    fn above_footer<'r, 'a>(
        &self,
        records: &'r [Record<'a>],
    ) -> Result<&'r [Record<'a>], &'static str> {
        let end = match self.footer {
            Footer::None => records.len(),
            Footer::Records(below) => {
                records.len().checked_sub(below).ok_or("it ends within its footer")?
            }
            Footer::From(start) => {
                let begins = |record: &Record<'_>| {
                    String::from_utf8(record.bytes()).is_ok_and(|text| text.starts_with(start))
                };
                records.iter().position(begins).unwrap_or(records.len())
            }
        };
        match (self.footer, records.len() - end) {
            (Footer::From(_), 101..) => Err("its footer does not end"),
            _ => Ok(&records[..end]),
        }
    }

    /// Takes a record whose quotes are sound.
    fn take(&self, record: &Record<'_>, number: u64, names: &[String], read: &mut Read) {
        let bytes = record.bytes();
        let text = |field: &Vec<u8>| String::from_utf8(field.clone()).ok();
        let fields: Option<Vec<String>> = record.fields.iter().map(text).collect();
        let is_text = std::str::from_utf8(&bytes).is_ok() && !bytes.contains(&0);
        let is_ragged = record.fields.len() != names.len();
        read.ragged += usize::from(is_text && is_ragged);
        let is_sound = is_text && !is_ragged && !bytes.starts_with(ORDER_MARK);
        let Some(mut fields) = fields.filter(|_| is_sound) else { return read.bad.push(number) };
        let bare = |field: &String| {
            let field = field.strip_prefix('\u{feff}').unwrap_or(field);
            field.trim_matches(|one: char| one.is_ascii_whitespace()).to_owned()
        };
        if fields.iter().map(bare).eq(names.iter().cloned()) {
            return read.bad.push(number);
        }
        if self.is_trimmed {
            fields = fields.iter().map(|field| field.trim().to_owned()).collect();
        }
        if self.total.is_none_or(|total| fields[0].trim() != total) {
            read.rows.push(fields);
        }
    }
}

impl Record<'_> {
    fn bytes(&self) -> Vec<u8> {
        self.marks.iter().flat_map(|mark| mark.1).copied().collect()
    }
}

/// The record that starts here; a quote within quotes is doubled, or escaped. A byte order mark at the very start of a text is none of its first field.
fn record<'a>(marks: &'a [Mark<'a>], is_first: bool, is_doubled: bool) -> Record<'a> {
    let kind = |at: usize| marks.get(at).map(|mark| mark.0);
    let marked = marks.iter().take(3).flat_map(|mark| mark.1).copied().collect::<Vec<u8>>();
    let mut at = if is_first && marked == ORDER_MARK { 3 } else { 0 };
    // Before which a quote stands inside its field.
    let mut is_strict = at == 0 || kind(at) != Some(Kind::Quote);
    let mut fields = Vec::new();
    loop {
        let mut field = Vec::new();
        if kind(at) == Some(Kind::Quote) {
            at += 1;
            loop {
                match (kind(at), kind(at + 1)) {
                    (None, _) => {
                        is_strict = false;
                        break;
                    }
                    (Some(Kind::Quote), Some(Kind::Quote)) if is_doubled => at += 1,
                    (Some(Kind::Quote), _) => {
                        at += 1;
                        break;
                    }
                    (Some(Kind::Escape), next) => {
                        is_strict &= matches!(next, Some(Kind::Quote | Kind::Escape));
                        at += 1;
                    }
                    _ => {}
                }
                // Behind an escape the text may end.
                if let Some(mark) = marks.get(at) {
                    field.extend_from_slice(mark.1);
                    at += 1;
                }
            }
            is_strict &= matches!(kind(at), None | Some(Kind::Delimiter | Kind::LineEnd));
        }
        while !matches!(kind(at), None | Some(Kind::Delimiter | Kind::LineEnd)) {
            is_strict &= kind(at) != Some(Kind::Quote);
            field.extend_from_slice(marks[at].1);
            at += 1;
        }
        fields.push(field);
        match kind(at) {
            Some(Kind::Delimiter) => at += 1,
            _ => return Record { marks: &marks[..at], fields, is_strict },
        }
    }
}
