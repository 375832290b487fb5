//! A counterexample as a story: who the customer is, what the message does, which rule lets it.

use maat::cases::{CaseBrief, Given};
use maat::code::{Act, Channel, Choice, Code, SlotKind};
use maat::ledger::{DEEPEST, Strength};
use maat::words::Lang;
use serde::Serialize;

use crate::compare::Difference;
use crate::situation::{GateAnswer, Situation};
use crate::theorem::Counterexample;

/// A story, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Story {
    /// What would happen.
    pub what: String,
    /// What is so of the customer, of whom nothing else is amiss.
    pub customer: Vec<String>,
    /// What is so of the message, with which nothing else is amiss.
    pub message: Vec<String>,
    /// What the gate says, and which rules let it or refuse it.
    pub gate: Vec<String>,
    /// The situation in the form of a worked case, for `cases/*.yaml`; none where a rule fails.
    pub given: Option<String>,
}

impl Story {
    /// Tells where a theorem does not hold.
    pub fn of(counterexample: &Counterexample, code: &Code, lang: Lang) -> Self {
        match counterexample {
            Counterexample::Allowed(difference) => Self::allowed(difference, code, lang),
            Counterexample::Fails { rule, act, numbers } => {
                let numbers: Vec<String> =
                    numbers.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let (id, act, numbers) = (&rule.id, act.word(), numbers.join(", "));
                let what = match lang {
                    Lang::Nl => format!("Regel {id} kan vastlopen op een vraag over {act}."),
                    Lang::En => format!("Rule {id} can fail on a question about {act}."),
                };
                let mend = lang.pick(
                    "Cedar slaat een regel over die vastloopt; de poort weigert dan alles. Haal het rekenen uit de regel.",
                    "Cedar skips a rule that fails; the gate then refuses everything. Take the arithmetic out of the rule.",
                );
                let message = vec![numbers];
                let (customer, given) = (Vec::new(), None);
                Self { what, customer, message, gate: vec![mend.to_owned()], given }
            }
        }
    }

    /// Tells what one Code allows and another refuses; `code` is the one that allows it.
    pub fn of_difference(difference: &Difference, code: &Code, lang: Lang) -> Self {
        let mut story = Self::allowed(difference, code, lang);
        if difference.refused_by.is_empty() {
            story.gate.push(
                lang.pick("De andere Code kent dit niet.", "The other Code does not know this.")
                    .to_owned(),
            );
        }
        story
    }

    fn allowed(difference: &Difference, code: &Code, lang: Lang) -> Self {
        let Difference { situation, asked, refused_by } = difference;
        let refused_by: Vec<&str> = refused_by.iter().map(|rule| rule.id.as_str()).collect();
        Self {
            what: what(situation, code, lang),
            customer: customer(situation, code, lang),
            message: message(situation, code, lang),
            gate: gate(asked, &refused_by, lang),
            given: serde_saphyr::to_string(&situation.given).ok(),
        }
    }
}

fn what(situation: &Situation, code: &Code, lang: Lang) -> String {
    let given = &situation.given;
    let purpose = code.declared().purpose(&given.purpose);
    let purpose = purpose.map_or(given.purpose.as_str(), |it| it.label.get(lang));
    let signal = situation.signal.as_ref().and_then(|id| code.declared().signal(id));
    let signal = signal.map_or("", |it| it.label.get(lang));
    let message = match given.channel {
        Channel::Email => lang.pick("Een mail", "A mail"),
        Channel::Web => lang.pick("Een bericht op de site", "A message on the site"),
        Channel::Ads => lang.pick("Een advertentie", "An advertisement"),
    };
    let place = given.slots.first().map_or("", |slot| place(slot.kind, lang));
    match (situation.act, lang) {
        (Act::Send | Act::Store, Lang::Nl) => {
            format!("{message} voor “{purpose}” zou gaan naar een klant die")
        }
        (Act::Send | Act::Store, Lang::En) => {
            format!("{message} for “{purpose}” would go to a customer who")
        }
        (Act::Export, Lang::Nl) => {
            format!("Naar een advertentieplatform zou, voor “{purpose}”, een klant gaan die")
        }
        (Act::Export, Lang::En) => {
            format!("An advertising platform would be handed, for “{purpose}”, a customer who")
        }
        (Act::Use, Lang::Nl) => format!(
            "{message} voor “{purpose}” zou “{signal}” gebruiken {place}, van een klant die"
        ),
        (Act::Use, Lang::En) => {
            format!("{message} for “{purpose}” would use “{signal}” {place}, of a customer who")
        }
        (Act::Link, Lang::Nl) => {
            format!("{message} voor “{purpose}” zou “{signal}” verbinden met een klant die")
        }
        (Act::Link, Lang::En) => {
            format!("{message} for “{purpose}” would join “{signal}” to a customer who")
        }
        (Act::Infer, Lang::Nl) => format!(
            "{message} voor “{purpose}” zou rusten op het vermoeden “{signal}” over een klant die"
        ),
        (Act::Infer, Lang::En) => format!(
            "{message} for “{purpose}” would rest on the guess “{signal}” about a customer who"
        ),
    }
}

const fn place(kind: SlotKind, lang: Lang) -> &'static str {
    match kind {
        SlotKind::Text => lang.pick("in de tekst", "in the text"),
        SlotKind::Visual => lang.pick("in het beeld", "in the pictures"),
        SlotKind::Style => lang.pick("in de toon", "in the tone"),
        SlotKind::Product => lang.pick("om producten te kiezen", "to choose products"),
        SlotKind::Offer => lang.pick("voor een aanbod", "for an offer"),
        SlotKind::Price => lang.pick("voor de prijs", "for the price"),
        SlotKind::Audience => lang.pick("om te kiezen wie het krijgt", "to choose who gets it"),
    }
}

/// What is so of the customer: each after "a customer who…".
fn customer(situation: &Situation, code: &Code, lang: Lang) -> Vec<String> {
    let given = &situation.given;
    let mut told = Vec::new();
    for (choice, strength) in &given.consents {
        let words = code.declared().choice(choice).and_then(Choice::words);
        let words = words.map_or_else(|| choice.clone(), |words| words.get(lang).to_owned());
        let said = match strength {
            Strength::None => continue,
            Strength::Soft => {
                lang.pick("als klant nooit nee zei op", "as a customer never said no to")
            }
            Strength::Given => lang.pick("ja zei op", "said yes to"),
            Strength::Explicit => lang.pick("uitdrukkelijk ja zei op", "expressly said yes to"),
        };
        told.push(format!("{said} “{words}”"));
    }
    if told.is_empty() {
        told.push(lang.pick("nergens ja op zei", "said yes to nothing").to_owned());
    }
    for (flag, value) in &given.person {
        told.push(of_flag(flag, *value, lang).to_owned());
    }
    if let Some(depth) = code.words().get(lang).depth.get(usize::from(given.ceiling))
        && given.ceiling < DEEPEST
    {
        told.push(match lang {
            Lang::Nl => format!("het hooguit zo persoonlijk wil: {depth}"),
            Lang::En => format!("wants it at most this personal: {depth}"),
        });
    }
    match (given.sent, lang) {
        (0, _) => {}
        (sent, Lang::Nl) => told.push(format!("deze week al {sent} keer reclame kreeg")),
        (sent, Lang::En) => told.push(format!("got marketing {sent} times this week")),
    }
    told
}

fn of_flag(flag: &str, value: bool, lang: Lang) -> &'static str {
    match (flag, value) {
        ("objected", true) => lang.pick("bezwaar maakte tegen reclame", "objected to marketing"),
        ("suppressed", true) => lang
            .pick("zijn adres liet wissen of blokkeren", "had their address erased or suppressed"),
        ("restricted", true) => lang
            .pick("het gebruik van gegevens liet beperken", "had the use of their data restricted"),
        ("minor", true) => lang.pick("jonger is dan 16", "is under 16"),
        ("parental", true) => {
            lang.pick("een ouder heeft die het goedvindt", "has a parent who agrees")
        }
        ("proof", false) => lang.pick(
            "toestemmingen gaf die we niet kunnen laten zien",
            "gave consents that we cannot show",
        ),
        ("confirmed", false) => {
            lang.pick("zijn adres niet bevestigde", "did not confirm their address")
        }
        ("bought_before", false) => lang.pick(
            "de laatste twee jaar niets bij ons kocht",
            "bought nothing from us in the last two years",
        ),
        ("refusal_offered", false) => {
            lang.pick("niet steeds kon weigeren", "could not refuse each time")
        }
        ("logged_in", false) => lang.pick("niet is ingelogd", "is not logged in"),
        ("gpc", true) => lang.pick(
            "een browser heeft die vraagt om niet te delen",
            "has a browser that asks not to share",
        ),
        ("resting", true) => {
            lang.pick("vroeg om met rust gelaten te worden", "asked to be left alone for a while")
        }
        _ => lang.pick("verder niets bijzonders heeft", "is otherwise ordinary"),
    }
}

/// A sentence in both languages, and whether it is so.
type Sentence = (bool, &'static str, &'static str);

/// What is so of the message, each a sentence.
fn message(situation: &Situation, code: &Code, lang: Lang) -> Vec<String> {
    let given = &situation.given;
    let so = written(given).into_iter().chain(weighty(&given.brief)).filter(|(so, ..)| *so);
    let mut told: Vec<String> = so.map(|(_, nl, en)| lang.pick(nl, en).to_owned()).collect();
    if given.reviewers != 2 {
        let readers = given.reviewers;
        told.push(match lang {
            Lang::Nl => format!("{readers} mensen lazen het vooraf."),
            Lang::En => format!("{readers} people read it beforehand."),
        });
    }
    if let Some(at) = given.at.as_ref().and_then(|at| at.split_once('T')).map(|(_, time)| time) {
        told.push(format!("{} {at}.", lang.pick("Het gaat weg om", "It leaves at")));
    }
    told.extend(of_age(situation, lang));
    let others = given.slots.iter().skip(1).flat_map(|slot| &slot.uses);
    let others: Vec<&str> =
        others.filter_map(|id| Some(code.declared().signal(id)?.label.get(lang))).collect();
    if !others.is_empty() {
        let also = lang.pick("Het gebruikt ook", "It also uses");
        told.push(format!("{also} {}.", others.join(", ")));
    }
    told
}

/// What the brief says, and leaves out.
fn written(given: &Given) -> [Sentence; 10] {
    let brief = &given.brief;
    [
        (
            given.slots.first().is_some_and(|slot| slot.names),
            "De tekst noemt wat de klant deed.",
            "The text names what the customer did.",
        ),
        (
            brief.own_similar_products == Some(false),
            "Het gaat niet over iets soortgelijks van het bedrijf zelf.",
            "It is not about something similar of the company's own.",
        ),
        (
            brief.explanation.is_some(),
            "Waarom de klant het ziet, staat er niet bij.",
            "Why the customer sees it is not said.",
        ),
        (brief.sender == Some(false), "De afzender ontbreekt.", "The sender is missing."),
        (
            brief.ad == Some(false),
            "Dat het een advertentie is en van wie, staat er niet bij.",
            "That it is an advertisement, and whose, is not said.",
        ),
        (
            !brief.unanswered.is_empty(),
            "De drie vragen zijn niet alle beantwoord.",
            "The three questions are not all answered.",
        ),
        (
            brief.benefit_depends_on_consent,
            "Een voordeel hangt af van toestemming.",
            "A benefit depends on consent.",
        ),
        (
            !brief.assessment.is_empty(),
            "De gevolgen zijn vooraf beoordeeld.",
            "The impact was assessed beforehand.",
        ),
        (
            !brief.bought_from.is_empty(),
            "De verkoper van de gegevens staat erbij.",
            "The seller of the data is named.",
        ),
        (
            brief.price_disclosed,
            "Dat de prijs persoonlijk is, staat erbij.",
            "That the price is personal is said.",
        ),
    ]
}

/// What makes it weigh more: AI, urgency, an effect on somebody's life.
fn weighty(brief: &CaseBrief) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    if let Some(ai) = &brief.ai {
        all.extend([
            (true, "AI schreef mee.", "AI helped to write."),
            (!ai.labelled, "Dat staat er niet bij.", "It does not say so."),
            (ai.approved_by.is_empty(), "Geen mens keurde het goed.", "No person approved it."),
        ]);
    }
    if let Some(urgency) = &brief.urgency {
        all.extend([
            (
                urgency.proof.is_empty(),
                "Het wekt haast die niet bewezen is.",
                "It claims urgency that is not proven.",
            ),
            (!urgency.proof.is_empty(), "Het wekt haast, bewezen.", "It claims urgency, proven."),
        ]);
    }
    if let Some(effect) = &brief.effect {
        all.extend([
            (
                effect.human_review,
                "Het raakt iemands leven; een mens kijkt mee.",
                "It affects somebody's life; a person looks along.",
            ),
            (
                !effect.human_review,
                "Het raakt iemands leven, en geen mens kijkt mee.",
                "It affects somebody's life, and no person looks along.",
            ),
        ]);
    }
    all
}

fn of_age(situation: &Situation, lang: Lang) -> Option<String> {
    let signal = situation.signal.as_ref()?;
    let seen = situation.given.seen.get(signal)?;
    Some(match (seen.as_str(), lang) {
        ("never", Lang::Nl) => "Het gegeven is van deze klant nooit gezien.".to_owned(),
        ("never", Lang::En) => "The signal was never seen of this customer.".to_owned(),
        (_, Lang::Nl) => format!("Het gegeven is {} dagen oud.", situation.age(signal)?),
        (_, Lang::En) => format!("The signal is {} days old.", situation.age(signal)?),
    })
}

fn gate(asked: &GateAnswer, refused_by: &[&str], lang: Lang) -> Vec<String> {
    let rules: Vec<&str> = asked.ruling.rules.iter().map(|rule| rule.id.as_str()).collect();
    let rules = rules.join(", ");
    let mut told = vec![match lang {
        Lang::Nl => format!("Regel {rules} staat het toe, en geen regel verbiedt het."),
        Lang::En => format!("Rule {rules} permits it, and no rule forbids it."),
    }];
    if !refused_by.is_empty() {
        let refusing = refused_by.join(", ");
        told.push(match lang {
            Lang::Nl => format!("De andere Code weigert het: {refusing}."),
            Lang::En => format!("The other Code refuses it: {refusing}."),
        });
    }
    let mut held: Vec<&str> = asked.decision.reason_ids();
    held.dedup();
    told.push(match (asked.leaves(), lang) {
        (true, Lang::Nl) => "De poort, opnieuw gevraagd, laat dit bericht gaan.".to_owned(),
        (true, Lang::En) => "The gate, asked again, lets this message go.".to_owned(),
        (false, Lang::Nl) => format!(
            "De poort, opnieuw gevraagd, staat dit toe; het bericht zelf houdt ze nog tegen: {}.",
            held.join(", ")
        ),
        (false, Lang::En) => format!(
            "The gate, asked again, permits this; the message itself it still holds back: {}.",
            held.join(", ")
        ),
    });
    told
}
