//! IAB TC strings, taken over into consents.

use maat::ledger::tcf::{Gpp, TcFault, TcString, Withheld, Wrong};
use maat::ledger::{At, Event, How, Strength};
use maat::mistake::InMapping;
use maat_store::shown_hash;

use crate::acts::tcf::{MONTHS, standard_text};
use crate::import::consents::ConsentPlan;
use crate::import::map::{Cell, Checker, TcfTable};
use crate::import::reject::Reason;
use crate::import::row::RowReader;

/// A column of TC strings: one vendor's, with the TCF purposes and the choices they stand for.
#[derive(Debug)]
pub struct Strings {
    cell: Cell,
    vendor: u16,
    purposes: Vec<(u8, String)>,
}

impl Strings {
    pub fn check(table: &TcfTable, checker: &mut Checker<'_>) -> Self {
        let cell = checker.cell(&table.string);
        if *table.vendor.get_ref() == 0 {
            checker.wrong(table.vendor.span().start, InMapping::NoVendor);
        }
        if table.purposes.is_empty() {
            checker.wrong(table.vendor.span().start, InMapping::NoPurposeMapped);
        }
        let mut purposes = Vec::new();
        for (purpose, choice) in &table.purposes {
            let number = purpose.get_ref().parse().ok().filter(|it| (1..=11).contains(it));
            if number.is_none() {
                let none = InMapping::NoTcfPurpose { purpose: purpose.get_ref().clone() };
                checker.wrong(purpose.span().start, none);
            }
            if let (Some(choice), Some(number)) = (checker.choice(choice), number) {
                purposes.push((number, choice.id.clone()));
            }
        }
        Self { cell, vendor: *table.vendor.get_ref(), purposes }
    }

    /// What a TC string says. Its own date counts, which is a day: whatever else they said that
    /// day, the strictest stands. Somebody who was not shown the vendor, or was asked under an old
    /// policy, answered nothing.
    pub fn row<'a>(&'a self, plan: &'a ConsentPlan, row: &mut RowReader<'a>) {
        let Some(text) = self.cell.get(row.cells) else { return };
        let string = match of_europe(text) {
            Ok(string) => string,
            Err(fault) => {
                return row.wrong_with(&self.cell, Reason::TcString, &fault.to_string());
            }
        };
        let at = At(i64::try_from(string.last_updated).unwrap_or(i64::MAX).saturating_mul(1000));
        if at > row.setting.now {
            return row.wrong_with(&self.cell, Reason::Future, "LastUpdated");
        }
        let answers = string.consents(self.vendor);
        if matches!(answers.withheld, Some(Withheld::OldPolicy | Withheld::NotDisclosed)) {
            return;
        }
        for (purpose, choice) in &self.purposes {
            let never_asked = *purpose == 1 && string.purpose_one_undisclosed;
            if answers.to(*purpose) {
                yes(plan, row, (&string, text), at, (*purpose, choice));
            } else if !never_asked && !answers.restricted.contains(*purpose) {
                plan.withdraw(choice, Some(at), row);
            }
        }
    }
}

/// A TC string, by itself or as the section EU TCF v2 of a GPP string.
fn of_europe(text: &str) -> Result<TcString, TcFault> {
    if !Gpp::is(text) {
        return TcString::parse(text);
    }
    let none = TcFault { segment: 1, bit: 12, what: Wrong::NoSection };
    Gpp::parse(text)?.tcf.unwrap_or(Err(none))
}

fn yes<'a>(
    plan: &'a ConsentPlan,
    row: &mut RowReader<'a>,
    (string, text): (&TcString, &str),
    at: At,
    (purpose, choice): (u8, &str),
) {
    let spoken = string.consent_language.parse().ok();
    let lang = spoken.or_else(|| plan.lang(row));
    let (Some(lang), Some(by)) = (lang, plan.by(row)) else { return };
    row.say(
        at,
        by,
        Event::ConsentGiven {
            choice: choice.to_owned(),
            strength: Strength::Given,
            // None of the Code's wordings: what was read is the standard text of the purpose.
            wording: 0,
            shown: shown_hash(&standard_text(string, purpose)),
            lang,
            how: How::Import { from: format!("{}, IAB TC string {text}", plan.from) },
            expires: Some(at.plus_months(MONTHS)),
        },
    );
}
