//! An answer with its evidence, and when its wording is old.

use maat::code::{Code, Wording};
use maat::ledger::{Consent, Event, Given};
use maat::words::Lang;
use sha2::{Digest, Sha256};

use crate::database::Value;
use crate::entry::Entry;
use crate::error::Result;
use crate::scope::Scope;
use crate::sql;

/// The answer to a choice: withdrawn and expired ones too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The choice of the Code.
    pub choice: String,
    /// The latest yes and the latest no.
    pub consent: Consent,
    /// What proves the yes (GDPR 7(1)); `None` without a yes, or where its entry is gone, which
    /// [`Scope::verify`] reports.
    pub evidence: Option<Evidence>,
}

/// What proves a yes, as its entry has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// SHA-256 of the text that was shown, hexadecimal.
    pub shown: String,
    /// In which language.
    pub lang: Lang,
    /// The word of how it was given.
    pub how: String,
    /// Who recorded it.
    pub recorded_by: String,
}

impl Answer {
    /// An answer, with what its entry says if that is there.
    pub(crate) fn of(choice: &str, consent: Consent, entry: Option<&Entry>) -> Result<Self> {
        let record = entry.map(Entry::record).transpose()?.flatten();
        let evidence = record.and_then(|record| match record.event.as_ref() {
            Event::ConsentGiven { choice: of, shown, lang, how, .. } if of == choice => {
                let (shown, how) = (shown.clone(), how.word().to_owned());
                let recorded_by = record.recorded_by.into_owned();
                Some(Evidence { shown, lang: *lang, how, recorded_by })
            }
            _ => None,
        });
        Ok(Self { choice: choice.to_owned(), consent, evidence })
    }
}

impl Scope<'_> {
    /// The answers of somebody, by choice.
    pub fn consents(&self, subject: &str) -> Result<Vec<Answer>> {
        self.read(|tx| {
            let mut state = self.state(tx, subject)?.unwrap_or_default();
            if let Some(whole) = self.whole_in(tx)?.filter(|whole| whole.floor > 0) {
                state.permit_from(whole.floor, whole.floor_at);
            }
            let consents = state.consents;
            let number = |consent: &Consent| consent.given.map(|given| given.number);
            let sets: Vec<Vec<Value>> = consents
                .values()
                .filter_map(number)
                .map(|number| vec![self.controller().into(), number.cast_signed().into()])
                .collect();
            let mut entries = Vec::with_capacity(sets.len());
            tx.query_many(sql::ENTRY, &sets, &mut |_, row| {
                entries.push(Entry::read(row)?);
                Ok(())
            })?;
            let is_theirs = |entry: &&Entry| entry.subject.as_deref() == Some(subject);
            let entry =
                |number| entries.iter().filter(is_theirs).find(|entry| entry.number == number);
            let all = consents.iter();
            all.map(|(choice, it)| Answer::of(choice, *it, number(it).and_then(entry))).collect()
        })
    }
}

/// The hash of a text that was shown, as [`maat::ledger::Event::ConsentGiven`] keeps it: SHA-256,
/// hexadecimal, of the text in UTF-8.
pub fn shown_hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Whether the wording that was answered is not the newest of the Code, so that the person is to
/// be asked again; the consent keeps its force for what it said. A choice which the Code does not
/// declare any more, and a version which it does not have, are old.
pub fn stale_wording(code: &Code, choice: &str, given: &Given) -> bool {
    let declared = code.declared().choice(choice);
    let newest = declared.and_then(|choice| choice.wording.last());
    newest.is_none_or(|newest| newest.version != given.wording)
}

/// Whether a hash is of these words: letter for letter as the Code has them, or with one of the names of the company
/// where they leave a place for it.
pub fn is_shown(words: &Wording, lang: Lang, names: &[&str], shown: &str) -> bool {
    let filled = names.iter().filter_map(|name| words.asked(lang, name));
    shown_hash(words.declared(lang)) == shown
        || filled.into_iter().any(|it| shown_hash(&it) == shown)
}

/// Whether the text that was shown is what the Code says in that version and language ([`is_shown`]). An import from
/// another system may well have shown something else.
pub fn shown_as_declared(
    code: &Code,
    choice: &str,
    given: &Given,
    evidence: &Evidence,
    names: &[&str],
) -> bool {
    let declared = code.declared().choice(choice);
    declared
        .and_then(|choice| choice.wording.iter().find(|words| words.version == given.wording))
        .is_some_and(|words| is_shown(words, evidence.lang, names, &evidence.shown))
}
