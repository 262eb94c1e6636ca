//! Sessions on the web site: a sample of one in fifty.
//!
//! Rule: a session bounced if and only if it has one page view; a converted session never bounced.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    calendar::{self, MARCH, MONTHS, Month, launch, outage},
    catalogue::{CATEGORIES, POLAR_ONE, PRODUCTS},
    files::{SampleFile, money},
    rng::{Rng, spread},
    sales::PLANNED_ORDERS,
    spend::{LAUNCH_CAMPAIGN, PLATFORMS, campaigns_on},
    truths::BadRow,
};

/// Sessions in the sample.
const SESSIONS: u64 = 24_000;
/// How many real sessions stand behind one of the sample.
pub(crate) const SAMPLED_ONE_IN: u64 = 50;

/// Where sessions come from: medium, source, share in percent. The paid ones come first, in the order of
/// [`PLATFORMS`], so that sessions and spend share their members.
const TRAFFIC: [(&str, &str, u64); 9] = [
    (PLATFORMS[0], "baidu", 21),
    (PLATFORMS[1], "toutiao", 13),
    (PLATFORMS[2], "douyin", 9),
    (PLATFORMS[3], "weibo", 11),
    (PLATFORMS[4], "tmall", 8),
    ("organic", "baidu", 15),
    ("direct", "direct", 14),
    ("email", "newsletter", 5),
    ("referral", "review_site", 4),
];

const DEVICES: [(&str, u64); 3] = [("mobile", 68), ("desktop", 24), ("tablet", 8)];

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// When it began.
    pub(crate) started_at: NaiveDateTime,
    /// Whether it saw one page only.
    pub(crate) bounced: bool,
    /// Whether it ended with an order.
    pub(crate) converted: bool,
    visitor: u32,
    medium: usize,
    campaign: Option<&'static str>,
    device: &'static str,
    landing: String,
    pageviews: u64,
    /// What the order was worth, in cents.
    pub(crate) order_value: Option<i64>,
    /// What it did on the way to an order, and when.
    pub(crate) events: Vec<(&'static str, NaiveDateTime)>,
}

/// Draws all sessions in the order of their start.
pub(crate) fn generate(seed: u64) -> Vec<Session> {
    let mut rng = Rng::named(seed, "web");
    let mut visitors = Visitors::default();
    let mut fortune = Fortune::default();
    let mut sessions = Vec::new();
    let per_month = spread(SESSIONS, &PLANNED_ORDERS);
    for month in Month::all() {
        let days = month.days();
        let weights: Vec<u64> = days
            .iter()
            .map(|day| if outage().contains(day) { 0 } else { calendar::demand(*day) })
            .collect();
        let mut starts: Vec<NaiveDateTime> = (0..per_month[month.0])
            .map(|_| {
                let day = days[rng.weighted(&weights)];
                calendar::moment(&mut rng, day)
            })
            .collect();
        starts.sort_unstable();
        for started_at in starts {
            sessions.push(draw_session(&mut rng, &mut visitors, &mut fortune, started_at));
        }
    }
    sessions
}

/// Who has been here lately.
#[derive(Debug, Default)]
struct Visitors {
    last: u32,
    recent: Vec<u32>,
}

impl Visitors {
    /// A new visitor, or in 38 of 100 cases one of the last four hundred.
    fn next(&mut self, rng: &mut Rng) -> u32 {
        if self.recent.len() > 400 {
            self.recent.remove(0);
        }
        if !self.recent.is_empty() && rng.per_mille(380) {
            return *rng.pick(&self.recent);
        }
        self.last += 1;
        self.recent.push(self.last);
        self.last
    }

    /// Somebody who has bought does not come back soon.
    fn satisfied(&mut self, visitor: u32) {
        self.recent.retain(|recent| *recent != visitor);
    }
}

/// Decides who buys, so evenly that a month's rate follows the planted tendency and not mere chance.
#[derive(Debug, Default)]
struct Fortune {
    /// Collected tendency, and the level at which it becomes an order, per kind of campaign.
    kinds: BTreeMap<Option<&'static str>, (u64, u64)>,
}

impl Fortune {
    /// Adds a session's tendency in 1,000; true when an order is due.
    fn favours(&mut self, rng: &mut Rng, campaign: Option<&'static str>, share: u64) -> bool {
        let (collected, due) = self.kinds.entry(campaign).or_insert((0, 500));
        *collected += share;
        if *collected < *due {
            return false;
        }
        // The next order is due after 1,000 on average.
        *due += rng.between(200, 1_800) as u64;
        true
    }
}

/// The details of one session.
fn draw_session(
    rng: &mut Rng,
    visitors: &mut Visitors,
    fortune: &mut Fortune,
    started_at: NaiveDateTime,
) -> Session {
    let day = started_at.date();
    let medium = rng.weighted(&TRAFFIC.map(|(_, _, share)| share));
    let campaign = draw_campaign(rng, day, medium);
    let (bounce_share, conversion_share) = tendencies(day, campaign);
    let product = draw_interest(rng, day, campaign);
    let converted = fortune.favours(rng, campaign, conversion_share);
    let bounced = rng.per_mille(bounce_share) && !converted;
    let visitor = visitors.next(rng);
    if converted {
        visitors.satisfied(visitor);
    }
    let device = DEVICES[rng.weighted(&DEVICES.map(|(_, share)| share))].0;
    let landing = landing_page(rng, campaign, product);
    let pageviews = if bounced { 1 } else { 2 + rng.below(4) + rng.below(5) };
    let order_value = converted.then(|| PRODUCTS[product].list_price * 100 - 10_000);
    let events = draw_events(rng, started_at, bounced, converted);
    Session {
        started_at,
        bounced,
        converted,
        visitor,
        medium,
        campaign,
        device,
        landing,
        pageviews,
        order_value,
        events,
    }
}

/// The campaign behind a session; only paid traffic and the newsletter have one.
fn draw_campaign(rng: &mut Rng, day: NaiveDate, medium: usize) -> Option<&'static str> {
    if medium < PLATFORMS.len() {
        let names = campaigns_on(day, medium);
        return (!names.is_empty()).then(|| *rng.pick(&names));
    }
    (TRAFFIC[medium].0 == "email").then_some("newsletter")
}

/// How many of 1,000 sessions bounce and convert.
fn tendencies(day: NaiveDate, campaign: Option<&str>) -> (u64, u64) {
    let month = Month::of(day);
    match campaign {
        Some(LAUNCH_CAMPAIGN) if month == MARCH => (570, 13),
        Some(LAUNCH_CAMPAIGN) if month < MARCH => (430, 21),
        Some(LAUNCH_CAMPAIGN) => (370, 27),
        Some("newsletter") => (330, 34),
        Some(_) => (430, 22),
        None => (410, 24),
    }
}

/// The product that the visitor came for.
fn draw_interest(rng: &mut Rng, day: NaiveDate, campaign: Option<&str>) -> usize {
    match campaign {
        Some(LAUNCH_CAMPAIGN) => POLAR_ONE,
        Some("ac_summer") => 7 + rng.below(3) as usize,
        _ if day >= launch() && rng.per_mille(120) => POLAR_ONE,
        _ => 1 + rng.below(PRODUCTS.len() as u64 - 1) as usize,
    }
}

/// Where the visitor arrived.
fn landing_page(rng: &mut Rng, campaign: Option<&str>, product: usize) -> String {
    match campaign {
        Some(LAUNCH_CAMPAIGN) => "/polar-one".to_owned(),
        Some("double_11") => "/sale/double-11".to_owned(),
        Some("festival_618") => "/sale/618".to_owned(),
        _ if rng.per_mille(350) => "/".to_owned(),
        _ => format!("/{}", CATEGORIES[PRODUCTS[product].category].replace('_', "-")),
    }
}

/// The steps towards an order, each some time after the one before.
fn draw_events(
    rng: &mut Rng,
    started_at: NaiveDateTime,
    bounced: bool,
    converted: bool,
) -> Vec<(&'static str, NaiveDateTime)> {
    const STEPS: [&str; 4] = ["view_item", "add_to_cart", "begin_checkout", "purchase"];
    let count = if converted {
        4
    } else if bounced {
        0
    } else {
        rng.weighted(&[28, 46, 19, 7])
    };
    let mut at = started_at;
    let mut events = Vec::new();
    for step in &STEPS[..count] {
        at += TimeDelta::seconds(rng.between(8, 150));
        events.push((*step, at));
    }
    events
}

/// Records that break the contract: month, record, and how.
const BROKEN: [(usize, u64); 2] = [(4, 700), (10, 300)];

/// Writes the files of the folder `web`, and notes the bad rows.
pub(crate) fn write(sessions: &[Session], bad_rows: &mut Vec<BadRow>) -> Vec<SampleFile> {
    let mut texts = vec![String::new(); MONTHS];
    let mut records = [0_u64; MONTHS];
    for (number, session) in (1..).zip(sessions) {
        let month = Month::of(session.started_at.date()).0;
        records[month] += 1;
        if BROKEN.contains(&(month, records[month])) {
            let line = broken(session, month, records[month], bad_rows);
            texts[month].push_str(&line);
            records[month] += 1;
        }
        texts[month].push_str(&json(number, session));
    }
    let labelled = Month::all().zip(texts);
    labelled.map(|(month, text)| SampleFile { path: path(month), text }).collect()
}

fn path(month: Month) -> String {
    format!("web/sessions-{}.ndjson.gz", month.label())
}

/// A line cut off by a full disk, or one whose page views are a word.
fn broken(session: &Session, month: usize, record: u64, bad_rows: &mut Vec<BadRow>) -> String {
    let whole = json(900_000 + month as u32, session);
    let path = path(Month(month));
    let place = (path.as_str(), record, record);
    if month == BROKEN[0].0 {
        let cut: String = whole.chars().take(118).collect();
        let rule = ("", "syntax", "a complete JSON object");
        bad_rows.push(BadRow::new("sessions", place, rule, &cut));
        return format!("{cut}\n");
    }
    let rule = ("pageviews", "type", "a whole number");
    bad_rows.push(BadRow::new("sessions", place, rule, "many"));
    let pageviews = format!("\"pageviews\":{}", session.pageviews);
    whole.replace(&pageviews, "\"pageviews\":\"many\"")
}

/// One line; written by hand so that the order of keys never depends on a library.
fn json(number: u32, session: &Session) -> String {
    let (medium, source, _) = TRAFFIC[session.medium];
    let campaign = session.campaign.map_or("null".to_owned(), |name| format!("\"{name}\""));
    let order_value = session.order_value.map_or("null".to_owned(), |value| {
        format!("{{\"amount\":\"{}\",\"currency\":\"CNY\"}}", money(value))
    });
    let events: Vec<String> = session
        .events
        .iter()
        .map(|(name, at)| format!("{{\"name\":\"{name}\",\"at\":\"{}\"}}", local(*at)))
        .collect();
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "{{\"session_id\":\"s{number:06}\",\"started_at\":\"{}\",\"visitor_id\":\"v{:05}\",\
         \"traffic\":{{\"source\":\"{source}\",\"medium\":\"{medium}\",\"campaign\":{campaign}}},\
         \"device\":\"{}\",\"landing_page\":\"{}\",\"pageviews\":{},\"bounced\":{},\
         \"converted\":{},\"order_value\":{order_value},\"events\":[{}]}}",
        local(session.started_at),
        session.visitor,
        session.device,
        session.landing,
        session.pageviews,
        session.bounced,
        session.converted,
        events.join(","),
    );
    text
}

/// A moment with the offset of Shanghai.
fn local(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// Days of the sample without a session.
pub(crate) fn days_without(sessions: &[Session]) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = sessions.iter().map(|one| one.started_at.date()).collect();
    days.dedup();
    let first = Month(0).first();
    let last = calendar::last_day() + Days::new(1);
    first
        .iter_days()
        .take_while(|day| *day < last)
        .filter(|day| days.binary_search(day).is_err())
        .collect()
}
