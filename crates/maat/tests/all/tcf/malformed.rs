//! Strings that were cut, flipped or made up.

use maat::ledger::tcf::{TcString, Wrong};
use proptest::prelude::*;

use super::vectors::vectors;
use maat_testkit::tc_string::{ALPHABET, Core, Written, fault, publisher, vendors, wrong};

#[test]
fn only_zeros_may_follow_the_last_field() {
    let written = Core::default().written();
    let read = TcString::parse(&written.text()).unwrap();
    for zeros in 0..80 {
        let bit = written.0.len() + zeros;
        let mut longer = written.clone();
        longer.0.resize(bit, false);
        assert_eq!(TcString::parse(&longer.text()).unwrap(), read);
        let fault = fault(&longer.put(1, 1).text());
        assert_eq!((fault.bit, fault.what), (bit, Wrong::Trailing));
    }
}

#[test]
fn what_is_not_base64url_is_refused() {
    let core = Core::default().text();
    for text in [
        core.replacen('C', "+", 1),
        format!(" {core}"),
        format!("{core}\n"),
        format!("{core}A=A"),
        format!("{core}===="),
        format!("{core}é"),
        core.replacen('C', "%43", 1),
    ] {
        assert_eq!(wrong(&text), Wrong::Encoding, "{text}");
    }
    assert_eq!(fault(&format!("{core}.I*")).bit, 6);
    assert_eq!(wrong(""), Wrong::CutOff("Version"));
    assert_eq!(wrong("."), Wrong::CutOff("Version"));
    // Right padding may stand there, wrong padding may not.
    let padded = &vectors()[3];
    assert!(padded.ends_with('='));
    let bare = padded.trim_end_matches('=');
    assert_eq!(TcString::parse(padded), TcString::parse(bare));
    assert_eq!(wrong(&format!("{padded}=")), Wrong::Encoding);
}

#[test]
fn a_fault_tells_where_and_does_not_repeat_the_string() {
    let core = Core::default().text();
    let text = format!("{core}.{}", &vendors(1, &[(2, 2), (5, 9)])[..8]);
    let told = fault(&text).to_string();
    assert_eq!(
        told,
        "TC string refused in segment 2 at bit 33: it ends within `StartOrOnlyVendorId`"
    );
    assert!(!told.contains(&core[..6]));
}

/// Every segment of every vector, and strings of our own, with the parts before and after it.
fn segments() -> Vec<(String, String, String)> {
    let mut texts = vectors();
    let restrictions = vec![(2, 0, vec![(2, 2), (100, 200)]), (4, 2, vec![(1, 15)])];
    let core = Core { restrictions, policy: 5, ..Core::default() }.text();
    texts.push(format!("{core}.{}.{}", vendors(1, &[(2, 4)]), publisher().text()));
    let mut all = Vec::new();
    for text in texts {
        let parts: Vec<&str> = text.split('.').collect();
        for nth in 0..parts.len() {
            let before = parts[..nth].iter().fold(String::new(), |all, part| all + part + ".");
            let after = parts[nth + 1..].iter().fold(String::new(), |all, part| all + "." + part);
            all.push((before, parts[nth].trim_end_matches('=').to_owned(), after));
        }
    }
    all
}

fn bits_of(segment: &str) -> Written {
    segment.bytes().fold(Written::default(), |all, character| {
        all.put(6, ALPHABET.iter().position(|known| *known == character).unwrap() as u64)
    })
}

#[test]
fn a_segment_cut_anywhere_is_refused_unless_only_padding_went() {
    for (before, segment, after) in segments() {
        let whole = TcString::parse(&format!("{before}{segment}{after}")).unwrap();
        for length in 0..segment.len() {
            let kept = &segment[..length];
            let Ok(read) = TcString::parse(&format!("{before}{kept}{after}")) else { continue };
            assert_eq!(read, whole, "{kept}");
            assert!(segment[length..].bytes().all(|character| character == b'A'), "{kept}");
        }
        // Cut at a bit, the rest of its byte is zeros: as if those bits had been zeros before.
        let bits = bits_of(&segment).0;
        for length in 0..bits.len() {
            let cut = Written(bits[..length].to_vec());
            let mut zeroed = cut.clone();
            zeroed.0.resize(bits.len() / 8 * 8, false);
            if let Ok(read) = TcString::parse(&format!("{before}{}{after}", cut.text())) {
                let same = TcString::parse(&format!("{before}{}{after}", zeroed.text())).unwrap();
                assert_eq!(read, same);
                assert!(bits[length..].contains(&true) || read == whole);
            }
        }
    }
}

/// Nothing may be taken that the string does not say.
fn consents_are_in_the_string(read: &TcString) {
    let extremes = [0, 1, 2, 1000, u16::MAX];
    for vendor in extremes.into_iter().chain(read.vendor_consent.iter().take(50)) {
        let answers = read.consents(vendor);
        for purpose in answers.consented.iter() {
            assert!(purpose <= 11 && read.purposes_consent.contains(purpose));
            assert!(read.vendor_consent.contains(vendor) && read.service_specific);
            assert!(read.disclosed_vendors.as_ref().is_none_or(|shown| shown.contains(vendor)));
            assert!(read.policy_version >= 4 && !answers.restricted.contains(purpose));
        }
    }
}

#[test]
fn a_flipped_bit_never_panics_and_never_adds_more_than_it_says() {
    for (before, segment, after) in segments() {
        let bits = bits_of(&segment);
        for at in 0..bits.0.len() {
            let mut flipped = bits.clone();
            flipped.0[at] ^= true;
            if let Ok(read) = TcString::parse(&format!("{before}{}{after}", flipped.text())) {
                consents_are_in_the_string(&read);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}", coded in "[A-Za-z0-9_.-]{0,200}") {
        for text in [text, coded.clone(), format!("C{coded}")] {
            if let Ok(read) = TcString::parse(&text) {
                consents_are_in_the_string(&read);
            }
        }
    }

    #[test]
    fn any_bits_after_a_true_beginning_are_read_or_refused(
        tail in proptest::collection::vec(any::<bool>(), 0..400),
        keep in 0..260_usize,
    ) {
        let mut written = Core::default().written();
        written.0.truncate(keep);
        written.0.extend(tail);
        if let Ok(read) = TcString::parse(&written.text()) {
            consents_are_in_the_string(&read);
        }
    }
}
