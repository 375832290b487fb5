//! What people do, as it is written down.

use maat::words::Lang;

/// What people do in the console, as the audit trail has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Gave a password and a one-time code that were right.
    SignedIn,
    /// Gave a password or a code that was wrong.
    SignInFailed,
    /// Ended this session.
    SignedOut,
    /// Ended all their sessions.
    SignedOutEverywhere,
    /// Took an app for one-time codes into use.
    Enrolled,
    /// Signed in with a recovery code, which holds once.
    RecoveryUsed,
    /// Saved a version of a brief.
    BriefSaved,
    /// Made a brief of a file.
    BriefImported,
    /// Took a brief along as a file.
    BriefExported,
    /// Signed a brief as a reviewer.
    BriefSigned,
    /// Had the gate judge a brief for everybody on record.
    GateRun,
    /// Had counted who would get a campaign.
    MailPreviewed,
    /// Read the mail that one customer would get.
    MailViewed,
    /// Had a campaign leave.
    MailingBegun,
    /// Had a mailing go on that was paused or that nobody sent.
    MailingResumed,
    /// Held a mailing until somebody has it go on.
    MailingPaused,
    /// Ended a mailing for good.
    MailingStopped,
    /// Read what is on record of one customer.
    PersonViewed,
    /// Took along all that is on record of one customer (GDPR Article 15).
    PersonExported,
    /// Put a signal of a customer right (GDPR Article 16).
    PersonRectified,
    /// Recorded or lifted an objection or a restriction (GDPR Articles 18 and 21).
    PersonMarked,
    /// Decided whether two ids are one person.
    KinshipDecided,
    /// Erased what is on record of a customer (GDPR Article 17).
    PersonErased,
    /// Answered a request of a customer (GDPR Article 12).
    RequestAnswered,
    /// Had the chain of the ledger verified.
    LedgerVerified,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 25] = [
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
        Self::KinshipDecided,
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
            Self::KinshipDecided => (
                "kinship_decided",
                "besloot of twee nummers één persoon zijn",
                "decided whether two ids are one person",
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
