//! A connection to a mail server that stays open, over which a mail goes step by step: whoever hands it
//! over is asked once more when the server waits for its words.

use std::borrow::Cow;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{SmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{
    ClientId, Extension, MailBodyParameter, MailParameter, ServerInfo,
};
use lettre::transport::smtp::{SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use maat::mistake::{InMail, Mistake};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{Unsent, kind};

/// Where a mail server is, and how it is spoken to.
#[derive(Debug, Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Tls,
    hello: ClientId,
    credentials: Option<Credentials>,
    /// Until it answers.
    patience: Duration,
}

impl Server {
    /// By its address: `smtps://user:password@host`, or `smtp://host:25?tls=required`.
    pub(super) fn new(address: &str, patience: Duration) -> Result<Self, Mistake> {
        // The address may hold a password, so the mistake does not repeat it.
        let wrong = |kind: InMail| Mistake::new("[mail] smtp", kind);
        let unreadable = |said: String| wrong(InMail::ServerUnreadable { said });
        let url = Url::parse(address).map_err(|error| unreadable(error.to_string()))?;
        let host = url.host_str().ok_or_else(|| wrong(InMail::ServerWithoutHost))?.to_owned();
        let secure =
            || TlsParameters::new(host.clone()).map_err(|error| unreadable(error.to_string()));
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value);
        let (tls, port) = match (url.scheme(), asked.as_deref()) {
            ("smtp", None) => (Tls::None, SMTP_PORT),
            ("smtp", Some("required")) => (Tls::Required(secure()?), SUBMISSION_PORT),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(secure()?), SUBMISSION_PORT),
            ("smtps", _) => (Tls::Wrapper(secure()?), SUBMISSIONS_PORT),
            _ => {
                return Err(wrong(InMail::ServerOfOtherScheme));
            }
        };
        let hello = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let plain = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().map(Cow::into_owned);
            text.map_err(|_| wrong(InMail::ServerNotInUtf8))
        };
        let credentials = match url.password() {
            None => None,
            Some(password) => Some(Credentials::new(plain(url.username())?, plain(password)?)),
        };
        Ok(Self { port: url.port().unwrap_or(port), host, tls, hello, credentials, patience })
    }

    fn connect(&self) -> Result<SmtpConnection, Error> {
        let (place, hello) = ((self.host.as_str(), self.port), &self.hello);
        let wrapper = if let Tls::Wrapper(tls) = &self.tls { Some(tls) } else { None };
        let mut open = SmtpConnection::connect(place, Some(self.patience), hello, wrapper, None)?;
        match &self.tls {
            Tls::Required(tls) => open.starttls(tls, hello)?,
            Tls::Opportunistic(tls) if open.can_starttls() => open.starttls(tls, hello)?,
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            open.auth(DEFAULT_MECHANISMS, credentials)?;
        }
        Ok(open)
    }
}

/// One connection to a mail server; made when it is needed, and made again when it broke.
pub struct Connection<'a> {
    server: &'a Server,
    open: Option<SmtpConnection>,
}

/// A mail as it is handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    pub(super) envelope: Envelope,
    /// Its bytes (RFC 5322).
    pub bytes: Vec<u8>,
}

/// What became of a mail that was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// The server took it.
    Taken,
    /// It was not to leave any more: the server has not seen its words.
    Withheld,
}

impl<'a> Connection<'a> {
    pub(super) const fn new(server: &'a Server) -> Self {
        Self { server, open: None }
    }

    /// Hands a mail over, and waits for the server's word. When the server waits for the words,
    /// `still` is asked whether they may leave: there is nothing between its yes and their leaving.
    pub fn hand_over(
        &mut self,
        mail: &Ready,
        still: impl FnOnce() -> bool,
    ) -> Result<Handed, Unsent> {
        let words = transparent(&mail.bytes)?;
        let mut open = self.asked(mail)?;
        if !still() {
            // Leaving without the end of the words takes nothing over (RFC 5321, 4.1.1.4). Nothing
            // can be said any more: the server would take it for words.
            drop(open);
            return Ok(Handed::Withheld);
        }
        // Words and their end in one: apart, the end would wait until the other side acknowledges the
        // words, which it puts off for some 40 ms (RFC 896; RFC 1122, 4.2.3.2).
        match open.command(words) {
            Ok(_) => {
                self.open = Some(open);
                Ok(Handed::Taken)
            }
            Err(error) => {
                leave(open, &error);
                Err(kind(&error, error.status().is_none()))
            }
        }
    }

    /// A connection whose server waits for the words of a mail. Where that fails, nothing has left.
    fn asked(&mut self, mail: &Ready) -> Result<SmtpConnection, Unsent> {
        let unsent = |error: &Error| kind(error, false);
        let connect = || self.server.connect().map_err(|error| unsent(&error));
        let kept = self.open.take();
        let mut was_kept = kept.is_some();
        let mut open = kept.map_or_else(connect, Ok)?;
        loop {
            let parameters = parameters(open.server_info(), mail)?;
            match ask(&mut open, mail, parameters) {
                Ok(()) => return Ok(open),
                // A server ends a connection that it has had enough of.
                Err(error) if was_kept && ended(&error) => {
                    was_kept = false;
                    open = connect()?;
                }
                Err(error) => {
                    leave(open, &error);
                    return Err(unsent(&error));
                }
            }
        }
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        if let Some(mut open) = self.open.take() {
            open.abort();
        }
    }
}

impl std::fmt::Debug for Connection<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("open", &self.open.is_some()).finish_non_exhaustive()
    }
}

/// Says from whom and to whom, and asks to go on.
fn ask(
    open: &mut SmtpConnection,
    mail: &Ready,
    parameters: Vec<MailParameter>,
) -> Result<(), Error> {
    open.command(Mail::new(mail.envelope.from().cloned(), parameters))?;
    for to in mail.envelope.to() {
        open.command(Rcpt::new(to.clone(), Vec::new()))?;
    }
    open.command(Data).map(|_| ())
}

/// What the server must be able to for a mail (RFC 6531, RFC 6152).
fn parameters(server: &ServerInfo, mail: &Ready) -> Result<Vec<MailParameter>, Unsent> {
    let mut addresses = mail.envelope.to().iter().chain(mail.envelope.from());
    let mut parameters = Vec::new();
    for (needed, feature, parameter) in [
        (
            addresses.any(|address| !AsRef::<str>::as_ref(address).is_ascii()),
            Extension::SmtpUtfEight,
            MailParameter::SmtpUtfEight,
        ),
        (
            !mail.bytes.is_ascii(),
            Extension::EightBitMime,
            MailParameter::Body(MailBodyParameter::EightBitMime),
        ),
    ] {
        if needed && !server.supports_feature(feature) {
            return Err(Unsent::last("the mail server takes no such address or letters"));
        }
        parameters.extend(needed.then_some(parameter));
    }
    Ok(parameters)
}

/// Whether the server ended the connection: it is gone, or says that it goes (code 421).
fn ended(error: &Error) -> bool {
    error.status().is_none_or(|code| code.to_string() == "421")
}

/// Ends a connection after an error: with a word of leaving where the server still answers.
fn leave(mut open: SmtpConnection, error: &Error) {
    if error.status().is_some() {
        open.abort();
    }
}

/// The words as they go over the wire, with their end (RFC 5321, 4.5.2). A line that ends in another
/// way than `CR LF` would let the words end where another server sees an end, so it does not leave.
fn transparent(bytes: &[u8]) -> Result<String, Unsent> {
    let words = std::str::from_utf8(bytes).map_err(|_| Unsent::last("it is no UTF-8"))?;
    let mut out = String::with_capacity(words.len() + 64);
    for line in words.split_inclusive("\r\n") {
        let content = line.strip_suffix("\r\n").unwrap_or(line);
        if content.contains(['\r', '\n']) {
            return Err(Unsent::last("a line of it ends in no way that mail servers agree on"));
        }
        if content.starts_with('.') {
            out.push('.');
        }
        out.push_str(content);
        out.push_str("\r\n");
    }
    out.push_str(".\r\n");
    Ok(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        let sent = |words: &str| transparent(words.as_bytes());
        assert_eq!(sent("a\r\n.\r\n..b\r\n").unwrap(), "a\r\n..\r\n...b\r\n.\r\n");
        assert_eq!(sent(".a").unwrap(), "..a\r\n.\r\n");
        for words in ["a\n.\r\nMAIL FROM:<b>", "a\r.\r\n", "a\n.\n", "a\r\r\n"] {
            let error = sent(words).unwrap_err();
            assert!(!error.again && !error.unseen, "{words:?}");
        }
    }

    #[test]
    fn a_server_by_its_address() {
        for (address, host, port) in [
            ("smtp://localhost", "localhost", 25),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525),
            ("smtp://mail.example.org?tls=required", "mail.example.org", 587),
            ("smtp://mail.example.org?tls=opportunistic", "mail.example.org", 587),
            ("smtps://me:p%40ss@mail.example.org", "mail.example.org", 465),
        ] {
            let server = Server::new(address, Duration::ZERO).unwrap();
            assert_eq!((server.host.as_str(), server.port), (host, port), "{address}");
        }
        let credentials =
            Server::new("smtps://me:p%40ss@mail.example.org", Duration::ZERO).unwrap().credentials;
        assert_eq!(credentials, Some(Credentials::new("me".to_owned(), "p@ss".to_owned())));
        for address in ["http://me:secret@host", "smtp://h?tls=no", "mail.example.org", "smtps:"] {
            let wrong = Server::new(address, Duration::ZERO).unwrap_err().to_string();
            assert!(wrong.contains("[mail] smtp") && !wrong.contains("secret"), "{wrong}");
        }
    }
}
