//! Mail of a campaign: with its list headers, signed, over connections that stay open.

use std::time::Duration;

use lettre::message::dkim::{
    DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm,
    DkimSigningKey,
};
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0,
};
use lettre::message::{Body, Mailbox, Message, MultiPart};
use maat::ledger::Address;
use maat::mistake::{InMail, Mistake};

use super::connection::{Connection, Ready, Server};
use super::{Parts, Unsent, sender};

/// Until a mail server answers: one that is busy with many mails.
const PATIENCE: Duration = Duration::from_secs(60);

/// What DKIM vouches for (RFC 6376, 5.4; both of RFC 8058, 4).
const SIGNED: [&str; 13] = [
    "From",
    "Reply-To",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "Auto-Submitted",
];

/// A domain that vouches for what is sent in its name (RFC 6376).
#[derive(Debug)]
pub struct Dkim(DkimConfig);

impl Dkim {
    /// By the selector under which the domain's public key stands, and the private key: RSA, in PEM
    /// of PKCS#1, or Ed25519, its 32 bytes in Base64 (RFC 8463).
    pub fn new(selector: &str, domain: &str, key: &str) -> Result<Self, Mistake> {
        let key = key.trim();
        let algorithm = if key.starts_with("-----BEGIN") {
            DkimSigningAlgorithm::Rsa
        } else {
            DkimSigningAlgorithm::Ed25519
        };
        // The error may quote the key, so it is not repeated.
        let key = DkimSigningKey::new(key, algorithm)
            .map_err(|_| Mistake::new("[mail.dkim] key", InMail::NoDkimKey))?;
        let names = SIGNED.iter().map(|name| HeaderName::new_from_ascii((*name).to_owned()));
        let names = names
            .collect::<Result<_, _>>()
            .map_err(|_| Mistake::new("[mail.dkim]", InMail::HeaderNotSigned))?;
        let relaxed = DkimCanonicalization {
            header: DkimCanonicalizationType::Relaxed,
            body: DkimCanonicalizationType::Relaxed,
        };
        let (selector, domain) = (selector.to_owned(), domain.to_owned());
        Ok(Self(DkimConfig::new(selector, domain, key, names, relaxed)))
    }
}

/// One mail of a campaign.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// To whom.
    pub to: &'a Address,
    /// Where an answer goes: an address that is read.
    pub reply_to: &'a str,
    /// What it says.
    pub parts: &'a Parts,
    /// Its own name, the same at every try: left of the `@`.
    pub id: &'a str,
    /// The campaign: complaints are added up by it.
    pub campaign: &'a str,
    /// The list it belongs to, as `tips.huis` (RFC 2919); the sender's domain is set behind it.
    pub list: &'a str,
    /// Where one click ends it (RFC 8058).
    pub unsubscribe: &'a str,
}

/// A mail server that takes the mail of a campaign.
#[derive(Debug)]
pub struct Bulk {
    server: Server,
    from: Mailbox,
    dkim: Option<Dkim>,
}

impl Bulk {
    /// A mail server by its address, and the sender as `Name <address>`.
    pub fn new(address: &str, from: &str, dkim: Option<Dkim>) -> Result<Self, Mistake> {
        Ok(Self { server: Server::new(address, PATIENCE)?, from: sender(from)?, dkim })
    }

    /// A connection to the server, for one thread.
    pub const fn connection(&self) -> Connection<'_> {
        Connection::new(&self.server)
    }

    /// Writes a mail, and signs it.
    pub fn write(&self, mail: &Outgoing<'_>) -> Result<Ready, Unsent> {
        let to: lettre::Address = mail.to.sent().parse().map_err(|_| Unsent::last("no address"))?;
        let domain = self.from.email.domain();
        let reply: Mailbox = mail.reply_to.parse().map_err(|_| Unsent::last("no reply address"))?;
        let parts =
            MultiPart::alternative_plain_html(mail.parts.text.clone(), mail.parts.html.clone());
        // The library signs what stands among the headers of the message; it writes the Content-Type of
        // parts behind them, which would be named as signed and not be.
        let kind: ContentType = parts.headers().get().ok_or_else(|| Unsent::last("no parts"))?;
        let whole = parts.formatted();
        let ends = whole.windows(4).position(|it| it == b"\r\n\r\n").map(|at| at + 4);
        let inside = ends.and_then(|at| whole.get(at..)).ok_or_else(|| Unsent::last("no parts"))?;
        let inside =
            Body::dangerous_pre_encoded(inside.to_vec(), ContentTransferEncoding::SevenBit);
        let mut message = Message::builder()
            .from(self.from.clone())
            .reply_to(reply)
            .to(Mailbox::new(None, to))
            .subject(&mail.parts.subject)
            .message_id(Some(format!("<{}@{domain}>", mail.id)))
            .date_now()
            .header(MIME_VERSION_1_0)
            .header(kind)
            .body(inside)
            .map_err(|error| Unsent::last(&error.to_string()))?;
        let list = format!("<{}.{domain}>", mail.list);
        for (name, value) in [
            ("List-Id", list),
            ("List-Unsubscribe", format!("<{}>", mail.unsubscribe)),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
            // Gmail adds up what shares a field; the last one has 5 to 15 letters.
            ("Feedback-ID", format!("{}:{}:campaign:maat-mail", mail.campaign, mail.list)),
            ("Auto-Submitted", "auto-generated".to_owned()),
        ] {
            let name = HeaderName::new_from_ascii(name.to_owned());
            let name = name.map_err(|error| Unsent::last(&error.to_string()))?;
            message.headers_mut().insert_raw(HeaderValue::new(name, value));
        }
        if let Some(Dkim(config)) = &self.dkim {
            message.sign(config);
        }
        Ok(Ready { envelope: message.envelope().clone(), bytes: message.formatted() })
    }
}
