//! Why a TC string is refused. A fault names places and fields and never repeats the string, which
//! is personal data.

/// A TC string that is refused: where, and what is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("TC string refused in segment {segment} at bit {bit}: {what}")]
pub struct TcFault {
    /// The segment, counted from 1; 1 is the core string.
    pub segment: usize,
    /// The bit within the segment, counted from 0 as in the specification.
    pub bit: usize,
    /// What is wrong there.
    pub what: Wrong,
}

/// What can be wrong with a TC string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A character outside the alphabet, wrong padding, or an impossible length (RFC 4648, 5).
    #[error("this is not base64url")]
    Encoding,
    /// The segment ends before its fields do.
    #[error("it ends within `{0}`")]
    CutOff(&'static str),
    /// Bits that are set after the last field.
    #[error("data follows the last field; only zeros may")]
    Trailing,
    /// Another format: version 1 ended on 30 September 2020, and none follows 2 yet.
    #[error("format version {0}; only version 2 is read")]
    Version(u8),
    /// A string of another kind, which holds a TC string in one of its sections.
    #[error("this is a GPP string; a TC string is only its section EU TCF v2")]
    Gpp,
    /// Another version of the Global Privacy Platform.
    #[error("version {0} of a GPP string; only version 1 is read")]
    GppVersion(u8),
    /// A header that lists other sections than there are.
    #[error("the header of the GPP string does not list the sections that follow it")]
    Sections,
    /// A GPP string that says nothing which is read here.
    #[error("the GPP string has neither a section EU TCF v2 nor one US national")]
    NoSection,
    /// Another version of the section US national.
    #[error("version {0} of the GPP section US national; known are 1 and 2")]
    UsVersion(u8),
    /// A number that no consent management platform has.
    #[error("`CmpId` {0} is no registered platform's")]
    Cmp(u16),
    /// A policy whose purposes this reader does not know.
    #[error("policy version {0}; known are 2 to 5")]
    Policy(u8),
    /// It was changed before it was made.
    #[error("`LastUpdated` lies before `Created`")]
    UpdatedBeforeCreated,
    /// Each letter is a number from 0 to 25.
    #[error("`{0}` holds something else than the letters a to z")]
    Letter(&'static str),
    /// A string of a global scope, invalid since that scope was withdrawn.
    #[error("`IsServiceSpecific` is 0, which is invalid since policy version 4")]
    NotServiceSpecific,
    /// Bits of purposes or special features which the policy does not define.
    #[error("`{0}` sets a number that the policy does not define")]
    Undefined(&'static str),
    /// Legitimate interest for profiles, forbidden by TCF 2.2.
    #[error("legitimate interest for one of the purposes 3 to 6, which TCF 2.2 forbids")]
    ProfilesByLegitimateInterest,
    /// Vendors are numbered from 1.
    #[error("a range of vendors begins at 0; vendors are numbered from 1")]
    VendorZero,
    /// A range that ends before it begins.
    #[error("a range of vendors ends before it begins")]
    Reversed,
    /// A range that passes the section's own `MaxVendorId`.
    #[error("a range of vendors passes `MaxVendorId`")]
    AboveMaximum,
    /// Restriction type 3, which is not in use.
    #[error("publisher restriction of the undefined type 3")]
    RestrictionType,
    /// A segment type that does not exist, or no longer exists under the policy of the string.
    #[error("segment type {0} does not exist under the policy of this string")]
    SegmentType(u8),
    /// The same type of segment twice: which of them holds is anybody's guess.
    #[error("segment type {0} occurs twice")]
    SegmentTwice(u8),
    /// TCF 2.3: a string made or changed since 28 February 2026 says who was shown.
    #[error("no segment of disclosed vendors, which is mandatory since 28 February 2026")]
    NoDisclosedVendors,
}
