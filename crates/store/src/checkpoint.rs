//! Signed checkpoints: the size and root of a tree, in the format of C2SP tlog-checkpoint inside a
//! C2SP signed-note, so that any monitor of transparency logs can read and keep them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use maat::ledger::At;
use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// The byte which says Ed25519 in a signed note.
const ED25519: u8 = 1;

/// The size and root of a controller's tree, as it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose tree, as `maat/<controller>`.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was signed, where it says so: a line of its own after the root.
    pub at: Option<At>,
}

impl Checkpoint {
    /// The text that is signed.
    fn body(&self) -> String {
        let at = self.at.map(|at| format!("at {at}\n")).unwrap_or_default();
        format!("{}\n{}\n{}\n{at}", self.origin, self.size, STANDARD.encode(self.root))
    }

    /// The signed note: body, empty line, signature line.
    pub(crate) fn sign(&self, key: &SigningKey) -> String {
        let body = self.body();
        let mut signed = key_id(&self.origin, &key.verifying_key()).to_vec();
        signed.extend(key.sign(body.as_bytes()).to_bytes());
        format!("{body}\n\u{2014} {} {}\n", self.origin, STANDARD.encode(signed))
    }

    /// Reads a signed note whose signature is by this key; `None` for anything else. Other lines
    /// after the root and signatures of others, which the format allows, are read over.
    pub fn open(note: &str, key: &VerifyingKey) -> Option<Self> {
        let (text, signatures) = note.rsplit_once("\n\n")?;
        let body = format!("{text}\n");
        // A line ends with a line feed alone, which `lines` would not mind.
        let mut lines = text.split('\n');
        let origin = lines.next()?.to_owned();
        let written = lines.next()?;
        let size: u64 = written.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        let at = lines.next().and_then(|line| At::parse(line.strip_prefix("at ")?));
        let id = key_id(&origin, key);
        let signed = signatures.lines().any(|line| {
            let named = line.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' '));
            named.filter(|(name, _)| *name == origin).is_some_and(|(_, encoded)| {
                let Ok(bytes) = STANDARD.decode(encoded) else { return false };
                let Some((head, signature)) = bytes.split_first_chunk::<4>() else { return false };
                let Ok(signature) = Signature::from_slice(signature) else { return false };
                *head == id && key.verify_strict(body.as_bytes(), &signature).is_ok()
            })
        });
        (signed && size.to_string() == written).then_some(Self { origin, size, root, at })
    }
}

/// The signed note in what Maat printed: by itself, under what was told of the ledger, or in JSON; with
/// the ends of lines as a program of another system writes them. What holds none is given as it is.
pub(crate) fn note_in(text: &str) -> String {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text.trim_start_matches('\u{feff}'))
    {
        let note = json.get("checkpoint").unwrap_or(&json);
        return note.as_str().map_or_else(|| text.to_owned(), str::to_owned);
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let begins =
        lines.iter().position(|line| line.trim_start_matches('\u{feff}').starts_with("maat/"));
    let note = begins.and_then(|from| lines.get(from..)).unwrap_or_default();
    let signatures = note.iter().rposition(|line| line.starts_with("\u{2014} "));
    match signatures.and_then(|last| note.get(..=last)) {
        Some(note) => format!("{}\n", note.join("\n").trim_start_matches('\u{feff}')),
        None => text.to_owned(),
    }
}

/// The first four bytes of SHA-256 of name, line feed, algorithm and key (C2SP signed-note).
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ED25519])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

/// The key that verifies checkpoints, as monitors are configured with it:
/// `<name>+<key id>+<base64>` (C2SP signed-note).
pub(crate) fn verifier(origin: &str, key: &VerifyingKey) -> String {
    let mut bytes = vec![ED25519];
    bytes.extend(key.as_bytes());
    format!("{origin}+{}+{}", hex::encode(key_id(origin, key)), STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_note_of_another_implementation_is_reproduced() {
        // The example key of Go's golang.org/x/mod/sumdb/note.
        let verifier_key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let bytes = STANDARD.decode(verifier_key.rsplit('+').next().unwrap()).unwrap();
        let key = VerifyingKey::from_bytes(bytes[1..].try_into().unwrap()).unwrap();
        assert_eq!(verifier("PeterNeumann", &key), verifier_key);
    }

    #[test]
    fn a_note_is_found_however_it_was_kept() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let checkpoint =
            Checkpoint { origin: "maat/shop".into(), size: 42, root: [9; 32], at: Some(At(0)) };
        let note = checkpoint.sign(&key);
        let json = serde_json::json!({ "verified": { "size": 42 }, "checkpoint": note });
        for kept in [
            note.clone(),
            format!("{note}\n"),
            note.trim_end().to_owned(),
            note.replace('\n', "\r\n"),
            format!("\u{feff}{note}"),
            format!("42 entries, 0 of them rightly emptied\nab12\n✓ all\n\nKeep this:\n{note}\n"),
            format!("Keep this:\n{note}\nto be verified with maat/shop+1+2\n"),
            json.to_string(),
            serde_json::to_string_pretty(&json).unwrap(),
            serde_json::Value::from(note.clone()).to_string(),
        ] {
            let opened = Checkpoint::open(&note_in(&kept), &key.verifying_key());
            assert_eq!(opened, Some(checkpoint.clone()), "{kept:?}");
        }
        for wrong in ["", "maat/shop\n42\n", "{\"checkpoint\": 3}", "\u{2014} maat/shop abc"] {
            assert_eq!(Checkpoint::open(&note_in(wrong), &key.verifying_key()), None, "{wrong}");
        }
    }

    #[test]
    fn only_its_own_signature_opens_a_note() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let checkpoint =
            Checkpoint { origin: "maat/shop".into(), size: 42, root: [9; 32], at: Some(At(0)) };
        let note = checkpoint.sign(&key);
        assert_eq!(Checkpoint::open(&note, &key.verifying_key()), Some(checkpoint.clone()));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert_eq!(Checkpoint::open(&note, &other), None);
        for at in 0..note.len() {
            let mut wrong = note.clone().into_bytes();
            wrong[at] ^= 1;
            if let Ok(wrong) = String::from_utf8(wrong) {
                let opened = Checkpoint::open(&wrong, &key.verifying_key());
                assert!(opened.is_none(), "byte {at} of the note may change");
            }
        }
    }
}
