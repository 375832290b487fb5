//! What the Code asks of customers, for whoever shows it to them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use maat_service::caller::Caller;
use maat_service::problem::Problem;
use maat_service::service::Service;
use maat_store::shown_hash;
use serde::Serialize;
use utoipa::ToSchema;

/// The choices of the Code.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choices {
    /// In the order of the Code.
    pub items: Vec<Choice>,
}

/// One choice.
#[derive(Debug, Serialize, ToSchema)]
pub struct Choice {
    /// Its id.
    pub choice: String,
    /// For which purposes.
    pub purposes: Vec<String>,
    /// On which channels.
    pub channels: Vec<&'static str>,
    /// About which signals.
    pub signals: Vec<String>,
    /// The newest version of its wording.
    pub wording: u32,
    /// The words in Dutch.
    pub nl: Words,
    /// The words in English.
    pub en: Words,
}

/// The exact words, and their hash.
#[derive(Debug, Serialize, ToSchema)]
pub struct Words {
    /// What is to be shown, letter for letter.
    pub text: String,
    /// SHA-256 of it, as a yes gives it in `shown`.
    pub sha256: String,
}

/// What customers can be asked
///
/// The newest wording of each choice of the Code, with the hash that a yes names. Any key may.
#[utoipa::path(get, operation_id = "choices_list", path = "/v1/choices", tag = "consents", security(("key" = [])),
    responses((status = 200, body = Choices)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    caller: Caller,
) -> Result<Json<Choices>, Problem> {
    let words = |text: &str| Words { sha256: shown_hash(text), text: text.to_owned() };
    let declared = service.code(&caller.controller).declared();
    let items = declared.choices.iter().filter_map(|choice| {
        let newest = choice.wording.last()?;
        Some(Choice {
            choice: choice.id.clone(),
            purposes: choice.purposes.clone(),
            channels: choice.channels.iter().map(|channel| channel.word()).collect(),
            signals: choice.signals.clone(),
            wording: newest.version,
            nl: words(&newest.nl),
            en: words(&newest.en),
        })
    });
    Ok(Json(Choices { items: items.collect() }))
}
