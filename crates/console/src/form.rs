//! What a form of a page sends: names and values, in order.

use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use maat_service::problem::{Kind, Problem};

/// A form as it arrived.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// The first value of a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether the name was sent at all, as a box that is ticked is.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(own, _)| own == name)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Reads `application/x-www-form-urlencoded`. Lines end in one character, as everywhere else.
    pub fn parse(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes);
        Self(pairs.map(|(name, value)| (name.into_owned(), unix(&value))).collect())
    }

    /// Reads the body of a request: a form, with a file or without.
    pub async fn of(request: Request, most: usize) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|value| value.to_str().ok()).unwrap_or_default();
        if media.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
            return Self::parts(parts, most).await;
        }
        if !media.starts_with("application/x-www-form-urlencoded") {
            return Err(unreadable());
        }
        let bytes = axum::body::to_bytes(request.into_body(), most).await.map_err(|_| {
            Problem::new(Kind::TooLarge, "het formulier is te groot", "the form is too large")
        })?;
        Ok(Self::parse(&bytes))
    }

    async fn parts(mut parts: Multipart, most: usize) -> Result<Self, Problem> {
        let (mut own, mut size) = (Self::default(), 0);
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            let bytes = part.bytes().await.map_err(|_| unreadable())?;
            size += bytes.len();
            if size > most {
                let (nl, en) = ("het bestand is te groot", "the file is too large");
                return Err(Problem::new(Kind::TooLarge, nl, en));
            }
            let text = String::from_utf8(bytes.to_vec()).map_err(|_| {
                let (nl, en) = ("het bestand is geen tekst in UTF-8", "the file is no UTF-8 text");
                Problem::new(Kind::Unfit, nl, en)
            })?;
            own.0.push((name, unix(&text)));
        }
        Ok(own)
    }
}

fn unix(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn unreadable() -> Problem {
    Problem::new(Kind::Media, "dit is geen formulier", "this is no form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_name_and_in_order() {
        let form = Form::parse(b"a=1&b=x%0D%0Ay&a=2&c");
        assert_eq!(form.get("a"), "1");
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(form.get("b"), "x\ny");
        assert!(form.has("c") && !form.has("d"));
        assert_eq!(form.get("d"), "");
    }
}
