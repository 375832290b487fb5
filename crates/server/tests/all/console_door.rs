//! The door of the console: passwords, one-time codes, sessions, guessing, forged forms.

use maat_console::pages as console_pages;
use maat_store::{Filter, Role};

use crate::console_world::{Browser, MINUTE, PASSWORD, SECOND, World, code, form};

const HOUR: i64 = 60 * MINUTE;

#[test]
fn whoever_signs_in_first_sets_up_codes_and_every_step_has_a_new_id() {
    let world = World::new();
    world.account("Noor de Wit", Role::Marketer, &["own"]);
    let mut noor = world.browser();
    // Somebody planted an id in her browser.
    noor.cookie = Some(format!("maat={}", "ab".repeat(32)));
    let planted = noor.cookie.clone();
    assert_eq!(noor.get("/console").location, "/console/sign-in");
    let answer = noor.password("noor de wit", PASSWORD);
    assert_eq!((answer.status, answer.location.as_str()), (303, "/console/enrol"));
    let set = &answer.cookies[0];
    for part in ["maat=", "Path=/", "HttpOnly", "SameSite=Strict"] {
        assert!(set.contains(part), "{set}");
    }
    let at_door = noor.cookie.clone();
    assert_ne!(at_door, planted);
    // The password alone opens nothing.
    for page in ["/console", "/console/briefs", "/console/code"] {
        assert_eq!(noor.get(page).location, "/console/sign-in", "{page}");
    }
    let page = noor.get("/console/enrol").body;
    assert!(page.contains("<svg class=\"qr\"") && page.contains("<code class=\"secret\">"));
    let secret = crate::console_world::between(&page, "secret\">", "<").to_owned();
    let wrong = noor.post("/console/enrol", &[("code", "000000")]);
    assert_eq!(wrong.status, 401);
    let done = noor.post("/console/enrol", &[("code", &code(&secret, world.now()))]);
    assert_eq!(done.body.matches("<li><code>").count(), 10, "ten recovery codes");
    assert_ne!(noor.cookie, at_door);
    assert!(noor.get("/console").body.contains("Noor de Wit"));
    // Neither the planted id nor the one from the door opens anything.
    for old in [planted, at_door] {
        let mut other = world.browser();
        other.cookie = old;
        assert_eq!(other.get("/console").location, "/console/sign-in");
    }
}

#[test]
fn a_code_works_once_and_so_does_a_recovery_code() {
    let world = World::new();
    world.account("Noor", Role::Admin, &["own"]);
    let mut noor = world.browser();
    let (secret, recovery) = noor.sign_in_first("Noor");
    let mut other = world.browser();
    let answer = other.sign_in("Noor", &secret);
    assert_eq!(answer.status, 401, "the code that set it up was used");
    assert!(answer.body.contains("al gebruikt"));
    world.pass(30 * SECOND);
    assert_eq!(other.sign_in("Noor", &secret).location, "/console");
    let mut third = world.browser();
    assert_eq!(third.sign_in("Noor", &secret).status, 401, "one code lets in once");
    third.get("/console/code-check");
    let answer = third.post("/console/code-check", &[("code", &recovery[0].to_uppercase())]);
    assert_eq!(answer.location, "/console");
    let mut fourth = world.browser();
    fourth.password("Noor", PASSWORD);
    fourth.get("/console/code-check");
    assert_eq!(fourth.post("/console/code-check", &[("code", &recovery[0])]).status, 401);
    // All of it is written down.
    let rows = world.scope("own").audited(Filter::default(), None, 50).unwrap();
    let told: Vec<&str> = rows.iter().rev().map(|row| row.what.as_str()).collect();
    let failed = "sign_in_failed";
    assert_eq!(
        told,
        [
            "enrolled",
            "signed_in",
            failed,
            "signed_in",
            failed,
            "recovery_used",
            "signed_in",
            failed
        ]
    );
    assert!(rows.iter().all(|row| row.who == "Noor" && row.subject.is_none()));
}

/// What a page says, without what differs from one to the next.
fn said(page: &str, browser: &Browser<'_>) -> String {
    page.replace(&browser.token(), "")
}

#[test]
fn a_name_that_is_not_there_is_told_the_same_and_locked_the_same() {
    let world = World::new();
    world.account("Noor", Role::Admin, &["own"]);
    let (mut known, mut unknown) = (world.browser(), world.browser());
    for nth in 0..6 {
        let one = known.password("Noor", "something else");
        let other = unknown.password("Nobody", "something else");
        assert_eq!((one.status, other.status), (401, 401), "{nth}");
        assert_eq!(said(&one.body, &known), said(&other.body, &unknown));
    }
    let one = known.password("Noor", PASSWORD);
    let other = unknown.password("Nobody", PASSWORD);
    assert_eq!((one.status, other.status), (429, 429), "locked, right or not");
    assert_eq!(said(&one.body, &known), said(&other.body, &unknown));
    assert!(one.body.contains("Wacht 1 minuut"));
    world.pass(29 * SECOND);
    assert_eq!(known.password("Noor", PASSWORD).status, 429);
    world.pass(SECOND);
    assert_eq!(known.password("Noor", "wrong once more").status, 401, "time unlocks it");
    world.pass(30 * SECOND);
    assert_eq!(known.password("Noor", PASSWORD).status, 429, "the next wait is twice as long");
    world.pass(30 * SECOND);
    assert_eq!(known.password("Noor", PASSWORD).location, "/console/enrol");
    // Only that it failed is written down, and of an unknown name nothing at all.
    let rows = world.scope("own").audited(Filter::default(), None, 50).unwrap();
    assert!(
        rows.iter().all(|row| (row.who.as_str(), row.what.as_str()) == ("Noor", "sign_in_failed"))
    );
}

#[test]
fn codes_are_not_guessed_either_and_a_client_that_tries_many_names_is_locked() {
    let world = World::new();
    world.account("Noor", Role::Admin, &["own"]);
    let (secret, _) = world.browser().sign_in_first("Noor");
    world.pass(10 * MINUTE);
    let mut guess = world.browser();
    guess.password("Noor", PASSWORD);
    let mut statuses = Vec::new();
    for _ in 0..7 {
        guess.get("/console/code-check");
        statuses.push(guess.post("/console/code-check", &[("code", "123456")]).status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    guess.get("/console/code-check");
    let right = code(&secret, world.now());
    assert_eq!(guess.post("/console/code-check", &[("code", &right)]).status, 429);
    let mut many = world.browser();
    let statuses: Vec<u16> =
        (0..40).map(|nth| many.password(&format!("name {nth}"), "x").status).collect();
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 401).count() <= 30);
}

#[test]
fn sessions_end_idle_old_signed_out_and_everywhere() {
    let world = World::new();
    world.account("Noor", Role::Admin, &["own"]);
    let mut noor = world.browser();
    let (secret, _) = noor.sign_in_first("Noor");
    world.pass(29 * MINUTE);
    assert_eq!(noor.get("/console").status, 200);
    world.pass(30 * MINUTE);
    assert_eq!(noor.get("/console").location, "/console/sign-in", "idle");
    noor.sign_in("Noor", &secret);
    for _ in 0..24 {
        world.pass(29 * MINUTE);
        assert_eq!(noor.get("/console").status, 200);
    }
    world.pass(25 * MINUTE);
    assert_eq!(noor.get("/console").location, "/console/sign-in", "twelve hours");
    noor.sign_in("Noor", &secret);
    world.pass(MINUTE);
    let mut other = world.browser();
    other.sign_in("Noor", &secret);
    noor.get("/console");
    let kept = noor.cookie.clone();
    assert_eq!(noor.post("/console/sign-out", &[]).location, "/console/sign-in");
    noor.cookie = kept;
    assert_eq!(noor.get("/console").location, "/console/sign-in");
    assert_eq!(other.get("/console").status, 200);
    world.pass(MINUTE);
    noor.sign_in("Noor", &secret);
    noor.get("/console");
    noor.post("/console/sign-out-everywhere", &[]);
    assert_eq!(other.get("/console").location, "/console/sign-in");
    // At the door a code must follow soon.
    world.pass(HOUR);
    noor.password("Noor", PASSWORD);
    world.pass(10 * MINUTE);
    assert_eq!(noor.get("/console/code-check").location, "/console/sign-in");
}

#[test]
fn somebody_who_is_removed_or_reset_is_out_at_once() {
    let world = World::new();
    let mut noor = world.signed_in("Noor", Role::Admin, &["own"]);
    world.store.reset_account("Noor", "x").unwrap();
    assert_eq!(noor.get("/console").location, "/console/sign-in");
    let mut sam = world.signed_in("Sam", Role::Admin, &["own"]);
    world.store.remove_account("Sam").unwrap();
    assert_eq!(sam.get("/console").location, "/console/sign-in");
}

#[test]
fn a_form_from_elsewhere_is_refused_on_every_page_and_changes_nothing() {
    let world = World::new();
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    let mut sam = world.signed_in("Sam", Role::Admin, &["own"]);
    world.customer("own", "c1", "candles");
    kim.save_brief("again", "Nog een keer?");
    let before = world.scope("own").audited(Filter::default(), None, 100).unwrap().len();
    kim.get("/console");
    sam.get("/console");
    let own = kim.token();
    let origin = format!("http://{}", world.address);
    let here: [(&str, &str); 2] = [("origin", &origin), ("sec-fetch-site", "same-origin")];
    let posts: Vec<&str> = console_pages()
        .filter(|(method, ..)| *method == "POST")
        .map(|(_, route, _)| route)
        .collect();
    assert!(posts.len() > 15, "{posts:?}");
    for route in posts {
        let path = route.replace("{brief}", "again").replace("{link}", "x");
        let mut refused = |headers: &[(&str, &str)], token: &str| {
            let body = form(&[("token", token), ("controller", "own"), ("do", "save")]);
            let answer = kim.send(&path, headers, &body);
            assert_eq!(answer.status, 403, "{path} {headers:?}: {}", answer.body);
        };
        refused(&here, "");
        refused(&here, &"0".repeat(64));
        refused(&here, &sam.token());
        refused(&[], &own);
        refused(&[("origin", "https://evil.example")], &own);
        refused(&[("origin", "null")], &own);
        refused(&[("sec-fetch-site", "cross-site")], &own);
        refused(&[("sec-fetch-site", "same-site"), ("origin", &origin)], &own);
    }
    let after = world.scope("own").audited(Filter::default(), None, 100).unwrap().len();
    assert_eq!(after, before, "nothing was done");
    assert_eq!(kim.get("/console").status, 200, "and she is still signed in");
}

#[test]
fn every_page_tells_browsers_to_keep_it_to_itself() {
    let world = World::new();
    let mut kim = world.signed_in("Kim", Role::Admin, &["own"]);
    for page in ["/console", "/console/briefs/new", "/console/nowhere", "/console/code/published"] {
        let answer = kim.get(page);
        let policy = answer.header("content-security-policy").to_owned();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{page}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{page}: {policy}");
        assert_eq!(answer.header("cache-control"), "no-store", "{page}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{page}");
    }
    assert_eq!(kim.get("/console").header("referrer-policy"), "same-origin");
}

#[test]
fn over_tls_the_cookie_is_bound_to_the_host_and_plain_http_from_elsewhere_stays_shut() {
    let world = World::at("https://maat.example.org");
    let mut browser = world.browser();
    let set = browser.get("/console/sign-in").cookies[0].clone();
    assert!(set.starts_with("__Host-maat=") && set.ends_with("; Secure"), "{set}");
    assert!(set.contains("Path=/;") && !set.contains("Domain"), "{set}");
    let world = World::at("http://maat.example.org");
    let answer = world.browser().get("/console/sign-in");
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains("https"), "{}", answer.body);
}

#[test]
fn the_language_that_was_chosen_stays() {
    let world = World::new();
    let mut browser = world.browser();
    let answer = browser.get("/console/sign-in?lang=en");
    assert!(answer.body.contains("<html lang=\"en\">"));
    let kept = answer.cookies.iter().find(|set| set.starts_with("maat-lang=en")).unwrap();
    assert!(kept.contains("Path=/console"), "{kept}");
    browser.cookie = Some(format!("{}; maat-lang=en", browser.cookie.clone().unwrap()));
    assert!(browser.get("/console/sign-in").body.contains("<html lang=\"en\">"));
}
