//! No crate has a circle of imports: not between the modules at its top, nor between those that
//! stand side by side in one of its folders.
//!
//! Counted is every path in a source, wherever it stands: in a `use`, in a type, in a macro. A name
//! that a parent only passes on counts for the module that holds it. So a child that takes its
//! sibling's type from their parent uses the sibling.
//!
//! Excepted is one thing: a parent and its child may use each other, for a folder is one thing that
//! was written in several files. At the top of a crate not even that: what `lib.rs` itself holds,
//! all modules see, so that it would tie all of them together. Not seen is in which file a method
//! stands, for who calls it names no path: so the store may write its `Scope` a noun a file, as long
//! as no file names those that only call it.

#[path = "circles/modules.rs"]
mod modules;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use modules::{Modules, Place};

/// What `lib.rs` holds itself is called.
const TOP: &str = "lib.rs";

/// Who uses whom among neighbours, with the place that shows it.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// The graph of each folder of a crate that has modules side by side.
fn graphs(modules: &Modules) -> BTreeMap<Place, Graph> {
    let mut graphs: BTreeMap<Place, Graph> = BTreeMap::new();
    for (from, module) in &modules.0 {
        for used in &module.uses {
            let Some(to) = modules.holder(from, used) else { continue };
            let same = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
            let (one, other) = match (from.get(same), to.get(same)) {
                (Some(one), Some(other)) => (one.as_str(), other.as_str()),
                (Some(one), None) if same == 0 => (one.as_str(), TOP),
                (None, Some(other)) if same == 0 && !used.passes_on => (TOP, other.as_str()),
                _ => continue,
            };
            let file = if from.is_empty() { TOP.to_owned() } else { from.join("/") };
            let shown = format!("{file}:{}", used.line);
            let graph = graphs.entry(to[..same].to_vec()).or_default();
            graph.entry(one.to_owned()).or_default().entry(other.to_owned()).or_insert(shown);
        }
    }
    graphs
}

/// The shortest way from a module back to itself.
fn circle(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(at) = waiting.pop_front() {
        for next in graph.get(at).into_iter().flat_map(BTreeMap::keys) {
            if came_from.contains_key(next.as_str()) {
                continue;
            }
            came_from.insert(next, at);
            if next != start {
                waiting.push_back(next);
                continue;
            }
            let mut way = vec![start.to_owned()];
            let mut back = at;
            while back != start {
                way.push(back.to_owned());
                back = came_from[back];
            }
            way.push(start.to_owned());
            way.reverse();
            return Some(way);
        }
    }
    None
}

/// All circles of a crate in words, each once.
fn circles(modules: &Modules) -> Vec<String> {
    let mut found = Vec::new();
    for (folder, graph) in graphs(modules) {
        let mut told = BTreeSet::new();
        for start in graph.keys() {
            let Some(way) = circle(&graph, start) else { continue };
            if told.insert(way.iter().cloned().collect::<BTreeSet<_>>()) {
                let steps = way.windows(2).map(|pair| {
                    format!("\n    {} uses {} at {}", pair[0], pair[1], graph[&pair[0]][&pair[1]])
                });
                found.push(format!("in /{}:{}", folder.join("/"), steps.collect::<String>()));
            }
        }
    }
    found
}

#[test]
fn no_crate_has_a_circle_of_imports() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut read = BTreeSet::new();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if !folder.join("src").is_dir() {
            continue;
        }
        let circles = circles(&Modules::of_folder(&folder.join("src")));
        found.extend(circles.into_iter().map(|it| format!("crates/{name} {it}")));
        read.insert(name);
    }
    for name in ["maat", "server"] {
        assert!(read.contains(name), "crates/{name} was not found: the test reads the wrong place");
    }
    assert!(found.is_empty(), "circles of imports:\n{}", found.join("\n"));
}

/// The circles of a crate of some files, named as in `src`.
fn circles_of(files: &[(&str, &str)]) -> Vec<String> {
    let place = |file: &str| -> Place {
        let inside = file.trim_end_matches(".rs");
        let names = inside.split('/').filter(|name| !["lib", "mod"].contains(name));
        names.map(str::to_owned).collect()
    };
    let files: Vec<(Place, &str)> = files.iter().map(|(file, text)| (place(file), *text)).collect();
    circles(&Modules::of_sources(files.iter().map(|(place, text)| (place.as_slice(), *text))))
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let lib = ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use b::{B as Other};");
    let a = ("a.rs", "use crate::b::B; pub struct A;");
    for (how, b) in [
        ("by a use", "use crate::a::A; pub struct B;"),
        ("by a use in a function", "pub struct B; fn f() { use super::a::{A as _}; }"),
        ("by a path", "pub struct B(crate::a::A);"),
        ("by a path from the parent", "pub struct B; fn f(_: super::a::A) {}"),
        ("in a macro", "pub struct B; fn f() { println!(\"{}\", crate::a::NAME); }"),
        ("by a name that the crate passes on", "use crate::A; pub struct B;"),
        ("from a module inside", "pub struct B; mod tests { use super::super::a::A; }"),
        ("by way of a third", "use crate::c::C; pub struct B;"),
        ("by all names of another", "use super::a::*; pub struct B;"),
    ] {
        let c = ("c.rs", "use crate::{a::{A}}; pub struct C;");
        let found = circles_of(&[lib, a, ("b.rs", b), c]);
        assert!(found.iter().any(|it| it.contains("a uses b at a:1")), "{how}: {found:?}");
    }
    let renamed = [lib, ("a.rs", "use crate::Other; pub struct A;"), ("b.rs", "use crate::a::A;")];
    assert_eq!(circles_of(&renamed).len(), 1, "by a name that was changed on the way");
}

#[test]
fn a_circle_inside_a_folder_is_found_and_so_is_one_through_what_the_crate_itself_holds() {
    let folder = [
        ("lib.rs", "mod mail;"),
        ("mail.rs", "mod house; mod layout; use house::House; pub use layout::*;"),
        ("mail/house.rs", "use super::Layout; pub struct House;"),
        ("mail/layout.rs", "use super::House; pub struct Layout;"),
    ];
    assert_eq!(
        circles_of(&folder),
        [
            "in /mail:\n    house uses layout at mail/house:1\n    layout uses house at mail/layout:1"
        ]
    );
    let top = [("lib.rs", "mod a; type Failure = a::A;"), ("a.rs", "use crate::Failure;")];
    assert_eq!(circles_of(&top).len(), 1);
}

#[test]
fn what_is_no_circle_is_not_told_as_one() {
    for (what, files) in [
        (
            "a parent and its child",
            [
                ("lib.rs", "mod a; pub use a::A;"),
                ("a.rs", "mod b; use b::B; pub struct A;"),
                ("a/b.rs", "use super::A; pub struct B(crate::a::A);"),
            ],
        ),
        (
            "words in comments and texts",
            [
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::B;"),
                ("b.rs", "//! See crate::a::A.\npub struct B; const IT: &str = \"crate::a::A\";"),
            ],
        ),
        (
            "another crate of the same name",
            [
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "use crate::b::B; use a::{self, Reader};"),
                ("b.rs", "use ::a::Reader; use a::Writer; pub struct B;"),
            ],
        ),
    ] {
        assert_eq!(circles_of(&files), Vec::<String>::new(), "{what}");
    }
}
