//! What holds for every page that the service shows.

use crate::served::Served;

#[test]
fn a_browser_gets_a_problem_as_a_kind_page_and_a_program_as_json() {
    let served = Served::new();
    let answer = served.get_with("/nowhere", &[("accept-language", "nl")]);
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("content-language", "nl"),
    ] {
        assert_eq!(answer.header(name), value);
    }
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self'"));
    let page = answer.page(404);
    assert!(page.contains("<h1>Dit bestaat niet</h1>"), "{page}");
    assert!(page.contains("Dit adres is er niet."), "{page}");
    assert!(!page.contains("<script"), "{page}");

    let page = served.get_with("/nowhere?lang=en", &[("accept-language", "nl")]).page(404);
    assert!(page.contains("<html lang=\"en\">") && page.contains("does not exist"), "{page}");

    let answer = served.get_with("/nowhere", &[("accept", "application/json")]);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.status, 404);
}

#[test]
fn a_page_names_its_style_by_what_is_in_it() {
    let served = Served::new();
    let page = served.get("/nowhere").page(404);
    let style = page.split("href=\"").find(|part| part.starts_with("/assets/")).unwrap();
    let style = style.split('"').next().unwrap();
    let answer = served.get(style);
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(answer.header("cache-control").contains("immutable"));
    assert!(answer.body.contains("prefers-color-scheme: dark"));
}
