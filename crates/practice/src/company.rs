//! A company as whoever acts for it sees it at one moment, and who that is.

use maat::code::Code;
use maat::ledger::At;
use maat::words::Lang;
use maat_store::Scope;

use crate::trouble::{Kind, Trouble};

/// A company, at the moment at which something is done.
#[derive(Clone, Copy)]
pub struct Company<'a> {
    /// Its part of the ledger.
    pub scope: &'a Scope<'a>,
    /// The Code that holds for it.
    pub code: &'a Code,
    /// Its name as its customers know it, and as its receipts have it.
    pub names: [&'a str; 2],
    /// The language of whoever acts.
    pub lang: Lang,
    /// The moment.
    pub now: At,
}

/// Who does something, as it is recorded (GDPR 7(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct By<'a> {
    /// The name under which it is recorded.
    pub name: &'a str,
    /// Whether the person it is about does it themselves, on a page of theirs.
    pub is_subject: bool,
    /// Whether the same request was done before: who was erased since then is not made again by it.
    pub again: bool,
}

/// Letters of the name of who does something.
const NAME: usize = 200;

/// A text without blanks around it; nothing where it is empty, longer than so many letters, or holds control
/// characters.
pub fn plain(text: &str, most: usize) -> Option<&str> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    fits.then_some(text)
}

impl<'a> By<'a> {
    /// Refuses a name that says nobody, or that is no plain text.
    pub fn check(&self) -> Result<(), Trouble> {
        if plain(self.name, NAME).is_some() {
            return Ok(());
        }
        Err(Trouble::new(
            Kind::Unfit,
            format!("`by` is leeg, langer dan {NAME} letters, of geen gewone tekst: er staat niet wie het doet"),
            format!("`by` is empty, longer than {NAME} letters, or no plain text: it does not say who does it"),
        )
        .with("field", "by".into()))
    }

    /// The person themselves, by a page or link.
    pub const fn subject(page: &'a str) -> Self {
        Self { name: page, is_subject: true, again: false }
    }

    /// Somebody of the company, or a program of theirs.
    pub const fn company(name: &'a str) -> Self {
        Self { name, is_subject: false, again: false }
    }

    /// The same, who asks what was done before.
    #[must_use]
    pub const fn once_more(self) -> Self {
        Self { again: true, ..self }
    }
}
