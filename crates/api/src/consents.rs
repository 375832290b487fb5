//! What people answered: give, withdraw, look up, and the receipt to keep.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maat::code::{Choice, Code, Wording};
use maat::ledger::{At, Event, How, Strength};
use maat::mistake::did_you_mean;
use maat::words::Lang;
use maat_store::{Draft, shown_as_declared, shown_hash, stale_wording};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{Subject, When};
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Caller, ConsentsRead, ConsentsWrite};
use maat_service::problem::{Kind, Problem};
use maat_service::repeat::{Answer, Repeat, Told};
use maat_service::service::{Service, blocking};

/// Letters of the place where something was asked.
const PLACE: usize = 200;

/// A yes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Yes {
    /// The choice of the Code.
    #[schema(example = "mail")]
    pub choice: String,
    /// The version of the wording they read.
    #[serde(deserialize_with = "crate::when::whole")]
    #[schema(example = 1)]
    pub wording: u32,
    /// SHA-256 of the exact words that were shown, in UTF-8: 64 hexadecimal digits. `GET /v1/choices`
    /// has them.
    #[schema(min_length = 64, max_length = 64, pattern = "^[0-9a-f]{64}$")]
    pub shown: String,
    /// The language they read.
    #[schema(value_type = String, pattern = "^(nl|en)$", example = "nl")]
    pub lang: Lang,
    /// How they said it.
    pub how: Means,
    /// The page or form on which they did.
    #[schema(min_length = 1, max_length = 200, example = "checkout")]
    pub place: String,
    /// Whether it was an express statement (GDPR 9(2)(a)).
    #[serde(default)]
    pub explicit: bool,
    /// When it ends by itself.
    #[serde(default)]
    pub expires: Option<When>,
}

/// How a yes was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// On a form or page.
    Form,
    /// On a form, and then confirmed from the address itself.
    DoubleOptIn,
}

/// The answers of somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consents {
    /// One for each choice they ever answered.
    pub items: Vec<Consent>,
}

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Consent {
    /// The choice of the Code.
    pub choice: String,
    /// How strong it is now: `none`, `soft`, `given` or `explicit`.
    #[schema(value_type = String, example = "given")]
    pub strength: Strength,
    /// The latest yes.
    pub given: Option<Given>,
    /// When it was last withdrawn or refused.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub withdrawn: Option<At>,
}

/// A yes, as it stands on record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Given {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: At,
    /// How strong it was.
    #[schema(value_type = String, example = "given")]
    pub strength: Strength,
    /// The version of the wording.
    pub wording: u32,
    /// SHA-256 of what was shown.
    pub shown: String,
    /// In which language.
    #[schema(value_type = String, example = "nl")]
    pub lang: Lang,
    /// How it was given.
    pub how: String,
    /// When it ends by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires: Option<At>,
    /// Who recorded it.
    pub recorded_by: String,
    /// The entry that proves it.
    pub entry: u64,
    /// Whether the question has changed since, so that it is to be asked again.
    pub stale: bool,
    /// Whether what was shown is, letter for letter, what the Code says.
    pub as_declared: bool,
}

/// What was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recorded {
    /// The number of the entry; the first of them where it took more.
    pub entry: u64,
}

/// What somebody answered
#[utoipa::path(get, path = "/v1/subjects/{subject}/consents", tag = "consents",
    security(("key" = ["consents:read"])), params(("subject" = Subject, Path)),
    responses((status = 200, body = Consents)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsRead>,
    Named(subject): Named<Subject>,
) -> Result<Json<Consents>, Problem> {
    let read = move |service: &Service| {
        let (code, now) = (service.code(&caller.controller), service.now());
        let all = service.scope(&caller.controller).consents(subject.as_str())?;
        let one = |own: maat_store::Answer| Consent {
            strength: own.consent.strength(now),
            given: own.consent.given.as_ref().zip(own.evidence.as_ref()).map(|(given, proof)| {
                Given {
                    at: given.at,
                    strength: given.strength,
                    wording: given.wording,
                    shown: proof.shown.clone(),
                    lang: proof.lang,
                    how: proof.how.clone(),
                    expires: given.expires,
                    recorded_by: proof.recorded_by.clone(),
                    entry: given.number,
                    stale: stale_wording(code, &own.choice, given),
                    as_declared: shown_as_declared(code, &own.choice, given, proof),
                }
            }),
            withdrawn: own.consent.withdrawn,
            choice: own.choice,
        };
        Ok(Consents { items: all.into_iter().map(one).collect() })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// Record a yes
///
/// It counts at once. What was shown must be what the Code says in that version and language.
#[utoipa::path(post, path = "/v1/subjects/{subject}/consents", tag = "consents",
    security(("key" = ["consents:write"])), params(("subject" = Subject, Path)),
    request_body = Yes, responses((status = 201, body = Recorded)))]
pub async fn give(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsWrite>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
    Body { value: yes, raw }: Body<Yes>,
) -> Result<Answer, Problem> {
    let give = move |service: &Service, scope: &maat_store::Scope<'_>, caller: &Caller| {
        let event = event_of(service.code(&caller.controller), yes, service.now())?;
        let draft = Draft::now(subject.as_str(), &caller.recorded_by(), event);
        let entry = scope.append(service.now(), &[draft])?.start;
        Ok(Told::created(json!({ "entry": entry })))
    };
    repeat.once(&service, caller, &raw, give).await
}

fn event_of(code: &Code, yes: Yes, now: At) -> Result<Event, Problem> {
    let choice = choice_of(code, &yes.choice)?;
    let words = wording(choice, yes.wording)?;
    if shown_hash(yes.lang.pick(&words.nl, &words.en)) != yes.shown {
        return Err(Problem::new(
            Kind::Unfit,
            format!(
                "wat er getoond is, is niet wat de Code zegt bij versie {} van `{}` in die taal",
                words.version, choice.id
            ),
            format!(
                "what was shown is not what the Code says in version {} of `{}` in that language",
                words.version, choice.id
            ),
        ));
    }
    let place = yes.place.trim().to_owned();
    if place.is_empty() || place.chars().count() > PLACE || place.chars().any(char::is_control) {
        return Err(Problem::new(
            Kind::Unfit,
            format!("`place` is leeg, langer dan {PLACE} letters, of geen gewone tekst"),
            format!("`place` is empty, longer than {PLACE} letters, or no plain text"),
        ));
    }
    let expires = yes.expires.map(|When(at)| at);
    if expires.is_some_and(|expires| expires <= now) {
        return Err(Problem::new(
            Kind::Unfit,
            "`expires` is al voorbij",
            "`expires` is past already",
        ));
    }
    Ok(Event::ConsentGiven {
        choice: choice.id.clone(),
        strength: if yes.explicit { Strength::Explicit } else { Strength::Given },
        wording: words.version,
        shown: yes.shown,
        lang: yes.lang,
        how: match yes.how {
            Means::Form => How::Form { place },
            Means::DoubleOptIn => How::DoubleOptIn { place },
        },
        expires,
    })
}

fn choice_of<'a>(code: &'a Code, id: &str) -> Result<&'a Choice, Problem> {
    let declared = code.declared();
    declared.choice(id).ok_or_else(|| {
        let near = did_you_mean(id, declared.choices.iter().map(|choice| choice.id.as_str()));
        Problem::unknown(("de keuze", "the choice"), id, &near)
    })
}

fn wording(choice: &Choice, version: u32) -> Result<&Wording, Problem> {
    choice.wording.iter().find(|words| words.version == version).ok_or_else(|| {
        Problem::new(
            Kind::Unfit,
            format!("de keuze `{}` heeft geen versie {version}", choice.id),
            format!("the choice `{}` has no version {version}", choice.id),
        )
    })
}

/// Withdraw one answer
///
/// It counts before the answer arrives, and is recorded also where there was no yes: a refusal.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/consents/{choice}", tag = "consents",
    security(("key" = ["consents:write"])),
    params(("subject" = Subject, Path), ("choice" = String, Path, example = "mail")),
    responses((status = 200, body = Recorded)))]
pub async fn withdraw(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsWrite>,
    Named((subject, choice)): Named<(Subject, String)>,
    repeat: Repeat,
) -> Result<Answer, Problem> {
    let withdraw = move |service: &Service, scope: &maat_store::Scope<'_>, caller: &Caller| {
        // Also what the Code does not declare any more can be withdrawn.
        let known = scope.consents(subject.as_str())?.into_iter().any(|own| own.choice == choice);
        if !known {
            choice_of(service.code(&caller.controller), &choice)?;
        }
        let event = Event::ConsentWithdrawn { choice };
        let draft = Draft::now(subject.as_str(), &caller.recorded_by(), event);
        let entry = scope.append(service.now(), &[draft])?.start;
        Ok(Told::done(json!({ "entry": entry })))
    };
    repeat.once(&service, caller, b"", withdraw).await
}

/// Withdraw everything
///
/// Every choice of the Code, in one go: withdrawing is never more work than giving.
#[utoipa::path(delete, path = "/v1/subjects/{subject}/consents", tag = "consents",
    security(("key" = ["consents:write"])), params(("subject" = Subject, Path)),
    responses((status = 200, body = Recorded)))]
pub async fn withdraw_all(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsWrite>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
) -> Result<Answer, Problem> {
    let withdraw = move |service: &Service, scope: &maat_store::Scope<'_>, caller: &Caller| {
        let declared = service.code(&caller.controller).declared();
        let answered = scope.consents(subject.as_str())?.into_iter().map(|own| own.choice);
        let mut choices: Vec<String> =
            declared.choices.iter().map(|choice| choice.id.clone()).chain(answered).collect();
        choices.sort_unstable();
        choices.dedup();
        let by = caller.recorded_by();
        let events = choices.into_iter().map(|choice| Event::ConsentWithdrawn { choice });
        let drafts: Vec<Draft> =
            events.map(|event| Draft::now(subject.as_str(), &by, event)).collect();
        let entry = scope.append(service.now(), &drafts)?.start;
        Ok(Told::done(json!({ "entry": entry })))
    };
    repeat.once(&service, caller, b"", withdraw).await
}

/// The receipt of a consent
///
/// For the person to keep: ISO/IEC TS 27560, as JSON-LD with DPV terms.
#[utoipa::path(get, path = "/v1/subjects/{subject}/consents/{choice}/receipt", tag = "consents",
    security(("key" = ["consents:read"])),
    params(("subject" = Subject, Path), ("choice" = String, Path, example = "mail")),
    responses((status = 200, body = Object, content_type = "application/ld+json")))]
pub async fn receipt(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsRead>,
    Named((subject, choice)): Named<(Subject, String)>,
) -> Result<Response, Problem> {
    let read = move |service: &Service| {
        let party = service.party().ok_or_else(|| {
            Problem::new(
                Kind::Conflict,
                "een bewijs noemt het bedrijf, en in maat.toml staat geen [party]",
                "a receipt names the company, and maat.toml has no [party]",
            )
        })?;
        let scope = service.scope(&caller.controller);
        let consents = scope.consents(subject.as_str())?;
        let given = consents.iter().any(|own| own.choice == choice && own.consent.given.is_some());
        if !given {
            return Err(Problem::new(
                Kind::NotFound,
                "op deze keuze is nooit ja gezegd",
                "nobody said yes to this choice",
            ));
        }
        let code = service.code(&caller.controller);
        Ok(scope.receipt(code, party, subject.as_str(), &choice, service.now())?)
    };
    let mut response = Json(blocking(&service, read).await?).into_response();
    let media = HeaderValue::from_static("application/ld+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    Ok(response)
}
