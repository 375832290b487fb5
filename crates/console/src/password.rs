//! Passwords: argon2id, and never more than a few at a time, for each takes memory.

use std::sync::{Condvar, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use maat::mistake::{InCommand, Mistake};
use maat_store::{Os, Random as _};

/// The least characters of a password.
pub const SHORTEST: usize = 12;

/// The most bytes that are hashed: more is no password.
const LONGEST: usize = 1000;

/// Passwords hashed at the same time.
const AT_ONCE: usize = 2;

/// A hash of a password that nobody has, with the cost of every other: for a name that is not
/// known, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bWFhdCBjb25zb2xlIG5vYm9keQ\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where passwords are checked.
#[derive(Debug, Default)]
pub struct Desk {
    busy: Mutex<usize>,
    free: Condvar,
}

impl Desk {
    /// Whether a password is the one of a hash; without a hash it is not, after as long.
    pub fn fits(&self, password: &str, hash: Option<&str>) -> bool {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        while *busy >= AT_ONCE {
            busy = self.free.wait(busy).unwrap_or_else(PoisonError::into_inner);
        }
        *busy += 1;
        drop(busy);
        let fits = verify(password, hash.unwrap_or(NOBODY));
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        *busy = busy.saturating_sub(1);
        drop(busy);
        self.free.notify_one();
        fits && hash.is_some()
    }
}

/// The comparison inside takes the same time wherever the two differ.
fn verify(password: &str, hash: &str) -> bool {
    let Some(known) = PasswordHash::new(hash).ok().filter(|_| password.len() <= LONGEST) else {
        return false;
    };
    Argon2::default().verify_password(password.as_bytes(), &known).is_ok()
}

/// The hash of a new password: argon2id, as a PHC string. Length is what counts; what makes it a
/// good one is its owner's to know.
pub fn hash(password: &str) -> Result<String, Mistake> {
    let characters = password.chars().count();
    if characters < SHORTEST || password.len() > LONGEST {
        return Err(Mistake::of(InCommand::PasswordLength { characters, least: SHORTEST }));
    }
    let fault = || Mistake::of(InCommand::PasswordNotHashed);
    let mut salt = [0; 16];
    Os.fill(&mut salt).map_err(|_| fault())?;
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hashed.map_err(|_| fault())?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_and_nobody_fits_none() {
        let hashed = hash("paars fietsen in de regen").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        let desk = Desk::default();
        assert!(desk.fits("paars fietsen in de regen", Some(&hashed)));
        assert!(!desk.fits("paars fietsen in de regem", Some(&hashed)));
        assert!(!desk.fits("paars fietsen in de regen", None));
        assert!(!desk.fits(&"x".repeat(LONGEST + 1), Some(&hashed)));
        assert!(!desk.fits("x", Some("no hash")));
        assert_ne!(hashed, hash("paars fietsen in de regen").unwrap(), "each has its own salt");
    }

    #[test]
    fn the_hash_of_nobody_costs_as_much_as_any_other() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        let other = hash("paars fietsen in de regen").unwrap();
        let other = PasswordHash::new(&other).unwrap();
        assert_eq!(nobody.params, other.params);
        assert_eq!(nobody.algorithm, other.algorithm);
    }

    #[test]
    fn a_short_password_is_refused_with_what_to_do() {
        let told = hash("kort").unwrap_err().to_string();
        assert!(told.contains("at least 12"), "{told}");
    }
}
