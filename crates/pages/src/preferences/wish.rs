//! What somebody asks on their page: read from the form, and done.

use std::collections::BTreeMap;

use maat::ledger::{DEEPEST, SubjectId};
use maat::words::Lang;
use maat_practice::acts::consents::{Means, Shown, Yes};
use maat_practice::acts::{self, consents, marks, signals, wishes};
use maat_practice::company::{By, Company};
use maat_practice::known::words;
use maat_service::problem::{Kind, Problem};
use maat_store::Known;

/// Pauses that can be asked, in days.
const PAUSES: [i64; 5] = [7, 30, 91, 182, 365];

/// Days between mails that can be asked.
const RHYTHMS: [u32; 4] = [0, 14, 30, 90];

/// The name under which all this is recorded.
const RECORDED_BY: &str = "the customer, in the preference centre";

/// The person themselves, on their page.
pub const THEMSELVES: By<'static> = By::subject(RECORDED_BY);

/// A form, as it came.
pub type Form = BTreeMap<String, String>;

/// Whether a form takes something away, whatever else is wrong with it: then no count of tries stands before it.
pub fn takes_away(asks: &str, form: &Form) -> bool {
    let is = |field: &str, value: &str| form.get(field).is_some_and(|own| own == value);
    match asks {
        "choice" => !is("answer", "yes"),
        "pause" | "rhythm" => !is("days", "0"),
        "nothing" | "ceiling" | "object" | "erase" | "never" => true,
        _ => false,
    }
}

/// What the page says of what was done.
#[derive(Debug)]
pub struct Done {
    /// The name of what is said; see [`told`].
    pub said: &'static str,
    /// Where on the page.
    pub part: String,
}

/// Somebody who asks something on their page.
pub struct Wishing<'a> {
    /// The company whose page it is.
    pub company: Company<'a>,
    /// Its name, as it stands in the questions.
    pub name: &'a str,
    /// Who asks.
    pub subject: &'a SubjectId,
    /// Whether they came through their own mailbox.
    pub mailed: bool,
    /// What is known of them.
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

impl Wishing<'_> {
    /// Does what a form asks, by the name of what it asks.
    pub fn carry_out(&self, asks: &str, form: &Form) -> Result<Done, Problem> {
        let (company, subject) = (&self.company, self.subject);
        let (said, part) = match asks {
            "choice" => return self.answer(form),
            "nothing" => {
                consents::withdraw_all(company, THEMSELVES, subject)?;
                ("nothing", "choices")
            }
            "ceiling" => {
                let depth = among(form, "depth", &(0..=DEEPEST).collect::<Vec<_>>())?;
                wishes::ceiling(company, THEMSELVES, subject, depth)?;
                ("ceiling", "less")
            }
            "pause" => {
                let until = match field(form, "days")? {
                    "0" => None,
                    _ => Some(company.now.plus_days(among(form, "days", &PAUSES)?)),
                };
                wishes::pause(company, THEMSELVES, subject, until)?;
                (if until.is_some() { "paused" } else { "resumed" }, "rest")
            }
            "rhythm" => {
                wishes::rhythm(company, THEMSELVES, subject, among(form, "days", &RHYTHMS)?)?;
                ("rhythm", "rest")
            }
            "object" => {
                marks::object(company, THEMSELVES, subject, None)?;
                ("objected", "stop")
            }
            "lift" => {
                marks::lift_objection(company, THEMSELVES, subject, None)?;
                ("lifted", "stop")
            }
            "correct" => self.correct(form)?,
            "erase" => {
                signals::forget(company, THEMSELVES, subject, self.signal(form)?)?;
                ("erased", "known")
            }
            "never" => {
                signals::bar(company, THEMSELVES, subject, self.declared(form)?)?;
                ("never", "known")
            }
            "allow" => {
                let signal = self.declared(form)?;
                if !self.mailed && words::is_guarded(company.code, signal) {
                    return Err(through_the_mailbox());
                }
                signals::allow(company, THEMSELVES, subject, signal)?;
                ("allowed", "known")
            }
            _ => {
                return Err(Problem::new(
                    Kind::NotFound,
                    "dit adres is er niet",
                    "there is no such address",
                ));
            }
        };
        Ok(Done { said, part: part.to_owned() })
    }

    fn answer(&self, form: &Form) -> Result<Done, Problem> {
        let id = field(form, "choice")?;
        let part = format!("choice-{id}");
        if field(form, "answer")? != "yes" {
            consents::withdraw(&self.company, THEMSELVES, self.subject, id).map_err(|trouble| {
                match trouble.kind {
                    Kind::Unfit => unfit(
                        "deze vraag stellen we niet meer",
                        "we do not ask this question any more",
                    ),
                    _ => trouble.into(),
                }
            })?;
            return Ok(Done { said: "no", part });
        }
        let Some(choice) = self.company.code.declared().choice(id) else {
            return Err(unfit(
                "deze vraag stellen we niet meer",
                "we do not ask this question any more",
            ));
        };
        // A yes is to the words that were on the page: those that the form names, which must still be
        // the newest.
        let newest = choice.wording.last().map_or(0, |words| words.version);
        let version: u32 = field(form, "wording")?.parse().unwrap_or(0);
        let lang: Option<Lang> = field(form, "lang")?.parse().ok();
        let question = lang.and_then(|lang| {
            let question = words::question(choice, version, lang, self.name)?;
            Some((lang, question))
        });
        let Some((lang, question)) = question.filter(|_| version == newest) else {
            return Err(unfit(
                "de vraag is net veranderd; lees haar opnieuw en antwoord dan",
                "the question has just changed; read it again and then answer",
            ));
        };
        let explicit = words::is_explicit(self.company.code, choice);
        if explicit && !self.mailed {
            return Err(through_the_mailbox());
        }
        let by_mail = choice.allows.contains(&maat::code::Act::Send);
        let yes = Yes {
            choice: id,
            wording: Some(version),
            lang,
            shown: Shown::Page(&question),
            place: "preference centre",
            means: if self.mailed && by_mail { Means::DoubleOptIn } else { Means::Form },
            explicit,
            expires: None,
        };
        consents::give(&self.company, THEMSELVES, self.subject, None, &yes)?;
        Ok(Done { said: "yes", part })
    }

    fn correct(&self, form: &Form) -> Result<(&'static str, &'static str), Problem> {
        let (signal, value) = (self.signal(form)?, field(form, "value")?);
        if !self.mailed && words::is_guarded(self.company.code, signal) {
            return Err(through_the_mailbox());
        }
        if acts::fit(value).is_none() {
            return Err(unfit(
                "schrijf op één regel wat het wel moet zijn, in hooguit 1000 letters; wissen kan ook",
                "write on one line what it must be, in 1000 letters at most; you can erase it too",
            ));
        }
        signals::rectify(&self.company, THEMSELVES, self.subject, (signal, value), None)?;
        Ok(("corrected", "known"))
    }

    /// A signal that is known of them, whether or not the Code still declares it.
    fn signal<'f>(&self, form: &'f Form) -> Result<&'f str, Problem> {
        let id = field(form, "signal")?;
        let known = self.known.signals.get(id).is_some_and(|own| own.known.is_some());
        known.then_some(id).ok_or_else(|| {
            unfit("dit bewaren we niet (meer) van je", "we do not keep this of you (any more)")
        })
    }

    /// A signal that is known of them, or that the Code declares.
    fn declared<'f>(&self, form: &'f Form) -> Result<&'f str, Problem> {
        let id = field(form, "signal")?;
        let here = self.company.code.declared().signal(id).is_some()
            || self.known.signals.contains_key(id);
        here.then_some(id)
            .ok_or_else(|| unfit("dit gegeven kennen we niet", "we do not know this signal"))
    }
}

/// A link can be forwarded, so what weighs more is done by whoever reads the mailbox.
fn through_the_mailbox() -> Problem {
    unfit(
        "dit kan alleen via je eigen mailbox: vraag op deze pagina een code, en doe het dan",
        "this can only be done through your own mailbox: ask for a code on this page, and do it then",
    )
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
