//! TC strings: what a company may take from them, and what must be refused.

use std::collections::BTreeSet;

use maat::ledger::tcf::{RestrictionKind, TcString, Vendors, Withheld, Wrong, gpc};
use maat_testkit::tc_string::{
    Core, IN_2_2, IN_2_3, Written, fault, ids, publisher, vendors, wrong,
};
use proptest::prelude::*;

#[path = "tcf/gpp.rs"]
mod gpp;
#[path = "tcf/malformed.rs"]
mod malformed;
#[path = "tcf/vectors.rs"]
mod vectors;

#[test]
fn consent_needs_the_purpose_and_the_vendor() {
    let read = Core::default().read();
    assert_eq!(ids(read.consents(2).consented), [1, 2, 3, 4, 7, 11]);
    assert_eq!(ids(read.consents(15).consented), [1, 2, 3, 4, 7, 11]);
    assert!(read.consents(20).to(11) && !read.consents(20).to(5));
    for vendor in [0, 1, 3, 9, 21, u16::MAX] {
        let answers = read.consents(vendor);
        assert_eq!(answers.withheld, Some(Withheld::VendorNotConsented), "{vendor}");
        assert!(answers.consented.is_empty(), "{vendor}");
    }
    for purpose in [0, 12, 24, 25, 63, 64, 255] {
        assert!(!read.consents(2).to(purpose), "{purpose}");
    }
}

#[test]
fn legitimate_interest_is_no_consent() {
    let read = Core { consent: vec![], li: vec![2, 7, 8], ..Core::default() }.read();
    assert_eq!(ids(read.purposes_li), [2, 7, 8]);
    assert!(read.consents(2).consented.is_empty());
}

#[test]
fn a_purpose_that_was_not_shown_has_no_consent() {
    let read = Core { one_undisclosed: 1, ..Core::default() }.read();
    assert!(read.purpose_one_undisclosed && read.purposes_consent.contains(1));
    assert_eq!(ids(read.consents(2).consented), [2, 3, 4, 7, 11]);
}

#[test]
fn publishers_restrict() {
    let restrictions = vec![
        (2, 0, vec![(2, 2), (100, 200)]),
        (3, 1, vec![(1, u16::MAX)]),
        (4, 2, vec![(1, 15)]),
        (5, 0, vec![(1, u16::MAX)]),
        (7, 1, vec![(2, 2)]),
        (7, 0, vec![(2, 2)]),
        (11, 0, vec![]),
    ];
    let read = Core { restrictions, ..Core::default() }.read();
    let kinds: Vec<_> = read.restrictions.iter().map(|one| one.kind).collect();
    assert_eq!(
        kinds[..3],
        [
            RestrictionKind::NotAllowed,
            RestrictionKind::RequireConsent,
            RestrictionKind::RequireLegitimateInterest
        ]
    );
    assert_eq!(read.restrictions[0].purpose, 2);
    assert_eq!(read.restrictions[0].vendors.iter().count(), 102);
    // Not allowed: 2 and 7; by legitimate interest only: 4. The person never consented to 5.
    assert_eq!(ids(read.consents(2).consented), [1, 3, 11]);
    assert_eq!(ids(read.consents(2).restricted), [2, 4, 7]);
    assert_eq!(ids(read.consents(15).consented), [1, 2, 3, 7, 11]);
    assert_eq!(ids(read.consents(16).consented), [1, 2, 3, 4, 7, 11]);

    let of = |restriction| Core { restrictions: vec![restriction], ..Core::default() }.text();
    assert_eq!(wrong(&of((2, 3, vec![(2, 2)]))), Wrong::RestrictionType);
    assert_eq!(wrong(&of((0, 0, vec![]))), Wrong::Undefined("PurposeId"));
    assert_eq!(wrong(&of((25, 0, vec![]))), Wrong::Undefined("PurposeId"));
    assert_eq!(wrong(&of((2, 0, vec![(0, 3)]))), Wrong::VendorZero);
    assert_eq!(wrong(&of((2, 0, vec![(4, 3)]))), Wrong::Reversed);
}

#[test]
fn a_vendor_that_was_not_shown_has_no_consent() {
    let core = Core { created: IN_2_3, updated: IN_2_3, policy: 5, ..Core::default() }.text();
    let read = TcString::parse(&format!("{core}.{}", vendors(1, &[(1, 5), (12, 12)]))).unwrap();
    assert_eq!(read.disclosed_vendors.as_ref().map(|shown| shown.iter().count()), Some(6));
    assert_eq!(ids(read.consents(2).consented), [1, 2, 3, 4, 7, 11]);
    assert_eq!(ids(read.consents(12).consented), [1, 2, 3, 4, 7, 11]);
    assert_eq!(read.consents(13).withheld, Some(Withheld::NotDisclosed));
    assert_eq!(read.consents(3).withheld, Some(Withheld::VendorNotConsented));
    // Where an older string names them, they count as well.
    let older = format!("{}.{}", Core::default().text(), vendors(1, &[(3, 3)]));
    assert_eq!(TcString::parse(&older).unwrap().consents(2).withheld, Some(Withheld::NotDisclosed));
}

#[test]
fn disclosed_vendors_are_mandatory_since_28_february_2026() {
    for (created, updated) in [(IN_2_3, IN_2_3), (IN_2_2, IN_2_3), (IN_2_3, IN_2_3 + 864_000)] {
        for policy in [2, 4, 5] {
            let core = Core { created, updated, policy, ..Core::default() }.text();
            assert_eq!(wrong(&core), Wrong::NoDisclosedVendors);
            assert_eq!(wrong(&format!("{core}.{}", publisher().text())), Wrong::NoDisclosedVendors);
            let shown = format!("{core}.{}", vendors(1, &[(2, 2)]));
            assert!(TcString::parse(&shown).is_ok());
        }
    }
    // The last moment before needs none, whatever the policy: version 5 was in use by then.
    let before = IN_2_3 - 1;
    for policy in [4, 5] {
        let read = Core { created: before, updated: before, policy, ..Core::default() }.read();
        assert!(!read.consents(2).consented.is_empty());
    }
}

#[test]
fn segments_come_in_any_order_and_once() {
    let (core, shown) = (Core::default().text(), vendors(1, &[(2, 2)]));
    let segment = publisher();
    let read = TcString::parse(&format!("{core}.{shown}.{}", segment.text())).unwrap();
    let turned = TcString::parse(&format!("{core}.{}.{shown}", segment.text())).unwrap();
    assert_eq!(read, turned);
    let publisher = read.publisher.unwrap();
    assert_eq!(ids(publisher.purposes_consent), [1, 11]);
    assert_eq!(ids(publisher.purposes_li), [3]);
    assert_eq!(publisher.custom_purposes, 2);
    assert_eq!((ids(publisher.custom_consent), ids(publisher.custom_li)), (vec![1], vec![2]));

    assert_eq!(wrong(&format!("{core}.{shown}.{shown}")), Wrong::SegmentTwice(1));
    let twice = format!("{core}.{0}.{0}", segment.text());
    assert_eq!(wrong(&twice), Wrong::SegmentTwice(3));
    assert_eq!(fault(&twice).segment, 3);
    for kind in [0, 4, 5, 6, 7] {
        let text = format!("{core}.{}", vendors(kind, &[(2, 2)]));
        assert_eq!(wrong(&text), Wrong::SegmentType(u8::try_from(kind).unwrap()));
    }
    // Allowed vendors went with TCF 2.2.
    assert_eq!(wrong(&format!("{core}.{}", vendors(2, &[(2, 2)]))), Wrong::SegmentType(2));
    assert!(matches!(wrong(&format!("{core}.")), Wrong::CutOff("SegmentType")));
    assert!(matches!(wrong(&format!(".{core}")), Wrong::CutOff("Version")));
    assert!(matches!(wrong(&format!("{core}.{core}")), Wrong::SegmentType(0)));
}

#[test]
fn custom_purposes_fill_all_63_bits() {
    let all: Vec<u8> = (1..=63).collect();
    let publisher = Written::default().put(3, 3).put(48, 0).put(6, 63).set(63, &all).set(63, &[63]);
    let read =
        TcString::parse(&format!("{}.{}", Core::default().text(), publisher.text())).unwrap();
    let publisher = read.publisher.unwrap();
    assert_eq!(ids(publisher.custom_consent), all);
    assert_eq!(ids(publisher.custom_li), [63]);
}

#[test]
fn what_the_policy_forbids_is_refused_where_it_stands() {
    let at = |core: Core| {
        let fault = fault(&core.text());
        assert_eq!(fault.segment, 1);
        (fault.bit, fault.what)
    };
    let of = Core::default;
    for version in [0, 1, 3, 63] {
        let what = Wrong::Version(u8::try_from(version).unwrap());
        assert_eq!(at(Core { version, ..of() }), (0, what));
    }
    for policy in [0, 1, 6, 63] {
        let what = Wrong::Policy(u8::try_from(policy).unwrap());
        assert_eq!(at(Core { policy, ..of() }), (132, what));
    }
    assert_eq!(at(Core { updated: IN_2_2 - 10, ..of() }), (42, Wrong::UpdatedBeforeCreated));
    let letter = Wrong::Letter("ConsentLanguage");
    assert_eq!(at(Core { language: [26, 0], ..of() }), (108, letter));
    assert_eq!(at(Core { language: [0, 63], ..of() }), (114, letter));
    assert_eq!(at(Core { service_specific: 0, ..of() }), (138, Wrong::NotServiceSpecific));
    let features = Wrong::Undefined("SpecialFeatureOptIns");
    assert_eq!(at(Core { features: vec![1, 3], ..of() }), (142, features));
    let purposes = Wrong::Undefined("PurposesConsent");
    assert_eq!(at(Core { consent: vec![1, 12], ..of() }), (163, purposes));
    assert_eq!(at(Core { consent: vec![24], policy: 5, ..of() }), (175, purposes));
    let li = Wrong::Undefined("PurposesLITransparency");
    assert_eq!(at(Core { li: vec![12], ..of() }), (187, li));
    for profile in 3..=6 {
        let bit = 175 + usize::from(profile);
        let core = Core { li: vec![2, profile], ..of() };
        assert_eq!(at(core), (bit, Wrong::ProfilesByLegitimateInterest));
    }
    let segment = Written::default().put(3, 3).set(24, &[12]).put(24, 0).put(6, 0).text();
    let fault = fault(&format!("{}.{segment}", of().text()));
    assert_eq!((fault.segment, fault.bit), (2, 14));
}

#[test]
fn ranges_and_bit_fields_of_one_set_are_equal() {
    let set: BTreeSet<u16> = [1, 2, 3, 7, 8, 100].into();
    let core = Core::default().text();
    let shown = |segment: Written| {
        TcString::parse(&format!("{core}.{}", segment.text())).unwrap().disclosed_vendors.unwrap()
    };
    let head = || Written::default().put(3, 1);
    let field = shown(head().bit_field(100, &set));
    assert_eq!(field.iter().collect::<BTreeSet<_>>(), set);
    for ranges in [
        vec![(1, 3), (7, 8), (100, 100)],
        vec![(100, 100), (7, 8), (1, 3)],
        vec![(1, 2), (2, 3), (7, 7), (8, 8), (100, 100), (1, 1)],
    ] {
        assert_eq!(shown(head().ranges(100, &ranges)), field, "{ranges:?}");
    }
    assert_eq!(shown(head().ranges(0, &[])), Vendors::default());
    let everyone = shown(head().ranges(u16::MAX, &[(1, u16::MAX), (u16::MAX, u16::MAX)]));
    assert_eq!(everyone.iter().count(), 65_535);
    assert!(everyone.contains(u16::MAX) && !everyone.contains(0));
}

#[test]
fn ranges_that_cannot_be_are_refused() {
    let of = |max, ranges: &[(u16, u16)]| {
        let core = Core { max, vendors: ranges.to_vec(), ..Core::default() };
        TcString::parse(&core.text()).map_err(|fault| (fault.bit, fault.what))
    };
    // The vendor section begins at bit 213, its first entry at 242.
    assert!(of(20, &[(10, 20)]).is_ok());
    assert_eq!(of(20, &[(20, 10)]), Err((242, Wrong::Reversed)));
    assert_eq!(of(20, &[(10, 21)]), Err((242, Wrong::AboveMaximum)));
    assert_eq!(of(20, &[(2, 2), (21, 21)]), Err((259, Wrong::AboveMaximum)));
    assert_eq!(of(0, &[(1, 1)]), Err((242, Wrong::AboveMaximum)));
    assert_eq!(of(20, &[(0, 0)]), Err((242, Wrong::VendorZero)));
    assert_eq!(of(20, &[(0, 5)]), Err((242, Wrong::VendorZero)));
}

#[test]
fn gpc_is_a_refusal_when_it_is_exactly_one() {
    assert!(gpc(Some("1")));
    assert!(gpc(Some(" 1\t")));
    for value in ["", "0", "11", "1, 1", "true", "1.0", "01", "\u{a0}1", "１"] {
        assert!(!gpc(Some(value)), "{value:?}");
    }
    assert!(!gpc(None));
}

fn some_ids(last: u8) -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::btree_set(1..=last, 0..6).prop_map(|set| set.into_iter().collect())
}

fn some_ranges() -> impl Strategy<Value = Vec<(u16, u16)>> {
    let range = (1..300_u16, 0..20_u16).prop_map(|(first, length)| (first, first + length));
    proptest::collection::vec(range, 0..8)
}

fn in_ranges(ranges: &[(u16, u16)]) -> BTreeSet<u16> {
    ranges.iter().flat_map(|(first, last)| *first..=*last).collect()
}

prop_compose! {
    fn cores()(
        day in 19_700_u64..21_000,
        policy in 4..=5_u64,
        features in some_ids(2),
        consent in some_ids(11),
        li in some_ids(2),
        one_undisclosed in 0..=1_u64,
        vendors in some_ranges(),
        restrictions in proptest::collection::vec((1..=11_u64, 0..=2_u64, some_ranges()), 0..4),
    ) -> Core {
        let created = day * 864_000;
        Core {
            created, updated: created, policy, features, consent, li, one_undisclosed, vendors,
            max: 320, restrictions, ..Core::default()
        }
    }
}

proptest! {
    #[test]
    fn what_was_written_is_read(core in cores(), shown in some_ranges(), vendor in 0..330_u16) {
        let text = format!("{}.{}", core.text(), vendors(1, &shown));
        let read = TcString::parse(&text).unwrap();
        prop_assert_eq!(read.created, core.created / 10);
        prop_assert_eq!((read.cmp_id, read.cmp_version, read.consent_screen), (300, 5, 1));
        prop_assert_eq!((read.consent_language.as_str(), read.publisher_cc.as_str()), ("nl", "NL"));
        prop_assert_eq!(read.vendor_list_version, 90);
        prop_assert_eq!(ids(read.special_features), &core.features[..]);
        prop_assert_eq!(ids(read.purposes_consent), &core.consent[..]);
        prop_assert_eq!(ids(read.purposes_li), &core.li[..]);
        let consented = in_ranges(&core.vendors);
        prop_assert_eq!(read.vendor_consent.iter().collect::<BTreeSet<_>>(), consented.clone());
        let shown = in_ranges(&shown);
        let told = read.disclosed_vendors.as_ref().unwrap();
        prop_assert_eq!(told.iter().collect::<BTreeSet<_>>(), shown.clone());
        for purpose in 0..=25_u8 {
            let restricted = core.restrictions.iter().any(|(of, kind, vendors)| {
                *of == u64::from(purpose) && *kind != 1 && in_ranges(vendors).contains(&vendor)
            });
            let expected = core.consent.contains(&purpose)
                && (purpose != 1 || core.one_undisclosed == 0)
                && consented.contains(&vendor)
                && shown.contains(&vendor)
                && !restricted;
            prop_assert_eq!(read.consents(vendor).to(purpose), expected, "purpose {}", purpose);
        }
    }
}
