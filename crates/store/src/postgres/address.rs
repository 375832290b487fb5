//! The address of a database, as libpq reads it, and what of it the driver does not know.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;

use crate::error::{Error, Result};

/// What an address says of encryption.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Encryption {
    /// `sslmode`.
    pub mode: Option<String>,
    /// `sslrootcert`: a file, or `system`.
    pub roots: Option<PathBuf>,
}

/// Reads an address: `postgres://user@host/database` or `host=/run/postgresql dbname=maat`.
pub(super) fn read(address: &str) -> Result<(Config, Encryption)> {
    let (plain, encryption) = Encryption::of(address);
    let config = plain.parse().map_err(|_| {
        Error::input(
            "the address of the store",
            "it is no address of a PostgreSQL database",
            "write it as postgres://user@host/database",
        )
    })?;
    Ok((config, encryption))
}

impl Encryption {
    /// Takes it out of an address; gives the address without it. What is no address is left for the
    /// driver to refuse.
    pub fn of(address: &str) -> (String, Self) {
        let mut encryption = Self::default();
        let plain = if address.contains("://") {
            encryption.take_from_url(address)
        } else {
            encryption.take_from_pairs(address)
        };
        (plain, encryption)
    }

    /// Whether a setting is one of these; then it is kept.
    fn take(&mut self, key: &str, value: &str) -> bool {
        match key {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.roots = Some(PathBuf::from(value)),
            _ => return false,
        }
        true
    }

    fn take_from_url(&mut self, url: &str) -> String {
        // A password may hold a question mark.
        let host = url.find('@').unwrap_or(0);
        let mark = url.get(host..).and_then(|rest| rest.find('?')).map(|mark| host + mark);
        let Some((before, settings)) = mark.and_then(|mark| url.split_at_checked(mark)) else {
            return url.to_owned();
        };
        let left: Vec<&str> = settings
            .split(['?', '&'])
            .skip(1)
            .filter(|setting| {
                let (key, value) = setting.split_once('=').unwrap_or((setting, ""));
                !self.take(key, &percent_decode_str(value).decode_utf8_lossy())
            })
            .collect();
        if left.is_empty() { before.to_owned() } else { format!("{before}?{}", left.join("&")) }
    }

    fn take_from_pairs(&mut self, pairs: &str) -> String {
        let (mut left, mut rest) = (String::new(), pairs.trim_start());
        while let Some((key, after)) = rest.split_once('=') {
            let (value, length) = value(after);
            let end = rest.len() - after.len() + length;
            let (pair, next) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if !self.take(key.trim(), &value) {
                left.push_str(pair);
                left.push(' ');
            }
            rest = next.trim_start();
        }
        left + rest
    }
}

/// The value at the beginning of a text, unquoted, and how many bytes it takes.
fn value(text: &str) -> (String, usize) {
    let start = text.len() - text.trim_start().len();
    let (mut value, mut quoted, mut escaped) = (String::new(), false, false);
    for (place, c) in text.char_indices().skip_while(|(place, _)| *place < start) {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '\'' if place == start => quoted = true,
            '\'' if quoted => return (value, place + 1),
            c if c.is_whitespace() && !quoted => return (value, place),
            c => value.push(c),
        }
    }
    (value, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_encryption_is_taken_out_and_all_else_stays() {
        for (address, plain, mode, roots) in [
            ("postgres://u@h/d", "postgres://u@h/d", None, None),
            ("postgres://u@h/d?sslmode=require", "postgres://u@h/d", Some("require"), None),
            (
                "postgresql://u:a?sslmode=x@h/d?a=b&sslrootcert=%2Fmy%20ca.pem&c=d",
                "postgresql://u:a?sslmode=x@h/d?a=b&c=d",
                None,
                Some("/my ca.pem"),
            ),
            ("host=h dbname=d", "host=h dbname=d ", None, None),
            (
                r"host = h sslrootcert='/my\' ca.pem' password='a sslmode=x' sslmode=disable",
                "host = h password='a sslmode=x' ",
                Some("disable"),
                Some("/my' ca.pem"),
            ),
            ("no address", "no address", None, None),
        ] {
            let expected =
                Encryption { mode: mode.map(str::to_owned), roots: roots.map(PathBuf::from) };
            assert_eq!(Encryption::of(address), (plain.to_owned(), expected), "{address}");
        }
    }
}
