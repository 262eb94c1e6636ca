//! Declared formats of dates and moments: what they leave out, what they must tell, and that no two contradict.

use chrono::{
    NaiveDate, NaiveDateTime,
    format::{Fixed, Item, Numeric, Parsed, StrftimeItems, parse},
};
use std::fmt::Write as _;

/// One strftime format, compiled.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// The format with what it leaves out.
    items: Vec<Item<'static>>,
    /// The format as declared.
    declared: Vec<Item<'static>>,
    /// What the format leaves out is the first of it: `%Y-%m` means the first of the month, `%H` the full hour.
    suffix: &'static str,
    /// Whether the format tells the time of day.
    pub(super) has_time: bool,
}

impl Layout {
    pub(super) fn new(format: &str, of_day: bool) -> Result<Self, (&'static str, String)> {
        let fault = |message: String| ("format", message);
        let declared = compiled(format)?;
        let has = |any: &[Numeric]| {
            declared.iter().any(|item| matches!(item, Item::Numeric(code, _) if any.contains(code)))
        };
        let names = |any: &[Fixed]| {
            declared.iter().any(|item| matches!(item, Item::Fixed(code) if any.contains(code)))
        };
        if names(&[Fixed::TimezoneName]) {
            let instead = "use an offset (`%z`, `%:z`), or name the zone in `zone`";
            return Err(fault(format!(
                "`{format}` names zones by letters, and `CST` is three; {instead}"
            )));
        }
        let is_whole = names(&[Fixed::RFC2822, Fixed::RFC3339]) || has(&[Numeric::Timestamp]);
        let has_half = names(&[Fixed::LowerAmPm, Fixed::UpperAmPm]);
        let has_hour = has(&[Numeric::Hour, Numeric::Hour12]);
        if !of_day && has(&[Numeric::Hour12]) && !has_half && !has(&[Numeric::Hour]) {
            return Err(fault(format!(
                "`{format}` tells hours of half a day; add `%p` for its half, or use `%H`"
            )));
        }
        if !of_day && !has_hour && has(&[Numeric::Minute, Numeric::Second]) {
            return Err(fault(format!("`{format}` tells minutes without their hour; add `%H`")));
        }
        let weekdays = [Numeric::NumDaysFromSun, Numeric::WeekdayFromMon];
        let has_weekday =
            has(&weekdays) || names(&[Fixed::ShortWeekdayName, Fixed::LongWeekdayName]);
        let has_day = is_whole || has(&[Numeric::Day, Numeric::Ordinal]);
        let has_month =
            has(&[Numeric::Month]) || names(&[Fixed::ShortMonthName, Fixed::LongMonthName]);
        // Weeks of the formats begin on Sunday (%U) or Monday (%V, %W).
        let is_of_sundays = has(&[Numeric::WeekFromSun]);
        let is_of_weeks = is_of_sundays || has(&[Numeric::WeekFromMon, Numeric::IsoWeek]);
        let (codes, suffix) = match of_day {
            false if has_hour && !has(&[Numeric::Minute]) => (" %M", " 00"),
            false => ("", ""),
            true if has_day || (is_of_weeks && has_weekday) => ("", ""),
            true if is_of_sundays => (" %w", " 0"),
            true if is_of_weeks => (" %u", " 1"),
            true if has_month => (" %d", " 01"),
            true => (" %m %d", " 01 01"),
        };
        let items = compiled(&format!("{format}{codes}"))?;
        Ok(Self { items, declared, suffix, has_time: is_whole || has_hour })
    }

    pub(super) fn read(&self, text: &str) -> Option<Parsed> {
        let mut parsed = Parsed::new();
        if self.suffix.is_empty() {
            parse(&mut parsed, text, self.items.iter()).ok()?;
        } else {
            parse(&mut parsed, &format!("{text}{}", self.suffix), self.items.iter()).ok()?;
        }
        // `26` under `%Y` is a year that was cut short, not one of antiquity.
        let is_short = |year: Option<i32>| {
            year.is_some_and(|year| {
                !(0..=9999).contains(&year) || !text.contains(&format!("{year:04}"))
            })
        };
        // A leap second would be told as the first one of the next day.
        let is_leap = parsed.second() == Some(60);
        (!is_leap && !is_short(parsed.year()) && !is_short(parsed.isoyear())).then_some(parsed)
    }

    /// How a moment is written; none where the format says what a local moment does not have.
    fn write(&self, moment: NaiveDateTime) -> Option<String> {
        let mut text = String::new();
        write!(text, "{}", moment.and_utc().format_with_items(self.declared.iter())).ok()?;
        Some(text)
    }
}

fn compiled(format: &str) -> Result<Vec<Item<'static>>, (&'static str, String)> {
    let items: Result<Vec<_>, _> = StrftimeItems::new(format).parse_to_owned();
    items.map_err(|_| ("format", format!("`{format}` is not a date format; see strftime")))
}

/// Refuses two formats under which one text has two meanings, so that nothing hangs on their order.
pub(super) fn agree<T: PartialEq + Copy>(
    formats: &[(&str, &Layout)],
    read: &dyn Fn(&Layout, &str) -> Option<T>,
) -> Result<(), (&'static str, String)> {
    for (at, (one, layout)) in formats.iter().enumerate() {
        for (other, second) in &formats[at + 1..] {
            let texts = probes()
                .into_iter()
                .flat_map(|moment| [layout.write(moment), second.write(moment)]);
            for text in texts.flatten() {
                let (first, then) = (read(layout, &text), read(second, &text));
                if first.is_some() && then.is_some() && first != then {
                    return Err((
                        "format",
                        format!(
                            "`{text}` is one thing by `{one}` and another by `{other}`; keep the one that the source \
                             writes, or give the files that write the other a contract of their own"
                        ),
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Moments whose parts can be taken for each other.
fn probes() -> Vec<NaiveDateTime> {
    let parts = [(2010, 11, 12), (2011, 12, 10), (2012, 10, 11), (2003, 2, 1), (2004, 5, 6)];
    let moments = parts.into_iter().filter_map(|(year, month, day)| {
        NaiveDate::from_ymd_opt(year, month, day)?.and_hms_opt(7, 8, 9)
    });
    moments.collect()
}
