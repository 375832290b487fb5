//! Links that carry what they are about: sealed, so that nobody reads, changes or makes one, and
//! nothing needs to be stored for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use maat::ledger::At;

use crate::error::{Error, Kind, Result};
use crate::scope::Scope;

/// Bytes of a nonce: so many that a random one is never used twice.
const NONCE: usize = 24;

/// Bytes of the moment at which a link ends.
const ENDS: usize = 8;

impl Scope<'_> {
    /// A text for an address that holds `payload` until a moment: base64url of XChaCha20-Poly1305
    /// under a key of this store, controller and kind.
    pub fn seal_link(&self, kind: &str, payload: &[u8], expires: At) -> Result<String> {
        let mut nonce = [0; NONCE];
        self.store.random.fill(&mut nonce)?;
        let mut plain = Vec::with_capacity(ENDS + payload.len());
        plain.extend(self.store.by_latest(expires).0.to_be_bytes());
        plain.extend(payload);
        let bound = self.bound(kind);
        let sealed = cipher(self.store.keys.link(self.parts(kind)))
            .encrypt(&XNonce::from(nonce), Payload { msg: &plain, aad: &bound })
            .map_err(|_| Error::input("the link", "it holds too much", "put less into it"))?;
        let mut whole = nonce.to_vec();
        whole.extend(sealed);
        Ok(URL_SAFE_NO_PAD.encode(whole))
    }

    /// What a link holds. One that is forged, has expired, or is of another controller or kind is
    /// one and the same error, which does not tell which.
    pub fn open_link(&self, kind: &str, text: &str, now: At) -> Result<Vec<u8>> {
        self.open_link_late(kind, text, now, 0)
    }

    /// The same, also for so many days after its end.
    pub fn open_link_late(&self, kind: &str, text: &str, now: At, days: i64) -> Result<Vec<u8>> {
        let opened = self.opened(kind, text);
        opened
            .filter(|(_, ends)| self.store.latest(now) < ends.plus_days(days))
            .map(|(held, _)| held)
            .ok_or_else(no_link)
    }

    /// What a link holds, also after its end, and whether that has come: for what restricts, before which no
    /// clock stands. One that is forged, or of another controller or kind, is the same error.
    pub fn open_link_ever(&self, kind: &str, text: &str, now: At) -> Result<(Vec<u8>, bool)> {
        let (held, ends) = self.opened(kind, text).ok_or_else(no_link)?;
        Ok((held, self.store.latest(now) >= ends))
    }

    fn opened(&self, kind: &str, text: &str) -> Option<(Vec<u8>, At)> {
        let whole = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = whole.split_first_chunk::<NONCE>()?;
        let bound = self.bound(kind);
        let keys = &self.store.keys;
        let mut all =
            std::iter::once(keys.link(self.parts(kind))).chain(keys.links_before(self.parts(kind)));
        let mut plain = all.find_map(|key| {
            let payload = Payload { msg: sealed, aad: &bound };
            cipher(key).decrypt(&XNonce::from(*nonce), payload).ok()
        })?;
        let expires = At(i64::from_be_bytes(*plain.first_chunk::<ENDS>()?));
        Some((plain.split_off(ENDS), expires))
    }

    /// What the key of links of a kind is made from.
    fn parts<'a>(&'a self, kind: &'a str) -> [&'a [u8]; 3] {
        ["link", self.controller(), kind].map(str::as_bytes)
    }

    /// What is bound to the link beside the key.
    fn bound(&self, kind: &str) -> Vec<u8> {
        [b"maat link 1", self.controller().as_bytes(), kind.as_bytes()].join(&0)
    }
}

fn cipher(key: [u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(key))
}

fn no_link() -> Error {
    Error::new(Kind::Input, "the link", "it does not hold, or not any more", "ask for a new one")
}
