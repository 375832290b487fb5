//! A mailing from the console: what must hold before it goes, and sending it in the background. It is
//! the sending of the command line, so either goes on with what the other began.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use maat::brief::Brief;
use maat::code::Code;
use maat::gate::Proposal;
use maat_practice::brief::approval::{Standing, asked};
use maat_practice::campaign::letters::Letters;
use maat_practice::campaign::refused::Refused;
use maat_practice::campaign::send::{Sending, mailing_id};
use maat_practice::campaign::server::{Bulk, server};
use maat_practice::time::moment_now;
use maat_practice::trouble::Trouble;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_store::ControllerId;

use crate::door::Who;
use crate::jobs::{Key, failed};
use crate::memory::Console;
use crate::outcome::Outcome;
use crate::{home, jobs, mistakes};

/// The job that sends a mailing.
pub fn key(controller: &ControllerId, mailing: &str) -> Key {
    (controller.clone(), format!("send {mailing}"))
}

/// What a mailing goes with, once everything that must hold does.
pub struct Ready {
    controller: ControllerId,
    code: Arc<Code>,
    letters: Letters,
    bulk: Bulk,
    /// The id of the mailing: of exactly this brief.
    pub id: String,
}

/// Looks whether the newest version of a brief may go: approved under this very Code, with a mail server
/// and an address for its links, and not in quiet hours.
pub fn ready(service: &Service, who: &Who, own: &Standing) -> Result<Ready, Problem> {
    let code = Arc::clone(service.code(&who.controller));
    let read = Brief::parse("brief", &own.signed).map_err(|_| home::unfit())?;
    let proposal = Proposal::new(&code, read, "brief", &own.signed).map_err(|_| home::unfit())?;
    approved(service, &code, own, proposal.brief())?;
    let url = service.link_url();
    let url = url.ok_or(Refused::NoUrl).map_err(Trouble::from)?;
    let bulk = server(service.campaign_server())?;
    let letters = Letters::of(proposal, "brief", url).map_err(|it| mistakes::problem(&it))?;
    let id = mailing_id(letters.brief());
    let ready = Ready { controller: who.controller.clone(), code, letters, bulk, id };
    ready.with(service, &AtomicBool::new(false), |sending| {
        sending.not_quiet()?;
        Ok(())
    })?;
    Ok(ready)
}

/// Refuses what fewer signed than the Code asks, or what was changed since.
fn approved(service: &Service, code: &Code, own: &Standing, brief: &Brief) -> Result<(), Problem> {
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    let (asked, signed) = (asked(code, brief, now), own.holds.len());
    if signed >= asked {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Forbidden,
        format!(
            "deze briefing is niet goedgekeurd: de Code vraagt {asked} geldige handtekening(en) en er is of zijn er {signed}; laat collega’s lezen en tekenen"
        ),
        format!(
            "this brief is not approved: the Code asks {asked} valid signature(s) and there are {signed}; have colleagues read and sign"
        ),
    ))
}

impl Ready {
    fn with<T>(
        &self,
        service: &Service,
        ending: &AtomicBool,
        work: impl FnOnce(&Sending<'_>) -> Result<T, Trouble>,
    ) -> Result<T, Problem> {
        let scope = service.scope(&self.controller);
        let clock = || service.now();
        let sending = Sending {
            code: &self.code,
            letters: &self.letters,
            scope: &scope,
            bulk: &self.bulk,
            own: service.campaign_server(),
            clock: &clock,
            ending,
        };
        Ok(work(&sending)?)
    }

    /// Begins it, or takes up the one that is there.
    pub fn begin(&self, service: &Service) -> Result<(), Problem> {
        self.with(service, &AtomicBool::new(false), |sending| sending.begin().map(|_| ()))
    }

    /// Sends it in the background, unless this program already does.
    pub fn send(self, service: &Arc<Service>, console: &Arc<Console>) {
        let own = Arc::clone(console);
        let key = key(&self.controller, &self.id);
        jobs::start(service, &console.jobs, key, move |service, job| {
            let surveyed = |done, of| job.tell(done, of);
            self.with(service, &own.ending, |sending| sending.go(&self.id, &surveyed, &|_, _| {}))?;
            Ok(Outcome::Sent)
        });
    }
}
