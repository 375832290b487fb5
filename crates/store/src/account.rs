//! The people of the company or agency who sign in. They belong to no controller: those of an agency
//! work for several, and so these tables stand outside every [`crate::Scope`].

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use maat::ledger::At;

use crate::database::{Row, Transaction, Value};
use crate::error::{Error, Kind, Result};
use crate::scope::ControllerId;
use crate::store::Store;

const ACCOUNT: &str =
    "select name, role, password, totp, step, made from account where account = ?1";
const ACCOUNTS: &str =
    "select name, role, password, totp, step, made from account order by account";
const CONTROLLERS: &str =
    "select controller from account_controller where account = ?1 order by controller";
const ADD: &str = "insert into account (account, name, role, password, totp, step, made)
    values (?1, ?2, ?3, ?4, null, -1, ?5) on conflict (account) do nothing";
const ADD_CONTROLLER: &str = "insert into account_controller (account, controller) values (?1, ?2)
    on conflict (account, controller) do nothing";
const REMOVE: &str = "delete from account where account = ?1";
const REMOVE_CONTROLLERS: &str = "delete from account_controller where account = ?1";
const REMOVE_RECOVERY: &str = "delete from recovery where account = ?1";
const REMOVE_SESSIONS: &str = "delete from session where account = ?1";
const RESET: &str = "update account set password = ?2, totp = null, step = -1 where account = ?1";
const ENROL: &str = "update account set totp = ?2, step = ?3 where account = ?1 and totp is null";
const USE_STEP: &str = "update account set step = ?2
    where account = ?1 and (step < ?2 or step > ?3) and totp is not null";

/// Steps of a day, of half a minute each: a code used later than that was used under a clock that was ahead.
const DAY: i64 = 2880;

const ADD_RECOVERY: &str = "insert into recovery (account, hash) values (?1, ?2)
    on conflict (account, hash) do nothing";
const USE_RECOVERY: &str = "delete from recovery where account = ?1 and hash = ?2";
const RECOVERY_LEFT: &str = "select count(*) from recovery where account = ?1";

/// Bytes of a nonce: so many that a random one is never used twice.
const NONCE: usize = 24;

/// What somebody may do in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Writes briefs, and signs those of colleagues.
    Marketer,
    /// The privacy officer: answers rights requests, reads the audit trail, signs briefs.
    Officer,
    /// Both.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Marketer, Self::Officer, Self::Admin];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Marketer => "marketer",
            Self::Officer => "officer",
            Self::Admin => "admin",
        }
    }

    /// The role of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether they write briefs.
    pub const fn writes(self) -> bool {
        matches!(self, Self::Marketer | Self::Admin)
    }

    /// Whether they have mailings leave: only who both writes and guards.
    pub const fn sends(self) -> bool {
        self.writes() && self.guards()
    }

    /// Whether they see persons, requests and the audit trail.
    pub const fn guards(self) -> bool {
        matches!(self, Self::Officer | Self::Admin)
    }
}

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Their name, as they write it.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The hash of their password.
    pub password: String,
    /// Whether one-time codes are set up.
    pub enrolled: bool,
    /// Since when.
    pub made: At,
    /// For whom they work, sorted.
    pub controllers: Vec<ControllerId>,
}

/// A name as it is compared: without regard to capitals and spaces around it.
pub(crate) fn key_of(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Refuses what is no name: it is written into briefs and shown on pages.
fn check_name(name: &str) -> Result<()> {
    let odd = |c: char| c.is_control() || c == '"' || c == '\\';
    let length = name.trim().chars().count();
    if length == 0 || length > 80 || name.chars().any(odd) {
        return Err(Error::input(
            "the name",
            "it is no name of a person",
            "use 1 to 80 letters, without quotes and backslashes",
        ));
    }
    Ok(())
}

fn no_such(name: &str) -> Error {
    Error::input(
        "the name",
        format!("nobody of the name `{}` signs in here", name.trim()),
        "`maat console user list` lists who does",
    )
}

fn read(row: &dyn Row) -> Result<Account> {
    let role = Role::parse(row.text(1)?)
        .ok_or_else(|| Error::corrupt("account", "a role is none of the three"))?;
    Ok(Account {
        name: row.text(0)?.to_owned(),
        role,
        password: row.text(2)?.to_owned(),
        enrolled: row.maybe_blob(3)?.is_some(),
        made: At(row.int(5)?),
        controllers: Vec::new(),
    })
}

fn controllers(tx: &mut dyn Transaction, account: &str) -> Result<Vec<ControllerId>> {
    let mut found = Vec::new();
    tx.query(CONTROLLERS, &[account.into()], |row| {
        found.push(ControllerId::new(row.text(0)?)?);
        Ok(())
    })?;
    Ok(found)
}

impl Store {
    /// Reads outside every controller.
    pub(crate) fn read_own<T>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T>,
    ) -> Result<T> {
        let mut done = None;
        self.database.read("", &mut |tx| {
            done = Some(work(tx)?);
            Ok(())
        })?;
        done.ok_or_else(|| self.undone())
    }

    /// Writes outside every controller, all of it or nothing. The work may be done again.
    pub(crate) fn write_own<T>(
        &self,
        mut work: impl FnMut(&mut dyn Transaction) -> Result<T>,
    ) -> Result<T> {
        let mut done = None;
        self.database.write("", &mut |tx| {
            done = Some(work(tx)?);
            Ok(())
        })?;
        done.ok_or_else(|| self.undone())
    }

    fn undone(&self) -> Error {
        Error::new(
            Kind::Database,
            self.place(),
            "the database did not do the work and reported nothing",
            "report this as a fault of Maat",
        )
    }

    /// Lets somebody sign in from now on. `password` is its hash.
    pub fn add_account(
        &self,
        now: At,
        name: &str,
        role: Role,
        password: &str,
        controllers: &[ControllerId],
    ) -> Result<()> {
        check_name(name)?;
        if controllers.is_empty() {
            return Err(Error::input(
                "the controllers",
                "none is named",
                "name at least one with --controller",
            ));
        }
        let (account, name) = (key_of(name), name.trim());
        self.write_own(|tx| {
            let values = [
                account.as_str().into(),
                name.into(),
                role.word().into(),
                password.into(),
                now.0.into(),
            ];
            if tx.execute(ADD, &values)? == 0 {
                return Err(Error::input(
                    "the name",
                    format!("somebody of the name `{name}` signs in here already"),
                    "choose another name, or use `maat console user reset`",
                ));
            }
            let sets: Vec<Vec<Value>> = controllers
                .iter()
                .map(|controller| vec![account.as_str().into(), controller.as_str().into()])
                .collect();
            tx.execute_many(ADD_CONTROLLER, &sets).map(|_| ())
        })
    }

    /// Somebody who signs in, by their name.
    pub fn account(&self, name: &str) -> Result<Option<Account>> {
        let account = key_of(name);
        self.read_own(|tx| {
            let mut found = None;
            tx.query(ACCOUNT, &[account.as_str().into()], |row| {
                found = Some(read(row)?);
                Ok(())
            })?;
            if let Some(found) = &mut found {
                found.controllers = controllers(tx, &account)?;
            }
            Ok(found)
        })
    }

    /// Everybody who signs in, by name.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.read_own(|tx| {
            let mut found = Vec::new();
            tx.query(ACCOUNTS, &[], |row| {
                found.push(read(row)?);
                Ok(())
            })?;
            for account in &mut found {
                account.controllers = controllers(tx, &key_of(&account.name))?;
            }
            Ok(found)
        })
    }

    /// Somebody signs in no more; they are signed out everywhere.
    pub fn remove_account(&self, name: &str) -> Result<()> {
        let account = key_of(name);
        let values = [account.as_str().into()];
        self.write_own(|tx| {
            if tx.execute(REMOVE, &values)? == 0 {
                return Err(no_such(name));
            }
            for rest in [REMOVE_CONTROLLERS, REMOVE_RECOVERY, REMOVE_SESSIONS] {
                tx.execute(rest, &values)?;
            }
            Ok(())
        })
    }

    /// A new password; one-time codes are set up anew, and they are signed out everywhere.
    pub fn reset_account(&self, name: &str, password: &str) -> Result<()> {
        let account = key_of(name);
        self.write_own(|tx| {
            if tx.execute(RESET, &[account.as_str().into(), password.into()])? == 0 {
                return Err(no_such(name));
            }
            for rest in [REMOVE_RECOVERY, REMOVE_SESSIONS] {
                tx.execute(rest, &[account.as_str().into()])?;
            }
            Ok(())
        })
    }

    /// Sets up one-time codes: the secret, the step of the code that showed it works, and the
    /// recovery codes, of which only hashes are kept.
    pub fn enrol(&self, name: &str, secret: &[u8], step: i64, recovery: &[String]) -> Result<()> {
        let account = key_of(name);
        let sealed = self.seal("one-time codes", &account, secret)?;
        let hashes: Vec<_> =
            recovery.iter().map(|code| self.recovery_hash(&account, code)).collect();
        self.write_own(|tx| {
            let values = [account.as_str().into(), sealed.as_slice().into(), step.into()];
            if tx.execute(ENROL, &values)? == 0 {
                return Err(no_such(name));
            }
            tx.execute(REMOVE_RECOVERY, &[account.as_str().into()])?;
            let sets: Vec<Vec<Value>> = hashes
                .iter()
                .map(|hash| vec![account.as_str().into(), hash.as_slice().into()])
                .collect();
            tx.execute_many(ADD_RECOVERY, &sets).map(|_| ())
        })
    }

    /// The secret of somebody's one-time codes, once set up.
    pub fn secret(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let account = key_of(name);
        let sealed = self.read_own(|tx| {
            let mut found = None;
            tx.query(ACCOUNT, &[account.as_str().into()], |row| {
                found = row.maybe_blob(3)?.map(<[u8]>::to_vec);
                Ok(())
            })?;
            Ok(found)
        })?;
        sealed.map(|sealed| self.open_sealed("one-time codes", &account, &sealed)).transpose()
    }

    /// Takes the code of a step; false if it, or a later one, was used before.
    pub fn use_step(&self, name: &str, step: i64) -> Result<bool> {
        let account = key_of(name);
        let values = [account.as_str().into(), step.into(), step.saturating_add(DAY).into()];
        self.write_own(|tx| tx.execute(USE_STEP, &values).map(|changed| changed == 1))
    }

    /// Takes a recovery code; false if it is none, or was used before.
    pub fn use_recovery(&self, name: &str, code: &str) -> Result<bool> {
        let account = key_of(name);
        let hash = self.recovery_hash(&account, code);
        let values = [account.as_str().into(), hash.as_slice().into()];
        self.write_own(|tx| tx.execute(USE_RECOVERY, &values).map(|changed| changed == 1))
    }

    /// How many recovery codes are left.
    pub fn recovery_left(&self, name: &str) -> Result<u64> {
        let account = key_of(name);
        self.read_own(|tx| {
            let mut left = 0;
            tx.query(RECOVERY_LEFT, &[account.as_str().into()], |row| {
                left = row.number(0)?;
                Ok(())
            })?;
            Ok(left)
        })
    }

    fn recovery_hash(&self, account: &str, code: &str) -> [u8; 32] {
        let plain: String =
            code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        self.keys.hash(["recovery code", account, &plain].map(str::as_bytes))
    }

    /// Seals something small under a key of this store; it is bound to what and whose it is.
    pub(crate) fn seal(&self, what: &str, whose: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce)?;
        let sealed = self
            .cipher(what)
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: whose.as_bytes() })
            .map_err(|_| Error::input(what, "it holds too much", "put less into it"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Self::seal`] sealed.
    pub(crate) fn open_sealed(&self, what: &str, whose: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        let broken = || Error::corrupt("account", "a sealed value is not one that Maat sealed");
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or_else(broken)?;
        self.cipher(what)
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: whose.as_bytes() })
            .map_err(|_| broken())
    }

    fn cipher(&self, what: &str) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.keys.hash(["console", what].map(str::as_bytes))))
    }
}
