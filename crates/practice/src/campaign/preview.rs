//! A campaign looked at before it goes: how many get it, who does not and why, how many share each
//! text, and the mail of one person. The command line prints it, the console shows it.

use maat::code::Code;
use maat::ledger::At;
use maat::precision::{CLASSES, Narrowed, Spread};
use maat::words::Lang;
use maat_store::Scope;
use serde::Serialize;

use crate::campaign::letters::{Held, Letter, Letters, Told};
use crate::campaign::no_mail;
use crate::campaign::no_mail::words;
use crate::campaign::survey::Survey;
use crate::trouble::Trouble;

/// How many a campaign reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// People who get it.
    pub reached: u64,
    /// People who do not, by the first rule that refuses; the most in front.
    pub held: Vec<no_mail::Line>,
    /// How many share a text.
    pub spread: Vec<Shared>,
    /// What the Code asks of that, in a sentence.
    pub asked: String,
}

/// How many people get a text that so many share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shared {
    /// How many share it, as `5–19`.
    pub class: String,
    /// People, as the brief is written.
    pub written: u64,
    /// People, as it goes.
    pub goes: u64,
}

impl Numbers {
    /// What a survey found.
    pub fn of(code: &Code, survey: &Survey, lang: Lang) -> Self {
        let mut held: Vec<no_mail::Line> = survey
            .held
            .iter()
            .map(|(rule, count)| no_mail::Line {
                rule: rule.clone(),
                why: words(code, rule, lang),
                count: *count,
            })
            .collect();
        held.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.rule.cmp(&b.rule)));
        let (before, after): (Spread, Spread) = survey.texts.spread();
        let both = before.iter().zip(&after).enumerate();
        let spread = both
            .map(|(nth, (written, goes))| Shared {
                class: class(nth, lang),
                written: *written,
                goes: *goes,
            })
            .collect();
        let asked = code.declared().precision;
        let (given, soft) = (asked.given, asked.soft);
        let asked = match lang {
            Lang::Nl => format!("De Code vraagt er {given} bij een duidelijk ja en {soft} zonder."),
            Lang::En => format!("The Code asks for {given} on a clear yes and {soft} without one."),
        };
        Self { reached: survey.reached().count() as u64, held, spread, asked }
    }

    /// How many people do not get it.
    pub fn held_back(&self) -> u64 {
        self.held.iter().map(|line| line.count).sum()
    }
}

/// A class of how many share a text, as `5–19`.
fn class(nth: usize, lang: Lang) -> String {
    let from = nth.checked_sub(1).and_then(|nth| CLASSES.get(nth)).map_or(1, |end| end + 1);
    match CLASSES.get(nth) {
        Some(end) if *end == from => from.to_string(),
        Some(end) => format!("{from}–{end}"),
        None => format!("{from} {}", lang.pick("of meer", "or more")),
    }
}

/// One person's mail, or why there is none.
pub struct Sample {
    /// The person.
    pub subject: String,
    /// How they come out of the survey; nothing where they would not get it then.
    pub narrowed: Option<Narrowed>,
    /// The mail.
    pub letter: Result<(Told, Letter), Held>,
}

/// How a mail is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// As it goes.
    Real,
    /// They lead nowhere: whoever looks is not the person.
    Dead,
}

impl Sample {
    /// The mail of one person at a moment.
    pub fn of(
        code: &Code,
        letters: &Letters,
        scope: &Scope<'_>,
        at: At,
        survey: &Survey,
        subject: &str,
        links: Links,
    ) -> Result<Self, Trouble> {
        let place = survey.people.iter().position(|it| it == subject);
        let narrowed = place.and_then(|nth| survey.texts.of(nth));
        let letter = match letters.tell(code, scope, subject, at, narrowed, &[])? {
            Ok(told) => {
                let laid = match links {
                    Links::Real => letters.lay_out(code, scope, subject, at, &told)?,
                    Links::Dead => letters.sketch(code, &told.rendered, told.lang)?,
                };
                Ok((told, laid))
            }
            Err(held) => Err(held),
        };
        Ok(Self { subject: subject.to_owned(), narrowed, letter })
    }
}

/// How many share somebody's text, in a sentence.
pub fn shared(own: Narrowed, lang: Lang) -> String {
    let (shared, before) = (own.shared, own.before);
    match lang {
        Lang::Nl if own.plainer == 0 && shared == 1 => {
            "Niemand anders krijgt precies deze tekst.".to_owned()
        }
        Lang::En if own.plainer == 0 && shared == 1 => {
            "Nobody else gets exactly this text.".to_owned()
        }
        Lang::Nl if own.plainer == 0 => format!("{shared} mensen krijgen precies deze tekst."),
        Lang::Nl => format!(
            "{shared} mensen krijgen precies deze tekst; zoals geschreven waren het er {before}, dus is hij gewoner gemaakt."
        ),
        Lang::En if own.plainer == 0 => format!("{shared} people get exactly this text."),
        Lang::En => format!(
            "{shared} people get exactly this text; as written it was {before}, so it was made plainer."
        ),
    }
}
