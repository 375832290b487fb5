//! What the preference centre shows of one person: everything, in words, of one moment.

use maat::code::{Choice, Code, Sensitivity, Source};
use maat::ledger::{At, Consent, DEEPEST, Mark, Strength};
use maat::words::{Lang, capitalised};
use maat_practice::known::words;
use maat_practice::time::written;
use maat_service::problem::Problem;
use maat_service::service::Service;
use maat_store::{ControllerId, Entry, Known, stale_wording};
use serde::Serialize;

/// Things of the past that are shown.
const MOST_PAST: usize = 60;

/// The page.
#[derive(Debug, Serialize)]
pub struct View {
    pub base: String,
    pub said: Option<Said>,
    pub objected: Option<String>,
    pub restricted: bool,
    pub suppressed: bool,
    pub anything_on: bool,
    pub groups: Vec<Group>,
    pub depth: Depth,
    pub pause: Option<String>,
    pub rhythm: u32,
    pub signals: Vec<SignalView>,
    pub barred: Vec<[String; 3]>,
    pub history: Vec<[String; 2]>,
    pub messages: Vec<[String; 3]>,
    pub requests: Vec<RequestView>,
    pub code: [String; 2],
    pub rules_url: Option<String>,
    /// Whether they came through their own mailbox, by a code.
    pub mailed: bool,
    /// Whether a value is not shown, for they did not.
    pub hidden_values: bool,
    /// Where they ask for a code; nothing where none can be mailed.
    pub enter: Option<String>,
    /// Who else can help.
    pub contact: Option<String>,
}

/// What was just done.
#[derive(Debug, Serialize)]
pub struct Said {
    pub good: bool,
    pub text: String,
}

/// Choices that hold in the same places for the same purposes.
#[derive(Debug, Serialize)]
pub struct Group {
    pub places: String,
    pub purposes: String,
    pub choices: Vec<ChoiceView>,
}

/// One choice.
#[derive(Debug, Serialize)]
pub struct ChoiceView {
    pub id: String,
    /// The question, exactly as it is hashed; for one that cannot be asked here, as it stands.
    pub question: String,
    pub can_ask: bool,
    pub wording: u32,
    /// `yes`, `no`, `soft` or `none`.
    pub answer: &'static str,
    pub since: String,
    pub stale: bool,
    pub explicit: bool,
    /// Whether a yes waits for a code to their own mailbox.
    pub guarded: bool,
    pub means: String,
    pub example: String,
    pub uses: Vec<String>,
}

/// How personal it may be.
#[derive(Debug, Serialize)]
pub struct Depth {
    pub value: u8,
    pub words: Vec<String>,
}

/// One thing that is known.
#[derive(Debug, Serialize)]
pub struct SignalView {
    pub id: String,
    pub label: String,
    pub value: String,
    pub source: &'static str,
    pub from: String,
    pub since: String,
    pub until: String,
    pub purposes: String,
    pub guess: bool,
    pub special: bool,
    /// Whether its value is shown only after a code to their own mailbox, which they did not come by.
    pub guarded: bool,
}

/// One request.
#[derive(Debug, Serialize)]
pub struct RequestView {
    pub right: String,
    pub received: String,
    pub due: String,
    pub answered: String,
    pub outcome: String,
    pub late: bool,
}

/// What a page is made from.
pub struct Of<'a> {
    pub service: &'a Service,
    pub controller: &'a ControllerId,
    pub code: &'a Code,
    pub company: &'a str,
    pub lang: Lang,
    pub now: At,
    /// Whether the person came through their own mailbox, by a code.
    pub mailed: bool,
}

impl Of<'_> {
    /// Everything, from what is known and the entries it follows from.
    pub fn view(
        &self,
        base: String,
        said: Option<Said>,
        (known, entries): &(Known, Vec<Entry>),
    ) -> Result<View, Problem> {
        let standing = known.standing.unwrap_or_default();
        let holds = |mark: Option<Mark>| mark.filter(|mark| mark.holds);
        let (groups, signals) = (self.groups(known), self.signals(known));
        let on = |choice: &ChoiceView| matches!(choice.answer, "yes" | "soft");
        Ok(View {
            base,
            said,
            objected: holds(standing.objected).map(|mark| self.day(mark.at)),
            restricted: holds(standing.restricted).is_some(),
            suppressed: holds(standing.suppressed).is_some(),
            anything_on: groups.iter().flat_map(|group| &group.choices).any(on),
            hidden_values: signals.iter().any(|it| it.guarded),
            mailed: self.mailed,
            enter: self.service.code_mail().map(|_| format!("/p/{}", self.controller)),
            contact: self.service.party().map(|party| party.contact.clone()),
            groups,
            depth: Depth {
                value: standing.ceiling.map_or(DEEPEST, |wish| wish.value),
                words: (0..=DEEPEST).map(|it| words::depth(self.code, it, self.lang)).collect(),
            },
            pause: standing
                .pause
                .and_then(|wish| wish.value)
                .filter(|until| self.now < *until)
                .map(|until| self.day(until)),
            rhythm: standing.rhythm.map_or(0, |wish| wish.value),
            signals,
            barred: self.barred(known),
            history: self.history(entries)?,
            messages: self.messages(known),
            requests: self.requests(known),
            code: [
                format!(
                    "{} {}",
                    self.code.declared().name.get(self.lang),
                    self.code.declared().version
                ),
                self.code.hash().to_owned(),
            ],
            rules_url: self.service.rules_url().map(str::to_owned),
        })
    }

    /// A moment as a day and time.
    pub fn day(&self, at: At) -> String {
        written(at, self.code, self.lang)
    }

    fn groups(&self, known: &Known) -> Vec<Group> {
        let mut groups: Vec<(&Choice, Group)> = Vec::new();
        for choice in &self.code.declared().choices {
            let own = known.consents.get(&choice.id).copied().unwrap_or_default();
            let Some(view) = self.choice(choice, &own) else { continue };
            let same = |(first, _): &&mut (&Choice, Group)| {
                first.channels == choice.channels && first.purposes == choice.purposes
            };
            if let Some((_, group)) = groups.iter_mut().find(same) {
                group.choices.push(view);
                continue;
            }
            let group = Group {
                places: words::places(&choice.channels, self.lang),
                purposes: words::purposes(self.code, &choice.purposes, self.lang),
                choices: vec![view],
            };
            groups.push((choice, group));
        }
        groups.into_iter().map(|(_, group)| group).collect()
    }

    fn choice(&self, choice: &Choice, own: &Consent) -> Option<ChoiceView> {
        let newest = choice.wording.last()?;
        let question = words::question(choice, newest.version, self.lang, self.company);
        let strength = own.strength(self.now);
        let answer = match strength {
            Strength::None if own.given.is_none() && own.withdrawn.is_none() => "none",
            Strength::None => "no",
            Strength::Soft => "soft",
            Strength::Given | Strength::Explicit => "yes",
        };
        let since = match strength {
            Strength::None => own.withdrawn.or(own.given.and_then(|given| given.expires)),
            _ => own.given.map(|given| given.at),
        };
        let stale = |given| stale_wording(self.code, &choice.id, given);
        let text = |text: &Option<maat::words::Text>| {
            text.as_ref().map_or_else(String::new, |text| text.get(self.lang).to_owned())
        };
        let kept = |id: &String| {
            let signal = self.code.declared().signal(id)?;
            let (label, days) = (signal.label.get(self.lang), signal.retention_days);
            Some(match self.lang {
                Lang::Nl => format!("{label} (bewaard: {days} dagen)"),
                Lang::En => format!("{label} (kept: {days} days)"),
            })
        };
        let explicit = words::is_explicit(self.code, choice);
        Some(ChoiceView {
            id: choice.id.clone(),
            guarded: explicit && !self.mailed && question.is_some(),
            can_ask: question.is_some(),
            question: question
                .unwrap_or_else(|| words::open_question(self.lang.pick(&newest.nl, &newest.en))),
            wording: newest.version,
            answer,
            since: since.map_or_else(String::new, |at| self.day(at)),
            stale: strength != Strength::None && own.given.as_ref().is_some_and(stale),
            explicit,
            means: text(&choice.means),
            example: text(&choice.example),
            uses: choice.signals.iter().filter_map(kept).collect(),
        })
    }

    fn signals(&self, known: &Known) -> Vec<SignalView> {
        let told =
            known.signals.iter().filter_map(|(id, own)| Some((id, own, own.known.as_ref()?)));
        told.map(|(id, own, seen)| {
            let declared = self.code.declared().signal(id);
            let guarded = !self.mailed && words::is_guarded(self.code, id);
            let kept = declared.map(|it| seen.on.plus_days(it.retention_days.into()));
            let until = match (kept, seen.expires) {
                (Some(kept), Some(own)) => Some(kept.min(own)),
                (kept, own) => kept.or(own),
            };
            SignalView {
                id: id.clone(),
                label: capitalised(&words::label(self.code, id, self.lang)),
                value: if guarded { String::new() } else { seen.value.clone() },
                guarded,
                source: words::source_of(declared, own, self.lang),
                from: if words::put_right(own) { String::new() } else { seen.source.clone() },
                since: self.day(seen.on),
                until: until.map_or_else(String::new, |at| self.day(at)),
                purposes: declared.map_or_else(String::new, |it| {
                    words::purposes(self.code, &it.collected_for, self.lang)
                }),
                guess: !words::put_right(own)
                    && declared.is_some_and(|it| it.source == Source::Inferred),
                special: declared.is_some_and(|it| it.sensitivity == Sensitivity::Special),
            }
        })
        .collect()
    }

    fn barred(&self, known: &Known) -> Vec<[String; 3]> {
        let bars = known.barred.iter().filter(|(_, mark)| mark.holds);
        bars.map(|(id, mark)| {
            [id.clone(), words::label(self.code, id, self.lang), self.day(mark.at)]
        })
        .collect()
    }

    fn history(&self, entries: &[Entry]) -> Result<Vec<[String; 2]>, Problem> {
        let mut told = Vec::new();
        for entry in entries.iter().rev() {
            let Some(record) = entry.record()? else { continue };
            if let Some(said) = words::happened(self.code, &record.event, self.lang) {
                told.push([self.day(entry.at), said]);
            }
            if told.len() == MOST_PAST {
                break;
            }
        }
        Ok(told)
    }

    fn messages(&self, known: &Known) -> Vec<[String; 3]> {
        let newest = known.messages.iter().rev().take(MOST_PAST);
        newest
            .map(|one| {
                let known = self.service.controller(self.controller);
                let campaign = known.and_then(|own| own.campaigns.get(&one.brief));
                let title = campaign.map(|own| own.proposal().brief().title.clone());
                let channel = words::channel(self.code, &one.channel, self.lang);
                [self.day(one.at), title.unwrap_or_else(|| one.brief.clone()), channel]
            })
            .collect()
    }

    fn requests(&self, known: &Known) -> Vec<RequestView> {
        let when = |at: Option<At>| at.map_or_else(String::new, |at| self.day(at));
        let view = |one: &maat_store::Request| RequestView {
            right: one.right.map_or_else(String::new, |right| {
                capitalised(words::right(right.word(), self.lang))
            }),
            received: when(one.received),
            due: when(one.due),
            answered: when(one.answered),
            outcome: one.outcome.clone().unwrap_or_default(),
            late: one.late(self.now),
        };
        known.requests.values().map(view).collect()
    }
}
