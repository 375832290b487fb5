//! Help, and completions.

use std::process::Stdio;

use crate::program::{command, english, maat, root, run};

fn help(of: &[&str]) -> String {
    run(command().args(of).arg("--help")).well()
}

/// The examples of a help text.
fn examples(of: &[&str]) -> Vec<String> {
    let text = help(of);
    let lines = text.lines().skip_while(|line| !["Example:", "Examples:"].contains(line)).skip(1);
    lines
        .take_while(|line| line.starts_with("  maat "))
        .map(|line| line.trim().to_owned())
        .collect()
}

const COMMANDS: [&[&str]; 17] = [
    &[],
    &["gate"],
    &["explain"],
    &["code", "check"],
    &["review"],
    &["tone"],
    &["tone", "train"],
    &["mail", "draft"],
    &["mail", "approve"],
    &["serve"],
    &["key", "add"],
    &["key", "rotate"],
    &["completions"],
    &["ledger", "vacuum"],
    &["subject", "request"],
    &["subject", "answer"],
    &["subject", "requests"],
];

#[test]
fn every_help_has_an_example_of_its_own_command() {
    for of in COMMANDS {
        let found = examples(of);
        assert!(!found.is_empty(), "{of:?} has no example");
        let command =
            std::iter::once("maat").chain(of.iter().copied()).collect::<Vec<_>>().join(" ");
        assert!(found.iter().all(|it| it.starts_with(&command)), "{found:?}");
    }
    assert!(help(&[]).contains("Exit codes: 0 done, 1 a check found a difference, 2"));
    for command in ["gate", "explain", "code", "review", "completions"] {
        assert!(help(&[]).contains(&format!("\n  {command} ")), "{command} is not listed");
    }
}

#[test]
fn the_examples_with_files_of_this_repository_work() {
    let mut tried = 0;
    for example in COMMANDS.iter().flat_map(|of| examples(of)) {
        let words: Vec<&str> = example.split_whitespace().skip(1).collect();
        let here = |word: &&&str| root().join(word).exists();
        let files = words.iter().filter(|word| word.contains('.')).count();
        let shell = words.iter().any(|word| ["|", ">"].contains(word));
        // A service runs until it is told to end, and keys go into a ledger: their tests are elsewhere.
        let of_a_ledger = ["ledger", "subject", "serve", "key"].contains(&words[0]);
        if shell
            || of_a_ledger
            || words.contains(&"my-code")
            || words.iter().filter(|word| word.contains('.')).filter(here).count() < files
        {
            continue;
        }
        let ran = maat(&words);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{example}");
        tried += 1;
    }
    assert!(tried >= 4, "only {tried} examples could be tried");
}

#[test]
fn nothing_asked_is_told_with_the_help() {
    let ran = maat::<&str>(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("Usage: maat"), "{}", ran.err);
    let ran = maat(&["gate"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("<BRIEF>"), "{}", ran.err);
    let brief = "examples/again/brief.toml";
    let told = english(&["gate", brief, "--store", "/nowhere/maat.db"]).refused();
    assert!(told.contains("no --audience is named, and there is no such ledger"), "{told}");
}

#[test]
fn completions_know_the_commands_and_their_options() {
    for shell in ["bash", "zsh", "fish"] {
        let script = maat(&["completions", shell]).well();
        for word in ["gate", "explain", "review", "allow-faults", "audience"] {
            assert!(script.contains(word), "{shell} does not complete {word}");
        }
        // Where the shell is there, it must be able to read its script.
        let reads = std::process::Command::new(shell)
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        if let Ok(mut child) = reads {
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.as_bytes()).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(
                output.status.success(),
                "{shell}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
    assert_eq!(maat(&["completions", "tcsh"]).code, Some(2));
}
