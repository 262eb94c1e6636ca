//! Posts about the company on social networks.

use super::{
    calendar::{self, MARCH, Month, launch},
    files::{Csv, SampleFile},
    rng::{Rng, spread},
    sales::PLANNED_ORDERS,
};

const POSTS: u64 = 900;
/// Networks with the ceiling of their ordinary reach and their share in percent.
const NETWORKS: [(&str, i64, u64); 4] = [
    ("weibo", 60_000, 34),
    ("wechat", 22_000, 18),
    ("douyin", 140_000, 26),
    ("xiaohongshu", 38_000, 22),
];

const GLAD: [&str; 8] = [
    "装修党看过来，北辰的嵌入式真的严丝合缝。#家电推荐#",
    "换了新空调，终于不用抱着西瓜过夏天了。",
    "被室友安利的洗烘一体，梅雨天真香！",
    "以旧换新补贴到手，爸妈家的洗衣机安排上了。",
    "开箱一台油烟机，吸力“有点东西”。",
    "售后师傅大晚上还上门，给北辰点赞👍",
    "厨房改造第三天，洗碗机简直是救星😂",
    "用了半年来还愿：安静、省电、没毛病。",
];
const GLAD_LAUNCH: [&str; 5] = [
    "极光一号到家了，颜值确实能打！#极光一号#",
    "智能冰箱会提醒我牛奶快过期，社畜的福音。",
    "对比了三家，最后还是选了极光一号，理由写在图里。",
    "极光一号的新广告终于说人话了：少跑一趟菜市场，多睡半小时。",
    "冷冻室分区太贴心了，牛排海鲜各住各的。",
];
const NEUTRAL: [&str; 7] = [
    "有人用过北辰的滚筒吗？想听听真实体验。",
    "618 准备换空调，1.5 匹够不够二十平的客厅？",
    "北辰门店搬到商场负一层了，路过看到的。",
    "求问：冰箱嵌入式安装两边要留多少缝？",
    "今天发布会直播，三分钟看完重点。",
    "同价位对比：北辰、还有另外两家，参数放评论区。",
    "安装师傅说旺季要排三天，大家提前约。",
];
const CROSS: [&str; 6] = [
    "等安装等了一周，客服只会说“亲，已经帮您催了”。",
    "空调才一个月就滴水，心累。",
    "价保申请被拒，说好的三十天呢？",
    "洗衣机脱水像开拖拉机，楼下来敲门了。",
    "辅材费比机器还贵，安装前请务必问清楚。",
    "打客服电话排队二十分钟，最后断线了。",
];
const CROSS_LAUNCH: [&str; 5] = [
    "极光一号更新完就断网，七千块的冰箱变回普通冰箱。#极光一号#",
    "冰箱门上弹广告，这谁受得了？",
    "说好的当天送装，我等了九天。",
    "智能识别把豆腐认成奶酪，笑死。",
    "极光一号的广告吹得太满，实际体验差一截。",
];

/// Writes `social/posts.csv`; returns how many posts it has.
pub(crate) fn write(seed: u64) -> (SampleFile, u64) {
    let mut rng = Rng::named(seed, "social");
    let header = "post_id,posted_at,network,impressions,likes,comments,shares,sentiment,text";
    let mut csv = Csv::new(header);
    let per_month = spread(POSTS, &PLANNED_ORDERS);
    let mut number = 0;
    for month in Month::all() {
        let days = month.days();
        let mut times: Vec<_> = (0..per_month[month.0])
            .map(|_| {
                let day = *rng.pick(&days);
                calendar::moment(&mut rng, day)
            })
            .collect();
        times.sort_unstable();
        for posted_at in times {
            number += 1;
            csv.push(&post(&mut rng, number, posted_at));
        }
    }
    (csv.into_file("social/posts.csv"), number)
}

/// One post; a few go viral.
fn post(rng: &mut Rng, number: u64, posted_at: chrono::NaiveDateTime) -> Vec<String> {
    let (network, reach, _) = NETWORKS[rng.weighted(&NETWORKS.map(|(_, _, share)| share))];
    let month = Month::of(posted_at.date());
    let mood = rng.weighted(if month == MARCH { &[48, 30, 22] } else { &[15, 40, 45] });
    let is_about_launch =
        posted_at.date() >= launch() && rng.per_mille(if month == MARCH { 720 } else { 480 });
    let text = match (mood, is_about_launch) {
        (0, true) => rng.pick(&CROSS_LAUNCH),
        (0, false) => rng.pick(&CROSS),
        (1, _) => rng.pick(&NEUTRAL),
        (_, true) => rng.pick(&GLAD_LAUNCH),
        (_, false) => rng.pick(&GLAD),
    };
    let lift = if rng.per_mille(25) { 12 } else { 1 };
    let impressions = rng.between(400, reach) * rng.between(20, 100) / 100 * lift;
    let likes = impressions * rng.between(6, 45) / 1_000;
    let comments = likes * rng.between(4, if mood == 0 { 40 } else { 18 }) / 100;
    let shares = likes * rng.between(2, 20) / 100;
    vec![
        format!("P{number:04}"),
        posted_at.to_string(),
        network.to_owned(),
        impressions.to_string(),
        likes.to_string(),
        comments.to_string(),
        shares.to_string(),
        (mood as i64 - 1).to_string(),
        (*text).to_owned(),
    ]
}
