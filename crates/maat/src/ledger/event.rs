//! What can happen between a company and a person, as the ledger writes it down.

use serde::{Deserialize, Serialize};

use super::{At, Strength};
use crate::words::Lang;

/// The greatest depth there is: as a ceiling, none.
pub const DEEPEST: u8 = 5;

/// The most days between messages that can be asked.
const MOST_DAYS: u32 = 366;

/// One thing that happened. Its JSON is evidence: a field is never renamed, and a new one is
/// optional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Event {
    /// They said yes to a choice (GDPR 4(11), 7(1)), or the law lets it be assumed (soft).
    ConsentGiven {
        /// The choice of the Code.
        choice: String,
        /// How strong the answer is; never none.
        strength: Strength,
        /// The version of the wording they read, 1, 2, 3….
        wording: u32,
        /// SHA-256 of the text that was shown, 64 hexadecimal digits.
        shown: String,
        /// In which language.
        lang: Lang,
        /// How it was given.
        how: How,
        /// When it ends by itself, where it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<At>,
    },
    /// They withdrew it, or refused when asked (GDPR 7(3)).
    ConsentWithdrawn {
        /// The choice of the Code.
        choice: String,
    },
    /// They confirmed their address (double opt-in): evidence about the address alone.
    AddressConfirmed,
    /// They objected to direct marketing (GDPR 21(2)).
    Objected,
    /// They took their objection back, by an initiative of their own.
    ObjectionLifted,
    /// Processing is restricted (GDPR 18).
    Restricted,
    /// The restriction was lifted, after they were told (GDPR 18(3)).
    RestrictionLifted,
    /// A parent consented (GDPR 8).
    ParentalConsentGiven,
    /// A parent withdrew.
    ParentalConsentWithdrawn,
    /// It became known whether they are under 16 (GDPR 8, UAVG 5).
    AgeKnown {
        /// Under 16.
        minor: bool,
    },
    /// Their address was obtained in a sale by this controller (ePrivacy 13(2)).
    SaleRecorded {
        /// When the sale was.
        on: At,
    },
    /// Whether they could refuse when the address was collected and in every message since.
    RefusalOffered {
        /// In every message, the collection included.
        every: bool,
    },
    /// How personal they let marketing be at most (GDPR 25: their own setting).
    CeilingSet {
        /// The greatest depth, 0 to 5; 5 is no ceiling.
        depth: u8,
    },
    /// They asked to be left alone for a while.
    PauseSet {
        /// Until when; nothing where a pause is ended.
        until: Option<At>,
    },
    /// How much time they want between marketing messages.
    RhythmSet {
        /// Days, at most a year; 0 is as the Code has it.
        days: u32,
    },
    /// A signal was seen.
    SignalSeen(Sighted),
    /// A signal was put right (GDPR 16); the value before it is emptied.
    SignalRectified(Sighted),
    /// A signal is to be forgotten (GDPR 17), all else kept.
    SignalForgotten {
        /// The signal of the Code.
        signal: String,
    },
    /// A signal is never to be used: it is forgotten, and kept no more when it is seen again.
    SignalBarred {
        /// The signal of the Code.
        signal: String,
    },
    /// A signal may be kept and used again.
    SignalAllowed {
        /// The signal of the Code.
        signal: String,
    },
    /// A message left.
    MessageSent {
        /// The brief it came from.
        brief: String,
        /// `email`, `web` or `ads`.
        channel: String,
        /// Whether it counts as direct marketing, and so in the cap of a week.
        marketing: bool,
    },
    /// Their address is out of use: it bounced, complained or was erased.
    Suppressed {
        /// Why, without personal data.
        why: String,
    },
    /// Their address may be used again.
    SuppressionLifted {
        /// Why, without personal data.
        why: String,
    },
    /// Somebody decided that they are one person with somebody else, whom it does not name.
    Joined {
        /// Keyed hash of the other's id, 64 hexadecimal digits.
        with: String,
    },
    /// Somebody decided that they are not.
    KeptApart {
        /// Keyed hash of the other's id, 64 hexadecimal digits.
        with: String,
    },
    /// They made use of a right; it is due within one month (GDPR 12(3)).
    RequestReceived {
        /// An id of the caller's choosing, unique for the person.
        request: String,
        /// Which right.
        right: Right,
    },
    /// The request was answered.
    RequestAnswered {
        /// The id of the request.
        request: String,
        /// What was answered, in a few words.
        outcome: String,
    },
    /// Somebody was erased (GDPR 17). It names nobody.
    Erased {
        /// Keyed hash of the subject, 64 hexadecimal digits.
        subject: String,
        /// The entries that were emptied, ascending.
        emptied: Vec<u64>,
    },
    /// Expired signals were removed (GDPR 5(1)(e)). It names nobody.
    Swept {
        /// The signal of the Code.
        signal: String,
        /// How many.
        count: u64,
    },
}

/// A signal, as it was seen or put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighted {
    /// The signal of the Code.
    pub signal: String,
    /// Its value, as text.
    pub value: String,
    /// Where it came from, for the person to read (GDPR 14(2)(f)).
    pub source: String,
    /// When it was seen.
    pub on: At,
    /// When it ends, where that is before the Code's retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<At>,
}

/// How a consent was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum How {
    /// On a form or page.
    Form {
        /// Which one.
        place: String,
    },
    /// On a form, and then confirmed from the address itself.
    DoubleOptIn {
        /// Which one.
        place: String,
    },
    /// Taken over from another system, which has the evidence.
    Import {
        /// Which system and file.
        from: String,
    },
    /// A customer's address for own similar products (ePrivacy 13(2), Tw 11.7): all must hold.
    SoftOptIn {
        /// When the sale was in which the address was obtained.
        sale: At,
        /// They could refuse when it was collected.
        offered_at_collection: bool,
        /// They could refuse in every message since.
        offered_since: bool,
        /// It is for own similar products.
        own_similar: bool,
    },
    /// A weighed legitimate interest (GDPR 6(1)(f)).
    LegitimateInterest {
        /// Where the balancing test stands.
        balance: String,
    },
}

impl How {
    /// The word of its kind.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Form { .. } => "form",
            Self::DoubleOptIn { .. } => "double_opt_in",
            Self::Import { .. } => "import",
            Self::SoftOptIn { .. } => "soft_opt_in",
            Self::LegitimateInterest { .. } => "legitimate_interest",
        }
    }
}

/// The rights a person can ask for (GDPR 15 to 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Article 15.
    Access,
    /// Article 16.
    Rectification,
    /// Article 17.
    Erasure,
    /// Article 18.
    Restriction,
    /// Article 20.
    Portability,
    /// Article 21: heeded from the moment it is received.
    Objection,
}

impl Right {
    /// All of them, by article.
    pub const ALL: [Self; 6] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
    ];

    /// The word used in files and pages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
        }
    }

    /// Reads its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.word() == word)
    }
}

impl Event {
    /// The word of its kind, as in its JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ConsentGiven { .. } => "consent_given",
            Self::ConsentWithdrawn { .. } => "consent_withdrawn",
            Self::AddressConfirmed => "address_confirmed",
            Self::Objected => "objected",
            Self::ObjectionLifted => "objection_lifted",
            Self::Restricted => "restricted",
            Self::RestrictionLifted => "restriction_lifted",
            Self::ParentalConsentGiven => "parental_consent_given",
            Self::ParentalConsentWithdrawn => "parental_consent_withdrawn",
            Self::AgeKnown { .. } => "age_known",
            Self::SaleRecorded { .. } => "sale_recorded",
            Self::RefusalOffered { .. } => "refusal_offered",
            Self::CeilingSet { .. } => "ceiling_set",
            Self::PauseSet { .. } => "pause_set",
            Self::RhythmSet { .. } => "rhythm_set",
            Self::SignalSeen(_) => "signal_seen",
            Self::SignalRectified(_) => "signal_rectified",
            Self::SignalForgotten { .. } => "signal_forgotten",
            Self::SignalBarred { .. } => "signal_barred",
            Self::SignalAllowed { .. } => "signal_allowed",
            Self::MessageSent { .. } => "message_sent",
            Self::Suppressed { .. } => "suppressed",
            Self::SuppressionLifted { .. } => "suppression_lifted",
            Self::Joined { .. } => "joined",
            Self::KeptApart { .. } => "kept_apart",
            Self::RequestReceived { .. } => "request_received",
            Self::RequestAnswered { .. } => "request_answered",
            Self::Erased { .. } => "erased",
            Self::Swept { .. } => "swept",
        }
    }

    /// Whether it takes something away that may be done with somebody or what is known of them, so
    /// that of two dates it can have, the later is the strict one.
    pub const fn restricts(&self) -> bool {
        match self {
            Self::ConsentWithdrawn { .. }
            | Self::Objected
            | Self::Restricted
            | Self::ParentalConsentWithdrawn
            | Self::SignalForgotten { .. }
            | Self::SignalBarred { .. }
            | Self::Suppressed { .. }
            | Self::PauseSet { until: Some(_) }
            | Self::RequestReceived { right: Right::Objection, .. } => true,
            Self::AgeKnown { minor } => *minor,
            Self::RefusalOffered { every } => !*every,
            Self::CeilingSet { depth } => *depth < DEEPEST,
            Self::RhythmSet { days } => *days > 0,
            _ => false,
        }
    }

    /// The event as it can be at a moment: a signal was seen by then, whatever a clock said.
    #[must_use]
    pub fn seen_by(mut self, at: At) -> Self {
        if let Self::SignalSeen(seen) | Self::SignalRectified(seen) = &mut self {
            seen.on = seen.on.min(at);
        }
        self
    }

    /// What keeps the event from being true at the moment it is dated, if anything does: an answer
    /// that is none, a soft opt-in without all of its conditions, a day that has not come.
    pub fn flaw(&self, at: At) -> Option<&'static str> {
        match self {
            Self::ConsentGiven { strength, shown, how, .. } => {
                consent_flaw(*strength, shown, how, at)
            }
            Self::SaleRecorded { on } if *on > at => Some("the sale is later than the event"),
            Self::SignalSeen(seen) | Self::SignalRectified(seen) if seen.on > at => {
                Some("the signal is seen later than the event")
            }
            Self::CeilingSet { depth } if *depth > DEEPEST => {
                Some("the ceiling is no depth from 0 to 5")
            }
            Self::RhythmSet { days } if *days > MOST_DAYS => {
                Some("the time between messages is more than a year")
            }
            _ => None,
        }
    }
}

fn consent_flaw(strength: Strength, shown: &str, how: &How, at: At) -> Option<&'static str> {
    if strength == Strength::None {
        return Some("a consent of strength none is a withdrawal");
    }
    if shown.len() != 64 || !shown.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Some("the hash of the wording is not 64 hexadecimal digits");
    }
    let assumed = matches!(how, How::SoftOptIn { .. } | How::LegitimateInterest { .. });
    if assumed != (strength == Strength::Soft) {
        return Some("soft is a soft opt-in or a legitimate interest, and these are only soft");
    }
    match how {
        How::SoftOptIn { sale, .. } if *sale > at => Some("the sale is later than the consent"),
        How::SoftOptIn { offered_at_collection: false, .. } => {
            Some("they could not refuse when the address was collected (ePrivacy 13(2))")
        }
        How::SoftOptIn { offered_since: false, .. } => {
            Some("they could not refuse in every message since (ePrivacy 13(2))")
        }
        How::SoftOptIn { own_similar: false, .. } => {
            Some("it is not for own similar products (ePrivacy 13(2))")
        }
        _ => None,
    }
}
