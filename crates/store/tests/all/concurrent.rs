//! Threads and processes on one store: a withdrawal that was acknowledged is seen by whoever asks
//! after it.

use std::io::{BufRead, BufReader, Write};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use maat::ledger::{At, Strength};

use crate::world::{
    World, both, child, count, given, open_child_store, record, shop, strength, today, withdrawn,
};

const SUBJECTS: usize = 4;

/// What the checker knows of one subject: odd from before a consent is given until after its
/// withdrawal was acknowledged, even while it is withdrawn for certain.
#[derive(Default)]
struct Known {
    epoch: [AtomicU64; SUBJECTS],
    clock: AtomicI64,
    seen_given: AtomicU64,
    checked: AtomicU64,
}

impl Known {
    fn now(&self) -> At {
        At(today().0 + self.clock.fetch_add(1, Ordering::SeqCst))
    }

    fn write(&self, store: &maat_store::Store, writer: usize, rounds: usize) {
        let scope = store.of(&shop());
        for round in 0..rounds {
            let subject = (writer + round * 2) % SUBJECTS;
            let name = format!("subject {subject}");
            let epoch = &self.epoch[subject];
            epoch.fetch_add(1, Ordering::SeqCst);
            record(&scope, self.now(), &name, given("mail", Strength::Given));
            record(&scope, self.now(), &name, withdrawn("mail"));
            epoch.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn read(&self, store: &maat_store::Store, reader: usize, rounds: usize) {
        let scope = store.of(&shop());
        for round in 0..rounds {
            let subject = (reader + round) % SUBJECTS;
            let epoch = &self.epoch[subject];
            let before = epoch.load(Ordering::SeqCst);
            let strength = strength(&scope, &format!("subject {subject}"), "mail", self.now());
            let after = epoch.load(Ordering::SeqCst);
            if before.is_multiple_of(2) {
                self.checked.fetch_add(1, Ordering::SeqCst);
                assert!(
                    before != after || strength == Strength::None,
                    "a read that began after a withdrawal was acknowledged saw the consent"
                );
            }
            self.seen_given.fetch_add(u64::from(strength == Strength::Given), Ordering::SeqCst);
        }
    }
}

fn check(world: &World, operations: usize) {
    let (known, other) = (Known::default(), world.again());
    std::thread::scope(|threads| {
        for writer in 0..2 {
            let store = if writer == 0 { &world.store } else { &other };
            let known = &known;
            threads.spawn(move || known.write(store, writer, operations / 8));
        }
        for reader in 0..2 {
            let store = if reader == 0 { &world.store } else { &other };
            let known = &known;
            threads.spawn(move || known.read(store, reader, operations / 4));
        }
    });
    assert!(known.checked.load(Ordering::SeqCst) > 0, "no read began after a withdrawal");
    let found = world.shop().verify(None).unwrap();
    assert_eq!((found.flaws, found.size), (vec![], operations as u64 / 8 * 4));
}

#[test]
fn no_read_after_an_acknowledged_withdrawal_shows_the_consent() {
    both(|world| check(world, usize::try_from(count("MAAT_OPERATIONS", 1000)).unwrap()));
}

#[test]
fn a_new_store_that_many_open_at_once_is_made_once() {
    both(|world| {
        let (folder, name) = (tempfile::tempdir().unwrap(), "new.db");
        let url = world
            .database
            .as_ref()
            .map(|_| crate::world::shared().url("maat", &crate::world::shared().database()));
        let open = || match &url {
            None => maat_store::Store::sqlite(&folder.path().join(name)),
            Some(url) => maat_store::Store::postgres(url, &folder.path().join("key")),
        };
        std::thread::scope(|threads| {
            let all: Vec<_> = (0..6)
                .map(|nth| {
                    let open = &open;
                    threads.spawn(move || {
                        let store = open().unwrap();
                        let subject = format!("subject {nth}");
                        record(&store.of(&shop()), today(), &subject, withdrawn("mail"));
                        store.verifying_key()
                    })
                })
                .collect();
            let keys: Vec<_> = all.into_iter().map(|one| one.join().unwrap()).collect();
            assert!(keys.iter().all(|key| *key == keys[0]));
        });
        let found = open().unwrap().of(&shop()).verify(None).unwrap();
        assert_eq!((found.flaws, found.size), (vec![], 6));
    });
}

/// The other process of the next test: it gives or withdraws when it is told to.
pub fn take_turns() {
    let store = open_child_store();
    let (scope, mut now) = (store.of(&shop()), today().0);
    for line in std::io::stdin().lines() {
        now += 1;
        let event = match line.unwrap().as_str() {
            "give" => given("mail", Strength::Given),
            _ => withdrawn("mail"),
        };
        record(&scope, At(now), "anna", event);
        println!("\nack");
    }
}

#[test]
fn what_one_process_acknowledged_the_other_reads() {
    both(|world| {
        let mut other = child("turns", world).spawn().unwrap();
        let mut tell = other.stdin.take().unwrap();
        let mut heard = BufReader::new(other.stdout.take().unwrap()).lines();
        let later = At(today().0 + 1_000_000);
        for _ in 0..25 {
            for (word, expected) in [("give", Strength::Given), ("withdraw", Strength::None)] {
                writeln!(tell, "{word}").unwrap();
                heard.find(|line| line.as_ref().unwrap() == "ack").unwrap().unwrap();
                assert_eq!(strength(&world.shop(), "anna", "mail", later), expected);
            }
        }
        drop(tell);
        other.wait().unwrap();
    });
}
