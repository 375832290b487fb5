//! The description of the interface (`OpenAPI` 3.1), from the code itself.

use serde_json::{Map, Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// Methods that write, and so may be repeated with an `Idempotency-Key`.
const WRITES: [&str; 3] = ["post", "put", "delete"];

/// What an operation is described in: the methods of `OpenAPI`.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// What every description begins with.
pub fn beginning() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let about = "Ask whether a message may go to somebody, how personal, with which words, and why. \
        Send what happened. Record what people answer and do what they ask by their rights.\n\n\
        Everything happens in the name of the controller of the key. Errors are \
        `application/problem+json` (RFC 9457), in Dutch or English by `Accept-Language`, and say how \
        to mend them. Writes take an `Idempotency-Key`: asked again they are not done again, and \
        answered alike; but for a no, which counts each time. Lists come in pages: `next` is the `cursor` of the next one.";
    let info = InfoBuilder::new()
        .title("Maat")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about))
        .license(Some(license))
        .build();
    let mut key = Http::new(HttpAuthScheme::Bearer);
    key.description = Some("A key that `maat key add` made.".to_owned());
    let mut basic = Http::new(HttpAuthScheme::Basic);
    basic.description = Some("The key as the user name, without a password.".to_owned());
    let components = ComponentsBuilder::new()
        .security_scheme("key", SecurityScheme::Http(key))
        .security_scheme("write_key", SecurityScheme::Http(basic))
        .build();
    OpenApiBuilder::new().info(info).components(Some(components)).build()
}

/// The whole description: with what holds for every address, as problems and headers.
pub fn complete(description: OpenApi, public_url: &str) -> Value {
    let mut all = serde_json::to_value(description).unwrap_or_else(|_| json!({}));
    if let Some(all) = all.as_object_mut().filter(|_| !public_url.is_empty()) {
        all.insert("servers".to_owned(), json!([{ "url": public_url }]));
    }
    if let Some(schemas) = all.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        schemas.insert("Problem".to_owned(), problem());
    }
    let paths = all.pointer_mut("/paths").and_then(Value::as_object_mut);
    for (path, operations) in paths.into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = operations.get_mut(method).and_then(Value::as_object_mut) {
                complete_operation((path, method), operation);
            }
        }
    }
    all
}

/// Whether an operation takes something away: then no key stands before it.
fn restricts(path: &str, method: &str) -> bool {
    match method {
        "delete" => path.contains("/consents") || path.contains("/signals/"),
        "put" => path.ends_with("/objection") || path.ends_with("/restriction"),
        _ => path.ends_with("/erase"),
    }
}

fn complete_operation((path, method): (&str, &str), operation: &mut Map<String, Value>) {
    if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
        responses.insert("default".to_owned(), wrong());
    }
    let tag = operation.get("tags").and_then(|tags| tags.get(0)).and_then(Value::as_str);
    // Decisions write nothing, events may come twice, and a key ends once.
    let once = tag.is_some_and(|tag| !["decisions", "events", "keys"].contains(&tag));
    if WRITES.contains(&method) && once {
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        if let Some(parameters) = parameters.as_array_mut() {
            parameters.push(idempotency_key(restricts(path, method)));
        }
    }
}

fn wrong() -> Value {
    json!({
        "description": "What went wrong, and how to mend it",
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Problem" } } },
    })
}

fn idempotency_key(restricts: bool) -> Value {
    let (about, schema) = if restricts {
        (
            "It is done whatever key it comes with, for a no that is said again counts again; where there is nothing left \
             to take away, the same key gives the same answer. One that cannot be read is none.",
            json!({ "type": "string" }),
        )
    } else {
        (
            "The same key with the same request gives the same answer, once: it is remembered for 400 days.",
            json!({ "type": "string", "minLength": 1, "maxLength": 255,
                "pattern": "^[A-Za-z0-9._:-]+$" }),
        )
    };
    json!({ "name": "Idempotency-Key", "in": "header", "required": false, "description": about, "schema": schema })
}

fn problem() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    json!({
        "type": "object",
        "description": "RFC 9457. There may be other fields beside.",
        "required": ["type", "title", "status", "detail", "mend", "instance"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference",
                "description": "The kind of problem, and where it is explained" },
            "title": text("What it is"),
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": text("What was wrong this time"),
            "mend": text("What to do about it"),
            "instance": { "type": "string", "format": "uri",
                "description": "Which request it was; the log has the same id" },
        },
    })
}
