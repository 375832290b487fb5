//! Who may go where: one table for the whole console. What does not stand in it, nobody reaches.

use axum::http::Method;
use maat_store::Role;

/// What somebody must have shown, and be, to be let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the door itself.
    Nothing,
    /// Their password.
    Password,
    /// All; whatever their role.
    SignedIn,
    /// They write briefs.
    Writes,
    /// They look after persons.
    Guards,
    /// They have mailings leave.
    Sends,
}

impl Need {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Password => "password",
            Self::SignedIn => "signed in",
            Self::Writes => "writes",
            Self::Guards => "guards",
            Self::Sends => "sends",
        }
    }

    /// Whether a role may.
    pub const fn allows(self, role: Role) -> bool {
        match self {
            Self::Nothing | Self::Password | Self::SignedIn => true,
            Self::Writes => role.writes(),
            Self::Guards => role.guards(),
            Self::Sends => role.sends(),
        }
    }
}

/// Method, route, and what it needs.
pub const ROUTES: &[(&str, &str, Need)] = &[
    ("GET", "/console/sign-in", Need::Nothing),
    ("POST", "/console/sign-in", Need::Nothing),
    ("GET", "/console/code-check", Need::Password),
    ("POST", "/console/code-check", Need::Password),
    ("GET", "/console/enrol", Need::Password),
    ("POST", "/console/enrol", Need::Password),
    ("POST", "/console/sign-out", Need::Password),
    ("POST", "/console/sign-out-everywhere", Need::SignedIn),
    ("GET", "/console", Need::SignedIn),
    ("POST", "/console/controller", Need::SignedIn),
    ("GET", "/console/briefs", Need::SignedIn),
    ("GET", "/console/briefs/new", Need::Writes),
    ("POST", "/console/briefs/new", Need::Writes),
    ("GET", "/console/briefs/import", Need::Writes),
    ("POST", "/console/briefs/import", Need::Writes),
    ("POST", "/console/briefs/verdict", Need::Writes),
    ("GET", "/console/briefs/{brief}", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/edit", Need::Writes),
    ("POST", "/console/briefs/{brief}/edit", Need::Writes),
    ("POST", "/console/briefs/{brief}/sign", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/file", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/everybody", Need::SignedIn),
    ("POST", "/console/briefs/{brief}/everybody", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/versions/{version}", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/preview", Need::SignedIn),
    ("POST", "/console/briefs/{brief}/preview", Need::SignedIn),
    ("GET", "/console/briefs/{brief}/preview/example/{name}", Need::SignedIn),
    ("POST", "/console/briefs/{brief}/preview/customer", Need::Guards),
    ("GET", "/console/briefs/{brief}/preview/customer/{link}", Need::Guards),
    ("GET", "/console/briefs/{brief}/preview/mail/{link}", Need::Guards),
    ("POST", "/console/briefs/{brief}/send", Need::Sends),
    ("GET", "/console/mailings", Need::SignedIn),
    ("GET", "/console/mailings/{mailing}", Need::SignedIn),
    ("POST", "/console/mailings/{mailing}/resume", Need::Sends),
    ("POST", "/console/mailings/{mailing}/pause", Need::Guards),
    ("POST", "/console/mailings/{mailing}/stop", Need::Guards),
    ("GET", "/console/ledger", Need::SignedIn),
    ("POST", "/console/ledger/verify", Need::Guards),
    ("GET", "/console/requests", Need::Guards),
    ("GET", "/console/people", Need::Guards),
    ("POST", "/console/people", Need::Guards),
    ("GET", "/console/people/{link}", Need::Guards),
    ("POST", "/console/people/{link}/export", Need::Guards),
    ("POST", "/console/people/{link}/rectify", Need::Guards),
    ("POST", "/console/people/{link}/mark", Need::Guards),
    ("POST", "/console/people/{link}/kin", Need::Guards),
    ("POST", "/console/people/{link}/answer", Need::Guards),
    ("POST", "/console/people/{link}/erase", Need::Guards),
    ("GET", "/console/audit", Need::Guards),
    ("GET", "/console/code", Need::SignedIn),
    ("GET", "/console/code/published", Need::SignedIn),
];

/// What a route needs; nothing for one that is not in the table.
pub fn need(method: &Method, route: &str) -> Option<Need> {
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    let found = ROUTES.iter().find(|(own, path, _)| *own == method && *path == route);
    found.map(|(.., need)| *need)
}
