//! The ledger of the demo: the customers of the committed excerpt of Online Retail, with the MADE answers
//! that stand beside them (examples/ATTRIBUTION.md). Their days are moved so that the data end today.

use std::collections::BTreeMap;

use maat::code::Code;
use maat::ledger::{Address, At, Event, How, Sighted, Strength};
use maat::mistake::InIdentity;
use maat::profile::Day;
use maat::words::Lang;
use maat_practice::trouble::Trouble;
use maat_store::{Draft, Scope, shown_hash};

use crate::demo::people;
use crate::demo::people::{Answer, Customer};
use crate::ended::Failure;

/// The excerpt.
const CUSTOMERS: &str = include_str!("../../../../examples/customers.csv");

/// The day after the last of the data.
const END: &str = "2011-12-12";

/// Signals that the excerpt has with their values.
const SIGNALS: [&str; 3] = ["purchase.item", "purchase.category", "purchase.return"];

/// Events in one write.
const WRITE: usize = 2000;

/// Who recorded it.
const BY: &str = "maat serve --demo";

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;

type Row = BTreeMap<String, String>;

/// Fills an empty ledger. Gives how many customers stand in it.
pub fn fill(scope: &Scope<'_>, code: &Code, now: At) -> Result<usize, Failure> {
    let mut reader = csv::Reader::from_reader(CUSTOMERS.as_bytes());
    let rows: Vec<Row> = reader.deserialize().collect::<Result<_, _>>()?;
    if scope.subjects("", 1)?.is_empty() {
        let days = days_since_the_end(now)?;
        let mut drafts = Vec::new();
        for row in &rows {
            let subject = row.get("subject").map_or("", String::as_str);
            bought(row, subject, days, &mut drafts);
            match people::customer(subject) {
                Some(customer) => lives(customer, code, now, &mut drafts),
                None => answered(row, subject, code, now, &mut drafts),
            }
        }
        for some in drafts.chunks(WRITE) {
            scope.append(now, some)?;
        }
        // MADE too: nobody has these.
        let named = rows.iter().filter_map(|row| row.get("subject"));
        let made: Vec<(&String, Address)> = named
            .map(|who| Ok((who, Address::parse(&format!("{who}@klant.example"))?)))
            .collect::<Result<_, InIdentity>>()?;
        let all: Vec<_> = made.iter().map(|(who, at)| (who.as_str(), at)).collect();
        scope.add_addresses(&all)?;
    }
    Ok(rows.len())
}

/// How far the days are moved.
fn days_since_the_end(now: At) -> Result<i32, Failure> {
    let end =
        Day::parse(END).ok_or_else(|| Trouble::fault("the data of the demo ends on no day"))?;
    Ok(i32::try_from(now.0.div_euclid(DAY))?.saturating_sub(end.0))
}

/// What somebody bought.
fn bought(row: &Row, subject: &str, days: i32, drafts: &mut Vec<Draft>) {
    for signal in SIGNALS {
        let value = row.get(signal).filter(|value| !value.is_empty());
        let day = row.get(&format!("{signal}.at")).and_then(|day| Day::parse(day));
        let Some((value, day)) = value.zip(day) else { continue };
        let seen = Sighted {
            signal: signal.to_owned(),
            value: value.clone(),
            source: "Online Retail (CC BY 4.0)".to_owned(),
            on: At(i64::from(day.0.saturating_add(days)).saturating_mul(DAY)),
            expires: None,
        };
        drafts.push(Draft::now(subject, BY, Event::SignalSeen(seen)));
    }
}

/// The MADE answers of a row.
fn answered(row: &Row, subject: &str, code: &Code, now: At, drafts: &mut Vec<Draft>) {
    let is = |column: &str| row.get(column).is_some_and(|value| value == "true");
    drafts.push(Draft::now(subject, BY, Event::AgeKnown { minor: is("minor") }));
    let sold = Event::SaleRecorded { on: At(now.0 - 60 * DAY) };
    for (column, event) in [
        ("objected", Event::Objected),
        ("restricted", Event::Restricted),
        ("confirmed", Event::AddressConfirmed),
        ("bought_before", sold),
        ("refusal_offered", Event::RefusalOffered { every: true }),
    ] {
        if is(column) {
            drafts.push(Draft::now(subject, BY, event));
        }
    }
    for choice in &code.declared().choices {
        let word = row.get(&format!("consent.{}", choice.id)).map_or("", String::as_str);
        let strength = match word {
            "soft" => Strength::Soft,
            "given" => Strength::Given,
            "explicit" => Strength::Explicit,
            _ => continue,
        };
        drafts.extend(yes(subject, code, &choice.id, strength, At(now.0 - 30 * DAY)));
    }
}

/// The MADE life of somebody to be.
fn lives(customer: &Customer, code: &Code, now: At, drafts: &mut Vec<Draft>) {
    let subject = customer.subject;
    drafts.push(Draft::now(subject, BY, Event::AgeKnown { minor: false }));
    let then = At(now.0 - 90 * DAY);
    drafts.extend(yes(subject, code, "purchases", customer.answer.strength(), then));
    if customer.answer == Answer::Withdrawn {
        let event = Event::ConsentWithdrawn { choice: "purchases".to_owned() };
        drafts.push(Draft::at(At(now.0 - 7 * DAY), subject, BY, event));
    }
    if let Some(depth) = customer.ceiling {
        drafts.push(Draft::now(subject, BY, Event::CeilingSet { depth }));
    }
}

/// A yes to the newest words of a choice.
fn yes(subject: &str, code: &Code, choice: &str, strength: Strength, at: At) -> Option<Draft> {
    let words = code.declared().choice(choice)?.wording.last()?;
    let how = match strength {
        Strength::Soft => How::LegitimateInterest { balance: "docs/balance.md#tips".to_owned() },
        _ => How::Form { place: "made for the demo".to_owned() },
    };
    let event = Event::ConsentGiven {
        choice: choice.to_owned(),
        strength,
        wording: words.version,
        shown: shown_hash(&words.nl),
        lang: Lang::Nl,
        how,
        expires: None,
    };
    Some(Draft::at(at, subject, BY, event))
}
