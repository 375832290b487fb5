//! Signing in: name and password, then a one-time code; setting codes up the first time; signing
//! out. Whatever is wrong, the answer is the same, and so is the time it takes.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maat::ledger::At;
use maat_service::problem::{Kind, Problem, status};
use maat_service::service::{Service, blocking};
use maat_store::{Account, Patience, Stage};
use serde_json::json;

use crate::chrome::{Deed, audit};
use crate::door::{Visit, Who, oldest, set, to};
use crate::memory::Console;
use crate::password::{AGAIN, Seat};
use crate::{chrome, one_time};

const SECOND: i64 = 1000;

/// How much guessing one name is put up with.
const OF_NAME: Patience =
    Patience { free: 6, first: 30 * SECOND, longest: 15 * 60 * SECOND, forget: 24 * 3600 * SECOND };

/// How much guessing one client is put up with, whatever the names: colleagues may share one.
const OF_CLIENT: Patience = Patience { free: 30, ..OF_NAME };

type Served = Result<Response, Problem>;

/// `GET /console/sign-in`
pub async fn page(Extension(visit): Extension<Visit>) -> Response {
    match &visit.session {
        Some(own) if own.secret.is_some() => to("/console/enrol"),
        Some(_) => to("/console/code-check"),
        None => at_the_door(&visit, "", StatusCode::OK),
    }
}

fn at_the_door(visit: &Visit, wrong: &str, status: StatusCode) -> Response {
    let own = json!({ "wrong": wrong });
    chrome::page(visit, None, "console/sign-in.html", "", own).status(status).into_response()
}

/// Counts an attempt by name and client; gives until when must be waited.
fn count(service: &Service, client: &str, name: &str) -> Result<Option<At>, Problem> {
    let (store, now) = (service.store(), service.now());
    let of_client = store.attempt(now, &format!("client {client}"), OF_CLIENT)?;
    let of_name = store.attempt(now, &of_name(name), OF_NAME)?;
    Ok(of_client.max(of_name))
}

fn of_name(name: &str) -> String {
    format!("name {}", name.trim().to_lowercase())
}

/// It was right: the name begins anew, the client gets this one attempt back.
fn was_right(service: &Service, client: &str, name: &str) -> Result<(), Problem> {
    let store = service.store();
    store.forget_attempts(&of_name(name))?;
    Ok(store.take_back_attempt(service.now(), &format!("client {client}"))?)
}

/// Writes down for all that somebody works for what they did at the door.
fn tell(service: &Service, account: &Account, deed: Deed) -> Result<(), Problem> {
    for controller in &account.controllers {
        service.scope(controller).audit(service.now(), &account.name, deed.word(), "", None)?;
    }
    Ok(())
}

fn wait(visit: &Visit, now: At, until: At) -> (StatusCode, String) {
    let minutes = (until.0 - now.0).max(0) / 60_000 + 1;
    let said = match visit.lang {
        maat::words::Lang::Nl => format!(
            "Er is te vaak geprobeerd. Wacht {minutes} {} en probeer het dan opnieuw.",
            if minutes == 1 { "minuut" } else { "minuten" }
        ),
        maat::words::Lang::En => format!(
            "There were too many attempts. Wait {minutes} {} and try again.",
            if minutes == 1 { "minute" } else { "minutes" }
        ),
    };
    (status(Kind::TooMany), said)
}

/// What came of a step at the door.
enum Step {
    /// A new session, and where to go on.
    On(maat_store::SessionId, &'static str),
    /// Not right, or too often.
    Wrong(StatusCode, String),
}

/// `POST /console/sign-in`
pub async fn password(
    State(service): State<Arc<Service>>,
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
) -> Served {
    // Whoever finds no place costs nothing: the store is not asked either.
    let Some(place) = console.passwords.place() else { return Ok(crowded(&visit)) };
    let own = visit.clone();
    let known = match blocking(&service, move |service| known(service, &own)).await? {
        Ok(account) => account,
        Err((status, said)) => return Ok(at_the_door(&visit, &said, status)),
    };
    let own = visit.clone();
    let Some(seat) = console.passwords.seat(place).await else {
        not_tried(&service, &visit).await?;
        return Ok(crowded(&visit));
    };
    let step =
        blocking(&service, move |service| judge_password(service, &seat, &own, known)).await?;
    Ok(match step {
        Step::On(id, address) => signed(&visit, &id, address),
        Step::Wrong(status, said) => at_the_door(&visit, &said, status),
    })
}

/// Takes back what was counted of a password that was not tried.
async fn not_tried(service: &Arc<Service>, visit: &Visit) -> Result<(), Problem> {
    let own = visit.clone();
    blocking(service, move |service| {
        let (store, now) = (service.store(), service.now());
        store.take_back_attempt(now, &of_name(own.form.get("name")))?;
        Ok(store.take_back_attempt(now, &format!("client {}", own.client))?)
    })
    .await
}

/// There is no room to try another password.
fn crowded(visit: &Visit) -> Response {
    let said = visit.lang.pick(
        "Er melden zich nu heel veel mensen tegelijk aan. Je wachtwoord is niet bekeken; probeer het over een paar tellen opnieuw.",
        "Very many people are signing in right now. Your password was not looked at; try again in a few seconds.",
    );
    let mut response = at_the_door(visit, said, status(Kind::Store));
    set(&mut response, header::RETRY_AFTER, &AGAIN.to_string());
    response
}

/// Counts an attempt; the account of the name, where there is one, or until when must be waited.
fn known(
    service: &Service,
    visit: &Visit,
) -> Result<Result<Option<Account>, (StatusCode, String)>, Problem> {
    let name = visit.form.get("name");
    if let Some(until) = count(service, &visit.client, name)? {
        return Ok(Err(wait(visit, service.now(), until)));
    }
    Ok(Ok(service.store().account(name)?))
}

fn signed(visit: &Visit, id: &maat_store::SessionId, address: &str) -> Response {
    let mut response = to(address);
    set(&mut response, header::SET_COOKIE, &visit.cookie_of(id));
    response
}

fn judge_password(
    service: &Service,
    seat: &Seat,
    visit: &Visit,
    account: Option<Account>,
) -> Result<Step, Problem> {
    let (store, now) = (service.store(), service.now());
    let name = visit.form.get("name");
    let hash = account.as_ref().map(|account| account.password.as_str());
    let fits = seat.fits(visit.form.get("password"), hash);
    let Some(account) = account.filter(|_| fits) else {
        // The name that was typed is not written down where nobody has it: it may be a password.
        if let Some(known) = store.account(name)? {
            tell(service, &known, Deed::SignInFailed)?;
        } else {
            tracing::warn!(target: "maat::console", "somebody tried to sign in by an unknown name");
        }
        let said = visit.lang.pick(
            "Naam of wachtwoord klopt niet. Kijk beide na en probeer het opnieuw.",
            "Name or password is not right. Check both and try again.",
        );
        return Ok(Step::Wrong(StatusCode::UNAUTHORIZED, said.to_owned()));
    };
    let Some(controller) = account.controllers.first() else {
        let said = visit.lang.pick("Je werkt voor niemand meer.", "You work for nobody any more.");
        return Ok(Step::Wrong(StatusCode::UNAUTHORIZED, said.to_owned()));
    };
    store.take_back_attempt(now, &format!("client {}", visit.client))?;
    let secret = if account.enrolled { None } else { Some(one_time::secret()?) };
    let id = store.open_session(
        now,
        oldest(now),
        &account.name,
        Stage::Password,
        controller,
        secret.as_deref(),
    )?;
    store.close_session(&visit.id)?;
    let next = if account.enrolled { "/console/code-check" } else { "/console/enrol" };
    Ok(Step::On(id, next))
}

/// `GET /console/code-check`
pub async fn code_page(Extension(visit): Extension<Visit>) -> Response {
    match visit.account.as_ref().zip(visit.session.as_ref()) {
        Some((account, own)) if own.stage == Stage::Password && account.enrolled => {
            ask_code(&visit, "", StatusCode::OK)
        }
        _ => to("/console"),
    }
}

fn ask_code(visit: &Visit, wrong: &str, status: StatusCode) -> Response {
    let own = json!({ "wrong": wrong });
    chrome::page(visit, None, "console/door.html", "", own).status(status).into_response()
}

/// `POST /console/code-check`
pub async fn code(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
) -> Served {
    let own = visit.clone();
    let step = blocking(&service, move |service| judge_code(service, &own)).await?;
    Ok(match step {
        Step::On(id, address) => signed(&visit, &id, address),
        Step::Wrong(status, said) => ask_code(&visit, &said, status),
    })
}

fn judge_code(service: &Service, visit: &Visit) -> Result<Step, Problem> {
    let (store, now) = (service.store(), service.now());
    let at_door = visit.session.as_ref().is_some_and(|own| own.stage == Stage::Password);
    let Some(account) = visit.account.as_ref().filter(|own| at_door && own.enrolled) else {
        return Ok(Step::Wrong(StatusCode::UNAUTHORIZED, String::new()));
    };
    let name = account.name.as_str();
    if let Some(until) = count(service, &visit.client, name)? {
        let (status, said) = wait(visit, now, until);
        return Ok(Step::Wrong(status, said));
    }
    let code = visit.form.get("code").trim();
    let right = if one_time::is_code(code) {
        let secret = store.secret(name)?.unwrap_or_default();
        match one_time::step(&secret, code, now)? {
            Some(step) => store.use_step(name, step)?,
            None => false,
        }
    } else {
        let used = store.use_recovery(name, code)?;
        if used {
            tell(service, account, Deed::RecoveryUsed)?;
        }
        used
    };
    if !right {
        tell(service, account, Deed::SignInFailed)?;
        let said = visit.lang.pick(
            "Deze code klopt niet, of is al gebruikt. Wacht op de volgende en probeer het opnieuw.",
            "This code is not right, or was used before. Wait for the next one and try again.",
        );
        return Ok(Step::Wrong(StatusCode::UNAUTHORIZED, said.to_owned()));
    }
    was_right(service, &visit.client, name)?;
    Ok(Step::On(open(service, visit, account)?, "/console"))
}

/// Opens the session of somebody who has shown all, under a new id.
fn open(
    service: &Service,
    visit: &Visit,
    account: &Account,
) -> Result<maat_store::SessionId, Problem> {
    let (store, now) = (service.store(), service.now());
    let controller =
        account.controllers.first().or(visit.session.as_ref().map(|it| &it.controller));
    let Some(controller) = controller else {
        let (nl, en) = ("je werkt voor niemand meer", "you work for nobody any more");
        return Err(Problem::new(Kind::Forbidden, nl, en));
    };
    let id = store.open_session(now, oldest(now), &account.name, Stage::Full, controller, None)?;
    store.close_session(&visit.id)?;
    tell(service, account, Deed::SignedIn)?;
    Ok(id)
}

/// `GET /console/enrol`
pub async fn enrol_page(Extension(visit): Extension<Visit>) -> Response {
    enrolling(&visit, "", StatusCode::OK)
}

fn enrolling(visit: &Visit, wrong: &str, status: StatusCode) -> Response {
    let session = visit.session.as_ref();
    let pending = session.and_then(|own| own.secret.as_ref().map(|secret| (own, secret)));
    let Some((own, secret)) = pending else { return to("/console") };
    let (path, width) = one_time::drawn(&one_time::address(secret, &own.name)).unwrap_or_default();
    let own = json!({
        "wrong": wrong, "path": path, "width": width, "secret": one_time::shown(secret),
    });
    chrome::page(visit, None, "console/enrol.html", "", own).status(status).into_response()
}

/// `POST /console/enrol`
pub async fn enrol(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
) -> Served {
    let own = visit.clone();
    let done = blocking(&service, move |service| set_up(service, &own)).await?;
    Ok(match done {
        Ok((id, codes)) => {
            // The page that tells the recovery codes belongs to the new session.
            let own = json!({ "codes": codes });
            let page = chrome::page(&visit, None, "console/recovery.html", "", own);
            let mut response = page.into_response();
            set(&mut response, header::SET_COOKIE, &visit.cookie_of(&id));
            response
        }
        Err((status, said)) => enrolling(&visit, &said, status),
    })
}

type SetUp = Result<(maat_store::SessionId, Vec<String>), (StatusCode, String)>;

fn set_up(service: &Service, visit: &Visit) -> Result<SetUp, Problem> {
    let (store, now) = (service.store(), service.now());
    let secret = visit.session.as_ref().and_then(|own| own.secret.as_deref());
    let (Some(account), Some(secret)) = (visit.account.as_ref(), secret) else {
        return Ok(Err((StatusCode::UNAUTHORIZED, String::new())));
    };
    if let Some(until) = count(service, &visit.client, &account.name)? {
        return Ok(Err(wait(visit, now, until)));
    }
    let Some(step) = one_time::step(secret, visit.form.get("code"), now)? else {
        let said = visit.lang.pick(
            "Deze code klopt niet. Kijk of de klok van je telefoon gelijk loopt, en neem de nieuwste code.",
            "This code is not right. See that the clock of your phone is right, and take the newest code.",
        );
        return Ok(Err((StatusCode::UNAUTHORIZED, said.to_owned())));
    };
    let codes = one_time::recovery()?;
    store.enrol(&account.name, secret, step, &codes)?;
    was_right(service, &visit.client, &account.name)?;
    tell(service, account, Deed::Enrolled)?;
    Ok(Ok((open(service, visit, account)?, codes)))
}

/// `POST /console/sign-out`
pub async fn out(
    State(service): State<Arc<Service>>,
    Extension(visit): Extension<Visit>,
    who: Option<Extension<Who>>,
) -> Served {
    blocking(&service, move |service| {
        service.store().close_session(&visit.id)?;
        match who {
            Some(Extension(who)) => audit(service, &who, Deed::SignedOut, "", None),
            None => Ok(()),
        }
    })
    .await?;
    Ok(to("/console/sign-in"))
}

/// `POST /console/sign-out-everywhere`
pub async fn out_everywhere(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
) -> Served {
    blocking(&service, move |service| {
        service.store().close_sessions(&who.name)?;
        audit(service, &who, Deed::SignedOutEverywhere, "", None)
    })
    .await?;
    Ok(to("/console/sign-in"))
}
