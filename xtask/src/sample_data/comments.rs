//! What customers write, in Chinese and English.

use super::rng::Rng;

/// How content a writer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Four or five stars.
    Glad,
    /// Three stars, or none given.
    Torn,
    /// One or two stars.
    Cross,
}

/// A language of the survey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// The sentences of one language: per category, and on service.
struct Bank {
    glad: [&'static [&'static str]; 4],
    cross: [&'static [&'static str]; 4],
    service_glad: &'static [&'static str],
    service_cross: &'static [&'static str],
    torn: &'static [&'static str],
    launch_trouble: &'static [&'static str],
}

const CHINESE: Bank = Bank {
    glad: [
        &[
            "保鲜效果很好，绿叶菜放了一周还是脆的。",
            "冰箱很安静，放在开放式厨房也听不到声音。",
            "内部分区合理，海鲜和水果再也不会串味了。",
            "一天不到半度电，比家里那台旧的省多了。",
            "颜值高，和橱柜装在一起刚刚好，邻居看了都说“这台不错”。",
            "手机上就能调温度，老人也学会了。",
        ],
        &[
            "洗得干净，脱水时也不怎么抖。",
            "快洗十五分钟，下班回来洗两件衬衫很方便。",
            "烘干之后衣服蓬松，梅雨天终于不愁了。",
            "羊毛衫放心丢进去洗，没有缩水。",
            "预约功能实用，早上起来正好洗完。",
        ],
        &[
            "制冷很快，进门五分钟就凉下来了。",
            "夜里睡眠模式很安静，孩子睡得踏实。",
            "风不直吹人，老人家说很舒服。",
            "这个夏天开了两个月，电费比去年少了一百多。",
            "外机声音小，楼上楼下都没意见。",
        ],
        &[
            "吸力够大，爆炒辣椒也不呛人。",
            "油盒拆下来一冲就干净，省事。",
            "洗碗机连砂锅都能洗干净，家里为洗碗吵架的事没有了。",
            "洗完碗是干的，直接收进柜子。",
            "挥手开关很灵，手上有油也不怕。",
        ],
    ],
    cross: [
        &[
            "冷冻室两周就结了一层霜，问客服说是正常现象。",
            "压缩机夜里嗡嗡响，卧室离厨房近，睡不好。",
            "门封条关不严，要用力推一下。",
            "送来的时候侧面有一道划痕，等换货等了十天。",
        ],
        &[
            "脱水时整台机器都在走，师傅来调了两次还是这样。",
            "烘干一次要四个多小时，太久了。",
            "门圈里总积水，有股味道。",
            "说明书写得太简略，提示“E4”不知道是什么意思。",
        ],
        &[
            "用了不到一个月就漏水，墙纸都湿了。",
            "安装另收了三百多的辅材费，下单的时候没说清楚。",
            "三十八度那几天约不到安装师傅，白白热了一个星期。",
            "遥控器反应迟钝，要按好几次。",
        ],
        &[
            "噪音比宣传的大，开最大档听不清人说话。",
            "洗碗机经常有残渣，要再手洗一遍。",
            "开孔尺寸和页面上写的不一样，橱柜返工了。",
            "油烟还是会往客厅跑，效果一般。",
        ],
    ],
    service_glad: &[
        "送货师傅很准时，还帮忙把旧机器搬下楼。",
        "安装干净利落，走之前把地都擦了。",
        "客服回复快，问题当天就解决了。",
        "618 的价格很划算，值得推荐。",
        "这是我们家第三台北辰了，一直很放心。",
        "以旧换新流程简单，补贴当场就抵了。",
    ],
    service_cross: &[
        "打了三次电话才有人接，态度还算客气，就是不解决问题。",
        "约好上午来，结果等到晚上七点。",
        "买完第三天就降价两百，申请价保又说过期了。",
        "发票拖了半个月才开出来。",
    ],
    torn: &[
        "整体还行，没有特别惊喜。",
        "功能够用，就是价格偏高。",
        "产品不错，物流慢了点。",
        "刚用一周，再观察观察。",
        "比预想的大一圈，买之前最好量一下尺寸。",
        "希望 APP 能做得简单一些。",
    ],
    launch_trouble: &[
        "极光一号的 APP 更新之后就连不上网了，重启路由器也没用。",
        "广告里说“当天送装”，结果等了九天才来安装。",
        "智能识别食材基本不准，把豆腐认成了奶酪。",
        "屏幕总是弹广告，花七千块买冰箱不是为了看广告的。",
        "宣传和实物差距有点大，说好的“零下四十度深冷”根本没达到。",
        "门上的屏幕死机两次，客服让我等下个版本。",
    ],
};

const ENGLISH: Bank = Bank {
    glad: [
        &[
            "Vegetables stay crisp for a week, which is all I wanted.",
            "So quiet that I checked twice whether it was running.",
            "The drawers are well laid out, and the ice maker is quick.",
        ],
        &[
            "Clean laundry, and it hardly shakes at all.",
            "The 15-minute cycle is a lifesaver on school mornings.",
            "Dryer leaves towels fluffy even in the rainy season.",
        ],
        &[
            "Cools the room in five minutes, even at 38 degrees.",
            "Night mode is silent; the baby sleeps through.",
            "Our electricity bill went down compared with last summer.",
        ],
        &[
            "No more smoke in the living room when we stir-fry.",
            "Even the clay pot comes out clean.",
            "Easy to wipe, easy to live with.",
        ],
    ],
    cross: [
        &[
            "Frost builds up within two weeks and support calls it \"normal\".",
            "The compressor hums at night; we had to close two doors.",
        ],
        &[
            "It walks across the floor when spinning, even after two visits.",
            "Drying takes more than four hours, far too long.",
        ],
        &[
            "It leaked after a month, and the wall paper is ruined.",
            "Nobody told me about the extra installation fee.",
        ],
        &[
            "Louder than advertised, we cannot talk at full power.",
            "The cut-out did not match the drawing, so the cabinet had to be redone.",
        ],
    ],
    service_glad: &[
        "Delivery was on time and they took the old one away.",
        "Support answered the same day.",
        "Great price during the festival, would buy again.",
    ],
    service_cross: &[
        "Three calls before anybody picked up.",
        "Promised in the morning, arrived at seven in the evening.",
    ],
    torn: &[
        "It does the job, nothing more.",
        "Good product, slow delivery.",
        "Fine so far, but ask me again in a year.",
    ],
    launch_trouble: &[
        "The app lost the connection after the update, and it never came back.",
        "Advertised as \"delivered and installed the same day\"; it took nine days.",
        "The food recognition thinks tofu is cheese.",
        "I did not pay this much to see adverts on my fridge door.",
    ],
};

/// Draws a comment, which may have one or two sentences, a line break or an emoji.
pub(crate) fn draw(
    rng: &mut Rng,
    language: Language,
    mood: Mood,
    category: usize,
    launch_trouble: bool,
) -> String {
    let bank = match language {
        Language::Chinese => &CHINESE,
        Language::English => &ENGLISH,
    };
    let (about_product, about_service) = match mood {
        Mood::Glad => (bank.glad[category], bank.service_glad),
        Mood::Torn => (bank.torn, bank.torn),
        Mood::Cross if launch_trouble => (bank.launch_trouble, bank.service_cross),
        Mood::Cross => (bank.cross[category], bank.service_cross),
    };
    let first = *rng.pick(about_product);
    let mut text = first.to_owned();
    if rng.per_mille(330) {
        let second = *rng.pick(about_service);
        if second != first {
            text.push_str(separator(rng, language));
            text.push_str(second);
        }
    }
    if rng.per_mille(70) {
        let emoji = match mood {
            Mood::Glad => *rng.pick(&["👍", "😊", "❄️", "💯"]),
            Mood::Torn => "🤔",
            Mood::Cross => *rng.pick(&["😡", "😞", "👎"]),
        };
        text.push_str(emoji);
    }
    text
}

/// What stands between two sentences; a third of the writers starts a new line.
fn separator(rng: &mut Rng, language: Language) -> &'static str {
    match (rng.per_mille(330), language) {
        (true, _) => "\n",
        (false, Language::Chinese) => "",
        (false, Language::English) => " ",
    }
}
