//! Terms of the W3C Data Privacy Vocabulary, to check that a Code uses real ones.

use std::collections::HashMap;
use std::sync::OnceLock;

/// What a term stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A purpose, `dpv:…`.
    Purpose,
    /// Personal data, `pd:…`.
    Data,
    /// Personal data of a special category (GDPR 9(1)).
    Special,
    /// Anything else that a receipt is written with.
    Term,
}

fn terms() -> &'static HashMap<&'static str, Kind> {
    static TERMS: OnceLock<HashMap<&'static str, Kind>> = OnceLock::new();
    TERMS.get_or_init(|| {
        include_str!("dpv.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once(' '))
            .map(|(term, kind)| match kind {
                "purpose" => (term, Kind::Purpose),
                "special" => (term, Kind::Special),
                "ordinary" | "sensitive" => (term, Kind::Data),
                _ => (term, Kind::Term),
            })
            .collect()
    })
}

/// What the term stands for, or nothing where DPV 2.3 has no such term.
pub(super) fn kind(term: &str) -> Option<Kind> {
    terms().get(term).copied()
}

/// Whether DPV 2.3 has the term, as far as Maat uses it: `dpv:ConsentGiven`, `pd:Purchase`.
pub fn is_dpv_term(term: &str) -> bool {
    kind(term).is_some()
}

/// ``; did you mean `pd:Purchase`?`` or nothing.
pub(super) fn near(term: &str) -> Option<String> {
    crate::mistake::near(term, terms().keys().copied())
}
