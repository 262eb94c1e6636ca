//! Patterns of personal data other than long numbers.

use regex::{Match, Regex};
use std::{ops::Range, sync::LazyLock};

/// Common surnames that hardly begin another word before a title. Rare ones would take ordinary words with them.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚欧阳司马";

/// Surnames after `小` and `老`, without those that make a word with them (`小方桌`, `小龙虾`, `老陈醋`).
const FAMILIAR: &str = "王李张刘赵周吴徐孙胡朱郭罗梁宋郑谢韩唐冯董曹袁邓许沈彭吕蒋蔡丁魏薛潘杜戴汪姜姚谭廖邹熊崔邱秦侯邵孟";

/// What a pattern must pass besides.
type Passes = fn(Match<'_>, &str) -> bool;

/// The patterns. Where one has a group, the group is what is replaced.
static PATTERNS: LazyLock<Vec<(Regex, Passes)>> = LazyLock::new(|| {
    let all = online().into_iter().chain(numbered()).chain(places()).chain(people());
    all.filter_map(|(pattern, passes)| Some((Regex::new(&pattern).ok()?, passes))).collect()
});

/// The places of personal data in a text, in bytes.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (pattern, passes) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            let Some(hit) = captures.get(1).or_else(|| captures.get(0)) else { continue };
            if passes(hit, text) {
                found.push(hit.range());
            }
        }
    }
    found
}

fn always(_: Match<'_>, _: &str) -> bool {
    true
}

fn of(pattern: impl Into<String>) -> (String, Passes) {
    (pattern.into(), always)
}

/// Mail and web addresses, handles, accounts of messengers.
fn online() -> Vec<(String, Passes)> {
    let messenger = r"(?i)(?:微信|威信|薇信|v信|weixin|we ?chat|wx|vx|v|qq|q|扣扣|企鹅号?|telegram|whats ?app|skype|line|instagram|ins|抖音|小红书|微博)";
    vec![
        of(
            r"(?i)[a-z0-9._%+-]+ ?(?:@|\(at\)|\[at\]|艾特| at ) ?[a-z0-9-]+(?: ?(?:\.|。|点|\(dot\)|\[dot\]| dot ) ?[a-z0-9-]+)+",
        ),
        of(
            r"(?i)[a-z0-9._%+-]+ ?[#＃] ?(?:qq|163|126|gmail|outlook|hotmail|sina|foxmail)(?: ?[.。点] ?com)?",
        ),
        of(r"(?i)(?:https?|ftp)[:：] ?/+[!-~]+"),
        of(r"(?i)www ?\. ?[!-~]+"),
        of(
            r"(?i)[a-z0-9-]{2,}(?:\.[a-z0-9-]+)* ?(?:\.|。|点|\(dot\)| dot ) ?(?:com|cn|net|org|info|biz|shop|vip|top|xyz|cc|hk|tw|app|link|edu|gov)\b(?:[/?#:][!-~]*)?",
        ),
        of(
            r"(?i)\b[a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.(?:uk|de|fr|io|co|me|ly|jp|eu|us)\b(?:[/?#:][!-~]*)?",
        ),
        of(r"@ ?[\p{L}\p{N}_.-]{1,30}"),
        of(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
        of(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b"),
        of(r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}:?[0-9a-f]{1,4}\b"),
        // With a word that says so, any account; without it, one with a digit or an underscore.
        of(format!(
            r"{messenger} ?(?:号码?|id|账号|帐号)? ?(?:[:：=]|是|为|is|号|id) ?([a-z0-9_-]{{4,}})"
        )),
        (format!(r"{messenger}[ ,，。-]*([a-z0-9_-]{{5,}})"), |hit, _| has_digit(hit.as_str())),
        of(
            r"(?i)(?:my|add me on|add me|加我?) ?(?:we ?chat|微信|vx|wx|qq|telegram|whatsapp) ?[:： ] ?([a-z][a-z0-9_-]{3,})",
        ),
    ]
}

/// Numbers that a word says belong to somebody, and plates.
fn numbered() -> Vec<(String, Passes)> {
    let word = r"(?i)(?:订单(?:号|编号)?|单号|运单号?|工单号?|编号|工号|会员号?|卡号|账号|帐号|身份证号?|护照号?|车牌号?|验证码|密码|序列号|order|ticket|invoice|tracking|account|case|serial|passport|employee|customer|member|card)";
    let number = r"(?: ?(?:no\.?|number|num|id|code|号码?|#))* ?(?:[:：=#]|是|为|is)* ?#?([a-z0-9][a-z0-9-]{3,})";
    vec![
        (format!("{word}{number}"), |hit, _| has_digit(hit.as_str())),
        (r"(?i)\b[a-z0-9]+(?:[-_][a-z0-9]+)*\b".into(), |hit, _| {
            hit.len() >= 10 && hit.as_str().bytes().filter(u8::is_ascii_digit).count() >= 5
        }),
        (r"(?i)[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-np-z] ?[·•・.-]? ?[a-z0-9]{5,6}".into(), |hit, text| {
            let next = text[hit.end()..].chars().next();
            let digits = hit.as_str().bytes().filter(u8::is_ascii_digit).count();
            digits >= 2 && !next.is_some_and(|one| one.is_ascii_alphanumeric())
        }),
        of(r"(?i)(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)\b[ ,.-]*){6,}"),
        of(r"(?:19|200)\d\d ?年 ?\d{1,2} ?月(?: ?\d{1,2} ?[日号])?"),
        of(r"(?i)(?:born (?:on|in)|birthday(?: is)?|date of birth|dob)[: ]+[\p{L}\d,/. -]{4,20}"),
        of(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"),
        of(r"\b[A-Z]{2},? \d{5}(?:-\d{4})?\b"),
    ]
}

/// Postal addresses.
fn places() -> Vec<(String, Passes)> {
    let number = r"[\d一二三四五六七八九十百零〇A-Za-z-]";
    let inside = format!(
        r"(?: ?[,，]? ?{number}+ ?(?:号楼|号院|栋|幢|座|期|区|单元|楼|层|室|房|门|号))*(?: ?\d{{3,4}}\b)?"
    );
    vec![
        of(format!(r"(?:\p{{Han}}{{2,8}}[省市区县州镇乡村])*\p{{Han}}{{1,6}}(?:路|街|道|巷|弄|胡同|大街|大道|里) ?{number}+ ?(?:号|弄|巷){inside}")),
        of(format!(r"\p{{Han}}{{2,8}}(?:小区|花园|公寓|大厦|家园|新村|山庄|苑|府|湾|城) ?{number}+ ?(?:号楼|号院|栋|幢|座|期|单元|楼|室|号){inside}")),
        of(format!(r"{number}+ ?(?:号楼|栋|幢|单元) ?{number}+ ?(?:号楼|单元|楼|层|室|房|号)?{inside}")),
        of(r"\d{3,4} ?室"),
        of(r"\p{Han}{2,8}(?:路|街|大街|大道|胡同|小区|花园|公寓|家园|新村) ?\d+ ?[-—] ?\d+(?: ?[-—] ?\d+)?"),
        (r"(?i)\b\d{1,5}[a-z]?,? +(?:[\p{L}'.]+ +){1,3}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|square|way|place|terrace|crescent|highway|close)\b\.?".into(), |hit, _| {
            let words = ["the", "a", "on", "in", "this", "my", "our", "of", "to", "minutes", "days", "times", "hours", "stars", "miles", "km"];
            !hit.as_str().split_whitespace().any(|one| words.contains(&one.to_lowercase().as_str()))
        }),
        of(r"(?i)\b(?:apt|apartment|suite|room|flat|p\.? ?o\.? box)\.? *#? *\d+[a-z]?\b"),
    ]
}

/// Names that a title, an introduction or a place in the text gives away.
fn people() -> Vec<(String, Passes)> {
    let name = r"\p{Lu}[\p{L}'’.-]*(?: +\p{Lu}[\p{L}'’.-]*){0,2}";
    let surname = format!("[{SURNAMES}]");
    vec![
        of(r"(?i:\bmrs?\.? +)([\p{L}'-]+(?: +\p{Lu}[\p{L}'-]+)?)"),
        of(format!(
            r"\b(?:M[sS]|MS|Miss|Mister|Dr|DR|Prof|Professor|Sir|Madam|Herr|Frau)\.? +({name})"
        )),
        of(
            r"(?i:\b(?:my name(?: is|'s|’s)|my full name is|name is|named|i am called|they call me|call me)\b[: ]+)([\p{L}'’-]+(?: +\p{Lu}[\p{L}'’-]+){0,2})",
        ),
        of(r"(?i:\b(?:i am|i['’]m|this is|it['’]s)) +(\p{Lu}\p{Ll}+(?: +\p{Lu}[\p{L}'’.-]*){0,2})"),
        of(format!(
            r"(?i:\b(?:served by|helped by|spoke (?:to|with)|talked to|thanks to|thank you|shout ?out to|ask for|signed|sincerely|regards|cheers|yours|thanks|love|best|xoxo)\b)[ ,，.!-]*\s*({name})"
        )),
        (format!(r"(?:—|–|―|--|-|~|/) ?({name})[\s.!]*$"), ends_alone),
        (format!(r"(?:—|–|―|--|-|~|/)+ ?({surname}\p{{Han}}{{1,2}})[\s。.!]*$"), ends_alone),
        of(format!(
            r"{surname}\p{{Han}}{{0,2}}(?:先生|女士|小姐|太太|夫人|老师|医生|大夫|经理|师傅|师父|主任|教授|店长|阿姨|叔叔|大姐|大哥|大爷|大妈|同学|警官|律师)"
        )),
        (format!(r"[{FAMILIAR}](?:总|工|哥|姐|姨|叔|嫂)"), |hit, text| {
            !text[hit.end()..].starts_with([
                '是', '体', '共', '之', '结', '计', '算', '会', '能', '作', '程', '人', '厂', '业',
                '具', '资',
            ])
        }),
        of(format!(r"小[{FAMILIAR}]|老[{FAMILIAR}](?:头|板娘?)?")),
        of(format!(
            r"(?:我叫|名叫|我的名字是|名字叫|名字是|叫做|我是) ?({surname}\p{{Han}}{{1,2}})"
        )),
        of(format!(
            r"(?:服务员|店员|客服|快递员|员工|导购|销售|师傅|店长|经理|顾问|小哥|免贵|本人) ?(?:叫|姓|名叫|姓名) ?({surname}\p{{Han}}{{0,2}})"
        )),
        of(
            r"(?:姓名|联系人|收件人|收货人|称呼|署名|落款|客户|会员)(?:叫|是)? ?[:：] ?(\p{Han}{2,4})",
        ),
        of(format!(r"({surname}\p{{Han}}{{1,2}}) ?(?:敬上|留言|亲笔|谨上|上)[\s。.!]*$")),
    ]
}

/// A signature stands behind a blank, a break or the end of a sentence: `3-Door` is none.
fn ends_alone(hit: Match<'_>, text: &str) -> bool {
    let before = text[..hit.start()].trim_end_matches([' ', '—', '–', '―', '-', '~', '/']);
    let parted = before.len() + 1 < hit.start();
    let ends = before.ends_with(['.', '!', '?', '。', '！', '？', '\n', '…', '~', ')', '）']);
    before.is_empty() || ends || parted
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|one| one.is_ascii_digit() || one == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_can_be_read() {
        for (pattern, _) in online().into_iter().chain(numbered()).chain(places()).chain(people()) {
            assert!(Regex::new(&pattern).is_ok(), "{pattern}");
        }
    }
}
