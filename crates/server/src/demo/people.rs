//! People to be in the demo: real customers of the data set by their purchases, with MADE names and
//! answers.

use maat::ledger::Strength;
use maat::words::Lang;

/// Two texts.
#[derive(Debug)]
pub struct Said {
    nl: &'static str,
    en: &'static str,
}

impl Said {
    /// One of them.
    pub const fn get(&self, lang: Lang) -> &'static str {
        lang.pick(self.nl, self.en)
    }
}

/// What somebody once answered about their purchases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Never asked; a customer, whom a weighed interest covers.
    Soft,
    /// Yes, in the account.
    Yes,
    /// Yes, and withdrawn since.
    Withdrawn,
}

impl Answer {
    /// How strong a yes it gave.
    pub const fn strength(self) -> Strength {
        match self {
            Self::Soft => Strength::Soft,
            Self::Yes | Self::Withdrawn => Strength::Given,
        }
    }
}

/// A customer of the data set.
#[derive(Debug)]
pub struct Customer {
    /// Their id there.
    pub subject: &'static str,
    /// What they answered.
    pub answer: Answer,
    /// The most personal that they wish, where they said so.
    pub ceiling: Option<u8>,
}

/// Somebody to be.
#[derive(Debug)]
pub struct Person {
    /// As the address has it.
    pub id: &'static str,
    /// What they are called.
    pub name: Said,
    /// Who they are; nobody for who is not logged in.
    pub customer: Option<Customer>,
    /// Whether their browser asks not to share.
    pub gpc: bool,
    /// What to know about them.
    pub about: Said,
    /// What to see when one is them.
    pub see: Said,
}

/// Everybody.
pub const ALL: &[Person] = &[
    Person {
        id: "guest",
        name: Said { nl: "Bezoeker", en: "Visitor" },
        customer: None,
        gpc: false,
        about: Said {
            nl: "Niet ingelogd. De winkel weet niet wie dit is.",
            en: "Not logged in. The shop does not know who this is.",
        },
        see: Said {
            nl: "De gewone winkel. Alleen bij een artikel denkt de pagina mee, met wat er op die pagina staat.",
            en: "The plain shop. Only beside an article the page thinks along, with what is on that page.",
        },
    },
    Person {
        id: "anna",
        name: Said { nl: "Anna", en: "Anna" },
        customer: Some(Customer { subject: "15327", answer: Answer::Yes, ceiling: None }),
        gpc: false,
        about: Said {
            nl: "Zei ja op tips met haar aankopen.",
            en: "Said yes to tips from her purchases.",
        },
        see: Said {
            nl: "Een winkel die haar kent, met bij elk onderdeel “Waarom dit?”.",
            en: "A shop that knows her, with “Why this?” beside each part.",
        },
    },
    Person {
        id: "ben",
        name: Said { nl: "Ben", en: "Ben" },
        customer: Some(Customer { subject: "16986", answer: Answer::Withdrawn, ceiling: None }),
        gpc: false,
        about: Said {
            nl: "Zei ja, en trok het vorige week weer in.",
            en: "Said yes, and withdrew it last week.",
        },
        see: Said {
            nl: "Precies de pagina van een bezoeker.",
            en: "Exactly the page of a visitor.",
        },
    },
    Person {
        id: "carla",
        name: Said { nl: "Carla", en: "Carla" },
        customer: Some(Customer { subject: "16532", answer: Answer::Soft, ceiling: None }),
        gpc: false,
        about: Said {
            nl: "Vaste klant. Haar is nog niets gevraagd, en ze maakte geen bezwaar.",
            en: "A regular customer. She was never asked, and did not object.",
        },
        see: Said {
            nl: "Wat een klant mag verwachten, en de uitleg zegt dat het daarop rust.",
            en: "What a customer may expect, and the explanation says that it rests on that.",
        },
    },
    Person {
        id: "dirk",
        name: Said { nl: "Dirk", en: "Dirk" },
        customer: Some(Customer { subject: "15653", answer: Answer::Soft, ceiling: None }),
        gpc: true,
        about: Said {
            nl: "Als Carla, maar zijn browser stuurt Global Privacy Control mee.",
            en: "Like Carla, but his browser sends Global Privacy Control.",
        },
        see: Said {
            nl: "De gewone winkel: zonder een duidelijk ja telt het signaal van zijn browser.",
            en: "The plain shop: without a clear yes the signal of his browser counts.",
        },
    },
    Person {
        id: "eva",
        name: Said { nl: "Eva", en: "Eva" },
        customer: Some(Customer { subject: "13819", answer: Answer::Yes, ceiling: Some(2) }),
        gpc: false,
        about: Said {
            nl: "Zei ja, en schoof “minder persoonlijk” naar 2.",
            en: "Said yes, and moved “less personal” to 2.",
        },
        see: Said {
            nl: "Tips bij haar soort aankopen, maar niemand begint over wat ze kocht.",
            en: "Tips for her kind of purchases, but nobody brings up what she bought.",
        },
    },
];

/// Somebody, by the name in an address.
pub fn find(id: &str) -> Option<&'static Person> {
    ALL.iter().find(|person| person.id == id)
}

/// Somebody, by their id in the data set.
pub fn customer(subject: &str) -> Option<&'static Customer> {
    ALL.iter().filter_map(|person| person.customer.as_ref()).find(|own| own.subject == subject)
}
