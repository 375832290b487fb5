//! Writes TC strings bit by bit, right and wrong ones.

use std::collections::BTreeSet;

use maat::ledger::tcf::{Ids, TcFault, TcString, Wrong};

/// The alphabet of base64url, each character six bits.
pub const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// A day under TCF 2.2, in deciseconds.
pub const IN_2_2: u64 = 17_487_360_000;
/// The first day under TCF 2.3, in deciseconds.
pub const IN_2_3: u64 = 17_722_368_000;

/// Writes a segment bit by bit, so that any of them can be written wrong.
#[derive(Debug, Clone, Default)]
pub struct Written(pub Vec<bool>);

impl Written {
    /// A number of so many bits.
    #[must_use]
    pub fn put(mut self, width: u32, value: u64) -> Self {
        self.0.extend((0..width).rev().map(|place| value >> place & 1 == 1));
        self
    }

    /// A set of purposes: the first bit stands for 1.
    #[must_use]
    pub fn set(mut self, width: u8, ids: &[u8]) -> Self {
        self.0.extend((1..=width).map(|id| ids.contains(&id)));
        self
    }

    /// A set of vendors, a bit each.
    #[must_use]
    pub fn bit_field(self, max: u16, vendors: &BTreeSet<u16>) -> Self {
        let mut all = self.put(16, max.into()).put(1, 0);
        all.0.extend((1..=max).map(|vendor| vendors.contains(&vendor)));
        all
    }

    /// A set of vendors, as ranges.
    #[must_use]
    pub fn ranges(self, max: u16, ranges: &[(u16, u16)]) -> Self {
        self.put(16, max.into()).put(1, 1).entries(ranges)
    }

    /// The ranges alone, after how many they are.
    #[must_use]
    pub fn entries(self, ranges: &[(u16, u16)]) -> Self {
        ranges.iter().fold(self.put(12, ranges.len() as u64), |all, &(first, last)| {
            if first == last {
                all.put(1, 0).put(16, first.into())
            } else {
                all.put(1, 1).put(16, first.into()).put(16, last.into())
            }
        })
    }

    /// As text; what is missing to a whole byte is zeros.
    pub fn text(&self) -> String {
        let bytes = self.0.len().div_ceil(8) * 8;
        let bit = |at: usize| self.0.get(at).copied().unwrap_or(false);
        (0..bytes.div_ceil(6))
            .map(|nth| {
                let value = (0..6).fold(0, |value, at| value << 1 | usize::from(bit(nth * 6 + at)));
                char::from(ALPHABET[value])
            })
            .collect()
    }
}

/// First and last vendor of each range.
pub type Ranges = Vec<(u16, u16)>;

/// The fields of a core string, for a test to change.
#[derive(Debug, Clone)]
pub struct Core {
    /// The version of the form: 2.
    pub version: u64,
    /// When it was made, in deciseconds.
    pub created: u64,
    /// When it was changed last, in deciseconds.
    pub updated: u64,
    /// The consent management platform.
    pub cmp: u64,
    /// The language it was asked in: two letters, a as 0.
    pub language: [u64; 2],
    /// The version of the policy.
    pub policy: u64,
    /// Whether it holds for this site alone: 1.
    pub service_specific: u64,
    /// Special features that were opted into.
    pub features: Vec<u8>,
    /// Purposes with consent.
    pub consent: Vec<u8>,
    /// Purposes with a legitimate interest that was told.
    pub li: Vec<u8>,
    /// Whether purpose 1 was not asked at all.
    pub one_undisclosed: u64,
    /// Vendors with consent.
    pub vendors: Ranges,
    /// The highest id of a vendor.
    pub max: u16,
    /// Purpose, type, vendors.
    pub restrictions: Vec<(u64, u64, Ranges)>,
}

impl Default for Core {
    /// Made under TCF 2.2: purposes 1 to 4, 7 and 11, vendors 2 and 10 to 20.
    fn default() -> Self {
        Self {
            version: 2,
            created: IN_2_2,
            updated: IN_2_2,
            cmp: 300,
            language: [13, 11],
            policy: 4,
            service_specific: 1,
            features: vec![2],
            consent: vec![1, 2, 3, 4, 7, 11],
            li: vec![2, 7],
            one_undisclosed: 0,
            vendors: vec![(2, 2), (10, 20)],
            max: 20,
            restrictions: Vec::new(),
        }
    }
}

impl Core {
    /// Bit by bit, up to the vendors with a legitimate interest, of which there are none.
    pub fn written(&self) -> Written {
        let all = Written::default()
            .put(6, self.version)
            .put(36, self.created)
            .put(36, self.updated)
            .put(12, self.cmp)
            .put(12, 5)
            .put(6, 1)
            .put(6, self.language[0])
            .put(6, self.language[1])
            .put(12, 90)
            .put(6, self.policy)
            .put(1, self.service_specific)
            .put(1, 0)
            .set(12, &self.features)
            .set(24, &self.consent)
            .set(24, &self.li)
            .put(1, self.one_undisclosed)
            .put(6, 13)
            .put(6, 11)
            .ranges(self.max, &self.vendors)
            .bit_field(0, &BTreeSet::new())
            .put(12, self.restrictions.len() as u64);
        self.restrictions.iter().fold(all, |all, (purpose, kind, vendors)| {
            all.put(6, *purpose).put(2, *kind).entries(vendors)
        })
    }

    /// As text.
    pub fn text(&self) -> String {
        self.written().text()
    }

    /// As Maat reads it.
    pub fn read(&self) -> TcString {
        TcString::parse(&self.text()).unwrap()
    }
}

/// A segment of disclosed (1) or allowed (2) vendors.
pub fn vendors(kind: u64, ranges: &[(u16, u16)]) -> String {
    Written::default().put(3, kind).ranges(u16::MAX, ranges).text()
}

/// A segment of the publisher: purposes 1 and 11 by consent, 3 otherwise, one custom purpose of each.
pub fn publisher() -> Written {
    Written::default().put(3, 3).set(24, &[1, 11]).set(24, &[3]).put(6, 2).put(2, 0b10).put(2, 0b01)
}

/// What is wrong with a string.
pub fn wrong(text: &str) -> Wrong {
    fault(text).what
}

/// What is wrong with a string, and where.
pub fn fault(text: &str) -> TcFault {
    TcString::parse(text).unwrap_err()
}

/// The ids of a set.
pub fn ids(ids: Ids) -> Vec<u8> {
    ids.iter().collect()
}
