//! The evidence: proofs hold, and whatever is changed behind Maat's back is found.

use maat::ledger::{Event, Right, Strength};
use maat_store::{Checkpoint, Draft, Kind, tree};

use crate::world::{
    CODE, World, both, day, given, record, record_at, seen, strength, today, withdrawn,
};

/// 700 entries: more than two levels of stored nodes.
fn fill(world: &World) {
    let drafts: Vec<Draft> = (0..700)
        .map(|nth| Draft::now(&format!("subject {nth}"), "test", given("mail", Strength::Given)))
        .collect();
    for part in drafts.chunks(123) {
        world.shop().append(today(), part).unwrap();
    }
}

#[test]
fn every_proof_that_the_store_gives_holds() {
    both(|world| {
        fill(world);
        let (shop, key) = (world.shop(), world.store.verifying_key());
        assert_eq!(shop.inclusion(0).unwrap_err().kind, Kind::Input, "no checkpoint yet");
        let note = shop.checkpoint(today()).unwrap();
        let checkpoint = Checkpoint::open(&note, &key).unwrap();
        assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (700, "maat/shop"));
        assert_eq!(checkpoint.root, shop.root(700).unwrap());
        assert!(shop.verifier().starts_with("maat/shop+"));
        for number in (0..700).step_by(37).chain([15, 16, 255, 256, 699]) {
            let proof = shop.inclusion(number).unwrap();
            assert!(proof.holds(&key), "{number}");
            let entry = shop.entry(number).unwrap().unwrap();
            assert_eq!(hex::encode(entry.leaf()), proof.leaf);
        }
        record(&shop, today(), "subject 1", withdrawn("mail"));
        assert_eq!(shop.inclusion(700).unwrap_err().kind, Kind::Input);
        let after = shop.root(701).unwrap();
        for old in (1..=700).step_by(41).chain([0, 256, 512, 700, 701]) {
            let path = shop.consistency(old, 701).unwrap();
            assert!(tree::grew(old, 701, &shop.root(old).unwrap(), &after, &path), "{old}");
        }
        assert_eq!(shop.consistency(5, 702).unwrap_err().kind, Kind::Input);
        assert_eq!(shop.checkpoint(today()).unwrap(), shop.last_checkpoint().unwrap().unwrap());
        let found = shop.verify(Some(&note)).unwrap();
        assert_eq!((found.flaws, found.checkpoints, found.size), (vec![], 3, 701));
    });
}

#[test]
fn whatever_is_changed_is_found_and_named() {
    let flip = |column: &str, postgres: bool| match (column, postgres) {
        ("salt" | "commitment", false) => {
            format!("{column} = cast(substr({column}, 2) || x'01' as blob)")
        }
        ("salt" | "commitment", true) => {
            format!("{column} = set_byte({column}, 3, 255 - get_byte({column}, 3))")
        }
        ("payload", _) => "payload = replace(payload, 'test', 'tesu')".to_owned(),
        ("at", _) => "at = at + 1".to_owned(),
        (other, _) => format!("{other} = {other} || 'x'"),
    };
    for column in ["payload", "salt", "commitment", "at", "kind", "subject"] {
        both(|world| {
            fill(world);
            world.shop().checkpoint(today()).unwrap();
            let change = flip(column, world.database.is_some());
            world.tamper(&format!("update entry set {change} where number = 300"));
            let found = world.shop().verify(None).unwrap();
            assert!(found.flaws.iter().any(|flaw| flaw.number == Some(300)), "{column}: {found:?}");
        });
    }
}

#[test]
fn every_other_change_of_the_ledger_is_found() {
    let changes = [
        ("delete from entry where number = 300", "an entry is missing"),
        ("delete from entry where number = 699", "entries at the end are missing: more were signed"),
        ("update entry set number = -1 where number = 7; update entry set number = 7 where number = 8;
          update entry set number = 8 where number = -1", "the entries are not those of the stored node"),
        ("update entry set payload = null where number = 5", "only one of payload and salt is there"),
        ("update entry set payload = null, salt = null where number = 5", "it was emptied, and no erasure says so"),
        ("delete from node where level = 4 and place = 3", "a stored node is missing"),
        ("update node set hash = (select hash from node where level = 4 and place = 2)
          where level = 4 and place = 3", "the entries are not those of the stored node"),
        ("update head set size = 699", "the head is not that of the entries"),
        ("update checkpoint set note = replace(note, '700', '701')", "a checkpoint is not signed with this store's key"),
        ("update checkpoint set at = at - 1", "the moment of a checkpoint is not the one that was signed"),
        ("update checkpoint set size = 699", "a checkpoint is not signed with this store's key"),
    ];
    for (sql, what) in changes {
        both(|world| {
            fill(world);
            world.shop().checkpoint(today()).unwrap();
            assert!(world.shop().verify(None).unwrap().holds());
            world.tamper(sql);
            let found = world.shop().verify(None).unwrap();
            assert!(found.flaws.iter().any(|flaw| flaw.what == what), "{sql}: {found:?}");
        });
    }
}

#[test]
fn an_end_cut_off_with_all_that_tells_of_it_is_found_by_a_checkpoint_kept_elsewhere() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", given("mail", Strength::Given));
        world.tamper("create table cut as select * from head");
        record(&shop, today(), "anna", withdrawn("mail"));
        let kept = shop.checkpoint(today()).unwrap();
        world.tamper(
            "delete from entry where number = 1; delete from checkpoint; delete from head;
             insert into head select * from cut; drop table cut",
        );
        assert!(shop.verify(None).unwrap().holds(), "from the inside it looks whole");
        let found = shop.verify(Some(&kept)).unwrap();
        assert_eq!(found.flaws[0].what, "entries at the end are missing: more were signed");
    });
}

#[test]
fn a_row_that_maat_did_not_write_is_an_error_and_never_no_objection() {
    let changes = [
        "update person set state = replace(state, 'true', 'false')",
        "update person set state = '{}'",
        "update person set state = ''",
        "update person set subject = 'ben' where subject = 'anna'",
        "update person set state = replace(state, 'mail', 'purchases')",
        "update person set state = replace(state, '[2,', '[3,')",
        "update person set seal = (select seal from signal)",
    ];
    for sql in changes {
        both(|world| {
            let shop = world.shop();
            record(&shop, today(), "anna", Event::Objected);
            record_at(&shop, day("2026-05-01"), "anna", given("mail", Strength::Given));
            record(&shop, today(), "anna", withdrawn("mail"));
            record_at(
                &shop,
                day("2026-11-01"),
                "anna",
                seen("purchase.item", "x", day("2026-11-01")),
            );
            world.tamper(sql);
            for subject in ["anna", "ben"] {
                match shop.facts(&CODE, subject, today()) {
                    Err(error) => assert_eq!(error.kind, Kind::Corrupt, "{sql}"),
                    Ok(facts) => assert!(facts.person.objected, "{sql}: {subject} reads as free"),
                }
            }
            let some = ["anna", "ben"].map(|who| shop.facts(&CODE, who, today()).is_err());
            assert!(some.contains(&true), "{sql} is not found");
        });
    }
}

#[test]
fn the_tables_are_mended_from_the_entries() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", Event::Objected);
        record(&shop, today(), "anna", given("mail", Strength::Given));
        let before = shop.known("anna").unwrap();
        assert!(!shop.rebuild("anna").unwrap());
        world.tamper("update person set state = '{}'; delete from signal");
        assert_eq!(shop.facts(&CODE, "anna", today()).unwrap_err().kind, Kind::Corrupt);
        assert!(shop.rebuild("anna").unwrap());
        assert_eq!(shop.known("anna").unwrap(), before);
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given);
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn rows_that_are_not_what_follows_from_the_entries_are_found() {
    let changes = [
        (
            "update person set state = replace(state, 'true', 'false') where subject = 'anna'",
            "not as Maat sealed it",
        ),
        (
            "delete from person where subject = 'anna'",
            "the row of the person it is about is missing",
        ),
        ("delete from signal where subject = 'anna'", "the signals of this person"),
        ("update signal set value = 'other' where subject = 'anna'", "not as Maat sealed it"),
        ("update request set answered = 1", "the requests of this person"),
        ("delete from message", "the messages of this person"),
        ("update message set marketing = 0", "the messages of this person"),
        (
            "insert into message (controller, subject, at, number, brief, channel, marketing)
          values ('shop', 'cas', 1, 1, 'b', 'email', 1)",
            "of nobody",
        ),
    ];
    for (sql, what) in changes {
        both(|world| {
            let shop = world.shop();
            for subject in ["anna", "ben"] {
                record(&shop, today(), subject, given("mail", Strength::Given));
                record(&shop, today(), subject, Event::Objected);
                record(&shop, today(), subject, seen("purchase.item", "x", today()));
                record(&shop, today(), subject, seen("purchase.item", "y", today()));
                let sent = Event::MessageSent {
                    brief: "b".into(),
                    channel: "email".into(),
                    marketing: true,
                };
                record(&shop, today(), subject, sent);
                let asked = Event::RequestReceived { request: "r1".into(), right: Right::Access };
                record(&shop, today(), subject, asked);
            }
            assert_eq!(shop.verify_rows(None).unwrap().flaws, []);
            world.tamper(sql);
            let found = shop.verify_rows(None).unwrap();
            assert!(found.flaws.iter().any(|flaw| flaw.what.contains(what)), "{sql}: {found:?}");
            assert!(
                found.flaws.iter().all(|flaw| flaw
                    .number
                    .is_none_or(|number| number < 6 || !sql.contains("anna")))
            );
            assert!(shop.verify(None).unwrap().holds(), "the evidence itself is whole");
            for subject in ["anna", "ben"] {
                shop.rebuild(subject).unwrap();
            }
            if !sql.contains("cas") {
                assert!(
                    shop.verify_rows(None).unwrap().holds(),
                    "{sql} is mended from the entries"
                );
            }
        });
    }
}

/// A row put back from before has a seal that holds.
#[test]
fn a_row_put_back_from_before_an_objection_is_found() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", given("mail", Strength::Given));
        world.tamper("create table before as select * from person");
        record(&shop, today(), "anna", Event::Objected);
        world.tamper(
            "delete from person; insert into person select * from before; drop table before",
        );
        assert!(shop.verify(None).unwrap().holds());
        let found = shop.verify_rows(None).unwrap();
        assert_eq!(found.flaws.len(), 1);
        assert!(found.flaws[0].what.starts_with("what the gate reads of this person"));
    });
}
