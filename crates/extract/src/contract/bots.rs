//! Which hits of a web server are a bot's.
//!
//! Rule: a bot is what says so in its user agent; one that poses as a browser is not known by this.

use super::{Fault, Spec};
use model::contract::{ColumnShape, ColumnType, Shape};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The column that says whether a row is a bot's.
pub(crate) const IS_BOT: &str = "is_bot";
/// What self-declared bots, feed readers, monitors and programs write into their user agent.
const BOTS: [&str; 33] = [
    // A make of telephones is called Cubot.
    "(?:^|[^u])bot",
    "(?:^|[^c])ubot",
    "crawl",
    "spider",
    "slurp",
    "archiver",
    "facebookexternalhit",
    "mediapartners-google",
    "bingpreview",
    "feed(?:burner|fetcher|ly|parser|validator|demon)",
    "universalfeedparser",
    "tiny tiny rss",
    "netnewswire",
    "rssowl",
    "apple-pubsub",
    "headlesschrome",
    "phantomjs",
    "lighthouse",
    "pingdom",
    "uptime",
    "statuscake",
    "nagios|check_http|zabbix",
    "w3c_validator|validator\\.nu",
    "scrapy",
    "^curl/",
    "^wget/",
    "^python-",
    "^java/",
    "^ruby",
    "^go-http-client",
    "^libwww-perl|^lwp",
    "^apache-httpclient|^okhttp",
    "^nutch|^heritrix|^masscan|^zgrab",
];

/// Which rows are a bot's: gives the column `is_bot`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BotsSpec {
    /// The column with the user agent. A row in which it is unknown counts as a person's.
    pub column: String,
    /// Regular expressions, of which one must be found somewhere in it, in capital or small letters; a list of bots,
    /// feed readers, monitors and programs that declare themselves when absent. Example: `["bot", "crawl", "^curl/"]`.
    pub patterns: Option<Vec<String>>,
}

impl BotsSpec {
    /// One expression for all patterns.
    fn pattern(&self) -> Result<String, (usize, String)> {
        let usual = || BOTS.map(str::to_owned).to_vec();
        let patterns = self.patterns.clone().unwrap_or_else(usual);
        for (index, pattern) in patterns.iter().enumerate() {
            regex::Regex::new(pattern).map_err(|error| (index, error.to_string()))?;
        }
        Ok(format!("(?i)(?:{})", patterns.join("|")))
    }
}

/// Adds what a contract says of bots to the shape that derived columns may use.
pub(super) fn resolve(
    spec: &Spec,
    own: &mut Shape,
    faults: &mut Vec<Fault>,
) -> Option<(String, String)> {
    let bots = spec.bots.as_ref()?;
    let mut fault = |key: &str, message: String| {
        faults.push(Fault::new(format!("bots.{key}"), message));
        None
    };
    if own.kind(IS_BOT).is_some() {
        return fault("column", format!("column `{IS_BOT}` exists already"));
    }
    if own.kind(&bots.column) != Some(ColumnType::Text) {
        return fault("column", format!("`{}` is no column with text", bots.column));
    }
    let pattern = match bots.pattern() {
        Ok(pattern) => pattern,
        Err((index, reason)) => return fault(&format!("patterns[{index}]"), reason),
    };
    own.columns.push(ColumnShape { name: IS_BOT.into(), kind: ColumnType::Boolean });
    Some((bots.column.clone(), pattern))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_it_is_a_bot_is_one_and_people_are_not() {
        let usual = BotsSpec { column: "user_agent".into(), patterns: None };
        let pattern = regex::Regex::new(&usual.pattern().expect("sound")).expect("an expression");
        for bot in [
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
            "Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)",
            "msnbot/2.0b",
            "Tiny Tiny RSS/1.11 (http://tt-rss.org/)",
            "UniversalFeedParser/4.2-pre-314-svn +http://feedparser.org/",
            "curl/7.22.0 (x86_64-pc-linux-gnu)",
            "Wget/1.13.4 (linux-gnu)",
            "python-requests/2.31.0",
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36",
        ] {
            assert!(pattern.is_match(bot), "{bot}");
        }
        for person in [
            "",
            "-",
            "Mozilla/5.0 (Windows NT 6.1; rv:11.0) Gecko/20100101 Firefox/11.0",
            "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/90.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 4.4; zh-cn) baidubrowser/5.0 (Baidu; P1 4.4)",
            "Mozilla/5.0 (iPad; CPU OS 6_0_1 like Mac OS X) Version/6.0 Mobile/10A523 Safari/8536.25",
        ] {
            assert!(!pattern.is_match(person), "{person}");
        }
    }
}
