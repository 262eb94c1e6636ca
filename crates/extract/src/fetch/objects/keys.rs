//! Keys of objects that are no paths, such as `a//b` and `../a`.
//!
//! Rule: a store holds objects under any text, and the library refuses a whole list for one key that it cannot make a
//! path of. So such a key is taken out of the list before the library reads it, and is told apart.

use bytes::Bytes;
use object_store::{
    ClientOptions,
    client::{
        HttpClient, HttpConnector, HttpError, HttpRequest, HttpResponse, HttpService,
        ReqwestConnector,
    },
    path::Path,
};
use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

/// The odd keys that were met so far.
#[derive(Debug, Clone, Default)]
pub(super) struct OddKeys(Arc<Mutex<BTreeSet<String>>>);

impl OddKeys {
    /// Takes what was met, once.
    pub(super) fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn meet(&self, keys: Vec<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(keys);
    }
}

impl HttpConnector for OddKeys {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = ReqwestConnector::default().connect(options)?;
        Ok(HttpClient::new(Sieve { client, odd: self.clone() }))
    }
}

/// A client whose lists have no odd keys.
#[derive(Debug)]
struct Sieve {
    client: HttpClient,
    odd: OddKeys,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'a>>;

impl HttpService for Sieve {
    fn call<'a, 'b>(&'a self, request: HttpRequest) -> Answer<'b>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let is_list = request.uri().query().is_some_and(|query| query.contains("list-type=2"));
            let response = self.client.execute(request).await?;
            if !is_list || !response.status().is_success() {
                return Ok(response);
            }
            let (head, body) = response.into_parts();
            let body = body.bytes().await?;
            let body = match std::str::from_utf8(&body).map(sifted) {
                Ok((text, odd)) => {
                    self.odd.meet(odd);
                    Bytes::from(text)
                }
                // The library says what is wrong with it.
                Err(_) => body,
            };
            Ok(HttpResponse::from_parts(head, body.into()))
        })
    }
}

/// A list without its odd keys, and these. Markers of folders, whose keys end with `/`, are left out without a word.
fn sifted(list: &str) -> (String, Vec<String>) {
    const OPEN: &str = "<Contents>";
    const CLOSE: &str = "</Contents>";
    let mut kept = String::with_capacity(list.len());
    let mut odd = Vec::new();
    let mut rest = list;
    while let Some((before, entry)) = rest.split_once(OPEN) {
        let Some((entry, after)) = entry.split_once(CLOSE) else { break };
        kept.push_str(before);
        rest = after;
        match key(entry) {
            Some(key) if key.ends_with('/') => {}
            Some(key) if Path::parse(&key).is_ok_and(|path| path.as_ref() == key) => {
                kept.extend([OPEN, entry, CLOSE]);
            }
            Some(key) => odd.push(key),
            None => kept.extend([OPEN, entry, CLOSE]),
        }
    }
    kept.push_str(rest);
    (kept, odd)
}

/// The key of an entry of a list.
fn key(entry: &str) -> Option<String> {
    let text = entry.split_once("<Key>")?.1.split_once("</Key>")?.0;
    let mut key = String::new();
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once('&') {
        let (name, after) = marked.split_once(';')?;
        key.push_str(before);
        key.push(match name {
            "amp" => '&',
            "apos" => '\'',
            "gt" => '>',
            "lt" => '<',
            "quot" => '"',
            number => numbered(number.strip_prefix('#')?)?,
        });
        rest = after;
    }
    key.push_str(rest);
    Some(key)
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(keys: &[&str]) -> String {
        let entry = |key: &&str| format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>");
        let entries: String = keys.iter().map(entry).collect();
        format!(
            "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name>{entries}<MaxKeys>9</MaxKeys></ListBucketResult>"
        )
    }

    #[test]
    fn odd_keys_and_markers_of_folders_are_taken_out_and_nothing_else() {
        let cases = [
            ("shop/o-1.csv", true, None),
            ("shop/a b%20ü+#.csv", true, None),
            ("shop/&lt;a&gt; &amp; &#x62;.csv", true, None),
            ("shop/&odd;.csv", true, None),
            ("shop//o.csv", false, Some("shop//o.csv")),
            ("shop/../o.csv", false, Some("shop/../o.csv")),
            ("./o&amp;&#39;.csv", false, Some("./o&'.csv")),
            ("/o.csv", false, Some("/o.csv")),
            ("shop/", false, None),
            ("shop/2026/", false, None),
        ];
        for (key, stays, is_odd) in cases {
            let (text, odd) = sifted(&list(&["a.csv", key, "z.csv"]));
            assert_eq!(odd, is_odd.map(str::to_owned).into_iter().collect::<Vec<_>>(), "{key}");
            let kept = if stays { vec!["a.csv", key, "z.csv"] } else { vec!["a.csv", "z.csv"] };
            assert_eq!(text, list(&kept), "{key}");
        }
        let cut = "<Contents><Key>a//b</Key>";
        assert_eq!(sifted(cut), (cut.to_owned(), Vec::new()));
    }
}
