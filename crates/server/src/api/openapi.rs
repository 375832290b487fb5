//! The description of the interface (OpenAPI 3.1), from the code itself.

use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// Methods that write, and so may be repeated with an `Idempotency-Key`.
const WRITES: [&str; 3] = ["post", "put", "delete"];

/// What an operation is described in: the methods of OpenAPI.
const METHODS: [&str; 4] = ["get", "post", "put", "delete"];

/// What every description begins with.
pub fn beginning() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let about = "Ask whether a message may go to somebody, how personal, with which words, and why. \
        Send what happened. Record what people answer and do what they ask by their rights.\n\n\
        Everything happens in the name of the controller of the key. Errors are \
        `application/problem+json` (RFC 9457), in Dutch or English by `Accept-Language`, and say how \
        to mend them. Writes take an `Idempotency-Key`: asked again within a day they are not done \
        again, and answered alike. Lists come in pages: `next` is the `cursor` of the next one.";
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
    if !public_url.is_empty() {
        all["servers"] = json!([{ "url": public_url }]);
    }
    all["components"]["schemas"]["Problem"] = problem();
    let Some(paths) = all["paths"].as_object_mut() else { return all };
    for operations in paths.values_mut() {
        for method in METHODS {
            let Some(operation) = operations.get_mut(method) else { continue };
            operation["responses"]["default"] = json!({
                "description": "What went wrong, and how to mend it",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" } } },
            });
            if WRITES.contains(&method)
                && operation["tags"][0] != "decisions"
                && let Some(parameters) = list(&mut operation["parameters"])
            {
                parameters.push(json!({
                    "name": "Idempotency-Key", "in": "header", "required": false,
                    "description": "The same key within a day gives the same answer, once.",
                    "schema": { "type": "string", "minLength": 1, "maxLength": 255,
                        "pattern": "^[A-Za-z0-9_-]+$" },
                }));
            }
        }
    }
    all
}

fn list(value: &mut Value) -> Option<&mut Vec<Value>> {
    if value.is_null() {
        *value = json!([]);
    }
    value.as_array_mut()
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
