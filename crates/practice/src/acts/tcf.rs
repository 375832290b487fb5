//! The TC string of a consent banner: one vendor's purposes, and the choices they stand for.

use std::collections::BTreeMap;

use maat::code::Code;
use maat::ledger::tcf::{Gpp, OptOut, TcFault, TcString, UsNational, Withheld, Wrong};
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
    /// The choice of the Code that each TCF purpose stands for: `1 = "device"`; and of the GPP section US national,
    /// what opting out of `sale`, `sharing` and `targeted` says no to.
    pub purposes: BTreeMap<String, String>,
}

/// What somebody opts out of in the GPP section US national.
const OPT_OUTS: [&str; 3] = ["sale", "sharing", "targeted"];

/// Milliseconds within which a string of a day may have been made: some write the day of their own zone.
const DAY: i64 = 36 * 3_600_000;

/// What a string says of the choices of the Code.
#[derive(Debug)]
pub struct Signal {
    /// The day it is of.
    pub at: At,
    /// Whether it may have been made today.
    pub of_today: bool,
    /// What is agreed to.
    pub yes: Vec<Event>,
    /// The choices that are refused, each with the day that the string bears.
    pub no: Vec<(At, String)>,
    /// A part that could not be read.
    pub unread: Option<Trouble>,
}

/// The vendor and its purposes, as the settings have them.
#[derive(Debug)]
pub struct Purposes {
    vendor: u16,
    numbered: Vec<(u8, String)>,
    /// What opting out by the GPP section US national stands for: of the sale, sharing, or targeting.
    opt_outs: Vec<(String, String)>,
}

impl Purposes {
    /// Checks the settings.
    pub fn check(settings: &TcfSettings, code: &Code) -> Result<Self, Vec<Mistake>> {
        let wrong = |kind: InMapping| Mistake::new("[serve.web.tcf]", kind);
        let (mut mistakes, mut purposes, mut opt_outs) = (Vec::new(), Vec::new(), Vec::new());
        if settings.vendor == 0 {
            mistakes.push(wrong(InMapping::NoVendor));
        }
        for (purpose, choice) in &settings.purposes {
            let number = purpose.parse().ok().filter(|number| (1..=11).contains(number));
            let is_opt_out = OPT_OUTS.contains(&purpose.as_str());
            if number.is_none() && !is_opt_out {
                mistakes.push(wrong(InMapping::NoTcfPurpose { purpose: purpose.clone() }));
                continue;
            }
            if code.declared().choice(choice).is_none() {
                let known = code.declared().choices.iter().map(|choice| choice.id.as_str());
                let near = near(choice, known);
                let choice = choice.clone();
                mistakes.push(wrong(InMapping::ChoiceNotInCode { choice, near }));
            }
            purposes.extend(number.map(|number| (number, choice.clone())));
            if is_opt_out {
                opt_outs.push((purpose.clone(), choice.clone()));
            }
        }
        let own = Self { vendor: settings.vendor, numbered: purposes, opt_outs };
        if mistakes.is_empty() { Ok(own) } else { Err(mistakes) }
    }

    /// What a string says of the choices. A yes bears the date of the string; a no is a choice, and counts from
    /// now. Somebody who was not shown the vendor, or was asked under an old policy, answered nothing.
    pub fn read(&self, text: &str, now: At, lang: Lang) -> Result<Signal, Trouble> {
        let mut read =
            Signal { at: now, of_today: false, yes: Vec::new(), no: Vec::new(), unread: None };
        if !Gpp::is(text) {
            self.take(&mut read, &TcString::parse(text).map_err(refused)?, text, lang);
            return Ok(read);
        }
        let Gpp { tcf, us } = Gpp::parse(text).map_err(refused)?;
        if tcf.is_none() && us.is_none() {
            return Err(refused(TcFault { segment: 1, bit: 12, what: Wrong::NoSection }));
        }
        match tcf {
            Some(Ok(string)) => self.take(&mut read, &string, text, lang),
            Some(Err(fault)) => read.unread = Some(refused(fault)),
            None => {}
        }
        match us {
            Some(Ok(us)) => self.take_opt_outs(&mut read, us),
            Some(Err(fault)) => read.unread = Some(refused(fault)),
            None => {}
        }
        Ok(read)
    }

    fn take(&self, read: &mut Signal, string: &TcString, text: &str, lang: Lang) {
        let now = read.at;
        let at = At(i64::try_from(string.last_updated).unwrap_or(i64::MAX).saturating_mul(1000));
        read.at = at;
        read.of_today = (0..DAY).contains(&now.0.saturating_sub(at.0));
        let answers = string.consents(self.vendor);
        if matches!(answers.withheld, Some(Withheld::OldPolicy | Withheld::NotDisclosed)) {
            return;
        }
        for (purpose, choice) in &self.numbered {
            let never_asked = *purpose == 1 && string.purpose_one_undisclosed;
            if answers.to(*purpose) {
                read.yes.push(Event::ConsentGiven {
                    choice: choice.clone(),
                    strength: Strength::Given,
                    // None of the Code's wordings: what was read is the standard text of the purpose.
                    wording: 0,
                    shown: shown_hash(&standard_text(string, *purpose)),
                    lang: string.consent_language.parse().unwrap_or(lang),
                    how: How::Form { place: format!("consent banner, IAB TC string {text}") },
                    expires: Some(at.plus_months(MONTHS)),
                });
            } else if !never_asked && !answers.restricted.contains(*purpose) {
                read.no.push((at, choice.clone()));
            }
        }
    }

    /// Whoever opted out said no; whoever did not said nothing. The section bears no date.
    fn take_opt_outs(&self, read: &mut Signal, us: UsNational) {
        let out = |name: &str| match name {
            "sale" => us.gpc || us.sale == OptOut::OptedOut,
            "sharing" => us.gpc || us.sharing == OptOut::OptedOut,
            _ => us.targeted == OptOut::OptedOut,
        };
        let refused = self.opt_outs.iter().filter(|(name, _)| out(name));
        read.no.extend(refused.map(|(_, choice)| (At::FIRST, choice.clone())));
    }
}

fn refused(fault: TcFault) -> Trouble {
    Trouble::new(
        Kind::Unfit,
        format!("dit is geen TC-string die geldt: {fault}"),
        format!("this is no TC string that holds: {fault}"),
    )
}

/// Which standard text a banner showed: the Framework fixes it by these, word for word.
pub fn standard_text(string: &TcString, purpose: u8) -> String {
    format!(
        "IAB TCF purpose {purpose}, vendor list {}, policy {}, language {}",
        string.vendor_list_version, string.policy_version, string.consent_language
    )
}
