//! `maat mail`: a campaign by mail, looked at and sent.

mod addresses;
mod approve;
mod draft;
mod preview;
mod returned;
mod send;
mod status;

use maat::words::Lang;
use maat_store::MailingState;

use crate::cli::MailCommand;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::bar::Bar;

pub fn run(settings: &Settings, command: &MailCommand) -> Result<Ended, Failure> {
    match command {
        MailCommand::Preview(args) => preview::run(settings, args),
        MailCommand::Addresses { file } => addresses::run(settings, file),
        MailCommand::Returned(args) => returned::run(settings, args),
        MailCommand::Send(args) => send::run(settings, args),
        MailCommand::Status { mailing } => status::run(settings, mailing.as_deref()),
        MailCommand::Pause { mailing } => status::steer(settings, mailing, MailingState::Paused),
        MailCommand::Resume { mailing } => status::steer(settings, mailing, MailingState::Running),
        MailCommand::Stop { mailing } => status::steer(settings, mailing, MailingState::Stopped),
        MailCommand::Draft(args) => draft::run(settings, args),
        MailCommand::Approve(args) => approve::run(settings, args),
    }
}

/// Shows how many people are done, of how many.
fn bar(lang: Lang) -> impl Fn(u64, u64) + Sync {
    let (bar, people) = (Bar::new(), lang.pick("klanten", "customers"));
    move |done, whole| {
        bar.at(done, whole, || format!("{done} {people}"));
        if done == whole {
            bar.clear();
        }
    }
}
