//! `[ai]` of `maat.toml`: the model that drafts.

use std::time::Duration;

use maat::mistake::{InModel, Mistake};
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
            return Err(Mistake::new("[ai] url", InModel::NoModelAddress));
        };
        let key = self.key_env.as_deref().map(|name| {
            std::env::var(name).map_err(|_| {
                let variable = name.to_owned();
                Mistake::new("[ai] key_env", InModel::NoModelKey { variable })
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
            return Err(Mistake::new("[ai] seconds", InModel::NoTimeToAnswer));
        }
        let model = self.model.as_deref().unwrap_or_default();
        let allow_remote = self.allow_remote;
        Model::new(Access { url, model, key: key.as_deref(), allow_remote }, limits)
    }
}
