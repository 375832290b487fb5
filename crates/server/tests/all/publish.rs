//! `maat code publish`: the Code as two pages, made of the very files that are executed.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::folder::Folder;
use crate::program::{command, english, json, maat, read, run, snapshot};
use crate::report::{tags_are_closed, unescaped};

const PAGES: [(&str, &str); 2] = [("nl", "index.html"), ("en", "en.html")];

/// Publishes a Code of the folder, or the default one; the JSON of the run.
fn publish(folder: &Folder, code: Option<&str>) -> Value {
    let dir = code.map(|code| folder.path(code));
    let args = ["code", "publish"].into_iter().chain(dir.as_deref());
    read(&run(command().args(args).args(["--out", &folder.path("site"), "--json"])).well())
}

fn pages(folder: &Folder) -> [(&'static str, String); 2] {
    PAGES.map(|(lang, name)| (lang, folder.read(&format!("site/{name}"))))
}

/// What somebody reads: the text of a part of the page, a line for each element with text.
fn extract(page: &str, from: &str, to: &str) -> String {
    let part = page.split_once(from).unwrap_or_else(|| panic!("no {from}")).1;
    let part = part.split_once(to).unwrap_or_else(|| panic!("no {to} after {from}")).0;
    let breaks = [
        ("</dt>", ": </dt>"),
        ("</b>", ": </b>"),
        ("</td>", "; </td>"),
        ("<dl", "\n<dl"),
        ("<pre", "\n<pre"),
    ];
    let part = breaks.iter().fold(part.to_owned(), |part, (tag, broken)| part.replace(tag, broken));
    let mut text = String::new();
    for piece in part.split_inclusive('<') {
        let after = piece.split_once('>').map_or(piece, |(_, text)| text);
        text.push_str(after.trim_end_matches('<'));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    unescaped(&lines.collect::<Vec<_>>().join("\n"))
}

/// All ids and titles that must stand on the pages of the default Code.
fn wanted(code: &str) -> Vec<String> {
    let shown = json(&["code", "show", code]);
    let checked = json(&["code", "check", code]);
    let ids = |list: &Value| {
        let ids: Vec<String> =
            list.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().into()).collect();
        ids
    };
    [ids(&shown["rules"]), ids(&checked["theorems"])].concat()
}

fn case_titles(code: &Folder) -> Vec<String> {
    let mut titles = Vec::new();
    for file in std::fs::read_dir(code.at("code/cases")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let lines = text.lines().filter_map(|line| line.strip_prefix("- case: \""));
        titles.extend(lines.map(|line| line.trim_end_matches('"').to_owned()));
    }
    titles
}

#[test]
fn what_people_read_first() {
    let folder = Folder::new();
    publish(&folder, None);
    let [(_, nl), (_, en)] = pages(&folder);
    snapshot("publish_top_nl", &extract(&nl, "<header>", "<p class=\"sum"));
    snapshot("publish_ladder_en", &extract(&en, "<h2 id=\"ladder\">", "</section>"));
    snapshot("publish_choices_nl", &extract(&nl, "<h2 id=\"choices\">", "</section>"));
    snapshot("publish_signals_en", &extract(&en, "<h2 id=\"signals\">", "</section>"));
    let rule = "id=\"rule-legal.title-unneeded\">";
    snapshot("publish_rule_nl", &extract(&nl, rule, "</article>"));
    snapshot("publish_rule_en", &extract(&en, rule, "</article>"));
    let later = "id=\"rule-human.quiet-hours\">";
    for (page, passes) in
        [(&nl, "Het is uitstel: na de stille uren"), (&en, "It is a delay: after the quiet hours")]
    {
        assert!(extract(page, later, "</article>").contains(passes), "{passes}");
        assert!(!extract(page, rule, "</article>").contains(passes));
    }
    let permit = "id=\"rule-legal.may-mail\">";
    snapshot("publish_permit_nl", &extract(&nl, permit, "</article>"));
}

#[test]
fn every_rule_theorem_and_case_stands_on_both_pages() {
    let folder = Folder::with_code();
    let told = publish(&folder, Some("code"));
    let (ids, titles) = (wanted(&folder.path("code")), case_titles(&folder));
    assert!(ids.len() > 120 && titles.len() > 300);
    assert_eq!(told["cases"], titles.len());
    assert_eq!(
        ids.len() as u64,
        told["rules"].as_u64().unwrap() + told["theorems"].as_u64().unwrap()
    );
    for (lang, page) in pages(&folder) {
        let page = unescaped(&page);
        for id in &ids {
            let anchor = [format!("id=\"rule-{id}\""), format!("id=\"theorem-{id}\"")];
            assert!(anchor.iter().any(|it| page.contains(it)), "{id} has no place on {lang}");
            assert!(
                page.contains(&format!("<code translate=\"no\">{id}</code>")),
                "{id} in {lang}"
            );
        }
        for title in &titles {
            assert!(page.contains(title.as_str()), "`{title}` is not on {lang}");
        }
    }
}

#[test]
fn the_pages_stand_alone_and_are_sound() {
    let folder = Folder::new();
    publish(&folder, None);
    for (lang, page) in pages(&folder) {
        assert!(page.starts_with("<!DOCTYPE html>\n") && page.ends_with("</html>\n"));
        assert!(page.contains(&format!("<html lang=\"{lang}\">")));
        for outside in
            ["http:", "https:", "<script", "<link", "<img", "@import", "url(", "src=", " on"]
        {
            let inside_tags = outside == " on";
            let found = page
                .split('<')
                .filter_map(|it| it.split_once('>'))
                .any(|(tag, _)| tag.contains(" on"));
            assert!(
                if inside_tags { !found } else { !page.contains(outside) },
                "{lang}: {outside}"
            );
        }
        tags_are_closed(&page);
        let ids: Vec<&str> =
            page.split(" id=\"").skip(1).map(|it| it.split_once('"').unwrap().0).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(once.len(), ids.len(), "an id stands twice on {lang}");
        for link in page.split("href=\"#").skip(1).map(|it| it.split_once('"').unwrap().0) {
            assert!(ids.contains(&link), "#{link} leads nowhere on {lang}");
        }
    }
    let [(_, nl), (_, en)] = pages(&folder);
    assert!(nl.contains("href=\"en.html\"") && en.contains("href=\"index.html\""));
    assert!(nl.contains("<span lang=\"en\">A newsletter") && !en.contains("<span lang=\"en\">"));
}

#[test]
fn places_in_braces_are_filled() {
    let folder = Folder::new();
    publish(&folder, None);
    for (lang, page) in pages(&folder) {
        let (head, body) = page.split_once("</style>").unwrap();
        assert!(head.contains("<title>"));
        // The rules' own text has braces; it stands in <pre>.
        let words: Vec<&str> =
            body.split("<pre").map(|it| it.split("</pre>").last().unwrap()).collect();
        assert!(!words.join(" ").contains('{'), "a place is left open on {lang}");
        for filled in match lang {
            "nl" => [
                "Voor dit gegeven is een duidelijk ja nodig.",
                "“Mogen we dit?”",
                "hooguit 1 per week",
            ],
            _ => ["Using this signal needs a clear yes.", "“May we do this?”", "at most 1 a week"],
        } {
            assert!(body.contains(filled), "`{filled}` is not on {lang}");
        }
    }
}

#[test]
fn the_same_code_gives_the_same_bytes() {
    let (one, two) = (Folder::new(), Folder::new());
    publish(&one, None);
    let out = maat(&["code", "publish", "--out", &two.path("site")]).well();
    assert_eq!(out, format!("{}\n{}\n", two.path("site/index.html"), two.path("site/en.html")));
    assert_eq!(pages(&one), pages(&two));
    // And again over what is there, readable for everybody who serves it.
    publish(&one, None);
    assert_eq!(pages(&one), pages(&two));
    assert_eq!(
        std::fs::metadata(one.at("site/en.html")).unwrap().permissions().mode() & 0o777,
        0o644
    );
}

#[test]
fn whatever_the_files_hold_is_escaped() {
    let folder = Folder::with_code();
    let evil = "<script>alert(1)</script>";
    folder.edit(
        "code/code.toml",
        "name = { nl = \"Code",
        "name = { nl = '\"><b>Code</b>', en = '<i>Code</i>' } #",
    );
    folder.edit(
        "code/code.toml",
        "label = { nl = \"service\"",
        &format!("label = {{ nl = \"{evil}service\""),
    );
    folder.edit(
        "code/code.toml",
        "Mogen we je mailen",
        "<img src=x onerror=alert(2)> Mogen we je mailen",
    );
    folder.edit(
        "code/legal.cedar",
        "@why_nl(\"Voor reclame",
        &format!("@why_nl(\"{evil} </h4>Voor reclame"),
    );
    folder.edit("code/legal.cedar", "@cite(\"Tw 11.7(1); ", "@cite(\"<u>Tw</u> ; ");
    folder.edit("code/theorems/honesty.cedar", "@promise_en(\"", &format!("@promise_en(\"{evil} "));
    folder.edit(
        "code/theorems/honesty.cedar",
        "@id(\"price.said\")",
        "@id(\"price said\\\"><b id='x\")",
    );
    folder.edit(
        "code/cases/legal.yaml",
        "A newsletter to a customer who never",
        "</ul><script>A newsletter who never",
    );
    publish(&folder, Some("code"));
    for (lang, page) in pages(&folder) {
        for raw in ["<script", "<img", "<b>Code", "<i>Code", "<u>", "<b id="] {
            assert!(!page.contains(raw), "{raw} stands on {lang} as it is");
        }
        tags_are_closed(&page);
        let read = unescaped(&page);
        assert!(read.contains(evil) && read.contains("</ul><script>A newsletter who never"));
        assert!(page.contains("id=\"theorem-price_20_said_22__3e__3c_b_20_id_3d__27_x\""));
    }
}

#[test]
fn how_each_promise_stands_is_told() {
    let folder = Folder::with_code();
    let state = |folder: &Folder, theorem: &str| {
        publish(folder, Some("code"));
        let [(_, nl), (_, en)] = pages(folder);
        let at = format!("id=\"theorem-{theorem}\">");
        let first = |page: &str| extract(page, &at, "<small>").lines().next().unwrap().to_owned();
        (first(&nl), first(&en), extract(&en, "<p class=\"sum", "</p>"))
    };
    folder.write("code/proven.toml", proofs(&folder, "proven"));
    let (nl, en, sum) = state(&folder, "price.said");
    assert!(nl.ends_with("✓ bewezen") && en.ends_with("✓ proven"), "{nl} {en}");
    let all = json(&["code", "check", &folder.path("code")])["theorems"].as_array().unwrap().len();
    assert!(
        sum.ends_with(&format!(
            "{all} of {all} promises proven on 31 January 2026, by cvc5 1.2.3."
        )),
        "{sum}"
    );

    folder.edit("code/proven.toml", "outcome = \"proven\"", "outcome = \"refuted\"");
    folder.edit("code/proven.toml", "outcome = \"proven\"", "outcome = \"unknown\"");
    let (_, _, sum) = state(&folder, "price.said");
    assert!(sum.contains("; 1 refuted; 1 without a proof found."), "{sum}");

    folder.edit("code/code.toml", "version = \"1\"", "version = \"2\"");
    let (nl, en, sum) = state(&folder, "price.said");
    assert!(nl.ends_with("↻ niet bewezen sinds een wijziging"), "{nl}");
    assert!(en.ends_with("↻ not proven since a change"), "{en}");
    assert!(
        sum.contains(&format!("0 of {all}")) && sum.contains(&format!("{all} not proven since")),
        "{sum}"
    );

    std::fs::remove_file(folder.at("code/proven.toml")).unwrap();
    let (nl, en, sum) = state(&folder, "price.said");
    assert!(nl.ends_with("○ nog niet bewezen") && en.ends_with("○ not yet proven"), "{nl} {en}");
    assert!(sum.contains("None of the promises is proven yet."), "{sum}");
}

/// A record in which every theorem of the folder's Code has this outcome. The claims are taken from
/// the record of the default Code.
fn proofs(folder: &Folder, outcome: &str) -> String {
    let hash = json(&["code", "show", &folder.path("code")])["hash"].as_str().unwrap().to_owned();
    let known = folder.read("code/proven.toml");
    let (_, theorems) = known.split_once("[theorem.").unwrap();
    let theorems = theorems.replace("outcome = \"proven\"", &format!("outcome = \"{outcome}\""));
    format!(
        "code = \"{hash}\"\non = \"2026-01-31\"\nsolver = \"cvc5 1.2.3\"\n\n[theorem.{theorems}"
    )
}

const RULE: &str = "@id(\"human.no-category\")\n@layer(\"human\")\n@principle(\"humanity\")\n@cite(\"Huis & Haard\")\n\
    @why_nl(\"{signal} raakt ons niet.\")\n@why_en(\"{signal} is not ours.\")\n@remedy_nl(\"Niets.\")\n@remedy_en(\"Nothing.\")\n\
    forbid (principal, action == Maat::Action::\"use\", resource)\nwhen { resource == Maat::Signal::\"purchase.category\" };\n";

const CASE: &str = "- case: \"Een mail naar het soort aankopen.\"\n  given:\n    channel: email\n    purpose: tips\n    \
    consents: { mail: given, purchases: given }\n    slots: [{ kind: product, uses: [purchase.category] }]\n  \
    expect: { verdict: VERDICT, reasons: [human.no-category] }\n";

fn client(verdict: &str) -> Folder {
    let folder = Folder::new();
    folder.write(
        "client/code.toml",
        "name = { nl = \"Code van Huis & Haard\", en = \"Code of Huis & Haard\" }\nversion = \"3\"\nextends = \"default\"\n",
    );
    folder.write("client/human.cedar", RULE);
    folder.write("client/cases/own.yaml", CASE.replace("VERDICT", verdict));
    folder
}

#[test]
fn a_clients_code_shows_the_rules_of_both() {
    let folder = client("soften");
    let told = publish(&folder, Some("client"));
    // Of the agency's cases those stay that hold for the stricter client.
    let agency = json(&["code", "check"])["cases"].as_u64().unwrap();
    let cases = told["cases"].as_u64().unwrap();
    assert!(cases > 200 && cases < agency + 1, "{cases} of {agency}");
    for (lang, page) in pages(&folder) {
        let page = unescaped(&page);
        for id in
            ["rule-human.no-category", "rule-legal.mail-consent", "theorem-code.only-tightens"]
        {
            assert!(page.contains(&format!("id=\"{id}\"")), "{id} is not on {lang}");
        }
        assert!(page.contains("when { resource == Maat::Signal::\"purchase.category\" };"));
        assert!(page.contains("Een mail naar het soort aankopen."));
        let own = extract(&page, "id=\"rule-human.no-category\">", "</article>");
        let filled =
            if lang == "nl" { "Dit gegeven raakt ons niet." } else { "This signal is not ours." };
        assert!(own.contains(filled), "{own}");
    }
    let [(_, nl), (_, en)] = pages(&folder);
    assert!(en.contains("<span lang=\"nl\">Een mail naar") && !nl.contains("<span lang=\"nl\">"));
    assert!(nl.contains("kan alleen strenger zijn"));
    let theirs = extract(&nl, "id=\"rule-legal.mail-consent\">", "</article>");
    assert!(theirs.contains("A newsletter to a customer who never agreed to mail."), "{theirs}");
}

#[test]
fn a_code_whose_cases_do_not_come_out_is_not_published() {
    let folder = client("refuse");
    let err = english(&["code", "publish", &folder.path("client"), "--out", &folder.path("site")])
        .refused();
    assert!(
        err.contains("cases/own.yaml: the case “Een mail naar het soort aankopen.” does not"),
        "{err}"
    );
    assert!(err.contains("`maat code check` tells what differs"), "{err}");
    assert_eq!(folder.files(), ["client"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_told() {
    let folder = Folder::new();
    let file = folder.write("file", "");
    for out in [file.clone(), format!("{file}/site")] {
        let err = english(&["code", "publish", "--out", &out]).refused();
        assert!(err.contains(&format!("{out}: cannot be written")), "{err}");
    }
    // One page in the way, and the other is not written either.
    folder.write("site/en.html/file", "");
    let err = english(&["code", "publish", "--out", &folder.path("site")]).refused();
    assert!(err.contains("site/en.html: cannot be written: it is a folder"), "{err}");
    assert!(!folder.at("site/index.html").exists());
    let err = english(&["code", "publish", &folder.path("nowhere"), "--out", &file]).refused();
    assert!(err.contains("is no Code"), "{err}");
}
