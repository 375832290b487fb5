//! Problems, as RFC 9457 has them: what went wrong with a request and how to mend it, in the
//! reader's language. A handler gives a [`Problem`]; [`super::edge`] writes it out, for it knows the
//! language and the id of the request.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maat::words::Lang;
use serde_json::{Map, Value, json};

use super::page::Page;

/// The media type of a problem.
pub const MEDIA: &str = "application/problem+json";

/// What is always said of a kind of problem.
#[derive(Debug)]
pub struct Told {
    /// Its name in the address of its type.
    pub slug: &'static str,
    /// The status it comes with.
    pub status: StatusCode,
    title: (&'static str, &'static str),
    mend: (&'static str, &'static str),
}

impl Told {
    /// What it is.
    pub const fn title(&self, lang: Lang) -> &'static str {
        lang.pick(self.title.0, self.title.1)
    }

    /// What to do about it.
    pub const fn mend(&self, lang: Lang) -> &'static str {
        lang.pick(self.mend.0, self.mend.1)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident $slug:literal, $title:expr, $mend:expr;)*) => {
        /// The kinds of problems there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What is always said of it.
            pub const fn told(self) -> &'static Told {
                match self {
                    $(Self::$name => &Told {
                        slug: $slug, status: StatusCode::$status, title: $title, mend: $mend,
                    },)*
                }
            }
        }
    };
}

kinds! {
    /// The body is not JSON, or not of the form that is asked.
    Malformed = BAD_REQUEST "malformed",
        ("De vraag is niet te lezen", "The request cannot be read"),
        ("Verbeter wat hierboven staat; de documentatie toont de vorm met een voorbeeld.",
         "Mend what is said above; the documentation shows the form with an example.");
    /// Something in the address is not as it must be.
    Address = BAD_REQUEST "address",
        ("Het adres klopt niet", "The address is not right"),
        ("Kijk de velden in het adres na; de documentatie noemt ze.",
         "Check the fields in the address; the documentation lists them.");
    /// No key, or one that does not hold.
    NoKey = UNAUTHORIZED "no-key",
        ("Er is geen geldige sleutel meegestuurd", "No valid key was sent"),
        ("Stuur `Authorization: Bearer <sleutel>` mee; `maat key add` maakt een sleutel.",
         "Send `Authorization: Bearer <key>`; `maat key add` makes one.");
    /// A form of another site.
    Foreign = FORBIDDEN "other-site",
        ("Dit formulier kwam van een andere site", "This form came from another site"),
        ("Open de pagina zelf en vul het formulier daar in.",
         "Open the page itself and fill in the form there.");
    /// The key may not do this.
    Scope = FORBIDDEN "scope",
        ("Deze sleutel mag dit niet", "This key may not do this"),
        ("Gebruik een sleutel die dit mag; `maat key add --scope` geeft aan wat een sleutel mag.",
         "Use a key that may; `maat key add --scope` says what a key may do.");
    /// A page of a site that may not ask here.
    Origin = FORBIDDEN "origin",
        ("Deze site mag dit hier niet vragen", "This site may not ask this here"),
        ("Zet de site in maat.toml, onder [serve.web] bij origins, bij dit bedrijf.",
         "List the site in maat.toml, under origins in [serve.web], at this company.");
    /// Somebody may not do this, or a form did not come from the page it should.
    Forbidden = FORBIDDEN "forbidden",
        ("Dit mag niet", "This is not allowed"),
        ("Ga terug naar de pagina, ververs die en probeer het opnieuw.",
         "Go back to the page, reload it, and try again.");
    /// Nothing of that name is there.
    NotFound = NOT_FOUND "not-found",
        ("Dit bestaat niet", "This does not exist"),
        ("Kijk na of het adres en de naam kloppen; de documentatie noemt alle adressen.",
         "Check the address and the name; the documentation lists all addresses.");
    /// A link that is forged or has expired, which are never told apart.
    Link = NOT_FOUND "link",
        ("Deze link werkt niet, of niet meer", "This link does not work, or not any more"),
        ("Vraag een nieuwe link.", "Ask for a new link.");
    /// The address does not know the method.
    Method = METHOD_NOT_ALLOWED "method",
        ("Dit kan hier niet", "This cannot be done here"),
        ("De kop `Allow` zegt wat op dit adres wel kan.",
         "The header `Allow` says what can be done at this address.");
    /// It took too long to arrive or to answer.
    Slow = REQUEST_TIMEOUT "slow",
        ("Het duurde te lang", "It took too long"),
        ("Probeer het opnieuw; stuur anders minder in één keer.",
         "Try again; else send less in one go.");
    /// The same idempotency key is being worked on.
    Underway = CONFLICT "underway",
        ("Dezelfde vraag is nog bezig", "The same request is still under way"),
        ("Wacht even en vraag het opnieuw, met dezelfde sleutel voor herhaling.",
         "Wait a little and ask again, with the same idempotency key.");
    /// The state of things does not allow it.
    Conflict = CONFLICT "conflict",
        ("Dit past niet bij wat er vaststaat", "This does not fit what is on record"),
        ("Kijk eerst wat er vaststaat.", "Look first at what is on record.");
    /// More than is taken in.
    TooLarge = PAYLOAD_TOO_LARGE "too-large",
        ("De vraag is te groot", "The request is too large"),
        ("Stuur minder in één keer.", "Send less in one go.");
    /// A body of another kind than is read here.
    Media = UNSUPPORTED_MEDIA_TYPE "media-type",
        ("Dit soort inhoud wordt hier niet gelezen", "This kind of content is not read here"),
        ("Stuur `Content-Type: application/json` mee.", "Send `Content-Type: application/json`.");
    /// It can be read, and cannot be done.
    Unfit = UNPROCESSABLE_ENTITY "unfit",
        ("De vraag klopt niet", "The request does not fit"),
        ("Verbeter wat hierboven staat.", "Mend what is said above.");
    /// The same idempotency key came with another request.
    Reused = UNPROCESSABLE_ENTITY "idempotency-key-reused",
        ("Deze sleutel voor herhaling hoort bij een andere vraag",
         "This idempotency key belongs to another request"),
        ("Gebruik voor elke nieuwe vraag een nieuwe `Idempotency-Key`.",
         "Use a new `Idempotency-Key` for each new request.");
    /// More requests than the key may make.
    TooMany = TOO_MANY_REQUESTS "too-many",
        ("Te veel vragen in korte tijd", "Too many requests in a short time"),
        ("Wacht zo lang als de kop `Retry-After` zegt.",
         "Wait as long as the header `Retry-After` says.");
    /// Something in Maat.
    Fault = INTERNAL_SERVER_ERROR "fault",
        ("Dit is een fout van Maat", "This is a fault of Maat"),
        ("Meld het met het nummer dat bij `instance` staat.",
         "Report it with the id at `instance`.");
    /// The store does not answer: nothing may be sent.
    Store = SERVICE_UNAVAILABLE "store",
        ("Het logboek is niet bereikbaar", "The ledger cannot be reached"),
        ("Verstuur niets persoonlijks en probeer het straks opnieuw; het toegangslog zegt wat er is.",
         "Send nothing personal and try again later; the access log says what is wrong.");
}

impl Kind {
    /// Whether it may be said before the body was read.
    pub const fn may_leave_the_body(self) -> bool {
        !matches!(self, Self::Unfit | Self::Reused | Self::Underway | Self::Conflict | Self::Store)
    }
}

/// One problem.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Its kind.
    pub kind: Kind,
    rest: Box<Rest>,
}

#[derive(Debug, Clone)]
struct Rest {
    nl: String,
    en: String,
    /// Fields beside the standard ones.
    more: Map<String, Value>,
    retry_after: Option<u64>,
    log: Option<String>,
}

impl Problem {
    /// A problem, with what was wrong this time in Dutch and English.
    pub fn new(kind: Kind, nl: impl Into<String>, en: impl Into<String>) -> Self {
        let (nl, en, more) = (nl.into(), en.into(), Map::new());
        Self { kind, rest: Box::new(Rest { nl, en, more, retry_after: None, log: None }) }
    }

    /// A name that is not known, with the one that was perhaps meant.
    pub fn unknown(what: (&str, &str), name: &str, near: &str) -> Self {
        let near_nl = near.replace("did you mean", "bedoelde je");
        Self::new(
            Kind::Unfit,
            format!("{} `{name}` is niet bekend{near_nl}", what.0),
            format!("{} `{name}` is not known{near}", what.1),
        )
    }

    /// With another field.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.rest.more.insert(name.to_owned(), value);
        self
    }

    /// With the seconds after which to try again.
    #[must_use]
    pub fn after(mut self, seconds: u64) -> Self {
        self.rest.retry_after = Some(seconds);
        self
    }

    /// With what the log should say beside; never of a person.
    #[must_use]
    pub fn logged(mut self, said: String) -> Self {
        self.rest.log = Some(said);
        self
    }

    /// Seconds after which to try again.
    pub fn retry_after(&self) -> Option<u64> {
        self.rest.retry_after
    }

    /// What the log says beside.
    pub fn log(&self) -> Option<&str> {
        self.rest.log.as_deref()
    }

    /// The problem as it is written: in one language, of one request.
    pub fn body(&self, lang: Lang, public_url: &str, request: &str) -> Value {
        let told = self.kind.told();
        let mut body = json!({
            "type": format!("{public_url}/v1/docs#problem-{}", told.slug),
            "title": told.title(lang),
            "status": told.status.as_u16(),
            "detail": lang.pick(&self.rest.nl, &self.rest.en),
            "mend": told.mend(lang),
            "instance": format!("urn:maat:request:{request}"),
        });
        if let Some(fields) = body.as_object_mut() {
            fields.extend(self.rest.more.clone());
        }
        body
    }

    /// What was wrong this time, as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        sentence(lang.pick(&self.rest.nl, &self.rest.en)) + "."
    }

    /// The problem as a page, for somebody with a browser. What the answer had beside, as `Allow`,
    /// stays.
    pub fn page(&self, lang: Lang, request: &str, response: Response) -> Response {
        let told = self.kind.told();
        let page = Page::new(
            "problem.html",
            lang,
            json!({
                "title": told.title(lang),
                "detail": self.sentence(lang),
                "help": self.kind.help(lang),
                "request": request,
            }),
        );
        let page = page.status(told.status).render();
        let mut page = page.unwrap_or_else(|_| told.status.into_response());
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        page.headers_mut().extend(parts.headers);
        if let Some(seconds) = self.retry_after() {
            page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        page
    }
}

impl Kind {
    /// What somebody with a browser can do about it.
    const fn help(self, lang: Lang) -> &'static str {
        match self {
            Self::Link => lang.pick(
                "Open de nieuwste mail van ons en gebruik de link daarin. Er is niets veranderd.",
                "Open our latest mail and use the link in it. Nothing was changed.",
            ),
            Self::Foreign => lang.pick(
                "Open de link in onze mail en doe het op de pagina zelf. Er is niets veranderd.",
                "Open the link in our mail and do it on the page itself. Nothing was changed.",
            ),
            Self::NotFound | Self::Address | Self::Method => lang.pick(
                "Kijk of het adres klopt, of ga terug naar waar je vandaan kwam.",
                "Check the address, or go back to where you came from.",
            ),
            Self::Slow | Self::TooMany | Self::Underway => lang.pick(
                "Wacht even en probeer het dan opnieuw.",
                "Wait a little and try again.",
            ),
            Self::Fault | Self::Store => lang.pick(
                "Dat ligt aan ons, niet aan jou. Wat je vroeg is niet gedaan. Probeer het straks opnieuw.",
                "This is our fault, not yours. What you asked was not done. Try again in a while.",
            ),
            _ => lang.pick(
                "Ga terug, kijk na wat er hierboven staat en probeer het opnieuw.",
                "Go back, check what is said above, and try again.",
            ),
        }
    }
}

/// With a capital, as a sentence begins.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Whether whoever asks reads pages: it names `text/html`, as browsers do and programs do not.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let mut kinds = accepted.flat_map(|value| value.split(','));
    kinds.any(|kind| {
        kind.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("text/html"))
    })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.told().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What the store says, without the names of files and servers: those are for the log.
impl From<maat_store::Error> for Problem {
    fn from(error: maat_store::Error) -> Self {
        use maat_store::Kind as Trouble;
        let log = Some(error.to_string());
        let mut own = match error.kind {
            Trouble::Input => Self::new(
                Kind::Unfit,
                format!("{}: {}", error.place, error.what),
                format!("{}: {}", error.place, error.what),
            )
            .with("hint", error.mend.into()),
            Trouble::Erased => Self::new(
                Kind::Conflict,
                "deze persoon is gewist, en dit is ouder dan het wissen",
                "this person was erased, and this is older than the erasure",
            ),
            Trouble::Unreachable
            | Trouble::Database
            | Trouble::Newer
            | Trouble::Keys
            | Trouble::Unbound => Self::new(
                Kind::Store,
                "het logboek antwoordt niet; daarom mag er nu niets verstuurd worden",
                "the ledger does not answer; so nothing may be sent now",
            ),
            Trouble::Busy => Self::new(
                Kind::Store,
                "het logboek was te lang bezet; er is niets vastgelegd",
                "the ledger was busy for too long; nothing was recorded",
            ),
            Trouble::ReadOnly => Self::new(
                Kind::Store,
                "in het logboek kan niet geschreven worden; er is niets vastgelegd",
                "the ledger cannot be written to; nothing was recorded",
            ),
            Trouble::Full => Self::new(
                Kind::Store,
                "er is geen ruimte meer voor het logboek; er is niets vastgelegd",
                "there is no room left for the ledger; nothing was recorded",
            ),
            Trouble::Corrupt => Self::new(
                Kind::Store,
                "wat in het logboek staat is beschadigd; daarom mag er niets verstuurd worden",
                "what stands in the ledger is damaged; so nothing may be sent",
            ),
        };
        own.rest.log = log;
        own
    }
}
