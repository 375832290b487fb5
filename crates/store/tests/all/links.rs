//! Links: whoever has one can do what it says, and nobody can make or change one.

use maat::ledger::At;
use maat_store::{ControllerId, Kind};
use proptest::prelude::*;

use crate::world::{World, today};

#[test]
fn a_link_opens_until_it_ends() {
    let world = World::sqlite();
    let scope = world.shop();
    let ends = today().plus_days(7);
    let link = scope.seal_link("why", b"{\"brief\":\"again\"}", ends).unwrap();
    assert!(link.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{link}");
    assert_eq!(scope.open_link("why", &link, today()).unwrap(), b"{\"brief\":\"again\"}");
    assert!(scope.open_link("why", &link, At(ends.0 - 1)).is_ok());
    assert!(scope.open_link("why", &link, ends).is_err());
}

#[test]
fn two_links_of_the_same_are_not_alike() {
    let world = World::sqlite();
    let seal = || world.shop().seal_link("why", b"same", today().plus_days(1)).unwrap();
    assert_ne!(seal(), seal());
}

#[test]
fn every_way_a_link_can_fail_is_the_same_error() {
    let world = World::sqlite();
    let (scope, now) = (world.shop(), today());
    let link = scope.seal_link("why", b"payload", now.plus_days(1)).unwrap();
    let other = ControllerId::new("other").unwrap();
    let stranger = World::sqlite();
    let errors = [
        scope.open_link("why", &link, now.plus_days(2)).unwrap_err(),
        scope.open_link("preferences", &link, now).unwrap_err(),
        world.store.of(&other).open_link("why", &link, now).unwrap_err(),
        stranger.shop().open_link("why", &link, now).unwrap_err(),
        scope.open_link("why", &link[1..], now).unwrap_err(),
        scope.open_link("why", "", now).unwrap_err(),
        scope.open_link("why", "é/+=", now).unwrap_err(),
        scope.open_link("why", &link[..20], now).unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error, &errors[0]);
    }
    assert_eq!(errors[0].kind, Kind::Input);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_is_what_opens_and_a_changed_letter_opens_nothing(
        payload in prop::collection::vec(any::<u8>(), 0..600),
        place in any::<prop::sample::Index>(),
        letter in "[A-Za-z0-9_-]",
    ) {
        static WORLD: std::sync::LazyLock<World> = std::sync::LazyLock::new(World::sqlite);
        let (scope, now) = (WORLD.shop(), today());
        let link = scope.seal_link("why", &payload, now.plus_days(1)).unwrap();
        prop_assert_eq!(scope.open_link("why", &link, now).unwrap(), payload);
        let nth = place.index(link.len());
        let mut changed = link.clone();
        changed.replace_range(nth..=nth, &letter);
        prop_assert!(changed == link || scope.open_link("why", &changed, now).is_err());
    }
}
