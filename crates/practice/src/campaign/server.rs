//! The mail server that campaigns are sent by.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use maat::mistake::{InMail, Mistake};
pub use maat_channels::Bulk;
use maat_channels::Dkim;
use serde::Deserialize;

use crate::campaign::pace::Pace;
use crate::campaign::refused::Refused;
use crate::text_file;
use crate::trouble::Trouble;

/// Connections to the mail server when nothing is said…
pub const CONNECTIONS: u32 = 10;

/// … and at most.
pub const MOST: u32 = 64;

/// `[mail]` of `maat.toml`: the mail server, and who sends.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The address of the mail server.
    pub smtp: Option<String>,
    /// The sender.
    pub from: Option<String>,
    /// What vouches for the mail of campaigns.
    pub dkim: Option<DkimSettings>,
    /// Connections to the mail server at the same time.
    pub connections: Option<u32>,
    /// Mails a second at most, by receiving domain; `*` for each other one.
    #[serde(default)]
    pub per_domain: BTreeMap<String, i64>,
}

/// `dkim` of `[mail]`: the domain that vouches for what is sent (RFC 6376).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DkimSettings {
    /// The domain.
    pub domain: String,
    /// Under which name its public key stands.
    pub selector: String,
    /// The file of the private key.
    pub key: PathBuf,
}

impl MailSettings {
    /// A file that is named is meant from where the settings stand.
    #[must_use]
    pub fn beside(mut self, folder: &Path) -> Self {
        if let Some(dkim) = &mut self.dkim {
            dkim.key = folder.join(&dkim.key);
        }
        self
    }
}

/// The mail server of the settings. What is wrong in them is told before anything leaves.
pub fn server(own: &MailSettings) -> Result<Bulk, Trouble> {
    let (Some(address), Some(from)) = (&own.smtp, &own.from) else {
        return Err(Refused::NoServer.into());
    };
    if let Some(connections) = own.connections.filter(|own| !(1..=MOST).contains(own)) {
        let unfit = InMail::ConnectionsUnfit { connections, most: MOST };
        return Err(Mistake::new("[mail] connections", unfit).into());
    }
    Pace::new(&own.per_domain)?;
    let dkim = own.dkim.as_ref().map(|dkim| {
        let key = text_file::read(&dkim.key)?;
        Ok::<_, Trouble>(Dkim::new(&dkim.selector, &dkim.domain, &key)?)
    });
    Ok(Bulk::new(address, from, dkim.transpose()?)?)
}
