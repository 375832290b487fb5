//! The kinds of trouble there are, and what is always said of each.

use maat::words::Lang;

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
