//! `maat mail`: a campaign by mail, looked at and sent.

mod addresses;
mod approve;
mod draft;
mod letters;
mod preview;
mod returned;
mod send;
mod status;
mod survey;
pub mod unsubscribe;

pub use draft::AiSettings;
use maat::ledger::At;
use maat::words::Lang;
use maat_store::MailingState;

use crate::cli::MailCommand;
use crate::settings::Settings;
use crate::{Ended, Failure};

pub fn run(settings: &Settings, command: &MailCommand) -> Result<Ended, Failure> {
    match command {
        MailCommand::Preview(args) => preview::run(settings, args),
        MailCommand::Addresses { file } => addresses::run(settings, file),
        MailCommand::Returned { files } => returned::run(settings, files),
        MailCommand::Send(args) => send::run(settings, args),
        MailCommand::Status { mailing } => status::run(settings, mailing.as_deref()),
        MailCommand::Pause { mailing } => status::steer(settings, mailing, MailingState::Paused),
        MailCommand::Resume { mailing } => status::steer(settings, mailing, MailingState::Running),
        MailCommand::Stop { mailing } => status::steer(settings, mailing, MailingState::Stopped),
        MailCommand::Draft(args) => draft::run(settings, args),
        MailCommand::Approve(args) => approve::run(settings, args),
    }
}

/// A progress bar on standard error, for what takes over a second, on a terminal alone.
fn bar(lang: Lang) -> impl Fn(u64, u64) + Sync {
    let started = std::time::Instant::now();
    let bar =
        indicatif::ProgressBar::with_draw_target(None, indicatif::ProgressDrawTarget::hidden());
    let people = lang.pick("klanten", "customers");
    move |done, whole| {
        if started.elapsed() < std::time::Duration::from_secs(1) {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            let shape = format!("{{bar:40}} {{percent:>3}}%  {{pos}} {people}  {{eta}}");
            if let Ok(style) = indicatif::ProgressStyle::with_template(&shape) {
                bar.set_style(style);
            }
        }
        bar.set_length(whole);
        bar.set_position(done);
        if done == whole {
            bar.finish_and_clear();
        }
    }
}

/// The moment of a campaign as the ledger counts: `--at`, else what is planned, else now.
fn moment(
    code: &maat::code::Code,
    planned: Option<&str>,
    at: Option<&str>,
    now: At,
) -> Result<At, Failure> {
    match at.or(planned) {
        Some(text) => Ok(crate::store::moment(text, code)?),
        None => Ok(now),
    }
}
