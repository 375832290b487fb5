//! Backup, restore and what follows, as whoever keeps the service running meets them on the command line.

use serde_json::Value;

use crate::folder::Folder;
use crate::program::{Ran, command, read, run};

/// Runs the program in the folder, in English, on its `maat.db`.
fn maat(folder: &Folder, args: &[&str]) -> Ran {
    run(command().current_dir(folder.at("")).args(args).args(["--lang", "en"]))
}

fn json(folder: &Folder, args: &[&str]) -> Value {
    read(&maat(folder, &[args, &["--json"]].concat()).well())
}

fn customer(folder: &Folder, subject: &str) {
    maat(folder, &["consent", "give", subject, "mail", "--double-opt-in", "--place", "till"])
        .well();
}

/// A ledger that was lost after a no, and put back from the backup of before it.
fn put_back() -> Folder {
    let folder = Folder::new();
    for subject in ["1", "2"] {
        customer(&folder, subject);
    }
    let out = maat(&folder, &["backup", "backup.db"]).well();
    assert!(out.contains("2 entries in backup.db"), "{out}");
    assert!(out.contains("maat ledger key export"), "{out}");
    maat(&folder, &["consent", "withdraw", "1", "mail"]).well();
    for file in ["maat.db", "maat.db-wal", "maat.db-shm"] {
        let _ = std::fs::remove_file(folder.at(file));
    }
    folder
}

#[test]
fn a_restored_backup_permits_nothing_until_the_journal_is_replayed_and_it_is_accepted() {
    let folder = put_back();
    let out = maat(&folder, &["restore", "backup.db"]).well();
    assert!(out.contains("✓ backup.db is back as maat.db"), "{out}");
    assert!(out.contains("Nothing may be sent yet"), "{out}");
    let gate = ["gate", "brief.toml"];
    folder.write("brief.toml", crate::folder::example_brief());
    let said = maat(&folder, &gate).refused();
    assert!(said.contains("was put back from an older copy"), "{said}");
    let said = run(command().current_dir(folder.at("")).args(gate).args(["--lang", "nl"])).err;
    assert!(said.contains("het logboek is teruggezet van een oudere kopie"), "{said}");
    // A no is taken meanwhile.
    maat(&folder, &["subject", "object", "2"]).well();
    let accept = ["ledger", "accept", "--by", "Sam Bos", "--reason", "the disk failed"];
    let said = maat(&folder, &accept).refused();
    assert!(said.contains("the journal was not replayed"), "{said}");
    let report = json(&folder, &["ledger", "replay"]);
    assert_eq!(report["replayed"]["recorded"], 1, "{report}");
    assert_eq!(report["replayed"]["complete"], true, "{report}");
    assert_eq!(report["older"]["replayed"], true, "{report}");
    let out = maat(&folder, &["ledger", "replay"]).well();
    assert!(out.contains("✓ the journal goes as far as what was acknowledged last"), "{out}");
    let out = maat(&folder, &accept).well();
    assert!(out.contains("✓ accepted: messages may be sent again"), "{out}");
    maat(&folder, &["ledger", "verify", "--rows"]).well();
    let shown = maat(&folder, &["consent", "show", "1"]).well();
    assert!(shown.starts_with("mail  no"), "{shown}");
    let said = maat(&folder, &accept).refused();
    assert!(said.contains("there is nothing to accept"), "{said}");
}

#[test]
fn a_restore_replays_at_once_and_overwrites_nothing() {
    let folder = put_back();
    let out = maat(&folder, &["restore", "backup.db", "--replay"]).well();
    assert!(out.contains("1  recorded again"), "{out}");
    assert!(out.contains("maat ledger accept --by NAME --reason WHY"), "{out}");
    let said = maat(&folder, &["restore", "backup.db"]).refused();
    assert!(said.contains("never overwritten"), "{said}");
    let said = maat(&folder, &["backup", "backup.db"]).refused();
    assert!(said.contains("never overwritten"), "{said}");
}

#[test]
fn without_the_journal_a_yes_of_before_is_told_as_none() {
    let folder = put_back();
    for entry in std::fs::read_dir(folder.at("maat.db.journal")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "journal") {
            std::fs::remove_file(path).unwrap();
        }
    }
    maat(&folder, &["restore", "backup.db"]).well();
    let ran = maat(&folder, &["ledger", "replay"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("✗ the journal does not go as far"), "{}", ran.out);
    let accept = ["ledger", "accept", "--by", "Sam", "--reason", "all lost", "--without-journal"];
    let out = maat(&folder, &accept).well();
    assert!(out.contains("a yes from before is none until it is given again"), "{out}");
    customer(&folder, "2");
    let shown = json(&folder, &["consent", "show", "2"]);
    assert!(shown[0]["given"].is_object(), "{shown}");
}

#[test]
fn the_journal_stands_where_flag_environment_or_file_say() {
    let give = ["consent", "give", "3", "mail", "--place", "till"];
    for (place, file, environment, flag) in [
        ("maat.db.journal", None, None, None),
        ("from-file", Some("from-file"), None, None),
        ("from-environment", Some("from-file"), Some("from-environment"), None),
        ("from-flag", Some("from-file"), Some("from-environment"), Some("from-flag")),
    ] {
        let folder = Folder::new();
        if let Some(file) = file {
            folder.write("maat.toml", format!("journal = \"{file}\"\njournal_days = 0\n"));
        }
        let mut command = command();
        command.current_dir(folder.at("")).args(give);
        if let Some(environment) = environment {
            command.env("MAAT_JOURNAL", environment);
        }
        if let Some(flag) = flag {
            command.args(["--journal", flag]);
        }
        run(&mut command).well();
        assert!(folder.at(place).exists(), "{place}");
    }
    // Moved by the setting alone, it is missed: nobody knows then how far the ledger was acknowledged.
    let folder = Folder::new();
    customer(&folder, "1");
    customer(&folder, "2");
    folder.write("maat.toml", "journal = \"elsewhere\"\n");
    let told = maat(&folder, &["ledger", "replay"]);
    assert_eq!(told.code, Some(1), "{}", told.out);
    // With the folder brought along, the journal is whole.
    std::fs::rename(folder.at("maat.db.journal"), folder.at("elsewhere")).unwrap();
    let told = maat(&folder, &["ledger", "replay"]);
    assert_eq!(told.code, Some(0), "{}{}", told.out, told.err);
    let accept = ["ledger", "accept", "--by", "Sam", "--reason", "the folder was moved"];
    maat(&folder, &accept).well();
}

#[test]
fn a_checkpoint_is_taken_as_it_was_printed() {
    let folder = Folder::new();
    customer(&folder, "1");
    let plain = maat(&folder, &["ledger", "verify"]).well();
    let machine = maat(&folder, &["ledger", "verify", "--json"]).well();
    let proof = maat(&folder, &["ledger", "proof", "0"]).well();
    let proof_machine = maat(&folder, &["ledger", "proof", "0", "--json"]).well();
    let crlf = plain.replace('\n', "\r\n");
    customer(&folder, "2");
    for kept in [&plain, &machine, &proof, &proof_machine, &crlf] {
        folder.write("kept", kept.as_str());
        let out = maat(&folder, &["ledger", "verify", "--outside", "kept"]).well();
        assert!(out.contains("✓ everything stands as it was recorded"), "{kept}\n{out}");
    }
    // One that was signed of another ledger still does not.
    let other = Folder::new();
    customer(&other, "1");
    other.write("kept", plain.as_str());
    let ran = maat(&other, &["ledger", "verify", "--outside", "kept"]);
    let (code, out) = (ran.code, ran.out);
    assert_eq!(code, Some(1));
    assert!(out.contains("a checkpoint is not signed with this store's key"), "{out}");
}

#[test]
fn the_key_is_shown_copied_rotated_and_missed() {
    let folder = Folder::new();
    customer(&folder, "1");
    let kept = maat(&folder, &["ledger", "verify"]).well();
    folder.write("kept", kept);
    let print = |args: &[&str]| json(&folder, args)["fingerprint"].as_str().unwrap().to_owned();
    let first = print(&["ledger", "key", "show"]);
    assert_eq!(print(&["ledger", "key", "export", "copy.key"]), first);
    let said = maat(&folder, &["ledger", "key", "export", "copy.key"]).refused();
    assert!(said.contains("never overwritten"), "{said}");
    std::fs::remove_file(folder.at("maat.db.key")).unwrap();
    let said = maat(&folder, &["consent", "show", "1"]).refused();
    assert!(said.contains("restore the key file") && said.contains("your copy of it"), "{said}");
    assert_eq!(print(&["ledger", "key", "import", "copy.key"]), first);
    maat(&folder, &["consent", "show", "1"]).well();
    let second = print(&["ledger", "key", "rotate"]);
    assert_ne!(first, second);
    assert_eq!(print(&["ledger", "key", "show"]), second);
    maat(&folder, &["ledger", "verify", "--outside", "kept"]).well();
    // The copy of before does not fit any more.
    std::fs::rename(folder.at("copy.key"), folder.at("maat.db.key")).unwrap();
    let said = maat(&folder, &["consent", "show", "1"]).refused();
    assert!(said.contains("another key file") && said.contains("rotated"), "{said}");
}
