//! The fixed words of the Code: channels, slots, sources, needs, layers and principles.

use serde::{Deserialize, Serialize};

use crate::words::Text;

/// Declares an enum whose variants have one spelling each, in files, rules and pages alike.
macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// All of them, in the order of the design.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The one spelling.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the one spelling.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

terms! {
    /// Where a message appears.
    Channel {
        /// Electronic mail.
        Email = "email",
        /// The company's own website.
        Web = "web",
        /// An audience at an advertising platform.
        Ads = "ads",
    }
}

terms! {
    /// Which part of a message a signal shapes.
    SlotKind {
        /// Words.
        Text = "text",
        /// Pictures.
        Visual = "visual",
        /// Look and tone.
        Style = "style",
        /// Products shown.
        Product = "product",
        /// Offers and rewards.
        Offer = "offer",
        /// Prices.
        Price = "price",
        /// Who receives it: choosing recipients by a signal is using that signal.
        Audience = "audience",
    }
}

terms! {
    /// Where a signal comes from.
    Source {
        /// The customer told it.
        Given = "given",
        /// The company saw it happen.
        Observed = "observed",
        /// The company worked it out.
        Inferred = "inferred",
        /// The company bought it.
        Bought = "bought",
    }
}

terms! {
    /// How delicate a signal is by its nature.
    Sensitivity {
        /// Personal data without further protection.
        Ordinary = "ordinary",
        /// Delicate, though no special category.
        Sensitive = "sensitive",
        /// A special category of GDPR 9(1), inferred ones included.
        Special = "special",
    }
}

terms! {
    /// What is asked of the Code: an action in the rules.
    Act {
        /// Sending a message or showing it on the own site.
        Send = "send",
        /// Handing an audience to an advertising platform.
        Export = "export",
        /// Using a signal in a slot.
        Use = "use",
        /// Joining a signal gathered without a name to a known customer.
        Link = "link",
        /// Using what was inferred about somebody.
        Infer = "infer",
        /// Storing on, or reading from, the customer's device.
        Store = "store",
    }
}

terms! {
    /// The layer of a rule; a lower one can never be switched off by a higher one.
    Layer {
        /// The legal minimum.
        Legal = "legal",
        /// The ethical middle.
        Ethical = "ethical",
        /// The human top.
        Human = "human",
    }
}

terms! {
    /// The principle a rule serves.
    Principle {
        /// Tell people that and why you personalise.
        Transparency = "transparency",
        /// Let them choose.
        Choice = "choice",
        /// The more personal, the heavier the duty to ask.
        Proportionality = "proportionality",
        /// Connect, do not steer.
        Humanity = "humanity",
    }
}

terms! {
    /// Who relies on a theorem.
    Reliant {
        /// The person the message is for.
        Customer = "customer",
        /// Who holds parental responsibility (GDPR 8).
        Parent = "parent",
        /// The company in whose name the message goes.
        Controller = "controller",
        /// The agency whose Code a client tightens.
        Agency = "agency",
        /// The data protection officer (GDPR 37).
        Officer = "officer",
        /// The supervisory authority (GDPR 51).
        Supervisor = "supervisor",
    }
}

terms! {
    /// What a step of the ladder needs on a channel.
    Need {
        /// Nothing.
        None = "none",
        /// At least [`crate::ledger::Strength::Soft`].
        Soft = "soft",
        /// At least [`crate::ledger::Strength::Given`].
        Given = "given",
        /// At least [`crate::ledger::Strength::Explicit`].
        Explicit = "explicit",
        /// No consent cures.
        Never = "never",
    }
}

terms! {
    /// When a refusal passes by itself, as a rule says with `@until`.
    Until {
        /// When the quiet hours of the Code are over.
        QuietHoursEnd = "quiet-hours-end",
    }
}

impl Need {
    /// 0 to 4 as the rules read it; 4 is never.
    pub const fn level(self) -> u8 {
        self as u8
    }
}

impl Layer {
    /// The word in both languages.
    pub fn label(self) -> Text {
        let (nl, en) = match self {
            Self::Legal => ("wet", "legal"),
            Self::Ethical => ("ethiek", "ethical"),
            Self::Human => ("mens", "human"),
        };
        Text { nl: nl.to_owned(), en: en.to_owned() }
    }
}

impl Reliant {
    /// The word in both languages.
    pub fn label(self) -> Text {
        let (nl, en) = match self {
            Self::Customer => ("de klant", "the customer"),
            Self::Parent => ("de ouder", "the parent"),
            Self::Controller => ("het bedrijf", "the company"),
            Self::Agency => ("het bureau", "the agency"),
            Self::Officer => ("de privacy officer", "the privacy officer"),
            Self::Supervisor => ("de toezichthouder", "the supervisory authority"),
        };
        Text { nl: nl.to_owned(), en: en.to_owned() }
    }
}

impl Principle {
    /// The word in both languages.
    pub fn label(self) -> Text {
        let (nl, en) = match self {
            Self::Transparency => ("openheid", "transparency"),
            Self::Choice => ("keuze", "choice"),
            Self::Proportionality => ("maat", "proportionality"),
            Self::Humanity => ("menselijkheid", "humanity"),
        };
        Text { nl: nl.to_owned(), en: en.to_owned() }
    }
}
