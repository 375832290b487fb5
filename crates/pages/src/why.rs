//! The why page: the link beside every personal message leads here. It shows the receipt that the
//! link carries, of what was used then, and beside it what holds now.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Extension, Router};
use maat::code::Source;
use maat::ledger::{At, How, Strength};
use maat::words::{Lang, capitalised};
use maat_practice::known::{words, yes_by};
use maat_practice::links::pass::Pass;
use maat_practice::links::receipt::{Receipt, Used};
use maat_practice::links::{controller, no_link};
use maat_service::body::Named;
use maat_service::edge::Asked;
use maat_service::page::Page;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};
use maat_store::{Entry, Known};
use serde::Serialize;

use crate::preferences::Of;
use crate::templates::page;

/// Days that the way from here to the preference centre is open.
const OPEN: i64 = 1;

/// The address of the page.
pub fn router() -> Router<Arc<Service>> {
    Router::new().route("/why/{controller}/{receipt}", get(show))
}

/// The page.
#[derive(Debug, Serialize)]
struct Why {
    /// They were erased since, and when: then nothing else is shown.
    erased: Option<String>,
    /// Where the preference centre is.
    base: String,
    at: String,
    title: Option<String>,
    channel: String,
    purpose: Option<String>,
    advert: Option<[String; 2]>,
    sender: Option<[String; 2]>,
    depth: String,
    /// The ceiling that makes it one step less personal, where there is one.
    less: Option<u8>,
    used: Vec<UsedView>,
    objected: bool,
    code: String,
    hash: String,
    same_code: bool,
    rules_url: Option<String>,
}

/// One thing that was used.
#[derive(Debug, Serialize)]
struct UsedView {
    id: String,
    label: String,
    value: Option<String>,
    /// Whether its value is shown only after a code to their own mailbox.
    guarded: bool,
    source: &'static str,
    from: Option<String>,
    since: Option<String>,
    guess: bool,
    /// What it rested on, in words.
    footing: String,
    /// The question that was answered, when and how.
    answered: Option<[String; 3]>,
    /// What is so now that was not then.
    now: Vec<String>,
    barred: bool,
}

async fn show(
    State(service): State<Arc<Service>>,
    Extension(asked): Extension<Asked>,
    Named((name, sealed)): Named<(String, String)>,
) -> Result<Page, Problem> {
    blocking(&service, move |service| {
        let (controller, now) = (controller(&name)?, service.now());
        let scope = service.scope(&controller);
        let receipt = Receipt::open(&scope, &sealed, now).ok_or_else(no_link)?;
        let (code, company) = (service.code(&controller), service.company(&controller));
        let lang = asked.lang;
        let of = Of { service, controller: &controller, code, company, lang, now, mailed: false };
        let erased = scope.erased(&receipt.subject)?.filter(|at| receipt.at <= *at);
        let (known, entries) = match erased {
            None => scope.known(&receipt.subject)?,
            Some(_) => (Known::default(), Vec::new()),
        };
        let own = Pass::new(&receipt.subject, now, false);
        let base = own.path(&scope, now.plus_days(OPEN))?;
        let then = Then { of: &of, receipt: &receipt, known: &known, entries: &entries };
        let why = then.page(erased, base)?;
        Ok(page("why.html", asked.lang, why).brand(company))
    })
    .await
}

/// What a page is made from.
struct Then<'a> {
    of: &'a Of<'a>,
    receipt: &'a Receipt,
    known: &'a Known,
    entries: &'a [Entry],
}

impl Then<'_> {
    fn page(&self, erased: Option<At>, base: String) -> Result<Why, Problem> {
        let (of, receipt, code, lang) = (self.of, self.receipt, self.of.code, self.of.lang);
        let own = of.service.controller(of.controller);
        let campaign = own.and_then(|own| own.campaigns.get(&receipt.brief));
        let brief = campaign.map(|campaign| campaign.proposal().brief());
        let standing = self.known.standing.unwrap_or_default();
        let ceiling = standing.ceiling.map_or(maat::ledger::DEEPEST, |wish| wish.value);
        let one_less = receipt.depth.checked_sub(1).filter(|less| *less < ceiling);
        let declared = code.declared();
        Ok(Why {
            erased: erased.map(|at| of.day(at)),
            base,
            at: of.day(receipt.at),
            title: brief.map(|brief| brief.title.clone()),
            channel: brief
                .map_or_else(String::new, |brief| words::channel(code, brief.channel.word(), lang)),
            purpose: campaign.map(|own| own.proposal().purpose().label.get(lang).to_owned()),
            advert: brief
                .and_then(|brief| brief.ad.as_ref())
                .map(|ad| [ad.on_behalf_of.clone(), ad.paid_by.clone()]),
            sender: brief
                .and_then(|brief| brief.sender.as_ref())
                .map(|sender| [sender.name.clone(), sender.address.clone()]),
            depth: words::depth(code, receipt.depth, lang),
            less: one_less,
            used: if erased.is_some() { Vec::new() } else { self.used()? },
            objected: standing.objected.is_some_and(|mark| mark.holds),
            code: format!("{} {}", declared.name.get(lang), declared.version),
            hash: receipt.code.clone(),
            same_code: code.hash() == receipt.code,
            rules_url: of.service.rules_url().map(str::to_owned),
        })
    }

    /// Each signal once, though more slots used it.
    fn used(&self) -> Result<Vec<UsedView>, Problem> {
        let mut views: Vec<UsedView> = Vec::new();
        for used in &self.receipt.used {
            if !views.iter().any(|view| view.id == used.signal) {
                views.push(self.one(used)?);
            }
        }
        Ok(views)
    }

    fn one(&self, used: &Used) -> Result<UsedView, Problem> {
        let (of, lang) = (self.of, self.of.lang);
        let declared = of.code.declared().signal(&used.signal);
        let row = self.known.signals.get(&used.signal);
        let seen = row.and_then(|row| row.known.as_ref());
        let put_right = row.is_some_and(words::put_right);
        let barred = self.known.barred.get(&used.signal).is_some_and(|mark| mark.holds);
        let answered = self.answered(used)?;
        // The link to this page can be forwarded, as the mail that holds it.
        let guarded = words::is_guarded(of.code, &used.signal);
        Ok(UsedView {
            id: used.signal.clone(),
            label: capitalised(&words::label(of.code, &used.signal, lang)),
            value: seen.filter(|_| !guarded).map(|seen| seen.value.clone()),
            guarded: guarded && seen.is_some(),
            source: row.map_or("", |row| words::source_of(declared, row, lang)),
            from: seen.filter(|_| !put_right).map(|seen| seen.source.clone()),
            since: used
                .seen
                .as_deref()
                .and_then(maat::profile::Day::parse)
                .map(|day| maat_practice::time::written_day(day, lang)),
            guess: declared.is_some_and(|it| it.source == Source::Inferred),
            footing: footing(used.strength, used.choice.is_some(), lang).to_owned(),
            answered,
            now: self.now(used, seen.map(|seen| seen.on), row.is_some(), barred),
            barred,
        })
    }

    /// The answer that the use rested on: the latest yes before it was decided.
    fn answered(&self, used: &Used) -> Result<Option<[String; 3]>, Problem> {
        let (of, lang) = (self.of, self.of.lang);
        let Some(choice) = &used.choice else { return Ok(None) };
        let Some(yes) = yes_by(self.entries, choice, self.receipt.at)? else { return Ok(None) };
        let declared = of.code.declared().choice(choice);
        let question = declared.and_then(|it| words::question(it, yes.wording, lang, of.company));
        let question = question.unwrap_or_else(|| choice.clone());
        Ok(Some([question, of.day(yes.at), in_words(&yes.how, lang)]))
    }

    /// What is so now that was not then.
    fn now(&self, used: &Used, seen: Option<At>, was_kept: bool, barred: bool) -> Vec<String> {
        let (of, lang) = (self.of, self.of.lang);
        let mut now = Vec::new();
        let consent = used.choice.as_ref().and_then(|choice| self.known.consents.get(choice));
        if let Some(consent) = consent
            && consent.strength(of.now) == Strength::None
        {
            let ended = consent.withdrawn.or(consent.given.and_then(|given| given.expires));
            let at = ended.map_or_else(String::new, |at| of.day(at));
            now.push(match lang {
                Lang::Nl => {
                    format!("Je zei hier sindsdien nee op ({at}). We gebruiken het niet meer.")
                }
                Lang::En => {
                    format!("You have said no to this since ({at}). We do not use it any more.")
                }
            });
        }
        let said = match seen {
            _ if barred => Some(lang.pick(
                "Je wilde dat we dit nooit gebruiken. Het is gewist.",
                "You wanted us never to use this. It is erased.",
            )),
            None if was_kept => {
                Some(lang.pick("Dit is sindsdien gewist.", "This has been erased since."))
            }
            Some(seen) if seen > self.receipt.at => Some(lang.pick(
                "Dit is sindsdien veranderd; je ziet wat we nu weten.",
                "This has changed since; you see what we know now.",
            )),
            _ => None,
        };
        now.extend(said.map(str::to_owned));
        now
    }
}

/// What a use rested on.
const fn footing(strength: Strength, asked: bool, lang: Lang) -> &'static str {
    match strength {
        Strength::Explicit => lang.pick("je uitdrukkelijke toestemming", "your explicit consent"),
        Strength::Given => lang.pick("je toestemming", "your consent"),
        Strength::Soft => lang.pick(
            "je bent klant en maakte geen bezwaar (gerechtvaardigd belang)",
            "you are a customer and did not object (legitimate interest)",
        ),
        Strength::None if asked => {
            lang.pick("hiervoor was geen toestemming nodig", "no consent was needed for this")
        }
        Strength::None => lang.pick(
            "dit hoort bij de pagina van dat moment en bewaren we niet",
            "this belongs to the page of that moment and we do not keep it",
        ),
    }
}

/// How an answer was given.
fn in_words(how: &How, lang: Lang) -> String {
    match how {
        How::Form { place } => {
            format!("{} {place}", lang.pick("op het formulier:", "on the form:"))
        }
        How::DoubleOptIn { place } => format!(
            "{} {place}",
            lang.pick(
                "op een formulier, en bevestigd per mail:",
                "on a form, and confirmed by mail:"
            )
        ),
        How::Import { from } => {
            format!("{} {from}", lang.pick("overgenomen uit:", "taken over from:"))
        }
        How::SoftOptIn { .. } => lang
            .pick(
                "toen je bij ons kocht en kon weigeren",
                "when you bought from us and could refuse",
            )
            .to_owned(),
        How::LegitimateInterest { .. } => {
            lang.pick("na een belangenafweging", "after weighing interests").to_owned()
        }
    }
}
