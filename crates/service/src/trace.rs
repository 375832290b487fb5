//! Logs and traces. Logs are JSON lines on standard error; traces go to a collector where
//! `OTEL_EXPORTER_OTLP_ENDPOINT` names one. Neither holds anything of a person.

use axum::http::HeaderMap;
use maat::mistake::{InSettings, Mistake};
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry};

/// Names a collector of traces.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// Whatever traces are sent with; it sends the last of them when it ends.
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Whether traces are sent.
    pub const fn on(&self) -> bool {
        self.0.is_some()
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Some(provider) = self.0.take() {
            // A collector that is gone does not keep the service from ending.
            let _ = provider.shutdown();
        }
    }
}

/// Begins logging, and tracing where a collector is named. `access` is whether every request is
/// logged, or only what goes wrong.
pub fn begin(access: bool) -> Result<Traces, Mistake> {
    let level = if access { LevelFilter::INFO } else { LevelFilter::ERROR };
    let own = Targets::new().with_target("maat", level).with_target("maat_server", level);
    let log = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(std::io::stderr)
        .with_filter(own);
    let provider = provider()?;
    let spans = provider.as_ref().map(|provider| {
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("maat"));
        layer.with_filter(Targets::new().with_target("maat::request", LevelFilter::INFO))
    });
    // In one process it is begun once; who begins it again keeps the first.
    let _ = Registry::default().with(log).with(spans).try_init();
    Ok(Traces(provider))
}

fn provider() -> Result<Option<SdkTracerProvider>, Mistake> {
    if std::env::var_os(ENDPOINT).is_none_or(|value| value.is_empty()) {
        return Ok(None);
    }
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).build();
    let exporter = exporter.map_err(|error| {
        Mistake::new(ENDPOINT, InSettings::NoCollector { said: error.to_string() })
    })?;
    let resource = Resource::builder()
        .with_service_name("maat")
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider =
        SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    Ok(Some(provider))
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(axum::http::HeaderName::as_str).collect()
    }
}

/// The span of a request, within that of the caller (W3C Trace Context) where they sent one.
pub fn span(method: &axum::http::Method, route: &str, id: &str, headers: &HeaderMap) -> Span {
    let span = tracing::info_span!(
        target: "maat::request",
        "request",
        otel.name = format!("{method} {route}"),
        otel.kind = "server",
        http.request.method = %method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        request.id = id,
    );
    let caller = TraceContextPropagator::new().extract(&Headers(headers));
    // Without a collector nobody follows the span.
    let _ = span.set_parent(caller);
    span
}
