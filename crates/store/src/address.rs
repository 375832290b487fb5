//! The addresses of people, and the codes by which somebody shows that a mailbox is theirs.

use maat::ledger::{Address, At};

use crate::database::{Transaction, Value};
use crate::error::{Error, Result};
use crate::scope::{Scope, check_subject};
use crate::sql;
use crate::tree::Hash;

/// Bytes of the number that a code belongs to.
const TICKET: usize = 16;

/// How often a code may be tried.
const MOST_TRIES: i64 = 5;

/// Milliseconds that a code holds: ten minutes.
const HOLDS: i64 = 600_000;

/// The latest end that a code can have: one later than this was made under a clock that was ahead.
const fn latest_end(now: At) -> i64 {
    now.0.saturating_add(2 * HOLDS)
}

/// A code that was asked for. Whether the address was known is told to nobody but who mails it.
#[derive(Debug)]
pub struct MailedCode {
    /// What the page keeps, to come back with the code: 32 hexadecimal digits.
    pub ticket: String,
    /// Six digits, for the mail.
    pub code: String,
    /// Where the code is to be mailed; nothing where the address is not known, or must stay away.
    pub to: Option<Address>,
}

impl Scope<'_> {
    /// Keeps a mail address of somebody. One that must stay away is an error: only a new initiative
    /// of the person lets it come back ([`Self::readmit`]).
    pub fn add_address(&self, subject: &str, address: &Address) -> Result<()> {
        let mut refused = self.add_addresses(&[(subject, address)])?;
        refused.pop().map_or(Ok(()), |(_, why)| Err(why))
    }

    /// Keeps the mail addresses of many, all in one go. Gives those that cannot be kept, by their
    /// place in the list, with the reason.
    pub fn add_addresses(&self, all: &[(&str, &Address)]) -> Result<Vec<(usize, Error)>> {
        let (mut sound, mut refused) = (Vec::with_capacity(all.len()), Vec::new());
        for (nth, (subject, address)) in all.iter().enumerate() {
            match check_subject(subject) {
                Ok(()) => sound.push((nth, *subject, *address)),
                Err(why) => refused.push((nth, why)),
            }
        }
        let stopped = self.write(|tx| {
            let mut stopped = Vec::new();
            for (nth, subject, address) in &sound {
                if self.is_away(tx, address)? {
                    stopped.push(*nth);
                    continue;
                }
                let hash = self.address_hash(address);
                let written = address.written();
                let seal = self.address_seal(subject, written);
                let values = [
                    self.controller().into(),
                    (*subject).into(),
                    hash.as_slice().into(),
                    written.into(),
                    seal.as_slice().into(),
                ];
                tx.execute(sql::ADD_ADDRESS, &values)?;
            }
            Ok(stopped)
        })?;
        let stop = || {
            Error::input(
                "the address",
                "it is on the stop list: it was erased, bounced or complained",
                "leave it out; it comes back only when the person signs up anew",
            )
        };
        refused.extend(stopped.into_iter().map(|nth| (nth, stop())));
        refused.sort_by_key(|(nth, _)| *nth);
        Ok(refused)
    }

    /// The name of a mail to somebody, which says nothing of them: the same at every try.
    pub fn mail_name(&self, mailing: &str, subject: &str) -> String {
        let hash = self.hash("mail", &format!("{mailing}\n{subject}"));
        let (name, _) = hash.split_at(16);
        hex::encode(name)
    }

    /// Forgets a mail address of somebody; gives whether it was there.
    pub fn remove_address(&self, subject: &str, address: &Address) -> Result<bool> {
        self.write(|tx| {
            let mut gone = 0;
            for hash in self.address_hashes(address) {
                self.keep_kin(tx, subject, &hash)?;
                let values = [self.controller().into(), subject.into(), hash.as_slice().into()];
                gone += tx.execute(sql::REMOVE_ADDRESS, &values)?;
            }
            Ok(gone > 0)
        })
    }

    /// The mail addresses of somebody.
    pub fn addresses(&self, subject: &str) -> Result<Vec<Address>> {
        self.read(|tx| self.addresses_in(tx, subject))
    }

    pub(crate) fn addresses_in(
        &self,
        tx: &mut dyn Transaction,
        subject: &str,
    ) -> Result<Vec<Address>> {
        let mut found = Vec::new();
        tx.query(sql::ADDRESSES, &[self.controller().into(), subject.into()], |row| {
            let address = row.text(0)?;
            self.check_seal(subject, address, row.blob(1)?)?;
            found.push(Address::on_record(address));
            Ok(())
        })?;
        Ok(found)
    }

    /// Asks for a code to an address. The same is done for an address that nobody has, so that
    /// neither the answer nor the time it takes tells whether it is known. Where an address is that
    /// of several people, it opens none of their pages.
    pub fn ask_code(&self, address: &Address, now: At) -> Result<MailedCode> {
        let (mut ticket, mut random) = ([0; TICKET], [0; 8]);
        self.store.random.fill(&mut ticket)?;
        self.store.random.fill(&mut random)?;
        // The leaning of the remainder is one in ten thousand billion.
        let code = format!("{:06}", u64::from_be_bytes(random) % 1_000_000);
        let (ticket, now) = (hex::encode(ticket), self.store.latest(now));
        let (kept, secret) = (self.hash("ticket", &ticket), self.code_hash(&ticket, &code));
        let to = self.write(|tx| {
            let old = [self.controller().into(), now.0.into(), latest_end(now).into()];
            tx.execute(sql::REMOVE_PASSCODES, &old)?;
            let mut people: Vec<(String, Address)> = Vec::new();
            for hash in self.address_hashes(address) {
                let key = [self.controller().into(), hash.as_slice().into()];
                tx.query(sql::ADDRESSED, &key, |row| {
                    let (subject, address) = (row.text(0)?, row.text(1)?);
                    self.check_seal(subject, address, row.blob(2)?)?;
                    people.push((subject.to_owned(), Address::on_record(address)));
                    Ok(())
                })?;
            }
            let away = self.is_away(tx, address)?;
            let one = match people.as_slice() {
                [one] if !away => Some(one.clone()),
                _ => None,
            };
            let values: [Value; 6] = [
                self.controller().into(),
                kept.as_slice().into(),
                one.as_ref().map(|(subject, _)| subject.as_str()).into(),
                secret.as_slice().into(),
                (now.0 + HOLDS).into(),
                0.into(),
            ];
            tx.execute(sql::ADD_PASSCODE, &values)?;
            Ok(one.map(|(_, address)| address))
        })?;
        Ok(MailedCode { ticket, code, to })
    }

    /// Whose code it is; nothing where it is wrong, too old, tried too often or used before. Each
    /// call is a try, and a code that fits is used up.
    pub fn enter(&self, ticket: &str, code: &str, now: At) -> Result<Option<String>> {
        let (kept, secret) = (self.hash("ticket", ticket), self.code_hash(ticket, code.trim()));
        let (key, now) =
            ([self.controller().into(), kept.as_slice().into()], self.store.latest(now));
        self.write(|tx| {
            let [own, ticket] = key;
            let tried = [own, ticket, now.0.into(), MOST_TRIES.into(), latest_end(now).into()];
            if tx.execute(sql::TRY_PASSCODE, &tried)? == 0 {
                return Ok(None);
            }
            let mut found = None;
            tx.query(sql::PASSCODE, &key, |row| {
                // Keyed hashes: how far they agree says nothing of the code.
                let fits = row.blob(1)? == secret;
                found = row.maybe_text(0)?.filter(|_| fits).map(str::to_owned);
                Ok(())
            })?;
            if found.is_some() {
                tx.execute(sql::REMOVE_PASSCODE, &key)?;
            }
            Ok(found)
        })
    }

    /// A name for an address that is not the address, to count tries by.
    pub fn address_mark(&self, address: &Address) -> String {
        hex::encode(self.address_hash(address))
    }

    /// Whether an address must stay away.
    pub(crate) fn is_away(&self, tx: &mut dyn Transaction, address: &Address) -> Result<bool> {
        let mut away = false;
        for hash in self.address_hashes(address) {
            tx.query(
                sql::SUPPRESSION,
                &[self.controller().into(), hash.as_slice().into()],
                |_| {
                    away = true;
                    Ok(())
                },
            )?;
        }
        Ok(away)
    }

    /// The keyed hash by which an address is known.
    pub(crate) fn address_hash(&self, address: &Address) -> Hash {
        self.hash("address", address.key())
    }

    /// That, and the one by which an older Maat knew it, where that is another.
    pub(crate) fn address_hashes(&self, address: &Address) -> Vec<Hash> {
        let older = Some(address.older_key()).filter(|older| older != address.key());
        let older = older.map(|older| self.hash("address", &older));
        std::iter::once(self.address_hash(address)).chain(older).collect()
    }

    fn code_hash(&self, ticket: &str, code: &str) -> [u8; 32] {
        self.hash("code", &format!("{ticket} {code}"))
    }

    fn address_seal(&self, subject: &str, address: &str) -> crate::seal::Seal {
        self.sealer().seal("address", &[subject, address])
    }

    fn check_seal(&self, subject: &str, address: &str, seal: &[u8]) -> Result<()> {
        if seal == self.address_seal(subject, address) {
            return Ok(());
        }
        Err(Error::corrupt("address", "a row is not as Maat sealed it"))
    }
}
