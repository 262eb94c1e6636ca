//! Which hits of a web server are a bot's.
//!
//! Rule: a bot is what says so in its user agent; one that poses as a browser is not known by this.

use super::{Fault, Spec};
use model::contract::{ColumnShape, ColumnType, Shape};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The column that says whether a row is a bot's.
pub(crate) const IS_BOT: &str = "is_bot";
/// What self-declared bots, link previews, feed readers, monitors and programs write into their user agent.
const BOTS: &[&str] = &[
    // A make of telephones is called Cubot.
    "(?:^|[^u])bot",
    "(?:^|[^c])ubot",
    "crawl|rowler|spider|slurp|scraper|fetcher|archiver|httrack",
    // Most that mean no harm leave an address.
    r"\+ ?https?://",
    // Search engines. An app in which people read pages says `GSA/` or `YandexSearch/`.
    "mediapartners-google|google-?other|google-inspectiontool|google-site-verification|google-read-aloud",
    "google-(?:adwords|ads|extended|cloudvertex|notebooklm|safety|producer|structured|shopping)",
    "google(?:producer|docs| web preview| favicon| page ?speed)|apis-google|duplexweb-google|developers\\.google",
    "^google$|^yandex$|yandex(?:accessib|additional|adnet|blog|calendar|catalog|direct|favicon|fordomain|image|market)",
    "yandex(?:media|metrika|news|ontodb|page|partner|rca|render|screenshot|sprav|sitelink|track|turbo|vertis|video|web)",
    r"bingpreview|microsoftpreview|adidx|yahoo[-!: ]+(?:ad|cache|pipes)|yahooseeker|\byeti/|^daum|daumoa",
    "baidu-|sogou (?:web|pic|news|inst)|teoma|ask jeeves|gigablast|qwantify|naver\\.me/spd|coccoc-",
    // Programs that gather text for language models, or read pages for those who ask them.
    "meta-(?:external|web)|facebookcatalog|anthropic-ai|claude-(?:web|user|search)|chatgpt-(?:user|agent)|perplexity-?user",
    "cohere-|mistralai|gemini-deep|duckassist|diffbot|omgili|imagesift|webzio|iaskspider|firecrawl|img2dataset",
    // Previews of links in chats and networks. `^`: people also read pages within these apps.
    "facebookexternalhit|^whatsapp/|^pinterest/|^tumblr/|^viber|^line-poker|^snap(?:chat)? ?url|snap url preview",
    "skypeuripreview|slack-imgproxy|embedly|iframely|vkshare|flipboardproxy|^http\\.rb/|^mastodon/|^misskey/|^pleroma",
    "bitlybot|outbrain|quora link|existence discovery|zoom ?info|link ?preview|linkcheck|link checker|xenu",
    // Feed readers.
    "feed(?:bin|burner|demon|ly|parser|press|validator|wrangler|spot|hub)|universalfeedparser|apple-pubsub",
    "tiny tiny rss|netnewswire|rss(?:owl|bandit|reader|radio)|newsblur|inoreader|theoldreader|bazqux|netvibes",
    "akregator|liferea|freshrss|miniflux|commafeed|selfoss|simplepie|magpierss|superfeedr",
    // Browsers that nobody sits at, and those who look whether a page is there, fast or sound.
    "headless|phantomjs|slimerjs|puppeteer|playwright|selenium|webdriver|prerender|rendertron|lighthouse|ptst/",
    "pingdom|uptime|statuscake|site24x7|newrelic|datadog|catchpoint|gtmetrix|webpagetest|dareboost|speedcurve",
    "freshping|hetrix|updown\\.io|checkly|montastic|monitis|nagios|check_http|zabbix|monitoring|synthetic",
    "kube-probe|elb-health|googlehc|health-?check|w3c[-_]|validator\\.nu|siteimprove|silktide|contentking|sitebulb",
    // Those who gather addresses and weak spots.
    "ahrefs|semrush|serpstat|dataforseo|majestic|linkdex|netcraft|netpeak|builtwith|wappalyzer|seo ?(?:audit|tool)",
    "censys|expanse|internet-?measurement|shodan|leakix|l9(?:explore|tcpid)|projectdiscovery|nuclei|netsystemsresearch",
    "nikto|sqlmap|wpscan|nmap|masscan|zgrab|fuzz faster|gobuster|dirbuster|acunetix|nessus|qualys|openvas",
    // Programs and libraries, at the very start; within, an app of a telephone names them too.
    "^(?:lib)?curl|^wget|^pycurl|^python[-/ ]|aiohttp|^httpx/|^urllib|scrapy|^java[-/ ]|^jakarta|commons-httpclient",
    "^apache-http|^okhttp|^axios|^node(?:$|[-./ ])|^undici|^got[ /(]|superagent|^needle/|^bun/|^deno/|^request/",
    "^go-http|^fasthttp|^grequests|^req(?:west|uests)|^hyper/|^ureq|^dart[/ ]|^ruby|^faraday|^rest-client",
    "^typhoeus|mechanize|^libwww|^lwp|^perl|^php[-/ ]|^guzzle|^symfony|^wordpress|^drupal|^zend|^pear|http_request",
    "^restsharp|^postman|^insomnia/|^httpie|powershell/|^winhttp|^microsoft (?:bits|url|office)|^aria2|^lftp|^axel",
    "^apachebench|jmeter|^siege|^wrk|^locust|^gatling|^vegeta|^artillery|^k6/|nutch|heritrix|^indy library",
];

/// Which rows are a bot's: gives the column `is_bot`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BotsSpec {
    /// The column with the user agent. A row in which it is unknown counts as a person's.
    pub column: String,
    /// Regular expressions, of which one must be found somewhere in it, in capital or small letters; a list of bots, link
    /// previews, feed readers, monitors and programs that declare themselves when absent. Example: `["bot", "crawl", "^curl/"]`.
    pub patterns: Option<Vec<String>>,
}

impl BotsSpec {
    /// One expression for all patterns.
    fn pattern(&self) -> Result<String, (usize, String)> {
        let usual = || BOTS.iter().map(|pattern| (*pattern).to_owned()).collect();
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
            "GoogleOther",
            "Mozilla/5.0 (Linux; Android 6.0.1) Chrome/120.0 Mobile Safari/537.36 (compatible; GoogleOther)",
            "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
            "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
            "meta-externalfetcher/1.1",
            "WhatsApp/2.23.20.0",
            "axios/1.6.0",
            "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
            "node",
            "undici",
            "Go-http-client/2.0",
            "got (https://github.com/sindresorhus/got)",
            "GuzzleHttp/7",
            "PostmanRuntime/7.36.0",
            "Mozilla/5.0 (Windows NT; Windows NT 10.0) WindowsPowerShell/5.1.19041",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0",
            "Mozilla/5.0 (compatible; YandexMetrika/2.0)",
            "Mozilla/5.0 (compatible; Yeti/1.1; naver.me/spd)",
            "http.rb/5.1.1 (Mastodon/4.2.1; +https://example.com/)",
            "Mozilla/5.0 (compatible; CensysInspect/1.1)",
            "kube-probe/1.28",
            "Screaming Frog SEO Spider/19.0",
            "Mozilla/5.0 (Windows NT 10.0) SkypeUriPreview Preview/0.5",
            "some-agent/1.0 (+https://example.com/about)",
        ] {
            assert!(pattern.is_match(bot), "{bot}");
        }
        for person in [
            "",
            "-",
            "Mozilla/5.0 (Windows NT 6.1; rv:11.0) Gecko/20100101 Firefox/11.0",
            "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/90.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 4.4; zh-cn) baidubrowser/5.0 (Baidu; P1 4.4)",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) GSA/290.0 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/440.0;]",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605.1.15 Mobile/15E148 [Pinterest/iOS]",
            "Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36 WhatsApp/2.23.20.0",
            "Mozilla/5.0 (Linux; Android 12) Chrome/108.0 YaBrowser/23.1 YandexSearch/22.116 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 13; Pixel 7) Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.40",
            "Mozilla/5.0 (Linux; U; Android 10) AppleWebKit/537.36 baiduboxapp/13.30 (Baidu; P1 10)",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 DuckDuckGo/7 Safari/605.1.15",
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            "Opera/9.80 (J2ME/MIDP; Opera Mini/9.80; U; en) Presto/2.5.25 Version/10.54",
            "Mozilla/5.0 (iPad; CPU OS 6_0_1 like Mac OS X) Version/6.0 Mobile/10A523 Safari/8536.25",
        ] {
            assert!(!pattern.is_match(person), "{person}");
        }
    }
}
