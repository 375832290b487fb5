//! What people answered: give, withdraw, look up, and the receipt to keep.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maat::ledger::{At, Strength};
use maat::words::Lang;
use maat_practice::acts::consents::{self, Shown};
use maat_practice::company::{By, Company};
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, ConsentsRead, ConsentsWrite};
use maat_service::problem::{Kind, Problem};
use maat_service::repeat::{Again, Answer, Repeat, Told};
use maat_service::service::{Service, blocking};
use maat_store::{shown_as_declared, stale_wording};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{Subject, When};

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
    /// has them. Where they leave a place for the name of the company, with the name in it is the same.
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
    /// When it was given, where that is not now: of a yes that waited in a queue, or is sent again. It counts as of then,
    /// so that it undoes no later no and no erasure.
    #[serde(default)]
    pub given_at: Option<When>,
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
    /// How strong it counts now: `none`, `soft`, `given` or `explicit`. A no of an id that may be the same person makes
    /// it none.
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
    /// `false` where this takes something away and nothing was known under this id. It is recorded, so that a yes from before
    /// it that still arrives does not count. Check the id: perhaps you meant another. Left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = false)]
    pub known: Option<bool>,
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
        let (scope, names) = (service.scope(&caller.controller), service.names(&caller.controller));
        let (all, counting) = (scope.consents(&subject)?, scope.strengths(&subject, now)?);
        let one = |own: maat_store::Answer| Consent {
            strength: counting.get(&own.choice).copied().unwrap_or_default(),
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
                    as_declared: shown_as_declared(code, &own.choice, given, proof, &names),
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
    let give = move |company: &Company<'_>, by: By<'_>| {
        let given = consents::Yes {
            choice: &yes.choice,
            wording: Some(yes.wording),
            lang: yes.lang,
            shown: Shown::Hash(&yes.shown),
            place: &yes.place,
            means: match yes.how {
                Means::Form => consents::Means::Form,
                Means::DoubleOptIn => consents::Means::DoubleOptIn,
            },
            explicit: yes.explicit,
            expires: yes.expires.map(|When(at)| at),
        };
        let at = yes.given_at.map(|When(at)| at);
        let recorded = consents::give(company, by, &subject, at, &given)?;
        Ok(Told::created(json!(recorded)))
    };
    repeat.write(&service, caller, &raw, Again::Answered, give).await
}

/// Withdraw one answer
///
/// It counts before the answer arrives, and is recorded also where there was no yes: a refusal. For an id that nobody has it
/// is kept too, and the answer says so (`known`): a yes that was given before it and arrives later does not count.
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
    let withdraw = move |company: &Company<'_>, by: By<'_>| {
        let recorded = consents::withdraw(company, by, &subject, &choice)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.write(&service, caller, b"", Again::Done, withdraw).await
}

/// Withdraw everything
///
/// Every choice of the Code, in one go: withdrawing is never more work than giving. For an id that nobody has it is kept
/// too (`known`).
#[utoipa::path(delete, path = "/v1/subjects/{subject}/consents", tag = "consents",
    security(("key" = ["consents:write"])), params(("subject" = Subject, Path)),
    responses((status = 200, body = Recorded)))]
pub async fn withdraw_all(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<ConsentsWrite>,
    Named(subject): Named<Subject>,
    repeat: Repeat,
) -> Result<Answer, Problem> {
    let withdraw = move |company: &Company<'_>, by: By<'_>| {
        let recorded = consents::withdraw_all(company, by, &subject)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.write(&service, caller, b"", Again::Done, withdraw).await
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
        let consents = scope.consents(&subject)?;
        let given = consents.iter().any(|own| own.choice == choice && own.consent.given.is_some());
        if !given {
            return Err(Problem::new(
                Kind::NotFound,
                "op deze keuze is nooit ja gezegd",
                "nobody said yes to this choice",
            ));
        }
        let code = service.code(&caller.controller);
        Ok(scope.receipt(code, party, &subject, &choice, service.now())?)
    };
    let mut response = Json(blocking(&service, read).await?).into_response();
    let media = HeaderValue::from_static("application/ld+json");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    Ok(response)
}
