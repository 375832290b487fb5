//! The modules of a crate, and what each uses of the others, read from the source.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Where a module stands: `["mail", "house"]` is `src/mail/house.rs`, `[]` is `src/lib.rs`.
pub type Place = Vec<String>;

/// The segments of a path, as written.
type Segments = Vec<String>;

/// A path to another module.
#[derive(Debug, Clone)]
pub struct Use {
    segments: Segments,
    /// The line on which it stands.
    pub line: usize,
    /// Whether it only gives a name on: `pub use`.
    pub passes_on: bool,
}

/// Names that are followed for one path: two modules may pass on all of each other's.
const MOST_STEPS: usize = 32;

/// What one module holds.
#[derive(Debug, Default)]
pub struct Module {
    children: BTreeSet<String>,
    items: BTreeSet<String>,
    imported: BTreeMap<String, Segments>,
    globs: Vec<Segments>,
    /// All paths in it that begin at the crate, at its parent or at a name that it imports.
    pub uses: Vec<Use>,
}

/// All modules of one crate.
#[derive(Debug, Default)]
pub struct Modules(pub BTreeMap<Place, Module>);

impl Modules {
    /// Reads a folder `src`.
    pub fn of_folder(src: &Path) -> Self {
        let mut files = Vec::new();
        gather(src, &mut Vec::new(), &mut files);
        Self::of_sources(files.iter().map(|(place, text)| (place.as_slice(), text.as_str())))
    }

    /// Reads the text of each module.
    pub fn of_sources<'a>(sources: impl IntoIterator<Item = (&'a [String], &'a str)>) -> Self {
        let mut modules = Self::default();
        for (place, text) in sources {
            let tokens: TokenStream =
                text.parse().unwrap_or_else(|error| panic!("{}: {error}", place.join("/")));
            modules.read(place, tokens);
        }
        modules
    }

    fn read(&mut self, place: &[String], tokens: TokenStream) {
        let mut inner = Vec::new();
        let module = self.0.entry(place.to_vec()).or_default();
        module.items(tokens.clone(), &mut inner);
        module.paths(tokens);
        for (name, tokens) in inner {
            let mut place = place.to_vec();
            place.push(name);
            self.read(&place, tokens);
        }
    }

    /// The module that really holds what a path names, through whatever passes its name on;
    /// nothing where that is another crate.
    pub fn holder(&self, from: &[String], used: &Use) -> Option<Place> {
        self.follow(from, &used.segments, 0)
    }

    fn follow(&self, from: &[String], segments: &[String], depth: usize) -> Option<Place> {
        let mut place = from.to_vec();
        let mut rest = segments;
        let mut rooted = false;
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "crate" => place.clear(),
                "self" => {}
                "super" => drop(place.pop()),
                _ => break,
            }
            (rest, rooted) = (after, true);
        }
        if depth > MOST_STEPS {
            return None;
        }
        while let Some((first, after)) = rest.split_first() {
            let module = self.0.get(&place)?;
            if module.children.contains(first) {
                place.push(first.clone());
                (rest, rooted) = (after, true);
            } else if let Some(imported) = module.imported.get(first) {
                // `use csv::{self, Reader}`: a name that leads to itself is another crate's.
                if imported.first() == Some(first) {
                    return None;
                }
                let further: Segments = imported.iter().chain(after).cloned().collect();
                return self.follow(&place, &further, depth + 1);
            } else if module.items.contains(first) {
                return rooted.then_some(place);
            } else {
                let passed = |glob: &Segments| {
                    let further: Segments = glob.iter().chain(rest).cloned().collect();
                    let holder = self.follow(&place, &further, depth + 1)?;
                    self.0.get(&holder)?.items.contains(first).then_some(holder)
                };
                return module.globs.iter().find_map(passed).or(rooted.then_some(place.clone()));
            }
        }
        rooted.then_some(place)
    }
}

/// The text of every module under a folder.
fn gather(folder: &Path, place: &mut Place, into: &mut Vec<(Place, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            place.push(name);
            gather(&path, place, into);
            place.pop();
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let mut place = place.clone();
            if !["lib", "main", "mod"].contains(&name.as_str()) {
                place.push(name);
            }
            into.push((place, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

type Tokens = Peekable<<TokenStream as IntoIterator>::IntoIter>;

fn word(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    }
}

fn is_sign(token: Option<&TokenTree>, sign: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
}

/// Takes `::`, where it is next.
fn takes_colons(tokens: &mut Tokens) -> bool {
    let mut ahead = tokens.clone();
    let is_next = is_sign(ahead.next().as_ref(), ':') && is_sign(ahead.next().as_ref(), ':');
    if is_next {
        *tokens = ahead;
    }
    is_next
}

impl Module {
    /// What stands directly in the module: its children, those written out in it, its items.
    fn items(&mut self, tokens: TokenStream, inner: &mut Vec<(String, TokenStream)>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match word(Some(&token)).as_deref() {
                Some("mod") => {
                    let Some(name) = word(tokens.next().as_ref()) else { continue };
                    if let Some(TokenTree::Group(group)) = tokens.peek() {
                        inner.push((name.clone(), group.stream()));
                    }
                    self.children.insert(name);
                }
                Some(
                    "struct" | "enum" | "fn" | "type" | "trait" | "static" | "union" | "const",
                ) => self.items.extend(word(tokens.peek())),
                Some("macro_rules") => {
                    tokens.next();
                    self.items.extend(word(tokens.peek()));
                }
                _ => {}
            }
        }
    }

    /// Every path, however deep in braces; comments and texts hold none.
    fn paths(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut public = false;
        while let Some(token) = tokens.next() {
            match &token {
                TokenTree::Group(group) => self.paths(group.stream()),
                TokenTree::Punct(_) if takes_colons_after(&token, &mut tokens) => {
                    // `<T as Trait>::name`: what follows begins no path.
                    tokens.next_if(|token| matches!(token, TokenTree::Ident(_)));
                }
                TokenTree::Ident(name) => match name.to_string().as_str() {
                    "pub" => {
                        public = true;
                        tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
                        continue;
                    }
                    "mod" => {
                        // Those that are written out are read by themselves.
                        tokens.next();
                        tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
                    }
                    "use" if !is_sign(tokens.peek(), '<') => {
                        takes_colons(&mut tokens);
                        self.tree(&mut tokens, &[], public);
                    }
                    first => {
                        let mut segments = vec![first.to_owned()];
                        let line = name.span().start().line;
                        while takes_colons(&mut tokens) {
                            let Some(next) = word(tokens.peek()) else { break };
                            segments.push(next);
                            tokens.next();
                        }
                        if segments.len() > 1 {
                            self.uses.push(Use { segments, line, passes_on: false });
                        }
                    }
                },
                _ => {}
            }
            public = false;
        }
    }

    /// One tree of a `use`, up to its comma, its semicolon or the end of its braces.
    fn tree(&mut self, tokens: &mut Tokens, before: &[String], passes_on: bool) {
        let mut segments = before.to_vec();
        let mut renamed = None;
        let mut line = 0;
        for token in tokens.by_ref() {
            match &token {
                TokenTree::Ident(name) if name == "as" => renamed = Some(String::new()),
                TokenTree::Ident(name) if renamed.is_some() => renamed = Some(name.to_string()),
                TokenTree::Ident(name) => {
                    line = name.span().start().line;
                    segments.push(name.to_string());
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let mut inside = group.stream().into_iter().peekable();
                    while inside.peek().is_some() {
                        self.tree(&mut inside, &segments, passes_on);
                    }
                    segments.clear();
                }
                TokenTree::Punct(sign) if sign.as_char() == '*' => {
                    self.uses.push(Use { segments: segments.clone(), line, passes_on });
                    self.globs.push(std::mem::take(&mut segments));
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => {}
                _ => break,
            }
        }
        if segments.len() > before.len() {
            if segments.len() > 1 && segments.last().is_some_and(|last| last == "self") {
                segments.pop();
            }
            let name = renamed.or_else(|| segments.last().cloned()).unwrap_or_default();
            self.imported.insert(name, segments.clone());
            self.uses.push(Use { segments, line, passes_on });
        }
    }
}

fn takes_colons_after(token: &TokenTree, tokens: &mut Tokens) -> bool {
    let both = is_sign(Some(token), ':') && is_sign(tokens.peek(), ':');
    if both {
        tokens.next();
    }
    both
}
