//! Keys of programs, and requests that may be repeated, on both databases.

use maat::ledger::At;
use maat_store::{Claim, ControllerId, Delivered, Delivery, Draft, Grant, Kind, Scope};

use crate::world::{both, live, seen, today};

#[test]
fn a_key_holds_for_its_controller_and_says_what_it_may() {
    both(|world| {
        let (scope, now) = (world.shop(), today());
        let made = scope.add_key(now, "web shop", &[Grant::Decide, Grant::Decide]).unwrap();
        assert!(made.text.starts_with(&format!("maat_shop_{}_", made.key.id)), "{made:?}");
        let (controller, key) = world.store.key(&made.text, now).unwrap().unwrap();
        assert_eq!((controller.as_str(), &key), ("shop", &made.key));
        assert!(key.may(Grant::Decide) && !key.may(Grant::Rights));
        // The secret is nowhere in what is printed or stored.
        assert!(!format!("{made:?}").contains(&made.text[made.text.len() - 64..]));
        let moved = made.text.replacen("shop", "other", 1);
        let secret = &made.text[made.text.len() - 64..];
        let flipped: String = secret.chars().map(|c| if c == '0' { '1' } else { '0' }).collect();
        for wrong in [
            moved.as_str(),
            &made.text.replace(secret, &flipped),
            &made.text.replace(secret, &secret[..63]),
            &made.text.replace(&made.key.id, "0000000000000000"),
            &made.text.to_uppercase(),
            "maat_shop",
            "",
            "maat_shop'; drop table api_key; --_00_00",
        ] {
            assert_eq!(world.store.key(wrong, now).unwrap(), None, "{wrong}");
        }
    });
}

#[test]
fn a_rotated_key_holds_until_its_moment_and_a_revoked_one_ends_at_once() {
    both(|world| {
        let (scope, now) = (world.shop(), today());
        let old = scope.add_key(now, "mailer", &[Grant::Decide, Grant::EventsWrite]).unwrap();
        let until = now.plus_days(2);
        let new = scope.rotate_key(now, &old.key.id, until).unwrap();
        assert_eq!((&new.key.name, &new.key.grants), (&old.key.name, &old.key.grants));
        let holds = |text: &str, at| world.store.key(text, at).unwrap().is_some();
        assert!(holds(&old.text, At(until.0 - 1)) && !holds(&old.text, until));
        assert!(holds(&new.text, until));
        assert!(scope.end_key(&new.key.id, now.plus_days(3)).unwrap());
        assert!(!holds(&new.text, now.plus_days(3)));
        // It cannot be made to hold again, nor rotated.
        assert!(scope.end_key(&new.key.id, now.plus_days(9)).unwrap());
        assert!(!holds(&new.text, now.plus_days(4)));
        let told = scope.rotate_key(now.plus_days(4), &new.key.id, until).unwrap_err();
        assert_eq!(
            (told.kind, told.what.as_str()),
            (Kind::Input, "there is no such key, or it has ended")
        );
        assert!(!scope.end_key("0123456789abcdef", now).unwrap());
        scope.key_used(&old.key.id, 20_781).unwrap();
        scope.key_used(&old.key.id, 20_780).unwrap();
        let used: Vec<_> = scope.keys().unwrap().into_iter().map(|key| key.used).collect();
        assert!(used.contains(&Some(20_781)) && used.contains(&None), "{used:?}");
        let other = world.store.of(&ControllerId::new("other").unwrap());
        assert_eq!(other.keys().unwrap(), []);
    });
}

#[test]
fn a_key_that_may_nothing_or_has_no_name_is_not_made() {
    both(|world| {
        let scope = world.shop();
        assert!(scope.add_key(today(), "x", &[]).unwrap_err().what.contains("nothing"));
        assert!(scope.add_key(today(), " ", &[Grant::Decide]).unwrap_err().what.contains("empty"));
    });
}

#[test]
fn a_repeated_request_is_done_once_and_answered_alike() {
    both(|world| {
        let (scope, now) = (world.shop(), today());
        let claim = |at, request: &str| scope.claim(at, "key-1", request).unwrap();
        assert_eq!(claim(now, "POST /v1/events {}"), Claim::New);
        assert_eq!(claim(now, "POST /v1/events {}"), Claim::Underway);
        assert_eq!(claim(now, "POST /v1/events []"), Claim::Other);
        scope.answered("key-1", 201, "{\"entry\":4}").unwrap();
        let answered = Claim::Answered { status: 201, body: "{\"entry\":4}".into() };
        assert_eq!(claim(now, "POST /v1/events {}"), answered);
        assert_eq!(claim(now, "POST /v1/events []"), Claim::Other);
        scope.release("key-1").unwrap();
        assert_eq!(claim(now, "POST /v1/events {}"), answered, "an answer is not given up");
        let other = world.store.of(&ControllerId::new("other").unwrap());
        assert_eq!(other.claim(now, "key-1", "POST /v1/events {}").unwrap(), Claim::New);
        // After a day it is forgotten.
        live(&world.store, now, 24 * 60 + 1);
        assert_eq!(claim(At(now.plus_days(1).0 + 60_000), "POST /v1/events []"), Claim::New);
    });
}

#[test]
fn a_claim_that_was_given_up_or_died_can_be_made_again() {
    both(|world| {
        let (scope, now) = (world.shop(), today());
        let claim = |at| scope.claim(at, "key-2", "x").unwrap();
        assert_eq!(claim(now), Claim::New);
        scope.release("key-2").unwrap();
        assert_eq!(claim(now), Claim::New);
        assert_eq!(claim(At(now.0 + 60_000)), Claim::Underway);
        assert_eq!(claim(At(now.0 + 120_001)), Claim::New);
        live(&world.store, now, 48 * 60);
        assert_eq!(scope.sweep_replays(now.plus_days(2)).unwrap(), 1);
    });
}

#[test]
fn what_was_delivered_is_known_for_400_days_and_by_its_own_company_alone() {
    both(|world| {
        let (scope, now) = (world.shop(), today());
        let draft = |on| Draft::at(on, "anna", "test", seen("purchase.item", "shoes", on));
        let id = scope.delivery_id("m-1", &["anna", "purchase.item"]);
        let deliver = |scope: &Scope<'_>, id, at| {
            let one = Delivery { id: Some(id), drafts: vec![draft(at)] };
            scope.deliver(at, &[one.clone(), one]).unwrap()
        };
        assert_eq!(deliver(&scope, id, now), Delivered { recorded: 1, again: 1 });
        let later = now.plus_days(399);
        assert_eq!(scope.sweep_deliveries(later).unwrap(), 0);
        assert_eq!(deliver(&scope, id, later), Delivered { recorded: 0, again: 2 });
        let other = world.store.of(&ControllerId::new("other").unwrap());
        let theirs = other.delivery_id("m-1", &["anna", "purchase.item"]);
        assert_ne!(id, theirs, "the hash is of one company");
        assert_eq!(deliver(&other, theirs, now).recorded, 1);
        assert_eq!(scope.sweep_deliveries(now.plus_days(401)).unwrap(), 1);
        assert_eq!(deliver(&scope, id, now.plus_days(401)).recorded, 1);
        // What cannot be recorded is not remembered either.
        let fresh = scope.delivery_id("m-2", &["anna"]);
        let unfit = Draft::at(now, "", "test", seen("purchase.item", "shoes", now));
        assert!(scope.deliver(now, &[Delivery { id: Some(fresh), drafts: vec![unfit] }]).is_err());
        assert_eq!(deliver(&scope, fresh, now.plus_days(402)).recorded, 1);
    });
}
