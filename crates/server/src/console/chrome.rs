//! What stands around every page of the console: who is there, where they can go.

use maat::ledger::At;
use maat::words::Lang;
use serde::Serialize;

use super::door::{Visit, Who};
use crate::serve::{Page, Problem, Service};

#[derive(Debug, Serialize)]
struct Framed<T> {
    token: String,
    who: Option<Me>,
    here: &'static str,
    own: T,
}

#[derive(Debug, Serialize)]
struct Me {
    name: String,
    role: &'static str,
    writes: bool,
    guards: bool,
    sends: bool,
    controller: String,
    controllers: Vec<String>,
}

/// A role, in words.
pub const fn role(role: maat_store::Role, lang: Lang) -> &'static str {
    match role {
        maat_store::Role::Marketer => lang.pick("marketeer", "marketer"),
        maat_store::Role::Officer => lang.pick("privacy officer", "privacy officer"),
        maat_store::Role::Admin => lang.pick("beheerder", "administrator"),
    }
}

/// A page of the console. `here` is the part of it that the page belongs to.
pub fn page(
    visit: &Visit,
    who: Option<&Who>,
    template: &'static str,
    here: &'static str,
    own: impl Serialize,
) -> Page {
    let who = who.map(|who| Me {
        name: who.name.clone(),
        role: role(who.role, visit.lang),
        writes: who.role.writes(),
        guards: who.role.guards(),
        sends: who.role.sends(),
        controller: who.controller.to_string(),
        controllers: who.controllers.iter().map(ToString::to_string).collect(),
    });
    Page::new(template, visit.lang, Framed { token: visit.token.clone(), who, here, own })
}

/// What people do in the console, as the audit trail has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    SignedIn,
    SignInFailed,
    SignedOut,
    SignedOutEverywhere,
    Enrolled,
    RecoveryUsed,
    BriefSaved,
    BriefImported,
    BriefExported,
    BriefSigned,
    GateRun,
    MailPreviewed,
    MailViewed,
    MailingBegun,
    MailingResumed,
    MailingPaused,
    MailingStopped,
    PersonViewed,
    PersonExported,
    PersonRectified,
    PersonMarked,
    PersonErased,
    RequestAnswered,
    LedgerVerified,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 24] = [
        Self::SignedIn,
        Self::SignInFailed,
        Self::SignedOut,
        Self::SignedOutEverywhere,
        Self::Enrolled,
        Self::RecoveryUsed,
        Self::BriefSaved,
        Self::BriefImported,
        Self::BriefExported,
        Self::BriefSigned,
        Self::GateRun,
        Self::MailPreviewed,
        Self::MailViewed,
        Self::MailingBegun,
        Self::MailingResumed,
        Self::MailingPaused,
        Self::MailingStopped,
        Self::PersonViewed,
        Self::PersonExported,
        Self::PersonRectified,
        Self::PersonMarked,
        Self::PersonErased,
        Self::RequestAnswered,
        Self::LedgerVerified,
    ];

    /// Its word in the trail, and what people read.
    const fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::SignedIn => ("signed_in", "meldde zich aan", "signed in"),
            Self::SignInFailed => ("sign_in_failed", "aanmelden mislukte", "failed to sign in"),
            Self::SignedOut => ("signed_out", "meldde zich af", "signed out"),
            Self::SignedOutEverywhere => {
                ("signed_out_everywhere", "meldde zich overal af", "signed out everywhere")
            }
            Self::Enrolled => ("enrolled", "stelde codes in", "set up one-time codes"),
            Self::RecoveryUsed => {
                ("recovery_used", "gebruikte een herstelcode", "used a recovery code")
            }
            Self::BriefSaved => ("brief_saved", "bewaarde een briefing", "saved a brief"),
            Self::BriefImported => ("brief_imported", "las een briefing in", "imported a brief"),
            Self::BriefExported => {
                ("brief_exported", "nam een briefing mee als bestand", "exported a brief")
            }
            Self::BriefSigned => ("brief_signed", "tekende een briefing", "signed a brief"),
            Self::GateRun => {
                ("gate_run", "toetste een briefing voor iedereen", "ran a brief for everybody")
            }
            Self::MailPreviewed => (
                "mail_previewed",
                "liet een campagne vooraf tellen",
                "had a campaign counted beforehand",
            ),
            Self::MailViewed => {
                ("mail_viewed", "bekeek de mail aan een klant", "viewed the mail to a customer")
            }
            Self::MailingBegun => ("mailing_begun", "begon een verzending", "began a mailing"),
            Self::MailingResumed => {
                ("mailing_resumed", "liet een verzending verdergaan", "had a mailing go on")
            }
            Self::MailingPaused => {
                ("mailing_paused", "pauzeerde een verzending", "paused a mailing")
            }
            Self::MailingStopped => {
                ("mailing_stopped", "stopte een verzending", "stopped a mailing")
            }
            Self::PersonViewed => ("person_viewed", "bekeek een klant", "viewed a customer"),
            Self::PersonExported => (
                "person_exported",
                "nam de gegevens van een klant mee",
                "exported a customer's data",
            ),
            Self::PersonRectified => {
                ("person_rectified", "zette een gegeven recht", "put a signal right")
            }
            Self::PersonMarked => (
                "person_marked",
                "legde bezwaar of beperking vast, of hief die op",
                "recorded or lifted an objection or restriction",
            ),
            Self::PersonErased => ("person_erased", "wiste een klant", "erased a customer"),
            Self::RequestAnswered => {
                ("request_answered", "beantwoordde een verzoek", "answered a request")
            }
            Self::LedgerVerified => {
                ("ledger_verified", "liet het logboek nakijken", "had the ledger verified")
            }
        }
    }

    /// Its word in the trail.
    pub const fn word(self) -> &'static str {
        self.told().0
    }

    /// What people read.
    pub const fn label(self, lang: Lang) -> &'static str {
        let (_, nl, en) = self.told();
        lang.pick(nl, en)
    }
}

/// Writes down what somebody did.
pub fn audit(
    service: &Service,
    who: &Who,
    deed: Deed,
    about: &str,
    subject: Option<&str>,
) -> Result<(), Problem> {
    let scope = service.scope(&who.controller);
    Ok(scope.audit(service.now(), &who.name, deed.word(), about, subject)?)
}

/// A moment as people write it, on the clock of a controller's Code.
pub fn written(service: &Service, who: &Who, lang: Lang, at: At) -> String {
    crate::store::written(at, service.code(&who.controller), lang)
}
