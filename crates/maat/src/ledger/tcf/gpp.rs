//! A string of the IAB Global Privacy Platform: a header that lists sections, and the sections. Of those
//! the two are read that say something here: EU TCF v2, which is a TC string, and US national.
//!
//! Names and places of fields are those of IAB Tech Lab's "Global Privacy Platform String" (1.0) and of
//! the MSPA's US national section, versions 1 and 2, which put the fields that are read here alike.

use super::TcString;
use super::bits::Bits;
use super::fault::{TcFault, Wrong};

/// The number of the section EU TCF v2.
const EU_TCF: u32 = 2;

/// The number of the section US national.
const US_NATIONAL: u32 = 7;

/// Digits of a number in Fibonacci coding: far more than any section has.
const DIGITS: u32 = 16;

/// A GPP string: of each section that is read here what it says, or why it is refused. What one section
/// holds takes nothing from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gpp {
    /// EU TCF v2.
    pub tcf: Option<Result<TcString, TcFault>>,
    /// US national.
    pub us: Option<Result<UsNational, TcFault>>,
}

/// What the section US national says of opting out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsNational {
    /// Of the sale of what is known of them.
    pub sale: OptOut,
    /// Of sharing it.
    pub sharing: OptOut,
    /// Of advertisements by it.
    pub targeted: OptOut,
    /// Whether their browser says no to sale and sharing (Global Privacy Control).
    pub gpc: bool,
}

/// One answer of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptOut {
    /// Nothing was asked.
    NotApplicable,
    /// They said no.
    OptedOut,
    /// They did not say no, which is no yes.
    Not,
}

impl Gpp {
    /// Whether a text is a GPP string rather than a TC string: its first character says so.
    pub fn is(text: &str) -> bool {
        text.starts_with('D')
    }

    /// Decodes the header, and the sections that are read here.
    pub fn parse(text: &str) -> Result<Self, TcFault> {
        let mut parts = text.split('~');
        // `split` always gives one piece, so the other way is never taken.
        let header = Bits::decode(parts.next().unwrap_or(""), 1)?;
        let parts: Vec<&str> = parts.collect();
        let sections = sections(header, parts.len())?;
        if parts.len() != sections.len() {
            return Err(TcFault { segment: 1, bit: 12, what: Wrong::Sections });
        }
        let part = |section| {
            let nth = sections.iter().position(|own| *own == section)?;
            Some((parts.get(nth).copied()?, nth + 2))
        };
        Ok(Self {
            tcf: part(EU_TCF).map(|(text, _)| TcString::parse(text)),
            us: part(US_NATIONAL).map(|(text, nth)| us_national(text, nth)),
        })
    }
}

/// The numbers of the sections, in their order ("Header Encoding"): no more than there are.
fn sections(mut bits: Bits, most: usize) -> Result<Vec<u32>, TcFault> {
    let kind: u8 = bits.take(6, "Type")?;
    let version: u8 = bits.take(6, "Version")?;
    if (kind, version) != (3, 1) {
        return Err(bits.fault(6, Wrong::GppVersion(version)));
    }
    let entries: u16 = bits.take(12, "Sections")?;
    let (mut all, mut last) = (Vec::new(), 0);
    for _ in 0..entries {
        let is_a_range = bits.flag("Sections")?;
        let first = last + fibonacci(&mut bits)?;
        last = if is_a_range { first + fibonacci(&mut bits)? } else { first };
        all.extend((first..=last).take(most + 1));
        if all.len() > most {
            return Err(bits.fault(12, Wrong::Sections));
        }
    }
    bits.finish()?;
    Ok(all)
}

/// A number as a sum of Fibonacci numbers, the smallest first, up to two ones in a row.
fn fibonacci(bits: &mut Bits) -> Result<u32, TcFault> {
    let at = bits.at();
    let (mut sum, mut one, mut next, mut before) = (0, 1, 2, false);
    for _ in 0..DIGITS {
        let digit = bits.flag("Sections")?;
        if digit && before {
            return Ok(sum);
        }
        sum += if digit { one } else { 0 };
        (one, next, before) = (next, one + next, digit);
    }
    Err(bits.fault(at, Wrong::Sections))
}

/// The core segment up to the answers that are read, and the segment of Global Privacy Control.
fn us_national(text: &str, nth: usize) -> Result<UsNational, TcFault> {
    let mut segments = text.split('.');
    let mut bits = Bits::decode(segments.next().unwrap_or(""), nth)?;
    let version: u8 = bits.take(6, "Version")?;
    if !(1..=2).contains(&version) {
        return Err(bits.fault(0, Wrong::UsVersion(version)));
    }
    // Six notices, two bits each: that somebody could say no is not that they did.
    bits.take::<u16>(12, "SharingNotice")?;
    let mut read = UsNational {
        sale: opt_out(&mut bits, "SaleOptOut")?,
        sharing: opt_out(&mut bits, "SharingOptOut")?,
        targeted: opt_out(&mut bits, "TargetedAdvertisingOptOut")?,
        gpc: false,
    };
    for segment in segments {
        let mut bits = Bits::decode(segment, nth)?;
        let kind: u8 = bits.take(2, "SubsectionType")?;
        read.gpc |= kind == 1 && bits.flag("Gpc")?;
    }
    Ok(read)
}

fn opt_out(bits: &mut Bits, field: &'static str) -> Result<OptOut, TcFault> {
    let at = bits.at();
    match bits.take::<u8>(2, field)? {
        0 => Ok(OptOut::NotApplicable),
        1 => Ok(OptOut::OptedOut),
        2 => Ok(OptOut::Not),
        _ => Err(bits.fault(at, Wrong::Undefined(field))),
    }
}
