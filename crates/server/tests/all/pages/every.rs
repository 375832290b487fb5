//! What holds for every page.

use crate::site::Site;

#[test]
fn a_browser_gets_a_problem_as_a_kind_page_and_a_program_as_json() {
    let site = Site::new();
    let reply = site.page("/nowhere");
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("content-language", "nl"),
    ] {
        assert_eq!(reply.header(name), value);
    }
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"));
    let page = reply.html(404);
    assert!(page.contains("<h1>Dit bestaat niet</h1>"), "{page}");
    assert!(page.contains("Dit adres is er niet."), "{page}");

    let accept = [("accept", "text/html"), ("accept-language", "nl")];
    let reply = site.send("GET", "/nowhere?lang=en", &accept, "");
    let page = reply.html(404);
    assert!(page.contains("<html lang=\"en\">") && page.contains("does not exist"), "{page}");

    let reply = site.send("GET", "/nowhere", &[("accept", "application/json")], "");
    reply.problem(404, "not-found");
}

#[test]
fn a_page_names_its_style_by_what_is_in_it() {
    let site = Site::new();
    let reply = site.page("/nowhere");
    let style = reply.html(404).split("href=\"").find(|part| part.starts_with("/assets/")).unwrap();
    let reply = site.page(style.split('"').next().unwrap());
    assert_eq!((reply.status, reply.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(reply.header("cache-control").contains("immutable"));
    assert!(reply.body.contains("prefers-color-scheme: dark"));
}
