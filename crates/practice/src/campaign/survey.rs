//! A campaign put to everybody in the ledger, before anything leaves: who would get it, how many
//! share each text, and what is made plainer so that enough do.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use maat::code::Code;
use maat::ledger::At;
use maat::precision::{Narrowed, Texts, asked};
use maat_store::Scope;

use crate::campaign::letters::Letters;
use crate::campaign::no_mail::PRECISION;
use crate::trouble::Trouble;

/// People that are read at a time.
const PAGE: u32 = 1000;

/// Who would get a campaign.
#[derive(Debug)]
pub struct Survey {
    /// Whoever the gate lets it reach, by the number that they have in the texts.
    pub people: Vec<String>,
    /// Their texts.
    pub texts: Texts,
    /// How many do not get it, by the first rule that refuses; or [`PRECISION`].
    pub held: BTreeMap<String, u64>,
}

impl Survey {
    /// Puts a campaign to everybody. `shown` is told how many are done, of how many.
    pub fn of(
        code: &Code,
        letters: &Letters,
        scope: &Scope<'_>,
        now: At,
        shown: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Self, Trouble> {
        let texts = Texts::new(letters.plain())
            .ok_or_else(|| Trouble::fault("a mail has at most 32 slots"))?;
        let subjects = everybody(scope)?;
        let whole = subjects.len();
        let own = Mutex::new(Self { people: Vec::new(), texts, held: BTreeMap::new() });
        let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
        let pages: Vec<&[String]> = subjects.chunks(PAGE as usize).collect();
        let asks = Asks { code, letters, scope, now };
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|threaded| {
            for _ in 0..threads {
                threaded.spawn(|| {
                    while let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if let Err(error) = asks.page(page, &own) {
                            let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                            *failed = Some(error);
                            next.store(pages.len(), Ordering::Relaxed);
                        }
                        let done = next.load(Ordering::Relaxed).min(pages.len()) * PAGE as usize;
                        shown(done.min(whole) as u64, whole as u64);
                    }
                });
            }
        });
        if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(Trouble::fault(error));
        }
        let mut own = own.into_inner().unwrap_or_else(PoisonError::into_inner);
        own.texts.narrow();
        let precise = own.each().filter(|(_, _, it)| it.held).count();
        if precise > 0 {
            own.held.insert(PRECISION.to_owned(), precise as u64);
        }
        Ok(own)
    }

    /// How everybody comes out, by subject; only of those whose message changed.
    pub fn narrowed(&self) -> BTreeMap<&str, Narrowed> {
        self.each()
            .filter(|(_, _, own)| own.held || own.plainer != 0)
            .map(|(_, who, own)| (who, own))
            .collect()
    }

    /// Whoever would get it, and is not held back for how few would share the text.
    pub fn reached(&self) -> impl Iterator<Item = &str> {
        self.each().filter(|(_, _, own)| !own.held).map(|(_, who, _)| who)
    }

    /// The most personal messages, each text once: the fewest that share it first.
    pub fn sharpest(&self, most: usize) -> Vec<&str> {
        let own = self.each().filter(|(_, _, own)| own.personal && !own.held);
        let mut own: Vec<_> =
            own.map(|(nth, who, own)| (own.shared, self.texts.text(nth), who)).collect();
        own.sort_unstable();
        own.dedup_by_key(|(_, text, _)| *text);
        own.into_iter().take(most).map(|(_, _, who)| who).collect()
    }

    /// Whoever would get it, by number, and how they come out.
    fn each(&self) -> impl Iterator<Item = (usize, &str, Narrowed)> {
        let each = self.people.iter().enumerate();
        each.filter_map(|(nth, who)| Some((nth, who.as_str(), self.texts.of(nth)?)))
    }
}

/// What is asked about each.
struct Asks<'a> {
    code: &'a Code,
    letters: &'a Letters,
    scope: &'a Scope<'a>,
    now: At,
}

impl Asks<'_> {
    fn page(&self, page: &[String], into: &Mutex<Survey>) -> Result<(), String> {
        let langs = self.letters.langs();
        let mut told = Vec::with_capacity(page.len());
        for subject in page {
            let one = self.letters.tell(self.code, self.scope, subject, self.now, None, &[]);
            told.push((subject, one.map_err(|error| error.to_string())?));
        }
        let mut own = into.lock().unwrap_or_else(PoisonError::into_inner);
        for (subject, one) in told {
            match one {
                Ok(told) => {
                    let lang = langs.iter().position(|lang| *lang == told.lang).unwrap_or(0);
                    let asked = asked(self.code, &told.rendered.decision);
                    let lang = u8::try_from(lang).unwrap_or(0);
                    own.texts.add(lang, &told.rendered, asked);
                    own.people.push(subject.clone());
                }
                Err(held) => *own.held.entry(held.rule().to_owned()).or_default() += 1,
            }
        }
        Ok(())
    }
}

fn everybody(scope: &Scope<'_>) -> Result<Vec<String>, Trouble> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let last = all.last().cloned().unwrap_or_default();
        let page = scope.subjects(&last, PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
