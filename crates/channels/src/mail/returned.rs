//! Mail that comes back: it could not be delivered (RFC 3464), or somebody called it spam (RFC 5965).

use maat::bounds;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Parts that are looked at; a report has three.
const PARTS: usize = 20;

/// What came of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Report {
    /// It can never be delivered: the status, as `5.1.1` (RFC 3463).
    Bounced(String),
    /// It was not delivered yet, or was; nothing follows.
    Underway,
    /// Whoever got it complained.
    Complained,
}

/// A report about a mail, and the unsubscribe links in the headers of that mail: by them it is known
/// whose it was, and that it was ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// What came of it.
    pub report: Report,
    /// The addresses in its List-Unsubscribe.
    pub links: Vec<String>,
}

impl Returned {
    /// Reads a mail; `None` where it is no report.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(within(bytes))?;
        let parts = || message.parts.iter().take(PARTS);
        let report = parts().find_map(|part| {
            let is = |subtype| part.is_content_type("message", subtype);
            if is("feedback-report") {
                return complaint(part);
            }
            (is("delivery-status") || is("global-delivery-status")).then(|| delivery(part))?
        })?;
        let links = parts().filter_map(|part| headers(&message, part)).flat_map(|it| links(&it));
        Some(Self { report, links: links.collect() })
    }
}

/// The beginning of a mail, as far as it can be read: what is further on is left out, for a report is at the beginning.
/// Whatever is within something else has a type of its own, and mails within mails are given back one in the other.
fn within(bytes: &[u8]) -> &[u8] {
    const TYPE: &[u8] = b"content-type";
    let bytes = bytes.get(..bounds::RETURNED).unwrap_or(bytes);
    let mut types = bytes.windows(TYPE.len()).enumerate();
    let is_type = |(_, it): &(usize, &[u8])| it.eq_ignore_ascii_case(TYPE);
    match types.by_ref().filter(is_type).nth(bounds::RETURNED_PARTS) {
        Some((at, _)) => bytes.get(..at).unwrap_or(bytes),
        None => bytes,
    }
}

/// The fields of a part, one a line, names in lower case.
fn fields(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim()))
    })
}

fn complaint(part: &MessagePart<'_>) -> Option<Report> {
    let text = part.text_contents()?;
    let kind = fields(text).find(|(name, _)| name == "feedback-type")?.1.to_ascii_lowercase();
    // `not-spam` takes one back; what else is not known is read as a complaint.
    Some(if kind == "not-spam" { Report::Underway } else { Report::Complained })
}

fn delivery(part: &MessagePart<'_>) -> Option<Report> {
    let text = part.text_contents()?;
    let (mut failed, mut status) = (false, None);
    for (name, value) in fields(text) {
        match name.as_str() {
            "action" => failed |= value.eq_ignore_ascii_case("failed"),
            "status" => status = value.split_whitespace().next().or(status),
            _ => {}
        }
    }
    let status = status.filter(|status| is_status(status));
    Some(match status {
        Some(status) if failed && status.starts_with('5') => Report::Bounced(status.to_owned()),
        _ => Report::Underway,
    })
}

/// Whether a text is a status: three numbers (RFC 3463, 2).
fn is_status(text: &str) -> bool {
    let number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.split('.').count() == 3 && text.split('.').all(number)
}

/// The headers of the mail that came back, where a part holds them.
fn headers(message: &Message<'_>, part: &MessagePart<'_>) -> Option<String> {
    let whole = match &part.body {
        PartType::Message(_) => {
            let (from, until) = (part.offset_body as usize, part.offset_end as usize);
            String::from_utf8_lossy(message.raw_message().get(from..until)?).into_owned()
        }
        _ if part.is_content_type("text", "rfc822-headers")
            || part.is_content_type("message", "rfc822-headers") =>
        {
            part.text_contents()?.to_owned()
        }
        _ => return None,
    };
    let head = whole.replace("\r\n", "\n");
    let head = head.split("\n\n").next().unwrap_or_default();
    // A line that begins with a space goes on with the one before (RFC 5322, 2.2.3).
    Some(head.replace("\n ", " ").replace("\n\t", " "))
}

fn links(head: &str) -> Vec<String> {
    let unsubscribe = fields(head).find(|(name, _)| name == "list-unsubscribe");
    let inside = |text: &str| -> Vec<String> {
        let each = text.split('<').skip(1).filter_map(|part| part.split_once('>'));
        each.map(|(link, _)| link.split_whitespace().collect()).collect()
    };
    unsubscribe.map(|(_, value)| inside(value)).unwrap_or_default()
}
