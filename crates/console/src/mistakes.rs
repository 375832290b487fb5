//! Mistakes in a brief, each with the field it stands in and in the reader's language.

use maat::brief::{Brief, SUBJECT};
use maat::code::{Channel, Code};
use maat::compose::Templates;
use maat::gate::Proposal;
use maat::mistake::{InBrief, Kind as Mistaken, Mistake, Mistakes};
use maat::words::{Lang, capitalised};
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

/// A mistake beside the field that its kind names; else it is told for the whole.
fn placed(brief: &Brief, mistake: &Mistake, lang: Lang) -> Wrong {
    Wrong { field: field(brief, mistake).unwrap_or_default(), said: said(mistake, lang) }
}

/// In sentences, as a form tells it.
pub fn said(mistake: &Mistake, lang: Lang) -> String {
    let [what, mend] = [mistake.what(lang), mistake.mend_in_form(lang)];
    format!("{}. {}.", capitalised(&what), capitalised(&mend))
}

/// What keeps a brief from being a mail, on a page of its own.
pub fn problem(mistakes: &Mistakes) -> Problem {
    let told = |lang| {
        let all: Vec<String> = mistakes.0.iter().map(|it| said(it, lang)).collect();
        all.join(" ").trim_end_matches('.').to_owned()
    };
    Problem::new(Kind::Unfit, told(Lang::Nl), told(Lang::En))
}

/// The field that a mistake stands in.
fn field(brief: &Brief, mistake: &Mistake) -> Option<String> {
    let Mistaken::Brief(kind) = &*mistake.kind else { return None };
    let slot = |id: &str, field: &str| {
        let nth = brief.slot.iter().rposition(|slot| slot.id == id)?;
        Some(format!("slot-{nth}-{field}"))
    };
    let select = |id: &str| {
        let nth: usize = id.strip_prefix("select-")?.parse().ok()?;
        Some(format!("select-{}-by", nth.checked_sub(1)?))
    };
    match kind {
        InBrief::UnknownPurpose { .. } => Some("purpose".to_owned()),
        InBrief::UnknownSignal { slot: id, .. } => slot(id, "uses").or_else(|| select(id)),
        InBrief::SlotTwice { slot: id } => slot(id, "id").or_else(|| select(id)),
        InBrief::SelectsByNothing { slot: id } => select(id).or_else(|| slot(id, "uses")),
        InBrief::NoMoment { .. } => Some("planned".to_owned()),
        InBrief::TextUnreadable { slot: id, .. }
        | InBrief::TextBeyondBounds { slot: id, .. }
        | InBrief::TextTakesInAnother { slot: id }
        | InBrief::TextNamesUnused { slot: id, .. } => slot(id, "text"),
        InBrief::LayoutUnreadable { part, .. }
        | InBrief::LayoutBeyondBounds { part, .. }
        | InBrief::LayoutNamesNoSlot { part, .. }
            if part == "text" =>
        {
            Some("mail_text".to_owned())
        }
        InBrief::LayoutUnreadable { .. }
        | InBrief::LayoutBeyondBounds { .. }
        | InBrief::LayoutNamesNoSlot { .. }
        | InBrief::MjmlUnreadable { .. }
        | InBrief::SlotLeads { .. } => Some("mail_mjml".to_owned()),
        _ => None,
    }
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
