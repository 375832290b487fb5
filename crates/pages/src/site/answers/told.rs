//! What of a banner's answers was refused: each by itself, with its place and why.

use maat::words::Lang;
use maat_service::problem::{Kind, Problem};
use serde_json::{Value, json};

/// What became of what was sent.
#[derive(Debug)]
pub struct Told {
    lang: Lang,
    taken: usize,
    refused: Vec<Value>,
    first: Option<Problem>,
}

impl Told {
    /// Nothing yet.
    pub const fn of(lang: Lang) -> Self {
        Self { lang, taken: 0, refused: Vec::new(), first: None }
    }

    /// Counts what was taken, and tells what was not.
    pub fn take(&mut self, at: &str, choice: Option<&Value>, took: Result<(), Problem>) {
        match took {
            Ok(()) => self.taken += 1,
            Err(problem) => self.refuse(at, choice, problem),
        }
    }

    /// Tells of something that is not taken: where it stands, and why.
    pub fn refuse(&mut self, at: &str, choice: Option<&Value>, problem: Problem) {
        let mut one = json!({ "at": at, "detail": problem.sentence(self.lang) });
        if let Some(fields) = one.as_object_mut() {
            fields.extend(choice.map(|choice| ("choice".to_owned(), choice.clone())));
            fields.extend(problem.more().clone());
        }
        self.refused.push(one);
        self.first.get_or_insert(problem);
    }

    /// All that was refused; the problem itself, where nothing was taken.
    pub fn all(self, recorded: usize) -> Result<Vec<Value>, Problem> {
        match self.first {
            Some(first) if self.taken + recorded == 0 => {
                Err(first.with("refused", self.refused.into()))
            }
            _ => Ok(self.refused),
        }
    }
}

fn unfit(nl: &str, en: &str) -> Problem {
    Problem::new(Kind::Unfit, nl, en)
}

/// A field that nothing here has.
pub fn unknown(name: &str) -> Problem {
    let (nl, en) = (format!("het veld `{name}` is er niet"), format!("there is no field `{name}`"));
    unfit(&nl, &en)
}

/// An answer that is none.
pub fn unread(error: &serde_json::Error) -> Problem {
    let nl = format!("dit is geen antwoord met `choice` en `yes`: {error}");
    unfit(&nl, &format!("this is no answer with `choice` and `yes`: {error}"))
}

/// When it was said, in no word for it.
pub fn not_said() -> Problem {
    unfit("`said` is `now` of `before`", "`said` is `now` or `before`")
}

/// A yes without the place where it was given.
pub fn nowhere() -> Problem {
    unfit(
        "een ja telt alleen met de plaats waar het gegeven is, en `place` is niet te lezen",
        "a yes only counts with the place where it was given, and `place` cannot be read",
    )
}

/// More than is taken in one go.
pub fn too_many() -> Problem {
    let most = super::MOST;
    unfit(
        &format!("na de eerste {most} antwoorden telt alleen een nee"),
        &format!("after the first {most} answers only a no counts"),
    )
}

/// A yes on a visit that has ended.
pub fn ended() -> Problem {
    unfit(
        "dit bezoek is voorbij: een nee telt nog, een ja pas op een nieuwe pagina",
        "this visit has ended: a no still counts, a yes on a new page only",
    )
    .with("visit", "ended".into())
}

/// What is said under a token that holds for nobody.
pub fn void() -> Problem {
    unfit(
        "het token geldt niet, dus niemand weet van wie dit is: stuur het opnieuw met een nieuw token",
        "the token does not hold, so nobody knows whose this is: send it again with a new one",
    )
    .with("visit", "void".into())
}

/// A string that stands for nothing here.
pub fn no_purposes() -> Problem {
    unfit(
        "de instellingen zeggen niet waar een TC-string voor staat: [serve.web.tcf]",
        "the settings do not say what a TC string stands for: [serve.web.tcf]",
    )
}
