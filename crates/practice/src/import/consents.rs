//! What a row says about consents.

mod strings;

use maat::code::{Act, Choice};
use maat::ledger::{At, Event, How, Strength, tcf};
use maat::mistake::InMapping;
use maat::words::Lang;
use maat_store::shown_hash;
use toml::Spanned;

use crate::import::consents::strings::Strings;
use crate::import::map::{Cell, Checker, ConsentFile, ConsentTable, SoftTable, Words};
use crate::import::reject::Reason;
use crate::import::row::RowReader;

/// The mapping of `maat consent import`, checked.
#[derive(Debug)]
pub struct ConsentPlan {
    pub lang: Option<Cell>,
    pub recorded_by: Cell,
    /// Which system and file it is taken over from.
    pub from: String,
    asked: Vec<Asked>,
    strings: Option<Strings>,
    gpc: Option<Gpc>,
}

/// One choice that was answered.
#[derive(Debug)]
struct Asked {
    choice: String,
    at: Cell,
    answer: Cell,
    yes: Vec<String>,
    no: Vec<String>,
    strength: Strength,
    shown: Shown,
    double_opt_in: Option<Cell>,
    soft: Option<Soft>,
}

/// What was shown.
#[derive(Debug)]
enum Shown {
    /// A version of the Code's wording: its hashes in Dutch and English.
    Declared { version: u32, nl: String, en: String },
    /// The text in a cell; if it is a wording of the Code, its version.
    Text { cell: Cell, known: Vec<(String, u32)> },
}

/// The conditions of the soft opt-in (ePrivacy 13(2)).
#[derive(Debug)]
struct Soft {
    sale: Cell,
    offered_at_collection: Cell,
    offered_since: Cell,
    own_similar: Cell,
}

/// A browser that asks not to share.
#[derive(Debug)]
struct Gpc {
    cell: Cell,
    at: Cell,
    /// The choices that allow sharing.
    choices: Vec<String>,
}

/// An answer in a cell.
enum Answer {
    Yes,
    No,
    Nothing,
    Unknown,
}

impl ConsentPlan {
    /// Checks a mapping. Mistakes go to the checker; without any, what is given is whole.
    pub fn check(file: &ConsentFile, from: &str, checker: &mut Checker<'_>) -> Option<Self> {
        checker.column(file.subject.get_ref(), file.subject.span().start);
        let at = checker.maybe(file.at.as_ref());
        let lang = checker.maybe(file.lang.as_ref());
        let recorded_by = checker.cell(&file.recorded_by);
        let start = file.subject.span().start;
        let gpc = file.gpc.as_ref().or_else(|| file.tcf.as_ref()?.get_ref().gpc.as_ref());
        if file.consent.is_empty() && file.tcf.is_none() && gpc.is_none() {
            checker.wrong(start, InMapping::NoConsentMapped);
        }
        if lang.is_none() && !(file.consent.is_empty() && file.tcf.is_none()) {
            checker.wrong(start, InMapping::NoLanguageMapped);
        }
        let mut asked: Vec<Asked> = Vec::new();
        for table in &file.consent {
            let Some(one) = Asked::check(table, at.as_ref(), checker) else { continue };
            if asked.iter().any(|other| other.choice == one.choice) {
                let choice = one.choice.clone();
                let at = table.get_ref().choice.span().start;
                checker.wrong(at, InMapping::ChoiceMappedTwice { choice });
            }
            asked.push(one);
        }
        let strings = file.tcf.as_ref().map(|table| Strings::check(table.get_ref(), checker));
        let gpc = gpc.and_then(|source| {
            let (cell, offset) = (checker.cell(source), source.span().start);
            Gpc::check(cell, offset, at.clone(), checker)
        });
        let from = file.from.clone().unwrap_or_else(|| from.to_owned());
        checker.mistakes.is_empty().then_some(Self { lang, recorded_by, from, asked, strings, gpc })
    }

    /// What a row says.
    pub fn row<'a>(&'a self, row: &mut RowReader<'a>) {
        for asked in &self.asked {
            match asked.answer(row.cells) {
                Answer::Nothing => {}
                Answer::Unknown => {
                    row.unread.push(asked.choice.clone());
                    row.wrong(&asked.answer, Reason::UnknownAnswer);
                }
                Answer::Yes => self.yes(asked, row),
                Answer::No => {
                    let at = row.moment_of_a_no(&asked.at);
                    self.withdraw(&asked.choice, at, row);
                }
            }
        }
        if let Some(strings) = &self.strings {
            strings.row(self, row);
        }
        if let Some(gpc) = &self.gpc {
            gpc.row(self, row);
        }
    }

    fn yes<'a>(&'a self, asked: &'a Asked, row: &mut RowReader<'a>) {
        // Everything is read before anything is given up, so that all flaws are told at once.
        let at = row.moment_of_a_yes(&asked.at, Reason::NoMoment);
        let lang = self.lang(row);
        let shown = asked.shown.hash(lang, row);
        let confirmed = asked
            .double_opt_in
            .as_ref()
            .filter(|cell| cell.get(row.cells).is_some())
            .map(|cell| row.moment(cell, Reason::NoMoment));
        let soft = asked.soft.as_ref().map(|soft| soft.how(row));
        let by = self.by(row);
        let (Some(at), Some(lang), Some((wording, shown)), Some(by)) = (at, lang, shown, by) else {
            return;
        };
        let place = self.from.clone();
        let how = match (soft, confirmed.flatten()) {
            (Some(Some(How::SoftOptIn { sale, .. })), _) if sale > at => {
                if let Some(soft) = &asked.soft {
                    row.wrong(&soft.sale, Reason::SoftUnmet);
                }
                return;
            }
            (Some(Some(how)), _) => how,
            (Some(None), _) => return,
            // An address that was confirmed before says nothing of this form.
            (None, Some(confirmed)) if confirmed >= at => How::DoubleOptIn { place },
            (None, _) => How::Import { from: place },
        };
        let (choice, strength) = (asked.choice.clone(), asked.strength);
        let given =
            Event::ConsentGiven { choice, strength, wording, shown, lang, how, expires: None };
        row.say(at, by, given);
        if let Some(confirmed) = confirmed.flatten() {
            row.say(confirmed, by, Event::AddressConfirmed);
        }
    }

    /// Records a no, whether or not it is known when it was said, and who noted it.
    pub fn withdraw<'a>(&'a self, choice: &str, at: Option<At>, row: &mut RowReader<'a>) {
        let by = self.by(row).unwrap_or(&self.from);
        row.say(at, by, Event::ConsentWithdrawn { choice: choice.to_owned() });
    }

    /// Who recorded a row.
    pub fn by<'a>(&'a self, row: &mut RowReader<'a>) -> Option<&'a str> {
        row.needed(&self.recorded_by, Reason::NoRecorder)
    }

    /// In which language the question was read: `nl`, and `nl-BE` too.
    pub fn lang<'a>(&'a self, row: &mut RowReader<'a>) -> Option<Lang> {
        let cell = self.lang.as_ref()?;
        let text = row.needed(cell, Reason::UnknownLang)?;
        let lang = text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let lang = lang.parse().ok();
        if lang.is_none() {
            row.wrong(cell, Reason::UnknownLang);
        }
        lang
    }
}

impl Asked {
    fn check(
        table: &Spanned<ConsentTable>,
        at: Option<&Cell>,
        checker: &mut Checker<'_>,
    ) -> Option<Self> {
        let (start, table) = (table.span().start, table.get_ref());
        let choice = checker.choice(&table.choice);
        let answer = checker.cell(&table.answer);
        let at = checker.maybe(table.at.as_ref()).or_else(|| at.cloned());
        if at.is_none() {
            checker.wrong(start, InMapping::NoAnswerMomentMapped);
        }
        let words = |all: &[String]| -> Vec<String> {
            all.iter().map(|word| word.trim().to_lowercase()).collect()
        };
        let (yes, no) = (words(table.yes.get_ref()), words(&table.no));
        let yes_at = table.yes.span().start;
        if yes.is_empty() || yes.iter().chain(&no).any(String::is_empty) {
            checker.wrong(yes_at, InMapping::AnswerEmpty);
        }
        if let Some(both) = yes.iter().find(|word| no.contains(word)) {
            checker.wrong(yes_at, InMapping::AnswerBoth { answer: both.clone() });
        }
        let strength = strength(&table.strength, table.soft.is_some(), checker);
        let soft = table.soft.as_ref().map(|soft| Soft::check(soft.get_ref(), checker));
        let double_opt_in = checker.maybe(table.double_opt_in.as_ref());
        let shown = choice.and_then(|choice| Shown::check(&table.wording, choice, checker))?;
        let choice = choice?.id.clone();
        let (at, strength) = (at?, strength?);
        Some(Self { choice, at, answer, yes, no, strength, shown, double_opt_in, soft })
    }

    fn answer(&self, cells: &[Option<String>]) -> Answer {
        let Some(answer) = self.answer.get(cells) else { return Answer::Nothing };
        let answer = answer.to_lowercase();
        if self.yes.contains(&answer) {
            Answer::Yes
        } else if self.no.contains(&answer) {
            Answer::No
        } else {
            Answer::Unknown
        }
    }
}

fn strength(
    word: &Spanned<String>,
    conditions: bool,
    checker: &mut Checker<'_>,
) -> Option<Strength> {
    let start = word.span().start;
    let known = [Strength::Soft, Strength::Given, Strength::Explicit];
    let found = known.into_iter().find(|it| it.word() == word.get_ref());
    match (found, conditions) {
        (None, _) => {
            let strength = word.get_ref().clone();
            checker.wrong(start, InMapping::NoStrength { strength });
        }
        (Some(Strength::Soft), false) => checker.wrong(start, InMapping::SoftWithoutConditions),
        (Some(Strength::Given | Strength::Explicit), true) => {
            checker.wrong(start, InMapping::ConditionsWithoutSoft);
        }
        _ => {}
    }
    found
}

impl Shown {
    fn check(words: &Spanned<Words>, choice: &Choice, checker: &mut Checker<'_>) -> Option<Self> {
        let start = words.span().start;
        match words.get_ref() {
            Words::Text(column) => {
                let cell = checker.column(column, start);
                let hashes = choice.wording.iter().flat_map(|words| {
                    [&words.nl, &words.en].map(|text| (shown_hash(text), words.version))
                });
                Some(Self::Text { cell, known: hashes.collect() })
            }
            Words::Version(version) => {
                let found = choice.wording.iter().find(|words| words.version == *version);
                if found.is_none() {
                    let known = choice.wording.iter().map(|words| words.version.to_string());
                    let (choice, known) = (choice.id.clone(), known.collect());
                    let none = InMapping::NoWording { choice, version: *version, known };
                    checker.wrong(start, none);
                }
                let found = found?;
                let (nl, en) = (shown_hash(&found.nl), shown_hash(&found.en));
                Some(Self::Declared { version: *version, nl, en })
            }
        }
    }

    /// The version and the hash of what was shown. Words that are none of the Code's have version
    /// 0, so that the person is asked again.
    fn hash<'a>(&'a self, lang: Option<Lang>, row: &mut RowReader<'a>) -> Option<(u32, String)> {
        match self {
            Self::Declared { version, nl, en } => {
                lang.map(|lang| (*version, lang.pick(nl, en).to_owned()))
            }
            Self::Text { cell, known } => {
                let hash = shown_hash(row.needed(cell, Reason::NoShownText)?);
                let version = known.iter().find(|(known, _)| *known == hash).map(|known| known.1);
                Some((version.unwrap_or(0), hash))
            }
        }
    }
}

impl Soft {
    fn check(table: &SoftTable, checker: &mut Checker<'_>) -> Self {
        Self {
            sale: checker.cell(&table.sale),
            offered_at_collection: checker.cell(&table.offered_at_collection),
            offered_since: checker.cell(&table.offered_since),
            own_similar: checker.cell(&table.own_similar),
        }
    }

    /// The soft opt-in, if all of its conditions hold; else each that does not is a flaw.
    fn how<'a>(&'a self, row: &mut RowReader<'a>) -> Option<How> {
        let sale = row.moment(&self.sale, Reason::SoftIncomplete);
        let mut holds = true;
        for cell in [&self.offered_at_collection, &self.offered_since, &self.own_similar] {
            let reason = match cell.get(row.cells).map(str::to_ascii_lowercase).as_deref() {
                Some("true" | "1" | "yes" | "ja") => continue,
                Some("false" | "0" | "no" | "nee") => Reason::SoftUnmet,
                _ => Reason::SoftIncomplete,
            };
            holds = false;
            row.wrong(cell, reason);
        }
        sale.filter(|_| holds).map(|sale| How::SoftOptIn {
            sale,
            offered_at_collection: true,
            offered_since: true,
            own_similar: true,
        })
    }
}

impl Gpc {
    fn check(
        cell: Cell,
        offset: usize,
        at: Option<Cell>,
        checker: &mut Checker<'_>,
    ) -> Option<Self> {
        let choices = checker.code.declared().choices.iter();
        let choices: Vec<String> = choices
            .filter(|choice| choice.allows.contains(&Act::Export))
            .map(|choice| choice.id.clone())
            .collect();
        if choices.is_empty() {
            checker.wrong(offset, InMapping::NothingIsShared);
        }
        if at.is_none() {
            checker.wrong(offset, InMapping::NoGpcMomentMapped);
        }
        at.map(|at| Self { cell, at, choices })
    }

    fn row<'a>(&'a self, plan: &'a ConsentPlan, row: &mut RowReader<'a>) {
        match self.cell.get(row.cells) {
            None | Some("0" | "false") => {}
            value if tcf::gpc(value) || value == Some("true") => {
                let at = row.moment_of_a_no(&self.at);
                for choice in &self.choices {
                    plan.withdraw(choice, at, row);
                }
            }
            Some(_) => row.wrong(&self.cell, Reason::UnknownGpc),
        }
    }
}
