//! Clocks that jump: what is live comes after all that is on record, with its true date; nothing
//! hangs on a date from the future; and what removes by date asks whether the clock is right.

use maat::ledger::{Address, At, Event, Mark, Span, Strength};
use maat_store::{
    Boot, Claim, Clock, ControllerId, Draft, Grant, Jump, Kind, Patience, Reading, Scope,
    SessionId, Stage, Store,
};

use crate::world::{
    CODE, both, day, given, is_seen, live, record, seen, shop, sighted, strength, today, withdrawn,
};

/// A moment of a clock that jumped ahead.
fn ahead() -> At {
    day("2038-01-19")
}

fn minutes(count: i64) -> At {
    At(today().0 + count * 60_000)
}

#[test]
fn after_a_clock_that_jumped_and_came_back_the_later_answer_counts_with_its_true_date() {
    both(|world| {
        let shop = world.shop();
        let answers = || shop.consents("anna").unwrap().remove(0).consent;
        record(&shop, ahead(), "anna", given("mail", Strength::Given));
        record(&shop, today(), "anna", withdrawn("mail"));
        for now in [today(), ahead(), day("2040-01-01")] {
            assert_eq!(strength(&shop, "anna", "mail", now), Strength::None, "the no is later");
        }
        assert_eq!(answers().withdrawn, Some(today()));
        record(&shop, minutes(1), "anna", given("mail", Strength::Given));
        assert_eq!(strength(&shop, "anna", "mail", minutes(1)), Strength::Given, "a new yes");
        assert_eq!(answers().given.unwrap().at, minutes(1));
        record(&shop, minutes(2), "anna", withdrawn("mail"));
        assert_eq!(strength(&shop, "anna", "mail", ahead()), Strength::None);
        let dates: Vec<At> = shop.entries(0, 9).unwrap().iter().map(|entry| entry.at).collect();
        assert_eq!(dates, [ahead(), today(), minutes(1), minutes(2)]);
        // Others were not there when the clock jumped, and their dates are true likewise.
        let number = record(&shop, minutes(3), "ben", Event::Objected);
        assert_eq!(shop.entry(number).unwrap().unwrap().at, minutes(3));
        let objected = shop.standing("ben").unwrap().unwrap().objected;
        assert_eq!(objected, Some(Mark { holds: true, at: minutes(3), overrules: None }));
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

#[test]
fn an_objection_under_a_true_clock_beats_a_lift_under_one_that_was_ahead() {
    both(|world| {
        let shop = world.shop();
        record(&shop, ahead(), "anna", Event::ObjectionLifted);
        record(&shop, ahead(), "anna", Event::CeilingSet { depth: 5 });
        record(&shop, today(), "anna", Event::Objected);
        record(&shop, today(), "anna", Event::CeilingSet { depth: 1 });
        let person = shop.facts(&CODE, "anna", ahead()).unwrap().person;
        assert!(person.objected && person.ceiling == 1);
        // What is delivered of between the two clocks cannot be told to be later.
        let late = minutes(10);
        let lift = Draft::at(minutes(5), "anna", "import", Event::ObjectionLifted);
        shop.append(late, &[lift]).unwrap();
        assert!(shop.facts(&CODE, "anna", late).unwrap().person.objected);
        record(&shop, late, "anna", Event::ObjectionLifted);
        assert!(!shop.facts(&CODE, "anna", late).unwrap().person.objected, "their own word");
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

#[test]
fn a_row_dated_ten_minutes_ahead_does_not_outlive_a_withdrawal() {
    both(|world| {
        let shop = world.shop();
        let row = || Draft::at(minutes(10), "anna", "import", given("mail", Strength::Given));
        shop.append(today(), &[row()]).unwrap();
        record(&shop, minutes(1), "anna", withdrawn("mail"));
        assert_eq!(strength(&shop, "anna", "mail", minutes(60)), Strength::None);
        shop.append(minutes(20), &[row()]).unwrap();
        assert_eq!(strength(&shop, "anna", "mail", minutes(60)), Strength::None, "delivered again");
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

#[test]
fn a_yes_that_waited_is_older_than_the_no_it_missed() {
    both(|world| {
        let shop = world.shop();
        record(&shop, minutes(5), "anna", withdrawn("mail"));
        let waited = Draft::at(minutes(0), "anna", "shop", given("mail", Strength::Given));
        shop.append(minutes(6), &[waited]).unwrap();
        assert_eq!(strength(&shop, "anna", "mail", minutes(7)), Strength::None);
        let later = Draft::at(minutes(6), "anna", "shop", given("mail", Strength::Given));
        shop.append(minutes(8), &[later]).unwrap();
        assert_eq!(strength(&shop, "anna", "mail", minutes(9)), Strength::Given, "a yes since");
    });
}

#[test]
fn a_day_is_read_against_the_yes() {
    both(|world| {
        let shop = world.shop();
        let day = Span { from: At(today().0 - 43_200_000), until: At(today().0 + 43_199_999) };
        record(&shop, minutes(-180), "eva", given("mail", Strength::Given));
        shop.append(today(), &[Draft::at(day, "eva", "import", withdrawn("mail"))]).unwrap();
        assert_eq!(strength(&shop, "eva", "mail", today()), Strength::None, "today's no");
        let said = shop.export("eva", today()).unwrap().history.pop().unwrap();
        assert_eq!((said.at, said.claimed), (today(), Some(day.until)), "now is earlier");
        record(&shop, minutes(-180), "fay", withdrawn("mail"));
        let yes = Draft::at(day, "fay", "import", given("mail", Strength::Given));
        shop.append(today(), &[yes]).unwrap();
        assert_eq!(strength(&shop, "fay", "mail", today()), Strength::None, "perhaps before it");
    });
}

#[test]
fn nothing_that_was_sent_before_an_erasure_brings_anybody_back() {
    both(|world| {
        let shop = world.shop();
        let yes = || given("mail", Strength::Given);
        let sight = |on| seen("purchase.item", "shoes", on);
        // One sender's clock is ten minutes ahead, another tells no time.
        let ahead = || Draft::delivered(Some(minutes(10)), "anna", "sender", sight(minutes(10)));
        let untold = |now| Draft::delivered(None, "anna", "sender", sight(now));
        shop.append(today(), &[ahead(), untold(today())]).unwrap();
        shop.erase(minutes(5), "anna", &[], "desk").unwrap();
        let refused = |now, draft| {
            let error = shop.append(now, &[draft]).unwrap_err();
            assert_eq!(error.kind, Kind::Erased, "{error}");
            assert_eq!(shop.standing("anna").unwrap(), None);
        };
        refused(minutes(6), ahead());
        refused(minutes(11), ahead());
        refused(minutes(6), untold(minutes(6)));
        refused(minutes(60), Draft::at(minutes(5), "anna", "import", yes()));
        // Their own visit is a new beginning; what was sent before it still stays out.
        record(&shop, minutes(60), "anna", yes());
        shop.append(minutes(61), &[untold(minutes(61))]).unwrap();
        let error = shop.append(minutes(62), &[ahead()]).unwrap_err();
        assert_eq!(error.kind, Kind::Erased);
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

#[test]
fn an_erasure_under_a_slow_clock_is_later_than_what_it_erased() {
    both(|world| {
        let shop = world.shop();
        record(&shop, today(), "anna", given("mail", Strength::Given));
        let proof = shop.erase(day("2020-01-01"), "anna", &[], "desk").unwrap();
        assert!(proof.holds(&world.store.verifying_key()));
        assert_eq!(proof.at, day("2020-01-01"), "what the clock said");
        let old = Draft::at(day("2026-01-01"), "anna", "import", given("mail", Strength::Given));
        assert_eq!(shop.append(today(), &[old]).unwrap_err().kind, Kind::Erased);
    });
}

#[test]
fn a_signal_that_was_forgotten_is_not_brought_back_by_what_tells_no_time() {
    both(|world| {
        let shop = world.shop();
        let sight = |at: Option<At>, now| {
            let event = seen("purchase.item", "shoes", at.unwrap_or(now));
            Draft::delivered(at, "anna", "sender", event)
        };
        let forget = || Event::SignalForgotten { signal: "purchase.item".into() };
        let known = || shop.signals("anna").unwrap().remove(0).1.known.map(|known| known.on);
        shop.append(today(), &[sight(Some(minutes(10)), today())]).unwrap();
        assert_eq!(known(), Some(today()));
        record(&shop, minutes(5), "anna", forget());
        for (at, now) in [(None, 6), (Some(minutes(10)), 6)] {
            let error = shop.append(minutes(now), &[sight(at, minutes(now))]).unwrap_err();
            assert_eq!(error.kind, Kind::Erased, "{at:?}: {error}");
        }
        shop.append(minutes(20), &[sight(Some(minutes(10)), minutes(20))]).unwrap();
        assert_eq!(known(), None, "delivered again once its date had come");
        shop.append(minutes(20), &[sight(Some(minutes(15)), minutes(20))]).unwrap();
        assert_eq!(known(), Some(minutes(15)), "it was seen anew");
        // Seen by a machine whose clock is ahead, forgotten on one whose clock is right.
        let right = Event::SignalRectified(sighted("purchase.item", "boots", ahead()));
        record(&shop, ahead(), "anna", right);
        record(&shop, minutes(30), "anna", forget());
        assert_eq!(known(), None);
        assert!(shop.verify_rows(None).unwrap().holds());
        assert!(!shop.rebuild("anna").unwrap());
    });
}

#[test]
fn a_bar_takes_away_what_is_dated_ahead_of_it() {
    both(|world| {
        let shop = world.shop();
        record(&shop, ahead(), "anna", seen("purchase.item", "shoes", ahead()));
        record(&shop, today(), "anna", Event::SignalBarred { signal: "purchase.item".into() });
        assert_eq!(shop.signals("anna").unwrap()[0].1.known, None);
        assert!(shop.verify_rows(None).unwrap().holds(), "also made again from the entries");
    });
}

#[test]
fn a_signal_that_was_seen_under_a_clock_that_was_ahead_is_replaced_by_the_next() {
    both(|world| {
        let shop = world.shop();
        let sight = |at, value| {
            Draft::delivered(Some(at), "anna", "sender", seen("purchase.item", value, at))
        };
        let on = |date: Option<&str>| {
            is_seen(&shop.facts(&CODE, "anna", today()).unwrap(), "purchase.item", date)
        };
        shop.append(ahead(), &[sight(ahead(), "shoes")]).unwrap();
        assert!(on(Some("2038-01-19")), "the gate refuses a day that has not come");
        shop.append(today(), &[sight(day("2026-11-20"), "boots")]).unwrap();
        assert!(on(Some("2026-11-20")));
        shop.append(today(), &[sight(day("2026-11-19"), "socks")]).unwrap();
        assert!(on(Some("2026-11-20")), "by date again");
        assert!(shop.verify_rows(None).unwrap().holds());
    });
}

fn reading(wall: At, boot: &str, elapsed: i64) -> Reading {
    Reading { wall, boot: Some(Boot { id: boot.into(), elapsed }) }
}

#[test]
fn a_clock_is_doubted_only_when_it_jumped_a_day_within_one_boot() {
    const HOUR: i64 = 3_600_000;
    both(|world| {
        let store = &world.store;
        let is_steady = |reading: &Reading| matches!(store.clock(reading).unwrap(), Clock::Steady(now) if now.now() == reading.wall);
        assert!(is_steady(&reading(today(), "one", HOUR)), "the first");
        let later = today().plus_days(200);
        assert!(is_steady(&reading(later, "one", 201 * 24 * HOUR)), "a sweep long overdue");
        let put_right = At(today().0 + 24 * HOUR);
        assert!(is_steady(&reading(put_right, "one", HOUR)), "a clock that was put right");
        let jumped = reading(ahead(), "one", 3 * HOUR);
        let expected = Jump { from: At(today().0 + 2 * HOUR), to: ahead() };
        assert_eq!(store.clock(&jumped).unwrap(), Clock::Jumped(expected));
        assert_eq!(world.again().clock(&jumped).unwrap(), Clock::Jumped(expected), "it is kept");
        let back = reading(today().plus_days(-2), "one", HOUR);
        assert!(matches!(store.clock(&back).unwrap(), Clock::Jumped(_)), "it can jump back too");
        assert!(is_steady(&reading(later, "two", HOUR)), "another boot has nothing to compare");
        assert!(is_steady(&Reading { wall: ahead(), boot: None }), "nor has who tells none");
        assert_eq!(store.believe_clock(&jumped).unwrap().now(), ahead());
        assert!(is_steady(&reading(At(ahead().0 + HOUR), "one", 4 * HOUR)), "somebody said so");
    });
}

#[test]
fn nobody_is_shut_out_or_let_in_by_a_clock_that_was_ahead() {
    both(|world| {
        let (shop, store) = (world.shop(), &world.store);
        let boss = ControllerId::new("shop").unwrap();
        // A key that was ended stays ended, and its use is noted.
        let key = shop.add_key(today(), "web", &[Grant::Decide]).unwrap();
        let other = shop.add_key(today(), "mailer", &[Grant::Decide]).unwrap();
        shop.end_key(&key.key.id, ahead()).unwrap();
        assert_eq!(store.key(&key.text, today()).unwrap(), None);
        shop.key_used(&other.key.id, 24_855).unwrap();
        shop.key_used(&other.key.id, 20_781).unwrap();
        let used = shop.keys().unwrap().into_iter().find(|it| it.id == other.key.id).unwrap().used;
        assert_eq!(used, Some(20_781));
        // Somebody who guessed waits no longer than ever.
        let patience = Patience { free: 0, first: 60_000, longest: 600_000, forget: 3_600_000 };
        store.attempt(ahead(), "anna", patience).unwrap();
        let wait = store.attempt(today(), "anna", patience).unwrap().unwrap();
        assert!(wait <= minutes(10), "{wait}");
        assert_eq!(store.attempt(minutes(10), "anna", patience).unwrap(), None);
        // A session of then was opened a moment ago, and a code was mailed: they last as long as ever.
        store
            .add_account(
                today(),
                "Sam",
                maat_store::Role::Marketer,
                "x",
                std::slice::from_ref(&boss),
            )
            .unwrap();
        let id = store.open_session(ahead(), today(), "Sam", Stage::Full, &boss, None).unwrap();
        assert!(store.session(today(), &id, 600_000, 6_000_000).unwrap().is_some());
        assert_eq!(store.session(minutes(10), &id, 600_000, 6_000_000).unwrap(), None);
        shop.add_address("anna", &Address::on_record("anna@example.org")).unwrap();
        let asked = shop.ask_code(&Address::on_record("anna@example.org"), ahead()).unwrap();
        live(store, today(), 12);
        assert_eq!(shop.enter(&asked.ticket, &asked.code, minutes(12)).unwrap(), None);
        // A request that was under way then is not done twice.
        assert_eq!(shop.claim(ahead(), "key", "body").unwrap(), Claim::New);
        assert_eq!(shop.claim(today(), "key", "body").unwrap(), Claim::Underway);
    });
}

#[test]
fn a_mailing_that_was_taken_under_a_clock_that_was_ahead_goes_on() {
    both(|world| {
        let shop = world.shop();
        shop.begin_mailing(ahead(), "m", "b", "c", "d").unwrap();
        shop.enqueue(ahead(), "m", &["anna".to_owned()]).unwrap();
        assert!(shop.take(ahead(), "m", "old", At(ahead().0 + 60_000)).unwrap());
        assert_eq!(shop.held_until(today(), "m").unwrap(), None);
        assert!(shop.take(today(), "m", "new", minutes(1)).unwrap());
        assert_eq!(shop.held_until(today(), "m").unwrap(), Some(minutes(1)));
        assert_eq!(
            shop.claim_waiting(today(), "m", "new", 9).unwrap().len(),
            1,
            "it waits no more"
        );
        assert!(shop.claim_waiting(ahead(), "m", "old", 9).unwrap().is_empty());
    });
}

/// What ends by itself: a link of an hour, a session that may be idle for half of one, a code of ten minutes;
/// and a request that was answered, whose answer is kept for a day.
struct Ending {
    link: String,
    session: SessionId,
    code: (String, String),
    request: String,
}

impl Ending {
    fn begin(store: &Store, now: At, name: &str) -> Self {
        let (scope, hour) = (store.of(&shop()), At(now.0 + 3_600_000));
        let link = scope.seal_link("visit", b"anna", hour).unwrap();
        let session = store.open_session(now, At(0), "Sam", Stage::Full, &shop(), None).unwrap();
        let asked = scope.ask_code(&Address::on_record("anna@example.org"), now).unwrap();
        assert_eq!(scope.claim(now, name, "body").unwrap(), Claim::New);
        scope.answered(name, 201, "{}").unwrap();
        let code = (asked.ticket, asked.code);
        Self { link, session, code, request: name.to_owned() }
    }

    /// Which of them still open: the link, the session, the code.
    fn open(&self, store: &Store, now: At) -> [bool; 3] {
        let scope = store.of(&shop());
        let link = scope.open_link("visit", &self.link, now).is_ok();
        let session = store.session(now, &self.session, 1_800_000, 28_800_000).unwrap().is_some();
        let (ticket, code) = &self.code;
        [link, session, scope.enter(ticket, code, now).unwrap().is_some()]
    }

    /// Whether the answer to the request is still given, so that it is not done twice.
    fn is_kept(&self, scope: &Scope, now: At) -> bool {
        matches!(scope.claim(now, &self.request, "body").unwrap(), Claim::Answered { .. })
    }
}

#[test]
fn whatever_a_clock_is_set_to_what_is_over_stays_over_and_what_begins_lasts_as_long_as_ever() {
    both(|world| {
        let store = &world.store;
        let role = maat_store::Role::Marketer;
        store.add_account(today(), "Sam", role, "x", &[shop()]).unwrap();
        let anna = Address::on_record("anna@example.org");
        store.of(&shop()).add_address("anna", &anna).unwrap();
        let mut now = today();
        for (nth, (set_to, restarted)) in [
            ("a second back", At(now.0 - 1000)),
            ("an hour back", minutes(-60)),
            ("a day back", today().plus_days(-1)),
            ("a year back", today().plus_days(-365)),
            ("to when computers began", At(0)),
            ("right again", today()),
            ("to 2038", ahead()),
            ("right again", today()),
        ]
        .into_iter()
        .flat_map(|set_to| [(set_to, false), (set_to, true)])
        .enumerate()
        {
            let (said, set_to) = set_to;
            let first = Ending::begin(store, now, &format!("first {nth}"));
            live(store, now, 64);
            let again = world.again();
            // The clock is set, and perhaps the service began anew.
            now = set_to;
            let store = if restarted { &again } else { store };
            assert_eq!(first.open(store, now), [false; 3], "{said}: none opens again");
            assert!(first.is_kept(&store.of(&shop()), now), "{said}: nothing is done twice");
            let second = Ending::begin(store, now, &format!("second {nth}"));
            live(store, now, 8);
            now = At(now.0 + 8 * 60_000);
            assert_eq!(second.open(store, now), [true; 3], "{said}: new ones hold");
            live(store, now, 60);
            now = At(now.0 + 60 * 60_000);
            assert_eq!(second.open(store, now), [false; 3], "{said}: and end");
            world.store.note_time(now).unwrap();
        }
    });
}

#[test]
fn a_clock_that_is_set_lengthens_no_wait() {
    const SECOND: i64 = 1000;
    let patience = Patience { free: 1, first: 60_000, longest: 900_000, forget: 86_400_000 };
    both(|world| {
        let store = &world.store;
        for (nth, set_by) in
            [-86_400, -3600, -600, -61, -30, 30, 3600].map(|by| by * SECOND).into_iter().enumerate()
        {
            let name = format!("guesser {nth}");
            let attempt = |now| store.attempt(now, &name, patience).unwrap();
            // The second begins a wait of two minutes at most; the third is told so.
            for _ in 0..3 {
                attempt(today());
            }
            let wait = attempt(today()).map_or(0, |until| until.0 - today().0);
            assert!(wait <= patience.wait(2), "{wait}");
            let now = At(today().0 + set_by);
            let left = attempt(now).map_or(0, |until| until.0 - now.0);
            assert!(left <= patience.wait(2), "set by {set_by}: {left}");
            let after = At(now.0 + patience.wait(2));
            assert_eq!(attempt(after), None, "set by {set_by}: as long as it took, and no longer");
        }
    });
}

#[test]
fn who_says_that_the_clock_is_right_lets_open_what_it_ended_too_early() {
    both(|world| {
        let (store, now) = (&world.store, today());
        let link = world.shop().seal_link("why", b"x", now.plus_days(180)).unwrap();
        let opens = |store: &Store, now| store.of(&shop()).open_link("why", &link, now).is_ok();
        assert!(opens(store, now));
        store.note_time(ahead()).unwrap();
        store.note_time(now).unwrap();
        let other = world.again();
        assert!(!opens(store, now) && !opens(&other, now), "over is over, on every node");
        store.believe_clock(&Reading { wall: now, boot: None }).unwrap();
        assert!(opens(store, now));
        // Another node hears of it, and does not push it back.
        other.note_time(At(now.0 + 1000)).unwrap();
        assert!(opens(&other, now));
        store.note_time(At(now.0 + 2000)).unwrap();
        assert!(opens(store, now) && opens(&world.again(), now));
    });
}
