//! The mails of one campaign: what the gate lets out to each person, in words.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use maat::brief::Brief;
use maat::code::{Code, Until};
use maat::compose::{Medium, Rendered, Templates, explanation};
use maat::gate::{Decision, Facts, Proposal, Verdict};
use maat::ledger::{Address, At};
use maat::mistake::{InBrief, Mistake, Mistakes};
use maat::precision::Narrowed;
use maat::words::Lang;
pub use maat_channels::Parts;
use maat_channels::{Footer, Layout};
use maat_store::Scope;

use crate::brief;
use crate::campaign::{Campaign, no_mail};
use crate::links::pass::Pass;
use crate::links::receipt::Receipt;
use crate::links::stop::Stop;
use crate::links::way;
use crate::trouble::Trouble;

/// Days that a link in a mail opens the preference centre: a mail may be passed on.
const OPEN: i64 = 30;

/// A campaign by mail, read and checked.
#[derive(Debug)]
pub struct Letters {
    /// The brief as it stands.
    pub proposal: Proposal,
    words: BTreeMap<Lang, Words>,
    public_url: String,
    led: OnceLock<Vec<String>>,
}

/// The words of a campaign in one language.
#[derive(Debug)]
struct Words {
    campaign: Campaign,
    layout: Layout,
}

/// A mail to one person, laid out.
#[derive(Debug)]
pub struct Letter {
    /// Its subject and parts.
    pub parts: Parts,
    /// Why they get it.
    pub explanation: String,
    /// Where one click stops it.
    pub unsubscribe: String,
}

/// Why somebody gets no mail.
#[derive(Debug)]
pub enum Held {
    /// There is no address.
    NoAddress,
    /// The gate refuses: what it said.
    Refused(Box<Decision>),
}

impl Held {
    /// The rule that it rests on, or a reason of the channel's own.
    pub fn rule(&self) -> &str {
        match self {
            Self::NoAddress => no_mail::NO_ADDRESS,
            Self::Refused(decision) => decision.refused_by().map_or("", |reason| &reason.rule.id),
        }
    }

    /// When it passes by itself, where it does.
    pub fn until(&self) -> Option<Until> {
        match self {
            Self::NoAddress => None,
            Self::Refused(decision) => decision.refused_until(),
        }
    }
}

/// What the gate let out to somebody, not laid out yet.
#[derive(Debug)]
pub struct Told {
    /// The words of the slots, and the decision of what was really used.
    pub rendered: Rendered,
    /// What the gate knew.
    pub facts: Facts,
    /// Where it would go.
    pub to: Address,
    /// In which language.
    pub lang: Lang,
}

impl Letters {
    /// Reads a brief, its words in each language, and its layout.
    pub fn read(code: &Code, path: &Path, public_url: &str) -> Result<Self, Mistakes> {
        let shown = path.display().to_string();
        Self::of(brief::propose(code, path)?, &shown, public_url)
    }

    /// The mails of a brief that was read; `shown` is where it stands.
    pub fn of(proposal: Proposal, shown: &str, public_url: &str) -> Result<Self, Mistakes> {
        let brief = proposal.brief();
        if brief.channel != maat::code::Channel::Email {
            let channel = brief.channel.word().to_owned();
            return Err(Mistake::new(shown, InBrief::NoMail { channel }).into());
        }
        let mut words = BTreeMap::new();
        for lang in brief.langs() {
            let templates = Templates::in_lang(&proposal, shown, lang)?;
            let layout = Layout::new(brief, lang, shown)?;
            words.insert(
                lang,
                Words { campaign: Campaign::new(proposal.clone(), templates), layout },
            );
        }
        Ok(Self {
            proposal,
            words,
            public_url: public_url.trim_end_matches('/').to_owned(),
            led: OnceLock::new(),
        })
    }

    /// The brief.
    pub fn brief(&self) -> &Brief {
        self.proposal.brief()
    }

    /// Has the links that are counted lead over this service, as they do in the mails of a mailing. Without
    /// this, as in a preview, they lead where they say.
    pub fn count_clicks(&self, scope: &Scope<'_>, mailing: &str, now: At) -> Result<(), Trouble> {
        // One layout is that of all languages.
        let links = self.words.values().next().map(|words| words.layout.links());
        if let Some(links) = links.filter(|links| !links.is_empty()) {
            let led = way::lead(scope, mailing, links, &self.public_url, now)?;
            self.led.get_or_init(|| led);
        }
        Ok(())
    }

    /// The plain text of each slot, by language, in the order of [`Self::langs`].
    pub fn plain(&self) -> Vec<Vec<Option<u64>>> {
        let own = self.brief().own_lang();
        let plain = |lang: &Lang| {
            let slots = self.brief().slot.iter();
            let plain = slots.map(|slot| slot.words(own, *lang).and_then(|(_, plain)| plain));
            plain.map(|plain| plain.map(maat::precision::fingerprint)).collect()
        };
        self.words.keys().map(plain).collect()
    }

    /// The languages, in a fixed order.
    pub fn langs(&self) -> Vec<Lang> {
        self.words.keys().copied().collect()
    }

    /// Asks the gate about one person, and makes the words. `plainer` holds what must be plain for
    /// how few would share it; `perhaps_sent` when other messages may have left of which nobody knows.
    pub fn tell(
        &self,
        code: &Code,
        scope: &Scope<'_>,
        subject: &str,
        now: At,
        plainer: Option<Narrowed>,
        perhaps_sent: &[At],
    ) -> Result<Result<Told, Held>, Trouble> {
        let Some((to, facts)) = facts(code, scope, subject, now, perhaps_sent)? else {
            return Ok(Err(Held::NoAddress));
        };
        let lang = self.lang_of(scope, subject)?;
        let words = self.words.get(&lang).ok_or_else(no_words)?;
        let place = |id: &str| self.brief().slot.iter().position(|slot| slot.id == id);
        let plainer = plainer.filter(|own| own.plainer != 0);
        let stays = plainer
            .map(|plainer| move |id: &str| place(id).is_none_or(|part| !plainer.is_plainer(part)));
        let stays = stays.as_ref().map(|stays| stays as &dyn Fn(&str) -> bool);
        let value = &mut |name: &str| scope.value(subject, name);
        let rendered = words.campaign.render(code, &facts, Medium::Text, stays, value)?;
        if rendered.decision.verdict == Verdict::Refuse {
            return Ok(Err(Held::Refused(Box::new(rendered.decision))));
        }
        Ok(Ok(Told { rendered, facts, to, lang }))
    }

    /// Why somebody gets no mail, in the language of whoever looks.
    pub fn why(&self, code: &Code, held: &Held, lang: Lang) -> String {
        match held {
            Held::NoAddress => no_mail::words(code, held.rule(), lang),
            Held::Refused(decision) => explanation(lang, code, &self.proposal, decision),
        }
    }

    /// Lays out what the gate let out.
    pub fn lay_out(
        &self,
        code: &Code,
        scope: &Scope<'_>,
        subject: &str,
        now: At,
        told: &Told,
    ) -> Result<Letter, Trouble> {
        let Told { rendered, facts, lang, .. } = told;
        let lang = *lang;
        let words = self.words.get(&lang).ok_or_else(no_words)?;
        let explanation = explanation(lang, code, &self.proposal, &rendered.decision);
        let receipt = Receipt::of(code, facts, rendered, &self.brief().id, subject, now, lang);
        let why = receipt.link(scope, &self.public_url)?;
        let pass = Pass::new(subject, now, false).path(scope, now.plus_days(OPEN))?;
        let stop = Stop::of(&self.proposal, subject);
        let unsubscribe = format!("{}{}", self.public_url, stop.path(scope, now)?);
        let choices = format!("{}{pass}?lang={}", self.public_url, lang.word());
        let led = self.led.get().map_or_else(|| words.layout.links(), Vec::as_slice);
        let footer = Footer {
            explanation: &explanation,
            why: &why,
            choices: &choices,
            unsubscribe: &unsubscribe,
            led: way::may_count(&facts.person).then_some(led),
        };
        let parts =
            words.layout.fill(rendered, &footer).map_err(|error| Trouble::fault(error.0))?;
        Ok(Letter { parts, explanation, unsubscribe })
    }

    /// Lays it out to be looked at: whoever looks is not the person, so the links lead nowhere.
    pub fn sketch(&self, code: &Code, rendered: &Rendered, lang: Lang) -> Result<Letter, Trouble> {
        let words = self.words.get(&lang).ok_or_else(no_words)?;
        let explanation = explanation(lang, code, &self.proposal, &rendered.decision);
        let nowhere = format!("{}/#", self.public_url);
        let footer = Footer {
            explanation: &explanation,
            why: &nowhere,
            choices: &nowhere,
            unsubscribe: &nowhere,
            led: Some(words.layout.links()),
        };
        let parts =
            words.layout.fill(rendered, &footer).map_err(|error| Trouble::fault(error.0))?;
        Ok(Letter { parts, explanation, unsubscribe: nowhere })
    }

    /// The words for somebody who is made up: facts that are given, and for each signal its name in
    /// place of a value. `personal` is false where all stays plain.
    pub fn example(
        &self,
        code: &Code,
        facts: &Facts,
        lang: Lang,
        personal: bool,
    ) -> Result<Rendered, Trouble> {
        let words = self.words.get(&lang).ok_or_else(no_words)?;
        // A part that uses nothing is plain already.
        let plain =
            |id: &str| self.brief().slot.iter().any(|slot| slot.id == id && slot.uses.is_empty());
        let stays = (!personal).then_some(&plain as &dyn Fn(&str) -> bool);
        let value = &mut |name: &str| {
            let signal = code.declared().signal(name);
            Ok(Some(format!("[{}]", signal.map_or(name, |it| it.label.get(lang)))))
        };
        Ok(words.campaign.render(code, facts, Medium::Text, stays, value)?)
    }

    /// The language in which somebody answered, where the brief speaks it; else the brief's own.
    fn lang_of(&self, scope: &Scope<'_>, subject: &str) -> Result<Lang, Trouble> {
        let own = self.brief().own_lang();
        if self.words.len() < 2 {
            return Ok(own);
        }
        let answers = scope.consents(subject)?;
        let given = answers.iter().filter_map(|answer| {
            let given = answer.consent.given.as_ref()?;
            Some((given.at, answer.evidence.as_ref()?.lang))
        });
        Ok(given.max_by_key(|(at, _)| *at).map_or(own, |(_, lang)| lang))
    }
}

/// What the gate may know of somebody now; nothing where they have no address any more. Each message that may have left
/// counts as sent.
pub fn facts(
    code: &Code,
    scope: &Scope<'_>,
    subject: &str,
    now: At,
    perhaps_sent: &[At],
) -> Result<Option<(Address, Facts)>, Trouble> {
    let Some(to) = scope.addresses(subject)?.into_iter().next() else { return Ok(None) };
    let facts = scope.facts_reaching(code, subject, &to, now, perhaps_sent)?;
    Ok(Some((to, facts)))
}

fn no_words() -> Trouble {
    Trouble::fault("the brief has no words in this language")
}

/// What is wrong with the layout of a brief, in its own language.
pub fn check_own_layout(brief: &Brief, shown: &str) -> Result<(), Mistakes> {
    Layout::new(brief, brief.own_lang(), shown).map(|_| ())
}
