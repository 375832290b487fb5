//! Trouble: what went wrong with something that was asked, and how to mend it, in Dutch and English. Whoever
//! asked gets it in their own form: a page, a problem (RFC 9457) or a line on the terminal.

use std::fmt;

use maat::mistake::{Mistake, Mistakes};
use maat::words::{Lang, capitalised};
use serde_json::{Map, Value};

/// What is always said of a kind of trouble.
#[derive(Debug)]
pub struct Told {
    /// Its name, as addresses and programs know it.
    pub slug: &'static str,
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
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $title:expr, $mend:expr;)*) => {
        /// The kinds of trouble there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// What is always said of it.
            pub const fn told(self) -> &'static Told {
                match self {
                    $(Self::$name => &Told { slug: $slug, title: $title, mend: $mend },)*
                }
            }
        }
    };
}

kinds! {
    /// The body is not JSON, or not of the form that is asked.
    Malformed = "malformed",
        ("De vraag is niet te lezen", "The request cannot be read"),
        ("Verbeter wat hierboven staat; de documentatie toont de vorm met een voorbeeld.",
         "Mend what is said above; the documentation shows the form with an example.");
    /// Something in the address is not as it must be.
    Address = "address",
        ("Het adres klopt niet", "The address is not right"),
        ("Kijk de velden in het adres na; de documentatie noemt ze.",
         "Check the fields in the address; the documentation lists them.");
    /// No key, or one that does not hold.
    NoKey = "no-key",
        ("Er is geen geldige sleutel meegestuurd", "No valid key was sent"),
        ("Stuur `Authorization: Bearer <sleutel>` mee; `maat key add` maakt een sleutel.",
         "Send `Authorization: Bearer <key>`; `maat key add` makes one.");
    /// A form of another site.
    Foreign = "other-site",
        ("Dit formulier kwam van een andere site", "This form came from another site"),
        ("Open de pagina zelf en vul het formulier daar in.",
         "Open the page itself and fill in the form there.");
    /// The key may not do this.
    Scope = "scope",
        ("Deze sleutel mag dit niet", "This key may not do this"),
        ("Gebruik een sleutel die dit mag; `maat key add --scope` geeft aan wat een sleutel mag.",
         "Use a key that may; `maat key add --scope` says what a key may do.");
    /// A page of a site that may not ask here.
    Origin = "origin",
        ("Deze site mag dit hier niet vragen", "This site may not ask this here"),
        ("Zet de site in maat.toml, onder [serve.web] bij origins, bij dit bedrijf.",
         "List the site in maat.toml, under origins in [serve.web], at this company.");
    /// Somebody may not do this, or a form did not come from the page it should.
    Forbidden = "forbidden",
        ("Dit mag niet", "This is not allowed"),
        ("Ga terug naar de pagina, ververs die en probeer het opnieuw.",
         "Go back to the page, reload it, and try again.");
    /// Nothing of that name is there.
    NotFound = "not-found",
        ("Dit bestaat niet", "This does not exist"),
        ("Kijk na of het adres, de naam en het nummer kloppen.",
         "Check the address, the name and the id.");
    /// A link that is forged or has expired, which are never told apart.
    Link = "link",
        ("Deze link werkt niet, of niet meer", "This link does not work, or not any more"),
        ("Vraag een nieuwe link.", "Ask for a new link.");
    /// The address does not know the method.
    Method = "method",
        ("Dit kan hier niet", "This cannot be done here"),
        ("De kop `Allow` zegt wat op dit adres wel kan.",
         "The header `Allow` says what can be done at this address.");
    /// It took too long to arrive or to answer.
    Slow = "slow",
        ("Het duurde te lang", "It took too long"),
        ("Probeer het opnieuw; stuur anders minder in één keer.",
         "Try again; else send less in one go.");
    /// The same idempotency key is being worked on.
    Underway = "underway",
        ("Dezelfde vraag is nog bezig", "The same request is still under way"),
        ("Wacht even en vraag het opnieuw, met dezelfde sleutel voor herhaling.",
         "Wait a little and ask again, with the same idempotency key.");
    /// The state of things does not allow it.
    Conflict = "conflict",
        ("Dit past niet bij wat er vaststaat", "This does not fit what is on record"),
        ("Kijk eerst wat er vaststaat.", "Look first at what is on record.");
    /// More than is taken in.
    TooLarge = "too-large",
        ("De vraag is te groot", "The request is too large"),
        ("Stuur minder in één keer.", "Send less in one go.");
    /// A body of another kind than is read here.
    Media = "media-type",
        ("Dit soort inhoud wordt hier niet gelezen", "This kind of content is not read here"),
        ("Stuur `Content-Type: application/json` mee.", "Send `Content-Type: application/json`.");
    /// It can be read, and cannot be done.
    Unfit = "unfit",
        ("De vraag klopt niet", "The request does not fit"),
        ("Verbeter wat hierboven staat.", "Mend what is said above.");
    /// The same idempotency key came with another request.
    Reused = "idempotency-key-reused",
        ("Deze sleutel voor herhaling hoort bij een andere vraag",
         "This idempotency key belongs to another request"),
        ("Gebruik voor elke nieuwe vraag een nieuwe `Idempotency-Key`.",
         "Use a new `Idempotency-Key` for each new request.");
    /// More requests than the key may make.
    TooMany = "too-many",
        ("Te veel vragen in korte tijd", "Too many requests in a short time"),
        ("Wacht zo lang als de kop `Retry-After` zegt.",
         "Wait as long as the header `Retry-After` says.");
    /// Something in Maat.
    Fault = "fault",
        ("Dit is een fout van Maat", "This is a fault of Maat"),
        ("Meld het met het nummer dat bij `instance` staat.",
         "Report it with the id at `instance`.");
    /// The store does not answer: nothing may be sent.
    Store = "store",
        ("Het logboek is niet bereikbaar", "The ledger cannot be reached"),
        ("Verstuur niets persoonlijks en probeer het straks opnieuw; het toegangslog zegt wat er is.",
         "Send nothing personal and try again later; the access log says what is wrong.");
    /// The store went away while it acknowledged.
    Unsure = "unsure",
        ("Of het vastligt is niet bekend", "Whether it was recorded is not known"),
        ("Kijk wat er vastligt, en vraag het opnieuw als het er niet bij staat.",
         "Look what is on record, and ask again if it is not there.");
}

impl Kind {
    /// What somebody with a browser can do about it.
    pub const fn help(self, lang: Lang) -> &'static str {
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
            Self::Unsure => lang.pick(
                "Dat ligt aan ons, niet aan jou. Misschien is gedaan wat je vroeg. Kijk het straks na, of vraag het nog eens.",
                "This is our fault, not yours. What you asked may have been done. Look again in a while, or ask once more.",
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

/// Something that went wrong.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// Its kind.
    pub kind: Kind,
    rest: Box<Rest>,
}

#[derive(Debug, Clone, Default)]
struct Rest {
    nl: String,
    en: String,
    /// What a person wrote wrong, where that is what it is.
    mistakes: Vec<Mistake>,
    /// Fields for programs.
    more: Map<String, Value>,
    retry_after: Option<u64>,
    log: Option<String>,
}

impl Trouble {
    /// Trouble, with what was wrong this time in Dutch and English.
    pub fn new(kind: Kind, nl: impl Into<String>, en: impl Into<String>) -> Self {
        let (nl, en) = (nl.into(), en.into());
        Self { kind, rest: Box::new(Rest { nl, en, ..Rest::default() }) }
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

    /// Something in Maat; what is said of it is for the log and the terminal.
    pub fn fault(said: impl Into<String>) -> Self {
        Self::new(Kind::Fault, "het werk kon niet gedaan worden", "the work could not be done")
            .logged(said.into())
    }

    /// With another field for programs.
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

    /// With how the terminal tells it: where, what, and how to mend it.
    #[must_use]
    pub fn as_mistake(mut self, mistake: Mistake) -> Self {
        self.rest.mistakes = vec![mistake];
        self
    }

    /// What a person wrote wrong, where that is what it is.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.rest.mistakes
    }

    /// Fields for programs.
    pub fn more(&self) -> &Map<String, Value> {
        &self.rest.more
    }

    /// Seconds after which to try again.
    pub fn retry_after(&self) -> Option<u64> {
        self.rest.retry_after
    }

    /// What the log says beside.
    pub fn log(&self) -> Option<&str> {
        self.rest.log.as_deref()
    }

    /// What was wrong this time.
    pub fn detail(&self, lang: Lang) -> &str {
        lang.pick(&self.rest.nl, &self.rest.en)
    }

    /// What was wrong this time, as a sentence.
    pub fn sentence(&self, lang: Lang) -> String {
        capitalised(self.detail(lang)) + "."
    }
}

impl Trouble {
    /// As the terminal tells it: what a person wrote wrong by its place; what the log says where it says more;
    /// else what was wrong and how to mend it.
    pub fn tell(&self, lang: Lang) -> String {
        if !self.rest.mistakes.is_empty() {
            let told = self.rest.mistakes.iter().map(|mistake| mistake.tell(lang));
            return told.collect::<Vec<_>>().join("\n");
        }
        match self.log() {
            Some(said) if self.kind == Kind::Store => format!("{said}\n  {}", self.detail(lang)),
            Some(said) => said.to_owned(),
            None => {
                let mend = lang.pick("oplossing", "mend");
                format!("{}\n  {mend}: {}", self.detail(lang), self.kind.told().mend(lang))
            }
        }
    }
}

/// As the terminal tells it, in English.
impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Lang::En))
    }
}

impl std::error::Error for Trouble {}

impl From<Mistake> for Trouble {
    fn from(mistake: Mistake) -> Self {
        Mistakes(vec![mistake]).into()
    }
}

impl From<Mistakes> for Trouble {
    fn from(Mistakes(mistakes): Mistakes) -> Self {
        let told = |lang| {
            let each = mistakes.iter();
            let each =
                each.map(|it| format!("{}: {}; {}", it.place(lang), it.what(lang), it.mend(lang)));
            each.collect::<Vec<_>>().join("; ")
        };
        let mut trouble = Self::new(Kind::Unfit, told(Lang::Nl), told(Lang::En));
        trouble.rest.mistakes = mistakes;
        trouble
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        Self::fault(error.to_string())
    }
}

impl From<minijinja::Error> for Trouble {
    fn from(error: minijinja::Error) -> Self {
        // The kind of the error and not its words: these can hold values of the page.
        Self::fault(format!("a page: {}", error.kind()))
    }
}

/// What the store says, without the names of files and servers: those are for the log.
impl From<maat_store::Error> for Trouble {
    fn from(error: maat_store::Error) -> Self {
        use maat_store::Kind as Of;
        let (log, again) = (Some(error.to_string()), again_after(error.kind));
        let mut trouble = match error.kind {
            Of::Input => Self::new(
                Kind::Unfit,
                format!("{}: {}", error.place, error.what),
                format!("{}: {}", error.place, error.what),
            )
            .with("hint", error.mend.into()),
            Of::Erased => Self::new(
                Kind::Conflict,
                "deze persoon of dit gegeven is gewist, en niets zegt dat dit van daarna is; noem het moment \
                 waarop het gezien of gegeven is",
                "this person or this signal was erased, and nothing says that this is of since then; say when it \
                 was seen or given",
            ),
            Of::Keys => Self::new(
                Kind::Store,
                "de sleutel van het logboek ontbreekt of past niet; zet de kopie terug die je bewaart \
                 (`maat ledger key import`); zonder sleutel mag er niets verstuurd worden",
                "the key of the ledger is missing or does not fit; put back the copy that you keep \
                 (`maat ledger key import`); without the key nothing may be sent",
            ),
            Of::Unreachable | Of::Database | Of::Newer | Of::Unbound => Self::new(
                Kind::Store,
                "het logboek antwoordt niet; daarom mag er nu niets verstuurd worden",
                "the ledger does not answer; so nothing may be sent now",
            ),
            Of::Unsure => Self::new(
                Kind::Unsure,
                "het logboek viel weg terwijl het dit vastlegde; of het vastligt is niet bekend",
                "the ledger went away while it recorded this; whether it did is not known",
            ),
            Of::Busy => Self::new(
                Kind::Store,
                "het logboek was te lang bezet; er is niets vastgelegd",
                "the ledger was busy for too long; nothing was recorded",
            ),
            Of::ReadOnly => Self::new(
                Kind::Store,
                "in het logboek kan niet geschreven worden; er is niets vastgelegd",
                "the ledger cannot be written to; nothing was recorded",
            ),
            Of::Full => Self::new(
                Kind::Store,
                "er is geen ruimte meer voor het logboek; er is niets vastgelegd",
                "there is no room left for the ledger; nothing was recorded",
            ),
            Of::Older => Self::new(
                Kind::Store,
                "het logboek is teruggezet van een oudere kopie; wat beperkt wordt vastgelegd, maar er \
                 mag niets verstuurd worden tot is teruggehaald wat mensen sindsdien zeiden",
                "the ledger was put back from an older copy; what restricts is recorded, but nothing \
                 may be sent until what people said since is brought back",
            ),
            Of::Corrupt => Self::new(
                Kind::Store,
                "wat in het logboek staat is beschadigd; daarom mag er niets verstuurd worden",
                "what stands in the ledger is damaged; so nothing may be sent",
            ),
        };
        trouble.rest.log = log;
        trouble.rest.retry_after = again;
        trouble
    }
}

/// Seconds after which it may be better: of what passes by itself a few, of what somebody must mend a minute.
const fn again_after(kind: maat_store::Kind) -> Option<u64> {
    use maat_store::Kind as Of;
    match kind {
        Of::Input | Of::Erased => None,
        Of::Busy => Some(2),
        Of::Unreachable | Of::Unsure => Some(5),
        Of::ReadOnly => Some(15),
        Of::Full | Of::Corrupt | Of::Newer | Of::Keys | Of::Unbound | Of::Database | Of::Older => {
            Some(60)
        }
    }
}
