//! `[ai]` of `maat.toml`: the model that drafts.

use std::time::Duration;

use maat::mistake::Mistake;
use maat_channels::{Access, Limits, Model};
use serde::Deserialize;

/// `[ai]` of `maat.toml`: the model that drafts.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AiSettings {
    /// The base address of an endpoint.
    pub url: Option<String>,
    /// The model's name there.
    pub model: Option<String>,
    /// The environment variable that holds the key.
    pub key_env: Option<String>,
    /// Whether it may be on another machine.
    #[serde(default)]
    pub allow_remote: bool,
    /// Seconds until the whole answer is there.
    pub seconds: Option<u64>,
    /// Seconds without anything coming.
    pub idle_seconds: Option<u64>,
}

impl AiSettings {
    /// The model that the settings name.
    pub fn model(&self) -> Result<Model, Mistake> {
        let Some(url) = &self.url else {
            return Err(Mistake::in_file(
                "[ai] url",
                "is not set, so there is no model to ask",
                "write url = \"http://localhost:11434/v1\" and model = \"llama3.1\" under [ai] in maat.toml",
            ));
        };
        let key = self.key_env.as_deref().map(|name| {
            std::env::var(name).map_err(|_| {
                let what = format!("there is no environment variable `{name}` with a key");
                Mistake::in_file("[ai] key_env", what, "set it, or take key_env out")
            })
        });
        let key = key.transpose()?;
        let usual = Limits::default();
        let seconds = |own: Option<u64>, usual| own.map_or(usual, Duration::from_secs);
        let limits = Limits {
            total: seconds(self.seconds, usual.total),
            idle: seconds(self.idle_seconds, usual.idle),
            ..usual
        };
        if limits.total.is_zero() || limits.idle.is_zero() {
            let mend = "give at least 1 second";
            return Err(Mistake::in_file("[ai] seconds", "leaves no time for an answer", mend));
        }
        let model = self.model.as_deref().unwrap_or_default();
        let allow_remote = self.allow_remote;
        Model::new(Access { url, model, key: key.as_deref(), allow_remote }, limits)
    }
}
