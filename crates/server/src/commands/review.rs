//! `maat review`: a person signs a brief they have read.

use maat::brief::Brief;
use maat::mistake::{InBrief, InCommand, Mistake};
use maat_practice::numbers::short;
use maat_practice::text_file::Readers;
use maat_practice::{code_folder, text_file, time};

use crate::cli::ReviewArgs;
use crate::ended::{Ended, Failure};
use crate::settings::Settings;
use crate::terminal::style;

pub fn run(settings: &Settings, args: &ReviewArgs) -> Result<Ended, Failure> {
    let shown = args.brief.display().to_string();
    let text = text_file::read(&args.brief)?;
    let brief = Brief::parse(&shown, &text)?;
    let code = code_folder::load(settings.code.as_deref())?.code;
    let name = name(&args.by)?;
    let hash = brief.content_hash();
    if !brief.reviewers(&code).contains(&name) {
        let today = time::today(&code)?.to_string();
        let gap = if text.ends_with('\n') { "" } else { "\n" };
        let signed = format!("{text}{gap}\n{}", brief.sign(&code, name, &today));
        // The signature must leave the brief as it was read.
        if Brief::parse(&shown, &signed)?.content_hash() != hash {
            return Err(Mistake::new(&shown, InBrief::SignatureDoesNotFit).into());
        }
        let permissions = std::fs::metadata(&args.brief)?.permissions();
        text_file::write(&args.brief, &signed, Readers::AsBefore(permissions))?;
    }
    let said = settings.lang.pick(
        "getekend; elke wijziging van de briefing of de Code maakt de handtekening ongeldig",
        "signed; any change to the brief or the Code voids the signature",
    );
    let short = short(&hash);
    if settings.json {
        style::print(&format!(
            "{}\n",
            serde_json::json!({ "by": name, "brief": hash, "code": code.hash() })
        ))?;
    } else {
        style::print(&format!("{name}: {said} ({short})\n"))?;
    }
    Ok(Ended::Well)
}

/// The name of whoever signs or approves.
pub fn name(by: &str) -> Result<&str, Mistake> {
    let name = by.trim();
    if name.is_empty() || name.chars().any(|c| c.is_control() || c == '"' || c == '\\') {
        return Err(Mistake::new("--by", InCommand::NameOfNobody));
    }
    Ok(name)
}
