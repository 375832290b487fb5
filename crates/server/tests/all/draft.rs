//! `maat mail draft` and `maat mail approve`, against a server that speaks the real protocol.

use maat_testkit::model_server::{Answer, ModelServer};
use serde_json::{Value, json};

use crate::folder::Folder;
use crate::program::{EXAMPLE, Ran, command, json as told, read, run, snapshot};

/// What passes for the one text of the example.
const GOOD: &str = "Laatst kocht je {{ purchase.item }} bij ons. Nog een keer?";

fn text(words: &str) -> Answer {
    Answer::Text(json!({ "greeting": words }).to_string(), 5)
}

/// The example's brief, and a model that answers so.
struct Desk {
    folder: Folder,
    server: ModelServer,
}

impl Desk {
    fn new(answers: Vec<Answer>) -> Self {
        let desk = Self { folder: Folder::with_brief(), server: ModelServer::start(answers) };
        desk.settings("");
        desk
    }

    fn settings(&self, more: &str) {
        let url = self.server.url();
        let ai = format!("[ai]\nurl = \"{url}\"\nmodel = \"m\"\n{more}\n");
        self.folder.write("maat.toml", ai);
    }

    fn draft(&self, args: &[&str]) -> Ran {
        let mut command = command();
        command.current_dir(self.folder.at("")).args(["mail", "draft", "brief.toml"]);
        run(command.args(args))
    }

    fn refused(&self) -> Vec<String> {
        let ran = self.draft(&["--json"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{}", ran.out);
        let refused = read(&ran.out)["refused"].as_array().unwrap().clone();
        let all = refused.iter().flat_map(|it| it["refusals"].as_array().unwrap().clone());
        all.map(|it| it["rule"].as_str().unwrap().to_owned()).collect()
    }

    fn gate(&self, brief: &str) -> Value {
        told(&["gate", &self.folder.path(brief), "--audience", EXAMPLE[3]])
    }
}

fn let_go(gate: &Value) -> u64 {
    let lines = gate["verdicts"].as_array().unwrap().iter();
    let let_go = lines.filter(|it| it["verdict"] != "refuse");
    let_go.map(|it| it["count"].as_u64().unwrap()).sum()
}

fn rules(gate: &Value) -> Vec<&str> {
    gate["reasons"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

#[test]
fn a_good_answer_waits_in_a_copy_until_a_person_approves_it() {
    let desk = Desk::new(vec![text(GOOD)]);
    let before = desk.folder.read("brief.toml");
    assert!(let_go(&desk.gate("brief.toml")) > 0);
    let ran = desk.draft(&["--out", "drafted.toml", "--lang", "en"]);
    assert!(ran.well().contains("The gate holds it until somebody reads and approves"));
    assert_eq!(desk.folder.read("brief.toml"), before, "the brief itself was changed");
    let drafted = desk.folder.read("drafted.toml");
    assert!(drafted.contains(&format!("text = \"{GOOD}\"")), "{drafted}");
    assert!(drafted.contains("[ai]\nlabelled = true\napproved_by = \"\"\n"), "{drafted}");
    let comments = before.lines().filter(|line| line.starts_with('#') || line.contains("# where"));
    assert!(comments.into_iter().all(|line| drafted.contains(line)), "{drafted}");

    let held = desk.gate("drafted.toml");
    assert_eq!(let_go(&held), 0);
    assert!(rules(&held).contains(&"human.ai-approved"), "{held}");
    assert!(!rules(&held).contains(&"ethical.ai-labelled"), "{held}");
    assert_eq!(held["void_reviews"], json!(["Noor de Wit"]));

    let path = desk.folder.path("drafted.toml");
    let approved = run(command().args(["mail", "approve", &path, "--by", "Piet Jansen"])).well();
    assert!(approved.starts_with("Piet Jansen keurt de tekst goed"), "{approved}");
    assert!(approved.contains("De handtekening geldt niet meer van: Noor de Wit"), "{approved}");
    let after = desk.folder.read("drafted.toml");
    assert_eq!(after, drafted.replace("approved_by = \"\"", "approved_by = \"Piet Jansen\""));
    let gate = desk.gate("drafted.toml");
    assert!(let_go(&gate) > 0, "{gate}");
    assert!(!rules(&gate).contains(&"human.ai-approved"), "{gate}");
}

#[test]
fn no_value_subject_or_address_of_the_ledger_is_in_the_question() {
    let desk = Desk::new(vec![text(GOOD)]);
    let till = "customer_id,sold_at,article\nklant-7731,2026-01-05,zilveren-theepot\n";
    let till = desk.folder.write("till.csv", till);
    let ledger = desk.folder.path("maat.db");
    let maat = |args: &[&str]| run(command().args(args).args(["--store", &ledger])).well();
    maat(&["signal", "import", &till, "--map", "examples/import/signals.toml"]);
    maat(&["consent", "give", "klant-7731", "mail", "--double-opt-in", "--place", "kassa"]);
    maat(&["subject", "address", "klant-7731", "steven@postvak.example"]);
    let shown = maat(&["subject", "show", "klant-7731"]);
    assert!(shown.contains("zilveren-theepot"), "{shown}");
    run(command().current_dir(desk.folder.at("")).args([
        "mail",
        "draft",
        "brief.toml",
        "--store",
        &ledger,
    ]))
    .well();
    let asked = desk.server.asked();
    assert_eq!(asked.len(), 1);
    for secret in ["klant-7731", "7731", "theepot", "steven", "postvak"] {
        assert!(!asked[0].to_lowercase().contains(secret), "{secret} in {}", asked[0]);
    }
    assert!(asked[0].contains("{{ purchase.item }}"), "{}", asked[0]);
}

#[test]
fn what_lies_leaks_flatters_or_steers_is_refused_and_goes_nowhere() {
    for (words, rule) in [
        ("Je hebt een hond, dus dit is handig.", "draft.invented"),
        ("Mail steven@postvak.example als dat fijn is.", "draft.contact"),
        ("Stuur het naar {{ contact.email }} toe.", "draft.unpermitted"),
        ("Met jouw goede smaak kocht je {{ purchase.item }}.", "draft.invented"),
        ("Wees er snel bij, voordat het te laat is.", "draft.tone"),
        ("Nu met 50% korting in de winkel.", "draft.unproven"),
        ("<img src=x> in de winkel", "draft.character"),
        ("{% if a %}Nieuw{% endif %}", "draft.template"),
    ] {
        let desk = Desk::new(vec![text(words)]);
        let refused = desk.refused();
        assert!(refused.iter().any(|it| it == rule), "{words}: {refused:?}");
        assert_eq!(desk.server.asked().len(), 2, "it is asked twice");
        let ran = desk.draft(&["--out", "drafted.toml"]);
        assert_eq!(ran.code, Some(1));
        assert!(ran.out.contains("Er is niets geschreven."), "{}", ran.out);
        assert_eq!(desk.folder.files(), ["brief.toml", "maat.toml"]);
    }
}

#[test]
fn the_model_is_told_why_and_may_try_again() {
    let desk = Desk::new(vec![text("Je hebt een hond."), text(GOOD)]);
    let ran = desk.draft(&["--json"]);
    let told = read(&ran.well());
    assert_eq!((&told["tries"], &told["passed"]["greeting"]), (&json!(2), &json!(GOOD)));
    assert_eq!(told["refused"], json!([]));
    let asked = desk.server.asked();
    assert!(!asked[0].contains("afgekeurd") && asked[1].contains("«hond»"), "{}", asked[1]);
    let desk = Desk::new(vec![text("Je hebt een hond."), text(GOOD)]);
    assert_eq!(desk.draft(&["--tries", "1"]).code, Some(1));
}

#[test]
fn an_answer_in_a_fence_counts_and_html_does_not() {
    let fenced = format!("```json\n{}\n```", json!({ "greeting": GOOD }));
    assert!(Desk::new(vec![Answer::Text(fenced, 1)]).draft(&[]).well().contains(GOOD));
    let html = Answer::Text("<html><p>Nieuw</p></html>".to_owned(), 9);
    assert_eq!(Desk::new(vec![html]).refused(), ["draft.form"]);
}

#[test]
fn no_answer_is_an_error_and_nothing_is_written() {
    let raw = |code, of| Answer::Raw(code, of, b"steven@postvak.example".to_vec());
    for (answer, part) in [
        (Answer::BrokenOff(json!({ "greeting": GOOD }).to_string()), "broke off"),
        (Answer::Silent, "nothing came for too long"),
        (Answer::Drip, "too long as a whole"),
        (Answer::Endless, "bytes long"),
        (raw(500, "text/plain"), "code 500"),
        (raw(429, "application/json"), "code 429"),
        (raw(200, "text/html"), "no stream of events"),
    ] {
        let desk = Desk::new(vec![answer]);
        desk.settings("seconds = 2\nidle_seconds = 1");
        let said = desk.draft(&["--out", "drafted.toml", "--lang", "en"]).refused();
        assert!(said.contains(part) && !said.contains("postvak"), "{said}");
        assert_eq!(desk.folder.files(), ["brief.toml", "maat.toml"]);
    }
}

#[test]
fn the_key_is_sent_and_never_told() {
    let desk = Desk::new(vec![Answer::Raw(401, "text/plain", b"sleutel-9".to_vec())]);
    desk.settings("key_env = \"DRAFT_KEY\"");
    let with = |key: Option<&str>| {
        let mut command = command();
        command.current_dir(desk.folder.at("")).args([
            "mail",
            "draft",
            "brief.toml",
            "--lang",
            "en",
        ]);
        match key {
            Some(key) => command.env("DRAFT_KEY", key),
            None => command.env_remove("DRAFT_KEY"),
        };
        run(&mut command).refused()
    };
    let said = with(Some("sleutel-9"));
    assert!(said.contains("code 401") && !said.contains("sleutel-9"), "{said}");
    assert!(desk.server.asked()[0].contains("Bearer sleutel-9"));
    assert!(with(None).contains("no environment variable `DRAFT_KEY`"));
    assert!(!with(Some("sleu\ntel-9")).contains("tel-9"));
}

#[test]
fn another_machine_is_asked_only_where_that_is_allowed() {
    let desk = Desk::new(vec![text(GOOD)]);
    let with = |ai: &str| {
        desk.folder.write("maat.toml", ai);
        desk.draft(&["--lang", "en"]).refused()
    };
    let ai = "[ai]\nurl = \"http://model.example/v1\"\nmodel = \"m\"\n";
    assert!(with(ai).contains("`model.example` is another machine, and what is asked"));
    assert!(with(&format!("{ai}allow_remote = true\n")).contains("write https://"));
    assert!(with("").contains("[ai] url: is not set"));
    assert!(with("[ai]\nurl = \"http://localhost:1/v1\"\n").contains("[ai] model: is not named"));
}

#[test]
fn words_in_another_language_go_into_the_translation() {
    let good = "Last time you bought {{ purchase.item }} from us. Again?";
    let desk = Desk::new(vec![text(good)]);
    let said = desk.draft(&["--written-in", "en", "--lang", "en"]).refused();
    assert!(said.contains("no plain words in `en`"), "{said}");
    let brief = std::fs::read_to_string("../../examples/mail/brief.toml").unwrap();
    desk.folder.write("brief.toml", brief);
    let args = ["--slot", "greeting", "--written-in", "en", "--out", "drafted.toml"];
    desk.draft(&args).well();
    let drafted = desk.folder.read("drafted.toml");
    assert!(
        drafted.contains(&format!("[slot.translated.en]\ntext = \"{good}\"\nplain")),
        "{drafted}"
    );
    assert!(drafted.contains("text = \"Vorige keer kocht je {{ purchase.item }}"), "{drafted}");
}

#[test]
fn who_approves_has_a_name_and_something_to_approve() {
    let folder = Folder::with_brief();
    let path = folder.path("brief.toml");
    let approve = |by: &str| {
        run(command().args(["mail", "approve", &path, "--by", by]).args(["--lang", "en"])).refused()
    };
    assert!(approve("Piet").contains("no AI took part in its words"));
    assert!(approve(" ").contains("--by: is no name"));
}

#[test]
fn what_came_back_reads_well_in_both_languages() {
    for lang in ["nl", "en"] {
        let answer = json!({
            "subject": "Nieuw in {{ purchase.category }}",
            "greeting": "Je houdt van koken en kocht laatst {{ purchase.item }}. Wees er snel bij!",
            "closing": "Kom gerust langs. Ruilen kan altijd binnen dertig dagen.",
        });
        let desk = Desk::new(vec![Answer::Text(answer.to_string(), 40)]);
        let brief = std::fs::read_to_string("../../examples/mail/brief.toml").unwrap();
        desk.folder.write("brief.toml", brief);
        let ran = desk.draft(&["--lang", lang, "--tries", "1"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{}", ran.out);
        snapshot(&format!("draft_{lang}"), &ran.out);
    }
}
