//! The house as it is built: which crate may use which, what a crate may never name, what has one
//! place, and the order inside `practice`. Read from each `Cargo.toml` and each source at every run.

#[path = "house/source.rs"]
mod source;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use source::{Named, Source, What, sources};

/// A crate of the project, and its rules.
struct Crate {
    name: &'static str,
    /// Crates of the project that may be its dependencies.
    may_use: &'static [&'static str],
    /// What its `src` and its dependencies may never name.
    never: &'static [&'static [&'static str]],
}

// What may be forbidden. `::name` is a crate, `name!` a macro, `Name {` a struct that is built,
// `a::*` a path with anything after `a`; a word alone is that name, wherever it stands.
const AXUM: &[&str] = &["::axum"];
const CHANNELS: &[&str] = &["::maat_channels"];
const CLAP: &[&str] = &["::clap"];
const CLOCK: &[&str] = &["Timestamp::now", "SystemTime::now", "Instant::now", "Zoned::now"];
const DRAFT: &[&str] = &["Draft::*", "Draft {"];
const ENVIRONMENT: &[&str] = &["std::env"];
const EVENT: &[&str] = &["Event::*"];
const FILES: &[&str] = &["std::fs", "::tempfile"];
const LETTRE: &[&str] = &["::lettre"];
const NETWORK: &[&str] = &["std::net", "::tokio", "::hyper", "::lettre", "::ureq"];
const PRINTING: &[&str] = &[
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "io::stdout",
    "io::stderr",
    "::anstream",
];
const RANDOMNESS: &[&str] = &["::getrandom", "::rand", "::fastrand", "RandomState"];
const ROUTING: &[&str] = &["axum::routing", "routing::get", "routing::post"];
const STATUS: &[&str] = &["StatusCode"];
const STYLE: &[&str] = &["::anstyle"];
const UTOIPA: &[&str] = &["::utoipa", "::utoipa_axum"];

/// Every crate; one that is not here fails the test.
const HOUSE: [Crate; 14] = [
    Crate {
        name: "maat",
        may_use: &[],
        never: &[FILES, NETWORK, ENVIRONMENT, CLOCK, PRINTING, RANDOMNESS],
    },
    Crate { name: "store", may_use: &["maat"], never: &[AXUM, CLAP, PRINTING, CLOCK] },
    Crate { name: "audience", may_use: &["maat"], never: &[AXUM, CLAP, PRINTING] },
    Crate { name: "channels", may_use: &["maat"], never: &[AXUM, CLAP, PRINTING] },
    Crate { name: "prove", may_use: &["maat"], never: &[AXUM, CLAP, PRINTING] },
    Crate {
        name: "practice",
        may_use: &["maat", "store", "audience", "channels"],
        never: &[AXUM, STATUS, CLAP, STYLE, PRINTING, ENVIRONMENT, UTOIPA],
    },
    Crate {
        name: "service",
        may_use: &["maat", "store", "practice"],
        never: &[CLAP, STYLE, EVENT, LETTRE],
    },
    Crate {
        name: "api",
        may_use: &["maat", "store", "practice", "service"],
        never: &[EVENT, DRAFT, CLAP],
    },
    Crate {
        name: "pages",
        may_use: &["maat", "store", "practice", "service"],
        never: &[EVENT, DRAFT, CLAP, UTOIPA],
    },
    Crate {
        name: "console",
        may_use: &["maat", "store", "audience", "practice", "service"],
        never: &[EVENT, DRAFT, CLAP, UTOIPA, CHANNELS],
    },
    Crate {
        name: "server",
        may_use: &[
            "maat", "store", "audience", "channels", "prove", "practice", "service", "api",
            "pages", "console",
        ],
        never: &[EVENT, DRAFT, ROUTING],
    },
    // What tests share: nobody's dependency but theirs.
    Crate { name: "testkit", may_use: &["maat", "store"], never: &[] },
    Crate { name: "benches", may_use: &["maat"], never: &[] },
    Crate {
        name: "fuzz",
        may_use: &["maat", "store", "audience", "channels", "practice"],
        never: &[],
    },
];

/// What stands in one place only.
struct OnePlace {
    what: &'static str,
    names: &'static [&'static str],
    /// Modules, with all that stands under them.
    only_in: &'static [&'static str],
}

const ONE_PLACE: [OnePlace; 12] = [
    OnePlace {
        what: "events about a person are made by an act",
        names: DRAFT,
        only_in: &["crates/practice/src/acts", "crates/store/src", "crates/maat/src"],
    },
    OnePlace { what: "the clock", names: CLOCK, only_in: &["crates/practice/src/time"] },
    OnePlace {
        what: "time zones",
        names: &["TimeZone"],
        only_in: &["crates/practice/src/time", "crates/store/src/facts"],
    },
    OnePlace {
        what: "the status of a kind of problem",
        names: &["Kind => status"],
        only_in: &["crates/service/src/problem"],
    },
    OnePlace {
        what: "links are sealed and opened",
        names: &["seal_link", "open_link", "open_link_late", "open_link_ever"],
        only_in: &["crates/practice/src/links", "crates/store/src/link"],
    },
    OnePlace {
        what: "mail and models are reached",
        names: &["::lettre", "::ureq"],
        only_in: &["crates/channels/src"],
    },
    // Parsers that others wrote, each behind its bound.
    OnePlace {
        what: "TOML and YAML are read",
        names: &[
            "toml::from_str",
            "DeTable::parse",
            "serde_saphyr::from_str",
            "serde_saphyr::from_str_with_options",
        ],
        only_in: &["crates/maat/src/bounds"],
    },
    OnePlace {
        what: "TOML is changed, which was read before",
        names: &["::toml_edit"],
        only_in: &["crates/console/src/brief_file", "crates/server/src/commands/mail/approve"],
    },
    OnePlace {
        what: "templates that people write are read",
        names: &["add_template_owned"],
        only_in: &["crates/maat/src/compose/slots", "crates/channels/src/mail/layout"],
    },
    OnePlace {
        what: "MJML is read",
        names: &["::mrml"],
        only_in: &["crates/channels/src/mail/mjml"],
    },
    OnePlace {
        what: "mail is read",
        names: &["::mail_parser"],
        only_in: &["crates/channels/src/mail/returned"],
    },
    OnePlace {
        what: "comma-separated files are written",
        names: &["csv::Writer", "csv::WriterBuilder"],
        only_in: &["crates/maat/src/spreadsheet"],
    },
];

/// What may stand elsewhere: the module, one of the names of the rule, and why.
const EXCEPT: [(&str, &str, &str); 12] = [
    (
        "crates/console/src/sign_in",
        "StatusCode::UNAUTHORIZED",
        "a password that does not fit is no problem with a key",
    ),
    ("crates/practice/src/import/row", "Draft::*", "an import asks no act for each of its rows"),
    ("crates/server/src/demo/data", "Draft::*", "the people of the demo, as if they had lived"),
    ("crates/server/src/demo/data", "Event::*", "the people of the demo, as if they had lived"),
    ("crates/server/src/demo/shop", "axum::routing", "the shop is another company's site"),
    ("crates/server/src/serving", "axum::routing", "composes what is served"),
    ("crates/server/src/terminal/bar", "Instant::now", "how long a bar has been there"),
    ("crates/service/src/edge", "Instant::now", "how long an answer took"),
    ("crates/service/src/rates", "Instant::now", "waits go by a clock that only goes on"),
    ("crates/store/src/turn", "Instant::now", "how long an answer of the database is waited for"),
    ("benches/src/alternate", "Instant::now", "how long what is measured took"),
    ("crates/prove/src/theorem", "Instant::now", "how long a proof took"),
];

/// Files that break a rule and are to be mended. It may only become shorter.
const NOT_YET: [&str; 0] = [];

/// A module of `practice` may only use those before it.
const ORDER: [&str; 16] = [
    "numbers",
    "trouble",
    "time",
    "text_file",
    "code_folder",
    "promises",
    "company",
    "links",
    "code_mail",
    "brief",
    "acts",
    "people",
    "campaign",
    "known",
    "import",
    "publish",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

impl Crate {
    fn folder(&self) -> String {
        let own = ["benches", "fuzz"].contains(&self.name);
        if own { self.name.to_owned() } else { format!("crates/{}", self.name) }
    }

    /// The names of its dependencies, those for tests left out.
    fn dependencies(&self) -> Vec<String> {
        let file = toml_of(&format!("{}/Cargo.toml", self.folder()));
        let tables = ["dependencies", "build-dependencies"];
        let tables = tables.iter().filter_map(|name| file.get(*name)?.as_table());
        tables.flat_map(|table| table.keys().cloned()).collect()
    }
}

fn toml_of(file: &str) -> toml::Table {
    std::fs::read_to_string(root().join(file)).unwrap().parse().unwrap()
}

/// Every source of every crate.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let found: Vec<Source> = HOUSE.iter().flat_map(|own| sources(&root(), &own.folder())).collect();
    assert!(found.len() > 300, "only {} sources: the test reads the wrong place", found.len());
    found
});

/// The sources of one crate.
fn sources_of(own: &Crate) -> impl Iterator<Item = &'static Source> {
    let src = format!("{}/src", own.folder());
    SOURCES.iter().filter(move |source| stands_in(&source.file, &src))
}

/// Whether something named is what a rule names.
fn is(named: &What, rule: &str) -> bool {
    match named {
        What::Macro(name) => rule.strip_suffix('!') == Some(name),
        What::Braces(name) => rule.strip_suffix(" {") == Some(name),
        What::StatusOfKind => rule == "Kind => status",
        What::Path(path) => {
            if let Some(krate) = rule.strip_prefix("::") {
                return path.len() > 1 && path[0] == krate;
            }
            let wanted: Vec<&str> = rule.split("::").collect();
            let same = |(own, wanted): (&String, &&str)| *wanted == "*" || own == wanted;
            path.windows(wanted.len()).any(|part| part.iter().zip(&wanted).all(same))
        }
    }
}

/// Whether a file is a module, or stands under it.
fn stands_in(file: &str, module: &str) -> bool {
    let after = file.strip_prefix(module);
    after.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
}

/// What breaks a rule: the file, and what is told of it.
type Broken = (String, String);

/// Whether a file has the first word of what a rule names: a quick look before the close one.
fn is_near(source: &Source, rule: &str) -> bool {
    let mut words = rule.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.find(|word| !word.is_empty()).is_some_and(|word| source.words.contains(word))
}

/// Where a file names something that it may not, the exceptions left out, and why it may not.
fn broken(source: &Source, rule: &[&'static str], why: &str) -> Vec<Broken> {
    let excepted =
        EXCEPT.iter().any(|(module, of, _)| stands_in(&source.file, module) && rule.contains(of));
    let rule: Vec<&str> = rule.iter().copied().filter(|name| is_near(source, name)).collect();
    if excepted || rule.is_empty() {
        return Vec::new();
    }
    let told = |Named { line, what }: &Named| {
        let name = rule.iter().find(|name| is(what, name))?;
        Some((source.file.clone(), format!("{}:{line} names `{name}`: {why}", source.file)))
    };
    source.names.iter().filter_map(told).collect()
}

/// Fails with all that is broken, but for the files that are to be mended.
fn assert_whole(broken: Vec<Broken>) {
    let told = broken.into_iter().filter(|(file, _)| !NOT_YET.contains(&file.as_str()));
    let told: BTreeSet<String> = told.map(|(_, told)| told).collect();
    assert!(told.is_empty(), "{}", told.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_crate_has_its_rules_and_uses_only_those_below_it() {
    let file = toml_of("Cargo.toml");
    let members = file["workspace"]["members"].as_array().unwrap();
    let members: BTreeSet<String> =
        members.iter().map(|member| member.as_str().unwrap().to_owned()).collect();
    let known: BTreeSet<String> = HOUSE.iter().map(Crate::folder).collect();
    assert_eq!(members, known, "the members in Cargo.toml, and the crates of the table here");
    for own in &HOUSE {
        for used in own.dependencies() {
            let Some(name) = used.strip_prefix("maat") else { continue };
            let name = name.strip_prefix('-').unwrap_or("maat");
            assert!(own.may_use.contains(&name), "{} may not use {used}", own.name);
        }
    }
}

fn forbidden() -> Vec<Broken> {
    let mut found = Vec::new();
    for own in &HOUSE {
        let (why, dependencies) = (format!("{} may not", own.name), own.dependencies());
        for rule in own.never {
            let crates = rule.iter().filter_map(|name| name.strip_prefix("::"));
            for krate in crates.filter(|name| dependencies.contains(&name.replace('_', "-"))) {
                let file = format!("{}/Cargo.toml", own.folder());
                found.push((file.clone(), format!("{file} names `{krate}`: {why}")));
            }
            found.extend(sources_of(own).flat_map(|source| broken(source, rule, &why)));
        }
    }
    found
}

#[test]
fn no_crate_names_what_it_may_not() {
    assert_whole(forbidden());
}

fn elsewhere() -> Vec<Broken> {
    let mut found = Vec::new();
    for OnePlace { what, names, only_in } in &ONE_PLACE {
        let why = format!("{what} only in {}", only_in.join(", "));
        let (here, other): (Vec<&Source>, Vec<&Source>) = SOURCES
            .iter()
            .partition(|source| only_in.iter().any(|module| stands_in(&source.file, module)));
        found.extend(other.into_iter().flat_map(|source| broken(source, names, &why)));
        let mut named = here.iter().flat_map(|source| &source.names);
        let stands = named.any(|named| names.iter().any(|name| is(&named.what, name)));
        assert!(stands, "{what}: not found in {only_in:?} either");
    }
    found
}

#[test]
fn what_has_one_place_stands_nowhere_else() {
    assert_whole(elsewhere());
}

/// The statuses that kinds of problems have, as `problem.rs` names them.
fn statuses() -> Vec<&'static str> {
    let table = SOURCES.iter().find(|it| it.file == "crates/service/src/problem.rs").unwrap();
    let names = table.names.iter().filter_map(|named| match &named.what {
        What::Path(path) if path.len() > 1 && path[path.len() - 2] == "StatusCode" => path.last(),
        _ => None,
    });
    names.map(|name| &*format!("StatusCode::{name}").leak()).collect()
}

fn own_statuses() -> Vec<Broken> {
    let statuses = statuses();
    assert!(statuses.len() > 10, "the table of statuses was not found");
    let over_http = ["service", "api", "pages", "console", "server"];
    let rooms = HOUSE.iter().filter(|own| over_http.contains(&own.name));
    rooms
        .flat_map(sources_of)
        .filter(|source| !stands_in(&source.file, "crates/service/src/problem"))
        .flat_map(|source| broken(source, &statuses, "it is a kind's status: `status(kind)`"))
        .collect()
}

#[test]
fn a_door_asks_the_kind_of_a_problem_for_its_status() {
    assert_whole(own_statuses());
}

/// The module at the top of its crate that a path names.
fn top(source: &Source, path: &[String]) -> Option<String> {
    let ups = path.iter().take_while(|name| *name == "super").count();
    match path.first().map(String::as_str) {
        Some("crate") => path.get(1).cloned(),
        Some("super") if ups >= source.place.len() => path.get(ups).cloned(),
        _ => None,
    }
}

#[test]
fn no_module_of_practice_uses_one_that_stands_after_it() {
    let practice = HOUSE.iter().find(|own| own.name == "practice").unwrap();
    let sources: Vec<&Source> = sources_of(practice).collect();
    let place = |module: &str| ORDER.iter().position(|name| *name == module);
    let mut uses = 0;
    for source in &sources {
        let Some(module) = source.place.first() else { continue };
        let own = place(module);
        let own = own.unwrap_or_else(|| panic!("{module} has no place in the order of practice"));
        for Named { line, what } in &source.names {
            let What::Path(path) = what else { continue };
            let Some(other) = top(source, path) else { continue };
            let at = place(&other);
            let at = at.unwrap_or_else(|| panic!("{}:{line}: what is {other}?", source.file));
            uses += usize::from(at != own);
            assert!(at <= own, "{}:{line} uses {other}, which stands after it", source.file);
        }
    }
    assert!(uses > 60, "found only {uses} uses: the test reads the wrong files");
    for name in ORDER {
        let is_there = |source: &&Source| source.place.first().is_some_and(|own| own == name);
        assert!(sources.iter().any(is_there), "{name} is gone: take it out of the order");
    }
}

#[test]
fn no_exception_is_kept_that_nothing_needs() {
    for (module, name, _) in EXCEPT {
        let needs = |source: &Source| {
            stands_in(&source.file, module) && source.names.iter().any(|it| is(&it.what, name))
        };
        assert!(
            SOURCES.iter().any(needs),
            "{module} does not name `{name}`: no exception is needed"
        );
    }
    let broken: Vec<Broken> =
        [forbidden(), elsewhere(), own_statuses()].into_iter().flatten().collect();
    for file in NOT_YET {
        let is_broken = broken.iter().any(|(own, _)| own == file);
        assert!(is_broken, "{file} breaks no rule any more: take it out of NOT_YET");
    }
}
