//! What every request is answered from.

mod controllers;
mod floor;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::FromRef;
use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistakes;
use maat::words::Lang;
use maat_practice::acts::events::Mapped;
use maat_practice::campaign::folder::{self, Controller};
use maat_practice::campaign::server::MailSettings;
use maat_practice::code_mail::CodeMail;
use maat_store::{ApiKey, ControllerId, Party, Scope, Store};

use self::floor::Floor;
pub use self::floor::{blocking, reading, restricting, working};
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::rates::{Clock, Rates, Ticks};
use crate::trace::Traces;
use crate::tries::{Tries, What};

/// Everything a request is answered from; one for the process.
pub struct Service {
    store: Store,
    code: Arc<Code>,
    controllers: BTreeMap<ControllerId, Controller>,
    clock: Clock,
    ticks: Ticks,
    rates: Rates,
    tries: Tries,
    code_mail: Option<CodeMail>,
    campaign_server: MailSettings,
    link_url: Option<String>,
    rules_url: Option<String>,
    public_url: String,
    lang: Lang,
    party: Option<Party>,
    mapping: Vec<Mapped>,
    limits: Limits,
    embedded: bool,
    floor: Floor,
    metrics: Metrics,
    metrics_at: Option<SocketAddr>,
    traces: Traces,
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
        let controllers = folder::load(folder, &code, own)?;
        let (ticks, limits) = (Ticks::default(), Limits::default());
        Ok(Self {
            store,
            code,
            controllers,
            rates: Rates::new(limits.rate, &ticks),
            clock,
            ticks,
            tries: Tries::default(),
            code_mail: None,
            campaign_server: MailSettings::default(),
            link_url: None,
            rules_url: None,
            public_url: String::new(),
            lang: Lang::Nl,
            party: None,
            mapping: Vec::new(),
            limits,
            embedded: false,
            floor: Floor::default(),
            metrics: Metrics::default(),
            metrics_at: None,
            traces: Traces::default(),
            code_folder: None,
        })
    }

    /// With a store in a file of this machine, which is read without waiting for anybody.
    #[must_use]
    pub const fn with_embedded_store(mut self) -> Self {
        self.embedded = true;
        self
    }

    /// With other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.rates = Rates::new(limits.rate, &self.ticks);
        self.limits = limits;
        self
    }

    /// With another clock for waits and windows, for trying.
    #[must_use]
    pub fn with_ticks(mut self, ticks: Ticks) -> Self {
        self.rates = Rates::new(self.limits.rate, &ticks);
        self.ticks = ticks;
        self
    }

    /// With the address at which the service is reached from outside, without a slash at the end.
    #[must_use]
    pub fn with_public_url(mut self, url: &str) -> Self {
        url.trim_end_matches('/').clone_into(&mut self.public_url);
        self
    }

    /// With another usual language.
    #[must_use]
    pub fn with_lang(mut self, lang: Lang) -> Self {
        self.lang = lang;
        self
    }

    /// With the company as receipts name it.
    #[must_use]
    pub fn with_party(mut self, party: Option<Party>) -> Self {
        self.party = party;
        self
    }

    /// The clock of waits and windows.
    pub const fn ticks(&self) -> &Ticks {
        &self.ticks
    }

    /// With a mail server for the codes that people enter with.
    #[must_use]
    pub fn with_code_mail(mut self, mail: CodeMail) -> Self {
        self.code_mail = Some(mail);
        self
    }

    /// What mails the codes that people enter with, where there is a mail server.
    pub const fn code_mail(&self) -> Option<&CodeMail> {
        self.code_mail.as_ref()
    }

    /// With a mail server for campaigns, and the address to which their links lead, where somebody said so.
    #[must_use]
    pub fn with_campaigns(mut self, server: MailSettings, link_url: Option<String>) -> Self {
        (self.campaign_server, self.link_url) = (server, link_url);
        self
    }

    /// What campaigns are sent by.
    pub const fn campaign_server(&self) -> &MailSettings {
        &self.campaign_server
    }

    /// Where the links in mails lead, where somebody said so.
    pub fn link_url(&self) -> Option<&str> {
        self.link_url.as_deref()
    }

    /// With the events of other systems that become signals.
    #[must_use]
    pub fn with_mapping(mut self, mapping: Vec<Mapped>) -> Self {
        self.mapping = mapping;
        self
    }

    /// With the folder of the Code that holds for whoever has none of their own.
    #[must_use]
    pub fn with_code_folder(mut self, folder: Option<PathBuf>) -> Self {
        self.code_folder = folder;
        self
    }

    /// With traces of what it does.
    #[must_use]
    pub fn with_traces(mut self, traces: Traces) -> Self {
        self.traces = traces;
        self
    }

    /// With the address at which the published rules stand.
    #[must_use]
    pub fn with_rules_url(mut self, url: &str) -> Self {
        self.rules_url = Some(url.to_owned());
        self
    }

    /// The address at which the published rules stand, where they do.
    pub fn rules_url(&self) -> Option<&str> {
        self.rules_url.as_deref()
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

    /// Counts a try of what can be tried only so often.
    pub fn take(&self, what: What, who: &str) -> Result<(), Problem> {
        self.tries.take(what, who, self.ticks.since())
    }

    /// Which events become which signals.
    pub fn mapping(&self) -> &[Mapped] {
        &self.mapping
    }

    /// The store, for what belongs to no controller.
    pub const fn store(&self) -> &Store {
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

    /// What it counts.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Where what blocks is worked on.
    pub(crate) const fn floor(&self) -> &Floor {
        &self.floor
    }

    /// Waits until nothing is worked on any more.
    pub async fn finished(&self) {
        self.floor.empty().await;
    }

    /// Whether the store is a file of this machine.
    pub(crate) const fn is_embedded(&self) -> bool {
        self.embedded
    }

    /// Where it tells what it counts.
    pub const fn metrics_at(&self) -> Option<SocketAddr> {
        self.metrics_at
    }

    /// With an address at which it tells what it counts.
    #[must_use]
    pub const fn with_metrics_at(mut self, at: Option<SocketAddr>) -> Self {
        self.metrics_at = at;
        self
    }

    /// Whether requests are traced.
    pub const fn traced(&self) -> bool {
        self.traces.on()
    }

    /// How often keys may ask.
    pub const fn rates(&self) -> &Rates {
        &self.rates
    }

    /// Whose key this is, if it holds.
    pub fn key(&self, text: &str) -> maat_store::Result<Option<(ControllerId, ApiKey)>> {
        self.store.key(text, self.now())
    }

    /// A controller's part of the ledger.
    pub fn scope(&self, controller: &ControllerId) -> Scope<'_> {
        self.store.of(controller)
    }
}

/// The state of a router that holds the service.
pub trait HasService: Send + Sync {
    /// The service.
    fn service(&self) -> Arc<Service>;
}

impl<S: Send + Sync> HasService for S
where
    Arc<Service>: FromRef<S>,
{
    fn service(&self) -> Arc<Service> {
        Arc::from_ref(self)
    }
}
