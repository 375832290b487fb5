//! How a text is written: its placeholders, and the characters and addresses it may not have.

use std::ops::Range;

/// A placeholder: where it stands, and what it names.
pub(super) struct Place<'a> {
    pub at: Range<usize>,
    pub signal: &'a str,
}

/// The placeholders of a text; the words at which it has braces for anything else.
pub(super) fn places(text: &str) -> Result<Vec<Place<'_>>, String> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find(['{', '}'])).map(|nth| at + nth)
    {
        let rest = text.get(open..).unwrap_or_default();
        let Some((signal, size)) = placeholder(rest) else {
            return Err(rest.chars().take(40).collect());
        };
        all.push(Place { at: open..open + size, signal });
        at = open + size;
    }
    Ok(all)
}

fn placeholder(rest: &str) -> Option<(&str, usize)> {
    let inside = rest.strip_prefix("{{")?;
    let end = inside.find("}}")?;
    let name = inside.get(..end)?.trim_matches(' ');
    let letter = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "._".contains(it);
    (!name.is_empty() && name.chars().all(letter)).then_some((name, end + 4))
}

/// The text with its placeholders taken out: what is left was written by the model.
pub(super) fn bare(text: &str, places: &[Place<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for place in places {
        out.push_str(text.get(at..place.at.start).unwrap_or_default());
        out.push(' ');
        at = place.at.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// The first character that plain text of Dutch or English does not have. What is named is what may
/// stand there: letters of another script look like ours and are read past by patterns.
pub(super) fn strange(bare: &str) -> Option<char> {
    let marks = " !\"'(),-.:;?/%+&€£$@’‘“”„–—…·";
    let latin = |it: char| ('à'..='ž').contains(&it) || ('À'..='Ý').contains(&it);
    let plain = |it: char| it.is_ascii_alphanumeric() || latin(it) || marks.contains(it);
    let entity = bare.find('&').is_some_and(|at| {
        let name = bare.get(at + 1..).unwrap_or_default();
        name.find(';').is_some_and(|end| end < 10 && !name.get(..end).unwrap_or(" ").contains(' '))
    });
    if entity { Some('&') } else { bare.chars().find(|it| !plain(*it) || "×÷".contains(*it)) }
}

/// A mail address, link or phone number, as far as it can be told by its form.
pub(super) fn contact(bare: &str) -> Option<String> {
    let token = bare.split_whitespace().find(|token| {
        let token = token.to_ascii_lowercase();
        token.contains('@') || token.contains("://") || token.contains("www.") || has_domain(&token)
    });
    token.map(str::to_owned).or_else(|| phone(bare))
}

/// `shop.example`: letters on both sides of a full stop.
fn has_domain(token: &str) -> bool {
    let trimmed = token.trim_matches(|it: char| !it.is_alphanumeric());
    trimmed.match_indices('.').any(|(at, _)| {
        let (before, after) = (trimmed.get(..at).unwrap_or_default(), trimmed.get(at + 1..));
        let letters = |it: &char| it.is_alphabetic();
        let after = after.unwrap_or_default().chars().take_while(letters).count();
        after >= 2 && before.chars().rev().take_while(|it| it.is_alphanumeric()).count() >= 2
    })
}

/// Six digits or more, with what people write between them.
fn phone(bare: &str) -> Option<String> {
    let between = |it: char| it.is_ascii_digit() || " -.()/+".contains(it);
    let run = bare
        .split(|it: char| !between(it))
        .find(|run| run.chars().filter(char::is_ascii_digit).count() >= 6)?;
    Some(run.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_stand_around_a_signal_alone() {
        let names = |text| {
            places(text).map(|all| all.iter().map(|it| it.signal.to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(names("a {{ purchase.item }} b {{page.current}}").map(|it| it.len()), Ok(2));
        for wrong in [
            "{% if a %}",
            "{# a #}",
            "{{ a|upper }}",
            "{{ a }",
            "{ a }",
            "a }}",
            "{{ a() }}",
            "{{}}",
            "{{ {{ a }} }}",
            "{{ a['b'] }}",
            "{{ a b }}",
            "{{- a }}",
            "{{ \"a\" }}",
            "{{ a\n}}",
        ] {
            assert!(names(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn addresses_links_and_numbers_are_seen() {
        for wrong in [
            "Mail anna@example.org",
            "zie https://x",
            "www.x",
            "op huisenhaard.example.",
            "(bol.com)",
            "Bel 06-12345678",
            "+31 6 12 34 56 78",
            "020 123 45 67",
            "mail a@b",
        ] {
            assert!(contact(wrong).is_some(), "{wrong}");
        }
        for fine in ["Kom langs. Tot dan.", "o.a. thee", "ca. 12 stuks", "€ 1.250,00", "enz. Ja."]
        {
            assert_eq!(contact(fine), None, "{fine}");
        }
    }

    #[test]
    fn plain_text_has_plain_characters() {
        for wrong in [
            "<b>",
            "a&nbsp;b",
            "&#60;",
            "a\u{0}",
            "a\nb",
            "a\tb",
            "\u{202e}a",
            "a\u{200b}b",
            "**a**",
            "[a](b)",
            "`a`",
            "a_b",
            "k\u{43e}cht",
            "😀",
            "e\u{301}",
            "\u{1b}[2J",
            "\u{ad}",
            "a\\b",
            "½",
            "\u{ff10}",
        ] {
            assert!(strange(wrong).is_some(), "{wrong:?}");
        }
        assert_eq!(strange("“Thé & koffie” – één keer, oké? €3; 20%: Ça va… ’s avonds"), None);
    }
}
