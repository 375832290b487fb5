//! `maat tone`: words that steer.

use std::io::Write as _;
use std::process::Stdio;

use crate::folder::Folder;
use crate::program::{EXAMPLE, command, english, maat, read, run};

const STEERS: &str = "Welkom bij de winkel.\n\tNog maar 10 minuten!\n";

#[test]
fn what_steers_is_told_with_place_reason_and_calmer_words() {
    let folder = Folder::new();
    let file = folder.write("mail.txt", STEERS);
    let ran = maat(&["tone", &file]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{}", ran.out);
    for part in [
        &format!("{file}:2:2  valse haast"),
        "“Nog maar 10 minuten",
        "nagekeken)",
        "→ Deze aanbieding geldt tot en met 30 november.",
        "1 plaats stuurt: 1 valse haast",
    ] {
        assert!(ran.out.contains(part), "no `{part}` in\n{}", ran.out);
    }
    assert!(!ran.out.contains('\u{1b}'), "no colours in a pipe");
    let english = maat(&["tone", &file, "--lang", "en"]).out;
    assert!(english.contains("false urgency") && english.contains("(unverified)"), "{english}");
}

#[test]
fn what_steers_nobody_ends_well() {
    let folder = Folder::new();
    let file = folder.write("mail.txt", "Geldig tot en met 30 november.\n");
    assert_eq!(maat(&["tone", &file]).well(), "Geen sturende taal gevonden.\n");
    assert_eq!(run(command().args(["tone", &file, "--json"])).well(), "[]\n");
}

#[test]
fn json_has_each_find_of_each_file() {
    let folder = Folder::new();
    let (nl, en) = (folder.write("nl.txt", STEERS), folder.write("en.html", "<p>Only 2 left</p>"));
    let ran = run(command().args(["tone", &nl, &en, "--json"]));
    assert_eq!(ran.code, Some(1));
    let finds = read(&ran.out);
    assert_eq!(
        (finds[0]["file"].as_str(), finds[0]["kind"].as_str()),
        (Some(&*nl), Some("urgency"))
    );
    assert_eq!((finds[0]["line"].as_u64(), finds[0]["column"].as_u64()), (Some(2), Some(2)));
    assert_eq!(finds[1]["words"], "Only 2 left");
    assert_eq!(
        (finds[1]["by"].as_str(), finds[1]["verified"].as_bool()),
        (Some("pattern"), Some(false))
    );
}

#[test]
fn standard_input_and_one_language_alone() {
    let with = |args: &[&str]| {
        let piped = Stdio::piped;
        let mut child =
            command().args(args).stdin(piped()).stdout(piped()).stderr(piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(STEERS.as_bytes()).unwrap();
        child.wait_with_output().unwrap().status.code()
    };
    assert_eq!(with(&["tone", "-"]), Some(1));
    assert_eq!(with(&["tone", "-", "--written-in", "en"]), Some(0));
}

#[test]
fn what_cannot_be_read_is_refused_before_anything_is_told() {
    let folder = Folder::new();
    let steers = folder.write("mail.txt", STEERS);
    let bad = [
        folder.path("nowhere.txt"),
        folder.write("zero.txt", "a\0b"),
        folder.write("brief.toml", "title = \"x\"\n"),
        folder.write("latin.txt", b"caf\xe9"),
    ];
    for file in bad {
        english(&["tone", &steers, &file]).refused();
    }
    assert!(english(&["tone", &steers, "--model", &steers]).refused().contains("no model"));
}

#[test]
fn a_model_is_trained_and_finds_what_no_pattern_has() {
    let folder = Folder::new();
    let mut data = "page_id\ttext\tlabel\tPattern Category\n".to_owned();
    for letters in ('a'..='h').flat_map(|one| ('a'..='e').map(move |two| format!("{one}{two}"))) {
        let steers = format!("1\tBlimey wobble zonk offer {letters}\t1\tUrgency\n");
        let honest = format!("1\tA quiet book about garden birds {letters}\t0\tNot Dark Pattern\n");
        data.push_str(&steers);
        data.push_str(&honest);
    }
    let (data, model) = (folder.write("data.tsv", &data), folder.path("tone.model"));
    let told = maat(&["tone", "train", &data, "--out", &model, "--lang", "en"]).well();
    assert!(told.contains("80 texts") && told.contains("accuracy"), "{told}");
    let first = std::fs::read(&model).unwrap();
    maat(&["tone", "train", &data, "--out", &model]).well();
    assert!(first == std::fs::read(&model).unwrap(), "the same texts give the same model");
    let file = folder
        .write("mail.txt", "Blimey wobble zonk offer ab\n\nA quiet book about garden birds ab\n");
    assert_eq!(maat(&["tone", &file]).code, Some(0));
    let ran = maat(&["tone", &file, "--model", &model]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains(":1:1") && ran.out.contains("gevonden door het model"), "{}", ran.out);
    let broken = folder.write("broken.tsv", "text\tlabel\nx\t1\n");
    assert!(
        english(&["tone", "train", &broken, "--out", &model])
            .refused()
            .contains("Pattern Category")
    );
}

#[test]
fn the_gate_tells_it_beside_its_summary_and_decides_the_same() {
    let folder = Folder::new();
    let calm = std::fs::read_to_string(crate::program::root().join(EXAMPLE[1])).unwrap();
    let steering = calm.replace("Nieuw in de winkel", "Grijp je kans, op is op!");
    assert_ne!(calm, steering);
    let brief = folder.write("brief.toml", &steering);
    let gate = |brief: &str, more: &[&str]| {
        run(command().args([EXAMPLE[0], brief, EXAMPLE[2], EXAMPLE[3]]).args(more)).well()
    };
    let out = gate(&brief, &[]);
    assert!(out.contains("Woorden die sturen (advies)") && out.contains("maat tone "), "{out}");
    assert!(!gate(EXAMPLE[1], &[]).contains("Woorden die sturen"), "the example steers nobody");
    let mut verdicts =
        [EXAMPLE[1], &brief].map(|brief| read(&gate(brief, &["--json"]))["verdicts"].clone());
    // The signature of the example does not hold for the edited brief: sign neither.
    let unsigned = folder.write("unsigned.toml", calm.split("[[review]]").next().unwrap());
    verdicts[0] = read(&gate(&unsigned, &["--json"]))["verdicts"].clone();
    assert_eq!(verdicts[0], verdicts[1]);
}
