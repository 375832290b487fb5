//! What a website's consent banner recorded: TC strings of the IAB Transparency & Consent
//! Framework, and the Global Privacy Control.
//!
//! Field names and section titles are those of the IAB Tech Lab's "Transparency and Consent String
//! with Global Vendor & CMP List Formats", version 2.3 (April 2025), read here together with 2.2.
//! Reading is strict: a string that is not wholly understood is refused, and a refused string is no
//! consent. A string says what one website asked; [`TcString::consents`] is what may be taken from
//! it. Whether it is still fresh is for the caller, who has a clock: a banner asks again at least
//! every 13 months ("What happened to Created and `LastUpdated`?").

mod bits;
mod fault;
mod gpp;
mod segments;

use bits::Bits;
pub use bits::{Ids, Vendors};
pub use fault::{TcFault, Wrong};
pub use gpp::{Gpp, OptOut, UsNational};

/// TCF 2.2 came with policy version 4. Since 30 September 2023 no string may be made under an older
/// one ("Managing conflicting string versions").
const FIRST_POLICY_OF_2_2: u8 = 4;

/// 2026-02-28T00:00:00Z. A string made from then on must say which vendors were shown. The date
/// decides and not the policy version: version 5 was in use before, and no other followed.
const DISCLOSURE_MANDATORY: u64 = 1_772_236_800;

/// A TC string, decoded and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TcString {
    /// Seconds since 1970. Since TCF 2.2 the day on which it was last changed, in UTC.
    pub created: u64,
    /// Seconds since 1970; never before `created`.
    pub last_updated: u64,
    /// The consent management platform that wrote it, by its number at IAB Europe.
    pub cmp_id: u16,
    /// That platform's own version.
    pub cmp_version: u16,
    /// The screen of the platform on which the person answered.
    pub consent_screen: u8,
    /// ISO 639-1, in small letters: the language in which the question was put.
    pub consent_language: String,
    /// The version of the Global Vendor List from which the vendors were shown.
    pub vendor_list_version: u16,
    /// The version of the policies under which the question was put, 2 to 5.
    pub policy_version: u8,
    /// Whether it holds for one service (or group) only; always so since policy version 4.
    pub service_specific: bool,
    /// Whether the texts shown were other than the standard ones.
    pub non_standard_texts: bool,
    /// 1: precise location; 2: scanning the device to identify it.
    pub special_features: Ids,
    /// The purposes to which the person consented.
    pub purposes_consent: Ids,
    /// The purposes disclosed as legitimate interest, to which the person did not object.
    pub purposes_li: Ids,
    /// `PurposeOneTreatment`: storing on the device was not shown to the person at all.
    pub purpose_one_undisclosed: bool,
    /// ISO 3166-1 alpha-2: the country whose law the publisher follows.
    pub publisher_cc: String,
    /// The vendors to which the person consented.
    pub vendor_consent: Vendors,
    /// The vendors that disclosed a legitimate interest, to which the person did not object.
    pub vendor_li: Vendors,
    /// What the publisher forbids to vendors.
    pub restrictions: Vec<Restriction>,
    /// The vendors that were shown to the person; mandatory since 28 February 2026.
    pub disclosed_vendors: Option<Vendors>,
    /// The vendors allowed out-of-band legal bases; only in strings from before TCF 2.2.
    pub allowed_vendors: Option<Vendors>,
    /// The answers to the publisher's own questions. No vendor may rely on them.
    pub publisher: Option<PublisherTc>,
}

/// What a publisher forbids to some vendors, for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// The purpose, 1 to 24.
    pub purpose: u8,
    /// What is forbidden.
    pub kind: RestrictionKind,
    /// To whom.
    pub vendors: Vendors,
}

/// `RestrictionType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestrictionKind {
    /// 0: the purpose is not allowed at all.
    NotAllowed,
    /// 1: only with consent.
    RequireConsent,
    /// 2: only by legitimate interest, so never by consent.
    RequireLegitimateInterest,
}

/// The answers to the questions of the publisher itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublisherTc {
    /// The purposes to which the person consented, for the publisher.
    pub purposes_consent: Ids,
    /// The publisher's purposes by legitimate interest, not objected to.
    pub purposes_li: Ids,
    /// How many purposes of its own the publisher asked about, 0 to 63.
    pub custom_purposes: u8,
    /// Those of its own purposes that have consent.
    pub custom_consent: Ids,
    /// Those of its own purposes by legitimate interest, not objected to.
    pub custom_li: Ids,
}

/// What one vendor may take from a TC string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VendorConsent {
    /// The TCF purposes, 1 to 11, for which the vendor has consent.
    pub consented: Ids,
    /// The purposes to which the person consented and the publisher says no.
    pub restricted: Ids,
    /// Why there is no consent for any purpose, where one reason covers them all.
    pub withheld: Option<Withheld>,
}

impl VendorConsent {
    /// Whether the vendor has consent for a purpose.
    pub const fn to(&self, purpose: u8) -> bool {
        self.consented.contains(purpose)
    }
}

/// Why a vendor gets no consent from a string, whatever the person said about purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// The purposes were others, or had other words.
    #[error("the string was made under a policy from before TCF 2.2")]
    OldPolicy,
    /// TCF 2.3: a vendor that was not shown has nothing.
    #[error("the vendor was not shown to the person")]
    NotDisclosed,
    /// The person did not say yes to this vendor.
    #[error("the person gave this vendor no consent")]
    VendorNotConsented,
}

impl TcString {
    /// Decodes a TC string. See [`Wrong`] for all that is refused.
    pub fn parse(text: &str) -> Result<Self, TcFault> {
        if text.contains('~') {
            return Err(TcFault { segment: 1, bit: 0, what: Wrong::Gpp });
        }
        let mut segments = (1..).zip(text.split('.'));
        // `split` always gives one piece, so the other way is never taken.
        let (first, core) = segments.next().unwrap_or((1, ""));
        let mut string = segments::core(Bits::decode(core, first)?)?;
        let mut last = first;
        for (nth, segment) in segments {
            segments::further(Bits::decode(segment, nth)?, &mut string)?;
            last = nth;
        }
        // `last_updated` is the later of the two moments, and since TCF 2.2 also the first.
        if string.last_updated >= DISCLOSURE_MANDATORY && string.disclosed_vendors.is_none() {
            return Err(TcFault { segment: last + 1, bit: 0, what: Wrong::NoDisclosedVendors });
        }
        Ok(string)
    }

    /// The purposes for which a vendor has this person's consent: the person said yes to the
    /// purpose and to the vendor, was shown both, and the publisher does not forbid it.
    ///
    /// Legitimate interest is no consent and counts for nothing here.
    pub fn consents(&self, vendor: u16) -> VendorConsent {
        let withheld = self.withheld(vendor);
        if withheld.is_some() {
            return VendorConsent {
                consented: Ids::default(),
                restricted: Ids::default(),
                withheld,
            };
        }
        let asked =
            self.purposes_consent.only(|purpose| purpose != 1 || !self.purpose_one_undisclosed);
        let forbidden = |purpose| self.forbids_consent(purpose, vendor);
        VendorConsent {
            consented: asked.only(|purpose| !forbidden(purpose)),
            restricted: asked.only(forbidden),
            withheld: None,
        }
    }

    fn withheld(&self, vendor: u16) -> Option<Withheld> {
        if self.policy_version < FIRST_POLICY_OF_2_2 {
            return Some(Withheld::OldPolicy);
        }
        if self.disclosed_vendors.as_ref().is_some_and(|shown| !shown.contains(vendor)) {
            return Some(Withheld::NotDisclosed);
        }
        (!self.vendor_consent.contains(vendor)).then_some(Withheld::VendorNotConsented)
    }

    /// Whether the publisher keeps a vendor from a purpose, or from basing it on consent. The
    /// vendor list tells which vendors may ignore the second; without it, none may.
    fn forbids_consent(&self, purpose: u8, vendor: u16) -> bool {
        self.restrictions.iter().any(|restriction| {
            restriction.purpose == purpose
                && restriction.kind != RestrictionKind::RequireConsent
                && restriction.vendors.contains(vendor)
        })
    }
}

/// Whether a request refuses sharing and selling: the header `Sec-GPC` with the value `1`, the only
/// one it has (W3C Global Privacy Control). Blanks around a header's value are no part of it
/// (RFC 9110, 5.5).
pub fn gpc(header: Option<&str>) -> bool {
    header.is_some_and(|value| value.trim_matches([' ', '\t']) == "1")
}
