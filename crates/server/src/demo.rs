//! `maat serve --demo`: a shop that shows what Maat does to a website, with people to be. The shop runs
//! at an address of its own, as in life, and asks Maat as any shop does.

mod catalogue;
mod data;
mod people;
mod shop;

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use maat::code::Code;
use maat::mistake::{InSettings, Mistake};
use maat_pages::site::Sites;
use maat_practice::code_folder;
use maat_practice::time::now;
use maat_service::assets::Asset;
use maat_service::limits::Limits;
use maat_service::page::{Templates, environment};
use maat_service::service::Service;
use maat_store::{ControllerId, Grant, Party, Store};
use serde_json::json;
use tempfile::TempDir;

use crate::cli::ServeArgs;
use crate::demo::shop::Shop;
use crate::ended::{Ended, Failure};
use crate::serving::{Running, bind, runtime};
use crate::settings::Settings;
use crate::terminal::style::{BOLD, DIM, print};

/// The styles and scripts of the shop.
static ASSETS: [Asset; 2] = [
    Asset::css("shop.css", include_bytes!("../assets/shop.css")),
    Asset::js("shop-gpc.js", include_bytes!("../assets/shop-gpc.js")),
];

/// The pages of the shop.
const FILES: &[(&str, &str)] = &[
    ("shop-account.html", include_str!("../templates/shop-account.html")),
    ("shop-card.html", include_str!("../templates/shop-card.html")),
    ("shop-home.html", include_str!("../templates/shop-home.html")),
    ("shop-kind.html", include_str!("../templates/shop-kind.html")),
    ("shop-product.html", include_str!("../templates/shop-product.html")),
    ("shop-server.html", include_str!("../templates/shop-server.html")),
    ("shop-tour.html", include_str!("../templates/shop-tour.html")),
    ("shop.html", include_str!("../templates/shop.html")),
];

static TEMPLATES: Templates = LazyLock::new(|| environment(FILES, &ASSETS));

/// The shop in the ledger.
pub const CONTROLLER: &str = "huis";

/// Its name.
pub const NAME: &str = "Huis & Haard";

/// Its briefs, as files.
const BRIEFS: [(&str, &str); 2] = [
    ("shop-nl.toml", include_str!("../../../examples/shop/briefs/shop-nl.toml")),
    ("shop-en.toml", include_str!("../../../examples/shop/briefs/shop-en.toml")),
];

/// What was started.
#[derive(Debug)]
pub struct Demo {
    /// What runs.
    pub running: Running,
    /// Where the shop is.
    pub shop: SocketAddr,
    /// A key for the interface.
    pub key: String,
    /// Customers in the ledger.
    pub customers: usize,
    /// Holds the ledger of a demo that keeps nothing.
    _folder: TempDir,
}

/// Starts Maat and the shop. The ledger is kept where `store` says, else it goes when the demo ends.
pub fn start(
    code: Arc<Code>,
    listen: SocketAddr,
    store: Option<&Path>,
    lang: maat::words::Lang,
) -> Result<Demo, Failure> {
    let folder = tempfile::Builder::new().prefix("maat-demo-").tempdir()?;
    let place = store.map_or_else(|| folder.path().join("demo.db"), Path::to_path_buf);
    let own = ControllerId::new(CONTROLLER)?;
    let store = Store::sqlite(&place)?;
    let catalogue = catalogue::Catalogue::read()?;
    let customers = data::fill(&store.of(&own), &code, now())?;
    let grants = [Grant::Decide, Grant::ConsentsRead, Grant::SignalsRead];
    let key = store.of(&own).add_key(now(), "demo shop", &grants)?.text;

    let at_maat = bind("--listen", listen)?;
    let next = if listen.port() == 0 { 0 } else { listen.port().saturating_add(1) };
    let at_shop = bind("--listen", SocketAddr::new(listen.ip(), next))?;
    let (maat, site) = (at_maat.local_addr()?, at_shop.local_addr()?);
    let service = Service::new(store, code, &own, Some(&briefs(folder.path())?), Box::new(now))?;
    let sites = Sites::none(service.ticks()).with_origin(&own, &format!("http://{site}"));
    let service = service
        .with_public_url(&format!("http://{maat}"))
        .with_lang(lang)
        .with_party(Some(party()));
    let service = Arc::new(service);
    let shop = Shop::new(Arc::clone(&service), own, catalogue);
    let mut running = Running::on(runtime()?, &service, &Arc::new(sites), at_maat)?;
    running.listen(at_shop, shop.router(), &Limits::default())?;
    Ok(Demo { running, shop: site, key, customers, _folder: folder })
}

/// Writes the briefs where a service reads them.
fn briefs(folder: &Path) -> std::io::Result<PathBuf> {
    let briefs = folder.join("briefs");
    std::fs::create_dir(&briefs)?;
    for (name, text) in BRIEFS {
        std::fs::write(briefs.join(name), text)?;
    }
    Ok(briefs)
}

/// The shop as receipts name it: there is no such company.
fn party() -> Party {
    Party {
        name: NAME.to_owned(),
        address: "Dorpsstraat 1, 1234 AB Ons Dorp".to_owned(),
        contact: "privacy@huisenhaard.example".to_owned(),
        notice: "https://huisenhaard.example/privacy".to_owned(),
        withdrawal: "https://huisenhaard.example/keuzes".to_owned(),
        storage: "NL".to_owned(),
        jurisdiction: "NL".to_owned(),
        recipients: Vec::new(),
    }
}

pub fn run(settings: &Settings, args: &ServeArgs) -> Result<Ended, Failure> {
    let listen = args.listen.or(settings.serve.listen);
    let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
    let code = Arc::new(code_folder::load(settings.code.as_deref())?.code);
    if !listen.ip().is_loopback() {
        return Err(Mistake::new("--listen", InSettings::DemoForThisMachine).into());
    }
    let demo = start(code, listen, args.demo_store.as_deref(), settings.lang)?;
    let told = demo.running.told_to_end()?;
    let text = if settings.json { machine(&demo) } else { said(&demo, settings.lang)? };
    print(&text)?;
    demo.running.wait(told);
    demo.running.stop();
    Ok(Ended::Well)
}

/// Where everything is, for programs.
fn machine(demo: &Demo) -> String {
    let people: Vec<&str> = people::ALL.iter().map(|person| person.id).collect();
    let (maat, shop) = (demo.running.address, demo.shop);
    let all = json!({ "maat": format!("http://{maat}"), "shop": format!("http://{shop}"), "key": demo.key,
        "controller": CONTROLLER, "customers": demo.customers, "people": people });
    format!("{all}\n")
}

fn said(demo: &Demo, lang: maat::words::Lang) -> Result<String, std::fmt::Error> {
    let (shop, maat, mut out) = (demo.shop, demo.running.address, String::new());
    let word = lang.word();
    let line = |out: &mut String, what: &str, address: String| {
        writeln!(out, "  {what:<26} {BOLD}{address}{BOLD:#}")
    };
    writeln!(out, "{}", lang.pick("De demo draait. Begin hier:", "The demo runs. Begin here:"))?;
    line(&mut out, lang.pick("rondleiding", "tour"), format!("http://{shop}/{word}"))?;
    for who in people::ALL {
        line(&mut out, who.name.get(lang), format!("http://{shop}/{word}/{}", who.id))?;
    }
    line(
        &mut out,
        lang.pick("de API, met uitleg", "the API, explained"),
        format!("http://{maat}/v1/docs"),
    )?;
    line(&mut out, lang.pick("sleutel voor de API", "key for the API"), demo.key.clone())?;
    let note = lang.pick(
        "klanten uit Online Retail; wat zij vonden van reclame is verzonnen (examples/ATTRIBUTION.md)",
        "customers of Online Retail; what they answered about marketing is made up (examples/ATTRIBUTION.md)",
    );
    writeln!(out, "  {DIM}{} {note}{DIM:#}", demo.customers)?;
    Ok(out)
}
