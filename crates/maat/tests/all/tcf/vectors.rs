//! The TC strings of others, field by field.

use maat::ledger::tcf::{Ids, TcString, Withheld};
use maat::profile::Day;
use serde_json::Value;

use maat_testkit::tc_string::Core;

fn vector_file() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/iab/tc-string-vectors.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn vectors() -> Vec<String> {
    vector_file().iter().map(|one| one["tc_string"].as_str().unwrap().to_owned()).collect()
}

/// `2020-01-26T17:01:00Z` as seconds since 1970.
fn seconds(moment: &Value) -> u64 {
    let text = moment.as_str().unwrap();
    let clock: Vec<u64> = text[11..19].split(':').map(|part| part.parse().unwrap()).collect();
    let days = u64::try_from(Day::parse(text).unwrap().0).unwrap();
    days * 86_400 + clock[0] * 3600 + clock[1] * 60 + clock[2]
}

/// The numbers of a set, as the file writes them.
fn listed(numbers: impl Iterator<Item = u16>) -> Value {
    numbers.collect::<Vec<_>>().into()
}

fn small(ids: Ids) -> Value {
    listed(ids.iter().map(u16::from))
}

/// Everything the vector file tells of a string, as this decoder reads it.
fn as_in_the_file(read: &TcString, told: &Value) -> Value {
    let mut all = serde_json::json!({
        "version": 2,
        "created": told["created"], // compared apart, as seconds
        "last_updated": told["last_updated"],
        "cmp_id": read.cmp_id,
        "cmp_version": read.cmp_version,
        "consent_screen": read.consent_screen,
        "consent_language": read.consent_language.to_ascii_uppercase(),
        "vendor_list_version": read.vendor_list_version,
        "tcf_policy_version": read.policy_version,
        "is_service_specific": read.service_specific,
        "use_non_standard_texts": read.non_standard_texts,
        "special_feature_opt_ins": small(read.special_features),
        "purposes_consent": small(read.purposes_consent),
        "purposes_li": small(read.purposes_li),
        "purpose_one_treatment": read.purpose_one_undisclosed,
        "publisher_cc": read.publisher_cc,
        "max_vendor_consent": read.vendor_consent.iter().last().unwrap_or(0),
        "vendor_consent": listed(read.vendor_consent.iter()),
        "max_vendor_li": read.vendor_li.iter().last().unwrap_or(0),
        "vendor_li": listed(read.vendor_li.iter()),
        "num_pub_restrictions": read.restrictions.len(),
    });
    if let Some(disclosed) = &read.disclosed_vendors {
        all["disclosed_vendors"] = listed(disclosed.iter());
    }
    if let Some(allowed) = &read.allowed_vendors {
        all["allowed_vendors"] = listed(allowed.iter());
    }
    if let Some(publisher) = read.publisher {
        all["pub_purposes_consent"] = small(publisher.purposes_consent);
        all["pub_purposes_li"] = small(publisher.purposes_li);
    }
    all
}

#[test]
fn the_vectors_of_others_decode_field_by_field() {
    let vectors = vector_file();
    assert_eq!(vectors.len(), 10);
    for one in &vectors {
        let (text, told) = (one["tc_string"].as_str().unwrap(), &one["decoded"]);
        let read = TcString::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
        assert_eq!(as_in_the_file(&read, told), *told, "{text}");
        assert_eq!(read.created, seconds(&told["created"]), "{text}");
        assert_eq!(read.last_updated, seconds(&told["last_updated"]), "{text}");
    }
}

#[test]
fn a_string_from_before_2_2_proves_but_gives_no_consent() {
    for text in vectors() {
        let read = TcString::parse(&text).unwrap();
        for vendor in read.vendor_consent.iter() {
            let answers = read.consents(vendor);
            assert_eq!(answers.withheld, Some(Withheld::OldPolicy));
            assert!(answers.consented.is_empty());
        }
    }
    assert_eq!(Core { policy: 3, ..Core::default() }.read().consents(2).consented, Ids::default());
}
