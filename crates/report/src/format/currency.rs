//! Currency marks by ISO 4217 code.

use model::label::Locale;
use std::borrow::Cow;

/// The mark before an amount; the code itself where no mark is unmistakable or the chart font has none.
pub(super) fn symbol(code: &str, locale: Locale) -> Cow<'static, str> {
    let mark = match code {
        "AUD" => "A$",
        "BRL" => "R$",
        "CAD" => "C$",
        "CNY" => "¥",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        // The yen shares its sign with the yuan, which is at home here.
        "JPY" => "JP¥",
        "KRW" => "₩",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "SGD" => "S$",
        "TWD" => "NT$",
        "USD" if locale == Locale::En => "$",
        "USD" => "US$",
        "VND" => "₫",
        _ => return Cow::Owned(format!("{code} ")),
    };
    Cow::Borrowed(mark)
}
