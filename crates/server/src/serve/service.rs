//! What every request is answered from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
use maat_store::{ControllerId, Party, Scope, Store};

use super::briefs::{self, Controller};
use super::problem::{Kind, Problem};
use crate::cli::ServeArgs;
use crate::console::Console;
use crate::settings::Settings;
use crate::store::{Opened, now};
use crate::{Failure, code_folder};

/// Where time comes from.
pub type Clock = Box<dyn Fn() -> At + Send + Sync>;

/// What the service takes in, and how long it waits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a body.
    pub body: usize,
    /// Until a request has arrived and is answered.
    pub answer_within: Duration,
    /// Until the headers of a request have arrived.
    pub headers_within: Duration,
    /// Until what is under way is finished when it stops.
    pub finish_within: Duration,
    /// Connections at the same time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            answer_within: Duration::from_secs(20),
            headers_within: Duration::from_secs(10),
            finish_within: Duration::from_secs(25),
            connections: 4096,
        }
    }
}

/// Everything a request is answered from; one for the process.
pub struct Service {
    store: Store,
    code: Arc<Code>,
    controllers: BTreeMap<ControllerId, Controller>,
    clock: Clock,
    public_url: String,
    lang: Lang,
    party: Option<Party>,
    limits: Limits,
    console: Console,
    code_folder: Option<PathBuf>,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Service {
    /// A service on a store, with the briefs of a folder. `own` is the controller whose briefs stand
    /// in the folder itself.
    pub fn new(
        store: Store,
        code: Arc<Code>,
        own: &ControllerId,
        folder: Option<&Path>,
        clock: Clock,
    ) -> Result<Self, Mistakes> {
        let controllers = briefs::load(folder, &code, own)?;
        Ok(Self {
            store,
            code,
            controllers,
            clock,
            public_url: String::new(),
            lang: Lang::Nl,
            party: None,
            limits: Limits::default(),
            console: Console::default(),
            code_folder: None,
        })
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// With the address at which the service is reached from outside, without a slash at the end.
    #[must_use]
    pub fn with_public_url(mut self, url: &str) -> Self {
        url.trim_end_matches('/').clone_into(&mut self.public_url);
        self
    }

    /// What it takes in.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The address at which it is reached from outside; empty where it was not told.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The usual language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The company as receipts name it.
    pub const fn party(&self) -> Option<&Party> {
        self.party.as_ref()
    }

    /// What the console keeps in memory.
    pub(crate) const fn console(&self) -> &Console {
        &self.console
    }

    /// The store, for what belongs to no controller.
    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    /// The moment now.
    pub fn now(&self) -> At {
        (self.clock)()
    }

    /// Whether the store answers.
    pub fn ready(&self) -> maat_store::Result<()> {
        let Some(own) = self.controllers.keys().next() else { return Ok(()) };
        self.store.of(own).subjects("", 1).map(|_| ())
    }

    /// A controller's part of the ledger.
    pub fn scope(&self, controller: &ControllerId) -> Scope<'_> {
        self.store.of(controller)
    }

    /// The Code of a controller.
    pub fn code(&self, controller: &ControllerId) -> &Arc<Code> {
        self.controllers.get(controller).map_or(&self.code, |one| &one.code)
    }

    /// The folder of a controller's Code; nothing for the default Code, which is built in.
    pub(crate) fn code_folder(&self, controller: &ControllerId) -> Option<&Path> {
        let own = self.controllers.get(controller).and_then(|one| one.code_folder.as_deref());
        own.or(self.code_folder.as_deref())
    }

    /// A controller that has briefs or a Code of its own.
    pub fn controller(&self, id: &ControllerId) -> Option<&Controller> {
        self.controllers.get(id)
    }
}

/// Does what blocks where blocking is allowed: everything that asks the store. What the store cannot
/// do is a problem, never an answer.
pub async fn blocking<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let service = Arc::clone(service);
    let done = tokio::task::spawn_blocking(move || work(&service)).await;
    done.unwrap_or_else(|_| {
        Err(Problem::new(
            Kind::Fault,
            "het werk werd niet afgemaakt; er is misschien niets vastgelegd",
            "the work was not finished; perhaps nothing was recorded",
        ))
    })
}

/// The service that the settings describe, and where it listens.
pub fn of(settings: &Settings, args: &ServeArgs) -> Result<(Service, SocketAddr), Failure> {
    let listen =
        args.listen.or(settings.serve.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let folder = args.briefs.as_ref().or(settings.serve.briefs.as_ref());
    let code = Arc::new(code_folder::load(settings.code.as_deref())?.code);
    let (store, own) = Opened::new(settings)?.into_parts();
    let mut service =
        Service::new(store, code, &own, folder.map(|path| path.as_path()), Box::new(now))?;
    service.lang = settings.lang;
    service.code_folder.clone_from(&settings.code);
    service.party.clone_from(&settings.party);
    let url = args.public_url.as_ref().or(settings.serve.public_url.as_ref());
    let url = url.cloned().unwrap_or_else(|| format!("http://{listen}"));
    if !(url.starts_with("http://") || url.starts_with("https://")) {
        return Err(Mistake::in_file(
            "--public-url",
            format!("`{url}` is no address of a site"),
            "write it as https://maat.example.org",
        )
        .into());
    }
    Ok((service.with_public_url(&url), listen))
}
