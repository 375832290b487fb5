//! Answers given in a consent banner of a website. A yes counts only to the words of the Code, letter for letter;
//! a no always does, also when it is said again, and is recorded first and by itself. A yes that stood already is
//! not recorded again. What is unfit is refused by itself: its neighbours are recorded.

use std::collections::BTreeSet;

use maat::ledger::{At, Event, How, Strength, SubjectId};
use maat_store::{Answer, Arrival, Draft, Kind as Of, is_shown, shown_hash};
use serde::Deserialize;

use super::consents::{choice_of, place};
use super::tcf::{Purposes, Signal};
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// When answers were given, as the page says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// By a click that this page saw.
    Now,
    /// Before this page: it is what the banner still knows. It brings no yes, and a no only where none stands.
    Before,
}

/// How much is recorded of what is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// Everything.
    All,
    /// Every no and no yes: whoever says it was here a while ago.
    Refusals,
    /// A no where none stands yet, and no yes.
    News,
}

/// A yes, and how it comes in.
#[derive(Debug)]
struct Yes {
    event: Event,
    arrival: Arrival,
}

/// The answers of one banner, checked, for somebody or for nobody.
pub struct Answers<'a> {
    company: &'a Company<'a>,
    subject: Option<&'a SubjectId>,
    /// The banner, as it is recorded.
    by: String,
    /// What is on record of them.
    known: Vec<Answer>,
    /// The choices that are refused, each with the date of the string that brings it, where one does.
    no: Vec<(Option<At>, String)>,
    yes: Vec<Yes>,
}

impl<'a> Answers<'a> {
    /// No answers yet, of a banner by its name.
    pub fn of(
        company: &'a Company<'a>,
        subject: Option<&'a SubjectId>,
        banner: &str,
    ) -> Result<Self, Trouble> {
        let known = subject.map(|subject| company.scope.consents(subject)).transpose()?;
        let by = format!("consent banner ({})", banner.trim());
        let known = known.unwrap_or_default();
        Ok(Self { company, subject, by, known, no: Vec::new(), yes: Vec::new() })
    }

    /// Adds a no: also to what the Code does not declare any more, by whoever answered it.
    pub fn refuse(&mut self, choice: &str) -> Result<(), Trouble> {
        if self.own(choice).is_none() {
            choice_of(self.company.code, choice)?;
        }
        self.no.push((None, choice.to_owned()));
        Ok(())
    }

    /// Adds a yes, with the words that were shown.
    pub fn agree(&mut self, choice: &str, words: &str, banner: &str) -> Result<(), Trouble> {
        let event = yes(self.company, choice, words, banner)?;
        self.yes.push(Yes { event, arrival: Arrival::Live });
        Ok(())
    }

    /// Adds what an IAB TC string says, by what the settings say its purposes stand for; gives whether it says yes
    /// to any.
    pub fn add_signal(
        &mut self,
        purposes: &Purposes,
        text: &str,
        said: Option<Said>,
    ) -> Result<bool, Trouble> {
        let Signal { at, of_today, yes, no, unread } =
            purposes.read(text, self.company.now, self.company.lang)?;
        let agrees = !yes.is_empty();
        self.no.extend(no.into_iter().map(|(at, choice)| (Some(at), choice)));
        if agrees && at > self.company.now {
            return Err(Trouble::new(
                Kind::Unfit,
                "deze TC-string is van later dan nu: wat erin geweigerd is telt, een ja niet",
                "this TC string is of later than now: what it refuses counts, a yes does not",
            ));
        }
        for event in yes {
            let Some(choice) = chosen(&event) else { continue };
            let live = of_today
                && match said {
                    Some(said) => said == Said::Now,
                    None => self.is_no_of_this_banner(choice)?,
                };
            let arrival = if live { Arrival::Live } else { Arrival::Dated(at.into()) };
            self.yes.push(Yes { event, arrival });
        }
        unread.map_or(Ok(agrees), Err)
    }

    /// The choices that are answered.
    pub fn choices(&self) -> impl Iterator<Item = &str> {
        let yes = self.yes.iter().filter_map(|yes| chosen(&yes.event));
        yes.chain(self.no.iter().map(|(_, choice)| choice.as_str()))
    }

    fn own(&self, choice: &str) -> Option<&Answer> {
        self.known.iter().find(|answer| answer.choice == choice)
    }

    /// Whether a choice stands at a no that this very banner brought. A string says no more than the day it is of,
    /// so that of two strings of one day only their order here tells which is the later.
    fn is_no_of_this_banner(&self, choice: &str) -> Result<bool, Trouble> {
        let Some(subject) = self.subject else { return Ok(false) };
        if !self.own(choice).is_some_and(|own| own.consent.is_no()) {
            return Ok(false);
        }
        let (mut last, mut own) = (None, false);
        loop {
            let page = self.company.scope.history(subject, last, 1000)?;
            let Some(end) = page.last() else { return Ok(own) };
            last = Some(end.number);
            for entry in &page {
                let Some(record) = entry.record()? else { continue };
                if matches!(record.event.as_ref(), Event::ConsentWithdrawn { choice: of } if of == choice)
                {
                    own = record.recorded_by == self.by;
                }
            }
        }
    }

    /// Records what does not stand already: refusals first and by themselves, and no yes to what is refused in the
    /// same breath. Gives how many entries that took.
    pub fn record(self, taking: Taking) -> Result<usize, Trouble> {
        let Some(subject) = self.subject else { return Ok(0) };
        let (company, by) = (self.company, By::subject(&self.by));
        by.check()?;
        let refused: BTreeSet<&str> = self.no.iter().map(|(_, choice)| choice.as_str()).collect();
        let news = refused.iter().filter(|choice| !self.says_no(choice, taking));
        let no = news.map(|choice| Event::ConsentWithdrawn { choice: (*choice).to_owned() });
        // Whoever is known by nothing may have been erased since the banner was answered.
        let is_here = taking == Taking::All || company.scope.standing(subject)?.is_some();
        let arrival = if is_here { Arrival::Live } else { Arrival::Undated };
        let no: Vec<Draft> =
            no.map(|event| Draft { arrival, ..Draft::now(subject, by.name, event) }).collect();
        let mut count = self.append(&no)?;
        if taking == Taking::All {
            let yes = self.yes.iter().filter(|yes| !self.says_yes(yes));
            let yes = yes.filter(|yes| chosen(&yes.event).is_some_and(|it| !refused.contains(it)));
            let draft = |yes: &Yes| Draft {
                arrival: yes.arrival,
                ..Draft::now(subject, by.name, yes.event.clone())
            };
            count += self.append(&yes.map(draft).collect::<Vec<_>>())?;
        }
        Ok(count)
    }

    fn append(&self, drafts: &[Draft]) -> Result<usize, Trouble> {
        if drafts.is_empty() {
            return Ok(0);
        }
        match self.company.scope.append(self.company.now, drafts) {
            Ok(_) => Ok(drafts.len()),
            // Of whoever was erased nothing is left to withdraw.
            Err(error) if error.kind == Of::Erased => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the ledger says this no already. One that is said again is later than a yes that may still be
    /// delivered; a string that comes again is not.
    fn says_no(&self, choice: &str, taking: Taking) -> bool {
        let Some(own) = self.own(choice).map(|own| own.consent) else { return false };
        if taking == Taking::News {
            return own.is_no();
        }
        let mut of_strings = self.no.iter().filter(|(_, of)| of == choice).map(|(at, _)| *at);
        let there = |at: Option<At>| own.withdrawn.zip(at).is_some_and(|(no, at)| no >= at);
        own.strength(self.company.now) == Strength::None && of_strings.all(there)
    }

    /// Whether the ledger says this yes already, or something newer than it.
    fn says_yes(&self, yes: &Yes) -> bool {
        let Event::ConsentGiven { choice, shown, .. } = &yes.event else { return false };
        self.own(choice).is_some_and(|own| {
            let newer = match yes.arrival {
                Arrival::Dated(span) => own.consent.given.is_some_and(|it| it.at >= span.from),
                Arrival::Live | Arrival::Undated => false,
            };
            let counts = own.consent.strength(self.company.now) >= Strength::Given;
            newer || counts && own.evidence.as_ref().is_some_and(|proof| proof.shown == *shown)
        })
    }
}

/// The choice that an answer is about.
fn chosen(event: &Event) -> Option<&str> {
    match event {
        Event::ConsentGiven { choice, .. } | Event::ConsentWithdrawn { choice } => Some(choice),
        _ => None,
    }
}

fn yes(company: &Company<'_>, choice: &str, words: &str, at: &str) -> Result<Event, Trouble> {
    let (choice, shown, lang) = (choice_of(company.code, choice)?, words.trim(), company.lang);
    // The words of the Code or, where they leave a place for the name of the company, those with it.
    let hash = shown_hash(shown);
    let declared =
        choice.wording.iter().rfind(|words| is_shown(words, lang, &company.names, &hash));
    let words = declared.ok_or_else(|| {
        let newest = choice.wording.last().map_or("", |words| words.declared(lang));
        Trouble::new(
            Kind::Unfit,
            format!("wat de banner toonde, is niet wat de Code bij `{}` vraagt", choice.id),
            format!("what the banner showed is not what the Code asks at `{}`", choice.id),
        )
        .with("words", newest.into())
    })?;
    Ok(Event::ConsentGiven {
        choice: choice.id.clone(),
        // A click on a banner is a clear act, and no express statement.
        strength: Strength::Given,
        wording: words.version,
        shown: hash,
        lang,
        how: How::Form { place: format!("consent banner ({})", place(at)?) },
        expires: None,
    })
}
