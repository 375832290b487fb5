//! Bytes as a signed note: as they are, and as a body that the key signs. What opens says what stands
//! in the text, and a body that was signed opens if it is that of a checkpoint.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use libfuzzer_sys::fuzz_target;
use maat_store::Checkpoint;
use sha2::{Digest as _, Sha256};

/// Origin, size and root at the beginning of a text, as they must be written.
fn stands_in(text: &str, read: &Checkpoint) -> bool {
    let root = STANDARD.encode(read.root);
    text.starts_with(&format!("{}\n{}\n{root}\n", read.origin, read.size))
}

/// The signature line of a key under a body (C2SP signed-note).
fn signature(key: &SigningKey, origin: &str, body: &str) -> String {
    let public = key.verifying_key();
    let id = Sha256::new().chain_update(origin).chain_update([b'\n', 1]).chain_update(public);
    let mut bytes = id.finalize()[..4].to_vec();
    bytes.extend(key.sign(body.as_bytes()).to_bytes());
    format!("\u{2014} {origin} {}\n", STANDARD.encode(bytes))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key();
    if let Some(read) = Checkpoint::open(text, &public) {
        assert!(stands_in(text, &read), "{read:?}");
    }
    let body = format!("{text}\n");
    let origin = body.lines().next().unwrap_or_default();
    let note = format!("{body}\n{}", signature(&key, origin, &body));
    match Checkpoint::open(&note, &public) {
        Some(read) => assert!(stands_in(&body, &read), "{read:?}"),
        None => assert!(!sound(&body), "a checkpoint that was signed does not open"),
    }
    let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
    assert!(Checkpoint::open(&note, &other).is_none(), "another's key opens it");
});

/// Whether a body is that of a checkpoint: origin, size, root, and further lines that are not empty.
fn sound(body: &str) -> bool {
    let lines: Vec<&str> = body.trim_end_matches('\n').split('\n').collect();
    let [origin, size, root, more @ ..] = lines.as_slice() else { return false };
    let number = size.parse::<u64>().is_ok_and(|number| number.to_string() == **size);
    let hash = STANDARD.decode(root).is_ok_and(|root| root.len() == 32);
    let name = !origin.is_empty() && !origin.contains(|c: char| c.is_whitespace() || c == '+');
    let plain = !body.contains('\r') && !body.ends_with("\n\n");
    name && number && hash && plain && more.iter().all(|line| !line.is_empty())
}
