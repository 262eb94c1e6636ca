use super::*;
use crate::{
    comment::{Lexicon, MINIMUM_COMMENTS, Theme, Words},
    label::Label,
};

fn lexicon() -> Lexicon {
    let words = |zh: &str, en: &str| {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Words { en: list(en), zh_cn: list(zh) }
    };
    let theme = |id: &str, zh: &str, en: &str| Theme {
        id: ThemeId::new(id),
        label: Label::verbatim(id),
        words: words(zh, en),
    };
    let mut lexicon = Lexicon {
        theme: vec![
            theme("delivery", "送货 物流", "deliver*"),
            theme("noise", "安静 噪音", "quiet nois*"),
            theme("price", "价格", "price*"),
        ],
        ..Lexicon::default()
    };
    lexicon.tone.good = words("好 安静 快", "good quiet");
    lexicon.tone.bad = words("慢 噪音", "slow nois*");
    lexicon
}

fn tally(comments: &[&str]) -> Themes {
    let reader = Reader::new(&lexicon());
    let mut themes = Themes::default();
    comments.iter().for_each(|comment| themes.add(&reader, comment));
    themes
}

#[test]
fn comments_are_counted_once_per_theme_and_blank_ones_apart() {
    let themes =
        tally(&["送货慢，物流慢", "Quiet, good price", "", " \n", "无", "N/A", "…", "好", "👍"]);
    assert_eq!((themes.read, themes.blank, themes.unnamed), (4, 5, 2));
    let counts: Vec<_> =
        themes.themes.iter().map(|(id, one)| (id.as_str(), one.comments())).collect();
    assert_eq!(counts, [("delivery", 1), ("noise", 1), ("price", 1)]);
    assert_eq!(themes.tones, Tones { good: 2, bad: 1, mixed: 0, neutral: 1 });
}

#[test]
fn below_the_floor_nothing_is_shown_and_the_floor_cannot_be_lowered() {
    let many = ["送货很慢，等了一个星期才到家里"; 5];
    let few = ["价格比别家的贵了一些，再看看吧"; 4];
    let themes = tally(&[many.as_slice(), few.as_slice(), &["还行", "一般"]].concat());
    for minimum in [0, 1, MINIMUM_COMMENTS] {
        let shown = themes.shown(&lexicon(), minimum, 3);
        let ids: Vec<_> = shown.themes.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(
            (ids.as_slice(), shown.withheld, shown.minimum),
            (["delivery"].as_slice(), 1, 5)
        );
        // With it one could say that 11 − 2 − 5 = 4 comments name the withheld theme.
        assert_eq!(shown.unnamed, None);
        let text = serde_json::to_string(&shown).expect("JSON");
        assert!(!text.contains("价格") && !text.contains("\"price\""), "{text}");
    }
    let raised = themes.shown(&lexicon(), 6, 3);
    assert_eq!((raised.themes.len(), raised.withheld, raised.minimum), (0, 2, 6));
    let whole = tally(&[many.as_slice(), &["还行"]].concat()).shown(&lexicon(), 5, 3);
    assert_eq!((whole.unnamed, whole.withheld), (Some(1), 0), "nothing is withheld");
    let scarce = tally(&["好", "慢"]).shown(&lexicon(), 5, 3);
    assert_eq!((scarce.tones, scarce.unnamed), (None, None));
}

#[test]
fn quotes_are_in_the_tone_of_most_without_doubles_and_personal_data() {
    let themes = tally(&[
        "送货慢，等了整整一个星期才送到。",
        "送货慢，等了整整一个星期才送到！！",
        "送货慢，等了整整一个星期才送到了。",
        "送货太慢了，张女士说路上堵车，结果第二天才来。",
        "送货慢，打 13800138000 没人接，留言 anna@example.com，李先生也不回",
        "送货很快，师傅好，值得推荐给大家。",
        "慢，物流",
    ]);
    let shown = themes.shown(&lexicon(), 5, 3);
    assert_eq!(
        shown.themes[0].quotes,
        ["送货太慢了，[…]说路上堵车，结果第二天才来。", "送货慢，等了整整一个星期才送到了。",]
    );
    assert_eq!(themes.shown(&lexicon(), 5, 1).themes[0].quotes.len(), 1);
    assert_eq!(themes.shown(&lexicon(), 5, 0).themes[0].quotes.len(), 0);
}

#[test]
fn of_a_long_comment_the_sentence_that_names_the_theme_is_quoted() {
    let long =
        format!("{}送货的时候等了三个小时。{}", "今天天气不错。".repeat(20), "再见了。".repeat(20));
    let shown = tally(&[long.as_str(); 5]).shown(&lexicon(), 5, 3);
    assert_eq!(shown.themes[0].quotes, ["送货的时候等了三个小时。"]);
}

/// Pieces that make all kinds of comments: blank, short, long, twice, with and without personal data.
const PIECES: [&str; 12] = [
    "送货慢",
    "物流快",
    "Quiet",
    "noisy",
    "price",
    "good",
    "，",
    "。",
    " ",
    "13800138000",
    "张女士",
    "一直在用着呢",
];

/// Numbers that look like chance and are the same every time (Knuth's constants).
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

fn made(state: &mut u64) -> Vec<String> {
    let number = next(state) % 90;
    let comment = |state: &mut u64| {
        let pieces = next(state) % 9;
        (0..pieces).map(|_| PIECES[next(state) % PIECES.len()]).collect::<String>()
    };
    (0..number).map(|_| comment(state)).collect()
}

#[test]
fn parts_merge_to_the_tally_of_the_whole_in_any_order() {
    let mut state = 20_260_701;
    for _ in 0..25 {
        let parts: Vec<Vec<String>> = (0..3).map(|_| made(&mut state)).collect();
        let of = |list: &[String]| tally(&list.iter().map(String::as_str).collect::<Vec<_>>());
        let [a, b, c] = [of(&parts[0]), of(&parts[1]), of(&parts[2])];
        let sum = |one: &Themes, other: &Themes| {
            let mut sum = one.clone();
            sum.merge(other.clone());
            sum
        };
        let whole = of(&parts.concat());
        assert_eq!(sum(&sum(&a, &b), &c), whole);
        assert_eq!(sum(&a, &sum(&b, &c)), whole);
        assert_eq!(sum(&sum(&c, &b), &a), whole);
        assert_eq!(sum(&whole, &Themes::default()), whole);
        let text = serde_json::to_string(&whole).expect("JSON");
        assert_eq!(serde_json::from_str::<Themes>(&text).expect("a tally"), whole);
        assert!(!text.contains("13800138000") && !text.contains("张女士"), "{text}");
    }
}
