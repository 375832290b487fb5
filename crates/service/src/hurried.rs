//! A key that asks more than it may in a second: what it delivers is still read for the noes in it, for no limit stands
//! before these. Of each key so many bodies are read at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::problem::Problem;

/// Bodies of one key above its limit that are read at the same time.
const PLACES: usize = 4;

/// How many bodies are read of each key above its limit.
#[derive(Debug, Clone, Default)]
pub struct Hurry(Arc<Mutex<HashMap<String, usize>>>);

/// A place for a body of a key above its limit, for as long as it is held.
#[derive(Debug)]
pub struct Hurried {
    /// What is told of all that is no no: when to come again.
    pub problem: Problem,
    who: String,
    places: Hurry,
}

impl Hurry {
    /// A place for one more body; where there is none, the problem itself.
    pub fn place(&self, who: &str, problem: Problem) -> Result<Hurried, Problem> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = all.entry(who.to_owned()).or_default();
        if *taken >= PLACES {
            return Err(problem);
        }
        *taken += 1;
        Ok(Hurried { problem, who: who.to_owned(), places: self.clone() })
    }
}

impl Drop for Hurried {
    fn drop(&mut self) {
        let mut all = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = all.get_mut(&self.who) {
            *taken -= 1;
            if *taken == 0 {
                all.remove(&self.who);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;

    #[test]
    fn so_many_bodies_of_one_key_are_read_at_once_and_those_of_another_beside_them() {
        let (hurry, problem) = (Hurry::default(), || Problem::new(Kind::TooMany, "", ""));
        let held: Vec<_> = (0..PLACES).map(|_| hurry.place("a", problem()).unwrap()).collect();
        assert!(hurry.place("a", problem()).is_err());
        assert!(hurry.place("b", problem()).is_ok());
        drop(held);
        assert!(hurry.place("a", problem()).is_ok());
        assert!(hurry.0.lock().unwrap().is_empty(), "who has none is forgotten");
    }
}
