//! What people answered: give, withdraw, look up, and the receipt to keep.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maat::ledger::{At, Strength};
use maat::words::Lang;
use maat_practice::acts::consents::{self, Shown};
use maat_practice::company::By;
use maat_service::body::{Body, Named};
use maat_service::caller::{Allowed, Caller, ConsentsRead, ConsentsWrite};
use maat_service::problem::{Kind, Problem};
use maat_service::repeat::{Answer, Repeat, Told};
use maat_service::service::{Service, blocking};
use maat_store::{Scope, shown_as_declared, stale_wording};
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
        let scope = service.scope(&caller.controller);
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
    let give = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let company = service.acting(scope, &caller.controller, service.lang());
        let by = caller.recorded_by();
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
        let recorded = consents::give(&company, By::company(&by), &subject, None, &given)?;
        Ok(Told::created(json!(recorded)))
    };
    repeat.once(&service, caller, &raw, give).await
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
    let withdraw = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let company = service.acting(scope, &caller.controller, service.lang());
        let by = caller.recorded_by();
        let recorded = consents::withdraw(&company, By::company(&by), &subject, &choice)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.ahead().once(&service, caller, b"", withdraw).await
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
    let withdraw = move |service: &Service, scope: &Scope<'_>, caller: &Caller| {
        let company = service.acting(scope, &caller.controller, service.lang());
        let by = caller.recorded_by();
        let recorded = consents::withdraw_all(&company, By::company(&by), &subject)?;
        Ok(Told::done(json!(recorded)))
    };
    repeat.ahead().once(&service, caller, b"", withdraw).await
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
