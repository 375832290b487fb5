//! What a website asks: the module, the slots of a page, the answers given in a consent banner. Whoever
//! asks is a browser and holds no key: it may show a sealed [`visit`] that the shop's server asked for.

mod answers;
mod module;
mod origin;
mod slots;
mod visit;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use axum::routing::{get, post};
use maat::code::Code;
use maat::mistake::{InSettings, Mistake};
use maat_practice::acts::tcf::{Purposes, TcfSettings};
use maat_service::rates::{Rates, Ticks};
use maat_service::service::Service;
use maat_store::ControllerId;
use serde::Deserialize;

pub use module::integrity;

/// Questions that one visitor may ask in a second; of those without a name, all at one address.
const VISITOR: u32 = 20;

/// `[serve.web]` of `maat.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteSettings {
    /// The sites whose pages may ask, by controller: `own = ["https://shop.example"]`.
    #[serde(default)]
    pub origins: BTreeMap<String, Vec<String>>,
    /// What the TCF string of a consent banner stands for.
    pub tcf: Option<TcfSettings>,
}

/// What the service knows of websites.
#[derive(Debug)]
pub struct Sites {
    origins: BTreeMap<ControllerId, Vec<String>>,
    tcf: Option<Purposes>,
    rates: Rates,
}

impl Sites {
    /// Without any site.
    pub fn none(ticks: &Ticks) -> Self {
        let rates = Rates::new(NonZeroU32::new(VISITOR), ticks);
        Self { origins: BTreeMap::new(), tcf: None, rates }
    }

    /// As the settings say. Every mistake is told.
    pub fn check(
        settings: &SiteSettings,
        code: &Code,
        ticks: &Ticks,
    ) -> Result<Self, Vec<Mistake>> {
        let (mut own, mut mistakes) = (Self::none(ticks), Vec::new());
        for (controller, origins) in &settings.origins {
            for origin in origins {
                mistakes.extend(origin::mistake(origin));
            }
            if let Ok(id) = ControllerId::new(controller) {
                own.origins.insert(id, origins.clone());
            } else {
                let none = InSettings::NoController { controller: controller.clone() };
                mistakes.push(Mistake::new("[serve.web.origins]", none));
            }
        }
        match settings.tcf.as_ref().map(|tcf| Purposes::check(tcf, code)).transpose() {
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

/// What the addresses for pages are answered from.
#[derive(Debug, Clone)]
struct Ground {
    service: Arc<Service>,
    sites: Arc<Sites>,
}

impl FromRef<Ground> for Arc<Service> {
    fn from_ref(ground: &Ground) -> Self {
        Self::clone(&ground.service)
    }
}

impl FromRef<Ground> for Arc<Sites> {
    fn from_ref(ground: &Ground) -> Self {
        Self::clone(&ground.sites)
    }
}

/// Every address that pages ask.
pub fn router(service: &Arc<Service>, sites: &Arc<Sites>) -> Router {
    let ground = Ground { service: Arc::clone(service), sites: Arc::clone(sites) };
    Router::new()
        .route("/maat.js", get(module::maat))
        .route("/maat-klaro.js", get(module::klaro))
        .route("/maat-cookieconsent.js", get(module::cookieconsent))
        .route("/maat-banner.js", get(module::banner))
        .route("/web/{controller}/slots", post(slots::fill).options(origin::preflight))
        .route("/web/{controller}/answers", post(answers::record).options(origin::preflight))
        .with_state(ground)
}
