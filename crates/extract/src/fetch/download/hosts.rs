//! Which hosts may be asked for files.
//!
//! Rule: HTTPS alone, to a host and port that the contract names, without a user in the address. An address is read as
//! browsers read it, so that `0x7f.1` is the address it means and not a name.

use chrono::NaiveDate;
use model::fingerprint;
use std::collections::BTreeSet;
use url::Url;

/// What stands for a day in an address.
pub(super) const DATE: &str = "{date}";

/// The hosts that a contract names.
#[derive(Debug)]
pub(super) struct Hosts(BTreeSet<(String, u16)>);

impl Hosts {
    /// Takes the names of a contract.
    ///
    /// # Errors
    /// The first that is none: its place and why.
    pub(super) fn new(names: &[String]) -> Result<Self, (usize, String)> {
        let mut hosts = BTreeSet::new();
        for (at, name) in names.iter().enumerate() {
            let read = Url::parse(&format!("https://{name}/")).ok();
            let is_bare = !name.contains(['/', '@', '?', '#', '\\', ' ']);
            let host = read.as_ref().filter(|_| is_bare).and_then(place);
            let host = host.ok_or_else(|| {
                (at, format!("`{name}` is no host; write `data.example.com` or `name:port`"))
            })?;
            hosts.insert(host);
        }
        Ok(Self(hosts))
    }

    /// An address that may be asked.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn admitted(&self, text: &str) -> Result<Url, String> {
        let url = Url::parse(text)
            .map_err(|error| format!("`{}` is no address: {error}", without_query(text)))?;
        self.admits(&url).map(|()| url)
    }

    /// Whether an address may be asked.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn admits(&self, url: &Url) -> Result<(), String> {
        let shown = shown(url);
        if url.scheme() != "https" {
            return Err(format!("`{shown}`: only `https` addresses are fetched"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!("`{shown}`: a user in the address; use `headers`"));
        }
        match place(url).filter(|place| self.0.contains(place)) {
            Some(_) => Ok(()),
            None => Err(format!("`{shown}`: its host is not one of `hosts`")),
        }
    }
}

fn place(url: &Url) -> Option<(String, u16)> {
    // A name with a dot at its end is the same host.
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    Some((host, url.port_or_known_default()?)).filter(|(host, _)| !host.is_empty())
}

/// An address without what could be a secret in it.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only where an address can have no user at all.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// An address as it was written, without what could be a secret in it.
pub(super) fn without_query(address: &str) -> String {
    match address.split_once(['?', '#']) {
        Some((plain, _)) => format!("{plain}?…"),
        None => address.to_owned(),
    }
}

/// What an address asks for on a day, and the name under which it is kept and spoken of.
///
/// # Errors
/// Why it may not be asked.
pub(super) fn request(
    address: &str,
    day: Option<NaiveDate>,
    hosts: &Hosts,
) -> Result<(Url, String), String> {
    let url = match day {
        Some(day) => hosts.admitted(&address.replace(DATE, &day.to_string()))?,
        None => hosts.admitted(address)?,
    };
    let name = name_of(&url, day);
    Ok((url, name))
}

/// Host, port and path, and in the place of a query, which may hold a secret, the day and a fingerprint. So two requests
/// have one name only if they are the same; what stands behind a `#` is no part of a request.
fn name_of(url: &Url, day: Option<NaiveDate>) -> String {
    let mut name = url.host_str().unwrap_or_default().to_owned();
    if let Some(port) = url.port() {
        name += &format!(":{port}");
    }
    name += url.path();
    if let Some(query) = url.query() {
        let day = day.map(|day| format!("{day}-")).unwrap_or_default();
        name += &format!("?{day}{}", &fingerprint::of("query", &query)[..16]);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(names: &[&str]) -> Hosts {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Hosts::new(&names).expect("hosts")
    }

    #[test]
    fn a_named_host_and_port_is_admitted_and_no_other() {
        let hosts = hosts(&["data.example.com", "Files.Example.com:8443", "127.0.0.1"]);
        for text in [
            "https://data.example.com/a.csv?x=1",
            "https://DATA.example.com:443/a.csv",
            "https://data.example.com./a.csv",
            "https://files.example.com:8443/",
            "https://0x7f000001/",
            "https://127.1/",
        ] {
            hosts.admitted(text).expect(text);
        }
        for text in [
            "http://data.example.com/a.csv",
            "https://data.example.com:22/",
            "https://files.example.com/",
            "https://evil.example/",
            "https://data.example.com.evil.example/",
            "https://user@data.example.com/",
            "https://data.example.com@evil.example/",
            "https://evil.example#@data.example.com/",
            "https://evil.example\\@data.example.com/",
            "file:///etc/hostname",
            "//data.example.com/",
        ] {
            assert!(hosts.admitted(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_is_named_bare() {
        for name in ["", "a b", "https://a.example", "a.example/path", "u@a.example", "a:port"] {
            assert!(Hosts::new(&[name.to_owned()]).is_err(), "`{name}`");
        }
    }

    #[test]
    fn a_name_tells_requests_apart_and_shows_no_query() {
        let hosts = hosts(&["a.example", "a.example:8443", "b.example"]);
        let day = |day: &str| day.parse::<NaiveDate>().ok();
        let name = |address, of: &str| request(address, day(of), &hosts).expect(address).1;
        assert_eq!(name("https://a.example/b.csv", ""), "a.example/b.csv");
        assert_eq!(
            name("https://a.example:8443/{date}.csv", "2026-01-31"),
            "a.example:8443/2026-01-31.csv"
        );
        let hidden = name("https://a.example/b.csv?day={date}&token=of-ours", "2026-01-31");
        assert!(
            hidden.starts_with("a.example/b.csv?2026-01-31-") && !hidden.contains("ours"),
            "{hidden}"
        );
        let different = [
            ("https://a.example/b.csv", ""),
            ("https://a.example/b.csv?", ""),
            ("https://a.example/b.csv?x=1", ""),
            ("https://a.example/b.csv?x=1&y=2", ""),
            ("https://a.example/b.csv?x=1%26y=2", ""),
            ("https://a.example/b.csv%3Fx=1", ""),
            ("https://a.example:8443/b.csv", ""),
            ("https://b.example/b.csv", ""),
            ("https://a.example/b.csv?day={date}", "2026-01-30"),
            ("https://a.example/b.csv?day={date}", "2026-01-31"),
        ];
        let names: BTreeSet<String> = different.iter().map(|(url, day)| name(url, day)).collect();
        assert_eq!(names.len(), different.len(), "{names:?}");
        assert_eq!(
            name("https://a.example/b.csv#x", ""),
            name("https://a.example:443/b.csv#y", "")
        );
    }

    #[test]
    fn no_query_is_shown() {
        let url = Url::parse("https://u:p@a.example/b.csv?token=1#x").expect("an address");
        assert_eq!(shown(&url), "https://a.example/b.csv");
    }
}
