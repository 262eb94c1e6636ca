//! Who sells what, where and through whom.

use chrono::NaiveDate;

use super::calendar::{date, launch};

/// A sales region.
#[derive(Debug)]
pub(crate) struct Region {
    /// Its code in every dataset.
    pub(crate) code: &'static str,
    /// Its English name.
    pub(crate) name_en: &'static str,
    /// Its Chinese name.
    pub(crate) name_zh: &'static str,
    /// Its share of planned orders in 1,000.
    pub(crate) share: u64,
    /// Cities of its customers.
    pub(crate) cities: &'static [&'static str],
}

/// The regions; West is the last.
pub(crate) const REGIONS: [Region; 4] = [
    Region {
        code: "N",
        name_en: "North",
        name_zh: "华北",
        share: 260,
        cities: &["北京", "天津", "石家庄", "太原", "济南", "青岛", "沈阳", "大连"],
    },
    Region {
        code: "E",
        name_en: "East",
        name_zh: "华东",
        share: 380,
        cities: &["上海", "杭州", "南京", "苏州", "宁波", "合肥", "无锡", "南昌"],
    },
    Region {
        code: "S",
        name_en: "South",
        name_zh: "华南",
        share: 230,
        cities: &["广州", "深圳", "佛山", "东莞", "厦门", "福州", "南宁", "海口"],
    },
    Region {
        code: "W",
        name_en: "West",
        name_zh: "西部",
        share: 130,
        cities: &["成都", "重庆", "西安", "昆明", "贵阳", "兰州", "乌鲁木齐"],
    },
];

/// The index of West in [`REGIONS`].
pub(crate) const WEST: usize = 3;

/// The sales channels.
pub(crate) const CHANNELS: [&str; 4] = ["online_store", "marketplace", "retail", "distributor"];
/// The index of `distributor` in [`CHANNELS`].
pub(crate) const DISTRIBUTOR: usize = 3;

/// The product categories.
pub(crate) const CATEGORIES: [&str; 4] =
    ["refrigerators", "washers", "air_conditioners", "kitchen"];

/// A product.
#[derive(Debug)]
pub(crate) struct Product {
    /// Its id.
    pub(crate) id: &'static str,
    /// Its English name.
    pub(crate) name_en: &'static str,
    /// Its Chinese name.
    pub(crate) name_zh: &'static str,
    /// Its category, as an index of [`CATEGORIES`].
    pub(crate) category: usize,
    /// Its list price in yuan.
    pub(crate) list_price: i64,
    /// Its share within its category; the new product is planned separately.
    pub(crate) weight: u64,
    /// Since when it is sold.
    launched: (i32, u32, u32),
}

impl Product {
    /// Since when it is sold.
    pub(crate) fn launch_date(&self) -> NaiveDate {
        let (year, month, day) = self.launched;
        date(year, month, day)
    }
}

/// The index of Polar One in [`PRODUCTS`].
pub(crate) const POLAR_ONE: usize = 0;

/// The products; the first is the new one.
pub(crate) const PRODUCTS: [Product; 12] = [
    product("RF-PO1", "Polar One", "极光一号", 0, 6_999, 0, (2026, 1, 5)),
    product("RF-210", "Frost Mini 210", "霜蓝小冰箱 210", 0, 1_499, 24, (2022, 3, 15)),
    product("RF-420", "Frost 420", "霜蓝 420", 0, 3_299, 44, (2023, 9, 1)),
    product("RF-550", "Frost 550 Duo", "霜蓝 550 对开门", 0, 4_599, 32, (2024, 4, 10)),
    product("WM-080", "Ripple 8", "清波 8 公斤", 1, 2_199, 45, (2022, 8, 20)),
    product("WM-100", "Ripple 10 Pro", "清波 10 公斤 Pro", 1, 3_399, 35, (2023, 11, 5)),
    product("WD-100", "Ripple Dry 10", "清波洗烘一体 10", 1, 4_999, 20, (2024, 10, 15)),
    product("AC-026", "Breeze 1.0", "轻风大 1 匹", 2, 2_399, 38, (2023, 3, 1)),
    product("AC-035", "Breeze 1.5", "轻风 1.5 匹", 2, 2_899, 44, (2023, 3, 1)),
    product("AC-072", "Breeze Tower 3", "轻风 3 匹柜机", 2, 6_299, 18, (2024, 3, 12)),
    product("KH-009", "Clear Hood 9", "净界油烟机 9", 3, 2_699, 55, (2021, 6, 18)),
    product("KD-008", "Clear Wash 8", "净界洗碗机 8 套", 3, 3_599, 45, (2024, 8, 8)),
];

/// Keeps the table above on one line per product.
const fn product(
    id: &'static str,
    name_en: &'static str,
    name_zh: &'static str,
    category: usize,
    list_price: i64,
    weight: u64,
    launched: (i32, u32, u32),
) -> Product {
    Product { id, name_en, name_zh, category, list_price, weight, launched }
}

/// Whether a product can be ordered on `day`.
pub(crate) fn on_sale(product: usize, day: NaiveDate) -> bool {
    product != POLAR_ONE || day >= launch()
}
