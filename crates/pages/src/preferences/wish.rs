//! What somebody asks on their page: read from the form, and told as events.

use std::collections::BTreeMap;

use maat::code::Code;
use maat::ledger::{At, DEEPEST, Event, How, Right, Sighted, Strength};
use maat::words::Lang;
use maat_store::{Known, shown_hash};

use maat_practice::known::words;
use maat_service::problem::{Kind, Problem};

/// Letters of a value that somebody puts right.
const MOST_VALUE: usize = 500;

/// Pauses that can be asked, in days.
const PAUSES: [i64; 5] = [7, 30, 91, 182, 365];

/// Days between mails that can be asked.
const RHYTHMS: [u32; 4] = [0, 14, 30, 90];

/// The name under which all this is recorded.
pub const RECORDED_BY: &str = "the customer, in the preference centre";

/// A form, as it came.
pub type Form = BTreeMap<String, String>;

/// What is asked, and what the page says of it.
#[derive(Debug)]
pub struct Wish {
    /// What to record.
    pub events: Vec<Event>,
    /// The name of what is said afterwards; see [`told`].
    pub said: &'static str,
    /// Where on the page.
    pub part: String,
}

/// What a wish is read from.
pub struct Asked<'a> {
    pub code: &'a Code,
    pub company: &'a str,
    pub lang: Lang,
    pub now: At,
    /// Whether they came through their own mailbox.
    pub mailed: bool,
    pub known: &'a Known,
}

fn unfit(nl: &str, en: &str) -> Problem {
    Problem::new(Kind::Unfit, nl, en)
}

fn field<'a>(form: &'a Form, name: &str) -> Result<&'a str, Problem> {
    form.get(name)
        .map(String::as_str)
        .ok_or_else(|| unfit("het formulier is niet volledig", "the form is not complete"))
}

fn among<T: std::str::FromStr + PartialEq>(
    form: &Form,
    name: &str,
    all: &[T],
) -> Result<T, Problem> {
    let value = field(form, name)?.parse().ok().filter(|value| all.contains(value));
    value.ok_or_else(|| {
        unfit("deze keuze staat niet op de pagina", "this choice is not on the page")
    })
}

impl Asked<'_> {
    /// Reads a form by the name of what it asks.
    pub fn wish(&self, asks: &str, form: &Form) -> Result<Wish, Problem> {
        let one =
            |event, said, part: &str| Wish { events: vec![event], said, part: part.to_owned() };
        Ok(match asks {
            "choice" => return self.answer(form),
            "nothing" => self.nothing(),
            "ceiling" => {
                let depth = among(form, "depth", &(0..=DEEPEST).collect::<Vec<_>>())?;
                one(Event::CeilingSet { depth }, "ceiling", "less")
            }
            "pause" => {
                let until = match field(form, "days")? {
                    "0" => None,
                    _ => Some(self.now.plus_days(among(form, "days", &PAUSES)?)),
                };
                let said = if until.is_some() { "paused" } else { "resumed" };
                one(Event::PauseSet { until }, said, "rest")
            }
            "rhythm" => {
                let days = among(form, "days", &RHYTHMS)?;
                one(Event::RhythmSet { days }, "rhythm", "rest")
            }
            "object" => self.object(),
            "lift" => one(Event::ObjectionLifted, "lifted", "stop"),
            "correct" => self.correct(form)?,
            "erase" => {
                let signal = self.signal(form)?;
                one(Event::SignalForgotten { signal }, "erased", "known")
            }
            "never" => {
                let signal = self.declared(form)?;
                one(Event::SignalBarred { signal }, "never", "known")
            }
            "allow" => {
                let signal = self.declared(form)?;
                one(Event::SignalAllowed { signal }, "allowed", "known")
            }
            _ => {
                return Err(Problem::new(
                    Kind::NotFound,
                    "dit adres is er niet",
                    "there is no such address",
                ));
            }
        })
    }

    fn answer(&self, form: &Form) -> Result<Wish, Problem> {
        let id = field(form, "choice")?;
        let declared = self.code.declared().choice(id);
        let Some(choice) = declared else {
            return Err(unfit(
                "deze vraag stellen we niet meer",
                "we do not ask this question any more",
            ));
        };
        let part = format!("choice-{id}");
        let id = choice.id.clone();
        if field(form, "answer")? != "yes" {
            let event = Event::ConsentWithdrawn { choice: id };
            return Ok(Wish { events: vec![event], said: "no", part });
        }
        // A yes is to the words that were on the page: those that the form names, which must still be
        // the newest.
        let newest = choice.wording.last().map_or(0, |words| words.version);
        let version: u32 = field(form, "wording")?.parse().unwrap_or(0);
        let lang: Option<Lang> = field(form, "lang")?.parse().ok();
        let question = lang.and_then(|lang| {
            let question = words::question(choice, version, lang, self.company)?;
            Some((lang, question))
        });
        let Some((lang, question)) = question.filter(|_| version == newest) else {
            return Err(unfit(
                "de vraag is net veranderd; lees haar opnieuw en antwoord dan",
                "the question has just changed; read it again and then answer",
            ));
        };
        let place = "preference centre".to_owned();
        let by_mail = choice.allows.contains(&maat::code::Act::Send);
        let how =
            if self.mailed && by_mail { How::DoubleOptIn { place } } else { How::Form { place } };
        let explicit = words::is_explicit(self.code, choice);
        let event = Event::ConsentGiven {
            choice: id,
            strength: if explicit { Strength::Explicit } else { Strength::Given },
            wording: version,
            shown: shown_hash(&question),
            lang,
            how,
            expires: None,
        };
        Ok(Wish { events: vec![event], said: "yes", part })
    }

    /// No to everything that is asked, and to everything that was ever answered.
    fn nothing(&self) -> Wish {
        let declared = self.code.declared().choices.iter().map(|choice| &choice.id);
        let mut all: Vec<&String> = declared.chain(self.known.consents.keys()).collect();
        all.sort_unstable();
        all.dedup();
        let no = |choice: &String| Event::ConsentWithdrawn { choice: choice.clone() };
        Wish {
            events: all.into_iter().map(no).collect(),
            said: "nothing",
            part: "choices".to_owned(),
        }
    }

    /// An objection is a request by a right (GDPR 21), and heeded at once.
    fn object(&self) -> Wish {
        let request = format!("objection {}", self.now);
        let outcome = "heeded at once".to_owned();
        let events = vec![
            Event::RequestReceived { request: request.clone(), right: Right::Objection },
            Event::Objected,
            Event::RequestAnswered { request, outcome },
        ];
        Wish { events, said: "objected", part: "stop".to_owned() }
    }

    fn correct(&self, form: &Form) -> Result<Wish, Problem> {
        let signal = self.signal(form)?;
        let value = field(form, "value")?.trim();
        let fits = !value.is_empty()
            && value.chars().count() <= MOST_VALUE
            && !value.chars().any(char::is_control);
        if !fits {
            return Err(unfit(
                "schrijf op één regel wat het wel moet zijn, in hooguit 500 letters; wissen kan ook",
                "write on one line what it must be, in 500 letters at most; you can erase it too",
            ));
        }
        let event = Event::SignalRectified(Sighted {
            signal,
            value: value.to_owned(),
            source: self
                .lang
                .pick("je zette dit zelf recht", "you put this right yourself")
                .to_owned(),
            on: self.now,
            expires: None,
        });
        Ok(Wish { events: vec![event], said: "corrected", part: "known".to_owned() })
    }

    /// A signal that is known of them, whether or not the Code still declares it.
    fn signal(&self, form: &Form) -> Result<String, Problem> {
        let id = field(form, "signal")?;
        let known = self.known.signals.get(id).is_some_and(|own| own.known.is_some());
        known.then(|| id.to_owned()).ok_or_else(|| {
            unfit("dit bewaren we niet (meer) van je", "we do not keep this of you (any more)")
        })
    }

    /// A signal that is known of them, or that the Code declares.
    fn declared(&self, form: &Form) -> Result<String, Problem> {
        let id = field(form, "signal")?;
        let here = self.code.declared().signal(id).is_some() || self.known.signals.contains_key(id);
        here.then(|| id.to_owned())
            .ok_or_else(|| unfit("dit gegeven kennen we niet", "we do not know this signal"))
    }
}

/// What is said after something was done, by its name in the address; nothing for another name.
pub fn told(said: &str, lang: Lang) -> Option<&'static str> {
    Some(match said {
        "yes" => lang.pick(
            "Bewaard: je zei ja. Nee zeggen kan altijd, met dezelfde knoppen.",
            "Kept: you said yes. You can always say no, with the same buttons.",
        ),
        "no" => lang.pick(
            "Bewaard: je zei nee. Vanaf nu gebruiken we dit niet meer.",
            "Kept: you said no. From now on we do not use this any more.",
        ),
        "nothing" => lang.pick("Bewaard: alles staat uit.", "Kept: everything is off."),
        "ceiling" => lang.pick(
            "Bewaard: persoonlijker dan dit wordt het niet.",
            "Kept: it will not get more personal than this.",
        ),
        "paused" => lang
            .pick("Bewaard: we laten je even met rust.", "Kept: we leave you alone for a while."),
        "resumed" => lang.pick("Bewaard: de pauze is voorbij.", "Kept: the pause is over."),
        "rhythm" => lang.pick("Bewaard: zo vaak en niet vaker.", "Kept: this often and no more."),
        "objected" => lang.pick(
            "Je bezwaar geldt vanaf nu. Je krijgt geen reclame meer van ons.",
            "Your objection holds from now on. You get no more marketing from us.",
        ),
        "lifted" => lang.pick(
            "Je bezwaar is ingetrokken. Alleen wat je zelf aanzet, gebruiken we.",
            "Your objection is withdrawn. We use only what you turn on yourself.",
        ),
        "corrected" => lang.pick(
            "Rechtgezet. Wat er eerst stond, is gewist.",
            "Put right. What was there before is erased.",
        ),
        "erased" => lang.pick("Gewist.", "Erased."),
        "never" => lang.pick(
            "Gewist, en dit bewaren en gebruiken we nooit meer.",
            "Erased, and we never keep or use this any more.",
        ),
        "allowed" => lang.pick("Bewaard: dit mag weer.", "Kept: this is allowed again."),
        _ => return None,
    })
}
