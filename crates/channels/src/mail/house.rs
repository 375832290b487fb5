//! The layout of Maat itself, and what stands below every mail.

use maat::brief::{Ai, Brief, SUBJECT};
use maat::code::SlotKind;
use maat::words::Lang;

use super::mjml::{self, Unread};

/// Letter, link and line colours: dark ink on white, one accent, at least 4.5 to 1.
const HEAD: &str = r##"<mj-head><mj-attributes>
<mj-all font-family="-apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
<mj-text font-size="17px" line-height="1.6" color="#1d2a2f" padding="8px 24px" />
<mj-section padding="0" background-color="#ffffff" />
</mj-attributes>
<mj-style>a { color: #0b6b61; }</mj-style></mj-head>"##;

/// A slot's id as a layout names it: what is no letter, digit or `_` is written `_`.
pub fn name_of(id: &str) -> String {
    id.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
}

/// The slots below one another, in the order of the brief.
pub fn mjml(brief: &Brief) -> String {
    let mut slots = String::new();
    let shown = brief.slot.iter().filter(|slot| slot.id != SUBJECT);
    for (nth, slot) in shown.enumerate() {
        let name = name_of(&slot.id);
        let attributes = match slot.kind {
            _ if nth == 0 => {
                r#"font-size="24px" line-height="1.35" font-weight="600" padding-top="8px""#
            }
            SlotKind::Product => r#"font-weight="600""#,
            _ => "",
        };
        slots.extend(["<mj-text ", attributes, ">{{ ", &name, " }}</mj-text>\n"]);
    }
    format!(
        "<mjml>{HEAD}<mj-body width=\"600px\" background-color=\"#fbfaf7\">\n\
         <mj-section padding=\"28px 0 0\"><mj-column><mj-text font-size=\"15px\" color=\"#0b6b61\" \
         font-weight=\"650\">{{{{ sender }}}}</mj-text></mj-column></mj-section>\n\
         <mj-section padding=\"0 0 16px\"><mj-column>\n{slots}</mj-column></mj-section>\n\
         </mj-body></mjml>"
    )
}

/// The slots as plain text.
pub fn text(brief: &Brief) -> String {
    let shown = brief.slot.iter().filter(|slot| slot.id != SUBJECT);
    let each: Vec<String> = shown.map(|slot| format!("{{{{ {} }}}}", name_of(&slot.id))).collect();
    each.join("\n\n")
}

/// MJML with the footer, as HTML with places to fill.
pub fn html_of(mjml: &str, brief: &Brief, lang: Lang) -> Result<String, Unread> {
    let Some(end) = mjml.rfind("</mj-body>") else {
        return Err(Unread::Said("it has no <mj-body>".to_owned()));
    };
    let (before, after) = mjml.split_at(end);
    let whole = format!("{before}{}{after}", footer(brief, lang));
    let html = mjml::html(&whole)?;
    // The language of the page, for who has it read aloud (WCAG 3.1.1), and its title (2.4.2).
    let html = html.replacen("<html lang=\"und\"", &format!("<html lang=\"{}\"", lang.word()), 1);
    Ok(html.replacen("<title></title>", "<title>{{ subject }}</title>", 1))
}

/// Why, choices, stopping, and who sends (Tw 11.7; Code: explain, unsubscribe, sender).
fn footer(brief: &Brief, lang: Lang) -> String {
    let (label, counts) = (label(brief, lang), counts(brief));
    let (why, choices, stop) = links(lang);
    let from = lang.pick("Deze mail komt van", "This mail is from");
    let soft = "font-size=\"14px\" line-height=\"1.6\" color=\"#4c595e\" padding=\"8px 24px\"";
    // Their look stands with them, for a marketer's own layout knows nothing of them. Each stays whole
    // where the line is short, and is tall enough to be tapped.
    let link = |to: &str, said: &str| {
        format!(
            "<a href=\"{{{{ {to} }}}}\" style=\"color:#0b6b61;display:inline-block;\
             padding:4px 20px 4px 0\">{said}</a> "
        )
    };
    let (why, choices) = (link("why", why), link("choices", choices));
    let stop = link("unsubscribe", stop);
    format!(
        "<mj-section background-color=\"#f3f4f0\" padding=\"16px 0 24px\"><mj-column>\
         <mj-text {soft}>{{{{ explanation }}}}</mj-text>\
         <mj-text {soft}>{why}{choices}{stop}</mj-text>\
         <mj-text {soft}>{from} {{{{ sender }}}}, {{{{ address }}}}.{label}{counts}</mj-text></mj-column></mj-section>"
    )
}

/// The same in plain text.
pub fn text_footer(brief: &Brief, lang: Lang) -> String {
    let (label, counts) = (label(brief, lang), counts(brief));
    let (why, choices, stop) = links(lang);
    let from = lang.pick("Deze mail komt van", "This mail is from");
    format!(
        "\n-- \n{{{{ explanation }}}}\n\n{why}: {{{{ why }}}}\n{choices}: {{{{ choices }}}}\n{stop}: \
         {{{{ unsubscribe }}}}\n\n{from} {{{{ sender }}}}, {{{{ address }}}}.{label}{counts}\n"
    )
}

/// That AI helped, where the brief says that the mail says so (Code: ethical.ai-labelled).
fn label(brief: &Brief, lang: Lang) -> &'static str {
    match brief.ai {
        Some(Ai { labelled: true, .. }) => lang.pick(
            " AI hielp deze tekst schrijven; een mens heeft hem gelezen.",
            " AI helped write this; a person has read it.",
        ),
        _ => "",
    }
}

/// A place for that clicks are counted, where the brief counts them.
fn counts(brief: &Brief) -> &'static str {
    let counts = brief.mail.as_ref().is_some_and(|mail| mail.count_clicks);
    if counts { "{{ clicks_counted }}" } else { "" }
}

/// That clicks are counted.
pub const fn counted(lang: Lang) -> &'static str {
    match lang {
        Lang::Nl => {
            " We tellen hoe vaak er op de links hierboven wordt geklikt, zonder te weten door wie."
        }
        Lang::En => " We count how often the links above are clicked, without knowing by whom.",
    }
}

const fn links(lang: Lang) -> (&'static str, &'static str, &'static str) {
    match lang {
        Lang::Nl => ("Waarom krijg ik dit?", "Mijn keuzes", "Afmelden"),
        Lang::En => ("Why do I get this?", "My choices", "Unsubscribe"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_mail_says_that_ai_helped_where_the_brief_says_so() {
        let brief = "id = \"a\"\ntitle = \"a\"\ncontroller = \"a\"\nchannel = \"email\"\npurpose = \"news\"\n";
        for (ai, says) in
            [("", false), ("[ai]\nlabelled = false\n", false), ("[ai]\nlabelled = true\n", true)]
        {
            let brief = Brief::parse("brief.toml", &format!("{brief}{ai}")).unwrap();
            for (lang, words) in [(Lang::Nl, "AI hielp"), (Lang::En, "AI helped")] {
                assert_eq!(text_footer(&brief, lang).contains(words), says, "{ai}");
                let html = html_of("<mjml><mj-body></mj-body></mjml>", &brief, lang).unwrap();
                assert_eq!(html.contains(words), says, "{ai}");
            }
        }
    }
}
