//! `maat code publish`: the Code as pages that customers and colleagues read.

mod page;
mod rules;
mod words;

use std::path::{Path, PathBuf};

use maat::cases::{self, Outcome};
use maat::mistake::{Cause, InCase, InFile, Io, Mistake, Mistakes};
use maat::words::Lang;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::code_folder::Loaded;
use crate::publish::page::Page;
use crate::text_file;
use crate::text_file::Readers;
use crate::trouble::Trouble;

const TEMPLATE: &str = include_str!("../templates/code.html");
const PAGES: [(Lang, &str); 2] = [(Lang::Nl, "index.html"), (Lang::En, "en.html")];

/// Writes the pages of a Code into a folder; gives their paths, and how many cases they show.
pub fn into_folder(loaded: &Loaded, out: &Path) -> Result<(Vec<PathBuf>, usize), Trouble> {
    let cases = cases_of(loaded)?;
    let mut pages = Vec::new();
    for (lang, name) in PAGES {
        pages.push((out.join(name), render(&Page::new(lang, loaded, &cases), lang)?));
    }
    write(out, &pages)?;
    Ok((pages.into_iter().map(|(path, _)| path).collect(), cases.len()))
}

/// The page of a Code in one language.
pub fn html(loaded: &Loaded, lang: Lang) -> Result<String, Trouble> {
    Ok(render(&Page::new(lang, loaded, &cases_of(loaded)?), lang)?)
}

/// The cases that the pages show. One of the Code's own that does not come out so must not be
/// published. A client is stricter than its agency: of the agency's cases those stay that hold.
fn cases_of(loaded: &Loaded) -> Result<Vec<Outcome>, Mistakes> {
    let own = cases::run(&loaded.code, &cases::read(&loaded.sources)?);
    if let Some(wrong) = own.iter().find(|outcome| !outcome.differs.is_empty()) {
        let differs = InCase::CaseDiffers { case: wrong.case.case.clone() };
        return Err(Mistake::new(&wrong.file, differs).into());
    }
    let Some(agency) = &loaded.agency else { return Ok(own) };
    let mut all = cases::run(&loaded.code, &cases::read(agency)?);
    all.retain(|outcome| outcome.differs.is_empty());
    all.extend(own);
    Ok(all)
}

fn render(page: &Page, lang: Lang) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_function("say", move |nl: String, en: String| lang.pick(&nl, &en).to_owned());
    environment.render_str(
        TEMPLATE,
        context! { p => Value::from(minijinja::value::Serde(page)), lang => lang.word() },
    )
}

/// Writes each page whole, and none where one cannot be written.
fn write(out: &Path, pages: &[(PathBuf, String)]) -> Result<(), Mistakes> {
    std::fs::create_dir_all(out).map_err(|error| text_file::unwritable(out, &error))?;
    for (path, _) in pages {
        if path.is_dir() {
            let io = Io { cause: Cause::IsFolder, said: "it is a folder".to_owned() };
            return Err(Mistake::new(path.display().to_string(), InFile::Unwritable { io }).into());
        }
    }
    for (path, text) in pages {
        text_file::write(path, text, Readers::Everybody)?;
    }
    Ok(())
}
