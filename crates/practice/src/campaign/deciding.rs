//! What the gate says to one person at one moment, and the words by it.

use std::collections::BTreeMap;

use maat::code::Code;
use maat::compose::{Medium, Rendered};
use maat::gate::Facts;
use maat::ledger::At;
use maat::mistake::did_you_mean;
use maat_store::Scope;

use crate::campaign::Campaign;
use crate::trouble::{Kind, Trouble};

/// Letters of a value that comes with a request.
const VALUE: usize = 1000;

/// The depth up to which a signal is of the page itself and comes with the request.
const OF_THE_PAGE: u8 = 1;

/// Who is asked about, and what is known of the moment.
pub struct Visit<'a> {
    /// Who; nobody for a visitor without a name.
    pub subject: Option<&'a str>,
    /// Whether they are logged in.
    pub logged_in: bool,
    /// Whether their browser asks not to share.
    pub gpc: bool,
    /// What the page itself is about, by signal.
    pub context: &'a BTreeMap<String, String>,
    /// Where the words go.
    pub medium: Medium,
    /// The slots that are asked for: of the others nothing is opened. Without it, all.
    pub only: Option<&'a [String]>,
}

/// One question about a campaign.
pub struct Deciding<'a> {
    /// The Code.
    pub code: &'a Code,
    /// The campaign.
    pub campaign: &'a Campaign,
    /// Who, and what is known of the moment.
    pub visit: Visit<'a>,
    /// The company's part of the store.
    pub scope: &'a Scope<'a>,
    /// The moment.
    pub now: At,
}

impl Deciding<'_> {
    /// What the gate may know, and the words by its decision.
    pub fn render(&self) -> Result<(Facts, Rendered), Trouble> {
        let (code, visit) = (self.code, &self.visit);
        let mut facts = match visit.subject {
            Some(subject) => self.scope.facts(code, subject, self.now)?,
            None => self.scope.nameless(code, self.now)?,
        };
        facts.person.logged_in = visit.logged_in;
        facts.person.gpc = visit.gpc;
        for (signal, value) in visit.context {
            self.check_context(signal, value)?;
            // It is declared, so it has its place.
            let _ = facts.saw(code, signal, facts.now.day);
        }
        let asked = visit.only.map(|only| move |slot: &str| only.iter().any(|asked| asked == slot));
        let stays = asked.as_ref().map(|stays| stays as &dyn Fn(&str) -> bool);
        let value = &mut |name: &str| match (visit.context.get(name), visit.subject) {
            (Some(value), _) => Ok(Some(value.clone())),
            (None, Some(subject)) => self.scope.value(subject, name),
            (None, None) => Ok(None),
        };
        let rendered = self.campaign.render(code, &facts, visit.medium, stays, value)?;
        Ok((facts, rendered))
    }

    /// Only what is of the page itself may come with a request: the rest is the ledger's, with its
    /// source and its end.
    fn check_context(&self, name: &str, value: &str) -> Result<(), Trouble> {
        let declared = self.code.declared();
        let step = declared.signal(name).and_then(|signal| declared.step_of(signal));
        let Some(step) = step else {
            let known = declared.signals.iter().map(|signal| signal.id.as_str());
            let near = did_you_mean(name, known);
            return Err(Trouble::unknown(("het gegeven", "the signal"), name, &near));
        };
        if step.depth > OF_THE_PAGE {
            return Err(Trouble::new(
                Kind::Unfit,
                format!("`{name}` is niet van de pagina zelf, dus het komt uit het logboek"),
                format!("`{name}` is not of the page itself, so it comes from the ledger"),
            ));
        }
        if value.chars().count() > VALUE {
            return Err(Trouble::new(
                Kind::Unfit,
                format!("`{name}` is langer dan {VALUE} letters"),
                format!("`{name}` is longer than {VALUE} letters"),
            ));
        }
        Ok(())
    }
}
