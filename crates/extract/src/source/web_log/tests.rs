//! Lines of logs, field by field, and lines that are refused.

use super::{super::Item, layout::Layout, line, read};
use crate::contract::resolve;
use model::id::DatasetId;
use serde_json::json;

/// A line's fields as `name=text`; those that it does not tell are left out.
fn told(log: &str, line: &str) -> Result<String, String> {
    let layout = Layout::new(log).expect("a layout");
    let told = line::told(&layout, line).map_err(|(rule, detail)| format!("{rule}: {detail}"))?;
    let fields = layout.names().iter().zip(told);
    let fields = fields.filter_map(|(name, text)| Some(format!("{name}={}", text?)));
    Ok(fields.collect::<Vec<_>>().join(" "))
}

#[track_caller]
fn check(log: &str, line: &str, expected: &str) {
    let found = told(log, line).unwrap_or_else(|refused| refused);
    assert_eq!(found, expected, "{line}");
}

#[test]
fn a_combined_line_is_told_by_name() {
    check(
        "combined",
        r#"203.0.113.7 - bob [29/Mar/2026:03:00:00 +0200] "GET /a/b.HTML?x=1&y=?z HTTP/1.1" 200 512 "https://u:p@Example.COM:8443/q?r" "UA 1.0""#,
        "host=203.0.113.7 ident=- user=bob time=29/Mar/2026:03:00:00 +0200 request=GET /a/b.HTML?x=1&y=?z HTTP/1.1 \
         method=GET target=/a/b.HTML?x=1&y=?z protocol=HTTP/1.1 path=/a/b.HTML query=x=1&y=?z extension=html \
         status=200 bytes=512 referrer=https://u:p@Example.COM:8443/q?r referrer_host=example.com user_agent=UA 1.0",
    );
    check(
        "common",
        r#"h - - [t] "HEAD / HTTP/2.0" 304 -"#,
        "host=h ident=- user=- time=t request=HEAD / HTTP/2.0 method=HEAD target=/ protocol=HTTP/2.0 path=/ status=304 \
         bytes=-",
    );
}

#[test]
fn a_request_that_is_none_is_a_hit_without_a_method() {
    for (request, expected) in [
        ("-", "request=-"),
        ("", "request="),
        (r"\x16\x03\x01\x02", r"request=\x16\x03\x01\x02"),
        ("get / HTTP/1.1", "request=get / HTTP/1.1"),
        ("GET / HTTP/1.1 extra", "request=GET / HTTP/1.1 extra"),
        ("GET  HTTP/1.1", "request=GET  HTTP/1.1"),
        ("GET /old", "request=GET /old method=GET target=/old path=/old"),
        (
            "GET /a b HTTP/1.1",
            "request=GET /a b HTTP/1.1 method=GET target=/a b protocol=HTTP/1.1 path=/a b",
        ),
    ] {
        check(r#""%r""#, &format!("\"{request}\""), expected);
    }
}

#[test]
fn escapes_become_what_they_stand_for_unless_they_are_no_text() {
    for (raw, expected) in [
        (r#"Quote \" in UA"#, r#"user_agent=Quote " in UA"#),
        (r"back\\slash\\", r"user_agent=back\slash\"),
        (r"\xe5\x8C\x97", "user_agent=北"),
        (r"\xe4\xe5 \x1b[2J \x00 tab\t", r"user_agent=\xe4\xe5 \x1b[2J \x00 tab\x09"),
        ("北京", "user_agent=北京"),
        (r"\d", "escape: character 2: `user_agent` has a backslash that escapes nothing"),
        (r"\x4", "escape: character 2: `user_agent` has a backslash that escapes nothing"),
        (r"\x+4", "escape: character 2: `user_agent` has a backslash that escapes nothing"),
        (
            "a\rb",
            "layout: character 2: `user_agent` has a control character, which servers write escaped",
        ),
    ] {
        check(r#""%{User-Agent}i""#, &format!("\"{raw}\""), expected);
    }
}

#[test]
fn a_line_that_is_not_of_the_layout_is_refused_at_its_character() {
    let end = r#"[t] "GET / HTTP/1.1" 200 1 "-" "UA""#;
    for (line, expected) in [
        (format!("h, h2 - - {end}"), "layout: character 8: ` [` is expected here"),
        (format!("h - a b {end}"), "layout: character 6: ` [` is expected here"),
        (format!("h  - - {end}"), "layout: character 3: `ident` is empty"),
        (format!("h - - {end} "), "layout: character 42: the line goes on behind its last field"),
        ("h - - [t] \"GET /short".into(), "layout: character 12: `request` has no closing quote"),
        ("h - - [29/Mar/2026:03:0".into(), "layout: character 8: the line ends within `time`"),
        ("h - -".into(), "layout: character 5: the line ends within `user`"),
        (
            format!("h - - {}", end.replace("200 1", "200  1")),
            "layout: character 32: `bytes` is empty",
        ),
        (
            r#"h - - [t] "GET /" x" 200 1 "-" "UA""#.into(),
            "layout: character 25: ` \"` is expected here",
        ),
    ] {
        check("combined", &line, expected);
    }
}

#[test]
fn a_layout_of_ones_own_names_its_fields() {
    let names = |log: &str| Layout::new(log).map(|layout| layout.names().join(" "));
    let own =
        r#"%v\t%a\t%{%Y-%m-%dT%H:%M:%S%z}t\t\"%m %U%q %H\"\t%>s\t%D\t%{X-Forwarded-For}i\t100%%"#;
    assert_eq!(
        names(own).unwrap(),
        "server address time method target path query extension protocol status microseconds x_forwarded_for"
    );
    check(
        own,
        "shop\t::1\t2026-03-29T01:59:59+0100\t\"GET /a.css?v=2 HTTP/1.1\"\t200\t1234\t198.51.100.1, 203.0.113.5\t100%",
        "server=shop address=::1 time=2026-03-29T01:59:59+0100 method=GET target=/a.css?v=2 path=/a.css query=v=2 \
         extension=css protocol=HTTP/1.1 status=200 microseconds=1234 x_forwarded_for=198.51.100.1, 203.0.113.5",
    );
    for (log, reason) in [
        ("", "has no field; say `combined`, `common` or a LogFormat"),
        ("combine", "has no field; say `combined`, `common` or a LogFormat"),
        ("%h%l", "has two directives with nothing between them; only `%U%q` may"),
        ("%h %h", "tells `host` twice"),
        ("%m \"%r\"", "tells `method` twice"),
        ("%h %", "ends with a `%`; a percent sign is `%%`"),
        ("%{Referer", "has a `{` without its `}`"),
    ] {
        assert_eq!(names(log).unwrap_err(), reason, "{log}");
    }
    let unknown = names("%h %Z").unwrap_err();
    assert!(unknown.starts_with("`%Z` is not known; there are %h %a"), "{unknown}");
}

/// Lines of characters that mean something: none panics, and of what is accepted nothing is lost.
#[test]
fn no_line_is_accepted_that_its_fields_do_not_make() {
    let layout = Layout::new(r#"%h [%u] "%r" %b"#).expect("a layout");
    let signs = [
        "\"", "\\", "[", "]", " ", "x", "4", "\\x41", "é", "\u{0}", "?", ".", "GET /", "- [-] \"",
        "\" ",
    ];
    let mut state = 20_260_329_u64;
    let mut accepted = 0;
    for _ in 0..200_000 {
        let mut line = String::new();
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut draw = state >> 8;
        for _ in 0..(draw % 9) {
            draw = draw.rotate_right(5) ^ 0x9e37;
            line.push_str(signs[draw as usize % signs.len()]);
        }
        if state.is_multiple_of(3) {
            line = format!("h [u] \"{line}\" 1");
        }
        let Ok(told) = line::told(&layout, &line) else { continue };
        accepted += 1;
        let text = |name: &str| {
            let place = layout.names().iter().position(|known| known == name).expect("a name");
            told[place].as_deref().unwrap_or_default()
        };
        // Where nothing is escaped, the line is its fields and the texts between them.
        if !line.contains('\\') {
            let (host, user, request, bytes) =
                (text("host"), text("user"), text("request"), text("bytes"));
            assert_eq!(line, format!("{host} [{user}] \"{request}\" {bytes}"));
        }
    }
    assert!(accepted > 10_000, "{accepted} of the lines were accepted");
}

/// What a file hands over, one line an item: number, offset, then fields or the broken rule.
fn items(log: &str, bytes: &[u8]) -> Vec<String> {
    let spec = json!({
        "description": "d", "owner": "o",
        "source": { "files": ["*"], "format": "web_log", "log": log, "limits": { "record_kilobytes": 1 } },
        "columns": { "host": { "type": "text" }, "bytes": { "type": "text" } },
    });
    let spec = serde_json::from_value(spec).expect("a contract");
    let contract = resolve(&DatasetId::new("d"), &spec, chrono_tz::UTC).expect("a sound contract");
    let mut items = Vec::new();
    let read = read(&contract, &mut &*bytes, &mut |item| {
        items.push(match item {
            Item::Good(record) | Item::Placed(record, _) => {
                let fields: Vec<_> =
                    record.fields.iter().map(|field| field.unwrap_or("null")).collect();
                format!("{} {} {}", record.number, record.offset.unwrap_or(0), fields.join("|"))
            }
            Item::Bad(bad) => {
                format!("{} {} {}: {}", bad.number, bad.offset.unwrap_or(0), bad.rule, bad.detail)
            }
            Item::Columns(_) => return Ok(()),
            Item::Remark(_, message) => message.key,
        });
        Ok(())
    });
    read.expect("a readable file");
    items
}

#[test]
fn a_line_keeps_its_number_and_byte_and_the_last_counts_only_if_it_is_whole() {
    let long = format!("{} 1\n", "h".repeat(2000));
    let text = [b"\xef\xbb\xbfa 1\r\n\nb\rc 2\n\xff 3\n".as_slice(), long.as_bytes(), b"d 4\ne 51"]
        .concat();
    assert_eq!(
        items("%h %b", &text),
        [
            "1 3 1|a",
            "2 9 layout: line 3, character 1: `host` has a control character, which servers write escaped",
            "3 15 encoding: line 4, byte 1: not in the declared encoding",
            "4 19 size: line 5 has more than 1024 bytes (`limits.record_kilobytes`)",
            "5 2022 4|d",
            "6 2026 cut: line 7, character 4: the file ends without a line end, so the last field may be cut",
        ]
    );
    // A quote that closes says that nothing is missing.
    assert_eq!(items("%b \"%h\"", b"5 \"e\""), ["1 0 5|e"]);
}
