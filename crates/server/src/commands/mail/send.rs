//! `maat mail send`: a campaign leaves, mail by mail.

use std::sync::atomic::AtomicBool;

use maat_practice::campaign::letters::Letters;
use maat_practice::campaign::refused::Refused;
use maat_practice::campaign::send::Sending;
use maat_practice::campaign::server::server;
use maat_practice::code_folder;
use maat_practice::time::now;
use maat_practice::trouble::Trouble;

use crate::cli::SendArgs;
use crate::commands::mail::{bar, status};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::store::Opened;

/// `maat mail send`
pub fn run(settings: &Settings, args: &SendArgs) -> Result<Ended, Failure> {
    let loaded = code_folder::load(settings.code.as_deref())?;
    let code = &loaded.code;
    let url = settings.serve.public_url.as_deref().ok_or(Refused::NoUrl).map_err(Trouble::from)?;
    let letters = Letters::read(code, &args.brief, url)?;
    let mut own = settings.mail.clone();
    own.connections = args.connections.or(own.connections);
    let bulk = server(&own)?;
    let opened = Opened::there(settings)?;
    let scope = opened.scope();
    let sending = Sending {
        code,
        letters: &letters,
        scope: &scope,
        bulk: &bulk,
        own: &own,
        clock: &now,
        ending: &AtomicBool::new(false),
    };
    let id = sending.begin()?;
    let shown = bar(settings.lang);
    sending.go(&id, &shown, &shown)?;
    let counts = status::one(settings, code, &scope, &id)?;
    Ok(if counts.failed + counts.waiting > 0 { Ended::Differs } else { Ended::Well })
}
