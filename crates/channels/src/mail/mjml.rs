//! MJML as HTML: the one place where its reader is called, which calls itself for each element within another.

use std::collections::HashMap;

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

/// The HTML of a mail that is written in MJML.
pub fn html(mjml: &str) -> Result<String, Unread> {
    within(mjml).map_err(Unread::Beyond)?;
    let said = |error: &dyn std::fmt::Display| Unread::Said(error.to_string());
    let parsed = mrml::parse(mjml).map_err(|error| said(&error))?;
    // Nothing of a mail is fetched from elsewhere for its type: no fonts.
    let fonts = HashMap::new();
    let options = RenderOptions { disable_comments: true, fonts, ..RenderOptions::default() };
    parsed.element.render(&options).map_err(|error| said(&error))
}

/// Whether MJML can be read: by the tokens of its own reader, so that both see the same. What closes an element
/// closes the one at hand, whatever its name.
fn within(mjml: &str) -> Result<(), Excess> {
    bounds::short(mjml, bounds::MJML)?;
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
