use super::*;

/// `(text, expected)`: the redacted text, or none when it may not be quoted.
fn check(cases: &[(&str, Option<&str>)]) {
    let faults: Vec<String> = cases
        .iter()
        .filter_map(|(text, expected)| {
            let found = redact(text);
            (found.as_deref() != *expected)
                .then(|| format!("{text:?}\n  gives {found:?}\n  wants {expected:?}"))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// In each text `secret` must be gone, whether it is quoted or dropped.
fn hides(secrets: &[&str]) {
    for secret in secrets {
        for frame in [
            "安装师傅很好，{}，下次还来买你们家的冰箱",
            "Great service, {} and I will come back soon",
        ] {
            let quote = redact(&frame.replace("{}", secret)).unwrap_or_default();
            let gone = !quote.contains(secret);
            let left = quote.is_empty() || quote.contains(REDACTED);
            let digits = quote.chars().filter(|one| plain(*one).is_numeric()).count();
            assert!(gone && left && digits < 6, "{secret:?} in {quote:?}");
        }
    }
}

#[test]
fn telephones_are_hidden_however_they_are_written() {
    hides(&[
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "1.3.8.0.0.1.3.8.0.0.0",
        "1,3,8,0,0,1,3,8,0,0,0",
        "138，0013，8000",
        "138\u{200b}0013\u{200b}8000",
        "138\u{202e}00138000",
        "138😀0013😀8000",
        "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
        "１３８００１３８０００",
        "①③⑧00①③⑧000",
        "1\u{336}3\u{336}8\u{336}0\u{336}0\u{336}1\u{336}3\u{336}8\u{336}0\u{336}0\u{336}0\u{336}",
        "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎",
        "١٣٨٠٠١٣٨٠٠٠",
        "一三八零零一三八零零零",
        "幺三八〇〇幺三八〇〇〇",
        "壹叁捌零零壹叁捌零零零",
        "一三八 零零一三 八零零零",
        "一3八00一3八000",
        "138OO138OOO",
        "+86 138 0013 8000",
        "(+86)13800138000",
        "0086-138-0013-8000",
        "010-62345678",
        "0571 8765 4321",
        "(021) 5432 1098",
        "400-820-8820",
        "+1 (415) 555-2671",
        "415-555-2671",
        "415.555.2671",
        "555-1234",
        "+44 20 7946 0958",
        "+49 30 901820",
        "one three eight zero zero one three eight zero zero zero",
    ]);
}

#[test]
fn numbers_of_cards_and_orders_are_hidden() {
    hides(&[
        "11010519491231002X",
        "110105 19491231 002X",
        "6222 0202 0011 2345 678",
        "6222-0202-0011-2345",
        "JD20260715001",
        "SF1234567890",
        "A1B2C3D4E5F6",
        "123456",
        "1Z999AA10123456784",
        "8a2e-0370-7334-11ff-99aa",
    ]);
    check(&[
        ("订单号 E2031 一直没有发货", Some("订单号 […] 一直没有发货")),
        ("order number: AB-1234 never arrived here", Some("order number: […] never arrived here")),
        ("工号8823的服务员态度很好", Some("工号[…]的服务员态度很好")),
    ]);
}

#[test]
fn addresses_and_accounts_online_are_hidden() {
    hides(&[
        "anna@example.com",
        "anna.smith+shop@mail.example.co.uk",
        "ａｎｎａ＠example．com",
        "anna @ example . com",
        "anna(at)example(dot)com",
        "anna at example dot com",
        "anna#qq.com",
        "https://example.com/u/anna?id=1",
        "www.example.com",
        "example.com/anna",
        "example点com",
        "@anna_smith",
        "@张三丰",
        "192.168.1.1",
        "8.8.8.8",
        "2001:db8:85a3:0:0:8a2e:370:7334",
        "00:1A:2B:3C:4D:5E",
    ]);
    check(&[
        ("加我微信 anna_88 有优惠活动", Some("加我微信 […] 有优惠活动")),
        ("微信号：annasmith，欢迎联系我们", Some("微信号：[…]，欢迎联系我们")),
        ("vx：anna2026 可以便宜一点", Some("vx：[…] 可以便宜一点")),
        ("QQ 12345 有问题找我处理", Some("[…] 有问题找我处理")),
        ("my WeChat annasmith if you want more", Some("my WeChat […] if you want more")),
        ("wechat payment is quick and easy", Some("wechat payment is quick and easy")),
        ("微信小程序很好用，下单方便", Some("微信小程序很好用，下单方便")),
    ]);
}

#[test]
fn plates_and_postal_addresses_are_hidden() {
    hides(&["京A12345", "京A·12345", "粤B D12345", "沪ａ１２３４５"]);
    hides(&["建国路88号", "12 Main Street", "221B Baker Street", "SW1A 2AA", "CA 94103", "Apt 12"]);
    check(&[
        (
            "住在北京市朝阳区建国路88号3号楼1202室，送货慢，等了三天才到",
            Some("[…]，送货慢，等了三天才到"),
        ),
        ("阳光花园5栋2单元301室送货很快，师傅态度很好", Some("[…]送货很快，师傅态度很好")),
        ("送到3栋502，电梯坏了也帮忙搬上去", Some("送到[…]，电梯坏了也帮忙搬上去")),
        ("中山路上的那家店服务很好", Some("中山路上的那家店服务很好")),
        ("5 minutes on the road and it was here", Some("5 minutes on the road and it was here")),
    ]);
}

#[test]
fn names_with_a_title_or_an_introduction_are_hidden() {
    check(&[
        ("张女士的服务态度非常好", Some("[…]的服务态度非常好")),
        ("李老师讲解得很清楚很耐心", Some("[…]讲解得很清楚很耐心")),
        ("我是王先生，冰箱到货就坏了", Some("我是[…]，冰箱到货就坏了")),
        ("我叫陈小明，洗衣机很好用", Some("我叫[…]，洗衣机很好用")),
        ("王小明师傅装得很快很干净", Some("[…]装得很快很干净")),
        ("小张很热情，讲解也很仔细", Some("[…]很热情，讲解也很仔细")),
        ("王总亲自打电话来道歉，满意", Some("[…]亲自打电话来道歉，满意")),
        ("收货人：欧阳娜娜，货送错了地方", Some("收货人：[…]，货送错了地方")),
        ("服务员叫陈晓，全程都很细心", Some("服务员叫[…]，全程都很细心")),
        ("My name is Anna Smith and the fridge leaks", Some("My name is […] and the fridge leaks")),
        ("my name is anna and the fridge leaks", Some("my name is […] and the fridge leaks")),
        (
            "I'm Anna from Leeds, great fridge overall",
            Some("I'm […] from Leeds, great fridge overall"),
        ),
        ("Mr. Smith fixed it within an hour", Some("Mr. […] fixed it within an hour")),
        ("mrs o'brien fixed it within an hour", Some("mrs […] fixed it within an hour")),
        ("Dr Jane Doe was kind and patient", Some("Dr […] was kind and patient")),
        ("The fridge is quiet and cold. — Anna Smith", Some("The fridge is quiet and cold. — […]")),
        ("The fridge is quiet and cold.\n- Anna", Some("The fridge is quiet and cold. - […]")),
        (
            "The fridge is quiet. Kind regards, Anna Smith",
            Some("The fridge is quiet. Kind regards, […]"),
        ),
        ("冰箱很安静，非常满意。——王小明", Some("冰箱很安静，非常满意。——[…]")),
        ("Helped by Anna Smith, who was very patient", Some("Helped by […], who was very patient")),
    ]);
}

#[test]
fn what_is_no_personal_datum_stays() {
    for text in [
        "5 stars, would buy again",
        "2026年双11买的，很划算",
        "The price 3299 is fair for what it does",
        "iPhone 15 works with the app",
        "原价 12999 元，现价 9999 元",
        "price 3,299.00 is too high",
        "花了3299.00元，比618贵",
        "3299-4999元的都看过了",
        "2025-2026 models are both fine",
        "等了3次，5天，7小时才装好",
        "The 15-minute cycle is a lifesaver on school mornings.",
        "BCD-468WGHTD 型号的冰箱很安静",
        "KFR-35GW 制冷很快，静音",
        "Cools the room in five minutes, even at 38 degrees.",
        "说好的“零下四十度深冷”根本没达到。",
        "安装师傅很准时，送货师傅也客气",
        "我叫了外卖，等了一个小时",
        "我是老顾客，一直在这家买",
        "客服周到，服务员高效",
        "小米粥和小龙虾都好吃",
        "24/7 support, 100% satisfied",
        "三十八度那几天约不到安装师傅，白白热了一个星期。",
        "2026年7月15日买的，现在还好用",
        "一二三楼都逛了，环境干净",
        "油盒拆下来一冲就干净，省事。❄️",
        "It's quiet. I am very happy with it",
        "打 10086 都没人接，服务太差",
        "路由器版本 2.3.1 之后连不上",
    ] {
        assert_eq!(redact(text).as_deref(), Some(text));
    }
}

#[test]
fn in_doubt_nothing_is_quoted() {
    check(&[
        ("", None),
        ("  \n ", None),
        ("👍👍👍", None),
        ("13800138000", None),
        ("张女士 13800138000", None),
        ("email me @ home or @ work, it is @ best", None),
        ("张女士，送货慢；李先生，安装差；13800138000 打不通", None),
        ("call 13800138000 ok", None),
    ]);
}

#[test]
fn hidden_and_turning_characters_are_taken_out() {
    check(&[
        ("deli\u{200b}very was \u{202e}slow\u{202c} today", Some("delivery was slow today")),
        ("line one\r\nline two\ttabbed\u{7}", Some("line one line two tabbed")),
        ("\u{feff}非常好用的\u{2066}冰箱\u{2069}", Some("非常好用的冰箱")),
    ]);
}

#[test]
fn long_texts_are_cut_where_a_word_ends() {
    let english = redact(&"quiet fridge ".repeat(30)).expect("a quote");
    assert!(english.ends_with("fridge…") || english.ends_with("quiet…"), "{english}");
    assert!(english.chars().count() <= LONGEST_QUOTE);
    let chinese = redact(&"冰箱很安静".repeat(60)).expect("a quote");
    assert_eq!(chinese.chars().count(), LONGEST_QUOTE);
    assert!(chinese.ends_with('…'));
    let unbroken = redact(&"é".repeat(300)).expect("a quote");
    assert_eq!(unbroken.chars().count(), LONGEST_QUOTE);
    let family = redact(&format!("非常满意的一次购物{}", "👍🏽".repeat(100))).expect("a quote");
    assert!(!family.trim_end_matches('…').ends_with('👍'), "a thumb keeps its colour: {family}");
    // The mark of a replacement is never cut in two.
    for pad in 100..120 {
        let text = format!("{} 张女士 很好很好很好很好很好很好很好很好", "x".repeat(pad));
        let quote = redact(&text).expect("a quote");
        assert!(!quote.contains('[') || quote.contains(REDACTED), "{quote}");
    }
}

#[test]
fn what_was_redacted_stays_as_it_is() {
    for text in [
        "张女士的服务态度非常好",
        "order number: AB-1234 never arrived here",
        "The fridge is quiet. Kind regards, Anna Smith",
    ] {
        let once = redact(text).expect("a quote");
        assert_eq!(redact(&once).as_deref(), Some(once.as_str()));
    }
}
