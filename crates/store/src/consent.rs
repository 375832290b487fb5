//! The row of a consent, and when its wording is old.

use maat::code::Code;
use maat::ledger::{At, Consent, Given, Strength};
use sha2::{Digest, Sha256};

use crate::database::{Row, Value};
use crate::error::{Error, Result};
use crate::seal::{Seal, Sealer};

fn sealed(own: &Consent) -> [Option<i64>; 5] {
    let given = own.given.as_ref();
    [
        given.map(|given| i64::from(given.strength.level())),
        given.map(|given| given.at.0),
        given.and_then(|given| given.expires).map(|at| at.0),
        own.withdrawn.map(|at| at.0),
        given.and_then(|given| i64::try_from(given.number).ok()),
    ]
}

pub(crate) fn seal(sealer: Sealer, subject: &str, choice: &str, own: &Consent) -> Seal {
    sealer.seal("consent", subject, choice, &sealed(own))
}

/// Reads a row of [`crate::sql::CONSENTS`], with its choice.
pub(crate) fn read(sealer: Sealer, subject: &str, row: &dyn Row) -> Result<(String, Consent)> {
    let choice = row.text(0)?.to_owned();
    let given = match row.maybe_int(1)? {
        None => None,
        Some(level) => Some(Given {
            strength: Strength::from_level(level)
                .ok_or_else(|| Error::corrupt("consent", "a strength is none of the four"))?,
            wording: u32::try_from(row.int(2)?)
                .map_err(|_| Error::corrupt("consent", "a version of a wording is none"))?,
            shown: row.text(3)?.to_owned(),
            lang: row
                .text(4)?
                .parse()
                .map_err(|_| Error::corrupt("consent", "a language is none of the two"))?,
            how: row.text(5)?.to_owned(),
            at: At(row.int(6)?),
            expires: row.maybe_int(7)?.map(At),
            recorded_by: row.text(8)?.to_owned(),
            number: row.number(9)?,
        }),
    };
    let own = Consent { given, withdrawn: row.maybe_int(10)?.map(At) };
    sealer.check(row, 11, "consent", subject, &choice, &sealed(&own))?;
    Ok((choice, own))
}

/// The values of [`crate::sql::SET_CONSENT`].
pub(crate) fn values<'a>(
    controller: &'a str,
    subject: &'a str,
    choice: &'a str,
    own: &'a Consent,
    seal: &'a Seal,
) -> Vec<Value<'a>> {
    let given = own.given.as_ref();
    vec![
        controller.into(),
        subject.into(),
        choice.into(),
        given.map(|given| i64::from(given.strength.level())).into(),
        given.map(|given| i64::from(given.wording)).into(),
        given.map(|given| given.shown.as_str()).into(),
        given.map(|given| given.lang.word()).into(),
        given.map(|given| given.how.as_str()).into(),
        given.map(|given| given.at.0).into(),
        given.and_then(|given| given.expires).map(|at| at.0).into(),
        given.map(|given| given.recorded_by.as_str()).into(),
        given.and_then(|given| i64::try_from(given.number).ok()).into(),
        own.withdrawn.map(|at| at.0).into(),
        seal.as_slice().into(),
    ]
}

/// The hash of a text that was shown, as [`maat::ledger::Event::ConsentGiven`] keeps it: SHA-256,
/// hexadecimal, of the text in UTF-8.
pub fn shown_hash(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Whether the wording that was answered is not the newest of the Code, so that the person is to
/// be asked again; the consent keeps its force for what it said. A choice which the Code does not
/// declare any more, and a version which it does not have, are old.
pub fn stale_wording(code: &Code, choice: &str, given: &Given) -> bool {
    let declared = code.declared().choice(choice);
    let newest = declared.and_then(|choice| choice.wording.last());
    newest.is_none_or(|newest| newest.version != given.wording)
}

/// Whether the text that was shown is, letter for letter, what the Code says in that version and
/// language. An import from another system may well have shown something else.
pub fn shown_as_declared(code: &Code, choice: &str, given: &Given) -> bool {
    let declared = code.declared().choice(choice);
    declared
        .and_then(|choice| choice.wording.iter().find(|words| words.version == given.wording))
        .is_some_and(|words| shown_hash(given.lang.pick(&words.nl, &words.en)) == given.shown)
}
