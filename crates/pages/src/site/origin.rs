//! Which sites may ask: the origins that the settings list for a controller, and the service's own.
//! Credentials are never sent, so an answer depends on nothing but what is in the request.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use maat::mistake::{InSettings, Mistake};
use maat_service::body::Named;
use maat_service::problem::{Kind, Problem};
use maat_service::service::Service;
use maat_store::ControllerId;

use crate::site::Sites;
use crate::site::visit::HEADER;

/// What is wrong with an origin in the settings.
pub fn mistake(origin: &str) -> Option<Mistake> {
    let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
    let sound = host.is_some_and(|host| !host.is_empty() && host.chars().all(plain));
    (!sound).then(|| {
        let origin = origin.to_owned();
        Mistake::new("[serve.web.origins]", InSettings::NoOrigin { origin })
    })
}

/// A controller in a path.
pub fn controller(id: &str) -> Result<ControllerId, Problem> {
    ControllerId::new(id).map_err(|_| {
        Problem::new(Kind::NotFound, "dit bedrijf is er niet", "there is no such company")
    })
}

/// The origin of a request, where it may ask; nothing where it comes from no page.
pub fn admitted(
    service: &Service,
    sites: &Sites,
    controller: &ControllerId,
    headers: &HeaderMap,
) -> Result<Option<HeaderValue>, Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(None) };
    let listed = sites.origins.get(controller);
    let mut known = listed.into_iter().flatten().map(String::as_str);
    if known.any(|known| known.as_bytes() == origin.as_bytes())
        || own(service.public_url()).as_bytes() == origin.as_bytes()
    {
        return Ok(Some(origin.clone()));
    }
    Err(Problem::new(
        Kind::Origin,
        "deze site staat niet in de instellingen van dit bedrijf",
        "this site is not in the settings of this company",
    ))
}

/// Scheme, host and port of an address.
fn own(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url.get(host..).and_then(|rest| rest.find('/'));
    end.and_then(|end| url.get(..host + end)).unwrap_or(url)
}

/// An answer that the page which asked may read.
pub fn readable(origin: Option<HeaderValue>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let read = HeaderValue::from_static(HEADER);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, read);
    }
    response
}

/// `OPTIONS`: the module needs none, for its questions are simple ones; a page that sends JSON by its
/// name does.
pub async fn preflight(
    State(service): State<Arc<Service>>,
    State(sites): State<Arc<Sites>>,
    Named(controller): Named<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let origin = admitted(&service, &sites, &self::controller(&controller)?, &headers)?;
    let mut response = readable(origin, StatusCode::NO_CONTENT.into_response());
    let allowed: [(HeaderName, &str); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "7200"),
    ];
    for (name, value) in allowed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host_and_nothing_else() {
        for sound in ["https://shop.example", "http://127.0.0.1:8081", "https://[::1]:8081"] {
            assert!(mistake(sound).is_none(), "{sound}");
        }
        for wrong in [
            "*",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://Shop.example",
            "null",
        ] {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn the_origin_of_an_address_has_no_path() {
        assert_eq!(own("https://maat.example/below/it"), "https://maat.example");
        assert_eq!(own("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
        assert_eq!(own(""), "");
    }
}
