//! Mail by SMTP (RFC 5321).

mod bulk;
mod connection;
mod house;
mod layout;
mod links;
mod mjml;
mod returned;

use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use maat::ledger::Address;
use maat::mistake::{InMail, Mistake};

pub use bulk::{Bulk, Dkim, Outgoing};
use connection::Server;
pub use connection::{Connection, Handed, Ready};
pub use layout::{Footer, Layout, Parts, Unfilled};
pub use returned::{Report, Returned};

/// Until a mail server answers.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server, and in whose name mail leaves.
#[derive(Debug, Clone)]
pub struct Mail {
    server: Server,
    from: Mailbox,
}

/// One mail in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter<'a> {
    /// To whom.
    pub to: &'a Address,
    /// What it is about.
    pub subject: &'a str,
    /// What it says.
    pub text: &'a str,
}

/// A mail did not leave; the text names neither the person nor what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// What went wrong.
    pub what: String,
    /// Whether it may be tried again (RFC 5321, 4.2.1: codes of the class 4, and a server that does
    /// not answer).
    pub again: bool,
    /// Whether the server may have taken it, for its answer was never seen.
    pub unseen: bool,
}

impl Unsent {
    fn last(what: &str) -> Self {
        Self { what: what.to_owned(), again: false, unseen: false }
    }
}

impl std::fmt::Display for Unsent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a mail did not leave: {}", self.what)
    }
}

impl std::error::Error for Unsent {}

impl Mail {
    /// A mail server by its address, `smtps://user:password@host`, `smtp://host:25?tls=required`, and
    /// the sender as `Name <address>`.
    pub fn new(server_address: &str, from: &str) -> Result<Self, Mistake> {
        Ok(Self { server: Server::new(server_address, PATIENCE)?, from: sender(from)? })
    }

    /// Sends one mail, and waits until the mail server has taken it.
    pub fn send(&self, letter: &Letter<'_>) -> Result<(), Unsent> {
        let to: lettre::Address =
            letter.to.sent().parse().map_err(|_| Unsent::last("no address"))?;
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.to_owned())
            .map_err(|error| Unsent::last(&error.to_string()))?;
        // Nobody's absence answers it (RFC 3834).
        message.headers_mut().insert_raw(automatic);
        let ready = Ready { envelope: message.envelope().clone(), bytes: message.formatted() };
        Connection::new(&self.server).hand_over(&ready, || true).map(|_| ())
    }
}

/// The sender of the settings.
fn sender(from: &str) -> Result<Mailbox, Mistake> {
    from.parse().map_err(|error: lettre::address::AddressError| {
        let (from, said) = (from.to_owned(), error.to_string());
        Mistake::new("[mail] from", InMail::NoSender { from, said })
    })
}

/// What went wrong, without the words of the server, which may name the person. `unseen` is whether the
/// server may have taken the mail all the same.
fn kind(error: &lettre::transport::smtp::Error, unseen: bool) -> Unsent {
    let code = error.status().map(|code| format!(", code {code}")).unwrap_or_default();
    let kind = if error.is_permanent() {
        "the mail server refused it"
    } else if error.is_transient() {
        "the mail server cannot take it now"
    } else if error.is_timeout() {
        "the mail server did not answer in time"
    } else if error.is_tls() {
        "the connection cannot be made secure"
    } else {
        "the mail server cannot be reached"
    };
    Unsent { what: format!("{kind}{code}"), again: !error.is_permanent(), unseen }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn what_is_no_server_or_sender_is_a_mistake_that_does_not_repeat_a_password() {
        let wrong = Mail::new("http://user:secret@host", "A <a@example.org>").unwrap_err();
        assert!(!wrong.to_string().contains("secret"), "{wrong}");
        let wrong = Mail::new("smtp://localhost", "nobody").unwrap_err();
        assert!(wrong.to_string().contains("[mail] from"), "{wrong}");
        assert!(Mail::new("smtp://localhost:25", "Huis <a@example.org>").is_ok());
    }

    #[test]
    fn a_mail_that_cannot_leave_names_nobody() {
        let mail = Mail::new("smtp://127.0.0.1:1", "Huis <a@example.org>").unwrap();
        let to = &Address::on_record("anna@example.org");
        let letter = Letter { to, subject: "x", text: "123456" };
        let error = mail.send(&letter).unwrap_err().to_string();
        assert!(!error.contains("anna") && !error.contains("123456"), "{error}");
    }
}
