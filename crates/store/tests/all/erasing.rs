//! Erasure leaves proof, not data.

use maat::ledger::{Address, At, Event, Strength};
use maat_store::{Draft, Erasure, Kind, Outcome, Scope};

use crate::world::{CODE, World, both, day, given, record, record_at, seen, strength, today};

const SECRET: &str = "a secret about anna that nobody else has";

fn live(shop: &Scope) {
    record_at(shop, day("2026-01-01"), "anna", given("mail", Strength::Given));
    record_at(shop, day("2026-01-01"), "ben", given("mail", Strength::Given));
    record_at(shop, day("2026-02-01"), "anna", seen("purchase.item", SECRET, day("2026-02-01")));
    record_at(shop, day("2026-02-02"), "anna", Event::Objected);
}

/// A mailing that some of them got and others are to get.
fn queue(shop: &Scope, subjects: &[String]) {
    shop.begin_mailing(today(), "m", "b", "c0", "d0").unwrap();
    shop.enqueue(today(), "m", subjects).unwrap();
    shop.take(today(), "m", "w", today().plus_days(1)).unwrap();
    let claimed = shop.claim_waiting(today(), "m", "w", 50).unwrap();
    let sent = Outcome::Sent { brief: "b".into(), channel: "email".into(), marketing: true };
    let sent: Vec<_> = claimed.into_iter().map(|one| (one.subject, sent.clone())).collect();
    shop.settle(today(), "m", "w", &sent).unwrap();
}

#[test]
fn an_erasure_removes_everything_and_proves_it() {
    both(|world| {
        let shop = world.shop();
        live(&shop);
        let proof = shop
            .erase(today(), "anna", &[Address::on_record("Anna@Example.com ")], "desk")
            .unwrap();
        assert_eq!(proof.emptied, [0, 2, 3]);
        assert!(proof.holds(&world.store.verifying_key()));
        assert!(!proof.payload.contains("anna"), "the record of it names nobody");
        assert!(shop.export("anna", today()).unwrap().history.is_empty());
        assert_eq!(shop.standing("anna").unwrap(), None);
        assert_eq!(shop.erased("anna").unwrap(), Some(today()));
        assert!(shop.facts(&CODE, "anna", today()).unwrap().person.objected, "strict again");
        assert_eq!(strength(&shop, "ben", "mail", today()), Strength::Given);
        let entries = shop.entries(0, 10).unwrap();
        let kinds: Vec<_> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["consent_given", "consent_given", "signal_seen", "objected", "erased"]);
        assert_eq!((entries[0].subject.as_ref(), entries[0].at), (None, day("2026-01-01")));
        let found = shop.verify(Some(&proof.inclusion.checkpoint)).unwrap();
        assert_eq!((found.flaws, found.emptied, found.size), (vec![], 3, 5));
        assert!(shop.suppressed(&Address::on_record("anna@example.com")).unwrap());
        assert!(
            shop.facts_reaching(
                &CODE,
                "ben",
                &Address::on_record("anna@example.com"),
                today(),
                &[]
            )
            .unwrap()
            .person
            .suppressed
        );
        assert!(
            !shop
                .facts_reaching(&CODE, "ben", &Address::on_record("ben@example.com"), today(), &[])
                .unwrap()
                .person
                .suppressed
        );
        shop.readmit(&Address::on_record("anna@example.com")).unwrap();
        assert!(!shop.suppressed(&Address::on_record("anna@example.com")).unwrap());
    });
}

#[test]
fn a_proof_that_was_changed_does_not_hold() {
    both(|world| {
        live(&world.shop());
        let key = world.store.verifying_key();
        let proof = world.shop().erase(today(), "anna", &[], "desk").unwrap();
        let read: Erasure = serde_json::from_str(&serde_json::to_string(&proof).unwrap()).unwrap();
        assert_eq!(read, proof);
        let changed: [fn(&mut Erasure); 6] = [
            |erasure| erasure.subject.replace_range(0..1, "x"),
            |erasure| erasure.emptied.push(9),
            |erasure| erasure.at = At(erasure.at.0 + 1),
            |erasure| erasure.salt.replace_range(0..2, "00"),
            |erasure| erasure.inclusion.number += 1,
            |erasure| erasure.inclusion.path.clear(),
        ];
        for change in changed {
            let mut other = proof.clone();
            change(&mut other);
            assert!(!other.holds(&key) || other == proof);
        }
    });
}

#[test]
fn what_happened_before_an_erasure_does_not_come_back() {
    both(|world| {
        let shop = world.shop();
        live(&shop);
        shop.erase(today(), "anna", &[], "desk").unwrap();
        for at in [day("2026-03-01"), today()] {
            let old = Draft::at(at, "anna", "import", given("mail", Strength::Given));
            let fine = Draft::at(at, "ben", "import", given("mail", Strength::Given));
            let error = shop.append(today(), &[fine, old]).unwrap_err();
            assert_eq!((error.kind, error.place.as_str()), (Kind::Erased, "event 1"));
        }
        record(&shop, At(today().0 + 1), "anna", given("mail", Strength::Given));
        let later = At(today().0 + 1);
        assert_eq!(strength(&shop, "anna", "mail", later), Strength::Given, "a new beginning");
        let old = Draft::at(day("2026-03-01"), "anna", "import", given("profile", Strength::Given));
        let error = shop.append(later, &[old]).unwrap_err();
        assert_eq!(error.kind, Kind::Erased, "nor once somebody has begun anew");
        let again = shop.erase(At(today().0 + 2), "anna", &[], "desk").unwrap();
        assert_eq!(again.emptied, [5]);
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn of_somebody_unknown_there_is_nothing_to_erase() {
    both(|world| {
        let error = world.shop().erase(today(), "nobody", &[], "desk").unwrap_err();
        assert_eq!(error.kind, Kind::Input);
        assert_eq!(world.shop().size().unwrap(), 0);
    });
}

/// Neither the file, nor its write-ahead log, nor a page that was freed holds what was erased.
#[test]
fn nothing_erased_is_left_in_the_bytes_of_an_sqlite_file() {
    let world = World::sqlite();
    let shop = world.shop();
    let secret = |nth: u32| format!("{SECRET} {nth} ").repeat(nth as usize % 12 + 1);
    for round in 0..4 {
        let drafts: Vec<Draft> = (0..300)
            .map(|nth| {
                let signal = format!("signal {}", (nth + round) % 7);
                let name = format!("person-{}-of-the-files", nth % 150);
                Draft::now(&name, "desk", seen(&signal, &secret(nth), today()))
            })
            .collect();
        shop.append(today(), &drafts).unwrap();
    }
    let holds = |text: &str| {
        ["maat.db", "maat.db-wal"].iter().any(|file| {
            let bytes = std::fs::read(world.folder.path().join(file)).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        })
    };
    let all: Vec<_> = (0..150).map(|nth| format!("person-{nth}-of-the-files")).collect();
    queue(&shop, &all);
    assert!(holds(SECRET) && holds("person-7-of-the-files"));
    for nth in (0..150).rev() {
        let name = format!("person-{nth}-of-the-files");
        let proof = shop.erase(today(), &name, &[], "desk").unwrap();
        assert!(proof.traces_cleared, "the file is small");
        assert!(!holds(&name), "{name} is still in the file");
    }
    assert!(!holds(SECRET), "a secret is still in the file");
    assert!(shop.verify(None).unwrap().holds());
}

#[test]
fn a_large_sqlite_file_is_cleared_by_a_vacuum() {
    let world = World::sqlite();
    let shop = world.shop();
    let drafts: Vec<Draft> = (0..3000)
        .map(|nth| {
            let value = format!("{SECRET} {nth} ").repeat(nth % 60 + 1);
            Draft::now(&format!("person-{nth}"), "desk", seen("purchase.item", &value, today()))
        })
        .collect();
    shop.append(today(), &drafts).unwrap();
    queue(&shop, &(0..3000).map(|nth| format!("person-{nth}")).collect::<Vec<_>>());
    let proof = shop.erase(today(), "person-1234", &[], "desk").unwrap();
    assert!(!proof.traces_cleared, "it would take too long");
    assert!(world.store.clear_traces().unwrap());
    for file in ["maat.db", "maat.db-wal"] {
        let bytes = std::fs::read(world.folder.path().join(file)).unwrap();
        for text in ["person-1234", "has 1234 "] {
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
        }
    }
    assert!(shop.verify(None).unwrap().holds());
}

#[test]
fn on_postgresql_a_vacuum_clears_what_is_left() {
    let world = World::postgres();
    let shop = world.shop();
    let drafts: Vec<Draft> = (0..300)
        .map(|nth| {
            let value = format!("{SECRET} {nth} ").repeat(nth % 60 + 1);
            Draft::now(&format!("person-{nth}-"), "desk", seen("purchase.item", &value, today()))
        })
        .collect();
    shop.append(today(), &drafts).unwrap();
    let all: Vec<_> = (0..300).map(|nth| format!("person-{nth}-")).collect();
    queue(&shop, &all);
    for subject in &all {
        shop.add_address(subject, &Address::on_record(&format!("{subject}@example.org"))).unwrap();
        shop.audit(today(), "Sam", "person_viewed", "", Some(subject)).unwrap();
    }
    for nth in (0..300).filter(|nth| nth % 7 == 3) {
        let proof = shop.erase(today(), &format!("person-{nth}-"), &[], "desk").unwrap();
        assert!(!proof.traces_cleared, "old versions of rows stay until a vacuum");
    }
    let files = || {
        let bytes = crate::world::shared().files(world.database.as_deref().unwrap());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    assert!(files().contains("person-213-"));
    assert!(world.store.clear_traces().unwrap());
    let files = files();
    for nth in 0..300 {
        let left = files.contains(&format!("person-{nth}-"));
        assert_eq!(left, nth % 7 != 3, "person-{nth}- is still in the files, or is there no more");
    }
    assert!(shop.verify(None).unwrap().holds());
}
