//! `maat mail approve`: a person approves the words that AI helped write.

use std::collections::BTreeMap;

use maat::brief::Brief;
use maat::mistake::{InBrief, Mistake, Mistakes};
use maat::words::Lang;
use maat_practice::numbers::short;
use maat_practice::text_file::Readers;
use maat_practice::{code_folder, text_file};
use serde_json::json;
use toml_edit::{DocumentMut, Item, Table, value};

use crate::cli::ApproveArgs;
use crate::commands::review;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style;
use crate::terminal::style::BOLD;

/// A brief as it is written, comments and all.
pub struct Words {
    file: String,
    document: DocumentMut,
}

impl Words {
    /// Reads a brief.
    pub fn read(file: &str, text: &str) -> Result<Self, Mistakes> {
        Brief::parse(file, text)?;
        let document = text.parse().map_err(|_| fault(file))?;
        Ok(Self { file: file.to_owned(), document })
    }

    /// With words that AI wrote, labelled so and approved by nobody. Those of another language than the
    /// brief's go into its translation.
    pub fn drafted(
        mut self,
        words: &BTreeMap<String, String>,
        other: Option<Lang>,
    ) -> Result<String, Mistakes> {
        let slots = self.document.get_mut("slot").and_then(Item::as_array_of_tables_mut);
        let mut placed = 0;
        for slot in slots.into_iter().flat_map(toml_edit::ArrayOfTables::iter_mut) {
            let id = slot.get("id").and_then(Item::as_str);
            let Some(text) = id.and_then(|id| words.get(id)) else { continue };
            let part: &mut dyn toml_edit::TableLike = match other {
                None => slot,
                Some(lang) => {
                    let translated = slot.entry("translated").or_insert(Item::Table(implicit()));
                    let translated =
                        translated.as_table_like_mut().ok_or_else(|| fault(&self.file))?;
                    let own = translated.entry(lang.word()).or_insert(Item::Table(Table::new()));
                    own.as_table_like_mut().ok_or_else(|| fault(&self.file))?
                }
            };
            set(part, "text", text);
            placed += 1;
        }
        if placed != words.len() {
            return Err(fault(&self.file).into());
        }
        self.ai(true, "")
    }

    /// Sets `approved_by`, and `labelled` where it is to be true.
    fn ai(mut self, labelled: bool, by: &str) -> Result<String, Mistakes> {
        let ai = self.document.entry("ai").or_insert(Item::Table(Table::new()));
        let ai = ai.as_table_like_mut().ok_or_else(|| fault(&self.file))?;
        if labelled && ai.get("labelled").and_then(Item::as_bool) != Some(true) {
            ai.insert("labelled", value(true));
        }
        set(ai, "approved_by", by);
        Ok(self.document.to_string())
    }
}

/// Sets a text, and leaves the comment beside it.
fn set(table: &mut dyn toml_edit::TableLike, key: &str, text: &str) {
    let mut new = toml_edit::Value::from(text);
    if let Some(old) = table.get(key).and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    match table.get_mut(key) {
        Some(item) => *item = Item::Value(new),
        None => drop(table.insert(key, Item::Value(new))),
    }
}

fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}

fn fault(file: &str) -> Mistake {
    Mistake::new(file, InBrief::WordsDoNotFit)
}

pub fn run(settings: &Settings, args: &ApproveArgs) -> Result<Ended, Failure> {
    let shown = args.brief.display().to_string();
    let text = text_file::read(&args.brief)?;
    let brief = Brief::parse(&shown, &text)?;
    let code = code_folder::load(settings.code.as_deref())?.code;
    let name = review::name(&args.by)?;
    if brief.ai.is_none() {
        return Err(Mistake::new(&shown, InBrief::NoAi).into());
    }
    let approved = Words::read(&shown, &text)?.ai(false, name)?;
    let after = Brief::parse(&shown, &approved)?;
    let mut meant = brief.clone();
    if let Some(ai) = &mut meant.ai {
        name.clone_into(&mut ai.approved_by);
    }
    if after.content_hash() != meant.content_hash() {
        return Err(fault(&shown).into());
    }
    if after != brief {
        let permissions = std::fs::metadata(&args.brief)?.permissions();
        text_file::write(&args.brief, &approved, Readers::AsBefore(permissions))?;
    }
    let hash = after.content_hash();
    let voided: Vec<&str> = after.void_reviews(&code).iter().map(|it| it.by.as_str()).collect();
    if settings.json {
        let told = json!({ "by": name, "brief": hash, "void_reviews": voided });
        style::print(&format!("{told}\n"))?;
        return Ok(Ended::Well);
    }
    let lang = settings.lang;
    let said = lang.pick(
        "keurt de tekst goed die AI hielp schrijven",
        "approves the words that AI helped write",
    );
    style::print(&format!("{BOLD}{name}{BOLD:#} {said} ({})\n", short(&hash)))?;
    if !voided.is_empty() {
        let said =
            lang.pick("De handtekening geldt niet meer van", "No longer valid is the signature of");
        let mend = lang.pick("Laat opnieuw tekenen", "Have it signed again");
        style::print(&format!("{said}: {}. {mend}: maat review\n", voided.join(", ")))?;
    }
    Ok(Ended::Well)
}
