//! The command line of the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Arguments of `maat serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat serve --demo
  maat serve --briefs examples/again
  maat serve --listen 0.0.0.0:8080 --briefs briefs --public-url https://maat.example.org

DIR holds the briefs of --controller; a folder in it, named by the id of another controller, holds
theirs, and their Code in `code/`. It runs until SIGTERM or ctrl-c, and finishes what is under way.
These also stand in maat.toml, under [serve]; [[events]] there says which events become signals. Logs are
JSON lines on standard error. With OTEL_EXPORTER_OTLP_ENDPOINT, traces go there by OTLP over HTTP.")]
pub struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "MAAT_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Folder of the briefs that decisions are asked about
    #[arg(long, env = "MAAT_BRIEFS", value_name = "DIR")]
    pub briefs: Option<PathBuf>,
    /// Where the pages of `maat code publish` stand, for the links to the rules
    #[arg(long, env = "MAAT_RULES_URL", value_name = "URL")]
    pub rules_url: Option<String>,
    /// Mail server, as `smtps://user:password@host` or `smtp://localhost:25`
    #[arg(long, env = "MAAT_SMTP", value_name = "URL", hide_env_values = true)]
    pub smtp: Option<String>,
    /// Who sends mail, as "Huis & Haard <keuzes@example.org>"
    #[arg(long, env = "MAAT_MAIL_FROM", value_name = "SENDER")]
    pub mail_from: Option<String>,
    /// Where the service is reached from outside, for the links it gives [default: the address]
    #[arg(long, env = "MAAT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// Where to serve metrics for Prometheus, at /metrics; keep it off the public network
    #[arg(long, env = "MAAT_METRICS", value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
    /// Log only what goes wrong, and not every request
    #[arg(long, env = "MAAT_QUIET")]
    pub quiet: bool,
    /// Requests that each key may make in a second; 0 for no limit [default: 1000]
    #[arg(long, env = "MAAT_RATE", value_name = "N")]
    pub rate: Option<u32>,
    /// Network of a proxy that is believed about whom it speaks for (X-Forwarded-For), as 10.0.0.0/8; may be given more
    /// than once [default: this machine]
    #[arg(long = "proxy", env = "MAAT_PROXIES", value_name = "NETWORK", value_delimiter = ',')]
    pub proxies: Option<Vec<String>>,
    /// How many proxies stand in a row [default: 1]
    #[arg(long, env = "MAAT_PROXY_HOPS", value_name = "N")]
    pub proxy_hops: Option<u8>,
    /// Start a demo shop beside it, with customers, briefs and people to be; it keeps nothing
    #[arg(long, conflicts_with = "briefs")]
    pub demo: bool,
    /// Keep the ledger of the demo here
    #[arg(long, value_name = "FILE", requires = "demo")]
    pub demo_store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key; it is shown once
    #[command(after_help = "\
Examples:
  maat key add \"web shop\" --scope decide --scope events:write
  maat key add \"preference page\" --scope consents:read --scope consents:write --controller huis

Scopes: decide, consents:read, consents:write, signals:read, signals:write, events:write, rights,
admin. A key works for the --controller it was made for. Only a keyed hash of it is kept.")]
    Add {
        /// What it is for, in a few words
        name: String,
        /// What it may do; may be given more than once
        #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',')]
        scope: Vec<String>,
    },
    /// List the keys
    List,
    /// Make a new key in place of one; the old one holds for a while longer
    #[command(after_help = "\
Example:
  maat key rotate 3f2a9c0d1b7e4a58 --until 2026-12-01T09:00")]
    Rotate {
        /// The id of the key
        id: String,
        /// Until when the old one holds [default: a day from now]
        #[arg(long, value_name = "MOMENT")]
        until: Option<String>,
    },
    /// End a key at once
    Revoke {
        /// The id of the key
        id: String,
    },
}
