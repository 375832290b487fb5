//! Lists in pages: a cursor says where the next one begins. It is sealed, so that it tells nobody
//! whom it names and nobody makes one.

use maat_practice::links;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_store::Scope;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

/// Rows of a page, unless asked otherwise.
const USUAL: u32 = 50;

/// Rows of a page at most.
const MOST: u32 = 500;

/// Days that a cursor holds.
const DAYS: i64 = 1;

/// Which page is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// `next` of the page before; without it the first page.
    #[param(required = false)]
    pub cursor: Option<String>,
    /// How many rows: 1 to 500, else 50.
    #[param(minimum = 1, maximum = 500, required = false)]
    pub limit: Option<u32>,
}

impl Page {
    /// How many rows.
    pub fn limit(&self) -> Result<u32, Problem> {
        let limit = self.limit.unwrap_or(USUAL);
        if (1..=MOST).contains(&limit) {
            return Ok(limit);
        }
        Err(Problem::new(
            Kind::Address,
            format!("`limit` is {limit}; het moet 1 tot {MOST} zijn"),
            format!("`limit` is {limit}; it must be 1 to {MOST}"),
        ))
    }

    /// After which row the page begins.
    pub fn after<T: DeserializeOwned>(
        &self,
        service: &Service,
        scope: &Scope<'_>,
        list: &str,
    ) -> Result<Option<T>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let after = links::open(scope, &kind(list), cursor, service.now());
        after.map(Some).ok_or_else(|| {
            Problem::new(
                Kind::Unfit,
                "deze `cursor` geldt niet, of niet meer; begin zonder",
                "this `cursor` does not hold, or not any more; begin without one",
            )
        })
    }
}

/// The cursor of the next page: after the last row of a full one, for a page that is not full is
/// the last.
pub fn next<T, C: Serialize>(
    service: &Service,
    scope: &Scope<'_>,
    list: &str,
    (rows, limit): (&[T], u32),
    after: impl Fn(&T) -> C,
) -> Result<Option<String>, Problem> {
    let full = u32::try_from(rows.len()).is_ok_and(|count| count >= limit);
    let Some(end) = rows.last().filter(|_| full) else { return Ok(None) };
    let ends = service.now().plus_days(DAYS);
    Ok(Some(links::seal(scope, &kind(list), &after(end), ends)?))
}

fn kind(list: &str) -> String {
    format!("cursor {list}")
}
