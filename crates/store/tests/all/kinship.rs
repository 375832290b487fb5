//! Two ids that may be one person: the stricter answers of both hold for both, until somebody decides.

use maat::code::{Code, Sources};
use maat::gate::Facts;
use maat::ledger::{Address, At, Event, How, Kinship, Strength};
use maat::words::Lang;
use maat_store::{Alike, Draft, Kind, Scope, shown_hash};

use crate::world::{both, record, today};

fn yes(choice: &str) -> Event {
    Event::ConsentGiven {
        choice: choice.to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash("ja"),
        lang: Lang::Nl,
        how: How::Form { place: "kassa".to_owned() },
        expires: None,
    }
}

fn no(choice: &str) -> Event {
    Event::ConsentWithdrawn { choice: choice.to_owned() }
}

fn facts(shop: &Scope<'_>, subject: &str) -> Facts {
    let code = Code::load(&Sources::built_in()).unwrap();
    shop.facts(&code, subject, At(today().0 + 1000)).unwrap()
}

/// How strong the answer to `mail` is.
fn mail(shop: &Scope<'_>, subject: &str) -> Strength {
    let code = Code::load(&Sources::built_in()).unwrap();
    let place = code.declared().choices.iter().position(|it| it.id == "mail").unwrap();
    facts(shop, subject).answers()[place]
}

fn pair(one: &str, other: &str) -> Alike {
    Alike { one: one.to_owned(), other: other.to_owned() }
}

/// Two records with one address, written in two ways; the first says yes, the second no.
fn two(shop: &Scope<'_>) {
    record(shop, today(), "k1", yes("mail"));
    record(shop, today(), "k2", no("mail"));
    shop.add_address("k1", &Address::parse("Anna@Example.org").unwrap()).unwrap();
    shop.add_address("k2", &Address::parse("anna@example.org.").unwrap()).unwrap();
}

#[test]
fn of_one_mailbox_a_no_an_objection_and_the_cap_hold_for_both_ids() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "alone", yes("mail"));
        assert_eq!(mail(&shop, "alone"), Strength::Given);
        two(&shop);
        assert_eq!(mail(&shop, "k1"), Strength::None, "the other said no");
        assert_eq!(shop.kin("k1").unwrap(), [("k2".to_owned(), Kinship::Likely)]);
        assert_eq!(shop.undecided(10).unwrap(), [pair("k1", "k2")]);
        record(&shop, today(), "k2", yes("mail"));
        assert_eq!(mail(&shop, "k1"), Strength::Given, "no longer");
        record(&shop, today(), "k2", Event::Objected);
        assert!(facts(&shop, "k1").person.objected);
        assert!(!facts(&shop, "alone").person.objected);
        let sent = Event::MessageSent {
            brief: "tips".to_owned(),
            channel: "email".to_owned(),
            marketing: true,
        };
        record(&shop, today(), "k2", sent);
        assert_eq!(facts(&shop, "k1").sent, 1, "one mailbox has one cap");
    });
}

#[test]
fn an_id_that_is_an_address_is_the_address_however_it_is_written() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "Anna@Example.org", no("mail"));
        record(&shop, today(), "anna@example.org", yes("mail"));
        record(&shop, today(), "k7", yes("mail"));
        assert_eq!(mail(&shop, "anna@example.org"), Strength::None);
        assert_eq!(mail(&shop, "k7"), Strength::Given);
        shop.add_address("k7", &Address::parse("ANNA@example.org").unwrap()).unwrap();
        assert_eq!(mail(&shop, "k7"), Strength::None);
        let kin: Vec<String> = shop.kin("k7").unwrap().into_iter().map(|(id, _)| id).collect();
        assert_eq!(kin, ["Anna@Example.org", "anna@example.org"]);
        assert_eq!(shop.undecided(10).unwrap().len(), 3);
    });
}

#[test]
fn told_apart_neither_says_anything_of_the_other() {
    both(|world| {
        let shop = world.shop();
        two(&shop);
        shop.decide_kinship(today(), &pair("k1", "k2"), false, "officer").unwrap();
        assert_eq!(mail(&shop, "k1"), Strength::Given);
        assert_eq!((shop.kin("k1").unwrap(), shop.undecided(10).unwrap()), (vec![], vec![]));
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn joined_the_latest_word_counts_whatever_becomes_of_the_address() {
    both(|world| {
        let shop = world.shop();
        two(&shop);
        shop.decide_kinship(today(), &pair("k1", "k2"), true, "officer").unwrap();
        assert_eq!(mail(&shop, "k1"), Strength::None, "the no was said last");
        assert_eq!(shop.undecided(10).unwrap(), []);
        shop.remove_address("k2", &Address::parse("anna@example.org").unwrap()).unwrap();
        assert_eq!(shop.kin("k1").unwrap(), [("k2".to_owned(), Kinship::Joined)]);
        assert_eq!(mail(&shop, "k1"), Strength::None);
        let later = Draft::at(At(today().0 + 500), "k1", "test", yes("mail"));
        shop.append(At(today().0 + 500), &[later]).unwrap();
        assert_eq!(mail(&shop, "k1"), Strength::Given, "a yes since then, by either id");
        assert_eq!(mail(&shop, "k2"), Strength::Given);
        let told: Vec<String> = shop
            .export("k1", today())
            .unwrap()
            .history
            .into_iter()
            .map(|row| format!("{row:?}"))
            .collect();
        assert!(!told.concat().contains("k2"), "an export of the one does not name the other");
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn an_erasure_of_the_one_leaves_nothing_of_them_with_the_other_but_their_no() {
    both(|world| {
        let shop = world.shop();
        two(&shop);
        record(&shop, today(), "k2", Event::Objected);
        shop.decide_kinship(today(), &pair("k1", "k2"), true, "officer").unwrap();
        shop.erase(At(today().0 + 100), "k2", &[], "officer").unwrap();
        assert_eq!(shop.kin("k1").unwrap(), []);
        assert_eq!(
            mail(&shop, "k1"),
            Strength::None,
            "they said no, and are erased by the other id"
        );
        assert!(facts(&shop, "k1").person.objected);
        let theirs = shop.known("k1").unwrap().1;
        let named = theirs.iter().find(|entry| format!("{entry:?}").contains("k2"));
        assert!(named.is_none(), "{named:?}");
        let error = shop.decide_kinship(today(), &pair("k1", "k2"), true, "officer").unwrap_err();
        assert_eq!(error.kind, Kind::Input);
        assert!(error.what.contains("nothing is known"), "{error}");
        let error = shop.decide_kinship(today(), &pair("k1", "k1"), true, "officer").unwrap_err();
        assert!(error.what.contains("one id"), "{error}");
    });
}

#[test]
fn one_who_was_joined_and_then_hidden_is_no_yes() {
    both(|world| {
        let shop = world.shop();
        two(&shop);
        shop.decide_kinship(today(), &pair("k1", "k2"), true, "officer").unwrap();
        world.tamper("delete from likeness");
        world.tamper("delete from address");
        let code = Code::load(&Sources::built_in()).unwrap();
        assert_eq!(shop.facts(&code, "k1", today()).unwrap_err().kind, Kind::Corrupt);
    });
}

#[test]
fn an_erasure_or_a_forgotten_address_takes_no_no_away_that_nobody_decided_on() {
    both(|world| {
        let shop = world.shop();
        two(&shop);
        shop.remove_address("k2", &Address::parse("anna@example.org").unwrap()).unwrap();
        assert_eq!(shop.kin("k1").unwrap(), [("k2".to_owned(), Kinship::Likely)]);
        assert_eq!(mail(&shop, "k1"), Strength::None);
        shop.erase(At(today().0 + 100), "k2", &[], "officer").unwrap();
        assert_eq!(mail(&shop, "k1"), Strength::None);
        assert!(shop.verify(None).unwrap().holds());
    });
}

#[test]
fn whoever_is_joined_with_one_is_joined_with_theirs() {
    both(|world| {
        let shop = world.shop();
        for id in ["k1", "k2", "k3", "k4"] {
            record(&shop, today(), id, yes("mail"));
        }
        for (one, other) in [("k1", "k2"), ("k2", "k3")] {
            shop.decide_kinship(today(), &pair(one, other), true, "officer").unwrap();
        }
        record(&shop, today(), "k3", Event::Objected);
        assert!(facts(&shop, "k1").person.objected, "by the one in between");
        let kin = |id: &str| shop.kin(id).unwrap();
        let joined = |id: &str| (id.to_owned(), Kinship::Joined);
        assert_eq!(kin("k1"), [joined("k2"), joined("k3")]);
        for id in ["k3", "k4"] {
            shop.add_address(id, &Address::parse("a@example.org").unwrap()).unwrap();
        }
        assert_eq!(kin("k1"), [joined("k2"), joined("k3"), ("k4".to_owned(), Kinship::Likely)]);
        assert!(facts(&shop, "k4").person.objected);
        shop.decide_kinship(today(), &pair("k1", "k4"), false, "officer").unwrap();
        assert_eq!(kin("k1"), [joined("k2"), joined("k3")], "told apart, by whatever way");
    });
}
