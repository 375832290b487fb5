//! Who is signed in to the console. The random id stands in the cookie alone; here stands a keyed
//! hash of it, so that a copy of the store opens no door.

use std::fmt;

use maat::ledger::At;

use crate::account::key_of;
use crate::error::{Error, Result};
use crate::scope::ControllerId;
use crate::store::Store;

const SESSION: &str = "select s.stage, s.controller, s.made, s.seen, s.totp, a.name
    from session s join account a on a.account = s.account where s.hash = ?1";
const ADD: &str = "insert into session (hash, account, stage, controller, made, seen, totp)
    values (?1, ?2, ?3, ?4, ?5, ?5, ?6)";
const SEE: &str = "update session set seen = ?2 where hash = ?1";
const SWITCH: &str = "update session set controller = ?2 where hash = ?1";
const CLOSE: &str = "delete from session where hash = ?1";
const CLOSE_ALL: &str = "delete from session where account = ?1";
const SWEEP: &str = "delete from session where made < ?1";

/// The id of a session, as it stands in a cookie: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionId([u8; 32]);

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId")
    }
}

impl SessionId {
    /// Reads what a cookie holds.
    pub fn parse(text: &str) -> Option<Self> {
        hex::decode(text).ok()?.try_into().ok().map(Self)
    }

    /// As it stands in a cookie.
    pub fn text(&self) -> String {
        hex::encode(self.0)
    }
}

/// What was shown at the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password; a code is asked next.
    Password,
    /// Password and code.
    Full,
}

impl Stage {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Full => "full",
        }
    }
}

/// A session that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub name: String,
    /// What was shown.
    pub stage: Stage,
    /// For whom they are working now.
    pub controller: ControllerId,
    /// Since when.
    pub made: At,
    /// When it was last used, to the minute.
    pub seen: At,
    /// The secret of one-time codes that is being set up.
    pub secret: Option<Vec<u8>>,
}

/// Milliseconds within which the use of a session is not noted again.
const MINUTE: i64 = 60_000;

impl Store {
    fn session_hash(&self, id: &SessionId) -> [u8; 32] {
        self.keys.hash([b"session".as_slice(), &id.0])
    }

    /// A new id, of nobody yet.
    pub fn session_id(&self) -> Result<SessionId> {
        let mut id = [0; 32];
        self.random.fill(&mut id)?;
        Ok(SessionId(id))
    }

    /// What a form must carry to be of this session: a keyed hash of its id.
    pub fn form_token(&self, id: &SessionId) -> String {
        hex::encode(self.keys.hash([b"form".as_slice(), &id.0]))
    }

    /// Opens a session under a new id. Those that began before `oldest` are removed.
    pub fn open_session(
        &self,
        now: At,
        oldest: At,
        name: &str,
        stage: Stage,
        controller: &ControllerId,
        secret: Option<&[u8]>,
    ) -> Result<SessionId> {
        let (id, account) = (self.session_id()?, key_of(name));
        let (now, oldest) = (self.latest(now), self.by_latest(oldest));
        let hash = self.session_hash(&id);
        let sealed = secret.map(|secret| self.seal("session", &account, secret)).transpose()?;
        self.write_own(|tx| {
            tx.execute(SWEEP, &[oldest.0.into()])?;
            let values = [
                hash.as_slice().into(),
                account.as_str().into(),
                stage.word().into(),
                controller.as_str().into(),
                now.0.into(),
                sealed.as_deref().into(),
            ];
            tx.execute(ADD, &values).map(|_| ())
        })?;
        Ok(id)
    }

    /// The session of an id, if it was used within `idle` and made within `longest` milliseconds;
    /// notes that it is used. One that seems to be from as long ahead was opened under another clock,
    /// and ends too.
    pub fn session(
        &self,
        now: At,
        id: &SessionId,
        idle: i64,
        longest: i64,
    ) -> Result<Option<Session>> {
        let (now, hash) = (self.latest(now), self.session_hash(id));
        let mut found = None;
        self.read_own(|tx| {
            tx.query(SESSION, &[hash.as_slice().into()], |row| {
                let stage = match row.text(0)? {
                    "full" => Stage::Full,
                    "password" => Stage::Password,
                    _ => return Err(Error::corrupt("session", "a stage is none of the two")),
                };
                let name = row.text(5)?.to_owned();
                let open = |sealed| self.open_sealed("session", &key_of(&name), sealed);
                found = Some(Session {
                    stage,
                    controller: ControllerId::new(row.text(1)?)?,
                    made: At(row.int(2)?),
                    seen: At(row.int(3)?),
                    secret: row.maybe_blob(4)?.map(open).transpose()?,
                    name,
                });
                Ok(())
            })
        })?;
        let Some(session) = found else { return Ok(None) };
        let apart = |at: At| now.0.saturating_sub(at.0).saturating_abs();
        if apart(session.seen) >= idle || apart(session.made) >= longest {
            self.close_session(id)?;
            return Ok(None);
        }
        if apart(session.seen) >= MINUTE {
            let values = [hash.as_slice().into(), now.0.into()];
            self.write_own(|tx| tx.execute(SEE, &values).map(|_| ()))?;
        }
        Ok(Some(session))
    }

    /// Somebody goes on working for another controller. Whether they may is the caller's to know.
    pub fn switch_session(&self, id: &SessionId, controller: &ControllerId) -> Result<()> {
        let hash = self.session_hash(id);
        let values = [hash.as_slice().into(), controller.as_str().into()];
        self.write_own(|tx| tx.execute(SWITCH, &values).map(|_| ()))
    }

    /// Ends a session.
    pub fn close_session(&self, id: &SessionId) -> Result<()> {
        let hash = self.session_hash(id);
        self.write_own(|tx| tx.execute(CLOSE, &[hash.as_slice().into()]).map(|_| ()))
    }

    /// Ends every session of somebody.
    pub fn close_sessions(&self, name: &str) -> Result<()> {
        let account = key_of(name);
        self.write_own(|tx| tx.execute(CLOSE_ALL, &[account.as_str().into()]).map(|_| ()))
    }
}
