//! The brief: a campaign as the marketer writes it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bounds;
use crate::code::{Channel, Code, SlotKind};
use crate::ledger::Written;
use crate::mistake::{InBrief, Mistake, Mistakes};
use crate::words::Lang;

/// The slot whose words are the subject of a mail.
pub const SUBJECT: &str = "subject";

/// A campaign, as it stands in `brief.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Brief {
    /// Its id.
    pub id: String,
    /// Its title, for people.
    pub title: String,
    /// The company in whose name the message goes.
    pub controller: String,
    /// Where it appears.
    pub channel: Channel,
    /// Why it is sent: the id of a purpose of the Code.
    pub purpose: String,
    /// When it is planned to leave, on the clock of the Code's time zone; without it, now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned: Option<String>,
    /// Whether it is about the company's own, similar products (ePrivacy 13(2)).
    #[serde(default)]
    pub own_similar_products: bool,
    /// Where the customer reads why they get it.
    #[serde(default)]
    pub explanation: Explained,
    /// True sender and reachable address (Tw 11.7).
    #[serde(default)]
    pub sender: Option<Sender>,
    /// The three questions, answered in words.
    #[serde(default)]
    pub questions: Questions,
    /// What an advertisement discloses (DSA 26(1)).
    #[serde(default)]
    pub ad: Option<Ad>,
    /// How AI took part in the words.
    #[serde(default)]
    pub ai: Option<Ai>,
    /// A claim of urgency or scarcity, and what proves it.
    #[serde(default)]
    pub urgency: Option<Urgency>,
    /// An effect on people that is legal or similarly significant (GDPR 22).
    #[serde(default)]
    pub effect: Option<Effect>,
    /// Whether a benefit depends on giving consent (GDPR 7(4)).
    #[serde(default)]
    pub benefit_depends_on_consent: bool,
    /// The seller of bought data, as the customer reads it.
    #[serde(default)]
    pub bought_from: String,
    /// Whether a personalised price is said to be one (CRD 6(1)(ea)).
    #[serde(default)]
    pub price_disclosed: bool,
    /// Where the impact assessment stands (GDPR 35).
    #[serde(default)]
    pub assessment: String,
    /// The parts of the message.
    #[serde(default)]
    pub slot: Vec<Slot>,
    /// The language of the texts; Dutch where it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<Lang>,
    /// How a mail is laid out; without it, in the layout of Maat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailLayout>,
    /// How the recipients are chosen: by which signals, and why.
    #[serde(default)]
    pub select: Vec<Select>,
    /// The reviewers' signatures.
    #[serde(default, skip_serializing)]
    pub review: Vec<Review>,
}

/// Where the explanation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Explained {
    /// In sight, beside or below the message.
    InSight,
    /// In small print.
    SmallPrint,
    /// Nowhere; also when the brief does not say.
    #[default]
    Nowhere,
}

/// Who sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The true name.
    pub name: String,
    /// An address that is read.
    pub address: String,
}

/// The three questions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Questions {
    /// Is it relevant to the customer, or mostly to us?
    pub relevant: String,
    /// Is it clear why they get it?
    pub clear: String,
    /// Would I like to get it?
    pub welcome: String,
}

/// What an advertisement discloses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ad {
    /// Whether it is marked as an advertisement.
    pub labelled: bool,
    /// For whom.
    pub on_behalf_of: String,
    /// Who paid.
    pub paid_by: String,
    /// Whether the main parameters, and how to change them, are shown.
    pub parameters_shown: bool,
}

/// How AI took part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ai {
    /// Whether the message says so.
    pub labelled: bool,
    /// The person who approved the words; empty for nobody.
    #[serde(default)]
    pub approved_by: String,
}

/// A claim of urgency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Urgency {
    /// The words, as "only today".
    pub claim: String,
    /// What proves them, as live stock and a real end time; empty for nothing.
    #[serde(default)]
    pub proof: String,
}

/// A significant effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effect {
    /// What it is.
    pub what: String,
    /// Whether a person reviews it when asked.
    pub human_review: bool,
}

/// One part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: SlotKind,
    /// The signals it uses; without any it is plain.
    #[serde(default)]
    pub uses: Vec<String>,
    /// Whether its words name the behaviour ("you bought…").
    #[serde(default)]
    pub names_behaviour: bool,
    /// The personal version.
    #[serde(default)]
    pub text: String,
    /// What stands there instead when a signal may not be used; without it the message is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// The same in another language, by its code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub translated: BTreeMap<Lang, Words>,
}

impl Slot {
    /// Its words in a language: the personal version and the plain one. `None` where it has words,
    /// and not in that language.
    pub fn words(&self, written_in: Lang, lang: Lang) -> Option<(&str, Option<&str>)> {
        let nothing = self.text.trim().is_empty() && self.plain.is_none();
        if lang == written_in || nothing {
            return Some((&self.text, self.plain.as_deref()));
        }
        let other = self.translated.get(&lang)?;
        let whole = self.plain.is_none() || other.plain.is_some();
        whole.then_some((&other.text, other.plain.as_deref()))
    }
}

/// The words of a slot in another language than the brief's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The personal version.
    #[serde(default)]
    pub text: String,
    /// The plain version; needed where the slot itself has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
}

/// How a mail is laid out. `{{ slot }}` stands for the words of a slot, already decided on: a layout
/// reaches no signal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailLayout {
    /// The body in MJML. Why, choices and unsubscribing are set below it, whatever it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mjml: Option<String>,
    /// The part in plain text; without it, the words of the slots below one another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whether it is counted how often the links of the layout are clicked, never by whom.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub count_clicks: bool,
}

/// A choice of recipients by signals: that is using them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Select {
    /// The signals the recipients are chosen by.
    pub by: Vec<String>,
    /// Why, in words.
    pub why: String,
}

/// One reviewer's signature: void once the brief or the Code is edited.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// Who signs.
    pub by: String,
    /// On which day.
    pub on: String,
    /// [`Brief::content_hash`] of what they read.
    pub brief: String,
    /// [`Code::hash`] of the Code under which they read it. A signature that names none is void.
    #[serde(default)]
    pub code: String,
}

impl fmt::Display for Review {
    /// As it stands at the end of a brief. The name holds neither quotes nor backslashes: whoever
    /// takes one in refuses those.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { by, on, brief, code } = self;
        write!(
            f,
            "[[review]]\nby = \"{by}\"\non = \"{on}\"\nbrief = \"{brief}\"\ncode = \"{code}\"\n"
        )
    }
}

impl Brief {
    /// Reads a brief; a mistake carries its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        let brief: Self = bounds::toml(file, text)?;
        match &brief.planned {
            Some(planned) if Written::parse(planned).is_none() => Err(Mistake {
                // A comment may speak of what is planned: the key begins its line.
                line: text
                    .lines()
                    .position(|line| line.trim_start().starts_with("planned"))
                    .map(|nth| nth + 1),
                ..Mistake::new(file, InBrief::NoMoment { planned: planned.clone() })
            }
            .into()),
            _ => Ok(brief),
        }
    }

    /// SHA-256 over everything but the signatures, in hexadecimal. Comments and layout do not
    /// count; any change of content does.
    pub fn content_hash(&self) -> String {
        // Writing plain structs with string keys to memory cannot fail; an empty text would only
        // make every signature void, which refuses.
        let content = serde_json::to_string(self).unwrap_or_default();
        hex::encode(Sha256::digest(content.as_bytes()))
    }

    /// The language its texts are written in.
    pub fn own_lang(&self) -> Lang {
        self.lang.unwrap_or_default()
    }

    /// The languages in which every slot has its words, its own first.
    pub fn langs(&self) -> Vec<Lang> {
        let written_in = self.own_lang();
        let mut all = vec![written_in];
        let other = if written_in == Lang::Nl { Lang::En } else { Lang::Nl };
        all.extend(
            self.slot.iter().all(|slot| slot.words(written_in, other).is_some()).then_some(other),
        );
        all
    }

    /// A signature under exactly this brief and this Code.
    pub fn sign(&self, code: &Code, by: &str, on: &str) -> Review {
        Review {
            by: by.to_owned(),
            on: on.to_owned(),
            brief: self.content_hash(),
            code: code.hash().to_owned(),
        }
    }

    /// The people who have signed exactly this brief under exactly this Code, each once, in the
    /// order they signed.
    pub fn reviewers(&self, code: &Code) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for review in self.reviews(code, true) {
            let name = review.by.trim();
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// How many different people have signed exactly this brief under exactly this Code.
    pub fn valid_reviewers(&self, code: &Code) -> u8 {
        u8::try_from(self.reviewers(code).len()).unwrap_or(u8::MAX)
    }

    /// The signatures that no longer fit the brief or the Code.
    pub fn void_reviews(&self, code: &Code) -> Vec<&Review> {
        self.reviews(code, false)
    }

    /// The signatures that hold, or those that do not.
    fn reviews(&self, code: &Code, hold: bool) -> Vec<&Review> {
        let hash = self.content_hash();
        let holds = |it: &Review| it.brief == hash && it.code == code.hash();
        self.review.iter().filter(|it| holds(it) == hold).collect()
    }
}
