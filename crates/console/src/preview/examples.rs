//! Made-up mails, which show what a campaign can look like.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use maat::code::Code;
use maat::gate::Verdict;
use maat::words::Lang;
use maat_practice::brief::approval::open_to_all;
use maat_practice::campaign::letters::{Letters, Parts};
use maat_practice::time::moment_now;
use maat_service::problem::Problem;
use maat_service::service::{Service, blocking};

use crate::door::Who;
use crate::jobs::failed;
use crate::preview::frame::{Shown, framed, no_mail};
use crate::preview::{Meant, Served, meant};

/// All of them: by language, personal where everything may be and plain where nothing may.
pub fn all(
    service: &Service,
    who: &Who,
    id: &str,
    meant: &Meant,
    lang: Lang,
) -> Result<Vec<Shown>, Problem> {
    let code = service.code(&who.controller);
    let letters = meant.letters(service, code)?;
    let mut all = Vec::new();
    for own in letters.langs() {
        for personal in [true, false] {
            let Some(parts) = example_of(service, code, &letters, own, personal)? else { continue };
            let (letter, explanation) = parts;
            let how = if personal { "personal" } else { "plain" };
            all.push(Shown {
                frame: format!("/console/briefs/{id}/preview/example/{}-{how}", own.word()),
                name: name(own, personal, lang),
                title: letter.subject,
                text: letter.text,
                explanation,
                lang: own.word(),
            });
        }
    }
    Ok(all)
}

fn name(own: Lang, personal: bool, lang: Lang) -> String {
    let own = match own {
        Lang::Nl => lang.pick("Nederlands", "Dutch"),
        Lang::En => lang.pick("Engels", "English"),
    };
    let how = if personal {
        lang.pick("als alles mag", "where everything may be used")
    } else {
        lang.pick("als niets mag", "where nothing may be used")
    };
    format!("{own}, {how}")
}

/// A made-up mail; nothing where the gate refuses it whoever it is to.
fn example_of(
    service: &Service,
    code: &Code,
    letters: &Letters,
    own: Lang,
    personal: bool,
) -> Result<Option<(Parts, String)>, Problem> {
    let now = moment_now(code, service.now()).map_err(|error| failed(&error))?;
    let rendered = letters.example(code, &open_to_all(code, now), own, personal)?;
    if rendered.decision.verdict == Verdict::Refuse {
        return Ok(None);
    }
    let letter = letters.sketch(code, &rendered, own)?;
    Ok(Some((letter.parts, letter.explanation)))
}

/// `GET /console/briefs/{brief}/preview/example/{name}`: a made-up mail, for a frame.
pub async fn example(
    State(service): State<Arc<Service>>,
    Extension(who): Extension<Who>,
    Path((id, name)): Path<(String, String)>,
) -> Served {
    blocking(&service, move |service| {
        let meant = meant(service, &who, &id)?;
        let code = service.code(&who.controller);
        let letters = meant.letters(service, code)?;
        let how = name.split_once('-').and_then(|(lang, how)| Some((lang.parse().ok()?, how)));
        let (own, how): (Lang, &str) = how.ok_or_else(no_mail)?;
        if !letters.langs().contains(&own) || !matches!(how, "personal" | "plain") {
            return Err(no_mail());
        }
        let made = example_of(service, code, &letters, own, how == "personal")?;
        let (parts, _) = made.ok_or_else(no_mail)?;
        Ok(framed(parts.html))
    })
    .await
}
