//! Colours on the terminal. Colours are stripped in a pipe and with `NO_COLOR`.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

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
}
