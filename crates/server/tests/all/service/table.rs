//! Every address of the interface, from its own description: a new one cannot be forgotten.

use maat_store::{ControllerId, Grant};
use serde_json::json;

use crate::site::Site;

/// Addresses that anybody may ask.
const OPEN: [&str; 4] = ["/v1/openapi.json", "/v1/docs", "/healthz", "/readyz"];

struct Operation {
    method: String,
    path: String,
    scopes: Vec<String>,
}

fn operations(site: &Site) -> Vec<Operation> {
    let all = site.get("/v1/openapi.json", "").ok(200);
    let mut found = Vec::new();
    for (path, operations) in all["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let security = operation["security"]
                .as_array()
                .unwrap_or_else(|| panic!("{method} {path} says nothing of keys"));
            let scopes = security.iter().find_map(|it| it["key"].as_array()).unwrap();
            found.push(Operation {
                method: method.to_uppercase(),
                path: path
                    .replace("{subject}", "anna")
                    .replace("{choice}", "mail")
                    .replace("{signal}", "purchase.item")
                    .replace("{request}", "x")
                    .replace("{id}", "0123456789abcdef"),
                scopes: scopes.iter().map(|it| it.as_str().unwrap().to_owned()).collect(),
            });
        }
    }
    assert!(found.len() >= 28, "found only {} operations", found.len());
    found
}

#[test]
fn without_a_key_nothing_is_answered() {
    let site = Site::new();
    let ended = site.shop().add_key(site.now(), "old", Grant::ALL).unwrap();
    site.shop().end_key(&ended.key.id, site.now()).unwrap();
    for Operation { method, path, .. } in operations(&site) {
        let bare = site.send(&method, &path, &[("content-type", "application/json")], "{}");
        bare.problem(401, "no-key");
        assert!(bare.header("www-authenticate").starts_with("Bearer"));
        for wrong in ["", "maat_shop_x_y", ended.text.as_str()] {
            let sent = site.ask(&method, &path, wrong, &json!({}));
            sent.problem(401, "no-key");
        }
        let basic = [("authorization", "Basic bWFhdDo="), ("content-type", "application/json")];
        site.send(&method, &path, &basic, "{}").problem(401, "no-key");
    }
    for path in OPEN {
        site.get(path, "").ok(200);
    }
}

#[test]
fn a_key_may_do_what_its_scopes_say_and_nothing_else() {
    let site = Site::new();
    let mut asked = std::collections::BTreeSet::new();
    for Operation { method, path, scopes } in operations(&site) {
        let others: Vec<Grant> = Grant::ALL
            .iter()
            .copied()
            .filter(|grant| !scopes.iter().any(|scope| scope == grant.word()))
            .collect();
        let reply = site.ask(&method, &path, &site.key(&others), &json!({}));
        if scopes.is_empty() {
            assert_ne!(reply.status, 403, "{method} {path}");
            continue;
        }
        let told = reply.problem(403, "scope");
        assert_eq!(told["scope"], scopes[0], "{method} {path}");
        let own = site.key(&[Grant::parse(&scopes[0]).unwrap()]);
        let reply = site.ask(&method, &path, &own, &json!({}));
        let fails = [401, 403, 405, 500, 503].contains(&reply.status);
        assert!(!fails, "{method} {path}: {}", reply.body);
        asked.extend(scopes);
    }
    let all: std::collections::BTreeSet<String> =
        Grant::ALL.iter().map(|grant| grant.word().to_owned()).collect();
    assert_eq!(asked, all, "a scope that no address asks, or the other way round");
}

#[test]
fn a_key_of_another_controller_changes_and_sees_nothing_here() {
    let site = Site::new();
    site.customer("anna", &site.every_key(), "kaars");
    let mine = site.shop().add_key(site.now(), "mine", &[Grant::Decide]).unwrap();
    let other = site.store.of(&ControllerId::new("other").unwrap());
    let key = other.add_key(site.now(), "other", Grant::ALL).unwrap().text;
    let before = site.shop().entries(0, 1000).unwrap();
    for Operation { method, path, .. } in operations(&site) {
        let path = path.replace("0123456789abcdef", &mine.key.id);
        let reply = site.ask(&method, &path, &key, &json!({}));
        assert!(!reply.body.contains("kaars"), "{method} {path}: {}", reply.body);
    }
    assert_eq!(site.shop().entries(0, 1000).unwrap(), before);
    assert!(site.store.key(&mine.text, site.now()).unwrap().is_some(), "ended by another");
    // A token whose controller is changed is no key.
    let moved = key.replacen("maat_other_", "maat_shop_", 1);
    site.get("/v1/subjects", &moved).problem(401, "no-key");
}

#[test]
fn every_operation_describes_problems_and_has_its_own_id() {
    let site = Site::new();
    let all = site.get("/v1/openapi.json", "").ok(200);
    assert_eq!(all["openapi"], "3.1.0");
    let mut ids = std::collections::BTreeSet::new();
    for operations in all["paths"].as_object().unwrap().values() {
        for operation in operations.as_object().unwrap().values() {
            assert!(ids.insert(operation["operationId"].as_str().unwrap().to_owned()));
            assert!(operation["summary"].as_str().is_some_and(|it| it.len() > 5), "{operation}");
            let problem = &operation["responses"]["default"]["content"]["application/problem+json"];
            assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem");
        }
    }
}

#[test]
fn every_kind_of_problem_is_explained_on_the_page_of_the_documentation() {
    let site = Site::new();
    let mut page = site.get("/v1/docs", "");
    page.body = page.body.replace("&#x2f;", "/");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let told = site.get("/v1/nowhere", "").problem(404, "not-found");
    let anchor = told["type"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    assert!(page.body.contains(&format!("id=\"{anchor}\"")));
    for slug in ["malformed", "no-key", "scope", "too-many", "store", "idempotency-key-reused"] {
        assert!(page.body.contains(&format!("id=\"problem-{slug}\"")), "{slug}");
    }
    for operation in ["POST</strong> /v1/decide<", "DELETE</strong> /v1/keys/{id}<"] {
        assert!(page.body.contains(operation), "{operation}");
    }
    let styles: Vec<&str> = page.body.split("\"/assets/").skip(1).collect();
    assert_eq!(styles.len(), 2);
    for asset in styles {
        let path = format!("/assets/{}", asset.split('"').next().unwrap());
        let reply = site.get(&path, "");
        assert_eq!(reply.status, 200);
        assert!(reply.header("cache-control").contains("immutable"));
        let tag = reply.header("etag").to_owned();
        let same = site.send("GET", &path, &[("if-none-match", &tag)], "");
        assert_eq!((same.status, same.body.as_str()), (304, ""));
    }
}
