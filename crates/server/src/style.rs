//! Colours and numbers on the terminal. Colours are stripped in a pipe and with `NO_COLOR`.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};
use maat::words::Lang;

pub const GOOD: Style = AnsiColor::Green.on_default().bold();
pub const SOFT: Style = AnsiColor::Yellow.on_default().bold();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const DIM: Style = Style::new().dimmed();
pub const BOLD: Style = Style::new().bold();

/// The style of a verdict.
pub fn of(verdict: maat::gate::Verdict) -> Style {
    match verdict {
        maat::gate::Verdict::Allow => GOOD,
        maat::gate::Verdict::Soften => SOFT,
        maat::gate::Verdict::Refuse => BAD,
    }
}

/// The text without what could steer a terminal: data may hold anything. Line breaks, tabs and
/// colours stay.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let colour = rest.strip_prefix("\u{1b}[").and_then(|tail| {
            let end = tail.find(|c: char| !c.is_ascii_digit() && c != ';')?;
            tail.get(end..)?.starts_with('m').then_some(end + 3)
        });
        let length = colour.unwrap_or(letter.len_utf8());
        if colour.is_some() || !letter.is_control() || letter == '\n' || letter == '\t' {
            out.push_str(rest.get(..length).unwrap_or_default());
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Prints to standard output; a reader that has gone away (`| head`) is no error.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(harmless(text).as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

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
    fn data_cannot_steer_the_terminal() {
        let hostile = "a\u{1b}]0;title\u{7}b\u{1b}[2Jc\r\u{9b}31md";
        assert_eq!(harmless(hostile), "a]0;titleb[2Jc31md");
        let ours = format!("{BAD}no{BAD:#}\tié\n");
        assert_eq!(harmless(&ours), ours);
    }

    #[test]
    fn numbers_and_shares_read_as_the_language_writes_them() {
        assert_eq!(number(Lang::Nl, 1_234_567), "1.234.567");
        assert_eq!(number(Lang::En, 999), "999");
        assert_eq!(percent(Lang::Nl, 1, 3), "33,3%");
        assert_eq!(percent(Lang::En, 0, 0), "0.0%");
    }
}
