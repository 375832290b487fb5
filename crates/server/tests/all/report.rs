//! The report of `maat gate`: one page, self-contained, with everything that the JSON says.

use serde_json::Value;

use crate::folder::{Folder, example_brief};
use crate::program::{EXAMPLE, command, read, run, snapshot};
use crate::table::Table;

/// Runs the gate with a report; the page, and the JSON of the same run.
fn report(folder: &Folder, args: &[&str], code: i32) -> (String, Value) {
    let ran = run(command().args(args).args(["--report", &folder.path("report.html"), "--json"]));
    assert_eq!(ran.code, Some(code), "{}", ran.err);
    (folder.read("report.html"), read(&ran.out))
}

/// The page as it is read: entities are letters again.
pub fn unescaped(page: &str) -> String {
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#x2f;", "/"),
        ("&amp;", "&"),
    ];
    entities.iter().fold(page.to_owned(), |page, (entity, letter)| page.replace(entity, letter))
}

#[test]
fn the_page_in_dutch() {
    let (page, _) = report(&Folder::new(), &EXAMPLE, 0);
    snapshot("report_nl", &page);
}

#[test]
fn the_page_stands_alone_and_is_sound() {
    for (lang, title) in [("nl", "Waarom niet"), ("en", "Why not")] {
        let (page, _) = report(&Folder::new(), &[&EXAMPLE[..], &["--lang", lang]].concat(), 0);
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        assert!(page.contains(title));
        for outside in ["http:", "https:", "<script", "<link", "<img", "@import", "url(", "src="] {
            assert!(!page.contains(outside), "the page reaches outside: {outside}");
        }
        tags_are_closed(&page);
    }
}

#[test]
fn the_page_says_all_that_the_json_says() {
    let (page, summary) = report(&Folder::new(), &EXAMPLE, 0);
    let page = unescaped(&page);
    let has = |value: &Value| {
        let text = value.as_str().unwrap();
        assert!(page.contains(text), "`{text}` is not on the page");
    };
    for key in
        ["title", "controller", "channel", "purpose", "moment", "code", "code_version", "code_hash"]
    {
        has(&summary[key]);
    }
    let reasons = summary["reasons"].as_array().unwrap();
    assert!(reasons.len() > 8, "more reasons than the terminal shows");
    for reason in reasons {
        for key in ["id", "why", "remedy", "layer_label", "principle_label", "cite", "share"] {
            has(&reason[key]);
        }
    }
    for verdict in summary["verdicts"].as_array().unwrap() {
        has(&verdict["label"]);
        has(&verdict["share"]);
        assert!(page.contains(&format!("<b>{}</b>", verdict["count"])));
    }
    for (list, keys) in [
        ("samples", &["subject", "explanation"][..]),
        ("questions", &["question", "answer"]),
        ("depths", &["label", "share"]),
    ] {
        let entries = summary[list].as_array().unwrap();
        assert!(!entries.is_empty(), "no {list}");
        for entry in entries {
            for key in keys {
                has(&entry[key]);
            }
        }
    }
    for list in ["obligations", "reviewers"] {
        let entries = summary[list].as_array().unwrap();
        assert!(!entries.is_empty(), "no {list}");
        for entry in entries {
            has(entry);
        }
    }
}

#[test]
fn whatever_the_files_hold_is_escaped() {
    let evil = "<script>alert(1)</script>";
    let folder = Folder::new();
    let brief = example_brief()
        .replace(
            "title = \"Vorige keer kocht je dit. Nog een keer?\"",
            &format!("title = '{evil}'"),
        )
        .replace("controller = \"Huis & Haard\"", "controller = '\"& </p>'")
        .replace("Ja, hooguit één keer per week", "<img src=x onerror=alert(2)>")
        .replace("by = \"Noor de Wit\"", "by = '<b>Noor</b>'");
    let mut people = Table::customers(12);
    for row in 0..12 {
        people.set(row, "subject", &format!("<i>{row}</i>"));
    }
    people.set(11, "consent.mail", "<u>yes</u>");
    let brief = folder.write("brief.toml", brief);
    let people = folder.write("people.csv", people.text());
    let (page, summary) = report(&folder, &["gate", &brief, "--audience", &people], 2);

    for raw in ["<script", "<img", "<b>Noor", "<i>1", "<u>yes", "\"& </p>"] {
        assert!(!page.contains(raw), "{raw} stands on the page as it is");
    }
    tags_are_closed(&page);
    // It is there all the same, and the JSON has it unchanged.
    let read = unescaped(&page);
    for text in [evil, "\"& </p>", "<img src=x onerror=alert(2)>", "<b>Noor</b>", "<u>yes</u>"] {
        assert!(read.contains(text), "{text} is lost");
    }
    assert_eq!(summary["title"], evil);
    assert_eq!(summary["controller"], "\"& </p>");
    let sample = summary["samples"][0]["subject"].as_str().unwrap();
    assert!(sample.starts_with("<i>") && read.contains(sample));
}

/// Each tag is closed, in the order of opening, by its own kind.
pub fn tags_are_closed(page: &str) {
    let body = page
        .split_once("<style>")
        .and_then(|(head, rest)| Some(head.to_owned() + rest.split_once("</style>")?.1));
    let body = body.expect("the page has a style");
    let mut open: Vec<&str> = Vec::new();
    for tag in body.split('<').skip(1).map(|piece| piece.split_once('>').expect("a tag ends").0) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(closed), "in <{tag}>");
        } else if !["!DOCTYPE", "meta", "br"].contains(&name) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

#[test]
fn a_pipe_is_written_into_and_stays_a_pipe() {
    use std::os::unix::fs::FileTypeExt as _;
    let folder = Folder::new();
    let pipe = folder.path("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let told = run(command().args(EXAMPLE).args(["--out", &pipe]).args(["--lang", "en"])).refused();
    assert!(told.contains("pipe.csv: is no ordinary file"), "{told}");
    let reader = std::process::Command::new("cat")
        .arg(&pipe)
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    run(command().args(EXAMPLE).args(["--report", &pipe])).well();
    let page = reader.wait_with_output().unwrap().stdout;
    assert!(String::from_utf8(page).unwrap().trim_end().ends_with("</html>"));
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
}
