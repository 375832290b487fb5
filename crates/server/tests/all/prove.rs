//! `maat code prove`: what a privacy officer sees of it, with the solver, without it, and with one
//! that misbehaves.

#[cfg(not(feature = "prove"))]
use crate::program::english;

#[cfg(not(feature = "prove"))]
#[test]
fn a_maat_without_the_prover_says_how_to_get_one() {
    let told = english(&["code", "prove"]).refused();
    assert!(told.contains("this maat was built without the prover"), "{told}");
    assert!(told.contains("--features prove"), "{told}");
}

#[cfg(feature = "prove")]
mod with_the_prover {
    use std::os::unix::fs::PermissionsExt as _;

    use serde_json::Value;

    use crate::folder::Folder;
    use crate::program::{Ran, command, json, maat, read, run};

    fn prove(args: &[&str]) -> Ran {
        maat(&[&["code", "prove"], args, &["--lang", "en"]].concat())
    }

    /// A Code whose minors are profiled.
    fn broken() -> Folder {
        let folder = Folder::with_code();
        folder.edit(
            "code/legal.cedar",
            "context.marketing && context.minor && context.need >= 1",
            "context.marketing && context.minor && context.need >= 9",
        );
        folder
    }

    #[test]
    fn the_default_code_is_proven() {
        let out = prove(&[]).well();
        assert!(out.starts_with("Code for Personal Communication 1 ("), "{out}");
        assert!(out.contains("✓ proven special.explicit legal · "), "{out}");
        assert!(
            out.contains("Special categories of data, as health, are never used without"),
            "{out}"
        );
        let count = out.matches("✓ proven ").count();
        assert!(out.contains(&format!("\n{count} / {count} promises proven in ")), "{out}");
        assert!(!out.contains("On record"), "the built-in Code has no folder to write to: {out}");
    }

    #[test]
    fn the_outcome_is_on_record_until_the_code_changes() {
        let folder = Folder::with_code();
        std::fs::remove_file(folder.at("code/proven.toml")).unwrap();
        let check = |end: &str| {
            let out = maat(&["code", "check", &folder.path("code"), "--lang", "en"]).well();
            assert!(out.trim_end().ends_with(end), "{out}");
        };
        check("not proven yet: `maat code prove` does that");
        prove(&[&folder.path("code"), "--no-record"]).well();
        check("not proven yet: `maat code prove` does that");
        let out = prove(&[&folder.path("code")]).well();
        assert!(
            out.contains(&format!("On record in {}", folder.path("code/proven.toml"))),
            "{out}"
        );
        let today = json(&["code", "check", &folder.path("code")])["promises"]["on"].clone();
        assert!(folder.read("code/proven.toml").contains(&format!("on = {today}")));
        let out = maat(&["code", "check", &folder.path("code"), "--lang", "en"]).well();
        let all = json(&["code", "check"])["promises"]["all"].clone();
        assert!(out.contains(&format!("{all} of {all} promises proven on ")), "{out}");
        // Cases are not executed: the proof stands. A rule is.
        folder.edit("code/cases/worked.yaml", "- case:", "# A remark.\n- case:");
        let out = maat(&["code", "check", &folder.path("code"), "--lang", "en"]).well();
        assert!(out.contains("promises proven on "), "{out}");
        folder.edit("code/human.cedar", "@why_nl(\"", "@why_nl(\"Kort gezegd: ");
        let out = maat(&["code", "check", &folder.path("code"), "--lang", "en"]).well();
        assert!(
            out.contains(&format!("{all} promises, {all} changed since the proof of ")),
            "{out}"
        );
    }

    #[test]
    fn a_refuted_promise_ends_with_1_and_tells_a_story() {
        let folder = broken();
        let ran = prove(&[&folder.path("code")]);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        let out = ran.out;
        assert_eq!(out.matches("✗ refuted").count(), 1, "{out}");
        for told in [
            "✗ refuted minor.no-profile legal · ",
            "Counterexample: A message on the site for “news and offers” would ",
            "      – is under 16\n",
            "    The gate, asked again, lets this message go.\n",
            "    As a case, for cases/:\n      channel: web\n",
            "1 refuted: mend the rules, or the promise\n",
        ] {
            assert!(out.contains(told), "`{told}` is not told: {out}");
        }
        let ran = maat(&["code", "check", &folder.path("code"), "--lang", "en"]);
        assert!(
            ran.out
                .contains("✗ refuted minor.no-profile: A minor is never profiled for marketing."),
            "{}",
            ran.out
        );
        assert_eq!(ran.code, Some(1));
    }

    #[test]
    fn json_says_the_same() {
        let folder = broken();
        let ran = maat(&["code", "prove", &folder.path("code"), "--no-record", "--json"]);
        assert_eq!(ran.code, Some(1));
        let report: Value = read(&ran.out);
        assert!(report["solver"].as_str().unwrap().starts_with("cvc5 "));
        let theorems = report["theorems"].as_array().unwrap();
        let broken: Vec<_> = theorems.iter().filter(|it| it["outcome"] != "proven").collect();
        assert_eq!(broken.len(), 1);
        assert_eq!(broken[0]["id"], "minor.no-profile");
        let story = &broken[0]["counterexamples"][0];
        assert!(
            story["customer"].as_array().unwrap().contains(&"jonger is dan 16".into()),
            "{story}"
        );
        assert!(broken[0]["seconds"].as_f64().unwrap() > 0.0);
    }

    #[test]
    fn a_change_is_told_by_what_it_newly_allows() {
        let folder = broken();
        let new = folder.path("code");
        let ran = prove(&[&new, "--against", "default"]);
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.out.contains("Newly allowed: 3\n"), "{}", ran.out);
        assert!(ran.out.contains("The other Code refuses it: legal.minor-profile."), "{}", ran.out);
        assert!(ran.out.contains("Newly refused: 0\n"), "{}", ran.out);
        // The other way round it is a tightening: nothing to stop for.
        let out = prove(&["code", "--against", &new]).well();
        assert!(out.contains("Newly allowed: 0\n") && out.contains("Newly refused: 3\n"), "{out}");
        let out = prove(&["code", "--against", "default"]).well();
        assert!(out.contains("✓ Both give the same answer to every question: proven."), "{out}");
        let ran = maat(&["code", "prove", &new, "--against", "default", "--json"]);
        let report: Value = read(&ran.out);
        assert_eq!((&report["equal"], ran.code), (&false.into(), Some(1)));
        assert_eq!(report["newly_allowed"][0]["refused_by"][0], "legal.minor-profile");
    }

    /// A program in the place of cvc5.
    fn another(folder: &Folder, script: &str) -> String {
        let path = folder.write("solver", format!("#!/bin/sh\n{script}\n"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn prove_with(solver: &str) -> Ran {
        run(command().args(["code", "prove", "--seconds", "1", "--lang", "en"]).env("CVC5", solver))
    }

    #[test]
    fn a_missing_solver_is_named_with_its_package() {
        let told = prove_with("/nowhere/cvc5").refused();
        assert!(told.contains("/nowhere/cvc5: the solver is not installed"), "{told}");
        assert!(told.contains("apt-get install cvc5"), "{told}");
    }

    #[test]
    fn another_program_is_no_solver() {
        let folder = Folder::new();
        let told = prove_with(&another(&folder, "echo hello")).refused();
        assert!(told.contains("is not cvc5"), "{told}");
    }

    #[test]
    fn a_solver_that_breaks_off_proves_nothing() {
        let folder = Folder::new();
        let broken = "case $1 in --version) echo 'This is cvc5 version 9.9.9';; *) exit 3;; esac";
        let ran = prove_with(&another(&folder, broken));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.out.contains("? unknown special.explicit"), "{}", ran.out);
        // What holds whatever the solver says is known without it: no rule does arithmetic.
        assert!(!ran.out.contains("✓ proven special"), "{}", ran.out);
        let unsure = "case $1 in --version) echo 'This is cvc5 version 9.9.9';; *) while read -r l; do case $l in '(check-sat)') echo unknown;; esac; done;; esac";
        let ran = prove_with(&another(&folder, unsure));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.out.contains("solver returned `unknown`"), "{}", ran.out);
        assert!(!ran.out.contains("✓ proven special"), "{}", ran.out);
    }

    #[test]
    fn a_solver_that_hangs_is_left_behind() {
        let folder = Folder::with_code();
        for file in std::fs::read_dir(folder.at("code/theorems")).unwrap() {
            std::fs::remove_file(file.unwrap().path()).unwrap();
        }
        let theorem = "@id(\"mine.one\")\n@layer(\"legal\")\n@relied_on_by(\"customer\")\n@cite(\"GDPR 8\")\n@promise_nl(\"Zo.\")\n@promise_en(\"So.\")\npermit (principal, action == Maat::Action::\"export\", resource) when { !context.minor };\n";
        folder.write("code/theorems/mine.cedar", theorem);
        let pids = folder.path("pids");
        let script = format!(
            "case $1 in --version) echo 'This is cvc5 version 9.9.9';; *) echo $$ >> {pids}; exec sleep 600;; esac"
        );
        let solver = another(&folder, &script);
        let code = folder.path("code");
        let args = ["code", "prove", &code, "--no-record", "--seconds", "1", "--lang", "en"];
        let ran = run(command().args(args).env("CVC5", solver));
        assert_eq!(ran.code, Some(1), "{}", ran.err);
        assert!(ran.out.contains("? unknown mine.one"), "{}", ran.out);
        assert!(ran.out.contains("no answer in its time, 1 s"), "{}", ran.out);
        let pids = folder.read("pids");
        assert!(pids.lines().count() > 0);
        for pid in pids.lines() {
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            assert!(state.is_empty() || state.contains(") Z "), "the solver still runs: {state}");
        }
    }

    #[test]
    fn a_record_that_cannot_be_written_is_told() {
        let folder = Folder::with_code();
        std::fs::remove_file(folder.at("code/proven.toml")).unwrap();
        std::fs::create_dir(folder.at("code/proven.toml")).unwrap();
        let ran = prove(&[&folder.path("code")]);
        assert_eq!(ran.code, Some(2));
        assert!(ran.err.contains("proven.toml"), "{}", ran.err);
    }
}
