//! Layouts: what stands in every mail, what a layout may not do, and values that want to break out.

use std::sync::Arc;

use maat::brief::Brief;
use maat::code::{Code, SlotKind, Sources};
use maat::compose::{Rendered, RenderedSlot};
use maat::gate::{Facts, Person, Proposal, decide};
use maat::ledger::Address;
use maat::profile::Moment;
use maat::words::Lang;
use maat_channels::{Bulk, Footer, Layout, Outgoing, Parts, Report, Returned};

const BRIEF: &str = include_str!("../../../../examples/mail/brief.toml");

fn brief(more: &str) -> Brief {
    Brief::parse("brief.toml", &format!("{BRIEF}\n{more}")).unwrap()
}

/// The words as they would go out; the decision does not matter for a layout.
fn rendered(words: &[(&str, &str)]) -> Rendered {
    let code = Code::load(&Sources::built_in()).unwrap();
    let proposal = Proposal::new(&code, brief(""), "brief.toml", BRIEF).unwrap();
    let moment = Moment { day: maat::profile::Day(20_000), hour: 12 };
    let decision = decide(&code, &Facts::new(&code, moment, Person::STRICT, 0), &proposal);
    let slot = |(id, text): &(&str, &str)| RenderedSlot {
        slot: Arc::from(*id),
        kind: SlotKind::Text,
        text: Some((*text).to_owned()),
        personal: true,
        opened: Vec::new(),
        fell_back: false,
    };
    Rendered { slots: words.iter().map(slot).collect(), decision }
}

fn words<'a>(greeting: &'a str, subject: &'a str) -> [(&'a str, &'a str); 4] {
    [("subject", subject), ("greeting", greeting), ("products", "Meer"), ("closing", "Dag")]
}

const FOOTER: Footer<'_> = Footer {
    explanation: "Je krijgt deze mail omdat je ja zei.",
    why: "https://maat.example/why/x",
    choices: "https://maat.example/p/x",
    unsubscribe: "https://maat.example/unsubscribe/x",
    led: None,
};

fn fill(brief: &Brief, greeting: &str, subject: &str) -> Parts {
    let layout = Layout::new(brief, Lang::Nl, "brief.toml").unwrap();
    layout.fill(&rendered(&words(greeting, subject)), &FOOTER).unwrap()
}

fn mistake(brief: &Brief) -> String {
    Layout::new(brief, Lang::Nl, "brief.toml").unwrap_err().to_string()
}

#[test]
fn why_choices_stopping_and_the_sender_stand_below_every_mail_whatever_the_layout_says() {
    let written = "[mail]\nmjml = '<mjml><mj-body><mj-section><mj-column><mj-text>{{ greeting }}</mj-text>\
        </mj-column></mj-section></mj-body></mjml>'\ntext = 'Kort: {{ greeting }}'\n";
    for brief in [brief(""), brief(written)] {
        let parts = fill(&brief, "Hallo", "Nieuw");
        for part in [&parts.html, &parts.text] {
            for said in [
                FOOTER.explanation,
                FOOTER.unsubscribe,
                FOOTER.why,
                FOOTER.choices,
                "Huis",
                "hallo@huisenhaard.example",
                "Hallo",
            ] {
                let escaped = said.replace('/', "&#x2f;");
                assert!(part.contains(said) || part.contains(&escaped), "{said}\n{part}");
            }
        }
        assert_eq!(parts.subject, "Nieuw");
        assert!(parts.html.contains("lang=\"nl\""), "{}", parts.html);
        assert!(!parts.html.contains("fonts.googleapis"), "nothing is fetched for its type");
    }
}

#[test]
fn a_hostile_value_stays_text_in_html_and_subject() {
    let hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>{{ why }}";
    let parts = fill(&brief(""), hostile, "Nieuw\r\nBcc: eva@example.org\u{0}\u{202e}");
    assert!(!parts.html.contains("<script>") && !parts.html.contains("<img"), "{}", parts.html);
    assert!(parts.html.contains("&lt;script&gt;"));
    assert!(parts.html.contains("{{ why }}"), "a value is no template");
    assert!(!parts.subject.contains(['\r', '\n', '\0']), "{:?}", parts.subject);
    assert!(parts.subject.starts_with("Nieuw Bcc:"));

    let server = Bulk::new("smtp://127.0.0.1:1", "Huis <hallo@example.org>", None).unwrap();
    let mail = Outgoing {
        to: &Address::on_record("anna@example.org"),
        reply_to: "hallo@example.org",
        parts: &parts,
        id: "abc",
        list: "tips.huis",
        campaign: "tips-mail",
        unsubscribe: FOOTER.unsubscribe,
    };
    let bytes = String::from_utf8(server.write(&mail).unwrap().bytes).unwrap();
    let head = bytes.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{head}");
    assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
    assert!(head.contains("List-Id: <tips.huis.example.org>"), "{head}");
}

#[test]
fn an_address_that_is_none_is_no_recipient() {
    let server = Bulk::new("smtp://127.0.0.1:1", "Huis <hallo@example.org>", None).unwrap();
    let parts = fill(&brief(""), "Hallo", "Nieuw");
    for to in ["", "anna", "anna@example.org\r\nBcc: eva@example.org", "a b@example.org"] {
        let mail = Outgoing {
            to: &Address::on_record(to),
            reply_to: "hallo@example.org",
            parts: &parts,
            id: "abc",
            list: "tips",
            campaign: "tips-mail",
            unsubscribe: FOOTER.unsubscribe,
        };
        let error = server.write(&mail).unwrap_err();
        assert!(!error.again, "{error}");
    }
}

#[test]
fn an_address_that_is_taken_in_can_be_sent_to() {
    let server = Bulk::new("smtp://127.0.0.1:1", "Huis <hallo@example.org>", None).unwrap();
    let parts = fill(&brief(""), "Hallo", "Nieuw");
    for (written, told) in [
        ("Anna <Anna.B+tip@Example.org.>", "Anna.B+tip@Example.org"),
        ("info@Bücher.example", "info@xn--bcher-kva.example"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("zoë@example.org", "zoë@example.org"),
    ] {
        let to = &Address::parse(written).unwrap();
        let mail = Outgoing {
            to,
            reply_to: "hallo@example.org",
            parts: &parts,
            id: "abc",
            list: "tips",
            campaign: "tips-mail",
            unsubscribe: FOOTER.unsubscribe,
        };
        let ready = server.write(&mail).unwrap();
        let mail = String::from_utf8(ready.bytes).unwrap();
        assert!(mail.contains(&format!("\r\nTo: {told}\r\n")), "{mail}");
    }
}

#[test]
fn a_layout_that_cannot_be_is_a_mistake_that_says_how_to_mend_it() {
    let mjml = |inner: &str| {
        brief(&format!(
            "[mail]\nmjml = '''<mjml><mj-body><mj-section><mj-column>{inner}</mj-column></mj-section>\
             </mj-body></mjml>'''\n"
        ))
    };
    let text = |inner: &str| mjml(&format!("<mj-text>{inner}</mj-text>"));
    let said = mistake(&text("{{ greetings }}"));
    assert!(said.contains("names `greetings`, which is no slot"), "{said}");
    let said = mistake(&text("{{ purchase.item }}"));
    assert!(said.contains("`purchase`, which is no slot"), "{said}");
    let said = mistake(&text("{% if greeting %}"));
    assert!(said.contains("cannot be read"), "{said}");
    let said = mistake(&text("<a href=\"{{ greeting }}\">kijk</a>"));
    assert!(said.contains("a slot decides where a link or picture leads"), "{said}");
    for link in ["<a href = \"{{ greeting }}\">kijk</a>", "<A HREF='{{ greeting }}'>kijk</A>"] {
        let said = mistake(&text(link));
        assert!(said.contains("a slot decides where a link or picture leads"), "{said}");
    }
    let said = mistake(&mjml("<mj-image src='{{ products }}' />"));
    assert!(said.contains("a slot decides where a link or picture leads"), "{said}");
    assert!(Layout::new(&text("<a href=\"{{ unsubscribe }}\">stop</a>"), Lang::Nl, "b").is_ok());
    let said = mistake(&brief("[mail]\nmjml = '<mjml><mj-body>'\n"));
    assert!(said.contains("MJML of [mail] cannot be read"), "{said}");
    let said = mistake(&mjml("<mj-include path='/etc/passwd' />"));
    assert!(said.contains("MJML of [mail] cannot be read"), "{said}");

    let mut nameless = brief("");
    nameless.slot.retain(|slot| slot.id != "subject");
    assert!(mistake(&nameless).contains("has no subject"));
    let mut nobody = brief("");
    nobody.sender = None;
    assert!(mistake(&nobody).contains("has no sender"));
}

#[test]
fn a_mail_without_a_subject_does_not_leave() {
    let brief = brief("");
    let layout = Layout::new(&brief, Lang::Nl, "brief.toml").unwrap();
    let empty = layout.fill(&rendered(&words("Hallo", " \n\t")), &FOOTER).unwrap_err();
    assert_eq!(empty.0, "the subject is empty");
}

#[test]
fn links_on_which_clicks_are_counted_lead_where_they_are_led_and_the_mail_says_so() {
    let counting = |counts: &str| {
        brief(&format!(
            "[mail]\n{counts}mjml = '<mjml><mj-body><mj-section><mj-column><mj-text>{{{{ greeting }}}} <a \
             href=\"https://a.example/\">a</a></mj-text><mj-button href=\"https://b.example/\">b</mj-button>\
             </mj-column></mj-section></mj-body></mjml>'\n"
        ))
    };
    let led = ["https://maat.example/go/1".to_owned(), "https://maat.example/go/2".to_owned()];
    let fill = |brief: &Brief, lang, led: Option<&[String]>| {
        let layout = Layout::new(brief, lang, "brief.toml").unwrap();
        let parts = layout.fill(&rendered(&words("Hallo", "Dag")), &Footer { led, ..FOOTER });
        (layout.links().to_vec(), parts.unwrap())
    };
    let told = [(Lang::Nl, "We tellen hoe vaak"), (Lang::En, "We count how often")];
    for (lang, told) in told {
        let (links, parts) = fill(&counting("count_clicks = true\n"), lang, Some(&led));
        assert_eq!(links, ["https://a.example/", "https://b.example/"]);
        let html = parts.html.replace("&#x2f;", "/");
        assert!(html.contains(&led[0]) && html.contains(&led[1]), "{html}");
        assert!(!html.contains("https://a.example") && !html.contains("https://b.example"));
        assert!(html.contains("https://maat.example/unsubscribe/x"), "{html}");
        assert!(html.contains(told) && parts.text.contains(told), "{}", parts.text);
        // Plain links for one of them, and where the brief does not count at all.
        for (counts, led) in [("count_clicks = true\n", None), ("", Some(&led[..]))] {
            let (_, parts) = fill(&counting(counts), lang, led);
            let html = parts.html.replace("&#x2f;", "/");
            assert!(html.contains("\"https://a.example/\"") && !html.contains("/go/"), "{html}");
            assert!(!html.contains(told) && !parts.text.contains(told), "{}", parts.text);
        }
        let (links, parts) = fill(&brief("[mail]\ncount_clicks = true\n"), lang, Some(&[]));
        assert!(links.is_empty() && !parts.text.contains(told), "there is nothing to count");
    }
    let layout = Layout::new(&counting("count_clicks = true\n"), Lang::Nl, "brief.toml").unwrap();
    let few = Footer { led: Some(&led[..1]), ..FOOTER };
    assert!(layout.fill(&rendered(&words("Hallo", "Dag")), &few).is_err(), "a link leads nowhere");
}

/// Does something on a stack as small as that of a thread that serves: where it overflows, the whole test ends.
fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(2 << 20);
        builder.spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

/// The example with this layout.
fn laid(mjml: &str, text: &str) -> Brief {
    brief(&format!("[mail]\nmjml = '''{mjml}'''\ntext = '''{text}'''\n"))
}

/// Layouts that go as deep as a number says.
fn deep(times: usize) -> Vec<(String, String)> {
    let r = |text: &str| text.repeat(times);
    let body = |inside: String| {
        format!(
            "<mjml>\n<mj-body>\n<mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section></mj-body></mjml>"
        )
    };
    let whole = |inside: String| format!("<mjml><mj-body>{inside}</mj-body></mjml>");
    let plain = || "{{ greeting }}".to_owned();
    vec![
        (body(format!("{}x{}", r("<b>"), r("</b>"))), plain()),
        (body(r("<b>")), plain()),
        (body(format!("{}x{}", r("<br><b>"), r("</b>"))), plain()),
        (body(format!("{}x{}", r("<b></i><b>"), r("</b>"))), plain()),
        (body(format!("{}x{}", r("<b><!-- </b> -->"), r("</b>"))), plain()),
        (body(format!("{}x{}", r("<b title='</b>'>"), r("</b>"))), plain()),
        (whole(format!("{}{}", r("<mj-section>"), r("</mj-section>"))), plain()),
        (whole(format!("{}{}", r("<mj-wrapper>"), r("</mj-wrapper>"))), plain()),
        (whole(format!("<mj-raw>{}{}</mj-raw>", r("<p>"), r("</p>"))), plain()),
        (body(format!("{{{{ {}1 }}}}", r("-"))), plain()),
        (body(plain()), format!("{{{{ {}1 }}}}", r("-"))),
        (body(plain()), format!("{{% if 1 %}}{}{{% endif %}}", r("{% elif 1 %}x"))),
    ]
}

#[test]
fn a_layout_that_goes_too_deep_is_a_mistake_with_its_line() {
    for (mjml, text) in deep(20_000) {
        let told = alone(|| mistake(&laid(&mjml, &text)));
        let shown = &mjml[..90.min(mjml.len())];
        assert!(told.contains("brief.toml: the layout of the mail"), "{shown}: {told}");
        let why = ["deeper than 100 levels", "longer than", "more than 300"];
        assert!(why.iter().any(|it| told.contains(it)), "{shown}: {told}");
    }
    let told = mistake(&laid(&deep(3_000)[0].0, "{{ greeting }}"));
    assert!(told.contains("(mjml) cannot be read, line 3"), "{told}");
}

#[test]
fn a_layout_within_the_bounds_ends_nothing() {
    for times in [10, 90, 290] {
        for (mjml, text) in deep(times) {
            alone(|| drop(Layout::new(&laid(&mjml, &text), Lang::Nl, "brief.toml")));
        }
    }
    let (mjml, text) = deep(90).remove(0);
    assert!(alone(|| Layout::new(&laid(&mjml, &text), Lang::Nl, "brief.toml")).is_ok());
    // Lines that need no end are no level.
    let lines = format!(
        "<mjml><mj-body><mj-section><mj-column><mj-text>{{{{ greeting }}}}{}</mj-text></mj-column></mj-section></mj-body></mjml>",
        "<br>x".repeat(1_000)
    );
    assert!(Layout::new(&laid(&lines, "{{ greeting }}"), Lang::Nl, "brief.toml").is_ok());
}

#[test]
fn a_layout_with_more_elements_than_a_mail_has_is_a_mistake() {
    let pictures = "<mj-carousel-image src='https://a.example/a.png' />".repeat(4_000);
    for mjml in [
        format!(
            "<mjml><mj-body><mj-section><mj-column><mj-carousel>{pictures}</mj-carousel></mj-column></mj-section></mj-body></mjml>"
        ),
        format!("<mjml><mj-body>{}</mj-body></mjml>", "<mj-section></mj-section>".repeat(4_000)),
    ] {
        let told = mistake(&laid(&mjml, "{{ greeting }}"));
        assert!(told.contains("more than 2000 elements"), "{told}");
    }
    let told = mistake(&laid("<mjml><mj-body></mj-body></mjml>", &"a".repeat(70_000)));
    assert!(told.contains("(text)") && told.contains("longer than 65536 bytes"), "{told}");
}

/// A mail that came back is read as far as a report goes, however its parts are heaped up: no stack overflows, and what it
/// says is still heard where it stands at its beginning.
#[test]
fn a_heaped_up_mail_that_came_back_ends_nothing() {
    let report = "Content-Type: multipart/report; boundary=r\n\n--r\nContent-Type: text/plain\n\nNo.\n--r\n\
        Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n\n--r\n";
    let heap = |each: &dyn Fn(usize) -> String| -> String {
        let mut all = String::new();
        for nth in 0.. {
            if all.len() > 3 << 20 {
                break;
            }
            all.push_str(&each(nth));
        }
        all
    };
    for more in [
        heap(&|nth| format!("Content-Type: multipart/mixed; boundary=b{nth}\n\n--b{nth}\n")),
        heap(&|_| "Content-Type: message/rfc822\n\n".to_owned()),
        heap(&|_| "--r\n\nx\n".to_owned()),
        heap(&|nth| format!("X-{nth}: a\n")),
        format!("From: {}a\n\nx", "(".repeat(2 << 20)),
        format!("To: {}\n\nx", "a: b,".repeat(400_000)),
        format!("Content-Type: text/plain{}\n\nx", "; a*0=b".repeat(200_000)),
    ] {
        let mail = format!("{report}{more}");
        let returned = alone(|| Returned::read(mail.as_bytes()));
        let heard = returned.map(|it| it.report);
        assert_eq!(heard, Some(Report::Bounced("5.1.1".to_owned())), "{}", &more[..30]);
        alone(|| drop(Returned::read(more.as_bytes())));
    }
}
