//! The segments of a TC string, field by field ("TC String Format").

use super::bits::{Bits, Ids, Vendors};
use super::fault::{TcFault, Wrong};
use super::{FIRST_POLICY_OF_2_2, PublisherTc, Restriction, RestrictionKind, TcString};

// Where the fields stand that a policy may forbid.
const VERSION: usize = 0;
const LAST_UPDATED: usize = 42;
const CMP_ID: usize = 78;
const POLICY: usize = 132;
const SERVICE_SPECIFIC: usize = 138;
const SPECIAL_FEATURES: usize = 140;
const PURPOSES_CONSENT: usize = 152;
const PURPOSES_LI: usize = 176;

/// Purposes 1 to 10 in the policies 2 and 3; TCF 2.2 added the eleventh.
const fn last_purpose(policy: u8) -> u8 {
    if policy < FIRST_POLICY_OF_2_2 { 10 } else { 11 }
}

/// 0 and 1 are no platform's: strings of before one was registered, and of tests.
const LAST_INVALID_CMP: u16 = 1;

/// Precise location, and scanning the device: no policy so far defines a third.
const LAST_SPECIAL_FEATURE: u8 = 2;

/// "The Core String".
pub(super) fn core(mut bits: Bits) -> Result<TcString, TcFault> {
    let version: u8 = bits.take(6, "Version")?;
    if version != 2 {
        return Err(bits.fault(VERSION, Wrong::Version(version)));
    }
    let read = &mut bits;
    // The fields of a literal are evaluated in the order in which they stand: that of the format.
    let string = TcString {
        created: seconds(read, "Created")?,
        last_updated: seconds(read, "LastUpdated")?,
        cmp_id: read.take(12, "CmpId")?,
        cmp_version: read.take(12, "CmpVersion")?,
        consent_screen: read.take(6, "ConsentScreen")?,
        consent_language: letters(read, "ConsentLanguage")?.to_ascii_lowercase(),
        vendor_list_version: read.take(12, "VendorListVersion")?,
        policy_version: read.take(6, "TcfPolicyVersion")?,
        service_specific: read.flag("IsServiceSpecific")?,
        non_standard_texts: read.flag("UseNonStandardTexts")?,
        special_features: read.ids(12, "SpecialFeatureOptIns")?,
        purposes_consent: read.ids(24, "PurposesConsent")?,
        purposes_li: read.ids(24, "PurposesLITransparency")?,
        purpose_one_undisclosed: read.flag("PurposeOneTreatment")?,
        publisher_cc: letters(read, "PublisherCC")?,
        vendor_consent: Vendors::section(read)?,
        vendor_li: Vendors::section(read)?,
        restrictions: restrictions(read)?,
        disclosed_vendors: None,
        allowed_vendors: None,
        publisher: None,
    };
    obeys_its_policy(&bits, &string)?;
    bits.finish()?;
    Ok(string)
}

/// Refuses what the policy under which the string was made forbids.
fn obeys_its_policy(bits: &Bits, string: &TcString) -> Result<(), TcFault> {
    let policy = string.policy_version;
    if !(2..=5).contains(&policy) {
        return Err(bits.fault(POLICY, Wrong::Policy(policy)));
    }
    if string.last_updated < string.created {
        return Err(bits.fault(LAST_UPDATED, Wrong::UpdatedBeforeCreated));
    }
    if string.cmp_id <= LAST_INVALID_CMP {
        return Err(bits.fault(CMP_ID, Wrong::Cmp(string.cmp_id)));
    }
    // Older strings are read for what they prove; they give no consent (`TcString::consents`).
    if policy < FIRST_POLICY_OF_2_2 {
        return Ok(());
    }
    if !string.service_specific {
        return Err(bits.fault(SERVICE_SPECIFIC, Wrong::NotServiceSpecific));
    }
    defined(
        bits,
        SPECIAL_FEATURES,
        string.special_features,
        LAST_SPECIAL_FEATURE,
        "SpecialFeatureOptIns",
    )?;
    let purposes = last_purpose(policy);
    defined(bits, PURPOSES_CONSENT, string.purposes_consent, purposes, "PurposesConsent")?;
    defined(bits, PURPOSES_LI, string.purposes_li, purposes, "PurposesLITransparency")?;
    if let Some(profile) = string.purposes_li.iter().find(|id| (3..=6).contains(id)) {
        let bit = PURPOSES_LI + usize::from(profile) - 1;
        return Err(bits.fault(bit, Wrong::ProfilesByLegitimateInterest));
    }
    Ok(())
}

/// Refuses a set with a number above the last that is defined.
fn defined(
    bits: &Bits,
    from: usize,
    ids: Ids,
    last: u8,
    field: &'static str,
) -> Result<(), TcFault> {
    match ids.iter().find(|id| *id > last) {
        Some(id) => Err(bits.fault(from + usize::from(id) - 1, Wrong::Undefined(field))),
        None => Ok(()),
    }
}

/// A moment in deciseconds since 1970, as whole seconds.
fn seconds(bits: &mut Bits, field: &'static str) -> Result<u64, TcFault> {
    Ok(bits.take::<u64>(36, field)? / 10)
}

/// Two letters of six bits, a = 0 to z = 25, as capitals.
fn letters(bits: &mut Bits, field: &'static str) -> Result<String, TcFault> {
    let mut both = String::with_capacity(2);
    for _ in 0..2 {
        let at = bits.at();
        let letter: u8 = bits.take(6, field)?;
        if letter > 25 {
            return Err(bits.fault(at, Wrong::Letter(field)));
        }
        both.push(char::from(b'A' + letter));
    }
    Ok(both)
}

/// "Publisher Restrictions Section". The purpose is only held to the 24 that the format has: a
/// restriction takes away, so one for a purpose that does not exist harms nobody.
fn restrictions(bits: &mut Bits) -> Result<Vec<Restriction>, TcFault> {
    let count: u16 = bits.take(12, "NumPubRestrictions")?;
    let mut all = Vec::new();
    for _ in 0..count {
        let at = bits.at();
        let purpose: u8 = bits.take(6, "PurposeId")?;
        if !(1..=24).contains(&purpose) {
            return Err(bits.fault(at, Wrong::Undefined("PurposeId")));
        }
        let kind = match bits.take::<u8>(2, "RestrictionType")? {
            0 => RestrictionKind::NotAllowed,
            1 => RestrictionKind::RequireConsent,
            2 => RestrictionKind::RequireLegitimateInterest,
            _ => return Err(bits.fault(at + 6, Wrong::RestrictionType)),
        };
        all.push(Restriction { purpose, kind, vendors: Vendors::ranges(bits, u16::MAX)? });
    }
    Ok(all)
}

/// One of the segments after the core. Their order is free: TCF 2.3 writes the disclosed vendors
/// first, its predecessors called the order arbitrary.
pub(super) fn further(mut bits: Bits, string: &mut TcString) -> Result<(), TcFault> {
    let kind: u8 = bits.take(3, "SegmentType")?;
    let twice = match kind {
        1 => string.disclosed_vendors.replace(Vendors::section(&mut bits)?).is_some(),
        // Went with the out-of-band legal bases; the later specifications do not list it.
        2 if string.policy_version < FIRST_POLICY_OF_2_2 => {
            string.allowed_vendors.replace(Vendors::section(&mut bits)?).is_some()
        }
        3 => {
            let publisher = publisher(&mut bits, string.policy_version)?;
            string.publisher.replace(publisher).is_some()
        }
        _ => return Err(bits.fault(0, Wrong::SegmentType(kind))),
    };
    if twice {
        return Err(bits.fault(0, Wrong::SegmentTwice(kind)));
    }
    bits.finish()
}

/// "Publisher Purposes Transparency and Consent".
fn publisher(bits: &mut Bits, policy: u8) -> Result<PublisherTc, TcFault> {
    let purposes_consent = bits.ids(24, "PubPurposesConsent")?;
    let purposes_li = bits.ids(24, "PubPurposesLITransparency")?;
    if policy >= FIRST_POLICY_OF_2_2 {
        let last = last_purpose(policy);
        defined(bits, 3, purposes_consent, last, "PubPurposesConsent")?;
        defined(bits, 27, purposes_li, last, "PubPurposesLITransparency")?;
    }
    let custom_purposes = bits.take(6, "NumCustomPurposes")?;
    Ok(PublisherTc {
        purposes_consent,
        purposes_li,
        custom_purposes,
        custom_consent: bits.ids(custom_purposes, "CustomPurposesConsent")?,
        custom_li: bits.ids(custom_purposes, "CustomPurposesLITransparency")?,
    })
}
