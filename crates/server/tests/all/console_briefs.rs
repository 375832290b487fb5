//! Briefs in the console: writing, judging, signing; and what somebody hostile writes in them.

use maat::brief::Brief;
use maat_store::Role;

use crate::console_world::{Answer, Browser, World, between, fields, plain};

const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{'zo'~'iets'}}";

fn refs<'a>(all: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

/// Signs the brief as the page offers it.
fn sign(who: &mut Browser<'_>, brief: &str) -> Answer {
    let page = who.get(&format!("/console/briefs/{brief}")).body;
    let content = between(&page, "name=\"content\" value=\"", "\"").to_owned();
    let code = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    sign_what(who, brief, &content, &code)
}

/// Signs a brief as it was read, whatever stands there now.
fn sign_what(who: &mut Browser<'_>, brief: &str, content: &str, code: &str) -> Answer {
    let all = [
        ("content", content),
        ("code", code),
        ("relevant", "on"),
        ("clear", "on"),
        ("welcome", "on"),
    ];
    who.post(&format!("/console/briefs/{brief}/sign"), &all)
}

#[test]
fn a_brief_is_written_judged_and_kept_in_every_version() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    // A button without scripts gives the same verdict as the page does by itself.
    noor.get("/console/briefs/new");
    let mut all = fields("again", "Nog een keer?");
    all[0].1 = "check".to_owned();
    let checked = noor.post("/console/briefs/new", &refs(&all)).body;
    let live = noor.post("/console/briefs/verdict", &refs(&all)).body;
    assert!(
        live.trim_start().starts_with("<section class=\"verdict\"")
            && live.contains("class=\"counts\""),
        "{live}"
    );
    assert!(
        checked.contains(live.trim()),
        "the button says something else than the page by itself"
    );
    assert!(world.scope("own").briefs().unwrap().is_empty(), "checking saves nothing");
    assert_eq!(
        noor.save_brief("again", "Nog een keer?").location,
        "/console/briefs/again?said=saved"
    );
    let page = noor.get("/console/briefs/again/edit").body;
    assert!(page.contains("name=\"base\" value=\"1\""));
    let mut all = fields("other-id", "Een andere titel");
    all[1].1 = "1".to_owned();
    let saved = noor.post("/console/briefs/again/edit", &refs(&all));
    assert_eq!(saved.location, "/console/briefs/again?said=saved", "the id stays");
    // From a page that was opened before that, nothing is overwritten and nothing lost.
    let mut sam = world.signed_in("Sam", Role::Admin, &["own"]);
    sam.get("/console");
    all[3].1 = "Van Sam".to_owned();
    let late = sam.post("/console/briefs/again/edit", &refs(&all));
    assert_eq!(late.status, 409);
    assert!(late.body.contains("nieuwere versie") && late.body.contains("value=\"Van Sam\""));
    sam.get("/console");
    let taken = sam.save_brief("again", "Dezelfde naam");
    assert_eq!(taken.status, 409);
    assert!(noor.get("/console/briefs/again/versions/1").body.contains("Nog een keer?"));
    assert!(noor.get("/console/briefs/again/versions/2").body.contains("Een andere titel"));
    assert_eq!(noor.get("/console/briefs/again/versions/3").status, 404);
}

#[test]
fn words_that_steer_are_told_with_calmer_ones_and_hold_nothing_back() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    noor.get("/console/briefs/new");
    let mut all = fields("again", "Titel");
    let honest = noor.post("/console/briefs/verdict", &refs(&all)).body;
    assert!(!honest.contains("Woorden die sturen"), "{honest}");
    let text = all.iter_mut().find(|(name, _)| *name == "slot-0-text").unwrap();
    text.1.insert_str(0, "Nog maar 2 op voorraad: ");
    noor.get("/console/briefs/new");
    let said = noor.post("/console/briefs/verdict", &refs(&all)).body;
    let steers = said.split("Woorden die sturen").nth(1).unwrap();
    assert!(steers.contains("<b lang=\"nl\">Nog maar 2 op voorraad</b>"), "{steers}");
    assert!(steers.contains("schaarste") && steers.contains("Rustiger:"), "{steers}");
    assert!(said.contains("class=\"counts\""), "the gate judges it all the same");
}

#[test]
fn mistakes_stand_beside_their_fields_and_such_a_brief_may_be_kept_and_is_refused() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    noor.get("/console/briefs/new");
    let mut all = fields("again", "Titel");
    all.push(("planned", "morgen".to_owned()));
    all.retain(|(name, _)| *name != "slot-0-uses");
    let kept = noor.post("/console/briefs/new", &refs(&all));
    assert_eq!(kept.status, 303, "a draft may have mistakes");
    let page = noor.get("/console/briefs/again/edit").body;
    assert!(page.contains("id=\"wrong-planned\">`morgen` is geen moment"), "{page}");
    assert!(page.contains("aria-invalid=\"true\" aria-describedby=\"wrong-planned\""));
    assert!(!page.contains("class=\"counts\""), "there is no verdict");
    let page = noor.get("/console/briefs/again").body;
    assert!(page.contains("gaat er niets weg"), "{page}");
    noor.get("/console/briefs/new");
    let mut all = fields("Not An Id", "");
    all[0].1 = "save".to_owned();
    let refused = noor.post("/console/briefs/new", &refs(&all));
    assert_eq!(refused.status, 422);
    for field in ["wrong-id", "wrong-title"] {
        assert!(refused.body.contains(&format!("id=\"{field}\"")), "{field}");
    }
}

#[test]
fn a_signature_counts_for_what_was_read_and_an_edit_voids_it() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    noor.save_brief("again", "Nog een keer?");
    let page = noor.get("/console/briefs/again").body;
    assert!(
        page.contains("1 collega dit leest en tekent") && page.contains("nog niet goedgekeurd"),
        "{page}"
    );
    assert!(page.contains("human.reviewed"), "the gate says so too");
    assert!(!page.contains("/sign\""), "no form for the author");
    let own = sign(&mut noor, "again");
    assert_eq!(own.status, 403, "the author does not approve alone");
    // Without reading all three questions nothing is signed.
    sam.get("/console/briefs/again");
    assert_eq!(sam.post("/console/briefs/again/sign", &[("relevant", "on")]).status, 422);
    assert_eq!(sign(&mut sam, "again").location, "/console/briefs/again?said=signed");
    let page = sam.get("/console/briefs/again").body;
    assert!(page.contains("goedgekeurd") && !page.contains("nog niet goedgekeurd"));
    assert!(!page.contains("human.reviewed"), "the gate sees the signature");
    // As a file it carries the signature, and the command line counts it too.
    let file = noor.get("/console/briefs/again/file").body;
    let brief = Brief::parse("brief.toml", &file).unwrap();
    assert_eq!(brief.reviewers(&crate::site::CODE), ["Sam"], "{file}");
    // Any change voids it, and the pages say so.
    let page = noor.get("/console/briefs/again/edit").body;
    assert!(page.contains("gelden de handtekeningen niet meer"));
    let mut all = fields("again", "Nog een keer dan?");
    all[1].1 = "1".to_owned();
    noor.post("/console/briefs/again/edit", &refs(&all));
    let page = sam.get("/console/briefs/again").body;
    assert!(
        page.contains("de briefing is daarna gewijzigd") && page.contains("human.reviewed"),
        "{page}"
    );
    let file = noor.get("/console/briefs/again/file").body;
    assert!(!file.contains("[[review]]"), "{file}");
    // Who read the old one cannot sign the new one unread.
    let old = brief.content_hash();
    let page = sam.get("/console/briefs/again").body;
    let code = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    assert_eq!(sign_what(&mut sam, "again", &old, &code).status, 409);
    assert_eq!(sign(&mut sam, "again").status, 303);
    // Whoever edits after signing is an author from then on.
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    assert_eq!(sign(&mut kim, "again").status, 303);
    kim.get("/console/briefs/again/edit");
    let mut all = fields("again", "Van Kim");
    all[1].1 = "2".to_owned();
    kim.post("/console/briefs/again/edit", &refs(&all));
    assert_eq!(sign(&mut kim, "again").status, 403);
}

#[test]
fn a_signature_is_bound_to_the_code_and_depth_four_asks_two() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    noor.get("/console/briefs/new");
    let mut all = fields("deep", "Diep");
    for (name, value) in &mut all {
        match *name {
            "slot-0-uses" => "family.due-date".clone_into(value),
            "slot-0-text" => "Voor jou".clone_into(value),
            _ => {}
        }
    }
    all.push(("slot-0-names_behaviour", "on".to_owned()));
    noor.post("/console/briefs/new", &refs(&all));
    let page = noor.get("/console/briefs/deep").body;
    assert!(page.contains("2 collega’s dit lezen en tekenen"), "{page}");
    sign(&mut sam, "deep");
    assert!(
        noor.get("/console/briefs/deep").body.contains("nog niet goedgekeurd"),
        "one is not two"
    );
    assert!(!sam.get("/console/briefs/deep").body.contains("/sign\""), "nobody signs twice");
    let (content, code) = {
        let scope = world.scope("own");
        let signed = scope.signatures("deep").unwrap();
        (signed[0].content.clone(), signed[0].code.clone())
    };
    assert_eq!(sign_what(&mut sam, "deep", &content, &code).status, 303);
    assert!(
        noor.get("/console/briefs/deep").body.contains("nog niet goedgekeurd"),
        "twice is once"
    );
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    sign(&mut kim, "deep");
    assert!(!noor.get("/console/briefs/deep").body.contains("nog niet goedgekeurd"));
    // A signature under another Code counts for nothing.
    let scope = world.scope("own");
    noor.save_brief("again", "Nog een keer?");
    let content = scope.brief("again").unwrap().unwrap().content;
    scope.sign_brief(world.now(), "Lou", "again", &content, "another code").unwrap();
    let page = noor.get("/console/briefs/again").body;
    assert!(
        page.contains("de Code is daarna gewijzigd") && page.contains("nog niet goedgekeurd"),
        "{page}"
    );
}

#[test]
fn a_file_comes_in_without_its_signatures_and_goes_out_again() {
    let world = World::new();
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    noor.get("/console/briefs/import");
    let example = include_str!("../../../../examples/again/brief.toml");
    let read = noor.post("/console/briefs/import", &[("text", example)]);
    assert_eq!(read.location, "/console/briefs/again?said=imported");
    let file = noor.get("/console/briefs/again/file");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"again.toml\"");
    let (own, was) = (Brief::parse("a", &file.body).unwrap(), Brief::parse("b", example).unwrap());
    assert_eq!(own.content_hash(), was.content_hash());
    assert!(own.review.is_empty() && file.body.contains("# where the customer reads why"));
    noor.get("/console/briefs/import");
    let wrong = noor.post("/console/briefs/import", &[("text", "id = \"x\"\ntitel = 1\n")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Regel 2"), "{}", wrong.body);
    // As a browser sends a file.
    noor.get("/console/briefs/import");
    let (token, origin) = (noor.token(), format!("http://{}", world.address));
    let changed = example.replace("Vorige keer kocht je dit", "Nog eens dit");
    let part = |name: &str, value: &str| {
        format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!(
        "{}{}{}--xyz--\r\n",
        part("token", &token),
        part("file", &changed),
        part("text", "")
    );
    let headers =
        [("origin", origin.as_str()), ("content-type", "multipart/form-data; boundary=xyz")];
    let agent = noor.send_as(&headers, "/console/briefs/import", &body);
    assert_eq!(agent.location, "/console/briefs/again?said=imported", "{}", agent.body);
    assert_eq!(world.scope("own").brief_versions("again").unwrap().len(), 2);
}

#[test]
fn whatever_a_marketer_or_a_customer_writes_stays_text_on_every_page() {
    let world = World::new();
    world.customer("own", HOSTILE, HOSTILE);
    let mut kim = world.signed_in("Kim <script>alert(1)</script>", Role::Admin, &["own"]);
    kim.get("/console/briefs/new");
    let names = [
        "title",
        "company",
        "planned",
        "sender_name",
        "sender_address",
        "relevant",
        "clear",
        "welcome",
        "ad_on_behalf_of",
        "ad_paid_by",
        "ai_approved_by",
        "urgency_claim",
        "urgency_proof",
        "effect_what",
        "bought_from",
        "assessment",
        "slot-0-id",
        "slot-0-text",
        "slot-0-plain",
        "slot-0-uses",
        "select-0-by",
        "select-0-why",
        "purpose",
        "channel",
        "explanation",
        "slot-0-kind",
        "id",
    ];
    let mut all: Vec<(&str, &str)> = names.iter().map(|name| (*name, HOSTILE)).collect();
    all.extend(["ad", "ai", "urgency", "effect"].map(|name| (name, "on")));
    let mut pages = Vec::new();
    for button in ["check", "save", "add-slot"] {
        let mut all = all.clone();
        all.push(("do", button));
        pages.push(kim.post("/console/briefs/new", &all));
    }
    pages.push(kim.post("/console/briefs/verdict", &all));
    for pair in &mut all {
        if pair.0 == "id" {
            pair.1 = "hostile";
        }
    }
    all.push(("do", "save"));
    kim.get("/console/briefs/new");
    assert_eq!(kim.post("/console/briefs/new", &all).status, 303);
    let addresses = [
        "/console",
        "/console/briefs",
        "/console/briefs/hostile",
        "/console/briefs/hostile/edit",
        "/console/briefs/hostile/versions/1",
        "/console/requests",
        "/console/audit",
    ];
    pages.extend(addresses.map(|address| kim.get(address)));
    let requests = kim.get("/console/requests").body;
    let base =
        format!("/console/people/{}", between(&requests, "<a href=\"/console/people/", "\""));
    pages.push(kim.get(&base));
    pages.push(kim.post(&format!("{base}/export"), &[("format", "html")]));
    let query: String = form_urlencoded::byte_serialize(HOSTILE.as_bytes()).collect();
    for address in [
        format!("/console/audit?who={query}&what={query}"),
        format!("/console/requests?right={query}&said={query}"),
        format!("/console/briefs/hostile?said={query}"),
        format!("/console/briefs/{query}"),
        format!("/console/people/{query}"),
    ] {
        pages.push(kim.get(&address));
    }
    kim.get("/console/people");
    pages.push(kim.post("/console/people", &[("subject", &format!("{HOSTILE}2"))]));
    kim.get("/console/briefs/import");
    pages.push(kim.post("/console/briefs/import", &[("text", HOSTILE)]));
    for page in pages {
        assert!(page.status < 500, "{}", page.body);
        let low = page.body.to_lowercase();
        assert!(!low.contains("<script>") && !low.contains("<img"), "{}", page.body);
        assert!(!low.contains("\"'>") && !low.contains("zoiets"), "{}", page.body);
    }
}

#[test]
fn quotes_and_semicolons_are_only_text_to_the_database() {
    let world = World::new();
    let sly = "x'); drop table brief; -- \" or '1'='1";
    world.customer("own", sly, sly);
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    assert_eq!(world.browser().password(sly, sly).status, 401);
    kim.save_brief("again", sly);
    assert!(kim.get("/console/briefs").body.contains("drop table brief"));
    let query: String = form_urlencoded::byte_serialize(sly.as_bytes()).collect();
    let page = kim.get(&format!("/console/audit?who={query}")).body;
    assert!(page.contains("Niets gevonden"));
    kim.get("/console/people");
    let found = kim.post("/console/people", &[("subject", sly)]);
    assert_eq!(found.status, 303);
    assert!(kim.get(&found.location).body.contains("drop table brief"));
    kim.get("/console/people");
    assert_eq!(kim.post("/console/people", &[("subject", "' or '1'='1")]).status, 404);
    assert_eq!(world.scope("own").briefs().unwrap().len(), 1);
}

#[test]
fn work_for_everybody_and_verifying_go_on_by_themselves_and_tell_what_came_of_it() {
    let world = World::new();
    for nth in 0..30 {
        world.customer("own", &format!("c{nth}"), "candles");
    }
    let mut sam = world.signed_in("Sam", Role::Admin, &["own"]);
    sam.save_brief("again", "Nog een keer?");
    sam.get("/console/briefs/again");
    let started = sam.post("/console/briefs/again/everybody", &[]);
    assert_eq!(started.location, "/console/briefs/again/everybody");
    let until = |sam: &mut Browser<'_>, address: &str, said: &str| {
        for _ in 0..400 {
            let page = sam.get(address).body;
            if page.contains(said) {
                return page;
            }
            assert!(page.contains("data-poll"), "{page}");
            std::thread::sleep(std::time::Duration::from_millis(25));
        }
        panic!("{address} never said {said}");
    };
    let page = until(&mut sam, "/console/briefs/again/everybody", "class=\"counts\"");
    assert!(page.contains("<b>30</b> klanten"), "{page}");
    sam.get("/console/ledger");
    sam.post("/console/ledger/verify", &[]);
    let page = until(&mut sam, "/console/ledger", "Alles staat er zoals het is vastgelegd");
    assert!(page.contains("maat&#x2f;own") && page.contains("Tussenstanden"), "{page}");
    // Something else than Maat changes an entry: it is found.
    let raw = rusqlite::Connection::open(world.folder.path().join("maat.db")).unwrap();
    raw.execute("update entry set payload = replace(payload, 'candles', 'vases')", []).unwrap();
    sam.get("/console/ledger");
    sam.post("/console/ledger/verify", &[]);
    until(&mut sam, "/console/ledger", "fouten: vertrouw dit logboek niet");
}

#[test]
fn the_code_that_is_shown_is_the_one_that_is_executed() {
    let world = World::new();
    let mut sam = world.signed_in("Sam", Role::Marketer, &["own"]);
    let page = sam.get("/console/code").body;
    let hash = maat::code::Code::load(&maat::code::Sources::built_in()).unwrap().hash().to_owned();
    assert!(page.contains(&hash) && page.contains("legal.sender-shown"));
    let published = sam.get("/console/code/published");
    assert!(published.body.contains(&hash), "the published page is of the same Code");
    assert!(published.header("content-security-policy").contains("style-src 'sha256-"));
}

/// A brief whose text would end the program is told what is wrong beside its field; one that is in the store already, by whatever
/// way it came there, stands in the list, opens in its form and can be mended.
#[test]
fn a_text_that_would_end_the_program_is_told_beside_its_field_and_can_be_mended() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    let minus = format!("{{{{ {}1 }}}}", "-".repeat(8_000));
    let nested = format!(
        "<mjml><mj-body><mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section></mj-body></mjml>",
        "<b>".repeat(20_000)
    );
    let chain = format!("{{% if 1 %}}{}x{{% endif %}}", "{% elif 1 %}".repeat(5_000));
    for (nth, (field, hostile)) in
        [("slot-0-text", minus), ("mail_mjml", nested), ("mail_text", chain)].iter().enumerate()
    {
        let id = format!("deep-{nth}");
        noor.get("/console/briefs/new");
        let mut all = fields(&id, "Diep");
        // A mail needs a subject before its layout is looked at.
        for (name, value) in [
            ("slot-1-id", "subject"),
            ("slot-1-kind", "text"),
            ("slot-1-text", "Nieuw"),
            ("slot-1-plain", "Nieuw"),
        ] {
            all.push((name, value.to_owned()));
        }
        all.retain(|(name, _)| name != field);
        all.push((*field, hostile.clone()));
        let judged = noor.post("/console/briefs/verdict", &refs(&all));
        assert_eq!(judged.status, 200, "{field}");
        noor.get("/console/briefs/new");
        let saved = noor.post("/console/briefs/new", &refs(&all));
        let page = if saved.location.is_empty() {
            saved.body
        } else {
            noor.get(&format!("/console/briefs/{id}/edit")).body
        };
        assert!(
            plain(&page).contains(hostile.as_str()),
            "{field}: the form keeps what was written"
        );
        // As it came into the store before there was a bound.
        let brief = stored(&id, field, hostile);
        let kept = Brief::parse("brief.toml", &brief).unwrap();
        if world.scope("own").brief(&id).unwrap().is_none() {
            let content = kept.content_hash();
            world.scope("own").save_brief(world.now(), "Noor", &id, &content, &brief, 0).unwrap();
        }
        for path in ["/console", "/console/briefs", &format!("/console/briefs/{id}")] {
            let answer = noor.get(path);
            assert!(answer.status < 500, "{field}: {path} gave {}", answer.status);
        }
        let form = noor.get(&format!("/console/briefs/{id}/edit"));
        assert_eq!(form.status, 200, "{field}");
        let told = ["meer dan 300", "dieper dan 100", "langer dan 65536"];
        assert!(told.iter().any(|it| form.body.contains(it)), "{field}: {}", form.body);
        let base = between(&form.body, "name=\"base\" value=\"", "\"").to_owned();
        let mut mended = fields(&id, "Niet meer diep");
        mended[1].1 = base;
        let answer = noor.post(&format!("/console/briefs/{id}/edit"), &refs(&mended));
        assert_eq!(
            answer.location,
            format!("/console/briefs/{id}?said=saved"),
            "{field}: {}",
            answer.body
        );
    }
}

/// The brief of the form in TOML, with something hostile in one of its fields.
fn stored(id: &str, field: &str, hostile: &str) -> String {
    let (text, mail) = match field {
        "slot-0-text" => (hostile, String::new()),
        "mail_mjml" => ("Hallo", format!("[mail]\nmjml = '''{hostile}'''\n")),
        _ => ("Hallo", format!("[mail]\ntext = '''{hostile}'''\n")),
    };
    format!(
        "id = '{id}'\ntitle = 'Diep'\ncontroller = 'Huis & Haard'\nchannel = 'email'\npurpose = 'tips'\n\
         explanation = 'in-sight'\n[sender]\nname = 'Huis & Haard'\naddress = 'hallo@huisenhaard.example'\n{mail}\
         [[slot]]\nid = 'greeting'\nkind = 'text'\nuses = ['purchase.item']\ntext = '''{text}'''\nplain = 'N'\n\
         [[slot]]\nid = 'subject'\nkind = 'text'\ntext = 'Nieuw'\n"
    )
}

#[test]
fn a_brief_of_the_folder_that_cannot_be_used_is_told_where_the_briefs_stand() {
    let world = World::with_briefs(&[("autumn.toml", "id = \"autumn\"\ntitel = \"Herfst\"\n")]);
    let mut noor = world.signed_in("Noor", Role::Marketer, &["own"]);
    let page = noor.get("/console/briefs").body;
    assert!(page.contains("kan niet gebruikt worden") && page.contains("autumn"), "{page}");
    assert!(page.contains("titel"), "{page}");
}
