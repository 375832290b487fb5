//! One-time codes (TOTP, RFC 6238): six digits from SHA-1 and steps of thirty seconds, as every
//! app that makes them expects; and recovery codes for whoever lost theirs.

use std::fmt::Write as _;

use maat::ledger::At;
use maat_service::problem::{Kind, Problem};
use maat_store::{Os, Random as _};
use qrcode::{EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret, as RFC 4226 wants them (4, R6).
const SECRET: usize = 20;

/// Recovery codes that somebody gets.
const RECOVERY: usize = 10;

/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A new secret.
pub fn secret() -> Result<Vec<u8>, Problem> {
    let mut secret = vec![0; SECRET];
    Os.fill(&mut secret)?;
    Ok(secret)
}

fn totp(secret: &[u8]) -> Result<Totp, Problem> {
    let own = Builder::new().with_secret(secret.to_vec()).build();
    own.map_err(|_| {
        let (nl, en) = ("de codes kunnen niet gemaakt worden", "the codes cannot be made");
        Problem::new(Kind::Fault, nl, en)
    })
}

/// The step of a code that is right at a moment, or was one step ago, or will be at the next;
/// nothing for any other. Whether it was used before is the store's to know.
pub fn step(secret: &[u8], code: &str, now: At) -> Result<Option<i64>, Problem> {
    let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if !is_code(&digits) {
        return Ok(None);
    }
    let found = totp(secret)?.check(&digits, seconds);
    Ok(found.and_then(|step| i64::try_from(step).ok()))
}

/// Whether it looks like a one-time code, and not like a recovery code.
pub fn is_code(text: &str) -> bool {
    let digits = text.chars().filter(|c| !c.is_whitespace());
    text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()) && digits.count() == 6
}

/// New recovery codes, as `abcde-fghij-kmnpq`: seventy-five bits each.
pub fn recovery() -> Result<Vec<String>, Problem> {
    let one = || {
        let mut bytes = [0; 15];
        Os.fill(&mut bytes)?;
        let letter = |byte: &u8| char::from(*ALPHABET.get(usize::from(byte % 32)).unwrap_or(&b'a'));
        let letters: Vec<char> = bytes.iter().map(letter).collect();
        let parts: Vec<String> = letters.chunks(5).map(|part| part.iter().collect()).collect();
        Ok(parts.join("-"))
    };
    (0..RECOVERY).map(|_| one()).collect()
}

/// The secret as people type it: in groups of four.
pub fn shown(secret: &[u8]) -> String {
    let text = Secret::from(secret.to_vec()).to_base32();
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What the QR code says: `otpauth://totp/…`.
pub fn address(secret: &[u8], name: &str) -> String {
    let text = Secret::from(secret.to_vec()).to_base32();
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("otpauth://totp/Maat:{}?secret={text}&issuer=Maat", name.replace('+', "%20"))
}

/// A QR code, as the path of an SVG and how many modules it is wide, the quiet zone included.
pub fn drawn(text: &str) -> Option<(String, usize)> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let dark = code.to_colors();
    let mut path = String::new();
    for (nth, _) in dark.iter().enumerate().filter(|(_, it)| **it == qrcode::Color::Dark) {
        let (x, y) = (nth % width + QUIET, nth / width + QUIET);
        let _ = write!(path, "M{x} {y}h1v1h-1z");
    }
    Some((path, width + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, in six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (seconds, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")]
        {
            assert_eq!(
                step(secret, code, At(seconds * 1000)).unwrap(),
                Some(seconds / 30),
                "{code}"
            );
            let late = At((seconds + 60) * 1000);
            assert_eq!(step(secret, code, late).unwrap(), None, "two steps later it is old");
        }
        assert_eq!(step(secret, "287 082", At(59_000)).unwrap(), Some(1));
        for wrong in ["", "28708", "2870822", "abcdef", "287083", "２８７０８２"] {
            assert_eq!(step(secret, wrong, At(59_000)).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn the_address_holds_a_name_whatever_it_is() {
        let address = address(b"12345678901234567890", "Noor & \"Zoë\" <b>");
        assert_eq!(
            address,
            "otpauth://totp/Maat:Noor%20%26%20%22Zo%C3%AB%22%20%3Cb%3E?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Maat"
        );
        let (path, width) = drawn(&address).unwrap();
        assert!(path.starts_with("M4 4h1v1h-1z") && width > 40, "{width}");
    }

    #[test]
    fn recovery_codes_differ_and_are_no_one_time_codes() {
        let codes = recovery().unwrap();
        assert_eq!(codes.len(), RECOVERY);
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(different.len(), RECOVERY);
        assert!(codes.iter().all(|code| code.len() == 17 && !is_code(code)), "{codes:?}");
    }
}
