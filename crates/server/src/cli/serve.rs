//! The command line of the service.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Arguments of `maat serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  maat serve --briefs examples/again
  maat serve --listen 0.0.0.0:8080 --briefs briefs --public-url https://maat.example.org

DIR holds the briefs of --controller; a folder in it, named by the id of another controller, holds
theirs, and their Code in `code/`. It runs until SIGTERM or ctrl-c, and finishes what is under way.
These also stand in maat.toml, under [serve].")]
pub struct ServeArgs {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, env = "MAAT_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Folder of the briefs that decisions are asked about
    #[arg(long, env = "MAAT_BRIEFS", value_name = "DIR")]
    pub briefs: Option<PathBuf>,
    /// Where the service is reached from outside, for the links it gives [default: the address]
    #[arg(long, env = "MAAT_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
}
