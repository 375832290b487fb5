//! Answers given in a consent banner of a website. A yes counts only to the words of the Code, letter for letter;
//! a no always does, also when it is said again. A yes that stood already is not recorded again.

use maat::code::Code;
use maat::ledger::{At, Event, How, Strength, SubjectId};
use maat::words::Lang;
use maat_store::{Answer, Arrival, Draft, shown_hash};

use super::consents::{choice_of, place};
use super::tcf::Purposes;
use crate::company::{By, Company};
use crate::trouble::{Kind, Trouble};

/// The answers of one banner, checked; each with the date of the string that brings it, where one does.
#[derive(Debug, Default)]
pub struct Answers(Vec<(Option<At>, Event)>);

impl Answers {
    /// Adds an answer: a yes with the words that were shown, or a no without.
    pub fn add(
        &mut self,
        company: &Company<'_>,
        choice: &str,
        words: Option<&str>,
        place: &str,
    ) -> Result<(), Trouble> {
        self.0.push((None, event(company.code, choice, words, place, company.lang)?));
        Ok(())
    }

    /// Adds what an IAB TC string says, by what the settings say its purposes stand for.
    pub fn add_tcf(
        &mut self,
        company: &Company<'_>,
        purposes: &Purposes,
        text: &str,
    ) -> Result<(), Trouble> {
        let all = purposes.events(text, company.now, company.lang)?;
        self.0.extend(all.into_iter().map(|(at, event)| (Some(at), event)));
        Ok(())
    }

    /// The choices that are answered.
    pub fn choices(&self) -> Vec<String> {
        let choices = self.0.iter().filter_map(|(_, event)| chosen(event));
        choices.map(str::to_owned).collect()
    }

    /// Records what does not stand already; gives how many entries that took.
    pub fn record(
        self,
        company: &Company<'_>,
        by: By<'_>,
        subject: &SubjectId,
    ) -> Result<usize, Trouble> {
        let known = company.scope.consents(subject)?;
        let drafts: Vec<Draft> = self
            .0
            .into_iter()
            .filter(|(at, event)| !stands(*at, event, &known, company.now))
            .map(|(at, event)| {
                // A no is live, whatever the date of the string that brings it.
                let arrival = Arrival::at_or_live(at.filter(|_| !event.restricts()));
                Draft { arrival, ..Draft::now(subject, by.name, event) }
            })
            .collect();
        if !drafts.is_empty() {
            company.scope.append(company.now, &drafts)?;
        }
        Ok(drafts.len())
    }
}

/// The choice that an answer is about.
fn chosen(event: &Event) -> Option<&str> {
    match event {
        Event::ConsentGiven { choice, .. } | Event::ConsentWithdrawn { choice } => Some(choice),
        _ => None,
    }
}

/// Whether the ledger says so already.
fn stands(at: Option<At>, event: &Event, known: &[Answer], now: At) -> bool {
    let own = |choice: &str| known.iter().find(|answer| answer.choice == choice);
    match event {
        Event::ConsentGiven { choice, shown, .. } => own(choice).is_some_and(|own| {
            let newer = own.consent.given.zip(at).is_some_and(|(given, at)| given.at >= at);
            let counts = own.consent.strength(now) >= Strength::Given;
            newer || counts && own.evidence.as_ref().is_some_and(|proof| proof.shown == *shown)
        }),
        // A no that is said again is later than a yes that may still be delivered; a string that comes again is not.
        Event::ConsentWithdrawn { choice } => own(choice).is_some_and(|own| {
            let there = own.consent.withdrawn.zip(at).is_some_and(|(no, at)| no >= at);
            there && own.consent.strength(now) == Strength::None
        }),
        _ => false,
    }
}

fn event(
    code: &Code,
    choice: &str,
    words: Option<&str>,
    at: &str,
    lang: Lang,
) -> Result<Event, Trouble> {
    let choice = choice_of(code, choice)?;
    let Some(shown) = words.map(str::trim) else {
        return Ok(Event::ConsentWithdrawn { choice: choice.id.clone() });
    };
    let declared = choice.wording.iter().rfind(|words| lang.pick(&words.nl, &words.en) == shown);
    let words = declared.ok_or_else(|| {
        let newest = choice.wording.last().map_or("", |words| lang.pick(&words.nl, &words.en));
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
        shown: shown_hash(shown),
        lang,
        how: How::Form { place: format!("consent banner ({})", place(at)?) },
        expires: None,
    })
}
