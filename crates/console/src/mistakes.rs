//! Mistakes in a brief, each with the field it stands in and in the reader's language.

use maat::brief::{Brief, SUBJECT};
use maat::code::{Channel, Code};
use maat::compose::Templates;
use maat::gate::Proposal;
use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
use maat_practice::campaign::letters;
use maat_service::problem::{Kind, Problem};
use serde::Serialize;

use crate::brief_form;

/// A mistake beside its field; the field is empty for the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// The name of the field.
    pub field: String,
    /// What is wrong and how to mend it.
    pub said: String,
}

/// A brief that was looked at.
#[derive(Debug)]
pub struct Checked {
    /// What the gate can be asked, where nothing is wrong.
    pub proposal: Option<Proposal>,
    /// Everything that is wrong.
    pub wrong: Vec<Wrong>,
}

/// Looks at a brief, its TOML and all. `signed` is the TOML with the signatures that count.
pub fn check(code: &Code, brief: &Brief, signed: &str, lang: Lang) -> Checked {
    let mut wrong = own(brief, lang);
    let proposal = match propose(code, signed) {
        Ok(proposal) => Some(proposal),
        Err(mistakes) => {
            wrong.extend(mistakes.0.iter().map(|it| placed(brief, it, lang)));
            None
        }
    };
    if let Some(proposal) = &proposal {
        wrong.extend(of_mail(proposal, lang));
    }
    Checked { proposal: proposal.filter(|_| wrong.is_empty()), wrong }
}

/// What is wrong with the words in the other language, and with the layout of a mail. A brief without
/// a subject or sender may be judged all the same: whoever sends it as a mail is told.
fn of_mail(proposal: &Proposal, lang: Lang) -> Vec<Wrong> {
    let brief = proposal.brief();
    let others = brief.langs().into_iter().skip(1);
    let mut wrong = Vec::new();
    for other in others {
        let Err(mistakes) = Templates::in_lang(proposal, "brief", other) else { continue };
        wrong.extend(mistakes.0.iter().map(|it| {
            let mut own = placed(brief, it, lang);
            if let Some(slot) = own.field.strip_suffix("-text") {
                own.field = format!("{slot}-{}-text", other.word());
            }
            own
        }));
    }
    let mail = brief.channel == Channel::Email && brief.sender.is_some();
    if mail && brief.mail.is_some() && brief.slot.iter().any(|slot| slot.id == SUBJECT) {
        let laid = letters::check_own_layout(brief, "brief").err();
        wrong.extend(laid.into_iter().flat_map(|it| it.0).map(|it| placed(brief, &it, lang)));
    }
    wrong
}

fn propose(code: &Code, text: &str) -> Result<Proposal, Mistakes> {
    let proposal = Proposal::new(code, Brief::parse("brief", text)?, "brief", text)?;
    Templates::new(&proposal, "brief")?;
    Ok(proposal)
}

/// What a form must have and a file has by itself.
fn own(brief: &Brief, lang: Lang) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let mut say = |field: &str, nl: &str, en: &str| {
        wrong.push(Wrong { field: field.to_owned(), said: lang.pick(nl, en).to_owned() });
    };
    if !brief_form::is_id(&brief.id) {
        say(
            "id",
            "Geef een korte naam van kleine letters, cijfers en streepjes.",
            "Give a short name of small letters, digits and dashes.",
        );
    }
    if brief.title.is_empty() {
        say("title", "Geef een titel.", "Give a title.");
    }
    if brief.controller.is_empty() {
        say("company", "Noem het bedrijf dat dit stuurt.", "Name the company that sends this.");
    }
    wrong
}

/// A mistake beside its field, which is known by what it says; else it is told for the whole.
fn placed(brief: &Brief, mistake: &Mistake, lang: Lang) -> Wrong {
    let names: Vec<&str> = mistake.what.split('`').skip(1).step_by(2).collect();
    let field = field(brief, mistake, &names);
    let (what, mend) = match lang {
        Lang::En => (capital(&mistake.what), capital(&mistake.mend)),
        Lang::Nl => dutch(mistake, &names),
    };
    Wrong { field, said: format!("{what}. {mend}.") }
}

/// What keeps a brief from being a mail, on a page of its own.
pub fn problem(mistakes: &Mistakes) -> Problem {
    let nl = mistakes.0.iter().map(|it| {
        let names: Vec<&str> = it.what.split('`').skip(1).step_by(2).collect();
        let (what, mend) = dutch(it, &names);
        format!("{what}. {mend}")
    });
    let en = mistakes.0.iter().map(|it| format!("{}. {}", capital(&it.what), capital(&it.mend)));
    let (nl, en): (Vec<String>, Vec<String>) = (nl.collect(), en.collect());
    Problem::new(Kind::Unfit, nl.join(". "), en.join(". "))
}

fn field(brief: &Brief, mistake: &Mistake, names: &[&str]) -> String {
    let slot = |id: &str, field: &str| {
        let nth = brief.slot.iter().rposition(|slot| slot.id == id)?;
        Some(format!("slot-{nth}-{field}"))
    };
    let select = |id: &str| {
        let nth: usize = id.strip_prefix("select-")?.parse().ok()?;
        Some(format!("select-{}-by", nth.checked_sub(1)?))
    };
    let what = mistake.what.as_str();
    let of = |nth: usize| names.get(nth).copied().unwrap_or_default();
    let found = if what.starts_with("unknown purpose") {
        Some("purpose".to_owned())
    } else if what.starts_with("unknown signal") {
        slot(of(1), "uses").or_else(|| select(of(1)))
    } else if what.ends_with("stands twice") {
        slot(of(0), "id").or_else(|| select(of(0)))
    } else if what.ends_with("chooses recipients by no signal") {
        select(of(0)).or_else(|| slot(of(0), "uses"))
    } else if what.ends_with("is no moment") {
        Some("planned".to_owned())
    } else if what.starts_with("the text of slot") {
        slot(of(0), "text")
    } else if what.starts_with("the layout of the mail (text)") {
        Some("mail_text".to_owned())
    } else if what.starts_with("the layout of the mail")
        || what.starts_with("the MJML")
        || what.starts_with("a slot decides where")
    {
        Some("mail_mjml".to_owned())
    } else {
        None
    };
    found.unwrap_or_default()
}

fn dutch(mistake: &Mistake, names: &[&str]) -> (String, String) {
    let of = |nth: usize| names.get(nth).copied().unwrap_or_default();
    let (what, near) = mistake.what.split_once("; did you mean").map_or_else(
        || (mistake.what.as_str(), String::new()),
        |(what, near)| (what, format!("; bedoelde je{}", near.trim_end_matches('?'))),
    );
    let (said, mend) = if what.starts_with("unknown purpose") {
        (format!("Het doel `{}` staat niet in de Code{near}", of(0)), "Kies een doel uit de lijst")
    } else if what.starts_with("unknown signal") {
        (
            format!("Het gegeven `{}` staat niet in de Code{near}", of(0)),
            "Kies gegevens uit de lijst",
        )
    } else if what.ends_with("stands twice") {
        (
            format!("Het onderdeel `{}` staat er twee keer", of(0)),
            "Geef elk onderdeel een eigen naam; `select-1` en verder zijn van de keuze van ontvangers",
        )
    } else if what.ends_with("chooses recipients by no signal") {
        (
            "Deze keuze van ontvangers noemt geen gegeven".to_owned(),
            "Kies waarop je kiest, of haal de keuze weg",
        )
    } else if what.ends_with("is no moment") {
        (format!("`{}` is geen moment", of(0)), "Schrijf het als 2026-01-31T10:00")
    } else if what.contains("has no [[slot]]") {
        (
            "De briefing heeft geen onderdelen".to_owned(),
            "Beschrijf minstens één onderdeel van het bericht",
        )
    } else if what.ends_with("which it does not use") {
        (
            format!("De tekst van `{}` noemt `{}`, dat dit onderdeel niet gebruikt", of(0), of(1)),
            "Vink het gegeven aan, of haal het uit de tekst",
        )
    } else if what.starts_with("the text of slot") {
        (
            format!("De tekst van `{}` is niet te lezen", of(0)),
            "Sluit elke `{{` met `}}`, met daartussen de naam van een gegeven",
        )
    } else if what == "the mail has no subject" {
        (
            "De mail heeft geen onderwerp".to_owned(),
            "Voeg een onderdeel toe met de naam `subject` en de soort tekst",
        )
    } else if what == "the mail has no sender" {
        ("De mail heeft geen afzender".to_owned(), "Vul de naam en het adres van de afzender in")
    } else if what.starts_with("the MJML") {
        ("De MJML is niet te lezen".to_owned(), "Kijk op https://mjml.io hoe het moet")
    } else if what.starts_with("a slot decides where") {
        (
            format!("Een onderdeel bepaalt waar een link of plaatje heen leidt: `{}`", of(0)),
            "Begin het adres met de site, zoals https://example.org/{{ greeting }}",
        )
    } else if what.starts_with("the layout of the mail names") {
        (
            format!("De opmaak noemt `{}`, en dat is geen onderdeel van de briefing", of(0)),
            "Noem een onderdeel, met elk streepje geschreven als `_`",
        )
    } else if what.starts_with("the layout of the mail") {
        (
            "De opmaak is niet te lezen".to_owned(),
            "Sluit elke `{{` met `}}`, met daartussen de naam van een onderdeel",
        )
    } else if what.contains("more than") {
        (
            "De briefing leest te veel keuzes en gegevens".to_owned(),
            "Gebruik minder gegevens; alleen wat nodig is, mag (AVG 5, lid 1, onder c)",
        )
    } else {
        return (capital(what), capital(&mistake.mend));
    };
    (said, mend.to_owned())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use maat::code::Sources;

    use super::*;

    fn wrong(change: impl Fn(&mut Brief), lang: Lang) -> Vec<(String, String)> {
        let code = Code::load(&Sources::built_in()).unwrap();
        let example = include_str!("../../../examples/again/brief.toml");
        let mut brief = Brief::parse("brief.toml", example).unwrap();
        change(&mut brief);
        let text = brief_form::toml(&brief).unwrap();
        let checked = check(&code, &brief, &text, lang);
        assert_eq!(checked.proposal.is_some(), checked.wrong.is_empty());
        checked.wrong.into_iter().map(|it| (it.field, it.said)).collect()
    }

    /// A change to the brief, the field it spoils, and a part of what is said in Dutch.
    type Spoilt = (fn(&mut Brief), &'static str, &'static str);

    #[test]
    fn every_mistake_stands_beside_its_field_in_dutch_and_english() {
        assert_eq!(wrong(|_| {}, Lang::Nl), []);
        let spoilt: [Spoilt; 12] = [
            (|it| it.id = "No Good".into(), "id", "korte naam"),
            (|it| it.title.clear(), "title", "Geef een titel"),
            (|it| it.controller.clear(), "company", "Noem het bedrijf"),
            (|it| it.purpose = "tip".into(), "purpose", "bedoelde je `tips`"),
            (|it| it.planned = Some("morgen".into()), "planned", "`morgen` is geen moment"),
            (
                |it| it.slot[1].uses[0] = "purchase.itm".into(),
                "slot-1-uses",
                "staat niet in de Code",
            ),
            (|it| it.slot[2].id = "greeting".into(), "slot-2-id", "twee keer"),
            (|it| it.slot[0].text = "{{ purchase".into(), "slot-0-text", "niet te lezen"),
            (|it| it.slot[0].text = "{{ basket.item }}".into(), "slot-0-text", "niet gebruikt"),
            (|it| it.slot[1].text = "{% for x in y".into(), "slot-1-text", "niet te lezen"),
            (|it| it.slot.clear(), "", "geen onderdelen"),
            (
                |it| it.select.push(maat::brief::Select { by: vec![], why: "x".into() }),
                "select-0-by",
                "noemt geen gegeven",
            ),
        ];
        for (change, field, said) in spoilt {
            let nl = wrong(change, Lang::Nl);
            assert_eq!(nl.len(), 1, "{nl:?}");
            assert_eq!(nl[0].0, field, "{nl:?}");
            assert!(nl[0].1.contains(said), "{nl:?}");
            let en = wrong(change, Lang::En);
            assert_eq!(en[0].0, field);
            assert_ne!(en, nl);
        }
    }
}
