//! Workers that send a mailing: one at a time, and killed at any moment.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::time::Duration;

use maat::ledger::At;
use maat_store::{Claimed, Counts, MailingState, Outcome};

use crate::outbox::{begun, claim, messages, minutes, names, sent, settle, state};
use crate::world::{World, both, chance, child, count, open_child_store, shop, today};

#[test]
fn one_worker_holds_a_mailing_and_nobody_is_claimed_twice() {
    both(|world| {
        let scope = world.shop();
        begun(&scope, &names(300));
        assert!(!scope.take(minutes(1), "m", "other", minutes(20)).unwrap());
        assert_eq!(scope.claim_waiting(today(), "m", "other", 9).unwrap(), []);
        assert_eq!(scope.claim_waiting(today(), "m", "", 9).unwrap(), []);
        let again = world.again();
        let claimed: Vec<String> = std::thread::scope(|threads| {
            let both = [&world.store, &again].map(|store| {
                threads.spawn(move || {
                    let scope = store.of(&shop());
                    let mut found = Vec::new();
                    loop {
                        let more = claim(&scope, today(), 7);
                        if more.is_empty() {
                            return found;
                        }
                        found.extend(more);
                    }
                })
            });
            both.into_iter().flat_map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(claimed.len(), 300);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 300);
    });
}

#[test]
fn who_takes_over_sends_again_what_was_being_handed_over_and_says_so() {
    both(|world| {
        let (shop, people) = (world.shop(), names(3));
        begun(&shop, &people);
        claim(&shop, today(), 2);
        settle(&shop, &people[0], sent());
        // The same worker: its rows stay with it, and its lease only grows.
        assert!(shop.take(minutes(1), "m", "w", minutes(2)).unwrap());
        assert!(!shop.take(minutes(9), "m", "other", minutes(20)).unwrap());
        assert_eq!(shop.count("m").unwrap().handing, 1);
        assert_eq!(claim(&shop, minutes(10), 9), [""; 0], "the lease is over");
        assert!(shop.take(minutes(10), "m", "other", minutes(20)).unwrap());
        let counts = Counts { waiting: 2, sent: 1, suspect: 1, ..Counts::default() };
        assert_eq!(shop.count("m").unwrap(), counts);
        assert_eq!(claim(&shop, minutes(11), 9), [""; 0], "it is the other's");
        let error = shop.settle(minutes(11), "m", "w", &[(people[1].clone(), sent())]).unwrap_err();
        assert!(error.what.contains("another worker took `m` over"), "{error}");
        assert_eq!(shop.count("m").unwrap(), counts);
        let claimed = shop.claim_waiting(minutes(11), "m", "other", 9).unwrap();
        let suspects: Vec<_> = claimed.iter().map(|one| (&one.subject, one.suspect)).collect();
        assert_eq!(suspects, [(&people[1], true), (&people[2], false)]);
        // Late, but nobody else took it: what it did still counts.
        let outcomes: Vec<_> = people[1..].iter().map(|one| (one.clone(), sent())).collect();
        shop.settle(minutes(30), "m", "other", &outcomes).unwrap();
        assert_eq!(shop.count("m").unwrap(), Counts { sent: 3, suspect: 1, ..Counts::default() });
        assert_eq!(people.iter().map(|one| messages(&shop, one)).sum::<usize>(), 3);
    });
}

/// What a worker does that another test kills: it tells each message that it hands over.
pub fn send() {
    let store = open_child_store();
    let (scope, worker) = (store.of(&shop()), std::env::var("MAAT_WORKER").unwrap());
    let now = minutes(worker.parse().unwrap());
    assert!(scope.take(now, "m", &worker, At(now.0 + 60_000)).unwrap());
    loop {
        let claimed =
            scope.claim_waiting(now, "m", &worker, 1 + u32::try_from(chance(8)).unwrap()).unwrap();
        if claimed.is_empty() {
            println!("\nover");
            return;
        }
        let outcomes: Vec<_> = claimed
            .into_iter()
            .map(|Claimed { subject, suspect, .. }| {
                if chance(5) == 0 {
                    return (
                        subject,
                        Outcome::Later { due: now, why: "451".into(), unseen: false },
                    );
                }
                println!("\nhanded {suspect} {subject}");
                (subject, sent())
            })
            .collect();
        scope.settle(now, "m", &worker, &outcomes).unwrap();
    }
}

/// Runs a worker until it was heard so often, then kills it; with none, until it is over.
fn work(world: &World, worker: u64, kill_after: Option<usize>, handed: &mut BTreeMap<String, u64>) {
    let mut child = child("send", world).env("MAAT_WORKER", worker.to_string()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut over = false;
    let mut take = |line: String| {
        over |= line == "over";
        let (suspect, subject) = line.strip_prefix("handed ")?.split_once(' ')?;
        let times = handed.entry(subject.to_owned()).or_default();
        *times += 1;
        assert!(*times == 1 || suspect == "true", "{subject} got it twice and nobody knows");
        Some(())
    };
    match kill_after {
        Some(times) => {
            let _ = lines.by_ref().filter_map(&mut take).take(times).count();
            // Any moment of a transaction.
            std::thread::sleep(Duration::from_micros(chance(3000)));
            child.kill().unwrap();
            lines.filter_map(&mut take).for_each(drop);
        }
        None => lines.filter_map(&mut take).for_each(drop),
    }
    assert!(kill_after.is_some() || over, "the worker did not come to its end");
    child.wait().unwrap();
}

#[test]
fn a_mailing_survives_kill_9_at_any_moment() {
    both(|world| {
        let (shop, people, rounds) = (world.shop(), names(300), count("MAAT_ROUNDS", 10));
        shop.begin_mailing(today(), "m", "shoes", "c0", "d0").unwrap();
        shop.enqueue(today(), "m", &people).unwrap();
        let mut handed = BTreeMap::new();
        for round in 1..=rounds {
            work(world, round, Some(usize::try_from(chance(40)).unwrap()), &mut handed);
            assert_eq!(shop.verify(None).unwrap().flaws, []);
        }
        work(world, rounds + 1, None, &mut handed);
        assert_eq!(state(&shop), MailingState::Done);
        let counts = shop.count("m").unwrap();
        let twice = handed.values().filter(|times| **times > 1).count() as u64;
        assert_eq!(counts, Counts { sent: 300, suspect: counts.suspect, ..Counts::default() });
        println!("{twice} got it twice, {} are suspect", counts.suspect);
        assert!(twice <= counts.suspect, "{twice} got it twice, {} are said to", counts.suspect);
        for subject in &people {
            assert!(handed.contains_key(subject), "{subject} never got it");
            assert_eq!(messages(&shop, subject), 1, "{subject}");
        }
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}
