//! Passwords: argon2id. Each that is tried takes 19 MiB and a processor for some hundredths of a second, so few are tried at
//! a time, some may wait a while, and whoever comes when those are too many is told so at once. While they wait they hold no thread.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use maat::mistake::{InCommand, Mistake};
use maat_store::{Os, Random as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The least characters of a password.
pub const SHORTEST: usize = 12;

/// The most bytes that are hashed: more is no password.
const LONGEST: usize = 1000;

/// The most passwords that are tried at the same time. Never on more than half of the processors: the others have work too.
const AT_ONCE: usize = 2;

/// How many may wait for that, those included who need not.
const WAITING: usize = 100;

/// How long one waits at most.
const PATIENCE: Duration = Duration::from_secs(5);

/// Seconds after which whoever found no room may try again.
pub const AGAIN: u64 = 5;

/// Bytes that glibc never keeps once they are given back: at more than 32 MiB it asks the system for each piece by itself.
/// Of less it keeps some for every thread. What is asked for and not used takes no room.
const GIVEN_BACK: usize = (32 << 20) + (1 << 20);

/// A hash of a password that nobody has, with the cost of every other: for a name that is not
/// known, so that the answer takes as long.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bWFhdCBjb25zb2xlIG5vYm9keQ\
    $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Where passwords are tried.
#[derive(Debug)]
pub struct Desk {
    seats: Arc<Semaphore>,
    places: Arc<Semaphore>,
    patience: Duration,
}

/// Room to try one password.
#[derive(Debug)]
pub struct Seat {
    _seat: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Default for Desk {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            seats: Arc::new(Semaphore::new((processors / 2).clamp(1, AT_ONCE))),
            places: Arc::new(Semaphore::new(WAITING)),
            patience: PATIENCE,
        }
    }
}

impl Desk {
    /// A place to wait; nothing where too many do.
    pub fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// Room to try a password for who has a place, in the order in which they came; nothing where it takes too long.
    pub async fn seat(&self, place: OwnedSemaphorePermit) -> Option<Seat> {
        let seat =
            tokio::time::timeout(self.patience, Arc::clone(&self.seats).acquire_owned()).await;
        Some(Seat { _seat: seat.ok()?.ok()?, _place: place })
    }
}

impl Seat {
    /// Whether a password is the one of a hash; without a hash it is not, after as long. It blocks.
    #[allow(clippy::unused_self, reason = "whoever has no seat tries no password")]
    pub fn fits(&self, password: &str, hash: Option<&str>) -> bool {
        let fits = password.len() <= LONGEST
            && tried(password, hash.unwrap_or(NOBODY)).is_some_and(|fits| fits);
        fits && hash.is_some()
    }
}

/// Whether a password makes a hash; nothing where that is none. The comparison takes the same time wherever the two differ.
fn tried(password: &str, hash: &str) -> Option<bool> {
    let known = PasswordHash::new(hash).ok()?;
    let algorithm = Algorithm::try_from(known.algorithm.as_str()).ok()?;
    let version = known.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    let (params, salt, output) = (Params::try_from(&known).ok()?, known.salt?, known.hash?);
    let blocks = params.block_count();
    let mut memory = Vec::with_capacity(blocks.max(GIVEN_BACK / Block::SIZE));
    memory.resize(blocks, Block::default());
    let mut out = vec![0; output.as_bytes().len()];
    let argon2 = Argon2::new(algorithm, version, params);
    argon2
        .hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, &mut memory)
        .ok()?;
    Some(Output::new(&out).ok()? == output)
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

    async fn seat(desk: &Desk) -> Option<Seat> {
        desk.seat(desk.place()?).await
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_nobody_fits_none() {
        let hashed = hash("paars fietsen in de regen").unwrap();
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hashed}");
        let seat = seat(&Desk::default()).await.unwrap();
        assert!(seat.fits("paars fietsen in de regen", Some(&hashed)));
        assert!(!seat.fits("paars fietsen in de regem", Some(&hashed)));
        assert!(!seat.fits("paars fietsen in de regen", None));
        assert!(!seat.fits(&"x".repeat(LONGEST + 1), Some(&hashed)));
        assert!(!seat.fits("x", Some("no hash")));
        assert_ne!(hashed, hash("paars fietsen in de regen").unwrap(), "each has its own salt");
    }

    #[tokio::test]
    async fn who_finds_no_room_is_told_at_once_and_who_waits_not_for_ever() {
        let desk = Arc::new(Desk::default());
        let seats = desk.seats.available_permits();
        let mut held = Vec::new();
        for _ in 0..seats {
            held.push(seat(&desk).await.unwrap());
        }
        let ask = || {
            tokio::spawn({
                let desk = Arc::clone(&desk);
                async move { seat(&desk).await.is_some() }
            })
        };
        let waiting: Vec<_> = (seats..WAITING).map(|_| ask()).collect();
        while desk.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert!(seat(&desk).await.is_none(), "the places are taken: it does not wait");
        held.pop();
        let mut served = 0;
        for own in waiting {
            served += usize::from(own.await.unwrap());
        }
        // Each that was served gave its seat on; those that were not found their time over.
        assert_eq!(served, WAITING - seats);
        drop(held);
        let desk = Desk { patience: Duration::from_millis(20), ..Desk::default() };
        let mut held = Vec::new();
        for _ in 0..seats {
            held.push(seat(&desk).await.unwrap());
        }
        assert!(seat(&desk).await.is_none(), "its time is over");
        assert_eq!(desk.places.available_permits(), WAITING - seats, "and its place is free again");
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
