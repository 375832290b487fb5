//! The TC string of a consent banner: one vendor's purposes, and the choices they stand for.

use std::collections::BTreeMap;

use maat::code::Code;
use maat::ledger::tcf::{TcString, Withheld};
use maat::ledger::{At, Event, How, Strength};
use maat::mistake::{InMapping, Mistake, near};
use maat::words::Lang;
use maat_store::shown_hash;
use serde::Deserialize;

use crate::trouble::{Kind, Trouble};

/// A banner asks again at least every 13 months, so an answer holds no longer.
pub const MONTHS: u32 = 13;

/// `[serve.web.tcf]`: one vendor's part of a TC string.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TcfSettings {
    /// The company's number in IAB Europe's list of vendors.
    pub vendor: u16,
    /// The choice of the Code that each TCF purpose stands for: `1 = "device"`.
    pub purposes: BTreeMap<String, String>,
}

/// The vendor and its purposes, as the settings have them.
#[derive(Debug)]
pub struct Purposes {
    vendor: u16,
    purposes: Vec<(u8, String)>,
}

impl Purposes {
    /// Checks the settings.
    pub fn check(settings: &TcfSettings, code: &Code) -> Result<Self, Vec<Mistake>> {
        let wrong = |kind: InMapping| Mistake::new("[serve.web.tcf]", kind);
        let (mut mistakes, mut purposes) = (Vec::new(), Vec::new());
        if settings.vendor == 0 {
            mistakes.push(wrong(InMapping::NoVendor));
        }
        for (purpose, choice) in &settings.purposes {
            let number = purpose.parse().ok().filter(|number| (1..=11).contains(number));
            let Some(number) = number else {
                mistakes.push(wrong(InMapping::NoTcfPurpose { purpose: purpose.clone() }));
                continue;
            };
            if code.declared().choice(choice).is_none() {
                let known = code.declared().choices.iter().map(|choice| choice.id.as_str());
                let near = near(choice, known);
                let choice = choice.clone();
                mistakes.push(wrong(InMapping::ChoiceNotInCode { choice, near }));
            }
            purposes.push((number, choice.clone()));
        }
        let own = Self { vendor: settings.vendor, purposes };
        if mistakes.is_empty() { Ok(own) } else { Err(mistakes) }
    }

    /// What a string says: events for the choices it answers. A yes is dated as the string is, so that
    /// an old one never undoes a withdrawal; a no counts from now. Somebody who was not shown the
    /// vendor, or was asked under an old policy, answered nothing.
    pub fn events(&self, text: &str, now: At, lang: Lang) -> Result<Vec<(At, Event)>, Trouble> {
        let string = TcString::parse(text).map_err(|fault| {
            Trouble::new(
                Kind::Unfit,
                format!("dit is geen TC-string die geldt: {fault}"),
                format!("this is no TC string that holds: {fault}"),
            )
        })?;
        let at = At(i64::try_from(string.last_updated).unwrap_or(i64::MAX).saturating_mul(1000));
        if at > now {
            return Err(Trouble::new(
                Kind::Unfit,
                "deze TC-string is van later dan nu",
                "this TC string is of later than now",
            ));
        }
        let answers = string.consents(self.vendor);
        if matches!(answers.withheld, Some(Withheld::OldPolicy | Withheld::NotDisclosed)) {
            return Ok(Vec::new());
        }
        let answered = |(purpose, choice): &(u8, String)| {
            let never_asked = *purpose == 1 && string.purpose_one_undisclosed;
            if answers.to(*purpose) {
                let given = Event::ConsentGiven {
                    choice: choice.clone(),
                    strength: Strength::Given,
                    // None of the Code's wordings: what was read is the standard text of the purpose.
                    wording: 0,
                    shown: shown_hash(&standard_text(&string, *purpose)),
                    lang: string.consent_language.parse().unwrap_or(lang),
                    how: How::Form { place: format!("consent banner, IAB TC string {text}") },
                    expires: Some(at.plus_months(MONTHS)),
                };
                return Some((at, given));
            }
            let refused = !never_asked && !answers.restricted.contains(*purpose);
            refused.then(|| (at, Event::ConsentWithdrawn { choice: choice.clone() }))
        };
        Ok(self.purposes.iter().filter_map(answered).collect())
    }
}

/// Which standard text a banner showed: the Framework fixes it by these, word for word.
pub fn standard_text(string: &TcString, purpose: u8) -> String {
    format!(
        "IAB TCF purpose {purpose}, vendor list {}, policy {}, language {}",
        string.vendor_list_version, string.policy_version, string.consent_language
    )
}
