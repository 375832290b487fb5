//! Briefs that cannot be used: told with file and line, and nothing is written.

use crate::folder::{Folder, line_of};
use crate::program::{EXAMPLE, command, english, run};

/// Runs the gate on the brief of a folder, with decisions and a report asked for. It must be
/// refused and leave nothing; what it complained.
fn refused(folder: &Folder) -> String {
    let before = folder.files();
    let (out, report) = (folder.path("out.csv"), folder.path("report.html"));
    let err = english(&[
        "gate",
        &folder.path("brief.toml"),
        "--audience",
        EXAMPLE[3],
        "--out",
        &out,
        "--report",
        &report,
    ])
    .refused();
    assert_eq!(folder.files(), before, "something was left behind");
    err
}

#[test]
fn a_mistake_in_a_brief_is_told_with_its_line() {
    for (from, to, told) in [
        (
            "uses = [\"purchase.item\"]",
            "uses = [\"purchase.itm\"]",
            "unknown signal `purchase.itm` in slot `greeting`; did you mean `purchase.item`?",
        ),
        ("purpose = \"tips\"", "purpose = \"tip\"", "unknown purpose `tip`; did you mean `tips`?"),
        ("channel = \"email\"", "channel = \"mail\"", "unknown variant `mail`"),
        ("title = ", "titel = ", "unknown field `titel`"),
        ("[sender]\nname", "[sender]\nnaam", "unknown field `naam`"),
        ("kind = \"visual\"", "kind = \"picture\"", "unknown variant `picture`"),
        ("names_behaviour = true", "names_behaviour = \"yes\"", "mend: correct the value"),
        (
            "planned = \"2011-12-12T10:00\"",
            "planned = \"12 december\"",
            "`12 december` is no moment",
        ),
        (
            "planned = \"2011-12-12T10:00\"",
            "planned = \"2011-02-29T10:00\"",
            "`2011-02-29T10:00` is no moment",
        ),
        ("id = \"again\"", "id = \"again\"\nid = \"again\"", "duplicate key"),
        ("controller = \"Huis & Haard\"", "controller = \"Huis & Haard", "mend: correct the value"),
        ("id = \"window\"", "id = \"greeting\"", "slot `greeting` stands twice"),
    ] {
        let folder = Folder::with_brief();
        let mut line = folder.edit("brief.toml", from, to);
        // Of what stands twice, either line will do.
        let mut also = line;
        match to {
            "id = \"greeting\"" => also = line_of(&folder.read("brief.toml"), to),
            "id = \"again\"\nid = \"again\"" => also = line + 1,
            "[sender]\nnaam" => (line, also) = (line + 1, line + 1),
            _ => {}
        }
        let err = refused(&folder);
        let at = |line: usize| {
            err.starts_with(&format!("error: {}:{line}: ", folder.path("brief.toml")))
        };
        assert!(at(line) || at(also), "line {line} or {also}, not: {err}");
        assert!(err.contains(told), "`{told}` is not told: {err}");
    }
}

#[test]
fn all_mistakes_of_a_brief_are_told_at_once() {
    let folder = Folder::with_brief();
    folder.edit("brief.toml", "uses = [\"purchase.item\"]", "uses = [\"purchase.itm\"]");
    folder.edit("brief.toml", "uses = [\"preference.topic\"]", "uses = [\"shoe.size\"]");
    folder.edit("brief.toml", "purpose = \"tips\"", "purpose = \"tip\"");
    let err = refused(&folder);
    for told in ["`purchase.itm`", "`shoe.size`", "`tip`"] {
        assert!(err.contains(told), "{told} is not told: {err}");
    }
    assert_eq!(err.matches("mend: ").count(), 3, "{err}");
}

#[test]
fn a_brief_that_is_no_brief_is_told() {
    let folder = Folder::new();
    assert!(refused(&folder).contains("brief.toml: cannot be read"));
    folder.write("brief.toml", "");
    assert!(refused(&folder).contains("missing field `id`"));
    folder.write("brief.toml", b"id = \"again\"\n# caf\xe9\n");
    assert!(refused(&folder).contains("brief.toml:2: is not valid UTF-8"));
    let head =
        "id = \"a\"\ntitle = \"a\"\ncontroller = \"a\"\nchannel = \"web\"\npurpose = \"tips\"\n";
    folder.write("brief.toml", head);
    assert!(refused(&folder).contains("the brief has no [[slot]]"));
    folder.write("brief.toml", format!("{head}[[select]]\nby = []\nwhy = \"for fun\"\n"));
    assert!(refused(&folder).contains("chooses recipients by no signal"));
}

#[test]
fn a_folder_is_no_brief() {
    let folder = Folder::new();
    folder.write("brief.toml/inside", "");
    assert!(refused(&folder).contains("brief.toml: cannot be read"));
}

#[test]
fn outputs_that_would_overwrite_an_input_are_refused() {
    let folder = Folder::with_brief();
    let people = folder.write(
        "people.csv",
        std::fs::read(command().get_current_dir().unwrap().join(EXAMPLE[3])).unwrap(),
    );
    let brief = folder.path("brief.toml");
    let (before, audience) = (folder.read("brief.toml"), folder.read("people.csv"));
    folder.write("inner/of-another", "");
    let other = folder.path("inner/../people.csv");
    for (flags, told) in [
        (["--out", &people], "people.csv: the output is the audience itself"),
        (["--out", &other], "people.csv: the output is the audience itself"),
        (["--report", &brief], "brief.toml: is also the brief, the audience or the decisions"),
        (["--report", &people], "people.csv: is also the brief, the audience or the decisions"),
        (["--report", &other], "people.csv: is also the brief, the audience or the decisions"),
    ] {
        let err = run(command()
            .args(["gate", &brief, "--audience", &people])
            .args(flags)
            .args(["--lang", "en"]))
        .refused();
        assert!(err.contains(told), "`{told}` is not told: {err}");
    }
    let out = folder.path("both.csv");
    for report in [out.clone(), folder.path("inner/../both.csv")] {
        let err =
            english(&["gate", &brief, "--audience", &people, "--out", &out, "--report", &report])
                .refused();
        assert!(err.contains("both.csv: is also"), "{err}");
    }
    assert_eq!((folder.read("brief.toml"), folder.read("people.csv")), (before, audience));
    assert_eq!(folder.files(), ["brief.toml", "inner", "people.csv"]);
}

#[test]
fn outputs_that_cannot_be_written_are_told_before_anything_is_done() {
    let folder = Folder::with_brief();
    let brief = folder.path("brief.toml");
    let (out, report) = (folder.path("out.csv"), folder.path("nowhere/report.html"));
    let err =
        english(&["gate", &brief, "--audience", EXAMPLE[3], "--out", &out, "--report", &report])
            .refused();
    assert!(err.contains("nowhere/report.html: cannot be written"), "{err}");
    let (out, report) = (folder.path("nowhere/out.csv"), folder.path("report.html"));
    let err =
        english(&["gate", &brief, "--audience", EXAMPLE[3], "--out", &out, "--report", &report])
            .refused();
    assert!(err.contains("nowhere/out.csv: cannot be written"), "{err}");
    let (out, report) = (folder.path("out.xlsx"), folder.path("report.html"));
    let err =
        english(&["gate", &brief, "--audience", EXAMPLE[3], "--out", &out, "--report", &report])
            .refused();
    assert!(err.contains("out.xlsx: `.xlsx` is no format"), "{err}");
    assert_eq!(folder.files(), ["brief.toml"], "something was left behind");
}
