//! Settings: flag before environment before file before default.

mod ai;

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use maat::bounds;
use maat::mistake::Mistakes;
use maat::words::Lang;
use maat_pages::site::SiteSettings;
use maat_practice::acts::events::Mapped;
use maat_practice::campaign::server::MailSettings;
use maat_practice::text_file;
use maat_store::Party;
use serde::Deserialize;

pub use ai::AiSettings;

use crate::cli::Global;

/// Days for which the journal is kept, where nobody says: as long as the oldest backup that is kept by
/// most.
const JOURNAL_DAYS: u32 = 35;

/// What every subcommand reads.
#[derive(Debug)]
pub struct Settings {
    pub code: Option<PathBuf>,
    pub lang: Lang,
    pub json: bool,
    /// The ledger: a file, or `postgres://…`.
    pub store: String,
    /// The key file of a ledger in PostgreSQL; a file has its own beside it.
    pub store_key: PathBuf,
    /// The folder of the journal and the mark; without it, beside the key file.
    pub journal: Option<PathBuf>,
    /// Days for which the journal is kept.
    pub journal_days: u32,
    /// Connections to a ledger in PostgreSQL, at most; a quarter of them is for what restricts.
    pub store_connections: Option<NonZeroUsize>,
    /// Whose part of the ledger.
    pub controller: String,
    /// The company as receipts name it.
    pub party: Option<Party>,
    /// What the service is told.
    pub serve: Serve,
    /// The mail server.
    pub mail: MailSettings,
    /// The model that drafts.
    pub ai: AiSettings,
    /// Which events become which signals.
    pub events: Vec<Mapped>,
}

/// `[serve]` of `maat.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Serve {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Folder of the briefs.
    pub briefs: Option<PathBuf>,
    /// Where it is reached from outside.
    pub public_url: Option<String>,
    /// Where the published rules stand.
    pub rules_url: Option<String>,
    /// Where to tell what is counted.
    pub metrics: Option<SocketAddr>,
    /// Requests that each key may make in a second.
    pub rate: Option<u32>,
    /// Networks of the proxies that are believed about whom they speak for.
    pub proxies: Option<Vec<String>>,
    /// How many of them stand in a row.
    pub proxy_hops: Option<u8>,
    /// The websites that may ask.
    #[serde(default)]
    pub web: SiteSettings,
}

/// `maat.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: Option<PathBuf>,
    lang: Option<Lang>,
    store: Option<String>,
    store_key: Option<PathBuf>,
    journal: Option<PathBuf>,
    journal_days: Option<u32>,
    store_connections: Option<NonZeroUsize>,
    controller: Option<String>,
    party: Option<Party>,
    #[serde(default)]
    serve: Serve,
    #[serde(default)]
    mail: MailSettings,
    #[serde(default)]
    ai: AiSettings,
    #[serde(default)]
    events: Vec<Mapped>,
}

impl Settings {
    /// Flags and environment (clap has merged those), then the file, then the defaults.
    pub fn resolve(global: Global) -> Result<Self, Mistakes> {
        let usual = Path::new("maat.toml");
        let (path, asked_for) =
            global.config.as_deref().map_or((usual, false), |path| (path, true));
        let file = if asked_for || path.exists() { read(path)? } else { File::default() };
        // A folder named in the file is meant from where the file stands.
        let folder = path.parent().unwrap_or(Path::new(""));
        let beside = |path: PathBuf| folder.join(path);
        let server = |store: &str| store.contains("://");
        let store = |store: String| {
            if server(&store) { store } else { folder.join(store).display().to_string() }
        };
        let key = global.store_key.or_else(|| file.store_key.map(beside));
        Ok(Self {
            code: global.code.or_else(|| file.code.map(beside)),
            lang: global.lang.or(file.lang).unwrap_or_default(),
            json: global.json,
            store: global.store.or(file.store.map(store)).unwrap_or_else(|| "maat.db".to_owned()),
            store_key: key.unwrap_or_else(|| PathBuf::from("maat.key")),
            journal: global.journal.or_else(|| file.journal.map(beside)),
            journal_days: global.journal_days.or(file.journal_days).unwrap_or(JOURNAL_DAYS),
            store_connections: file.store_connections,
            controller: global.controller.or(file.controller).unwrap_or_else(|| "own".to_owned()),
            party: file.party,
            events: file.events,
            mail: file.mail.beside(folder),
            ai: file.ai,
            serve: Serve { briefs: file.serve.briefs.map(beside), ..file.serve },
        })
    }

    /// The name of the company as its receipts have it, else as the ledger does; the command line knows no other.
    pub fn names(&self) -> [&str; 2] {
        [self.party.as_ref().map_or(self.controller.as_str(), |party| &party.name); 2]
    }
}

fn read(path: &Path) -> Result<File, Mistakes> {
    let shown = path.display().to_string();
    let text = text_file::read(path)?;
    bounds::toml(&shown, &text).map_err(Mistakes::from)
}
