//! Whatever the order in which deliveries arrive, the same follows from them; and what is live comes
//! after all that is on record, whatever clocks said.

use std::collections::BTreeMap;

use maat::ledger::{At, Event, How, Right, Sighted, Strength};
use maat_store::{Draft, Entry, Kind, Known, Record};
use proptest::prelude::*;

use crate::world::{World, both, given, sighted, today, withdrawn};

const SIGNALS: [&str; 2] = ["purchase.item", "purchase.size"];
const CHOICES: [&str; 2] = ["mail", "purchases"];

/// A moment among few, so that many fall together.
fn moment() -> impl Strategy<Value = At> {
    (1..12_i64).prop_map(|days| today().plus_days(days - 20))
}

fn event(at: At) -> impl Strategy<Value = Event> {
    let choice = prop::sample::select(&CHOICES[..]);
    let signal = prop::sample::select(&SIGNALS[..]);
    let seen = (signal.clone(), "[a-c]", 0..4_i64, any::<bool>()).prop_map(
        move |(signal, value, before, right): (&str, String, i64, bool)| {
            let sighted: Sighted = sighted(signal, &value, at.plus_days(-before));
            if right { Event::SignalRectified(sighted) } else { Event::SignalSeen(sighted) }
        },
    );
    let sale = at.plus_days(-1);
    prop_oneof![
        4 => choice.clone().prop_map(|choice| given(choice, Strength::Given)),
        2 => choice.clone().prop_map(|choice| given(choice, Strength::Explicit)),
        4 => choice.clone().prop_map(withdrawn),
        1 => choice.prop_map(move |choice| soft(choice, sale)),
        6 => seen,
        2 => signal.prop_map(|signal| Event::SignalForgotten { signal: signal.into() }),
        5 => prop::sample::select(vec![
            Event::Objected, Event::ObjectionLifted, Event::Restricted, Event::RestrictionLifted,
            Event::ParentalConsentGiven, Event::ParentalConsentWithdrawn, Event::AddressConfirmed,
            Event::AgeKnown { minor: true }, Event::AgeKnown { minor: false },
            Event::RefusalOffered { every: true }, Event::RefusalOffered { every: false },
            Event::Suppressed { why: "bounced".into() },
            Event::SuppressionLifted { why: "new".into() },
            Event::SaleRecorded { on: sale },
            Event::CeilingSet { depth: 1 }, Event::CeilingSet { depth: 5 },
            Event::PauseSet { until: Some(at.plus_days(9)) }, Event::PauseSet { until: None },
            Event::RhythmSet { days: 30 }, Event::RhythmSet { days: 0 },
            Event::MessageSent { brief: "b".into(), channel: "email".into(), marketing: true },
            Event::RequestReceived { request: "r".into(), right: Right::Objection },
            Event::RequestReceived { request: "r".into(), right: Right::Access },
            Event::RequestAnswered { request: "r".into(), outcome: "done".into() },
        ]),
    ]
}

fn soft(choice: &str, sale: At) -> Event {
    let mut event = given(choice, Strength::Soft);
    if let Event::ConsentGiven { how, .. } = &mut event {
        *how = How::SoftOptIn {
            sale,
            offered_at_collection: true,
            offered_since: true,
            own_similar: true,
        };
    }
    event
}

fn events() -> impl Strategy<Value = Vec<(At, Event)>> {
    prop::collection::vec(
        moment().prop_flat_map(|at| event(at).prop_map(move |event| (at, event))),
        1..25,
    )
}

fn entry(number: usize, at: At, event: &Event) -> Entry {
    let record = Record {
        maat: 1,
        subject: Some("anna".into()),
        at,
        claimed: None,
        live: false,
        overrules: None,
        recorded_by: "test".into(),
        event: std::borrow::Cow::Borrowed(event),
    };
    Entry {
        number: number as u64,
        at,
        kind: event.kind().to_owned(),
        subject: Some("anna".to_owned()),
        payload: Some(serde_json::to_string(&record).unwrap()),
        salt: Some(vec![0; 32]),
        commitment: [0; 32],
    }
}

proptest! {
    /// The same deliveries in any order: the same.
    #[test]
    fn what_follows_does_not_depend_on_the_order(
        (events, shuffled) in events().prop_flat_map(|events| {
            let numbers: Vec<usize> = (0..events.len()).collect();
            (Just(events), Just(numbers).prop_shuffle())
        })
    ) {
        let entries: Vec<Entry> =
            events.iter().enumerate().map(|(nth, (at, event))| entry(nth, *at, event)).collect();
        let others: Vec<Entry> = shuffled.iter().map(|nth| entries[*nth].clone()).collect();
        let (one, other) = (Known::replay(&entries).unwrap(), Known::replay(&others).unwrap());
        let rights = |known: &Known| known.requests.values().map(|request| (request.received, request.due, request.answered)).collect::<Vec<_>>();
        prop_assert_eq!(rights(&one), rights(&other));
        prop_assert_eq!(
            Known { requests: BTreeMap::default(), ..one },
            Known { requests: BTreeMap::default(), ..other }
        );
    }

    /// After the last withdrawal nothing but a later yes counts.
    #[test]
    fn withdrawing_wins(events in events()) {
        let entries: Vec<Entry> =
            events.iter().enumerate().map(|(nth, (at, event))| entry(nth, *at, event)).collect();
        let known = Known::replay(&entries).unwrap();
        for choice in CHOICES {
            let at = |yes: bool| {
                let those = events.iter().filter(|(_, event)| match event {
                    Event::ConsentGiven { choice: answered, .. } => yes && answered == choice,
                    Event::ConsentWithdrawn { choice: answered } => !yes && answered == choice,
                    _ => false,
                });
                those.map(|(at, _)| *at).max()
            };
            let strength = known.consents.get(choice).map_or(Strength::None, |consent| consent.strength(today()));
            prop_assert_eq!(strength > Strength::None, at(true) > at(false), "{}", choice);
        }
    }
}

/// What the tables have is what follows from the entries, however the events were batched.
fn tables_are_what_follows(world: &World, runs: u32) {
    let config = ProptestConfig { cases: runs, failure_persistence: None, ..Default::default() };
    let nth = std::cell::Cell::new(0);
    proptest!(config, |(events in events(), size in 1..6_usize)| {
        nth.set(nth.get() + 1);
        let (shop, subject) = (world.shop(), format!("subject {}", nth.get()));
        let drafts: Vec<Draft> = events
            .iter()
            .map(|(at, event)| Draft::at(*at, &subject, "test", event.clone()))
            .collect();
        for part in drafts.chunks(size) {
            shop.append(today(), part).unwrap();
        }
        let (stored, entries) = shop.known(&subject).unwrap();
        prop_assert_eq!(&stored, &Known::replay(&entries).unwrap());
        prop_assert!(!shop.rebuild(&subject).unwrap());
        let values: usize = stored.signals.values().filter(|signal| signal.known.is_some()).count();
        let kept = entries.iter().filter(|entry| {
            matches!(entry.kind.as_str(), "signal_seen" | "signal_rectified") && entry.payload.is_some()
        });
        prop_assert_eq!(kept.count(), values, "a value is kept once, or not at all");
    });
    assert!(world.shop().verify(None).unwrap().holds());
}

#[test]
fn the_tables_are_what_follows_from_the_entries() {
    both(|world| tables_are_what_follows(world, 60));
}

/// How something comes in, and what the clock says when it does.
#[derive(Debug, Clone)]
struct Step {
    clock: At,
    date: Option<At>,
    live: bool,
    event: Event,
}

impl Step {
    fn draft(&self, subject: &str) -> Draft {
        let event = self.event.clone();
        if self.live {
            Draft::now(subject, "test", event)
        } else {
            Draft::delivered(self.date, subject, "test", event)
        }
    }
}

/// What a clock says: right, slow, long before, or far ahead.
fn clock() -> impl Strategy<Value = At> {
    let wrong = [At(0), today().plus_days(-400), today().plus_days(4000)];
    prop_oneof![3 => moment(), 1 => prop::sample::select(wrong.to_vec())]
}

fn step() -> impl Strategy<Value = Step> {
    let dates = (clock(), prop::option::of(clock()), any::<bool>());
    dates.prop_flat_map(|(clock, date, live)| {
        let at = if live { clock } else { date.unwrap_or(clock).min(clock) };
        let signal = prop::sample::select(&SIGNALS[..]);
        let bar = signal.clone().prop_map(|signal| Event::SignalBarred { signal: signal.into() });
        let allow = signal.prop_map(|signal| Event::SignalAllowed { signal: signal.into() });
        let event = prop_oneof![12 => event(at), 1 => bar, 1 => allow];
        event.prop_map(move |event| Step { clock, date, live, event })
    })
}

/// Whatever is on record, what a person says now is what holds; and the tables say what follows from
/// the entries.
fn the_last_live_word_holds(world: &World, runs: u32) {
    let config = ProptestConfig { cases: runs, failure_persistence: None, ..Default::default() };
    let nth = std::cell::Cell::new(0);
    let history = prop::collection::vec(step(), 0..20);
    proptest!(config, |(history in history, clocks in [clock(), clock(), clock()])| {
        nth.set(nth.get() + 1);
        let (shop, subject) = (world.shop(), format!("subject {}", nth.get()));
        for step in &history {
            match shop.append(step.clock, &[step.draft(&subject)]) {
                Ok(_) => {}
                // It was forgotten, and nothing tells that it was seen since.
                Err(error) => prop_assert_eq!(error.kind, Kind::Erased, "{:?}: {}", step, error),
            }
        }
        let agree = || {
            let (stored, entries) = shop.known(&subject).unwrap();
            prop_assert_eq!(&stored, &Known::replay(&entries).unwrap());
            prop_assert!(!shop.rebuild(&subject).unwrap());
            Ok(())
        };
        agree()?;
        let [first, second, third] = clocks;
        let live = |clock: At, event: Event| {
            let number = crate::world::record(&shop, clock, &subject, event);
            shop.entry(number).unwrap().unwrap().at
        };
        let strengths = || {
            let answers = shop.consents(&subject).unwrap();
            let of = |now: At| answers.iter().map(move |own| own.consent.strength(now));
            [At(0), today(), At::LAST].into_iter().flat_map(of).collect::<Vec<_>>()
        };
        for event in [withdrawn("mail"), withdrawn("purchases"), Event::Objected, Event::CeilingSet { depth: 0 }] {
            prop_assert_eq!(live(first, event), first, "it has its true date");
        }
        let restricted = || {
            let standing = shop.standing(&subject).unwrap().unwrap();
            (standing.objected.unwrap().holds, standing.ceiling.unwrap().value)
        };
        prop_assert_eq!(restricted(), (true, 0));
        prop_assert_eq!(strengths(), vec![Strength::None; 6]);
        for name in SIGNALS {
            live(first, Event::SignalForgotten { signal: name.into() });
        }
        let signals = shop.signals(&subject).unwrap();
        prop_assert!(signals.iter().all(|(_, own)| own.known.is_none()));
        agree()?;
        for event in [given("mail", Strength::Given), given("purchases", Strength::Given), Event::ObjectionLifted, Event::CeilingSet { depth: 5 }] {
            live(second, event);
        }
        prop_assert_eq!(restricted(), (false, 5));
        prop_assert_eq!(strengths(), vec![Strength::Given; 6], "a yes of their own counts too");
        agree()?;
        live(third, withdrawn("mail"));
        prop_assert_eq!(strengths().iter().filter(|it| **it == Strength::None).count(), 3);
        agree()?;
    });
    let found = world.shop().verify_rows(None).unwrap();
    assert!(found.holds(), "{:?}", found.flaws);
}

#[test]
fn the_last_live_word_holds_whatever_clocks_said() {
    both(|world| the_last_live_word_holds(world, 60));
}

/// What is told of a signal, in its order; what is known of it then, by the tables and by the entries.
fn told(world: &World, subject: &str, steps: &[Step]) -> Option<String> {
    let shop = world.shop();
    for step in steps {
        shop.append(step.clock, &[step.draft(subject)]).unwrap();
    }
    let (stored, entries) = shop.known(subject).unwrap();
    assert_eq!(stored, Known::replay(&entries).unwrap());
    assert!(!shop.rebuild(subject).unwrap());
    stored.signals["purchase.item"].known.as_ref().map(|known| known.value.clone())
}

#[test]
fn what_is_put_right_after_it_was_forgotten_under_a_clock_ahead_is_not_undone_by_a_delivery_of_that_moment()
 {
    let (now, ahead) = (today(), today().plus_days(5));
    let forgotten = || Event::SignalForgotten { signal: "purchase.item".into() };
    let right = |value, at| Event::SignalRectified(sighted("purchase.item", value, at));
    let steps = [
        Step { clock: ahead, date: None, live: false, event: forgotten() },
        Step { clock: now, date: None, live: true, event: right("own", now) },
        Step { clock: ahead, date: None, live: false, event: right("delivered", now) },
    ];
    both(|world| assert_eq!(told(world, "anna", &steps).as_deref(), Some("own")));
}

#[test]
fn what_was_seen_before_it_was_forgotten_does_not_take_the_place_of_what_a_clock_ahead_noted() {
    let days = |days| today().plus_days(days);
    let seen = |clock, on, value: &str| Step {
        clock,
        date: Some(on),
        live: false,
        event: Event::SignalSeen(sighted("purchase.item", value, on)),
    };
    let forgotten = Event::SignalForgotten { signal: "purchase.item".into() };
    let steps = [
        Step { clock: days(0), date: None, live: true, event: forgotten },
        seen(days(100), days(100), "ahead"),
        seen(days(2), days(-1), "of before"),
    ];
    let after = [seen(days(2), days(1), "of after"), seen(days(2), days(-1), "of before")];
    both(|world| {
        assert_eq!(told(world, "anna", &steps).as_deref(), Some("ahead"));
        assert_eq!(told(world, "anna", &after).as_deref(), Some("of after"));
    });
}

fn strength_of_mail(world: &World, subject: &str, steps: &[(At, Draft)]) -> Strength {
    let shop = world.shop();
    for (clock, draft) in steps {
        shop.append(*clock, std::slice::from_ref(draft)).unwrap();
    }
    let (known, entries) = shop.known(subject).unwrap();
    assert_eq!(known, Known::replay(&entries).unwrap());
    known.consents["mail"].strength(today().plus_days(1))
}

#[test]
fn a_yes_of_a_date_that_has_not_come_undoes_no_no_before_it_or_after() {
    let later = |minutes: i64| At(today().0 + minutes * 60_000);
    let ahead = |at| Draft::delivered(Some(at), "anna", "test", given("mail", Strength::Given));
    let no = |at| Draft::delivered(Some(at), "anna", "test", withdrawn("mail"));
    let live = || Draft::now("anna", "test", withdrawn("mail"));
    both(|world| {
        for (nth, at) in [later(10), later(30), today().plus_days(1), today().plus_days(40_000)]
            .into_iter()
            .enumerate()
        {
            let of = |draft: Draft, name: &str| Draft { subject: format!("{name} {nth}"), ..draft };
            for (name, steps) in [
                ("live before", [of(live(), "live before"), of(ahead(at), "live before")]),
                (
                    "dated before",
                    [of(no(later(-9)), "dated before"), of(ahead(at), "dated before")],
                ),
                ("dated after", [of(ahead(at), "dated after"), of(no(later(-9)), "dated after")]),
            ] {
                let steps = steps.map(|draft| (today(), draft));
                let found = strength_of_mail(world, &format!("{name} {nth}"), &steps);
                assert_eq!(found, Strength::None, "{name}, {at}");
            }
            let alone = [(today(), of(ahead(at), "alone"))];
            assert_eq!(strength_of_mail(world, &format!("alone {nth}"), &alone), Strength::Given);
        }
        // The clocks of two machines differ a little.
        let steps = [(later(-9), live()), (today(), ahead(At(today().0 + 2_000)))];
        assert_eq!(strength_of_mail(world, "anna", &steps), Strength::Given);
    });
}

#[test]
fn a_no_that_is_delivered_counts_though_a_clock_that_was_ahead_stamped_the_yes() {
    let yes = (today().plus_days(1), Draft::now("anna", "test", given("mail", Strength::Given)));
    both(|world| {
        for (nth, at) in [None, Some(today()), Some(At(today().0 - 60_000))].into_iter().enumerate()
        {
            let name = format!("anna {nth}");
            let no = Draft::delivered(at, &name, "test", withdrawn("mail"));
            let steps = [(yes.0, Draft { subject: name.clone(), ..yes.1.clone() }), (today(), no)];
            assert_eq!(strength_of_mail(world, &name, &steps), Strength::None, "{at:?}");
        }
    });
}

/// Deliveries between two live events: in whatever order they arrive, the same answer follows.
fn deliveries_between_may_come_in_any_order(world: &World, runs: u32) {
    let config = ProptestConfig { cases: runs, failure_persistence: None, ..Default::default() };
    let nth = std::cell::Cell::new(0);
    let shuffled =
        events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()));
    proptest!(config, |((one, other) in shuffled, live in clock(), yes in any::<bool>())| {
        nth.set(nth.get() + 1);
        let shop = world.shop();
        let stand = |name: &str, events: &[(At, Event)]| {
            let subject = format!("{name} {}", nth.get());
            let answer = |choice| if yes { given(choice, Strength::Given) } else { withdrawn(choice) };
            for event in [answer("mail"), answer("purchases"), Event::Objected] {
                crate::world::record(&shop, live, &subject, event);
            }
            for (at, event) in events {
                shop.append(today(), &[Draft::at(*at, &subject, "test", event.clone())]).unwrap();
            }
            let (known, _) = shop.known(&subject).unwrap();
            let counts = known.consents.iter().map(|(choice, own)| {
                (choice.clone(), own.strength(today()) > Strength::None)
            });
            (known.standing, counts.collect::<Vec<_>>(), known.barred)
        };
        prop_assert_eq!(stand("one", &one), stand("other", &other));
    });
}

#[test]
fn deliveries_after_a_live_answer_may_come_in_any_order() {
    both(|world| deliveries_between_may_come_in_any_order(world, 40));
}
