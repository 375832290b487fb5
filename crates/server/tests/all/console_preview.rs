//! A campaign by mail looked at in the console before it goes: what is counted, whose mail is shown to
//! whom, and that a mail in a page can do nothing.

use maat::ledger::Address;
use maat_store::{Filter, Role};

use crate::console_world::{Browser, World, between, plain};

const MAIL: &str = include_str!("../../../../examples/mail/brief.toml");
const PREVIEW: &str = "/console/briefs/tips-mail/preview";

fn people(world: &World, count: usize) {
    let all: Vec<_> = (0..count)
        .map(|nth| (format!("klant-{nth}"), Address::on_record(&format!("c{nth}@klant.example"))))
        .collect();
    for (subject, _) in &all {
        world.customer("own", subject, "kaarsen");
    }
    // One has no address.
    let all: Vec<_> = all.iter().skip(1).map(|(a, b)| (a.as_str(), b)).collect();
    assert!(world.scope("own").add_addresses(&all).unwrap().is_empty());
}

fn import(who: &mut Browser<'_>, text: &str) {
    who.get("/console/briefs/import");
    let done = who.post("/console/briefs/import", &[("text", text)]);
    assert_eq!(done.status, 303, "{}", done.body);
}

/// Counts, and gives the page that tells what came of it.
fn counted(who: &mut Browser<'_>) -> String {
    who.get(PREVIEW);
    assert_eq!(who.post(PREVIEW, &[]).location, PREVIEW);
    for _ in 0..400 {
        let page = who.get(PREVIEW).body;
        if !page.contains("data-poll") {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(25));
    }
    panic!("it was never counted");
}

fn look(who: &mut Browser<'_>, subject: &str) -> String {
    who.get(PREVIEW);
    let found = who.post(&format!("{PREVIEW}/customer"), &[("subject", subject)]);
    assert_eq!(found.status, 303, "{}", found.body);
    assert!(!found.location.contains(subject), "an id stands in no address: {}", found.location);
    found.location
}

#[test]
fn the_counts_are_for_everybody_and_the_mails_of_customers_for_whoever_looks_after_them() {
    let world = World::new();
    people(&world, 30);
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, MAIL);
    let page = noor.get(PREVIEW).body;
    assert!(page.contains("Tel over iedereen"), "nothing was counted yet");
    let page = counted(&mut noor);
    assert!(page.contains("<span class=\"big\">29</span>"), "{page}");
    assert!(page.contains("<b>1</b> Er is geen mailadres. <code>mail.no-address</code>"), "{page}");
    assert!(page.contains("nog niet goedgekeurd"), "{page}");
    assert!(page.contains("<th scope=\"row\">20–99</th>"), "{page}");
    // The made-up mail holds names of signals, and nothing of anybody.
    assert!(
        page.contains("Vorige keer kocht je [") && page.contains("Dit kochten andere"),
        "{page}"
    );
    assert!(page.contains("Last time you bought ["), "in both languages");
    for theirs in ["kaarsen", "klant-5", "klant.example", "Mail aan klant"] {
        assert!(!page.contains(theirs), "{theirs}: {page}");
    }
    assert_eq!(noor.post(&format!("{PREVIEW}/customer"), &[("subject", "klant-5")]).status, 403);

    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    let page = sam.get(PREVIEW).body;
    assert!(
        page.contains("Mail aan klant") && page.contains("mensen krijgen precies deze tekst"),
        "{page}"
    );
    let scope = world.scope("own");
    let looks = || {
        let trail = scope.audited(Filter::default(), None, 200).unwrap();
        trail.iter().filter(|row| row.what == "mail_viewed" && row.who == "Sam").count()
    };
    assert_eq!(looks(), 0, "the list shows no mail");
    let address = look(&mut sam, "klant-5");
    let page = sam.get(&address);
    assert_eq!(looks(), 1);
    assert!(page.body.contains("Vorige keer kocht je kaarsen"), "{}", page.body);
    assert!(page.body.contains("Mail aan klant klant-5"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("frame-src 'self'"));
    let body = plain(&page.body);
    let frame = between(&body, "src=\"/console/briefs", "\"");
    let mail = sam.get(&format!("/console/briefs{frame}"));
    assert_eq!(mail.status, 200, "{}", mail.body);
    assert!(mail.body.contains("Vorige keer kocht je kaarsen"), "{}", mail.body);
    // The links of a customer are the customer's.
    for link in ["/unsubscribe/", "/p/own/", "/why/"] {
        assert!(!mail.body.contains(link) && !page.body.contains(link), "{link}");
    }
    let none = look(&mut sam, "klant-0");
    assert!(sam.get(&none).body.contains("mail.no-address"));
    sam.get(PREVIEW);
    let nobody = sam.post(&format!("{PREVIEW}/customer"), &[("subject", "nobody")]);
    assert_eq!(nobody.status, 422);
    // What was counted is of then; what is shown of a customer is of now.
    scope.erase(world.now(), "klant-5", &[], "test").unwrap();
    assert_eq!(sam.get(&address).status, 404, "who was erased is not shown");
}

#[test]
fn a_mail_in_a_page_can_run_nothing_and_fetch_nothing() {
    let world = World::new();
    people(&world, 30);
    let sly = "<script>alert(1)</script>";
    let brief =
        MAIL.replace("text = \"Kom gerust langs", &format!("text = \"{sly}Kom gerust langs"));
    let layout = "\n[mail]\nmjml = '''<mjml><mj-body><mj-section><mj-column><mj-raw><script>alert(2)</script>\
        <form action=\"https://evil.example\"><input></form></mj-raw><mj-text>{{ closing }}</mj-text>\
        </mj-column></mj-section></mj-body></mjml>'''\n";
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, &format!("{brief}{layout}"));
    let page = noor.get(PREVIEW);
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let frame = between(&page.body, "<iframe", ">");
    assert!(frame.contains("sandbox=\"\""), "{frame}");
    let mail = noor.get(&format!("{PREVIEW}/example/nl-personal"));
    assert_eq!(mail.status, 200, "{}", mail.body);
    let policy = mail.header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'none'", "frame-ancestors 'self'", "sandbox"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(policy.ends_with("sandbox") && !policy.contains("script-src"), "{policy}");
    assert_eq!(mail.header("x-frame-options"), "SAMEORIGIN");
    assert!(!mail.body.contains("<script>alert(1)"), "words stay words: {}", mail.body);
    for name in ["xx-personal", "nl-other", "nl", "en-"] {
        assert_eq!(noor.get(&format!("{PREVIEW}/example/{name}")).status, 404, "{name}");
    }
}

#[test]
fn a_brief_that_is_no_mail_or_has_no_subject_says_so() {
    let world = World::new();
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    import(&mut noor, &MAIL.replace("channel = \"email\"", "channel = \"web\""));
    let page = noor.get(PREVIEW);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("niet voor mail"), "{}", page.body);
    assert!(!noor.get("/console/briefs/tips-mail").body.contains("/preview\""));
    noor.save_brief("bare", "Zonder onderwerp");
    let page = noor.get("/console/briefs/bare/preview");
    assert_eq!(page.status, 422);
    assert!(page.body.contains("De mail heeft geen onderwerp"), "{}", page.body);
}
