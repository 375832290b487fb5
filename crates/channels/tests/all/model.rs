//! Asking a model: what comes back whole, and what is an error with its reason.

use std::time::{Duration, Instant};

use maat::draft::{Message, Role};
use maat_channels::{Access, Limits, Model};

use maat_testkit::model_server::{Answer, ModelServer, events};

const TEXT: &str = "{\"greeting\": \"Thé, café en crème brûlée: €3…\"}";

fn asked(answer: Answer, limits: Limits) -> (Result<String, String>, Vec<String>) {
    let server = ModelServer::start(vec![answer]);
    let url = server.url();
    let access = Access { url: &url, model: "m", key: Some("sleutel-1"), allow_remote: false };
    let model = Model::new(access, limits).unwrap();
    let message = Message { role: Role::User, content: "Schrijf.".to_owned() };
    let answer = model.ask(&[message]).map_err(|error| error.to_string());
    (answer, server.asked())
}

fn failed(answer: Answer) -> String {
    let said = asked(answer, Limits::default()).0.unwrap_err();
    assert!(said.starts_with("the model gave no answer: "), "{said}");
    assert!(!said.contains("sleutel-1") && !said.contains("geheim"), "{said}");
    said
}

#[test]
fn a_stream_is_read_whatever_its_pieces() {
    for size in [1, 2, 3, 7, 64, 100_000] {
        let (answer, requests) = asked(Answer::Text(TEXT.to_owned(), size), Limits::default());
        assert_eq!(answer.as_deref(), Ok(TEXT), "in pieces of {size}");
        let request = &requests[0];
        assert!(request.starts_with("POST /v1/chat/completions HTTP/1.1\r\n"), "{request}");
        assert!(
            request.to_lowercase().contains("authorization: bearer sleutel-1\r\n"),
            "{request}"
        );
        let body = request.split_once("\r\n\r\n").unwrap().1;
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!((&body["model"], &body["stream"]), (&"m".into(), &true.into()));
        assert_eq!(body["messages"], serde_json::json!([{"role": "user", "content": "Schrijf."}]));
    }
}

#[test]
fn what_breaks_off_is_an_error() {
    assert!(failed(Answer::BrokenOff(TEXT.to_owned())).contains("broke off before it was done"));
    let raw = |text: &str| Answer::Raw(200, "text/event-stream", text.as_bytes().to_vec());
    let whole = events(TEXT);
    assert!(failed(raw(&whole.replace("data: [DONE]\n\n", ""))).contains("broke off"));
    assert!(failed(raw("data: [DONE]\n\n")).contains("without saying that it was complete"));
    assert!(failed(raw(&whole.replace("\"stop\"", "\"length\""))).contains("cut off"));
    assert!(
        failed(raw(&whole.replace("\"stop\"", "\"content_filter\""))).contains("another reason")
    );
    assert!(
        failed(raw("data: {\"error\": {\"message\": \"geheim\"}}\n\n"))
            .contains("while it answered")
    );
    assert!(failed(raw("data: geheim\n\n")).contains("no part of a completion"));
    let broken = Answer::Raw(200, "text/event-stream", b"data: \xc3\x28\n\n".to_vec());
    assert!(failed(broken).contains("not UTF-8"));
}

#[test]
fn a_code_other_than_200_is_told_and_its_words_are_not() {
    for (code, part) in [
        (302, "points elsewhere"),
        (400, "does not take the question"),
        (401, "key_env"),
        (404, "does the address end in /v1"),
        (429, "asked too much"),
        (500, "it failed"),
        (503, "it failed"),
    ] {
        let said = failed(Answer::Raw(code, "text/plain", b"geheim".to_vec()));
        assert!(said.contains(&format!("code {code}")) && said.contains(part), "{said}");
    }
    let html = Answer::Raw(200, "text/html", b"<h1>geheim</h1>".to_vec());
    assert!(failed(html).contains("no stream of events"));
}

#[test]
fn too_much_and_too_slow_are_errors() {
    assert!(failed(Answer::Endless).contains("bytes long"));
    let few = Limits { bytes: 500, ..Limits::default() };
    let said = asked(Answer::Text(TEXT.to_owned(), 64), few).0.unwrap_err();
    assert!(said.contains("over 500 bytes"), "{said}");
    let short = Duration::from_millis(300);
    let began = Instant::now();
    let idle = Limits { idle: short, ..Limits::default() };
    let said = asked(Answer::Silent, idle).0.unwrap_err();
    assert!(said.contains("nothing came for too long"), "{said}");
    // What trickles in is never idle: the whole time ends it.
    let total = Limits { total: short, ..Limits::default() };
    let said = asked(Answer::Drip, total).0.unwrap_err();
    assert!(said.contains("too long as a whole"), "{said}");
    assert!(began.elapsed() < Duration::from_secs(15), "the limits were not kept");
}

#[test]
fn nobody_there_is_told() {
    let url = ModelServer::start(vec![Answer::Silent]).url();
    let access = Access { url: &url, model: "m", key: None, allow_remote: false };
    let said = Model::new(access, Limits::default()).unwrap().ask(&[]).unwrap_err().to_string();
    assert!(said.contains("is it running?"), "{said}");
}
