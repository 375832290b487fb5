//! What a marketer reads of a run: one view for the terminal, JSON and the report.

use std::collections::BTreeMap;

use maat::code::{Channel, Code};
use maat::compose::explanation;
use maat::gate::{Proposal, Reason, Verdict};
use maat::profile::Moment;
use maat::words::Lang;
use maat_audience::{Counted, Tally};
use serde::Serialize;

use crate::numbers::percent;
use crate::promises::Promises;
use crate::time::written_hour;

/// The summary of a run.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// The language that everything below is in.
    pub lang: Lang,
    /// The brief's title.
    pub title: String,
    /// Whose campaign it is.
    pub controller: String,
    /// By what it reaches people, in words.
    pub channel: String,
    /// What for, in the Code's words.
    pub purpose: String,
    /// When it was to reach people, to the hour.
    pub moment: String,
    /// The Code's name.
    pub code: String,
    /// The Code's version, as it says itself.
    pub code_version: String,
    /// The hash of the Code's files.
    pub code_hash: String,
    /// How the Code's promises stand.
    pub promises: Promises,
    /// The same in one line of words.
    pub promises_line: String,
    /// How many rows were judged.
    pub rows: u64,
    /// How often a rule of the Code was evaluated, for all rows together.
    pub rule_evaluations: usize,
    /// How many rows each verdict has; all three, also those with none.
    pub verdicts: Vec<VerdictLine>,
    /// The rules that bit, those that touch most rows first.
    pub reasons: Vec<ReasonLine>,
    /// How personal it may be for how many rows, the deepest first.
    pub depths: Vec<DepthLine>,
    /// At most three verdicts as a customer would read them.
    pub samples: Vec<Sample>,
    /// What whoever sends it has to do beside, in the Code's words.
    pub obligations: Vec<String>,
    /// The marketer's own answers in the brief.
    pub questions: Vec<Question>,
    /// Whose signature holds for the brief as it is.
    pub reviewers: Vec<String>,
    /// Who signed a version that was changed since.
    pub void_reviews: Vec<String>,
    /// What was wrong with rows, so that they are refused.
    pub faults: Vec<FaultLine>,
}

/// How many rows have a verdict.
#[derive(Debug, Serialize)]
pub struct VerdictLine {
    /// The verdict's word.
    pub verdict: &'static str,
    /// The verdict in a marketer's words.
    pub label: String,
    /// How many rows.
    pub count: u64,
    /// Which part of all rows, in words.
    pub share: String,
}

/// A rule that bit, for one signal where its words name one.
#[derive(Debug, Serialize)]
pub struct ReasonLine {
    /// The rule's id.
    pub id: String,
    /// The layer of the Code it stands in: its word.
    pub layer: &'static str,
    /// The layer in words.
    pub layer_label: String,
    /// The principle it serves: its word.
    pub principle: &'static str,
    /// The principle in words.
    pub principle_label: String,
    /// Where the rule comes from: an article of law, or the Code's own.
    pub cite: String,
    /// The signal that it bit on.
    pub signal: Option<String>,
    /// Why it bites.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// Rows it refuses.
    pub refused: u64,
    /// Rows it only makes plainer.
    pub softened: u64,
    /// Rows that it touches.
    pub rows: u64,
    /// Which part of all rows that is, in words.
    pub share: String,
}

/// How many rows may be addressed this personally.
#[derive(Debug, Serialize)]
pub struct DepthLine {
    /// How personal, 0 (not at all) to 5.
    pub depth: u8,
    /// The depth in the Code's words.
    pub label: String,
    /// The signal that sets it, in words.
    pub set_by: Option<String>,
    /// How many rows.
    pub count: u64,
    /// Which part of all rows, in words.
    pub share: String,
}

/// One verdict, as its customer would read it.
#[derive(Debug, Serialize)]
pub struct Sample {
    /// A customer who has it.
    pub subject: String,
    /// The verdict's word.
    pub verdict: &'static str,
    /// The verdict in a marketer's words.
    pub label: String,
    /// Why they get it, or do not.
    pub explanation: String,
}

/// One of the three questions of a brief.
#[derive(Debug, Serialize)]
pub struct Question {
    /// What is asked.
    pub question: String,
    /// What the marketer answered.
    pub answer: String,
}

/// One kind of fault that rows have.
#[derive(Debug, Serialize)]
pub struct FaultLine {
    /// The id of the reason why such rows are refused.
    pub id: String,
    /// What is wrong.
    pub why: String,
    /// How to mend it.
    pub remedy: String,
    /// How many rows have it.
    pub count: u64,
    /// Where it stands first, in words.
    pub places: Vec<String>,
}

/// The verdict in a marketer's words.
pub fn verdict_label(lang: Lang, verdict: Verdict) -> String {
    let (nl, en) = match verdict {
        Verdict::Allow => ("mag zoals het is", "may go as it is"),
        Verdict::Soften => ("mag, minder persoonlijk", "may go, less personal"),
        Verdict::Refuse => ("mag niet", "may not go"),
    };
    lang.pick(nl, en).to_owned()
}

/// A channel, in words.
pub fn channel_label(lang: Lang, channel: Channel) -> &'static str {
    match channel {
        Channel::Email => lang.pick("mail", "mail"),
        Channel::Web => lang.pick("website", "website"),
        Channel::Ads => lang.pick("advertentie", "advertisement"),
    }
}

impl Summary {
    /// Puts a run into words.
    pub fn new(lang: Lang, code: &Code, proposal: &Proposal, now: Moment, tally: &Tally) -> Self {
        let promises = Promises::of(code);
        let brief = proposal.brief();
        let reviewers = brief.reviewers(code);
        // Who signed again after an edit has signed.
        let void = brief.void_reviews(code).into_iter().map(|review| review.by.trim());
        let void = void.filter(|name| !reviewers.contains(name)).map(str::to_owned).collect();
        let view = View { lang, code, proposal, tally };
        let questions = [
            (
                lang.pick(
                    "Is het van belang voor de klant, of vooral voor ons?",
                    "Is it relevant to the customer, or mostly to us?",
                ),
                &brief.questions.relevant,
            ),
            (
                lang.pick("Is het duidelijk waarom je dit krijgt?", "Is it clear why they get it?"),
                &brief.questions.clear,
            ),
            (
                lang.pick("Zou je dit zelf willen krijgen?", "Would you like to get it yourself?"),
                &brief.questions.welcome,
            ),
        ];
        Self {
            lang,
            title: brief.title.clone(),
            controller: brief.controller.clone(),
            channel: channel_label(lang, brief.channel).to_owned(),
            purpose: proposal.purpose().label.get(lang).to_owned(),
            moment: written_hour(now, lang),
            code: code.declared().name.get(lang).to_owned(),
            code_version: code.declared().version.clone(),
            code_hash: code.hash().to_owned(),
            promises_line: promises.line(lang),
            promises,
            rows: tally.rows,
            rule_evaluations: tally.evaluated,
            verdicts: view.verdicts(),
            reasons: view.reasons(),
            depths: view.depths(),
            samples: view.samples(),
            obligations: view.obligations(),
            questions: questions
                .into_iter()
                .map(|(question, answer)| Question {
                    question: question.to_owned(),
                    answer: answer.clone(),
                })
                .collect(),
            reviewers: reviewers.into_iter().map(str::to_owned).collect(),
            void_reviews: void,
            faults: view.faults(),
        }
    }
}

struct View<'a> {
    lang: Lang,
    code: &'a Code,
    proposal: &'a Proposal,
    tally: &'a Tally,
}

impl View<'_> {
    fn share(&self, count: u64) -> String {
        percent(self.lang, count, self.tally.rows)
    }

    fn verdicts(&self) -> Vec<VerdictLine> {
        let line = |verdict: Verdict| {
            let count = self.tally.verdict(verdict);
            let label = verdict_label(self.lang, verdict);
            VerdictLine { verdict: verdict.word(), label, count, share: self.share(count) }
        };
        Verdict::ALL.into_iter().map(line).collect()
    }

    /// One line for each rule and, where its words name a signal, for each signal.
    fn reasons(&self) -> Vec<ReasonLine> {
        let rules = self.tally.rules();
        let mut lines: BTreeMap<(String, String), (Reason, u64, u64)> = BTreeMap::new();
        for counted in &self.tally.reasons {
            let reason = &counted.reason;
            let names_signal = reason.rule.why.nl.contains("{signal}");
            let signal = reason.signal.as_ref().filter(|_| names_signal);
            let key = (reason.rule.id.clone(), signal.map(|it| it.id.clone()).unwrap_or_default());
            let none = || (reason.clone(), 0, 0);
            let (_, held, eased) = lines.entry(key).or_insert_with(none);
            let rule = rules.iter().find(|rule| !names_signal && rule.id == reason.rule.id);
            // A row on which one rule bites twice counts once.
            (*held, *eased) = rule
                .map_or((*held + counted.refused, *eased + counted.softened), |rule| {
                    (rule.refused, rule.softened)
                });
        }
        let mut lines: Vec<ReasonLine> = lines.into_values().map(|it| self.reason(&it)).collect();
        lines.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.id.cmp(&b.id)));
        lines
    }

    fn reason(&self, (reason, refused, softened): &(Reason, u64, u64)) -> ReasonLine {
        let (code, rule) = (self.code, &reason.rule);
        ReasonLine {
            id: rule.id.clone(),
            layer: rule.layer.word(),
            layer_label: rule.layer.label().get(self.lang).to_owned(),
            principle: rule.principle.word(),
            principle_label: rule.principle.label().get(self.lang).to_owned(),
            cite: code.cite(rule, self.lang),
            signal: reason.signal.as_ref().map(|signal| signal.id.clone()),
            why: reason.why(self.lang, code, self.proposal),
            remedy: reason.remedy(self.lang, code, self.proposal),
            refused: *refused,
            softened: *softened,
            rows: refused + softened,
            share: self.share(refused + softened),
        }
    }

    fn depths(&self) -> Vec<DepthLine> {
        let mut counts: BTreeMap<(u8, Option<String>), u64> = BTreeMap::new();
        for counted in
            self.tally.decisions.iter().filter(|it| it.decision.verdict != Verdict::Refuse)
        {
            let decision = &counted.decision;
            let set_by =
                decision.depth_set_by.as_ref().map(|it| it.label.get(self.lang).to_owned());
            *counts.entry((decision.depth, set_by)).or_default() += counted.count;
        }
        let words = &self.code.words().get(self.lang).depth;
        let line = |((depth, set_by), count): ((u8, Option<String>), u64)| DepthLine {
            depth,
            label: words.get(usize::from(depth)).cloned().unwrap_or_default(),
            set_by,
            count,
            share: self.share(count),
        };
        counts.into_iter().rev().map(line).collect()
    }

    /// Three explanations: the commonest of each verdict first, then the next commonest.
    fn samples(&self) -> Vec<Sample> {
        let readable =
            |it: &&Counted| !it.decision.reason_ids().iter().any(|id| id.starts_with("row."));
        let all: Vec<&Counted> = self.tally.decisions.iter().filter(readable).collect();
        let first = |verdict| all.iter().position(|it| it.decision.verdict == verdict);
        let mut picked: Vec<usize> = Verdict::ALL.into_iter().filter_map(first).collect();
        picked
            .extend((0..all.len()).filter(|nth| !picked.contains(nth)).take(3).collect::<Vec<_>>());
        picked.truncate(3);
        picked.sort_by_key(|nth| all.get(*nth).map(|it| it.decision.verdict));
        picked.into_iter().filter_map(|nth| all.get(nth)).map(|it| self.sample(it)).collect()
    }

    fn sample(&self, counted: &Counted) -> Sample {
        Sample {
            subject: counted.first.first().cloned().unwrap_or_default(),
            verdict: counted.decision.verdict.word(),
            label: verdict_label(self.lang, counted.decision.verdict),
            explanation: explanation(self.lang, self.code, self.proposal, &counted.decision),
        }
    }

    fn obligations(&self) -> Vec<String> {
        let mut ids: Vec<&String> = Vec::new();
        for id in self.tally.decisions.iter().flat_map(|it| &it.decision.obligations) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let words = &self.code.words().get(self.lang).obligation;
        ids.into_iter().filter_map(|id| words.get(id).cloned()).collect()
    }

    fn faults(&self) -> Vec<FaultLine> {
        let line = |it: &maat_audience::FaultCount| {
            let rule = self.code.reason(it.fault.reason());
            let text = |get: fn(&maat::code::Rule) -> &maat::words::Text| {
                rule.map_or_else(String::new, |rule| get(rule).get(self.lang).to_owned())
            };
            let place = |place: &maat_audience::Place| {
                let at = match place.line {
                    Some(line) => format!("{} {line}", self.lang.pick("regel", "line")),
                    None => format!("{} {}", self.lang.pick("rij", "row"), place.row),
                };
                format!("{at}: {}", place.what)
            };
            FaultLine {
                id: it.fault.reason().to_owned(),
                why: text(|rule| &rule.why),
                remedy: text(|rule| &rule.remedy),
                count: it.count,
                places: it.first.iter().map(place).collect(),
            }
        };
        self.tally.faults.0.iter().map(line).collect()
    }
}
