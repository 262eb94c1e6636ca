//! isolation: who may see one region gets nothing of another, in any part of any mail, file or log.
//!
//! Method: the rows of the set, spread over days, go through the program itself: one job with every kind of question,
//! one audience, a mail server on this machine. Every mail is taken apart, every file that the run leaves for readers
//! and every line of its log is searched for marks, stores and names of other regions. The small cells of the set are
//! those of peer groups, which the scoreboard measures.

mod place;

use super::tally::Line;
use crate::{letters, sink::Mail};
use anyhow::Context as _;
use place::{Outcome, Place};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// A recipient of the set.
#[derive(Deserialize)]
struct Recipient {
    to: String,
    filter: Value,
    #[serde(default)]
    may_see: Vec<String>,
    #[serde(default = "yes")]
    active: bool,
}

fn yes() -> bool {
    true
}

impl Recipient {
    /// The slice as a table writes it; none where the set has no member at all.
    fn slice(&self) -> String {
        match &self.filter {
            Value::Object(members) => {
                let member = |(name, member): (&String, &Value)| {
                    format!("{name} = {}", member.as_str().unwrap_or_default())
                };
                members.iter().map(member).collect::<Vec<_>>().join("; ")
            }
            other => other.as_str().unwrap_or_default().to_owned(),
        }
    }

    fn is_served(&self) -> bool {
        self.active && !self.may_see.is_empty()
    }
}

/// The set through the pipeline.
pub(super) fn lines(set: &Path) -> anyhow::Result<Vec<Line>> {
    let text = fs::read_to_string(set.join("recipients.json"))?;
    let recipients: Vec<Recipient> = serde_json::from_str(&text)?;
    let rows = fs::read_to_string(set.join("orders.csv"))?;
    let mut line = Line::new("isolation");
    refused(&recipients, &rows, &mut line)?;
    let place = Place::new(&rows)?;
    let readers = recipients.iter().filter(|one| place::has_member(&one.slice()));
    let persons: Vec<String> = readers.map(person).collect();
    let outcome = place.run(&persons)?;
    for recipient in &recipients {
        line.count(&format!("mail of {}", recipient.to), of_mail(recipient, &outcome));
    }
    line.count("the search itself", finds(&outcome));
    line.count("the run", of_run(&outcome));
    line.count("the log", no_marks("log", &outcome.log));
    for region in ["north", "south", "east", "west", "tiny"] {
        let seen = place.preview(&format!("region = {region}"))?;
        line.count(&format!("files of {region}"), of_files(region, &seen));
    }
    Ok(vec![line])
}

/// A line of the audience's table; somebody who has left is valid no more.
fn person(recipient: &Recipient) -> String {
    let to = if recipient.active { "" } else { "2026-06-29" };
    let locale = if recipient.to.len().is_multiple_of(2) { "en" } else { "zh-CN" };
    format!("{},{locale},\"{}\",{to}", recipient.to, recipient.slice().replace('"', "\"\""))
}

/// What has no member is refused before anything is run; so is, where contracts declare members, one that is none.
fn refused(recipients: &[Recipient], rows: &str, line: &mut Line) -> anyhow::Result<()> {
    for recipient in recipients {
        let place = Place::new(rows)?;
        let slice = recipient.slice();
        let is_empty = slice.is_empty() || slice.ends_with("= ");
        let outcome = match (place.checks(&[person(recipient)], false)?, is_empty) {
            (true, false) | (false, true) => Ok(()),
            (true, true) => Err("an empty slice is accepted".to_owned()),
            (false, false) => {
                Err("a slice with a member is refused though none is declared".to_owned())
            }
        };
        line.count(&format!("check of {}", recipient.to), outcome);
        let declared =
            match (place.checks(&[person(recipient)], true)?, recipient.may_see.is_empty()) {
                (accepted, unknown) if accepted != unknown || recipient.to.starts_with("left") => {
                    Ok(())
                }
                (accepted, _) => Err(format!("with declared members it is accepted: {accepted}")),
            };
        line.count(&format!("check of {} against declared members", recipient.to), declared);
    }
    Ok(())
}

/// Who is served gets one mail with marks of his own region and of no other; who is not gets none.
fn of_mail(recipient: &Recipient, outcome: &Outcome) -> Result<(), String> {
    let mails: Vec<&Mail> = outcome.mails.iter().filter(|mail| mail.to == recipient.to).collect();
    match (mails.as_slice(), recipient.is_served()) {
        ([], false) => Ok(()),
        ([mail], true) => {
            let text = letters::text(&mail.bytes).map_err(|error| error.to_string())?;
            within(&recipient.may_see, &text)
        }
        (mails, served) => Err(format!("{} mails, and it is served: {served}", mails.len())),
    }
}

/// A mail on everything, taken for one of a region, is found out.
fn finds(outcome: &Outcome) -> Result<(), String> {
    let whole = outcome.mails.iter().find(|mail| mail.to == "ceo@example.com");
    let whole = whole.ok_or("nobody has the report on everything")?;
    let text = letters::text(&whole.bytes).map_err(|error| error.to_string())?;
    match within(&["CANARY-NORTH".to_owned()], &text) {
        Err(_) => Ok(()),
        Ok(()) => Err("foreign marks are not seen".to_owned()),
    }
}

/// Own marks are there, so that the search would find others; others are not.
fn within(may_see: &[String], text: &str) -> Result<(), String> {
    let found = marks(text);
    if found.is_empty() {
        return Err("no mark at all, so nothing is proved".to_owned());
    }
    if may_see.iter().any(|mark| mark == "*") {
        return match found.len() {
            2.. => Ok(()),
            count => Err(format!("of everything it has the marks of {count} regions")),
        };
    }
    let foreign: Vec<_> = found.iter().filter(|mark| !may_see.contains(mark)).collect();
    if !foreign.is_empty() {
        return Err(format!("foreign marks {foreign:?}"));
    }
    let own: Vec<String> =
        may_see.iter().map(|mark| mark.trim_start_matches("CANARY-").to_lowercase()).collect();
    let stores: Vec<&str> = ["north-", "south-", "east-", "west-", "tiny-"]
        .into_iter()
        .filter(|store| !own.contains(&store.trim_end_matches('-').to_owned()))
        .filter(|store| (0..10).any(|number| text.contains(&format!("{store}{number}"))))
        .collect();
    if stores.is_empty() { Ok(()) } else { Err(format!("stores of other regions: {stores:?}")) }
}

/// Every `CANARY-<REGION>` in a text, also where a name beside a chart goes on in a second line. One that is cut short there
/// stands whole in the table below it.
fn marks(text: &str) -> BTreeSet<String> {
    let after = text.match_indices("CANARY-").map(|(at, mark)| go_on(&text[at + mark.len()..]));
    let after = after.filter(|rest| !rest.starts_with('…'));
    let region = |rest: &str| rest.chars().take_while(char::is_ascii_uppercase).collect::<String>();
    after.map(|rest| format!("CANARY-{}", region(rest))).collect()
}

/// What is read next, behind line breaks and tags.
fn go_on(mut rest: &str) -> &str {
    loop {
        let tag =
            rest.strip_prefix('<').and_then(|tag| tag.split_once('>')).map(|(_, behind)| behind);
        let behind = tag.or_else(|| rest.strip_prefix('\n')).or_else(|| rest.strip_prefix("\\n"));
        match behind {
            Some(behind) => rest = behind,
            None => return rest,
        }
    }
}

/// The run says that some got nothing; the owner has a notice that names them and quotes no row.
fn of_run(outcome: &Outcome) -> Result<(), String> {
    if outcome.code != 4 {
        return Err(format!("it ends with {}, not 4: {}", outcome.code, outcome.log));
    }
    let owner: Vec<&Mail> =
        outcome.mails.iter().filter(|mail| mail.to == "owner@example.com").collect();
    let [notice] = owner.as_slice() else {
        return Err(format!("{} notices to the owner", owner.len()));
    };
    let text = letters::text(&notice.bytes).map_err(|error| error.to_string())?;
    for slice in ["region = nrth", "region = NORTH", "region = north' OR '1'='1"] {
        if !text.contains(slice) {
            return Err(format!("the notice does not name `{slice}`: {text}"));
        }
    }
    no_marks("notice", &text)
}

fn no_marks(what: &str, text: &str) -> Result<(), String> {
    let found = marks(text);
    match found.is_empty() {
        true => Ok(()),
        false => Err(format!("the {what} has {found:?}")),
    }
}

/// The page, the mail, the text and the stored report of one region.
fn of_files(region: &str, files: &[(String, String)]) -> Result<(), String> {
    let may_see = [format!("CANARY-{}", region.to_uppercase())];
    if files.len() < 5 {
        return Err(format!("only {} files", files.len()));
    }
    for (name, text) in files {
        within(&may_see, text).map_err(|fault| format!("{name}: {fault}"))?;
    }
    Ok(())
}

/// The text of a file.
fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}
