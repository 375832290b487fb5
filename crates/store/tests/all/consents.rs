//! Consents and how a person stands, as the gate reads them.

use maat::gate::{Facts, Person};
use maat::ledger::{At, DEEPEST, Event, How, Strength};
use maat::profile::{Day, Moment};
use maat_store::{Draft, Kind, Party, shown_as_declared, shown_hash, stale_wording};

use crate::world::{CODE, both, day, given, record, record_at, shop, strength, today, withdrawn};

fn person(world: &crate::world::World) -> Person {
    world.shop().facts(&CODE, "anna", today()).unwrap().person
}

#[test]
fn of_somebody_unknown_everything_is_strict() {
    both(|world| {
        let facts = world.shop().facts(&CODE, "anna", today()).unwrap();
        let now = Moment { day: Day::parse("2026-11-24").unwrap(), hour: 13 };
        assert_eq!(facts, Facts::new(&CODE, now, Person::STRICT, 0), "noon in UTC is 13 here");
    });
}

#[test]
fn a_consent_is_read_with_its_strength_and_its_evidence() {
    both(|world| {
        let shop = world.shop();
        let number = record(&shop, today(), "anna", given("mail", Strength::Given));
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given);
        assert_eq!(strength(&shop, "anna", "purchases", today()), Strength::None);
        let person = person(world);
        assert_eq!(
            person,
            Person {
                objected: false,
                suppressed: false,
                restricted: false,
                minor: false,
                proof: true,
                resting: false,
                ceiling: DEEPEST,
                ..Person::STRICT
            }
        );
        let consents = shop.consents("anna").unwrap();
        let kept = consents[0].consent.given.unwrap();
        let proof = consents[0].evidence.clone().unwrap();
        assert_eq!(
            (kept.number, proof.how.as_str(), proof.recorded_by.as_str()),
            (number, "form", "test")
        );
        assert_eq!(proof.shown, shown_hash("May we?"));
    });
}

#[test]
fn each_event_sets_its_flag_and_its_contrary_takes_it_back() {
    type Get = fn(&Person) -> bool;
    let pairs: [(Event, Get, Option<Event>); 8] = [
        (Event::Objected, |person| person.objected, Some(Event::ObjectionLifted)),
        (Event::Restricted, |person| person.restricted, Some(Event::RestrictionLifted)),
        (
            Event::Suppressed { why: "bounced".into() },
            |person| person.suppressed,
            Some(Event::SuppressionLifted { why: "new address".into() }),
        ),
        (
            Event::ParentalConsentGiven,
            |person| person.parental,
            Some(Event::ParentalConsentWithdrawn),
        ),
        (
            Event::AgeKnown { minor: true },
            |person| person.minor,
            Some(Event::AgeKnown { minor: false }),
        ),
        (
            Event::RefusalOffered { every: true },
            |person| person.refusal_offered,
            Some(Event::RefusalOffered { every: false }),
        ),
        (Event::AddressConfirmed, |person| person.confirmed, None),
        (Event::SaleRecorded { on: day("2026-01-02") }, |person| person.bought_before, None),
    ];
    both(|world| {
        for (nth, (event, holds, contrary)) in pairs.iter().enumerate() {
            let (shop, subject) = (world.shop(), format!("subject {nth}"));
            let read = |now: At| holds(&shop.facts(&CODE, &subject, now).unwrap().person);
            record(&shop, today(), &subject, event.clone());
            assert!(read(today()), "{event:?}");
            if let Some(contrary) = contrary {
                record(&shop, At(today().0 + 1), &subject, contrary.clone());
                assert!(!read(today()), "{contrary:?}");
            }
        }
    });
}

#[test]
fn an_objection_by_request_counts_from_its_receipt() {
    both(|world| {
        let event =
            Event::RequestReceived { request: "r1".into(), right: maat::ledger::Right::Objection };
        record(&world.shop(), today(), "anna", event);
        assert!(person(world).objected);
    });
}

#[test]
fn a_sale_counts_for_24_months_and_not_before_it_was() {
    both(|world| {
        let shop = world.shop();
        record_at(&shop, day("2024-03-31"), "anna", Event::SaleRecorded { on: day("2024-03-31") });
        let bought = |now| shop.facts(&CODE, "anna", now).unwrap().person.bought_before;
        assert!(bought(day("2026-03-31")));
        assert!(!bought(At(day("2026-03-31").0 + 1)));
        assert!(!bought(day("2024-03-30")));
    });
}

#[test]
fn an_older_consent_that_arrives_late_does_not_undo_a_withdrawal() {
    both(|world| {
        let shop = world.shop();
        record_at(&shop, day("2026-05-01"), "anna", withdrawn("mail"));
        record_at(&shop, day("2026-04-01"), "anna", given("mail", Strength::Explicit));
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::None);
        record_at(&shop, day("2026-06-01"), "anna", given("mail", Strength::Given));
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given, "a new yes counts");
        record_at(&shop, day("2026-05-02"), "anna", withdrawn("mail"));
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given, "an old no is over");
    });
}

#[test]
fn at_one_moment_the_withdrawal_wins_in_either_order() {
    both(|world| {
        let shop = world.shop();
        record_at(&shop, day("2026-05-01"), "anna", withdrawn("mail"));
        record_at(&shop, day("2026-05-01"), "anna", given("mail", Strength::Given));
        record_at(&shop, day("2026-05-01"), "ben", given("mail", Strength::Given));
        record_at(&shop, day("2026-05-01"), "ben", withdrawn("mail"));
        for subject in ["anna", "ben"] {
            assert_eq!(strength(&shop, subject, "mail", today()), Strength::None, "{subject}");
        }
    });
}

#[test]
fn a_withdrawal_on_a_machine_whose_clock_is_slow_still_wins() {
    both(|world| {
        let (shop, fast) = (world.shop(), At(today().0 + 90_000));
        record(&shop, fast, "anna", given("mail", Strength::Given));
        record(&shop, today(), "anna", withdrawn("mail"));
        for now in [today(), fast, day("2027-01-01")] {
            assert_eq!(strength(&shop, "anna", "mail", now), Strength::None);
        }
    });
}

#[test]
fn what_is_dated_ahead_is_recorded_as_of_now_with_the_date_it_claims() {
    both(|world| {
        let (shop, ahead) = (world.shop(), At(today().0 + 600_000));
        let yes = given("mail", Strength::Given);
        shop.append(today(), &[Draft::at(ahead, "anna", "test", yes)]).unwrap();
        let seen = crate::world::seen("purchase.item", "shoes", ahead);
        shop.append(today(), &[Draft::at(ahead, "anna", "test", seen)]).unwrap();
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Given);
        assert_eq!(shop.consents("anna").unwrap()[0].consent.given.unwrap().at, today());
        let known = shop.signals("anna").unwrap().remove(0).1.known.unwrap();
        assert_eq!(known.on, today(), "nothing was seen after now");
        let export = shop.export("anna", today()).unwrap();
        let dates: Vec<_> = export.history.iter().map(|row| (row.at, row.claimed)).collect();
        assert_eq!(dates, [(today(), Some(ahead)); 2]);
        assert!(export.json().unwrap().contains("\"claimed\": \"2026-11-24T12:10:00.000Z\""));
        assert!(shop.verify_rows(None).unwrap().holds(), "the tree holds the claim too");
    });
}

#[test]
fn an_expired_consent_is_none_at_once() {
    both(|world| {
        let (shop, mut event) = (world.shop(), given("mail", Strength::Given));
        if let Event::ConsentGiven { expires, .. } = &mut event {
            *expires = Some(day("2026-12-01"));
        }
        record(&shop, today(), "anna", event);
        let before = At(day("2026-12-01").0 - 1);
        assert_eq!(strength(&shop, "anna", "mail", before), Strength::Given);
        assert_eq!(strength(&shop, "anna", "mail", day("2026-12-01")), Strength::None);
        let proof = shop.facts(&CODE, "anna", day("2026-12-01")).unwrap().person.proof;
        assert!(!proof, "there is nothing left to prove");
    });
}

#[test]
fn a_soft_opt_in_needs_all_of_its_conditions() {
    let soft = |collection, since, similar| How::SoftOptIn {
        sale: day("2026-10-01"),
        offered_at_collection: collection,
        offered_since: since,
        own_similar: similar,
    };
    let with = |strength, how| {
        let mut event = given("mail", strength);
        if let Event::ConsentGiven { how: place, .. } = &mut event {
            *place = how;
        }
        event
    };
    let wrong = [
        (with(Strength::Soft, soft(false, true, true)), "refuse when the address was collected"),
        (with(Strength::Soft, soft(true, false, true)), "refuse in every message since"),
        (with(Strength::Soft, soft(true, true, false)), "own similar products"),
        (with(Strength::Given, soft(true, true, true)), "these are only soft"),
        (with(Strength::Soft, How::Form { place: "x".into() }), "soft is a soft opt-in"),
        (with(Strength::None, How::Form { place: "x".into() }), "is a withdrawal"),
    ];
    both(|world| {
        let shop = world.shop();
        for (event, what) in &wrong {
            let error =
                shop.append(today(), &[Draft::now("anna", "test", event.clone())]).unwrap_err();
            assert_eq!(error.kind, Kind::Input);
            assert!(error.what.contains(what), "{} / {what}", error.what);
        }
        record(&shop, today(), "anna", with(Strength::Soft, soft(true, true, true)));
        let person = person(world);
        assert!(
            person.bought_before && person.refusal_offered && person.proof && !person.confirmed
        );
        assert_eq!(strength(&shop, "anna", "mail", today()), Strength::Soft);
    });
}

#[test]
fn a_double_opt_in_confirms_the_address_and_makes_nothing_explicit() {
    both(|world| {
        let mut event = given("mail", Strength::Given);
        if let Event::ConsentGiven { how, .. } = &mut event {
            *how = How::DoubleOptIn { place: "footer".into() };
        }
        record(&world.shop(), today(), "anna", event);
        assert!(person(world).confirmed);
        assert_eq!(strength(&world.shop(), "anna", "mail", today()), Strength::Given);
    });
}

#[test]
fn evidence_that_is_gone_is_reported_and_never_made_up() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", given("mail", Strength::Given));
        let number = record(&shop, today(), "anna", given("purchases", Strength::Given));
        assert!(person(world).proof);
        world.tamper(&format!(
            "update entry set payload = null, salt = null where number = {number}"
        ));
        let found = shop.verify(None).unwrap();
        assert_eq!(found.flaws[0].what, "it was emptied, and no erasure says so");
        let answers = shop.consents("anna").unwrap();
        let proven: Vec<bool> = answers.iter().map(|answer| answer.evidence.is_some()).collect();
        assert_eq!(proven, [true, false], "of mail and of purchases");
        let party = Party {
            name: "Shop".into(),
            address: "Street 1".into(),
            contact: "privacy@shop.example".into(),
            notice: "https://shop.example/privacy".into(),
            withdrawal: "https://shop.example/stop".into(),
            storage: "EU".into(),
            jurisdiction: "NL".into(),
            recipients: Vec::new(),
        };
        let error = shop.receipt(&CODE, &party, "anna", "purchases", today()).unwrap_err();
        assert_eq!(error.what, "the evidence of this consent is not there");
        record(&shop, At(today().0 + 1), "anna", withdrawn("purchases"));
        record(&shop, At(today().0 + 1), "anna", withdrawn("mail"));
        assert!(!person(world).proof, "nothing counts that could be proven");
    });
}

#[test]
fn messages_of_seven_days_are_counted_if_they_are_marketing() {
    both(|world| {
        let sent = |marketing| Event::MessageSent {
            brief: "spring".into(),
            channel: "email".into(),
            marketing,
        };
        let shop = world.shop();
        record_at(&shop, day("2026-11-17"), "anna", sent(true));
        record_at(&shop, At(day("2026-11-17").0 + 1), "anna", sent(true));
        record_at(&shop, day("2026-11-20"), "anna", sent(false));
        record_at(&shop, day("2026-11-23"), "anna", sent(true));
        assert_eq!(shop.facts(&CODE, "anna", today()).unwrap().sent, 2);
    });
}

#[test]
fn what_the_code_does_not_declare_is_left_out() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", given("of old", Strength::Given));
        record(&shop, today(), "anna", crate::world::seen("of old", "x", today()));
        let facts = shop.facts(&CODE, "anna", today()).unwrap();
        let empty = Facts::new(&CODE, facts.now, facts.person, 0);
        assert_eq!(facts, empty);
        assert!(!facts.person.proof);
    });
}

#[test]
fn a_newer_wording_asks_again_and_takes_nothing_away() {
    let mut event = given("mail", Strength::Given);
    let words = &CODE.declared().choices.iter().find(|it| it.id == "mail").unwrap().wording[0];
    if let Event::ConsentGiven { shown, .. } = &mut event {
        *shown = shown_hash(&words.nl);
    }
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", event.clone());
        let kept = shop.consents("anna").unwrap().remove(0);
        let (kept, proof) = (kept.consent.given.unwrap(), kept.evidence.unwrap());
        assert!(!stale_wording(&CODE, "mail", &kept));
        assert!(shown_as_declared(&CODE, "mail", &kept, &proof, &[]));
        assert!(stale_wording(&CODE, "no such choice", &kept));
        let older = maat::ledger::Given { wording: 0, ..kept };
        assert!(stale_wording(&CODE, "mail", &older));
        let other = maat_store::Evidence { shown: shown_hash("May we?"), ..proof };
        assert!(!shown_as_declared(&CODE, "mail", &kept, &other, &[]));
    });
}

#[test]
fn ids_that_are_none_are_refused() {
    both(|world| {
        for subject in ["", "a\u{0}b", "a\nb"] {
            let error = world.shop().facts(&CODE, subject, today()).unwrap_err();
            assert_eq!(error.kind, Kind::Input);
        }
    });
    for controller in ["", "two words", "a+b", "a/b"] {
        assert!(maat_store::ControllerId::new(controller).is_err(), "{controller}");
    }
    assert_eq!(shop().as_str(), "shop");
}

#[test]
fn a_text_with_a_zero_character_is_refused_by_both_alike() {
    both(|world| {
        let draft =
            Draft::now("anna", "test", crate::world::seen("purchase.item", "a\0b", today()));
        let error = world.shop().append(today(), &[draft]).unwrap_err();
        assert_eq!((error.kind, error.place.as_str()), (Kind::Input, "the event"));
    });
}

#[test]
fn a_batch_is_recorded_whole_or_not_at_all() {
    both(|world| {
        let drafts = [
            Draft::now("anna", "test", given("mail", Strength::Given)),
            Draft::now("ben", "test", given("mail", Strength::None)),
        ];
        let error = world.shop().append(today(), &drafts).unwrap_err();
        assert_eq!(error.place, "event 1");
        assert_eq!(world.shop().size().unwrap(), 0);
        assert_eq!(world.shop().standing("anna").unwrap(), None);
    });
}
