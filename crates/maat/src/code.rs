//! The Code: the company's rules about personal messages, loaded and checked.
//!
//! A Code is a folder: `code.toml` declares signals, purposes, choices and the ladder;
//! `legal.cedar`, `ethical.cedar` and `human.cedar` hold the rules; `words/` what people read.
//! `theorems/` what the rules promise.
//! The folder is read elsewhere; here its texts become a [`Code`], or a list of mistakes.

mod built_in;
mod cedar;
mod check;
mod declared;
mod dpv;
mod extend;
mod proofs;
mod reads;
mod rules;
mod terms;
mod theorems;
mod wording;

use std::collections::HashMap;
use std::sync::Arc;

use cedar_policy::{Entities, PolicyId, PolicySet, Schema};
use sha2::{Digest, Sha256};

pub(crate) use cedar::uid;
pub use cedar::{Further, schema_text};
pub use declared::{
    Caps, Choice, Declarations, Deepening, Precision, Purpose, Quiet, Signal, Step, Wording,
};
pub use dpv::is_dpv_term;
pub use proofs::{Outcome, PROOFS, Proofs, Standing};
pub use reads::{Readable, Reads};
pub use rules::{PLACES, Rule};
pub use terms::{
    Act, Channel, Layer, Need, Principle, Reliant, Sensitivity, SlotKind, Source, Until,
};
pub use theorems::{Claim, Theorem};
pub use wording::{OWN_REASONS, Sentences, Wordings};

use crate::mistake::{InPolicy, Mistake, Mistakes};
use crate::words::Lang;

/// One file of a Code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path inside the Code's folder, with `/`: `code.toml`, `words/nl.toml`.
    pub path: String,
    /// Its path as the user named it, for messages.
    pub shown: String,
    /// Its text.
    pub text: String,
}

/// The files of one Code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(pub Vec<SourceFile>);

impl Sources {
    /// The files of the default Code, which is built in.
    pub fn built_in() -> Self {
        built_in::sources()
    }

    /// A file by its path inside the folder.
    pub fn get(&self, path: &str) -> Option<&SourceFile> {
        self.0.iter().find(|file| file.path == path)
    }

    /// The files below a folder, sorted by path.
    pub fn below(&self, folder: &str) -> Vec<&SourceFile> {
        let mut files: Vec<&SourceFile> =
            self.0.iter().filter(|file| file.path.starts_with(folder)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }

    /// The `extends` line of `code.toml`, where there is one.
    pub fn extends(&self) -> Result<Option<String>, Mistakes> {
        Ok(declared::parse_source(self)?.extends)
    }

    /// Cases, theorems and their proofs are about the Code: they are not executed.
    fn digest(&self, into: &mut Sha256) {
        let about = |path: &str| {
            path.starts_with("cases/") || path.starts_with("theorems/") || path == PROOFS
        };
        for file in self.below("").into_iter().filter(|file| !about(&file.path)) {
            into.update(file.path.len().to_le_bytes());
            into.update(&file.path);
            into.update(file.text.len().to_le_bytes());
            into.update(&file.text);
        }
    }
}

/// A loaded Code. It cannot be made but from files that passed every check.
#[derive(Debug, Clone)]
pub struct Code {
    declared: Declarations,
    rules: Vec<Arc<Rule>>,
    reasons: HashMap<String, Arc<Rule>>,
    words: Wordings,
    hash: String,
    theorems: Vec<Theorem>,
    proofs: Option<Proofs>,
    readable: Arc<[Readable]>,
    policies: PolicySet,
    pub(crate) entities: Entities,
    pub(crate) schema: Schema,
}

impl Code {
    /// Loads a Code that stands on its own.
    pub fn load(sources: &Sources) -> Result<Self, Mistakes> {
        let written = declared::parse_source(sources)?;
        let declared = check::complete(written, sources)?;
        let mut digest = Sha256::new();
        sources.digest(&mut digest);
        Self::build(declared, &[sources], digest)
    }

    /// Loads a client's Code over the agency's: it may add rules, signals and choices, and may
    /// only tighten. A loosening is a mistake that names the rule or the entry.
    pub fn load_client(agency: &Sources, client: &Sources) -> Result<Self, Mistakes> {
        let base = Self::load(agency)?;
        let written = declared::parse_source(client)?;
        let declared = extend::tighten(&base.declared, written, client)?;
        extend::only_forbids(&base, client)?;
        let mut digest = Sha256::new();
        agency.digest(&mut digest);
        client.digest(&mut digest);
        Self::build(declared, &[agency, client], digest)
    }

    fn build(declared: Declarations, all: &[&Sources], digest: Sha256) -> Result<Self, Mistakes> {
        let schema = cedar::schema(&text_of(&declared, &Further::default()))?;
        let (nl, en) = check::word_files(all)?;
        let (words, gate_reasons) = wording::parse(nl, en)?;
        let mut mistakes = Vec::new();
        let mut found = Vec::new();
        for layer in Layer::ALL {
            let path = format!("{}.cedar", layer.word());
            for source in all.iter().filter_map(|sources| sources.get(&path)) {
                let (rules, wrong) = rules::parse(source, *layer);
                found.extend(rules);
                mistakes.extend(wrong);
            }
        }
        for (rule, policy) in &found {
            mistakes.extend(rules::undeclared_signals(policy, &rule.place(), &declared.signals));
        }
        mistakes.extend(check::obligations(&found, &words));
        let mut policies = PolicySet::new();
        let mut rules = Vec::with_capacity(found.len());
        let mut readable = Vec::with_capacity(found.len());
        for (rule, policy) in found {
            readable.push(Readable::new(Arc::clone(&rule), policy.clone()));
            if policies.add(policy).is_err() {
                mistakes.push(check::twice(&rule));
            }
            rules.push(rule);
        }
        let place = |id: &str| rules.iter().find(|rule| rule.id == id).map(|rule| rule.place());
        mistakes.extend(rules::validate(&policies, &schema, &place));
        let (theorems, wrong) = theorems::read(all, &declared)?;
        mistakes.extend(wrong);
        let proofs =
            all.last().and_then(|sources| sources.get(PROOFS)).map(Proofs::parse).transpose()?;
        if !mistakes.is_empty() {
            return Err(Mistakes(mistakes));
        }
        let entities = cedar::entities(&declared, &schema)?;
        let reasons = rules
            .iter()
            .chain(&gate_reasons)
            .map(|rule| (rule.id.clone(), Arc::clone(rule)))
            .collect();
        let hash = hex::encode(digest.finalize());
        Ok(Self {
            declared,
            rules,
            reasons,
            words,
            hash,
            theorems,
            proofs,
            readable: readable.into(),
            policies,
            entities,
            schema,
        })
    }

    /// What the Code declares.
    pub const fn declared(&self) -> &Declarations {
        &self.declared
    }

    /// The rules, lowest layer first, in the order of their files.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// A rule, or one of the gate's own reasons, by id.
    pub fn reason(&self, id: &str) -> Option<&Arc<Rule>> {
        self.reasons.get(id)
    }

    /// A rule's citation, written as the language writes it.
    pub fn cite(&self, rule: &Rule, lang: Lang) -> String {
        self.citation(&rule.cite, lang)
    }

    /// A citation, written as the language writes it.
    pub fn citation(&self, cite: &str, lang: Lang) -> String {
        let mut names: Vec<_> = self.words.get(lang).citation.iter().collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        names.into_iter().fold(cite.to_owned(), |cite, (name, local)| cite.replace(name, local))
    }

    /// What people read.
    pub const fn words(&self) -> &Wordings {
        &self.words
    }

    /// SHA-256 over every file that is executed, in hexadecimal: the Code's exact version.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The Cedar schema with this Code's purposes and steps filled in.
    pub fn schema_text(&self) -> String {
        text_of(&self.declared, &Further::default())
    }

    /// The same with what a theorem may read beside.
    pub fn theorem_schema_text(&self) -> String {
        let choices: Vec<&str> = self.declared.choices.iter().map(|it| it.id.as_str()).collect();
        text_of(&self.declared, &Further::situation(&choices))
    }

    /// The rules, in the same order, with what each reads.
    pub const fn readable(&self) -> &Arc<[Readable]> {
        &self.readable
    }

    /// The rules as Cedar runs them.
    pub const fn policies(&self) -> &PolicySet {
        &self.policies
    }

    /// The Code with the rules of a layer and those below alone. The error is Cedar's.
    pub fn up_to(&self, highest: Layer) -> Result<Self, Mistakes> {
        let mut lower = self.clone();
        for rule in self.rules.iter().filter(|rule| rule.layer > highest) {
            lower.policies.remove_static(PolicyId::new(&rule.id)).map_err(|error| {
                Mistake::new(&rule.file, InPolicy::NotTakenOut { said: error.to_string() })
            })?;
        }
        lower.rules.retain(|rule| rule.layer <= highest);
        let stays = |it: &&Readable| it.rule().layer <= highest;
        lower.readable = self.readable.iter().filter(stays).cloned().collect();
        Ok(lower)
    }

    /// The signals as the rules read them.
    pub const fn entities(&self) -> &Entities {
        &self.entities
    }

    /// What the Code promises, in the order of its files; last what every Code promises.
    pub fn theorems(&self) -> &[Theorem] {
        &self.theorems
    }

    /// The record of the last proof, where there is one.
    pub const fn proofs(&self) -> Option<&Proofs> {
        self.proofs.as_ref()
    }

    /// What is on record about a theorem. A proof holds for exactly the rules and the theorem that
    /// were proven.
    pub fn standing(&self, theorem: &Theorem) -> Standing<'_> {
        self.proofs.as_ref().map_or(Standing::Never, |proofs| proofs.standing(&self.hash, theorem))
    }
}

fn text_of(declared: &Declarations, further: &Further) -> String {
    let purposes: Vec<&str> = declared.purposes.iter().map(|it| it.id.as_str()).collect();
    let steps: Vec<&str> = declared.steps.iter().map(|it| it.id.as_str()).collect();
    schema_text(&purposes, &steps, further)
}
