//! The ledger as an engineer, a privacy officer and a customer's question meet it on the command
//! line. The store itself is tested in its own crate, on SQLite and PostgreSQL.

use maat::code::{Code, Sources};
use maat::ledger::{At, Event, How, Strength};
use maat::words::Lang;
use maat_store::{ControllerId, Draft, Store, shown_hash};
use serde_json::Value;

use crate::folder::{Folder, example_brief};
use crate::program::{Ran, command, read, run};

const PARTY: &str = "[party]\nname = \"Huis & Haard\"\naddress = \"Dorpsstraat 1\"\ncontact = \"privacy@example\"\n\
    notice = \"https://example/privacy\"\nwithdrawal = \"https://example/keuzes\"\nstorage = \"NL\"\njurisdiction = \"NL\"\n\
    recipients = [\"Meta\"]\n";

/// Runs the program on the ledger of a folder, in English.
fn maat(folder: &Folder, args: &[&str]) -> Ran {
    run(command().args(args).args(["--store", &folder.path("maat.db"), "--lang", "en"]))
}

fn json(folder: &Folder, args: &[&str]) -> Value {
    read(&maat(folder, &[args, &["--json"]].concat()).well())
}

/// A customer with a confirmed mail consent and a purchase.
fn customer(folder: &Folder, subject: &str) {
    maat(folder, &["consent", "give", subject, "mail", "--double-opt-in", "--place", "till"])
        .well();
    maat(folder, &["consent", "give", subject, "purchases", "--place", "till"]).well();
    maat(folder, &["subject", "rectify", subject, "purchase.item", "candle"]).well();
}

/// Tomorrow at ten: no quiet hour, and after all that a test records.
fn tomorrow() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let day = maat::profile::Day(i32::try_from(since.as_secs() / 86_400).unwrap() + 1);
    format!("{day}T10:00")
}

/// The example's brief, for now, signed again: an edit voids the signature.
fn brief(folder: &Folder) -> String {
    let text = example_brief();
    let lines = text.lines().filter(|line| !line.starts_with("planned"));
    let brief = folder.write("brief.toml", lines.collect::<Vec<_>>().join("\n"));
    maat(folder, &["review", &brief, "--by", "Noor de Wit"]).well();
    brief
}

#[test]
fn an_answer_is_kept_with_the_exact_words_and_shown() {
    let folder = Folder::new();
    let out =
        maat(&folder, &["consent", "give", "17850", "mail", "--double-opt-in", "--place", "till"])
            .well();
    assert!(out.contains("✓ May we mail you with news, tips and offers?"), "{out}");
    assert!(out.contains("on record as number 0"), "{out}");
    let out = maat(&folder, &["consent", "show", "17850"]).well();
    assert!(
        out.starts_with("mail  yes\n  May we mail you with news, tips and offers?\n  given on "),
        "{out}"
    );
    let shown = json(&folder, &["consent", "show", "17850"]);
    let given = &shown[0]["given"];
    assert_eq!((&given["wording"], &given["how"]), (&1.into(), &"double_opt_in".into()));
    assert_eq!((&given["stale"], &given["as_declared"]), (&false.into(), &true.into()));
    assert_eq!(given["shown"].as_str().unwrap().len(), 64);
    let out = maat(&folder, &["consent", "show", "nobody"]).well();
    assert_eq!(out, "No answers known.\n");
    // A moment with an offset is that moment, and not the same hour on the clock of the Code.
    let args =
        ["consent", "give", "2", "mail", "--at", "2026-01-31T10:00:00-05:00", "--place", "till"];
    maat(&folder, &args).well();
    let shown = json(&folder, &["consent", "show", "2"]);
    assert_eq!(shown[0]["given"]["at"], "2026-01-31T15:00:00.000Z");
}

#[test]
fn a_withdrawal_counts_at_once_for_the_gate() {
    let folder = Folder::new();
    let brief = brief(&folder);
    customer(&folder, "1");
    customer(&folder, "2");
    let verdicts = || {
        let summary = json(&folder, &["gate", &brief, "--at", &tomorrow()]);
        let count = |nth: usize| summary["verdicts"][nth]["count"].as_u64().unwrap();
        (count(0) + count(1), count(2))
    };
    assert_eq!(verdicts(), (2, 0));
    maat(&folder, &["consent", "withdraw", "2", "mail"]).well();
    assert_eq!(verdicts(), (1, 1));
    let explain = |subject: &str| {
        let args = ["explain", &brief, "--subject", subject, "--at", &tomorrow()];
        let out = maat(&folder, &args).well();
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let out = explain("2");
    assert!(out.contains("legal.mail-consent"), "{out}");
    let out = explain("1");
    assert!(out.contains("we looked at which item you last bought from us"), "{out}");
    maat(&folder, &["subject", "object", "1"]).well();
    assert_eq!(verdicts(), (0, 2));
    maat(&folder, &["subject", "object", "1", "--lift"]).well();
    assert_eq!(verdicts(), (1, 1));
    maat(&folder, &["subject", "restrict", "1"]).well();
    assert_eq!(verdicts(), (0, 2));
}

/// A yes that has ended: given in January 2020, until the end of June.
fn expired(folder: &Folder, subject: &str) {
    let store = Store::sqlite(folder.path("maat.db").as_ref()).unwrap();
    let at = |text: &str| At::parse(text).unwrap();
    let words = Code::load(&Sources::built_in()).unwrap();
    let words = words.declared().choice("mail").unwrap().words().unwrap().en.clone();
    let event = Event::ConsentGiven {
        choice: "mail".to_owned(),
        strength: Strength::Given,
        wording: 1,
        shown: shown_hash(&words),
        lang: Lang::En,
        how: How::Form { place: "till".to_owned() },
        expires: Some(at("2020-06-29T22:00:00Z")),
    };
    let given = at("2020-01-30T23:00:00Z");
    let draft = Draft::at(given, subject, "us", event);
    store.of(&ControllerId::new("own").unwrap()).append(given, &[draft]).unwrap();
}

#[test]
fn a_date_ahead_is_recorded_as_of_now_and_does_not_outlive_a_withdrawal() {
    let folder = Folder::new();
    maat(&folder, &["consent", "give", "1", "mail", "--at", "2999-01-01", "--place", "till"])
        .well();
    let shown = json(&folder, &["consent", "show", "1"]);
    assert!(shown[0]["given"]["at"].as_str().unwrap() < "2900", "{shown}");
    maat(&folder, &["subject", "export", "1", "--out", &folder.path("1.json")]).well();
    let export = read(&folder.read("1.json"));
    assert_eq!(export["history"][0]["claimed"], "2998-12-31T23:00:00.000Z", "{export}");
    maat(&folder, &["consent", "withdraw", "1", "mail"]).well();
    let out = maat(&folder, &["consent", "show", "1"]).well();
    assert!(out.starts_with("mail  no\n"), "{out}");
    maat(&folder, &["consent", "give", "1", "mail", "--place", "till"]).well();
    let out = maat(&folder, &["consent", "show", "1"]).well();
    assert!(out.starts_with("mail  yes\n"), "{out}");
}

/// Linux alone tells the clock since the boot.
#[cfg(target_os = "linux")]
#[test]
fn a_sweep_asks_whether_a_clock_is_right_that_jumped_since_the_boot() {
    let folder = Folder::new();
    customer(&folder, "1");
    maat(&folder, &["sweep"]).well();
    // As if this boot had begun 400 days before what the clock says now.
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let wall = At(i64::try_from(since.as_millis()).unwrap()).plus_days(-400);
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
    let seconds: f64 = uptime.split(' ').next().unwrap().parse().unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "a time since the boot is small")]
    let elapsed = (seconds * 1000.0) as i64;
    let boot = maat_store::Boot { id: boot.trim().into(), elapsed };
    let store = Store::sqlite(folder.path("maat.db").as_ref()).unwrap();
    store.believe_clock(&maat_store::Reading { wall, boot: Some(boot) }).unwrap();
    drop(store);
    let said = maat(&folder, &["sweep"]).refused();
    assert!(said.contains("the clock: it jumped since this machine was started"), "{said}");
    assert!(said.contains("`maat sweep --yes`"), "{said}");
    let store = folder.path("maat.db");
    let dutch = run(command().args(["sweep", "--store", &store, "--lang", "nl"]));
    let said = dutch.err;
    assert_eq!((dutch.code, dutch.out.as_str()), (Some(2), ""), "{said}");
    assert!(said.contains("de klok: hij is versprongen sinds deze machine"), "{said}");
    maat(&folder, &["consent", "withdraw", "1", "mail"]).well();
    maat(&folder, &["sweep", "--yes"]).well();
    maat(&folder, &["sweep"]).well();
}

#[test]
fn an_expired_consent_and_an_old_wording_are_told() {
    let folder = Folder::new();
    // An end that is past already is refused; one that has come since is told.
    let ends = ["--at", "2020-01-31", "--expires", "2020-06-30", "--place", "till"];
    let said = maat(&folder, &[&["consent", "give", "1", "mail"], &ends[..]].concat()).refused();
    assert!(said.contains("`expires` is past already"), "{said}");
    expired(&folder, "1");
    let out = maat(&folder, &["consent", "show", "1"]).well();
    assert!(out.starts_with("mail  no\n"), "{out}");
    assert!(out.contains("holds until 30 June 2020, 00:00"), "{out}");
    let code = Folder::with_code();
    let newer = "version = 2\nnl = \"Mogen we je mailen?\"\nen = \"May we mail you?\"\n";
    let text = code.read("code/code.toml");
    let at = text.find("en = \"May we mail you with news, tips and offers?\"\n").unwrap();
    let at = at + text[at..].find('\n').unwrap() + 1;
    let text = format!("{}\n[[choice.wording]]\n{newer}{}", &text[..at], &text[at..]);
    code.write("code/code.toml", text);
    maat(&folder, &["consent", "give", "2", "mail", "--place", "till"]).well();
    let out = maat(&folder, &["consent", "show", "2", "--code", &code.path("code")]).well();
    assert!(out.contains("the question has changed since: ask again"), "{out}");
}

#[test]
fn mistakes_are_told_with_how_to_mend_them() {
    let folder = Folder::new();
    for (args, told) in [
        (
            vec!["consent", "give", "1", "mial", "--place", "till"],
            "the choice `mial` is not known; did you mean `mail`?",
        ),
        (
            vec!["consent", "give", "1", "mail", "--wording", "9", "--place", "till"],
            "the choice `mail` has no version 9",
        ),
        (
            vec!["consent", "give", "1", "mail", "--at", "31-1-2026", "--place", "till"],
            "`31-1-2026` is no moment",
        ),
        (
            vec!["consent", "give", "1", "mail", "--controller", "a b", "--place", "till"],
            "the controller: it is not an id",
        ),
        (vec!["ledger", "verify", "--store", "/nowhere/at/all.db"], "there is no such ledger"),
    ] {
        let said = run(command()
            .args(["--lang", "en"])
            .args(&args)
            .env("MAAT_STORE", folder.path("maat.db")))
        .refused();
        assert!(said.contains(told), "`{told}` is not told: {said}");
    }
    customer(&folder, "1");
    let said = maat(&folder, &["subject", "rectify", "1", "purchase.itme", "x"]).refused();
    assert!(said.contains("did you mean `purchase.item`?"), "{said}");
    let said = maat(&folder, &["subject", "erase", "1"]).refused();
    assert!(said.contains("this cannot be undone") && said.contains("--yes"), "{said}");
    let said = maat(&folder, &["subject", "export", "1", "--out", &folder.path("x.pdf")]).refused();
    assert!(said.contains("its ending is none of .json, .csv and .html"), "{said}");
    let said = maat(&folder, &["consent", "receipt", "1", "mail"]).refused();
    assert!(said.contains("there is no [party]"), "{said}");
}

#[test]
fn what_is_known_is_shown_exported_and_erased_with_a_proof() {
    let folder = Folder::new();
    customer(&folder, "1");
    let out = maat(&folder, &["subject", "show", "1"]).well();
    for told in ["confirmed the address", "mail  yes", "the item you bought: candle"] {
        assert!(out.contains(told), "`{told}` is not told: {out}");
    }
    for (name, told) in [
        ("me.json", "\"candle\""),
        ("me.csv", "signal,purchase.item,candle"),
        ("me.html", "What we know of you"),
    ] {
        maat(&folder, &["subject", "export", "1", "--out", &folder.path(name)]).well();
        let text = folder.read(name);
        assert!(text.contains(told) && text.contains("candle"), "{text}");
    }
    let out =
        maat(&folder, &["subject", "erase", "1", "--address", "me@example.org", "--yes"]).well();
    assert!(out.contains("✓ erased: 3 entries were emptied"), "{out}");
    let out = maat(&folder, &["subject", "show", "1"]).well();
    assert!(out.contains("Nothing is known of this customer."), "{out}");
    let out = maat(&folder, &["ledger", "verify"]).well();
    assert!(out.contains("✓ everything stands as it was recorded"), "{out}");
    assert!(out.contains("4 entries, 3 of them rightly emptied"), "{out}");
    let proof = json(&folder, &["ledger", "proof", "3"]);
    assert_eq!(proof["number"], 3);
    assert!(proof["checkpoint"].as_str().unwrap().starts_with("maat/own\n4\n"), "{proof}");
    // Nothing of it is left in the files.
    let journal = std::fs::read_dir(folder.at("maat.db.journal")).unwrap();
    let journal = journal.map(|entry| entry.unwrap().path());
    let files = folder.files().into_iter().filter(|name| name.starts_with("maat.db"));
    let files = files.map(|name| folder.at(&name)).filter(|path| path.is_file());
    for file in files.chain(journal) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(6).any(|it| it == b"candle"), "{} still holds it", file.display());
    }
}

#[test]
fn a_hostile_value_cannot_break_out_of_the_page() {
    let folder = Folder::new();
    maat(&folder, &["consent", "give", "<b>1", "mail", "--place", "till"]).well();
    let value = "</td><script>alert(1)</script>";
    maat(&folder, &["subject", "rectify", "<b>1", "purchase.item", value]).well();
    maat(&folder, &["subject", "export", "<b>1", "--out", &folder.path("me.html")]).well();
    let page = folder.read("me.html");
    assert!(!page.contains("<script") && !page.contains("<b>1"), "{page}");
}

#[test]
fn a_receipt_names_everything_that_the_standard_asks() {
    let folder = Folder::new();
    folder.write("maat.toml", PARTY);
    maat(&folder, &["consent", "give", "1", "matching", "--place", "till"]).well();
    let config = folder.path("maat.toml");
    let receipt = json(&folder, &["consent", "receipt", "1", "matching", "--config", &config]);
    for field in [
        "schema_version",
        "receipt_id",
        "pii_principal_id",
        "privacy_notice",
        "language",
        "purpose",
        "pii_information",
        "pii_controllers",
        "storage_locations",
        "retention_period",
        "jurisdiction",
        "recipient_third_parties",
        "withdrawal_method",
        "events",
    ] {
        assert!(!receipt[field].is_null(), "{field} is missing: {receipt}");
    }
    for field in ["party_id", "party_address", "party_name", "party_contact", "party_type"] {
        assert!(receipt["pii_controllers"][0][field].is_string(), "{field} is missing");
    }
    for field in ["event_time", "entity_id", "event_type", "event_state"] {
        assert!(receipt["events"][0][field].is_string(), "{field} is missing");
    }
    assert_eq!(receipt["recipient_third_parties"], serde_json::json!(["Meta"]));
    let text = receipt.to_string();
    let mut terms = 0;
    for term in text.split('"').filter(|it| it.starts_with("dpv:") || it.starts_with("pd:")) {
        assert!(maat::code::is_dpv_term(term), "DPV has no `{term}`");
        terms += 1;
    }
    assert!(terms > 20, "{text}");
    maat(&folder, &["consent", "withdraw", "1", "matching"]).well();
    let receipt = json(&folder, &["consent", "receipt", "1", "matching", "--config", &config]);
    assert_eq!(receipt["events"][1]["event_state"], "dpv:ConsentWithdrawn");
}

#[test]
fn companies_do_not_see_each_other() {
    let folder = Folder::new();
    customer(&folder, "1");
    let out = maat(&folder, &["consent", "show", "1", "--controller", "another"]).well();
    assert_eq!(out, "No answers known.\n");
    let said = maat(&folder, &["gate", &brief(&folder), "--controller", "another"]).refused();
    assert!(said.contains("nobody stands in the ledger of `another`"), "{said}");
}

#[test]
fn what_was_changed_by_another_hand_is_found() {
    let folder = Folder::new();
    customer(&folder, "1");
    let out = maat(&folder, &["ledger", "verify"]).well();
    let checkpoint: String = out.split("elsewhere too:\n").nth(1).unwrap().to_owned();
    folder.write("kept", checkpoint.trim_end().to_owned() + "\n");
    maat(&folder, &["ledger", "verify", "--outside", &folder.path("kept")]).well();
    // Another ledger in its place has none of what was signed.
    std::fs::remove_file(folder.at("maat.db")).unwrap();
    for file in folder.files().iter().filter(|name| name.starts_with("maat.db-")) {
        std::fs::remove_file(folder.at(file)).unwrap();
    }
    maat(&folder, &["consent", "give", "1", "mail", "--place", "till"]).well();
    let ran = maat(&folder, &["ledger", "verify", "--outside", &folder.path("kept")]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("do not trust this ledger; restore a copy"), "{}", ran.out);
}

#[test]
fn the_ledger_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    customer(&folder, "1");
    for file in folder.files().iter().filter(|name| name.starts_with("maat.db")) {
        let mode = std::fs::metadata(folder.at(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file} may be read by others: {mode:o}");
    }
    maat(&folder, &["subject", "show", "1"]).well();
    let beside = ["maat.db", "maat.db.journal", "maat.db.key"];
    assert_eq!(folder.files(), beside, "nothing is left beside it");
}

#[test]
fn the_example_import_is_taken_over_once() {
    let folder = Folder::new();
    let file = folder.write(
        "in.csv",
        std::fs::read(crate::program::root().join("examples/import/newsletter.csv")).unwrap(),
    );
    let map = "examples/import/consents.toml";
    let first = json(&folder, &["consent", "import", &file, "--map", map]);
    assert_eq!(
        (&first["rows"], &first["added"], &first["rejected"]),
        (&4.into(), &4.into(), &0.into()),
        "{first}"
    );
    let again = json(&folder, &["consent", "import", &file, "--map", map]);
    assert_eq!(again["added"], 0, "{again}");
    let till =
        ["signal", "import", "examples/import/till.csv", "--map", "examples/import/signals.toml"];
    maat(&folder, &till).well();
    let out = maat(&folder, &["subject", "show", "17850"]).well();
    assert!(out.contains("the item you bought: candle  the till, 2 March 2026, 11:20"), "{out}");
}

#[test]
fn rows_that_cannot_be_taken_over_are_written_beside() {
    let folder = Folder::new();
    let file = folder.write("in.csv", "customer_id,signed_up,newsletter,confirmed_at\n1,2026-01-31,ja,\n2,soon,ja,\n3,2026-01-31,perhaps,\n");
    let args = ["consent", "import", &file, "--map", "examples/import/consents.toml"];
    let ran = maat(&folder, &args);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("not every row was taken over"), "{}", ran.err);
    let rejects = folder.read("in.csv.rejects.csv");
    assert_eq!(rejects.lines().count(), 3, "{rejects}");
    assert!(rejects.contains("soon") || rejects.contains("signed_up"), "{rejects}");
    maat(&folder, &[&args[..], &["--allow-faults"]].concat()).well();
    let map = folder.write("map.toml", "subject = \"customer\"\n");
    let said = maat(&folder, &["consent", "import", &file, "--map", &map]).refused();
    assert!(said.contains("map.toml"), "{said}");
}

#[test]
fn a_vacuum_clears_what_an_erasure_left_in_a_large_file() {
    let folder = Folder::new();
    let row = |nth| format!("s{nth},{},2026-03-02\n", format!("candle-{nth}-").repeat(400));
    let rows: Vec<String> = (0..1200).map(row).collect();
    let till = folder.write("till.csv", format!("customer,item,bought\n{}", rows.concat()));
    let map = "subject = \"customer\"\n[[signal]]\nsignal = \"purchase.item\"\nvalue = \"item\"\n\
        seen = \"bought\"\nsource = { always = \"till\" }\n";
    let map = folder.write("map.toml", map);
    maat(&folder, &["signal", "import", &till, "--map", &map]).well();
    let out = maat(&folder, &["subject", "erase", "s7", "--yes"]).well();
    assert!(out.contains("still hold old copies: `maat ledger vacuum` clears them"), "{out}");
    let out = run(command().args(["ledger", "vacuum", "--store", &folder.path("maat.db")])).well();
    let said =
        "✓ van wat is gewist of opgeruimd staat niets meer in de bestanden van de database\n";
    assert_eq!(out, said);
    assert_eq!(json(&folder, &["ledger", "vacuum"])["cleared"], true);
    let bytes = std::fs::read(folder.at("maat.db")).unwrap();
    let holds = |text: &[u8]| bytes.windows(text.len()).any(|it| it == text);
    assert!(holds(b"candle-8-") && !holds(b"candle-7-"));
}

#[test]
fn what_people_ask_by_their_rights_waits_for_an_answer_and_is_late_after_a_month() {
    let folder = Folder::new();
    customer(&folder, "1");
    let out = maat(&folder, &["subject", "requests"]).well();
    assert_eq!(out, "Nobody waits for an answer.\n");
    let asked = json(&folder, &["subject", "request", "1", "access"]);
    assert_eq!(asked["request"], "access-1");
    let args = ["subject", "request", "2", "erasure", "--request", "letter", "--at", "2026-01-15"];
    let out = maat(&folder, &args).well();
    assert!(out.contains("late, an answer was due by 15 February 2026, 00:00"), "{out}");
    maat(&folder, &["subject", "request", "1", "access"]).well();
    let ran = maat(&folder, &["subject", "requests"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "one is late");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[1].starts_with("  erasure 2, late, an answer was due by 15 February 2026"));
    assert!(lines[1].ends_with(" letter"), "{}", ran.out);
    assert!(lines[2].starts_with("  access 1, answer due by "), "{}", ran.out);
    let nl = run(command().args(["subject", "requests", "--store", &folder.path("maat.db")]));
    assert!(
        nl.out.contains("wissen 2, te laat, antwoord moest er zijn op 15 februari"),
        "{}",
        nl.out
    );
    // What is done answers it.
    let copy = folder.path("1.json");
    maat(&folder, &["subject", "export", "1", "--out", &copy, "--request", "access-1"]).well();
    maat(&folder, &["subject", "answer", "1", "access-2", "the same copy"]).well();
    maat(&folder, &["subject", "erase", "2", "--yes"]).well();
    assert_eq!(json(&folder, &["subject", "requests"]), serde_json::json!([]));
    let known = json(&folder, &["subject", "show", "1"]);
    assert_eq!(known["requests"][0]["outcome"], "gave them all that is known of them");
    assert_eq!(known["requests"][1]["outcome"], "the same copy");
    assert!(maat(&folder, &["ledger", "verify"]).well().contains("everything stands"));
}

#[test]
fn a_request_is_answered_by_doing_it_and_by_nothing_else() {
    let folder = Folder::new();
    customer(&folder, "1");
    for right in ["rectification", "restriction", "objection", "portability"] {
        maat(&folder, &["subject", "request", "1", right]).well();
    }
    let refused = |args: &[&str], told: &str| {
        let said = maat(&folder, &[&["subject"], args].concat()).refused();
        assert!(said.contains(told), "{said}");
    };
    refused(&["object", "1", "--request", "restriction-1"], "`restriction-1` is about restriction");
    refused(&["object", "1", "--request", "objecton-1"], "did you mean `objection-1`?");
    refused(&["request", "1", "access", "--request", "objection-1"], "is another request");
    refused(
        &["request", "1", "access", "--request", ""],
        "`request` is empty, longer than 100 bytes",
    );
    maat(&folder, &["subject", "object", "1", "--request", "objection-1"]).well();
    maat(&folder, &["subject", "restrict", "1", "--request", "restriction-1"]).well();
    let args = ["subject", "rectify", "1", "purchase.item", "lamp", "--request", "rectification-1"];
    maat(&folder, &args).well();
    refused(&["object", "1", "--request", "objection-1"], "`objection-1` was answered already");
    let open = json(&folder, &["subject", "requests"]);
    assert_eq!(open.as_array().unwrap().len(), 1, "{open}");
    assert_eq!((&open[0]["right"], &open[0]["late"]), (&"portability".into(), &false.into()));
}

#[test]
fn the_gate_reads_the_ledger_without_writing_anybody_to_a_file() {
    let folder = Folder::new();
    let brief = brief(&folder);
    customer(&folder, "1");
    customer(&folder, "2");
    // Where nothing can be written, a temporary file would be an error.
    let args = ["gate", &brief, "--at", &tomorrow(), "--json", "--store", &folder.path("maat.db")];
    let out = run(command().args(args).env("TMPDIR", "/nowhere/at/all")).well();
    assert_eq!(read(&out)["rows"], 2, "{out}");
    // A ledger that cannot be read on the way leaves no decisions.
    let file = folder.at("maat.db");
    let bytes = std::fs::read(&file).unwrap();
    let at = bytes.windows(10).rposition(|it| it == b"\"confirmed").unwrap();
    let mut damaged = bytes.clone();
    damaged[at + 1] = b'C';
    std::fs::write(&file, damaged).unwrap();
    let decisions = folder.path("decisions.csv");
    let said = maat(&folder, &["gate", &brief, "--at", &tomorrow(), "--out", &decisions]).refused();
    assert!(said.contains("a row is not as Maat sealed it"), "{said}");
    assert!(!folder.at("decisions.csv").exists());
    let verify = maat(&folder, &["ledger", "verify", "--rows"]);
    assert_eq!(verify.code, Some(1), "{}{}", verify.out, verify.err);
    assert!(verify.out.contains("not as Maat sealed it"), "{}", verify.out);
    assert!(maat(&folder, &["ledger", "verify"]).well().contains("everything stands"));
    std::fs::write(&file, bytes).unwrap();
    assert!(maat(&folder, &["ledger", "verify", "--rows"]).well().contains("everything stands"));
}

#[test]
fn the_zone_of_the_machine_changes_nothing() {
    let recorded = |zone: &str| {
        let folder = Folder::new();
        let store = folder.path("maat.db");
        // An hour that does not pass, one that passes twice, a day, and one with its offset.
        for at in ["2026-03-29T02:30", "2026-10-25T02:30", "2026-01-31", "2026-01-31T10:00-05:00"] {
            let give = ["consent", "give", "anna", "mail", "--place", "till", "--at", at];
            run(command().env("TZ", zone).args(give).args(["--store", &store, "--lang", "en"]))
                .well();
        }
        let own = ControllerId::new("own").unwrap();
        let entries = Store::sqlite(std::path::Path::new(&store)).unwrap();
        let entries = entries.of(&own).entries(0, 9).unwrap();
        entries.iter().map(|entry| entry.at.to_string()).collect::<Vec<_>>()
    };
    let dates = recorded("Europe/Amsterdam");
    assert_eq!(dates.len(), 4);
    assert_eq!(dates[3], "2026-01-31T15:00:00.000Z");
    for zone in ["UTC", "Pacific/Kiritimati", "America/Los_Angeles", "nowhere/at/all"] {
        assert_eq!(recorded(zone), dates, "{zone}");
    }
}
