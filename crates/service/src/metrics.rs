//! What is counted, for Prometheus: by route, status and brief, never by person.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::problem::{Kind, Problem};

/// Seconds by which answers are told apart: the aim is 0.005.
const SECONDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decision {
    controller: String,
    brief: String,
    verdict: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Event {
    outcome: &'static str,
}

#[derive(Debug, Clone, Copy, Default)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

/// The counts of a service.
#[derive(Debug)]
pub struct Metrics {
    requests: Family<Request, Counter>,
    seconds: Family<Route, Histogram, Buckets>,
    decisions: Family<Decision, Counter>,
    events: Family<Event, Counter>,
    registry: Registry,
}

/// A method as it is counted: what is none of these could be anything.
fn word(method: &axum::http::Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    known.into_iter().find(|it| method == *it).unwrap_or("other")
}

impl Default for Metrics {
    /// Nothing counted yet.
    fn default() -> Self {
        let mut own = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(Buckets),
            decisions: Family::default(),
            events: Family::default(),
            registry: Registry::default(),
        };
        let registry = &mut own.registry;
        registry.register("maat_http_requests", "Requests answered", own.requests.clone());
        registry.register(
            "maat_http_request_duration_seconds",
            "Seconds until a request was answered",
            own.seconds.clone(),
        );
        registry.register("maat_decisions", "Decisions of the gate", own.decisions.clone());
        registry.register("maat_events", "Events taken in, by outcome", own.events.clone());
        own
    }
}

impl Metrics {
    /// One request was answered.
    pub fn answered(
        &self,
        method: &axum::http::Method,
        route: &Arc<str>,
        status: u16,
        took: Duration,
    ) {
        let request = Request { method: word(method), route: Arc::clone(route), status };
        self.requests.get_or_create(&request).inc();
        let route = Route { route: Arc::clone(route) };
        self.seconds.get_or_create(&route).observe(took.as_secs_f64());
    }

    /// One decision was made.
    pub fn decided(&self, controller: &str, brief: &str, verdict: &'static str) {
        let (controller, brief) = (controller.to_owned(), brief.to_owned());
        self.decisions.get_or_create(&Decision { controller, brief, verdict }).inc();
    }

    /// Events were taken in.
    pub fn happened(&self, outcome: &'static str, count: u64) {
        self.events.get_or_create(&Event { outcome }).inc_by(count);
    }

    /// All of them, as Prometheus reads them.
    pub fn text(&self) -> Result<String, Problem> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).map_err(|_| {
            Problem::new(
                Kind::Fault,
                "de tellingen zijn niet te schrijven",
                "the metrics cannot be written",
            )
        })?;
        Ok(text)
    }
}
