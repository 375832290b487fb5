//! What holds for every request: problems, headers, limits, pages of lists, repetition.

use std::num::NonZeroU32;
use std::time::Duration;

use maat_service::limits::Limits;
use serde_json::{Value, json};

use crate::site::{Site, yes};

#[test]
fn every_kind_of_mistake_is_a_problem_with_a_mend_in_both_languages() {
    let site = Site::with(|limits| Limits { body: 2000, ..limits });
    let key = site.every_key();
    let bearer = format!("Bearer {key}");
    for (lang, header) in [("nl", "nl-NL,nl;q=0.9,en;q=0.8"), ("en", "en"), ("nl", "fr")] {
        let send = |method, path, media: &str, body: &str| {
            let headers = [
                ("authorization", bearer.as_str()),
                ("accept-language", header),
                ("content-type", media),
            ];
            let reply = site.send(method, path, &headers, body);
            assert_eq!(reply.header("content-language"), lang, "{}", reply.body);
            reply
        };
        let json = "application/json";
        send("GET", "/nowhere", json, "").problem(404, "not-found");
        send("GET", "/v1/subjects/", json, "").problem(404, "not-found");
        let wrong = send("PATCH", "/v1/decide", json, "{}");
        wrong.problem(405, "method");
        assert_eq!(wrong.header("allow"), "POST");
        send("POST", "/v1/decide", json, "{").problem(400, "malformed");
        send("POST", "/v1/decide", json, "[]").problem(400, "malformed");
        send("POST", "/v1/decide", json, "").problem(400, "malformed");
        send("POST", "/v1/decide", "text/plain", "{}").problem(415, "media-type");
        send("POST", "/v1/events", "application/json", "{}").problem(415, "media-type");
        let large = format!("{{\"brief\": \"{}\"}}", "x".repeat(2100));
        send("POST", "/v1/decide", json, &large).problem(413, "too-large");
        send("GET", "/v1/subjects?limit=0", json, "").problem(400, "address");
        send("GET", "/v1/subjects?limit=x", json, "").problem(400, "address");
        send("GET", "/v1/subjects?other=1", json, "").problem(400, "address");
        send("GET", "/v1/subjects?cursor=forged", json, "").problem(422, "unfit");
        send("GET", "/assets/0000/maat.css", json, "").problem(404, "not-found");
    }
}

#[test]
fn every_answer_has_the_headers_that_keep_pages_safe_and_an_id() {
    let site = Site::new();
    let key = site.every_key();
    for path in ["/healthz", "/v1/docs", "/v1/openapi.json", "/v1/subjects", "/nowhere"] {
        let reply = site.get(path, &key);
        let policy = reply.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert!(reply.header("strict-transport-security").starts_with("max-age="));
        assert_eq!(reply.header("x-request-id").len(), 32);
    }
    let id = |sent: &str| {
        let reply = site.send("GET", "/healthz", &[("x-request-id", sent)], "");
        reply.header("x-request-id").to_owned()
    };
    assert_eq!(id("shop-1234.5"), "shop-1234.5");
    for wrong in ["short", "with space in it", "quote\"quote\"", &"a".repeat(65), "<script>alert"] {
        assert_ne!(id(wrong), wrong);
    }
}

#[test]
fn paths_that_climb_out_of_the_assets_lead_nowhere() {
    let site = Site::new();
    for path in [
        "/assets/../Cargo.toml",
        "/assets/x/../../Cargo.toml",
        "/assets/x/%2e%2e%2fCargo.toml",
        "/assets/x/..%2f..%2fetc%2fpasswd",
        "/assets//etc/passwd",
        "/assets/x/%00",
    ] {
        let text = site
            .raw(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes());
        assert!(
            text.starts_with("HTTP/1.1 404") || text.starts_with("HTTP/1.1 400"),
            "{path}: {text}"
        );
        assert!(!text.contains("[package]") && !text.contains("root:"));
    }
}

#[test]
fn a_body_or_header_that_trickles_is_cut_off() {
    let site = Site::with(|limits| Limits {
        answer_within: Duration::from_millis(300),
        headers_within: Duration::from_millis(300),
        ..limits
    });
    let key = site.every_key();
    let begun = format!(
        "POST /v1/decide HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{\"brief\""
    );
    let text = site.raw(begun.as_bytes());
    assert!(text.starts_with("HTTP/1.1 408"), "{text}");
    assert!(text.contains("/v1/docs#problem-slow"), "{text}");
    // Headers that do not come: the connection is closed.
    let text = site.raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow:");
    assert!(!text.starts_with("HTTP/1.1 200"), "{text}");
    // Others are answered meanwhile and after.
    site.get("/healthz", "").ok(200);
}

#[test]
fn a_key_that_asks_too_often_waits_and_others_do_not() {
    let site = Site::with(|limits| Limits { rate: NonZeroU32::new(5), ..limits });
    let (key, other) = (site.every_key(), site.every_key());
    for _ in 0..5 {
        site.get("/v1/briefs", &key).ok(200);
    }
    let limited = site.get("/v1/briefs", &key);
    limited.problem(429, "too-many");
    assert_eq!(limited.header("retry-after"), "1");
    site.get("/v1/briefs", &other).ok(200);
    site.later(199);
    site.get("/v1/briefs", &key).problem(429, "too-many");
    site.later(1);
    site.get("/v1/briefs", &key).ok(200);
    site.get("/v1/briefs", &key).problem(429, "too-many");
    site.later(1000);
    site.get("/v1/briefs", &key).ok(200);
}

#[test]
fn a_write_with_an_idempotency_key_is_done_once() {
    let site = Site::new();
    let key = site.every_key();
    let bearer = format!("Bearer {key}");
    let send = |subject: &str, repeat: &str, body: &Value| {
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", repeat),
        ];
        site.send("POST", &format!("/v1/subjects/{subject}/consents"), &headers, body.to_string())
    };
    let first = send("anna", "\"a-1\"", &yes("mail"));
    first.ok(201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = send("anna", "a-1", &yes("mail"));
    assert_eq!((again.status, &again.body), (201, &first.body));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(site.shop().entries(0, 10).unwrap().len(), 1);
    send("anna", "a-1", &yes("purchases")).problem(422, "idempotency-key-reused");
    send("bert", "a-1", &yes("mail")).problem(422, "idempotency-key-reused");
    send("anna", &"x".repeat(256), &yes("mail")).problem(400, "malformed");
    // What failed may be asked again with the same key.
    let mut wrong = yes("mail");
    wrong["wording"] = 9.into();
    send("anna", "a-2", &wrong).problem(422, "unfit");
    send("anna", "a-2", &yes("mail")).ok(201);
    // One that is under way elsewhere.
    let print = maat_store::shown_hash(&yes("mail").to_string());
    let print = format!("POST /v1/subjects/carl/consents\n{print}");
    site.shop().claim(site.now(), "test a-3", &print).unwrap();
    send("carl", "a-3", &yes("mail")).problem(409, "underway");
    send("dora", "told-to-nobody", &yes("mail")).ok(201);
    // A leap of the clock is no day that went by.
    site.later(86_400_001);
    send("bert", "a-1", &yes("mail")).problem(422, "idempotency-key-reused");
    for _ in 0..24 * 15 {
        site.later(240_000);
        send("dora", "again", &yes("mail")).ok(201);
    }
    send("bert", "a-1", &yes("mail")).ok(201);
    for file in ["maat.db", "maat.db-wal"] {
        let kept = std::fs::read(site.folder.path().join(file)).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("told-to-nobody"), "{file}");
    }
}

#[test]
fn at_the_same_moment_only_one_of_the_same_writes_is_done() {
    let site = Site::new();
    let key = site.every_key();
    let bearer = format!("Bearer {key}");
    let statuses: Vec<u16> = std::thread::scope(|threads| {
        let all: Vec<_> = (0..8)
            .map(|_| {
                threads.spawn(|| {
                    let headers = [
                        ("authorization", bearer.as_str()),
                        ("content-type", "application/json"),
                        ("idempotency-key", "same"),
                    ];
                    let body = yes("mail").to_string();
                    site.send("POST", "/v1/subjects/anna/consents", &headers, body).status
                })
            })
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    assert_eq!(site.shop().entries(0, 10).unwrap().len(), 1);
}

#[test]
fn pages_of_a_list_lose_and_double_nothing_while_rows_are_added() {
    let site = Site::new();
    let key = site.every_key();
    let add = |subject: &str| {
        let request = json!({"right": "access"});
        site.post(&format!("/v1/subjects/{subject}/requests"), &key, &request).ok(201);
        site.later(10);
    };
    let first: Vec<String> = (0..23).map(|nth| format!("s{nth:02}")).collect();
    for subject in &first {
        add(subject);
    }
    for (list, limit) in [("/v1/subjects", 5), ("/v1/requests", 4), ("/v1/requests", 23)] {
        let (mut seen, mut cursor, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let next = cursor.as_ref().map_or_else(String::new, |it| format!("&cursor={it}"));
            let page = site.get(&format!("{list}?limit={limit}{next}"), &key).ok(200);
            for item in page["items"].as_array().unwrap() {
                let subject = item.as_str().or_else(|| item["subject"].as_str()).unwrap();
                seen.push(subject.to_owned());
            }
            pages += 1;
            add(&format!("a{list}{limit}{pages}").replace('/', "-"));
            match page["next"].as_str() {
                Some(next) => cursor = Some(next.to_owned()),
                None => break,
            }
        }
        let mut once = seen.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "{list}: {seen:?}");
        assert!(first.iter().all(|subject| seen.contains(subject)), "{list}: {seen:?}");
    }
    // A cursor of one list, person or controller is none of another.
    let page = site.get("/v1/subjects?limit=2", &key).ok(200);
    let cursor = page["next"].as_str().unwrap();
    site.get(&format!("/v1/requests?cursor={cursor}"), &key).problem(422, "unfit");
    site.get(&format!("/v1/subjects/s01/history?cursor={cursor}"), &key).problem(422, "unfit");
    site.later(86_400_001);
    site.get(&format!("/v1/subjects?cursor={cursor}"), &key).problem(422, "unfit");
}

#[test]
fn with_the_store_gone_decisions_refuse_and_say_so() {
    let site = Site::new();
    let key = site.every_key();
    site.customer("anna", &key, "kaars");
    let question = json!({"brief": "page", "subject": "anna", "logged_in": true});
    site.post("/v1/decide", &key, &question).ok(200);
    // A row that something else than Maat changed: an objection that was lost must not read as none.
    let file = site.folder.path().join("maat.db");
    let sql = "update person set state = '{}' where subject = 'anna'";
    rusqlite::Connection::open(&file).unwrap().execute_batch(sql).unwrap();
    let told = site.post("/v1/decide", &key, &question).problem(503, "store");
    assert_eq!(
        (&told["verdict"], &told["reasons"][0]["refuses"]),
        (&"refuse".into(), &true.into())
    );
    let text = told.to_string();
    assert!(!text.contains("anna") && !text.contains("maat.db"), "{text}");
    let batch = json!({"questions": [question]});
    let told = site.post("/v1/decide/batch", &key, &batch).problem(503, "store");
    assert_eq!((&told["verdict"], &told["question"]), (&"refuse".into(), &0.into()));
    // All of it gone.
    let drop = "drop table api_key; drop table person;";
    rusqlite::Connection::open(&file).unwrap().execute_batch(drop).unwrap();
    site.post("/v1/decide", &key, &question).problem(503, "store");
    site.get("/readyz", "").problem(503, "store");
    site.get("/healthz", "").ok(200);
}

#[test]
fn when_it_stops_it_finishes_what_is_under_way_and_takes_nothing_new() {
    let mut site = Site::new();
    let key = site.every_key();
    let address = site.address();
    let body = yes("mail").to_string();
    let head = format!(
        "POST /v1/subjects/anna/consents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let stopping = std::thread::spawn(move || {
        site.stop();
        site
    });
    // It takes nothing new any more, and waits for the rest of this.
    while std::net::TcpStream::connect(address).is_ok() {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::io::Write::write_all(&mut stream, body.as_bytes()).unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut stream, &mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 201"), "{text}");
    let site = stopping.join().unwrap();
    assert_eq!(site.shop().entries(0, 10).unwrap().len(), 1);
}
