//! Keys: see which there are, and end one that was lost. They are made on the command line, where
//! their secret is told once.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use maat::ledger::At;
use maat_service::body::Named;
use maat_service::caller::{Admin, Allowed};
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use serde::Serialize;
use utoipa::ToSchema;

/// The keys of the controller.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    /// The oldest first: ended ones too.
    pub items: Vec<Key>,
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<&'static str>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub made: At,
    /// From when it does not hold any more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends: Option<At>,
    /// The day on which it was last used.
    #[schema(example = "2026-11-24")]
    pub used: Option<String>,
}

/// Which keys there are
#[utoipa::path(get, operation_id = "keys_list", path = "/v1/keys", tag = "keys", security(("key" = ["admin"])),
    responses((status = 200, body = Keys)))]
pub async fn list(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Admin>,
) -> Result<Json<Keys>, Problem> {
    let read = move |service: &Service| {
        let keys = service.scope(&caller.controller).keys()?;
        let items = keys.into_iter().map(|key| Key {
            used: key.last_used(),
            scopes: key.grants.iter().map(|grant| grant.word()).collect(),
            id: key.id,
            name: key.name,
            made: key.made,
            ends: key.ends,
        });
        Ok(Keys { items: items.collect() })
    };
    Ok(Json(blocking(&service, read).await?))
}

/// End a key
///
/// At once.
#[utoipa::path(delete, operation_id = "keys_end", path = "/v1/keys/{id}", tag = "keys", security(("key" = ["admin"])),
    params(("id" = String, Path, description = "The id of the key, not the key itself")),
    responses((status = 204, description = "It does not hold any more")))]
pub async fn end(
    State(service): State<Arc<Service>>,
    Allowed { caller, .. }: Allowed<Admin>,
    Named(id): Named<String>,
) -> Result<StatusCode, Problem> {
    let end = move |service: &Service| {
        if service.scope(&caller.controller).end_key(&id, service.now())? {
            return Ok(StatusCode::NO_CONTENT);
        }
        Err(Problem::new(Kind::NotFound, "deze sleutel is er niet", "there is no such key"))
    };
    blocking(&service, end).await
}
