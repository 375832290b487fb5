//! A mail address.

use std::fmt;
use std::str::FromStr;

use email_address::EmailAddress;
use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use super::subject_id::unseen;
use crate::mistake::InIdentity;

/// Bytes of an address at most (RFC 5321, 4.5.3.1.3).
const LONGEST: usize = 254;

/// A mail address: how it is written, which is what is mailed, and the key by which it is known.
///
/// Two ways of writing one mailbox have one key: the domain as A-labels (UTS #46), the name before the @ in NFKC
/// and lower case. RFC 5321 (2.4) lets a server tell capitals apart; none that people use does.
#[derive(Debug, Clone)]
pub struct Address {
    written: String,
    /// As it goes to a server that takes A-labels only (RFC 5890, 2.3.2.1).
    sent: String,
    key: String,
}

impl Address {
    /// The address that a text names. A name around it (`Anna <anna@example.org>`), `mailto:` (RFC 6068), blanks at
    /// the ends and the dot after a domain are taken off. What no mail server can be given is refused.
    pub fn parse(text: &str) -> Result<Self, InIdentity> {
        let bare = bare(text);
        if let Some((place, mark)) = unseen(&bare) {
            let before = text.find(bare.as_str()).and_then(|at| text.get(..at));
            let before = before.map_or(0, |before| before.chars().count());
            return Err(InIdentity::AddressHoldsMark { mark, place: place + before });
        }
        let (local, domain) = bare.rsplit_once('@').ok_or(InIdentity::AddressIncomplete)?;
        let domain = domain.strip_suffix('.').unwrap_or(domain);
        if local.is_empty() || domain.is_empty() {
            return Err(InIdentity::AddressIncomplete);
        }
        let quoted = |c: char| c.is_whitespace() || "<>()[],;:\\\"@".contains(c);
        if local.contains(quoted) || !EmailAddress::is_valid_local_part(local) {
            return Err(InIdentity::AddressLocalUnfit { local: local.to_owned() });
        }
        if bare.len() > LONGEST {
            return Err(InIdentity::AddressTooLong { most: LONGEST });
        }
        let labels = idna::domain_to_ascii_strict(domain).ok();
        let fit = |labels: &String| {
            let long = local.len() + 1 + labels.len() > LONGEST;
            labels.contains('.') && EmailAddress::is_valid_domain(labels) && !long
        };
        let Some(labels) = labels.filter(fit) else {
            return Err(InIdentity::AddressDomainUnfit { domain: domain.to_owned() });
        };
        let written = format!("{local}@{domain}");
        let sent = if domain.is_ascii() { written.clone() } else { format!("{local}@{labels}") };
        let name: String = local.nfkc().collect::<String>().to_lowercase().nfkc().collect();
        Ok(Self { written, sent, key: format!("{name}@{labels}") })
    }

    /// An address as it stands on record, which may be older than the rules of [`Self::parse`].
    pub fn on_record(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self {
            written: text.trim().to_owned(),
            sent: text.trim().to_owned(),
            key: Self::older_key_of(text),
        })
    }

    /// How it is written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// How a mail server is told it: as it is written, with the domain as A-labels.
    pub fn sent(&self) -> &str {
        &self.sent
    }

    /// By what it is known: the same for every way of writing it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// By what it was known before there were A-labels and NFKC in the key: it differs for few.
    pub fn older_key(&self) -> String {
        Self::older_key_of(&self.written)
    }

    fn older_key_of(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl FromStr for Address {
    type Err = InIdentity;

    fn from_str(text: &str) -> Result<Self, InIdentity> {
        Self::parse(text)
    }
}

/// As it is written.
impl Serialize for Address {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.written)
    }
}

impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Address {}

/// Without a name around it, or what a link of mail says besides.
fn bare(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map(|(_, it)| it);
    let text = inner.unwrap_or(text).trim();
    match text.get(.."mailto:".len()) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => {
            let link = text.get(scheme.len()..).unwrap_or_default();
            let link = link.split_once('?').map_or(link, |(address, _)| address);
            percent_decode_str(link).decode_utf8_lossy().trim().to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> String {
        Address::parse(text).unwrap_or_else(|why| panic!("{text:?}: {why:?}")).key().to_owned()
    }

    #[test]
    fn one_mailbox_has_one_key_however_it_is_written() {
        let ways = [
            "anna@example.org",
            "Anna@Example.ORG",
            " anna@example.org. ",
            "Anna de Vries <anna@example.org>",
            "\"Vries, Anna de\" <ANNA@example.org>",
            "<anna@example.org>",
            "mailto:anna@example.org",
            "MAILTO:anna%40example.org?subject=dag",
            "\u{ff41}nna@example.org",
        ];
        for way in ways {
            assert_eq!(key(way), "anna@example.org", "{way}");
        }
        for way in ["info@bücher.example", "INFO@BÜCHER.example", "info@xn--bcher-kva.example"] {
            assert_eq!(key(way), "info@xn--bcher-kva.example", "{way}");
        }
        assert_eq!(key("Zoe\u{308}@x.org"), key("zo\u{eb}@x.org"));
        assert_ne!(key("anna+1@x.org"), key("anna@x.org"), "another mailbox, for all that we know");
    }

    #[test]
    fn it_is_mailed_as_it_is_written_with_a_domain_that_every_server_takes() {
        let address = Address::parse("Anna <Anna.B@Bücher.example.>").unwrap();
        assert_eq!(address.written(), "Anna.B@Bücher.example");
        assert_eq!(address.sent(), "Anna.B@xn--bcher-kva.example");
        assert_eq!(address.to_string(), "Anna.B@Bücher.example");
    }

    #[test]
    fn what_no_mail_server_takes_is_refused_with_what_is_wrong() {
        let local = |local: &str| InIdentity::AddressLocalUnfit { local: local.to_owned() };
        let domain = |domain: &str| InIdentity::AddressDomainUnfit { domain: domain.to_owned() };
        let wrong = [
            ("", InIdentity::AddressIncomplete),
            ("anna", InIdentity::AddressIncomplete),
            ("anna@", InIdentity::AddressIncomplete),
            ("@x.org", InIdentity::AddressIncomplete),
            ("anna@.", InIdentity::AddressIncomplete),
            ("a b@x.org", local("a b")),
            ("a@b@x.org", local("a@b")),
            ("anna..b@x.org", local("anna..b")),
            (".anna@x.org", local(".anna")),
            ("\"anna\"@x.org", local("\"anna\"")),
            ("anna@x", domain("x")),
            ("anna@-x.org", domain("-x.org")),
            ("anna@x..org", domain("x..org")),
            ("anna@[127.0.0.1]", domain("[127.0.0.1]")),
            ("anna@x_y.org", domain("x_y.org")),
            ("anna@x.org, bert@x.org", local("anna@x.org, bert")),
        ];
        for (text, why) in wrong {
            assert_eq!(Address::parse(text), Err(why), "{text}");
        }
        let mark =
            |mark: &str, place| InIdentity::AddressHoldsMark { mark: mark.to_owned(), place };
        let bcc = Address::parse("a@x.org\r\nBcc: b@x.org");
        assert_eq!(bcc, Err(mark("U+000D", 8)));
        assert_eq!(Address::parse("Anna <an\u{200b}na@x.org>"), Err(mark("U+200B", 9)));
        let long = format!("anna@{}.org", ["x"; 130].join("."));
        assert_eq!(Address::parse(&long), Err(InIdentity::AddressTooLong { most: 254 }));
        assert_eq!(
            Address::parse(&format!("{}@x.org", "a".repeat(65))),
            Err(local(&"a".repeat(65)))
        );
    }

    proptest! {
        #[test]
        fn what_was_made_is_made_again_the_same(text in "\\PC{0,12}@[a-zäß.\\-]{1,12}|\\PC{0,24}") {
            if let Ok(once) = Address::parse(&text) {
                for again in [once.written(), once.sent()] {
                    let again = Address::parse(again);
                    prop_assert_eq!(again.as_ref().map(Address::key), Ok(once.key()));
                }
            }
        }
    }
}
