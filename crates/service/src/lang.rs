//! The language a request is answered in.

use axum::http::{HeaderMap, Uri, header};
use maat::words::Lang;

/// The language of a request: the one its address names (`?lang=en`), then the one it likes best,
/// then the usual one.
pub fn asked(uri: &Uri, headers: &HeaderMap, usual: Lang) -> Lang {
    let mut pairs = uri.query().unwrap_or_default().split('&');
    let named = pairs.find_map(|pair| pair.strip_prefix("lang=")?.parse().ok());
    named.or_else(|| kept(headers)).unwrap_or_else(|| of(headers, usual))
}

/// The cookie that keeps the language of the console.
pub const COOKIE: &str = "maat-lang";

/// The language that somebody chose before.
fn kept(headers: &HeaderMap) -> Option<Lang> {
    cookie(headers, COOKIE)?.parse().ok()
}

/// The value of a cookie (RFC 6265, 4.2).
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = sent.flat_map(|line| line.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The language that `Accept-Language` (RFC 9110, 12.5.4) likes best of the two; without one of
/// them the usual one.
pub fn of(headers: &HeaderMap, usual: Lang) -> Lang {
    let wished = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (0, usual);
    for one in wished.unwrap_or_default().split(',') {
        let (tag, weight) = one.split_once(';').unwrap_or((one, "q=1"));
        let lang = match tag.trim().split('-').next() {
            Some(tag) if tag.eq_ignore_ascii_case("nl") => Lang::Nl,
            Some(tag) if tag.eq_ignore_ascii_case("en") => Lang::En,
            _ => continue,
        };
        let weight = thousandths(weight.trim());
        if weight > best.0 {
            best = (weight, lang);
        }
    }
    best.1
}

/// `q=0.8` as 800; what is no weight counts as nothing.
fn thousandths(weight: &str) -> u32 {
    let Some(number) = weight.strip_prefix("q=").or_else(|| weight.strip_prefix("Q=")) else {
        return 0;
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let part = format!("{part:0<3}");
    let (whole, part) = (whole.parse::<u32>(), part.get(..3).unwrap_or("0").parse::<u32>());
    whole.ok().zip(part.ok()).map_or(0, |(whole, part)| (whole.min(1) * 1000 + part).min(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_that_the_address_names_comes_first() {
        let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, "nl".parse().unwrap())]);
        for (address, lang) in [
            ("/why/own/x?lang=en", Lang::En),
            ("/why/own/x?said=yes&lang=en", Lang::En),
            ("/why/own/x?lang=fr", Lang::Nl),
            ("/why/own/x?slang=en", Lang::Nl),
            ("/why/own/x", Lang::Nl),
        ] {
            assert_eq!(asked(&address.parse().unwrap(), &headers, Lang::Nl), lang, "{address}");
        }
    }

    #[test]
    fn the_language_liked_best_is_taken_and_else_the_usual_one() {
        for (accept, lang) in [
            ("nl", Lang::Nl),
            ("en-GB, nl;q=0.8", Lang::En),
            ("nl;q=0.2,en;q=0.1", Lang::Nl),
            ("fr, de;q=0.9, EN;q=0.01", Lang::En),
            ("fr", Lang::Nl),
            ("en;q=0", Lang::Nl),
            ("", Lang::Nl),
            (";;q=,", Lang::Nl),
            ("en;q=x", Lang::Nl),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
            assert_eq!(of(&headers, Lang::Nl), lang, "{accept}");
        }
    }
}
