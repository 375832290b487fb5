//! Mistakes in a brief and its texts, in the layout of its mail, and in a worked case.

use serde::Serialize;

use super::Beyond;

/// What is wrong in a brief.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/brief.ftl")]
pub enum InBrief {
    UnknownPurpose { purpose: String, near: Option<String> },
    UnknownSignal { signal: String, slot: String, near: Option<String> },
    SlotTwice { slot: String },
    SelectsByNothing { slot: String },
    NoSlot,
    NoMoment { planned: String },
    ReadsTooMuch { most: usize },
    NotAskable { said: String },
    TextTakesInAnother { slot: String },
    TextNamesUnused { slot: String, name: String },
    TextUnreadable { slot: String, text_line: Option<usize>, said: Option<String> },
    TextBeyondBounds { slot: String, text_line: Option<usize>, beyond: Beyond, most: usize },
    NotTranslated { slot: String, lang: String },
    NoTextSlotOfThatName { slot: String, texts: Vec<String>, near: Option<String> },
    NoTextSlot,
    NoPlainWords { slot: String, lang: String },
    NoTexts,
    MailWithoutSubject,
    MailWithoutSender,
    SlotLeads { link: String },
    MjmlUnreadable { said: String },
    LayoutUnreadable { part: String, said: Option<String> },
    LayoutBeyondBounds { part: String, text_line: Option<usize>, beyond: Beyond, most: usize },
    LayoutNamesNoSlot { part: String, name: String },
    NoMail { channel: String },
    BriefsInTwoFolders,
    BriefTwice { brief: String },
    BriefIdUnfit { brief: String },
    SignaturesStay,
    SignatureDoesNotFit,
    WordsDoNotFit,
    NoAi,
}

/// What is wrong in a worked case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/brief.ftl")]
pub enum InCase {
    CaseUnreadable { said: String },
    CaseAtNoMoment,
    CaseOnNoDay { day: String },
    CaseOfNoDepth { ceiling: u8 },
    CaseOfNoFlag { name: String },
    CaseUndeclared { id: String },
    CaseDiffers { case: String },
}

#[cfg(test)]
impl InBrief {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        let mut all = vec![
            Self::UnknownPurpose { purpose: s("tip"), near: Some(s("tips")) },
            Self::UnknownPurpose { purpose: s("anders"), near: None },
            Self::UnknownSignal {
                signal: s("purchase.itm"),
                slot: s("greeting"),
                near: Some(s("purchase.item")),
            },
            Self::SlotTwice { slot: s("greeting") },
            Self::SelectsByNothing { slot: s("select-1") },
            Self::NoSlot,
            Self::NoMoment { planned: s("morgen") },
            Self::ReadsTooMuch { most: 53 },
            Self::NotAskable { said: s("no such action") },
            Self::TextTakesInAnother { slot: s("greeting") },
            Self::TextNamesUnused { slot: s("greeting"), name: s("basket.item") },
            Self::TextUnreadable { slot: s("greeting"), text_line: Some(2), said: Some(s("eof")) },
            Self::TextUnreadable { slot: s("greeting"), text_line: None, said: None },
            Self::NotTranslated { slot: s("greeting"), lang: s("en") },
            Self::NoTextSlotOfThatName {
                slot: s("greetin"),
                texts: vec![s("greeting"), s("subject")],
                near: Some(s("greeting")),
            },
            Self::NoTextSlot,
            Self::NoPlainWords { slot: s("greeting"), lang: s("en") },
            Self::NoTexts,
            Self::MailWithoutSubject,
            Self::MailWithoutSender,
            Self::SlotLeads { link: s("{{ greeting }}") },
            Self::MjmlUnreadable { said: s("unexpected end") },
            Self::LayoutUnreadable { part: s("text"), said: Some(s("unexpected end")) },
            Self::LayoutUnreadable { part: s("html"), said: None },
            Self::LayoutNamesNoSlot { part: s("text"), name: s("greetings") },
            Self::NoMail { channel: s("web") },
            Self::BriefsInTwoFolders,
            Self::BriefTwice { brief: s("again") },
            Self::BriefIdUnfit { brief: s("Nog een keer") },
            Self::SignaturesStay,
            Self::SignatureDoesNotFit,
            Self::WordsDoNotFit,
            Self::NoAi,
        ];
        for (beyond, text_line) in
            [Some(7), None].iter().flat_map(|it| Beyond::ALL.map(|by| (by, *it)))
        {
            let (slot, part) = (s("greeting"), s("mjml"));
            all.push(Self::TextBeyondBounds { slot, text_line, beyond, most: 60 });
            all.push(Self::LayoutBeyondBounds { part, text_line, beyond, most: 60 });
        }
        all
    }
}

#[cfg(test)]
impl InCase {
    pub(super) fn examples() -> Vec<Self> {
        let s = str::to_owned;
        vec![
            Self::CaseUnreadable { said: s("missing field `given`") },
            Self::CaseAtNoMoment,
            Self::CaseOnNoDay { day: s("gisteren") },
            Self::CaseOfNoDepth { ceiling: 9 },
            Self::CaseOfNoFlag { name: s("tall") },
            Self::CaseUndeclared { id: s("page.x") },
            Self::CaseDiffers { case: s("somebody who objected") },
        ]
    }
}
