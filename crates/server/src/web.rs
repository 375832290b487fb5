//! What a website asks: the module, the slots of a page, the answers given in a consent banner. Whoever
//! asks is a browser and holds no key: it may show a sealed [`visit`] that the shop's server asked for.

mod answers;
mod module;
mod origin;
mod slots;
mod tcf;
mod visit;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use maat::code::Code;
use maat::ledger::At;
use maat::mistake::Mistake;
use maat_store::ControllerId;
use serde::Deserialize;

use crate::serve::caller::Rates;
use crate::serve::{Clock, Service};

pub use module::integrity;
pub use visit::{MINUTES, seal};

/// Questions that one visitor may ask in a second; of those without a name, all at one address.
const VISITOR: u32 = 20;

/// `[serve.web]` of `maat.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebSettings {
    /// The sites whose pages may ask, by controller: `own = ["https://shop.example"]`.
    #[serde(default)]
    pub origins: BTreeMap<String, Vec<String>>,
    /// What the TCF string of a consent banner stands for.
    pub tcf: Option<TcfSettings>,
}

/// `[serve.web.tcf]`: one vendor's part of a TC string.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TcfSettings {
    /// The company's number in IAB Europe's list of vendors.
    pub vendor: u16,
    /// The choice of the Code that each TCF purpose stands for: `1 = "device"`.
    pub purposes: BTreeMap<String, String>,
}

/// What the service knows of websites.
#[derive(Debug)]
pub struct Web {
    origins: BTreeMap<ControllerId, Vec<String>>,
    tcf: Option<tcf::Purposes>,
    rates: Rates,
}

impl Web {
    /// Without any site.
    pub fn none(clock: &Arc<Clock>) -> Self {
        let rates = Rates::new(NonZeroU32::new(VISITOR), Arc::clone(clock));
        Self { origins: BTreeMap::new(), tcf: None, rates }
    }

    /// As the settings say. Every mistake is told.
    pub fn check(
        settings: &WebSettings,
        code: &Code,
        clock: &Arc<Clock>,
    ) -> Result<Self, Vec<Mistake>> {
        let (mut own, mut mistakes) = (Self::none(clock), Vec::new());
        for (controller, origins) in &settings.origins {
            for origin in origins {
                mistakes.extend(origin::mistake(origin));
            }
            match ControllerId::new(controller) {
                Ok(id) => {
                    own.origins.insert(id, origins.clone());
                }
                Err(error) => mistakes.push(Mistake::in_file(
                    "[serve.web.origins]",
                    format!("`{controller}`: {}", error.what),
                    error.mend,
                )),
            }
        }
        match settings.tcf.as_ref().map(|tcf| tcf::Purposes::check(tcf, code)).transpose() {
            Ok(tcf) => own.tcf = tcf,
            Err(wrong) => mistakes.extend(wrong),
        }
        if mistakes.is_empty() { Ok(own) } else { Err(mistakes) }
    }

    /// With a site whose pages may ask.
    #[must_use]
    pub fn with_origin(mut self, controller: &ControllerId, origin: &str) -> Self {
        self.origins.entry(controller.clone()).or_default().push(origin.to_owned());
        self
    }
}

/// Every address that pages ask.
pub(crate) fn router() -> Router<Arc<Service>> {
    Router::new()
        .route("/maat.js", get(module::maat))
        .route("/maat-klaro.js", get(module::klaro))
        .route("/maat-cookieconsent.js", get(module::cookieconsent))
        .route("/maat-banner.js", get(module::banner))
        .route("/web/{controller}/slots", post(slots::fill).options(origin::preflight))
        .route("/web/{controller}/answers", post(answers::record).options(origin::preflight))
}

/// The moment a visit ends that begins now.
pub(crate) fn ends(now: At) -> At {
    At(now.0.saturating_add(MINUTES * 60_000))
}
