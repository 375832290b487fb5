//! Trouble: what went wrong with something that was asked, and how to mend it, in Dutch and English. Whoever
//! asked gets it in their own form: a page, a problem (RFC 9457) or a line on the terminal.

mod kinds;

use std::fmt;

use maat::mistake::{Mistake, Mistakes};
use maat::words::{Lang, capitalised};
use serde_json::{Map, Value};

pub use self::kinds::{Kind, Told};

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
