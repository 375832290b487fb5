//! `maat serve`: the service that the settings describe.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use maat::mistake::{InMail, InSettings, Mistake, Mistakes};
use maat::words::Lang;
use maat_pages::site::{self, Sites};
use maat_practice::acts::events;
use maat_practice::campaign::server::MailSettings;
use maat_practice::code_folder;
use maat_practice::code_mail::CodeMail;
use maat_practice::time::now;
use maat_service::client::Proxies;
use maat_service::limits::Limits;
use maat_service::service::Service;
use maat_service::trace;
use tokio::runtime::Handle;

use crate::cli::ServeArgs;
use crate::commands::ledger::recover;
use crate::demo;
use crate::ended::{Ended, Failure};
use crate::serving::{Running, bind, runtime};
use crate::settings::Settings;
use crate::store::Opened;
use crate::terminal::style::{BAD, print};

/// `maat serve`
pub fn run(settings: &Settings, args: &ServeArgs) -> Result<Ended, Failure> {
    if args.demo {
        return demo::run(settings, args);
    }
    let usual = SocketAddr::from(([127, 0, 0, 1], 8080));
    let listener = bind("--listen", args.listen.or(settings.serve.listen).unwrap_or(usual))?;
    let runtime = runtime()?;
    let (service, sites) = of(settings, args, listener.local_addr()?, runtime.handle())?;
    let lang = settings.lang;
    let running = Running::on(runtime, &Arc::new(service), &Arc::new(sites), listener)?;
    let told = running.told_to_end()?;
    let at = running.address;
    let mut said = format!("{} http://{at}/\n", lang.pick("Maat luistert op", "Maat listens at"));
    writeln!(said, "  {} http://{at}/v1/docs", lang.pick("documentatie", "documentation"))?;
    writeln!(said, "  console http://{at}/console")?;
    if let Some(at) = running.metrics {
        writeln!(said, "  {} http://{at}/metrics", lang.pick("tellingen", "metrics"))?;
    }
    let module = lang.pick("module voor pagina's", "module for pages");
    writeln!(said, "  {module} http://{at}/maat.js integrity=\"{}\"", site::integrity())?;
    print(&said)?;
    running.wait(told);
    running.stop();
    Ok(Ended::Well)
}

/// The service that the settings describe, and its sites; `at` is where it listens.
fn of(
    settings: &Settings,
    args: &ServeArgs,
    at: SocketAddr,
    runtime: &Handle,
) -> Result<(Service, Sites), Failure> {
    let folder = args.briefs.as_ref().or(settings.serve.briefs.as_ref());
    let code = Arc::new(code_folder::load(settings.code.as_deref())?.code);
    let opened = Opened::on(settings, Some(runtime))?;
    recover::warn(settings.lang, &opened.scope())?;
    let (store, own) = opened.into_parts();
    let folder = folder.map(PathBuf::as_path);
    let mut service = Service::new(store, Arc::clone(&code), &own, folder, Box::new(now))?;
    warn_of_briefs(settings.lang, &service);
    let mistakes = events::check(&settings.events, &code);
    if !mistakes.is_empty() {
        return Err(Mistakes(mistakes).into());
    }
    let sites = Sites::check(&settings.serve.web, &code, service.ticks()).map_err(Mistakes)?;
    let named = args.public_url.as_ref().or(settings.serve.public_url.as_ref());
    let url = named.cloned().unwrap_or_else(|| format!("http://{at}"));
    let rules = args.rules_url.as_ref().or(settings.serve.rules_url.as_ref());
    let urls = [("--public-url", Some(&url)), ("--rules-url", rules)];
    for (flag, url) in urls.into_iter().filter_map(|(flag, url)| Some((flag, url?))) {
        check_site(flag, url)?;
    }
    let server = MailSettings {
        smtp: args.smtp.as_ref().or(settings.mail.smtp.as_ref()).cloned(),
        from: args.mail_from.as_ref().or(settings.mail.from.as_ref()).cloned(),
        ..settings.mail.clone()
    };
    if let Some(mail) = code_mail(&server)? {
        service = service.with_code_mail(mail);
    }
    if let Some(rules) = rules {
        service = service.with_rules_url(rules);
    }
    if !settings.store.contains("://") {
        service = service.with_embedded_store();
    }
    let mut limits = Limits::default();
    if let Some(rate) = args.rate.or(settings.serve.rate) {
        limits.rate = NonZeroU32::new(rate);
    }
    limits.proxies = proxies(settings, args)?;
    let service = service
        .with_mapping(settings.events.clone())
        .with_lang(settings.lang)
        .with_code_folder(settings.code.clone())
        .with_party(settings.party.clone())
        .with_campaigns(server, named.cloned())
        .with_metrics_at(args.metrics.or(settings.serve.metrics))
        .with_traces(trace::begin(!args.quiet)?)
        .with_public_url(&url)
        .with_limits(limits);
    Ok((service, sites))
}

/// Tells which briefs cannot be used: the service goes without them.
fn warn_of_briefs(lang: Lang, service: &Service) {
    for (controller, brief, wrong) in service.refused_briefs() {
        let said = match lang {
            Lang::Nl => format!(
                "de briefing `{brief}` van {controller} doet niet mee: wat erin staat blijft gewoon"
            ),
            Lang::En => format!(
                "the brief `{brief}` of {controller} is left out: what is in it stays plain"
            ),
        };
        anstream::eprintln!("{BAD}!{BAD:#} {said}\n{}", wrong.tell(lang));
    }
}

/// The proxies that are believed: those that are named, else one on this machine.
fn proxies(settings: &Settings, args: &ServeArgs) -> Result<Proxies, Mistake> {
    let usual = Proxies::default();
    let hops = args.proxy_hops.or(settings.serve.proxy_hops).unwrap_or(usual.hops);
    let Some(named) = args.proxies.as_ref().or(settings.serve.proxies.as_ref()) else {
        return Ok(Proxies { hops, ..usual });
    };
    Proxies::of(named.iter().map(String::as_str), hops).map_err(|network| {
        Mistake::new("--proxy", InSettings::NoNetwork { network: network.to_owned() })
    })
}

fn check_site(flag: &str, url: &str) -> Result<(), Mistake> {
    if url.starts_with("http://") || url.starts_with("https://") {
        return Ok(());
    }
    Err(Mistake::new(flag, InSettings::NoSite { url: url.to_owned() }))
}

/// The mail server that codes are mailed by: both the server and the sender, or neither.
fn code_mail(server: &MailSettings) -> Result<Option<CodeMail>, Mistake> {
    match (&server.smtp, &server.from) {
        (None, None) => Ok(None),
        (Some(smtp), Some(from)) => CodeMail::new(smtp, from).map(Some),
        _ => Err(Mistake::new("[mail]", InMail::ServerOrSenderMissing)),
    }
}
