//! Mistakes in how Maat is set up: in `maat.toml`, in the flags of a service, in the environment.

use serde::Serialize;

use super::Io;

/// What is wrong in how a service is set up. `said` is what a library said, in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(test, derive(strum::VariantNames), strum(serialize_all = "kebab-case"))]
#[allow(missing_docs, reason = "the words of each stand in words/en/settings.ftl")]
pub enum InSettings {
    NoPublicUrl,
    NoSite {
        url: String,
    },
    NoOrigin {
        origin: String,
    },
    NoController {
        controller: String,
    },
    NoNetwork {
        network: String,
    },
    NoParty,
    NoListening {
        #[serde(flatten)]
        io: Io,
    },
    DemoForThisMachine,
    NoThreads {
        said: String,
    },
    NoCollector {
        said: String,
    },
}

#[cfg(test)]
impl InSettings {
    pub(super) fn examples() -> Vec<Self> {
        use super::Cause;
        let s = str::to_owned;
        vec![
            Self::NoPublicUrl,
            Self::NoSite { url: s("maat.example.org") },
            Self::NoOrigin { origin: s("https://Shop.example/") },
            Self::NoController { controller: s("huis en haard") },
            Self::NoNetwork { network: s("10.0.0.0/99") },
            Self::NoParty,
            Self::NoListening { io: Io { cause: Cause::InUse, said: s("address in use") } },
            Self::NoListening { io: Io { cause: Cause::Other, said: s("not available") } },
            Self::DemoForThisMachine,
            Self::NoThreads { said: s("out of memory") },
            Self::NoCollector { said: s("invalid URI") },
        ]
    }
}
