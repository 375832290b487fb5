//! The links of a mailing that are counted together: how often, never by whom. A link is the same in every
//! mail, so that nothing in it could tell.

use maat::gate::Person;
use maat::ledger::At;
use maat::mistake::{InMailing, Mistake};
use maat_store::Scope;
use serde::{Deserialize, Serialize};

use crate::links as link;
use crate::trouble::Trouble;

/// What the links are sealed as.
const LINK: &str = "click";

/// Days that a link leads on: as long as anybody keeps a mail.
const DAYS: i64 = 1830;

/// The depth at which what somebody does begins to count ([`Person::ceiling`]).
const BEHAVIOUR: u8 = 3;

/// What a link says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Way {
    /// The mailing.
    pub mailing: String,
    /// Which link of its layout.
    pub link: u32,
    /// Where it leads.
    pub to: String,
}

/// Whether links are counted in a mail to somebody. Who objected, had the use of their data restricted, or
/// wants nothing made of what they do, gets plain links.
pub fn may_count(person: &Person) -> bool {
    !person.objected && !person.restricted && person.ceiling >= BEHAVIOUR
}

/// Where the links of a mailing lead first, the same at every run.
pub fn lead(
    scope: &Scope<'_>,
    mailing: &str,
    links: &[String],
    public_url: &str,
    now: At,
) -> Result<Vec<String>, Trouble> {
    let mut ways = Vec::with_capacity(links.len());
    for (link, to) in (1_u32..).zip(links) {
        let way = Way { mailing: mailing.to_owned(), link, to: to.clone() };
        let sealed = link::seal(scope, LINK, &way, now.plus_days(DAYS))?;
        ways.push((to.clone(), format!("/go/{}/{sealed}", scope.controller())));
    }
    let kept = scope.keep_links(mailing, &ways)?;
    if !kept.iter().map(|kept| &kept.address).eq(links) {
        return Err(Mistake::new(mailing, InMailing::OtherLinks).into());
    }
    Ok(kept.into_iter().map(|kept| format!("{public_url}{}", kept.path)).collect())
}

impl Way {
    /// Where a link leads; nothing where it is not of this company, or has ended.
    pub fn open(scope: &Scope<'_>, sealed: &str, now: At) -> Option<Self> {
        link::open(scope, LINK, sealed, now)
    }
}
