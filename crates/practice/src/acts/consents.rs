//! Answers to choices: a yes with the words that were shown, and a no, which always counts.

use maat::code::{Choice, Code, Wording};
use maat::ledger::{At, Event, How, Span, Strength, SubjectId};
use maat::mistake::did_you_mean;
use maat::words::Lang;
use maat_store::{is_shown, shown_hash};

use super::{Recorded, record, take_away, text_within};
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// Letters of the place where an answer was given.
const PLACE: usize = 200;

/// How a yes was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// On a form or page.
    Form,
    /// On a form, and then confirmed from the address itself.
    DoubleOptIn,
}

/// The words that somebody saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Those of the Code, in one of its versions.
    Declared,
    /// SHA-256 of them, in hexadecimal: it must be of the words of the Code, as they stand there or with the name of the
    /// company filled in.
    Hash(&'a str),
    /// The words themselves, as Maat's own page showed them.
    Page(&'a str),
}

/// A yes, as it is asked to be recorded.
#[derive(Debug, Clone)]
pub struct Yes<'a> {
    /// The choice of the Code.
    pub choice: &'a str,
    /// The version of its words; without it the newest.
    pub wording: Option<u32>,
    /// The language they were read in.
    pub lang: Lang,
    /// The words that were shown.
    pub shown: Shown<'a>,
    /// The form or page, as the person may read it.
    pub place: &'a str,
    /// How it was given.
    pub means: Means,
    /// Whether it was an express statement (GDPR 9(2)(a)).
    pub explicit: bool,
    /// When it ends by itself.
    pub expires: Option<At>,
}

/// Records a yes. `at` is when it was given, where that is not now.
pub fn give(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    at: Option<At>,
    yes: &Yes<'_>,
) -> Result<Recorded, Trouble> {
    let event = given(company, yes)?;
    record(company, by, subject, at.map(Span::from), [event])
}

/// The event of a yes.
fn given(company: &Company<'_>, yes: &Yes<'_>) -> Result<Event, Trouble> {
    let choice = choice_of(company.code, yes.choice)?;
    let words = wording(choice, yes.wording)?;
    let shown = match yes.shown {
        Shown::Declared => shown_hash(words.declared(yes.lang)),
        Shown::Hash(hash) if is_shown(words, yes.lang, &company.names, hash) => hash.to_owned(),
        Shown::Hash(_) => return Err(other_words(choice, words)),
        Shown::Page(question) => shown_hash(question),
    };
    let place = place(yes.place)?;
    if yes.expires.is_some_and(|expires| expires <= company.now) {
        return Err(Trouble::new(
            Kind::Unfit,
            "`expires` is al voorbij",
            "`expires` is past already",
        ));
    }
    Ok(Event::ConsentGiven {
        choice: choice.id.clone(),
        strength: if yes.explicit { Strength::Explicit } else { Strength::Given },
        wording: words.version,
        shown,
        lang: yes.lang,
        how: match yes.means {
            Means::Form => How::Form { place },
            Means::DoubleOptIn => How::DoubleOptIn { place },
        },
        expires: yes.expires,
    })
}

/// The place where an answer was given: plain text of 1 to 200 letters.
pub fn place(text: &str) -> Result<String, Trouble> {
    text_within("place", text, PLACE)
}

fn other_words(choice: &Choice, words: &Wording) -> Trouble {
    let (version, id) = (words.version, &choice.id);
    Trouble::new(
        Kind::Unfit,
        format!(
            "wat er getoond is, is niet wat de Code zegt bij versie {version} van `{id}` in die taal"
        ),
        format!(
            "what was shown is not what the Code says in version {version} of `{id}` in that language"
        ),
    )
}

/// Records a no to one choice, also where there was no yes and of an id that nobody has. What the Code does not declare any more can be
/// withdrawn by whoever answered it.
pub fn withdraw(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    choice: &str,
) -> Result<Recorded, Trouble> {
    let answered = company.scope.consents(subject)?.into_iter().any(|own| own.choice == choice);
    if !answered {
        choice_of(company.code, choice)?;
    }
    take_away(company, by, subject, None, [Event::ConsentWithdrawn { choice: choice.to_owned() }])
}

/// Records a no to the choice that a mail rested on, whatever the Code says of it by now.
pub(super) fn stop(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
    choice: &str,
) -> Result<Recorded, Trouble> {
    record(company, by, subject, None, [Event::ConsentWithdrawn { choice: choice.to_owned() }])
}

/// Records a no to every choice of the Code and to everything that was ever answered, in one go.
pub fn withdraw_all(
    company: &Company<'_>,
    by: By<'_>,
    subject: &SubjectId,
) -> Result<Recorded, Trouble> {
    let declared = company.code.declared().choices.iter().map(|choice| choice.id.clone());
    let answered = company.scope.consents(subject)?.into_iter().map(|own| own.choice);
    let mut choices: Vec<String> = declared.chain(answered).collect();
    choices.sort_unstable();
    choices.dedup();
    let no = |choice| Event::ConsentWithdrawn { choice };
    take_away(company, by, subject, None, choices.into_iter().map(no))
}

/// A choice of the Code.
pub fn choice_of<'a>(code: &'a Code, id: &str) -> Result<&'a Choice, Trouble> {
    let declared = code.declared();
    declared.choice(id).ok_or_else(|| {
        let near = did_you_mean(id, declared.choices.iter().map(|choice| choice.id.as_str()));
        Trouble::unknown(("de keuze", "the choice"), id, &near)
    })
}

/// The words of a choice in a version; without one, the newest.
pub fn wording(choice: &Choice, version: Option<u32>) -> Result<&Wording, Trouble> {
    let found = match version {
        Some(version) => choice.wording.iter().find(|words| words.version == version),
        None => choice.wording.last(),
    };
    found.ok_or_else(|| {
        let version = version.map_or_else(String::new, |version| version.to_string());
        Trouble::new(
            Kind::Unfit,
            format!("de keuze `{}` heeft geen versie {version}", choice.id),
            format!("the choice `{}` has no version {version}", choice.id),
        )
    })
}
