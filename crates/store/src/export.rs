//! Access and portability: everything known of somebody, for them to read and take along
//! (GDPR 15, 20).

use std::io::Write;

use maat::ledger::{At, Event, Mark, Signal, Standing};
use maat::spreadsheet::Sheet;
use serde::Serialize;

use crate::consent::Answer;
use crate::entry::Entry;
use crate::error::{Error, Result};
use crate::known::Known;
use crate::message::Message;
use crate::outbox::MailingRow;
use crate::request::Request;
use crate::scope::{Scope, check_subject};

/// Everything known of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// The company that holds it.
    pub controller: String,
    /// The person.
    pub subject: String,
    /// When this was made.
    pub made: At,
    /// Their mail addresses.
    pub addresses: Vec<String>,
    /// How they stand: what was said and since when.
    pub standing: Vec<Fact>,
    /// What they set themselves.
    pub wishes: Vec<WishRow>,
    /// Their answers to every choice.
    pub consents: Vec<ConsentRow>,
    /// Their signals, with source and end.
    pub signals: Vec<SignalRow>,
    /// The messages they got.
    pub messages: Vec<Message>,
    /// The mailings that they stand in, and how each stands for them.
    pub mailings: Vec<MailingRow>,
    /// What they asked by their rights.
    pub requests: Vec<Request>,
    /// Everything that was recorded, in order.
    pub history: Vec<HistoryRow>,
}

/// One thing about how somebody stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What.
    pub what: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// Since when; for a sale, when it was.
    pub at: At,
}

/// One thing they set themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WishRow {
    /// `ceiling` (the greatest depth, 0 to 5), `pause` (until when), `rhythm` (days between
    /// messages) or `never` (a signal that is not to be used).
    pub what: &'static str,
    /// What they set; nothing for a pause that was ended.
    pub value: String,
    /// Since when.
    pub at: At,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConsentRow {
    /// The choice.
    pub choice: String,
    /// How strong it is at the moment of the export.
    pub now: &'static str,
    /// How strong the latest yes was.
    pub strength: Option<&'static str>,
    /// The version of the wording.
    pub wording: Option<u32>,
    /// SHA-256 of what was shown.
    pub shown: Option<String>,
    /// In which language.
    pub lang: Option<&'static str>,
    /// How it was given.
    pub how: Option<String>,
    /// When.
    pub at: Option<At>,
    /// When it ends by itself.
    pub expires: Option<At>,
    /// When it was last withdrawn or refused.
    pub withdrawn: Option<At>,
    /// Who recorded it.
    pub recorded_by: Option<String>,
    /// The entry that proves it.
    pub number: Option<u64>,
}

/// One signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignalRow {
    /// Its name.
    pub signal: String,
    /// Its value.
    pub value: String,
    /// Where it came from.
    pub source: String,
    /// When it was seen.
    pub seen: At,
    /// When it ends, where that is before the Code's retention.
    pub expires: Option<At>,
}

/// One thing that was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HistoryRow {
    /// Its number.
    pub number: u64,
    /// When it happened.
    pub at: At,
    /// The date that was claimed, where that was ahead of when it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<At>,
    /// What kind of thing.
    pub kind: String,
    /// Who recorded it; none once emptied.
    pub recorded_by: Option<String>,
    /// What it was; none once emptied.
    pub event: Option<Event>,
}

impl Scope<'_> {
    /// Everything known of somebody, of one moment. Of somebody unknown all of it is empty.
    pub fn export(&self, subject: &str, now: At) -> Result<Export> {
        check_subject(subject)?;
        let (known, entries) = self.known(subject)?;
        let Known { standing, consents, signals, barred, requests, messages, .. } = known;
        let bars = barred.into_iter().filter(|(_, mark)| mark.holds);
        let never = bars.map(|(value, mark)| WishRow { what: "never", value, at: mark.at });
        let consents = consents.into_iter().map(|(choice, consent)| {
            let number = consent.given.map(|given| given.number);
            let entry = entries.iter().find(|entry| Some(entry.number) == number);
            Answer::of(&choice, consent, entry).map(|answer| consent_row(answer, now))
        });
        let consents = consents.collect::<Result<_>>()?;
        let history = entries.iter().map(history).collect::<Result<_>>()?;
        Ok(Export {
            controller: self.controller().to_owned(),
            subject: subject.to_owned(),
            made: now,
            addresses: self.addresses(subject)?.iter().map(ToString::to_string).collect(),
            standing: standing.as_ref().map(facts).unwrap_or_default(),
            wishes: standing.as_ref().map(wishes).into_iter().flatten().chain(never).collect(),
            consents,
            signals: signals.into_values().filter_map(signal_row).collect(),
            messages,
            mailings: self.mailings_of(subject)?,
            requests: requests.into_values().collect(),
            history,
        })
    }
}

fn history(entry: &Entry) -> Result<HistoryRow> {
    let (number, at, kind) = (entry.number, entry.at, entry.kind.clone());
    let Some(record) = entry.record()? else {
        return Ok(HistoryRow { number, at, claimed: None, kind, recorded_by: None, event: None });
    };
    let (recorded_by, event) = (record.recorded_by.into_owned(), record.event.into_owned());
    let (recorded_by, event) = (Some(recorded_by), Some(event));
    Ok(HistoryRow { number, at, claimed: record.claimed, kind, recorded_by, event })
}

fn facts(standing: &Standing) -> Vec<Fact> {
    let holding = |at| Mark { holds: true, at, overrules: None };
    let marks = [
        ("objected", standing.objected),
        ("suppressed", standing.suppressed),
        ("restricted", standing.restricted),
        ("minor", standing.minor),
        ("parental", standing.parental),
        ("refusal_offered", standing.refusal),
        ("confirmed", standing.confirmed.map(holding)),
        ("sale", standing.sale.map(holding)),
    ];
    let said = marks.into_iter().filter_map(|(what, mark)| mark.map(|mark| (what, mark)));
    said.map(|(what, mark)| Fact { what, holds: mark.holds, at: mark.at }).collect()
}

fn wishes(standing: &Standing) -> Vec<WishRow> {
    let until = |until: Option<At>| until.map(|at| at.to_string()).unwrap_or_default();
    let set = [
        standing.ceiling.map(|wish| ("ceiling", wish.value.to_string(), wish.at)),
        standing.pause.map(|wish| ("pause", until(wish.value), wish.at)),
        standing.rhythm.map(|wish| ("rhythm", wish.value.to_string(), wish.at)),
    ];
    set.into_iter().flatten().map(|(what, value, at)| WishRow { what, value, at }).collect()
}

fn consent_row(answer: Answer, now: At) -> ConsentRow {
    let (given, evidence) = (answer.consent.given, answer.evidence);
    ConsentRow {
        choice: answer.choice,
        now: answer.consent.strength(now).word(),
        strength: given.map(|given| given.strength.word()),
        wording: given.map(|given| given.wording),
        at: given.map(|given| given.at),
        expires: given.and_then(|given| given.expires),
        number: given.map(|given| given.number),
        withdrawn: answer.consent.withdrawn,
        lang: evidence.as_ref().map(|proof| proof.lang.word()),
        shown: evidence.as_ref().map(|proof| proof.shown.clone()),
        how: evidence.as_ref().map(|proof| proof.how.clone()),
        recorded_by: evidence.map(|proof| proof.recorded_by),
    }
}

fn signal_row(signal: Signal) -> Option<SignalRow> {
    let known = signal.known?;
    Some(SignalRow {
        signal: known.signal,
        value: known.value,
        source: known.source,
        seen: known.on,
        expires: known.expires,
    })
}

impl Export {
    /// As JSON, indented.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self)
            .map_err(|_| Error::input("the export", "it cannot be written as JSON", "report this"))
    }

    /// As CSV for portability (GDPR 20): one table, `what, name, value, at, until, source`.
    pub fn csv(&self, to: impl Write) -> Result<()> {
        let mut out = Sheet::new(to);
        let text = |at: Option<At>| at.map(|at| at.to_string()).unwrap_or_default();
        let mut rows: Vec<[String; 6]> =
            vec![["what", "name", "value", "at", "until", "source"].map(str::to_owned)];
        let mut row = |what: &str, name: &str, value: String, at, until, source: &str| {
            let (what, name, source) = (what.to_owned(), name.to_owned(), source.to_owned());
            rows.push([what, name, value, text(at), text(until), source]);
        };
        for address in &self.addresses {
            row("address", "mail", address.clone(), None, None, "");
        }
        for fact in &self.standing {
            row("standing", fact.what, fact.holds.to_string(), Some(fact.at), None, "");
        }
        for wish in &self.wishes {
            row("wish", wish.what, wish.value.clone(), Some(wish.at), None, "");
        }
        for consent in &self.consents {
            let until = consent.withdrawn.or(consent.expires);
            let how = consent.how.as_deref().unwrap_or_default();
            row("consent", &consent.choice, consent.now.to_owned(), consent.at, until, how);
        }
        for one in &self.signals {
            let value = one.value.clone();
            row("signal", &one.signal, value, Some(one.seen), one.expires, &one.source);
        }
        for one in &self.messages {
            row("message", &one.brief, String::new(), Some(one.at), None, &one.channel);
        }
        for one in &self.mailings {
            let why = one.why.as_deref().unwrap_or_default();
            row("mailing", &one.mailing, one.state.clone(), Some(one.at), None, why);
        }
        for one in &self.requests {
            let right = one.right.map(maat::ledger::Right::word).unwrap_or_default();
            let outcome = one.outcome.clone().unwrap_or_default();
            row("request", right, outcome, one.received, one.answered.or(one.due), &one.request);
        }
        let written = rows.iter().try_for_each(|row| out.row(row.iter().map(String::as_str)));
        written.and_then(|()| out.flush()).map_err(|_| {
            Error::input(
                "the export",
                "it cannot be written there",
                "make room, or write elsewhere",
            )
        })
    }
}
