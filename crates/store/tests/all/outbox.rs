//! Mailings: everybody of one gets its message, and whoever may have got it twice is known.

use maat::ledger::{At, Event};
use maat_store::{Claimed, Counts, Kind, MailingState, Outcome, Rivals, Scope, What};

use crate::world::{World, both, raw, record, shared, today};

pub fn minutes(past: i64) -> At {
    At(today().0 + past * 60_000)
}

pub fn names(count: usize) -> Vec<String> {
    (0..count).map(|nth| format!("customer {nth:05}")).collect()
}

pub fn sent() -> Outcome {
    Outcome::Sent { brief: "shoes".into(), channel: "email".into(), marketing: true }
}

/// A mailing `m` to some people, held by the worker `w` for ten minutes.
pub fn begun(shop: &Scope, people: &[String]) {
    shop.begin_mailing(today(), "m", "shoes", "c0", "d0").unwrap();
    shop.enqueue(today(), "m", people).unwrap();
    assert!(shop.take(today(), "m", "w", minutes(10)).unwrap());
}

pub fn claim(shop: &Scope, now: At, limit: u32) -> Vec<String> {
    let claimed = shop.claim_waiting(now, "m", "w", limit).unwrap();
    claimed.into_iter().map(|one| one.subject).collect()
}

pub fn settle(shop: &Scope, subject: &str, outcome: Outcome) {
    shop.settle(today(), "m", "w", &[(subject.to_owned(), outcome)]).unwrap();
}

pub fn messages(shop: &Scope, subject: &str) -> usize {
    shop.export(subject, today()).unwrap().messages.len()
}

pub fn state(shop: &Scope) -> MailingState {
    shop.mailing("m").unwrap().unwrap().state
}

#[test]
fn a_mailing_is_begun_sent_and_done() {
    both(|world| {
        let (shop, people) = (world.shop(), names(4));
        begun(&shop, &people);
        let all = Counts { waiting: 4, ..Counts::default() };
        assert_eq!(shop.count("m").unwrap(), all);
        assert_eq!(claim(&shop, today(), 9), people);
        assert_eq!(claim(&shop, today(), 9), [""; 0], "they are being handed over already");
        assert_eq!(shop.count("m").unwrap(), Counts { waiting: 0, handing: 4, ..all });
        let why = || "550".to_owned();
        let outcomes = [
            sent(),
            Outcome::Held { why: "human.objection".into() },
            Outcome::Failed { why: why() },
            Outcome::Later { due: minutes(5), why: why(), unseen: false },
        ];
        let outcomes: Vec<_> = people.iter().cloned().zip(outcomes).collect();
        shop.settle(today(), "m", "w", &outcomes).unwrap();
        let three = Counts { waiting: 1, sent: 1, held: 1, failed: 1, ..Counts::default() };
        assert_eq!(shop.count("m").unwrap(), three);
        let because = shop.count_by_why("m").unwrap().1;
        let because: Vec<_> =
            because.iter().map(|it| (it.what, it.why.as_str(), it.count)).collect();
        assert_eq!(because.len(), 3, "{because:?}");
        for one in
            [(What::Failed, "550", 1), (What::Later, "550", 1), (What::Held, "human.objection", 1)]
        {
            assert!(because.contains(&one), "{one:?}: {because:?}");
        }
        assert_eq!(shop.held_until(today(), "m").unwrap(), Some(minutes(10)));
        assert_eq!(shop.held_until(minutes(10), "m").unwrap(), None, "its lease is over");
        assert_eq!(shop.held_until(today(), "other").unwrap(), None);
        assert_eq!(state(&shop), MailingState::Running);
        assert_eq!(shop.next_due("m").unwrap(), Some(minutes(5)));
        assert_eq!(claim(&shop, minutes(4), 9), [""; 0], "not due yet");
        let again = shop.claim_waiting(minutes(5), "m", "w", 9).unwrap();
        assert_eq!(
            again,
            [Claimed {
                subject: people[3].clone(),
                tries: 1,
                suspect: false,
                rivals: Rivals::default()
            }]
        );
        settle(&shop, &people[3], sent());
        assert_eq!(state(&shop), MailingState::Done);
        assert_eq!(shop.next_due("m").unwrap(), None);
        assert_eq!(shop.enqueue(today(), "m", &people).unwrap(), 0);
        assert_eq!(state(&shop), MailingState::Done);
        assert_eq!(shop.enqueue(today(), "m", &["late".into()]).unwrap(), 1);
        assert_eq!(state(&shop), MailingState::Running, "somebody waits again");
    });
}

#[test]
fn a_mailing_stays_what_was_signed() {
    both(|world| {
        let shop = world.shop();
        let made = shop.begin_mailing(today(), "m", "shoes", "c0", "d0").unwrap();
        assert_eq!((made.made, made.state), (today(), MailingState::Running));
        assert_eq!(shop.begin_mailing(minutes(1), "m", "shoes", "c0", "d0").unwrap(), made);
        for (brief, content, code, what) in [
            ("boots", "c0", "d0", "another brief"),
            ("shoes", "c1", "d0", "another content of the brief"),
            ("shoes", "c0", "d1", "another Code"),
        ] {
            let error = shop.begin_mailing(minutes(1), "m", brief, content, code).unwrap_err();
            assert_eq!(error.kind, Kind::Input);
            assert!(error.what.contains(what), "{error}");
        }
        for id in ["", "a\nb", &"x".repeat(201)] {
            let error = shop.begin_mailing(today(), id, "shoes", "c0", "d0").unwrap_err();
            assert_eq!(error.kind, Kind::Input);
        }
        shop.begin_mailing(minutes(2), "a", "shoes", "c1", "d1").unwrap();
        let ids = |limit| {
            let all = shop.mailings(limit).unwrap().into_iter();
            all.map(|one| one.id).collect::<Vec<_>>()
        };
        assert_eq!((ids(9), ids(1)), (vec!["a".to_owned(), "m".into()], vec!["a".to_owned()]));
        assert_eq!(shop.mailing("m").unwrap(), Some(made));
        assert_eq!(shop.mailing("n").unwrap(), None);
        for error in [
            shop.enqueue(today(), "n", &names(1)).map(|_| ()).unwrap_err(),
            shop.take(today(), "n", "w", minutes(1)).map(|_| ()).unwrap_err(),
            shop.settle(today(), "n", "w", &[]).unwrap_err(),
        ] {
            assert!(error.what.contains("none of the id `n`"), "{error}");
        }
        assert!(!shop.steer("n", MailingState::Paused).unwrap());
    });
}

#[test]
fn whoever_is_added_again_is_in_it_once() {
    both(|world| {
        let (shop, people) = (world.shop(), names(10_000));
        shop.begin_mailing(today(), "m", "shoes", "c0", "d0").unwrap();
        assert_eq!(shop.enqueue(today(), "m", &people[..6000]).unwrap(), 6000);
        assert_eq!(shop.enqueue(today(), "m", &people).unwrap(), 4000);
        assert_eq!(shop.enqueue(today(), "m", &people).unwrap(), 0);
        let twice = vec!["new".to_owned(); 9];
        assert_eq!(shop.enqueue(today(), "m", &twice).unwrap(), 1);
        let wrong = ["one more".to_owned(), String::new()];
        assert_eq!(shop.enqueue(today(), "m", &wrong).unwrap_err().kind, Kind::Input);
        assert_eq!(shop.count("m").unwrap(), Counts { waiting: 10_001, ..Counts::default() });
        assert!(shop.take(today(), "m", "w", minutes(10)).unwrap());
        assert_eq!(claim(&shop, today(), 1), people[..1]);
        settle(&shop, &people[0], sent());
        assert_eq!(shop.enqueue(today(), "m", &people[..9]).unwrap(), 0, "sent is not sent again");
    });
}

#[test]
fn a_mailing_is_paused_resumed_and_stopped_for_good() {
    both(|world| {
        let (shop, people) = (world.shop(), names(4));
        begun(&shop, &people);
        let steer = |to| shop.steer("m", to).unwrap();
        assert_eq!(claim(&shop, today(), 1).len(), 1);
        assert!(!steer(MailingState::Done), "somebody waits");
        assert!(steer(MailingState::Paused));
        assert_eq!(claim(&shop, today(), 1), [""; 0]);
        settle(&shop, &people[0], sent());
        assert_eq!(shop.count("m").unwrap().sent, 1, "what had left is not forgotten");
        assert!(steer(MailingState::Running) && steer(MailingState::Running));
        assert_eq!(claim(&shop, today(), 1).len(), 1);
        assert!(steer(MailingState::Stopped));
        for other in [MailingState::Running, MailingState::Paused, MailingState::Done] {
            assert!(!steer(other), "{other:?} after it was stopped");
        }
        settle(&shop, &people[1], sent());
        assert_eq!(claim(&shop, today(), 9), [""; 0]);
        assert_eq!(state(&shop), MailingState::Stopped);
        let error = shop.enqueue(today(), "m", &["late".into()]).unwrap_err();
        assert!(error.what.contains("`m` was stopped"), "{error}");
        assert_eq!(shop.count("m").unwrap(), Counts { waiting: 2, sent: 2, ..Counts::default() });
        shop.begin_mailing(today(), "empty", "shoes", "c0", "d0").unwrap();
        assert!(shop.steer("empty", MailingState::Done).unwrap());
        assert!(!shop.steer("empty", MailingState::Running).unwrap());
    });
}

#[test]
fn who_waits_longest_is_first() {
    both(|world| {
        let (shop, people) = (world.shop(), names(3));
        begun(&shop, &people);
        assert_eq!(claim(&shop, today(), 9).len(), 3);
        for (subject, due) in people.iter().zip([6, 4, 5]) {
            settle(
                &shop,
                subject,
                Outcome::Later { due: minutes(due), why: "451".into(), unseen: false },
            );
        }
        shop.enqueue(minutes(3), "m", &["new".into()]).unwrap();
        assert_eq!(shop.next_due("m").unwrap(), Some(minutes(3)));
        assert_eq!(claim(&shop, minutes(5), 9), ["new", &people[1], &people[2]]);
        assert_eq!(claim(&shop, minutes(6), 9), [people[0].as_str()]);
    });
}

#[test]
fn what_was_not_handed_over_after_all_is_no_try() {
    both(|world| {
        let (shop, people) = (world.shop(), names(2));
        begun(&shop, &people);
        assert_eq!(claim(&shop, today(), 2), people);
        let why = "451".to_owned();
        settle(&shop, &people[0], Outcome::Later { due: minutes(1), why, unseen: true });
        settle(&shop, &people[1], Outcome::Back { due: minutes(2) });
        assert_eq!(claim(&shop, minutes(1), 2), people[..1]);
        settle(&shop, &people[0], Outcome::Back { due: minutes(2) });
        let counts = Counts { waiting: 2, suspect: 1, ..Counts::default() };
        assert_eq!(shop.count("m").unwrap(), counts);
        assert_eq!(shop.next_due("m").unwrap(), Some(minutes(2)));
        let again = shop.claim_waiting(minutes(2), "m", "w", 2).unwrap();
        let stands = |nth: usize, tries, suspect| Claimed {
            subject: people[nth].clone(),
            tries,
            suspect,
            rivals: Rivals::default(),
        };
        assert_eq!(again, [stands(0, 1, true), stands(1, 0, false)]);
    });
}

#[test]
fn what_was_sent_is_recorded_once_and_the_tree_holds_it() {
    both(|world| {
        let (shop, people) = (world.shop(), names(20));
        begun(&shop, &people);
        let outcomes: Vec<_> = people.iter().map(|one| (one.clone(), sent())).collect();
        shop.settle(today(), "m", "w", &outcomes).unwrap();
        assert_eq!(shop.size().unwrap(), 0, "nobody was claimed");
        assert_eq!(claim(&shop, today(), 12), people[..12]);
        let twice: Vec<_> = outcomes.iter().chain(&outcomes).cloned().collect();
        shop.settle(today(), "m", "w", &twice).unwrap();
        shop.settle(today(), "m", "w", &outcomes).unwrap();
        let entries = shop.entries(0, 99).unwrap();
        assert_eq!(entries.len(), 12);
        for (entry, subject) in entries.iter().zip(&people) {
            let record = entry.record().unwrap().unwrap();
            assert_eq!(record.recorded_by, "mailing m");
            let Outcome::Sent { brief, channel, marketing } = sent() else { panic!() };
            assert_eq!(*record.event, Event::MessageSent { brief, channel, marketing });
            assert_eq!(entry.subject.as_ref(), Some(subject));
            assert_eq!(messages(&shop, subject), 1);
            assert!(!shop.rebuild(subject).unwrap(), "the row of the person fits");
        }
        assert_eq!(shop.verify(None).unwrap().flaws, []);
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

#[test]
fn who_was_erased_is_in_no_mailing_any_more() {
    both(|world| {
        let (shop, people) = (world.shop(), names(4));
        record(&shop, today(), &people[0], Event::Objected);
        begun(&shop, &people);
        assert_eq!(claim(&shop, today(), 2).len(), 2);
        // One who is being handed a message, and two of whom only the outbox knows.
        for subject in &people[..3] {
            shop.erase(today(), subject, &[], "desk").unwrap();
        }
        let size = shop.size().unwrap();
        let late: Vec<_> = people[..2].iter().map(|one| (one.clone(), sent())).collect();
        shop.settle(today(), "m", "w", &late).unwrap();
        assert_eq!(shop.size().unwrap(), size, "nothing of the erased is recorded again");
        assert_eq!(shop.count("m").unwrap(), Counts { waiting: 1, ..Counts::default() });
        assert_eq!(shop.enqueue(today(), "m", &people).unwrap(), 0, "from a list of before");
        record(&shop, minutes(1), &people[0], Event::AddressConfirmed);
        assert_eq!(shop.enqueue(minutes(2), "m", &people).unwrap(), 1, "a new beginning");
        assert_eq!(claim(&shop, minutes(2), 9), [people[3].as_str(), &people[0]]);
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn of_an_old_mailing_nothing_is_kept_and_until_then_each_sees_how_it_stands_for_them() {
    both(|world| {
        let (shop, people) = (world.shop(), names(5));
        begun(&shop, &people);
        shop.keep_links("m", &[("https://a.example".into(), "/go/a".into())]).unwrap();
        claim(&shop, today(), 9);
        settle(&shop, &people[0], sent());
        settle(&shop, &people[1], Outcome::Held { why: "human.ceiling".into() });
        let rows_of = |nth: usize| {
            let rows = shop.export(&people[nth], today()).unwrap().mailings;
            rows.into_iter().map(|row| (row.mailing, row.state, row.why)).collect::<Vec<_>>()
        };
        assert_eq!(rows_of(0), [("m".to_owned(), "sent".to_owned(), None)]);
        assert_eq!(
            rows_of(1),
            [("m".to_owned(), "held".to_owned(), Some("human.ceiling".to_owned()))]
        );
        assert_eq!(rows_of(2), [("m".to_owned(), "handing".to_owned(), None)]);
        assert_eq!(shop.sweep_mailings(minutes(1), 2).unwrap(), 0, "it is under way");
        assert!(shop.steer("m", MailingState::Stopped).unwrap());
        assert_eq!(shop.sweep_mailings(today(), 2).unwrap(), 0, "it was made at this moment");
        assert_eq!(rows_of(0).len(), 1);
        assert_eq!(shop.sweep_mailings(minutes(1), 2).unwrap(), 1);
        assert_eq!((rows_of(0), rows_of(1), rows_of(4)), (vec![], vec![], vec![]));
        assert_eq!((shop.mailing("m").unwrap(), shop.links("m").unwrap()), (None, vec![]));
        assert_eq!(messages(&shop, &people[0]), 1, "what they got stays in their history");
    });
}

/// PostgreSQL's own word for it; of SQLite a test beside the statements asks.
#[test]
fn on_postgresql_a_claim_reads_the_rows_it_gives_and_no_others() {
    let world = World::postgres();
    let (shop, people) = (world.shop(), names(20_000));
    begun(&shop, &people);
    let url = shared().url("maat", world.database.as_deref().unwrap());
    let (_, from) = include_str!("../../src/sql.rs").split_once("    WAITING = \"").unwrap();
    let (sql, _) = from.split_once('"').unwrap();
    for counted in ["", "analyze outbox;"] {
        let asked = format!(
            "{counted} set plan_cache_mode = force_generic_plan; set enable_seqscan = off;
             select set_config('maat.controller', 'shop', false);
             prepare waiting as {};
             explain (analyze, costs off, timing off, summary off)
             execute waiting ('shop', 'm', {}, 200)",
            sql.replace('?', "$"),
            today().0
        );
        let rows = raw(&url, &asked).unwrap();
        let plan: Vec<String> = rows.iter().skip(1).map(|row| row[0].clone().unwrap()).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("using outbox_waiting") && plan.contains("rows=200"), "{plan}");
        assert!(!plan.contains("Sort") && !plan.contains("rows=20000"), "{plan}");
    }
}
