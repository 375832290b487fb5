//! `maat code`: look at the Code, check it, prove it, publish it.

mod check;
#[cfg(feature = "prove")]
mod prove;
pub mod publish;
mod show;

use std::path::PathBuf;

#[cfg(not(feature = "prove"))]
use maat::mistake::{InProof, Mistake, Mistakes};
use maat_practice::code_folder;

use crate::cli::{CodeCommand, ProveArgs};
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style::print;

pub fn run(settings: &Settings, command: &CodeCommand) -> Result<Ended, Failure> {
    let (CodeCommand::Check { dir }
    | CodeCommand::Show { dir }
    | CodeCommand::Schema { dir, .. }
    | CodeCommand::Prove(ProveArgs { dir, .. })
    | CodeCommand::Publish { dir, .. }) = &command;
    let folder: Option<PathBuf> = dir.clone().or_else(|| settings.code.clone());
    let loaded = code_folder::load(folder.as_deref())?;
    match command {
        CodeCommand::Check { .. } => check::run(settings, &loaded),
        CodeCommand::Show { .. } => show::run(settings, &loaded.code),
        #[cfg(feature = "prove")]
        CodeCommand::Prove(args) => prove::run(settings, folder.as_deref(), &loaded, args),
        #[cfg(not(feature = "prove"))]
        CodeCommand::Prove(_) => {
            Err(Mistakes::from(Mistake::new("maat code prove", InProof::BuiltWithoutProver)).into())
        }
        CodeCommand::Publish { out, .. } => publish::run(settings, &loaded, out),
        CodeCommand::Schema { theorems, .. } => {
            let code = &loaded.code;
            print(&if *theorems { code.theorem_schema_text() } else { code.schema_text() })?;
            Ok(Ended::Well)
        }
    }
}
