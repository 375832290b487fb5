//! MJML as HTML: the one place where its reader is called, which calls itself for each element within another.

use std::collections::HashMap;
use std::panic::catch_unwind;

use htmlparser::{ElementEnd, Token, Tokenizer};
use maat::bounds::{self, Excess};
use mrml::prelude::render::RenderOptions;

/// Elements that have no end (<https://developer.mozilla.org/en-US/docs/Glossary/Void_element>).
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
];

/// Why MJML is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// It is larger or deeper than can be read safely.
    Beyond(Excess),
    /// What its reader said.
    Said(String),
}

/// The HTML of a mail that is written in MJML. Its reader breaks off on some odd text; that is a mistake too.
pub fn html(mjml: &str) -> Result<String, Unread> {
    let broken =
        || Err(Unread::Said("its reader breaks off on it; look for odd signs in a tag".into()));
    catch_unwind(|| read(mjml)).unwrap_or_else(|_| broken())
}

fn read(mjml: &str) -> Result<String, Unread> {
    bounds::short(mjml, bounds::MJML).map_err(Unread::Beyond)?;
    conditional(mjml)?;
    within(mjml).map_err(Unread::Beyond)?;
    let said = |error: &dyn std::fmt::Display| Unread::Said(error.to_string());
    let parsed = mrml::parse(mjml).map_err(|error| said(&error))?;
    // Nothing of a mail is fetched from elsewhere for its type: no fonts.
    let fonts = HashMap::new();
    let options = RenderOptions { disable_comments: true, fonts, ..RenderOptions::default() };
    parsed.element.render(&options).map_err(|error| said(&error))
}

/// How conditional comments begin and end, as the reader knows them; it breaks off on one that goes on otherwise.
const CONDITIONS: [&str; 4] = ["<!--[if", "<![if", END, "<!--<![endif"];

/// How one ends; its bracket closes at once.
const END: &str = "<![endif";

/// Whether each conditional comment is written as one: its bracket is closed, and then the comment.
fn conditional(mjml: &str) -> Result<(), Unread> {
    for begin in CONDITIONS {
        for (at, _) in mjml.match_indices(begin) {
            let inside = mjml.get(at + 2..).unwrap_or_default();
            let (held, after) = inside.split_once(']').unwrap_or_default();
            let after = if begin == END && held != "[endif" { "" } else { after };
            if !(after.starts_with('>') || after.starts_with("-->")) {
                let line = 1 + mjml.get(..at).unwrap_or_default().matches('\n').count();
                let what = "is not closed as one, by `]>` or `]-->`";
                return Err(Unread::Said(format!(
                    "line {line}: the conditional comment `{begin}` {what}"
                )));
            }
        }
    }
    Ok(())
}

/// Whether MJML can be read: by the tokens of its own reader, so that both see the same. What closes an element
/// closes the one at hand, whatever its name.
fn within(mjml: &str) -> Result<(), Excess> {
    let (mut elements, mut levels, mut is_void) = (0, 0_usize, false);
    // A token that cannot be read ends the reading, here and there.
    for token in Tokenizer::from(mjml).map_while(Result::ok) {
        match token {
            Token::ElementStart { local, span, .. } => {
                (elements, levels) = (elements + 1, levels + 1);
                is_void = VOID.contains(&local.as_str());
                if levels > bounds::MJML_LEVELS {
                    return Err(Excess::deep(mjml, span.start(), bounds::MJML_LEVELS));
                }
                if elements > bounds::MJML_ELEMENTS {
                    return Err(Excess::many(mjml, span.start(), bounds::MJML_ELEMENTS));
                }
            }
            Token::ElementEnd { end: ElementEnd::Open, .. } => {
                levels = levels.saturating_sub(usize::from(is_void));
            }
            Token::ElementEnd { .. } => levels = levels.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conditional_comment_that_is_none_is_told_with_its_line() {
        let mail = |inside: &str| {
            html(&format!("<mjml><mj-body>\n<mj-raw>{inside}</mj-raw></mj-body></mjml>"))
        };
        for good in [
            "<!--[if mso]>x<![endif]-->",
            "<!--[if !mso]><!-->x<!--<![endif]-->",
            "<![if !IE]>x<![endif]>",
        ] {
            assert!(mail(good).is_ok(), "{good}: {:?}", mail(good));
        }
        for odd in [
            "<!--[if mso]x",
            "<!--[if mso",
            "x<![endif]=->",
            "x<![endif_]-->",
            "<![if !IE]x",
            "<!--<![endif]x",
        ] {
            let Err(Unread::Said(said)) = mail(odd) else { panic!("{odd}") };
            assert!(said.contains("line 2: the conditional comment"), "{odd}: {said}");
        }
    }
}
