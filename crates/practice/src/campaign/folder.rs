//! The campaigns of each controller: briefs from a folder, checked against its Code.
//!
//! `DIR/*.toml` are the briefs of `--controller`; a folder `DIR/ID/` has those of another controller,
//! and where it holds `code/`, that is the Code of this controller. A brief with mistakes in it is refused by its name; the others
//! are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use maat::bounds;
use maat::code::Code;
use maat::compose::Templates;
use maat::mistake::{InBrief, InSettings, Mistake, Mistakes};
use maat_store::ControllerId;
use serde::Deserialize;

use crate::campaign::Campaign;
use crate::{brief, code_folder, text_file};

/// A controller: its Code and its campaigns.
#[derive(Debug)]
pub struct Controller {
    /// The Code that its messages answer to.
    pub code: Arc<Code>,
    /// Its folder, where it is its own.
    pub code_folder: Option<PathBuf>,
    /// Its campaigns, by the id of the brief.
    pub campaigns: BTreeMap<String, Arc<Campaign>>,
    /// The briefs that cannot be used, by their id or, where that cannot be read, the name of the file.
    pub refused: BTreeMap<String, Mistakes>,
}

/// Reads the folder. A mistake in a Code, or in how the folders stand, is told: then nobody is answered.
pub fn load(
    folder: Option<&Path>,
    code: &Arc<Code>,
    own: &ControllerId,
) -> Result<BTreeMap<ControllerId, Controller>, Mistakes> {
    let mut mistakes = Vec::new();
    let mut found = BTreeMap::new();
    let (files, folders) = folder.map(inside).transpose()?.unwrap_or_default();
    let first = controller(code, None, &files);
    found.insert(own.clone(), first);
    for path in folders {
        match of_folder(&path, code) {
            Ok((id, code, own)) => {
                let (files, _) = inside(&path)?;
                let one = controller(&code, own, &files);
                if found.insert(id, one).is_some_and(|before| before.has_briefs()) {
                    mistakes.push(Mistake::new(
                        path.display().to_string(),
                        InBrief::BriefsInTwoFolders,
                    ));
                }
            }
            Err(wrong) => mistakes.extend(wrong.0),
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(Mistakes(mistakes)) }
}

/// A controller of its own Code, with the folder of that, or of everybody's.
type Owner = (ControllerId, Arc<Code>, Option<PathBuf>);

fn of_folder(path: &Path, code: &Arc<Code>) -> Result<Owner, Mistakes> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let id = ControllerId::new(&name).map_err(|_| {
        let controller = name.clone().into_owned();
        Mistake::new(path.display().to_string(), InSettings::NoController { controller })
    })?;
    let own = path.join("code");
    if !own.is_dir() {
        return Ok((id, Arc::clone(code), None));
    }
    Ok((id, Arc::new(code_folder::load(Some(&own))?.code), Some(own)))
}

impl Controller {
    fn has_briefs(&self) -> bool {
        !self.campaigns.is_empty() || !self.refused.is_empty()
    }
}

fn controller(code: &Arc<Code>, code_folder: Option<PathBuf>, files: &[PathBuf]) -> Controller {
    let mut campaigns: BTreeMap<String, Arc<Campaign>> = BTreeMap::new();
    let mut refused: BTreeMap<String, Mistakes> = BTreeMap::new();
    for path in files {
        let shown = path.display().to_string();
        let (id, wrong) = match campaign(code, path, &shown) {
            Ok(one) => {
                let id = one.proposal().brief().id.clone();
                let twice = campaigns.insert(id.clone(), Arc::new(one)).is_some();
                let twice = twice || refused.contains_key(&id);
                if !twice {
                    continue;
                }
                (id.clone(), Mistake::new(&shown, InBrief::BriefTwice { brief: id }).into())
            }
            Err(wrong) => (named(path), wrong),
        };
        refused.entry(id).or_insert_with(|| Mistakes(Vec::new())).0.extend(wrong.0);
    }
    // Of two with one id nobody knows which was meant.
    campaigns.retain(|id, _| !refused.contains_key(id));
    Controller { code: Arc::clone(code), code_folder, campaigns, refused }
}

/// The id of a brief that cannot be used; the name of its file where it has none that can be read.
fn named(path: &Path) -> String {
    #[derive(Deserialize)]
    struct Named {
        id: String,
    }
    let text = text_file::read(path).ok();
    let id = text.and_then(|text| bounds::toml::<Named>("", &text).ok()).map(|own| own.id);
    let file = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    id.filter(|id| !id.trim().is_empty()).unwrap_or_else(file)
}

fn campaign(code: &Arc<Code>, path: &Path, shown: &str) -> Result<Campaign, Mistakes> {
    let proposal = brief::propose(code, path)?;
    let templates = Templates::new(&proposal, shown)?;
    Ok(Campaign::new(proposal, templates))
}

/// The briefs in a folder and the folders in it, each sorted.
fn inside(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>), Mistakes> {
    let unreadable = |error: std::io::Error| text_file::unreadable(folder, &error);
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        } else if path.is_dir() && path.file_name().is_some_and(|name| name != "code") {
            folders.push(path);
        }
    }
    files.sort();
    folders.sort();
    Ok((files, folders))
}
