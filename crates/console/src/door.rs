//! Around every page of the console: who is there, whether what they send came from a page of
//! theirs, and whether they may be where they go.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use maat::ledger::At;
use maat::words::Lang;
use maat_service::edge::Asked;
use maat_service::lang::{COOKIE, cookie};
use maat_service::listen::Peer;
use maat_service::problem::{Kind, Problem};
use maat_service::service::{Service, blocking};
use maat_store::{Account, ControllerId, Role, Session, SessionId, Stage};
use subtle::ConstantTimeEq as _;

use crate::form::Form;
use crate::routes::{Need, need};

/// Milliseconds without a request after which somebody is signed out.
pub const IDLE: i64 = 30 * 60 * 1000;
/// Milliseconds after which everybody is signed out.
pub const LONGEST: i64 = 12 * 3_600_000;
/// Milliseconds within which a code must follow the password.
const AT_THE_DOOR: i64 = 10 * 60 * 1000;

/// What a page of the console may do beside what every page may: ask for a verdict while somebody
/// types.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Whoever is there, signed in or not.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The language of the page.
    pub lang: Lang,
    /// The id in their cookie.
    pub id: SessionId,
    /// What their forms must carry.
    pub token: String,
    /// The network of the client, for counting attempts.
    pub client: String,
    /// Whether the service is reached over TLS, so that cookies can be bound to it.
    pub secure: bool,
    /// The session, whatever was shown so far.
    pub session: Option<Session>,
    /// Their account, where there is a session.
    pub account: Option<Account>,
    /// What they sent.
    pub form: Arc<Form>,
}

/// Somebody who is signed in and may be where they are.
#[derive(Debug, Clone)]
pub struct Who {
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// For whom they work now.
    pub controller: ControllerId,
    /// For whom they may work.
    pub controllers: Vec<ControllerId>,
}

impl Visit {
    /// The name of the cookie. The prefix has browsers refuse one that another site set.
    pub const fn cookie_name(secure: bool) -> &'static str {
        if secure { "__Host-maat" } else { "maat" }
    }

    /// The cookie that holds an id.
    pub fn cookie_of(&self, id: &SessionId) -> String {
        set_cookie(self.secure, Self::cookie_name(self.secure), &id.text(), "/")
    }
}

fn set_cookie(secure: bool, name: &str, value: &str, path: &str) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{name}={value}; Path={path}; HttpOnly; SameSite=Strict{secure}")
}

/// Goes around every page.
pub async fn around(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let secure = service.public_url().starts_with("https://");
    let chosen = chosen_lang(request.uri());
    let mut response = match admit(&service, request, secure).await {
        Ok(Admitted { request, new }) => {
            let mut response = next.run(request).await;
            if let Some(cookie) = new
                && !response.headers().contains_key(header::SET_COOKIE)
            {
                set(&mut response, header::SET_COOKIE, &cookie);
            }
            response
        }
        Err(refused) => *refused,
    };
    let headers = response.headers_mut();
    let policy = HeaderValue::from_static(POLICY);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    // A form must say where it comes from, which it does not under `no-referrer`.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let alone = HeaderValue::from_static("same-origin");
    headers.insert("cross-origin-opener-policy", alone.clone());
    headers.insert("cross-origin-resource-policy", alone);
    if let Some(lang) = chosen {
        let kept = set_cookie(secure, COOKIE, lang.word(), "/console");
        if let Ok(value) = HeaderValue::from_str(&kept) {
            headers.append(header::SET_COOKIE, value);
        }
    }
    response
}

/// Sets a header; text that cannot be one is left out.
pub fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

/// Goes to another page of the console, by `GET`.
pub fn to(address: &str) -> Response {
    Redirect::to(address).into_response()
}

fn chosen_lang(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang=")?.parse().ok())
}

struct Admitted {
    request: Request,
    /// The cookie of whoever had none.
    new: Option<String>,
}

async fn admit(
    service: &Arc<Service>,
    request: Request,
    secure: bool,
) -> Result<Admitted, Box<Response>> {
    let refuse = |problem: Problem| Box::new(problem.into_response());
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let need = need(request.method(), route.as_deref().unwrap_or_default());
    let need = need.ok_or_else(|| {
        let (nl, en) = ("dit adres is er niet", "there is no such address");
        refuse(Problem::new(Kind::NotFound, nl, en))
    })?;
    let is_local = is_here(service.public_url()) && is_asked_here(request.headers());
    if !(secure || is_local) {
        return Err(refuse(Problem::new(
            Kind::Forbidden,
            "de console gaat alleen open over https: start `maat serve` met `--public-url https://…`",
            "the console opens over https alone: start `maat serve` with `--public-url https://…`",
        )));
    }
    let lang = request.extensions().get::<Asked>().map_or(service.lang(), |asked| asked.lang);
    let sent = cookie(request.headers(), Visit::cookie_name(secure)).and_then(SessionId::parse);
    let fresh = sent.is_none();
    let id = match sent {
        Some(id) => id,
        None => service.store().session_id().map_err(|error| refuse(error.into()))?,
    };
    let token = service.store().form_token(&id);
    let client = Peer::client_of(&request);
    let (request, form) = posted(service, request, &token).await.map_err(refuse)?;
    let visit = Visit {
        lang,
        id,
        token,
        client,
        secure,
        session: None,
        account: None,
        form: Arc::new(form),
    };
    let visit =
        blocking(service, move |service| recognise(service, visit)).await.map_err(refuse)?;
    let new = fresh.then(|| visit.cookie_of(&visit.id));
    let mut request = request;
    if let Some(who) = enter(&visit, need)? {
        request.extensions_mut().insert(who);
    }
    request.extensions_mut().insert(visit);
    Ok(Admitted { request, new })
}

/// Finds the session and its account.
fn recognise(service: &Service, mut visit: Visit) -> Result<Visit, Problem> {
    let (store, now) = (service.store(), service.now());
    let found = store.session(now, &visit.id, IDLE, LONGEST)?;
    let late = |own: &Session| own.stage == Stage::Password && now.0 - own.made.0 >= AT_THE_DOOR;
    visit.session = found.filter(|own| !late(own));
    if let Some(session) = &visit.session {
        visit.account = store.account(&session.name)?;
    }
    Ok(visit)
}

/// Lets in, or gives where to go instead.
fn enter(visit: &Visit, need: Need) -> Result<Option<Who>, Box<Response>> {
    let stage = visit.session.as_ref().map(|session| session.stage);
    let away = |address: &str| Err(Box::new(to(address)));
    let (Some(session), Some(account)) = (&visit.session, &visit.account) else {
        return if need == Need::Nothing { Ok(None) } else { away("/console/sign-in") };
    };
    match (need, stage) {
        (Need::Nothing, Some(Stage::Full)) => return away("/console"),
        (Need::Nothing | Need::Password, _) | (_, Some(Stage::Full)) => {}
        _ => return away("/console/sign-in"),
    }
    if !need.allows(account.role) {
        return Err(Box::new(
            Problem::new(
                Kind::Forbidden,
                "jouw rol mag hier niet bij; de beheerder geeft rollen met `maat console user`",
                "your role may not go here; the administrator gives roles with `maat console user`",
            )
            .into_response(),
        ));
    }
    let own = account.controllers.iter().find(|own| **own == session.controller);
    let controller = own.or(account.controllers.first()).cloned();
    let Some(controller) = controller else { return away("/console/sign-in") };
    Ok((stage == Some(Stage::Full)).then(|| Who {
        name: account.name.clone(),
        role: account.role,
        controller,
        controllers: account.controllers.clone(),
    }))
}

/// Reads what was sent, which must come from a page of this console, in this session.
async fn posted(
    service: &Service,
    request: Request,
    token: &str,
) -> Result<(Request, Form), Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok((request, Form::default()));
    }
    let foreign = || {
        Problem::new(
            Kind::Forbidden,
            "dit formulier komt niet van een pagina van deze console die nog open is",
            "this form does not come from a page of this console that is still open",
        )
    };
    if !from_here(request.headers(), service.public_url()) {
        return Err(foreign());
    }
    let (parts, body) = request.into_parts();
    let mut whole = Request::from_parts(parts.clone(), body);
    *whole.method_mut() = Method::POST;
    let form = Form::of(whole, service.limits().body).await?;
    if !bool::from(form.get("token").as_bytes().ct_eq(token.as_bytes())) {
        return Err(foreign());
    }
    Ok((Request::from_parts(parts, axum::body::Body::empty()), form))
}

/// Whether the browser says that a request comes from a page of this very site. One that says
/// nothing is not believed.
fn from_here(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|it| it.to_str().ok());
    let site = headers.get("sec-fetch-site").and_then(|it| it.to_str().ok());
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text(header::ORIGIN) else { return site.is_some() };
    let scheme = if public_url.starts_with("https://") { "https" } else { "http" };
    let own = text(header::HOST).map(|host| format!("{scheme}://{host}"));
    origin == origin_of(public_url) || own.as_deref() == Some(origin)
}

/// Scheme, host and port of an address.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

/// Whether an address over plain http is of this machine; none is told only in tests.
fn is_here(url: &str) -> bool {
    url.is_empty() || names_here(origin_of(url).strip_prefix("http://").unwrap_or_default())
}

/// Whether a request is to this machine by its name, and no proxy brings it for somebody else: another site may have its
/// own name lead here.
fn is_asked_here(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).map(|host| host.to_str().unwrap_or_default());
    let brought = ["x-forwarded-for", "forwarded"].iter().any(|name| headers.contains_key(*name));
    !brought && host.is_none_or(names_here)
}

/// Whether a host, with or without a port, is this machine.
fn names_here(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let ip = name.trim_matches(['[', ']']).parse::<IpAddr>();
    name == "localhost" || ip.is_ok_and(|ip| ip.is_loopback())
}

/// The moment before which sessions are swept away.
pub const fn oldest(now: At) -> At {
    At(now.0.saturating_sub(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (name.parse::<header::HeaderName>().unwrap(), HeaderValue::from_static(value))
            })
            .collect()
    }

    #[test]
    fn a_form_is_believed_only_where_the_browser_says_it_comes_from_here() {
        let here = "https://maat.example.org";
        for (sent, believed) in [
            (headers(&[("sec-fetch-site", "same-origin")]), true),
            (headers(&[("origin", "https://maat.example.org")]), true),
            (headers(&[("origin", "https://10.0.0.7:8080"), ("host", "10.0.0.7:8080")]), true),
            (headers(&[]), false),
            (headers(&[("origin", "null")]), false),
            (headers(&[("origin", "http://maat.example.org")]), false),
            (headers(&[("origin", "https://maat.example.org.evil")]), false),
            (headers(&[("sec-fetch-site", "cross-site")]), false),
            (headers(&[("sec-fetch-site", "same-site")]), false),
            (headers(&[("sec-fetch-site", "none")]), false),
            (
                headers(&[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://maat.example.org"),
                ]),
                false,
            ),
            (
                headers(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]),
                false,
            ),
        ] {
            assert_eq!(from_here(&sent, here), believed, "{sent:?}");
        }
    }

    #[test]
    fn over_plain_http_it_is_asked_by_the_name_of_this_machine_and_by_nobody_in_between() {
        for (sent, here) in [
            (headers(&[]), true),
            (headers(&[("host", "127.0.0.1:8080")]), true),
            (headers(&[("host", "localhost")]), true),
            (headers(&[("host", "[::1]:8080")]), true),
            (headers(&[("host", "evil.example")]), false),
            (headers(&[("host", "127.0.0.1.evil.example:80")]), false),
            (headers(&[("host", "localhost"), ("x-forwarded-for", "8.8.8.8")]), false),
            (headers(&[("host", "localhost"), ("forwarded", "for=8.8.8.8")]), false),
        ] {
            assert_eq!(is_asked_here(&sent), here, "{sent:?}");
        }
    }

    #[test]
    fn over_plain_http_the_console_is_of_this_machine_alone() {
        for (url, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://[::1]:8080", true),
            ("http://0.0.0.0:8080", false),
            ("http://maat.example.org", false),
            ("http://localhost.evil.example", false),
            ("http://127.0.0.1.evil.example:80", false),
        ] {
            assert_eq!(is_here(url), here, "{url}");
        }
    }
}
