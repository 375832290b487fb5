//! Who may go where in the console: by role, by controller, and for every page that there is.

use maat::ledger::Address;
use maat_console::pages as console_pages;
use maat_store::{Filter, MailingState, Role};

use crate::console_world::{World, between};

/// The address of a route, for a brief and a customer.
fn path(route: &str, brief: &str, link: &str) -> String {
    let route = route.replace("{brief}", brief).replace("{link}", link).replace("{version}", "1");
    route.replace("{mailing}", &format!("{brief}-mailing")).replace("{name}", "nl-plain")
}

/// The link to a customer, from the list of requests.
fn link_of(page: &str) -> String {
    between(page, "<a href=\"/console/people/", "\"").to_owned()
}

#[test]
fn nobody_gets_anywhere_without_signing_in() {
    let world = World::new();
    let mut nobody = world.browser();
    for (method, route, need) in console_pages().filter(|(.., need)| *need != "nothing") {
        let path = path(route, "again", "x");
        nobody.get("/console/sign-in");
        let answer = if method == "GET" { nobody.get(&path) } else { nobody.post(&path, &[]) };
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (303, "/console/sign-in"),
            "{path} {need}"
        );
    }
}

#[test]
fn each_role_reaches_its_own_pages_and_no_other() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut admin = world.signed_in("Kim", Role::Admin, &["own"]);
    admin.save_brief("again", "Nog een keer?");
    world.scope("own").begin_mailing(world.now(), "again-mailing", "again", "c", "d").unwrap();
    for (role, name) in [(Role::Marketer, "Noor"), (Role::Officer, "Sam"), (Role::Admin, "Lou")] {
        let mut who = world.signed_in(name, role, &["own"]);
        for (method, route, need) in console_pages() {
            if route.contains("sign-") || need == "password" {
                continue;
            }
            let may = match need {
                "writes" => role != Role::Officer,
                "guards" => role != Role::Marketer,
                "sends" => role == Role::Admin,
                _ => true,
            };
            who.get("/console");
            let path = path(route, "again", "x");
            let answer = if method == "GET" { who.get(&path) } else { who.post(&path, &[]) };
            if may {
                assert_ne!(answer.status, 405, "{name} {method} {path}");
                let forbidden = answer.body.contains("rol mag hier niet");
                assert!(!forbidden && answer.status < 500, "{name} {path}: {}", answer.body);
            } else {
                assert_eq!(answer.status, 403, "{name} {method} {path}");
            }
        }
        who.get("/console/ledger");
    }
}

#[test]
fn nobody_sees_or_touches_the_rows_of_another_controller_on_any_page() {
    let world = World::new();
    world.customer("own", "c-own", "own candles");
    world.customer("other", "c-secret", "secret candles");
    let mut theirs = world.signed_in("Theirs", Role::Admin, &["other"]);
    theirs.save_brief("secret", "Secret campaign");
    let scope = world.scope("other");
    scope.begin_mailing(world.now(), "secret-mailing", "secret", "c", "d").unwrap();
    scope.enqueue(world.now(), "secret-mailing", &["c-secret".to_owned()]).unwrap();
    let link = link_of(&theirs.get("/console/requests").body);
    assert!(theirs.get(&format!("/console/people/{link}")).body.contains("secret candles"));
    let size = world.scope("other").size().unwrap();
    let trail = world.scope("other").audited(Filter::default(), None, 100).unwrap().len();
    let mut own = world.signed_in("Ours", Role::Admin, &["own"]);
    own.save_brief("ours", "Our campaign");
    for (method, route, _) in console_pages() {
        if route.contains("sign-") {
            continue;
        }
        own.get("/console");
        let path = path(route, "secret", &link);
        let sent = [
            ("do", "object"),
            ("controller", "other"),
            ("again", "c-secret"),
            ("subject", "c-secret"),
            ("request", "r secret candles"),
            ("outcome", "x"),
            ("signal", "purchase.item"),
            ("value", "x"),
            ("sure", "on"),
            ("relevant", "on"),
            ("clear", "on"),
            ("welcome", "on"),
        ];
        let answer = if method == "GET" { own.get(&path) } else { own.post(&path, &sent) };
        if route.contains('{') {
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
        }
        for theirs in ["Secret campaign", "secret candles", "secret-mailing", "Theirs"] {
            assert!(!answer.body.contains(theirs), "{method} {path} tells {theirs}");
        }
        // What was typed may stand in a field again, and nowhere else.
        let echoed = answer.body.replace("value=\"c-secret\"", "");
        assert!(!echoed.contains("c-secret"), "{method} {path}");
    }
    own.get("/console");
    assert_eq!(own.post("/console/controller", &[("controller", "other")]).status, 403);
    assert!(own.get("/console/briefs").body.contains("Our campaign"));
    let scope = world.scope("other");
    assert_eq!(scope.size().unwrap(), size, "nothing was recorded there");
    assert_eq!(scope.audited(Filter::default(), None, 100).unwrap().len(), trail);
    let mailing = scope.mailing("secret-mailing").unwrap().unwrap();
    assert_eq!(mailing.state, MailingState::Running, "nobody else steers it");
    assert_eq!(scope.brief_versions("secret").unwrap().len(), 1);
    assert!(scope.signatures("secret").unwrap().is_empty());
}

#[test]
fn the_people_of_an_agency_switch_between_controllers_and_lose_one_at_once() {
    let world = World::new();
    let mut kim = world.signed_in("Kim", Role::Admin, &["own", "other"]);
    let page = kim.get("/console").body;
    assert!(page.contains("<option selected>other</option>"), "{page}");
    kim.save_brief("theirs", "Of the other");
    kim.get("/console");
    assert_eq!(kim.post("/console/controller", &[("controller", "own")]).location, "/console");
    assert!(!kim.get("/console/briefs").body.contains("Of the other"));
    kim.get("/console");
    kim.post("/console/controller", &[("controller", "other")]);
    assert!(kim.get("/console/briefs").body.contains("Of the other"));
    for bad in ["nowhere", "", "a b", "' or 1=1 --"] {
        kim.get("/console");
        assert_eq!(kim.post("/console/controller", &[("controller", bad)]).status, 403, "{bad}");
    }
}

#[test]
fn a_request_is_answered_and_all_of_it_is_written_down_without_the_customers_data() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    world.customer("own", "c2", "plates");
    world.pass(40 * 24 * 3_600_000);
    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    let page = sam.get("/console/requests?lang=en").body;
    assert_eq!(page.matches("overdue").count(), 2, "{page}");
    let base = format!("/console/people/{}", link_of(&page));
    let page = sam.get(&base).body;
    assert!(page.contains("candles") && page.contains("Klant c1"), "{page}");
    let done =
        |answer: crate::console_world::Answer| assert_eq!(answer.status, 303, "{}", answer.body);
    done(sam.post(&format!("{base}/answer"), &[("request", "r candles"), ("outcome", "sent")]));
    sam.get(&base);
    assert_eq!(
        sam.post(&format!("{base}/answer"), &[("request", "r candles"), ("outcome", "x")]).status,
        409
    );
    sam.get(&base);
    done(sam.post(&format!("{base}/rectify"), &[("signal", "purchase.item"), ("value", "vases")]));
    sam.get(&base);
    assert_eq!(
        sam.post(&format!("{base}/rectify"), &[("signal", "nothing"), ("value", "x")]).status,
        422
    );
    for (button, said) in
        [("object", "neemt het bezwaar terug"), ("restrict", "Hef de beperking op")]
    {
        sam.get(&base);
        done(sam.post(&format!("{base}/mark"), &[("do", button)]));
        assert!(sam.get(&base).body.contains(said), "{button}");
    }
    for (format, media) in [("json", "application/json"), ("csv", "text/csv; charset=utf-8")] {
        sam.get(&base);
        let file = sam.post(&format!("{base}/export"), &[("format", format)]);
        assert_eq!(file.header("content-type"), media);
        assert!(file.header("content-disposition").starts_with("attachment"));
        assert!(file.body.contains("vases") && !file.body.contains("plates"));
    }
    sam.get(&base);
    assert_eq!(sam.post(&format!("{base}/erase"), &[("again", "c2")]).status, 422, "not that one");
    sam.get(&base);
    let gone =
        sam.post(&format!("{base}/erase"), &[("again", "c1"), ("addresses", "a@b.example\n")]);
    assert!(gone.location.starts_with("/console/requests?said=erased&entry="), "{}", gone.location);
    assert_eq!(sam.get(&base).status, 404);
    let scope = world.scope("own");
    assert!(scope.suppressed(&Address::on_record("A@b.example")).unwrap());
    let rows = scope.audited(Filter::default(), None, 100).unwrap();
    let what: Vec<&str> = rows.iter().map(|row| row.what.as_str()).collect();
    for deed in [
        "person_viewed",
        "request_answered",
        "person_rectified",
        "person_marked",
        "person_exported",
        "person_erased",
    ] {
        assert!(what.contains(&deed), "{what:?}");
    }
    let told = format!("{rows:?}");
    for data in ["candles", "vases", "c1", "a@b.example"] {
        assert!(!told.contains(data), "{data} stands in the audit trail: {told}");
    }
    // The page shows it, filtered and page by page.
    for _ in 0..60 {
        scope.audit(world.now(), "Lou", "signed_out", "", None).unwrap();
    }
    let page = sam.get("/console/audit?who=Sam&what=person_erased").body;
    assert_eq!(page.matches("<tr>").count(), 2, "{page}");
    let first = sam.get("/console/audit").body;
    let next = between(&first, "<a href=\"/console/audit?", "\"").replace("&amp;", "&");
    assert!(next.contains("before="), "{next}");
    let older = sam.get(&format!("/console/audit?{next}")).body;
    assert!(older.contains("wiste een klant"), "{older}");
}

#[test]
fn a_link_to_a_customer_is_of_its_controller_and_ends() {
    let world = World::new();
    world.customer("own", "c1", "candles");
    let mut sam = world.signed_in("Sam", Role::Officer, &["own"]);
    let link = link_of(&sam.get("/console/requests").body);
    assert!(!link.contains("c1"));
    for forged in ["x", &format!("{link}x"), &link.to_uppercase(), "..%2f..%2fetc"] {
        assert_eq!(sam.get(&format!("/console/people/{forged}")).status, 404, "{forged}");
    }
}
