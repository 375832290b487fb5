//! What every request is answered from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use maat::code::Code;
use maat::ledger::At;
use maat::mistake::{Mistake, Mistakes};
use maat::words::Lang;
use maat_channels::Mail;
use maat_store::{ApiKey, ControllerId, Party, Scope, Store};

use super::briefs::{self, Controller};
use super::caller::Rates;
use super::happened::{self, Mapped};
use super::metrics::Metrics;
use super::problem::{Kind, Problem};
use super::trace::{self, Traces};
use super::tries::Tries;
use crate::cli::ServeArgs;
use crate::console::Console;
use crate::settings::{MailSettings, Settings};
use crate::store::{Opened, now};
use crate::web::Web;
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
    /// Requests that each key may make in a second; nothing is no limit.
    pub rate: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 1024 * 1024,
            answer_within: Duration::from_secs(20),
            headers_within: Duration::from_secs(10),
            finish_within: Duration::from_secs(25),
            connections: 4096,
            rate: NonZeroU32::new(1000),
        }
    }
}

/// What campaigns by mail are sent with, as far as the settings say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Campaigns {
    /// The mail server.
    pub server: MailSettings,
    /// Where the links in mails lead, where somebody said so.
    pub public_url: Option<String>,
}

/// Everything a request is answered from; one for the process.
pub struct Service {
    store: Store,
    code: Arc<Code>,
    controllers: BTreeMap<ControllerId, Controller>,
    clock: Arc<Clock>,
    rates: Rates,
    tries: Tries,
    web: Web,
    mail: Option<Mail>,
    campaigns: Campaigns,
    rules_url: Option<String>,
    public_url: String,
    lang: Lang,
    party: Option<Party>,
    mapping: Vec<Mapped>,
    limits: Limits,
    embedded: bool,
    metrics: Metrics,
    metrics_at: Option<SocketAddr>,
    traces: Traces,
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
        let (clock, limits) = (Arc::new(clock), Limits::default());
        Ok(Self {
            store,
            code,
            controllers,
            rates: Rates::new(limits.rate, Arc::clone(&clock)),
            web: Web::none(&clock),
            clock,
            tries: Tries::default(),
            mail: None,
            campaigns: Campaigns::default(),
            rules_url: None,
            public_url: String::new(),
            lang: Lang::Nl,
            party: None,
            mapping: Vec::new(),
            limits,
            embedded: false,
            metrics: Metrics::new(),
            metrics_at: None,
            traces: Traces::default(),
            console: Console::default(),
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
        self.rates = Rates::new(limits.rate, Arc::clone(&self.clock));
        self.limits = limits;
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
    pub fn with_party(mut self, party: Party) -> Self {
        self.party = Some(party);
        self
    }

    /// With what is known of websites.
    #[must_use]
    pub fn with_web(mut self, web: Web) -> Self {
        self.web = web;
        self
    }

    /// What is known of websites.
    pub const fn web(&self) -> &Web {
        &self.web
    }

    /// Where time comes from.
    pub const fn clock(&self) -> &Arc<Clock> {
        &self.clock
    }

    /// With a mail server.
    #[must_use]
    pub fn with_mail(mut self, mail: Mail) -> Self {
        self.mail = Some(mail);
        self
    }

    /// With a mail server for campaigns, their sender, and the address to which their links lead.
    #[must_use]
    pub fn with_campaigns(mut self, smtp: &str, from: &str, public_url: &str) -> Self {
        let (smtp, from) = (Some(smtp.to_owned()), Some(from.to_owned()));
        let server = MailSettings { smtp, from, ..MailSettings::default() };
        self.campaigns = Campaigns { server, public_url: Some(public_url.to_owned()) };
        self
    }

    /// With so many mails a second at most for a receiving domain.
    #[must_use]
    pub fn with_pace(mut self, domain: &str, per_second: i64) -> Self {
        self.campaigns.server.per_domain.insert(domain.to_owned(), per_second);
        self
    }

    /// What campaigns are sent with.
    pub(crate) const fn campaigns(&self) -> &Campaigns {
        &self.campaigns
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

    /// The mail server, where there is one.
    pub const fn mail(&self) -> Option<&Mail> {
        self.mail.as_ref()
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

    /// The name of a company, as its customers know it: that of its briefs; else its id.
    pub fn company(&self, controller: &ControllerId) -> String {
        let own = self.controllers.get(controller);
        let brief = own.and_then(|own| own.campaigns.values().next());
        let name = brief.map(|campaign| campaign.proposal().brief().controller.clone());
        name.unwrap_or_else(|| controller.to_string())
    }

    /// How often people have tried what can be tried only so often.
    pub const fn tries(&self) -> &Tries {
        &self.tries
    }

    /// Which events become which signals.
    pub fn mapping(&self) -> &[Mapped] {
        &self.mapping
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

    /// What it counts.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
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
    done.unwrap_or_else(|_| Err(unfinished()))
}

/// Does a short reading of the store. In an embedded store that is some tens of microseconds, for its
/// readers wait for nobody: done here, it costs less than another thread would to wake up. Of a server it is
/// waited for where blocking is allowed.
pub async fn reading<T: Send + 'static>(
    service: &Arc<Service>,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if !service.embedded {
        return blocking(service, work).await;
    }
    catch_unwind(AssertUnwindSafe(|| work(service))).unwrap_or_else(|_| Err(unfinished()))
}

fn unfinished() -> Problem {
    Problem::new(
        Kind::Fault,
        "het werk werd niet afgemaakt; er is misschien niets vastgelegd",
        "the work was not finished; perhaps nothing was recorded",
    )
}

/// The service that the settings describe; `at` is where it listens.
pub fn of(settings: &Settings, args: &ServeArgs, at: SocketAddr) -> Result<Service, Failure> {
    let folder = args.briefs.as_ref().or(settings.serve.briefs.as_ref());
    let code = Arc::new(code_folder::load(settings.code.as_deref())?.code);
    let (store, own) = Opened::new(settings)?.into_parts();
    let mut service = Service::new(store, code, &own, folder.map(PathBuf::as_path), Box::new(now))?;
    let mistakes = happened::check(&settings.events, &service.code);
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes).into());
    }
    let web = Web::check(&settings.serve.web, &service.code, &service.clock);
    service.web = web.map_err(Mistakes)?;
    service.mapping.clone_from(&settings.events);
    service.embedded = !settings.store.contains("://");
    service.lang = settings.lang;
    service.code_folder.clone_from(&settings.code);
    service.party.clone_from(&settings.party);
    service.mail = mail(settings, args)?;
    let url = args.public_url.as_ref().or(settings.serve.public_url.as_ref());
    service.campaigns = Campaigns {
        server: MailSettings {
            smtp: args.smtp.as_ref().or(settings.mail.smtp.as_ref()).cloned(),
            from: args.mail_from.as_ref().or(settings.mail.from.as_ref()).cloned(),
            ..settings.mail.clone()
        },
        public_url: url.cloned(),
    };
    let url = url.cloned().unwrap_or_else(|| format!("http://{at}"));
    service.rules_url = args.rules_url.as_ref().or(settings.serve.rules_url.as_ref()).cloned();
    let named = [("--public-url", Some(&url)), ("--rules-url", service.rules_url.as_ref())];
    for (flag, url) in named.into_iter().filter_map(|(flag, url)| Some((flag, url?))) {
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(Mistake::in_file(
                flag,
                format!("`{url}` is no address of a site"),
                "write it as https://maat.example.org",
            )
            .into());
        }
    }
    service.metrics_at = args.metrics.or(settings.serve.metrics);
    service.traces = trace::begin(!args.quiet)?;
    let mut limits = Limits::default();
    if let Some(rate) = args.rate.or(settings.serve.rate) {
        limits.rate = NonZeroU32::new(rate);
    }
    Ok(service.with_public_url(&url).with_limits(limits))
}

/// The mail server that the settings name; both the server and the sender, or neither.
fn mail(settings: &Settings, args: &ServeArgs) -> Result<Option<Mail>, Mistake> {
    let server = args.smtp.as_ref().or(settings.mail.smtp.as_ref());
    let from = args.mail_from.as_ref().or(settings.mail.from.as_ref());
    match (server, from) {
        (None, None) => Ok(None),
        (Some(server), Some(from)) => Mail::new(server, from).map(Some),
        _ => Err(Mistake::in_file(
            "[mail]",
            "needs both `smtp` and `from`",
            "name the mail server and who sends; or neither, and no codes are mailed",
        )),
    }
}
