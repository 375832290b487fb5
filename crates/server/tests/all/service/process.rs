//! `maat serve` as an engineer starts it: its settings, events, keys from the command line, signals
//! of the system, and a crash.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use maat_store::{ControllerId, Store};
use serde_json::{Value, json};

use crate::folder::{Folder, example_brief};
use crate::program::{Ran, command, run};

const EVENTS: &str = r#"
[[events]]
event = "Order Completed"
signal = "purchase.item"
value = "products.0.name"
source = "web shop"
[[events]]
event = "shop.size"
signal = "purchase.size"
value = "size"
source = "till"
[[events]]
event = "identify"
signal = "preference.topic"
value = "topic"
source = "account page"
"#;

struct Served {
    folder: Folder,
    child: Child,
    address: String,
    metrics: String,
    log: Arc<Mutex<String>>,
    key: String,
    agent: ureq::Agent,
}

fn maat(folder: &Folder, args: &[&str]) -> Ran {
    let (store, config) = (folder.path("maat.db"), folder.path("maat.toml"));
    run(command().args(args).args(["--store", &store, "--lang", "en", "--config", &config]))
}

impl Served {
    fn new() -> Self {
        let folder = Folder::new();
        folder.write("maat.toml", EVENTS.as_bytes());
        Self::on(folder)
    }

    /// With the settings that stand in a folder.
    fn on(folder: Folder) -> Self {
        let all = "decide,consents:read,consents:write,signals:read,signals:write,events:write,rights,admin";
        let made = maat(&folder, &["key", "add", "shop", "--scope", all]).well();
        let key = made.lines().next().unwrap().to_owned();
        let log = Arc::default();
        let (child, [address, metrics]) = start(&folder, Arc::clone(&log));
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(20))).build().new_agent();
        Self { folder, child, address, metrics, log, key, agent }
    }

    fn send(&self, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, Value) {
        let mut request = self.agent.post(format!("{}{path}", self.address));
        request = request.header("authorization", format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        (response.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    fn signals(&self, subject: &str) -> Vec<(String, String, String)> {
        let request = self.agent.get(format!("{}/v1/subjects/{subject}/signals", self.address));
        let mut response =
            request.header("authorization", format!("Bearer {}", self.key)).call().unwrap();
        let all: Value = response.body_mut().read_json().unwrap();
        let text = |it: &Value, field: &str| it[field].as_str().unwrap().to_owned();
        let items = all["items"].as_array().unwrap();
        items.iter().map(|it| (text(it, "signal"), text(it, "value"), text(it, "on"))).collect()
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

fn start(folder: &Folder, log: Arc<Mutex<String>>) -> (Child, [String; 2]) {
    let (store, config) = (folder.path("maat.db"), folder.path("maat.toml"));
    let mut child = command()
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--rate", "0"])
        .args(["--metrics", "127.0.0.1:0"])
        .args(["--store", &store, "--config", &config])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().expect("it says where it listens").unwrap();
    let address = first.strip_prefix("Maat listens at ").unwrap().trim_end_matches('/').to_owned();
    let metrics = lines
        .map_while(Result::ok)
        .find_map(|line| line.trim().strip_prefix("metrics ").map(str::to_owned));
    let metrics = metrics.unwrap();
    let told = child.stderr.take().unwrap();
    std::thread::spawn(move || {
        for line in BufReader::new(told).lines().map_while(Result::ok) {
            let mut log = log.lock().unwrap();
            log.push_str(&line);
            log.push('\n');
        }
    });
    (child, [address, metrics])
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn structured(kind: &str, subject: &str, time: &str, data: &Value) -> Value {
    json!({"specversion": "1.0", "id": "1", "source": "/shop", "type": kind, "subject": subject,
        "time": time, "data": data, "datacontenttype": "application/json", "extension": "x"})
}

const ONE: &[(&str, &str)] = &[("content-type", "application/cloudevents+json; charset=utf-8")];
const MANY: &[(&str, &str)] = &[("content-type", "application/cloudevents-batch+json")];

#[test]
fn cloud_events_become_the_signals_that_are_mapped_and_no_others() {
    let served = Served::new();
    let order = json!({"products": [{"name": "kaars", "price": 3}], "address": "secret street 1"});
    let event = structured("Order Completed", "anna", "2026-01-31T10:00:00+01:00", &order);
    let (status, told) = served.send("/v1/events", ONE, &event.to_string());
    assert_eq!(
        (status, &told),
        (200, &json!({"recorded": 1, "held": 0, "unknown": 0, "dropped": {}, "refused": []}))
    );
    let stood = ("purchase.item".into(), "kaars".into(), "2026-01-31T09:00:00.000Z".into());
    assert_eq!(served.signals("anna"), [stood]);
    // Sent again, it stands there already.
    let (_, told) = served.send("/v1/events", ONE, &event.to_string());
    assert_eq!(told, json!({"recorded": 0, "held": 1, "unknown": 0, "dropped": {}, "refused": []}));
    let mut nameless = event.clone();
    nameless["subject"] = Value::Null;
    let batch = json!([
        structured("Order Completed", "bert", "2026-01-31T10:00:00Z", &order),
        structured("Order Completed", "bert", "2026-01-31T11:00:00Z", &json!({"products": []})),
        structured("Page Viewed", "bert", "2026-01-31T10:00:00Z", &json!({"secret": "1"})),
        nameless,
        structured("Order Completed", "anna", "2025-01-31T10:00:00Z", &order),
    ]);
    let (status, told) = served.send("/v1/events", MANY, &batch.to_string());
    let dropped = json!({"no_mapping": 1, "no_subject": 1, "no_value": 1});
    assert_eq!(
        (status, told),
        (200, json!({"recorded": 1, "held": 1, "unknown": 0, "dropped": dropped, "refused": []}))
    );
    // Binary, with a name that is percent-encoded.
    let binary = [
        ("content-type", "application/json"),
        ("ce-specversion", "1.0"),
        ("ce-id", "9"),
        ("ce-source", "/till"),
        ("ce-type", "shop.size"),
        ("ce-subject", "ren%C3%A9e"),
    ];
    let (status, told) = served.send("/v1/events", &binary, "{\"size\": 42}");
    assert_eq!((status, &told["recorded"]), (200, &json!(1)), "{told}");
    assert_eq!(served.signals("ren%C3%A9e")[0].1, "42");
    // What is not mapped is nowhere.
    for file in ["maat.db", "maat.db-wal"] {
        let kept = std::fs::read(served.folder.path(file)).unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("secret"), "{file}");
    }
}

#[test]
fn what_is_no_cloud_event_is_told() {
    let served = Served::new();
    let event = structured("shop.size", "anna", "2026-01-31T10:00:00Z", &json!({"size": 1}));
    for (field, value, status) in [
        ("specversion", json!("0.3"), 422),
        ("id", json!(""), 422),
        ("type", Value::Null, 400),
        ("time", json!("yesterday"), 400),
        ("time", json!("2026-01-31"), 400),
    ] {
        let mut wrong = event.clone();
        wrong[field] = value;
        let (got, told) = served.send("/v1/events", ONE, &wrong.to_string());
        assert_eq!(got, status, "{field}: {told}");
    }
    let many = json!(vec![&event; 1001]).to_string();
    assert_eq!(served.send("/v1/events", MANY, &many).0, 413);
    let binary = [("content-type", "application/json"), ("ce-specversion", "1.0")];
    assert_eq!(served.send("/v1/events", &binary, "{}").0, 422);
}

#[test]
fn a_mapping_to_what_the_code_does_not_declare_stops_the_start() {
    let folder = Folder::new();
    folder.write("maat.toml", EVENTS.replace("purchase.size", "purchase.sise").as_bytes());
    let told = maat(&folder, &["serve", "--listen", "127.0.0.1:0"]).refused();
    assert!(told.contains("did you mean `purchase.size`?"), "{told}");
    folder.write("maat.toml", b"");
    let told = maat(&folder, &["serve", "--public-url", "maat.example"]).refused();
    assert!(told.contains("no address of a site"), "{told}");
}

#[test]
fn a_brief_with_mistakes_is_refused_by_its_name_and_the_others_are_served() {
    let folder = Folder::new();
    folder.write("briefs/again.toml", example_brief());
    folder.write("briefs/wrong.toml", "id = \"autumn\"\ntitel = \"Herfst\"\n");
    folder.write("briefs/torn.toml", b"\xff = =");
    for file in ["one", "two"] {
        let twice = example_brief().replacen("id = \"again\"", "id = \"twice\"", 1);
        folder.write(&format!("briefs/{file}.toml"), twice);
    }
    let briefs = folder.path("briefs");
    let settings = "[serve.web.origins]\nown = [\"https://shop.example\"]\n";
    folder.write("maat.toml", format!("[serve]\nbriefs = {briefs:?}\n{settings}{EVENTS}"));
    let served = Served::on(folder);
    let json = [("content-type", "application/json"), ("accept-language", "en")];
    let ask = |brief: &str| {
        served.send("/v1/decide", &json, &json!({"brief": brief, "subject": "anna"}).to_string())
    };
    assert_eq!(ask("again").0, 200);
    for (brief, why) in
        [("autumn", "titel"), ("torn", "UTF-8"), ("twice", "has the id `twice` too")]
    {
        let (status, told) = ask(brief);
        let detail = told["detail"].as_str().unwrap();
        assert_eq!(status, 422, "{told}");
        assert!(detail.contains(&format!("the brief `{brief}` cannot be used: ")), "{detail}");
        assert!(detail.contains(why) && !detail.contains(&briefs), "{detail}");
    }
    let questions = ["again", "autumn"].map(|brief| json!({"brief": brief, "subject": "anna"}));
    let (status, told) =
        served.send("/v1/decide/batch", &json, &json!({"questions": questions}).to_string());
    assert_eq!(status, 200, "{told}");
    assert_eq!(told["decisions"][1]["verdict"], "refuse", "{told}");
    // A page asks for its slots and gets none, as of a brief that is not there: it stays plain.
    let origin = [("content-type", "text/plain"), ("origin", "https://shop.example")];
    let slots = json!({"brief": "autumn", "slots": ["hero"]}).to_string();
    let (status, told) = served.send("/web/own/slots", &origin, &slots);
    assert!(status == 422 && !told.to_string().contains("titel"), "{told}");
    let ready = served.agent.get(format!("{}/readyz", served.address)).call().unwrap();
    let ready = ready.into_body().read_to_string().unwrap();
    assert_eq!(ready, "ready\nbriefs that cannot be used: 3\n");
    let log = served.log.lock().unwrap().clone();
    for told in ["the brief `autumn` of own is left out", "wrong.toml:", "torn.toml:", "`twice`"] {
        assert!(log.contains(told), "{told}: {log}");
    }
}

#[test]
fn a_code_that_cannot_be_read_stops_the_start() {
    let folder = Folder::new();
    folder.write("briefs/again.toml", example_brief());
    folder.write("briefs/other/code/code.toml", "title = 1");
    folder.write("maat.toml", b"");
    let briefs = folder.path("briefs");
    let told = maat(&folder, &["serve", "--listen", "127.0.0.1:0", "--briefs", &briefs]).refused();
    assert!(told.contains("code.toml"), "{told}");
}

#[test]
fn logs_and_metrics_name_nobody() {
    let mut served = Served::new();
    let event = structured("shop.size", "anna-secret", "2026-01-31T10:00:00Z", &json!({"size": 1}));
    served.send("/v1/events", ONE, &event.to_string());
    served.signals("anna-secret");
    let get = |address: String| served.agent.get(address).call().unwrap();
    get(format!("{}/v1/anna-secret?anna-secret=1", served.address));
    let metrics = get(served.metrics.clone()).body_mut().read_to_string().unwrap();
    for line in [
        "maat_http_requests_total{method=\"POST\",route=\"/v1/events\",status=\"200\"} 1",
        "maat_http_requests_total{method=\"GET\",route=\"(none)\",status=\"404\"} 1",
        "maat_events_total{outcome=\"recorded\"} 1",
        "maat_http_request_duration_seconds_bucket{route=\"/v1/events\",le=\"0.005\"}",
    ] {
        assert!(metrics.contains(line), "{line} is not in {metrics}");
    }
    // Metrics are not on the public address.
    assert_eq!(get(format!("{}/metrics", served.address)).status(), 404);
    served.signal("-TERM");
    served.child.wait().unwrap();
    let log = served.log.lock().unwrap().clone();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let routes: Vec<&str> = lines.iter().filter_map(|line| line["route"].as_str()).collect();
    assert!(routes.contains(&"/v1/subjects/{subject}/signals"), "{log}");
    let first = lines.iter().find(|line| line["route"] == "/v1/events").unwrap();
    assert_eq!((&first["status"], &first["method"]), (&200.into(), &"POST".into()));
    assert_eq!(first["id"].as_str().unwrap().len(), 32);
    let secret = served.key.rsplit('_').next().unwrap();
    for text in [&log, &metrics] {
        for name in ["anna", "secret", "127.0.0.1", secret] {
            assert!(!text.contains(name), "{name} stands in {text}");
        }
    }
}

/// A collector that takes one request and keeps it.
#[test]
fn traces_go_to_the_collector_that_is_named_and_name_nobody() {
    use std::io::{Read as _, Write as _};
    let collector = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", collector.local_addr().unwrap());
    let folder = Folder::new();
    let store = folder.path("maat.db");
    let mut child = command()
        .args(["serve", "--listen", "127.0.0.1:0", "--lang", "en", "--quiet", "--store", &store])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.strip_prefix("Maat listens at ").unwrap();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let asked = ureq::get(format!("{address}v1/subjects/anna-secret?anna=1"))
        .header("traceparent", parent)
        .config()
        .http_status_as_error(false)
        .build()
        .call();
    assert_eq!(asked.unwrap().status(), 401);
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let (mut stream, _) = collector.accept().unwrap();
    let mut told = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&told).contains("request.id") {
        let read = stream.read(&mut buffer).unwrap();
        assert!(read > 0, "{}", String::from_utf8_lossy(&told));
        told.extend(&buffer[..read]);
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let text = String::from_utf8_lossy(&told);
    assert!(text.starts_with("POST /v1/traces"), "{text}");
    assert!(text.contains("GET /v1/subjects/{subject}"), "{text}");
    assert!(!text.contains("anna"), "{text}");
    // It is within the trace of the caller.
    let trace = [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd];
    assert!(told.windows(8).any(|window| window == trace), "not within the caller's trace");
}

#[test]
fn an_agency_serves_each_controller_its_own_briefs_and_code() {
    let folder = Folder::new();
    let briefs = folder.at("briefs");
    let own = briefs.join("client");
    std::fs::create_dir_all(own.join("code")).unwrap();
    let text = example_brief();
    std::fs::write(briefs.join("again.toml"), &text).unwrap();
    std::fs::write(own.join("other.toml"), text.replace("id = \"again\"", "id = \"other\""))
        .unwrap();
    let code = "name = { nl = \"Code van klant\", en = \"Code of client\" }\nversion = \"1\"\nextends = \"default\"\n\
        [caps]\nper_week = 1\nads_signals = 1\n";
    std::fs::write(own.join("code/code.toml"), code).unwrap();
    folder.write("maat.toml", format!("[serve]\nbriefs = \"{}\"\n", briefs.display()));
    let log = Arc::default();
    let key = |controller: &str| {
        let args = ["key", "add", "x", "--scope", "decide", "--controller", controller];
        maat(&folder, &args).well().lines().next().unwrap().to_owned()
    };
    let (agency, client) = (key("own"), key("client"));
    let (mut child, [address, _]) = start(&folder, log);
    let briefs_of = |key: &str| {
        let asked = ureq::get(format!("{address}/v1/briefs"));
        let mut reply = asked.header("authorization", format!("Bearer {key}")).call().unwrap();
        let all: Value = reply.body_mut().read_json().unwrap();
        let items = all["items"].as_array().unwrap().clone();
        items.iter().map(|it| it["brief"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (briefs_of(&agency), briefs_of(&client)),
        (vec!["again".into()], vec!["other".into()])
    );
    let code_of = |key: &str, brief: &str| {
        let asked = ureq::post(format!("{address}/v1/decide"));
        let body = json!({"brief": brief, "subject": "x"}).to_string();
        let mut reply = asked
            .header("authorization", format!("Bearer {key}"))
            .header("content-type", "application/json")
            .send(body)
            .unwrap();
        let all: Value = reply.body_mut().read_json().unwrap();
        all["receipt"]["code"].as_str().unwrap().to_owned()
    };
    assert_ne!(code_of(&agency, "again"), code_of(&client, "other"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn it_ends_well_when_it_is_told_to() {
    for name in ["-TERM", "-INT"] {
        let mut served = Served::new();
        served.signal(name);
        assert_eq!(served.child.wait().unwrap().code(), Some(0), "{name}");
    }
}

#[test]
fn a_key_is_made_listed_rotated_and_revoked_on_the_command_line() {
    let served = Served::new();
    let asked = |key: &str| {
        let request = served.agent.get(format!("{}/v1/choices", served.address));
        request.header("authorization", format!("Bearer {key}")).call().unwrap().status().as_u16()
    };
    assert_eq!(asked(&served.key), 200);
    let id = served.key.split('_').nth(2).unwrap();
    let listed = maat(&served.folder, &["key", "list"]).well();
    assert!(listed.contains(id) && listed.contains("events:write"), "{listed}");
    let made = maat(&served.folder, &["key", "rotate", id]).well();
    let new = made.lines().next().unwrap();
    assert_eq!((asked(&served.key), asked(new)), (200, 200));
    maat(&served.folder, &["key", "revoke", id]).well();
    assert_eq!((asked(&served.key), asked(new)), (401, 200));
    let told = maat(&served.folder, &["key", "revoke", "none"]).refused();
    assert!(told.contains("there is no key `none`"), "{told}");
    let told = maat(&served.folder, &["key", "add", "x", "--scope", "all"]).refused();
    assert!(told.contains("consents:write"), "{told}");
}

/// Whatever moment it dies at: what it acknowledged is there.
#[test]
fn killed_under_load_it_loses_nothing_that_it_acknowledged() {
    let rounds = std::env::var("MAAT_KILL_ROUNDS").map_or(2, |text| text.parse().unwrap());
    for round in 0..rounds {
        let mut served = Served::new();
        let (acknowledged, over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
        std::thread::scope(|threads| {
            for sender in 0..4 {
                let (served, acknowledged, over) = (&served, &acknowledged, &over);
                threads.spawn(move || {
                    for nth in 0.. {
                        let subject = format!("s{sender}-{nth}");
                        let event = structured(
                            "shop.size",
                            &subject,
                            "2026-01-31T10:00:00Z",
                            &json!({"size": nth}),
                        );
                        let sent = served
                            .agent
                            .post(format!("{}/v1/events", served.address))
                            .header("authorization", format!("Bearer {}", served.key))
                            .header("content-type", "application/cloudevents+json")
                            .send(event.to_string());
                        match sent {
                            Ok(reply) if reply.status() == 200 => {
                                acknowledged.lock().unwrap().push(subject);
                            }
                            _ if over.load(Ordering::SeqCst) => return,
                            Ok(reply) => panic!("{}", reply.status()),
                            Err(_) => return,
                        }
                    }
                });
            }
            while acknowledged.lock().unwrap().len() < 20 + 15 * round {
                std::thread::sleep(Duration::from_millis(2));
            }
            over.store(true, Ordering::SeqCst);
            served.signal("-KILL");
        });
        served.child.wait().unwrap();
        let store = Store::sqlite(std::path::Path::new(&served.folder.path("maat.db"))).unwrap();
        let scope = store.of(&ControllerId::new("own").unwrap());
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() >= 20);
        for subject in &acknowledged {
            assert_eq!(scope.signals(subject).unwrap().len(), 1, "{subject} is lost");
        }
        drop(store);
        let verified = maat(&served.folder, &["ledger", "verify"]);
        assert_eq!(verified.code, Some(0), "{}", verified.err);
    }
}
