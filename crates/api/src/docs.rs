//! The description of the interface as JSON, and as a page to read and to try it.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;
use maat::words::Lang;
use maat_service::assets::{self, Asset};
use maat_service::problem::{Kind, status};
use maat_service::service::Service;
use minijinja::{AutoEscape, Environment, Value as Shown, context};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The script of the documentation.
pub static ASSETS: [Asset; 1] = [Asset::js("docs.js", include_bytes!("../assets/docs.js"))];

const TEMPLATE: &str = include_str!("../templates/docs.html");

/// What this page may do beside the others: ask this service.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Schemas within schemas that an example follows.
const DEEPEST: usize = 6;

/// `/v1/openapi.json` and `/v1/docs`.
pub fn router(description: &Value) -> Router<Arc<Service>> {
    let json: Arc<str> = description.to_string().into();
    let page: Arc<str> = page(description).into();
    let html = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    Router::new()
        .route(
            "/v1/openapi.json",
            get(async move || ([(header::CONTENT_TYPE, "application/json")], json.to_string())),
        )
        .route("/v1/docs", get(async move || (html, page.to_string())))
}

/// One operation, as the page shows it.
#[derive(Debug, Serialize)]
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    scope: String,
    parameters: Vec<Field>,
    inputs: Vec<Field>,
    fields: Vec<Field>,
    media: String,
    body: Option<String>,
    rows: usize,
}

/// One field.
#[derive(Debug, Clone, Serialize)]
struct Field {
    name: String,
    r#where: String,
    about: String,
    example: String,
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    operations: Vec<Operation>,
}

fn page(description: &Value) -> String {
    let mut groups: Vec<Group> = Vec::new();
    let paths = at(description, "/paths").as_object().into_iter().flatten();
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let shown = operation_of(description, path, method, operation);
            let tag = text(at(operation, "/tags/0"));
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(shown),
                None => groups.push(Group { name: tag, operations: vec![shown] }),
            }
        }
    }
    let problems: Vec<Value> = Kind::ALL.iter().map(|kind| problem(*kind)).collect();
    let about = text(at(description, "/info/description"));
    let about: Vec<String> = about.split("\n\n").map(str::to_owned).collect();
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let rendered = environment.render_str(
        TEMPLATE,
        context! {
            css => assets::address(&[&assets::ASSETS], "maat.css"), js => assets::address(&[&ASSETS], "docs.js"),
            about, groups => Shown::from(minijinja::value::Serde(groups)),
            problems => Shown::from(minijinja::value::Serde(problems)),
        },
    );
    // A test looks at the page; a template that cannot be filled would show there.
    rendered.unwrap_or_default()
}

fn problem(kind: Kind) -> Value {
    let told = kind.told();
    json!({ "slug": told.slug, "status": status(kind).as_u16(), "title": told.title(Lang::En),
        "mend": told.mend(Lang::En) })
}

/// What stands at a place (RFC 6901); nothing where nothing does.
fn at<'a>(value: &'a Value, place: &str) -> &'a Value {
    value.pointer(place).unwrap_or(&Value::Null)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn operation_of(all: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let scopes: Vec<&str> = at(operation, "/security")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|one| at(one, "/key").as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let parameters: Vec<Field> = at(operation, "/parameters")
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| parameter_of(all, parameter))
        .collect();
    let content = at(operation, "/requestBody/content").as_object();
    let (media, schema) = content
        .and_then(|content| content.iter().next())
        .map_or((String::new(), Value::Null), |(media, it)| {
            (media.clone(), at(it, "/schema").clone())
        });
    let body = (!schema.is_null()).then(|| pretty(&example(all, &schema, 0)));
    Operation {
        id: text(at(operation, "/operationId")).replace('_', "-"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(at(operation, "/summary")),
        description: text(at(operation, "/description")),
        scope: if scopes.is_empty() { "any key".to_owned() } else { scopes.join(", ") },
        inputs: parameters.iter().filter(|it| !it.r#where.contains("header")).cloned().collect(),
        parameters,
        fields: fields(all, &schema),
        media,
        rows: body.as_deref().map_or(0, |body| body.lines().count().min(20)),
        body,
    }
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn parameter_of(all: &Value, parameter: &Value) -> Field {
    let schema = resolved(all, at(parameter, "/schema"));
    let needed = at(parameter, "/required").as_bool().unwrap_or(false);
    let own = text(at(parameter, "/description"));
    let about = if own.is_empty() { text(at(schema, "/description")) } else { own };
    let example = match at(parameter, "/example") {
        Value::Null if needed => plain(&example(all, at(parameter, "/schema"), 0)),
        given => plain(given),
    };
    Field {
        name: text(at(parameter, "/name")),
        r#where: place(&text(at(parameter, "/in")), needed),
        about: if about.is_empty() { "By its id.".to_owned() } else { about },
        example,
    }
}

fn place(place: &str, needed: bool) -> String {
    if needed { place.to_owned() } else { format!("{place}, may be left out") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(
        || if value.is_null() { String::new() } else { value.to_string() },
        str::to_owned,
    )
}

/// A schema by its reference.
fn resolved<'a>(all: &'a Value, schema: &'a Value) -> &'a Value {
    let name = at(schema, "/$ref").as_str().and_then(|it| it.rsplit('/').next());
    name.map_or(schema, |name| at(all, &format!("/components/schemas/{name}")))
}

/// The fields of a body.
fn fields(all: &Value, schema: &Value) -> Vec<Field> {
    let schema = resolved(all, schema);
    let required: Vec<&str> = at(schema, "/required")
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = at(schema, "/properties").as_object().into_iter().flatten();
    properties
        .map(|(name, property)| {
            let needed = required.contains(&name.as_str());
            let own = text(at(property, "/description"));
            let about = if own.is_empty() {
                text(at(resolved(all, property), "/description"))
            } else {
                own
            };
            Field {
                name: name.clone(),
                r#where: if needed { String::new() } else { "may be left out".to_owned() },
                about,
                example: String::new(),
            }
        })
        .collect()
}

/// An example that fits a schema: its own, or one made of its required fields and those that have
/// an example.
fn example(all: &Value, schema: &Value, depth: usize) -> Value {
    let schema = resolved(all, schema);
    if !at(schema, "/example").is_null() {
        return at(schema, "/example").clone();
    }
    if !at(schema, "/examples/0").is_null() {
        return at(schema, "/examples/0").clone();
    }
    if !at(schema, "/enum/0").is_null() {
        return at(schema, "/enum/0").clone();
    }
    for several in ["oneOf", "anyOf", "allOf"] {
        let mut kinds = at(schema, &format!("/{several}")).as_array().into_iter().flatten();
        if let Some(first) = kinds.find(|it| *at(it, "/type") != "null").filter(|_| depth < DEEPEST)
        {
            return example(all, first, depth + 1);
        }
    }
    if let Some(properties) = at(schema, "/properties").as_object().filter(|_| depth < DEEPEST) {
        let required = at(schema, "/required").as_array();
        let needed = |name: &str| required.is_some_and(|all| all.iter().any(|it| it == name));
        let own: Map<String, Value> = properties
            .iter()
            .filter(|(name, it)| needed(name) || !at(it, "/example").is_null())
            .map(|(name, property)| (name.clone(), example(all, property, depth + 1)))
            .collect();
        return Value::Object(own);
    }
    let kind = at(schema, "/type").as_str().or_else(|| at(schema, "/type/0").as_str());
    match (kind, at(schema, "/format").as_str()) {
        (Some("array"), _) if depth < DEEPEST => {
            json!([example(all, at(schema, "/items"), depth + 1)])
        }
        (Some("array"), _) => json!([]),
        (Some("integer" | "number"), _) => json!(1),
        (Some("boolean"), _) => json!(false),
        (Some("object"), _) => json!({}),
        (_, Some("date-time")) => json!("2026-01-31T10:00:00Z"),
        _ if *at(schema, "/pattern") == "^[0-9a-f]{64}$" => json!("0".repeat(64)),
        _ => json!("…"),
    }
}
