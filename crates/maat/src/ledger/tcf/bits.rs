//! Reads the bits of one segment, and the two shapes in which the TCF writes sets.

use std::ops::{BitOr, Shl};

use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use base64::{DecodeError, Engine as _};

use super::fault::{TcFault, Wrong};

/// A segment of a TC string that is read from left to right, most significant bit first.
pub(super) struct Bits {
    bytes: Vec<u8>,
    at: usize,
    segment: usize,
}

impl Bits {
    /// Decodes the text of a segment. Padding is optional in a TC string; where it is written it
    /// must be right, as must the bits that no byte holds.
    pub(super) fn decode(text: &str, segment: usize) -> Result<Self, TcFault> {
        let engine = if text.ends_with('=') { URL_SAFE } else { URL_SAFE_NO_PAD };
        let bytes = engine.decode(text).map_err(|wrong| {
            let character = match wrong {
                DecodeError::InvalidByte(offset, _)
                | DecodeError::InvalidLastSymbol { offset, .. } => offset,
                DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => text.len(),
            };
            TcFault { segment, bit: character * 6, what: Wrong::Encoding }
        })?;
        Ok(Self { bytes, at: 0, segment })
    }

    /// The bit that is read next.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// A fault of this segment.
    pub(super) const fn fault(&self, bit: usize, what: Wrong) -> TcFault {
        TcFault { segment: self.segment, bit, what }
    }

    fn next(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1 == 1;
        self.at += 1;
        Some(bit)
    }

    /// The next field: an unsigned number of `width` bits, big-endian. The type must hold them.
    pub(super) fn take<N>(&mut self, width: u8, field: &'static str) -> Result<N, TcFault>
    where
        N: Default + From<bool> + Shl<u8, Output = N> + BitOr<Output = N>,
    {
        let from = self.at;
        let mut value = N::default();
        for _ in 0..width {
            let bit = self.next().ok_or_else(|| self.fault(from, Wrong::CutOff(field)))?;
            value = value << 1 | N::from(bit);
        }
        Ok(value)
    }

    /// The next field of one bit.
    pub(super) fn flag(&mut self, field: &'static str) -> Result<bool, TcFault> {
        Ok(self.take::<u8>(1, field)? == 1)
    }

    /// The next field as a set: the first bit stands for 1, the second for 2.
    pub(super) fn ids(&mut self, width: u8, field: &'static str) -> Result<Ids, TcFault> {
        let bits: u64 = self.take(width, field)?;
        Ok(Ids(bits.reverse_bits().checked_shr(64 - u32::from(width)).unwrap_or(0)))
    }

    /// Nothing but zeros may follow: encoders fill up to whole bytes, or to 24 bits.
    pub(super) fn finish(mut self) -> Result<(), TcFault> {
        loop {
            let bit = self.at;
            match self.next() {
                None => return Ok(()),
                Some(true) => return Err(self.fault(bit, Wrong::Trailing)),
                Some(false) => {}
            }
        }
    }
}

/// A set of small numbers from 1 to 63: purposes, special features.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ids(u64);

impl Ids {
    const fn mask(id: u8) -> u64 {
        if id == 0 || id > 63 { 0 } else { 1 << (id - 1) }
    }

    /// Whether the number is in it.
    pub const fn contains(self, id: u8) -> bool {
        self.0 & Self::mask(id) != 0
    }

    /// Whether it holds nothing.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The numbers in it, ascending.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=63).filter(move |id| self.contains(*id))
    }

    /// Those of its numbers that pass.
    pub(super) fn only(self, keep: impl Fn(u8) -> bool) -> Self {
        Self(self.iter().filter(|id| keep(*id)).fold(0, |kept, id| kept | Self::mask(id)))
    }
}

/// A set of vendors of the Global Vendor List, which numbers them from 1.
///
/// It is kept as ranges: a publisher may restrict 65,535 vendors in 33 bits, many times over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vendors {
    /// First and last, ascending, apart from each other.
    ranges: Vec<(u16, u16)>,
}

impl Vendors {
    /// Whether the vendor is in it.
    pub fn contains(&self, vendor: u16) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= vendor);
        after
            .checked_sub(1)
            .and_then(|place| self.ranges.get(place))
            .is_some_and(|(_, last)| vendor <= *last)
    }

    /// Whether it holds no vendor.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The vendors in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> {
        self.ranges.iter().flat_map(|(first, last)| *first..=*last)
    }

    /// Sorts and joins ranges, so that equal sets are equal however they were written.
    fn of(mut ranges: Vec<(u16, u16)>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<(u16, u16)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match joined.last_mut() {
                Some(before) if first <= before.1.saturating_add(1) => {
                    before.1 = before.1.max(last);
                }
                _ => joined.push((first, last)),
            }
        }
        Self { ranges: joined }
    }

    /// A vendor section: `MaxVendorId`, then a bit field or ranges ("Vendor Consent Section").
    pub(super) fn section(bits: &mut Bits) -> Result<Self, TcFault> {
        let max: u16 = bits.take(16, "MaxVendorId")?;
        if bits.flag("IsRangeEncoding")? {
            return Self::ranges(bits, max);
        }
        let mut ranges = Vec::new();
        for vendor in 1..=max {
            if bits.flag("BitField")? {
                ranges.push((vendor, vendor));
            }
        }
        Ok(Self::of(ranges))
    }

    /// `NumEntries` and as many entries ("Range Section"), none of which passes `max`.
    pub(super) fn ranges(bits: &mut Bits, max: u16) -> Result<Self, TcFault> {
        let entries: u16 = bits.take(12, "NumEntries")?;
        let mut ranges = Vec::new();
        for _ in 0..entries {
            let at = bits.at();
            let is_a_range = bits.flag("IsARange")?;
            let first: u16 = bits.take(16, "StartOrOnlyVendorId")?;
            let last = if is_a_range { bits.take(16, "EndVendorId")? } else { first };
            if first == 0 {
                return Err(bits.fault(at, Wrong::VendorZero));
            } else if last < first {
                return Err(bits.fault(at, Wrong::Reversed));
            } else if last > max {
                return Err(bits.fault(at, Wrong::AboveMaximum));
            }
            ranges.push((first, last));
        }
        Ok(Self::of(ranges))
    }
}
