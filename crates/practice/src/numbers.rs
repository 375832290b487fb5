//! Numbers, shares and hashes as people read them.

use maat::words::Lang;

/// The beginning of a hash, enough to tell versions apart by eye.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// `12.345` in Dutch, `12,345` in English.
pub fn number(lang: Lang, value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + 4);
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push_str(lang.pick(".", ","));
        }
        out.push(digit);
    }
    out
}

/// A part of a whole in hundredths of a percent, as the length of a bar: exact, and never empty.
pub fn width(part: u64, whole: u64) -> String {
    let hundredths = if whole == 0 { 0 } else { (part * 10_000).div_ceil(whole) };
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// `24,7 %` in Dutch, `24.7%` in English.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    let tenths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    match lang {
        Lang::Nl => format!("{whole},{tenth}%"),
        Lang::En => format!("{whole}.{tenth}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_shares_read_as_the_language_writes_them() {
        assert_eq!(number(Lang::Nl, 1_234_567), "1.234.567");
        assert_eq!(number(Lang::En, 999), "999");
        assert_eq!(percent(Lang::Nl, 1, 3), "33,3%");
        assert_eq!(percent(Lang::En, 0, 0), "0.0%");
    }
}
