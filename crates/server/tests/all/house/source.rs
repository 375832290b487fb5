//! What a source names: paths, macros and structs that are built. Comments, texts and what stands
//! under `#[cfg(test)]` name nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Something that a source names, on a line.
pub struct Named {
    pub line: usize,
    pub what: What,
}

/// What it is.
pub enum What {
    /// A name alone, or a path from where it was imported: `["std", "fs", "read"]`.
    Path(Vec<String>),
    /// The last name of a macro that is called.
    Macro(String),
    /// The name of a struct that is built, or taken apart.
    Braces(String),
    /// `Kind::X => StatusCode::Y`, or a number of three digits: one arm of such a table.
    StatusOfKind,
}

/// A file and all that it names.
pub struct Source {
    /// From the root of the project, as `crates/maat/src/gate.rs`.
    pub file: String,
    /// Where it stands in its crate: `["links", "stop"]`; nothing for `lib.rs`.
    pub place: Vec<String>,
    pub names: Vec<Named>,
    /// Every word in them, for a quick look.
    pub words: BTreeSet<String>,
}

/// Every file of a crate's `src` but those that hold tests.
pub fn sources(root: &Path, krate: &str) -> Vec<Source> {
    let src = root.join(krate).join("src");
    let (mut files, mut tests) = (Vec::new(), Vec::new());
    gather(&src, &mut files);
    let mut found = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let tokens: TokenStream =
            text.parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut reading = Reading::default();
        reading.read(tokens);
        let folder = match path.file_stem().unwrap().to_str().unwrap() {
            "lib" | "main" | "mod" => path.parent().unwrap().to_owned(),
            _ => path.with_extension(""),
        };
        tests.extend(reading.tests.iter().map(|name| folder.join(name)));
        found.push((path, reading.resolved()));
    }
    let of_tests = |path: &PathBuf| {
        let place = path.with_extension("");
        tests.iter().any(|test| place.starts_with(test))
    };
    found.retain(|(path, _)| !of_tests(path));
    let source = |(path, names): (PathBuf, Vec<Named>)| {
        let inside = path.strip_prefix(&src).unwrap().with_extension("");
        let place = inside.iter().map(|name| name.to_str().unwrap().to_owned());
        let place = place.filter(|name| !["lib", "main", "mod"].contains(&name.as_str())).collect();
        let file = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        let mut words = BTreeSet::new();
        for Named { what, .. } in &names {
            match what {
                What::Path(path) => words.extend(path.iter().cloned()),
                What::Macro(name) | What::Braces(name) => drop(words.insert(name.clone())),
                What::StatusOfKind => {}
            }
        }
        Source { file, place, names, words }
    };
    found.into_iter().map(source).collect()
}

fn gather(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}

/// Of a slice, so that looking ahead costs nothing.
type Tokens<'a> = Peekable<std::slice::Iter<'a, TokenTree>>;

/// A source as it is read.
#[derive(Default)]
struct Reading {
    names: Vec<Named>,
    /// What each imported name stands for.
    imported: BTreeMap<String, Vec<String>>,
    /// Modules in files of their own that hold tests.
    tests: Vec<String>,
}

impl Reading {
    /// All names, those that were imported from where they come.
    fn resolved(self) -> Vec<Named> {
        let Self { mut names, imported, .. } = self;
        for name in &mut names {
            let What::Path(path) = &mut name.what else { continue };
            // A name that leads to itself is another crate's: `use csv::{self, Reader}`.
            let from = imported.get(&path[0]).filter(|from| from.len() > 1);
            if let Some(from) = from {
                path.splice(..1, from.iter().cloned());
            }
        }
        names
    }

    fn name(&mut self, line: usize, what: What) {
        self.names.push(Named { line, what });
    }

    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut tokens = tokens.iter().peekable();
        // The token before, and whether it was the name of a kind of problem.
        let (mut before, mut kind) = (String::new(), false);
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    tokens.next_if(|next| is_sign(next, '!'));
                    let Some(TokenTree::Group(attribute)) = tokens.next() else { continue };
                    if is_of_tests(&attribute.stream()) {
                        self.skip(&mut tokens);
                    } else {
                        self.read(attribute.stream());
                    }
                }
                TokenTree::Group(group) => {
                    self.read(group.stream());
                    (before, kind) = (String::new(), false);
                }
                TokenTree::Ident(word) if *word == "use" && !next_is(&mut tokens, '<') => {
                    self.tree(&mut tokens, &[]);
                }
                TokenTree::Ident(word) => {
                    let line = word.span().start().line;
                    let path = path(word.to_string(), &mut tokens);
                    let last = path[path.len() - 1].clone();
                    let is_kind = path.len() > 1 && path[path.len() - 2] == "Kind";
                    if next_is(&mut tokens, '!') && is_call(&tokens) {
                        self.name(line, What::Macro(last.clone()));
                    }
                    let builds = matches!(tokens.peek(), Some(TokenTree::Group(group))
                        if group.delimiter() == Delimiter::Brace);
                    if builds && !DECLARES.contains(&before.as_str()) {
                        self.name(line, What::Braces(last.clone()));
                    }
                    if kind && before == "=>" && path.iter().any(|it| it == "StatusCode") {
                        self.name(line, What::StatusOfKind);
                    }
                    kind = is_kind;
                    self.name(line, What::Path(path));
                    before = last;
                }
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let is_status = text.len() == 3 && text.parse::<u16>().is_ok();
                    if kind && before == "=>" && is_status {
                        self.name(literal.span().start().line, What::StatusOfKind);
                    }
                    (before, kind) = (String::new(), false);
                }
                TokenTree::Punct(sign) => {
                    let sign = sign.as_char();
                    let arrow = sign == '>' && (before == "=" || before == "-");
                    before = if arrow { format!("{before}>") } else { sign.to_string() };
                    kind &= sign == '=' || arrow;
                }
            }
        }
    }

    /// Passes over the one item that an attribute says is for tests.
    fn skip(&mut self, tokens: &mut Tokens<'_>) {
        let mut name = None;
        let mut is_module = false;
        for token in tokens.by_ref() {
            match token {
                TokenTree::Ident(word) if *word == "mod" => is_module = true,
                TokenTree::Ident(word) if is_module && name.is_none() => {
                    name = Some(word.to_string());
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                TokenTree::Punct(sign) if sign.as_char() == ';' => {
                    self.tests.extend(name);
                    return;
                }
                _ => {}
            }
        }
    }

    /// One tree of a `use`, up to its comma, its semicolon or the end of its braces.
    fn tree(&mut self, tokens: &mut Tokens<'_>, above: &[String]) {
        let mut path = above.to_vec();
        let (mut renamed, mut line) = (None, 0);
        for token in tokens.by_ref() {
            match token {
                TokenTree::Ident(word) if *word == "as" => renamed = Some(String::new()),
                TokenTree::Ident(word) if renamed.is_some() => renamed = Some(word.to_string()),
                TokenTree::Ident(word) => {
                    line = word.span().start().line;
                    path.push(word.to_string());
                }
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut inside = inside.iter().peekable();
                    while inside.peek().is_some() {
                        self.tree(&mut inside, &path);
                    }
                    path.clear();
                }
                TokenTree::Punct(sign) if sign.as_char() == '*' => {
                    path.push("*".to_owned());
                    line = sign.span().start().line;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => {}
                _ => break,
            }
        }
        if path.len() > above.len() {
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let name = renamed.unwrap_or_else(|| path[path.len() - 1].clone());
            self.imported.insert(name, path.clone());
            // An import is a path even where it is one word: a crate.
            let path =
                if path.len() == 1 { vec![path[0].clone(), "self".to_owned()] } else { path };
            self.name(line, What::Path(path));
        }
    }
}

/// What stands before a name and its braces where they build nothing.
const DECLARES: [&str; 8] = ["struct", "enum", "union", "trait", "impl", "for", "mod", "->"];

/// The rest of a path.
fn path(first: String, tokens: &mut Tokens<'_>) -> Vec<String> {
    let mut path = vec![first];
    loop {
        let mut ahead = tokens.clone();
        let colons = ahead.next().is_some_and(|it| is_sign(it, ':'))
            && ahead.next().is_some_and(|it| is_sign(it, ':'));
        if !colons {
            return path;
        }
        // `Event::$name` in a macro is a path too.
        let next = ahead.next_if(|it| matches!(it, TokenTree::Ident(_)));
        path.push(next.map_or_else(|| "?".to_owned(), ToString::to_string));
        *tokens = ahead;
        if next.is_none() {
            return path;
        }
    }
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn next_is(tokens: &mut Tokens<'_>, sign: char) -> bool {
    tokens.peek().is_some_and(|token| is_sign(token, sign))
}

/// Whether what follows the `!` are the braces of a call.
fn is_call(tokens: &Tokens<'_>) -> bool {
    matches!(tokens.clone().nth(1), Some(TokenTree::Group(_)))
}

/// `cfg(test)`.
fn is_of_tests(attribute: &TokenStream) -> bool {
    attribute.to_string().replace(' ', "") == "cfg(test)"
}
