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

/// Prints to standard output; a reader that has gone away (`| head`) is no error.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
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

/// `24,7 %` in Dutch, `24.7%` in English.
pub fn percent(lang: Lang, part: u64, whole: u64) -> String {
    let tenths = (part * 1000 + whole / 2).checked_div(whole).unwrap_or(0);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    match lang {
        Lang::Nl => format!("{whole},{tenth}%"),
        Lang::En => format!("{whole}.{tenth}%"),
    }
}
