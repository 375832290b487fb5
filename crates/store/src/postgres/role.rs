//! Whether row-level security binds the role that the store connects as. PostgreSQL does not apply it
//! to superusers, to roles with `bypassrls`, nor to owners where it is not forced; to these a query
//! that forgets its controller would show everybody's rows.

use tokio_postgres::Client;

use super::trouble::trouble;
use crate::error::{Error, Kind, Result};

/// The role, if it stands above row-level security; asked before anything is made.
const ABOVE: &str = "select rolname::text from pg_roles
    where rolname = current_user and (rolsuper or rolbypassrls)";

/// The tables with rows of controllers in which the role would see all of them. Who signs in to the
/// console is of no controller, nor is a clock.
const UNBOUND: &str = "select relname::text from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r'
      and relname not in ('store', 'migration', 'account', 'account_controller', 'attempt',
        'clock', 'recovery', 'session') and not row_security_active(oid)
    order by relname";

/// Refuses a role that stands above row-level security.
pub(super) async fn check_role(place: &str, client: &Client) -> Result<()> {
    let above = client.query_opt(ABOVE, &[]).await.map_err(|error| trouble(place, &error))?;
    let Some(row) = above else { return Ok(()) };
    let role: String = row.try_get(0).map_err(|error| trouble(place, &error))?;
    Err(Error::new(
        Kind::Unbound,
        place,
        format!(
            "row-level security does not bind the role `{role}`: it is a superuser or has bypassrls"
        ),
        "make a role for Maat, and connect as that: create role maat login nosuperuser \
         nobypassrls; create database maat owner maat",
    ))
}

/// Refuses tables in which row-level security does not bind the role.
pub(super) async fn check_tables(place: &str, client: &Client) -> Result<()> {
    let unbound = client.query(UNBOUND, &[]).await.map_err(|error| trouble(place, &error))?;
    let names: Vec<String> = unbound.iter().filter_map(|row| row.try_get(0).ok()).collect();
    if unbound.is_empty() {
        return Ok(());
    }
    Err(Error::new(
        Kind::Unbound,
        place,
        format!("row-level security does not bind this role in {}", names.join(", ")),
        "alter table … enable row level security, force row level security; for each of them",
    ))
}
